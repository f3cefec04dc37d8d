"""Whole documents made from nodes: goals, events, units and the like, and all other declarations."""

from datetime import date

from hypothesis import strategies as st

from metricdsl.source import SourceFile
from metricdsl.syntax import nodes as n
from tests.syntax.documents import (
    AT,
    blocks,
    compared,
    declarations,
    ends,
    fixed,
    formulas,
    groupings,
    headed,
    labels,
    languages,
    names,
    numbers,
    origins,
    parts,
    query_columns,
    some,
    texts,
    typed,
)

placed = {"name_span": st.just(AT), "span": st.just(AT)}
described = {**headed, "label": labels, "properties": blocks}
ranges = st.builds(lambda a, b: n.During(start=a, end=b, span=AT), ends, st.none() | ends)
relative = st.builds(lambda d: n.During(relative="last", span_of=d, span=AT), parts)


def titled(build, **fields):
    """A declaration whose name is its title, or without one."""
    return st.builds(
        lambda title, **said: build(name=title or "", title=title, name_span=AT, span=AT, **said),
        labels,
        **fields,
    )


goals = titled(
    n.GoalDecl,
    target=formulas,
    during=st.none() | ranges,
    where=st.none() | formulas,
    each=some(names, 0, 2),
    start=st.none() | st.builds(n.GoalStart, value=fixed, on=st.dates(), span=st.just(AT)),
    properties=blocks,
)
baselines = st.builds(
    lambda metric, **said: n.BaselineDecl(name=metric.text, metric=metric, **said),
    names,
    name_span=st.just(AT),
    span=st.just(AT),
    formula=formulas,
    properties=blocks,
)
invariants = titled(n.InvariantDecl, condition=formulas, by=some(groupings, 0, 2), properties=blocks)
events = st.builds(
    n.EventDecl,
    name=texts,
    **placed,
    start=st.dates(),
    end=st.none() | st.dates(),
    affects=some(names, 0, 3),
    where=st.none() | formulas,
    control=st.none() | formulas,
    properties=blocks,
)
shown = st.builds(
    n.Query,
    columns=some(query_columns),
    by=some(groupings, 0, 2),
    where=st.none() | formulas,
    during=st.none() | ranges | relative,
    compare=some(compared, 0, 2),
    span=st.just(AT),
)
multiples = st.builds(
    lambda amount, first, rest: n.Multiple(amount=amount, factors=((first, 1), *rest), span=AT),
    numbers,
    parts | st.sampled_from(("hour", "hours", "year", "seconds")),
    some(st.tuples(parts, st.sampled_from((1, -1))), 0, 2),
)
days = st.dates(date(2001, 1, 1), date(2001, 12, 31))
years = st.builds(
    lambda day, rule, weekday: n.YearStart(
        month=day.month, day=day.day, weekday=weekday if rule else None, rule=rule, span=AT
    ),
    days,
    st.sampled_from((None, "nearest", "on or after")),
    parts,
)
quarters = st.builds(n.QuarterWeeks, weeks=st.tuples(*[st.integers(1, 9)] * 3), span=st.just(AT))
stretches = st.builds(
    lambda start, length: n.Stretch(start=start, end=min(start + length, 1440), span=AT),
    st.integers(0, 1440),
    st.integers(0, 1440),
)
day_names = st.builds(lambda part: n.Name(parts=(part,), span=AT), parts)
hours = st.builds(
    n.OpenHours,
    days=some(st.builds(n.Weekdays, first=day_names, last=st.none() | day_names, span=st.just(AT)), 1, 3),
    stretches=some(stretches, 1, 3),
    span=st.just(AT),
)
dates = st.builds(n.DateLiteral, value=st.dates(date(1000, 1, 1)), span=st.just(AT))
holidays = st.builds(
    n.Holidays,
    days=some(
        st.builds(n.Holiday, day=dates | fixed | names, closed=st.none() | stretches, span=st.just(AT)), 1, 4
    ),
    span=st.just(AT),
)
from_a_table = st.builds(n.Holidays, days=st.just(()), origin=names, span=st.just(AT))
open_hours = {"hours": some(hours, 0, 2), "holidays": some(holidays | from_a_table, 0, 2)}
origin = {"origin": origins, "origin_span": st.just(AT)}
borne = st.builds(n.Borne, word=parts, span=st.just(AT)) | st.builds(
    n.Borne,
    word=st.sampled_from(("label", "about")),
    language=languages,
    span=st.just(AT),
)
further = (
    goals
    | st.builds(n.RequireDecl, name_span=st.just(AT), words=some(borne, 1, 4), span=st.just(AT))
    | baselines
    | st.builds(n.ObjectiveDecl, **described)
    | invariants
    | events
    | st.builds(n.ScorecardDecl, **described, query=shown)
    | st.builds(n.ParamDecl, **described, type=st.none() | typed, default=formulas)
    | st.builds(n.UnitDecl, **described, multiple=st.none() | multiples)
    | st.builds(
        n.RatesDecl,
        **described,
        **origin,
        rule=st.sampled_from((None, "day", "month average", "month end")),
    )
    | st.builds(
        n.CalendarDecl, **described, **open_hours, year=st.none() | years, quarter=st.none() | quarters
    )
    | st.builds(n.CalendarDecl, **described, **origin, **open_hours, year=st.none() | years)
    | st.builds(
        n.PolicyDecl, name_span=st.just(AT), entity=names, condition=st.none() | formulas, span=st.just(AT)
    )
)
documents = st.lists(declarations | further, max_size=4).map(
    lambda d: n.Document(source=SourceFile("made", ""), declarations=tuple(d))
)
