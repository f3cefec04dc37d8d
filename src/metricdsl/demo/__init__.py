"""The demonstration: a small CRM with its definitions, made from a seed."""
