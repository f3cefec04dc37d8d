"""What a manifest names besides adapters: renderers, importers, exporters and commands, each with its function.

The name, a line about it and where its function is stand in the manifest, so that they are told, and looked for, while nothing of
the plugin runs. The function is imported when it is asked for by name.
"""

import re
from collections.abc import Mapping
from typing import Any

from metricdsl.value import frozen

NOUNS = {
    "renderer": "format of results",
    "importer": "importer",
    "exporter": "exporter",
    "command": "command",
}
"""The tables of a manifest, `[[renderer]]` and so on, each with what it is called in messages."""
_NEEDED = ("name", "about", "function")
_KEYS: dict[str, type] = {"name": str, "about": str, "function": str, "extra": str}
_OWN: dict[str, dict[str, type]] = {"renderer": {"binary": bool}, "command": {"usage": str}}
_FUNCTION = re.compile(r"[^\W\d]\w*(\.[^\W\d]\w*)*:[^\W\d]\w*")
_NAME = re.compile(r"[a-z][a-z0-9_]{0,62}")
_LONGEST = 200
MOST = 100
"""How many of a kind a plugin may name."""


@frozen(kw_only=True)
class Entry:
    """`function` is "package.module:function"; `extra` what to install where a package that it needs is missing.

    A renderer that is `binary` writes what is no text; `usage` tells the arguments of a command.
    """

    kind: str
    plugin: str
    version: str
    name: str
    about: str
    function: str
    extra: str = ""
    binary: bool = False
    usage: str = ""

    @property
    def full_name(self) -> str:
        """The name by which it is asked for: `sheets.xlsx`."""
        return f"{self.plugin}.{self.name}"

    @property
    def described(self) -> str:
        """Its plugin with the version, for messages."""
        return f"{self.plugin} {self.version}".strip()


def read_entries(data: dict[str, Any], plugin: str, version: str) -> tuple[Entry, ...]:
    """The entries of a manifest in which nothing is wrong; they are taken out of `data`."""
    return tuple(
        Entry(kind=kind, plugin=plugin, version=version, **entry)
        for kind in NOUNS
        for entry in data.pop(kind, ())
    )


def wrong_entries(data: Mapping[str, Any]) -> str:
    """What is wrong with the entries of a manifest, in words; nothing is the empty text."""
    for kind in NOUNS:
        entries = data.get(kind, ())
        if len(entries) > MOST:
            return f"there are more than {MOST} [[{kind}]] tables"
        for entry in entries:
            wrong = _wrong_entry(kind, entry)
            if wrong:
                return wrong
        names = [entry["name"] for entry in entries]
        twice = next((name for name in names if names.count(name) > 1), None)
        if twice is not None:
            return f"there are two [[{kind}]] of the name `{twice}`"
    return ""


def _wrong_entry(kind: str, entry: object) -> str:
    if not isinstance(entry, dict):
        return f"`{kind}` must be written as [[{kind}]] tables"
    known = {**_KEYS, **_OWN.get(kind, {})}
    for key, found in entry.items():
        if key not in known:
            return f"[[{kind}]] has a key `{key}`, and there are {', '.join(known)}"
        if not isinstance(found, known[key]):
            return f"`{key}` of [[{kind}]] has the wrong type"
    missing = [key for key in _NEEDED if not entry.get(key, "").strip()]
    if missing:
        return f"a [[{kind}]] does not say `{missing[0]}`"
    if not _NAME.fullmatch(entry["name"]):
        return f"the name of a [[{kind}]] is a word in small letters, digits and `_`"
    if not all(map(_one_line, (entry["about"], entry.get("usage", "")))):
        return f"`about` of the [[{kind}]] `{entry['name']}` is a line of {_LONGEST} characters at most"
    return (
        ""
        if _FUNCTION.fullmatch(entry["function"])
        else f"`function` of a [[{kind}]] is written as package.module:function"
    )


def _one_line(text: str) -> bool:
    """Whether a text stands in one line of a terminal, and does nothing else there."""
    return text.isprintable() and len(text) <= _LONGEST
