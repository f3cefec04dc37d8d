"""Writes each metric of the packs wrong, in the ways that people do, and sees whether one of its `test` blocks fails: `make wrong-definitions`.

Five ways: a filter dropped; the average of ratios for the ratio of sums; another denominator; rows counted for different things; another
time. A way that the formula has no place for, or that the checker refuses, is not asked. A metric is well tested when three of the ways that it can be
wrong in fail, or all of them where there are fewer.
"""

import argparse
import re
import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from attrs import frozen

from metricdsl.analysis.walk import walk
from metricdsl.diagnostics import Severity
from metricdsl.engine.project import Project, open_project
from metricdsl.model.entity import Role
from metricdsl.model.formula import Aggregate, Named
from metricdsl.model.metric import Metric
from metricdsl.model.parts import every
from metricdsl.syntax import nodes
from tests.catalogue_packs.installed import FUNCTIONS, PACKS, installed
from tests.catalogue_packs.installed import folder as pack_folder
from tools import ROOT

FILTER, AVERAGE, DENOMINATOR, ROWS, TIME = WAYS = (
    "filter dropped",
    "average of ratios",
    "another denominator",
    "rows counted for different things",
    "another time",
)
WANTED = 3
PROJECT = '[project]\nname = "packs"\nlanguage = 1\ncurrency = "USD"\n[plugins]\n'


@frozen
class Wrong:
    """A wrong version: the way, and what is written where in the file."""

    way: str
    start: int
    end: int
    text: str


def wrong_versions(project: Project, metric: Metric, node: nodes.MetricDecl, text: str) -> Iterator[Wrong]:
    """The wrong versions of a formula, whether the checker takes them or not."""
    formula = node.formula
    written = _written(text, formula)
    body = formula.body if isinstance(formula, nodes.InContext) else formula
    for one in walk(formula):
        match one:
            case nodes.InContext(words=words):
                for word in words:
                    if isinstance(word, nodes.Where | nodes.Having):
                        yield Wrong(FILTER, word.span.start, word.span.end, "")
                    elif isinstance(word, nodes.While):
                        yield Wrong(TIME, word.span.start, word.span.end, f"at {word.start.text}")
                    elif isinstance(word, nodes.At):
                        for other in _times(project, metric, word.time.text):
                            yield Wrong(TIME, word.span.start, word.span.end, f"at {other}")
            case nodes.Binary(operator="/", left=left, right=right):
                for other in (
                    f"({_written(text, left)} + {_written(text, right)})",
                    f"(2 * ({_written(text, right)}))",
                ):
                    yield Wrong(DENOMINATOR, right.span.start, right.span.end, other)
            case nodes.Call(function="count", arguments=(nodes.Argument(distinct=True, value=value), *_)):
                yield Wrong(ROWS, one.span.start, one.span.end, f"count({_written(text, value)})")
                if isinstance(value, nodes.Name) and len(value.parts) > 1:
                    yield Wrong(ROWS, one.span.start, one.span.end, f"count({'.'.join(value.parts[:-1])})")
            case _:
                pass
    if (isinstance(body, nodes.Binary) and body.operator == "/") or (
        isinstance(body, nodes.Call) and body.function in {"rate", "avg"}
    ):
        for member in ("day", *sorted(_homes(metric))):
            yield Wrong(AVERAGE, formula.span.start, formula.span.end, f"avg(({written}) per {member})")
    if not any(
        isinstance(word, nodes.At | nodes.While)
        for one in walk(formula)
        if isinstance(one, nodes.InContext)
        for word in one.words
    ):
        for other in _times(project, metric, ""):
            yield Wrong(TIME, formula.span.start, formula.span.end, f"({written}) at {other}")


def _written(text: str, node: nodes.Expr) -> str:
    return text[node.span.start : node.span.end]


def _homes(metric: Metric) -> set[str]:
    """The entities whose rows a metric aggregates."""
    return {one.home for one in every(metric.formula) if isinstance(one, Aggregate)}


