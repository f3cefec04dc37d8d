"""Metrics: aggregates with filters and times, and formulas over them, well-typed by construction."""

from collections.abc import Mapping

from attrs import evolve
from hypothesis import strategies as st

from metricdsl.testing.generate.conditions import conditions, literal
from metricdsl.testing.generate.names import Fresh, written
from metricdsl.testing.generate.schemas import ColumnShape, EntityShape, Schema, definition
from metricdsl.value import frozen

NUMBERS = ("integer", "decimal", "float")


@frozen(eq=False)
class Formula:
    """A formula over aggregates: its text, the homes and own times of its aggregates, kind and unit.

    `exact` values are the same on every engine to the last digit, so that one may sort and choose by them.
    """

    text: str
    homes: tuple[EntityShape, ...]
    times: tuple[ColumnShape | None, ...]
    kind: str
    unit: str
    exact: bool

    @property
    def numeric(self) -> bool:
        return self.kind in NUMBERS


@frozen(eq=False)
class Model:
    """Definitions: the schema, the columns derived in each entity, and metrics by name."""

    schema: Schema
    derived: Mapping[str, tuple[tuple[ColumnShape, str], ...]]
    metrics: Mapping[str, Formula]
    empty: frozenset[str]

    @property
    def text(self) -> str:
        """All of it as one file."""
        entities = [
            definition(e, self.schema, tuple(line for _, line in self.derived[e.name]))
            for e in self.schema.entities
        ]
        metrics = [
            f"metric {written(name)} = {formula.text}{' { empty 0 }' if name in self.empty else ''}\n"
            for name, formula in self.metrics.items()
        ]
        return "".join([*entities, *metrics, "define doubled(m) = m * 2\n"])


@st.composite
def models(draw: st.DrawFn, schema: Schema) -> Model:
    """One to five metrics over a schema."""
    derived = {e.name: draw(_derived(e)) for e in schema.entities}
    fresh = Fresh(
        draw, [*(e.name for e in schema.entities), *(j.name for e in schema.entities for j in e.joins)]
    )
    metrics: dict[str, Formula] = {}
    empty = set()
    for _ in range(draw(st.integers(1, 5))):
        name = fresh.name()
        known = list(metrics.items())
        compose = draw(st.booleans()) if known else False
        metrics[name] = draw(_composed(schema, known)) if compose else draw(aggregates(schema))
        if metrics[name].numeric and draw(st.sampled_from((True, False, False, False))):
            empty.add(name)
    return Model(schema, derived, metrics, frozenset(empty))


# ---------------------------------------------------------------- derived columns


@st.composite
def _derived(draw: st.DrawFn, entity: EntityShape) -> tuple[tuple[ColumnShape, str], ...]:
    """Up to two dimensions with formulas."""
    wanted = draw(st.integers(0, 2))
    made = []
    for number in range(wanted):
        column = draw(st.sampled_from(entity.columns))
        name = f"derived_{number}"
        kind, formula = draw(_formula_of(column))
        made.append((ColumnShape(name, kind, "", kind), f"dimension {name} = {formula}"))
    return tuple(made)


@st.composite
def _formula_of(draw: st.DrawFn, column: ColumnShape) -> tuple[str, str]:
    name = written(column.name)
    match column.kind:
        case "integer":
            forms = [
                ("text", f"bucket({name}, 3, 10)"),
                ("integer", f"abs({name})"),
                ("integer", f"{name} + 1"),
            ]
        case "decimal":
            forms = [("boolean", f"{name} > 1"), ("decimal", f"greatest({name}, 1)")]
        case "float":
            forms = [("boolean", f"{name} >= 2.5"), ("integer", f"floor({name})")]
        case "text":
            forms = [("text", f'coalesce({name}, "none")'), ("integer", f"length({name})")]
            forms += [("text", f'if({name} = "a", "yes", "no")'), ("text", f'concat({name}, "!")')]
        case "boolean":
            forms = [("text", f'if({name}, "on", "off")'), ("boolean", f"not {name}")]
        case _:
            forms = [("period", f"start_of({name}, month)"), ("integer", f"week_of_year({name})")]
            forms += [("integer", f"day_of_week({name})"), ("period", f"start_of({name}, week)")]
    return draw(st.sampled_from([*forms, ("boolean", f"{name} is null")]))


# ---------------------------------------------------------------- aggregates


@st.composite
def aggregates(draw: st.DrawFn, schema: Schema) -> Formula:
    """`sum(order.amount where …) at shipped_at` and its like."""
    entity = draw(st.sampled_from(schema.entities))
    home = written(entity.name)
    filtered = draw(st.sampled_from((False, False, True)))
    where = f" where {draw(conditions(schema, [entity], bare=True))}" if filtered else ""
    times = entity.of_kind("date", "timestamp")
    time, at = entity.time, ""
    if times and draw(st.sampled_from((True, False, False))):
        time = draw(st.sampled_from(times))
        at = f" at {written(time.name)}"
    made = draw(
        st.one_of(
            _counts(entity, where), _counts(entity, where), _of_columns(entity, where), _rates(schema, entity)
        )
    )
    text = f"{made.text}{at}"
    assert home in text
    return evolve(made, text=text, homes=(entity,), times=(time,))


