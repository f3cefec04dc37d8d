"""The meaning of a project: entities and metrics by qualified name. The waist between reading and planning."""

from collections.abc import Mapping

from attrs import field

from metricdsl.model.entity import Entity
from metricdsl.model.metric import Metric
from metricdsl.value import frozen


@frozen(kw_only=True)
class SemanticModel:
    """All that could be resolved. What was wrong is absent here and named in the problems."""

    entities: Mapping[str, Entity] = field(factory=dict)
    settings: Mapping[str, Entity] = field(factory=dict)  # rows of exchange rates, which no formula names
    metrics: Mapping[str, Metric] = field(factory=dict)
    overridden: Mapping[str, Metric] = field(
        factory=dict
    )  # what other metrics stand for, as it was: for the catalogue
    reports: Mapping[str, str] = field(factory=dict)  # and scorecards: qualified name → what is asked
    facets: Mapping[str, tuple[str, ...]] = field(factory=dict)

    @property
    def overriding(self) -> Mapping[str, Metric]:
        """The metrics that stand for others, by the names of those."""
        return {metric.overrides: metric for metric in self.metrics.values() if metric.overrides}
