"""Entities as semantic models: their keys, joins, times and dimensions, and the measures that metrics ask for."""

import re
from typing import Any

from sqlglot import exp

from metricdsl.spi.exchange import Loss
from metricdsl.spi.formulas import Aggregate, ColumnRef, Constant, Entity, Expression, Join, Role
from metricdsl.spi.meaning import Kind, SemanticModel
from metricdsl_dbt.sql_text import Unwritable, sql_of

_NAME = re.compile(r"[a-z](?:_?[a-z0-9])*")
_COLUMN = re.compile(r"[A-Za-z_]\w*", re.ASCII)
_AGGREGATIONS = {
    "sum": "sum",
    "min": "min",
    "max": "max",
    "avg": "average",
    "median": "median",
    "count": "count",
}
_TIMES = {Kind.DATE, Kind.TIMESTAMP}


def plain_name(name: str) -> str:
    """A name as MetricFlow allows them: small letters, digits, single `_`. Raises Unwritable."""
    made = name.rpartition(".")[2]
    if not _NAME.fullmatch(made):
        raise Unwritable(f"{made} cannot be a name there: small letters, digits and single `_` may be")
    return made


class ExportedModel:
    """An entity as it is written. Columns come in when they are asked for."""

    def __init__(self, entity: Entity, models: "ExportedModels") -> None:
        self.entity = entity
        self.name = plain_name(entity.name)
        self._models = models
        self._dimensions: dict[str, dict[str, Any]] = {}
        self._joins: dict[str, Join] = {}
        self.measures: dict[str, dict[str, Any]] = {}
        if entity.restricted:
            raise Unwritable(
                f"a policy says who sees which rows of {self.name}, and a semantic model has no word for that"
            )

    def time(self, name: str) -> str:
        """A time column as a dimension. Raises Unwritable."""
        self.dimension(name)
        if self._dimensions[name]["type"] != "time":
            raise Unwritable(f"{name} of {self.name} is no time")
        return name

    def dimension(self, name: str) -> str:
        """A column as a dimension. Raises Unwritable."""
        if name not in self._dimensions:
            made: dict[str, Any] = {"name": plain_name(name)}
            column = self.entity.columns.get(name)
            time = column is not None and column.type.kind in _TIMES
            written = self.stored(name).sql()
            made["type"] = "time" if time else "categorical"
            if written != name:
                made["expr"] = written
            if time:
                made["type_params"] = {"time_granularity": "day"}
            if column is not None and column.label:
                made["label"] = column.label
            self._dimensions[name] = made
        return name

    def stored(self, name: str) -> exp.Expression:
        """A column of the entity in the SQL of its table. Raises Unwritable."""
        supplied = self.entity.supplies.get(name)
        return exp.column(_sql_name(name)) if supplied is None else sql_of(supplied, _of_table)

    def join(self, name: str) -> str:
        """A join as a foreign entity: the name by which the other side is reached. Raises Unwritable."""
        join = self.entity.joins[name]
        target = self._models.of(join.target)
        if join.neighbour is not None or len(join.columns) != 1 or len(target.entity.key) != 1:
            raise Unwritable(f"the join {name} of {self.name} is not by one column alone")
        if target.entity.scope is not None:
            raise Unwritable(f"only some rows of {target.name} count, and a join there finds all")
        other = next(
            (one for one, known in self._joins.items() if known.target == join.target and one != name), None
        )
        if other is not None:
            raise Unwritable(
                f"{self.name} joins {target.name} by {other} too, and entities are matched by their names"
            )
        self._joins[name] = join
        return target.name

    def written(self) -> dict[str, Any]:
        """The mapping of the semantic model."""
        entity = self.entity
        keyed = len(entity.key) == 1
        made: dict[str, Any] = {"name": self.name, "model": f"ref('{entity.table.name.rpartition('.')[2]}')"}
        if entity.label:
            made["label"] = entity.label
        if self.measures and entity.time is not None and entity.time in self._dimensions:
            made["defaults"] = {"agg_time_dimension": entity.time}
        if not keyed:
            made["primary_entity"] = self.name
        entities = (
            [{"name": self.name, "type": "primary", "expr": self.stored(entity.key[0]).sql()}]
            if keyed
            else []
        )
        for join in self._joins.values():
            target = self._models.of(join.target)
            entities.append(
                {"name": target.name, "type": "foreign", "expr": self.stored(join.columns[0]).sql()}
            )
        parts = {
            "entities": entities,
            "dimensions": list(self._dimensions.values()),
            "measures": list(self.measures.values()),
        }
        return {**made, **{key: part for key, part in parts.items() if part}}

    def add_declared(self) -> None:
        """Its dimensions and times, also those that no metric asks for; what has no SQL is left out with the reason."""
        for name, column in self.entity.columns.items():
            if column.role in {Role.DIMENSION, Role.TIME} and name not in self._dimensions:
                try:
                    if column.value is not None:
                        raise Unwritable("it is calculated")
                    self.dimension(name)
                except Unwritable as why:
                    self._models.losses.append(
                        Loss(what=f"the dimension {name} of {self.name}", why=str(why))
                    )


