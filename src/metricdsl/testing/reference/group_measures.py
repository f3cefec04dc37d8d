"""`convert_unit` of a metric: its unit is that of what is aggregated, and of counts what they count."""

from collections.abc import Iterator

from metricdsl.syntax import nodes
from metricdsl.testing.reference import members, period_words
from metricdsl.testing.reference.context import Aggregate, Context, Part
from metricdsl.testing.reference.meaning import Formulas
from metricdsl.testing.reference.measured import RowMeasuring
from metricdsl.testing.reference.measures import NOTHING, Measure, Measuring, of_target, of_type
from metricdsl.testing.reference.measures import in_unit as value_in_unit
from metricdsl.testing.reference.names import Entity, Scope
from metricdsl.testing.reference.places import Place
from metricdsl.testing.reference.rows import AGGREGATES
from metricdsl.testing.reference.values import Refused, Value

COUNTS = ("count", "approx_count_distinct")
BARE = ("rate", "correlation")


def in_unit(
    meaning: Formulas, value: Value, of: nodes.Expr, unit: nodes.Expr, scope: Scope, context: Context
) -> Value:
    """⟦convert_unit(f, u)⟧C, from ⟦f⟧C."""
    wanted = of_target(meaning.world, unit, scope, meaning.settings.currency)
    return value_in_unit(value, GroupMeasuring(meaning, context).of(of, scope), wanted)


class GroupMeasuring(Measuring):
    """The measures of formulas over aggregates and metrics."""

    def __init__(self, meaning: Formulas, context: Context) -> None:
        super().__init__(meaning.world, meaning.settings.currency)
        self.meaning = meaning
        self.context = context

    def within(self, words: tuple[nodes.ContextWord, ...], scope: Scope) -> Measuring:
        """Words of context settle the ways to columns."""
        return GroupMeasuring(self.meaning, self.context.within(words, scope))

    def values(self, formula: nodes.Expr, scope: Scope) -> Iterator[Value]:
        """That of the group."""
        yield self.meaning.value(formula, scope, self.context)

    def name(self, name: nodes.Name, scope: Scope) -> Measure:
        """As the metric is declared, else as its formula says."""
        if name.text == "today" or period_words.is_period_word(self.meaning, name, scope):
            return NOTHING
        found = self.world.find(name.parts, scope, nodes.MetricDecl)
        if found is None:
            raise Refused(f"{name.text} is no metric")
        metric, home, _ = found
        if metric.type is not None:
            return of_type(self.world, metric.type, home, self.currency)
        return self.of(metric.formula, home)

    def call(self, call: nodes.Call, scope: Scope) -> Measure | None:
        """The measure of an aggregate."""
        if call.function not in AGGREGATES:
            return None
        if call.function in BARE:
            return NOTHING
        if (per := members.per_member(self.meaning, call, scope)) is not None:
            return (
                self._of_parts(per.parts[0]) if call.function in COUNTS else self.of(per.formula, per.scope)
            )
        if (counted := members.count_having(self.meaning, call, scope, self.context)) is not None:
            return _one(counted.rows.home)
        aggregate = self.meaning.aggregate(call, scope, self.context)
        if call.function in COUNTS:
            return self._counted(aggregate)
        assert aggregate.argument is not None, "only a count has none"
        place = Place(aggregate.scope, aggregate.home, inside=True, via=aggregate.via)
        rows = RowMeasuring(self.meaning.data, place)
        found = rows.of(aggregate.argument, aggregate.scope)
        if call.function == "slope" and aggregate.second is not None:  # of y by x
            return found.times(rows.of(aggregate.second, aggregate.scope), -1)
        return found.times(found) if call.function == "variance" else found

    def _of_parts(self, part: Part) -> Measure:
        found = None
        if isinstance(part.formula, nodes.Name):
            found = self.world.entity(part.formula.parts, part.scope)
        return NOTHING if found is None or found[1] else _one(found[0])

    def _counted(self, aggregate: Aggregate) -> Measure:
        """Rows are counted by their home; what is told apart by the entity whose key it is."""
        if not aggregate.distinct:
            return _one(aggregate.home)
        name = aggregate.argument
        if not isinstance(name, nodes.Name):
            return NOTHING
        column = self.world.locate(name, aggregate.scope, aggregate.home, aggregate.via, inside=True)
        return _one(column.entity) if column.name is None else NOTHING


def _one(entity: Entity) -> Measure:
    return Measure(units=((f"entity {entity.name}", 1),))
