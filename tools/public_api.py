"""The public interface as facts, one in a line, and what may become of them: `python -m tools.public_api` writes them anew.

What programs and plugins use is in `tools/public_api.txt`: each name, each field and parameter with its type, each key of a manifest. A fact
that goes, or a new one that those who are there do not meet (a field without a default), breaks somebody, and is refused unless the major
number of the interface is another. A new name wants its line in the changelog. The page docs/reference/plugin-api.md is made of the same.
"""

import ast
import sys
from collections.abc import Iterable, Iterator
from functools import cache
from importlib import import_module
from inspect import cleandoc
from pathlib import Path

from attrs import frozen

ROOT = Path(__file__).resolve().parent.parent
FACTS = ROOT / "tools" / "public_api.txt"
PAGE = ROOT / "docs" / "reference" / "plugin-api.md"
CHANGELOG = ROOT / "CHANGELOG.md"
NEEDED = "needed"
SPI = ROOT / "src" / "metricdsl" / "spi"


@frozen
class Fact:
    """Something that others may rely on: `metricdsl.spi.defs.FunctionDef.name: str`. `needed` is what has to be given."""

    of: str  # the public name it belongs to: metricdsl.spi.defs.FunctionDef
    text: str
    needed: bool = False

    @property
    def line(self) -> str:
        """As it stands in the file."""
        return f"{self.text}{'  # ' + NEEDED if self.needed else ''}"


@frozen
class Name:
    """A public name with what its docstring says."""

    module: str
    name: str
    sort: str
    doc: str
    facts: tuple[Fact, ...]


def public_names() -> Iterator[Name]:
    """All of the interface for plugins, of the kit, and of the package itself."""
    modules = sorted(f"metricdsl.spi.{path.stem}" for path in SPI.glob("*.py") if path.stem != "__init__")
    for module in ["metricdsl.spi", *modules, "metricdsl.testing", "metricdsl"]:
        for name in _exposed(module):
            yield _described(module, name)


def manifest_facts() -> Iterator[Fact]:
    """The keys of a manifest."""
    from metricdsl.plugins import entries, manifest

    for key, type_ in vars(manifest)["_KEYS"].items():
        yield Fact("manifest", f"manifest {key}: {type_.__name__}", key == "api")
    for key, type_ in vars(manifest)["_ADAPTER_KEYS"].items():
        yield Fact(
            "manifest [[adapter]]",
            f"manifest [[adapter]] {key}: {type_.__name__}",
            key in vars(manifest)["_NEEDED"],
        )
    for kind in entries.NOUNS:
        for key, type_ in {**vars(entries)["_KEYS"], **vars(entries)["_OWN"].get(kind, {})}.items():
            of = f"manifest [[{kind}]]"
            yield Fact(of, f"{of} {key}: {type_.__name__}", key in vars(entries)["_NEEDED"])


def facts() -> tuple[Fact, ...]:
    """All facts, in the order of the file."""
    found = [fact for name in public_names() for fact in name.facts]
    return tuple(
        sorted({fact.line: fact for fact in (*found, *manifest_facts())}.values(), key=lambda fact: fact.line)
    )


def version() -> str:
    """The version of the interface."""
    from metricdsl.spi import API_VERSION

    return API_VERSION


def written(all_facts: Iterable[Fact]) -> str:
    """The text of the file."""
    return "\n".join([f"api {version()}", *(fact.line for fact in all_facts), ""])


def read(text: str) -> tuple[str, dict[str, Fact]]:
    """The version and the facts in a text that was written so."""
    first, *lines = text.splitlines()
    found = {}
    for line in lines:
        said, _, mark = line.partition("  # ")
        found[line] = Fact(_name_of(said), said, mark == NEEDED)
    return first.removeprefix("api "), found


def breaks(before: dict[str, Fact], now: dict[str, Fact]) -> list[str]:
    """What somebody who uses the interface as it was would trip over."""
    known = {fact.of for fact in before.values()} | {
        fact.text.partition("(")[0] for fact in before.values() if "(" in fact.text
    }
    gone = [f"gone, or changed: {line}" for line in before if line not in now]
    asked = [
        f"asked for newly: {line}"
        for line, fact in now.items()
        if line not in before
        and fact.needed
        and (fact.text.partition("(")[0] if "(" in fact.text else fact.of) in known
    ]
    return gone + asked


