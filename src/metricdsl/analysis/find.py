"""What a dotted name means from an entity: a column there or up its joins, a key, a period of a time."""

from collections.abc import Iterable, Sequence

from attrs import evolve

from metricdsl.analysis.calendars import report_period
from metricdsl.analysis.directory import Clash, Declared
from metricdsl.analysis.function_names import callable_by_name
from metricdsl.analysis.join_paths import Missing, Tie, Way
from metricdsl.analysis.other_packages import as_written, brought_in, declared_elsewhere, unknown_in_package
from metricdsl.analysis.world import Header, Place, RowPlace, Work
from metricdsl.diagnostics.near import near
from metricdsl.diagnostics.problems.ambiguity import AmbiguousName
from metricdsl.diagnostics.problems.grain import FanOut
from metricdsl.diagnostics.problems.names import UnknownName
from metricdsl.diagnostics.problems.packages import WrongSortOfName
from metricdsl.diagnostics.problems.paths import TiedPaths, Unreachable
from metricdsl.model.calendar import GRAINS
from metricdsl.model.formula import BOUNDS
from metricdsl.syntax import nodes
from metricdsl.value import frozen

NEAREST = 3
COLUMNS_TOLD = 12
NUMBERED = {"weekday": "day_of_week"}
OF_A_TIME = frozenset(
    {
        "weekday",
        "day_of_week",
        "day_of_month",
        "day_of_year",
        "week_of_year",
        "month_of_year",
        "quarter_of_year",
        "hour_of_day",
    }
)
"""Functions that say of a time which one of many it is: `order.weekday` is meant for one of the order's times."""


@frozen
class Target:
    """A column found: the joins to it, the entity they end at, its name (None: the row itself, by its key), and a grain."""

    path: tuple[str, ...]
    entity: str
    column: str | None
    grain: str | None = None


def find(
    work: Work, name: nodes.Name, place: Place, rows: RowPlace, metric: str = ""
) -> Target | Declared | None:
    """What a name means; a declaration that is no entity is given back as it is; None is reported or was before."""
    world = work.world
    parts = name.parts
    first = parts[0]
    headers = world.headers
    home = headers[rows.home] if rows.home is not None else None
    if home is not None and rows.bare:
        if first in home.lost:
            work.silently(home.lost[first])
            return None
        if (
            first in home.derived
            or first in home.declared_types
            or (first in home.stored and first not in home.joins)
        ):
            if len(parts) == 1:
                return Target((), home.name, first)
            if len(parts) == 2 and parts[1] in GRAINS:
                return Target((), home.name, first, parts[1])
    declared = world.directory.lookup(place.scope, parts)
    if isinstance(declared, Clash):
        work.report(_ambiguous(work, name, declared.candidates, place, rows))
        return None
    found, used = declared if declared is not None else (None, 1)
    entity = found.name if found is not None and found.sort == "entity" else None
    if found is not None and found.sort == "broken":
        work.lost(found.name)
        return None
    if home is None:
        if found is not None and entity is None:
            return found
        if entity is None:
            _unknown(work, name, place, rows)
            return None
        return _walk(work, name, place, rows, Way((), entity), used)
    back = world.paths.back(home.name, rows.via) if rows.around else None
    if back is not None:
        return _from_there(work, name, place, rows, back, metric)
    if first == rows.role:
        return _walk(work, name, place, rows, Way((), home.name), 1)
    if entity == home.name:
        return _walk(work, name, place, rows, Way((), home.name), used)
    if first in home.lost:
        work.silently(home.lost[first])
        return None
    join = home.joins.get(first)
    if join is not None:
        return _walk(work, name, place, rows, Way((first,), join.target), 1)
    role = first if first in world.paths.reach(home.name).roles else None
    if entity is None and role is None:
        if found is not None:
            return found
        if not rows.bare and any(first in header.joins for header in headers.values()):
            if not work.trial and _of_another_package(work, name, place, rows):
                return None
            _unreachable(work, name, place, rows, home, metric)
            return None
        _unknown(work, name, place, rows)
        return None
    way = world.paths.way(home.name, entity, role, rows.via)
    match way:
        case Way():
            return _walk(work, name, place, rows, way, used if entity is not None else 1)
        case Tie():
            rest = ".".join(parts[used if entity is not None else 1 :])
            _tied(work, name, home, way, rest)
        case Missing(child):
            if child and entity is not None:
                short = headers[entity].short
                work.report(
                    FanOut(name=name.text, parent=home.short, child=short, metric=metric, span=name.span)
                )
            else:
                _unreachable(work, name, place, rows, home, metric)
    return None


