"""Signs and words between expressions: the same for rows and for groups."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from itertools import pairwise

from metricdsl.analysis.calls import call
from metricdsl.analysis.contradictions import never_both
from metricdsl.analysis.literals import DATE_CONSTANT, period
from metricdsl.analysis.nulls import among_nulls, with_null
from metricdsl.analysis.overlapping_counts import mean_meant, tell_overlapping
from metricdsl.analysis.pairs_by_members import take_back
from metricdsl.analysis.rates_over_time import amount, by_duration, for_each_hour, over_time
from metricdsl.analysis.shares_times_hundred import of_both_sides, times_hundred
from metricdsl.analysis.sums_in_ratios import look_again
from metricdsl.analysis.world import Result, Work
from metricdsl.diagnostics.problem import Edit
from metricdsl.diagnostics.problems.aggregation import ColumnOutsideAggregate
from metricdsl.diagnostics.problems.formulas import WrongArguments
from metricdsl.diagnostics.problems.names import UnknownName
from metricdsl.diagnostics.problems.types import KindsDoNotFit
from metricdsl.model.formula import Constant, Expression
from metricdsl.model.types import Kind
from metricdsl.source import Span
from metricdsl.syntax import nodes
from metricdsl.syntax.format_formula import flat

SIGNS = {"+": "add", "-": "subtract", "*": "multiply", "/": "divide", "and": "and", "or": "or"}
COMPARISONS = {
    "=": "equal",
    "!=": "not_equal",
    "<": "less",
    "<=": "at_most",
    ">": "greater",
    ">=": "at_least",
}
TURNED = {"=": "=", "!=": "!=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}
ONE_WAY = (frozenset({"<", "<=", "=", "!="}), frozenset({">", ">=", "=", "!="}))
"""Signs that a chain may have together: `0 <= m < 4 != n` says what it says, `0 < m > 5` two things that look like a range."""
YEARS = (1900, 2100)  # a number among these beside a date is a year
Operation = nodes.Negation | nodes.Not | nodes.Binary | nodes.Comparison | nodes.Membership | nodes.IsNull
Recurse = Callable[[nodes.Expr], Result]


def operation(work: Work, node: Operation, recurse: Recurse) -> Result:
    """The expression of an operator, its operands read by `recurse`."""
    match node:
        case nodes.Negation(operand=operand):
            found = recurse(operand)
            match found:
                case Constant(value=int() | Decimal() as number) if not isinstance(number, bool):
                    return Constant(type=found.type, value=-number, parameter=found.parameter, span=node.span)
                case _:
                    return _apply(work, "negate", (found,), node.span)
        case nodes.Not(operand=operand):
            return _apply(work, "not", (recurse(operand),), node.span)
        case nodes.Binary(operator=operator, left=left, right=right):
            before = len(work.problems)
            first, second = recurse(left), recurse(right)
            if operator == "/" and isinstance(second, Constant):
                mean_meant(work, before, left)
            if operator == "/":
                look_again(work, before, node, second)
            if operator == "+" and first is not None and second is not None:
                tell_overlapping(work, node, first, second)
            if operator == "*" and first is not None and second is not None:
                rate = over_time(work, first, second)
                if rate is not None:
                    return amount(work, rate, node)
            if operator == "/" and first is not None and second is not None and by_duration(first, second):
                return for_each_hour(work, first, second, node)
            if operator == "and" and first is not None and second is not None:
                never = never_both(node, first, second, node.span)
                if never is not None:
                    work.report(never)
                    return None
            if operator == "/" and first is not None and _by_nothing(work, first, second, right):
                return None
            made = _apply(work, SIGNS[operator], (first, second), node.span)
            if operator in {"*", "/"} and made is not None:
                take_back(work, before, made)
                times_hundred(work, node, made)
            if operator in {"+", "-"} and made is not None:
                of_both_sides(work, node)
            return made
        case nodes.Comparison():
            return _comparison(work, node, recurse)
        case nodes.Membership(operand=operand, items=items, negated=negated):
            given = [recurse(operand), *(_value(work, item, recurse) for item in items)]
            known = [one for one in given if one is not None]
            wrong = among_nulls(node, known[0], known[1:]) if len(known) == len(given) else None
            if wrong is not None:
                work.report(wrong)
                return None
            found = _among(work, node, given)
            return _apply(work, "not", (found,), node.span) if negated else found
        case nodes.IsNull(operand=operand, negated=negated):
            found = _apply(work, "is_null", (recurse(operand),), node.span)
            return _apply(work, "not", (found,), node.span) if negated else found


def _among(work: Work, node: nodes.Membership, given: list[Result]) -> Result:
    """Whether a value is one of several; a written month, quarter or week is the whole of it, as behind `=`."""
    operand, *items = given
    if operand is None or not _temporal(operand):
        return _apply(work, "in", tuple(given), node.span)
    whole = [isinstance(item, nodes.PeriodLiteral) for item in node.items]
    rest = [item for item, period_ in zip(items, whole, strict=True) if not period_]
    found = _apply(work, "in", (operand, *rest), node.span) if rest else None
    if rest and found is None:
        return None
    for written, item, period_ in zip(node.items, items, whole, strict=True):
        if period_ and item is not None:
            within = _compare(work, "=", (node.operand, operand), (written, item), node.span)
            found = within if found is None else _apply(work, "or", (found, within), node.span)
    return found


def _by_nothing(work: Work, first: Expression, second: Result, node: nodes.Expr) -> bool:
    """Report a written zero that something is divided by. `1 / 0` of two numbers is null, as whoever writes it can see."""
    if isinstance(first, Constant) or not isinstance(second, Constant) or second.named:
        return False
    if isinstance(second.value, bool) or not isinstance(second.value, int | Decimal) or second.value != 0:
        return False
    text = "divided by 0 nothing has a value: this is null wherever it is asked"
    work.report(WrongArguments(text=text, fix="divide by what it is meant for each of", span=node.span))
    return True


def _apply(work: Work, function: str, arguments: tuple[Result, ...], span: Span) -> Result:
    given = tuple(a for a in arguments if a is not None)
    return call(work, function, given, span) if len(given) == len(arguments) else None


def _comparison(work: Work, node: nodes.Comparison, recurse: Recurse) -> Result:
    """A chain of comparisons: the `and` of each two neighbours, which go one way: `a <= m <= b`."""
    wrong = _no_range(node)
    if wrong is not None:
        work.report(wrong)
        return None
    left_node, left = node.first, _compared(work, node.first, recurse)
    found: Result = None
    fine = left is not None
    for sign, right_node in node.rest:
        right = _value(work, right_node, recurse)
        if left is not None and right is not None:
            span = left_node.span.to(right_node.span)
            one = _compare(work, sign, (left_node, left), (right_node, right), span)
            fine = fine and one is not None
            never = never_both(node, found, one, node.span) if found is not None and one is not None else None
            if never is not None:
                work.report(never)
                return None
            found = one if found is None else _apply(work, "and", (found, one), node.span)
        else:
            fine = False
        left_node, left = right_node, right
    return found if fine else None


def _no_range(node: nodes.Comparison) -> WrongArguments | None:
    """Why a chain of comparisons says no range: its signs go both ways, or it compares two written numbers."""
    signs = {sign for sign, _ in node.rest}
    if len(node.rest) == 1:
        return None
    operands = [node.first, *(operand for _, operand in node.rest)]
    if not any(signs <= way for way in ONE_WAY):
        parts = [
            f"{flat(left)} {sign} {flat(right)}"
            for left, (sign, right) in zip(operands, node.rest, strict=False)
        ]
        written = f"({' and '.join(parts)})"
        text = "a chain of comparisons is a range, as in `3 <= m <= 5`, and the signs of this one go different ways"
        return WrongArguments(
            text=text, fix=f"write `{written}`", edits=(Edit(node.span, written),), span=node.span
        )
    for left, right in pairwise(operands):
        if isinstance(left, nodes.Number | nodes.Percent) and isinstance(right, nodes.Number | nodes.Percent):
            text = f"{flat(left)} and {flat(right)} are compared with each other here, and say nothing about the rest"
            fix = "write the bounds on both sides, as in `3 <= m <= 5`, or join two comparisons with `and`, `or`"
            return WrongArguments(text=text, fix=fix, span=left.span.to(right.span))
    return None


def _compared(work: Work, node: nodes.Expr, recurse: Recurse) -> Result:
    """What is compared; of a column without an aggregate, that it is compared: a number of its values would not be the same."""
    before = len(work.problems)
    found = recurse(node)
    match work.problems[before:]:
        case [ColumnOutsideAggregate(suggestion="count", name=name, span=span)] if isinstance(
            node, nodes.Name
        ):
            work.problems[before] = ColumnOutsideAggregate(
                name=name, suggestion="count", compared=True, span=span
            )
    return found


def _value(work: Work, node: nodes.Expr, recurse: Recurse) -> Result:
    """What something is compared with; of a name that nothing has, that a text stands in quotes."""
    before = len(work.problems)
    found = _compared(work, node, recurse)
    match work.problems[before:]:
        case [UnknownName(name=name, near=(), span=span) as problem] if isinstance(node, nodes.Name):
            if span == node.span and name == node.text:
                quoted = (f'"{name}"',)
                hint = problem.hint or "A text stands in straight double quotes."
                work.problems[before] = UnknownName(
                    name=name, where=problem.where, near=quoted, hint=hint, span=span
                )
    return found


def _compare(
    work: Work,
    sign: str,
    left: tuple[nodes.Expr, Expression],
    right: tuple[nodes.Expr, Expression],
    span: Span,
) -> Result:
    """One comparison; beside a written month, quarter or week it is with the whole of that period."""
    wrong = with_null(sign, left, right, span)
    if wrong is not None:
        work.report(wrong)
        return None
    if isinstance(left[0], nodes.PeriodLiteral) and not isinstance(right[0], nodes.PeriodLiteral):
        left, right, sign = right, left, TURNED[sign]
    if _year(left[0]) is not None and right[1].type.grain == "year":
        left, right, sign = right, left, TURNED[sign]
    year = _year(right[0])
    if year is not None and left[1].type.kind in {Kind.DATE, Kind.TIMESTAMP}:
        if left[1].type.grain == "year":
            first = Constant(type=DATE_CONSTANT, value=date(year, 1, 1), span=right[0].span)
            return call(work, COMPARISONS[sign], (left[1], first), span)
        said = left[0].text if isinstance(left[0], nodes.Name) else "…"
        text = f"a {left[1].type.kind.value} and a number do not compare"
        work.report(
            KindsDoNotFit(text=text, fix=f"for the year write `{said}.year {sign} {year}`", span=span)
        )
        return None
    if not isinstance(right[0], nodes.PeriodLiteral) or not _temporal(left[1]):
        return call(work, COMPARISONS[sign], (left[1], right[1]), span)
    start, end = (
        Constant(type=DATE_CONSTANT, value=day, span=right[0].span)
        for day in period(right[0], work.world.settings.week_start)
    )
    value = left[1]
    match sign:
        case "=":
            after = call(work, "at_least", (value, start), span)
            return _apply(work, "and", (after, call(work, "less", (value, end), span)), span)
        case "!=":
            before = call(work, "less", (value, start), span)
            return _apply(work, "or", (before, call(work, "at_least", (value, end), span)), span)
        case "<":
            return call(work, "less", (value, start), span)
        case "<=":
            return call(work, "less", (value, end), span)
        case ">":
            return call(work, "at_least", (value, end), span)
        case _:
            return call(work, "at_least", (value, start), span)


def _year(node: nodes.Expr) -> int | None:
    """The year that a written number is beside a time."""
    if (
        isinstance(node, nodes.Number)
        and node.value == int(node.value)
        and YEARS[0] <= node.value <= YEARS[1]
    ):
        return int(node.value)
    return None


def _temporal(expression: Expression) -> bool:
    return expression.type.kind in {Kind.DATE, Kind.TIMESTAMP, Kind.UNKNOWN}


def several_periods(work: Work, node: nodes.DurationLiteral) -> None:
    """The problem of a number of periods where a value is needed."""
    text = f"{flat(node)} is a number of periods: it stands behind the formula in prior, growth and trailing alone"
    work.report(WrongArguments(text=text, span=node.span))


def several(work: Work, node: nodes.Group) -> None:
    """The problem of several in parentheses where one is needed."""
    work.report(WrongArguments(text="several values stand here where one is needed", span=node.span))
