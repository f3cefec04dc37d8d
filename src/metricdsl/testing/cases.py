"""Case files: Markdown that explains one thing and tests it, read into frozen values."""

import json
import re
import shlex
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import TypeAlias

from attrs import field

from metricdsl.source import SourceFile
from metricdsl.testing.reference import Duration, Settings, Table
from metricdsl.testing.reference.values import OTHERS, WITHHELD, Others, Withheld
from metricdsl.value import frozen

Cell: TypeAlias = Fraction | bool | str | date | datetime | Duration | Withheld | Others | None

DEFAULT_TODAY = date(2026, 6, 30)
OPTIONS = ("today", "timezone", "currency", "week_start")
GIVEN = ("principal.", "param.")
UNITS = {"second": 1, "minute": 60, "hour": 3600, "day": 86400, "week": 604800}


@frozen
class Expected:
    """The rows that must come out, in this order."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


@frozen
class ExpectedProblem:
    """`G401 "order_item.product"`: a code and the text it points at; only errors are listed without a severity."""

    code: str
    text: str
    severity: str = "error"


@frozen(kw_only=True)
class Step:
    """A query, or a check of the definitions (`query` is None), and what must come of it."""

    line: int
    query: str | None
    options: tuple[tuple[str, str], ...] = ()
    expect: Expected | None = None
    accounting: Expected | None = None
    problems: tuple[ExpectedProblem, ...] | None = None
    sql: tuple[tuple[str, str], ...] = ()

    @property
    def settings(self) -> Settings:
        """The settings that the options of the step ask for."""
        given = dict(self.options)
        return Settings(
            today=date.fromisoformat(given["today"]) if "today" in given else DEFAULT_TODAY,
            timezone=given.get("timezone", "UTC"),
            week_start=given.get("week_start", "monday"),
            currency=given.get("currency", "USD"),
            principal=_given(given, "principal."),
            parameters=_given(given, "param."),
        )


def _given(options: Mapping[str, str], prefix: str) -> tuple[tuple[str, str], ...]:
    """The options whose names begin so, by what follows."""
    found = ((name.removeprefix(prefix), v) for name, v in options.items() if name.startswith(prefix))
    return tuple(sorted(found))


@frozen
class Case:
    """Definitions, tables, and the steps to take with them."""

    path: Path
    title: str
    line: int
    files: tuple[SourceFile, ...]
    tables: dict[str, Table]
    steps: tuple[Step, ...]


@frozen
class CaseFile:
    """A case file; `tables` are the shared ones."""

    path: Path
    title: str
    tables: dict[str, Table]
    cases: tuple[Case, ...]


class NotACase(ValueError):  # noqa: N818 - the name says what was found
    """A case file that does not keep to the format: where and why."""


@frozen
class _Block:
    line: int
    info: str
    text: str

    @property
    def word(self) -> str:
        return self.info.split(" ", 1)[0]

    @property
    def rest(self) -> str:
        return self.info.partition(" ")[2].strip()


@frozen
class _Section:
    title: str
    line: int
    blocks: list[_Block] = field(factory=list)


def case_paths(folder: Path) -> tuple[Path, ...]:
    """All case files under a folder; READMEs explain and are none."""
    return tuple(sorted(p for p in folder.rglob("*.md") if p.name != "README.md"))


def read_case_file(path: Path) -> CaseFile:
    """A case file read; `NotACase` where it does not keep to the format."""
    sections = list(_sections(path))
    if not sections or not sections[0].title:
        raise NotACase(f"{path}: a case file starts with a `# Title`")
    shared, *rest = sections
    for block in shared.blocks:
        if block.word not in {"metric", "rows"}:
            raise NotACase(f"{path}:{block.line}: `{block.word}` before the first `## ` heading")
    tables = _tables(path, shared.blocks)
    cases = tuple(_case(path, section, shared, tables) for section in rest)
    return CaseFile(path, shared.title, tables, cases)


def _sections(path: Path) -> Iterator[_Section]:
    """The parts of a file: what stands before the first heading, then each `## ` heading with its blocks."""
    section: _Section | None = None
    fence, opened, info, body = "", 0, "", list[str]()
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        marks = re.match(r"(`{3,})(.*)$", line)
        if fence:
            if line.rstrip() == fence:
                if section is None:
                    raise NotACase(f"{path}:{opened}: a block before the title")
                section.blocks.append(_Block(opened, info, "\n".join(body) + "\n"))
                fence = ""
            else:
                body.append(line)
        elif marks:
            fence, opened, info, body = marks[1], number, marks[2].strip(), []
        elif heading := re.match(r"##? (.*)$", line):
            if section is not None:
                yield section
            section = _Section(heading[1].strip(), number)
    if fence:
        raise NotACase(f"{path}:{opened}: this block never ends")
    if section is not None:
        yield section


def _case(path: Path, section: _Section, shared: _Section, tables: dict[str, Table]) -> Case:
    blocks = [b for b in (*shared.blocks, *section.blocks) if b.word == "metric"]
    texts: dict[str, list[str]] = {}
    for block in blocks:
        name = block.rest.removeprefix("file=") or "case.metric"
        texts.setdefault(name, []).append(block.text)
    return Case(
        path=path,
        title=section.title,
        line=section.line,
        files=tuple(SourceFile.of(name, "\n".join(parts)) for name, parts in texts.items()),
        tables={**tables, **_tables(path, section.blocks)},
        steps=tuple(_steps(path, section.blocks)),
    )


def _steps(path: Path, blocks: list[_Block]) -> Iterator[Step]:
    waiting: dict[str, object] | None = None
    for block in blocks:
        match block.word:
            case "query":
                if waiting:
                    yield _step(path, waiting)
                waiting = {"line": block.line, "query": block.text.strip(), "options": _options(path, block)}
            case "expect" if waiting and waiting.get("query"):
                waiting["expect"] = _expected(path, block)
            case "accounting" if waiting and waiting.get("query"):
                waiting["accounting"] = _expected(path, block)
            case "problems":
                if waiting is None or "expect" in waiting:
                    if waiting:
                        yield _step(path, waiting)
                    waiting = {"line": block.line, "query": None}
                waiting["problems"] = _problems(path, block)
            case "sql" if waiting:
                waiting["sql"] = (*waiting.get("sql", ()), (block.rest, block.text))  # type: ignore[misc]
            case "metric" | "rows":
                pass
            case _:
                raise NotACase(f"{path}:{block.line}: `{block.word}` has no place here")
    if waiting:
        yield _step(path, waiting)


def _step(path: Path, parts: dict[str, object]) -> Step:
    if parts.get("query") is not None and not parts.keys() & {"expect", "accounting", "problems", "sql"}:
        raise NotACase(f"{path}:{parts['line']}: a query with nothing to come of it")
    return Step(**parts)  # type: ignore[arg-type]


def _options(path: Path, block: _Block) -> tuple[tuple[str, str], ...]:
    pairs = [part.partition("=")[::2] for part in shlex.split(block.rest)]
    for name, value in pairs:
        if (name not in OPTIONS and not name.startswith(GIVEN)) or not value:
            raise NotACase(f"{path}:{block.line}: unknown option {name}; there are {', '.join(OPTIONS)}")
    return tuple(pairs)


def _problems(path: Path, block: _Block) -> tuple[ExpectedProblem, ...]:
    found = []
    for line in filter(None, map(str.strip, block.text.splitlines())):
        parts = re.fullmatch(r'(?:(hint|warning) )?([A-Z]+-?\d{3}) ("(?:[^"\\]|\\.)*")', line)
        if not parts:
            raise NotACase(f'{path}:{block.line}: a problem reads `CODE "text at the place"`, not {line}')
        found.append(ExpectedProblem(parts[2], json.loads(parts[3]), parts[1] or "error"))
    return tuple(found)


# ---------------------------------------------------------------- tables and cells


def split_cells(line: str) -> list[str]:
    """The cells of a line, cut at each `|` that stands in no text."""
    cells = re.findall(r'(?:[^|"`]|"(?:[^"\\]|\\.)*"|`[^`]*`|["`])+|(?<=\|)(?=\|)', line)
    return [c.strip() for c in cells]


def _tables(path: Path, blocks: list[_Block]) -> dict[str, Table]:
    return {b.rest: _table(path, b) for b in blocks if b.word == "rows"}


def _table(path: Path, block: _Block) -> Table:
    lines = [line for line in block.text.splitlines() if line.strip()]
    if not lines:
        raise NotACase(f"{path}:{block.line}: a table needs its header")
    header = [cell.rpartition(" ")[::2] for cell in split_cells(lines[0])]
    columns = tuple((name.strip().strip("`"), kind) for name, kind in header)
    rows = []
    for offset, line in enumerate(lines[1:], 2):
        where = f"{path}:{block.line + offset}"
        cells = split_cells(line)
        if len(cells) != len(columns):
            raise NotACase(f"{where}: {len(cells)} cells under {len(columns)} columns")
        rows.append(tuple(_stored(where, c, kind) for c, (_, kind) in zip(cells, columns, strict=True)))
    return Table(columns, tuple(rows))


def _stored(where: str, text: str, kind: str) -> object:
    """A cell as the database holds it."""
    value = read_cell(where, text)
    if value is None:
        return None
    match kind.partition("(")[0], value:
        case "integer", Fraction() if value.denominator == 1:
            return int(value)
        case "decimal", Fraction():
            return Decimal(text)
        case "float", Fraction():
            return float(value)
        case ("text", str()) | ("boolean", bool()):
            return value
        case ("timestamp", datetime(tzinfo=None)):
            return value
        case "instant", datetime() if value.tzinfo is not None:
            return value
        case "date", date() if not isinstance(value, datetime):
            return value
        case _:
            raise NotACase(f"{where}: {text} is no {kind}")


def _expected(path: Path, block: _Block) -> Expected:
    lines = [line for line in block.text.splitlines() if line.strip()]
    if not lines:
        raise NotACase(f"{path}:{block.line}: an expectation needs its header")
    columns = tuple(split_cells(lines[0]))
    rows = []
    for offset, line in enumerate(lines[1:], 2):
        where = f"{path}:{block.line + offset}"
        cells = tuple(read_cell(where, c) for c in split_cells(line))
        if len(cells) != len(columns):
            raise NotACase(f"{where}: {len(cells)} cells under {len(columns)} columns")
        rows.append(cells)
    return Expected(columns, tuple(rows))


def read_cell(where: str, text: str) -> Cell:
    """`null`, `"text"`, `true`, `2026-01-31`, `2026-01-31T13:30:00`, `-1.50`, `50%`, `1/3`, `57 days`, `withheld`, `others`."""
    if text in {"null", "true", "false"}:
        return {"null": None, "true": True, "false": False}[text]
    if text == "withheld":
        return WITHHELD
    if text == "others":
        return OTHERS
    if text.startswith('"'):
        return str(json.loads(text))
    if re.fullmatch(r"\d{4}-\d\d-\d\d", text):
        return date.fromisoformat(text)
    if re.match(r"\d{4}-\d\d-\d\dT", text):
        return datetime.fromisoformat(text)
    if re.fullmatch(r"-?[\d.]+(e[+-]?\d+)?%", text):
        return Fraction(text[:-1]) / 100
    if re.fullmatch(r"-?\d+(\.\d*)?(e[+-]?\d+)?", text) or re.fullmatch(r"-?\d+/\d+", text):
        return Fraction(text)
    if long := re.fullmatch(r"(-?[\d.]+) (second|minute|hour|day|week)s?", text):
        return Duration(Fraction(long[1]) * UNITS[long[2]] * 1_000_000)
    raise NotACase(f"{where}: {text!r} is no cell")
