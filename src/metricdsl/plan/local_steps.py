"""A request with functions that run on a result, cut in two: what SQL answers, and what is worked out of its rows.

irr(sum(flow.amount) per year) - 10%  by project        asked of the engine: the series per project, as one column
                                                        worked out of each row: irr(column 2) - 10%
"""

from collections.abc import Callable, Iterator, Mapping
from typing import assert_never

from attrs import evolve

from metricdsl.model.formula import (
    Aggregate,
    Call,
    Chosen,
    ColumnRef,
    Constant,
    Converted,
    Detached,
    Expression,
    GoalOf,
    GroupingRef,
    LookedAt,
    Members,
    Moved,
    Named,
    OwnTime,
    PeriodBound,
    Ranked,
    Rate,
    RowValue,
    Today,
    WithEmpty,
)
from metricdsl.model.request import Output, Request, SortKey, ValuesRequest, Withholding
from metricdsl.model.result_functions import SERIES, is_made_by
from metricdsl.model.types import BOOLEAN, INTEGER
from metricdsl.plan.names import Names
from metricdsl.spi.local_steps import Fetched, LocalKey, LocalSteps
from metricdsl.spi.result_functions import KeyType, ResultFunctionDef, SeriesType
from metricdsl.value import frozen

Functions = Mapping[str, ResultFunctionDef]
Around = Callable[[Expression, Expression | None], Expression]
"""Puts the changes of context around a formula that stand around it as written: the formula, and what it would be undetached."""


@frozen(kw_only=True)
class Cut:
    """What is asked of the engine, and what is done with its rows; no steps where the engine answers all of it."""

    request: Request | ValuesRequest
    steps: LocalSteps | None = None


def cut(request: Request | ValuesRequest, functions: Functions) -> Cut:
    """A request, cut where functions run on its result."""
    if isinstance(request, ValuesRequest) or not functions:
        return Cut(request=request)
    formulas = [o.formula for o in (*request.outputs, *request.ordering)]
    formulas += [] if request.having is None else [request.having]
    if not any(is_made_by(formula, functions) for formula in formulas):
        return Cut(request=request)
    return _Cutting(request, functions).cut()


