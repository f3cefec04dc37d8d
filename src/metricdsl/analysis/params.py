"""Parameters: values with a name, constants in formulas."""

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal, InvalidOperation

from attrs import evolve

from metricdsl.analysis.agreement import agreed
from metricdsl.analysis.directory import Declared, Directory
from metricdsl.analysis.literals import signed
from metricdsl.analysis.percents import digits, is_plain
from metricdsl.analysis.properties import property_text, said
from metricdsl.analysis.world import Place, Result, Work, World
from metricdsl.analysis.written_types import read_type
from metricdsl.diagnostics import Problem
from metricdsl.diagnostics.near import near
from metricdsl.diagnostics.problems.ambiguity import AmbiguousName
from metricdsl.diagnostics.problems.declared_types import ValueOutsideDomain
from metricdsl.diagnostics.problems.names import UnknownName
from metricdsl.diagnostics.problems.parameters import (
    NotAParameter,
    NoValueOfParameter,
    ParameterWithoutValue,
    ShadowedParameter,
)
from metricdsl.diagnostics.problems.shares_and_numbers import NumberBesideShare
from metricdsl.model.formula import Constant
from metricdsl.model.types import Kind, ValueType
from metricdsl.model.unit import SHARE, Form
from metricdsl.source import Span
from metricdsl.syntax import nodes

WORDS = ("about", "label", "owner", "source", "since", "version")
_DURATION = r"(-?\d+(?:\.\d+)?) (second|minute|hour|day|week|month|quarter|year)s?"


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
    return evolve(found, span=node.span, named=node.text, parameter=declared.name)


def _behind(node: nodes.Name, declared: Declared) -> tuple[str, ...]:
    """What stands behind the name of a declaration."""
    name = declared.node.name
    return node.parts[node.parts.index(name) + 1 :] if name in node.parts else ()


def param(work: Work, declared: Declared) -> Constant | None:
    """A parameter, resolved to its default; None where that is no value of its type."""
    node = declared.node
    assert isinstance(node, nodes.ParamDecl), "sorts follow node classes"
    said(work, node.properties, declared.scope, WORDS)
    text = given_for(declared, work.world)
    if text is not None:
        found = _given(work, declared, text)
        if found is not None:
            return found
    found = _default(work, declared, node)
    written = None if found is None else signed(node.default)
    if found is not None and written is not None and found.type.unit == SHARE and is_plain(written):
        of = node.default.span
        work.report(NumberBesideShare(metric=node.name, written=digits(written), span=of))
        return None
    return found


def _default(work: Work, declared: Declared, node: nodes.ParamDecl) -> Constant | None:
    """The constant that a parameter is where nothing is given for it."""
    value = signed(node.default)
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


def given_for(declared: Declared, world: World) -> str | None:
    """What is given for a parameter, by its full name, or by its name where that is not the full name of another.

    `p` is the project's own where it has one, and no package's.
    """
    parameters, short = world.settings.parameters, declared.node.name
    if declared.name in parameters or short not in parameters:
        return parameters.get(declared.name)
    others = any(one.name == short for one in world.directory.all("param"))
    return None if others else parameters[short]


def length_behind(work: Work, node: nodes.Expr, place: Place) -> nodes.Expr | None:
    """The length of time that is written, or that a parameter stands for; None where that parameter is wrong."""
    found = work.world.directory.lookup(place.scope, node.parts) if isinstance(node, nodes.Name) else None
    if not isinstance(node, nodes.Name) or not isinstance(found, tuple) or found[1] < len(node.parts):
        return node
    declared = found[0]
    if not isinstance(declared.node, nodes.ParamDecl):
        return node
    value = work.ask(("param", declared.name))
    if value is None or value.type.kind is not Kind.DURATION:
        return None if value is None else node
    text = given_for(declared, work.world)
    given = None if text is None else literal_of(text, Kind.DURATION, node.span)
    written = given or declared.node.default
    if not isinstance(written, nodes.DurationLiteral):
        return node
    return evolve(written, span=node.span, parameter=declared.name)


