"""What `metric show` prints of a metric, an entity or a report."""

from typing import TYPE_CHECKING

from metricdsl.execution.shown import printable
from metricdsl.model.entity import Entity, Role
from metricdsl.model.metric import Metric

if TYPE_CHECKING:
    from metricdsl.diagnostics import Problem
    from metricdsl.engine.bound_query import BoundQuery
    from metricdsl.engine.project import Project

Subject = Metric | Entity | str
"""What a name can stand for here; a report is its query."""


def find(project: "Project", name: str) -> Subject | None:
    """The thing of that name: qualified, or by its last part where only one has it."""
    model = project.model
    kinds: tuple[dict[str, Subject], ...] = (dict(model.metrics), dict(model.entities), dict(model.reports))
    for things in kinds:
        if name in things:
            return things[name]
    if name in model.overriding:
        return model.overriding[name]
    ends = [thing for things in kinds for known, thing in things.items() if known.rpartition(".")[2] == name]
    return ends[0] if len(ends) == 1 else None


def unknown(project: "Project", name: str) -> "Problem":
    """That there is no such name, with the near ones; or that several packages have it."""
    from metricdsl.diagnostics.near import near
    from metricdsl.diagnostics.problems.ambiguity import AmbiguousName
    from metricdsl.diagnostics.problems.names import UnknownName

    model = project.model
    known = [*model.metrics, *model.entities, *model.reports]
    same = tuple(n for n in known if n.rpartition(".")[2] == name)
    if len(same) > 1:
        return AmbiguousName(name=name, candidates=same)
    names = near(name, known)
    hint = (
        ""
        if names
        else "`metric list` shows the metrics, `metric list entities` and `metric list reports` the others."
    )
    if project.failed:
        hint = "Some definitions are wrong, and may be what is missing here: `metric check` tells."
    return UnknownName(
        name=name or '""', where="among the metrics, entities and reports", near=names, hint=hint
    )


def describe(project: "Project", subject: Subject) -> str:
    """Everything about it in words."""
    match subject:
        case Metric():
            return _metric(subject, project.model.overridden.get(subject.overrides))
        case Entity():
            return _entity(subject)
        case str():
            return subject


def _metric(metric: Metric, original: Metric | None) -> str:
    lines = [metric.name + (f"  {metric.label}" if metric.label else "")]
    if metric.about:
        lines += ["", metric.about]
    facts = {
        "formula": " ".join(metric.text.split()),
        "unit": metric.type.measured,
        "additivity": metric.additivity.value,
        **{f"label ({language})": text for language, text in metric.labels.items()},
        **{f"about ({language})": text for language, text in metric.abouts.items()},
        **{
            word: ", ".join(values)
            for word, values in metric.properties.items()
            if word not in {"about", "label", "overrides"}
        },
        **_override(metric, original),
    }
    return "\n".join([*lines, "", *_pairs(facts)])


def _override(metric: Metric, original: Metric | None) -> dict[str, str]:
    """What a metric stands for: where that is written, with its formula, and where this is."""
    if not metric.overrides:
        return {}
    facts = {"overrides": metric.overrides, "written in": metric.span.file if metric.span else ""}
    if original is None:
        return facts
    place = f", in {original.span.file}" if original.span else ""
    return {**facts, "in place of": " ".join(original.text.split()) + place}


def _entity(entity: Entity) -> str:
    lines = [entity.name + (f"  {entity.label}" if entity.label else "")]
    table = entity.table
    said = f"{table.name}, by the source {table.by}" if table.by else table.name
    lines += ["", *_pairs({"table": said, "key": ", ".join(entity.key) or "none"}), ""]
    for role in (Role.TIME, Role.DIMENSION, Role.FACT):
        for column in entity.columns.values():
            if column.role is role:
                measured = role is Role.FACT and column.type.unit.powers
                kind = column.type.measured if measured else column.type.kind.value
                lines.append(
                    f"{role.value:<10} {column.name}: {kind}" + ("  default" if column.default else "")
                )
    for join in entity.joins.values():
        target = join.target.rpartition(".")[2]
        role_of = f"{join.name}: {target}" if join.name != target else join.name
        by = "" if join.neighbour is None else f" {join.neighbour.relation} {join.neighbour.moment}"
        lines.append(f"{'join':<10} {role_of} on {', '.join(join.columns)}{by}")
    return "\n".join(lines)


def _pairs(facts: dict[str, str]) -> list[str]:
    wide = max(map(len, facts), default=0)
    return [f"{name:<{wide}}  {printable(value)}" for name, value in facts.items()]


def question(subject: Subject) -> str:
    """The query that stands for a subject: a metric's total, a report's own, the number of an entity's rows."""
    match subject:
        case Metric():
            return subject.name
        case Entity():
            return f"count({subject.name})"
        case str():
            return subject


def sql(bound: "BoundQuery", _: Subject, dialect: str | None) -> str:
    """The SQL of the question that stands for it."""
    return bound.sql(dialect)


def plan(bound: "BoundQuery", _: Subject, dialect: str | None) -> str:
    """The steps of it as text, the same for all dialects."""
    del dialect
    return bound.plan_text()


def stages(bound: "BoundQuery", subject: Subject, dialect: str | None) -> str:
    """It at every stage: as written, resolved, planned, after each rewrite that changes the plan, as SQL."""
    written = " ".join(subject.text.split()) if isinstance(subject, Metric) else bound.text
    parts = (
        ("written", written),
        ("resolved", bound.resolved_text()),
        *(
            ("planned" if name == "built" else f"rewritten by {name}", steps)
            for name, steps in bound.plans(dialect)
        ),
        (f"SQL ({dialect or bound.dialect})", bound.sql(dialect)),
    )
    return "\n\n".join(f"── {title}\n{text}" for title, text in parts)


def dimensions(project: "Project", subject: Subject) -> str:
    """What it can be sliced by, each with its path, and what cannot be reached, with the reason."""
    if isinstance(subject, str):
        return "A report is sliced by what it asks `by`; ask for the dimensions of one of its metrics."
    return project.dimensions_text(subject.name)
