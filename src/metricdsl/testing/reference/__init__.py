"""The slow, obviously right evaluator: definitions, a query and tables of rows in, exact values out.

It follows the equations of the language one by one, imports nothing of the compiler but the syntax tree, resolves names,
paths and times on its own, looks at one row at a time, and works out every cell anew from the base rows.
"""

from metricdsl.testing.reference.query import evaluate
from metricdsl.testing.reference.values import Duration, Refused, ResultTable, Settings, Table

__all__ = ["Duration", "Refused", "ResultTable", "Settings", "Table", "evaluate"]
