"""Writes docs/reference/lowerings.md, the lowering table: each operator, function and aggregation on each engine.

    python -m tools.lowering_table            writes the page
    python -m tools.lowering_table --check    only tells whether it is up to date

The rows are those of the definitions and dialects themselves. A pair without a row is an error, and so is an operator of a
dialect that nobody knows.
"""

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from metricdsl.diagnostics.problems.dialects import NotOnThisEngine
from metricdsl.plugins import builtin_registry
from metricdsl.registry import Registry
from metricdsl.spi.defs import AggregationDef, Capability, DialectDef, FunctionDef, Support
from metricdsl.spi.lowering import Emulated, Lowering, Refused
from metricdsl.sql.dialects.operators import OPERATORS, Operator, must_have
from metricdsl.value import frozen

PAGE = Path(__file__).resolve().parent.parent / "docs" / "reference" / "lowerings.md"
HEAD = """# What each engine does itself

Made from the definitions by `python -m tools.lowering_table`; a test compares them. Each function, aggregation and operator has a row on each
engine, and there is no other way to SQL:

- **native**: written with what the engine has for it, or with plain SQL that means the same on all engines;
- **emulated**: put together from other parts, because the engine has nothing that means the same;
- **refused**: the engine cannot, and a question that needs it is told so when it is compiled, with the code that stands here.

What an engine answers is compared with the reference evaluator for every case of the tests (`make engines-test`). `mysql` is written as `mariadb` is but
for what the server names otherwise; its rows are checked as texts, and no server of it has been asked.
"""


@frozen
class Row:
    """What is written on one engine: a word, and of a refusal why."""

    word: str
    why: str = ""

    @property
    def cell(self) -> str:
        return f"refused ({NotOnThisEngine.code})" if self.word == "refused" else self.word


class Missing(Exception):  # noqa: N818 - it is an answer of the check
    """A pair of an operator and an engine has no row."""


def of_row(row: Lowering | Emulated | Refused, name: str, dialect: str) -> Row:
    match row:
        case Refused(""):
            raise Missing(f"{name} has no row for {dialect}")
        case Refused(why):
            return Row("refused", why)
        case Emulated():
            return Row("emulated")
        case _:
            return Row("native")


def of_definition(definition: FunctionDef | AggregationDef, dialect: str, registry: Registry) -> Row:
    """How a function or an aggregation is written on an engine."""
    return of_row(registry.row(definition, dialect), definition.name, dialect)


def of_operator(operator: Operator, dialect: DialectDef) -> Row:
    """How an operator of the compiler is written on an engine."""
    rows = [row for name, row in dialect.overrides.items() if _operator(name) == operator.name]
    if not rows and must_have(operator, dialect):
        raise Missing(f"{operator.name} has no row for {dialect.name}")
    made = [of_row(row, operator.name, dialect.name) for row in rows]
    return next((row for row in made if row.word != "native"), Row("native"))


def _operator(name: str) -> str:
    return "cut" if name.startswith("cut.") else name


def strangers(registry: Registry) -> list[str]:
    """Rows of dialects for what there is not."""
    known = {*registry.functions, *registry.aggregations, *(operator.name for operator in OPERATORS)}
    return [
        f"{dialect.name}: {name}"
        for dialect in registry.dialects.values()
        for name in dialect.overrides
        if _operator(name) not in known
    ]


def capability(one: Capability, dialect: DialectDef) -> Row:
    """What an engine has of a capability; FILTER is only a matter of speed, and CASE does it elsewhere."""
    found = dialect.capabilities.get(one)
    if found is None and one is not Capability.FILTERED_TOTALS:
        raise Missing(f"`{one.name}` has no row for {dialect.name}")
    return Row("native" if found is Support.NATIVE else "emulated")


def page() -> str:
    """The page. Raises Missing."""
    registry = builtin_registry()
    if unknown := strangers(registry):
        raise Missing(f"nobody asks for {', '.join(unknown)}")
    dialects = list(registry.dialects.values())
    parts = [HEAD]
    tables = (
        ("Operators and functions", [(f.name, f) for f in registry.functions.values()]),
        ("Aggregations", [(a.name, a) for a in registry.aggregations.values()]),
    )
    for title, definitions in tables:
        found = [
            (name, [of_definition(definition, d.name, registry) for d in dialects])
            for name, definition in definitions
        ]
        parts += [f"## {title}\n", *_table("", dialects, [(f"`{name}`", rows) for name, rows in found])]
        parts += [*_reasons(found, dialects)]
    own = [(f"`{o.name}` | {o.gives}", [of_operator(o, d) for d in dialects]) for o in OPERATORS]
    parts += ["## Operators of the compiler\n", *_table("| ", dialects, own)]
    able = [(one.value, [capability(one, d) for d in dialects]) for one in Capability]
    parts += ["## Capabilities\n", *_table("", dialects, able)]
    return "\n".join(parts).rstrip() + "\n"


def _table(
    more: str, dialects: Sequence[DialectDef], rows: Sequence[tuple[str, Sequence[Row]]]
) -> Iterator[str]:
    names = [d.name for d in dialects]
    yield f"| | {more}{' | '.join(names)} |"
    yield "|---" * (len(names) + 1 + bool(more)) + "|"
    for name, found in rows:
        yield f"| {name} | {' | '.join(row.cell for row in found)} |"
    yield ""


def _reasons(found: Sequence[tuple[str, Sequence[Row]]], dialects: Sequence[DialectDef]) -> Iterator[str]:
    for name, rows in found:
        for row, dialect in zip(rows, dialects, strict=True):
            if row.why:
                yield f"`{name}` on {dialect.name}: {row.why}\n"


def main(arguments: Sequence[str]) -> int:
    try:
        made = page()
    except Missing as gap:
        print(f"lowering table: {gap}", file=sys.stderr)
        return 1
    if "--check" in arguments:
        return int(not PAGE.is_file() or PAGE.read_text(encoding="utf-8") != made)
    PAGE.write_text(made, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
