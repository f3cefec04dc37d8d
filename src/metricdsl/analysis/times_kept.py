"""Aggregates that keep their own time, whatever `at` stands behind the formula around them."""

from collections.abc import Callable, Sequence

from metricdsl.analysis.world import Place, Work
from metricdsl.diagnostics.problems.paths import Unreachable
from metricdsl.diagnostics.problems.period_hints import TimeMovesNothing
from metricdsl.model.formula import Aggregate, Expression
from metricdsl.syntax import nodes

At = tuple[nodes.Name, Place]
Moment = Callable[[Work, At, str, tuple[str, ...]], tuple[Expression, str] | None]


def own_times_kept(work: Work, at: At, found: Sequence[Aggregate], moment: Moment) -> bool:
    """Hint at a time that no aggregate takes, or not a stock, what is shared out over days or what `while` counts, which
    never take one; whether it may stand there. The one that a formula says inside wins without a word: it is the analyst's.
    """
    name, _ = at
    partly = not all(a.time_written for a in found)
    kept = [a for a in found if not partly or _by_itself(a)]
    if not kept:
        return True
    if not partly and not _is_a_time(work, at, found, moment):
        return False
    first = kept[0]
    work.report(
        TimeMovesNothing(
            time=name.text, by=_called(first), own=first.time_name, partly=partly, span=name.span
        )
    )
    return True


def behind_another(
    work: Work, word: nodes.At | nodes.While, at: At | None, stretch: tuple[nodes.While, Place] | None
) -> None:
    """Hint at a second time behind one formula, which the first takes the place of."""
    own = at[0].text if at is not None else "" if stretch is None else _said(stretch[0])
    first = "the `at` before it" if at is not None else "the `while` before it"
    said, time = ("at", word.time.text) if isinstance(word, nodes.At) else ("while", _said(word))
    work.report(TimeMovesNothing(word=said, time=time, by=first, own=own, span=word.span))


def _said(word: nodes.While) -> str:
    return f"{word.start.text} to {word.end.text}"


def _by_itself(aggregate: Aggregate) -> bool:
    """Whether its time is a part of what it is."""
    return aggregate.stock is not None or aggregate.spread is not None or aggregate.open is not None


def _is_a_time(work: Work, at: At, found: Sequence[Aggregate], moment: Moment) -> bool:
    """Whether a name that changes nothing is a time of anything: what is not reached from here need not be."""
    before, failed = len(work.problems), len(work.failed)
    fine = True
    for aggregate in found:
        if moment(work, at, aggregate.home, aggregate.via) is not None:
            fine = True
            break
        fine = fine and all(isinstance(problem, Unreachable) for problem in work.problems[before:])
        if not fine:
            return False
    del work.problems[before:], work.failed[failed:]
    return fine


def _called(aggregate: Aggregate) -> str:
    """What keeps its time, in words."""
    if aggregate.metrics:
        return aggregate.metrics[-1].rpartition(".")[2]
    if aggregate.spread is not None:
        return "what is shared out over its days"
    if aggregate.open is not None:
        return "what is open on a day"
    return "the stock" if aggregate.stock is not None else "what stands before it"
