"""The rules of formulas and literals."""

import datetime as dt
import re
from decimal import Decimal
from typing import Any

from attrs import evolve

from metricdsl.diagnostics.problems.written import ImpossibleDate, LeadingZero
from metricdsl.source import Span
from metricdsl.syntax import nodes as n
from metricdsl.syntax.chains import in_blocks
from metricdsl.syntax.names import in_ascii_digits
from metricdsl.syntax.rules import Children, Part, Rules, all_of, formulas, plain_name, plain_text, words

_GROUPS_BEFORE = re.compile(r"(?<![\w.])\d{1,3}(?:, \d{3})*, \Z|(?<![\w.])\d{1,3}(?:,\d{3})*,\Z")
_GROUPS_BEHIND = {
    " ": re.compile(r"(?:, \d{3}(?!\w))*(?:\.\d+)?"),
    ",": re.compile(r"(?:,\d{3}(?!\w))*(?:\.\d+)?"),
}
_TIGHT_BEFORE = re.compile(r"(?<![\w.])\d{1,3}(?:,\d{3})*,\Z")
_DOTS_BEFORE = re.compile(r"(?<![\w.])\d{1,3}(?:\.\d{3})+,\Z")
_MOST_BEFORE = 40  # characters in front that are looked at
_CELL = re.compile(r"\|[^|()\n]*\Z")


