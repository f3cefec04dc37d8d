"""Values that lie on a sheet of their own, and are read when somebody asks for one of them.

A project of many metrics is taken from the cache without most of its formulas: an edit touches a few of them.
"""

from collections.abc import Callable, Sequence
from threading import Lock
from typing import Any, TypeVar, cast

T = TypeVar("T")


class Sheet:
    """Values that were written together; `read` makes them of the bytes, once."""

    __slots__ = ("_data", "_lock", "_read", "_values")

    def __init__(self, data: bytes, read: Callable[[bytes], Sequence[Any]]) -> None:
        self._data: bytes | None = data
        self._read = read
        self._values: Sequence[Any] = ()
        self._lock = Lock()

    def value(self, at: int) -> Any:
        """The value in a place."""
        if self._data is not None:
            with self._lock:
                if self._data is not None:
                    self._values = self._read(self._data)
                    self._data = None
        return self._values[at]


class Unread:
    """Stands for a value of a sheet."""

    __slots__ = ("_at", "_sheet")

    def __init__(self, sheet: Sheet, at: int) -> None:
        self._sheet = sheet
        self._at = at

    def value(self) -> Any:
        """The value, read with its sheet if it was not."""
        return self._sheet.value(self._at)

    def __repr__(self) -> str:
        return repr(self.value())


def present(value: T | Unread) -> T:
    """The value itself: read, if it was not."""
    return cast("T", value.value()) if type(value) is Unread else cast("T", value)
