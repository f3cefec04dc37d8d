"""A survey of tables as definitions: what `metric init` writes for the analyst to go on from."""

import re
from collections.abc import Mapping

from metricdsl.engine.table_facts import ColumnFacts, Reference, TableFacts
from metricdsl.engine.table_names import singular
from metricdsl.model.types import Kind
from metricdsl.model.unit import SHARE

_PLAIN = re.compile(r"[^\W\d]\w*")
_NAMING = re.compile(r"(^|_|[a-z])(id|ID|Id|key|code|no|number|year|zip)$|year", re.IGNORECASE)
_AMOUNT = re.compile(
    r"amount|amt|price|cost|fee|revenue|sales|value|total|net|gross|tax|balance|paid|budget|salary|[am]rr|discount",
    re.IGNORECASE,
)
_SUMMED = {Kind.INTEGER, Kind.DECIMAL, Kind.FLOAT}


def propose(tables: Mapping[str, TableFacts]) -> str:
    """Definitions for the tables: entities with their keys, joins, times, types and formats, and the plainest metrics."""
    names = _entity_names(tables)
    head = (
        "# Proposed by `metric init` from all rows. Read it through: rename what is named badly, state currencies\n"
        "# (`money(EUR, 2)` in place of `decimal(2)`), and take out what nobody will ask for.\n"
    )
    entities = [_entity(name, facts, names) for name, facts in tables.items()]
    metrics = _metrics(tables, names)
    return "\n".join([head, *entities, *metrics]) + "\n"


def _entity_names(tables: Mapping[str, TableFacts]) -> dict[str, str]:
    names: dict[str, str] = {}
    for table in tables:
        wanted = re.sub(r"\W", "_", singular(table.rpartition(".")[2] or table))
        name = wanted if _PLAIN.fullmatch(wanted) else f"t_{wanted}"
        while name.casefold() in {taken.casefold() for taken in names.values()}:
            name += "_"
        names[table] = name
    return names


def _entity(table: str, facts: TableFacts, names: Mapping[str, str]) -> str:
    lines = [f"entity {_name(names[table])} from {_table(table)} {{    # {facts.rows:,} rows"]
    if facts.key:
        lines.append(f"  key {', '.join(map(_name, facts.key))}")
    else:
        lines.append("  # no column tells the rows apart: nothing can join to it")
    referring = {reference.column for reference in facts.references}
    taken = {name for name in (*facts.key, *referring) if not _numbered(facts.columns[name])} - {
        facts.snapshot
    }
    lines.extend(_join(reference, names, facts) for reference in facts.references)
    times = [c for c in facts.columns.values() if c.type.kind.temporal and c.name not in taken]
    members = [
        column
        for column in facts.columns.values()
        if column.name not in taken and column.type.kind is not Kind.NULL
    ]
    for column in members:
        keyed = column.name in {*facts.key, *referring}
        line = _member(column, facts, default=len(times) > 1 and column is times[0], keyed=keyed)
        role = facts.roles.get(column.name)
        if role is not None:
            said = _role(Reference(column=column.name, target=role, share=1, lost=0), names, facts)
            line += f"    # another {names[role]}? join {_name(said)}: {_name(names[role])} on {_name(column.name)}"
        lines.append(line)
    lines.extend(
        f"  # {_name(column.name)} is of the type {_one_line(column.native)}: a view has to make a text or a number of it"
        for column in facts.foreign
    )
    lines.extend(
        f"  # {_name(column.name)} holds values of several kinds, or times in forms that do not compare: a view has to put them right"
        for column in facts.columns.values()
        if column.type.kind is Kind.NULL
    )
    return "\n".join([*lines, "}\n"])


def _one_line(text: str) -> str:
    return " ".join(text.split()).lower()


def _numbered(column: ColumnFacts) -> bool:
    """Whether a key's type needs saying: numbers in text files would be texts, in the order of texts."""
    return column.text_file and column.type.kind is Kind.INTEGER


