"""What functions and aggregations are typed with: kinds, units, value types, additivity; and what a check looks at, the model."""

from metricdsl.model.metric import Additivity, Metric
from metricdsl.model.semantic_model import SemanticModel
from metricdsl.model.types import BOOLEAN, DATE, DURATION, FLOAT, INTEGER, TEXT, TIMESTAMP, Kind, ValueType
from metricdsl.model.unit import MANY, NUMBER, SHARE, Form, Unit

__all__ = [
    "BOOLEAN",
    "DATE",
    "DURATION",
    "FLOAT",
    "INTEGER",
    "MANY",
    "NUMBER",
    "SHARE",
    "TEXT",
    "TIMESTAMP",
    "Additivity",
    "Form",
    "Kind",
    "Metric",
    "SemanticModel",
    "Unit",
    "ValueType",
]
