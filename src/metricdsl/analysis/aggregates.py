"""Aggregates: `sum(order.amount where paid)`, with home, condition and time."""

from collections.abc import Mapping, Sequence

from attrs import evolve

from metricdsl.analysis.calls import mismatch, wrong_number
from metricdsl.analysis.columns import key, member
from metricdsl.analysis.contexts import Words, check_ways, conditions, moment, opened, read_words, stated
from metricdsl.analysis.defines import argument_of, as_declared, define_of, put_in
from metricdsl.analysis.find import Target, find
from metricdsl.analysis.function_names import callable_by_name
from metricdsl.analysis.homes import home_of
from metricdsl.analysis.measure import too_large
from metricdsl.analysis.parents_facts import column_refs, is_own, parents_amount
from metricdsl.analysis.rows import constant_text, row, row_condition
from metricdsl.analysis.shares_of_rows import share_of_rows, squares_as_numbers
from metricdsl.analysis.stocks import ALL_DATES, at_each_date, kept_by
from metricdsl.analysis.sums import column_not_added
from metricdsl.analysis.walk import names_in
from metricdsl.analysis.world import Bound, Header, Place, Result, RowPlace, Work
from metricdsl.diagnostics import Edit
from metricdsl.diagnostics.near import near
from metricdsl.diagnostics.problems.formulas import WrongArguments
from metricdsl.diagnostics.problems.grain import ParentsFactFromChild
from metricdsl.diagnostics.problems.names import listed
from metricdsl.diagnostics.problems.packages import WrongSortOfName
from metricdsl.diagnostics.problems.types import NotANumber
from metricdsl.diagnostics.problems.units import MixedCurrencies
from metricdsl.model.formula import Aggregate, ColumnRef, Constant, Expression
from metricdsl.model.types import FLOAT, Kind
from metricdsl.model.unit import Base, Unit
from metricdsl.spi.defs import Mismatch, argument_types
from metricdsl.syntax import nodes
from metricdsl.syntax.format_formula import flat
from metricdsl.value import frozen

FROM_OWN_ROWS = frozenset(
    {"sum", "avg", "median", "percentile", "stddev", "variance", "correlation", "slope"}
)
"""Aggregations whose value would change if a parent's value were repeated for each child."""

COUNTS = frozenset({"count_rows", "count", "count_distinct", "approx_count_distinct"})
OF_KEYS = frozenset({"count", "approx_count_distinct"})
"""Aggregations of which an argument may be an entity, meant by its key."""


@frozen(eq=False)
class Piece:
    """An argument without its words of context."""

    value: nodes.Expr
    place: Place
    argument: nodes.Argument
    opened: tuple[Bound, ...] = ()  # the parameters that it was written by