def untold(before: dict[str, Fact], now: dict[str, Fact], changelog: str) -> list[str]:
    """The new names that the changelog does not speak of."""
    unreleased = changelog.partition("## Unreleased")[2].partition("\n## ")[0]
    known = {fact.of for fact in before.values()}
    new = dict.fromkeys(fact.of for fact in now.values() if fact.of not in known)
    return [
        name
        for name in new
        if name.rpartition(".")[2].strip("[] ").rpartition(" ")[2].strip("[]") not in unreleased
    ]


def faults(before: str, now: str, changelog: str) -> list[str]:
    """Why the facts may not take the place of those that were; nothing where they may."""
    old_version, old = read(before)
    new_version, new = read(now)
    if old_version.partition(".")[0] != new_version.partition(".")[0]:
        return []
    wrong = breaks(old, new)
    return wrong or [f"CHANGELOG.md does not speak of {name}" for name in untold(old, new, changelog)]


def page() -> str:
    """The page of the reference."""
    lines = [
        "# The interface for plugins",
        "",
        f"Version {version()}. All that a plugin may use: `metricdsl.spi`, and `metricdsl.testing` for its tests. `python -m tools.public_api` makes this page; a change that would break",
        "plugins that are there is refused as long as the major number is the same. How they are written is told in [the guide](../how-to/write-a-plugin.md).",
    ]
    module = ""
    for name in public_names():
        if name.module == "metricdsl":
            break
        if name.module != module:
            module = name.module
            lines += ["", f"## {module}", "", cleandoc(import_module(module).__doc__ or "")]
        lines += [
            "",
            f"### {name.name}",
            "",
            name.doc.partition("\n## ")[0].strip() or f"`{name.facts[0].text.rpartition('.')[2]}`",
        ]
        inner = [
            fact.text.removeprefix(f"{fact.of}.")
            for fact in name.facts[1:]
            if fact.text.startswith(f"{fact.of}.")
        ]
        if inner:
            lines += ["", "```text", *inner, "```"]
    lines += [
        "",
        "## The manifest",
        "",
        "```text",
        *(
            f"{fact.text.removeprefix('manifest ')}{'   (needed)' if fact.needed else ''}"
            for fact in manifest_facts()
        ),
        "```",
        "",
    ]
    return "\n".join(lines)


def _name_of(said: str) -> str:
    """The public name that a written fact belongs to."""
    if said.startswith("manifest "):
        return said.rpartition(" ")[0].rpartition(" ")[0] if "[[" in said else "manifest"
    head = said.partition("(")[0].partition(":")[0].partition(" ")[0]
    for name in sorted(_all_names(), key=len, reverse=True):
        if head == name or head.startswith(f"{name}."):
            return name
    parts = head.split(".")
    cut = 4 if head.startswith("metricdsl.spi.") else 3 if head.startswith("metricdsl.testing.") else 2
    return ".".join(parts[:cut])


@cache
def _all_names() -> tuple[str, ...]:
    return tuple(f"{name.module}.{name.name}" for name in public_names())


def _exposed(module: str) -> list[str]:
    found = import_module(module)
    listed = getattr(found, "__all__", None)
    if listed is not None:
        return sorted(listed)
    names: list[str] = []
    for node in _tree(module).body:
        match node:
            case ast.ClassDef(name=name) | ast.FunctionDef(name=name):
                names.append(name)
            case ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name)):
                names.append(name)
            case _:
                pass
    return [name for name in names if not name.startswith("_")]


@cache
def _tree(module: str) -> ast.Module:
    file = import_module(module).__file__
    assert file is not None
    return ast.parse(Path(file).read_text(encoding="utf-8"))


def _described(module: str, name: str) -> Name:
    found = getattr(import_module(module), name)
    public = f"{module}.{name}"
    home = getattr(found, "__module__", None)
    inner = getattr(found, "__qualname__", name)
    node = _node(home, inner) if isinstance(home, str) and home.startswith("metricdsl") else None
    match node:
        case ast.ClassDef():
            doc = cleandoc(ast.get_docstring(node) or "")
            sorted_ = (Fact(public, f"{public}: class"), *_class_facts(public, found))
            return Name(module, name, "class", doc, sorted_)
        case ast.FunctionDef():
            doc = cleandoc(ast.get_docstring(node) or "")
            return Name(module, name, "function", doc, tuple(_function_facts(public, public, node)))
        case _:
            said, doc = _assigned(module, name)
            return Name(module, name, "value", doc, (Fact(public, f"{public}: {said}"),))


def _node(module: str, name: str) -> ast.AST | None:
    here = _tree(module).body
    return next(
        (one for one in here if isinstance(one, ast.ClassDef | ast.FunctionDef) and one.name == name), None
    )


