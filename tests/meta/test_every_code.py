"""Every code of a problem is raised by at least three programs: pages of cases, or tests of what needs files and connections.

`pytest tests/meta/test_every_code.py -s` prints the table.
"""

import ast
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import metricdsl.diagnostics.problems
from metricdsl.diagnostics import catalogue
from metricdsl.diagnostics.problem import PROBLEM_MODULES
from metricdsl.testing.cases import case_paths, read_case_file

TESTS = Path(__file__).resolve().parent.parent
CODE = re.compile(r"\b[SNTGQDXPL][0-9]{3}\b")
ENOUGH = 3
# What a test can hardly make happen, and how often it is tried.
RARE = {
    "X704": "a server that asks for a password",
    "X710": "a disk that is full",
    "X714": "a driver that is not installed",
}


def _in_cases() -> Iterator[str]:
    for path in case_paths(TESTS / "cases"):
        for case in read_case_file(path).cases:
            for step in case.steps:
                yield from {problem.code for problem in step.problems or ()}


def _codes(node: ast.AST) -> set[str]:
    return {
        code
        for part in ast.walk(node)
        if isinstance(part, ast.Constant) and isinstance(part.value, str)
        for code in CODE.findall(part.value)
    }


def _rows(test: ast.FunctionDef) -> int:
    """How many programs a test is: those that it is parametrized with."""
    number = 1
    for decorator in test.decorator_list:
        if isinstance(decorator, ast.Call) and ast.unparse(decorator.func) == "pytest.mark.parametrize":
            values = decorator.args[1]
            number *= len(values.elts) if isinstance(values, ast.List | ast.Tuple) else 1
    return number


def in_tests() -> Iterator[tuple[str, str]]:
    """The codes that tests of what needs files and connections raise, each with the test's file."""
    for path in sorted(TESTS.rglob("test_*.py")):
        if path == Path(__file__).resolve() or path.parent.name == "problems":
            continue
        yield from ((code, path.relative_to(TESTS).as_posix()) for code in _in_file(path))


def _in_file(path: Path) -> Iterator[str]:
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        match node:
            case ast.FunctionDef():
                body = ast.Module(node.body, [])
                for code in _codes(body):
                    yield from [code] * _rows(node)
                for decorator in node.decorator_list:
                    for values in (v for v in ast.walk(decorator) if isinstance(v, ast.Tuple)):
                        yield from _codes(values) - _codes(body)
            case ast.Assign(value=ast.List(elts=rows)):
                for row in rows:
                    yield from _codes(row)
            case _:
                continue


def test_each_code_is_raised_by_three_programs() -> None:
    programs = Counter([*_in_cases(), *(code for code, _ in in_tests())])
    # Tests of the catalogue itself declare problems of their own in the same process: those are not the product's.
    ours = {code: cls for code, cls in catalogue().items() if cls.__module__.startswith("metricdsl.")}
    table = {code: programs[code] for code in ours}
    for code, cls in ours.items():
        print(f"{code}  {table[code]:>4}  {cls.slug}")
    assert [code for code, number in table.items() if number < (1 if code in RARE else ENOUGH)] == []


def test_every_class_of_a_problem_is_in_the_catalogue() -> None:
    """A module that the catalogue does not read has codes that `metric explain` does not know."""
    folder = Path(metricdsl.diagnostics.problems.__file__).parent
    modules = {path.stem for path in folder.glob("*.py")} - {"__init__", "sentences"}
    assert modules == set(PROBLEM_MODULES)
