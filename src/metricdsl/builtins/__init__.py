"""Our own functions and aggregations, written as a plugin: they import the plugin interface and nothing above it."""
