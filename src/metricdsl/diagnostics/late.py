"""Classes that become attrs classes when the first of their objects is made."""

from threading import Lock
from typing import Self, dataclass_transform

from attrs import field, frozen

_building = Lock()
_built: set[type] = set()


@dataclass_transform(kw_only_default=True, frozen_default=True, field_specifiers=(field,))
class Late:
    """A subclass is a frozen attrs class with keyword arguments, without saying so.

    There are some ninety kinds of problems and most runs meet none. To make all these classes when a program starts took
    a tenth of the time in which a question is answered.
    """

    def __new__(cls, *_: object, **__: object) -> Self:
        """An object; the first of its class makes the class what it says it is."""
        if cls not in _built:
            with _building:
                for made in reversed(cls.__mro__):
                    if made is not Late and issubclass(made, Late) and made not in _built:
                        frozen(kw_only=True, slots=False)(made)
                        _built.add(made)
        return super().__new__(cls)
