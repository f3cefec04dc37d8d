"""All definitions read, each by itself, whatever the order they stand in.

What a declaration needs of another it asks for by key; if that is not there yet, it is put first, and the declaration
is read again. So every result depends on its own text and on the results it asked for, and on nothing else; nothing
recurses from declaration to declaration; and a declaration that is asked for while it waits is a circle.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from attrs import define, evolve, field

from metricdsl.analysis.absent_plugins import absent_plugins
from metricdsl.analysis.analysis import Analysis, Failure, Retained, root_causes
from metricdsl.analysis.baseline_checks import baseline, check_baselines
from metricdsl.analysis.baselines import baseline_of, baselines
from metricdsl.analysis.calendar_names import calendar_names
from metricdsl.analysis.calendars import check_settings
from metricdsl.analysis.children import children
from metricdsl.analysis.define_checks import check_define
from metricdsl.analysis.directory import FACETS, NAMES, REPORTS, Declared, Directory, directory, inside
from metricdsl.analysis.edited import Edit, edited
from metricdsl.analysis.entities import PROPERTIES, header
from metricdsl.analysis.goals import check_goals
from metricdsl.analysis.holidays import holidays_as_entities
from metricdsl.analysis.join_paths import JoinPaths
from metricdsl.analysis.members import (
    derived_column,
    entity,
    supplies,
    with_supplied_types,
    with_types_of_keys,
)
from metricdsl.analysis.metrics import metric
from metricdsl.analysis.naming import check_naming
from metricdsl.analysis.neighbours import with_days_of_validity, with_neighbours
from metricdsl.analysis.objectives import check_objectives
from metricdsl.analysis.ordered import ordered
from metricdsl.analysis.overrides import of_another_kind, spoiling, with_overrides
from metricdsl.analysis.params import param, shadowed
from metricdsl.analysis.period_tables import periods_as_entities
from metricdsl.analysis.policies import policies
from metricdsl.analysis.properties import NAMED_WORDS, said
from metricdsl.analysis.rates import rates_as_entities
from metricdsl.analysis.reports import check_reports, check_tests, question_of
from metricdsl.analysis.requirements import check_requirements
from metricdsl.analysis.rows import row_condition
from metricdsl.analysis.scope_circles import scope_circles
from metricdsl.analysis.stand_ins import as_declared, stand_ins
from metricdsl.analysis.statements import check_statements
from metricdsl.analysis.units import unit
from metricdsl.analysis.unused import unused
from metricdsl.analysis.uses import with_uses
from metricdsl.analysis.vocabularies import check_facets
from metricdsl.analysis.world import Header, Key, Need, Place, RowPlace, Work, World
from metricdsl.diagnostics import Outcome, Problem, Severity
from metricdsl.diagnostics.problems.ambiguity import CircularDefinition
from metricdsl.diagnostics.problems.lint import SameFormula
from metricdsl.model.entity import Entity
from metricdsl.model.formula import Expression
from metricdsl.model.metric import Metric
from metricdsl.model.semantic_model import SemanticModel
from metricdsl.model.settings import Settings
from metricdsl.model.types import ValueType
from metricdsl.registry import Registry
from metricdsl.source import Span
from metricdsl.spi.values import Catalog
from metricdsl.syntax import nodes


class _Wanted(Exception):  # noqa: N818 - it is no error: a declaration asks for another one first
    def __init__(self, key: Key) -> None:
        super().__init__(key)
        self.key = key


@define(eq=False)
class _Resolution:
    """Results and problems by key, while they are made."""

    world: World
    results: dict[Key, Any] = field(factory=dict)
    problems: dict[Key, Sequence[Problem]] = field(factory=dict)
    implied: dict[str, dict[str, ValueType]] = field(factory=dict)
    failures: dict[Key, Failure] = field(factory=dict)
    unsound: dict[str, tuple[Problem, ...]] = field(factory=dict)

    def need(self, key: Key) -> Any:
        """The result of a key, if it is there; else the reading stops until it is."""
        if key not in self.results:
            raise _Wanted(key)
        return self.results[key]

    def resolve(self, key: Key) -> Any:
        """The result of a key, made if need be, with all that it needs before it."""
        waiting = [key]
        while waiting:
            top = waiting[-1]
            if top in self.results:
                waiting.pop()
                continue
            work = Work(self.world, self.need)
            try:
                result = self._read(work, top)
            except _Wanted as wanted:
                if wanted.key in waiting:
                    self._circle(waiting[waiting.index(wanted.key) :])
                else:
                    waiting.append(wanted.key)
                continue
            self.results[top] = result
            if work.problems and (declared := self._of_key(top)) is not None:
                node = declared.node
                names = self.world.directory
                work.problems[:] = with_uses(names, work.problems, node, declared.scope, node.name_span)
            if work.problems:
                self.problems[top] = work.problems
            if result is None:
                self.failures[top] = _failure(work)
            waiting.pop()
        return self.results[key]

    def _read(self, work: Work, key: Key) -> Any:
        """The result of one key, from its own text and what it asks for."""
        match key:
            case ("metric", name):
                declared = self._declared(name)
                return None if declared is None else metric(work, declared)
            case ("column", home, name):
                found = self.world.headers[home]
                self._open(work, found)
                return derived_column(work, found, name)
            case ("segment", name):
                declared = self._declared(name)
                return None if declared is None else _segment(work, declared)
            case ("define", name):
                declared = self._declared(name)
                return None if declared is None else check_define(work, declared)
            case ("param", name):
                declared = self._declared(name)
                return None if declared is None else param(work, declared)
            case ("baseline", name):
                declared = baseline_of(self.world.directory, name)
                return None if declared is None else baseline(work, declared)
            case ("unit", name):
                declared = self._declared(name)
                return None if declared is None else unit(work, declared)
            case _:
                raise AssertionError(f"no such key: {key}")

    def entity(self, found: Header, supplied: Mapping[str, Expression]) -> Entity:
        """A whole entity."""
        key = ("entity", found.name)
        for name in found.derived:
            self.resolve(("column", found.name, name))
        while True:
            work = Work(self.world, self.need)
            self._open(work, found)
            try:
                made = entity(work, found, supplied, self.implied.get(found.name, {}))
            except _Wanted as wanted:
                self.resolve(wanted.key)
                continue
            self.results[key] = made
            if work.problems:
                self.problems[key] = work.problems
            failure = _failure(work)
            wrong = (*found.unsound, *failure.problems, *root_causes(self.failures, failure.keys))
            if wrong:
                self.unsound[found.name] = wrong
            return made

    def _open(self, work: Work, found: Header) -> None:
        """Without a catalog, an entity's block may name columns of its table that are not declared."""
        if found.table_types is None:
            work.implied = self.implied.setdefault(found.name, {})

    def _of_key(self, key: Key) -> Declared | None:
        """What a key is read from."""
        return self.world.headers[key[1]].declared if key[0] == "column" else self._declared(key[1])

    def _declared(self, name: str) -> Declared | None:
        return self.world.directory.named(name)

    def _circle(self, circle: list[Key]) -> None:
        """Report definitions that need one another, from the first by name on."""
        names = [key[-1].rpartition(".")[2] for key in circle]
        first = names.index(min(names))
        ordered = tuple(names[first:] + names[:first])
        overridden = self.world.directory.overridden.items()
        instead = next((n for n, one in overridden for key in circle if key[-1] == one.by.name), "")
        problem = CircularDefinition(circle=ordered, instead=instead, span=self._span(circle[first]))
        for at, key in enumerate(circle):
            self.results[key] = None
            if at == first:
                self.problems[key] = [problem]
            self.failures[key] = Failure((problem,))

    def _span(self, key: Key) -> Span | None:
        if key[0] == "column":
            return self.world.headers[key[1]].derived[key[2]].name_span
        declared = self._declared(key[1])
        return None if declared is None else declared.node.name_span


