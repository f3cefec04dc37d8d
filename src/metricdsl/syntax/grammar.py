"""The text of the grammar, and the parsing tables made from it ahead of time.

Making the tables takes longer than reading a project, so they lie beside the grammar as `grammar_tables.json`
(`python tools/grammar_tables.py` writes them; a test compares). They are used only for exactly this grammar and this
version of the parser generator.
"""

import hashlib
import json
from functools import lru_cache
from pathlib import Path
from typing import Any

from metricdsl.syntax.names import IN_ASCII

GRAMMAR_OPTIONS: dict[str, Any] = {
    "parser": "lalr",
    "lexer": "contextual",
    "start": ["declaration", "query"],
    "keep_all_tokens": True,
    "maybe_placeholders": False,
}

GRAMMAR = Path(__file__).with_name("grammar.lark")
TABLES = Path(__file__).with_name("grammar_tables.json")


@lru_cache(maxsize=1)
def grammar_text() -> str:
    """The grammar as written."""
    return GRAMMAR.read_text(encoding="utf-8")


def saved_tables(version: str, *, ascii_names: bool) -> dict[str, Any] | None:
    """The tables saved for exactly this grammar and parser generator, or None; those for names in ASCII know no others."""
    try:
        saved = json.loads(TABLES.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    if not isinstance(saved, dict) or saved.get("of") != fingerprint(version):
        return None
    data = saved["data"]
    table = data["parser"]["parser"]
    for part in ("tokens", "states"):
        table[part] = _by_number(table[part])
    table["states"] = {number: _by_number(actions) for number, actions in table["states"].items()}
    memo = _by_number(saved["memo"])
    if ascii_names:
        (name,) = (one["pattern"] for one in memo.values() if one.get("name") == "NAME" and "pattern" in one)
        name["value"] = rf"{IN_ASCII}|`[^`\n]+`"
    return {"data": data, "memo": memo}


def write_tables(version: str, data: Any, memo: Any) -> None:
    """Save tables beside the grammar (done when the grammar is changed, never by a program that reads definitions)."""
    said = json.dumps(
        {"of": fingerprint(version), "data": data, "memo": memo}, separators=(",", ":"), sort_keys=True
    )
    TABLES.write_text(said + "\n", encoding="utf-8")


def fingerprint(version: str) -> str:
    """What tables must have been made from to be used."""
    made_from = (grammar_text(), version, sorted(map(repr, GRAMMAR_OPTIONS.items())))
    return hashlib.sha256(repr(made_from).encode()).hexdigest()


def _by_number(table: dict[str, Any]) -> dict[int, Any]:
    return {int(number): entry for number, entry in table.items()}
