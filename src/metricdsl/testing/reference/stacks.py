"""What an aggregate sees of a context: its stack of periods T, its coordinates G."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from metricdsl.testing.reference.context import (
    Aged,
    Context,
    Coordinate,
    Dropped,
    Fixed,
    Inner,
    InPeriod,
    Moved,
)
from metricdsl.testing.reference.period_tables import Cells, periods_of, within
from metricdsl.testing.reference.periods import GRAINS, Period, period_in
from metricdsl.testing.reference.time_functions import changed, first_cell, nests
from metricdsl.testing.reference.values import Months, Refused, Settings


@dataclass(frozen=True)
class Entry:
    """One period of the stack, (g, P); `cell` until a time function makes a range of it; no period where there is none.

    `coordinate` is the dimension as written if it came as one, `order.ordered_at.month`. With `leaves` a later `total` drops it:
    it cuts no other, so that it does not matter whether months or weeks were named first.
    """

    grain: str
    period: Period | None
    cell: bool = True
    coordinate: Coordinate | None = None
    leaves: bool = False


@dataclass
class Seen:
    """T and G of one aggregate.

    `nothing`: a time function met the null period, or an opening without anything before it: no value, no row.
    `opened`: inside `opening`, where stocks take their last date. `quiet`: inside `total` or `at_age`.
    """

    stack: list[Entry] = field(default_factory=list)
    coordinates: list[Coordinate] = field(default_factory=list)
    nothing: bool = False
    opened: bool = False
    quiet: bool = False

    @property
    def per(self) -> Period | None:
        """per(C), the last period of the stack."""
        return self.stack[-1].period


OwnGrain = Callable[[Coordinate], str | None]
Belongs = Callable[[Coordinate, Dropped], bool]
AgeGrain = Callable[[Coordinate], bool]


def seen(
    context: Context, settings: Settings, own_grain: OwnGrain, belongs: Belongs, is_age: AgeGrain
) -> Seen:
    """The steps of a context, taken for one aggregate.

    `own_grain` says which coordinates are periods of its own time, `belongs` what `total` drops, `is_age` which are ages.
    """
    found = Seen()
    outer: list[
        Entry
    ] = []  # the cells that a `per` must nest with; a range need not begin and end where cells do
    for index, step in enumerate(context.steps):
        later = [named(s, own_grain) for s in context.steps[index:] if isinstance(s, Dropped)]
        match step:
            case InPeriod(grain=grain, period=period):
                _enter(found, Entry(grain, period, leaves=_leaves(grain, later)), outer)
            case Coordinate():
                own = own_grain(step)
                if own:
                    period = period_in(step.value, own)
                    _enter(found, Entry(own, period, coordinate=step, leaves=_leaves(own, later)), outer)
                else:
                    found.coordinates.append(step)
            case Moved():
                _move(found, step, settings)
            case Fixed(period=period):
                found.stack, outer = [Entry("during", period)], []
                found.quiet = True
            case Dropped():
                _drop(found, named(step, own_grain), belongs)
            case Aged(age=age):
                found.coordinates = [replace(c, value=age) if is_age(c) else c for c in found.coordinates]
                found.quiet = True
            case Inner(nests=asked):
                outer = [e for e in found.stack if e.grain != "during" and e.cell] if asked else []
    return found


def named(step: Dropped, own_grain: OwnGrain) -> Dropped:
    """What `over` names for one aggregate: a grain of its own time is its period, however it is spelled."""
    if step.over is None or step.grain is not None:
        return step
    return replace(step, grain=own_grain(Coordinate(step.over, step.scope)))


def _enter(found: Seen, entry: Entry, outer: list[Entry]) -> None:
    """A period more, cut to the one before."""
    for cell in outer:
        if not (nests(entry.grain, cell.grain) or nests(cell.grain, entry.grain)):
            raise Refused(f"{entry.grain}s do not nest with the {cell.grain}s of the result")
    cutting = [e.period for e in found.stack if not e.leaves or entry.leaves]
    if entry.period is not None and cutting:
        entry = replace(entry, period=None if cutting[-1] is None else entry.period.cut_to(cutting[-1]))
    found.stack.append(entry)


def _leaves(grain: str, later: list[Dropped]) -> bool:
    """Whether `total` over this grain follows."""
    return grain != "during" and any(step.over is not None and step.grain == grain for step in later)


def _move(found: Seen, step: Moved, settings: Settings) -> None:
    """τ on every period of the stack; `at_start` on what they have in common alone, which must be a cell."""
    keeps_cells = step.function in {"prior", "norm", "at_start"}
    if found.per is None or found.per.null:
        found.nothing = True
        found.stack = [replace(e, cell=e.cell and keeps_cells) for e in found.stack]
        return
    _refuse_unfit(found, step)
    if step.function == "at_start":
        last = found.stack[-1]
        if last.grain == "during" or not last.cell or last.period is None:
            raise Refused("at_start needs a cell: group by a period")
        grain = _shortest([e.grain for e in found.stack if e.grain != "during" and e.cell])
        found.stack[-1] = replace(last, period=first_cell(last.period, grain, str(step.by), settings))
        return
    found.stack = [
        replace(
            e,
            period=None if e.period is None else changed(step.function, step.by, e.period, settings, e.grain),
            cell=e.cell and keeps_cells,
        )
        for e in found.stack
    ]
    if step.function == "opening":
        found.opened = True
        found.nothing = found.nothing or found.per is None


def _refuse_unfit(found: Seen, step: Moved) -> None:
    grains = [e.grain for e in found.stack if e.grain != "during"]
    cells = [e.grain for e in found.stack if e.grain != "during" and e.cell]
    last = sorted(cells, key=GRAINS.index)[:1]  # a day a year before is a day, in whatever week it lies
    unit = str(step.by)
    if (
        step.function == "prior"
        and isinstance(step.by, Months)
        and ("week" in last or _weeks_by_months(last, step.by))
    ):
        raise Refused("a week has no counterpart a month or year before; say 52 weeks")
    if isinstance(step.by, Cells) and (
        not grains or not all(_part_of(g, step.by, step.function) for g in grains)
    ):
        raise Refused("only periods of a table are moved by such periods")
    tables = [g for g in cells if periods_of(g) is not None]
    if step.function == "prior" and isinstance(step.by, Months) and tables:
        raise Refused("periods of a table are not moved by months")
    if step.function == "to_date" and grains and not any(nests(g, unit) for g in grains):
        raise Refused(f"to_date by {unit} needs cells that lie within a {unit}, not a {grains[-1]}")
    if step.function == "at_start" and grains:
        cell = _shortest(grains)
        if not (nests(cell, unit) or nests(unit, cell)):
            raise Refused(f"{unit}s do not nest with the {cell}s of the result")


def _shortest(grains: list[str]) -> str:
    """The grain whose cells the periods of several grains have in common, which lie in one another."""
    for grain in grains:
        if all(nests(grain, other) for other in grains):
            return grain
    raise Refused(f"{' and '.join(grains)} cut one another: what is left is no cell")


def _part_of(grain: str, by: Cells, function: str) -> bool:
    """Whether a cell is of the unit that a step counts, or part of one; looking back begins at a day too."""
    cells, unit = periods_of(grain), periods_of(by.grain)
    if cells is None or unit is None:
        return function == "trailing" and nests(grain, "day")
    return cells == unit or within(cells, unit)


def _weeks_by_months(grains: list[str], by: Months) -> bool:
    """Whether a week of a calendar would be moved by its months."""
    return any(".week`" in grain for grain in grains) and by.count % 12 != 0


def _drop(found: Seen, step: Dropped, belongs: Belongs) -> None:
    """`total`: G = ∅, or without what belongs to `over`; a grain named there, T without it."""
    found.quiet = found.quiet or step.quiet
    if step.over is None:
        found.coordinates = []
        return
    found.coordinates = [c for c in found.coordinates if not belongs(c, step)]
    found.stack = [e for e in found.stack if e.grain == "during" or e.grain != step.grain]
