"""The packs of this repository, seen as installed packages without being installed."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

PLUGINS = Path(__file__).resolve().parents[2] / "plugins"
PACKS = ("lending", "saas", "clv", "retail", "insurance", "telecom", "healthcare", "planning")
FUNCTIONS = ("finance", "workforce", "btyd")
"""Plugins whose functions the packs use."""


def folder(pack: str) -> Path:
    """The package of a pack: where its manifest lies."""
    return PLUGINS / f"metricdsl-{pack}" / "src" / f"metricdsl_{pack}"


@contextmanager
def installed(site: Path, plugins: Sequence[str] = (*PACKS, *FUNCTIONS)) -> Iterator[None]:
    """Plugins with their entry points, as an installation in place leaves them."""
    with pytest.MonkeyPatch.context() as patch:
        for pack in plugins:
            info = site / f"metricdsl_{pack}-0.1.0.dist-info"
            info.mkdir(parents=True)
            (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: metricdsl-{pack}\nVersion: 0.1.0\n")
            (info / "entry_points.txt").write_text(f"[metricdsl.plugins]\n{pack} = metricdsl_{pack}\n")
            patch.syspath_prepend(str(folder(pack).parent))
        patch.syspath_prepend(str(site))
        yield
