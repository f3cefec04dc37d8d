"""A stream of batches behind Arrow's C stream interface, made with ctypes: no Arrow library is needed on our side.

https://arrow.apache.org/docs/format/CStreamInterface.html: a struct of callbacks in a capsule. What a struct points to is
kept in `_ALIVE` under its `private_data` until its `release` is called.

Only DuckDB reads it, inside `arrow_export`: a callback in Python must not be called while an exception is on its way,
which other readers do when they clean up. So an error ends the stream and is kept in `failure`, for our caller to raise.
"""

import ctypes
from collections.abc import Callable, Iterator, Sequence
from itertools import count
from typing import Any, TypeAlias

from attrs import define

from metricdsl.execution.arrow_columns import Buffers, buffers, format_of
from metricdsl.spi.values import ResultColumn

NAME = b"arrow_array_stream"
NULLABLE = 2
FINE = 0

Batch: TypeAlias = Sequence[tuple[Any, ...]]


class _Schema(ctypes.Structure):
    _fields_ = (
        ("format", ctypes.c_char_p),
        ("name", ctypes.c_char_p),
        ("metadata", ctypes.c_char_p),
        ("flags", ctypes.c_int64),
        ("n_children", ctypes.c_int64),
        ("children", ctypes.c_void_p),
        ("dictionary", ctypes.c_void_p),
        ("release", ctypes.c_void_p),
        ("private_data", ctypes.c_void_p),
    )


class _Array(ctypes.Structure):
    _fields_ = (
        ("length", ctypes.c_int64),
        ("null_count", ctypes.c_int64),
        ("offset", ctypes.c_int64),
        ("n_buffers", ctypes.c_int64),
        ("n_children", ctypes.c_int64),
        ("buffers", ctypes.c_void_p),
        ("children", ctypes.c_void_p),
        ("dictionary", ctypes.c_void_p),
        ("release", ctypes.c_void_p),
        ("private_data", ctypes.c_void_p),
    )


class _Stream(ctypes.Structure):
    _fields_ = (
        ("get_schema", ctypes.c_void_p),
        ("get_next", ctypes.c_void_p),
        ("get_last_error", ctypes.c_void_p),
        ("release", ctypes.c_void_p),
        ("private_data", ctypes.c_void_p),
    )


class _Source:
    """What a stream gives: its columns, the batches left, and whom to tell what went wrong."""

    def __init__(
        self,
        columns: Sequence[ResultColumn],
        batches: Iterator[Batch],
        failed: Callable[[BaseException], None],
    ) -> None:
        self.columns = columns
        self.batches = batches
        self.failed = failed


_ALIVE: dict[int, Any] = {}
_NUMBERS = count(1)
_ANY_RELEASE = ctypes.CFUNCTYPE(None, ctypes.c_void_p)


@define
class ArrowSource:
    """What DuckDB reads as a table. It may ask for the stream several times; the first that is read has the rows."""

    columns: Sequence[ResultColumn]
    batches: Callable[[], Iterator[Batch]]
    failure: BaseException | None = None

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        """A stream of the batches."""
        return _capsule(self.columns, self.batches(), self._failed)

    def take_failure(self) -> BaseException | None:
        """What went wrong, if anything; it is told once, so that no circle of references keeps it."""
        failure, self.failure = self.failure, None
        return failure

    def _failed(self, error: BaseException) -> None:
        self.failure = error


def _capsule(
    columns: Sequence[ResultColumn], batches: Iterator[Batch], failed: Callable[[BaseException], None]
) -> object:
    stream = _Stream(
        get_schema=_address(GET_SCHEMA),
        get_next=_address(GET_NEXT),
        get_last_error=_address(GET_LAST_ERROR),
        release=_address(RELEASE_STREAM),
        private_data=_keep(_Source(columns, batches, failed)),
    )
    address = ctypes.addressof(stream)
    _STREAMS[address] = stream
    make = ctypes.pythonapi.PyCapsule_New
    make.restype = ctypes.py_object
    make.argtypes = (ctypes.c_void_p, ctypes.c_char_p, ctypes.c_void_p)
    capsule: object = make(address, NAME, _address(DROP_CAPSULE))
    return capsule


_STREAMS: dict[int, _Stream] = {}


def _address(callback: Any) -> int | None:
    return ctypes.cast(callback, ctypes.c_void_p).value


def _keep(value: Any) -> int:
    key = next(_NUMBERS)
    _ALIVE[key] = value
    return key


def _get_schema(stream: Any, out: Any) -> int:
    source: _Source = _ALIVE[stream.contents.private_data]
    children = [_schema(format_of(c.type), c.name) for c in source.columns]
    _fill_schema(out.contents, "+s", "", children)
    return FINE


