"""The places of a Python file where a small change would be a mistake: other operators, conditions turned round, what is left out."""

import ast
from collections.abc import Callable, Iterator

from attrs import frozen

_COMPARISONS: dict[type[ast.cmpop], tuple[str, str]] = {
    ast.Lt: ("<", "<="),
    ast.LtE: ("<=", "<"),
    ast.Gt: (">", ">="),
    ast.GtE: (">=", ">"),
    ast.Eq: ("==", "!="),
    ast.NotEq: ("!=", "=="),
    ast.In: ("in", "not in"),
    ast.NotIn: ("not in", "in"),
    ast.Is: ("is", "is not"),
    ast.IsNot: ("is not", "is"),
}
_SUMS: dict[type[ast.operator], tuple[str, str]] = {
    ast.Add: ("+", "-"),
    ast.Sub: ("-", "+"),
    ast.Mult: ("*", "+"),
    ast.FloorDiv: ("//", "*"),
}
_CALLS = {"any": "all", "all": "any", "min": "max", "max": "min"}


@frozen(kw_only=True)
class Change:
    """A place (offsets of characters) with what stands there and what shall."""

    kind: str
    line: int
    start: int
    end: int
    was: str
    now: str

    def made_to(self, text: str) -> str:
        """The text with the change; every other line keeps its number."""
        lost = self.was.count("\n") - self.now.count("\n")
        return text[: self.start] + self.now + "\n" * lost + text[self.end :]


def changes(text: str) -> Iterator[Change]:
    """All changes of a file, in its order. Texts, annotations, assertions and what is imported for types alone are left as they are."""
    yield from sorted(_Places(text).found(), key=lambda change: (change.start, change.kind))


class _Places:
    def __init__(self, text: str) -> None:
        self.text = text
        self.starts = [0]
        for line in text.splitlines(keepends=True):
            self.starts.append(self.starts[-1] + len(line))
        self.lines = text.splitlines(keepends=True)

    def found(self) -> Iterator[Change]:
        looks: tuple[Callable[[ast.AST], Iterator[Change]], ...] = (
            self._comparisons,
            self._connectives,
            self._sums,
            self._constants,
            self._conditions,
            self._calls,
            self._left_out,
        )
        for node in self._code(ast.parse(self.text)):
            for look in looks:
                yield from look(node)

    def _code(self, node: ast.AST) -> Iterator[ast.AST]:
        """The nodes that are run."""
        yield node
        for name, value in ast.iter_fields(node):
            if name in {"annotation", "returns", "decorator_list", "type_params", "msg"}:
                continue
            for child in value if isinstance(value, list) else [value]:
                if isinstance(child, ast.AST) and not _aside(child):
                    yield from self._code(child)

    def _at(self, line: int, column: int) -> int:
        """An offset of characters from a line and a column of bytes."""
        return self.starts[line - 1] + len(self.lines[line - 1].encode()[:column].decode())

    def _span(self, node: ast.expr | ast.stmt | ast.keyword) -> tuple[int, int]:
        assert node.end_lineno is not None
        assert node.end_col_offset is not None
        return self._at(node.lineno, node.col_offset), self._at(node.end_lineno, node.end_col_offset)

    def _change(self, kind: str, start: int, end: int, now: str) -> Change:
        line = self.text.count("\n", 0, start) + 1
        return Change(kind=kind, line=line, start=start, end=end, was=self.text[start:end], now=now)

    def _between(self, kind: str, left: ast.expr, right: ast.expr, was: str, now: str) -> Iterator[Change]:
        """The sign between two operands, where it is the only one of its kind there."""
        start, end = self._span(left)[1], self._span(right)[0]
        if self.text[start:end].count(was) == 1:
            at = start + self.text[start:end].index(was)
            yield self._change(kind, at, at + len(was), now)

    def _comparisons(self, node: ast.AST) -> Iterator[Change]:
        if isinstance(node, ast.Compare):
            left = node.left
            for sign, right in zip(node.ops, node.comparators, strict=True):
                if type(sign) in _COMPARISONS:
                    yield from self._between("comparison", left, right, *_COMPARISONS[type(sign)])
                left = right

    def _connectives(self, node: ast.AST) -> Iterator[Change]:
        if isinstance(node, ast.BoolOp):
            was, now = ("and", "or") if isinstance(node.op, ast.And) else ("or", "and")
            for left, right in zip(node.values, node.values[1:], strict=False):
                yield from self._between("connective", left, right, was, now)
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
            start = self._span(node)[0]
            yield self._change("negation", start, start + len("not"), "")

    def _sums(self, node: ast.AST) -> Iterator[Change]:
        if isinstance(node, ast.BinOp) and type(node.op) in _SUMS:
            yield from self._between("operator", node.left, node.right, *_SUMS[type(node.op)])

    def _constants(self, node: ast.AST) -> Iterator[Change]:
        if isinstance(node, ast.Constant) and isinstance(node.value, bool):
            yield self._change("constant", *self._span(node), str(not node.value))
        elif isinstance(node, ast.Constant) and isinstance(node.value, int):
            yield self._change("constant", *self._span(node), str(node.value + 1))

    def _conditions(self, node: ast.AST) -> Iterator[Change]:
        if isinstance(node, ast.If | ast.While | ast.IfExp):
            start, end = self._span(node.test)
            yield self._change("condition", start, end, f"not ({self.text[start:end]})")
        if isinstance(node, ast.comprehension):
            for test in node.ifs:
                yield self._change("condition left out", *self._span(test), "True")

    def _calls(self, node: ast.AST) -> Iterator[Change]:
        if not isinstance(node, ast.Call):
            return
        if isinstance(node.func, ast.Name) and node.func.id in _CALLS:
            yield self._change("function", *self._span(node.func), _CALLS[node.func.id])
        for keyword in node.keywords:
            start, end = self._span(keyword)
            following = self.text[end:]
            comma = len(following) - len(following.lstrip()) + 1 if following.lstrip().startswith(",") else 0
            yield self._change("argument left out", start, end + comma, "")

    def _left_out(self, node: ast.AST) -> Iterator[Change]:
        if isinstance(node, ast.AugAssign) or (
            isinstance(node, ast.Expr) and isinstance(node.value, ast.Call)
        ):
            yield self._change("statement left out", *self._span(node), "pass")
        if isinstance(node, ast.Continue):
            yield self._change("continue", *self._span(node), "break")


def _aside(node: ast.AST) -> bool:
    """Whether a node is no behaviour: texts with pieces, assertions, imports for types alone."""
    types_alone = (
        isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"
    )
    return types_alone or isinstance(node, ast.Assert | ast.JoinedStr | ast.Raise)