class _Cutting:
    def __init__(self, request: Request, functions: Functions) -> None:
        self.request = request
        self.functions = functions
        self.names = Names([*(g.name for g in request.groupings), *(o.name for o in request.outputs)])
        self.asked: list[Output] = []
        self.known: dict[tuple[Expression, Withholding | None, bool], int] = {}
        self.called: dict[str, None] = {}

    def cut(self) -> Cut:
        request = self.request
        first = len(request.groupings)
        columns: list[Expression] = [
            GroupingRef(type=g.type, index=i) for i, g in enumerate(request.groupings)
        ]
        columns += [self._column(output, brings=True) for output in request.outputs]
        by_name = dict(
            zip(
                [*(g.name for g in request.groupings), *(o.name for o in request.outputs)],
                columns,
                strict=True,
            )
        )
        having = request.having
        chosen = None
        if having is not None and is_made_by(having, self.functions):
            chosen, having = self._local(having, request.having_withholding, brings=False), None
        unsorted = {
            o.name for o in (*request.outputs, *request.ordering) if is_made_by(o.formula, self.functions)
        }
        sort: tuple[LocalKey, ...] = ()
        ordering, keys = request.ordering, request.sort
        if any(key.name in unsorted for key in keys):
            by_name.update({o.name: self._column(o, brings=False) for o in ordering})
            sort = tuple(
                LocalKey(formula=by_name[k.name], descending=k.descending, sorted=k.name not in unsorted)
                for k in keys
            )
            named = [self._name_of(key.formula) for key in sort]
            keys = tuple(
                SortKey(name=name, descending=key.descending)
                for key, name in zip(sort, named, strict=True)
                if key.sorted and name
            )
            ordering = ()
        here = chosen is not None or bool(sort)
        asked = evolve(
            request,
            outputs=tuple(self.asked),
            ordering=ordering,
            having=having,
            having_withholding=None if having is None else request.having_withholding,
            sort=keys,
            limit=None if here else request.limit,
        )
        fetched = [Fetched(name=g.name, type=g.type, others=g.place is not None) for g in request.groupings]
        fetched += [Fetched(name=o.name, type=o.type, series=_series(o.formula)) for o in self.asked]
        assert len(fetched) == first + len(self.asked), "a column for each grouping and output"
        steps = LocalSteps(
            fetched=tuple(fetched),
            columns=tuple(columns),
            functions=tuple(self.called),
            today=request.context.today,
            having=chosen,
            sort=sort,
            limit=request.limit if here else None,
        )
        return Cut(request=asked, steps=steps)

    def _name_of(self, column: Expression) -> str:
        """The name of a column of the engine's rows."""
        if not isinstance(column, GroupingRef):
            return ""
        first = len(self.request.groupings)
        at = column.index
        return self.request.groupings[at].name if at < first else self.asked[at - first].name

    def _column(self, output: Output, *, brings: bool) -> Expression:
        """A column of the result: one of the engine's, or worked out of them."""
        if is_made_by(output.formula, self.functions):
            return self._local(output.formula, output.withholding, brings=brings)
        if not brings:
            return self._ask(output.formula, output.withholding, brings=False)
        self.asked.append(output)
        return self._ref(output, len(self.asked) - 1)

    def _local(self, formula: Expression, withholding: Withholding | None, *, brings: bool) -> Expression:
        def ask(part: Expression) -> Expression:
            return self._ask(part, withholding, brings=brings)

        return self._cut(formula, formula, lambda part, _: part, ask)

    def _ask(self, formula: Expression, withholding: Withholding | None, *, brings: bool) -> Expression:
        """A formula as a column that is asked of the engine, once."""
        key = (formula, withholding, brings or (formula, withholding, True) in self.known)
        if key not in self.known:
            self.known[key] = len(self.asked)
            name = self.names.take("series" if _series(formula) else "part")
            self.asked.append(
                Output(name=name, formula=formula, type=formula.type, withholding=withholding, brings=brings)
            )
        return self._ref(self.asked[self.known[key]], self.known[key])

    def _ref(self, output: Output, index: int) -> GroupingRef:
        return GroupingRef(
            type=output.type, span=output.formula.span, index=len(self.request.groupings) + index
        )

    def _cut(
        self,
        formula: Expression,
        whole: Expression | None,
        around: Around,
        ask: Callable[[Expression], Expression],
    ) -> Expression:
        """What is worked out of the rows. `whole` is the formula as it is where nothing is detached, of the same shape."""
        if isinstance(formula, Constant | Today | GroupingRef):
            return formula
        if not is_made_by(formula, self.functions):
            return ask(around(formula, whole))

        def inside(part: Expression, of_whole: Expression | None, changed: Around = around) -> Expression:
            return self._cut(part, of_whole, changed, ask)

        match formula:
            case Call(function=function, arguments=arguments):
                if function in self.functions:
                    self.called[function] = None
                wholes = whole.arguments if isinstance(whole, Call) else (None,) * len(arguments)
                return evolve(
                    formula, arguments=tuple(inside(a, w) for a, w in zip(arguments, wholes, strict=True))
                )
            case Named(body=body):
                return inside(body, whole.body if isinstance(whole, Named) else None)
            case Moved(body=body):
                of_whole = whole if isinstance(whole, Moved) else None

                def moved(part: Expression, other: Expression | None) -> Expression:
                    inner = (
                        None
                        if of_whole is None or other is None
                        else evolve(of_whole, body=other, type=other.type)
                    )
                    return around(evolve(formula, body=part, type=part.type), inner)

                return evolve(formula, body=inside(body, None if of_whole is None else of_whole.body, moved))
            case Detached(body=body, whole=undetached):

                def detached(part: Expression, other: Expression | None) -> Expression:
                    made = Detached(type=part.type, span=part.span, body=part, over=formula.over, whole=other)
                    return around(made, made)

                return inside(body, undetached, detached)
            case WithEmpty(body=body, value=value):
                parts: list[Expression] = []

                def noted(part: Expression) -> Expression:
                    parts.append(part)
                    return ask(part)

                made = self._cut(body, whole.body if isinstance(whole, WithEmpty) else None, around, noted)
                return _or_empty(made, value, ask(_is_empty(parts)))
            case (
                Members()
                | Chosen()
                | Ranked()
                | RowValue()
                | GoalOf()
                | Aggregate()
                | ColumnRef()
                | Converted()
                | LookedAt()
                | OwnTime()
                | PeriodBound()
                | Rate()
            ):
                raise AssertionError("analysis refuses what SQL would work out of a function's value")
            case _:
                assert_never(formula)


def _is_empty(parts: list[Expression]) -> Expression:
    """1 where none of the parts has a row, else 0: a formula of all of them that is always 0, with `empty 1`."""
    zero = Constant(type=INTEGER, value=0)
    unknown = tuple(Call(type=BOOLEAN, function="is_null", arguments=(part,)) for part in parts)
    any_ = unknown[0] if len(unknown) == 1 else Call(type=BOOLEAN, function="or", arguments=unknown)
    nothing = Call(type=INTEGER, function="if", arguments=(any_, zero, zero))
    return WithEmpty(type=INTEGER, body=nothing, value=Constant(type=INTEGER, value=1))


def _or_empty(made: Expression, value: Constant, empty: Expression) -> Expression:
    one = Constant(type=INTEGER, value=1)
    is_empty = Call(type=BOOLEAN, function="equal", arguments=(empty, one))
    return Call(type=made.type, span=made.span, function="if", arguments=(is_empty, value, made))


def _series(formula: Expression) -> SeriesType | None:
    """What the members are that a column hands over; None where it is a value."""
    made = next(_handed(formula), None)
    if made is None:
        return None
    assert isinstance(made.body, Call), "the values of members are packed"
    keys = tuple(KeyType(name=key.name, type=key.type, grain=key.grain) for key in made.keys)
    return SeriesType(keys=keys, values=tuple(value.type for value in made.body.arguments))


def _handed(formula: Expression) -> Iterator[Members]:
    match formula:
        case Members(function=function) if function == SERIES:
            yield formula
        case Moved(body=body) | Detached(body=body) | Named(body=body):
            yield from _handed(body)
        case _:
            return
