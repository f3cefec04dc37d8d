"""The head of a file, which says each thing once: its package, and what it uses."""

from metricdsl.diagnostics import Problem
from metricdsl.diagnostics.problems.shared_names import DeclaredTwice
from metricdsl.diagnostics.problems.syntax import RepeatedClause
from metricdsl.syntax import nodes


def heads(document: nodes.Document) -> tuple[Problem, ...]:
    """What the head of a file says twice: a file has one package, and one package under each name."""
    found: list[Problem] = []
    package: nodes.PackageDecl | None = None
    uses: dict[tuple[str, str | None], nodes.UseDecl] = {}
    aliases: dict[str, nodes.UseDecl] = {}
    for node in document.declarations:
        match node:
            case nodes.PackageDecl():
                if package is not None:
                    found.append(RepeatedClause(clause="package", first=package.span, span=node.span))
                package = package or node
            case nodes.UseDecl(name=name, alias=alias):
                first = uses.setdefault((name, alias), node)
                if first is not node:
                    found.append(RepeatedClause(clause=f"use {name}", first=first.span, span=node.span))
                    continue
                other = node if alias is None else aliases.setdefault(alias, node)
                if other is not node:
                    found.append(
                        DeclaredTwice(
                            name=str(alias),
                            sort=f"name for {name}",
                            first_sort=f"name for {other.name}",
                            first=other.name_span,
                            span=node.span,
                        )
                    )
            case _:
                pass
    return tuple(found)
