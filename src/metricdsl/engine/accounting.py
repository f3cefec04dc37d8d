"""The accounts of a query: compiled for the connection, counted, named as the analyst wrote them."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from metricdsl.analysis.partial_periods import partial_cells
from metricdsl.diagnostics.problems.accounts import AccountsTellWithheld
from metricdsl.engine.answering import Answering, Bound
from metricdsl.engine.connected import Connected
from metricdsl.engine.errors import QueryError
from metricdsl.execution.accounting import Accounting, accounts
from metricdsl.model.request import Request, ValuesRequest
from metricdsl.source import SourceFile
from metricdsl.spi.accounts import AccountStatement
from metricdsl.spi.values import CompiledQuery, Limits

if TYPE_CHECKING:
    from metricdsl.spi.adapter import AdapterError


def account(
    answered: tuple[Answering, Bound],
    compiled: CompiledQuery,
    connected: Connected,
    limits: Limits,
    sources: Mapping[str, SourceFile],
    explain: "Callable[[AdapterError], Exception]",
) -> Accounting:
    """The accounts of a bound query. What is wrong with its data is found first, as before an answer."""
    from metricdsl.execution.run import guarded

    answering, bound = answered
    request = bound.request
    assert request is not None, "a query that is wrong was refused before"
    if isinstance(request, Request) and request.withholdings:
        raise QueryError((AccountsTellWithheld(),))
    outcome = answering.accounts(bound, connected.adapter.dialect)
    if outcome.value is None:
        raise QueryError(outcome.problems)
    named = [(_name(one, sources), one) for one in outcome.value]
    guarded(compiled, connected.adapter, limits, explain)
    return Accounting(
        accounts=accounts(named, connected.adapter, limits, explain), partial=tuple(_partial(request))
    )


def _name(one: AccountStatement, sources: Mapping[str, SourceFile]) -> str:
    """The aggregate as it is written, on one line."""
    span = one.span
    if span is None or span.file not in sources:
        return one.home
    return " ".join(sources[span.file].slice(span).split())


def _partial(request: Request | ValuesRequest) -> dict[tuple[str, str], None]:
    """The cells of the question's grains that are not whole."""
    if isinstance(request, ValuesRequest):
        return {}
    grains = [grouping.grain for grouping in request.groupings if grouping.grain is not None]
    return dict.fromkeys(
        cell for grain in grains for cell in partial_cells(grain, request.during, request.context)
    )
