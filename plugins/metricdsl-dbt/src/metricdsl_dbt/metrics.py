"""Measures and metrics as metrics: each as one formula, or the reason why there is none of the same meaning."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from metricdsl.spi.exchange import Declaration, Loss
from metricdsl.spi.writing import written_name, written_text
from metricdsl_dbt.entities import SemanticModel, tables
from metricdsl_dbt.filters import condition_of
from metricdsl_dbt.safe_yaml import Table
from metricdsl_dbt.sql_formulas import Untranslatable, formula_of

_AGGREGATIONS = {
    "sum": "sum",
    "min": "min",
    "max": "max",
    "average": "avg",
    "avg": "avg",
    "median": "median",
    "count": "count",
}
_KNOWN = {"name", "type", "type_params", "label", "description", "filter"}
_WINDOWS = {"day", "week", "month", "quarter", "year"}
OTHERWISE = {
    "cumulative": "write it by hand with trailing(…), to_date(…) or running(…): by month they take the value at the month's end",
    "conversion": "write it by hand with converted(…)",
}


class Metrics:
    """The metrics of a project, by the models that have the measures."""

    def __init__(self, models: list[SemanticModel], losses: list[Loss]) -> None:
        self._models = models
        self._losses = losses
        self._measures: dict[str, tuple[SemanticModel, Table]] = {}
        self._whole: dict[str, bool] = {}
        self._read: set[str] = set()
        self._file = ""
        for model in models:
            for one in tables(model.said, "measures"):
                self._measures.setdefault(str(one.get("name")), (model, one))

    def of_measures(self) -> list[Declaration]:
        """The metrics that measures ask for themselves (`create_metric`)."""
        made = []
        for name, (model, one) in self._measures.items():
            if one.get("create_metric"):
                made += self._declared(name, one, model.file, lambda n=name: self._measure(n)[0])
        return made

    def of(self, said: Table, file: str) -> list[Declaration]:
        """A metric; none where it has no formula of the same meaning."""
        name = str(said.get("name") or "")
        self._file = file
        made = self._declared(name, said, file, lambda: self._formula(said))
        if made:
            for key in said:
                if key not in _KNOWN and said[key]:
                    why = "there is no word for it"
                    self._lose(f"`{key}` of metric {name}", why, "", file, said.lines.get(key))
        return made

    def _declared(self, name: str, said: Table, file: str, formula: Callable[[], str]) -> list[Declaration]:
        what = f"metric {name}"
        if name in self._read:
            self._lose(what, "another metric or measure is called so", "", file, said.line)
            return []
        try:
            text = f"metric {written_name(name)}{_label(said)} = {formula()}{_block(said)}"
        except (Untranslatable, ValueError) as why:
            self._lose(what, str(why), OTHERWISE.get(str(said.get("type")), ""), file, said.line)
            return []
        self._read.add(name)
        return [Declaration(what=what, text=text, file=file, line=said.line)]

    def _formula(self, said: Table) -> str:
        given = said.get("type_params")
        params = given if isinstance(given, Table) else Table(said.line)
        match said.get("type"):
            case "simple":
                return self._simple(said, params)
            case "ratio":
                return self._ratio(said, params)
            case "derived":
                return self._derived(said, params)
            case "cumulative" | "conversion" as kind:
                raise Untranslatable(f"a {kind} metric is worked out otherwise here")
            case other:
                raise Untranslatable(f"there are no metrics of the type {other}")

    def _simple(self, said: Table, params: Table) -> str:
        name, given = _named(params.get("measure"))
        formula, model, time = self._measure(name)
        filters = [one for one in (said.get("filter"), given.get("filter")) if one]

        def dimension(path: str) -> tuple[str, str]:
            if path == "metric_time":
                return _own(model, time)
            *way, last = path.split("__")
            if way and way[0] in {model.primary, *model.unique}:
                way = way[1:]
            elif not way:
                raise Untranslatable(f"its filter names the dimension {path} without its entity")
            return self._reached(model, way, last)

        condition = " and ".join(condition_of(one, dimension) for one in filters)
        self._whole[str(said.get("name"))] = self._whole.get(f"measure {name}", False)
        if given.get("join_to_timespine") or params.get("join_to_timespine"):
            why = "which periods a result has is said by the question"
            what = f"`join_to_timespine` of metric {said.get('name')}"
            self._lose(what, why, "write `fill` in the question", self._file, said.line)
        return formula + (f" where {condition}" if condition else "")

    def _reached(self, model: SemanticModel, way: list[str], last: str) -> tuple[str, str]:
        """A dimension at the end of a chain of entities, from a model."""
        path = [model.entity]
        for step in way:
            if step not in model.joins:
                raise Untranslatable(
                    f"its filter goes from {model.name} to {step}, and that join is not there"
                )
            path.append(step)
            model = next(one for one in self._models if one.name == model.joins[step])
        _, kind = model.dimension(last)
        return written_name(*path, last), kind

    def _ratio(self, said: Table, params: Table) -> str:
        parts = [self._part(params.get(key), said) for key in ("numerator", "denominator")]
        self._whole[str(said.get("name"))] = False
        return f"{parts[0][1]} / {parts[1][1]}"

    def _derived(self, said: Table, params: Table) -> str:
        inputs: dict[str, tuple[str, str]] = {}
        for one in tables(params, "metrics"):
            name, formula = self._part(one, said)
            kind = "integer" if self._whole.get(name) else "decimal"
            inputs[str(one.get("alias") or name)] = formula, kind

        def column(name: str) -> tuple[str, str]:
            if name not in inputs:
                raise Untranslatable(f"its expression names {name}, which is not among its metrics")
            return inputs[name]

        formula, kind = formula_of(str(params.get("expr") or ""), column)
        self._whole[str(said.get("name"))] = kind == "integer"
        return formula

    def _part(self, given: Any, said: Table) -> tuple[str, str]:
        """A metric that another is made of: its name, and the formula with its filters and its shift in time."""
        name, more = _named(given)
        if name not in self._read:
            raise Untranslatable(
                f"it is made of {name}, which is not there, was left out, or comes behind it"
            )
        formula = written_name(name)
        if more.get("offset_to_grain"):
            raise Untranslatable("`offset_to_grain` has no word")
        if more.get("offset_window"):
            formula = f"prior({formula}, {_window(more['offset_window'])})"
        filters = [one for one in (said.get("filter"), more.get("filter")) if one]
        if filters:
            formula = (
                f"({formula} where {' and '.join(condition_of(one, self._anywhere) for one in filters)})"
            )
        return name, formula

    def _anywhere(self, path: str) -> tuple[str, str]:
        """A dimension by the entity that has it: each metric reaches it by a way of its own."""
        *way, last = path.split("__")
        owners = [one for one in self._models if way and one.primary == way[-1]]
        if len(way) != 1 or len(owners) != 1:
            raise Untranslatable(
                f"its filter asks for {path}, of metrics that may reach it on different ways"
            )
        _, kind = owners[0].dimension(last)
        return written_name(owners[0].entity, last), kind

    def _measure(self, name: str) -> tuple[str, SemanticModel, str]:
        """The formula of a measure, its model, its time."""
        if name not in self._measures:
            raise Untranslatable(f"there is no measure {name}")
        model, said = self._measures[name]
        time = str(said.get("agg_time_dimension") or model.default_time)
        if time and time not in model.times:
            raise Untranslatable(f"its time, {time} of {model.name}, was left out")
        if said.get("non_additive_dimension"):
            raise Untranslatable(
                "it is a stock: which date's rows are taken, of all or of each group, is to be decided"
            )
        at = f" at {written_name(model.entity, time)}" if time and time != model.default_time else ""
        formula = self._aggregate(name, model, said)
        return formula + at, model, time

    def _aggregate(self, name: str, model: SemanticModel, said: Table) -> str:
        expression = said.get("expr")
        written = str(said.get("name") if expression is None else expression)
        aggregation = str(said.get("agg")).lower()
        entity = written_name(model.entity)
        self._whole[f"measure {name}"] = aggregation in {"count", "count_distinct", "sum_boolean"}
        if aggregation in {"count", "sum"} and written.strip() == "1":
            self._whole[f"measure {name}"] = True
            return f"count({entity})"
        if aggregation == "count" and written.strip() == "*":
            return f"count({entity})"
        text, kind = formula_of(written, model.qualified)
        if aggregation in {"sum", "min", "max"}:
            self._whole[f"measure {name}"] = kind == "integer"
        match aggregation:
            case "sum_boolean":
                return f"count({entity} where {text})"
            case "count_distinct":
                return f"count(distinct {text})"
            case "percentile":
                return _percentile(text, said)
            case _ if aggregation in _AGGREGATIONS:
                return f"{_AGGREGATIONS[aggregation]}({text})"
            case _:
                raise Untranslatable(f"there is no aggregation {said.get('agg')}")

    def _lose(self, what: str, why: str, instead: str, file: str, line: int | None) -> None:
        self._losses.append(Loss(what=what, why=why, instead=instead, file=file, line=line))


def _own(model: SemanticModel, time: str) -> tuple[str, str]:
    _, kind = model.dimension(time)
    return written_name(model.entity, time), kind


def _named(given: Any) -> tuple[str, Table]:
    """The name of a measure or metric, and what else is said of it where it is used."""
    if isinstance(given, Table):
        return str(given.get("name") or ""), given
    return str(given or ""), Table(0)


def _window(said: Any) -> str:
    number, _, unit = str(said).strip().lower().partition(" ")
    unit = unit.strip().removesuffix("s")
    if not number.isdigit() or unit not in _WINDOWS:
        raise Untranslatable(f"`{said}` is no length of time as in `1 month`")
    return f"{number} {unit}{'' if number == '1' else 's'}"


def _percentile(text: str, said: Table) -> str:
    given = said.get("agg_params")
    params = given if isinstance(given, dict) else {}
    if params.get("use_approximate_percentile"):
        raise Untranslatable("an approximate percentile has no word")
    share = params.get("percentile")
    if not isinstance(share, float | int) or isinstance(share, bool) or not 0 <= share <= 1:
        raise Untranslatable(f"its percentile is {share!r}, and no number from 0 to 1")
    method = ", method: discrete" if params.get("use_discrete_percentile") else ""
    percent = (Decimal(repr(share)) * 100).normalize()
    return f"percentile({text}, {percent:f}%{method})"


def _label(said: Table) -> str:
    return f" {written_text(str(said['label']))}" if said.get("label") else ""


def _block(said: Table) -> str:
    """What is said about a metric: its description, and the value that it has of nothing."""
    lines = [f"  about {written_text(str(said['description']))}"] if said.get("description") else []
    given = said.get("type_params")
    measure = given.get("measure") if isinstance(given, dict) else None
    fill = measure.get("fill_nulls_with") if isinstance(measure, dict) else None
    if fill is not None:
        if not isinstance(fill, int | float) or isinstance(fill, bool):
            raise Untranslatable(f"`fill_nulls_with: {fill}` is no number")
        lines.append(f"  empty {fill}")
    return " {\n" + "\n".join(lines) + "\n}" if lines else ""
