"""What names mean: scopes, packages, entities, and the join paths from one entity to another."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

from metricdsl.syntax import nodes
from metricdsl.testing.reference.bindings import binding
from metricdsl.testing.reference.parameters import given
from metricdsl.testing.reference.periods import GRAINS
from metricdsl.testing.reference.values import Refused, Table, Value

D = TypeVar("D", bound=nodes.Declaration)


@dataclass(frozen=True)
class Constant:
    """A value that a name stands for."""

    value: Value


@dataclass(frozen=True, eq=False)
class Scope:
    """Where a formula was written: its package, what that uses, and what a `define`'s parameters stand for."""

    package: str
    uses: tuple[tuple[str, str | None], ...]
    bindings: Mapping[str, "tuple[nodes.Expr, Scope] | Constant"] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class Entity:
    """An entity with its members by name and the columns of the rows it reads."""

    name: str
    scope: Scope
    columns: tuple[str, ...]
    table: Table
    source: nodes.SourceDecl | None = None
    source_scope: Scope | None = None
    where: tuple[nodes.Expr, ...] = ()
    key: tuple[str, ...] = ()
    joins: tuple[nodes.Join, ...] = ()
    members: Mapping[str, nodes.TimeMember | nodes.DimensionMember | nodes.FactMember] = field(
        default_factory=dict
    )
    snapshot: nodes.Snapshot | None = None
    valid: nodes.Validity | None = None

    def join(self, name: str) -> nodes.Join | None:
        return next((j for j in self.joins if j.name == name), None)

    def type_of_validity(self, name: str) -> nodes.TypeWritten | None:
        """What texts of `valid from … to …` are that nothing declares: days, and moments where the other is one."""
        if self.valid is None or name not in (sides := (self.valid.start.text, self.valid.end.text)):
            return None
        declared = (self.members[side].type for side in sides if side in self.members)
        moment = any(written and written.atoms[0].name == "timestamp" for written in declared)
        place = self.valid.span
        atom = nodes.TypeAtom(name="timestamp" if moment else "date", span=place)
        return nodes.TypeWritten(atoms=(atom,), span=place)


@dataclass(frozen=True)
class Step:
    """One join taken, from many to one."""

    join: nodes.Join = field(compare=False)
    start: Entity
    name: str
    target: Entity


Path = tuple[Step, ...]


@dataclass(frozen=True)
class Column:
    """A column reached from a home: the joins to take, then the column; None is the key of the row found."""

    home: Entity
    path: Path
    name: str | None
    grain: str | None = None

    @property
    def entity(self) -> Entity:
        return self.path[-1].target if self.path else self.home


