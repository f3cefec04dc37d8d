"""Accounts as lines, so that those of the engines, of the reference evaluator and of a case can be compared."""

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction

from metricdsl.execution.accounting import Account
from metricdsl.source import SourceFile
from metricdsl.testing.cases import Cell, Expected
from metricdsl.testing.reference.accounting import Account as Evaluated

NUMBERS = ("rows", "left out", "unknown", "no time", "outside", "read", "no value", "no rate")
FIELDS = ("rows", "left_out", "unknown", "without_time", "outside", "read", "without_value", "without_rate")

Line = tuple[Cell, ...]


def of_engine(accounts: Iterable[Account], groups: Sequence[str]) -> set[Line]:
    """The accounts of an engine, with the null groups of some groupings."""
    return {
        (
            one.aggregate,
            *(Fraction(getattr(one, name)) for name in FIELDS),
            *_groups({g.name: (g.unmatched, g.null) for g in one.groups}, groups),
        )
        for one in accounts
    }


def of_reference(
    accounts: Iterable[Evaluated], texts: Mapping[str, SourceFile], groups: Sequence[str]
) -> set[Line]:
    """The accounts of the reference evaluator, in the same form."""
    return {
        (
            " ".join(texts[one.written.file].slice(one.written).split()),
            *(Fraction(getattr(one, name)) for name in FIELDS),
            *_groups({name: (unmatched, null) for name, unmatched, null in one.groups}, groups),
        )
        for one in accounts
    }


def of_case(expected: Expected) -> tuple[set[Line], tuple[str, ...]]:
    """What a case expects, and of which groupings it tells the null groups: `1+2`, unmatched and null besides."""
    first, *names = expected.columns
    assert first == "aggregate", "the first column names the aggregate"
    assert tuple(names[: len(NUMBERS)]) == NUMBERS, f"then come {', '.join(NUMBERS)}"
    return set(expected.rows), tuple(names[len(NUMBERS) :])


def _groups(known: Mapping[str, tuple[int, int]], groups: Sequence[str]) -> list[str | None]:
    return ["+".join(map(str, known[name])) if name in known else None for name in groups]
