"""The shape of a problem. Each code is a class; its docstring is its page."""

from copy import copy
from enum import Enum
from importlib import import_module
from typing import Any, ClassVar, Generic, Self, TypeVar

from attrs import field

from metricdsl.diagnostics.late import Late
from metricdsl.source import Span
from metricdsl.value import frozen

T = TypeVar("T")


class Severity(Enum):
    """How much a problem weighs: an error refuses, a warning and a hint only speak."""

    ERROR = "error"
    WARNING = "warning"
    HINT = "hint"


@frozen
class Edit:
    """Replace the text of a span by another text (an empty span inserts)."""

    span: Span
    text: str

    def made_in(self, text: str) -> str:
        """The whole text with it; of several edits the last place goes first."""
        return text[: self.span.start] + self.text + text[self.span.end :]


@frozen
class Fix:
    """A concrete way out. `edits` may be empty when only the analyst can write it; `safe` ones `metric check --fix` applies."""

    title: str
    edits: tuple[Edit, ...] = ()
    safe: bool = False


class Problem(Late):
    """The base of all problems: a subclass for each code, with typed fields for what its sentence needs.

    `span` is the place in a definition or query, or None where the place is not a text (a connection, a data file:
    then the sentence names it). A subclass sets `code` (letter of its stage and three digits), `slug`, and where it is
    not an error, `severity`; it writes `message` (one sentence, in the analyst's words), and where they help, `reason`
    (why; one paragraph), `label` (a few words at the place) and `fixes`.
    """

    code: ClassVar[str] = ""
    slug: ClassVar[str] = ""
    severity: ClassVar[Severity] = Severity.ERROR

    span: Span | None = None
    by_use: Span | None = field(
        default=None, eq=False
    )  # what led there, where the place is in the body of a define

    def used_at(self, used: Span) -> Self:
        """The same problem with the place that led to it."""
        told: Any = copy(self)
        object.__setattr__(told, "by_use", used)
        return told  # type: ignore[no-any-return]

    def at(self, span: Span | None) -> Self:
        """The same problem at another place."""
        moved: Any = copy(self)
        object.__setattr__(moved, "span", span)
        return moved  # type: ignore[no-any-return]

    def as_error(self) -> Self:
        """The same problem as an error, where whoever asks wants none of its kind."""
        told: Any = copy(self)
        object.__setattr__(told, "severity", Severity.ERROR)
        return told  # type: ignore[no-any-return]

    def message(self) -> str:
        """What is wrong, in one sentence."""
        return self.slug.replace("-", " ")

    def label(self) -> str:
        """A few words to stand under the marked text; may be empty."""
        return ""

    def reason(self) -> str:
        """Why it is wrong or what number it would have spoilt; may be empty."""
        return ""

    def details(self) -> tuple[str, ...]:
        """The reason in lines, where it is a list; else empty."""
        return ()

    def fixes(self) -> tuple[Fix, ...]:
        """What to do, the best first."""
        return ()


@frozen
class Outcome(Generic[T]):
    """What every stage gives: a value (as much as could be made) and the problems met."""

    value: T
    problems: tuple[Problem, ...] = ()

    @property
    def failed(self) -> bool:
        """Whether any problem is an error."""
        return any(p.severity is Severity.ERROR for p in self.problems)


PROBLEM_MODULES = (
    "syntax",
    "unclosed",
    "unread",
    "written",
    "names",
    "packages",
    "packs",
    "shared_names",
    "requirements",
    "overrides",
    "ambiguity",
    "formulas",
    "types",
    "units",
    "declared_types",
    "grain",
    "paths",
    "times",
    "aggregation",
    "chance",
    "contexts",
    "levels",
    "validity",
    "ways",
    "serving",
    "requests",
    "result_functions",
    "tops",
    "accounts",
    "periods",
    "reports",
    "scorecards",
    "dialects",
    "execution",
    "tables",
    "connections",
    "files",
    "project",
    "data",
    "conversion",
    "keys",
    "numbers",
    "money",
    "period_tables",
    "conversions",
    "stocks",
    "stored",
    "invariants",
    "decompositions",
    "plugins",
    "hooks",
    "named_functions",
    "declarations",
    "opening_hours",
    "baselines",
    "goals",
    "shares_and_numbers",
    "parameters",
    "policies",
    "lint",
    "period_hints",
    "context_hints",
)


def catalogue() -> dict[str, type[Problem]]:
    """All problem classes by code, in the order of their codes."""
    for module in PROBLEM_MODULES:
        import_module(f"metricdsl.diagnostics.problems.{module}")
    found: dict[str, type[Problem]] = {}
    waiting = list(Problem.__subclasses__())
    while waiting:
        cls = waiting.pop()
        waiting.extend(cls.__subclasses__())
        if cls.code:
            found[cls.code] = cls
    return dict(sorted(found.items()))