class ExportedModels:
    """The semantic models of an export, by entity."""

    def __init__(self, model: SemanticModel, losses: list[Loss]) -> None:
        self._model = model
        self.losses = losses
        self._found: dict[str, ExportedModel] = {}

    def of(self, entity: str) -> ExportedModel:
        """The semantic model of an entity. Raises Unwritable."""
        if entity not in self._found:
            found = ExportedModel(self._model.entities[entity], self)
            if any(found.name == other.name for other in self._found.values()):
                raise Unwritable(f"two entities would be called {found.name}")
            self._found[entity] = found
        return self._found[entity]

    def written(self) -> list[dict[str, Any]]:
        """All that are needed, each with its dimensions."""
        every = list(self._found.values())
        for one in every:
            one.add_declared()
        return [one.written() for one in every]

    def measure(self, name: str, aggregate: Aggregate) -> tuple[str, str]:
        """A measure for an aggregate: its name and the filter that goes with it. Raises Unwritable."""
        home = self.of(aggregate.home)
        _plain(aggregate)
        made: dict[str, Any] = {"name": name, **self._aggregated(home, aggregate)}
        time = aggregate.time
        if not isinstance(time, ColumnRef) or time.path:
            raise Unwritable("every measure there has a time of its own table, and this has none")
        if home.time(time.column) != home.entity.time:
            made["agg_time_dimension"] = time.column
        else:
            home.time(home.entity.time)
        conditions = [one for one in (aggregate.where, home.entity.scope) if one is not None]
        condition = " AND ".join(self._condition(home, one) for one in conditions)
        home.measures[name] = made
        return name, condition

    def _aggregated(self, home: ExportedModel, aggregate: Aggregate) -> dict[str, Any]:
        def written(column: ColumnRef) -> exp.Expression:
            if column.path:
                raise Unwritable(
                    f"{column.column} of {column.entity} lies beyond a join, and a measure is of one table"
                )
            return home.stored(column.column)

        if any(one.type.kind is Kind.DURATION for one in aggregate.arguments):
            raise Unwritable("lengths of time are kept in each warehouse's own way")
        if aggregate.function == "count_rows":
            return {"agg": "sum", "expr": "1"}
        value, *more = aggregate.arguments
        expression = sql_of(value, written).sql()
        match aggregate.function, more:
            case "count_distinct", []:
                return {"agg": "count_distinct", "expr": expression}
            case "percentile", [Constant(value=share)]:
                params = {"percentile": float(str(share)), "use_discrete_percentile": False}
                return {"agg": "percentile", "expr": expression, "agg_params": params}
            case name, [] if name in _AGGREGATIONS:
                return {"agg": _AGGREGATIONS[name], "expr": expression}
            case name, _:
                raise Unwritable(f"`{name}` of these arguments is no aggregation there")

    def _condition(self, home: ExportedModel, condition: Expression) -> str:
        """A condition with templates in the place of columns. Raises Unwritable."""

        def written(column: ColumnRef) -> exp.Expression:
            at, names = home, [home.name]
            for step in column.path:
                target = at.join(step)
                at = self.of(at.entity.joins[step].target)
                names.append(target)
            at.dimension(column.column)
            kind = (
                at.entity.columns[column.column].type.kind
                if column.column in at.entity.columns
                else Kind.UNKNOWN
            )
            if kind is Kind.TIMESTAMP:
                raise Unwritable(f"its condition asks for the moment {column.column}, and filters see days")
            path = "__".join([*names[1:], column.column] if len(names) > 1 else [home.name, column.column])
            template = f"TimeDimension('{path}', 'day')" if kind is Kind.DATE else f"Dimension('{path}')"
            return exp.Var(this="{{ " + template + " }}")

        return sql_of(condition, written).sql()


def _plain(aggregate: Aggregate) -> None:
    """Refuse what an aggregate has beside a function, a condition and a time."""
    if aggregate.stock or aggregate.open or aggregate.spread or aggregate.starts:
        raise Unwritable(
            "a stock, what is open between two times, or spread over them, has no measure of the same meaning"
        )
    if aggregate.keys or aggregate.levels or aggregate.window:
        raise Unwritable("it is of members, or of a period of its own")


def _of_table(column: ColumnRef) -> exp.Expression:
    return exp.column(_sql_name(column.column))


def _sql_name(name: str) -> str:
    if not _COLUMN.fullmatch(name):
        raise Unwritable(
            f"the column {name} would have to be quoted, which each warehouse does in its own way"
        )
    return name
