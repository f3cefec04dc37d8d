"""A copy of the source into which a mistake is put, and the tests that run against it."""

import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from attrs import frozen

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "src" / "metricdsl"
MISUSED, NOTHING_TO_RUN = 4, 5
"""What pytest ends with: wrong arguments, no test was selected."""


class NotRun(Exception):  # noqa: N818 - the name says what happened
    """The tests could not be run at all: the exception's text is what pytest said."""


@frozen
class Copy:
    """A copy of the source; each mistake is taken back before the next."""

    folder: Path

    def red(self, file: str, text: str, tests: str, *, cases: str = "", seconds: float | None = None) -> bool:
        """Whether `tests` (arguments of pytest) fail when `file` has this text; so do tests that take longer than `seconds`.

        `cases` are parts of the names of case files, with commas between them.
        """
        place = self.folder / "src" / "metricdsl" / file
        place.write_text(text, encoding="utf-8")
        environment = {
            **os.environ,
            "PYTHONPATH": str(self.folder / "src"),
            "PYTHONUTF8": "1",
            "CI": "true",
            "METRICDSL_CASES": cases,
        }
        command = [sys.executable, "-m", "pytest", "-x", "-q", "-n", "0", "-p", "no:cacheprovider"]
        try:
            ended = subprocess.run(
                [*command, *shlex.split(tests)],
                cwd=ROOT,
                env=environment,
                capture_output=True,
                text=True,
                check=False,
                timeout=seconds,
            )
        except subprocess.TimeoutExpired:
            return True
        finally:
            place.write_text((SOURCE / file).read_text(encoding="utf-8"), encoding="utf-8")
        if ended.returncode in {MISUSED, NOTHING_TO_RUN}:
            raise NotRun(ended.stdout + ended.stderr)
        return ended.returncode != 0


@contextmanager
def copied() -> Iterator[Copy]:
    """A copy of the source until the block ends."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        shutil.copytree(SOURCE, folder / "src" / "metricdsl", ignore=shutil.ignore_patterns("__pycache__"))
        for beside in ("definitions", "plugins"):  # found from the source, as in a checkout
            (folder / beside).symlink_to(ROOT / beside)
        yield Copy(folder)