def resolve(
    documents: Sequence[nodes.Document],
    registry: Registry,
    catalog: Catalog | None,
    settings: Settings,
    misread: Sequence[Problem] = (),
    before: Analysis | None = None,
    left: frozenset[str] = frozenset(),
    alone: bool = False,
) -> Outcome[Analysis]:
    """The meaning of all documents, as much of it as is right, and every problem found.

    `misread` are the problems met in reading: they are not given back, but a query that needs a declaration which
    could not be read is told why. `before` is what the same files meant before some of them were edited: then only
    what the edits touch is worked out again, and what comes out is the same. What is `left` is overridden in vain; `alone`
    asks what is wrong, and puts nothing back in its place.
    """
    comparable = _comparable(before, registry, catalog, settings)
    if comparable and comparable.world.directory.absent != absent_plugins(registry, misread):
        comparable = None  # the reasons stand in all files
    names, problems = directory(
        documents, registry, comparable.world.directory if comparable else None, misread
    )
    calendars = calendar_names(names)
    if calendars is not None:  # their periods are put into all formulas, and so all are read again
        comparable = None
        names, problems = directory(calendars.documents(documents), registry, misread=misread)
    names, refused = with_overrides(names, left)
    found = [*problems, *refused]
    broken = _broken(names, misread)
    edit = None if comparable is None else edited(comparable, names)
    if comparable is None or edit is None:
        headed: list[Problem] = []
        world, supplied = _world(names, registry, catalog, settings, broken, headed)
        world = evolve(world, calendars=calendars)
        resolution = _Resolution(world)
        entities = {h.name: resolution.entity(h, supplied[h.name]) for h in world.headers.values()}
    else:
        headed = list(edit.retained.headed)
        world = evolve(comparable.world, directory=names, broken=broken)
        resolution = _resumed(world, comparable, edit)
        entities = {**comparable.model.entities, **comparable.model.settings}
    found.extend(headed)
    unsound = dict(resolution.unsound)
    circles = scope_circles(entities)
    found.extend(dict.fromkeys(circles.values()))
    for name, problem in circles.items():
        resolution.unsound[name] = (*resolution.unsound.get(name, ()), problem)
    for sort in ("unit", "param", "define", "segment", "metric"):
        for declared in names.all(sort) if edit is None else edit.of(sort, names):
            resolution.resolve((sort, declared.name))
    for name in baselines(names):
        resolution.resolve(("baseline", name))
    metrics = _metrics(names, resolution.results, comparable, edit)
    for problems_ in resolution.problems.values():
        found.extend(problems_)
    found.extend(_same_formulas(metrics, resolution.problems))
    restricting = policies(world, resolution.need)
    found.extend(restricting.problems)
    entities.update((name, evolve(entities[name], restricted=True)) for name in restricting.of)
    for name, problems in restricting.refused.items():
        resolution.unsound[name] = (*resolution.unsound.get(name, ()), *problems)
    originals = _originals(world, resolution)
    again = partial(resolve, documents, registry, catalog, settings, misread)
    if names.overridden and (vain := _in_vain(names, found, metrics, originals, again, left, alone=alone)):
        outcome = again(left=left | frozenset(vain))
        return Outcome(evolve(outcome.value, retained=None), ordered([*outcome.problems, *vain.values()]))
    model = SemanticModel(
        entities={n: e for n, e in entities.items() if world.headers[n].declared.sort == "entity"},
        settings={n: e for n, e in entities.items() if world.headers[n].declared.sort != "entity"},
        metrics=metrics,
        overridden=originals,
        reports={d.name: text for d in _declared(names, REPORTS) if (text := question_of(d))},
        facets={
            d.name: d.node.values for d in _declared(names, FACETS) if isinstance(d.node, nodes.FacetDecl)
        },
    )
    retained = Retained(tuple(headed), resolution.problems, unsound) if catalog is None else None
    analysis = Analysis(
        model,
        world,
        resolution.results,
        resolution.failures,
        resolution.unsound,
        restricting.of,
        retained,
    )
    found.extend(check_naming(analysis))
    found.extend(check_requirements(names))
    found.extend(check_facets(names, (*NAMED_WORDS, *PROPERTIES)))
    found.extend(check_reports(analysis))
    found.extend(check_tests(analysis))
    found.extend(shadowed(world))
    found.extend(unused(world.directory))
    found.extend(check_goals(analysis))
    found.extend(check_baselines(analysis))
    found.extend(check_statements(analysis))
    found.extend(check_objectives(analysis))
    found.extend(check_settings(world, catalog))
    told = {(problem.code, problem.span) for problem in misread}
    return Outcome(analysis, ordered([p for p in found if not told or (p.code, p.span) not in told]))


