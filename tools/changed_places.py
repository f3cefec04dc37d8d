"""Where a change lies: the lines whose run reaches it, and whether they run when a module is imported or when a function is called."""

import ast
from typing import Any

from attrs import frozen


@frozen
class Place:
    """The lines `first` to `last`; `called` where they belong to the body of a function."""

    first: int
    last: int
    called: bool


def column_of(text: str, at: int) -> int:
    """The column, of bytes, of an offset of characters."""
    return len(text[text.rfind("\n", 0, at) + 1 : at].encode())


def place_of(tree: ast.Module, line: int, column: int) -> Place:
    """The innermost statement, case or body of a lambda at a line and a column of bytes, without the statements inside it."""
    found = Place(line, line, called=False)
    node: ast.AST | None = tree
    called = False
    while node is not None:
        inner = next((c for c in _parts(node) if _holds(c, line, column)), None)
        if inner is not None:
            called = called or _body(node, inner)
            if isinstance(inner, ast.stmt | ast.match_case):
                found = Place(*_head(inner), called=called)
            elif isinstance(node, ast.Lambda) and inner is node.body:
                found = Place(inner.lineno, inner.end_lineno or inner.lineno, called=True)
        node = inner
    return found


def _parts(node: ast.AST) -> list[ast.AST]:
    return [part for child in ast.iter_child_nodes(node) for part in _placed(child)]


def _placed(node: ast.AST) -> list[ast.AST]:
    """The node, or its parts where Python gives it no place (arguments, loops of comprehensions)."""
    return [node] if hasattr(node, "lineno") or isinstance(node, ast.match_case) else _parts(node)


def _span(node: ast.AST) -> tuple[tuple[int, int], tuple[int, int]]:
    if isinstance(node, ast.match_case):
        return _span(node.pattern)[0], _span(node.body[-1])[1]
    decorators = getattr(node, "decorator_list", [])
    start: Any = decorators[0] if decorators else node
    end: Any = node
    return (start.lineno, start.col_offset), (end.end_lineno, end.end_col_offset)


def _holds(node: ast.AST, line: int, column: int) -> bool:
    start, end = _span(node)
    return start <= (line, column) < end


def _body(node: ast.AST, inner: ast.AST) -> bool:
    if isinstance(node, ast.Lambda):
        return inner is node.body
    return isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and inner in node.body


def _head(node: ast.stmt | ast.match_case) -> tuple[int, int]:
    """The lines of a statement up to the first inside it."""
    start, end = _span(node)
    if isinstance(node, ast.Match):
        return start[0], max(start[0], _span(node.cases[0])[0][0] - 1)
    inside = [s for s in ast.iter_child_nodes(node) if isinstance(s, ast.stmt)]
    return start[0], (max(start[0], _span(inside[0])[0][0] - 1) if inside else end[0])