def aggregate(work: Work, node: nodes.Call, place: Place, via: tuple[str, ...]) -> Result:
    """The aggregate that a call writes."""
    words = Words()
    pieces: list[Piece] = []
    options: dict[str, Constant] = {}
    named = _named(work, node)
    if named is None:
        return None
    for argument in node.arguments:
        if named.get(argument.name or ""):
            option = _option(work, node.function, argument, named)
            if option is None:
                return None
            options[argument.name or ""] = option
            continue
        found = _peel(work, argument, place)
        if found is None:
            return None
        piece, inner = found
        pieces.append(piece)
        words = words.beneath(inner)
    if not pieces:
        work.report(WrongArguments(text=f"{node.function} needs something to aggregate", span=node.span))
        return None
    if node.function == "rate":
        return _rate(work, node, pieces, words, via)
    if node.function == "count" and not pieces[0].argument.distinct and len(pieces) == 1:
        entity = _entity(work, pieces[0])
        if entity is not None:
            return _made(work, "count_rows", entity, (), words, via, node)
    if not _plain_arguments(work, node, pieces, named) or _metric_counted(work, node, pieces[0]):
        return None
    written = [(p.value, p.place) for p in pieces] + list(words.wheres)
    if node.function in FROM_OWN_ROWS and any(_entity_as_number(work, node, piece) for piece in pieces):
        return None
    home = home_of(work, written, node.span, node.function)
    if home is None:
        return None
    rows = RowPlace(home, via=via + tuple(name.text for name in words.via), inside=node.function)
    distinct = pieces[0].argument.distinct
    arguments: list[Expression] = []
    ends: list[str | None] = []
    fine = True
    order = [None, *named]
    for piece in sorted(pieces, key=lambda p: order.index(p.argument.name)):
        one, end = _argument(work, piece, rows, keys=node.function in OF_KEYS)
        if len(one) == 1:
            fitting = [as_declared(work, bound, one[0]) is not None for bound in piece.opened]
            fine = fine and all(fitting)
        fine = fine and bool(one)
        arguments.extend(one)
        ends.append(end)
    if not fine:
        return None
    arguments.extend(options[name] for name in named if name in options)
    function = "count_distinct" if distinct else node.function
    if function == "count" and len(pieces) == 1:
        arguments = arguments[:1]  # of a key of several columns one tells whether the row is there
    if function in FROM_OWN_ROWS and not _own_rows(work, node, pieces[0], arguments, home):
        return None
    entity_counted = home if function == "count" else ends[0] if len(ends) == 1 else None
    return _made(work, function, home, tuple(arguments), words, via, node, entity_counted, pieces)


def _peel(work: Work, argument: nodes.Argument, place: Place) -> tuple[Piece, Words] | None:
    """An argument apart from its words, through parameters and defines."""
    value = argument.value
    words = Words()
    opened: list[Bound] = []
    while True:
        match value:
            case nodes.Name():
                bound = argument_of(value, place)
                if bound is None:
                    break
                opened.append(bound)
                value, place = bound.value, bound.place
            case nodes.InContext():
                inner = read_words(work, value.words, place)
                if inner is None:
                    return None
                words = words.beneath(inner)
                value = value.body
            case nodes.Call() if not callable_by_name(work.world.registry, value.function):
                declared = define_of(work, value.function, place)
                if declared is None:
                    break
                body = put_in(work, declared, value, place)
                if body is None:
                    return None
                value, place = body.value, body.place
            case _:
                break
    return Piece(value, place, argument, tuple(opened)), words


def _named(work: Work, node: nodes.Call) -> Mapping[str, tuple[str, ...]] | None:
    """The arguments that the aggregation takes by name; None, with a problem, where one is written twice."""
    definition = work.world.registry.aggregations.get(node.function)
    seen = set[str]()
    for argument in node.arguments:
        if argument.name is not None and argument.name in seen:
            work.report(WrongArguments(text=f"`{argument.name}:` stands here twice", span=argument.span))
            return None
        seen.add(argument.name or "")
    return {} if definition is None else definition.named


def _option(
    work: Work, function: str, argument: nodes.Argument, named: Mapping[str, tuple[str, ...]]
) -> Constant | None:
    """`discrete` in `method: discrete`: one of the words that there are."""
    value, words = argument.value, named[argument.name or ""]
    if isinstance(value, nodes.Name) and value.text in words:
        return constant_text(value)
    said = listed(words, "or")
    text = f"the {argument.name} of {function} is {said}"
    near_ones = near(value.text, words) if isinstance(value, nodes.Name) else ()
    fix = f"write {argument.name}: {(near_ones or words)[0]}"
    work.report(WrongArguments(text=text, fix=fix, span=argument.span))
    return None


def _plain_arguments(
    work: Work, node: nodes.Call, pieces: list[Piece], named: Mapping[str, tuple[str, ...]]
) -> bool:
    """Whether the arguments are neither named nor distinct where that means nothing."""
    for at, piece in enumerate(pieces):
        argument = piece.argument
        if argument.name is not None and argument.name not in named:
            text = f"{node.function} takes no `{argument.name}:`"
            if argument.name in {"per", "by"}:
                text += "; members are named inside: " + f"{node.function}(… per {flat(argument.value)})"
        elif argument.distinct and (node.function != "count" or at > 0):
            text = "`distinct` belongs to the first argument of count: count(distinct …)"
        else:
            continue
        work.report(WrongArguments(text=text, span=argument.span))
        return False
    return True


