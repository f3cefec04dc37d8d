"""Turns metric definitions into SQL, and tells you when a metric does not mean what you think.

>>> project = metricdsl.open("my-project")
>>> project.query("won_revenue by account.region during 2026").run().rows
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from metricdsl.diagnostics import Problem
    from metricdsl.engine.bound_query import BoundQuery
    from metricdsl.engine.compiling import Compiled, compile_text
    from metricdsl.engine.errors import ProjectError, QueryError
    from metricdsl.engine.project import Project, open_project
    from metricdsl.execution.accounting import Accounting
    from metricdsl.execution.result import Result
    from metricdsl.spi.values import OTHERS, WITHHELD

    open = open_project  # noqa: A001 - said as `metricdsl.open`
    compile = compile_text  # noqa: A001 - said as `metricdsl.compile`

__version__ = "0.1.0"

__all__ = [
    "OTHERS",
    "WITHHELD",
    "Accounting",
    "BoundQuery",
    "Compiled",
    "Problem",
    "Project",
    "ProjectError",
    "QueryError",
    "Result",
    "__version__",
    "compile",
    "open",
]

_WHERE = {
    "OTHERS": ("metricdsl.spi.values", "OTHERS"),
    "WITHHELD": ("metricdsl.spi.values", "WITHHELD"),
    "Accounting": ("metricdsl.execution.accounting", "Accounting"),
    "BoundQuery": ("metricdsl.engine.bound_query", "BoundQuery"),
    "Compiled": ("metricdsl.engine.compiling", "Compiled"),
    "Problem": ("metricdsl.diagnostics", "Problem"),
    "Project": ("metricdsl.engine.project", "Project"),
    "ProjectError": ("metricdsl.engine.errors", "ProjectError"),
    "QueryError": ("metricdsl.engine.errors", "QueryError"),
    "Result": ("metricdsl.execution.result", "Result"),
    "compile": ("metricdsl.engine.compiling", "compile_text"),
    "open": ("metricdsl.engine.project", "open_project"),
}


def __getattr__(name: str) -> Any:
    """A public name, its module imported when it is first asked for, so that `import metricdsl` is quick."""
    if name not in _WHERE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    module, attribute = _WHERE[name]
    return getattr(import_module(module), attribute)


def __dir__() -> list[str]:
    return sorted(__all__)
