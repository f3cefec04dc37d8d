"""The command line: `metric`, also `metricdsl` and `python -m metricdsl`."""