def _entity(work: Work, piece: Piece) -> str | None:
    """The entity that an argument is the name of."""
    value = piece.value
    if not isinstance(value, nodes.Name):
        return None
    found = work.world.directory.lookup(piece.place.scope, value.parts)
    if not isinstance(found, tuple) or found[0].sort != "entity" or found[1] != len(value.parts):
        return None
    return found[0].name


def _entity_as_number(work: Work, node: nodes.Call, piece: Piece) -> bool:
    """Whether an entity stands where a number of its rows is meant, which is reported: its key is a name, whatever its digits."""
    entity = _entity(work, piece)
    if entity is None:
        return False
    short = work.world.headers[entity].short
    text = f"{node.function} of {short}: an entity is no number"
    work.report(
        NotANumber(
            text=text, fix=f"name a fact of it, or count its rows: count({short})", span=piece.value.span
        )
    )
    return True


def _metric_counted(work: Work, node: nodes.Call, piece: Piece) -> bool:
    """Whether a metric stands where rows are counted, which is reported."""
    value = piece.value
    if node.function not in {"count", "rate"} or not isinstance(value, nodes.Name):
        return False
    found = work.world.directory.lookup(piece.place.scope, value.parts)
    if not isinstance(found, tuple) or found[0].sort != "metric":
        return False
    fix = f"use {value.text} as it is, or {node.function} the rows of an entity"
    expected = "an entity or a column"
    work.report(WrongSortOfName(name=value.text, sort="metric", expected=expected, fix=fix, span=value.span))
    return True


def _rate(work: Work, node: nodes.Call, pieces: list[Piece], words: Words, via: tuple[str, ...]) -> Result:
    """`rate(E where p, that: q)`: of the rows of E, the share of those where q is true among those where it is known."""
    named = {p.argument.name: p for p in pieces}
    first, that = named.get(None), named.get("that")
    if first is None or that is None or len(pieces) != 2:
        text = "rate takes an entity and a condition"
        work.report(WrongArguments(text=text, fix="write rate(order where …, that: …)", span=node.span))
        return None
    if _metric_counted(work, node, first):
        return None
    entity = _entity(work, first)
    if entity is None:
        if home_of(work, [(first.value, first.place)], node.span, "rate") is not None:
            text = "rate needs the name of an entity first"
            work.report(
                WrongArguments(text=text, fix="write rate(order where …, that: …)", span=first.value.span)
            )
        return None
    rows = RowPlace(entity, via=via + tuple(name.text for name in words.via), inside="rate")
    condition = row_condition(work, that.value, that.place, rows)
    return None if condition is None else _made(work, "rate", entity, (condition,), words, via, node)


def _argument(
    work: Work, piece: Piece, rows: RowPlace, *, keys: bool
) -> tuple[tuple[Expression, ...], str | None]:
    """An argument as row expressions, and the entity whose key it is; a key of several columns is several."""
    value = piece.value
    if keys and isinstance(value, nodes.Name) and value.parts[0] not in piece.place.arguments:
        before = len(work.problems)
        found = find(work, value, piece.place, rows)
        if isinstance(found, Target) and found.column is None:
            return key(work, found, value), found.entity
        del work.problems[before:]  # read again below
    one = row(work, value, piece.place, rows)
    return ((one,), None) if one is not None else ((), None)


