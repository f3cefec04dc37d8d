"""Parameters: values with a name, constants in formulas."""

from attrs import evolve

from metricdsl.analysis.agreement import agreed
from metricdsl.analysis.directory import Declared
from metricdsl.analysis.literals import constant
from metricdsl.analysis.properties import said
from metricdsl.analysis.world import Result, Work, World
from metricdsl.analysis.written_types import read_type
from metricdsl.diagnostics import Problem
from metricdsl.diagnostics.near import near
from metricdsl.diagnostics.problems.declarations import ParameterWithoutValue, ShadowedParameter
from metricdsl.diagnostics.problems.names import UnknownName
from metricdsl.diagnostics.problems.types import ValueOutsideDomain
from metricdsl.model.formula import Constant
from metricdsl.syntax import nodes

WORDS = ("about", "label", "owner", "source", "since", "version")


def parameter(work: Work, declared: Declared, node: nodes.Name, used: int | None = None) -> Result:
    """A parameter used by name: its default."""
    rest = node.parts[used:] if used is not None else _behind(node, declared)
    if rest:
        where = f"in {declared.node.name}, which is a parameter"
        work.report(UnknownName(name=".".join(rest), where=where, span=node.span))
        return None
    found = work.ask(("param", declared.name))
    if found is None:
        return None
    assert isinstance(found, Constant), "a parameter is kept as its default"
    return evolve(found, span=node.span)


def _behind(node: nodes.Name, declared: Declared) -> tuple[str, ...]:
    """What stands behind the name of a declaration."""
    name = declared.node.name
    return node.parts[node.parts.index(name) + 1 :] if name in node.parts else ()


def param(work: Work, declared: Declared) -> Constant | None:
    """A parameter, resolved to its default; None where that is no value of its type."""
    node = declared.node
    assert isinstance(node, nodes.ParamDecl), "sorts follow node classes"
    said(work, node.properties, declared.scope, WORDS)
    value = _literal(node.default)
    if value is None:
        work.report(ParameterWithoutValue(name=node.name, span=node.default.span))
        return None
    value = evolve(value, span=node.default.span)
    if node.type is None:
        return value
    world = work.world
    written = read_type(node.type, declared.scope, world.directory, world.settings.currency, work.problems)
    if written is None:
        return None
    merged = agreed(work, node.name, written, value.type, node.default.span, states=True)
    if merged is None:
        return None
    if written.domain is not None and value.value not in written.domain:
        text = str(value.value)
        close = near(text, written.domain)
        work.report(ValueOutsideDomain(value=text, domain=written.domain, near=close, span=node.default.span))
        return None
    return evolve(value, type=evolve(merged, nullable=False))


def shadowed(world: World) -> list[Problem]:
    """Hints at parameters that are called like a column: inside the aggregates of its entity the column is meant."""
    found: list[Problem] = []
    for declared in world.directory.all("param"):
        name = declared.node.name
        entities = [h for h in world.headers.values() if h.declared.sort == "entity"]
        owners = [h.short for h in entities if name in h.declared_types or name in h.derived]
        if owners:
            found.append(ShadowedParameter(name=name, entity=owners[0], span=declared.node.name_span))
    return found


def _literal(node: nodes.Expr) -> Constant | None:
    """The constant that a literal writes, perhaps with a sign."""
    match node:
        case nodes.Negation(operand=nodes.Number() | nodes.Percent() | nodes.DurationLiteral() as operand):
            found = constant(operand)
            assert isinstance(found.value, int) or hasattr(found.value, "is_finite"), "numbers have a sign"
            return evolve(found, value=-found.value)  # type: ignore[operator]
        case nodes.Null() | nodes.PeriodLiteral():
            return None
        case (
            nodes.Number()
            | nodes.Percent()
            | nodes.Text()
            | nodes.DateLiteral()
            | nodes.DurationLiteral()
            | nodes.Boolean()
        ):
            return constant(node)
        case _:
            return None
