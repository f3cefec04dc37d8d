"""Files as tables of a session: with the columns that a Parquet file states, a text file's every column as a text. Nothing is sniffed."""

from pathlib import Path
from typing import TYPE_CHECKING

from attrs import field

from metricdsl.adapters.text_files import TextLayout
from metricdsl.value import frozen

if TYPE_CHECKING:
    import pyarrow as pa
    from pyspark.sql.connect.dataframe import DataFrame
    from pyspark.sql.connect.session import SparkSession

_ENCODINGS = {"utf-8": "UTF-8", "utf-16": "UTF-16", "latin-1": "ISO-8859-1"}
NANOS = "TIMESTAMP_NS"
"""What a moment in nanoseconds is called here: Spark reads its number."""


@frozen(kw_only=True)
class FileTable:
    """A file, or a folder of parts, as a table: its columns by Spark's types, and what they are called elsewhere."""

    name: str
    path: Path
    columns: tuple[tuple[str, str], ...]  # Spark's type, or NANOS
    natives: tuple[tuple[str, str], ...]  # what is told of each, also of those that cannot be read
    layout: TextLayout | None = field(default=None)

    def register(self, session: "SparkSession") -> None:
        """Make it a view of the session. The file is read by each statement anew."""
        frame = self._text(session) if self.layout is not None else self._parquet(session)
        frame.createOrReplaceTempView(quoted(self.name))

    def _text(self, session: "SparkSession") -> "DataFrame":
        layout = self.layout
        assert layout is not None, "a text file has one"
        read = session.read.schema(", ".join(f"{quoted(c)} STRING" for c, _ in self.columns))
        return read.csv(
            str(self.path),
            sep=layout.delimiter,
            quote=layout.quote,
            escape=layout.quote,
            header=layout.header,
            encoding=_ENCODINGS[layout.encoding],
            enforceSchema=True,
            nullValue="",
            emptyValue="",
            ignoreLeadingWhiteSpace=False,
            ignoreTrailingWhiteSpace=False,
            multiLine=True,
            mode="FAILFAST",
            maxCharsPerColumn=-1,
        )

    def _parquet(self, session: "SparkSession") -> "DataFrame":
        from pyspark.sql.connect import functions

        stored = ", ".join(
            f"{quoted(column)} {'BIGINT' if type_ == NANOS else type_}" for column, type_ in self.columns
        )
        frame = session.read.schema(stored).parquet(str(self.path))
        if all(type_ != NANOS for _, type_ in self.columns):
            return frame
        shown = []
        for column, type_ in self.columns:
            name = quoted(column)
            micros = f"CAST(TIMESTAMP_MICROS({name} DIV 1000) AS TIMESTAMP_NTZ) AS {name}"
            shown.append(functions.expr(micros if type_ == NANOS else name))
        return frame.select(*shown)


def file_table(name: str, path: Path, layout: TextLayout | None) -> FileTable:
    """A file as a table; `layout` is that of a text file."""
    if layout is not None:
        columns = tuple((column, "STRING") for column in layout.columns)
        natives = tuple((column, "VARCHAR") for column in layout.columns)
        return FileTable(name=name, path=path, columns=columns, natives=natives, layout=layout)
    from pyarrow import parquet

    known, natives_ = [], []
    for one in parquet.read_schema(path):
        type_, native = _types(one.type)
        natives_.append((one.name, native))
        if type_:
            known.append((one.name, type_))
    return FileTable(name=name, path=path, columns=tuple(known), natives=tuple(natives_))


def _types(type: "pa.DataType") -> tuple[str, str]:
    """Spark's type for one of Arrow, and the name of it as SQL has it; nothing for what has none that formulas could use."""
    import pyarrow as pa

    if pa.types.is_dictionary(type):
        type = type.value_type
    if pa.types.is_uint64(type):
        return "DECIMAL(20,0)", "BIGINT"
    if pa.types.is_integer(type):
        return "BIGINT", "BIGINT"
    if pa.types.is_floating(type):
        return "DOUBLE", "DOUBLE"
    if pa.types.is_decimal(type):
        return f"DECIMAL({type.precision},{type.scale})", f"DECIMAL({type.precision},{type.scale})"
    if pa.types.is_string(type) or pa.types.is_large_string(type) or pa.types.is_string_view(type):
        return "STRING", "VARCHAR"
    if pa.types.is_boolean(type):
        return "BOOLEAN", "BOOLEAN"
    if pa.types.is_date(type):
        return "DATE", "DATE"
    if pa.types.is_timestamp(type):
        native = "TIMESTAMP" if type.tz is None else "TIMESTAMP WITH TIME ZONE"
        if type.unit == "ns":
            return NANOS, native
        return ("TIMESTAMP_NTZ" if type.tz is None else "TIMESTAMP_LTZ"), native
    return "", str(type)


def quoted(name: str) -> str:
    """A name as Spark reads it."""
    doubled = name.replace("`", "``")
    return f"`{doubled}`"
