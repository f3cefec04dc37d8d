"""The formats of text columns that are declared without one: found from all rows, or refused where two fit."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from attrs import evolve

from metricdsl.analysis.choices import CHOICES, choices
from metricdsl.diagnostics import Problem
from metricdsl.diagnostics.problems.conversion import AmbiguousFormat, ValueDoesNotConvert
from metricdsl.diagnostics.problems.data import ReadAsNull
from metricdsl.diagnostics.problems.stored import TypeDiffers
from metricdsl.engine.binding import stored_as
from metricdsl.engine.discreet import discreet
from metricdsl.engine.expected_texts import expected, mostly
from metricdsl.engine.used import Used
from metricdsl.model.entity import Column, Entity, Role
from metricdsl.model.formula import Call, ColumnRef, Constant, Expression
from metricdsl.model.types import FLOAT, Kind, ValueType
from metricdsl.model.unit import CHANGE, POINTS, SHARE
from metricdsl.registry import Registry
from metricdsl.source import Span
from metricdsl.spi.adapter import Adapter, TellsLines
from metricdsl.spi.values import Catalog, Limits, Row, Statement, TableColumn, TableInfo
from metricdsl.value import frozen

if TYPE_CHECKING:
    from metricdsl.sql.readings import Question

ISO = "YYYY-MM-DD"
_DATES = (
    *(form.replace("-", sign) for sign in "-/." for form in (ISO, "DD-MM-YYYY", "MM-DD-YYYY")),
    *(form.replace("-", sign) for sign in "-/." for form in ("DD-MM-YY", "MM-DD-YY", "YY-MM-DD")),
    "YYYYMMDD",
)
_CLOCKS = (" HH24:MI:SS", "THH24:MI:SS", " HH24:MI")
_PARTS = tuple(f"{clock}.{digits}" for clock in _CLOCKS[:2] for digits in ("FF3", "FF6"))
_MOMENTS = (
    *(form + clock for form in _DATES for clock in ("", *_CLOCKS)),
    *(ISO + clock for clock in _PARTS),
)
_NUMBERS = (None, "1.234,56", "1,234.56", "1234,56")
_SHARES = (*_NUMBERS, *(f"{form or '1234.56'}{sign}" for sign in ("%", " %") for form in _NUMBERS))
_WHOLE = (None, "1.234", "1,234")
_DOTTED = ("1.234,56", "1.234")  # a plain number can be read so too, and then means another
_CANDIDATES: Mapping[Kind, tuple[str | None, ...]] = {
    Kind.DATE: _DATES,
    Kind.TIMESTAMP: _MOMENTS,
    Kind.DECIMAL: _NUMBERS,
    Kind.FLOAT: _NUMBERS,
    Kind.INTEGER: _WHOLE,
}

_EXACT = frozenset({Kind.DECIMAL, Kind.INTEGER})
_UNFORMATTED = frozenset({Kind.BOOLEAN, Kind.DURATION})


@frozen(kw_only=True)
class Found:
    """The format of a column (None: as written plainly), or why there is none."""

    format: str | None = None
    problem: Problem | None = None


class TextFormats:
    """What was found in the text columns of one connection; a file that changes is looked at again."""

    def __init__(self, adapter: Adapter, registry: Registry, timezone: str) -> None:
        self._adapter = adapter
        self._registry = registry
        self._timezone = timezone
        self._lock = Lock()
        self._found: dict[tuple[object, ...], Found] = {}
        self._nulls: dict[tuple[object, ...], ReadAsNull | None] = {}

    def stated(
        self, entities: Mapping[str, Entity], used: Used, catalog: Catalog
    ) -> tuple[dict[str, Entity], list[Problem]]:
        """The entities with the formats that were found put into their columns, and the columns that are refused."""
        problems: list[Problem] = []
        made = dict(entities)
        for name, entity in entities.items():
            info = catalog.tables.get(entity.table.name)
            if info is None:
                continue
            changed: dict[str, Column] = {}
            wanted = used.get(name, {})
            for column, stored, chosen in (
                *((column, stored, False) for column, stored in text_columns(entity, info, wanted)),
                *((column, stored, True) for column, stored in _chosen_texts(entity, info, wanted)),
            ):
                if column.type.kind is Kind.DURATION:
                    problems.append(_no_duration(info, stored, column))
                    continue
                if column.format is not None or column.type.kind in _UNFORMATTED:
                    continue
                if column.or_null:
                    found = self._iso(info, stored, column.type)
                else:
                    found = self._find(info, stored, column.type, chosen=chosen)
                if found.problem is not None:
                    said = discreet(found.problem) if entity.restricted else found.problem
                    if entity.stands_in and isinstance(said, ValueDoesNotConvert | AmbiguousFormat):
                        said = evolve(said, stands_in=entity.table.source or entity.table.name)  # type: ignore[misc]  # as in `discreet`
                    problems.append(said.at(column.span))
                elif found.format is not None:
                    changed[column.name] = evolve(column, format=found.format)
            if changed:
                made[name] = evolve(entity, columns={**entity.columns, **changed})
        return made, problems

    def read_as_null(self, entities: Mapping[str, Entity], used: Used, catalog: Catalog) -> list[ReadAsNull]:
        """The columns with texts that their declaration lets be null, and how many; `entities` have their formats stated."""
        said = []
        for name, entity in entities.items():
            info = catalog.tables.get(entity.table.name)
            if info is None or entity.restricted:  # how many there are in all is not for everybody
                continue
            for column, stored in text_columns(entity, info, used.get(name, {})):
                if column.or_null and (counted := self._counted(info, stored, column)) is not None:
                    said.append(counted.at(column.span))
        return said

    def misfits(
        self,
        info: TableInfo,
        stored: TableColumn,
        column: Column,
        span: Span | None = None,
        *,
        stated: bool = True,
    ) -> ValueDoesNotConvert | None:
        """The texts of a column that do not convert as declared, with their lines; None where all do.

        A format that is not `stated` is the one that most of the texts have.
        """
        from metricdsl.sql.readings import Question, misfits

        question = Question(column=stored, type=column.type, formats=(column.format,))
        rows = self._ask(misfits(info, question, self._registry, self._timezone))
        if not rows:
            return None
        examples = tuple((self._line(info, int(place)), str(text)) for place, text, _ in rows)
        return ValueDoesNotConvert(
            file=file_name(info),
            column=stored.name,
            type=expected(column.type, column.format, stated=stated),
            mostly="" if stated else mostly(column.type, column.format),
            examples=examples,
            count=int(rows[0][2]),
            span=span,
        )

    def possible(
        self, info: TableInfo, stored: TableColumn, type: ValueType
    ) -> list[tuple[str | None, str, str]]:
        """The readings as a type that fit all texts and differ: format, value and text of an example; none where none fits."""
        from metricdsl.sql.readings import SAMPLE, Question

        candidates = _candidates(type)
        fitting, _ = self._fitting(info, Question(column=stored, type=type, formats=candidates), SAMPLE)
        if fitting:
            fitting, _ = self._fitting(info, Question(column=stored, type=type, formats=fitting), None)
        if not fitting:
            return []
        return self._readings(info, Question(column=stored, type=type, formats=fitting)) or [
            (fitting[0], "", "")
        ]

    def _find(self, info: TableInfo, stored: TableColumn, type: ValueType, *, chosen: bool = False) -> Found:
        key = (info.parts, _stamp(info), stored.name, type.kind, type.scale, chosen)
        with self._lock:
            if key in self._found:
                return self._found[key]
        found = self._look(info, stored, type, chosen=chosen)
        with self._lock:
            self._found[key] = found
        return found

    def _counted(self, info: TableInfo, stored: TableColumn, column: Column) -> ReadAsNull | None:
        type, stamp = column.type, _stamp(info)
        key = (info.parts, stamp, stored.name, type.kind, type.scale, column.format)
        with self._lock:
            if stamp is not None and key in self._nulls:
                return self._nulls[key]
        found = self.misfits(info, stored, column)
        counted = None
        if found is not None:
            counted = ReadAsNull(
                file=found.file,
                column=found.column,
                type=found.type,
                count=found.count,
                examples=found.examples,
            )
        with self._lock:
            self._nulls[key] = counted
        return counted

    def _iso(self, info: TableInfo, stored: TableColumn, type: ValueType) -> Found:
        """The format of a column in which not all texts need to fit: the ISO one of those that most have."""
        from metricdsl.sql.readings import Question

        if type.kind is not Kind.TIMESTAMP:
            return Found(format=ISO if type.kind is Kind.DATE else None)
        formats = tuple(ISO + clock for clock in (*_CLOCKS, *_PARTS, ""))
        return Found(format=self._fitting(info, Question(column=stored, type=type, formats=formats), None)[1])

    def _look(self, info: TableInfo, stored: TableColumn, type: ValueType, *, chosen: bool) -> Found:
        """What is found; of texts that a source chooses from, which may leave some out, the format that most have will do."""
        from metricdsl.sql.readings import SAMPLE, Question

        candidates = _candidates(type)
        fitting, best = self._fitting(info, Question(column=stored, type=type, formats=candidates), SAMPLE)
        if None in fitting and not any(written in _DOTTED for written in fitting):
            # Plain numbers, and no other format reads such a text differently. What is further down the file and does
            # not convert is told when the query meets it, so no pass over all rows is needed.
            return Found()
        if fitting:
            fitting, best = self._fitting(info, Question(column=stored, type=type, formats=fitting), None)
        if not fitting and chosen:
            return Found(format=best)
        if not fitting:
            misfit = Column(name=stored.name, type=type, role=Role.COLUMN, format=best)
            return Found(problem=self.misfits(info, stored, misfit, stated=False))
        readings = self._readings(info, Question(column=stored, type=type, formats=fitting))
        if len(readings) == 0 and fitting[0] is not None and type.kind in _EXACT:
            readings = self._with_more_digits(info, stored, type, fitting[0])
        if len(readings) > 1:
            example = readings[0][2]
            problem = AmbiguousFormat(
                file=file_name(info),
                column=stored.name,
                example=example,
                readings=tuple((written or "1234.56", value) for written, value, _ in readings),
            )
            return Found(problem=problem)
        return Found(format=fitting[0])

    def _with_more_digits(
        self, info: TableInfo, stored: TableColumn, type: ValueType, written: str
    ) -> list[tuple[str | None, str, str]]:
        """The readings of numbers that are found to have marks between their thousands, where the mark may be the point of
        numbers with more digits than declared: `1.005` is no 1005 of a `decimal(2)`.
        """
        from metricdsl.sql.readings import Question

        others: tuple[str | None, ...] = _NUMBERS if type.kind is Kind.DECIMAL else (None,)
        sign = written[len(written.rstrip("% ")) :]
        if sign:
            others = tuple(f"{form or '1234.56'}{sign}" for form in _NUMBERS)
        formats = tuple(dict.fromkeys((written, *others)))
        fitting, _ = self._fitting(info, Question(column=stored, type=FLOAT, formats=formats), None)
        readings = self._readings(info, Question(column=stored, type=FLOAT, formats=fitting))
        told = {value: (form, value, text) for form, value, text in reversed(readings)}
        return [told[value] for value in dict.fromkeys(value for _, value, _ in readings)]

    def _fitting(
        self, info: TableInfo, question: "Question", sample: int | None
    ) -> tuple[tuple[str | None, ...], str | None]:
        """The formats that fit all texts, and the one that fits the most."""
        from metricdsl.sql.readings import fitting

        counts = self._ask(fitting(info, [question], self._registry, self._timezone, sample))[0]
        total, each = counts[0], counts[1:]
        fits = tuple(f for f, n in zip(question.formats, each, strict=True) if n == total)
        return fits, question.formats[each.index(max(each))]

    def _readings(self, info: TableInfo, question: "Question") -> list[tuple[str | None, str, str]]:
        """Format, value and text for each reading that differs from the first; the first alone where none does."""
        from metricdsl.sql.readings import differing

        first, *others = question.formats
        readings: list[tuple[str | None, str, str]] = []
        for other in others:
            pair = evolve(question, formats=(first, other))
            for text, one, two in self._ask(differing(info, pair, self._registry, self._timezone)):
                if not readings:
                    readings.append((first, one, text))
                readings.append((other, two if text == readings[0][2] else f"{two} for {text!r}", text))
        return readings

    def _ask(self, sql: str) -> list[Row]:
        return [row for batch in self._adapter.execute(Statement(sql=sql), Limits()) for row in batch]

    def _line(self, info: TableInfo, row: int) -> int | None:
        if info.path is None or not isinstance(self._adapter, TellsLines):
            return None
        return self._adapter.line_of(info.path, row)


def _candidates(type: ValueType) -> tuple[str | None, ...]:
    """The formats to try; only shares are written with a percent sign."""
    shares = type.kind is Kind.DECIMAL and type.unit in {SHARE, POINTS, CHANGE}
    return _SHARES if shares else _CANDIDATES[type.kind]


def text_columns(
    entity: Entity, info: TableInfo, wanted: Mapping[str, None]
) -> list[tuple[Column, TableColumn]]:
    """The wanted columns that are texts in the table and something else by declaration."""
    found = []
    for name in wanted:
        column = entity.columns.get(name)
        behind = stored_as(entity, name)
        of_table = info.column(behind) if behind is not None else None
        if column is None or of_table is None or of_table.type.kind is not Kind.TEXT:
            continue
        if column.type.kind in _CANDIDATES or column.type.kind in _UNFORMATTED:
            found.append((column, of_table))
    return found


def _chosen_texts(
    entity: Entity, info: TableInfo, wanted: Mapping[str, None]
) -> Iterator[tuple[Column, TableColumn]]:
    """The wanted columns that a source makes of texts as they stand, and one of these: `coalesce(pct, "0%")`, `if(pct = "n/a", null, pct)`."""
    for name in wanted:
        column, supplied = entity.columns.get(name), entity.supplies.get(name)
        if column is None or column.type.kind not in _CANDIDATES or not isinstance(supplied, Call):
            continue
        parts: list[Expression] = [supplied]
        names: list[str] = []
        plain = True
        while parts:
            match parts.pop():
                case Call(function=function, arguments=arguments) if function in CHOICES:
                    parts.extend(reversed(choices(function, arguments)))
                case ColumnRef(column=behind):
                    names.append(behind)
                case Constant():
                    pass
                case _:
                    plain = False
        stored = info.column(names[0]) if names else None
        if plain and stored is not None and stored.type.kind is Kind.TEXT:
            yield column, stored


def _no_duration(info: TableInfo, stored: TableColumn, column: Column) -> Problem:
    """A text says no unit of time: which one a number of it counts is for a formula to say."""
    return TypeDiffers(
        table=file_name(info),
        column=stored.name,
        declared="duration",
        found="text",
        fix=f"declare `{stored.name}` as a number, and make the duration of it: `{stored.name} * 1 second`",
        span=column.span,
    )


def file_name(info: TableInfo) -> str:
    """What to call the table in a message."""
    return Path(info.path).name if info.path else info.name


def _stamp(info: TableInfo) -> tuple[int, int] | None:
    if info.path is None:
        return None
    status = Path(info.path).stat()
    return status.st_mtime_ns, status.st_size
