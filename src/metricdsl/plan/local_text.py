"""What is worked out of a result, as text: for `--plan` and `metric show --stages`."""

from metricdsl.model.formula import Call, Expression, GroupingRef, Moved
from metricdsl.plan.text import SIGNS, formula
from metricdsl.spi.local_steps import LocalSteps


def local_text(steps: LocalSteps) -> str:
    """The steps behind the statement, one in a line; columns of its rows by their names."""
    lines = [f"on the result: {', '.join(steps.functions)}"]
    for fetched in steps.fetched:
        if fetched.series is not None:
            keys = ", ".join(key.name for key in fetched.series.keys)
            lines.append(f"  {fetched.name}: a series per {keys}")
    lines += [f"  column = {_said(one, steps)}" for one in steps.columns if not isinstance(one, GroupingRef)]
    if steps.having is not None:
        lines.append(f"  having {_said(steps.having, steps)}")
    if steps.sort:
        keys = ", ".join(f"{_said(k.formula, steps)}{' desc' if k.descending else ''}" for k in steps.sort)
        lines.append(f"  sort {keys}")
    if steps.limit is not None:
        lines.append(f"  limit {steps.limit}")
    return "\n".join(lines)


def _said(expression: Expression, steps: LocalSteps) -> str:
    match expression:
        case GroupingRef(index=index):
            return steps.fetched[index].name
        case Moved(body=body):
            return _said(body, steps)
        case Call(function=function, arguments=(left, right)) if function in SIGNS:
            return f"({_said(left, steps)} {SIGNS[function]} {_said(right, steps)})"
        case Call(function=function, arguments=arguments):
            return f"{function}({', '.join(_said(argument, steps) for argument in arguments)})"
        case _:
            return formula(expression)
