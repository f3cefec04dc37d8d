"""What a project says to those who manage by it: a scorecard judged, what moved a number."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any, cast

from metricdsl.engine.bound_query import BoundQuery

if TYPE_CHECKING:
    from metricdsl.insight.scorecard import Scorecard
    from metricdsl.insight.why_answer import Why

DEFAULT = "default"
"""The connection that is asked where none is named."""


class Managing:
    """The part of a project that is built upon its answers; it opens the door to `insight`, which is above, when it is asked."""

    def scorecard(
        self,
        name: str,
        period: str = "",
        *,
        connection: str = DEFAULT,
        today: date | None = None,
        principal: Mapping[str, object] | None = None,
        parameters: Mapping[str, object] | None = None,
    ) -> "Scorecard":
        """A scorecard judged for a period, as `metric scorecard` shows it; without one for the last that is over. Raises QueryError."""
        from metricdsl.insight.judged import judged

        project = cast("Any", self)
        return judged(project, name, period, connection, project.context(today, principal, parameters))

    def why(
        self,
        metric: str,
        *,
        vs: str = "prior",
        period: str = "last month",
        by: Sequence[str] = (),
        where: str = "",
        connection: str = DEFAULT,
        today: date | None = None,
        principal: Mapping[str, object] | None = None,
        parameters: Mapping[str, object] | None = None,
        running: Callable[[BoundQuery], None] | None = None,
    ) -> "Why":
        """Why a metric moved: from `vs` ("prior", "prior year", "goal", "baseline", a period) to `period`, by its formula and by
        dimensions, those that fit where none are named. Raises QueryError. `running` is told of each question before the engine has
        it, for whoever may cancel it.
        """
        from metricdsl.insight.why import Question, why

        asked = Question(
            metric=metric,
            vs=vs,
            period=period,
            by=tuple(by),
            where=where,
            connection=connection,
            today=today,
            principal=principal,
            parameters=parameters,
            running=running,
        )
        return why(cast("Any", self), asked)