def _from_there(
    work: Work, name: nodes.Name, place: Place, rows: RowPlace, back: Way | Tie, metric: str
) -> Target | Declared | None:
    """What a name means around rows that `via` leads to others of their entity: it is of those, as if the rows were children.

    `count(unit via parent)` by `unit.name` is by the parent's name, and by `region.name` by that of its region.
    """
    assert rows.home is not None, "whoever asks has seen it"
    home = work.world.headers[rows.home]
    if isinstance(back, Tie):
        _tied(work, name, home, back, name.text)
        return None
    join = back.joins[-1]
    there = evolve(rows, via=tuple([way for way in rows.via if way != join]), around=False)
    found = find(work, name, place, there, metric)
    if not isinstance(found, Target):
        return found
    if name.parts[0] == join and found.path:
        work.report(TiedPaths(name=name.text, home=home.short, back=join, span=name.span))
        return None
    return evolve(found, path=back.joins + found.path)


def _tied(work: Work, name: nodes.Name, home: Header, tie: Tie, rest: str) -> None:
    paths = tuple(".".join(way.joins) for way in tie.ways)
    work.report(TiedPaths(name=name.text, home=home.short, paths=paths, rest=rest, span=name.span))


def _ambiguous(
    work: Work, name: nodes.Name, candidates: Sequence[str], place: Place, rows: RowPlace
) -> AmbiguousName:
    """That several packages have a name, with those that mean something from here."""
    first, *rest = name.parts
    fitting = [] if work.trial else [c for c in candidates if means(work, name, (c, *rest), place, rows)]
    return AmbiguousName(
        name=first,
        candidates=tuple(candidates),
        rest=".".join(rest),
        fitting=tuple(fitting),
        span=name.span,
    )


def means(work: Work, name: nodes.Name, instead: Sequence[str], place: Place, rows: RowPlace) -> bool:
    """Whether other parts in place of those of a name mean something where it stands."""
    parts = tuple(".".join(instead).split("."))
    trial = Work(work.world, work.need, implied=work.implied, trial=True)
    return find(trial, evolve(name, parts=parts), place, rows) is not None


def _walk(work: Work, name: nodes.Name, place: Place, rows: RowPlace, way: Way, used: int) -> Target | None:
    """The rest of a name, from where its beginning leads."""
    world = work.world
    path, entity = way.joins, way.end
    parts = name.parts
    at = used
    while at < len(parts):
        header = world.headers.get(entity)
        if header is None:
            return None
        part = parts[at]
        rest = len(parts) - at - 1
        if part in header.lost:
            work.silently(header.lost[part])
            return None
        column = part in header.stored or part in header.derived
        if rest == 0 and column and (part in header.declared_types or part not in header.joins):
            return Target(path, entity, part)
        if rest == 1 and column and parts[at + 1] in GRAINS and part not in header.joins:
            return Target(path, entity, part, parts[at + 1])
        join = header.joins.get(part)
        if join is not None:
            path, entity = (*path, part), join.target
            at += 1
            continue
        declared = world.directory.lookup(place.scope, parts[at:])
        further = None
        if isinstance(declared, tuple) and declared[0].sort == "entity" and not column:
            further = world.paths.way(entity, declared[0].name, None, rows.via)
        if isinstance(further, Way) and isinstance(declared, tuple) and further.joins:
            path, entity = path + further.joins, further.end
            at += declared[1]
            continue
        if rest == 0 and not path and _own_block(work, header):
            return Target(path, entity, part)
        if column and part not in header.joins:
            _no_period(work, name, place, at)
        else:
            _no_member(work, name, header, part, tuple(parts[:at]))
        return None
    return Target(path, entity, None)


def _no_period(work: Work, name: nodes.Name, place: Place, at: int) -> None:
    """Behind a column there is nothing but a period of it; what is a function stands in front."""
    if report_period(work, name, place.scope):
        return
    before, last = ".".join(name.parts[: at + 1]), name.parts[at + 1]
    called = callable_by_name(work.world.registry, last)
    close = (f"{last}({before})",) if called else tuple(f"{before}.{grain}" for grain in near(last, GRAINS))
    hint = "" if close else "Behind a column there are the periods of a time alone, such as `.month`."
    work.report(UnknownName(name=last, where=f"in {before}", near=close, hint=hint, span=name.span))


def _own_block(work: Work, header: Header) -> bool:
    """Whether the entity's own block is being read, so that a column may be named without being declared."""
    return work.implied is not None and header.table_types is None


