"""A scorecard as it was judged: what every page of it, in whatever form, says."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime

from attrs import field

from metricdsl.insight.comparisons import Change
from metricdsl.insight.goals import Elapsed, Judgement, Status
from metricdsl.insight.quantities import Number
from metricdsl.insight.usual_range import Signal, UsualRange
from metricdsl.model.metric import Additivity
from metricdsl.model.period import Period
from metricdsl.model.types import ValueType
from metricdsl.value import frozen


@frozen(kw_only=True)
class Point:
    """A period of a series, and what a goal asks for in it. `of` is how many its value is a share of, where that is known."""

    starts: date
    text: str = ""  # as it is written
    value: object = None
    finished: bool = True
    of: object = None
    low: Number | None = None
    high: Number | None = None


@frozen(kw_only=True)
class Note:
    """What is said of a metric besides its number: how it is computed, how fresh it is, who answers for it."""

    formula: str = ""  # as it is written
    words: str = ""  # the same in plain words
    about: str = ""
    owner: str = ""
    fresh: date | None = None  # the last day of which there are rows
    stale: bool = False  # whether that is before the last finished day of the period


@frozen(kw_only=True)
class Occurrence:
    """An event of the time that is shown."""

    title: str
    start: date
    end: date | None = None
    affects: tuple[str, ...] = ()  # qualified metrics; all where empty
    phase: str = ""


@frozen(kw_only=True)
class Row:
    """A metric of the scorecard, of one member where it is asked by any."""

    name: str  # the column as asked
    label: str
    metric: str = ""  # in full, where the column is a metric by its name
    members: tuple[tuple[str, object], ...] = ()
    type: ValueType
    format: str | None = None
    additivity: Additivity = Additivity.NON_ADDITIVE
    better: str = ""  # higher, lower, or the band
    value: object = None
    judgement: Judgement
    series: tuple[Point, ...] = ()
    changes: tuple[Change, ...] = ()
    usual: UsualRange | None = None  # of the phase that the period is in
    phases: tuple[UsualRange, ...] = ()  # of all phases
    history: int = 0  # finished periods of its phase
    note: Note = field(factory=Note)
    band: str = ""  # its class
    reason: str = ""  # why it has no value

    @property
    def status(self) -> Status:
        """How it stands, in a word."""
        return self.judgement.status

    def signal(self, starts: date) -> Signal | None:
        """What is unusual about a period, in its phase, if anything."""
        return next((found for phase in self.phases if (found := phase.signal(starts)) is not None), None)

    def affected(self, event: Occurrence) -> bool:
        """Whether an event says that it affects this metric, or names none."""
        return not event.affects or self.metric in event.affects

    @property
    def title(self) -> str:
        """What it is called: with its members, where it is of some."""
        told = ", ".join("none" if value is None else str(value) for _, value in self.members)
        return f"{self.label} · {told}" if told else self.label


@frozen(kw_only=True)
class Band:
    """The metrics of one class; of no class where the title is empty."""

    title: str
    rows: tuple[Row, ...]


@frozen(kw_only=True)
class ObjectiveStatus:
    """An objective with the worst of what it is measured by, its own metrics and the objectives under it."""

    name: str
    label: str
    level: str = ""
    under: str = ""
    depth: int = 0
    due: date | None = None
    owner: str = ""
    status: Status
    attainment: float | None = None
    judged: int = 0
    of: int = 0
    because: tuple[str, ...] = ()  # what it is as bad as


@frozen(kw_only=True)
class Coverage:
    """What is managed without a number, and what is measured without a goal."""

    metrics_without_goal: tuple[str, ...] = ()
    objectives_without_metric: tuple[str, ...] = ()


@frozen(kw_only=True)
class Scorecard:
    """A scorecard, judged for one period."""

    name: str
    label: str
    about: str = ""
    owner: str = ""
    period: Period
    grain: str
    period_text: str
    today: date
    elapsed: Elapsed | None = None  # of a period that is not over
    pace_note: str = ""
    comparisons: tuple[str, ...] = ()
    bands: tuple[Band, ...] = ()
    events: tuple[Occurrence, ...] = ()
    objectives: tuple[ObjectiveStatus, ...] = ()
    coverage: Coverage = field(factory=Coverage)
    notes: tuple[str, ...] = ()

    @property
    def finished(self) -> bool:
        """Whether the period is over."""
        return self.elapsed is None

    @property
    def starts(self) -> date:
        """The first day of the period."""
        start = self.period.start
        assert start is not None, "a scorecard has a period"
        return start.date() if isinstance(start, datetime) else start

    @property
    def rows(self) -> tuple[Row, ...]:
        """The rows of all bands."""
        return tuple(row for band in self.bands for row in band.rows)

    def counts(self) -> Mapping[Status, int]:
        """How many rows have each status, those that none has left out."""
        return {status: number for status in Status if (number := sum(self.of_status(status)))}

    def of_status(self, status: Status) -> Iterator[bool]:
        """For each row, whether it has a status."""
        return (row.status is status for row in self.rows)
