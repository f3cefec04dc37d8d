"""The exporter `dbt.metricflow`: metrics to a YAML file with semantic models and metrics."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import yaml
from sqlglot import exp

from metricdsl.spi.exchange import Exported, Loss, ToExport
from metricdsl.spi.formulas import Aggregate, Call, Constant, Expression, Named, WithEmpty
from metricdsl_dbt.exported_models import ExportedModels, plain_name
from metricdsl_dbt.sql_text import Unwritable

_SIGNS: dict[str, type[exp.Binary]] = {"add": exp.Add, "subtract": exp.Sub, "multiply": exp.Mul}
_COUNTS = {"count_rows", "count", "count_distinct"}


def write(given: ToExport) -> Exported:
    """The YAML of the metrics that are asked for."""
    return _Export(given).exported()


class _Export:
    def __init__(self, given: ToExport) -> None:
        self._given = given
        self._losses: list[Loss] = []
        self._models = ExportedModels(given.model, self._losses)
        self._metrics: dict[str, dict[str, Any]] = {}
        self._names: dict[str, str] = {}

    def exported(self) -> Exported:
        for name in self._in_order():
            metric = self._given.model.metrics[name]
            before = dict(self._metrics)
            try:
                short = plain_name(name)
                if short in self._metrics:
                    raise Unwritable(f"another metric is called {short} there")
                made = self._metric(short, metric.formula)
            except Unwritable as why:
                self._metrics = before
                self._losses.append(Loss(what=f"metric {name}", why=str(why), name=name))
                continue
            said = {"label": metric.label or short, "description": metric.about or metric.label or short}
            self._metrics[short] = {"name": short, **said, **made}
            self._names[name] = short
            self._told(name)
        models = self._models.written() if self._metrics else []
        self._used_alone(models)
        page = {"semantic_models": models, "metrics": list(self._metrics.values())}
        text = yaml.safe_dump(page, sort_keys=False, allow_unicode=True, width=120) if self._metrics else ""
        return Exported(text=text, metrics=tuple(self._names), losses=tuple(self._losses))

    def _in_order(self) -> list[str]:
        """The metrics, each behind those that it is made of."""
        asked = dict.fromkeys(self._given.metrics)
        done: dict[str, None] = {}

        def add(name: str) -> None:
            if name in done:
                return
            for part in _named(self._given.model.metrics[name].formula):
                if part in asked and part not in done:
                    add(part)
            done[name] = None

        for name in asked:
            add(name)
        return list(done)

    def _metric(self, name: str, formula: Expression) -> dict[str, Any]:
        """The mapping of a metric, but for its names. Raises Unwritable."""
        fill: Any = None
        if isinstance(formula, WithEmpty):
            fill, formula = formula.value.value, formula.body
            if fill != 0 or isinstance(fill, bool):
                raise Unwritable(f"`empty {fill}` has no word: there, nothing can be 0 or missing")
            fill = 0
        match formula:
            case Aggregate():
                return self._simple(name, formula, fill)
            case Call(function="divide", arguments=(over, under)) if fill is None:
                parts = {
                    "numerator": self._part(f"{name}_over", over),
                    "denominator": self._part(f"{name}_under", under),
                }
                return {"type": "ratio", "type_params": parts}
            case Call() | Named() if fill is None:
                inputs: dict[str, None] = {}
                expression = self._expression(name, formula, inputs).sql()
                params = {"expr": expression, "metrics": [{"name": one} for one in inputs]}
                return {"type": "derived", "type_params": params}
            case _:
                raise Unwritable(
                    _why(formula) if fill is None else "`empty` of what is no aggregate has no word"
                )

    def _simple(self, name: str, aggregate: Aggregate, fill: Any) -> dict[str, Any]:
        measure, condition = self._models.measure(f"{name}_measure", aggregate)
        used: dict[str, Any] = {"name": measure}
        if fill is not None or aggregate.function in _COUNTS:
            used["fill_nulls_with"] = 0
        made: dict[str, Any] = {"type": "simple", "type_params": {"measure": used}}
        return {**made, "filter": condition} if condition else made

    def _part(self, name: str, formula: Expression) -> str:
        """A part as a metric of its own: one that there is, or one that is made for it. Raises Unwritable."""
        if isinstance(formula, Named):
            known = self._names.get(formula.metric)
            same = self._given.model.metrics.get(formula.metric)
            if known is not None and same is not None and same.formula == formula.body:
                return known
            if (
                same is not None
                and same.formula == formula.body
                and formula.metric not in self._given.metrics
            ):
                raise Unwritable(f"it is made of {formula.metric}, which is not exported")
            formula = formula.body
            if isinstance(formula, Named):
                return self._part(name, formula)
        if name in self._metrics:
            raise Unwritable(f"another metric is called {name}")
        made = self._metric(name, formula)
        about = "A part of another metric."
        self._metrics[name] = {"name": name, "label": name, "description": about, **made}
        return name

    def _expression(self, name: str, formula: Expression, inputs: dict[str, None]) -> exp.Expression:
        match formula:
            case Constant(value=int() | Decimal() as number) if formula.type.kind.numeric:
                return exp.Literal.number(format(Decimal(number), "f"))
            case Call(function="negate", arguments=(one,)):
                return exp.paren(exp.Neg(this=self._expression(name, one, inputs)))
            case Call(function=function, arguments=(left, right)) if function in _SIGNS:
                sides = [self._expression(name, one, inputs) for one in (left, right)]
                return exp.paren(_SIGNS[function](this=sides[0], expression=sides[1]))
            case Aggregate() | Named():
                part = self._part(f"{name}_part_{len(inputs) + 1}", formula)
                inputs[part] = None
                return exp.column(part)
            case _:
                raise Unwritable(_why(formula))

    def _used_alone(self, models: list[dict[str, Any]]) -> None:
        """Take out the measures of metrics that were given up."""
        used = {
            one["type_params"]["measure"]["name"] for one in self._metrics.values() if one["type"] == "simple"
        }
        for model in models:
            if "measures" in model:
                model["measures"] = [one for one in model["measures"] if one["name"] in used]

    def _told(self, name: str) -> None:
        """What is said of a metric, and has no word there."""
        metric = self._given.model.metrics[name]
        said = [word for word in metric.properties if word not in {"about", "empty"}]
        if said:
            words = ", ".join(f"`{word}`" for word in said)
            self._losses.append(
                Loss(what=f"{words} of metric {name}", why="there is no word for it", name=name)
            )


def _named(formula: Expression) -> Iterator[str]:
    match formula:
        case Named(metric=metric, body=body):
            yield metric
            yield from _named(body)
        case WithEmpty(body=body):
            yield from _named(body)
        case Call(arguments=arguments):
            for one in arguments:
                yield from _named(one)
        case _:
            return


def _why(formula: Expression) -> str:
    match formula:
        case Call(function="divide"):
            return "a quotient inside of a formula is null where it divides by 0 here, and an error or null there"
        case Call(function=function):
            return f"`{function}` of metrics has no word there"
        case _:
            return f"what changes a period, a group or a level ({type(formula).__name__}) has no word there"
