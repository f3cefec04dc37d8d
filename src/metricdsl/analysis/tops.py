"""`top(d, n, by: m)` as a grouping: the n best of a dimension, and all others together.

The best are found once, in the context of the question: under its conditions, in its range, whatever else it groups by.
"""

from collections.abc import Callable, Mapping, Sequence

from attrs import evolve

from metricdsl.analysis.calendar_names import bare_grain
from metricdsl.analysis.calls import call
from metricdsl.analysis.changes import Level
from metricdsl.analysis.context_functions import lower_is_better
from metricdsl.analysis.contexts import aggregates
from metricdsl.analysis.defines import define_of
from metricdsl.analysis.groupings import Asked
from metricdsl.analysis.groups import GroupPlace, group
from metricdsl.analysis.levels import with_level
from metricdsl.analysis.placing import Placing
from metricdsl.analysis.result_functions import told
from metricdsl.analysis.withholding import withholding
from metricdsl.analysis.world import Place, Result, Work
from metricdsl.diagnostics.problems.formulas import WrongArguments
from metricdsl.diagnostics.problems.tops import PeriodsHaveNoOthers
from metricdsl.diagnostics.problems.types import KindsDoNotFit
from metricdsl.model.formula import Aggregate, Constant, Expression, GroupingRef, MemberKey, Over, Ranked
from metricdsl.model.period import Period
from metricdsl.model.result_functions import is_made_by
from metricdsl.model.types import INTEGER, NULL, Kind
from metricdsl.syntax import nodes
from metricdsl.syntax.format_formula import flat
from metricdsl.value import frozen

FUNCTION = "top"
SHAPE = "write top(customer.region, 5, by: revenue)"
IN_ORDER = frozenset({Kind.DURATION, Kind.DATE, Kind.TIMESTAMP, Kind.UNKNOWN, Kind.NULL})


@frozen(eq=False)
class Top:
    """A grouping by the best as written: of what, how many, by which formula."""

    dimension: nodes.Expr
    most: int
    by: nodes.Expr


def asked_of(work: Work, query: nodes.Query, place: Place) -> list[tuple[Asked, Top | None]]:
    """The groupings of a question, those by the best with what they are made by."""
    found: list[tuple[Asked, Top | None]] = []
    for item in query.by:
        top = _top(work, item.value, place)
        node = item if top is None else evolve(item, value=top.dimension)
        found.append((Asked(item.name or item.text, node, place), top))
    return found


def is_top(work: Work, node: nodes.Expr, place: Place) -> bool:
    """Whether a grouping is one by the best, not by a `define` of that name."""
    named = isinstance(node, nodes.Call) and node.function == FUNCTION
    return named and define_of(work, FUNCTION, place) is None


def _top(work: Work, node: nodes.Expr, place: Place) -> Top | None:
    """What a grouping by the best says; None where it is another one, or wrong, which is reported."""
    if not is_top(work, node, place):
        return None
    assert isinstance(node, nodes.Call), "it is a call"
    given = node.arguments
    shaped = len(given) == 3 and not any(a.distinct for a in given)
    if not shaped or [a.name for a in given] != [None, None, "by"]:
        text = "top takes a dimension, how many of it, and behind `by:` what puts them in order"
        work.report(WrongArguments(text=text, fix=SHAPE, span=node.span))
        return None
    number = given[1].value
    if not isinstance(number, nodes.Number) or number.value < 1 or number.value != int(number.value):
        text = "how many of the best are shown is a whole number, 1 or more"
        work.report(WrongArguments(text=text, fix=SHAPE, span=number.span))
        return None
    dimension = given[0].value
    calculated = isinstance(dimension, nodes.Call) and dimension.function != "age"
    named = isinstance(dimension, nodes.Name) and bare_grain(dimension) is None
    if not named and not calculated:
        work.report(PeriodsHaveNoOthers(dimension=flat(dimension), span=dimension.span))
        return None
    return Top(dimension, int(number.value), given[2].value)


def rank_of(
    work: Work,
    asked: Asked,
    top: Top,
    columns: Mapping[str, Expression],
    placed_in: tuple[Period, Sequence[tuple[nodes.Expr, Place]], Callable[[Aggregate], Aggregate | None]],
) -> Ranked | None:
    """The places of all that a dimension is, in the context of the question; None with a problem."""
    formula = group(work, top.by, asked.place, GroupPlace(columns=columns))
    if formula is None or not _in_order(work, formula, top):
        return None
    functions = work.world.registry.result_functions
    if is_made_by(formula, functions):
        work.report(told(formula, "top(…)", functions))
        return None
    shown = _shown(work, formula)
    alone = Asked(asked.name, asked.node, asked.place)
    levelled = None if shown is None else with_level(work, shown, [alone])
    if levelled is None:
        return None
    if alone.cut or any(grain is not None for grain in alone.grains):
        work.report(PeriodsHaveNoOthers(dimension=flat(top.dimension), span=top.dimension.span))
        return None
    asked.end = alone.end
    members = tuple(MemberKey(name=g.name, type=g.type) for g in alone.groupings())
    period, wheres, read = placed_in
    placed = Placing(work, (), period, tuple(wheres), read).place(levelled, (Level(members),))
    if placed is None:
        return None
    return Ranked(
        type=evolve(INTEGER, nullable=True),
        span=top.by.span,
        body=placed,
        over=Over(),
        ascending=lower_is_better(work, formula),
        among=tuple(GroupingRef(type=key.type, index=index) for index, key in enumerate(members)),
        single=True,
    )


def _in_order(work: Work, formula: Expression, top: Top) -> bool:
    """Whether the values of a formula can be put in order by what is better; else that is reported."""
    if not any(aggregates(formula)):
        text = "what stands behind `by:` is made of no rows, so that all places are equal"
        work.report(WrongArguments(text=text, fix=SHAPE, span=top.by.span))
        return False
    kind = formula.type.kind
    if kind.numeric or kind in IN_ORDER:
        return True
    text = f"the best are told by a number or a time, and this is a {kind.value}"
    work.report(KindsDoNotFit(text=text, span=top.by.span))
    return False


def _shown(work: Work, formula: Expression) -> Result:
    """The formula, null where few rows make a result that is not to be shown: its place would tell of it."""
    kept_back = withholding(work, formula)
    if kept_back is None or formula.span is None:
        return formula
    nothing = Constant(type=NULL, value=None, span=formula.span)
    return call(work, "if", (kept_back.small, nothing, formula), formula.span)
