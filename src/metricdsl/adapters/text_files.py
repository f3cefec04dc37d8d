"""How a text file is laid out: its delimiter, quotes, header and encoding, found from the file or stated."""

import csv
import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path

from metricdsl.diagnostics.problems.data import UnreadableFile
from metricdsl.spi.adapter import AdapterError
from metricdsl.value import frozen

SAMPLE = 1 << 16
DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}
NAMED = {**{name: sign for sign, name in DELIMITERS.items()}, "spaces": "spaces"}
SPACES = (
    "spaces"  # one or more spaces between fields: what fixed-width tables amount to where no field holds one
)
ENCODINGS = {
    "utf-8": "utf-8",
    "utf8": "utf-8",
    "utf-16": "utf-16",
    "latin-1": "latin-1",
    "iso-8859-1": "latin-1",
}
_VALUE = re.compile(r"[-+]?[\d.,]+%?|\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}.*|true|false", re.IGNORECASE)


@frozen(kw_only=True)
class TextLayout:
    """How to read a text file. `delimiter` is a sign, or "spaces"."""

    delimiter: str
    quote: str
    header: bool
    encoding: str
    columns: tuple[str, ...]


def layout_of(path: Path, options: Mapping[str, str]) -> TextLayout:
    """The layout of a file: what `options` state (delimiter, quote, header, encoding), the rest found."""
    encoding = _encoding(path, options)
    try:
        with path.open(
            encoding="utf-8-sig" if encoding == "utf-8" else encoding, errors="replace", newline=""
        ) as file:
            sample = file.read(SAMPLE)
    except OSError as error:
        raise AdapterError(
            UnreadableFile(path=path.name, why="it cannot be opened", detail=str(error))
        ) from error
    if "\0" in sample:
        raise AdapterError(UnreadableFile(path=path.name, why="it is not text"))
    if not sample.strip():
        raise AdapterError(UnreadableFile(path=path.name, why="it is empty: not even a header"))
    complete = len(sample) < SAMPLE
    quote = options.get("quote") or _quote(sample)
    delimiter = _delimiter(path, sample, quote, encoding, options, complete=complete)
    first = next(_records(sample, delimiter, quote))
    header = _header(path, first, options)
    names = tuple(name.strip() or f"column_{i}" for i, name in enumerate(first, 1))
    columns = names if header else tuple(f"column_{i}" for i in range(1, len(first) + 1))
    repeated = {name for name in columns if columns.count(name) > 1}
    if repeated:
        why = f"the header names `{min(repeated)}` more than once"
        raise AdapterError(UnreadableFile(path=path.name, why=why))
    return TextLayout(delimiter=delimiter, quote=quote, header=header, encoding=encoding, columns=columns)


def line_of(path: Path, layout: TextLayout, row: int) -> int:
    """The line in which a row begins: a field in quotes may go on over several lines."""
    with path.open(encoding=layout.encoding, errors="replace", newline="") as file:
        if layout.delimiter == SPACES:
            return row + layout.header
        reader = csv.reader(file, delimiter=layout.delimiter, quotechar=layout.quote)
        seen = -1 if layout.header else 0
        before = 0
        for record in reader:
            if record:
                seen += 1
            if seen == row:
                return before + 1
            before = reader.line_num
    return row + layout.header


def _encoding(path: Path, options: Mapping[str, str]) -> str:
    stated = options.get("encoding")
    if stated is not None:
        if stated.casefold() not in ENCODINGS:
            why = f"the encoding `{stated}` is not known"
            fix = "take utf-8, utf-16 or latin-1"
            raise AdapterError(UnreadableFile(path=path.name, why=why, fix=fix))
        return ENCODINGS[stated.casefold()]
    try:
        with path.open("rb") as file:
            mark = file.read(2)
    except OSError as error:
        raise AdapterError(
            UnreadableFile(path=path.name, why="it cannot be opened", detail=str(error))
        ) from error
    return "utf-16" if mark in {b"\xff\xfe", b"\xfe\xff"} else "utf-8"


def _quote(sample: str) -> str:
    first = sample.split("\n", 1)[0].strip()
    single = len(first) > 1 and first[0] == first[-1] == "'" and '"' not in sample
    return "'" if single else '"'


