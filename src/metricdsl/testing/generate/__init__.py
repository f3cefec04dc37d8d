"""Hypothesis strategies: schemas, nasty data, definitions and queries, all well-typed by construction, all as texts.

The same examples go to the reference evaluator and to every engine.
"""

from metricdsl.testing.generate.examples import Example, examples
from metricdsl.testing.generate.nested import nested_examples
from metricdsl.testing.generate.queries import Asked

__all__ = ["Asked", "Example", "examples", "nested_examples"]