def _get_next(stream: Any, out: Any) -> int:
    source: _Source = _ALIVE[stream.contents.private_data]
    try:
        batch = next(source.batches, None)
        if batch is None:
            out.contents.release = None
            return FINE
        columns = list(zip(*batch, strict=True)) or [()] * len(source.columns)
        children = [
            _array(len(batch), buffers(column.type, values))
            for column, values in zip(source.columns, columns, strict=True)
        ]
        _fill_array(out.contents, len(batch), Buffers(0, (None,)), children)
    except BaseException as error:  # noqa: BLE001 - nothing may pass through C, an interruption neither
        source.failed(error)
        out.contents.release = None
    return FINE


def _get_last_error(stream: Any) -> None:
    return None


def _release_stream(stream: Any) -> None:
    source: _Source | None = _ALIVE.pop(stream.contents.private_data, None)
    stream.contents.release = None
    close = getattr(source.batches, "close", None) if source is not None else None
    if close is not None:
        close()


def _drop_capsule(capsule: int) -> None:
    """The capsule is gone: release the stream if nobody took it. The capsule is passed by address, never as an object."""
    pointer = ctypes.pythonapi.PyCapsule_GetPointer
    pointer.restype = ctypes.c_void_p
    pointer.argtypes = (ctypes.c_void_p, ctypes.c_char_p)
    address = pointer(capsule, NAME)
    stream = _STREAMS.pop(address, None)
    if stream is not None and stream.release:
        _release_stream(ctypes.pointer(stream))


def _schema(format_: str, name: str) -> _Schema:
    made = _Schema()
    _fill_schema(made, format_, name, [])
    return made


def _fill_schema(made: _Schema, format_: str, name: str, children: Sequence[_Schema]) -> None:
    pointers = (ctypes.c_void_p * len(children))(*(ctypes.addressof(child) for child in children))
    format_text = ctypes.create_string_buffer(format_.encode())
    name_text = ctypes.create_string_buffer(name.encode())
    made.format = ctypes.cast(format_text, ctypes.c_char_p)
    made.name = ctypes.cast(name_text, ctypes.c_char_p)
    made.metadata = None
    made.flags = NULLABLE
    made.n_children = len(children)
    made.children = ctypes.addressof(pointers) if children else None
    made.dictionary = None
    made.private_data = _keep((pointers, children, format_text, name_text))
    made.release = _address(RELEASE_SCHEMA)


def _array(length: int, parts: Buffers) -> _Array:
    made = _Array()
    _fill_array(made, length, parts, [])
    return made


def _fill_array(made: _Array, length: int, parts: Buffers, children: Sequence[_Array]) -> None:
    child_pointers = (ctypes.c_void_p * len(children))(*(ctypes.addressof(child) for child in children))
    kept = [
        None if part is None else ctypes.create_string_buffer(part, max(len(part), 1)) for part in parts.parts
    ]
    pointers = (ctypes.c_void_p * len(kept))(
        *(None if part is None else ctypes.addressof(part) for part in kept)
    )
    made.length = length
    made.null_count = parts.nulls
    made.offset = 0
    made.n_buffers = len(kept)
    made.buffers = ctypes.addressof(pointers)
    made.n_children = len(children)
    made.children = ctypes.addressof(child_pointers) if children else None
    made.dictionary = None
    made.private_data = _keep((child_pointers, children, kept, pointers))
    made.release = _address(RELEASE_ARRAY)


def _release_schema(schema: Any) -> None:
    _release_with_children(schema.contents)


def _release_array(array: Any) -> None:
    _release_with_children(array.contents)


def _release_with_children(made: _Schema | _Array) -> None:
    """Release what has not been moved away: a child that was taken has no `release` any more."""
    kept = _ALIVE.pop(made.private_data, None)
    made.release = None
    if kept is not None:
        for child in kept[1]:
            if child.release:
                _ANY_RELEASE(child.release)(ctypes.addressof(child))


# The same functions as C sees them; they live as long as the module.
GET_SCHEMA = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(_Stream), ctypes.POINTER(_Schema))(_get_schema)
GET_NEXT = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(_Stream), ctypes.POINTER(_Array))(_get_next)
GET_LAST_ERROR = ctypes.CFUNCTYPE(ctypes.c_void_p, ctypes.POINTER(_Stream))(_get_last_error)
RELEASE_STREAM = ctypes.CFUNCTYPE(None, ctypes.POINTER(_Stream))(_release_stream)
DROP_CAPSULE = ctypes.CFUNCTYPE(None, ctypes.c_void_p)(_drop_capsule)
RELEASE_SCHEMA = ctypes.CFUNCTYPE(None, ctypes.POINTER(_Schema))(_release_schema)
RELEASE_ARRAY = ctypes.CFUNCTYPE(None, ctypes.POINTER(_Array))(_release_array)
