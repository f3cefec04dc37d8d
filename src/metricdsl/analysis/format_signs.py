"""The sign of a format against the type before it: `"$1234.56"` read as so many EUR, `"1234 kg"` as g, is another number."""

from metricdsl.analysis.currency_signs import OF_SIGNS
from metricdsl.analysis.directory import Directory, Scope
from metricdsl.analysis.written_types import CURRENCY
from metricdsl.diagnostics.problem import Edit
from metricdsl.diagnostics.problems.formulas import WrongArguments
from metricdsl.diagnostics.problems.names import listed
from metricdsl.model.formats import NumberFormat
from metricdsl.model.types import Kind, ValueType
from metricdsl.model.unit import MANY, Form
from metricdsl.syntax import nodes

_THOUSANDS = frozenset({"k", "K", "tsd", "Tsd", "M", "mn", "Mio", "mio", "bn", "Mrd", "mrd"})
"""Signs of thousands, millions and thousands of millions: `5k` is not 5."""
SHARES = {Form.SHARE, Form.POINTS, Form.CHANGE}


def contradiction(
    found: NumberFormat,
    type_: ValueType,
    name: str,
    declared: nodes.TypeWritten,
    scope: Scope,
    directory: Directory,
) -> WrongArguments | None:
    """A sign that says another unit than the type. A plain number may have any: it says no unit at all."""
    own, sign = type_.unit, f"{found.before} {found.after}".strip()
    if found.hundredths:
        if is_share(type_):
            return None
        sample = "`50%`" if found.hundredths == 2 else "`500‰`"
        instead = f'share "{found.text}"'
        fix = f"declare `{name} : {instead}`, which reads {sample} as one half"
        return _says("shares", found, type_, fix, declared, instead)
    if not sign:
        return None
    unit = directory.lookup(scope, sign.split("."))
    of_unit = isinstance(unit, tuple) and unit[0].sort == "unit"
    if not of_unit and any(word.rstrip(".") in _THOUSANDS for word in sign.split()):
        fix = "let the file have the whole number, or declare the column as a text: a format says where the digits stand alone"
        return _says("in thousands or more", found, type_, fix, declared, "")
    if own.bare and own.form is Form.PLAIN:
        return None
    bases = {(base.kind, base.name) for base, _ in own.powers}
    if isinstance(unit, tuple) and of_unit:
        if ("declared", unit[0].name) in bases:
            return None
        instead = f'{sign} "{found.text}"'
        fix = f"declare the unit that the file has, `{name} : {instead}`; `convert_unit` makes another of it"
        return _says(f"in {sign}", found, type_, fix, declared, instead)
    said = OF_SIGNS.get(sign) or OF_SIGNS.get(sign.rstrip("."), ())
    if CURRENCY.fullmatch(sign) and any(kind in {"currency", MANY} for kind, _ in bases):
        said = (sign,)
    if any(("currency", one) in bases for one in said):
        return None
    if said:
        instead = f'money({said[0]}, {type_.scale}) "{found.text}"'
        fix = f"declare the currency that the file has, `{name} : {instead}`; `convert` makes another of it"
        of = f"{said[0]} or another dollar" if sign == "$" else listed(said, "or")
        alone = len(said) == 1 and len(bases) == 1 and own.powers[0][1] == 1
        return _says(f"in {of}", found, type_, fix, declared, instead if alone else "")
    if is_share(type_):
        fix = (
            f'read plain numbers, `{name} : {_PLAIN[type_.kind]} "{found.text}"`, and divide them: `({name} / 100) as {own.text}`; '
            "% and ‰ alone are read as parts of a hundred and of a thousand"
        )
        return _says(f"in {sign}", found, type_, fix, declared, "")
    return _of_nothing_known(sign, found, type_, name, declared, directory)


_PLAIN = {Kind.INTEGER: "integer", Kind.FLOAT: "float", Kind.DECIMAL: "decimal(2)"}


def _of_nothing_known(
    sign: str,
    found: NumberFormat,
    type_: ValueType,
    name: str,
    declared: nodes.TypeWritten,
    directory: Directory,
) -> WrongArguments | None:
    """A word that is neither the type's unit nor the label of that: `kg` behind g, where nothing is called kg, may be a thousand of them."""
    if len(type_.unit.powers) != 1:
        return None  # what stands for USD per hour, `$/h`, is written in many ways
    [(base, exponent)] = type_.unit.powers
    plain = f'`{name} : decimal({type_.scale}) "{found.text}"`'
    if base.kind in {"currency", MANY}:
        fix = f"write the currency by its code or sign; of another thing read plain numbers, {plain}"
    elif base.kind == "declared" and exponent == 1:
        unit = directory.named(base.name)
        node = None if unit is None else unit.node
        if not isinstance(node, nodes.UnitDecl) or sign.rstrip(".") in _labels(node):
            return None
        fix = (
            f'if {sign} is {base.text}, call it so: `unit {base.text} "{sign}"`; if it is a multiple, declare it: `unit {sign} = … {base.text}`, '
            f'`{name} : {sign} "{found.text}"`'
        )
    else:
        return None
    return _says(f"in {sign}", found, type_, fix, declared, "")


def _labels(unit: nodes.UnitDecl) -> set[str]:
    """What a unit is called, in any language."""
    found = {unit.name, unit.label or unit.name}
    for one in unit.properties:
        if one.word == "label":
            found |= {value.text for value in one.values if isinstance(value, nodes.Label)}
    return {label.rstrip(".") for label in found}


def _says(
    says: str, found: NumberFormat, type_: ValueType, fix: str, declared: nodes.TypeWritten, instead: str
) -> WrongArguments:
    """The problem of a format that says one unit, behind a type that says another."""
    own = noun(type_) if type_.unit.bare else type_.unit.text
    text = f'"{found.text}" says that the numbers are {says}, and their type is {own}'
    return WrongArguments(text=text, fix=fix, edits=instead_of(declared, instead), span=declared.span)


def noun(type_: ValueType) -> str:
    return type_.unit.text if is_share(type_) else type_.kind.value


def is_share(type_: ValueType) -> bool:
    return type_.unit.bare and type_.unit.form in SHARES


def instead_of(declared: nodes.TypeWritten, type_and_format: str) -> tuple[Edit, ...]:
    """An edit of the type with its format; what stands behind them stays."""
    if not type_and_format:
        return ()
    return (Edit(declared.span, type_and_format + (" or null" if declared.or_null else "")),)
