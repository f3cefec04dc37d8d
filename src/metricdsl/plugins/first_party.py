"""The dialects that ship with metricdsl, contributed through the hook for dialects."""

from collections.abc import Iterable

from metricdsl.spi.defs import DialectDef
from metricdsl.spi.hooks import hookimpl
from metricdsl.sql.dialects import DIALECTS


@hookimpl
def metricdsl_dialects() -> Iterable[DialectDef]:
    return DIALECTS
