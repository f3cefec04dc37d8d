"""A metric's periods as a picture: the line, what its goals ask for, the usual range, events; what is not over is dashed."""

from collections.abc import Sequence
from itertools import pairwise
from operator import itemgetter

from metricdsl.insight.quantities import quantity
from metricdsl.insight.scorecard import Occurrence, Point, Row, Scorecard
from metricdsl.report import drawing, words
from metricdsl.report.drawing import Place
from metricdsl.value import frozen

WIDTH, HEIGHT = 360.0, 190.0
LEFT, RIGHT, TOP, BOTTOM = 6.0, 12.0, 16.0, 20.0
ROOM = 0.08
"""How much of the height is left free above and below."""
SMALL = (100.0, 20.0)


@frozen(kw_only=True)
class Scale:
    """Where a period and a value lie in a picture."""

    number: int
    low: float
    high: float
    width: float
    height: float
    left: float = 0.0
    right: float = 0.0
    top: float = 0.0
    bottom: float = 0.0

    def x(self, at: float) -> float:
        """Of the period with a number, counted from 0."""
        inner = self.width - self.left - self.right
        return self.left + inner * (at / (self.number - 1) if self.number > 1 else 0.5)

    def y(self, value: float) -> float:
        """Of a value."""
        inner = self.height - self.top - self.bottom
        part = (value - self.low) / (self.high - self.low) if self.high > self.low else 0.5
        return self.top + inner * (1 - part)


def trend(row: Row, card: Scorecard) -> str:
    """The picture of a row; nothing where it has no value at all."""
    scale = _scale(row)
    if scale is None:
        return ""
    places = _places(row.series, scale)
    parts = [*_usual(row, scale), *_grid(row, scale), *_goals(row.series, scale)]
    parts += _events(row.series, events_of(row, card), scale)
    parts += _lines(row.series, places)
    for place, point in zip(places, row.series, strict=True):
        if place is not None:
            unusual = point.finished and row.signal(point.starts) is not None
            parts.append(
                drawing.diamond(*place, "signal")
                if unusual
                else drawing.dot(*place, "point" if point.finished else "open")
            )
    parts.append(drawing.text(LEFT, HEIGHT - 5, row.series[0].text, "axis"))
    parts.append(drawing.text(WIDTH - RIGHT, HEIGHT - 5, row.series[-1].text, "axis", "end"))
    label = f"{row.title}: {len(row.series)} periods from {row.series[0].text} to {row.series[-1].text}. The numbers stand in the table below."
    return drawing.picture(WIDTH, HEIGHT, label, "".join(parts), "trend")


def small_trend(row: Row, number: int) -> str:
    """The last periods without a scale."""
    series = row.series[-number:]
    known = [float(value) for point in series if (value := quantity(point.value)) is not None]
    if not known:
        return ""
    width, height = SMALL
    scale = Scale(
        number=len(series),
        low=min(known),
        high=max(known),
        width=width,
        height=height,
        left=3,
        right=3,
        top=3,
        bottom=3,
    )
    places = _places(series, scale)
    last = next((place for place in reversed(places) if place is not None), None)
    mark = "" if last is None else drawing.dot(*last, "point" if series[-1].finished else "open")
    label = f"{row.title}, the last {len(series)} periods"
    return drawing.picture(width, height, label, "".join([*_lines(series, places), mark]), "small")


def events_of(row: Row, card: Scorecard) -> list[tuple[str, Occurrence]]:
    """The events of the time shown that affect a row's metric, each with its letter."""
    first = row.series[0].starts if row.series else card.starts
    told = [one for one in card.events if (one.end or one.start) >= first and row.affected(one)]
    return [(chr(ord("a") + at % 26), one) for at, one in enumerate(told)]