class FormulaRules(Rules):
    """One method for each rule of a formula, named like it in grammar.lark."""

    # ------------------------------------------------------------ literals

    def number(self, children: Children) -> n.Number:
        self.in_plain_digits(children[0])
        return n.Number(value=Decimal(children[0]), span=self.span(children))

    def in_plain_digits(self, token: Any) -> None:
        """Tells of a zero in front: in `1,000` the second of two numbers, in `007` one that somebody means; and of groups of digits.

        `1,500` is two numbers, and looks like one; `1, 500` is two. A row of a test has its columns to tell.
        """
        text, span = self.read_from.text, self.place(token)
        front = text[max(0, span.start - _MOST_BEFORE) : span.start]
        if len(token) > 1 and token[0] == "0" and token[1].isdigit():
            self._zero(token, front)
        elif front[-1:] == "," and _CELL.search(text[max(0, span.start - 200) : span.start]) is None:
            self._group(token, front)

    def _group(self, token: Any, front: str) -> None:
        """Tells of `1,500` and `1.000,50`."""
        text, span = self.read_from.text, self.place(token)
        groups, dots = _TIGHT_BEFORE.search(front), _DOTS_BEFORE.search(front)
        if dots is not None and re.match(r"\d{1,2}(?![\d.])", token):
            start = span.start - len(dots[0])
            instead = text[start : span.end].replace(".", "").replace(",", ".")
            self._not_one(start, span.end, instead)
        elif groups is not None and re.match(r"\d{3}(?!\d)", token) and ",0" not in groups[0]:
            if re.search(r",\d{3},", groups[0]):
                return  # told with the group before
            behind = _GROUPS_BEHIND[","].match(text, span.end)
            start, end = span.start - len(groups[0]), span.end if behind is None else behind.end()
            self._not_one(start, end, text[start:end].replace(",", ""), several=True)

    def _not_one(self, start: int, end: int, instead: str, *, several: bool = False) -> None:
        written = self.read_from.text[start:end]
        apart = written.replace(",", ", ") if several else ""
        self.problems.append(
            LeadingZero(span=Span(self.file, start, end), written=written, instead=instead, apart=apart)
        )

    def _zero(self, token: Any, front: str) -> None:
        text, span = self.read_from.text, self.place(token)
        before = _GROUPS_BEFORE.search(front)
        whole = re.match(r"\d{3}(?!\d)", token) is not None
        if before is None or not whole:
            written, start, end = str(token), span.start, span.end
        else:
            start, end = span.start - len(before[0]), span.end
            if re.search(r",\s?0\d\d" if before[0][-1] == " " else r",\d{3},", before[0]):
                return  # told with the group before
            behind = _GROUPS_BEHIND[before[0][-1]].match(text, end)
            end = end if behind is None else behind.end()
            written = text[start:end]
        instead = re.sub(r",\s?", "", written).lstrip("0")
        instead = instead if instead[:1].isdigit() else "0" + instead
        if re.search(r"\d-\Z", front):
            instead = ""  # part of a date
        self.problems.append(LeadingZero(span=Span(self.file, start, end), written=written, instead=instead))

    def percent(self, children: Children) -> n.Percent:
        self.in_plain_digits(children[0])
        return n.Percent(value=Decimal(f"{children[0][:-1]}E-2"), span=self.span(children))

    def text(self, children: Children) -> n.Text:
        return n.Text(value=plain_text(children[0]), span=self.span(children))

    def true(self, children: Children) -> n.Boolean:
        return n.Boolean(value=True, span=self.span(children))

    def false(self, children: Children) -> n.Boolean:
        return n.Boolean(value=False, span=self.span(children))

    def null(self, children: Children) -> n.Null:
        return n.Null(span=self.span(children))

    def date(self, children: Children) -> n.DateLiteral:
        return n.DateLiteral(value=self.day(children[0]), span=self.span(children))

    def day(self, token: Any) -> dt.date:
        """The day that a token writes; one that no calendar has is reported, and the first of all days stands in for it."""
        try:
            return dt.date.fromisoformat(in_ascii_digits(token))
        except ValueError:
            self.problems.append(ImpossibleDate(span=self.place(token), written=str(token)))
            return dt.date.min

    def period_literal(self, children: Children) -> n.PeriodLiteral:
        token = children[0]
        year, _, rest = token.partition("-")
        grain = {"Q": "quarter", "W": "week"}.get(rest[0], "month")
        ordinal = int(rest.lstrip("QW"))
        if grain == "week" and not 1 <= ordinal <= dt.date(int(year), 12, 28).isocalendar().week:
            self.problems.append(ImpossibleDate(span=self.place(token), written=str(token)))
        return n.PeriodLiteral(grain=grain, year=int(year), ordinal=ordinal, span=self.span(children))

    def duration(self, children: Children) -> n.DurationLiteral:
        self.in_plain_digits(children[0])
        token = str(children[0])
        amount = token.rstrip("abcdefghijklmnopqrstuvwxyz")
        unit = token[len(amount) :].removesuffix("s")
        return n.DurationLiteral(amount=Decimal(amount.strip()), unit=unit, span=self.span(children))

    def cells(self, children: Children) -> n.Argument:
        self.in_plain_digits(children[0])
        number, name = str(children[0]).split(maxsplit=1)
        span = self.span(children)
        named = n.Name(parts=tuple(name.split(".")), span=evolve(span, start=span.end - len(name)))
        return n.Argument(
            value=n.DurationLiteral(amount=Decimal(number), unit="", cells=named, span=span), span=span
        )

    # ------------------------------------------------------------ operators

    def binary(self, children: Children) -> n.Binary:
        left, operator, right = children
        return in_blocks(n.Binary(operator=str(operator), left=left, right=right, span=self.span(children)))

    def negation(self, children: Children) -> n.Negation:
        return n.Negation(operand=children[1], span=self.span(children))

    def negated(self, children: Children) -> n.Not:
        return n.Not(operand=children[1], span=self.span(children))

    def compared(self, children: Children) -> n.Comparison:
        rest = tuple((str(children[i]), children[i + 1]) for i in range(1, len(children), 2))
        return n.Comparison(first=children[0], rest=rest, span=self.span(children))

    def membership(self, children: Children) -> n.Membership:
        operand, *items = formulas(children)
        return n.Membership(
            operand=operand, items=tuple(items), negated="not" in words(children), span=self.span(children)
        )

    not_membership = membership

    def is_null(self, children: Children) -> n.IsNull:
        return n.IsNull(operand=children[0], negated=len(children) == 4, span=self.span(children))

    is_not_null = is_null

    def parenthesis(self, children: Children) -> Any:
        return evolve(children[1], span=self.span(children))

    def group(self, children: Children) -> n.Group:
        return n.Group(items=formulas(children), span=self.span(children))

    # ------------------------------------------------------------ calls

    def call(self, children: Children) -> n.Call:
        function = children[0]
        return n.Call(
            function=function.text,
            function_span=function.span,
            arguments=all_of(children, n.Argument),
            span=self.span(children),
        )

    def argument(self, children: Children) -> n.Argument:
        only = children[0]
        return only if isinstance(only, n.Argument) else n.Argument(value=only, span=only.span)

    def distinct_argument(self, children: Children) -> n.Argument:
        return n.Argument(value=children[1], distinct=True, span=self.span(children))

    def named_argument(self, children: Children) -> n.Argument:
        return n.Argument(value=children[2], name=plain_name(children[0]), span=self.span(children))

    # ------------------------------------------------------------ words of context

    def in_context(self, children: Children) -> n.InContext:
        return n.InContext(body=children[0], words=tuple(children[1:]), span=self.span(children))

    def where(self, children: Children) -> n.Where:
        return n.Where(condition=children[1], span=self.span(children))

    def at(self, children: Children) -> n.At:
        return n.At(time=children[1], span=self.span(children))

    def while_open(self, children: Children) -> n.While:
        return n.While(start=children[1], end=children[3], span=self.span(children))

    def via(self, children: Children) -> n.Via:
        return n.Via(join=children[1], span=self.span(children))

    def per(self, children: Children) -> n.Per:
        keys: Part = children[-1]
        return n.Per(keys=keys.value, every=len(children) == 3, span=self.span(children))

    def per_keys(self, children: Children) -> Part:
        return self.part("keys", formulas(children), children)

    def having(self, children: Children) -> n.Having:
        return n.Having(condition=children[1], span=self.span(children))

    def as_unit(self, children: Children) -> n.As:
        factors = tuple(
            (children[i].value, -1 if children[i - 1] == "/" else 1) for i in range(1, len(children), 2)
        )
        return n.As(factors=factors, span=self.span(children))

    def unit_atom(self, children: Children) -> Part:
        return self.part("unit", children[0].text, children)
