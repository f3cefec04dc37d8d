"""Declarations that a project puts in the place of a package's: `metric win_rate = … { overrides crm.sales.win_rate }`.

Every use of the name, in the package itself too, then means the project's. The package's own declaration is kept beside, for
the catalogue. A pack overrides nothing: what is installed must not change what others mean.
"""

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

from attrs import evolve

from metricdsl.analysis.agreement import said
from metricdsl.analysis.directory import NAMES, Clash, Declared, Directory, Overridden, inside
from metricdsl.diagnostics import Problem, Severity
from metricdsl.diagnostics.near import near
from metricdsl.diagnostics.problems.ambiguity import AmbiguousName, CircularDefinition
from metricdsl.diagnostics.problems.declared_types import DeclaredTypeDiffers
from metricdsl.diagnostics.problems.names import UnknownName
from metricdsl.diagnostics.problems.overrides import CannotOverride
from metricdsl.model.metric import Metric
from metricdsl.model.types import Kind
from metricdsl.source import Span
from metricdsl.syntax import nodes
from metricdsl.syntax.names import NAME

WORD = "overrides"
OF_PACKS = ":"  # behind the name of the plugin, in the path of a file of its pack
SORTS = ("metric", "segment", "define")
ELSEWHERE = "\uffff"  # no file belongs to a package of this name: what is overridden is never one's own
_WRITTEN = rf"\b{WORD}[ \t]+({NAME}(?:\.{NAME})*)"

Said = tuple[Declared, tuple[str, ...], Span]
"""What overrides, the parts of the name that it says, and their place."""


def with_overrides(names: Directory, left: Collection[str] = ()) -> tuple[Directory, tuple[Problem, ...]]:
    """The directory in which each overridden name means what overrides it, but for those that are `left` as they are."""
    problems: list[Problem] = []
    every: list[Said] = []
    for contents in names.files:
        for declared, space in contents.declared:
            if space == NAMES and (declared.sort == "broken" or WORD in declared.says):
                every.extend(_said(declared, problems))
    overriding = {id(declared) for declared, _, _ in every}
    replaced: dict[str, Overridden] = {}
    for declared, parts, span in every:
        original = _original(names, (declared, parts, span), problems)
        if original is None:
            continue
        wrong = _refused(declared, original, overriding, replaced)
        if wrong is not None:
            problems.append(CannotOverride(text=wrong[0], fix=wrong[1], span=span))
            continue
        if original.name not in left:
            replaced[original.name] = Overridden(original, declared, span)
    if problems:
        names = evolve(names, clean=False)
    return (_with(names, replaced) if replaced else names), tuple(problems)


def _said(declared: Declared, problems: list[Problem]) -> Iterator[Said]:
    """The names that a declaration says it overrides: one, as a rule."""
    node = declared.node
    if isinstance(node, nodes.Broken):
        # What cannot be read is broken under both names: the package's own formula is not what the project means.
        written = re.search(_WRITTEN, declared.source.slice(node.span)) if node.keyword in SORTS else None
        if written is not None:
            yield declared, tuple(written[1].split(".")), node.name_span
        return
    properties: tuple[nodes.Property, ...] = getattr(node, "properties", ())
    for one in properties if declared.sort in SORTS else ():
        if one.word != WORD:
            continue
        value = one.values[0]
        if len(one.values) > 1 or not isinstance(value, nodes.Name):
            text = f"`overrides` names one {declared.sort}"
            fix = f"write the {declared.sort}'s name in full, as in `overrides crm.sales.win_rate`"
            problems.append(CannotOverride(text=text, fix=fix, span=one.span))
        elif OF_PACKS in declared.source.path:
            text = f"a pack overrides nothing, and {value.text} is another package's"
            fix = f"take it away; `implements {value.text}` says what this is a variant of"
            problems.append(CannotOverride(text=text, fix=fix, span=value.span))
        else:
            yield declared, value.parts, value.span


def _original(names: Directory, one: Said, problems: list[Problem]) -> Declared | None:
    """The declaration of another package that is overridden; what is broken there, or twice, can be overridden too."""
    declared, parts, span = one
    sort = declared.sort
    found = names.lookup(evolve(declared.scope, package=ELSEWHERE), parts)
    if isinstance(found, Clash):
        problems.append(AmbiguousName(name=".".join(parts), candidates=found.candidates, span=span))
        return None
    if (
        found is not None
        and found[1] == len(parts)
        and (found[0].sort in {sort, "broken"} or sort == "broken")
    ):
        return found[0]
    if sort != "broken" and not declared.scope.incomplete:
        theirs = [d.name for d in names.all(sort) if d.scope.package != declared.scope.package]
        name, last = ".".join(parts), parts[-1]
        same = [known for known in theirs if known.rpartition(".")[2] == last]
        close = tuple(sorted(same)) or near(name, theirs) or _by_last(last, theirs)
        where = f"among the {sort}s of other packages"
        problems.append(UnknownName(name=name, where=where, near=close, span=span))
    return None


