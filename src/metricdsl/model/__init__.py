"""The meaning, as plain frozen data. Nothing here knows text, SQL or engines."""
