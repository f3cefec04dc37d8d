"""`metric plugins list` and `metric plugins show`."""

import json

import click

from metricdsl.cli.options import Session
from metricdsl.cli.problems import COULD_NOT, show
from metricdsl.cli.surroundings import project_around
from metricdsl.diagnostics import Problem
from metricdsl.engine.plugin_listing import Listed, plugin_listing
from metricdsl.plugins.entries import NOUNS
from metricdsl.plugins.manifest import Manifest
from metricdsl.spi.defs import AggregationDef, FunctionDef


def print_list(session: Session, form: str) -> None:
    """One line for each plugin; those that were left out are told as problems behind them."""
    listing = plugin_listing()
    used = _used(session)
    rows = [_row(one, used) for one in listing.plugins]
    if form == "json":
        left_out = [
            {"code": problem.code, "message": problem.message()}
            for problem in (*listing.problems, *(p for one in listing.plugins for p in one.problems))
        ]
        click.echo(json.dumps({"plugins": rows, "problems": left_out}, ensure_ascii=False, indent=1))
        return
    widths = {key: max(len(str(row[key])) for row in rows) for key in ("plugin", "version", "used")}
    for row in rows:
        name, version, mark = (str(row[key]).ljust(width) for key, width in widths.items())
        click.echo(f"{name}  {version}  {mark}  {row['brings']}{': ' + row['title'] if row['title'] else ''}")
    show((*listing.problems, *(p for one in listing.plugins for p in one.problems)), {}, session)


def print_plugin(session: Session, name: str) -> None:
    """All that one plugin brings. Its functions are known only to its code, which is imported for that."""
    from metricdsl.diagnostics.near import near
    from metricdsl.diagnostics.problems.packs import PluginNotInstalled

    listing = plugin_listing()
    found = listing.named(name)
    if found is None:
        names = near(name, [one.manifest.plugin for one in listing.plugins])
        faulty: list[Problem] = [p for p in listing.problems if getattr(p, "plugin", "") == name]
        missing = PluginNotInstalled(plugin=name, needed_by="this command", near=names)
        show(faulty or [missing], {}, session)
        raise click.exceptions.Exit(COULD_NOT)
    manifest = found.manifest
    click.echo(f"{manifest.described}{': ' + manifest.title if manifest.title else ''}")
    for key, said in _facts(found).items():
        if said:
            click.echo(f"  {key:<10} {said}")
    for entry in manifest.entries:
        click.echo(f"  {NOUNS[entry.kind]} {entry.full_name}{' ' + entry.usage if entry.usage else ''}")
        click.echo(f"    {entry.about}")
    _print_names(session, manifest)
    _print_functions(session, manifest)


def _facts(found: Listed) -> dict[str, str]:
    manifest = found.manifest
    return {
        "about": manifest.about,
        "package": manifest.package,
        "api": manifest.api,
        "folder": manifest.folder,
        "needs": ", ".join(f"{name} {versions}".removesuffix(" *") for name, versions in manifest.requires),
        "brings": found.brings,
        "adapters": "; ".join(
            f"{one.name} for {', '.join(scheme + ':' for scheme in one.schemes)} ({one.dialect})"
            for one in manifest.adapters
        ),
    }


def _print_names(session: Session, manifest: Manifest) -> None:
    """The metrics of a plugin's packs, read as a project that uses it alone would read them."""
    if not manifest.packs:
        return
    from metricdsl.engine.plugin_alone import plugin_alone

    with plugin_alone(manifest.plugin) as opened:
        own = f"{manifest.plugin}."
        metrics = sorted(one.name for one in opened.model.metrics.values() if one.name.startswith(own))
        click.echo(f"  {len(metrics)} metrics")
        for name in metrics:
            click.echo(f"    {name}{'  ' + label if (label := opened.model.metrics[name].label) else ''}")
        show([p for p in opened.problems if p.severity.name != "HINT"], opened.sources, session)


def _print_functions(session: Session, manifest: Manifest) -> None:
    if not manifest.hooks or not session.plugins:
        return
    from metricdsl.plugins import load_registry

    loaded = load_registry([manifest])
    registry = loaded.value
    every: tuple[FunctionDef | AggregationDef, ...] = (
        *registry.functions.values(),
        *registry.aggregations.values(),
    )
    for one in sorted(every, key=lambda one: one.name):
        if one.name.startswith(f"{manifest.plugin}."):
            noun = "aggregation" if isinstance(one, AggregationDef) else "function"
            click.echo(f"  {noun} {one.name}{one.signature}")
            click.echo(f"    {one.doc}")
    for name, check in sorted(registry.checks.items()):
        click.echo(f"  check {name}")
        click.echo(f"    {check.doc}")
    show(loaded.problems, {}, session)


def _row(one: Listed, used: frozenset[str]) -> dict[str, str]:
    manifest = one.manifest
    return {
        "plugin": manifest.plugin,
        "version": manifest.version,
        "package": manifest.package or "metricdsl",
        "title": manifest.title,
        "brings": one.brings,
        "used": "used here" if manifest.plugin in used else "",
    }


def _used(session: Session) -> frozenset[str]:
    """The plugins that the project here lists, if there is one that can be read."""
    from metricdsl.engine.config import read_config

    folder = project_around(session)
    config = None if folder is None else read_config(folder).value
    return frozenset() if config is None else frozenset(config.plugins)
