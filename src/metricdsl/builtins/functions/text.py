"""Functions of text. Text is exact: case, accents and spaces count, and no engine's LIKE is used."""

from collections.abc import Callable, Sequence
from functools import cache

from metricdsl.builtins import nodes
from metricdsl.builtins.conversion import by_intervals
from metricdsl.builtins.functions.comparison import exact_text
from metricdsl.builtins.kinds import nullable, texts, value, wrong_kind
from metricdsl.builtins.nodes import Sql
from metricdsl.model.types import Kind, ValueType
from metricdsl.spi.defs import Example, FunctionDef, Inference, Mismatch
from metricdsl.spi.lowering import Emit, Emulated, Lowering, Operand

# Letters of Latin, Greek and Cyrillic, whose other case SQLite is told; a text with the rest of what has a case is refused there.
_ALPHABETS = ((0xB5, 0xB6), (0xC0, 0x180), (0x250, 0x3CF), (0x400, 0x530))
_OTHERS = "ƀ-ɏϏ-ϿԱ-ևႠ-ჿᎠ-ᏽᲀ-Ჿᴀ-῿\u2126\u212a\u212b\u2132\u214eⅠ-ↄⒶ-ⓩⰀ-ⴥꙀ-ꟿꭰ-ꮿﬀ-ﬗＡ-ｚ"


def small(letter: str) -> str:
    """The small letter of one letter. İ is i, and Σ is σ at the end of a word too."""
    return "i" if letter == "İ" else letter.lower()


def capital(letter: str) -> str:
    """The capital of one letter: one letter too, so that ß is ẞ, and what would become several (ŉ, ﬁ) stays."""
    if letter == "ß":
        return "ẞ"
    return next((made for made in (letter.upper(), letter.title()) if len(made) == 1), letter)


@cache
def _changed(other: Callable[[str], str]) -> tuple[str, str]:
    """The letters of the known alphabets that have another case, and that, place by place."""
    both = [(chr(code), other(chr(code))) for start, end in _ALPHABETS for code in range(start, end)]
    return "".join(c for c, o in both if c != o), "".join(o for c, o in both if c != o)


@cache
def _of_several() -> tuple[str, str, str]:
    """The letters whose capitals are several; the capitals they are given; and a character without a case for each of these,
    which stands in its place meanwhile.
    """
    letters = [chr(code) for code in range(0x80, 0x10000) if len(chr(code).upper()) > 1]
    kept = "".join(dict.fromkeys(map(capital, letters)))
    return "".join(letters), kept, "".join(chr(0xF0000 + at) for at in range(len(kept)))


def _infer(function: str, kind: Kind) -> Inference:
    def infer(types: Sequence[ValueType]) -> ValueType | Mismatch:
        for index, t in enumerate(types):
            if not texts(t):
                return wrong_kind("text", t, index, function)
        return ValueType(kind, nullable=nullable(types))

    return infer


def _native(name: str) -> Lowering:
    def lower(emit: Emit, operands: tuple[Operand, ...], result: ValueType) -> Sql:
        del result
        return emit.function(name, *(o.sql for o in operands))

    return lower


def _postgres_lower(emit: Emit, operands: tuple[Operand, ...], result: ValueType) -> Sql:
    """In a database with collation C, LOWER knows a to z only: the collation is named, and taken off again."""
    del result
    one_each = _translated(emit, operands[0].sql, "İΣ", "iσ")
    return nodes.collated(emit.function("LOWER", nodes.collated(one_each, "und-x-icu")), "C")


def _postgres_upper(emit: Emit, operands: tuple[Operand, ...], result: ValueType) -> Sql:
    """As for LOWER; letters whose capital would be several are put aside meanwhile."""
    del result
    found = emit.function("UPPER", nodes.collated(_put_aside(emit, operands[0].sql), "und-x-icu"))
    return nodes.collated(_put_back(emit, found), "C")


def _one_each_lower(emit: Emit, operands: tuple[Operand, ...], result: ValueType) -> Sql:
    """LOWER that knows all letters, but makes two of İ and another Σ of the last one of a word."""
    del result
    return emit.function("LOWER", _translated(emit, operands[0].sql, "İΣ", "iσ"))


def _one_each_upper(emit: Emit, operands: tuple[Operand, ...], result: ValueType) -> Sql:
    """UPPER that knows all letters; those whose capital would be several are put aside meanwhile."""
    del result
    return _put_back(emit, emit.function("UPPER", _put_aside(emit, operands[0].sql)))


