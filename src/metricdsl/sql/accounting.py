"""The accounts of a result as SQL: all rows of an aggregate's home, by what became of them.

    SELECT part, COUNT(*) FROM (
      SELECT CASE WHEN NOT (region = 'EU') THEN 'left_out' WHEN (region = 'EU') IS NULL THEN 'unknown'
                  WHEN ordered_on >= … THEN 'read' WHEN ordered_on IS NULL THEN 'without_time' ELSE 'outside' END AS part
      FROM orders LEFT JOIN customers …) AS accounted
    GROUP BY part UNION ALL SELECT 'rows', COUNT(*) FROM orders

The rows are counted once more without any join, so that the parts can be compared with them.
"""

from collections.abc import Sequence

from attrs import evolve
from sqlglot import exp

from metricdsl.diagnostics import Outcome
from metricdsl.diagnostics.problems.dialects import UnknownDialect
from metricdsl.model.formula import ColumnRef, Expression, LookedAt, PeriodKey, Rate
from metricdsl.model.made_of import columns, row_values, short
from metricdsl.model.request import Request, ValuesRequest
from metricdsl.model.top_keys import dimension_of
from metricdsl.model.types import TEXT
from metricdsl.plan import Plan, rewrite
from metricdsl.plan.accounting import Account, accounting
from metricdsl.plan.context import Key
from metricdsl.plan.nodes import Node, Scan
from metricdsl.registry import Registry
from metricdsl.spi.accounts import AccountStatement, Part
from metricdsl.spi.values import Catalog, Purpose, Statement
from metricdsl.sql import trees
from metricdsl.sql.compile import emitter_of, reader_of
from metricdsl.sql.reader import Reader
from metricdsl.sql.rendering import rendered
from metricdsl.sql.rows import Rows
from metricdsl.value import frozen

ACCOUNTED = "accounted"


def compile_accounts(
    request: Request | ValuesRequest, registry: Registry, dialect: str, catalog: Catalog | None = None
) -> Outcome[tuple[AccountStatement, ...] | None]:
    """The statements that account for a request, one for each aggregate."""
    definition = registry.dialects.get(dialect)
    if definition is None:
        return Outcome(None, (UnknownDialect(engine=dialect, known=tuple(sorted(registry.dialects))),))
    found = accounting(request)
    emit = emitter_of(request.context, registry, definition)
    statements = []
    for account in found.accounts:
        reader = reader_of(request, request.context, catalog, emit, found.extents)
        groups = [key for key in account.keys if not key.window]
        plan = Plan(root=account.source, groupings=(), entities=request.entities, setting=request.context)
        source = rewrite(plan, registry, definition).root  # what its rows look up is made of branches too
        query = _counted(evolve(account, source=source), groups, reader)
        statements.append(
            AccountStatement(
                statement=Statement(sql=rendered(query, definition), purpose=Purpose.ACCOUNT),
                function=account.formula.function,
                home=short(account.formula.home),
                groups=tuple(key.name for key in groups),
                span=account.formula.span,
            )
        )
    if emit.problems:
        return Outcome(None, tuple(emit.problems))
    return Outcome(tuple(statements))


@frozen
class _Flag:
    """What is counted of the rows of a part, under a name."""

    name: str
    holds: exp.Expression | None


def _counted(account: Account, groups: Sequence[Key], reader: Reader) -> exp.Query:
    """How many rows became what."""
    arguments = [a for a in account.formula.arguments[:1] if not _of_a_window(a)]
    matches = [_match(_own(key), reader) for key in groups]
    needed: list[Expression] = [*arguments, *account.conditions, *account.tests, *(key.row for key in groups)]
    needed += [one for match in matches for one in match]
    needed += [] if account.time is None else [account.time]
    for rate in _rates(arguments):
        needed += [rate.amount, rate.currency]
    made = reader.rows(account.source, needed)
    part = _part(account, made, reader)
    flags = [
        _Flag("without_value", trees.any_of([trees.is_null(made.sql(one)) for one in arguments])),
        _Flag("without_rate", trees.any_of([_unrated(rate, made) for rate in _rates(arguments)])),
    ]
    for index, (key, match) in enumerate(zip(groups, matches, strict=True), 1):
        missing = trees.any_of([trees.is_null(made.sql(one)) for one in match])
        null = trees.is_null(made.sql(_own(key)))
        if missing is not None:
            null = trees.binary(exp.And, null, trees.negated(missing.copy()))
        flags += [_Flag(f"unmatched_{index}", missing), _Flag(f"null_{index}", null)]
    rows = made.select()
    rows.set("expressions", [trees.named(part, "part"), *(trees.named(_one(f.holds), f.name) for f in flags)])
    query = exp.Select(
        expressions=[
            trees.column("part", ACCOUNTED),
            trees.named(trees.count_star(), "number"),
            *(
                trees.named(exp.Sum(this=trees.column(flag.name, ACCOUNTED)), flag.name, always=True)
                for flag in flags
            ),
        ],
        from_=exp.From(this=trees.derived(rows, ACCOUNTED)),
        group=exp.Group(expressions=[trees.column("part", ACCOUNTED)]),
    )
    whole = reader.rows(_home(account.source), []).select()
    zeros = [trees.number(0) for _ in flags]
    whole.set("expressions", [exp.Literal.string(Part.ROWS.value), trees.count_star(), *zeros])
    return reader.finished(exp.Union(this=query, expression=whole, distinct=False))


