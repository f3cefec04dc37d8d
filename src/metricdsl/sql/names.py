"""Names that fit an engine: cut to its limit, told apart by a hash of what was cut; in the quotes that it reads."""

from hashlib import blake2s


def fitted(name: str, limit: int) -> str:
    """The name, or where it has more bytes than the limit, its beginning with a hash of the whole behind it."""
    if len(name) * 4 <= limit or len(name.encode()) <= limit:
        return name
    mark = "_" + blake2s(name.encode(), digest_size=4).hexdigest()
    return name.encode()[: limit - len(mark)].decode(errors="ignore") + mark


def quotes_of(dialect: str) -> tuple[str, str]:
    """What a dialect writes around a name, by sqlglot's name for it.

    >>> quotes_of("mysql")
    ('`', '`')
    """
    from sqlglot.dialects.dialect import Dialect

    written = Dialect.get_or_raise(dialect)
    return str(written.IDENTIFIER_START), str(written.IDENTIFIER_END)