def _put_aside(emit: Emit, sql: Sql) -> Sql:
    letters, kept, uncased = _of_several()
    places = [kept.index(capital(letter)) for letter in letters]
    return _translated(emit, sql, letters + kept, "".join(uncased[at] for at in places) + uncased)


def _put_back(emit: Emit, sql: Sql) -> Sql:
    _, kept, uncased = _of_several()
    return _translated(emit, sql, uncased, kept)


def _translated(emit: Emit, sql: Sql, known: str, other: str) -> Sql:
    return emit.function("TRANSLATE", sql, nodes.text(known), nodes.text(other))


def _sqlite_case(name: str, other: Callable[[str], str]) -> Lowering:
    def lower(emit: Emit, operands: tuple[Operand, ...], result: ValueType) -> Sql:
        """SQLite itself changes a to z only. A text with other letters is gone through letter by letter; one with letters of
        rarer alphabets is an error that says so (a wrong JSON path is how SQLite can be made to raise one)."""
        del result
        (x,) = operands
        rare = nodes.op(emit, "glob", x.again(), nodes.text(f"*[{_OTHERS}]*"))
        complaint = f"metricdsl: {name.lower()}() does not know all letters of this text on SQLite"
        accented = nodes.op(emit, "glob", x.again(), nodes.text("*[µÀ-ԯ]*"))
        return nodes.case(
            (rare, emit.function("JSON_EXTRACT", nodes.text("{}"), nodes.text(complaint))),
            (accented, _letter_by_letter(emit, x, name, *_changed(other))),
            otherwise=emit.function(name, x.sql),
        )

    return lower


def _letter_by_letter(emit: Emit, x: Operand, name: str, known: str, other: str) -> Sql:
    """(WITH RECURSIVE letters …): each letter of `known` becomes the one at its place in `other`."""
    from sqlglot import exp

    place, done = exp.column("place"), exp.column("done")
    letter = emit.function(
        "SUBSTR", x.again(), nodes.op(emit, "+", place, nodes.whole(emit, 1)), nodes.whole(emit, 1)
    )
    found = emit.function("INSTR", nodes.text(known), letter)
    changed = nodes.case(
        (
            nodes.op(emit, ">", found, nodes.whole(emit, 0)),
            emit.function("SUBSTR", nodes.text(other), found.copy(), nodes.whole(emit, 1)),
        ),
        otherwise=emit.function(name, letter.copy()),
    )
    start = exp.select(exp.alias_(nodes.whole(emit, 0), "place"), exp.alias_(nodes.text(""), "done"))
    more = exp.select(
        nodes.op(emit, "+", place.copy(), nodes.whole(emit, 1)), nodes.op(emit, "||", done, changed)
    ).from_("letters")
    more = more.where(nodes.op(emit, "<", place.copy(), emit.function("LENGTH", x.again())))
    last = exp.select(done.copy()).from_("letters")
    last = last.where(nodes.op(emit, "=", place.copy(), emit.function("LENGTH", x.again())))
    steps = exp.union(start, more, distinct=False)
    return last.with_("letters", as_=steps, recursive=True).subquery()


def _lower_ends_native(emit: Emit, operands: tuple[Operand, ...], result: ValueType) -> Sql:
    """The last characters, as many as the ending has."""
    del result
    x, ending = operands
    size = emit.function("LENGTH", ending.sql)
    if emit.dialect == "postgres" or by_intervals(emit):
        last = emit.function("RIGHT", x.sql, size)
    else:
        before = nodes.op(emit, "-", emit.function("LENGTH", x.again()), size)
        last = emit.function("SUBSTR", x.sql, nodes.op(emit, "+", before, nodes.whole(emit, 1)))
    return nodes.op(emit, "=", last, ending.again())


_EXACT = {"mariadb": "utf8mb4_nopad_bin", "mysql": "utf8mb4_0900_bin"}


def _recollated(name: str, knowing: str) -> Lowering:
    """LOWER and UPPER as a collation knows letters, each for itself; the exact one is put on again. ß it leaves as it is."""

    def lower(emit: Emit, operands: tuple[Operand, ...], result: ValueType) -> Sql:
        del result
        sql = emit.function(name, nodes.collated(operands[0].sql, knowing))
        exact = nodes.collated(sql, _EXACT[emit.dialect])
        if name == "LOWER":
            return exact
        return emit.function("REPLACE", exact, nodes.text("ß"), nodes.text("ẞ"))

    return lower


def _left(emit: Emit, operands: tuple[Operand, ...], result: ValueType) -> Sql:
    """The first characters, as many as the start has."""
    del result
    x, start = operands
    return nodes.op(
        emit, "=", emit.function("LEFT", x.sql, emit.function("LENGTH", start.sql)), start.again()
    )


