"""Names of steps and measures, so that SQL reads like the definitions."""

from collections.abc import Iterable, Sequence

from metricdsl.model.formula import Aggregate, ColumnRef
from metricdsl.model.made_of import columns, short


class Names:
    """Names given so far; two that differ only in case never meet."""

    def __init__(self, taken: Iterable[str] = ()) -> None:
        self._taken = {name.casefold() for name in taken}

    def take(self, wanted: str, *others: str) -> str:
        """The name wanted, or one of the others; where all are taken, with a number behind it."""
        free = (name for name in (wanted, *others) if name.casefold() not in self._taken)
        name, number = next(free, wanted), 2
        while name.casefold() in self._taken:
            name, number = f"{wanted}_{number}", number + 1
        self._taken.add(name.casefold())
        return name


def branch_name(own: Sequence[Aggregate], all_branches: Sequence[Sequence[Aggregate]]) -> str:
    """The metric's name where a branch serves one metric alone; else its home, and its time where homes repeat."""
    metrics = {aggregate.metrics[0] if aggregate.metrics else "" for aggregate in own}
    if len(metrics) == 1 and (metric := metrics.pop()):
        return short(metric)
    home = own[0].home
    alone = sum(branch[0].home == home for branch in all_branches) == 1
    time = own[0].time_name
    return f"{short(home)}_totals" if alone or not time else f"{short(home)}_by_{short(time)}"


def measure_name(aggregate: Aggregate, beside: Sequence[Aggregate]) -> str:
    """The metric's name where it is the metric's only aggregate; else what is done with what: `sum_amount`."""
    if aggregate.metrics:
        metric = aggregate.metrics[0]
        if sum(other.metrics[:1] == (metric,) for other in beside) == 1:
            return short(metric)
    function = aggregate.function.removesuffix("_rows")
    match aggregate.arguments:
        case (ColumnRef(column=column), *_):
            return f"{function}_{column}"
        case (argument, *_):
            named = [column.column for column in columns(argument)]
            return "_".join((function, *dict.fromkeys(named)))
        case _:
            return f"{function}_{short(aggregate.home)}"
