"""Ages: cells of a cohort that are not observed yet, and `at_age`."""

from metricdsl.syntax import nodes
from metricdsl.testing.reference.context import Aged, Aggregate, Context, Coordinate
from metricdsl.testing.reference.homes import Homes
from metricdsl.testing.reference.names import Constant, Scope
from metricdsl.testing.reference.period_tables import periods_of
from metricdsl.testing.reference.periods import cell_of, steps
from metricdsl.testing.reference.stacks import Seen
from metricdsl.testing.reference.values import Cell, Refused, Settings, Value, midnight


def not_yet(homes: Homes, aggregate: Aggregate, found: Seen) -> bool:
    """G or T has x.h = P and age(x, g) = k, and start_g(P) + k·g begins after today; not inside `total` or `at_age`."""
    if found.quiet:
        return False
    for coordinate in found.coordinates:
        opened = homes.world.opened(coordinate.formula, coordinate.scope)
        if coordinate.value is None or isinstance(opened, Constant):
            continue
        match opened[0]:
            case nodes.Call(function="age", arguments=(of, nodes.Argument(value=nodes.Name(text=grain)))):
                for cohort in _cohorts(homes, aggregate, found, of.value, opened[1]):
                    if _begins_after_today(cohort, grain, int(coordinate.value), homes.settings):
                        return True
            case _:
                pass
    return False


def _cohorts(homes: Homes, aggregate: Aggregate, found: Seen, born: nodes.Expr, scope: Scope) -> list[Cell]:
    """The cells that the context gives for the date that an age is counted from."""
    cells: list[Cell] = []
    column = homes.located(aggregate, born, scope) if isinstance(born, nodes.Name) else None
    for coordinate in found.coordinates:
        grained = homes.time_grain(aggregate, coordinate.formula, coordinate.scope)
        if grained is not None and grained[0] == column and coordinate.value is not None:
            cells.append(coordinate.value)
    if column is not None and column == aggregate.time:
        for entry in found.stack:
            if entry.grain != "during" and entry.period is not None and entry.period.start is not None:
                cell = cell_of(entry.period.start, entry.grain, homes.settings)
                cells += [cell] if cell is not None else []
    return cells


def _begins_after_today(cohort: Cell, grain: str, age: int, settings: Settings) -> bool:
    start = cell_of(cohort.start, grain, settings)
    assert start is not None
    of_table = periods_of(grain)
    if of_table is not None:  # what the table does not tell yet has not begun
        place = (of_table.place(start.start) or 0) + age
        return place >= len(of_table.ranges) or of_table.ranges[place][0] > settings.today
    return midnight(steps(start, age).start).date() > settings.today


def at_age(homes: Homes, context: Context, age: Value) -> Context:
    """⟦at_age(f, k)⟧C = ⟦f⟧ with the coordinate age(…) set to k; refused without that coordinate."""
    ages = [s for s in context.steps if isinstance(s, Coordinate) and homes.is_age(s)]
    if len(ages) != 1:
        raise Refused("at_age needs one age(…) among what is grouped by")
    return context.then(Aged(age))