def _comparable(
    before: Analysis | None, registry: Registry, catalog: Catalog | None, settings: Settings
) -> Analysis | None:
    """What was known before, if it was read with the same functions and settings, and without tables, as now."""
    if before is None or before.retained is None or catalog is not None or before.world.calendars is not None:
        return None
    same = before.world.registry is registry and before.world.settings == settings
    return before if same else None


def _resumed(world: World, before: Analysis, edit: Edit) -> _Resolution:
    """A resolution that begins with all that an edit leaves as it was."""
    results, problems = dict(before.resolved), dict(edit.retained.problems)
    failures = dict(before.failures)
    for key in edit.touched:
        results.pop(key, None)
        problems.pop(key, None)
        failures.pop(key, None)
    return _Resolution(
        world, results=results, problems=problems, failures=failures, unsound=dict(edit.retained.unsound)
    )


def _world(
    names: Directory,
    registry: Registry,
    catalog: Catalog | None,
    settings: Settings,
    broken: Mapping[str, tuple[Problem, ...]],
    found: list[Problem],
) -> tuple[World, dict[str, Mapping[str, Expression]]]:
    """The headers of all entities, with what their sources supply."""
    headers: dict[str, Header] = {}
    for declared in names.all("entity"):
        made, problems = header(declared, names, catalog, settings, broken)
        headers[declared.name] = made
        found.extend(problems)
    unnamed = [*rates_as_entities(names, catalog, headers), *holidays_as_entities(names, headers)]
    unnamed += periods_as_entities(names, frozenset(headers))
    rows, wrong_rows = stand_ins(unnamed, names, catalog, settings, broken)
    found.extend(wrong_rows)
    for name, one in rows.items():
        headers[name], wrong = as_declared(one, tuple(headers.values()))
        found.extend(wrong)
    world = World(names, headers, JoinPaths({}), registry, settings, children, broken=broken)
    supplied: dict[str, Mapping[str, Expression]] = {}
    for name, one in tuple(headers.items()):
        elsewhere: list[Problem] = []
        work = Work(world, _need_of_sources(world, elsewhere))
        supplied[name] = supplies(work, one)
        found.extend(work.problems)
        causes = (*work.causes, *elsewhere)
        made = with_supplied_types(one, supplied[name], work.problems, causes)
        headers[name] = with_days_of_validity(made)
    for name, one in tuple(headers.items()):
        headers[name], wrong = with_neighbours(one, headers)
        found.extend(wrong)
    for name, one in tuple(headers.items()):
        headers[name] = with_types_of_keys(one, headers)
    return evolve(world, paths=JoinPaths({name: h.joins for name, h in headers.items()})), supplied