def _no_member(work: Work, name: nodes.Name, header: Header, part: str, before: tuple[str, ...]) -> None:
    members = (*header.columns(), *header.joins)
    close = tuple(".".join((*before, member)) for member in near(part, members))
    if not close and name.parts[-1] == part and part in OF_A_TIME:
        close = tuple(f"{part}({'.'.join((*before, time))})" for time in header.times)
    work.report(UnknownName(name=part, where=f"in {header.short}", near=close, span=name.span))


def possible(
    work: Work, name: nodes.Name, candidates: Iterable[tuple[str, ...]], place: Place, rows: RowPlace
) -> tuple[str, ...]:
    """Those of the candidates for a name that mean something where it stands; of one whose last part alone does not, the near
    ones.
    """
    found: dict[str, None] = {}
    for parts in candidates:
        trial = Work(work.world, work.need, implied=work.implied, trial=True)
        if find(trial, evolve(name, parts=parts), place, rows) is not None:
            found[".".join(parts)] = None
        for problem in trial.problems:
            if isinstance(problem, UnknownName) and problem.name == parts[-1]:
                found.update(dict.fromkeys(problem.near))
    return tuple(found)[:NEAREST]


def _unknown(work: Work, name: nodes.Name, place: Place, rows: RowPlace) -> None:
    """Nothing is called so: say what may be meant."""
    home = None if rows.home is None else work.world.headers[rows.home]
    if work.trial:
        work.report(UnknownName(name=name.parts[0], span=name.span))
        return
    if unknown_in_package(work, name, place.scope, "entity", "segment", "param"):
        return
    if place.scope.incomplete:
        work.silently(place.scope.missing)
        return
    directory = work.world.directory
    first, rest = name.parts[0], name.parts[1:]
    if first == "today" and rest:
        whole = (f"{rest[0]}(today)",) if rest[0] in GRAINS else ()
        hint = "`today` is a day, and its periods are functions: `month(today)`."
        work.report(UnknownName(name=rest[0], where="in today", near=whole, hint=hint, span=name.span))
        return
    if first == "context" and len(rest) == 1:
        hint = "Who asks is known in the condition of a policy alone."
        if place.defining:
            hint += f" The policy gives it to the define, as an argument: `{place.defining[-1].rpartition('.')[2]}(…, {name.text})`."
        work.report(UnknownName(name=first, where=where_from(home), hint=hint, span=name.span))
        return
    if name.parts[0] == "period" and len(name.parts) == 2 and name.parts[1] in BOUNDS:
        fix = "say it outside of the aggregate, as in `revenue / (period.length / 1 day)`"
        expected = "a value of a row"
        sort = "period that all rows of a group have in common"
        work.report(WrongSortOfName(name=name.text, sort=sort, expected=expected, fix=fix, span=name.span))
        return
    if report_period(work, name, place.scope):
        return
    candidates = list(directory.visible(place.scope, "entity", "segment", "param"))
    hint = ""
    exact: tuple[str, ...] = ()
    if home is not None:
        candidates += [*home.joins, *(home.columns() if rows.bare else ())]
        if first in home.stored or first in home.derived:
            exact = possible(work, name, [(home.short, *name.parts)], place, rows)
            hint = "Outside an aggregate a name starts at an entity or a role, since each metric may have its own."
    holders = _holders(work, first, home)
    if not exact and holders:
        exact = possible(work, name, ((holder, *name.parts) for holder in holders), place, rows)
        hint = "A column is named with its entity, or with the join that leads to it."
    close = exact or possible(work, name, ((c, *rest) for c in near(first, candidates)), place, rows)
    if home is not None and not rest and not exact:
        close = (*near(first, GRAINS), *(c for c in close if c not in GRAINS))[:NEAREST]
    if not close and home is not None and not rows.bare and not rest:
        close = tuple(f"{home.short}.{column}" for column in near(first, home.columns()))
    if not close and home is not None:
        headers = work.world.headers
        there = {c: None for e in work.world.paths.reach(home.name).entities for c in headers[e].columns()}
        held = (
            (holder, column, *rest)
            for column in near(first, there)
            for holder in _holders(work, column, home)
        )
        close = possible(work, name, held, place, rows)
    if home is not None:
        itself = _being_defined(home, name)
        close = tuple(c for c in close if c.rpartition(f"{home.short}.")[2] != itself)
    if home is not None and rows.bare and home.table_types and not (close or rest or hint):
        named = ", ".join(list(home.table_types)[:COLUMNS_TOLD])
        hint = f"Its table has the columns {named}" + (", …" if len(home.table_types) > COLUMNS_TOLD else ".")
    full = (
        ()
        if close or hint
        else declared_elsewhere(directory, place.scope, first, "entity", "segment", "param")
    )
    if full:
        close = tuple(".".join((one, *rest)) for one in full)
        hint = brought_in(full, place.scope)
    where = where_from(home)
    if not hint and not rest and first in GRAINS:
        hint = f"Which {first} is asked for is said by `during`, as in `during 2026-01`; of a column it is `order.ordered_on.{first}`."
        close = ()
    elif not hint and not rest and first in work.world.registry.functions:
        hint = f"`{first}` is a function: `{first}(…)`."
        number = NUMBERED.get(first) if home is not None and not rows.bare else None
        if number is not None:
            hint += f" Without a column there is its number, `{number}`, of the own time of what is asked."
        close = () if number is None else (number,)
    work.report(UnknownName(name=first, where=where, near=close, hint=hint, span=name.span))