def _own_rows(work: Work, node: nodes.Call, piece: Piece, arguments: Sequence[Expression], home: str) -> bool:
    """Whether the arguments take something from the home's own row, not from a parent's alone."""
    world = work.world
    if any(map(too_large, arguments)):
        return True  # told where the formula ends
    if node.function == "sum":
        wrong = next((w for a in arguments if (w := column_not_added(node, piece.value, a, world))), None)
        if wrong is not None:
            work.report(wrong)
            return False
    refs = [ref for argument in arguments for ref in column_refs(argument)]
    values = [ref for argument in arguments for ref in column_refs(argument, of_value=True)]
    if not values:
        return True
    if any(not ref.path for ref in refs):
        part = None
        if node.function == "sum":
            part = parents_amount(arguments[0], home, world.headers)
        elif not any(is_own(ref, home, world.headers) for ref in values):
            part = arguments[0]
        if part is not None:
            work.report(_of_a_part(work, node, piece, part, home))
        return part is None
    text = piece.value.text if isinstance(piece.value, nodes.Name) else "this"
    work.report(
        ParentsFactFromChild(
            function=node.function,
            home=world.headers[home].short,
            parent=world.headers[refs[0].entity].short,
            text=text,
            edits=_from_the_parent(work, node, piece, refs),
            span=piece.value.span,
        )
    )
    return False


def _of_a_part(
    work: Work, node: nodes.Call, piece: Piece, part: Expression, home: str
) -> ParentsFactFromChild:
    """What is wrong where a part of what is aggregated is an amount of a parent."""
    ref = column_refs(part, of_value=True)[0]
    outer, here = piece.value.span, ref.span
    inside = (
        here is not None and here.file == outer.file and outer.start <= here.start < here.end <= outer.end
    )
    written = next((name.text for name in names_in(piece.value) if inside and name.span == here), "")
    return ParentsFactFromChild(
        function=node.function,
        home=work.world.headers[home].short,
        parent=work.world.headers[ref.entity].short,
        text=written or ref.column,
        part=node.function == "sum",
        span=here if inside else outer,
    )


def _from_the_parent(
    work: Work, node: nodes.Call, piece: Piece, refs: Sequence[ColumnRef]
) -> tuple[Edit, ...]:
    """What names a parent's columns from the parent itself, where nothing around them speaks of the child."""
    parent = refs[0].entity
    short = work.world.headers[parent].short
    found = work.world.directory.lookup(piece.place.scope, (short,))
    known = isinstance(found, tuple) and found[0].name == parent
    alone = len(node.arguments) == 1 and node.arguments[0].value is piece.value and not piece.opened
    written = {one.span: one for one in names_in(piece.value)}
    if not known or not alone or any(ref.entity != parent or ref.path != refs[0].path for ref in refs):
        return ()
    places = {ref.span: ref.column for ref in refs if ref.span is not None}
    if set(places) != set(written) or any(written[s].parts[-1] != column for s, column in places.items()):
        return ()
    return tuple(Edit(span, f"{short}.{column}") for span, column in places.items())


