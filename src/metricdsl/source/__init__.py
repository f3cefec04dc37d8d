"""Text and the places in it."""

from metricdsl.source.file import SourceFile
from metricdsl.source.span import Span

__all__ = ["SourceFile", "Span"]
