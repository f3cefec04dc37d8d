"""Exchange rates and calendars: whether they say all that makes them one."""

from collections.abc import Mapping

from metricdsl.analysis.calendar_names import year_rule
from metricdsl.analysis.directory import CALENDARS, TIME_WORDS, Clash, Declared, Directory, Scope
from metricdsl.analysis.opening_hours import opening_hours
from metricdsl.analysis.other_packages import brought_in, declared_elsewhere
from metricdsl.analysis.params import WORDS
from metricdsl.analysis.period_tables import written_grains
from metricdsl.analysis.properties import said
from metricdsl.analysis.world import Key, Work, World
from metricdsl.analysis.written_types import CURRENCY
from metricdsl.diagnostics import Problem
from metricdsl.diagnostics.near import near
from metricdsl.diagnostics.problems.ambiguity import AmbiguousName
from metricdsl.diagnostics.problems.declarations import IncompleteDeclaration
from metricdsl.diagnostics.problems.names import UnknownName, listed
from metricdsl.model.year_rule import MONTHS, WEEKDAYS, WEEKS
from metricdsl.source import Span
from metricdsl.spi.values import Catalog
from metricdsl.syntax import nodes

RATES_COLUMNS = {
    "day": "the column of the day that a rate is of",
    "currency": "the column of the currency that an amount is in",
    "into": "the currency that it becomes, or the column of it",
    "rate": "the column of the rate: how much of `into` one unit of `currency` is",
}
RULES = ("day", "month average", "month end")


def check_settings(world: World, catalog: Catalog | None) -> list[Problem]:
    """The problems of all exchange rates and calendars."""
    found: list[Problem] = []
    directory = world.directory
    for sort in ("rates", "calendar"):
        for declared in directory.all(sort):
            work = Work(world, _nothing)
            node = declared.node
            if isinstance(node, nodes.RatesDecl):
                said(work, node.properties, declared.scope, (*WORDS, *RATES_COLUMNS, "inverse"))
                _rates(work, node)
                _columns(work, node.origin, node.properties, RATES_COLUMNS, directory, catalog)
            else:
                assert isinstance(node, nodes.CalendarDecl), "there are two sorts"
                said(
                    work,
                    node.properties,
                    declared.scope,
                    (*WORDS, "day", "grain", "year", "quarter", "hours", "holidays"),
                )
                _calendar(work, node)
                if node.origin is not None:
                    _columns(work, node.origin, node.properties, {"day": "", "grain": ""}, directory, catalog)
            found.extend(work.problems)
    return found


def report_period(work: Work, name: nodes.Name, scope: Scope) -> bool:
    """Report a name that ends in a period that its calendar lacks, if it does; or one of a table's without its calendar; or one
    of a calendar that several packages have, or one that is not used here.
    """
    if _several(work, name, scope) or _elsewhere(work, name, scope):
        return True
    for declared in work.world.directory.all("calendar"):
        node = declared.node
        assert isinstance(node, nodes.CalendarDecl), "sorts follow node classes"
        named = len(name.parts) > 1 and name.parts[-2] == node.name
        if node.origin is not None and (named or name.text in map(_text, written_grains(node))):
            _report_of_table(work, declared, name)
            return True
        rule = year_rule(node)
        if node.origin is None and named and rule is not None:
            calendar, part = node.name, name.parts[-1]
            if part in MONTHS and rule.weekday:
                hint = f"Its years are divided into weeks alone: `quarter 4-4-5` says how many a month of {calendar} has."
            else:
                hint = f"It has {listed(rule.parts)}."
            close = tuple(f"{calendar}.{one}" for one in near(part, rule.parts))
            where = f"among the periods of the calendar {calendar}"
            work.report(UnknownName(name=part, where=where, near=close, hint=hint, span=name.span))
            return True
    return False


def _several(work: Work, name: nodes.Name, scope: Scope) -> bool:
    """Report a period of a calendar that several packages have."""
    *before, part = name.parts
    for at, first in enumerate(before):
        found = work.world.directory.lookup(scope, before[at:], CALENDARS)
        if isinstance(found, Clash):
            front = "".join(f"{one}." for one in before[:at])
            rest = ".".join([*before[at + 1 :], part])
            work.report(
                AmbiguousName(
                    name=first, candidates=found.candidates, before=front, rest=rest, span=name.span
                )
            )
            return True
    return False


def _elsewhere(work: Work, name: nodes.Name, scope: Scope) -> bool:
    """Report a period of a calendar of a package that is not used."""
    *before, part = name.parts
    directory = work.world.directory
    if not before or directory.lookup(scope, before[-1:], CALENDARS) is not None:
        return False
    full = declared_elsewhere(directory, scope, before[-1], "calendar", space=CALENDARS)
    if not full:
        return False
    front = "".join(f"{one}." for one in before[:-1])
    close = tuple(f"{front}{one}.{part}" for one in full)
    hint = brought_in(full, scope)
    work.report(
        UnknownName(name=before[-1], where="among the calendars", near=close, hint=hint, span=name.span)
    )
    return True


def _report_of_table(work: Work, declared: Declared, name: nodes.Name) -> None:
    """Report a name that is like a period of a calendar from a table."""
    node = declared.node
    assert isinstance(node, nodes.CalendarDecl), "sorts follow node classes"
    part, grains = name.parts[-1], tuple(map(_text, written_grains(node)))
    if part in grains and len(name.parts) > 1:  # what the calendar lacks has been reported there
        before = len(work.problems)
        _calendar(work, node)
        work.silently(work.problems[before:])
        del work.problems[before:]
        return
    close = (part,) if part in grains else near(part, grains)
    where = f"among the periods of the calendar {node.name}" if len(name.parts) > 1 else "here"
    hint = "" if close else f"It has {listed(grains)}."
    close = tuple(f"{node.name}.{one}" for one in close)
    work.report(UnknownName(name=name.text, where=where, near=close, hint=hint, span=name.span))


