"""What stands behind a type, read: whether `"1.234,56"` says how its texts are written, and whether its signs fit the type.

A sign is no ornament: `"1234.56%"` read as 50 for `50%`, or `"$1234.56"` as so many EUR, is another number.
"""

import re

from attrs import evolve

from metricdsl.analysis.directory import Directory, Scope
from metricdsl.analysis.format_signs import contradiction, instead_of, is_share, noun
from metricdsl.diagnostics.problem import Edit
from metricdsl.diagnostics.problems.formulas import WrongArguments
from metricdsl.diagnostics.problems.names import listed
from metricdsl.model.formats import OF_NEGATIVES, date_format, no_fields, number_format
from metricdsl.model.types import Kind, ValueType
from metricdsl.model.unit import Form
from metricdsl.syntax import nodes
from metricdsl.syntax.format_formula import written_type

_PERCENT = re.compile(r"[\d.,' ]*\d(?P<sign> ?[%％٪])")


def format_problem(
    type_: ValueType, name: str, declared: nodes.TypeWritten, scope: Scope, directory: Directory
) -> WrongArguments | None:
    """What is wrong with the format behind the type of a column; None where it says how texts of it are written."""
    written = declared.format or ""
    strange: tuple[str, ...] = ()
    edits: tuple[Edit, ...] = ()
    match type_.kind:
        case Kind.DATE | Kind.TIMESTAMP:
            fits = date_format(written) is not None
            strange = no_fields(written)
            fix = (
                "name the fields YYYY or YY, MM, DD, HH24, MI, SS, FF3 or FF6 (parts of a second), each at its full "
                "width, as in `DD/MM/YYYY`"
            )
        case Kind.INTEGER | Kind.DECIMAL | Kind.FLOAT:
            found = number_format(written)
            if found is not None:
                return contradiction(found, type_, name, declared, scope, directory)
            fits = False
            fix = "write the number 1234.56 as the file has it, as in `1.234,56`"
            positive = written.translate(dict.fromkeys(map(ord, OF_NEGATIVES)))
            if positive != written and number_format(positive) is not None:
                fix = (
                    f'write a number above zero, `"{positive}"`: a minus sign before a number is read by itself; one behind it, and '
                    "parentheses, are not read"
                )
                edits = instead_of(declared, written_type(evolve(declared, format=positive, or_null=False)))
            percent = _PERCENT.fullmatch(written)
            if percent is not None and is_share(type_):
                sample = ("1234,56" if "," in written else "1234.56") + percent["sign"]
                fix = f"write the number 1234.56 as the file has it: `{sample}`"
                edits = instead_of(declared, f'{declared.atoms[0].name} "{sample}"')
        case _:
            fits, fix = False, "leave it out: dates, timestamps and numbers have formats"
    if fits:
        return None
    text = f'"{written}" is no format of {"" if type_.unit.form is Form.POINTS else "a "}{noun(type_)}'
    if strange:
        text += f": {listed(strange, 'and')} {'is no field' if len(strange) == 1 else 'are no fields'} of one"
    return WrongArguments(text=text, fix=fix, edits=edits, span=declared.span)


def with_digits_of_format(type_: ValueType, written: str) -> ValueType:
    """The type, with the digits that are behind the point of a share where it is written in hundredths: `12.3456%`."""
    found = number_format(written) if type_.kind is Kind.DECIMAL else None
    return type_ if found is None else evolve(type_, scale=type_.scale + found.hundredths)