def _times(project: Project, metric: Metric, but: str) -> list[str]:
    """The times of its entities, but for one."""
    found = []
    for home in sorted(_homes(metric)):
        entity = project.model.entities[home]
        short = home.rpartition(".")[2]
        times = [name for name, column in entity.columns.items() if column.role is Role.TIME]
        found += [
            f"{short}.{name}" for name in times if name != but.rpartition(".")[2] and name != entity.time
        ]
    return found


def users(project: Project) -> Mapping[str, set[str]]:
    """For each metric all whose values are made of it, itself among them."""
    made_of = {
        name: {one.metric for one in every(metric.formula) if isinstance(one, Named)}
        for name, metric in project.model.metrics.items()
    }
    found = {name: {name} for name in made_of}
    for name, parts in made_of.items():
        for part in parts:
            found.setdefault(part, {part}).add(name)
    return found


def fails(project: Project, titles: Sequence[str]) -> bool | None:
    """Whether one of the tests fails; None where the definitions are refused."""
    if any(problem.severity is Severity.ERROR for problem in project.problems):
        return None
    for outcome in project.run_tests(titles):
        if outcome.problems:
            return None
        if outcome.differences:
            return True
    return False


def ask(folder: Path, wanted: str) -> Iterator[tuple[str, dict[str, bool]]]:
    """For each metric the ways in which it can be written wrong, and whether a test fails then."""
    project = open_project(folder, environment={}, installed_plugins=True)
    wrong = [problem for problem in project.problems if problem.severity is Severity.ERROR]
    assert not wrong, [(problem.code, problem.message(), problem.span) for problem in wrong[:5]]
    using = users(project)
    tests = {test.node.name: test.text(test.node.span) for test in project.analysis().world.directory.tests}
    for name, metric in sorted(project.model.metrics.items()):
        if wanted not in name or metric.span is None:
            continue
        path = folder / metric.span.file
        text = path.read_text(encoding="utf-8")
        node = _declared(project, metric)
        words = {user.rpartition(".")[2] for user in using[name]}
        titles = [title for title, said in tests.items() if words & set(re.findall(r"\w+", said))]
        found: dict[str, bool] = {}
        for one in wrong_versions(project, metric, node, text):
            if found.get(one.way):
                continue
            path.write_text(text[: one.start] + one.text + text[one.end :], encoding="utf-8")
            with project.reopened() as changed:
                failed = fails(changed, titles) if titles else _refused(changed)
            if failed is not None:
                found[one.way] = failed
        path.write_text(text, encoding="utf-8")
        yield name, found


def _refused(project: Project) -> bool | None:
    return None if any(problem.severity is Severity.ERROR for problem in project.problems) else False


def _declared(project: Project, metric: Metric) -> nodes.MetricDecl:
    for document in project._opened.definitions.documents:  # noqa: SLF001 - where a metric is written is nobody else's business
        for one in document.declarations:
            if isinstance(one, nodes.MetricDecl) and one.name_span == metric.span:
                return one
    raise AssertionError(f"{metric.name} is declared somewhere")


def main() -> int:
    """Asks, and prints what was found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", default="", help="metrics whose names contain this")
    given = parser.parse_args()
    well, thin = 0, []
    with tempfile.TemporaryDirectory() as made, installed(Path(made) / "site", FUNCTIONS):
        folder = Path(made) / "project"
        definitions = folder / "definitions"
        shutil.copytree(ROOT / "definitions" / "crm", definitions / "crm")
        for pack in PACKS:
            shutil.copytree(pack_folder(pack) / "definitions", definitions / pack)
        uses = "".join(f'{plugin} = "*"\n' for plugin in FUNCTIONS)
        (folder / "metricdsl.toml").write_text(PROJECT + uses, encoding="utf-8")
        for name, found in ask(folder, given.only):
            killed = sum(found.values())
            if killed >= min(WANTED, len(found)):
                well += 1
            else:
                thin.append(name)
            said = ", ".join(f"{way}: {'fails' if failed else 'STAYS'}" for way, failed in found.items())
            print(f"{name}  {killed} of {len(found)}  {said}", flush=True)
    print(f"\n{well} metrics are well tested, {len(thin)} are not")
    return int(bool(thin))


if __name__ == "__main__":
    sys.exit(main())
