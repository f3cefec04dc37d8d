"""Turns metric definitions into SQL, and tells you when a metric does not mean what you think."""

__version__ = "0.1.0"
