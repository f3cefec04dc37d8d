"""Queries over generated metrics: groupings that all columns reach, filters, ranges, order."""

from attrs import evolve
from hypothesis import strategies as st

from metricdsl.testing.generate.conditions import columns_of, conditions
from metricdsl.testing.generate.models import Formula, Model
from metricdsl.testing.generate.names import written
from metricdsl.testing.generate.schemas import ColumnShape, EntityShape
from metricdsl.value import frozen

GRAINS = ("day", "week", "month", "quarter", "year")
seldom = st.sampled_from((False, False, True))
RANGES = (
    "2024", "2025", "2024-Q1", "2025-Q1", "2024-12", "2024-02", "2024-W01", "2025-W01", "2024-02-29", "2024-02-28 to 2024-03-01",
    "2024-12 to 2025-01", "2024-12-30 to", "2023 to 2025-Q2", "last 12 months", "last 2 weeks", "last quarter", "this year",
    "last 28 days",
)  # fmt: skip
TODAYS = ("2024-12-31", "2025-01-06", "2025-06-30", "2026-01-04")


@frozen
class Asked:
    """A query in its parts."""

    columns: tuple[str, ...]
    by: tuple[str, ...] = ()
    where: str = ""
    during: str = ""
    having: str = ""
    sort: tuple[str, ...] = ()
    limit: int | None = None
    fill: bool = False
    today: str = TODAYS[-1]

    @property
    def text(self) -> str:
        """The query as written."""
        parts = [", ".join(self.columns)]
        parts += [f"by {', '.join(self.by)}"] if self.by else []
        parts += [f"where {self.where}"] if self.where else []
        parts += [f"during {self.during}"] if self.during else []
        parts += ["fill"] if self.fill else []
        parts += [f"having {self.having}"] if self.having else []
        parts += [f"sort {', '.join(self.sort)}"] if self.sort else []
        parts += [f"limit {self.limit}"] if self.limit is not None else []
        return "\n".join(parts)


def groupings(model: Model, homes: list[EntityShape]) -> list[str]:
    """The dimensions that all homes reach, as written."""
    found = []
    for word, entity in model.schema.words(homes):
        if len(entity.keys) == 1:
            found.append(written(word))
        derived = tuple(c for c, _ in model.derived[entity.name])
        for column in columns_of(entity, derived):
            name = f"{written(word)}.{written(column.name)}"
            if column.kind != "float":
                found.append(name)
            if column.kind in {"date", "timestamp"}:
                found += [f"{name}.month", f"{name}.week", f"month_of_year({name})"]
    return found


@st.composite
def queries(draw: st.DrawFn, model: Model) -> Asked:
    """Columns by up to two dimensions and perhaps a grain, filtered, cut, chosen, sorted, filled."""
    metrics = draw(
        st.lists(
            st.sampled_from(list(model.metrics.items())), min_size=1, max_size=3, unique_by=lambda m: m[0]
        )
    )
    formulas = [formula for _, formula in metrics]
    homes = list(dict.fromkeys(h for f in formulas for h in f.homes))
    times: list[ColumnShape | None] = [t for f in formulas for t in f.times]
    timed = all(t is not None for t in times)
    dimensions = groupings(model, homes)
    size = draw(st.sampled_from((1, 2, 0)))
    by: list[str] = []
    if dimensions and size:
        by = draw(st.lists(st.sampled_from(dimensions), min_size=1, max_size=size, unique=True))
    grain = draw(st.sampled_from((None, None, *_grains(times)))) if timed else None
    by = draw(st.permutations([*by, *([grain] if grain else [])]))
    asked = Asked(
        columns=tuple(written(name) for name, _ in metrics),
        by=tuple(by),
        where=draw(conditions(model.schema, homes)) if draw(seldom) else "",
        during=draw(st.sampled_from(RANGES)) if draw(seldom) and timed else "",
        fill=grain in {"week", "month", "quarter", "year"} and draw(st.booleans()),
        today=draw(st.sampled_from(TODAYS)),
    )
    exact = [(written(n), f) for n, f in metrics if f.exact]
    if draw(seldom):
        asked = draw(_with_the_best(asked, [name for name, formula in exact if formula.numeric]))
    reaching = [
        (written(n), f)
        for n, f in model.metrics.items()
        if f.exact and set(f.homes) <= set(homes) and (not timed or None not in f.times)
    ]
    return draw(_ordered(asked, exact, [name for name, _ in reaching]))


@st.composite
def _with_the_best(draw: st.DrawFn, asked: Asked, numbers: list[str]) -> Asked:
    """The query with the best of one of its dimensions, and all others, in place of that dimension."""
    able = [b for b in asked.by if "(" not in b and b.rpartition(".")[2] not in {*GRAINS, "hour", "minute"}]
    if not able or not numbers:
        return asked
    chosen = draw(st.sampled_from(able))
    best = f"top({chosen}, {draw(st.sampled_from((1, 2, 5)))}, by: {draw(st.sampled_from(numbers))})"
    return evolve(asked, by=tuple(best if b == chosen else b for b in asked.by))


def _grains(times: list[ColumnShape | None]) -> tuple[str, ...]:
    fine = all(t is not None and t.kind == "timestamp" for t in times)
    return (*GRAINS, "hour", "minute") if fine else GRAINS


@st.composite
def _ordered(draw: st.DrawFn, asked: Asked, exact: list[tuple[str, Formula]], reaching: list[str]) -> Asked:
    """The query with `having`, `sort` and `limit`, by values that are exact on every engine; `sort` by metrics not shown too."""
    if exact and draw(st.sampled_from((True, False, False))):
        name, formula = draw(st.sampled_from(exact))
        numbers = [f"{name} > 1", f"{name} != 0", f"not ({name} <= 2)"] if formula.numeric else []
        asked = evolve(
            asked, having=draw(st.sampled_from([*numbers, f"{name} is null", f"{name} is not null"]))
        )
    sortable = list(dict.fromkeys([n for n, _ in exact] + reaching)) + [b for b in asked.by if "(" not in b]
    if draw(st.booleans()) and sortable:
        keys = draw(st.lists(st.sampled_from(sortable), min_size=1, max_size=2, unique=True))
        asked = evolve(asked, sort=tuple(k + draw(st.sampled_from(("", " desc"))) for k in keys))
    return evolve(asked, limit=draw(st.sampled_from((None, None, None, None, None, 3, 1))))