def _join(reference: Reference, names: Mapping[str, str], facts: TableFacts) -> str:
    target = names[reference.target]
    same = [r for r in facts.references if r.target == reference.target]
    role = target if len(same) == 1 and target not in facts.columns else _role(reference, names, facts)
    if role == target or (len(same) == 1 and reference.column == target):
        said = f"  join {_name(target)} on {_name(reference.column)}"
    else:
        said = f"  join {_name(role)}: {_name(target)} on {_name(reference.column)}"
    lost = f", {reference.lost:,} rows do not" if reference.lost else ""
    return f"{said}    # {reference.share:.1%} of the values find their row{lost}"


def _role(reference: Reference, names: Mapping[str, str], facts: TableFacts) -> str:
    """What to call a join where the target's name is taken: by the column, without `id` behind."""
    column = re.sub(r"_?(id|key)$", "", reference.column, flags=re.IGNORECASE) or reference.column
    others = {n for n in facts.columns if n != reference.column}
    return column if column not in others else f"{column}_{names[reference.target]}"


def _member(column: ColumnFacts, facts: TableFacts, *, default: bool, keyed: bool) -> str:
    """A column as a member of its entity; one that is `keyed`, part of a key or a reference, is never summed."""
    word, type_ = _typed(column)
    if _in_currencies(column, facts):
        type_ = f"money({_name(facts.currency or '')}, {column.type.scale})"
    word = "dimension" if keyed and word != "time" else word
    written = f' "{column.format}"' if column.format is not None and column.text_file else ""
    line = f"  {word} {_name(column.name)} : {type_}{written}{' default' if default else ''}"
    if column.readings:
        ways = " or ".join(f'"{written}" ({value})' for written, value in column.readings)
        line += f"    # {column.example} is {ways}: say which, in quotes behind `{type_}`"
    return line


def _in_currencies(column: ColumnFacts, facts: TableFacts) -> bool:
    """Whether a column is an amount, by its name, of rows that each say their currency."""
    amount = column.type.kind is Kind.DECIMAL and column.type.unit != SHARE and _AMOUNT.search(column.name)
    return facts.currency is not None and bool(amount)


def _typed(column: ColumnFacts) -> tuple[str, str]:
    match column.type.kind:
        case Kind.DATE:
            return "time", "date"
        case Kind.TIMESTAMP:
            return "time", "timestamp"
        case Kind.INTEGER:
            return ("dimension" if _NAMING.search(column.name) else "fact"), "integer"
        case Kind.DECIMAL if column.type.unit == SHARE:
            return "fact", "share"
        case Kind.DECIMAL:
            return "fact", f"decimal({column.type.scale})"
        case Kind.FLOAT:
            return "fact", "float"
        case Kind.BOOLEAN:
            return "dimension", "boolean"
        case _:
            return "dimension", "text"


def _metrics(tables: Mapping[str, TableFacts], names: Mapping[str, str]) -> list[str]:
    taken = {name.casefold() for name in names.values()}
    lines: list[str] = []
    for table, facts in tables.items():
        entity = names[table]
        lines.append(f"metric {_free(f'{entity}_count', taken)} = count({_name(entity)})")
        referring = {reference.column for reference in facts.references}
        for column in facts.columns.values():
            summed = column.type.kind in _SUMMED and column.type.kind is not Kind.INTEGER
            summed = summed and column.type.unit != SHARE
            if summed and column.name not in facts.key and column.name not in referring:
                name = _free(f"{entity}_{re.sub(r'[^A-Za-z0-9_]', '_', column.name)}", taken)
                of = f"{_name(entity)}.{_name(column.name)}"
                if facts.snapshot is not None:
                    day = _name(facts.snapshot)
                    lines.append(
                        f"# metric {name} = sum({of})    # with `stock last by {day}` behind the fact, where it is a level on each day"
                    )
                elif _in_currencies(column, facts):
                    lines.append(
                        f"# metric {name} = sum(convert({of}, EUR))    # once a `rates` says what each is worth"
                    )
                else:
                    lines.append(f"metric {name} = sum({of})")
    return lines


def _free(name: str, taken: set[str]) -> str:
    while name.casefold() in taken:
        name += "_"
    taken.add(name.casefold())
    return name


def _name(name: str) -> str:
    """A name as a definition writes it, in back-quotes where it is no plain one."""
    return name if _PLAIN.fullmatch(name) else f"`{name}`"


def _table(name: str) -> str:
    parts = name.split(".")
    if all(_PLAIN.fullmatch(part) for part in parts):
        return name
    escaped = name.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
