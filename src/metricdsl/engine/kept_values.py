"""How frozen values are kept and made again: by the texts of a function for each class, not attribute by attribute in a loop.

A cache of many metrics is hundreds of thousands of small values; reading it is little else than making these.
"""

import pickle
from collections.abc import Callable
from types import MemberDescriptorType
from typing import Any

from attrs import fields, has

Make = Callable[..., Any]
KEPT_HASH = "_attrs_cached_hash"
"""The slot in which `attrs` keeps the hash of a value of a class with `cache_hash`; None until it is asked for."""


class ValuesPickler(pickle.Pickler):
    """Writes values of `attrs` classes with slots as calls of `maker(class)`; everything else as ever."""

    def reducer_override(self, value: Any) -> Any:
        """How a value is made again."""
        if isinstance(value, _Maker):
            return maker, (value.made,)
        names = _NAMES.get(type(value))
        if names is None:
            names = _NAMES[type(value)] = _names(type(value))
        if not names:
            return NotImplemented
        return _maker_of(type(value)), tuple([getattr(value, name) for name in names])


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
    return names if _slots(made) - {"__weakref__", KEPT_HASH} == set(names) else ()


def _slots(made: type) -> set[str]:
    return {slot for base in made.__mro__ for slot in getattr(base, "__slots__", ())}


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
    if KEPT_HASH in _slots(made):  # texts have other hashes in another process
        known["forget"] = getattr(made, KEPT_HASH).__set__
        lines.append("    forget(found, None)")
    exec("\n".join([*lines, "    return found"]), known)  # noqa: S102 - of numbers alone
    make: Make = known["make"]
    return make
