"""Which places each test reaches: a trace of the functions that some place lies in, and of nothing else."""

import sys
from collections.abc import Callable, Mapping, Sequence
from types import CodeType, FrameType
from typing import Any

from attrs import define, field

from tools.changed_places import Place

Trace = Callable[[FrameType, str, Any], Any]
FUNCTION = 0x1
"""The flag (CO_OPTIMIZED) that the code of functions has, and that of modules and classes has not."""


@define
class Reaching:
    """Collects the numbers of the places that are reached from `begin` to `end`."""

    places: Mapping[str, Sequence[tuple[int, Place]]]  # by the name of the file: a number, and where
    _hit: set[int] = field(factory=set, init=False)
    _of_code: dict[CodeType, Trace | None] = field(factory=dict, init=False)

    def begin(self) -> None:
        """From here on."""
        self._hit = set()
        self._of_code = {}
        sys.settrace(self._called)

    def end(self) -> set[int]:
        """What was reached since `begin`."""
        sys.settrace(None)
        return self._hit

    def _called(self, frame: FrameType, event: str, value: object) -> Trace | None:
        code = frame.f_code
        if code not in self._of_code:
            self._of_code[code] = self._looking_at(code)
        return self._of_code[code]

    def _looking_at(self, code: CodeType) -> Trace | None:
        """What follows the lines of a function in which some place lies that was not reached yet."""
        places = self.places.get(code.co_filename)
        if not places or not code.co_flags & FUNCTION:
            return None
        lines = {line for _, _, line in code.co_lines() if line is not None}
        wanted: dict[int, set[int]] = {}
        for number, place in places:
            for line in lines.intersection(range(place.first, place.last + 1)):
                wanted.setdefault(line, set()).add(number)
        if not wanted:
            return None
        left = set().union(*wanted.values()) - self._hit

        def follow(frame: FrameType, event: str, value: object) -> Trace | None:
            numbers = wanted.get(frame.f_lineno)
            if numbers is not None and not numbers <= self._hit:
                self._hit |= numbers
                left.difference_update(numbers)
                if not left:
                    self._of_code[code] = None
            return follow if left else None

        return follow
