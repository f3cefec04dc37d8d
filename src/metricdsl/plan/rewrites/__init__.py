"""Rewrites, one a file: each a plain function from a plan to an equal plan."""