def by_full_names(directory: Directory, parameters: Mapping[str, str]) -> dict[str, str]:
    """What is given for parameters, by their full names where each stands for one."""
    found = {}
    for name, text in parameters.items():
        whole = _meant(directory, name)
        found[whole[0].name if len(whole) == 1 else name] = text
    return found


def _meant(directory: Directory, name: str) -> list[Declared]:
    """The parameters that a name stands for: that of the full name, else those that are called so."""
    meant = [d for d in directory.all("param") if name in {d.name, d.node.name}]
    return [d for d in meant if d.name == name] or meant


def check_given(work: Work, parameters: Mapping[str, str]) -> None:
    """Report what is given for no parameter, for several, or is no value of the parameter's type: none of it stands in a text."""
    directory = work.world.directory
    for name, text in parameters.items():
        whole = _meant(directory, name)
        if len(whole) > 1:
            work.report(AmbiguousName(name=name, candidates=tuple(d.name for d in whole)))
        elif not whole:
            known = {d.name: d.node.name for d in directory.all("param")}
            close = near(name, (*known, *known.values()))
            alike = tuple(full for full, short in known.items() if full in close or short in close)
            work.report(NotAParameter(name=name, near=alike, known=tuple(known)))
        else:
            default = work.need(("param", whole[0].name))
            if default is not None and _given(work, whole[0], text) is None:
                share = default.type.unit.form is Form.SHARE
                kind = "share" if share else default.type.kind.value
                node = whole[0].node
                assert isinstance(node, nodes.ParamDecl), "sorts follow node classes"
                work.report(
                    NoValueOfParameter(name=name, kind=kind, text=text, default=property_text(node.default))
                )


def _given(work: Work, declared: Declared, text: str) -> Constant | None:
    """What is given for a parameter as a constant of its type; None where it is none."""
    node = declared.node
    assert isinstance(node, nodes.ParamDecl), "sorts follow node classes"
    trial = Work(work.world, work.need)
    default = _default(trial, declared, node)
    literal = None if default is None else literal_of(text, default.type.kind, node.default.span)
    if default is None or literal is None:
        return None
    found = _default(trial, declared, evolve(node, default=literal))
    if found is None or trial.problems or not agrees(found.type, default.type):
        return None
    plain = isinstance(literal, nodes.Number) and abs(literal.value) > 1
    return None if plain and default.type.unit.form is Form.SHARE else found  # 30 is no share: 30% is


def agrees(given: ValueType, default: ValueType) -> bool:
    """Whether a value can stand where the default of a parameter stands: a number by its unit, all others by their kind."""
    if given.kind.numeric and default.kind.numeric:
        return given.unit == default.unit
    return given.kind is default.kind


def literal_of(text: str, kind: Kind, span: Span) -> nodes.Literal | None:
    """A value that was given as text, as a literal of a kind; None where it is none."""
    match kind:
        case Kind.TEXT:
            return nodes.Text(value=text, span=span)
        case Kind.BOOLEAN:
            return nodes.Boolean(value=text == "true", span=span) if text in {"true", "false"} else None
        case Kind.INTEGER | Kind.DECIMAL | Kind.FLOAT:
            plain = text.strip()
            try:
                number = Decimal(plain.removesuffix("%"))
            except InvalidOperation:
                return None
            if not number.is_finite():
                return None
            if plain.endswith("%"):
                return nodes.Percent(value=number / 100, span=span)
            return nodes.Number(value=number, span=span)
        case Kind.DATE | Kind.TIMESTAMP:
            try:
                return nodes.DateLiteral(value=date.fromisoformat(text), span=span)
            except ValueError:
                return None
        case Kind.DURATION:
            long = re.fullmatch(_DURATION, text.strip())
            return long and nodes.DurationLiteral(amount=Decimal(long[1]), unit=long[2], span=span)
        case _:
            return None


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
