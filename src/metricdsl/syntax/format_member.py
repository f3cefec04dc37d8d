"""Members of an entity and properties as rows, their columns below one another."""

from collections.abc import Sequence
from typing import assert_never

from metricdsl.diagnostics.width import width
from metricdsl.syntax import nodes as n
from metricdsl.syntax.format_formula import (
    LINE,
    dotted,
    flat,
    language_tag,
    led,
    lines,
    quoted,
    text,
    written_type,
)
from metricdsl.syntax.format_words import IN_BLOCK, IN_ENTITY
from metricdsl.value import frozen

_WIDEST_NAME = 32


@frozen
class Row:
    """A line in columns: its word, what is named (None where nothing is), the rest; a formula may end it over several lines."""

    word: str
    name: str | None
    rest: str
    formula: n.Expr | None = None
    behind: str = ""


def aligned(rows: Sequence[Row], gap: int, least: int = 0) -> list[str]:
    """The rows as text, `gap` blanks behind the widest word (at least `least` wide); one row may have several lines."""
    words = max((width(row.word) for row in rows), default=0)
    words = max(words, least) + gap
    named = [width(row.name) for row in rows if row.name is not None and row.rest + row.behind]
    names = max((w for w in named if w <= _WIDEST_NAME), default=0)
    return ["\n".join(_row(row, words, names)) for row in rows]


def _row(row: Row, words: int, names: int) -> list[str]:
    head = row.word + " " * (words - width(row.word))
    if row.name is not None:
        head += row.name + (
            " " * max(0, names - width(row.name)) + " " if row.rest + row.behind or row.formula else ""
        )
    head += row.rest
    if row.formula is None:
        return [(head + row.behind).rstrip()]
    if row.rest:
        head += " "
    elif row.name is not None and row.formula is not None:
        head = head.rstrip() + " " * max(1, words + names + 1 - width(head.rstrip()))
    if row.name is not None:
        head += "= "
    said = led(head, lines(row.formula, max(40, LINE - 2 - width(head) - width(row.behind)), 1))
    return [*said[:-1], said[-1] + row.behind]


def member_row(member: n.Member) -> Row:
    """A member of an entity."""
    match member:
        case n.RowScope():
            return Row("where", None, "", member.condition)
        case n.Key():
            return Row("key", None, _columns(member.columns))
        case n.Join():
            return _join(member)
        case n.TimeMember():
            return _described("time", member, None, " default" if member.default else "")
        case n.DimensionMember():
            return _described("dimension", member, member.label, "")
        case n.FactMember():
            return _described("fact", member, member.label, _over_time(member))
        case n.Snapshot():
            return Row("snapshot", None, f"by {dotted(member.by)}{_per(member.per)}")
        case n.Validity():
            return Row("valid", None, f"from {dotted(member.start)} to {dotted(member.end)}")
        case n.Property():
            return property_row(member, in_entity=True)
        case _:
            assert_never(member)


def _columns(columns: Sequence[n.Name]) -> str:
    return ", ".join(map(dotted, columns))


def _per(columns: Sequence[n.Name]) -> str:
    return f" per {_columns(columns)}" if columns else ""


def _join(join: n.Join) -> Row:
    name = quoted(join.name) if join.target is None else f"{quoted(join.name)}: {dotted(join.target)}"
    relation = (
        "" if join.relation is None or join.moment is None else f" {join.relation} {dotted(join.moment)}"
    )
    return Row("join", name, f"on {_columns(join.columns)}{relation}{' default' if join.default else ''}")


def _described(
    word: str, member: n.TimeMember | n.DimensionMember | n.FactMember, label: str | None, behind: str
) -> Row:
    name = quoted(member.name) if label is None else f"{quoted(member.name)} {text(label)}"
    written = "" if member.type is None else f": {written_type(member.type)}"
    if not written and member.value is None:
        return Row(word, name, behind.lstrip())
    return Row(word, name, written, member.value, behind)


def _over_time(fact: n.FactMember) -> str:
    if fact.stock is not None:
        return f" stock {quoted(fact.stock.rule)} by {dotted(fact.stock.by)}{_per(fact.stock.per)}"
    if fact.spread is not None:
        return f" spread from {dotted(fact.spread.start)} to {dotted(fact.spread.end)}"
    return ""


# ---------------------------------------------------------------- properties


def property_row(node: n.Property, *, in_entity: bool) -> Row:
    """A property: its word and its values."""
    is_text = any(isinstance(value, n.Label) for value in node.values)
    if is_text or node.word == "replaced by":
        word = node.word
    else:
        word = quoted(node.word, IN_ENTITY if in_entity else IN_BLOCK)
    return Row(word, None, ", ".join(map(_value, node.values)))


def _value(value: n.PropertyValue) -> str:
    match value:
        case n.Label():
            return (
                f"{language_tag(value.language)} {text(value.text)}" if value.language else text(value.text)
            )
        case n.Range():
            return f"{flat(value.low)} to {flat(value.high)}"
        case n.OpenRange():
            return f"{flat(value.bound)} or {'higher' if value.higher else 'lower'}"
        case _:
            return flat(value)
