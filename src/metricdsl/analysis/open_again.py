"""`while` around a sum over periods: what is open at the end of one is open at the end of the next, and would be added up again."""

from metricdsl.analysis.sums import parts_of_sum, said_keys
from metricdsl.analysis.world import Work
from metricdsl.diagnostics.problems.levels import AddedAgain
from metricdsl.model.formula import Expression, Members, Named
from metricdsl.model.parts import every
from metricdsl.syntax import nodes


def adds_open_again(work: Work, formula: Expression, word: nodes.While | None) -> bool:
    """Tell a sum over periods that `while` has made one of what is open: `(sum(deals per month) while created_at to closed_at)`.

    Before that word it was looked at as a sum of what happens; a level that it adds up is the word's doing.
    """
    if word is None:
        return False
    for part in every(formula):
        if not isinstance(part, Members) or part.function != "sum":
            continue
        if any(fault.again == "level" for fault in parts_of_sum(part.body, part.keys, work.world)):
            what = part.body.metric.rpartition(".")[2] if isinstance(part.body, Named) else "what is open"
            work.report(AddedAgain(body=what, by=said_keys(part.keys), opened=True, span=word.span))
            return True
    return False
