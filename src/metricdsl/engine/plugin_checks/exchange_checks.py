"""What must hold for importers and exporters: damaged files are refused, not fallen over, and nothing is left out without a reason."""

import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from metricdsl.engine.errors import QueryError
from metricdsl.engine.exchange import Exchange, exported, imported
from metricdsl.engine.packs import MODEL
from metricdsl.engine.plugin_alone import plugin_alone
from metricdsl.engine.plugin_checks.check import Check
from metricdsl.plugins.discover import installed_plugins
from metricdsl.plugins.named_functions import Entry

REFUSED = "P821"
DAMAGED = {
    "empty": b"",
    "blank": b"\n\n   \n",
    "no text": bytes(range(256)),
    "a word": b"metrics",
    "a number": b"3",
    "a list": b"[1, 2, [3]]",
    "broken off": b'{"metrics": [{"name": "x", ',
    "nested": b"[" * 5_000,
    "aliases": b"a: &a [x, x]\nb: &b [*a, *a, *a, *a, *a, *a, *a, *a, *a]\n"
    + b"".join(b"%c: &%c [%s]\n" % (at, at, b", ".join([b"*%c" % (at - 1)] * 9)) for at in range(99, 108)),
    "its own alias": b"metrics: &a [*a]\n",
    "a tag": b"metrics: !!python/object/apply:os.getcwd []\n",
    "null bytes": b"\0" * 100,
    "twice": b"metrics: []\nmetrics: []\n",
    "other": b"metrics: {name: 3}\nmodels: x\nsemantic_models: [null, 3, {}]\n",
}
ENDINGS = (".yml", ".json", ".txt")


def exchange_checks(plugin: str) -> tuple[Check, ...]:
    """The checks of a plugin's importers and exporters."""
    found = []
    if _entries(plugin, "importer"):
        found.append(Check("damaged files are refused by every importer", lambda: _fallen_over(plugin)))
    if _entries(plugin, "exporter"):
        found.append(
            Check(
                "every exporter takes the canonical model, and says what it leaves out",
                lambda: _unsaid(plugin),
            )
        )
    return tuple(found)


def wrong_import(plugin: str, samples: Sequence[Path]) -> list[str]:
    """What is wrong with what each importer of a plugin makes of samples: something is to come of them, nothing without a reason."""
    found = []
    for entry in _entries(plugin, "importer"):
        try:
            made = imported(entry, samples)
        except QueryError as error:
            found.append(f"{entry.full_name}: {error.problems[0].message()}")
            continue
        if not made.taken:
            found.append(f"{entry.full_name}: nothing comes of the samples")
        found += _reasonless(entry, made)
    return found


def _entries(plugin: str, kind: str) -> list[Entry]:
    every = [entry for one in installed_plugins().value if one.plugin == plugin for entry in one.entries]
    return [entry for entry in every if entry.kind == kind]


def _fallen_over(plugin: str) -> list[str]:
    with tempfile.TemporaryDirectory(prefix="metricdsl-") as made:
        return [
            f"{entry.full_name} of {what} ({ending}): {why}"
            for entry in _entries(plugin, "importer")
            for what, data in DAMAGED.items()
            for ending in ENDINGS
            if (why := _fault(entry, Path(made, f"sample{ending}"), data))
        ]


def _fault(entry: Entry, path: Path, data: bytes) -> str:
    path.write_bytes(data)
    try:
        imported(entry, [path])
    except QueryError as error:
        return "" if error.problems[0].code == REFUSED else error.problems[0].message()
    return ""


def _unsaid(plugin: str) -> list[str]:
    found: list[str] = []
    with plugin_alone(MODEL) as project:
        for entry in _entries(plugin, "exporter"):
            for metrics in (tuple(project.model.metrics), ()):
                try:
                    made = exported(entry, project.name, project.model, metrics)
                except QueryError as error:
                    found.append(f"{entry.full_name}: {error.problems[0].message()}")
                else:
                    found += _reasonless(entry, made)
    return found


def _reasonless(entry: Entry, made: Exchange) -> Iterator[str]:
    for loss in made.losses:
        if not loss.what.strip() or not loss.why.strip() or "does not say why" in loss.why:
            yield f"{entry.full_name}: {loss.what or 'something'} is left out, and it is not said why"