class World:
    """All declarations, found by name."""

    def __init__(
        self,
        documents: Sequence[nodes.Document],
        tables: Mapping[str, Table],
        parameters: Mapping[str, str] | None = None,
    ) -> None:
        self._tables = tables
        self._parameters = parameters or {}
        self._declared: dict[str, dict[str, tuple[nodes.Declaration, Scope]]] = {}
        read: list[tuple[nodes.Document, Scope]] = []
        for document in documents:
            uses = tuple((d.name, d.alias) for d in document.declarations if isinstance(d, nodes.UseDecl))
            scope = Scope(document.package, uses)
            read.append((document, scope))
            package = self._declared.setdefault(document.package, {})
            for declaration in document.declarations:
                if declaration.name and not isinstance(declaration, nodes.UseDecl | nodes.BaselineDecl):
                    package.setdefault(self._place(declaration), (declaration, scope))
        self._override()
        unnamed = [(declaration, scope) for document, scope in read for declaration in document.declarations]
        self._policies = [(d, scope) for d, scope in unnamed if isinstance(d, nodes.PolicyDecl)]
        self.goals = [(d, scope) for d, scope in unnamed if isinstance(d, nodes.GoalDecl)]
        self._baselines = [(d, scope) for d, scope in unnamed if isinstance(d, nodes.BaselineDecl)]
        self._entities: dict[int, Entity] = {}
        self._defined: dict[tuple[int, Scope], tuple[tuple[nodes.Expr, Scope] | None, nodes.Call]] = {}
        self._located: dict[tuple[object, ...], Column] = {}
        self._found: dict[tuple[object, ...], tuple[Any, Scope, tuple[str, ...]] | None] = {}

    def _override(self) -> None:
        """A name that is overridden is that of what overrides it."""
        known = [(name, *found) for names in self._declared.values() for name, found in names.items()]
        for _, declaration, scope in known:
            for said in getattr(declaration, "properties", ()):
                if said.word != "overrides" or isinstance(declaration, nodes.ReportDecl):
                    continue
                parts = said.values[0].parts
                for package, rest in self._readings(parts, scope):
                    for one in package:
                        if one != scope.package and len(rest) == 1 and rest[0] in self._declared.get(one, {}):
                            self._declared[one][rest[0]] = declaration, scope

    def _names_of(self, parameter: nodes.ParamDecl, scope: Scope) -> tuple[str, ...]:
        """The names by which a parameter is given: its full one; the short one too where the project itself has none so."""
        full = f"{scope.package}.{parameter.name}" if scope.package else parameter.name
        return (full,) if self._one("", parameter.name, nodes.ParamDecl) else (full, parameter.name)

    @staticmethod
    def _place(declaration: nodes.Declaration) -> str:
        """Sources are named apart: an entity may be called as the source it reads."""
        return ("source " if isinstance(declaration, nodes.SourceDecl) else "") + declaration.name

    def query_scope(self, package: str) -> Scope:
        """Where a query is written: in the project's package, with all others used."""
        return Scope(package, tuple((p, None) for p in self._declared if p != package))

    # ------------------------------------------------------------ declarations

    def find(
        self, parts: tuple[str, ...], scope: Scope, sort: type[D]
    ) -> tuple[D, Scope, tuple[str, ...]] | None:
        """The declaration that a dotted name starts with; found once for each name, scope and sort."""
        wanted = parts, scope, sort
        if wanted not in self._found:
            self._found[wanted] = self._find(parts, scope, sort)
        return self._found[wanted]

    def _find(
        self, parts: tuple[str, ...], scope: Scope, sort: type[D]
    ) -> tuple[D, Scope, tuple[str, ...]] | None:
        """The declaration that a dotted name starts with: own package, packages used, then a full name."""
        for package, rest in self._readings(parts, scope):
            known = [e for p in package if (e := self._one(p, rest[0], sort))]
            found = list({id(declaration): (declaration, its) for declaration, its in known}.values())
            if len(found) > 1:
                raise Refused(f"{rest[0]} is declared in more than one of the packages used")
            if found:
                return found[0][0], found[0][1], rest[1:]
        return None

    def _one(self, package: str, name: str, sort: type[D]) -> tuple[D, Scope] | None:
        place = f"source {name}" if sort is nodes.SourceDecl else name
        found = self._declared.get(package, {}).get(place)
        return (found[0], found[1]) if found and isinstance(found[0], sort) else None

    def _readings(self, parts: tuple[str, ...], scope: Scope) -> Iterator[tuple[list[str], tuple[str, ...]]]:
        yield [scope.package], parts
        yield [package for package, alias in scope.uses if alias is None], parts
        if len(parts) > 1:
            yield [package for package, alias in scope.uses if alias == parts[0]], parts[1:]
        for size in range(len(parts) - 1, 0, -1):
            yield [".".join(parts[:size])], parts[size:]

    def entity(self, parts: tuple[str, ...], scope: Scope) -> tuple[Entity, tuple[str, ...]] | None:
        """The entity that a dotted name starts with, and the rest of the name."""
        found = self.find(parts, scope, nodes.EntityDecl)
        return (self._built(found[0], found[1]), found[2]) if found else None

    def baseline(self, call: nodes.Call, scope: Scope) -> tuple[nodes.Expr, Scope]:
        """What `baseline(m)` stands for: the formula that is declared for m, where it is declared."""
        found = self.baseline_of(call.arguments[0].value, scope) if len(call.arguments) == 1 else None
        if found is None:
            raise Refused("there is no baseline of this")
        return found

    def baseline_of(self, formula: nodes.Expr, scope: Scope) -> tuple[nodes.Expr, Scope] | None:
        """The baseline that is declared for a metric by its name."""
        metric = (
            self.find(formula.parts, scope, nodes.MetricDecl) if isinstance(formula, nodes.Name) else None
        )
        for one, home in self._baselines if metric is not None and not metric[2] else ():
            named = self.find(one.metric.parts, home, nodes.MetricDecl)
            if named is not None and named[0] is metric[0] and not named[2]:  # type: ignore[index]
                return one.formula, home
        return None

    def policies(self, entity: Entity) -> list[tuple[nodes.Expr, Scope]]:
        """The conditions of all policies on an entity."""
        found = []
        for policy, scope in self._policies:
            named = self.entity(policy.entity.parts, scope)
            if named is None or named[1]:
                raise Refused(f"a policy on {policy.entity.text}, which is no entity")
            if named[0] is entity and policy.condition is not None:
                found.append((policy.condition, scope))
        return found

    def _built(self, declaration: nodes.EntityDecl, scope: Scope) -> Entity:
        if id(declaration) not in self._entities:
            self._entities[id(declaration)] = self._build(declaration, scope)
        return self._entities[id(declaration)]

    def declared(self, sort: type[D]) -> Iterator[tuple[D, Scope]]:
        """All declarations of a sort."""
        for package in self._declared.values():
            for declaration, scope in package.values():
                if isinstance(declaration, sort):
                    yield declaration, scope

    def rows_of(self, declaration: nodes.Declaration, origin: str, scope: Scope) -> Entity:
        """The rows of a table that a declaration of another sort reads, as an entity without members."""
        if id(declaration) not in self._entities:
            node = nodes.EntityDecl(
                name=declaration.name,
                name_span=declaration.name_span,
                label=None,
                source=origin,
                source_span=None,
                members=(),
                span=declaration.span,
            )
            self._entities[id(declaration)] = self._build(node, scope)
        return self._entities[id(declaration)]

    def _build(self, declaration: nodes.EntityDecl, scope: Scope) -> Entity:
        members = declaration.members
        read = declaration.source or declaration.name
        found = self.find(tuple(read.split(".")), scope, nodes.SourceDecl)
        bound = (
            found[:2]
            if found and not found[2]
            else binding(read, scope.package, self.declared(nodes.SourceDecl))
        )
        source, written = bound or (None, scope)
        table = self._tables.get(source.table if source else read)
        if table is None:
            raise Refused(f"there is no table for {declaration.name}")
        mapped = tuple(m.name for m in source.mappings) if source else ()
        columns = tuple(dict.fromkeys((*mapped, *(c for c, _ in table.columns))))
        return Entity(
            name=declaration.name,
            scope=scope,
            columns=columns,
            table=table,
            source=source,
            source_scope=written,
            where=tuple(m.condition for m in members if isinstance(m, nodes.RowScope)),
            key=next((tuple(c.text for c in m.columns) for m in members if isinstance(m, nodes.Key)), ()),
            joins=tuple(m for m in members if isinstance(m, nodes.Join)),
            members={
                m.name: m
                for m in members
                if isinstance(m, nodes.TimeMember | nodes.DimensionMember | nodes.FactMember)
            },
            snapshot=next((m for m in members if isinstance(m, nodes.Snapshot)), None),
            valid=next((m for m in members if isinstance(m, nodes.Validity)), None),
        )

    def step(self, start: Entity, join: nodes.Join) -> Step:
        """A join as a step from its entity to its target, which must have a key: of as many columns, where it is joined by it."""
        parts = join.target.parts if join.target else tuple(join.name.split("."))
        found = self.entity(parts, start.scope)
        if found is None or found[1]:
            raise Refused(f"{'.'.join(parts)} is no entity")
        by_key = join.relation is None
        if not found[0].key or (by_key and len(found[0].key) != len(join.columns)):
            raise Refused(f"{start.name} joins {found[0].name} by another key than it has")
        return Step(join, start, join.name, found[0])

    # ------------------------------------------------------------ parameters of a define

    def opened(self, formula: nodes.Expr, scope: Scope) -> "tuple[nodes.Expr, Scope] | Constant":
        """A parameter's name as the argument it stands for; a `define` called, as its body; all else as it is."""
        while True:
            if isinstance(formula, nodes.Name):
                bound = scope.bindings.get(formula.text)
                if bound is None and len(formula.parts) > 1:
                    head = scope.bindings.get(formula.parts[0])
                    if isinstance(head, tuple) and isinstance(head[0], nodes.Name):
                        bound = replace_parts(head[0], formula.parts[1:]), head[1]
                param = self.find(formula.parts, scope, nodes.ParamDecl) if bound is None else None
                if param is not None and not param[2]:
                    return given(param[0], self._parameters, *self._names_of(*param[:2])), param[1]
                if bound is None:
                    return formula, scope
                if isinstance(bound, Constant):
                    return bound
                formula, scope = bound
            elif isinstance(formula, nodes.Call) and formula.function == "baseline":
                formula, scope = self.baseline(formula, scope)
            elif isinstance(formula, nodes.Call) and (found := self.defined(formula, scope)):
                formula, scope = found
            else:
                return formula, scope

    def opened_keys(self, keys: Sequence[nodes.Expr], scope: Scope) -> "list[tuple[nodes.Expr, Scope]]":
        """What the keys of `per` stand for: an argument in parentheses is several."""
        found: list[tuple[nodes.Expr, Scope]] = []
        for key in keys:
            opened = self.opened(key, scope)
            if isinstance(opened, Constant):
                raise Refused("`per` takes entities, dimensions and grains")
            inner = opened[0].items if isinstance(opened[0], nodes.Group) else None
            found += [opened] if inner is None else self.opened_keys(inner, opened[1])
        return found

    def opened_name(self, name: nodes.Name, scope: Scope) -> tuple[nodes.Name, Scope]:
        """The name behind a word of context, or what stands for the parameter there."""
        opened = self.opened(name, scope)
        if isinstance(opened, Constant) or not isinstance(opened[0], nodes.Name):
            raise Refused(f"{name.text} stands for no name")
        return opened[0], opened[1]

    def unit_words(self, said: nodes.As, scope: Scope) -> list[tuple[str, int, Scope]]:
        """The words of a stated unit, parameters opened, each with its exponent and where it is written."""
        found: list[tuple[str, int, Scope]] = []
        for word, exponent in said.factors:
            name = nodes.Name(parts=tuple(word.split(".")), span=said.span)
            found += self._factors(name, exponent, scope)
        return found

    def _factors(self, formula: nodes.Expr, exponent: int, scope: Scope) -> list[tuple[str, int, Scope]]:
        opened = self.opened(formula, scope) if scope.bindings else (formula, scope)
        match opened:
            case (nodes.Name() as name, home):
                return [(name.text, exponent, home)]
            case (nodes.Binary(operator="*" | "/" as operator, left=left, right=right), home):
                under = exponent if operator == "*" else -exponent
                return self._factors(left, exponent, home) + self._factors(right, under, home)
            case _:
                raise Refused("`as` states a unit")

    def defined(self, call: nodes.Call, scope: Scope) -> tuple[nodes.Expr, Scope] | None:
        """The body of the `define` that is called, with its parameters bound; None where none has that name."""
        asked = id(call), scope
        if asked not in self._defined:
            self._defined[asked] = self._define(call, scope), call
        return self._defined[asked][0]

    def _define(self, call: nodes.Call, scope: Scope) -> tuple[nodes.Expr, Scope] | None:
        found = self.find(tuple(call.function.split(".")), scope, nodes.DefineDecl)
        if found is None or found[2]:
            return None
        declaration, home, _ = found
        bindings: dict[str, tuple[nodes.Expr, Scope] | Constant] = {}
        unnamed = [a for a in call.arguments if a.name is None]
        for parameter, argument in zip(declaration.parameters, unnamed, strict=False):
            bindings[parameter.name] = argument.value, scope
        bindings.update({a.name: (a.value, scope) for a in call.arguments if a.name is not None})
        for parameter in declaration.parameters:
            if parameter.name not in bindings:
                if parameter.default is None:
                    raise Refused(f"{call.function} needs {parameter.name}")
                bindings[parameter.name] = parameter.default, home
        if len(bindings) > len(declaration.parameters) or len(unnamed) > len(declaration.parameters):
            raise Refused(f"{call.function} takes fewer arguments")
        return declaration.formula, replace(home, bindings=bindings)

    # ------------------------------------------------------------ columns

    def locate(
        self,
        name: nodes.Name,
        scope: Scope,
        home: Entity,
        via: tuple[str, ...],
        *,
        inside: bool,
        around: bool = False,
    ) -> Column:
        """The column that a name means from a home; found once for each name, home and scope.

        Around an aggregate `via` may lead to other rows of the home: names are of those.
        """
        wanted = name.parts, scope, home, via, inside, around
        if wanted not in self._located:
            back = self._back(home, via) if around else ()
            rest = tuple(way for way in via if not back or way != back[-1].name)
            found = self._locate(name, scope, home, rest, inside=inside)
            if back and found.path and name.parts[0] == back[-1].name:
                raise Refused(f"{name.text} of the {home.name} itself, or of the one that `via` leads to")
            self._located[wanted] = replace(found, path=(*back, *found.path))
        return self._located[wanted]

    def _back(self, home: Entity, via: tuple[str, ...]) -> Path:
        """The joins from rows of an entity to others of the same, if `via` names the last of them."""
        for name in reversed(via):
            found = [path for path in self._ways(home, None, name, ()) if path[-1].target is home]
            if found:
                return self._untied(home, found, name)
        return ()

    def _locate(
        self, name: nodes.Name, scope: Scope, home: Entity, via: tuple[str, ...], *, inside: bool
    ) -> Column:
        """The column that a name means from a home: a column of the home (inside an aggregate or entity only), the
        home's own name, a join of the home, else the shortest path to an entity or role of that name."""
        parts = name.parts
        column = parts[0] in home.columns and home.join(parts[0]) is None
        if inside and (parts[0] in home.members or column) and _ends(parts[1:]):
            return self._column(home, (), parts)
        target = self.entity(parts, scope)
        if target is not None and target[0] is home:
            return self._column(home, (), target[1])
        join = home.join(parts[0])
        if join is not None:
            return self._column(home, (self.step(home, join),), parts[1:])
        path = self._shortest(home, target[0] if target else None, parts[0], via)
        role = not (target and path[-1].target is target[0])
        return self._column(home, path, parts[1:] if role or target is None else target[1])

    def _column(self, home: Entity, path: Path, rest: tuple[str, ...]) -> Column:
        entity = path[-1].target if path else home
        if not rest:
            if not entity.key:
                raise Refused(f"{entity.name} has no key")
            return Column(home, path, None)
        join = entity.join(rest[0])
        known = rest[0] in entity.columns or rest[0] in entity.key
        if rest[0] in entity.members or (known and join is None and _ends(rest[1:])):
            if not _ends(rest[1:]):
                raise Refused(f"{'.'.join(rest)} is no column of {entity.name}")
            return Column(home, path, rest[0], rest[1] if len(rest) > 1 else None)
        if join is None:
            raise Refused(f"{entity.name} has no column {rest[0]}")
        return self._column(home, (*path, self.step(entity, join)), rest[1:])

    def _shortest(self, home: Entity, target: Entity | None, role: str, via: tuple[str, ...]) -> Path:
        """The unique shortest path to an entity or role; `via` and then `default` settle ties."""
        return self._untied(home, self._ways(home, target, role, via), role)

    def _ways(self, home: Entity, target: Entity | None, role: str, via: tuple[str, ...]) -> list[Path]:
        """The shortest paths to an entity or role; those through `via`, if there are some."""
        paths: list[Path] = [()]
        best: list[Path] = []
        for _ in range(20):
            paths = [
                (*p, self.step(e, j))
                for p in paths
                for e in [p[-1].target if p else home]
                for j in e.joins
                if all(j is not s.join for s in p)
            ]
            good = [p for p in paths if p[-1].name == role or p[-1].target is target]
            best = best or good
            through = [p for p in good if any(s.name in via for s in p)]
            if through:
                return through
            if (best and not via) or not paths:
                break
        return best

    def _untied(self, home: Entity, paths: list[Path], wanted: str) -> Path:
        if not paths:
            raise Refused(f"no path from {home.name} to {wanted}")
        place = 0
        while len(paths) > 1:
            if len({p[place].name for p in paths}) > 1:
                paths = [p for p in paths if p[place].join.default]
                if len({p[place].name for p in paths}) != 1:
                    raise Refused(f"more than one path from {home.name} to {wanted}")
            place += 1
        return paths[0]


def _ends(rest: tuple[str, ...]) -> bool:
    """Whether the rest of a name leaves a column as it is or asks for its grain."""
    return not rest or (len(rest) == 1 and rest[0] in GRAINS)


def replace_parts(name: nodes.Name, more: tuple[str, ...]) -> nodes.Name:
    return nodes.Name(parts=name.parts + more, span=name.span)
