"""Every problem we can report: what it is, where it is, and what to do about it."""

from metricdsl.diagnostics.problem import Edit, Fix, Outcome, Problem, Severity, catalogue

__all__ = ["Edit", "Fix", "Outcome", "Problem", "Severity", "catalogue"]
