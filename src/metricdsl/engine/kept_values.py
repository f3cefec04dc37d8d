"""How frozen values are kept and made again: by the texts of a function for each class, not attribute by attribute in a loop.

A cache of many metrics is hundreds of thousands of small values; reading it is little else than making these.
"""

import io
import pickle
from collections.abc import Callable
from functools import cache
from types import MemberDescriptorType
from typing import IO, Any

from attrs import fields, has

from metricdsl.analysis.directory import Declared
from metricdsl.model.metric import Metric
from metricdsl.model.types import ValueType
from metricdsl.source import Unread
from metricdsl.source.unread import Sheet
from metricdsl.syntax.nodes import Declaration, Document, MetricDecl
from metricdsl.value import HashedOnce

Make = Callable[..., Any]

SHEET = 128
"""How many values lie on one sheet: few, as one of them is read with all others; many, as each sheet names its classes."""


def written(value: Any) -> bytes:
    """A value as bytes: its sheets, and itself without them."""
    sheets: list[list[Any]] = []
    whole = io.BytesIO()
    _WithSheets(whole, sheets).dump(value)
    return pickle.dumps((whole.getvalue(), [_plain(sheet) for sheet in sheets]), protocol=5)


def read(data: bytes, reader: type[pickle.Unpickler]) -> Any:
    """What was written, made by a kind of unpickler; what lies on sheets is read when it is asked for."""
    whole, datas = reader(io.BytesIO(data)).load()

    class Reader(reader):  # type: ignore[valid-type, misc]
        """Finds the places on sheets."""

        sheets = [Sheet(data, lambda data: reader(io.BytesIO(data)).load()) for data in datas]  # noqa: RUF012 - nobody changes it

        def persistent_load(self, pid: Any) -> Unread:
            return Unread(self.sheets[pid // SHEET], pid % SHEET)

    return Reader(io.BytesIO(whole)).load()


def _plain(value: Any) -> bytes:
    file = io.BytesIO()
    _ValuesPickler(file, protocol=5).dump(value)
    return file.getvalue()


class _ValuesPickler(pickle.Pickler):
    """Writes values of `attrs` classes with slots as calls of `maker(class)`; everything else as ever."""

    def __init__(self, file: IO[bytes], protocol: int = 5) -> None:
        super().__init__(file, protocol)
        self._types: dict[ValueType, ValueType] = {}

    def reducer_override(self, value: Any) -> Any:
        """How a value is made again."""
        if isinstance(value, _Maker):
            return maker, (value.made,)
        names = _NAMES.get(type(value))
        if names is None:
            names = _NAMES[type(value)] = _names(type(value))
        if not names:
            return NotImplemented
        return _maker_of(type(value)), tuple(
            [self._held(value, name, getattr(value, name)) for name in names]
        )

    def _held(self, holder: Any, name: str, value: Any) -> Any:
        """What is written for an attribute: of equal types the first."""
        return self._types.setdefault(value, value) if type(value) is ValueType else value


class _WithSheets(_ValuesPickler):
    """Puts the metrics of files, and the formulas they stand for, on sheets."""

    def __init__(self, file: IO[bytes], sheets: list[list[Any]]) -> None:
        super().__init__(file)
        self._sheets = sheets
        self._places: dict[int, _Place] = {}

    def persistent_id(self, value: Any) -> int | None:
        return value.number if type(value) is _Place else None

    def _held(self, holder: Any, name: str, value: Any) -> Any:
        if type(holder) is Document and name == "_declarations":
            return tuple([self._declared(one) for one in holder.declarations])
        if type(holder) is Declared and name == "_node":
            return self._declared(holder.node)
        if type(holder) is Metric and name == "_formula":
            return self._put(holder.formula)
        return super()._held(holder, name, value)

    def _declared(self, node: Declaration) -> Any:
        return self._put(node) if type(node) is MetricDecl else node

    def _put(self, value: Any) -> "_Place":
        """The place of a value, the same each time."""
        place = self._places.get(id(value))
        if place is None:
            if not self._sheets or len(self._sheets[-1]) == SHEET:
                self._sheets.append([])
            self._sheets[-1].append(value)
            place = _Place((len(self._sheets) - 1) * SHEET + len(self._sheets[-1]) - 1)
            self._places[id(value)] = place
        return place


class _Place:
    """Where a value lies, while it is written."""

    __slots__ = ("number",)

    def __init__(self, number: int) -> None:
        self.number = number


class _Maker:
    """Stands for the function that makes the values of a class, while they are written."""

    def __init__(self, made: type) -> None:
        self.made = made

    def __call__(self) -> None:
        """A pickler wants something that can be called."""


_NAMES: dict[type, tuple[str, ...]] = {}
_MAKERS: dict[type, _Maker] = {}


def _maker_of(made: type) -> _Maker:
    return _MAKERS.setdefault(made, _Maker(made))


def _names(made: type) -> tuple[str, ...]:
    """The attributes of a class whose values are nothing but these, in slots; none of any other."""
    if not has(made) or "__dict__" in dir(made) or made.__reduce_ex__ is not object.__reduce_ex__:
        return ()
    state = getattr(made, "__getstate__", None)
    if getattr(state, "__name__", "") != "slots_getstate":
        return ()
    names = tuple(field.name for field in fields(made))
    return names if _slots(made) - {"__weakref__", *HashedOnce.__slots__} == set(names) else ()


def _slots(made: type) -> set[str]:
    return {slot for base in made.__mro__ for slot in getattr(base, "__slots__", ())}


@cache
def maker(made: type) -> Make:
    """A function that makes a value of a class from its attributes, in their order, as they were."""
    names = _names(made)
    known: dict[str, Any] = {"new": object.__new__, "made": made}
    lines = [f"def make({', '.join(f'v{i}' for i in range(len(names)))}):", "    found = new(made)"]
    for i, name in enumerate(names):
        descriptor = getattr(made, name)
        assert isinstance(descriptor, MemberDescriptorType), "an attribute of a class with slots"
        known[f"set{i}"] = descriptor.__set__
        lines.append(f"    set{i}(found, v{i})")
    exec("\n".join([*lines, "    return found"]), known)  # noqa: S102 - of numbers alone
    make: Make = known["make"]
    return make
