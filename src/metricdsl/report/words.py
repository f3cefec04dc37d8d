"""What a scorecard says, in words and numbers: the same in every form of its page. No digit of a number is left out."""

from metricdsl.execution.shown import NULL, people
from metricdsl.insight.comparisons import Change
from metricdsl.insight.goals import Status
from metricdsl.insight.quantities import Number, shown_as
from metricdsl.insight.scorecard import Row, Scorecard
from metricdsl.insight.usual_range import ENOUGH, Chart, Rule, Signal
from metricdsl.model.types import Kind

SIGNS = {
    Status.AHEAD: "✔",
    Status.ON_TRACK: "●",
    Status.IN_DANGER: "!",
    Status.BEHIND: "✘",
    Status.NO_DATA: "?",
    Status.NO_GOAL: "·",
}
"""The sign of each status: its word stands beside it, so that neither colour nor sign alone says it."""
HUNDREDTHS = 2
CHARTS = {
    Chart.XMR: "XmR: the mean ± 2.66 mean moving ranges",
    Chart.P: "p chart: what chance alone makes of shares of so many, 3 standard deviations",
    Chart.U: "u chart: what chance alone makes of so many counts, 3 standard deviations",
    Chart.P_LANEY: "p′ chart (Laney): as a p chart, widened by what ordinarily changes between periods",
    Chart.U_LANEY: "u′ chart (Laney): as a u chart, widened by what ordinarily changes between periods",
}


def title(row: Row) -> str:
    """A row's name, with ↓ where lower is better."""
    return f"{row.title} ↓" if row.better == "lower" else row.title


def status(row: Row) -> str:
    """Its sign and its word."""
    return f"{SIGNS[row.status]} {row.status.value}"


def value(row: Row) -> str:
    """Its value; a dash where there is none."""
    return amount_of(row, row.value)


def amount_of(row: Row, of: object) -> str:
    """A value of its series; a dash where there is none."""
    return people(of, row.type, row.format)


def amount(row: Row, of: Number) -> str:
    """A calculated number as the row's values are shown, to hundredths where it is not a whole one."""
    if isinstance(of, float) and abs(of) >= 1:
        of = round(of, HUNDREDTHS)
    return people(shown_as(of, row.type), row.type, row.format)


def goal(row: Row) -> str:
    """What its goal asks for."""
    judged = row.judgement
    if judged.low is not None and judged.high is not None:
        return f"{amount(row, judged.low)} to {amount(row, judged.high)}"
    limit = judged.low if judged.low is not None else judged.high
    return "" if limit is None else amount(row, limit)


def paced(card: Scorecard) -> bool:
    """Whether less than the goal is asked for by now, of some metric."""
    return any(row.judgement.expected is not None for row in card.rows)


def by_now(row: Row) -> str:
    """What is asked for by now, where that is less than the goal, and the part of it that is reached."""
    expected, pace = row.judgement.expected, percent(row.judgement.pace)
    return "" if expected is None else f"{amount(row, expected)} {pace:>5}"


def compared_with(card: Scorecard) -> list[str]:
    """What each comparison is called at the head of a column: the period, where it is one for all rows."""
    found = []
    for at, name in enumerate(card.comparisons):
        periods = {row.changes[at].period for row in card.rows} - {""}
        found.append(periods.pop() if len(periods) == 1 else name)
    return found


def percent(part: float | None) -> str:
    """A part as a whole percentage; nothing where there is none."""
    return "" if part is None else f"{part * 100:,.0f}%"


def change(row: Row, one: Change) -> str:
    """A difference with its sign: of shares in points, of durations in time, else in percent, or in its unit where that means nothing."""
    if one.points is not None:
        return f"{_in_percent(one.points)} pt"
    if one.absolute is None:
        return NULL
    if one.relative is not None and row.type.kind is not Kind.DURATION:
        return f"{_in_percent(one.relative)}%"
    return signed(row, one.absolute)


def _in_percent(part: float) -> str:
    """A difference to a tenth of a percent, with its sign unless that leaves nothing of it."""
    said = f"{part * 100:+,.1f}"
    return "0.0" if said in {"+0.0", "-0.0"} else said


def signed(row: Row, of: Number) -> str:
    """A difference in the row's own unit, with its sign."""
    said = people(shown_as(of, row.type), row.type, row.format)
    return said if said.startswith(("-", "−", "+")) or of == 0 else f"+{said}"


def usual(row: Row, card: Scorecard) -> str:
    """How usual the period is, in a few words."""
    if not card.finished:
        return "not over"
    if row.usual is None:
        return f"{row.history} of {ENOUGH}"
    found = row.signal(card.starts)
    return "usual" if found is None else signal(found)


def signal(found: Signal) -> str:
    """What is unusual, in a few words."""
    if Rule.BEYOND in found.rules:
        return "above usual" if found.above else "below usual"
    if Rule.RUN in found.rules:
        return "8 above mean" if found.above else "8 below mean"
    return "2 of 3 high" if found.above else "2 of 3 low"


def signal_sentence(found: Signal) -> str:
    """What is unusual, in a sentence."""
    side = "above" if found.above else "below"
    said = {
        Rule.BEYOND: f"it lies {side} the usual range",
        Rule.RUN: f"it is the eighth in a row {side} the mean",
        Rule.TWO_OF_THREE: f"two of the last three lie {side} two thirds of the way to the limit",
    }
    return "; ".join(said[rule] for rule in found.rules)


