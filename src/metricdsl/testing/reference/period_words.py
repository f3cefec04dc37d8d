"""`period.start`, `period.end`, `period.length`: s, e and e − s of per(C) = [s, e)."""

from datetime import timedelta
from fractions import Fraction

from metricdsl.syntax import nodes
from metricdsl.testing.reference.context import Context, InPeriod, Moved
from metricdsl.testing.reference.meaning import Formulas
from metricdsl.testing.reference.names import Scope
from metricdsl.testing.reference.periods import BELOW_THE_DAY
from metricdsl.testing.reference.values import Duration, Refused, Value

BOUNDS = ("start", "end", "length")


def is_period_word(meaning: Formulas, name: nodes.Name, scope: Scope) -> bool:
    """Whether a name is one of these, and nothing of the definitions."""
    if len(name.parts) != 2 or name.parts[0] != "period":
        return False
    declared = meaning.world.find(name.parts, scope, nodes.MetricDecl)
    return declared is None and meaning.world.entity(name.parts, scope) is None


def bound(meaning: Formulas, name: nodes.Name, context: Context) -> Value:
    """An end of per(C), null where it has none; of the null period and of an empty one, null."""
    which = name.parts[1]
    if which not in BOUNDS:
        raise Refused(f"period.{which} is nothing")
    per = meaning.plain_per(context)
    if per is None or per.null or per.empty:
        return None
    if which == "length":
        if per.start is None or per.end is None:
            return None
        return Duration(Fraction((per.end - per.start) // timedelta(microseconds=1)))
    moment = per.start if which == "start" else per.end
    return moment if moment is None or _on_the_clock(context) else moment.date()


def _on_the_clock(context: Context) -> bool:
    """Whether something in the stack is shorter than a day."""
    day = 86_400_000_000
    return any(
        (isinstance(step, InPeriod) and step.grain in BELOW_THE_DAY)
        or (isinstance(step, Moved) and isinstance(step.by, Duration) and step.by.microseconds % day != 0)
        for step in context.steps
    )
