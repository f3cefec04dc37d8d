"""Conditions over rows, well-typed, as texts: comparisons, lists, null tests, and, or, not."""

from hypothesis import strategies as st

from metricdsl.testing.generate.data import DAYS, NUMBERS, TEXTS
from metricdsl.testing.generate.names import written
from metricdsl.testing.generate.schemas import ColumnShape, EntityShape, Schema

COMPARE = st.sampled_from((">=", "!=", "<", "<=", ">", ">=", "!=", "="))


def quoted(text: str) -> str:
    """A text as it is written in a formula."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def literal(draw: st.DrawFn, kind: str) -> str:
    """A value of a kind, as written."""
    match kind:
        case "text":
            return quoted(draw(st.sampled_from(TEXTS)))
        case "date" | "timestamp":
            return draw(st.sampled_from(DAYS)).isoformat()
        case "boolean":
            return draw(st.sampled_from(("true", "false")))
        case "integer":
            return str(draw(st.sampled_from([n for n in NUMBERS if n >= 0])))
        case _:
            return draw(st.sampled_from(("0", "0.01", "1", "2.5", "2.50", "19.99", "100")))


@st.composite
def tests_of(draw: st.DrawFn, name: str, kind: str) -> str:
    """A condition on one column of that kind."""
    if kind == "boolean" and draw(st.booleans()):
        return name
    forms = ["compare", "compare", "compare", "null", "list"]
    forms += ["range"] if kind in {"integer", "decimal", "float"} else []
    forms += ["year", "month"] if kind in {"date", "timestamp"} else []
    forms += ["text"] if kind == "text" else []
    match draw(st.sampled_from(forms)):
        case "null":
            return f"{name} is {draw(st.sampled_from(('', 'not ')))}null"
        case "list":
            items = ", ".join(literal(draw, kind) for _ in range(draw(st.integers(1, 3))))
            return f"{name} {draw(st.sampled_from(('', 'not ')))}in ({items})"
        case "range":
            low, high = sorted((draw(st.integers(0, 5)), draw(st.integers(3, 100))))
            return f"{low} <= {name} < {high}"
        case "year":
            return f"{name}.year {draw(COMPARE)} {draw(st.sampled_from((2024, 2025)))}"
        case "month":
            return f"{name}.month {draw(COMPARE)} {draw(st.sampled_from(('2024-02', '2024-12', '2025-01')))}"
        case "text":
            function = draw(st.sampled_from(("starts_with", "ends_with", "contains")))
            return f"{function}({name}, {quoted(draw(st.sampled_from(('a', 'A', ' ', '%', '_', 'é'))))})"
        case _ if kind == "boolean":
            return f"{name} {draw(st.sampled_from(('=', '!=')))} {literal(draw, kind)}"
        case _:
            return f"{name} {draw(COMPARE)} {literal(draw, kind)}"


def columns_of(entity: EntityShape, derived: tuple[ColumnShape, ...] = ()) -> list[ColumnShape]:
    """What can be looked at in an entity: its key, its columns, what is derived."""
    kind = "text" if entity.text_keys else "integer"
    return [*(ColumnShape(k, kind, "", kind) for k in entity.keys), *entity.columns, *derived]


@st.composite
def conditions(
    draw: st.DrawFn, schema: Schema, homes: list[EntityShape], *, bare: bool = False, depth: int = 2
) -> str:
    """A condition that all homes reach; `bare` columns of the one home may stand in it inside an aggregate."""
    form = draw(st.sampled_from(("one", "one", "and", "or", "not"))) if depth else "one"
    if form in {"and", "or"}:
        left = draw(conditions(schema, homes, bare=bare, depth=depth - 1))
        right = draw(conditions(schema, homes, bare=bare, depth=depth - 1))
        return f"({left} {form} {right})"
    if form == "not":
        return f"not ({draw(conditions(schema, homes, bare=bare, depth=depth - 1))})"
    words = schema.words(homes)
    if not words:
        return "1 < 2"
    word, entity = draw(st.sampled_from(words))
    column = draw(st.sampled_from(columns_of(entity)))
    own = bare and entity is homes[0] and word == entity.name and draw(st.booleans())
    name = written(column.name) if own else f"{written(word)}.{written(column.name)}"
    return draw(tests_of(name, column.kind))
