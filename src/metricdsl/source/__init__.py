"""Text and the places in it."""

from metricdsl.source.file import SourceFile
from metricdsl.source.span import Span
from metricdsl.source.unread import Unread, present

__all__ = ["SourceFile", "Span", "Unread", "present"]
