"""Whole examples of formulas that change their contexts: a shop, its metrics, its rows, a question."""

from attrs import evolve
from hypothesis import strategies as st

from metricdsl.testing.generate.contexts import (
    Around,
    Formula,
    common,
    formulas,
    group_conditions,
    plain,
    row_conditions,
)
from metricdsl.testing.generate.examples import Example
from metricdsl.testing.generate.queries import Asked
from metricdsl.testing.generate.shops import LEAP, NEW_YEAR, YEARS, rows_of, shops
from metricdsl.value import frozen

FINE = ("day", "week", "month")
COARSE = ("month", "month", "quarter", "year")
EMPTY = st.sampled_from((" { empty 0 }", " { empty 7 }"))
seldom = st.sampled_from((False, False, True))


@frozen
class Definitions:
    """Definitions as one text."""

    text: str


@st.composite
def nested_examples(draw: st.DrawFn) -> Example:
    """A shop, one to three metrics, rows and a question about them."""
    shop = draw(shops())
    season = draw(st.sampled_from((LEAP, NEW_YEAR, YEARS)))
    choices: tuple[tuple[str, ...], ...] = tuple((g,) for g in (COARSE if season is YEARS else FINE))
    choices = (
        (*choices, ("year", "month"), (), ()) if season is YEARS else (*choices, ("month", "week"), (), ())
    )
    grains = draw(st.sampled_from(choices))
    size = draw(st.sampled_from((0, 1, 1, 2)))
    by: list[str] = draw(
        st.lists(
            st.sampled_from(common(frozenset({"order", "customer"}), shop)),
            min_size=min(size, 1),
            max_size=size,
            unique=True,
        )
    )
    around = Around(shop, grains, tuple(by))
    metrics: list[tuple[str, Formula]] = []
    lines = []
    for number in range(draw(st.integers(1, 3))):
        here = evolve(around, metrics=tuple(metrics))
        formula = draw(plain(shop)) if number == 0 else draw(formulas(here, 2))
        empty = draw(seldom)
        lines.append(f"metric m{number} = {formula.text} as number{draw(EMPTY) if empty else ''}\n")
        metrics.append((f"m{number}", formula))
    around = evolve(around, metrics=tuple(metrics))
    columns = [
        draw(formulas(around, draw(st.sampled_from((3, 2, 1)))))
        for _ in range(draw(st.sampled_from((1, 1, 2))))
    ]
    homes = frozenset(h for c in columns for h in c.homes)
    if draw(seldom):
        by = [draw(st.sampled_from(common(homes, shop))) for _ in by]
    by = draw(st.permutations([*by, *grains]))
    asked = Asked(
        columns=tuple(f"c{i}: {c.text}" for i, c in enumerate(columns)),
        by=tuple(dict.fromkeys(by)),
        where=draw(row_conditions(homes, shop)) if draw(seldom) else "",
        during=draw(st.sampled_from(season.ranges)) if draw(st.booleans()) else "",
        fill=bool(grains) and draw(seldom),
        today=draw(st.sampled_from(season.todays)),
    )
    if draw(st.sampled_from((False, False, False, True))):
        asked = evolve(asked, having=draw(group_conditions(around, 1, homes)))
    sortable = [f"c{i}" for i, c in enumerate(columns) if c.exact] + list(asked.by)
    ordered: bool = draw(seldom) if sortable else False
    if ordered:
        keys = draw(st.lists(st.sampled_from(sortable), min_size=1, max_size=2, unique=True))
        asked = evolve(asked, sort=tuple(k + draw(st.sampled_from(("", " desc"))) for k in keys))
    if draw(st.sampled_from((False, False, False, False, True))):
        asked = evolve(asked, limit=draw(st.sampled_from((1, 3))))
    return Example(Definitions(shop.text + "".join(lines)), draw(rows_of(shop, season)), asked)
