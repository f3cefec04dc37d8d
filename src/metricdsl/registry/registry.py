"""What functions, aggregations and dialects there are, and who contributed them."""

from collections.abc import Mapping

from attrs import field, frozen

from metricdsl.spi.defs import AggregationDef, DialectDef, FunctionDef


@frozen(kw_only=True)
class Registry:
    """Frozen maps by name. Built once by `plugins.host` (or by hand in a test), then only read."""

    functions: Mapping[str, FunctionDef] = field(factory=dict)
    aggregations: Mapping[str, AggregationDef] = field(factory=dict)
    dialects: Mapping[str, DialectDef] = field(factory=dict)
    provenance: Mapping[str, str] = field(factory=dict)  # "function round" → "metricdsl 0.1.0"