def _between_separators(emit: Emit, operands: tuple[Operand, ...], result: ValueType) -> Sql:
    """What stands behind the last separator of the first parts; the separators are counted first."""
    del result
    x, separator, number = operands
    first = emit.function("SUBSTRING_INDEX", x.sql, separator.sql, number.sql)
    if number.constant == 1:
        return first
    part = emit.function("SUBSTRING_INDEX", first, separator.again(), nodes.whole(emit, -1))
    without = emit.function("REPLACE", x.again(), separator.again(), nodes.text(""))
    lost = nodes.op(emit, "-", emit.function("LENGTH", x.again()), emit.function("LENGTH", without))
    needed = nodes.whole(emit, (int(number.constant) - 1) * len(str(separator.constant)))
    return nodes.case((nodes.op(emit, ">=", lost, needed), part))


def _sqlite_starts(emit: Emit, operands: tuple[Operand, ...], result: ValueType) -> Sql:
    del result
    x, start = operands
    first = emit.function("SUBSTR", x.sql, nodes.whole(emit, 1), emit.function("LENGTH", start.sql))
    return nodes.op(emit, "=", first, start.again())


def _position(name: str) -> Lowering:
    def lower(emit: Emit, operands: tuple[Operand, ...], result: ValueType) -> Sql:
        del result
        x, wanted = operands
        return nodes.op(emit, ">", emit.function(name, x.sql, wanted.sql), nodes.whole(emit, 0))

    return lower


def _lower_concat(emit: Emit, operands: tuple[Operand, ...], result: ValueType) -> Sql:
    del result
    whole = operands[0].sql
    for o in operands[1:]:
        whole = nodes.op(emit, "||", whole, o.sql)
    return whole


def _lower_trim(emit: Emit, operands: tuple[Operand, ...], result: ValueType) -> Sql:
    del result
    return emit.function("TRIM", operands[0].sql)


def _infer_part(types: Sequence[ValueType]) -> ValueType | Mismatch:
    x, separator, number = types
    if not texts(x):
        return wrong_kind("text", x, 0, "part")
    if not isinstance(value(separator), str) or not value(separator):
        return Mismatch("arguments", "the separator of part must be a written text that is not empty", 1)
    n = value(number)
    if not isinstance(n, int) or isinstance(n, bool) or n < 1:
        return Mismatch("arguments", "the number of a part must be a written whole number from 1", 2)
    return ValueType(Kind.TEXT)


def _duckdb_part(emit: Emit, operands: tuple[Operand, ...], result: ValueType) -> Sql:
    del result
    x, separator, number = operands
    return emit.function("LIST_EXTRACT", emit.function("STRING_SPLIT", x.sql, separator.sql), number.sql)


def _postgres_part(emit: Emit, operands: tuple[Operand, ...], result: ValueType) -> Sql:
    """SPLIT_PART gives an empty text where there is no such part: the separators are counted first."""
    del result
    x, separator, number = operands
    part = emit.function("SPLIT_PART", x.sql, separator.sql, number.sql)
    if number.constant == 1:
        return part
    without = emit.function("REPLACE", x.again(), separator.again(), nodes.text(""))
    lost = nodes.op(emit, "-", emit.function("LENGTH", x.again()), emit.function("LENGTH", without))
    needed = nodes.whole(emit, (int(number.constant) - 1) * len(str(separator.constant)))
    return nodes.case((nodes.op(emit, ">=", lost, needed), part))


def _clickhouse_part(emit: Emit, operands: tuple[Operand, ...], result: ValueType) -> Sql:
    """It cuts no text that may be null, and has an empty text where there is no such part: both are looked at first."""
    del result
    x, separator, number = operands
    parts = emit.function("splitByString", separator.sql, emit.function("assumeNotNull", x.sql))
    there = nodes.op(emit, ">=", emit.function("length", parts.copy()), number.again())
    found = nodes.op(emit, "and", nodes.is_not_null(x.again()), there)
    return nodes.case((found, emit.function("arrayElement", parts, number.sql)))


def _sqlite_part(emit: Emit, operands: tuple[Operand, ...], result: ValueType) -> Sql:
    """The text as a JSON array of its parts. What could be mistaken for JSON's own signs is first replaced by a sign that
    stands in no text (of Unicode's private area)."""
    del result
    x, separator, number = operands
    written = str(separator.constant)
    parted: Sql = emit.cast(x.sql, ValueType(Kind.TEXT))
    if not all(sign in " ,;:|-_/.#@+=&<>~" for sign in written):
        parted = emit.function("REPLACE", parted, nodes.text(written), nodes.text("\ue000"))
        written = "\ue000"
    quoted = emit.function("JSON_QUOTE", parted)
    listed = emit.function("REPLACE", quoted, nodes.text(written), nodes.text('","'))
    array = nodes.op(emit, "||", nodes.op(emit, "||", nodes.text("["), listed), nodes.text("]"))
    return emit.function("JSON_EXTRACT", array, nodes.text(f"$[{int(number.constant) - 1}]"))


