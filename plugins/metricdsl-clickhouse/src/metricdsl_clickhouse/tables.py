"""Files as tables of ClickHouse: Parquet by its types, text files with every column as a text."""

from pathlib import Path
from typing import TYPE_CHECKING

from metricdsl.adapters.text_files import TextLayout

if TYPE_CHECKING:
    import pyarrow as pa

DATABASE = "metricdsl"
_ESCAPES = str.maketrans({"\\": "\\\\", "'": "\\'"})


def table_of(name: str, path: Path, layout: TextLayout | None) -> tuple[str, list[tuple[str, str]]]:
    """The statement that makes a file a table, and its columns: names and types. `layout` is that of a text file."""
    if layout is None:
        return _parquet(name, path)
    columns = ", ".join(f"{quoted(column)} Nullable(String)" for column in layout.columns)
    if layout.encoding != "utf-8":
        raise ValueError(f"ClickHouse reads texts in UTF-8 alone, and this one is in {layout.encoding}")
    stated = {
        "format_csv_delimiter": text(layout.delimiter),
        "format_csv_allow_double_quotes": str(int(layout.quote == '"')),
        "format_csv_allow_single_quotes": str(int(layout.quote == "'")),
        "input_format_csv_skip_first_lines": str(int(layout.header)),
        "input_format_csv_empty_as_default": "1",
        "format_csv_null_representation": "''",
        "input_format_csv_trim_whitespaces": "0",
    }
    form = "CSV"
    if layout.delimiter == "\t":  # which that form refuses
        form = f"CustomSeparated{'WithNames' if layout.header else ''}"
        stated |= {"format_custom_escaping_rule": "'CSV'", "format_custom_field_delimiter": text("\t")}
        stated |= {"input_format_csv_skip_first_lines": "0", "input_format_with_names_use_header": "0"}
    settings = ", ".join(f"{key} = {value}" for key, value in stated.items())
    made = f"CREATE TABLE {quoted(name)} ({columns}) ENGINE = File({form}, {text(str(path))}) SETTINGS {settings}"
    return made, [(column, "VARCHAR") for column in layout.columns]


def _parquet(name: str, path: Path) -> tuple[str, list[tuple[str, str]]]:
    from pyarrow import parquet

    schema = parquet.read_schema(path)
    types = [(field.name, *_types(field.type)) for field in schema]
    known = ", ".join(f"{quoted(column)} Nullable({ours})" for column, ours, _ in types if ours)
    made = f"CREATE TABLE {quoted(name)} ({known}) ENGINE = File(Parquet, {text(str(path))})"
    return made, [(column, native) for column, _, native in types]


def _types(type: "pa.DataType") -> tuple[str, str]:
    """ClickHouse's type for one of Arrow, and the name of it as SQL has it; nothing for what has none that formulas could use."""
    import pyarrow as pa

    if pa.types.is_dictionary(type):
        type = type.value_type
    if pa.types.is_uint64(type):
        return "Decimal(38, 0)", "BIGINT"
    if pa.types.is_integer(type):
        return "Int64", "BIGINT"
    if pa.types.is_floating(type):
        return "Float64", "DOUBLE"
    if pa.types.is_decimal(type):
        return f"Decimal({type.precision}, {type.scale})", f"DECIMAL({type.precision},{type.scale})"
    if pa.types.is_string(type) or pa.types.is_large_string(type):
        return "String", "VARCHAR"
    if pa.types.is_boolean(type):
        return "Bool", "BOOLEAN"
    if pa.types.is_date(type):
        return "Date32", "DATE"
    if pa.types.is_timestamp(type):
        return "DateTime64(6, 'UTC')", "TIMESTAMP" if type.tz is None else "TIMESTAMP WITH TIME ZONE"
    return "", str(type)


def quoted(name: str) -> str:
    """A name as ClickHouse reads it: in backquotes, which and backslashes are escaped."""
    escaped = name.replace("\\", "\\\\").replace("`", "\\`")
    return f"`{escaped}`"


def text(value: str) -> str:
    """A text of ours as ClickHouse reads it."""
    return f"'{value.translate(_ESCAPES)}'"