def _by_last(last: str, names: list[str]) -> tuple[str, ...]:
    """The full names whose last parts are near."""
    close = near(last, (name.rpartition(".")[2] for name in names))
    return tuple(sorted(name for name in names if name.rpartition(".")[2] in close))


def _refused(
    declared: Declared, original: Declared, overriding: set[int], replaced: Mapping[str, Overridden]
) -> tuple[str, str] | None:
    """Why one declaration cannot override another, and what to do."""
    if original.scope.package == declared.scope.package:
        text = f"{original.node.name} is of the same package"
        return text, f"change its formula where it stands, in {original.source.path}"
    if original.name in replaced:
        return (
            f"{original.name} is overridden already, by {replaced[original.name].by.name}",
            "keep one of them",
        )
    if id(original) in overriding:
        return f"{original.name} overrides another {declared.sort} itself", "override that one, in one place"
    mine, theirs = declared.node, original.node
    if isinstance(mine, nodes.DefineDecl) and isinstance(theirs, nodes.DefineDecl):
        own, known = (tuple(p.name for p in one.parameters) for one in (mine, theirs))
        if own != known:
            text = f"{original.name} takes ({', '.join(known)}), and {mine.name} takes ({', '.join(own)})"
            return text, f"write `{mine.name}({', '.join(known)})`"
    return None


def _with(names: Directory, replaced: Mapping[str, Overridden]) -> Directory:
    """The directory in which names lead to others."""
    own = {package: dict(known) for package, known in names.spaces[NAMES].items()}
    gone = set[int]()
    for one in replaced.values():
        package = own[one.original.scope.package]
        gone.add(id(package[one.original.node.name]))
        package[one.original.node.name] = one.by
    by_sort = {
        sort: tuple(d for d in every if id(d) not in gone) if sort in {*SORTS, "broken"} else every
        for sort, every in names.by_sort.items()
    }
    return evolve(names, spaces={**names.spaces, NAMES: own}, by_sort=by_sort, overridden=dict(replaced))


def of_another_kind(
    names: Directory, own: Mapping[str, Metric], theirs: Mapping[str, Metric]
) -> dict[str, Problem]:
    """The metrics that are in another unit than what they override, by its name: what is made of it would no longer be right."""
    found: dict[str, Problem] = {}
    for name, one in names.overridden.items():
        mine, original = own.get(one.by.name), theirs.get(name)
        if mine is None or original is None or Kind.UNKNOWN in {mine.type.kind, original.type.kind}:
            continue
        same = mine.type.kind is original.type.kind or (mine.type.kind.numeric and original.type.kind.numeric)
        if not same or mine.type.unit != original.type.unit:
            text = f"{one.by.node.name} is {said(mine.type)}, and {name}, which it overrides, is {said(original.type)}"
            fix = "correct the formula, or give it a name of its own without `overrides`"
            found[name] = DeclaredTypeDiffers(text=text, fix=fix, span=one.span)
    return found


def spoiling(
    names: Directory, problems: Sequence[Problem], with_only: Callable[[Collection[str]], Sequence[Problem]]
) -> dict[str, Problem]:
    """The overrides for which something of another package is wrong that was right, by the name that they stand for.

    `with_only` gives the problems of the definitions in which no others of the names are overridden.
    """
    every = [(problem, _declared_at(names, problem)) for problem in problems]
    wrong = [
        (problem, where)
        for problem, where in every
        if where is not None
        and problem.severity is Severity.ERROR
        and not isinstance(problem, CircularDefinition | CannotOverride)
    ]
    packages = {one.by.scope.package for one in names.overridden.values()}
    if not any({where.scope.package} != packages for _, where in wrong):
        return {}
    before = {(problem.code, problem.span) for problem in with_only(())}
    new = [(problem, where) for problem, where in wrong if (problem.code, problem.span) not in before]
    found: dict[str, Problem] = {}
    for name, one in names.overridden.items():
        others = [(p, where) for p, where in new if where.scope.package != one.by.scope.package]
        if others and len(names.overridden) > 1:
            alone = {(problem.code, problem.span) for problem in with_only((name,))}
            others = [(p, where) for p, where in others if (p.code, p.span) in alone]
        if others:
            found[name] = _spoilt(name, one, *others[0])
    return found


def _spoilt(name: str, one: Overridden, problem: Problem, where: Declared) -> CannotOverride:
    own = one.by.node.name
    return CannotOverride(
        text=f"in the place of {name}, {own} makes {where.name} wrong: {problem.message()} ({problem.code})",
        why=f"{where.name} stands in {where.source.path}. It is as it was, made of the package's own {name}.",
        fix=f"override {where.name} too, or take `overrides` away and give {own} a name of its own",
        span=one.span,
    )


def _declared_at(names: Directory, problem: Problem) -> Declared | None:
    """The declaration that a problem is in."""
    if problem.span is None:
        return None
    every = (declared for contents in names.files for declared, _ in contents.declared)
    return next((d for d in every if inside(problem.span, d.node.span)), None)