def _broken(names: Directory, misread: Sequence[Problem]) -> dict[str, tuple[Problem, ...]]:
    """The declarations that could not be read, with the problems met in them, and those of a name that others have too."""
    unread = {
        d.name: tuple(p for p in misread if p.span is not None and inside(p.span, d.node.span))
        for d in names.all("broken")
    }
    twice = {d.name: (d.repeated,) for all_ in names.by_sort.values() for d in all_ if d.repeated is not None}
    return {**unread, **twice}


def _failure(work: Work) -> Failure:
    """Why what was read has no result, or not all of it."""
    errors = [p for p in (*work.problems, *work.causes) if p.severity is Severity.ERROR]
    return Failure(tuple(errors), tuple(work.failed))


def _need_of_sources(world: World, causes: list[Problem]) -> Need:
    """What formulas of sources may ask for: whether a define is right, and what a parameter is; what is wrong in these is told
    where they are read by themselves.
    """
    checked: dict[Key, Any] = {}
    asking: list[str] = []

    def need(key: Key) -> Any:
        declared = world.directory.named(key[-1])
        if key[0] not in {"define", "param"} or declared is None:
            raise AssertionError(f"a source's formula asks for {key}")
        if key not in checked:
            checked[key] = None  # where it is asked for before it is known, it is in a circle
            asking.append(key[-1])
            work = Work(world, need)
            checked[key] = (check_define if key[0] == "define" else param)(work, declared)
            causes.extend(work.problems)
            asking.pop()
        elif key[-1] in asking:
            circle = tuple(asking[asking.index(key[-1]) :])
            causes.append(CircularDefinition(circle=circle, span=declared.node.name_span))
        return checked[key]

    return need


