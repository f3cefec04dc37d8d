"""A class for each problem; its docstring is its page."""
