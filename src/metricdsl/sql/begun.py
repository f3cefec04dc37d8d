"""What has begun by today: a cell does whose first moment lies on today or before.

hour <= '2026-06-15'    →    hour < '2026-06-16 00:00:00'
"""

from datetime import timedelta

from sqlglot import exp

from metricdsl.model.types import Kind, ValueType
from metricdsl.sql import trees
from metricdsl.sql.reading import Reading


def begun(start: exp.Expression, type: ValueType, reading: Reading) -> exp.Expression:
    """That a cell begins today or before, told by where it begins: a day, or a moment of the clock."""
    if type.kind is Kind.TIMESTAMP:  # every hour of today counts, not midnight alone
        tomorrow = reading.emit.constant(reading.today + timedelta(days=1), type).sql
        return trees.binary(exp.LT, start, tomorrow)
    return trees.binary(exp.LTE, start, reading.emit.constant(reading.today, type).sql)
