"""Puts changed code into functions that are already there, so that nothing has to be imported again."""

import gc
from collections.abc import Iterator
from types import CodeType, FunctionType

Functions = dict[CodeType, list[FunctionType]]


def functions_below(folder: str) -> Functions:
    """The functions of all files below a folder, by their code. To be asked before `gc.freeze`, which hides them."""
    found: Functions = {}
    for value in gc.get_objects():
        if type(value) is FunctionType and value.__code__.co_filename.startswith(folder):
            found.setdefault(value.__code__, []).append(value)
    return found


def swap(file: str, was: str, now: str, functions: Functions) -> bool:
    """Give the functions of a file the code of its new text; False where that cannot be done, and then nothing is as it was.

    >>> functions = functions_below("/a")
    >>> swap(
    ...     "/a/b.py", "def f():\\n    return 1\\n", "def f():\\n    return 2\\n", functions
    ... )  # b.f() is 2 from here on
    """
    old, new = (compile(text, file, "exec", dont_inherit=True) for text in (was, now))
    swapped = False
    for before, after in _pairs(old, new):
        for function in functions.get(before, ()) if before != after else ():
            if len(before.co_freevars) != len(after.co_freevars):
                return False
            function.__code__ = after
            swapped = True
    return swapped


def _pairs(old: CodeType, new: CodeType) -> Iterator[tuple[CodeType, CodeType]]:
    """The codes inside two codes, each with the one that stands in its place."""
    inside = [[c for c in code.co_consts if isinstance(c, CodeType)] for code in (old, new)]
    for before, after in zip(*inside, strict=False):
        yield before, after
        yield from _pairs(before, after)
