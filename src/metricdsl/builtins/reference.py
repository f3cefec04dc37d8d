"""The reference page of functions, made from their definitions.

`python -m metricdsl.builtins.reference > docs/reference/functions.md` writes it; a test says whether it is up to date.
"""

import sys

from metricdsl.builtins import context
from metricdsl.builtins.aggregations import AGGREGATIONS
from metricdsl.builtins.context import shop
from metricdsl.builtins.context.entry import Asked, Entry
from metricdsl.builtins.functions import (
    arithmetic,
    business,
    calendar_parts,
    choice,
    comparison,
    elapsed,
    logic,
    numeric,
    pattern,
    text,
    truncation,
)
from metricdsl.spi.defs import AggregationDef, FunctionDef, NullRule
from metricdsl.spi.lowering import Emulated, Refused

_WRITTEN = {
    "count_rows": ("count(entity)", "count"),
    "count_distinct": ("count(distinct x)", "count(distinct"),
}
"""Aggregates that formulas call otherwise: the title of the entry, and what stands for the name in its examples."""
ENGINES = ("duckdb", "sqlite", "postgres", "datafusion", "clickhouse", "mariadb", "spark")
_CHAPTERS = (
    ("Arithmetic", arithmetic.FUNCTIONS),
    ("Comparisons", comparison.FUNCTIONS),
    ("Conditions and choices", (*logic.FUNCTIONS, *choice.FUNCTIONS)),
    ("Numbers", numeric.FUNCTIONS),
    ("Text", (*text.FUNCTIONS, *pattern.FUNCTIONS)),
    ("Times", (*truncation.FUNCTIONS, *calendar_parts.FUNCTIONS, *elapsed.FUNCTIONS, *business.FUNCTIONS)),
)
_HEAD = """# Functions

Made from the definitions: `python -m metricdsl.builtins.reference`. Each example is run on every engine by the tests; a
timestamp in an example stands as results show it (in a formula it comes from a column), and the arguments of an
aggregate's example are the values of its rows.

Unless something else is said, a function is null where an argument is null. `number<u>` is a number with the unit u;
`t` is the same type throughout.
"""


ASKED = f"Their examples are questions, asked on {shop.TODAY} of this shop"


def reference_page() -> str:
    """The page, as Markdown."""
    parts = [_HEAD]
    for title, functions in _CHAPTERS:
        shown = [f for f in functions if f.name != "as_timestamp"]
        parts += [f"## {title}\n", *(_entry(f) for f in shown)]
    parts += ["## Aggregates\n", *(_entry(a) for a in AGGREGATIONS if not a.operator)]
    parts.append(_shop())
    for title, entries in context.CHAPTERS:
        parts += [f"## {title}\n", *(_of_context(entry) for entry in entries)]
    return "\n".join(parts)


def _shop() -> str:
    """The shop of the examples that follow: definitions and rows."""
    lines = [
        "## The shop of what follows\n",
        f"The functions below take formulas, and look at the group, its period, or the time of a row. {ASKED}:\n",
        f"```metric\n{shop.DEFINITIONS}```\n",
    ]
    for name, rows in shop.TABLES.items():
        lines += [f"```rows {name}\n{rows}```\n"]
    return "\n".join(lines)


def _of_context(entry: Entry) -> str:
    signature = entry.signature.replace("; ", "`<br>`")
    lines = [
        f"### {entry.name}\n",
        f"`{signature}`\n",
        f"{entry.doc}\n",
        f"- Unit: {entry.unit.rstrip('.')}.",
        f"- Null: {entry.nulls}",
        *(f"- {edge}" for edge in entry.edges),
        "",
        *(_asked(example) for example in entry.examples),
    ]
    return "\n".join(lines)


def _asked(example: Asked) -> str:
    """A question and its rows, as a table."""
    header, *rows = example.gives.splitlines()
    rule = "|---" * (header.count("|") + 1) + "|"
    return "\n".join([f"`{example.query}`\n", f"| {header} |", rule, *(f"| {row} |" for row in rows), ""])


def _named(signature: str, called: str) -> str:
    """A signature behind what is called."""
    return f"{called} {signature.removeprefix('(')}" if "(" in called else called + signature


def _called(formula: str, name: str, called: str) -> str:
    return formula.replace(f"{name}(", f"{called} " if "(" in called else f"{called}(")


def _entry(definition: FunctionDef | AggregationDef) -> str:
    title, called = _WRITTEN.get(definition.name, (definition.name, definition.name))
    signature = _named(definition.signature, called).replace("; ", f"`<br>`{called}")
    lines = [
        f"### {title}\n",
        f"`{signature}`\n",
        f"{definition.doc}{_nulls(definition)}\n",
    ]
    if isinstance(definition, AggregationDef):
        none = "null" if definition.identity is None else str(definition.identity)
        lines.append(f"Additivity: {definition.additivity.value}. Of no rows: {none}.\n")
    if definition.examples:
        rows = [
            f"| `{_cell(_called(e.formula, definition.name, called))}` | `{_cell(e.gives)}` |"
            for e in definition.examples
        ]
        lines += ["| formula | gives |", "|---|---|", *rows, ""]
    engines = _engines(definition)
    if engines:
        lines.append(f"{engines}\n")
    return "\n".join(lines)


def _nulls(definition: FunctionDef | AggregationDef) -> str:
    own = isinstance(definition, FunctionDef) and definition.nulls is NullRule.OWN
    return " It has a null rule of its own." if own and "null" not in definition.doc.lower() else ""


def _engines(definition: FunctionDef | AggregationDef) -> str:
    """What is said of engines that differ: refused ones, and those with a form of ours."""
    refused = []
    emulated = []
    for engine in ENGINES:
        match definition.lower.get(engine, definition.lower.get("*")):
            case Refused(why):
                refused.append(f"Not on {engine}: {why}")
            case Emulated():
                emulated.append(engine)
            case _:
                continue
    if len(emulated) == len(ENGINES):
        return "Put together from other functions on every engine."
    if emulated:
        several = " and ".join(part for part in (", ".join(emulated[:-1]), emulated[-1]) if part)
        refused.append(f"Put together from other functions on {several}.")
    return " ".join(refused)


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


if __name__ == "__main__":
    sys.stdout.write(reference_page())
