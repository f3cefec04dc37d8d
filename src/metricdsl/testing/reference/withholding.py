"""`minimum N`: which results are withheld.

A result of a column c in a group k is small if 0 < |rows(a, C0+k)| < N for some aggregate a of c, N the greatest minimum of the
metrics that c is made of. In each line of groups, those that differ in one grouping only, in which one result alone is withheld, that one
with rows is withheld too of which the aggregates read the fewest. With several groupings that is done twice for each, and a
column that then has a line with one alone shows no result that has rows.
"""

from collections.abc import Iterator, Sequence

from metricdsl.syntax import nodes
from metricdsl.testing.reference import conversion, members
from metricdsl.testing.reference.context import Context, Inner
from metricdsl.testing.reference.conversion import CONVERSIONS
from metricdsl.testing.reference.formulas import parts_of
from metricdsl.testing.reference.groups import Key
from metricdsl.testing.reference.metrics import Meaning
from metricdsl.testing.reference.names import Constant, Scope
from metricdsl.testing.reference.period_words import is_period_word
from metricdsl.testing.reference.result_functions import series_of
from metricdsl.testing.reference.rows import AGGREGATES
from metricdsl.testing.reference.time_functions import TIME_FUNCTIONS
from metricdsl.testing.reference.totals import dropping, parts_of_call
from metricdsl.testing.reference.values import Value, ordered, same


def minimum(meaning: Meaning, formula: nodes.Expr, scope: Scope) -> int:
    """The greatest minimum of the metrics that a formula is made of; 0 without any."""
    return max(_minimums(meaning, formula, scope), default=0)


def _minimums(meaning: Meaning, formula: nodes.Expr, scope: Scope) -> Iterator[int]:
    opened = meaning.world.opened(formula, scope)
    if isinstance(opened, Constant):
        return
    formula, scope = opened
    match formula:
        case nodes.Name():
            found = meaning.world.find(formula.parts, scope, nodes.MetricDecl)
            if found is None or found[2]:
                return
            for said in found[0].properties:
                if said.word == "minimum" and isinstance(said.values[0], nodes.Number):
                    yield int(said.values[0].value)
            yield from _minimums(meaning, found[0].formula, found[1])
        case nodes.Call(function=function) if function in AGGREGATES:
            if (per := members.per_member(meaning, formula, scope)) is not None:
                for part in (per.formula, *per.having):
                    yield from _minimums(meaning, part, per.scope)
            elif (counted := members.count_having(meaning, formula, scope, Context())) is not None:
                for part in counted.having:
                    yield from _minimums(meaning, part, counted.scope)
        case nodes.Call(arguments=arguments):
            for argument in arguments:
                yield from _minimums(meaning, argument.value, scope)
        case nodes.InContext(body=body):
            yield from _minimums(meaning, body, scope)
        case _:
            for part in parts_of(formula):
                yield from _minimums(meaning, part, scope)


def reads(meaning: Meaning, formula: nodes.Expr, scope: Scope, context: Context) -> list[int]:
    """How many rows each aggregate of a formula reads in C; one inside `per`, for all members together."""
    opened = meaning.world.opened(formula, scope)
    if isinstance(opened, Constant):
        return []
    formula, scope = opened
    match formula:
        case nodes.Name() if formula.text == "today" or is_period_word(meaning, formula, scope):
            return []
        case nodes.Name():
            found = meaning.world.find(formula.parts, scope, nodes.MetricDecl)
            return [] if found is None or found[2] else reads(meaning, found[0].formula, found[1], context)
        case nodes.Call(function=function) if function in dict(meaning.settings.functions):
            told: list[int] = []
            for argument in formula.arguments:
                series = series_of(meaning, argument.value, scope)
                if series is None:
                    told += reads(meaning, argument.value, scope, context)
                for one in series or ():
                    told += _members_read(meaning, one, context)
            return told
        case nodes.Call(function=function) if function in AGGREGATES:
            return _aggregate_reads(meaning, formula, scope, context)
        case nodes.Call(function=function) if function in {*TIME_FUNCTIONS, "growth"}:
            body, step = meaning.moved(formula, scope, context)
            own = reads(meaning, body, scope, context) if function == "growth" else []
            return own + reads(meaning, body, scope, context.then(step))
        case nodes.Call(function="during"):
            body, fixed = meaning.fixed_period(formula, scope)
            return reads(meaning, body, scope, context.then(fixed))
        case nodes.Call(function="total" | "share" as function):
            word = "over" if function == "total" else "of"
            body, over = parts_of_call(formula, word, needed=function == "share")
            own = reads(meaning, body, scope, context) if function == "share" else []
            return own + reads(meaning, body, scope, context.then(*dropping(meaning, over, scope)))
        case nodes.Call(function="rank" | "rank_share" | "at_age", arguments=(of, *_)):
            return reads(meaning, of.value, scope, context)
        case nodes.Call(function=function) if function in CONVERSIONS:
            asked = conversion.conversion(meaning, formula, scope, context)
            return [len(meaning.rows(asked.a, context))]
        case nodes.InContext(body=body, words=words):
            return reads(meaning, body, scope, context.within(words, scope))
        case _:
            return [n for part in parts_of(formula) for n in reads(meaning, part, scope, context)]


def _aggregate_reads(meaning: Meaning, call: nodes.Call, scope: Scope, context: Context) -> list[int]:
    if (per := members.per_member(meaning, call, scope)) is not None:
        return _members_read(meaning, per, context)
    if (counted := members.count_having(meaning, call, scope, context)) is not None:
        return [int(members.having_value(meaning, counted, context))]
    return [len(meaning.rows(meaning.aggregate(call, scope, context), context))]


def _members_read(meaning: Meaning, per: members.PerMember, context: Context) -> list[int]:
    each = [
        reads(meaning, per.formula, per.scope, context.then(Inner()).into(per.parts, k))
        for k in members.members(meaning, per, context)
    ]
    return [sum(numbers) for numbers in zip(*each, strict=True)]


def withheld(groups: Sequence[Key], numbers: Sequence[Sequence[int]], least: int) -> list[bool]:
    """For each group whether its result is withheld, from how many rows its aggregates read."""
    total = [sum(n) for n in numbers]
    found = [any(0 < one < least for one in n) for n in numbers]
    size = len(groups[0]) if groups else 0
    for _ in range(1 if size == 1 else 2):
        for place in range(size):
            before = list(found)
            for line in _lines(groups, place):
                beside = [i for i in line if not before[i] and total[i] > 0]
                if sum(before[i] for i in line) == 1 and beside:
                    found[_least(beside, total, groups)] = True
    if size > 1 and any(
        sum(found[i] for i in line) == 1 and any(not found[i] and total[i] > 0 for i in line)
        for place in range(size)
        for line in _lines(groups, place)
    ):
        return [f or t > 0 for f, t in zip(found, total, strict=True)]
    return found


def _least(places: Sequence[int], total: Sequence[int], groups: Sequence[Key]) -> int:
    """The group with the fewest rows, the first of those that have as few."""
    best = places[0]
    for i in places[1:]:
        if total[i] < total[best] or (total[i] == total[best] and ordered(groups[i], groups[best]) < 0):
            best = i
    return best


def _lines(groups: Sequence[Key], place: int) -> list[list[int]]:
    """The groups that differ in one part only."""
    found: list[tuple[Sequence[Value], list[int]]] = []
    for i, group in enumerate(groups):
        rest = (*group[:place], *group[place + 1 :])
        line = next((members for key, members in found if same(key, rest)), None)
        if line is None:
            found.append((rest, [i]))
        else:
            line.append(i)
    return [line for _, line in found]
