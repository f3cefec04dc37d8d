"""A plugin of metricdsl. See `metricdsl-plugin.toml`."""
