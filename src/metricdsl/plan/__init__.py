"""From a request to relational steps."""

from metricdsl.plan.build import build
from metricdsl.plan.nodes import Plan
from metricdsl.plan.rewrite import rewrite, stages
from metricdsl.plan.text import text

__all__ = ["Plan", "build", "rewrite", "stages", "text"]