def _delimiter(
    path: Path, sample: str, quote: str, encoding: str, options: Mapping[str, str], *, complete: bool
) -> str:
    stated = options.get("delimiter")
    if stated is not None:
        delimiter = NAMED.get(stated, stated)
        if len(delimiter) != 1 and delimiter != SPACES:
            why = f"`{stated}` is not a delimiter"
            raise AdapterError(
                UnreadableFile(path=path.name, why=why, fix="take one sign, or the word spaces")
            )
        return delimiter
    fitting = [d for d in DELIMITERS if _fits(_whole(sample, complete=complete), d, quote)]
    if len(fitting) > 1:
        fitting = [d for d in fitting if _fits_file(path, encoding, d, quote)]
    if len(fitting) > 1:
        readings = " and by ".join(DELIMITERS[d] for d in fitting)
        raise AdapterError(
            UnreadableFile(
                path=path.name,
                why=f"its fields can be read as separated by {readings}",
                fix=f'state it: `delimiter = "{fitting[0]}"` under [connections.NAME.files."{path.name}"]',
            )
        )
    if fitting:
        return fitting[0]
    header = sample.split("\n", 1)[0]
    if any(d in header for d in DELIMITERS):
        raise AdapterError(
            UnreadableFile(
                path=path.name,
                why=f"its lines do not have the same number of fields, whatever the delimiter{_first_other(sample, quote)}",
                fix=f'state `delimiter` and `quote` under [connections.NAME.files."{path.name}"]',
            )
        )
    return ","


def _first_other(sample: str, quote: str) -> str:
    """Where the first line is that has another number of fields than the header, by its likeliest delimiter."""
    header = sample.split("\n", 1)[0]
    delimiter = max(DELIMITERS, key=header.count)
    width, at = len(header.split(delimiter)), 1
    with suppress(csv.Error):
        reader = csv.reader(
            sample.splitlines(keepends=True), delimiter=delimiter, quotechar=quote, strict=True
        )
        for record in reader:
            if record and len(record) != width:
                return f": by {DELIMITERS[delimiter]} line {at} has {len(record)}, the first {width}"
            at = reader.line_num + 1
    return ""


def _whole(sample: str, *, complete: bool) -> str:
    """The sample without its last, perhaps unfinished line."""
    if complete or "\n" not in sample:
        return sample
    return sample[: sample.rindex("\n") + 1]


def _fits(text: str, delimiter: str, quote: str) -> bool:
    """Whether all records have as many fields as the first, at least two. A quote left open at the end is forgiven."""
    widths: set[int] = set()
    try:
        for record in _records(text, delimiter, quote):
            widths.add(len(record))
            if len(widths) > 1:
                return False
    except csv.Error as error:
        return "unexpected end" in str(error) and len(widths) == 1 and min(widths) > 1
    return len(widths) == 1 and min(widths) > 1


def _fits_file(path: Path, encoding: str, delimiter: str, quote: str) -> bool:
    widths: set[int] = set()
    try:
        with path.open(
            encoding="utf-8-sig" if encoding == "utf-8" else encoding, newline="", errors="replace"
        ) as file:
            for record in csv.reader(file, delimiter=delimiter, quotechar=quote, strict=True):
                if record:
                    widths.add(len(record))
                if len(widths) > 1:
                    return False
    except csv.Error:
        return False
    return True


def _records(text: str, delimiter: str, quote: str) -> Iterator[list[str]]:
    lines = text.splitlines(keepends=True)
    if delimiter == SPACES:
        return (line.split() for line in lines if line.strip())
    return (r for r in csv.reader(lines, delimiter=delimiter, quotechar=quote, strict=True) if r)


def _header(path: Path, first: list[str], options: Mapping[str, str]) -> bool:
    stated = options.get("header")
    if stated is not None:
        return stated.casefold() == "true"
    values = [cell for cell in first if _VALUE.fullmatch(cell.strip())]
    if not values:
        return True
    raise AdapterError(
        UnreadableFile(
            path=path.name,
            why=f"its first line holds {values[0]!r}, so it may be a header or data",
            fix=f'say `header = false` (or true) under [connections.NAME.files."{path.name}"]',
        )
    )
