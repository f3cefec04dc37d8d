"""Three rules of a house."""

from collections.abc import Iterable, Iterator

from metricdsl.spi.checks import CheckDef, Finding
from metricdsl.spi.hooks import hookimpl
from metricdsl.spi.meaning import SHARE, SemanticModel

OF_A_SHARE = ("_share", "_rate", "_pct", "_percent")


def without_owner(model: SemanticModel) -> Iterator[Finding]:
    """Metrics of which nobody says whom to ask."""
    for name, metric in model.metrics.items():
        if "owner" not in metric.properties:
            yield Finding(name=name, message=f"{name} has no owner", fix='say whom to ask: `owner "…"`')


def without_words(model: SemanticModel) -> Iterator[Finding]:
    """Metrics that do not say what they are."""
    for name, metric in model.metrics.items():
        if not metric.about:
            yield Finding(
                name=name, message=f"{name} does not say what it is", fix='describe it: `about "…"`'
            )


def named_as_shares(model: SemanticModel) -> Iterator[Finding]:
    """Metrics called a share or rate that are none."""
    for name, metric in model.metrics.items():
        if name.endswith(OF_A_SHARE) and metric.type.kind.numeric and metric.type.unit != SHARE:
            told = metric.type.unit.text or "a plain number"
            yield Finding(
                name=name,
                message=f"{name} is called a share, and is {told}",
                fix="call it otherwise, or divide",
            )


@hookimpl
def metricdsl_checks() -> Iterable[CheckDef]:
    """The rules."""
    return [
        CheckDef(
            number=101, doc="Who asks about a number must find somebody who answers.", look=without_owner
        ),
        CheckDef(number=102, doc="A name alone is read in many ways.", look=without_words),
        CheckDef(
            number=103,
            doc="Of a share readers take 0.5 for a half, and they add no two of them.",
            look=named_as_shares,
        ),
    ]
