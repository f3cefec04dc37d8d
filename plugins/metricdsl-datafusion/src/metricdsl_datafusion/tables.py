"""Files as tables of a session: Parquet by DataFusion's own reader, text files with every column as a text."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from metricdsl.adapters.quoting import identifier
from metricdsl.adapters.text_files import TextLayout

if TYPE_CHECKING:
    import pyarrow as pa
    from datafusion import SessionContext

_RAW = "raw "  # in front of the name of a table that is read through a view


def register(
    context: "SessionContext", name: str, path: Path, layout: TextLayout | None
) -> list[tuple[str, str]]:
    """Make a file a table of the session, and say what columns it has: names and types. `layout` is that of a text file."""
    if layout is not None:
        context.register_table(identifier(name), _text_table(path, layout))
        return [(column, "VARCHAR") for column in layout.columns]
    raw = _RAW + name
    context.register_parquet(identifier(raw), str(path), file_extension=path.suffix)
    schema = context.table(identifier(raw)).schema()
    columns = ", ".join(_shown(field) for field in schema)
    view = f"SELECT {columns} FROM {identifier(raw)}"  # noqa: S608 - names are quoted
    context.register_view(identifier(name), context.sql(view))
    return [(field.name, _native(field.type)) for field in schema]


def _shown(field: "pa.Field") -> str:
    """A column with moments in microseconds, whatever the file has."""
    import pyarrow as pa

    name = identifier(field.name)
    if pa.types.is_timestamp(field.type) and field.type.unit != "us":
        zone = "None" if field.type.tz is None else 'Some("UTC")'
        return f"ARROW_CAST({name}, 'Timestamp(Microsecond, {zone})') AS {name}"
    if pa.types.is_date64(field.type):
        return f"CAST({name} AS DATE) AS {name}"
    return name


def _native(type: "pa.DataType") -> str:
    """The name of an Arrow type as SQL has it."""
    import pyarrow as pa

    if pa.types.is_dictionary(type):
        type = type.value_type
    if pa.types.is_integer(type):
        return "BIGINT"
    if pa.types.is_floating(type):
        return "DOUBLE"
    if pa.types.is_decimal(type):
        return f"DECIMAL({type.precision},{type.scale})"
    if pa.types.is_string(type) or pa.types.is_large_string(type) or pa.types.is_string_view(type):
        return "VARCHAR"
    if pa.types.is_boolean(type):
        return "BOOLEAN"
    if pa.types.is_date(type):
        return "DATE"
    if pa.types.is_timestamp(type):
        return "TIMESTAMP" if type.tz is None else "TIMESTAMP WITH TIME ZONE"
    return "NULL" if pa.types.is_null(type) else str(type)


def _text_table(path: Path, layout: TextLayout) -> Any:
    """A text file as a data set of Arrow: it is read anew by each statement, and only the columns that are asked for."""
    import pyarrow as pa
    from pyarrow import csv
    from pyarrow.dataset import CsvFileFormat, dataset

    form = CsvFileFormat(
        parse_options=csv.ParseOptions(
            delimiter=layout.delimiter, quote_char=layout.quote or False, newlines_in_values=True
        ),
        read_options=csv.ReadOptions(
            column_names=list(layout.columns), skip_rows=int(layout.header), encoding=layout.encoding
        ),
        convert_options=csv.ConvertOptions(
            column_types=dict.fromkeys(layout.columns, pa.string()),
            strings_can_be_null=True,
            quoted_strings_can_be_null=True,
            null_values=[""],
        ),
    )
    schema = pa.schema([(column, pa.string()) for column in layout.columns])
    return dataset(str(path), schema=schema, format=form)
