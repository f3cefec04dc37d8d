"""Pieces of SVG, drawn here: no library, no font and no network is needed to see them. Colours are classes, set by the page."""

from collections.abc import Sequence
from html import escape

from metricdsl.execution.shown import printable

Place = tuple[float, float]


def element(name: str, body: str = "", **attributes: object) -> str:
    """An element; `_` in the name of an attribute is `-`, and `class_` is the class."""
    said = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{escape(_number(value))}"'
        for key, value in attributes.items()
        if value is not None
    )
    return f"<{name}{said}>{body}</{name}>" if body else f"<{name}{said}/>"


def picture(width: float, height: float, label: str, body: str, class_: str = "") -> str:
    """A picture whose words are its label; what it shows stands in a table beside it."""
    label = printable(label)
    return element(
        "svg",
        element("title", escape(label)) + body,
        viewBox=f"0 0 {_number(width)} {_number(height)}",
        role="img",
        aria_label=label,
        class_=class_ or None,
    )


def line(places: Sequence[Place], class_: str) -> str:
    """A line through places."""
    points = " ".join(f"{_number(x)},{_number(y)}" for x, y in places)
    return element("polyline", points=points, class_=class_, fill="none") if len(places) > 1 else ""


def area(places: Sequence[Place], class_: str) -> str:
    """An area within places."""
    points = " ".join(f"{_number(x)},{_number(y)}" for x, y in places)
    return element("polygon", points=points, class_=class_)


def text(x: float, y: float, words: str, class_: str = "", anchor: str = "start") -> str:
    """Words at a place."""
    return element("text", escape(words), x=x, y=y, text_anchor=anchor, class_=class_ or None)


def dot(x: float, y: float, class_: str, radius: float = 2.5) -> str:
    """A point."""
    return element("circle", cx=x, cy=y, r=radius, class_=class_)


def diamond(x: float, y: float, class_: str, size: float = 5) -> str:
    """A point of another shape."""
    return area([(x, y - size), (x + size, y), (x, y + size), (x - size, y)], class_)


def _number(value: object) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)
