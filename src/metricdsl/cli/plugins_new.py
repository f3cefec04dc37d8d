"""`metric plugins new`: a plugin of a kind, from the templates that ship with this version."""

import keyword
import re
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from string import Template

import click

import metricdsl
from metricdsl.cli.options import Session
from metricdsl.plugins.discover import OURS
from metricdsl.spi import API_VERSION

ENDING = ".template"
KINDS = (
    "pack",
    "bindings",
    "functions",
    "results",
    "checks",
    "renderer",
    "importer",
    "exporter",
    "command",
    "adapter",
)
"""The kinds of plugins that are begun here: each is a folder of templates."""


def make(session: Session, kind: str, name: str, folder: Path) -> None:
    """Write the files of a new plugin; nothing that is there already is touched."""
    if not re.fullmatch(r"[a-z][a-z0-9_]{0,30}", name) or keyword.iskeyword(name) or name in OURS:
        raise click.UsageError(
            f"`{name}` cannot be the name of a plugin: take a word in small letters, digits and `_`."
        )
    package = f"metricdsl-{name.replace('_', '-')}"
    target = folder / package
    if target.exists():
        raise click.UsageError(f"{target} is there already.")
    words = {
        "name": name,
        "package": package,
        "scheme": name.replace("_", "-"),
        "module": f"metricdsl_{name}",
        "Name": name.replace("_", " ").capitalize(),
        "api": API_VERSION,
        "version": ".".join(str(metricdsl.__version__).split(".")[:2]),
    }
    templates = resources.files("metricdsl.cli").joinpath("templates")
    for source in ("every", kind):
        for path, text in _files(templates.joinpath(source), ""):
            file = target / path.removesuffix(ENDING).replace("_module_", words["module"])
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(Template(text).substitute(words), encoding="utf-8")
    if not session.quiet:
        here = Path.cwd()
        said = target.relative_to(here) if target.is_relative_to(here) else target
        click.echo(f"Made {said}. Next:")
        click.echo(f"  pip install -e ./{said}" if said is not target else f"  pip install -e {said}")
        click.echo(f"  metric plugins check {said}")
        click.echo(f"  pytest {said}")


def _files(folder: Traversable, before: str) -> list[tuple[str, str]]:
    """The templates below a folder: path, text."""
    found: list[tuple[str, str]] = []
    for entry in sorted(folder.iterdir(), key=lambda one: one.name):
        if entry.is_dir():
            found += _files(entry, f"{before}{entry.name}/")
        elif entry.name.endswith(ENDING):
            found.append((before + entry.name, entry.read_text(encoding="utf-8")))
    return found