def _scale(row: Row) -> Scale | None:
    known = [float(value) for point in row.series if (value := quantity(point.value)) is not None]
    if not known:
        return None
    limits = [edge for phase in row.phases for one in phase.limits for edge in (one.low, one.high)]
    asked = [float(edge) for point in row.series for edge in (point.low, point.high) if edge is not None]
    low, high = min([*known, *limits, *asked]), max([*known, *limits, *asked])
    room = (high - low) * ROOM or abs(high) * ROOM or 1.0
    return Scale(
        number=len(row.series),
        low=low - room,
        high=high + room,
        width=WIDTH,
        height=HEIGHT,
        left=LEFT,
        right=RIGHT,
        top=TOP,
        bottom=BOTTOM,
    )


def _places(series: Sequence[Point], scale: Scale) -> list[Place | None]:
    return [
        None if (value := quantity(point.value)) is None else (scale.x(at), scale.y(float(value)))
        for at, point in enumerate(series)
    ]


def _lines(series: Sequence[Point], places: Sequence[Place | None]) -> list[str]:
    """The line in pieces: it ends where a value is missing, and is dashed into a period that is not over."""
    parts: list[str] = []
    piece: list[Place] = []
    for place, point in zip(places, series, strict=True):
        if place is not None and point.finished:
            piece.append(place)
            continue
        if place is not None and piece:
            parts.append(drawing.line([piece[-1], place], "line unfinished"))
        parts.append(drawing.line(piece, "line"))
        piece = []
    return [part for part in (*parts, drawing.line(piece, "line")) if part]


def _usual(row: Row, scale: Scale) -> list[str]:
    """The usual range of each phase, as far to the sides as half a period."""
    at = {point.starts: index for index, point in enumerate(row.series)}
    parts: list[str] = []
    for phase in row.phases:
        known = [(at[one.starts], one) for one in phase.limits if one.starts in at]
        above = [(scale.x(index), scale.y(one.high)) for index, one in known]
        below = [(scale.x(index), scale.y(one.low)) for index, one in known]
        if known:
            parts.append(drawing.area([*above, *reversed(below)], "usual"))
            mean = scale.y(phase.mean)
            parts.append(drawing.line([(above[0][0], mean), (above[-1][0], mean)], "mean"))
    return parts


def _grid(row: Row, scale: Scale) -> list[str]:
    """The least and the greatest value, with what they are."""
    known = [
        (float(number), point.value) for point in row.series if (number := quantity(point.value)) is not None
    ]
    parts: list[str] = []
    for height, value in dict((max(known, key=itemgetter(0)), min(known, key=itemgetter(0)))).items():
        y = scale.y(height)
        parts.append(drawing.line([(LEFT, y), (WIDTH - RIGHT, y)], "grid"))
        parts.append(drawing.text(LEFT, y - 3, words.amount_of(row, value), "axis"))
    return parts


def _goals(series: Sequence[Point], scale: Scale) -> list[str]:
    """What the goals ask for, a step for each period."""
    half = (scale.x(1) - scale.x(0)) / 2 if len(series) > 1 else 20.0
    parts: list[str] = []
    for at, point in enumerate(series):
        for edge in (point.low, point.high):
            if edge is not None:
                y = scale.y(float(edge))
                left, right = max(LEFT, scale.x(at) - half), min(WIDTH - 2, scale.x(at) + half)
                parts.append(drawing.line([(left, y), (right, y)], "goal"))
    return parts


def _events(series: Sequence[Point], events: Sequence[tuple[str, Occurrence]], scale: Scale) -> list[str]:
    """A line with a letter where something happened."""
    parts: list[str] = []
    starts = [point.starts for point in series]
    for letter, one in events:
        at = next((float(i) for i, (a, b) in enumerate(pairwise(starts)) if a <= one.start < b), None)
        if at is not None:
            index = int(at)
            at += (one.start - starts[index]) / (starts[index + 1] - starts[index])
        else:
            at = 0.0 if one.start < starts[0] else float(len(starts) - 1)
        x = scale.x(at)
        parts.append(drawing.line([(x, TOP - 4), (x, HEIGHT - BOTTOM)], "event"))
        parts.append(drawing.text(x, TOP - 6, letter, "axis", "middle"))
    return parts
