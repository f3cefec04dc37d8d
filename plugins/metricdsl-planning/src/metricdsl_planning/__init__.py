"""A pack of metrics for metricdsl: nothing here runs. See `metricdsl-plugin.toml`."""
