"""Comparisons by the names of their functions."""

MIRRORED = {"less": "greater", "greater": "less", "at_least": "at_most", "at_most": "at_least"}
"""What a comparison is with its sides exchanged: `1 < x` is `x > 1`."""
