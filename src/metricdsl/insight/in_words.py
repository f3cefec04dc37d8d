"""A metric's formula in plain words: `rate(deal where is_closed, that: is_won) at closed_on` → the share of deal (where is_closed) with
is_won, by closed_on.
"""

from metricdsl.analysis.directory import Declared, Directory
from metricdsl.syntax import nodes
from metricdsl.syntax.format_formula import flat

AGGREGATES = {
    "sum": "the sum of {}",
    "avg": "the mean of {}",
    "median": "the median of {}",
    "min": "the least {}",
    "max": "the greatest {}",
    "stddev": "the standard deviation of {}",
    "variance": "the variance of {}",
    "first": "the first {}",
    "last": "the last {}",
    "share": "the share of {}",
    "running": "{} from the first row on",
    "opening": "{} at the beginning of the period",
    "approx_count_distinct": "about how many different {}",
}
OPERATORS = {"+": "plus", "-": "minus", "*": "times", "/": "divided by"}


def in_words(directory: Directory, declared: Declared, formula: nodes.Expr) -> str:
    """A formula in words; what has no words stands as it is written."""
    return _Wording(directory, declared).of(formula)


class _Wording:
    """Words for the formulas of one declaration."""

    def __init__(self, directory: Directory, declared: Declared) -> None:
        self._directory = directory
        self._declared = declared

    def of(self, node: nodes.Expr) -> str:
        """A formula in words."""
        match node:
            case nodes.Name():
                return self._named(node)
            case nodes.Binary(operator=operator, left=left, right=right) if operator in OPERATORS:
                return f"{self._part(left)} {OPERATORS[operator]} {self._part(right)}"
            case nodes.InContext(body=body, words=words):
                return ", ".join([self.of(body), *map(self._word, words)])
            case nodes.Call():
                return self._call(node)
            case _:
                return flat(node)

    def _part(self, node: nodes.Expr) -> str:
        said = self.of(node)
        return f"({said})" if isinstance(node, nodes.Binary) else said

    def _within(self, node: nodes.Expr) -> str:
        """What an aggregate is of, its conditions in parentheses."""
        if isinstance(node, nodes.InContext):
            return f"{self.of(node.body)} ({', '.join(map(self._word, node.words))})"
        return self.of(node)

    def _named(self, node: nodes.Name) -> str:
        found = self._directory.lookup(self._declared.scope, node.parts)
        if isinstance(found, tuple) and isinstance(found[0].node, nodes.MetricDecl) and found[0].node.label:
            return found[0].node.label.lower()
        return node.text

    def _call(self, node: nodes.Call) -> str:
        arguments = node.arguments
        first = self._within(arguments[0].value) if arguments else ""
        if node.function == "count" and arguments:
            return f"how many different {first}" if arguments[0].distinct else f"the number of {first}"
        if node.function == "rate" and len(arguments) == 2:
            return f"the share of {first} with {flat(arguments[1].value)}"
        if node.function == "percentile" and len(arguments) >= 2:
            return f"the {flat(arguments[1].value)} percentile of {first}"
        if node.function in {"prior", "growth", "trailing", "to_date"} and len(arguments) == 2:
            second = flat(arguments[1].value)
            said = {
                "prior": f"{first}, {second} before",
                "growth": f"the growth of {first} in {second}",
                "trailing": f"{first} of the last {second}",
                "to_date": f"{first} since the beginning of the {second}",
            }
            return said[node.function]
        if node.function in AGGREGATES and len(arguments) == 1:
            return AGGREGATES[node.function].format(first)
        return flat(node)

    def _word(self, word: nodes.ContextWord) -> str:
        match word:
            case nodes.Where(condition=condition):
                return f"where {flat(condition)}"
            case nodes.At(time=time):
                return f"by {time.text}"
            case nodes.While(start=start, end=end):
                return f"while open from {start.text} to {end.text}"
            case nodes.Per(keys=keys):
                return "for each " + ", ".join(flat(key) for key in keys)
            case nodes.Having(condition=condition):
                return f"having {flat(condition)}"
            case nodes.Via(join=join):
                return f"via {join.text}"
            case nodes.As(factors=factors):
                return "as " + " ".join(name if power > 0 else f"/ {name}" for name, power in factors)