def _segment(work: Work, declared: Declared) -> bool | None:
    """Whether a segment is right, read by itself: each name from its own entity."""
    node = declared.node
    assert isinstance(node, nodes.SegmentDecl), "sorts follow node classes"
    said(work, node.properties, declared.scope, NAMED_WORDS)
    found = row_condition(work, node.condition, Place(declared.scope), RowPlace(None, bare=False))
    return None if found is None else True


def _originals(world: World, resolution: _Resolution) -> dict[str, Metric]:
    """The metrics that others stand for, as they were. What is wrong with one is of no consequence, and is not told."""
    found: dict[str, Metric] = {}
    for name, one in world.directory.overridden.items():
        if one.original.sort == "metric":
            made = metric(Work(world, resolution.resolve), one.original)
            if made is not None:
                found[name] = made
    return found


def _in_vain(
    names: Directory,
    problems: Sequence[Problem],
    metrics: Mapping[str, Metric],
    originals: Mapping[str, Metric],
    again: Callable[..., Outcome[Analysis]],
    left: frozenset[str],
    *,
    alone: bool,
) -> dict[str, Problem]:
    """The overrides that cannot take the place of what they name, by its name: that stands as it was.

    Of one `alone` the problems are asked, to find out what it spoils, and nothing more.
    """
    unlike = of_another_kind(names, metrics, originals)
    if unlike or alone:
        return unlike
    every = left.union(names.overridden)
    return spoiling(names, problems, lambda kept: again(left=every.difference(kept), alone=True).problems)


def _declared(names: Directory, space: str) -> list[Declared]:
    assert space != NAMES, "those are asked for by sort"
    return [d for package in names.spaces[space].values() for d in package.values()]


def _metrics(
    names: Directory, results: Mapping[Key, Any], before: Analysis | None, edit: Edit | None
) -> dict[str, Metric]:
    """The metrics that are right, in the order of their files."""
    if before is not None and edit is not None:
        again = {d.name: results["metric", d.name] for d in edit.of("metric", names)}
        gone = any(key[1] not in again for key in edit.touched if key[0] == "metric")
        if not gone and all(m is not None and name in before.model.metrics for name, m in again.items()):
            return {**before.model.metrics, **again}
    return {d.name: m for d in names.all("metric") if (m := results["metric", d.name]) is not None}


def _same_formulas(
    metrics: Mapping[str, Metric], problems_of: Mapping[Key, Sequence[Problem]]
) -> list[Problem]:
    """Hints at metrics that are the same formula as an earlier one, by other means than its name.

    A metric of which something is wrong speaks against no other, nor is it spoken of: what it will be is not known yet.
    """
    if len({one.fingerprint for one in metrics.values()}) == len(metrics):
        return []
    same: dict[str, list[Metric]] = {}
    for one in metrics.values():
        wrong = any(p.severity is Severity.ERROR for p in problems_of.get(("metric", one.name), ()))
        if not wrong and one.properties.get("status") != ("deprecated",):
            same.setdefault(one.fingerprint, []).append(one)
    problems: list[Problem] = []
    for several in same.values():
        if len(several) > 1:
            first, *others = sorted(several, key=lambda m: (m.span is None, m.span))
            problems += [SameFormula(name=_short(m), other=_short(first), span=m.span) for m in others]
    return problems


def _short(one: Metric) -> str:
    return one.name.rpartition(".")[2]
