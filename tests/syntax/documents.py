"""Formulas, queries and declarations made from nodes: what the laws of reading and formatting are asked on."""

from datetime import date
from decimal import Decimal

from hypothesis import strategies as st

from metricdsl.source import Span
from metricdsl.syntax import nodes as n
from metricdsl.syntax.format_formula import flat

AT = Span("made", 0, 0)

WORDS = (
    *(
        "where",
        "key",
        "time",
        "by",
        "limit",
        "sort",
        "at",
        "per",
        "goal",
        "metric",
        "in",
        "is",
        "not",
        "and",
        "or",
        "to",
    ),
    *(
        "true",
        "null",
        "distinct",
        "values",
        "last",
        "this",
        "prior",
        "every",
        "label",
        "about",
        "default",
        "fact",
        "test",
    ),
    *(
        "fill",
        "desc",
        "stock",
        "spread",
        "as",
        "on",
        "from",
        "having",
        "via",
        "while",
        "replaced",
        "use",
        "source",
    ),
    *(
        "for",
        "each",
        "affects",
        "control",
        "metrics",
        "year",
        "quarter",
        "starts",
        "open",
        "event",
        "unit",
        "days",
    ),
)
PLAIN = ("amount", "order", "客户", "größe", "x1", "_a", "Status", "owner")
ODD = ("net worth", "1st", "a-b", "a.b", "#1", '"', "%")

parts = st.sampled_from(PLAIN) | st.sampled_from(WORDS) | st.sampled_from(ODD)
plain_parts = st.sampled_from(PLAIN) | st.sampled_from(WORDS)
texts = st.text(
    st.characters(codec="utf-8", exclude_characters="\0\r", exclude_categories=("Cs",)), max_size=8
) | st.sampled_from(
    [
        "\\",
        "\\\\",
        "a\\d",
        'say "so"',
        "two\nlines",
        "\\\n",
        "\\n",
        "#",
        "`",
        "{",
        "}",
        "'",
        "",
        " ",
        "--",
        "2026-1-5",
    ]
)
names = st.lists(parts, min_size=1, max_size=3).map(lambda p: n.Name(parts=tuple(p), span=AT))
columns = parts.map(lambda p: n.Name(parts=(p,), span=AT))
labels = st.none() | texts
numbers = st.decimals(0, 10**9, allow_nan=False, places=2) | st.integers(0, 10**6).map(Decimal)


def some(items, least=1, most=3):
    return st.lists(items, min_size=least, max_size=most).map(tuple)


durations = st.builds(
    n.DurationLiteral,
    amount=st.integers(0, 400).map(Decimal) | st.just(Decimal("1.5")),
    unit=st.sampled_from(("second", "minute", "hour", "day", "week", "month", "quarter", "year")),
    span=st.just(AT),
)
periods = (
    st.builds(
        n.PeriodLiteral,
        grain=st.just("quarter"),
        year=st.integers(1900, 2099),
        ordinal=st.integers(1, 4),
        span=st.just(AT),
    )
    | st.builds(
        n.PeriodLiteral,
        grain=st.just("month"),
        year=st.integers(1900, 2099),
        ordinal=st.integers(1, 12),
        span=st.just(AT),
    )
    | st.builds(
        n.PeriodLiteral,
        grain=st.just("week"),
        year=st.integers(1900, 2099),
        ordinal=st.integers(1, 52),
        span=st.just(AT),
    )
)
dates = st.dates(date(1, 1, 1), date(9999, 12, 31)).map(lambda d: n.DateLiteral(value=d, span=AT))
written_numbers = numbers.map(lambda v: n.Number(value=v, span=AT))
written_texts = texts.map(lambda v: n.Text(value=v, span=AT))
literals = (
    written_numbers
    | numbers.map(lambda v: n.Percent(value=v / 100, span=AT))
    | written_texts
    | dates
    | periods
    | durations
    | st.booleans().map(lambda v: n.Boolean(value=v, span=AT))
    | st.just(n.Null(span=AT))
)


def deeper(inner):
    """Formulas one level above `inner`; words of context may stand anywhere, in parentheses where they must."""
    built = st.just(AT)
    words = (
        st.builds(n.Where, condition=inner, span=built)
        | st.builds(n.At, time=names, span=built)
        | st.builds(n.While, start=names, end=names, span=built)
        | st.builds(n.Via, join=names, span=built)
        | st.builds(n.Per, keys=some(names | calls(inner)), every=st.booleans(), span=built)
        | st.builds(n.Having, condition=inner, span=built)
        | st.builds(
            n.As,
            factors=st.builds(
                lambda f, r: ((f, 1), *r), parts, some(st.tuples(parts, st.sampled_from((1, -1))), 0, 2)
            ),
            span=built,
        )
    )
    return (
        st.builds(
            n.Binary,
            operator=st.sampled_from(("+", "-", "*", "/", "and", "or")),
            left=inner,
            right=inner,
            span=built,
        )
        | st.builds(n.Negation, operand=inner, span=built)
        | st.builds(n.Not, operand=inner, span=built)
        | st.builds(
            n.Comparison,
            first=inner,
            rest=some(st.tuples(st.sampled_from(("=", "!=", "<", "<=", ">", ">=")), inner), 1, 2),
            span=built,
        )
        | st.builds(n.Membership, operand=inner, items=some(inner), negated=st.booleans(), span=built)
        | st.builds(n.IsNull, operand=inner, negated=st.booleans(), span=built)
        | calls(inner)
        | st.builds(n.Group, items=some(inner, 2, 3), span=built)
        | st.builds(flattened, inner, some(words))
    )


