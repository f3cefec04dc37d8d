"""A value beside its goal as a bar: the mark is the goal, the thin one what is asked for by now."""

from metricdsl.insight.quantities import quantity
from metricdsl.insight.scorecard import Row
from metricdsl.report import drawing, words

WIDTH, HEIGHT = 100.0, 14.0
ROOM = 1.15


def bullet(row: Row) -> str:
    """The picture; nothing where a value or goal is missing, or below zero, since a bar begins there."""
    judged, value = row.judgement, quantity(row.value)
    marks = [float(one) for one in (judged.low, judged.high) if one is not None]
    if value is None or not marks or min(float(value), *marks) < 0:
        return ""
    expected = None if judged.expected is None else float(judged.expected)
    end = max(float(value), *marks, expected or 0.0) * ROOM or 1.0
    x = WIDTH / end
    parts = [
        drawing.element("rect", x=0, y=1, width=WIDTH, height=HEIGHT - 2, class_="track"),
        drawing.element("rect", x=0, y=4, width=float(value) * x, height=HEIGHT - 8, class_="bar"),
        *(drawing.line([(mark * x, 0), (mark * x, HEIGHT)], "goal") for mark in marks),
    ]
    if expected is not None:
        parts.append(drawing.line([(expected * x, 3), (expected * x, HEIGHT - 3)], "mean"))
    label = f"{words.value(row)}, goal {words.goal(row)}"
    return drawing.picture(WIDTH, HEIGHT, label, "".join(parts), "bullet")
