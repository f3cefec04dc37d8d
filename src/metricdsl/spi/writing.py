"""How names and texts are written in definitions: for importers, which make definitions of what others have written."""

import re

_CONTROL = re.compile(r"[\x00-\x1f\x7f\u2028\u2029]+")


def written_name(*parts: str) -> str:
    """A name, or the parts of a dotted one, in back-quotes, so that no word of the language is met. Raises ValueError.

    >>> written_name("orders", "group")
    '`orders`.`group`'
    """
    for part in parts:
        if not part.strip() or "`" in part or _CONTROL.search(part):
            raise ValueError(
                f"{part!r} cannot be a name: it is empty, or has a back-quote or a control character"
            )
    return ".".join(f"`{part}`" for part in parts)


def written_text(text: str) -> str:
    """A text in quotes, in one line.

    >>> written_text('of "all" rows')
    '"of \\\\"all\\\\" rows"'
    """
    flat = _CONTROL.sub(" ", text).strip()
    return '"' + flat.replace("\\", "\\\\").replace('"', '\\"') + '"'