def _made(text: str, kind: str, unit: str, *, exact: bool) -> Formula:
    return Formula(text, (), (), kind, unit, exact)


@st.composite
def _counts(draw: st.DrawFn, entity: EntityShape, where: str) -> Formula:
    home = written(entity.name)
    column = written(draw(st.sampled_from(entity.columns)).name)
    joins = [j.name for j in entity.joins if len(j.columns) == 1]
    forms = [f"count({home}{where})", f"count({home}{where})", f"count({home}.{column}{where})"]
    unit = {0: entity.name, 1: entity.name}
    choice = draw(st.integers(0, 3 if not joins else 4))
    if choice <= 2:
        return _made(forms[choice], "integer", unit.get(choice, f"{entity.name}.{column}"), exact=True)
    counted = column if choice == 3 else written(draw(st.sampled_from(joins)))
    return _made(f"count(distinct {home}.{counted}{where})", "integer", f"distinct {counted}", exact=True)


@st.composite
def _of_columns(draw: st.DrawFn, entity: EntityShape, where: str) -> Formula:
    column = draw(st.sampled_from(entity.columns))
    name = f"{written(entity.name)}.{written(column.name)}"
    position = draw(st.sampled_from(("0%", "10%", "25%", "90%", "100%")))
    middles = [f"median({name}{where})", f"percentile({name}{where}, {position})"]
    ends = [f"min({name}{where})", f"max({name}{where})"]
    match column.kind:
        case "integer" | "decimal" | "float":
            form = draw(st.sampled_from(("sum", "sum", "sum if", "avg", "middle", "end")))
            unit = column.unit
            match form:
                case "sum":
                    return _made(f"sum({name}{where})", column.kind, unit, exact=True)
                case "sum if":
                    bound = literal(draw, column.kind)
                    return _made(
                        f"sum(if({name} > {bound}, {name}, 0){where})", column.kind, unit, exact=True
                    )
                case "avg":
                    return _made(f"avg({name}{where})", "float", unit, exact=False)
                case "middle":
                    return _made(draw(st.sampled_from(middles)), "float", unit, exact=False)
                case _:
                    return _made(draw(st.sampled_from(ends)), column.kind, unit, exact=True)
        case "date" | "timestamp":
            return _made(draw(st.sampled_from([*middles, *ends])), column.kind, "", exact=True)
        case "text":
            return _made(draw(st.sampled_from(ends)), column.kind, "", exact=True)
        case _:
            return _made(f"count({name}{where})", "integer", f"{name}", exact=True)


@st.composite
def _rates(draw: st.DrawFn, schema: Schema, entity: EntityShape) -> Formula:
    where = f" where {draw(conditions(schema, [entity], bare=True, depth=1))}" if draw(st.booleans()) else ""
    that = draw(conditions(schema, [entity], bare=True, depth=1))
    return _made(f"rate({written(entity.name)}{where}, that: {that})", "float", "share", exact=False)


# ---------------------------------------------------------------- formulas over metrics


@st.composite
def _composed(draw: st.DrawFn, schema: Schema, metrics: list[tuple[str, Formula]]) -> Formula:
    name, formula = draw(st.sampled_from(metrics))
    other_name, other = draw(st.sampled_from(metrics))
    one, two = written(name), written(other_name)
    if not formula.numeric:
        text = f"{one} where {draw(conditions(schema, list(formula.homes)))}"
        return evolve(formula, text=text)
    both = evolve(formula, homes=(*formula.homes, *other.homes), times=(*formula.times, *other.times))
    forms = [
        evolve(formula, text=f"{one} where {draw(conditions(schema, list(formula.homes)))}"),
        evolve(formula, text=f"coalesce({one}, 0)"),
        evolve(formula, text=f"doubled({one})"),
        evolve(formula, text=f"abs(-{one})"),
    ]
    if formula.exact:
        forms.append(evolve(formula, text=f"if({one} > 3, {one}, null)"))
        forms.append(evolve(formula, text=f"case({one} < 1, 1, {one} = 2, {one}, null)"))
    if other.numeric:
        shares = "share" in {formula.unit, other.unit}
        forms.append(
            evolve(
                both, text=f"{one} / {two}", kind="float", unit=f"{formula.unit}/{other.unit}", exact=False
            )
        )
        if formula.unit == other.unit and formula.exact and other.exact and not shares:
            sign = draw(st.sampled_from("+-"))
            forms.append(evolve(both, text=f"{one} {sign} {two}", kind=_wider(formula.kind, other.kind)))
    return draw(st.sampled_from(forms))


def _wider(a: str, b: str) -> str:
    return NUMBERS[max(NUMBERS.index(a), NUMBERS.index(b))]