def _text(name: nodes.Name) -> str:
    return name.text


def _nothing(key: Key) -> None:
    """These declarations ask for no other."""
    del key


def _rates(work: Work, node: nodes.RatesDecl) -> None:
    if node.rule is None:
        text = f"the rates {node.name} do not say by which rule an amount is converted"
        fix = f"write one behind {node.origin}: " + ", ".join(f"`by {rule}`" for rule in RULES)
        work.report(IncompleteDeclaration(text=text, fix=fix, span=node.name_span))
    _complete(work, node.name, node.name_span, node.properties, RATES_COLUMNS)
    for one in node.properties:
        value = one.values[0] if len(one.values) == 1 else None
        if one.word == "inverse" and not isinstance(value, nodes.Boolean):
            text = "`inverse` is true or false: whether a rate serves for the opposite direction too"
            work.report(IncompleteDeclaration(text=text, fix="write `inverse true`", span=one.span))


def _complete(
    work: Work,
    name: str,
    place: Span,
    properties: tuple[nodes.Property, ...],
    wanted: Mapping[str, str],
) -> None:
    """Each word stands once, with one name behind it."""
    for word, meaning in wanted.items():
        written = [one for one in properties if one.word == word]
        if not written:
            text = f"{name} does not say its `{word}`"
            work.report(IncompleteDeclaration(text=text, fix=f"add `{word} …`, {meaning}", span=place))
        for one in written:
            if len(written) > 1 or len(one.values) != 1 or not isinstance(one.values[0], nodes.Name):
                text = f"`{word}` names one thing, once: {meaning}"
                work.report(IncompleteDeclaration(text=text, span=one.span))


def _columns(
    work: Work,
    origin: str,
    properties: tuple[nodes.Property, ...],
    words: Mapping[str, str],
    directory: Directory,
    catalog: Catalog | None,
) -> None:
    """The columns that are named are in the table, where a catalog tells."""
    table = catalog.tables.get(origin) if catalog is not None else None
    if table is None or any(declared.node.name == origin for declared in directory.all("source")):
        return
    known = tuple(column.name for column in table.columns)
    for one in properties:
        for value in one.values if one.word in words else ():
            if not isinstance(value, nodes.Name) or value.text in known:
                continue
            if one.word == "into" and CURRENCY.fullmatch(value.text):
                continue
            where = f"in the table {origin}"
            work.report(
                UnknownName(name=value.text, where=where, near=near(value.text, known), span=value.span)
            )


def _calendar(work: Work, node: nodes.CalendarDecl) -> None:
    work.problems.extend(opening_hours(node)[1])
    if node.origin is not None:
        _complete(work, node.name, node.name_span, node.properties, {"day": "the column of the day"})
        _grains(work, node)
        return
    if node.year is None and node.quarter is not None:
        text = f"the calendar {node.name} divides years of which it does not say when they start"
        fix = "write it so: `year starts sunday nearest 02-01`"
        work.report(IncompleteDeclaration(text=text, fix=fix, span=node.quarter.span))
    elif node.year is None and not (node.hours or node.holidays):
        text = f"the calendar {node.name} says neither when its year starts nor when it is open, and is from no table"
        fix = "write `year starts 04-01` or `hours monday to friday 09:00 to 17:30` in its braces, or `from` a table of days"
        work.report(IncompleteDeclaration(text=text, fix=fix, span=node.name_span))
    elif node.year is None:
        return
    elif node.year.weekday is not None and node.year.weekday not in WEEKDAYS:
        name = node.year.weekday
        where = "among the days of the week"
        work.report(UnknownName(name=name, where=where, near=near(name, WEEKDAYS), span=node.year.span))
    if node.quarter is not None:
        _quarter(work, node, node.quarter)


def _grains(work: Work, node: nodes.CalendarDecl) -> None:
    """A calendar from a table names at least one period, none that the language has."""
    written = [value for one in node.properties if one.word == "grain" for value in one.values]
    if not written:
        text = f"the calendar {node.name} names no period"
        fix = "write `grain` and the column that tells one period from the next"
        work.report(IncompleteDeclaration(text=text, fix=fix, span=node.name_span))
    for value in written:
        if not isinstance(value, nodes.Name) or value.text in TIME_WORDS or len(value.parts) > 1:
            text = "a `grain` is a column of the calendar's table, and not one of the plain periods"
            fix = "name it otherwise, as in `fiscal_month`"
            work.report(IncompleteDeclaration(text=text, fix=fix, span=value.span))
    for rule in (node.year, node.quarter):
        if rule is not None:
            text = "a calendar from a table has its periods from there, and no rule besides"
            work.report(IncompleteDeclaration(text=text, fix="take the rule away", span=rule.span))


def _quarter(work: Work, node: nodes.CalendarDecl, quarter: nodes.QuarterWeeks) -> None:
    said_ = "-".join(map(str, quarter.weeks))
    if quarter.weeks not in WEEKS:
        text = f"a quarter has 13 weeks, four or five in each month, and not {said_}"
        work.report(IncompleteDeclaration(text=text, fix="write 4-4-5, 4-5-4 or 5-4-4", span=quarter.span))
    if node.year is not None and node.year.weekday is None:
        text = "months of whole weeks need a year that starts on a day of the week"
        fix = "write it so: `year starts sunday nearest 02-01`"
        work.report(IncompleteDeclaration(text=text, fix=fix, span=node.year.span))
