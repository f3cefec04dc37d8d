"""Text to syntax tree and back. Nothing here knows what a name means.

What reads loads the parser generator when first called, and what formats its modules: not when this package is imported.
"""

from metricdsl.diagnostics import Outcome
from metricdsl.source import SourceFile
from metricdsl.syntax.nodes import Document, Query
from metricdsl.syntax.scan import MOST_CHARACTERS

__all__ = ["format_document", "format_query", "read", "read_bytes", "read_query"]


def read(
    source: SourceFile, limit: int = MOST_CHARACTERS, before: Outcome[Document] | None = None
) -> Outcome[Document]:
    """The document that a text writes, and what is wrong with it."""
    from metricdsl.syntax import reader

    return reader.read(source, limit, before)


def read_query(source: SourceFile, limit: int = MOST_CHARACTERS) -> Outcome[Query | None]:
    """The query that a text writes, or None where it cannot be read."""
    from metricdsl.syntax import reader

    return reader.read_query(source, limit)


def read_bytes(
    path: str, data: bytes, limit: int = MOST_CHARACTERS, before: Outcome[Document] | None = None
) -> Outcome[Document]:
    """The document in the bytes of a file; bytes that are no text in UTF-8 give an empty one and a problem."""
    from metricdsl.syntax import reader

    return reader.read_bytes(path, data, limit, before)


def format_document(document: Document) -> str:
    """The text of a document in the one formatting."""
    from metricdsl.syntax import format as formatting

    return formatting.format_document(document)


def format_query(query: Query) -> str:
    """A query in the one formatting."""
    from metricdsl.syntax import format as formatting

    return formatting.format_query(query)
