"""JSON text in which decimals keep all their digits."""

import json
from decimal import Decimal
from typing import Any


def json_text(value: Any, indent: str = "") -> str:
    """A value as JSON, two spaces for each level; a list of plain values stands on one line."""
    deeper = indent + "  "
    match value:
        case dict() if value:
            pairs = (
                f"{deeper}{json.dumps(key, ensure_ascii=False)}: {json_text(one, deeper)}"
                for key, one in value.items()
            )
            return "{\n" + ",\n".join(pairs) + f"\n{indent}}}"
        case list() if any(isinstance(one, dict | list) for one in value):
            return "[\n" + ",\n".join(deeper + json_text(one, deeper) for one in value) + f"\n{indent}]"
        case list():
            return "[" + ", ".join(json_text(one) for one in value) + "]"
        case Decimal():
            return format(value, "f")
        case _:
            return json.dumps(value, ensure_ascii=False)
