"""`make campaign`: every construct inside every other, over rows made to break things, against the reference evaluator.

A *cell* is a construct inside another, without groups, by one or two dimensions or by time, over rows of which something is
special. Each is asked at least twenty times, on all engines; what differs becomes a case.
"""