def _exact_operand(lowering: Lowering) -> Lowering:
    """SQLite columns may be declared with a collation that ignores case: = then needs COLLATE BINARY."""

    def lower(emit: Emit, operands: tuple[Operand, ...], result: ValueType) -> Sql:
        exact = tuple(
            Operand(
                sql=exact_text(emit, o.sql, ordered=False),
                type=o.type,
                constant=o.constant,
                is_constant=o.is_constant,
            )
            for o in operands
        )
        return lowering(emit, exact, result)

    return lower


FUNCTIONS = (
    FunctionDef(
        name="lower",
        signature="(x: text) -> text",
        infer=_infer("lower", Kind.TEXT),
        lower={
            "duckdb": _native("LOWER"),
            "postgres": Emulated(_postgres_lower),
            "datafusion": Emulated(_one_each_lower),
            "clickhouse": Emulated(_one_each_lower),
            "mariadb": Emulated(_recollated("LOWER", "utf8mb4_uca1400_nopad_as_cs")),
            "mysql": Emulated(_recollated("LOWER", "utf8mb4_0900_as_cs")),
            "spark": Emulated(_one_each_lower),
            "databricks": Emulated(_one_each_lower),
            "sqlite": Emulated(_sqlite_case("LOWER", small)),
        },
        doc="The text in small letters, each letter for itself: İ is i, and Σ is σ at the end of a word too. On SQLite this knows Latin, Greek and Cyrillic letters; a text with letters of a rarer alphabet is an error there.",
        examples=(
            Example(formula='lower("ABC é 1")', gives='"abc é 1"'),
            Example(formula='lower("ÉCOLE ΖΉΤΑ Жук")', gives='"école ζήτα жук"'),
            Example(formula='lower("İZMİR ΟΔΟΣ")', gives='"izmir οδοσ"'),
        ),
    ),
    FunctionDef(
        name="upper",
        signature="(x: text) -> text",
        infer=_infer("upper", Kind.TEXT),
        lower={
            "duckdb": _native("UPPER"),
            "postgres": Emulated(_postgres_upper),
            "datafusion": Emulated(_one_each_upper),
            "clickhouse": Emulated(_one_each_upper),
            "mariadb": Emulated(_recollated("UPPER", "utf8mb4_uca1400_nopad_as_cs")),
            "mysql": Emulated(_recollated("UPPER", "utf8mb4_0900_as_cs")),
            "spark": Emulated(_one_each_upper),
            "databricks": Emulated(_one_each_upper),
            "sqlite": Emulated(_sqlite_case("UPPER", capital)),
        },
        doc="The text in capitals, each letter for itself: ß is ẞ, and a letter whose capital is several, ŉ, stays. On SQLite this knows Latin, Greek and Cyrillic letters; a text with letters of a rarer alphabet is an error there.",
        examples=(
            Example(formula='upper("abc É 1")', gives='"ABC É 1"'),
            Example(formula='upper("naïve ÿ ζήτα 赢")', gives='"NAÏVE Ÿ ΖΉΤΑ 赢"'),
            Example(formula='upper("straße ſ ı ŉ ΐ ə")', gives='"STRAẞE S I ŉ ΐ Ə"'),
        ),
    ),
    FunctionDef(
        name="trim",
        signature="(x: text) -> text",
        infer=_infer("trim", Kind.TEXT),
        lower={"*": _lower_trim},
        doc="The text without spaces at both ends (other white space stays).",
        examples=(Example(formula='trim("  a b ")', gives='"a b"'),),
    ),
    FunctionDef(
        name="length",
        signature="(x: text) -> integer",
        infer=_infer("length", Kind.INTEGER),
        lower={"*": _native("LENGTH")},
        doc="How many characters (Unicode code points) the text has.",
        examples=(Example(formula='length("赢单率")', gives="3"), Example(formula='length("")', gives="0")),
    ),
    FunctionDef(
        name="starts_with",
        signature="(x: text, start: text) -> boolean",
        infer=_infer("starts_with", Kind.BOOLEAN),
        lower={
            "duckdb": _native("STARTS_WITH"),
            "postgres": _native("STARTS_WITH"),
            "datafusion": _native("STARTS_WITH"),
            "clickhouse": _native("STARTS_WITH"),
            "mariadb": Emulated(_left),
            "mysql": Emulated(_left),
            "spark": _native("STARTS_WITH"),
            "databricks": _native("STARTS_WITH"),
            "sqlite": Emulated(_sqlite_starts),
        },
        doc="Whether the text starts so, exactly; any text starts with the empty one.",
        examples=(
            Example(formula='starts_with("Abc", "Ab")', gives="true"),
            Example(formula='starts_with("Abc", "ab")', gives="false"),
            Example(formula='starts_with("a%c", "a_")', gives="false"),
            Example(formula='starts_with("a", "")', gives="true"),
        ),
        least=2,
    ),
    FunctionDef(
        name="ends_with",
        signature="(x: text, end: text) -> boolean",
        infer=_infer("ends_with", Kind.BOOLEAN),
        lower={
            "duckdb": _native("ENDS_WITH"),
            "postgres": Emulated(_lower_ends_native),
            "datafusion": _native("ENDS_WITH"),
            "clickhouse": _native("ENDS_WITH"),
            "mariadb": Emulated(_lower_ends_native),
            "mysql": Emulated(_lower_ends_native),
            "spark": _native("ENDS_WITH"),
            "databricks": _native("ENDS_WITH"),
            "sqlite": Emulated(_lower_ends_native),
        },
        doc="Whether the text ends so, exactly; any text ends with the empty one.",
        examples=(
            Example(formula='ends_with("report.csv", ".csv")', gives="true"),
            Example(formula='ends_with("abc", "xabc")', gives="false"),
            Example(formula='ends_with("a", "")', gives="true"),
        ),
        least=2,
    ),
    FunctionDef(
        name="contains",
        signature="(x: text, wanted: text) -> boolean",
        infer=_infer("contains", Kind.BOOLEAN),
        lower={
            "duckdb": _native("CONTAINS"),
            "postgres": _position("STRPOS"),
            "datafusion": _native("CONTAINS"),
            "clickhouse": _position("position"),
            "mariadb": _position("INSTR"),
            "mysql": _position("INSTR"),
            "spark": _native("CONTAINS"),
            "databricks": _native("CONTAINS"),
            "sqlite": _position("INSTR"),
        },
        doc="Whether the text has the other in it, exactly; any text has the empty one.",
        examples=(
            Example(formula='contains("100%", "0%")', gives="true"),
            Example(formula='contains("abc", "B")', gives="false"),
            Example(formula='contains("abc", "")', gives="true"),
        ),
        least=2,
    ),
    FunctionDef(
        name="replace",
        signature="(x: text, old: text, new: text) -> text",
        infer=_infer("replace", Kind.TEXT),
        lower={"*": _native("REPLACE")},
        doc="The text with each `old` in it replaced by `new`; unchanged where `old` is empty.",
        examples=(
            Example(formula='replace("a-b-c", "-", "+")', gives='"a+b+c"'),
            Example(formula='replace("abc", "", "x")', gives='"abc"'),
        ),
        least=3,
    ),
    FunctionDef(
        name="concat",
        signature="(a: text, b: text, …) -> text",
        infer=_infer("concat", Kind.TEXT),
        lower={"*": _lower_concat},
        doc="The texts one behind the other; null if one of them is null.",
        examples=(
            Example(formula='concat("a", " ", "b")', gives='"a b"'),
            Example(formula='concat("a", null)', gives="null"),
        ),
        least=1,
        most=-1,
    ),
    FunctionDef(
        name="part",
        signature="(x: text, separator: text, n: integer) -> text",
        infer=_infer_part,
        lower={
            "duckdb": _duckdb_part,
            "postgres": Emulated(_postgres_part),
            "datafusion": Emulated(_postgres_part),
            "clickhouse": Emulated(_clickhouse_part),
            "mariadb": Emulated(_between_separators),
            "mysql": Emulated(_between_separators),
            "spark": Emulated(_postgres_part),
            "databricks": Emulated(_postgres_part),
            "sqlite": Emulated(_sqlite_part),
        },
        doc="The n-th part of a text that is cut at each separator, counted from 1; null where there is none.",
        examples=(
            Example(formula='part("a,b,,d", ",", 2)', gives='"b"'),
            Example(formula='part("a,b,,d", ",", 3)', gives='""'),
            Example(formula='part("a,b", ",", 3)', gives="null"),
            Example(formula='part("a b", ", ", 1)', gives='"a b"'),
            Example(formula='part("2026n01", "n", 2)', gives='"01"'),
        ),
        least=3,
    ),
)
