"""Why a metric moved: the change taken apart by its own formula and by the members of its dimensions."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING

from attrs import evolve, frozen

from metricdsl.diagnostics import Severity
from metricdsl.diagnostics.problems.decompositions import (
    DoesNotDecompose,
    NoMetricToExplain,
    NothingToCompare,
)
from metricdsl.engine.errors import QueryError
from metricdsl.insight.decomposition import MOST_FACTORS, shapley
from metricdsl.insight.decomposition_factors import Written, written
from metricdsl.insight.decomposition_parts import Reason
from metricdsl.insight.decomposition_shape import Shape, shape
from metricdsl.insight.drivers import MOST_MEMBERS, drivers
from metricdsl.insight.why_answer import Against, ByDimension, LeftOut, MadeOf, Why
from metricdsl.insight.why_asked import Row, WithheldError, ask, resolved
from metricdsl.insight.why_members import NotDividedError, by_goals, by_members
from metricdsl.insight.why_periods import Compared, compared, moved
from metricdsl.model.formula import Constant, Expression, Moved, Named
from metricdsl.model.metric import Metric

if TYPE_CHECKING:
    from metricdsl.engine.bound_query import BoundQuery
    from metricdsl.engine.project import Project
    from metricdsl.model.request import Request

LAST_MONTH = "last month"
COLUMNS = 3
"""A metric, what it is compared with, and the change."""
WORDS = ("prior", "goal", "baseline")


@frozen(kw_only=True)
class Question:
    """What is asked: a metric, its period, what it is compared with, under which condition, by which dimensions (none: those that fit).

    `running` is told of each question before the engine has it, for whoever may cancel it.
    """

    metric: str
    vs: str = "prior"
    period: str = LAST_MONTH
    by: tuple[str, ...] = ()
    where: str = ""
    connection: str = "default"
    today: date | None = None
    principal: Mapping[str, object] | None = None
    parameters: Mapping[str, object] | None = None
    running: "Callable[[BoundQuery], None] | None" = None


def why(project: "Project", question: Question) -> Why:
    """Why a metric moved. Raises QueryError, whose sources are the texts that its problems point into."""
    return _Asked(project, question).answer()


@frozen
class _Asked:
    """A question and the project that it is asked of."""

    project: "Project"
    question: Question

    def answer(self) -> Why:
        vs = " ".join(self.question.vs.split())
        asked = self._plain(f"during {self.question.period}")
        metric = self._metric(asked)
        named = vs in WORDS or vs.startswith("prior ")
        other = None if named else self._plain(f"during {vs}")
        days = compared(asked, vs, other)
        return self._explained(metric, days)

    def _bound(self, rest: str, by: str = "") -> "BoundQuery":
        asked = self.question
        where = f" where ({asked.where})" if asked.where.strip() else ""
        text = f"{asked.metric}{f' by {by}' if by else ''}{where} {rest}"
        return self.project.query(
            text,
            connection=asked.connection,
            today=asked.today,
            principal=asked.principal,
            parameters=asked.parameters,
        )

    def _plain(self, rest: str, by: str = "") -> "Request":
        """The request of a question, without clauses that an option brought in: parts that are chosen among do not add up."""
        request = resolved(self._bound(rest, by))
        more = request.having is not None or request.limit is not None or request.sort or request.fill
        if more or (request.groupings and not by) or len(request.outputs) > COLUMNS:
            text = "the metric, a period, what it is compared with, a condition and dimensions are asked for, and no other clauses"
            raise QueryError((NoMetricToExplain(text=text, fix="ask such a question with `metric query`"),))
        return request

    def _metric(self, asked: "Request") -> Metric:
        formula = asked.outputs[0].formula
        if len(asked.outputs) > 1 or not isinstance(formula, Named):
            text = f"`{self.question.metric}` is not one metric by its name"
            fix = "declare it: metric NAME = …, and ask about that"
            raise QueryError((NoMetricToExplain(text=text, fix=fix),))
        return self.project.model.metrics[formula.metric]

    def _explained(self, metric: Metric, days: Compared) -> Why:
        rest = f"during {days.during} compare {days.clause}"
        bound = self._bound(rest)
        request = self._plain(rest)
        now, before = (output.formula for output in request.outputs[:2])
        goals = days.against.kind == "goal"
        shapes = self._shapes(request, goals=goals)
        made = (Written(), Written()) if goals else (written(now), written(before))
        parts = _formulas(shapes, made)
        whole = self._whole(bound, parts, days)
        values = dict(zip(parts, whole.parts, strict=True))
        assert whole.now is not None, "a whole without a value is refused"
        assert whole.before is not None, "a whole without a value is refused"
        terms, factors, notes = self._made_of(made, values, whole)
        reason = next((one for one in shapes if isinstance(one, Reason)), None)
        if goals:
            reason = shapes[0] if isinstance(shapes[0], Reason) else None
        if reason is not None and not terms and not factors and days.against.kind == "period":
            raise self._does_not(metric, reason, rest)
        if reason is not None:
            notes = (*notes, f"not by members: {reason.text}; ask about {reason.instead}")
        dimensions, left_out = self._dimensions(metric, whole, rest, days) if reason is None else ((), ())
        output = request.outputs[0]
        return Why(
            metric=metric,
            type=output.type,
            format=output.format,
            period=days.period,
            unfinished=days.unfinished,
            against=_dated(days, before),
            where=self.question.where.strip(),
            before=whole.before,
            now=whole.now,
            factors=factors,
            terms=terms,
            dimensions=dimensions,
            left_out=left_out,
            notes=notes,
        )

    def _whole(self, bound: "BoundQuery", parts: Sequence[Expression], days: Compared) -> Row:
        """The metric without a dimension. Raises QueryError where one of its two values is none."""
        name = self.question.metric
        try:
            (row,) = ask(bound, parts, None, self.question.running).rows
        except WithheldError:
            text = f"{name} is withheld here: too few rows make it"
            raise QueryError((NothingToCompare(text=text, fix="ask about a longer period"),)) from None
        if row.now is None:
            text, fix = f"{name} has no value {_in(days.during)}", "ask about another period with --period"
            raise QueryError((NothingToCompare(text=text, fix=fix),))
        if row.before is None and days.against.kind == "goal":
            text = f"no goal of {name} is set for exactly {days.during}"
            fix = "ask about a period that has one, or `--vs prior`; goals of parts are never added up"
            raise QueryError((NothingToCompare(text=text, fix=fix),))
        if row.before is None:
            text = f"{name} has no value in what it is compared with ({days.clause})"
            raise QueryError((NothingToCompare(text=text, fix="compare with another period: --vs 2026-01"),))
        return row

    def _made_of(
        self, made: tuple[Written, Written], values: Mapping[Expression, Fraction | None], whole: Row
    ) -> tuple[tuple[MadeOf, ...], tuple[MadeOf, ...], tuple[str, ...]]:
        """The terms, the factors, and why there are none."""
        now, before = made
        if len(now.addends) != len(before.addends) or len(now.factors) != len(before.factors):
            return (), (), ()
        if now.addends:
            pairs = [(_value(one.formula, values), _value(two.formula, values))
                     for one, two in zip(now.addends, before.addends, strict=True)]  # fmt: skip
            found = [
                MadeOf(
                    name=self._name(one.formula),
                    type=one.formula.type,
                    before=then,
                    now=at,
                    part=one.sign * (at - then),
                    power=one.sign,
                )
                for one, (at, then) in zip(now.addends, pairs, strict=True)
                if at is not None and then is not None
            ]
            return (tuple(found) if len(found) == len(pairs) else ()), (), ()
        if not now.factors:
            return (), (), ()
        if len(now.factors) > MOST_FACTORS:
            return (), (), (f"not by factors: there are {len(now.factors)}, and {MOST_FACTORS} at most",)
        ends = [values[one.formula] for one in now.factors], [values[one.formula] for one in before.factors]
        at, then = ([value for value in side if value is not None] for side in ends)
        if len(at) != len(now.factors) or len(then) != len(now.factors):
            return (), (), ("not by factors: one of them has no value",)
        powers = [one.power for one in now.factors]
        if any(
            power < 0 and 0 in pair for power, pair in zip(powers, zip(at, then, strict=True), strict=True)
        ):
            return (), (), ("not by factors: one that divides is 0",)

        def product(given: Sequence[Fraction]) -> Fraction:
            total = now.number
            for value, power in zip(given, powers, strict=True):
                total *= value**power
            return total

        shares = shapley(then, at, product)
        pieces = zip(now.factors, then, at, shares, strict=True)
        made_of = [
            MadeOf(name=self._name(f.formula), type=f.formula.type, before=b, now=n, part=p, power=f.power)
            for f, b, n, p in pieces
        ]
        return (), tuple(made_of), ()

    def _name(self, formula: Expression) -> str:
        """A factor or term as it is called, or as it is written."""
        if isinstance(formula, Named):
            return formula.metric.rpartition(".")[2]
        span, sources = formula.span, self.project.sources
        if span is None or span.file not in sources:
            return type(formula).__name__.lower()
        return " ".join(sources[span.file].slice(span).split())

    def _dimensions(
        self,
        metric: Metric,
        whole: Row,
        rest: str,
        days: Compared,
    ) -> tuple[tuple[ByDimension, ...], tuple[LeftOut, ...]]:
        """The change by each dimension, what explains most for least first; and those that do not, with the reason."""
        named = self.question.by
        names, left_out = (named, ()) if named else drivers(self.project.analysis(), metric.name)
        found: list[ByDimension] = []
        not_fit: list[LeftOut] = []
        for name in names:
            one = self._dimension(name, whole, rest, goals=days.against.kind == "goal")
            if isinstance(one, LeftOut):
                not_fit.append(one)
            else:
                found.append(one)
        found.sort(key=lambda one: -one.score)
        if not named:
            found, alike = _each_once(found)
            not_fit += alike
        return tuple(found), (*not_fit, *left_out)

    def _shapes(self, request: "Request", *, goals: bool) -> tuple[Shape | Reason, Shape | Reason]:
        """What the metric is made of, and what it is compared with; a goal is made of nothing."""
        now, before = (output.formula for output in request.outputs[:2])
        registry = self.project.registry
        return shape(now, registry), _no_formula(before) if goals else shape(before, registry)

    def _dimension(self, name: str, whole: Row, rest: str, *, goals: bool) -> ByDimension | LeftOut:
        most = None if self.question.by else MOST_MEMBERS
        bound = self._bound(rest, name)
        if bound.failed and not self.question.by:
            told = next(p for p in bound.problems if p.severity is Severity.ERROR)
            return LeftOut(name=name, reason=f"{told.code}: {told.message()}")
        try:
            request = self._plain(rest, name)
            if any(grouping.grain is not None for grouping in request.groupings):
                return LeftOut(
                    name=name, reason="it is the period of the metric, and that is what is compared"
                )
            shapes = self._shapes(request, goals=goals)
            parts = _formulas(shapes, (Written(), Written()))
            rows = ask(bound, parts, most, self.question.running)
        except WithheldError:
            return LeftOut(name=name, reason="some of its members are withheld: too few rows make them")
        if rows.cut:
            return LeftOut(name=name, reason=f"more than {MOST_MEMBERS} members: name it with --by")
        assert rows.type is not None, "there is a dimension"
        if len(rows.rows) < 2 and not self.question.by:
            return LeftOut(name=name, reason="it has one member here")
        now, before = shapes
        if isinstance(now, Reason) or (isinstance(before, Reason) and not goals):
            reason = now if isinstance(now, Reason) else before
            assert isinstance(reason, Reason), "one of the two is"
            return LeftOut(name=name, reason=reason.text)
        try:
            if goals:
                return by_goals(name, rows.type, now, parts, rows.rows, whole)
            assert isinstance(before, Shape), "what is not made of sums has no members"
            of = resolved(bound).outputs[0].type
            return by_members(
                name, rows.type, (now, before), parts, rows.rows, whole, of=of, unnamed=not self.question.by
            )
        except NotDividedError as error:
            return LeftOut(name=name, reason=str(error))

    def _does_not(self, metric: Metric, reason: Reason, rest: str) -> QueryError:
        problem = DoesNotDecompose(
            metric=metric.name.rpartition(".")[2],
            of=self._name(reason.of),
            why=reason.text,
            instead=reason.instead,
            question=f"{self.question.metric} {rest}",
        )
        return QueryError((problem,))


def _formulas(
    shapes: tuple[Shape | Reason, Shape | Reason], made: tuple[Written, Written]
) -> tuple[Expression, ...]:
    """All formulas whose values are needed, each once."""
    found = [leaf.formula for one in shapes if isinstance(one, Shape) for leaf in one.leaves]
    for one in made:
        found += [factor.formula for factor in one.factors] + [addend.formula for addend in one.addends]
    return tuple(dict.fromkeys(one for one in found if not isinstance(one, Constant)))


def _each_once(found: Sequence[ByDimension]) -> tuple[list[ByDimension], list[LeftOut]]:
    """The dimensions without those that divide the change as another does, whatever they call their members."""
    kept: dict[object, ByDimension] = {}
    alike = []
    for one in found:
        divided = tuple((piece.before, piece.now, piece.part) for piece in one.pieces)
        if divided in kept:
            reason = f"it divides the change just as {kept[divided].name} does"
            alike.append(LeftOut(name=one.name, reason=reason))
        else:
            kept[divided] = one
    return list(kept.values()), alike


def _value(formula: Expression, values: Mapping[Expression, Fraction | None]) -> Fraction | None:
    if isinstance(formula, Constant):
        return Fraction(formula.value)  # type: ignore[arg-type]
    return values[formula]


def _no_formula(goal: Expression) -> Reason:
    return Reason(of=goal, text="a goal is a number", instead="a period")


def _in(days: str) -> str:
    return f"in {days}"


def _dated(days: Compared, before: Expression) -> Against:
    """What it is compared with, and of a period the days."""
    if days.against.kind != "period" or not isinstance(before, Moved):
        return days.against
    return evolve(days.against, period=moved(days.period, before.move))
