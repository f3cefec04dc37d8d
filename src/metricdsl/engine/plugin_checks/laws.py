"""Tries to break what functions and aggregations declare of themselves, and gives the least example that does."""

from collections.abc import Callable
from typing import Any

from metricdsl.engine.plugin_checks.formula_bench import FormulaBench, formula_bench
from metricdsl.model.metric import Additivity
from metricdsl.spi.defs import AggregationDef, FunctionDef
from metricdsl.spi.law import Law, same

TRIES = 200
WIDE = (-1000.0, 1000.0)
_MERGES: dict[str, Callable[[list[float]], float]] = {"sum": sum, "min": min, "max": max}
Rows = list[tuple[int, tuple[float | None, ...]]]


def broken_law(plugin: str, definition: FunctionDef, law: Law) -> str:
    """The least arguments that break a law of a function, in words; nothing where none were found."""
    from hypothesis import strategies

    size = max(definition.least, len(definition.domain))
    domain = [*definition.domain, *[WIDE] * (size - len(definition.domain))]
    numbers = [
        strategies.floats(*bounds, allow_nan=False, width=32).map(lambda x: round(x, 3)) for bounds in domain
    ]
    argument = getattr(law, "argument", 0)
    drawn = strategies.tuples(
        strategies.tuples(*numbers), numbers[argument] if numbers else strategies.just(0.0)
    )
    columns = ", ".join(f"sample.x{at}" for at in range(size))

    with formula_bench(plugin, f"max({definition.name}({columns}))") as bench:

        def fault(case: tuple[tuple[float, ...], float]) -> str:
            calls = law.calls(*case)
            values = bench.parts([(at, call) for at, call in enumerate(calls)])
            first, second = values[0], values[1]
            if first is None or second is None or law.holds(float(first), float(second)):
                return ""
            shown = " and ".join(
                f"{definition.name}({', '.join(f'{x:g}' for x in call)}) = {value:g}"
                for call, value in dict(zip(calls, (first, second), strict=True)).items()
            )
            return f"{definition.name} says that {law.says}; {shown}"

        return least_fault(drawn, fault)


def broken_declaration(plugin: str, definition: AggregationDef) -> str:
    """The least rows for which an aggregation is not what it declares (additivity, merge, identity), or depends on their order."""
    from hypothesis import strategies

    cells = strategies.one_of(strategies.integers(-100, 100).map(float), strategies.none())
    row = strategies.tuples(strategies.integers(0, 2), strategies.tuples(*[cells] * max(1, definition.least)))
    columns = ", ".join(f"sample.x{at}" for at in range(max(1, definition.least)))
    with formula_bench(plugin, f"{definition.name}({columns})") as bench:
        return least_fault(strategies.lists(row, max_size=8), lambda rows: _fault(definition, bench, rows))


def _fault(definition: AggregationDef, bench: FormulaBench, rows: Rows) -> str:
    name, whole = definition.name, bench.whole(rows)
    if not rows:
        declared = definition.identity
        if (whole is None) != (declared is None) or (
            whole is not None and not same(whole, float(declared or 0))
        ):
            return f"{name} says that it is {_shown(declared)} of no rows; it is {_shown(whole)}"
        return ""
    if not _alike(whole, bench.whole(rows[::-1])):
        return f"{name} depends on the order of rows that have none: {_of(rows)}"
    known = [value for value in bench.parts(rows).values() if value is not None]
    additive = definition.additivity is Additivity.ADDITIVE
    for merge, says in (
        ("sum" if additive else None, "is additive"),
        (definition.merge, f"is merged by {definition.merge}"),
    ):
        if merge not in _MERGES:
            continue
        together = _MERGES[merge](known) if known else None
        if not _alike(whole, together) and not (merge == "sum" and not whole and not together):
            parts = ", ".join(_shown(value) for value in known)
            return (
                f"{name} says that it {says}: {_of(rows)}. "
                f"Its parts are {parts}, together {_shown(together)}; of all rows it is {_shown(whole)}"
            )
    return ""


def least_fault(drawn: Any, fault: Callable[[Any], str]) -> str:
    """The fault of the least case that has one, as hypothesis finds and shrinks it; nothing where none was found."""
    from hypothesis import HealthCheck, given, settings

    @settings(
        max_examples=TRIES,
        derandomize=True,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
        report_multiple_bugs=False,
    )
    @given(drawn)
    def tried(case: Any) -> None:
        why = fault(case)
        if why:
            raise _Broken(why)

    try:
        tried()
    except _Broken as broken:
        return str(broken)
    return ""


class _Broken(Exception):  # noqa: N818 - a counterexample
    """A case that breaks a law."""


def _alike(one: Any, other: Any) -> bool:
    if one is None or other is None:
        return one is None and other is None
    return same(float(one), float(other))


def _of(rows: Rows) -> str:
    parts: dict[int, list[str]] = {}
    for part, cells in rows:
        parts.setdefault(part, []).append(", ".join(_shown(cell) for cell in cells))
    return "; ".join(f"part {part}: {' | '.join(values)}" for part, values in sorted(parts.items()))


def _shown(value: Any) -> str:
    return "null" if value is None else f"{float(value):g}"
