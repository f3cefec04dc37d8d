"""What must hold of every database: a law asks questions, and judges their answers."""

from collections.abc import Callable, Sequence

from attrs import evolve

from metricdsl.analysis.directory import Declared, Scope
from metricdsl.engine.invariants import broken_groups, compared, said, title_of
from metricdsl.source import Span
from metricdsl.spi.values import ResultColumn, Row
from metricdsl.syntax import nodes
from metricdsl.value import frozen


@frozen
class Answer:
    """The columns and rows of an answer."""

    columns: tuple[ResultColumn, ...]
    rows: Sequence[Row]


Judge = Callable[[Sequence[Answer]], Answer | None]
"""The answers to a law's questions; gives what breaks it, None where it holds."""


@frozen(kw_only=True)
class Law:
    """A law: its questions, with the scope of their names, and what their answers are judged by.

    `asked` says the question; `about` are the names by which it is chosen, beside its title. `wider` is the same by month, which
    a law without groups does not claim. `declared` tells an invariant of the project, which stands at `span`, from what types imply.
    """

    title: str
    asked: str
    scope: Scope
    queries: tuple[nodes.Query, ...]
    judge: Judge
    about: tuple[str, ...] = ()
    wider: "Law | None" = None
    declared: bool = True
    span: Span | None = None


def declared_law(declared: Declared, node: nodes.InvariantDecl) -> Law:
    """The law of an invariant: no group of its question breaks the condition."""
    asked, written = said(declared, node.condition), ", ".join(grouping.text for grouping in node.by)
    whole = holding(
        title_of(declared, node),
        f"{asked} by {written}" if written else asked,
        declared.scope,
        node.condition,
        node.by,
        compared(declared, node.condition),
    )
    whole = evolve(whole, span=node.span)
    if node.by:
        return whole
    month = nodes.Grouping(
        value=nodes.Name(parts=("month",), span=node.condition.span), text="month", span=node.condition.span
    )
    sides = compared(declared, node.condition)
    by_month = holding(whole.title, f"{asked} by month", declared.scope, node.condition, (month,), sides)
    return evolve(whole, wider=by_month)


def holding(
    title: str,
    asked: str,
    scope: Scope,
    condition: nodes.Expr,
    by: Sequence[nodes.Grouping],
    sides: dict[str, nodes.Expr],
) -> Law:
    """The law that a condition is false in no group."""
    query = broken_groups(condition, by, sides)
    place = len(by)

    def judge(answers: Sequence[Answer]) -> Answer | None:
        (answer,) = answers
        if not answer.rows:
            return None
        return Answer(
            (*answer.columns[:place], *answer.columns[place + 1 :]),
            [(*row[:place], *row[place + 1 :]) for row in answer.rows],
        )

    return Law(title=title, asked=asked, scope=scope, queries=(query,), judge=judge)
