"""What functions, aggregations, dialects and checks there are, and who contributed them."""

from collections.abc import Mapping

from attrs import field

from metricdsl.spi.checks import CheckDef
from metricdsl.spi.defs import AggregationDef, DialectDef, FunctionDef
from metricdsl.spi.lowering import Emulated, Lowering, Refused
from metricdsl.spi.result_functions import ResultFunctionDef
from metricdsl.value import frozen


@frozen(kw_only=True)
class Registry:
    """Frozen maps by name. Built once by `plugins.host` (or by hand in a test), then only read.

    `absent` are the plugins that a project wants and that are not there, each with the reason.
    """

    functions: Mapping[str, FunctionDef] = field(factory=dict)
    aggregations: Mapping[str, AggregationDef] = field(factory=dict)
    result_functions: Mapping[str, ResultFunctionDef] = field(factory=dict)
    dialects: Mapping[str, DialectDef] = field(factory=dict)
    checks: Mapping[str, CheckDef] = field(factory=dict)  # by plugin and number: "house-101"
    provenance: Mapping[str, str] = field(factory=dict)  # "function round" → "metricdsl 0.1.0"
    absent: Mapping[str, str] = field(factory=dict)

    def row(self, definition: FunctionDef | AggregationDef, dialect: str) -> Lowering | Emulated | Refused:
        """The row of the lowering table: the dialect's own, else the definition's for it, else the one for all."""
        described = self.dialects.get(dialect)
        own = described.overrides.get(definition.name) if described else None
        return own or definition.lower.get(dialect) or definition.lower.get("*") or Refused("")