def _made(
    work: Work,
    function: str,
    home: str,
    arguments: tuple[Expression, ...],
    words: Words,
    via: tuple[str, ...],
    node: nodes.Call,
    counted: str | None = None,
    pieces: Sequence[Piece] = (),
) -> Result:
    """The aggregate, typed, with its condition and time."""
    world = work.world
    definition = world.registry.aggregations[function]
    free = {"count_rows", "count_distinct", "approx_count_distinct"}
    by_name = sum(argument.name in definition.named for argument in node.arguments)
    wrong = None if function in free else wrong_number(definition, len(arguments) - by_name, node.span)
    if wrong is not None:
        work.report(wrong)
        return None
    if arguments and words.unit is not None:
        first = stated(work, arguments[0], words)
        if first is None:
            return None
        arguments = (first, *arguments[1:])
    if function not in COUNTS and any(a.type.unit.many for a in arguments):
        _mixed(work, node, arguments, pieces)
        return None
    found = definition.infer(argument_types([squares_as_numbers(one) for one in arguments]))
    if isinstance(found, Mismatch):
        work.report(mismatch(found, _as_written(arguments, pieces), node.span))
        return None
    wrong = share_of_rows(function, _as_written(arguments, pieces), node.span, world)
    if wrong is not None:
        work.report(wrong)
        return None
    if function in COUNTS:
        entity = home if function == "count_rows" else counted
        found = evolve(found, unit=Unit() if entity is None else Unit.of(Base("entity", entity)))
    check_ways(work, words.via, (home,))
    ways = via + tuple(name.text for name in words.via)
    header = world.headers[home]
    time: tuple[Expression, str] | None
    stretch = None
    kept = kept_by(work, header, pieces, node)
    if kept is None:
        return None
    if function in ALL_DATES and kept.stock is None and words.at is None and words.open is None:
        at_each_date(work, header, node)
    shared_out = kept.spread is not None or (kept.stock is not None and kept.stock.rule == "avg")
    if shared_out and found.kind is not Kind.DURATION:  # by days, or divided by the number of dates
        found = evolve(FLOAT, unit=found.unit)
    if kept.stock is not None:
        time = kept.stock.by, kept.name
    elif kept.spread is not None:
        time = None
    elif words.open is not None:
        stretch, time = opened(work, words.open, home, ways), None
        if stretch is None:
            return None
    elif words.at is not None:
        time = moment(work, words.at, home, ways)
        if time is None:
            return None
    else:
        time = default_time(work, header, node)
    rows = RowPlace(home, via=ways, inside=function, time=None if time is None else time[0])
    where = conditions(work, words, rows) if words.wheres else None
    if words.wheres and where is None:
        return None
    return Aggregate(
        type=found,
        span=node.span,
        function=function,
        home=home,
        arguments=arguments,
        where=where,
        time=None if time is None else time[0],
        time_name=kept.name or ("" if time is None else time[1]),
        time_written=words.at is not None or stretch is not None or kept.timed,
        via=ways,
        stock=kept.stock,
        open=stretch,
        spread=kept.spread,
        order=_order(work, home, arguments, node) if definition.by_time else (),
    )


def _as_written(arguments: Sequence[Expression], pieces: Sequence[Piece]) -> tuple[Expression, ...]:
    """The arguments at the places where the aggregate names them: a dimension's formula stands elsewhere."""
    places = [piece.value.span for piece in pieces if piece.argument.name is None]
    return *(evolve(a, span=at) for a, at in zip(arguments, places, strict=False)), *arguments[len(places) :]


def _mixed(work: Work, node: nodes.Call, arguments: Sequence[Expression], pieces: Sequence[Piece]) -> None:
    """Amounts of several currencies in one aggregate: the argument that has them is to be converted, the others stay."""
    at, many = next((n, a) for n, a in enumerate(arguments) if a.type.unit.many)
    value = pieces[at].value if at < len(pieces) else node
    name = value.text if isinstance(value, nodes.Name) and many.type.kind is not Kind.DURATION else "…"
    written = f"`convert({name}, {work.world.settings.currency})`"
    lasts = many.type.kind is Kind.DURATION
    said = many.type.measured if lasts else many.type.unit.text
    work.report(
        MixedCurrencies(
            text=f"{node.function} of {said}: its rows are in several currencies",
            fix=f"multiply with {written}" if lasts else f"in its place write {written}",
            span=many.span or node.span,
        )
    )


def _order(
    work: Work, home: str, arguments: tuple[Expression, ...], node: nodes.Call
) -> tuple[Expression, ...]:
    """What tells rows of one time apart: the key of the home; of rows without a key the value."""
    if not work.world.headers[home].key:
        return arguments[:1]
    name = nodes.Name(parts=(work.world.headers[home].short,), span=node.span)
    return key(work, Target((), home, None), name) or arguments[:1]


def default_time(work: Work, header: Header, node: nodes.Node) -> tuple[Expression, str] | None:
    """An entity's only or default time."""
    if header.time is None:
        return None
    value = member(work, header, (), header.time, nodes.Name(parts=(header.time,), span=node.span))
    return None if value is None else (value, header.time)
