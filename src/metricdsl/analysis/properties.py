"""What is said about a metric in its block: known words, facets, and the value where it is empty."""

from collections.abc import Sequence

from attrs import define, field

from metricdsl.analysis.directory import FACETS, Clash, Scope
from metricdsl.analysis.literals import constant
from metricdsl.analysis.world import Work
from metricdsl.diagnostics.near import near
from metricdsl.diagnostics.problems.formulas import NotInThisVersion, WrongArguments
from metricdsl.diagnostics.problems.names import UnknownName, UnknownProperty
from metricdsl.diagnostics.problems.syntax import RepeatedClause
from metricdsl.model.formula import Constant
from metricdsl.source import Span
from metricdsl.syntax import nodes

WORDS = (
    "about",
    "label",
    "better",
    "owner",
    "status",
    "replaced by",
    "implements",
    "format",
    "empty",
    "minimum",
    "source",
    "version",
    "since",
    "guards",
)
NAMED_WORDS = (*WORDS, "overrides")
"""The words of what can be put in the place of another: metrics, segments, defines."""
LATER = frozenset({"guards"})
"""Words that refuse results. Rather no metric than one whose numbers are not guarded."""
STATUS = ("draft", "proposed", "certified", "deprecated")
BETTER = ("higher", "lower")
SEVERAL = frozenset({"grain"})
"""Words that may stand several times in a block."""


@define
class Said:
    """What a block says: values by word, labels and descriptions by language, the constant of `empty`."""

    values: dict[str, tuple[str, ...]] = field(factory=dict)
    labels: dict[str, str] = field(factory=dict)
    abouts: dict[str, str] = field(factory=dict)
    empty: Constant | None = None


def said(
    work: Work,
    properties: Sequence[nodes.Property],
    scope: Scope,
    known: Sequence[str] = WORDS,
    label: str | None = None,
) -> Said:
    """The properties of a block; unknown words are reported, with the near ones. `label` is the text behind the name."""
    found = Said()
    directory = work.world.directory
    before: dict[str, Span] = {}
    for node in properties:
        word = node.word
        _once(work, node, before, label)
        told = [value for value in node.values if isinstance(value, nodes.Label)]
        if word in {"label", "about"} and told:
            by_language = found.labels if word == "label" else found.abouts
            by_language.update((one.language or "", one.text) for one in told)
            continue
        if word not in known:
            facet = directory.lookup(scope, (word,), FACETS)
            if facet is None or isinstance(facet, Clash):
                words = (*known, *directory.visible(scope, space=FACETS))
                work.report(
                    UnknownProperty(word=word, near=near(word, words), known=words, span=node.word_span)
                )
                continue
            if isinstance(facet[0].node, nodes.FacetDecl):
                _within(work, node, facet[0].node.values, word)
        elif word == "status":
            _within(work, node, STATUS, word)
        elif word == "better" and isinstance(
            node.values[0], nodes.Name | nodes.Text
        ):  # else a band of numbers, which `bands` reads
            _within(work, node, BETTER, word)
        elif word in LATER:
            work.report(NotInThisVersion(word=f"`{word}`", span=node.word_span))
        elif word == "minimum" and not _whole(node):
            text = "`minimum` needs a number of rows, as in `minimum 5`"
            work.report(WrongArguments(text=text, fix="write minimum 5", span=node.span))
            continue
        elif word == "empty":
            found.empty = _empty(work, node)
        found.values[word] = tuple(property_text(value) for value in node.values)
    return found


def _once(work: Work, node: nodes.Property, before: dict[str, Span], label: str | None) -> None:
    """No word is said twice, nor a text twice in one language (a label stands behind the name too): one of them would be lost."""
    if node.word in SEVERAL:
        return
    text = node.values[0] if node.values else None
    language = text.language if isinstance(text, nodes.Label) else None
    word = f"{node.word} {language}" if language else node.word
    first = before.setdefault(word, node.span)
    if first is not node.span or (word == "label" and label is not None):
        work.report(RepeatedClause(clause=word, first=first, span=node.span))


def _whole(node: nodes.Property) -> bool:
    """Whether the one value is a whole number of rows."""
    value = node.values[0] if len(node.values) == 1 else None
    return isinstance(value, nodes.Number) and value.value == int(value.value) and value.value >= 1


_OTHER_WORDS = {
    **dict.fromkeys(("up", "more", "increase", "increasing", "max", "maximize", "positive"), "higher"),
    **dict.fromkeys(("down", "less", "decrease", "decreasing", "min", "minimize", "negative"), "lower"),
    **dict.fromkeys(("live", "active", "approved", "final", "verified", "production"), "certified"),
    **dict.fromkeys(("review", "pending", "suggested"), "proposed"),
    **dict.fromkeys(("old", "retired", "obsolete", "inactive"), "deprecated"),
    **dict.fromkeys(("wip", "experimental", "new"), "draft"),
}
"""What people say for the values of `better` and `status`."""


def _within(work: Work, node: nodes.Property, allowed: Sequence[str], word: str) -> None:
    """Each value is one of a vocabulary."""
    for value in node.values:
        text = property_text(value)
        if text not in allowed:
            work.report(
                UnknownName(
                    name=text,
                    where=f"among the values of {word} ({', '.join(allowed)})",
                    near=near(text, allowed) or tuple(w for w in allowed if w == _OTHER_WORDS.get(text)),
                    span=value.span,
                )
            )


def _empty(work: Work, node: nodes.Property) -> Constant | None:
    """The constant behind `empty`."""
    value = node.values[0] if len(node.values) == 1 else None
    match value:
        case nodes.Negation(operand=nodes.Number(value=number)):
            return constant(nodes.Number(value=-number, span=value.span))
        case nodes.Number() | nodes.Percent() | nodes.Text() | nodes.DateLiteral() | nodes.DurationLiteral():
            return constant(value)
        case nodes.Boolean():
            return constant(value)
        case _:
            work.report(WrongArguments(text="`empty` needs one value, as in `empty 0`", span=node.span))
            return None


def property_text(value: nodes.PropertyValue) -> str:
    """A value of a property, as text."""
    match value:
        case nodes.Text(value=text) | nodes.Label(text=text):
            return text
        case nodes.Name():
            return value.text
        case nodes.Number(value=number):
            return str(number)
        case nodes.Percent(value=fraction):
            return (
                f"{fraction * 100:f}".rstrip("0").rstrip(".") + "%" if fraction % 1 else f"{fraction * 100}%"
            )
        case nodes.Negation(operand=operand):
            return f"-{property_text(operand)}"
        case nodes.Range(low=low, high=high):
            return f"{property_text(low)} to {property_text(high)}"
        case nodes.OpenRange(bound=bound, higher=higher):
            return f"{property_text(bound)} or {'higher' if higher else 'lower'}"
        case nodes.DateLiteral(value=day):
            return day.isoformat()
        case nodes.DurationLiteral(amount=amount, unit=unit):
            return f"{amount} {unit}{'' if amount == 1 else 's'}"
        case nodes.Boolean(value=truth):
            return "true" if truth else "false"
        case _:
            return ""
