"""What must hold for the functions and aggregations that a plugin contributes."""

from collections.abc import Sequence
from decimal import Decimal
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from metricdsl.diagnostics import Severity
from metricdsl.engine.errors import QueryError
from metricdsl.engine.plugin_alone import plugin_alone
from metricdsl.engine.plugin_checks.check import Check
from metricdsl.engine.plugin_checks.formula_bench import COLUMNS, sample_entity
from metricdsl.engine.plugin_checks.laws import broken_declaration, broken_law
from metricdsl.engine.plugin_checks.result_function_checks import wrong_result_example
from metricdsl.plugins import load_registry
from metricdsl.plugins.discover import installed_plugins
from metricdsl.plugins.manifest import Manifest
from metricdsl.registry import Registry
from metricdsl.source import SourceFile
from metricdsl.spi.defs import AggregationDef, Example, FunctionDef
from metricdsl.spi.law import same
from metricdsl.spi.result_functions import ResultFunctionDef
from metricdsl.syntax import nodes, read_query

ENGINES = {"duckdb": "files:data", "sqlite": "sqlite:///rows.sqlite"}
Definition = FunctionDef | AggregationDef


def function_checks(plugin: str) -> tuple[Check, ...]:
    """The checks of a plugin's functions and aggregations."""
    return (
        Check("the hooks are imported and give what they should", lambda: _hook_problems(plugin)),
        Check("every function has an example", lambda: _without_examples(plugin)),
        Check(
            f"every example gives what it says, on {' and '.join(ENGINES)}", lambda: _wrong_examples(plugin)
        ),
        Check("every declared law holds for made-up numbers", lambda: _broken(plugin)),
    )


def contributed(plugin: str) -> tuple[Definition, ...]:
    """The functions and aggregations of a plugin, in the order of their names."""
    registry = _registry(plugin)
    every: tuple[Definition, ...] = (*registry.functions.values(), *registry.aggregations.values())
    return tuple(
        sorted((one for one in every if one.name.startswith(f"{plugin}.")), key=lambda one: one.name)
    )


def _registry(plugin: str) -> Registry:
    return load_registry(_manifests(plugin)).value


def _manifests(plugin: str) -> list[Manifest]:
    return [manifest for manifest in installed_plugins().value if manifest.plugin == plugin]


def _hook_problems(plugin: str) -> list[str]:
    return [f"{p.code} {p.message()}" for p in load_registry(_manifests(plugin)).problems]


def result_functions(plugin: str) -> tuple[ResultFunctionDef, ...]:
    """The functions of a plugin that run on a result."""
    found = _registry(plugin).result_functions
    return tuple(found[name] for name in sorted(found) if name.startswith(f"{plugin}."))


def _without_examples(plugin: str) -> list[str]:
    every = (*contributed(plugin), *result_functions(plugin))
    return [f"{one.name} has no example" for one in every if not one.examples]


def _broken(plugin: str) -> list[str]:
    if find_spec("hypothesis") is None:
        return [
            "the laws are tried with hypothesis, which is not installed: pip install 'metricdsl[testing]'"
        ]
    found = []
    for one in contributed(plugin):
        try:
            if isinstance(one, AggregationDef):
                found.append(broken_declaration(plugin, one))
            else:
                found += [broken_law(plugin, one, law) for law in one.laws]
        except ValueError as error:
            found.append(str(error))
    return [why for why in found if why]


def _wrong_examples(plugin: str) -> list[str]:
    of_results = [
        f"{example.formula}: {why}"
        for one in result_functions(plugin)
        for example in one.examples
        if (why := wrong_result_example(one, example))
    ]
    return of_results + [
        f"{example.formula} on {engine}: {why}"
        for one in contributed(plugin)
        for example in one.examples
        for engine, url in ENGINES.items()
        if (why := wrong_example(plugin, one, example, url))
    ]


def wrong_example(plugin: str, definition: Definition, example: Example, url: str) -> str:
    """How an example does not give what it says, on the engine of a URL; nothing where it does."""
    rows: list[list[str]] = [[]]
    formula = f"max({_whole(example.formula, example.gives)} where sample.part > 0)"
    if isinstance(definition, AggregationDef):
        given = _columns(example.formula)
        if given is None:
            return "write it as a call with one number, or one group of numbers, for each row"
        rows = given
        formula = (
            f"{definition.name}({', '.join(f'sample.x{at}' for at in range(len(rows[0]) if rows else 1))})"
        )
    texts = [f"metric found = {formula}"]
    if example.gives != "null":
        texts.append(f"metric wanted = max({_whole(example.gives, example.gives)} where sample.part > 0)")
    more = f'[connections.default]\nurl = "{url}"\n'
    with plugin_alone(plugin, {"sample.metric": sample_entity() + "\n".join(texts) + "\n"}, more) as opened:
        _write(opened.root, rows)
        errors = [p for p in opened.problems if p.severity is Severity.ERROR]
        if errors:
            return f"{errors[0].code} {errors[0].message()}"
        try:
            with opened.query(", ".join(["found", "wanted"][: len(texts)])).run() as result:
                ((found, *wanted),) = (tuple(row) for row in result.rows)
        except QueryError as error:
            return f"{error.problems[0].code} {error.problems[0].message()}"
    expected = wanted[0] if wanted else None
    return "" if _alike(found, expected) else f"it gives {found}, and not {example.gives}"


def _alike(found: Any, expected: Any) -> bool:
    """Whether a value is what is expected, but for what doubles are off by."""
    numbers = all(isinstance(one, int | float | Decimal) for one in (found, expected))
    return same(float(found), float(expected)) if numbers else bool(found == expected)


def _whole(formula: str, gives: str) -> str:
    """A formula that `max` takes: what holds or does not is 1 or 0."""
    return f"if({formula}, 1, 0)" if gives in {"true", "false"} else formula


def _columns(formula: str) -> list[list[str]] | None:
    """The rows that the example of an aggregation is about: its arguments, each a number, null or a group of these."""
    read = read_query(SourceFile.of("example", formula))
    asked = read.value.columns[0].value if read.value is not None and read.value.columns else None
    if read.problems or not isinstance(asked, nodes.Call):
        return None
    text = SourceFile.of("example", formula)
    return [
        [
            text.slice(item.span)
            for item in (one.value.items if isinstance(one.value, nodes.Group) else (one.value,))
        ]
        for one in asked.arguments
    ]


def _write(folder: Path, rows: Sequence[Sequence[str]]) -> None:
    """The rows as a text file and as a database."""
    import csv
    import sqlite3

    names = ["id", "part", *(f"x{at}" for at in range(COLUMNS))]
    every: list[list[Any]] = [
        [
            at + 1,
            1,
            *(None if cell == "null" else float(cell) for cell in row),
            *[None] * (COLUMNS - len(row)),
        ]
        for at, row in enumerate(rows)
    ]
    (folder / "data").mkdir(exist_ok=True)
    with (folder / "data" / "sample.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([names, *every])
    connection = sqlite3.connect(folder / "rows.sqlite")
    connection.execute(
        f"CREATE TABLE sample (id INTEGER, part INTEGER, {', '.join(n + ' REAL' for n in names[2:])})"
    )
    connection.executemany(f"INSERT INTO sample VALUES ({', '.join('?' * len(names))})", every)  # noqa: S608 - only marks
    connection.commit()
    connection.close()