def usual_sentence(row: Row, card: Scorecard) -> str:
    """The usual range of the period, and what it makes of it."""
    if row.usual is None:
        since = "" if not any(one.phase for one in card.events) else " of this phase"
        return f"Usual range: not told before there are {ENOUGH} finished periods{since}; there are {row.history}."
    limits = row.usual.of(card.starts) or row.usual.limits[-1]
    since = f", since {row.usual.since}" if row.usual.since else ""
    low, high, mean = (amount(row, one) for one in (limits.low, limits.high, row.usual.mean))
    said = f"Usual range: {low} to {high}, mean {mean}, of {row.history} periods{since} ({CHARTS[row.usual.chart]})."
    if not card.finished:
        return f"{said} The period is not over, and is not judged by it."
    found = row.signal(card.starts)
    return f"{said} {'This period is usual.' if found is None else f'A signal: {signal_sentence(found)}.'}"


def goal_sentence(row: Row) -> str:
    """How it stands with its goal."""
    judged = row.judgement
    if judged.goal is None:
        return "No goal is set for this period."
    named = f" “{judged.goal.title}”" if judged.goal.title else ""
    if judged.low is not None and judged.high is not None:
        asks = f"between {amount(row, judged.low)} and {amount(row, judged.high)}"
    elif judged.low is not None:
        asks = f"at least {amount(row, judged.low)}"
    else:
        asks = f"at most {amount(row, judged.high)}" if judged.high is not None else ""
    parts = [f"Goal{named}: {asks}{', ' + judged.way if judged.way else ''}"]
    if judged.expected is not None:
        parts.append(f"by now {amount(row, judged.expected)}")
    if judged.attainment is not None:
        parts.append(f"{percent(judged.attainment)} of it")
    if judged.pace is not None:
        parts.append(f"{percent(judged.pace)} of what is asked for by now")
    if judged.progress is not None:
        parts.append(f"{percent(judged.progress)} of the way from where it started")
    said = "; ".join(parts)
    return f"{said}. {row.status.value.capitalize()}{': ' + judged.reason if judged.reason else ''}."


def change_sentence(row: Row, one: Change) -> str:
    """How it differs from what it is compared with."""
    period = f" ({one.period})" if one.period else ""
    if not one.compared:
        return f"Not compared with {one.name}{period}: {one.reason or 'there is no value'}."
    days = f", the first {one.same_days} days of both" if one.same_days is not None else ""
    parts = [change(row, one)]
    if one.absolute is not None and one.relative is not None and row.type.kind is not Kind.DURATION:
        parts.append(signed(row, one.absolute))
    elif one.absolute is not None and one.relative is not None:
        parts.append(f"{_in_percent(one.relative)}%")
    there = people(one.value, row.type, row.format)
    return f"Against {one.name}{period}{days}: {', '.join(parts)}, from {there}."


def computed(row: Row) -> str:
    """How it is computed, and how fresh it is."""
    note = row.note
    said = f"Computed as {note.words}" if note.words else "Computed"
    written = f" (`{note.formula}`)" if note.formula and note.formula != note.words else ""
    written = written if "`" not in note.formula else f" ({note.formula})"
    return f"{said}{written}. {fresh(row)}"


def fresh(row: Row) -> str:
    """How fresh its rows are."""
    if row.note.fresh is None:
        return "How fresh its rows are is not known."
    late = " None of them are of this period." if row.note.stale else ""
    return f"Its rows go up to {row.note.fresh.isoformat()}.{late}"


def headline(card: Scorecard) -> str:
    """The period, whether it is over, and what everything is measured against."""
    if card.elapsed is None:
        state = "over"
    else:
        days = card.elapsed
        state = f"not over: {days.over} of {days.of} {days.counted}"
    parts = [f"{card.period_text} ({state})"]
    if card.comparisons:
        parts.append(f"compared with {', '.join(card.comparisons)}")
    charts = dict.fromkeys(row.usual.chart.value for row in card.rows if row.usual is not None)
    if charts:
        parts.append(f"usual range = {', '.join(charts)}")
    return " · ".join(parts)


def sentences(row: Row, card: Scorecard) -> tuple[str, ...]:
    """All that is said of a row, in sentences."""
    told = [f"{card.period_text}: {value(row)}{' — ' + row.reason if row.reason else ''}."]
    told += [goal_sentence(row)]
    told += [change_sentence(row, one) for one in row.changes]
    told += [usual_sentence(row, card), computed(row)]
    if row.note.owner:
        told.append(f"Owner: {row.note.owner}.")
    return tuple(told)


def summary(card: Scorecard) -> str:
    """How many stand how."""
    counts = card.counts()
    said = ", ".join(f"{number} {one.value}" for one, number in counts.items())
    return said or "nothing is measured"


def unfinished(card: Scorecard) -> str:
    """What is made of a period that is not over; nothing of one that is."""
    if card.elapsed is None:
        return ""
    days = card.elapsed
    return (
        f"{card.period_text} is not over: {days.over} of its {days.of} {days.counted} are. Goals of what adds up are asked for"
        " by that share, comparisons are of the same days, and usual ranges judge only what is over."
    )


def objective(label: str, level: str, status_: Status, judged: int, of: int, attained: float | None) -> str:
    """How an objective stands, in a line."""
    part = f", {percent(attained)} reached" if attained is not None else ""
    sort = f" ({level})" if level else ""
    return f"{SIGNS[status_]} {status_.value}  {label}{sort}: {judged} of {of} judged{part}"


def coverage(card: Scorecard) -> tuple[str, ...]:
    """What has no goal, and what has no metric."""
    found = card.coverage
    told = []
    if found.metrics_without_goal:
        told.append(f"without a goal: {', '.join(found.metrics_without_goal)}")
    if found.objectives_without_metric:
        told.append(f"objectives without a metric: {', '.join(found.objectives_without_metric)}")
    return tuple(told)
