"""Runs a compiled query: guards first, then the statement that gives the result."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, suppress
from typing import Any

from attrs import evolve

from metricdsl.diagnostics import Problem
from metricdsl.diagnostics.problems.keys import RepeatedKey
from metricdsl.diagnostics.problems.money import MissingRates, TwoRates
from metricdsl.diagnostics.problems.period_tables import DaysOfPeriodsDiffer
from metricdsl.diagnostics.problems.stored import StoredValueDiffers
from metricdsl.diagnostics.problems.validity import OverlappingValidity
from metricdsl.execution.decode import Decoder, decoded, decoders
from metricdsl.execution.result import Result
from metricdsl.execution.result_functions import ResultFunctions
from metricdsl.execution.worked_out import refuse_too_many, worked_out
from metricdsl.spi.adapter import Adapter, AdapterError
from metricdsl.spi.local_steps import LocalSteps
from metricdsl.spi.values import Batches, CompiledQuery, Limits, Purpose, Statement

GUARD_ROWS = 5


def run(
    compiled: CompiledQuery,
    adapter: Adapter,
    limits: Limits,
    *,
    ended: Callable[[], None] = lambda: None,
    explain: Callable[[AdapterError], Exception] = lambda error: error,
    functions: ResultFunctions | None = None,
) -> Result:
    """The result. The deadline covers the guards, the query and the reading of its rows, and the `functions` that run on it.

    What the adapter raises is raised as `explain` says; `ended` is called when the rows have been read or given up.
    """
    clock = ExitStack()
    clock.callback(ended)
    clock.enter_context(limits.cancellation.within(limits.deadline))
    try:
        problems: dict[Problem, None] = {}
        for statement in compiled.statements:
            match statement.purpose:
                case Purpose.RESULT:
                    pass
                case Purpose.RATES:
                    problems.update(dict.fromkeys(_missing_rates(statement, adapter, limits)))
                case _:
                    _guard(statement, adapter, limits)
        if compiled.steps is not None:
            assert functions is not None, "what runs on the result is known to whoever compiled it"
            return _worked_out(compiled, compiled.steps, functions, adapter, limits, clock, problems)
        batches = adapter.execute(compiled.statements[-1], limits)
    except AdapterError as error:
        clock.close()
        raise explain(error) from error
    except BaseException:
        clock.close()
        raise
    rows = _rows(batches, decoders(compiled.columns), compiled.withheld, clock, explain)
    next(rows)  # begun, so that closing it gives back what it holds
    return Result(compiled.columns, rows, sql=compiled.sql, problems=tuple(problems))


def _worked_out(
    compiled: CompiledQuery,
    steps: LocalSteps,
    functions: ResultFunctions,
    adapter: Adapter,
    limits: Limits,
    clock: ExitStack,
    problems: dict[Problem, None],
) -> Result:
    """The result of the steps behind the statement: all rows are fetched first, since each may be chosen, or come first."""
    by = decoders(compiled.fetched)
    batches = adapter.execute(compiled.statements[-1], evolve(limits, rows=None))
    fetched: list[tuple[Any, ...]] = []
    for batch in batches:
        fetched += decoded(batch, by, compiled.withheld)
        refuse_too_many(len(fetched), steps)
    made = worked_out(fetched, steps, functions, limits)
    clock.close()
    rows = made.rows if limits.rows is None else made.rows[: limits.rows]
    told = (*problems, *made.problems)
    return Result(compiled.columns, iter((rows,)), sql=compiled.sql, problems=told)


def guarded(
    compiled: CompiledQuery,
    adapter: Adapter,
    limits: Limits,
    explain: Callable[[AdapterError], Exception],
) -> None:
    """Raise what is wrong with the data that a query reads."""
    try:
        with limits.cancellation.within(limits.deadline):
            for statement in compiled.statements:
                if statement.purpose not in {Purpose.RESULT, Purpose.RATES}:
                    _guard(statement, adapter, limits)
    except AdapterError as error:
        raise explain(error) from error


def _guard(statement: Statement, adapter: Adapter, limits: Limits) -> None:
    """A guard gives no row, or what is wrong: key values that stand on several rows and on how many, or a wrong value."""
    found = [row for batch in adapter.execute(statement, evolve(limits, rows=GUARD_ROWS)) for row in batch]
    if found and statement.purpose is Purpose.VALUES:
        column, expected, value = found[0]
        said = "a value" if statement.hidden else repr(value)
        raise AdapterError(
            StoredValueDiffers(table=statement.subject, column=column, expected=expected, value=said)
        )
    if found and statement.purpose is Purpose.PERIODS:
        calendar, *longer = statement.subject.split(" ")
        one, other = (str(value or "")[:10] for value in found[0])
        raise AdapterError(
            DaysOfPeriodsDiffer(calendar=calendar, one=one, other=other, longer=" ".join(longer))
        )
    if found and statement.hidden and statement.purpose is Purpose.OVERLAP:
        raise AdapterError(OverlappingValidity(entity=statement.subject))
    if found and statement.purpose is Purpose.OVERLAP:
        *values, since = map(str, found[0])
        raise AdapterError(OverlappingValidity(entity=statement.subject, values=tuple(values), since=since))
    if found:
        values = [] if statement.hidden else [*found[0][:-1]]
        if statement.purpose is Purpose.PAIRS:
            raise AdapterError(TwoRates(rates=statement.subject, values=tuple(map(str, values))))
        raise AdapterError(RepeatedKey(entity=statement.subject, values=tuple(map(str, values))))


def _missing_rates(statement: Statement, adapter: Adapter, limits: Limits) -> list[Problem]:
    """The rows that lack an exchange rate, if there are any."""
    found = [row for batch in adapter.execute(statement, evolve(limits, rows=None)) for row in batch]
    if not found:
        return []
    home, _, into = statement.subject.rpartition(" ")
    currencies = tuple(
        (
            str(name) if name is not None else "without a currency",
            int(number),
            str(day or "a row without a time"),
        )
        for name, number, day in found
    )
    return [MissingRates(home=home, into=into, count=sum(n for _, n, _ in currencies), currencies=currencies)]


def _rows(
    batches: Batches,
    by: Sequence[Decoder],
    withheld: Sequence[int],
    clock: ExitStack,
    explain: Callable[[AdapterError], Exception],
) -> Iterator[Sequence[tuple[Any, ...]]]:
    """An empty batch, then the rows."""
    begun = False
    try:
        yield ()
        for batch in batches:
            begun = True
            yield decoded(batch, by, withheld)
    except AdapterError as error:
        raise explain(error) from error
    finally:
        clock.close()
        if not begun:  # a generator that has not begun would keep its cursor
            with suppress(AdapterError):
                next(batches, None)
        close = getattr(batches, "close", None)
        if close is not None:
            close()