def flattened(body, words):
    """Words of context behind a formula that has some already would be read as one list of words, unless in parentheses."""
    return n.InContext(body=body, words=words, span=AT)


def calls(inner):
    arguments = st.builds(
        n.Argument, value=inner, name=st.none() | parts, distinct=st.just(value=False), span=st.just(AT)
    ) | st.builds(n.Argument, value=inner, name=st.none(), distinct=st.just(value=True), span=st.just(AT))
    return st.builds(
        n.Call,
        function=plain_parts,
        function_span=st.just(AT),
        arguments=some(arguments, 0, 3),
        span=st.just(AT),
    )


formulas = st.recursive(literals | names, deeper, max_leaves=12)
types = st.builds(
    lambda atoms, form, null: n.TypeWritten(
        atoms=tuple(
            n.TypeAtom(name=a, arguments=args, exponent=e if i else 1, span=AT)
            for i, (a, args, e) in enumerate(atoms)
        ),
        format=form,
        or_null=null,
        span=AT,
    ),
    st.lists(
        st.tuples(
            parts, some(st.sampled_from(("USD", "2", "order.currency")), 0, 2), st.sampled_from((1, -1))
        ),
        min_size=1,
        max_size=2,
    ),
    labels,
    st.booleans(),
)
typed = types | st.builds(
    lambda t, d: n.TypeWritten(atoms=t.atoms, format=t.format, or_null=t.or_null, domain=d, span=AT),
    types,
    some(formulas),
)

# ---------------------------------------------------------------- members and properties

fixed = literals | literals.map(lambda v: n.Negation(operand=v, span=AT))
values = (
    fixed
    | names
    | st.builds(n.Range, low=fixed, high=fixed, span=st.just(AT))
    | st.builds(n.OpenRange, bound=fixed, higher=st.booleans(), span=st.just(AT))
)
languages = st.none() | st.sampled_from(("zh", "pt-BR", "zh-Hant", "es-419", "fr"))
said = st.builds(n.Label, text=texts, language=languages, span=st.just(AT))
properties = (
    st.builds(n.Property, word=parts, word_span=st.just(AT), values=some(values, 1, 2), span=st.just(AT))
    | st.builds(
        n.Property,
        word=st.sampled_from(("label", "about")),
        word_span=st.just(AT),
        values=some(said, 1, 1),
        span=st.just(AT),
    )
    | st.builds(
        n.Property,
        word=st.just("replaced by"),
        word_span=st.just(AT),
        values=some(names, 1, 1),
        span=st.just(AT),
    )
)
described = {
    "name": parts,
    "name_span": st.just(AT),
    "span": st.just(AT),
    "label": labels,
    "type": st.none() | typed,
    "value": st.none() | formulas,
}
over_time = st.sampled_from(("none", "stock", "spread"))
stocks = st.builds(n.Stock, rule=parts, by=columns, per=some(columns, 0, 2), span=st.just(AT))
spreads = st.builds(n.Spread, start=columns, end=columns, span=st.just(AT))
members = (
    st.builds(n.RowScope, condition=formulas, span=st.just(AT))
    | st.builds(n.Key, columns=some(columns), span=st.just(AT))
    | st.builds(
        lambda name, target, on, moment, default: n.Join(
            name=name,
            name_span=AT,
            target=target,
            columns=on,
            relation=moment and moment[0],
            moment=moment and moment[1],
            default=default,
            span=AT,
        ),
        parts,
        st.none() | names,
        some(columns),
        st.none() | st.tuples(st.sampled_from(("as of", "before", "after")), names),
        st.booleans(),
    )
    | st.builds(
        n.TimeMember,
        name=parts,
        name_span=st.just(AT),
        type=st.none() | typed,
        value=st.none() | formulas,
        default=st.booleans(),
        span=st.just(AT),
    )
    | st.builds(n.DimensionMember, **described)
    | st.builds(n.FactMember, **described)
    | st.builds(n.FactMember, **described, stock=stocks)
    | st.builds(n.FactMember, **described, spread=spreads)
    | st.builds(n.Snapshot, by=columns, per=some(columns, 0, 2), span=st.just(AT))
    | st.builds(n.Validity, start=columns, end=columns, span=st.just(AT))
    | properties
)

