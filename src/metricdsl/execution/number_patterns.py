"""How a metric's `format` has its numbers shown: by a sample, `1,234.5 h`, or a pattern, `#,##0.00 €`, `0.0 %`."""

import re
from decimal import ROUND_HALF_UP, Context, Decimal
from functools import cache

from metricdsl.model.formats import OF_NEGATIVES, OF_SHARES, places_moved
from metricdsl.value import frozen

_PATTERN = re.compile(
    r"(?P<before>[^\d#]*)(?:1(?P<of_sample>[^\d#]?)234|#(?P<of_pattern>[^\d#])##0|0)"
    r"(?:(?P<point>[^\d#])(?P<digits>\d+))?(?P<after>[^\d#]*)"
)

_EXACT = Context(prec=400, rounding=ROUND_HALF_UP)
"""All digits of the greatest float."""


@frozen
class NumberPattern:
    """The digits behind the point, the mark between thousands ("" for none), the point, and what stands around a number."""

    digits: int
    group: str
    point: str
    before: str = ""
    after: str = ""

    @property
    def places(self) -> int:
        """How many places the sign of a share moves the point."""
        return places_moved(self.before + self.after)

    def shown(self, value: Decimal, *, plus: bool = False) -> str:
        """A number, rounded half away from zero; with `plus` one above zero has its sign."""
        rounded = abs(value).quantize(Decimal(1).scaleb(-self.digits), context=_EXACT)
        sign = "" if not rounded else "-" if value < 0 else "+" if plus else ""
        whole, _, digits = f"{rounded:,f}".partition(".")
        number = whole.replace(",", self.group) + (f"{self.point}{digits}" if digits else "")
        return f"{sign}{self.before}{number}{self.after}"


@cache
def number_pattern(text: str) -> NumberPattern | None:
    """What a format says, None if it says something else, which is left to other programs."""
    found = _PATTERN.fullmatch(text)
    if found is None or set(found["before"] + found["after"]) & set(OF_NEGATIVES):
        return None
    group = found["of_sample"] or found["of_pattern"] or ""
    point = found["point"] or ""
    around = found["before"] + found["after"]
    if (point and point == group) or sum(around.count(sign) for signs, _ in OF_SHARES for sign in signs) > 1:
        return None
    return NumberPattern(len(found["digits"] or ""), group, point, found["before"], found["after"])