def _part(account: Account, made: Rows, reader: Reader) -> exp.Expression:
    """What became of a row: the first that applies."""

    def said(part: Part) -> exp.Expression:
        return exp.Literal.string(part.value)

    conditions = [one for one in account.conditions if not _of_a_window(one)]
    late = [one for one in account.conditions if _of_a_window(one)]

    def met() -> exp.Expression | None:
        return trees.all_of([made.sql(one) for one in conditions])

    cases: list[tuple[exp.Expression, exp.Expression]] = []
    fails, unknown = met(), met()
    if fails is not None and unknown is not None:
        cases.append((trees.negated(fails), said(Part.LEFT_OUT)))
        cases.append((trees.is_null(exp.Paren(this=unknown)), said(Part.UNKNOWN)))
    inside = _inside(account, late, made, reader)
    if inside is None:
        return trees.case(cases, said(Part.READ)) if cases else said(Part.READ)
    cases.append((inside, said(Part.READ)))
    if account.time is not None:
        cases.append((trees.is_null(made.sql(account.time)), said(Part.WITHOUT_TIME)))
    return trees.case(cases, said(Part.OUTSIDE))


def _inside(
    account: Account, late: Sequence[Expression], made: Rows, reader: Reader
) -> exp.Expression | None:
    """Whether a row lies in a period that is looked at; joins that tell it are taken out of the rows, and asked whether they find one."""
    tests = [made.sql(one) for one in (*account.tests, *late)]
    if account.period is not None and account.time is not None:
        tests += reader.within(made, account.time, account.period)
    first = next((at for at, join in enumerate(made.joins) if not join.side), None)
    if first is None:
        return trees.all_of(tests)
    window, *others = made.joins[first:]
    made.joins = made.joins[:first]
    on = window.args.get("on")
    found = exp.Select(expressions=[trees.number(1)], from_=exp.From(this=window.this))
    if others:
        found.set("joins", others)
    where = trees.all_of([*([] if on is None else [on]), *tests])
    if where is not None:
        found.set("where", exp.Where(this=where))
    return exp.Exists(this=found)


def _own(key: Key) -> Expression:
    """What a key groups by; of the best of a dimension the dimension itself."""
    found = dimension_of(key.row)
    assert not isinstance(found, PeriodKey), "a key of rows is a row expression"
    return found


def _match(key: Expression, reader: Reader) -> list[ColumnRef]:
    """What is null where the row that a dimension is of was not found: the key of the entity that its joins end at."""
    found = [one for one in columns(key) if one.path]
    if not found:
        return []
    last = max(found, key=lambda one: len(one.path))
    entity = reader.entities[last.entity]
    name = entity.key[0]
    return [ColumnRef(type=entity.columns[name].type, path=last.path, entity=entity.name, column=name)]


def _home(node: Node) -> Node:
    while not isinstance(node, Scan):
        node = node.source  # type: ignore[union-attr]
    return node


def _rates(arguments: Sequence[Expression]) -> list[Rate]:
    return [value for one in arguments for value in row_values(one) if isinstance(value, Rate)]


def _of_a_window(expression: Expression) -> bool:
    """Whether a row has a value of it for each window only: at the rate of the day that is looked at."""
    return any(isinstance(rate.at, LookedAt) for rate in _rates([expression]))


def _unrated(rate: Rate, made: Rows) -> exp.Expression:
    """Whether an amount has no exchange rate that it needs."""
    known = trees.negated(trees.is_null(made.sql(rate.amount)))
    other = trees.binary(exp.NEQ, made.sql(rate.currency), made.emit.constant(rate.into, TEXT).sql)
    needed = trees.binary(exp.Or, trees.is_null(made.sql(rate.currency)), other)
    found = trees.all_of([known, trees.is_null(made.sql(rate)), needed])
    assert found is not None, "there are tests"
    return found


def _one(condition: exp.Expression | None) -> exp.Expression:
    if condition is None:
        return trees.number(0)
    return trees.case([(condition, trees.number(1))], trees.number(0))