# ---------------------------------------------------------------- queries


def column(value, name):
    return n.QueryColumn(
        value=value, text=value.text if isinstance(value, n.Name) else flat(value, 1), name=name, span=AT
    )


def grouping(value, name):
    return n.Grouping(
        value=value, text=value.text if isinstance(value, n.Name) else flat(value, 1), name=name, span=AT
    )


query_columns = st.builds(column, formulas, st.none() | parts)
groupings = st.builds(grouping, names | calls(names), st.none() | parts)
ends = dates | periods | written_numbers | written_texts | columns
durings = (
    st.builds(lambda d: n.During(relative="last", span_of=d, span=AT), durations | parts)
    | st.builds(lambda d: n.During(relative="this", span_of=d, span=AT), parts)
    | st.builds(lambda a, b: n.During(start=a, end=b, span=AT), ends, st.none() | ends)
    | st.builds(lambda a: n.During(start=a, open_end=True, span=AT), ends)
)
compared = (
    st.builds(n.CompareItem, kind=st.just("prior"), value=parts | durations, span=st.just(AT))
    | st.builds(n.CompareItem, kind=st.just("name"), value=parts, span=st.just(AT))
    | st.builds(n.CompareItem, kind=st.just("period"), value=periods | written_numbers, span=st.just(AT))
)
clauses = {
    "by": some(groupings, 0, 2),
    "where": st.none() | formulas,
    "during": st.none() | durings,
    "having": st.none() | formulas,
    "compare": some(compared, 0, 2),
    "sort": some(st.builds(n.SortKey, name=names, descending=st.booleans(), span=st.just(AT)), 0, 2),
    "limit": st.none() | st.integers(0, 10**6),
    "fill": st.booleans(),
    "span": st.just(AT),
}
queries = st.builds(n.Query, columns=some(query_columns), **clauses) | st.builds(
    n.Query, values=some(groupings), **clauses
)

# ---------------------------------------------------------------- declarations

headed = {"name": parts, "name_span": st.just(AT), "span": st.just(AT)}
dotted = some(st.sampled_from(("core", "shop", "客户", "use"))).map(".".join)
origins = dotted | st.sampled_from(("orders 2026.csv", "a-b", ""))
blocks = some(properties, 0, 3)


def table(columns_of, cells):
    return st.builds(
        lambda head, rows: {"columns": tuple(head), "rows": tuple(tuple(row[: len(head)]) for row in rows)},
        st.lists(columns_of, min_size=1, max_size=3),
        st.lists(st.lists(cells, min_size=3, max_size=3), max_size=3),
    )


cells = fixed | columns
givens = st.builds(lambda entity, t: n.Given(entity=entity, span=AT, **t), names, table(names, cells))
expects = st.builds(lambda query, t: n.Expect(query=query, span=AT, **t), queries, table(names, cells))
declarations = (
    st.builds(n.PackageDecl, name=dotted, name_span=st.just(AT), span=st.just(AT))
    | st.builds(n.UseDecl, name=dotted, alias=st.none() | parts, name_span=st.just(AT), span=st.just(AT))
    | st.builds(
        n.SourceDecl,
        **headed,
        table=origins,
        table_span=st.just(AT),
        where=some(formulas, 0, 2),
        mappings=some(
            st.builds(n.Mapping, name=parts, name_span=st.just(AT), value=formulas, span=st.just(AT)), 0, 3
        ),
    )
    | st.builds(
        n.EntityDecl,
        **headed,
        label=labels,
        source=st.none() | origins,
        source_span=st.just(AT),
        members=some(members, 0, 4),
    )
    | st.builds(
        n.MetricDecl, **headed, label=labels, type=st.none() | types, formula=formulas, properties=blocks
    )
    | st.builds(
        n.DefineDecl,
        **headed,
        formula=formulas,
        properties=blocks,
        parameters=some(
            st.builds(
                n.Parameter,
                name=parts,
                type=st.none() | types,
                default=st.none() | formulas,
                span=st.just(AT),
            ),
            0,
            2,
        ),
    )
    | st.builds(n.SegmentDecl, **headed, label=labels, condition=formulas, properties=blocks)
    | st.builds(n.ReportDecl, **headed, label=labels, query=queries, properties=blocks)
    | st.builds(n.FacetDecl, **headed, values=some(parts | st.sampled_from(("key result", "50%"))))
    | st.builds(
        n.TestDecl,
        name=texts,
        name_span=st.just(AT),
        span=st.just(AT),
        on=st.none() | st.dates(),
        given=some(givens, 0, 2),
        expects=some(expects, 1, 2),
    )
)