def _assigned(module: str, name: str) -> tuple[str, str]:
    """What a name of a module is, and the text below it."""
    body = _tree(module).body
    for at, node in enumerate(body):
        match node:
            case ast.AnnAssign(target=ast.Name(id=found), annotation=annotation, value=value) if (
                found == name
            ):
                kind = ast.unparse(annotation)
                said = f"{kind} = {ast.unparse(value)}" if value is not None and kind == "TypeAlias" else kind
            case ast.Assign(targets=[ast.Name(id=found)], value=value) if found == name:
                kind = type(getattr(import_module(module), name)).__name__
                said = f"alias = {ast.unparse(value)}" if kind.startswith("_") or "Alias" in kind else kind
            case _:
                continue
        below = body[at + 1] if at + 1 < len(body) else None
        text = (
            below.value.value if isinstance(below, ast.Expr) and isinstance(below.value, ast.Constant) else ""
        )
        return said, cleandoc(text) if isinstance(text, str) else ""
    return type(getattr(import_module(module), name)).__name__, ""


def _class_facts(public: str, cls: type) -> Iterator[Fact]:
    """The fields, members and methods of a class, those of the classes that it is made of too."""
    told: set[str] = set()
    ours = not public.startswith(("metricdsl.spi.", "metricdsl.testing."))
    made = () if ours else ("__init__",)  # values of the package's own classes are made by the package
    for one in cls.__mro__:
        if not one.__module__.startswith("metricdsl"):
            continue
        node = _node(one.__module__, one.__qualname__)
        for inside in node.body if isinstance(node, ast.ClassDef) else ():
            match inside:
                case ast.AnnAssign(target=ast.Name(id=name), annotation=annotation, value=value):
                    if name in told or name.startswith("_"):
                        continue
                    told.add(name)
                    optional = value is not None or "ClassVar" in ast.unparse(annotation)
                    end = " = …" if optional else ""
                    # Of an exception or a protocol nobody gives the fields.
                    given = hasattr(cls, "__attrs_attrs__") and not ours
                    yield Fact(
                        public, f"{public}.{name}: {ast.unparse(annotation)}{end}", not optional and given
                    )
                case ast.Assign(targets=[ast.Name(id=name)], value=value):
                    if name not in told and not name.startswith("_"):
                        told.add(name)
                        yield Fact(public, f"{public}.{name} = {ast.unparse(value)}")
                case ast.FunctionDef(name=name) if name in made or not name.startswith("_"):
                    if name not in told:
                        told.add(name)
                        yield from _function_facts(public, f"{public}.{name}", inside)
                case _:
                    pass


def _function_facts(public: str, name: str, node: ast.FunctionDef) -> Iterator[Fact]:
    """A function by its parameters: one that has a default may be added."""
    wrapped = {ast.unparse(one) for one in node.decorator_list}
    returns = f" -> {ast.unparse(node.returns)}" if node.returns else ""
    if "property" in wrapped or "cached_property" in wrapped:
        yield Fact(public, f"{name}: property{returns}")
        return
    yield Fact(public, f"{name}(){returns}")
    every = [*node.args.posonlyargs, *node.args.args]
    defaults = [None] * (len(every) - len(node.args.defaults)) + list(node.args.defaults)
    pairs = [*zip(every, defaults, [""] * len(every), strict=True)]
    pairs += [
        *zip(node.args.kwonlyargs, node.args.kw_defaults, ["*, "] * len(node.args.kwonlyargs), strict=True)
    ]
    for one, default, before in pairs:
        if one.arg in {"self", "cls"}:
            continue
        typed = f": {ast.unparse(one.annotation)}" if one.annotation else ""
        end = " = …" if default is not None else ""
        yield Fact(public, f"{name}({before}{one.arg}{typed}{end})", default is None)


def main(arguments: list[str]) -> int:
    now = written(facts())
    before = FACTS.read_text(encoding="utf-8") if FACTS.exists() else f"api {version()}\n"
    wrong = faults(before, now, CHANGELOG.read_text(encoding="utf-8")) if FACTS.exists() else []
    for one in wrong:
        print(one, file=sys.stderr)
    if wrong:
        print("The interface may not change so; see the top of tools/public_api.py.", file=sys.stderr)
        return 1
    if "--check" in arguments:
        return int(now != before or page() != PAGE.read_text(encoding="utf-8"))
    FACTS.write_text(now, encoding="utf-8")
    PAGE.write_text(page(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
