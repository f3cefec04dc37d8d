"""Identifiers and texts as SQL writes them, for the few statements that adapters make themselves (catalogs, views)."""


def identifier(name: str) -> str:
    """A name in double quotes, quotes in it doubled.

    >>> identifier('a"b')
    '"a""b"'
    """
    if "\0" in name:
        raise ValueError("a name cannot hold a NUL")
    return '"' + name.replace('"', '""') + '"'


def text(value: str) -> str:
    """A text in single quotes, quotes in it doubled.

    >>> text("it's")
    "'it''s'"
    """
    if "\0" in value:
        raise ValueError("a text cannot hold a NUL")
    return "'" + value.replace("'", "''") + "'"
