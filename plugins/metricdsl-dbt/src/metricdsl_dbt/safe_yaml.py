"""YAML as plain values with the line of each, within bounds: no tag makes an object, no alias makes a file grow."""

from pathlib import Path
from typing import Any

import yaml

from metricdsl.spi.exchange import CannotRead

MOST_BYTES = 2_000_000
MOST_DEPTH = 60
MOST_NODES = 200_000
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_CORE = "tag:yaml.org,2002:"
_PLAIN = {"str", "int", "float", "bool", "null", "map", "seq", "timestamp", "merge"}


class Table(dict[str, Any]):
    """A mapping with the line that it begins in, and the line of each key."""

    def __init__(self, line: int) -> None:
        super().__init__()
        self.line = line
        self.lines: dict[str, int] = {}


def read_yaml(path: Path) -> list[Any]:
    """The documents of a file. Raises CannotRead."""
    try:
        if path.stat().st_size > MOST_BYTES:
            raise CannotRead(path, f"it is larger than {MOST_BYTES // 1_000_000} MB")
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError:
        raise CannotRead(path, "it is not UTF-8 text") from None
    except OSError as error:
        raise CannotRead(path, f"it cannot be opened ({error.strerror})") from None
    try:
        _measure(path, text)
        nodes = list(yaml.compose_all(text, Loader=LOADER))
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f" in line {mark.line + 1}" if mark else ""
        raise CannotRead(
            path, f"it is not YAML: {getattr(error, 'problem', None) or 'it breaks off'}{where}"
        ) from None
    sizes: dict[int, int] = {}
    for node in nodes:
        _expanded(path, node, sizes, set())
    return [_value(path, node) for node in nodes if node is not None]


def _measure(path: Path, text: str) -> None:
    """Refuse what is nested so deeply, or has so many parts, that reading it as a whole would not end well."""
    depth = 0
    for parts, event in enumerate(yaml.parse(text, Loader=LOADER)):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > MOST_DEPTH:
            raise CannotRead(path, f"it is nested more than {MOST_DEPTH} deep")
        if parts > MOST_NODES:
            raise CannotRead(path, f"it has more than {MOST_NODES:,} parts")


def _expanded(path: Path, node: Any, sizes: dict[int, int], above: set[int]) -> int:
    """How many parts a node has with all aliases followed. A few lines of aliases may stand for more than a machine holds."""
    if id(node) in above:
        raise CannotRead(path, "an alias in it leads back to itself")
    if id(node) not in sizes:
        size = 1
        above.add(id(node))
        for child in _children(node):
            size += _expanded(path, child, sizes, above)
            if size > MOST_NODES:
                raise CannotRead(path, f"its aliases stand for more than {MOST_NODES:,} parts")
        above.discard(id(node))
        sizes[id(node)] = size
    return sizes[id(node)]


def _children(node: Any) -> list[Any]:
    match node:
        case yaml.MappingNode():
            return [part for pair in node.value for part in pair]
        case yaml.SequenceNode():
            return list(node.value)
        case _:
            return []


def _value(path: Path, node: Any) -> Any:
    kind = str(node.tag).removeprefix(_CORE)
    if kind not in _PLAIN:
        raise CannotRead(
            path, f"line {node.start_mark.line + 1} has the tag {node.tag}, and only plain values are read"
        )
    match node:
        case yaml.MappingNode():
            return _table(path, node)
        case yaml.SequenceNode():
            return [_value(path, one) for one in node.value]
        case _:
            return _scalar(kind, str(node.value))


def _table(path: Path, node: Any) -> Table:
    table = Table(node.start_mark.line + 1)
    merged: list[Any] = []
    for key, value in node.value:
        if key.tag == f"{_CORE}merge":
            merged += value.value if isinstance(value, yaml.SequenceNode) else [value]
            continue
        name = key.value if isinstance(key, yaml.ScalarNode) else ""
        if not name or name in table:
            why = f"has `{name}` twice" if name else "has a key that is no text"
            raise CannotRead(path, f"line {key.start_mark.line + 1} {why}")
        table[name] = _value(path, value)
        table.lines[name] = key.start_mark.line + 1
    for one in merged:
        if not isinstance(one, yaml.MappingNode):
            raise CannotRead(path, f"line {one.start_mark.line + 1} merges what is no mapping")
        other = _table(path, one)
        for name, value in other.items():
            if name not in table:
                table[name] = value
                table.lines[name] = other.lines[name]
    return table


def _scalar(kind: str, text: str) -> Any:
    match kind:
        case "null":
            return None
        case "bool":
            return text.lower() in {"yes", "true", "on"}
        case "int":
            try:
                return int(text.replace("_", ""), 0)
            except ValueError:
                return text
        case "float":
            try:
                return float(text.replace("_", ""))
            except ValueError:
                return text
        case _:
            return text
