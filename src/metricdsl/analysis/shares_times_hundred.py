"""Shares that a written 100 multiplies, as spreadsheets have them: `won / deals * 100`, `-100 * win_rate`, `win_rate / 0.01`."""

from collections.abc import Iterator
from fractions import Fraction

from attrs import evolve

from metricdsl.analysis.directory import inside
from metricdsl.analysis.hundredfold import PERCENT, hundredfold, in_percent_as_it_is
from metricdsl.analysis.world import Work
from metricdsl.diagnostics.problem import Edit
from metricdsl.diagnostics.problems.shares_and_numbers import ShareTimesHundred
from metricdsl.model.formula import Expression
from metricdsl.model.unit import Unit
from metricdsl.source import Span
from metricdsl.syntax import nodes
from metricdsl.syntax.format_formula import flat

FACTOR = 6  # how tightly a formula holds together that needs no parentheses in a product


def times_hundred(work: Work, node: nodes.Binary, found: Expression) -> None:
    """Tell a share that the written numbers of a product multiply by 100; take it back where they are 1 in the end, and where the
    product is no share: `win_rate * 100 * seats` is shown in seats, and what it is times 100 for is not known.
    """
    if not in_percent_as_it_is(found.type.unit):
        factors = set(_products(node))
        work.problems[:] = [
            p for p in work.problems if not (isinstance(p, ShareTimesHundred) and p.span in factors)
        ]
        return
    told = [p for p in work.problems if _within(p, node.span)]
    total = _number(node)
    if abs(total) == 1 and told:
        work.problems[:] = [p for p in work.problems if p not in told]
    if told or abs(total) == 1:
        return
    place, rest = _with_one_hundred(node), None
    if place is None and abs(total) == 100:
        left = _without_numbers(node)
        rest = None if left is None else f"{'-' if total < 0 else ''}{flat(left, FACTOR)}"
        place = node if rest else None
    elif place is not None:
        rest = flat(place.left if _is_hundred(place.right) else place.right, FACTOR)
    if place is None or rest is None:
        return
    defines = work.world.directory.all("define")
    work.report(
        ShareTimesHundred(
            what=PERCENT[found.type.unit.form],
            rest=rest,
            shared=any(inside(place.span, one.node.span) for one in defines),
            span=place.span,
        )
    )


def of_both_sides(work: Work, node: nodes.Binary) -> None:
    """Make one of what is told of both sides of a sum or difference: without the factor on one side alone it is another formula."""
    sides = [[p for p in work.problems if _within(p, side.span)] for side in (node.left, node.right)]
    if any(len(told) != 1 for told in sides):
        return
    (first,), (second,) = sides
    assert isinstance(first, ShareTimesHundred), "that is what is looked for"
    assert isinstance(second, ShareTimesHundred), "that is what is looked for"
    both = evolve(
        first,  # type: ignore[misc]  # as in `discreet`
        beside=(*first.beside, *second.places),
        rounded=first.rounded or second.rounded,
        shared=first.shared or second.shared,
    )
    work.problems[:] = [both if p is first else p for p in work.problems if p is not second]


def _products(node: nodes.Expr) -> Iterator[Span]:
    """The places of a product and of the products that it is made of."""
    match node:
        case nodes.Binary(operator="*" | "/", left=left, right=right):
            yield node.span
            yield from _products(left)
            yield from _products(right)
        case nodes.Negation(operand=operand):
            yield from _products(operand)
        case _:
            pass


def _with_one_hundred(node: nodes.Binary) -> nodes.Binary | None:
    """The product of something and 100 that a formula begins with: `100 * won` of `100 * won / deals`."""
    product: nodes.Expr = node
    while isinstance(product, nodes.Binary) and product.operator == "/":
        product = product.left
    while isinstance(product, nodes.Binary) and product.operator == "*":
        if _is_hundred(product.left) or _is_hundred(product.right):
            return product
        product = product.left
    return None


def _is_hundred(node: nodes.Expr) -> bool:
    return isinstance(node, nodes.Number) and node.value == 100


def _number(node: nodes.Expr) -> Fraction:
    """What the written numbers of a product make; one that is divided by 0 is nothing."""
    match node:
        case nodes.Number(value=value):
            return Fraction(value)
        case nodes.Negation(operand=operand):
            return -_number(operand)
        case nodes.Binary(operator="*", left=left, right=right):
            return _number(left) * _number(right)
        case nodes.Binary(operator="/", left=left, right=right):
            below = _number(right)
            return _number(left) / below if below else Fraction(0)
        case _:
            return Fraction(1)


def _without_numbers(node: nodes.Expr) -> nodes.Expr | None:
    """A product without its written numbers; None where nothing is left above the line."""
    match node:
        case nodes.Number():
            return None
        case nodes.Negation(operand=operand):
            return _without_numbers(operand)
        case nodes.Binary(operator="*" | "/" as operator, left=left, right=right):
            first, second = _without_numbers(left), _without_numbers(right)
            if second is None:
                return first
            if first is None:
                return second if operator == "*" else None
            return evolve(node, left=first, right=second, block=False)
        case _:
            return node


def rounded_after(work: Work, span: Span) -> None:
    """Without its factor a share would be rounded to other digits: of `round(100 * win_rate, 1)` there is no edit."""
    for at, problem in enumerate(work.problems):
        if isinstance(problem, ShareTimesHundred) and _within(problem, span):
            work.problems[at] = evolve(problem, rounded=True)  # type: ignore[misc]  # as in `discreet`


def number_on_purpose(work: Work, expression: Expression, unit: Unit) -> None:
    """Take back what was told of a share times 100 in a formula that is said to be no share: `(win_rate * 100) as number`."""
    place = expression.span
    if place is not None and not in_percent_as_it_is(unit):
        work.problems[:] = [problem for problem in work.problems if not _within(problem, place)]


def _within(problem: object, place: Span) -> bool:
    """Whether it is told of a share times 100 in a place."""
    return isinstance(problem, ShareTimesHundred) and problem.span is not None and inside(problem.span, place)


def without_the_factor(work: Work, values: tuple[Expression, ...]) -> tuple[Edit, ...] | None:
    """What takes the factor 100 away where values are compared or added: nothing where none has it, None where it stands elsewhere.

    The hints of these factors go: what is told of the whole has them.
    """
    found: list[ShareTimesHundred] = []
    for value in values:
        if not hundredfold(value):
            continue
        place = value.span
        told = [
            p
            for p in work.problems
            if isinstance(p, ShareTimesHundred)
            and place is not None
            and _within(p, place)
            and not (p.shared or p.rounded or p.beside)
        ]
        if len(told) != 1:
            return None
        found += told
    work.problems[:] = [p for p in work.problems if p not in found]
    return tuple(Edit(p.span, p.rest) for p in found if p.span is not None)
