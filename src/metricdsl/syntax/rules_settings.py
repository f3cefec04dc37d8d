"""The rules of parameters, units, rates, calendars and policies."""

import datetime as dt
from decimal import Decimal
from typing import Any

from metricdsl.diagnostics.problems.syntax import RepeatedClause, UnexpectedText
from metricdsl.syntax import nodes as n
from metricdsl.syntax.rules import Children, Part, all_of, plain_name, words
from metricdsl.syntax.rules_member import MemberRules

_COMMON_YEAR = 2001  # a day of each year: no 29th of February
_HOUR, _DAY = 60, 24 * 60  # minutes


class SettingRules(MemberRules):
    """One method for each rule of these declarations, named like it in grammar.lark."""

    def described_head(self, children: Children) -> dict[str, Any]:
        """Name, label and places of a declaration."""
        return {**self.headed(children), "label": self.value_of(children, "label")}

    def param(self, children: Children) -> n.ParamDecl:
        return n.ParamDecl(
            **self.described_head(children),
            type=self.value_of(children, "type"),
            default=self.behind(children, "="),
            properties=self.properties(children),
        )

    def unit(self, children: Children) -> n.UnitDecl:
        return n.UnitDecl(
            **self.described_head(children),
            multiple=next(iter(all_of(children, n.Multiple)), None),
            properties=self.properties(children),
        )

    def multiple(self, children: Children) -> n.Multiple:
        if children[1].type == "DURATION":
            duration: n.DurationLiteral = self.duration(children[1:2])
            amount, factors, rest = duration.amount, [(duration.unit, 1)], children[2:]
        else:
            amount, factors, rest = Decimal(children[1]), [(children[2].value, 1)], children[3:]
        for sign, atom in zip(rest[::2], rest[1::2], strict=True):
            factors.append((atom.value, -1 if sign == "/" else 1))
        return n.Multiple(amount=amount, factors=tuple(factors), span=self.span(children[1:]))

    # ------------------------------------------------------------ rates

    def rates(self, children: Children) -> n.RatesDecl:
        origin: Part = children[children.index("from") + 1]
        rule = next((c for c in all_of(children, Part) if c.kind == "rule"), None)
        return n.RatesDecl(
            **self.described_head(children),
            origin=origin.value,
            origin_span=origin.span,
            rule=rule.value if rule else None,
            rule_span=rule.span if rule else None,
            properties=all_of(children, n.Property),
        )

    def rates_rule(self, children: Children) -> Part:
        return self.part("rule", " ".join(words(children[1:])), children)

    # ------------------------------------------------------------ calendars

    def calendar(self, children: Children) -> n.CalendarDecl:
        origin: Part | None = self.value_of(children, "from")
        return n.CalendarDecl(
            **self.described_head(children),
            origin=origin.value if origin else None,
            origin_span=origin.span if origin else None,
            year=self.once("year", all_of(children, n.YearStart)),
            quarter=self.once("quarter", all_of(children, n.QuarterWeeks)),
            hours=all_of(children, n.OpenHours),
            holidays=all_of(children, n.Holidays),
            properties=all_of(children, n.Property),
        )

    def once(self, word: str, found: tuple[n.Node, ...]) -> Any:
        """The first of some rules of a calendar; a second one is reported."""
        for other in found[1:]:
            self.problems.append(RepeatedClause(span=other.span, clause=word, first=found[0].span))
        return found[0] if found else None

    def year_rule(self, children: Children) -> n.YearStart:
        month, _, day = children[-3:]
        said = words(children[2:-3])
        span = self.span(children[-3:])
        try:
            dt.date(_COMMON_YEAR, int(month), int(day))
        except ValueError:
            self.problems.append(
                UnexpectedText(
                    span=span,
                    sentence="A year starts on a day that every year has, written month-day: `04-01`.",
                    mark="not a day of every year",
                )
            )
            month, day = "1", "1"
        return n.YearStart(
            month=int(month),
            day=int(day),
            weekday=plain_name(children[2]) if said else None,
            rule=" ".join(said[1:]) or None,
            span=self.span(children),
        )

    def quarter_rule(self, children: Children) -> n.QuarterWeeks:
        weeks = [int(str(c)) if str(c).isdigit() else 0 for c in children[1::2]]
        if not all(1 <= week <= 9 for week in weeks):
            self.problems.append(
                UnexpectedText(
                    span=self.span(children[1:]),
                    sentence="The weeks of the three months of a quarter are whole numbers, as in `quarter 4-4-5`.",
                    mark="not three numbers of weeks",
                )
            )
            weeks = [4, 4, 5]
        first, second, third = weeks
        return n.QuarterWeeks(weeks=(first, second, third), span=self.span(children))

    def hours(self, children: Children) -> n.OpenHours:
        return n.OpenHours(
            days=all_of(children, n.Weekdays),
            stretches=all_of(children, n.Stretch),
            span=self.span(children),
        )

    def weekdays(self, children: Children) -> n.Weekdays:
        last = children[2] if len(children) > 1 else None
        return n.Weekdays(first=children[0], last=last, span=self.span(children))

    def stretch(self, children: Children) -> n.Stretch:
        return n.Stretch(
            start=self.minutes(children[0]), end=self.minutes(children[2]), span=self.span(children)
        )

    def minutes(self, token: Any) -> int:
        """The minutes since midnight that a token writes; a time that no day has is reported."""
        hour, minute = map(int, token.split(":"))
        if minute < _HOUR and hour * _HOUR + minute <= _DAY:
            return hour * _HOUR + minute
        self.problems.append(
            UnexpectedText(
                span=self.place(token),
                sentence="A time of the day is written hour:minute, from 00:00 to 24:00.",
                mark="not a time of the day",
            )
        )
        return 0

    def holidays(self, children: Children) -> n.Holidays:
        origin = children[-1] if isinstance(children[-1], n.Name) else None
        return n.Holidays(days=all_of(children, n.Holiday), origin=origin, span=self.span(children))

    def holiday(self, children: Children) -> n.Holiday:
        closed = children[1] if len(children) > 1 else None
        return n.Holiday(day=children[0], closed=closed, span=self.span(children))

    # ------------------------------------------------------------ policies

    def policy(self, children: Children) -> n.PolicyDecl:
        entity: n.Name = children[2]
        return n.PolicyDecl(
            name_span=entity.span, entity=entity, condition=children[4], span=self.span(children)
        )

    def open_policy(self, children: Children) -> n.PolicyDecl:
        entity: n.Name = children[3]
        return n.PolicyDecl(name_span=entity.span, entity=entity, condition=None, span=self.span(children))
