"""A request as text: every name looked up, for `metric show --stages`."""

from metricdsl.model.request import Request, ValuesRequest
from metricdsl.model.types import Kind, ValueType
from metricdsl.plan.text import formula


def request_text(request: Request | ValuesRequest) -> str:
    """What is asked, one thing in a line, with types and units."""
    lines = [f"by      {g.name} : {g.type.kind.value}" for g in request.groupings]
    if isinstance(request, Request):
        lines = [f"column  {o.name} : {_typed(o.type)}" for o in request.outputs] + lines
        lines += [f"        = {formula(o.formula)}" for o in request.outputs]
        if request.during.start or request.during.end:
            lines.append(f"during  {request.during.start} to before {request.during.end}")
    lines += [f"entity  {name} from {entity.table.name}" for name, entity in request.entities.items()]
    return "\n".join(lines)


def _typed(type: ValueType) -> str:
    lasts = type.kind is Kind.DURATION and not type.unit.bare
    return f"{type.kind.value}, {type.measured if lasts else type.unit.text}"
