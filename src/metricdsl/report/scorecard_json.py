"""A scorecard as JSON has it: docs/reference/scorecard.schema.json."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from metricdsl.execution.json_object import json_value
from metricdsl.insight.comparisons import Change
from metricdsl.insight.quantities import Number, shown_as
from metricdsl.insight.scorecard import Band, ObjectiveStatus, Occurrence, Row, Scorecard
from metricdsl.insight.usual_range import UsualRange
from metricdsl.model.types import Kind


def json_object(card: Scorecard) -> dict[str, Any]:
    """A scorecard; decimals stay `Decimal`, so that whoever writes them can keep all their digits."""
    start, end = card.period.start, card.period.end
    return {
        "name": card.name,
        "label": card.label,
        "about": card.about or None,
        "owner": card.owner or None,
        "period": {
            "text": card.period_text,
            "grain": card.grain,
            "start": json_value(start, exact=False),
            "end": json_value(end, exact=False),
            "finished": card.finished,
            "elapsed": None
            if card.elapsed is None
            else {"over": card.elapsed.over, "of": card.elapsed.of, "counted": card.elapsed.counted},
        },
        "today": card.today.isoformat(),
        "counts": {status.value: number for status, number in card.counts().items()},
        "bands": [_band(band, card) for band in card.bands],
        "events": [_event(one) for one in card.events],
        "objectives": [_objective(one) for one in card.objectives],
        "coverage": {
            "metrics_without_goal": list(card.coverage.metrics_without_goal),
            "objectives_without_metric": list(card.coverage.objectives_without_metric),
        },
        "notes": list(card.notes),
    }


def _band(band: Band, card: Scorecard) -> dict[str, Any]:
    return {"class": band.title or None, "metrics": [_row(row, card) for row in band.rows]}


def _row(row: Row, card: Scorecard) -> dict[str, Any]:
    judged = row.judgement
    goal = judged.goal
    kind = row.type.kind
    unit = row.type.unit.behind("second") if kind is Kind.DURATION else row.type.unit.text
    return {
        "name": row.name,
        "label": row.label,
        "members": {name: json_value(value, exact=False) for name, value in row.members},
        "type": kind.value,
        "unit": unit if kind is Kind.DURATION or kind.numeric else None,
        "better": row.better or None,
        "value": json_value(row.value, exact=False),
        "status": judged.status.value,
        "reason": row.reason or judged.reason or None,
        "goal": None
        if goal is None
        else {
            "title": goal.title or None,
            "at_least": _number(row, judged.low),
            "at_most": _number(row, judged.high),
            "by_now": _number(row, judged.expected),
            "attainment": judged.attainment,
            "pace": judged.pace,
            "progress": judged.progress,
            "way": judged.way or None,
            "owner": goal.said.get("owner"),
        },
        "changes": [_change(row, one) for one in row.changes],
        "usual_range": None if row.usual is None else _usual(row, row.usual, card),
        "finished_periods": row.history,
        "series": [
            {
                "start": point.starts.isoformat(),
                "value": json_value(point.value, exact=False),
                "of": json_value(point.of, exact=False),
                "finished": point.finished,
                "at_least": _number(row, point.low),
                "at_most": _number(row, point.high),
            }
            for point in row.series
        ],
        "computed": {
            "formula": row.note.formula or None,
            "words": row.note.words or None,
            "about": row.note.about or None,
            "owner": row.note.owner or None,
            "fresh": _day(row.note.fresh),
            "stale": row.note.stale,
        },
    }


def _number(row: Row, number: Number | None) -> Any:
    return None if number is None else json_value(shown_as(number, row.type), exact=False)


def _change(row: Row, one: Change) -> dict[str, Any]:
    return {
        "against": one.name,
        "period": one.period or None,
        "value": json_value(one.value, exact=False),
        "absolute": _number(row, one.absolute),
        "relative": one.relative,
        "points": one.points,
        "same_days": one.same_days,
        "reason": one.reason or None,
    }


def _usual(row: Row, found: UsualRange, card: Scorecard) -> dict[str, Any]:
    signal = found.signal(card.starts) if card.finished else None
    limits = found.of(card.starts)
    return {
        "chart": found.chart.value,
        "mean": _number(row, found.mean),
        "low": None if limits is None else _number(row, limits.low),
        "high": None if limits is None else _number(row, limits.high),
        "phase": found.since or None,
        "signal": None
        if signal is None
        else _signal_object(signal.above, [rule.value for rule in signal.rules]),
        "signals": [
            {"start": one.starts.isoformat(), **_signal_object(one.above, [rule.value for rule in one.rules])}
            for one in found.signals
        ],
    }


def _signal_object(above: bool, rules: list[str]) -> Mapping[str, Any]:
    return {"side": "above" if above else "below", "rules": rules}


def _event(one: Occurrence) -> dict[str, Any]:
    return {
        "title": one.title,
        "start": one.start.isoformat(),
        "end": _day(one.end),
        "affects": list(one.affects),
        "phase": one.phase or None,
    }


def _objective(one: ObjectiveStatus) -> dict[str, Any]:
    return {
        "name": one.name,
        "label": one.label,
        "level": one.level or None,
        "under": one.under or None,
        "due": _day(one.due),
        "owner": one.owner or None,
        "status": one.status.value,
        "attainment": one.attainment,
        "judged": one.judged,
        "of": one.of,
        "because": list(one.because),
    }


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
