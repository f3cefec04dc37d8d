"""Declared types against inferred ones."""

from attrs import evolve

from metricdsl.analysis.world import Work
from metricdsl.diagnostics.problems.declared_types import DeclaredTypeDiffers
from metricdsl.model.types import Kind, ValueType
from metricdsl.model.unit import NUMBER, Form
from metricdsl.source import Span

UNSAID = {Form.PLAIN, Form.LITERAL}


def agreed(
    work: Work, name: str, declared: ValueType, found: ValueType, span: Span, *, states: bool
) -> ValueType | None:
    """The type of something declared as one thing and found to be another; None, with a problem, where they differ.

    A declared plain number says nothing of the unit. `states` lets a unit be declared for a number without one (a
    column: `fact amount : money(USD) = cents / 100`).
    """
    if found.kind in {Kind.UNKNOWN, Kind.NULL}:
        return declared
    if declared.kind.numeric and found.kind.numeric:
        if declared.kind is Kind.INTEGER and found.kind is not Kind.INTEGER:
            fix = "declare it `: float`" if found.unit.bare else f"declare it `: {said(found)}`"
            text = f"{name} is declared as a whole number, but is {said(found)}"
            work.report(DeclaredTypeDiffers(text=text, fix=fix, span=span))
            return None
        if declared.unit in {NUMBER, found.unit}:
            return found
        if found.unit.bare and declared.unit.bare and found.unit.form in UNSAID:
            return evolve(found, unit=declared.unit)
        if states and found.unit.bare and found.unit.form in UNSAID:
            return evolve(found, unit=declared.unit)
    elif declared.kind is found.kind is Kind.DURATION and declared.unit.powers != found.unit.powers:
        if states and found.unit.bare:
            return evolve(found, unit=declared.unit)
    elif declared.kind is found.kind:
        grain = declared.grain or found.grain
        return evolve(found, grain=grain, domain=declared.domain or found.domain)
    fix = "correct the type or the formula"
    if found.kind is Kind.DURATION and declared.kind.numeric and not found.unit.bare:
        fix = "divide the duration by one first, as in `took / (1 hour)`"
    elif declared.grain is not None and found.kind is Kind.DURATION:  # `: hour` is a time cut to its hour
        period = declared.grain
        fix = f"declare it `: duration`, or divide it by one: `(…) / (1 {period})` is a number of {period}s"
    elif found.unit.bare:
        fix = f"declare it `: {said(found)}`"
    elif found.kind is Kind.DURATION and (written := found.unit.written_behind("duration")):
        fix = f"declare it `: {written}`, or correct the formula"
    text = f"{name} is declared as {said(declared)}, but is {said(found)}"
    work.report(DeclaredTypeDiffers(text=text, fix=fix, span=span))
    return None


def said(found: ValueType) -> str:
    """A type as an analyst says it: USD, share, text, duration per job."""
    if not found.kind.numeric:
        return found.measured
    if found.unit.bare and found.unit.form in UNSAID:
        return "number"
    return found.unit.text