def where_from(home: Header | None) -> str:
    """Where a name was looked for."""
    return f"in or from {home.short}" if home is not None else ""


def _being_defined(home: Header, name: nodes.Name) -> str | None:
    """The column in whose formula a name stands: it is not what the name means."""
    for column, member in home.derived.items():
        span = member.span
        if span.file == name.span.file and span.start <= name.span.start < span.end:
            return column
    return None


def _holders(work: Work, column: str, home: Header | None) -> tuple[str, ...]:
    """What leads to a column of this name: joins of the home, else whatever entity has it."""
    headers = work.world.headers
    if home is not None:
        joins = [name for name, join in home.joins.items() if column in headers[join.target].columns()]
        if joins:
            return tuple(joins[:3])
        reached = work.world.paths.reach(home.name).entities
        return tuple(headers[e].short for e in reached if column in headers[e].columns())[:3]
    return tuple(header.short for header in headers.values() if column in header.columns())[:3]


def _of_that_name(work: Work, name: nodes.Name, place: Place, rows: RowPlace) -> tuple[str, ...]:
    """The columns of that name that the home has or reaches."""
    if work.trial or len(name.parts) < 2 or rows.home is None:
        return ()
    headers, last = work.world.headers, name.parts[-1]
    ways = [*work.world.paths.reach(rows.home).entities.items()]
    candidates: list[tuple[str, ...]] = []
    if last in headers[rows.home].columns():
        home = as_written(work.world.directory, place.scope, rows.home)
        candidates.append((*home.split("."), last))
    candidates += [
        (*way.joins, last)
        for entity, several in ways
        for way in several
        if entity in headers and last in headers[entity].columns()
    ]
    return possible(work, name, candidates, place, rows)


def _of_another_package(work: Work, name: nodes.Name, place: Place, rows: RowPlace) -> bool:
    """Report a name that means something from here behind the name of its package; whether it does."""
    directory, (first, *rest) = work.world.directory, name.parts
    full = declared_elsewhere(directory, place.scope, first, "entity", "segment", "param")
    meant = possible(work, name, ((*one.split("."), *rest) for one in full), place, rows)
    if not meant:
        return False
    home = None if rows.home is None else work.world.headers[rows.home]
    hint = brought_in(full, place.scope)
    work.report(UnknownName(name=first, where=where_from(home), near=meant, hint=hint, span=name.span))
    return True


def _unreachable(
    work: Work, name: nodes.Name, place: Place, rows: RowPlace, home: Header, metric: str
) -> None:
    """Report a name that no join leads to from a home."""
    namesake = name.parts[0] == home.short  # of another package, or a role
    work.report(
        Unreachable(
            name=name.text,
            home=home.name if namesake else home.short,
            nearest=_nearest(work, home),
            metric=metric,
            near=_of_that_name(work, name, place, rows),
            alone=rows.bare,
            below=_below_both(work, name, place, home),
            span=name.span,
        )
    )


def _below_both(work: Work, name: nodes.Name, place: Place, home: Header) -> str:
    """The entity, if there is one, whose rows lead to those of a home and of what is named: order lines to orders and products."""
    found = work.world.directory.lookup(place.scope, name.parts)
    if not isinstance(found, tuple) or found[0].sort != "entity" or found[0].name == home.name:
        return ""
    lengths: list[tuple[int, str]] = []
    for header in work.world.headers.values():
        ways = work.world.paths.reach(header.name).entities
        if home.name in ways and found[0].name in ways and header.name != home.name:
            joins = sum(len(ways[end][0].joins) for end in (home.name, found[0].name))
            lengths.append((joins, header.short))
    return min(lengths, default=(0, ""))[1]


def _nearest(work: Work, home: Header) -> tuple[str, ...]:
    """What an entity does reach, the nearest first."""
    reach = work.world.paths.reach(home.name)
    ways = sorted((len(w[0].joins), name) for name, w in reach.roles.items())
    return tuple(name for _, name in ways[:5])
