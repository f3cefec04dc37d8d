"""Fails when a package that users install with metricdsl has a licence they could not live with.

It walks from metricdsl's own requirements, its extras `fast` and `postgres` included, through everything those require
on this machine, and reads each package's own metadata. GPL, AGPL, BUSL, SSPL and packages without a stated licence fail.
LGPL passes for the optional PostgreSQL driver alone: docs/decisions/0010-an-lgpl-driver-as-an-extra.md.
"""

import re
import sys
from importlib.metadata import Distribution, PackageNotFoundError, distribution

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

EXTRAS = ("fast", "postgres")
LGPL_ALLOWED = {"psycopg", "psycopg-binary"}
REFUSED = re.compile(
    r"\b(?:A?GPL|BUSL|BSL-1\.1|SSPL|Affero|Business Source|Server Side Public|General Public License)",
    re.IGNORECASE,
)
LESSER = re.compile(r"\bLGPL[\w.+-]*|(?:GNU )?(?:Lesser|Library) General Public License[^;]*", re.IGNORECASE)


def licence(package: Distribution) -> str:
    """What a package says of its licence: the expression, else the classifiers, else the first line of free text."""
    meta = package.metadata
    if "License-Expression" in meta:
        return meta["License-Expression"]
    classifiers = [
        line.split(" :: ")[-1] for line in meta.get_all("Classifier") or () if line.startswith("License ::")
    ]
    named = [line for line in classifiers if line != "OSI Approved"]
    if named:
        return "; ".join(named)
    text = "".join(meta.get_all("License") or ()).strip()
    return text.splitlines()[0] if text else ""


def required(package: Distribution, extras: tuple[str, ...]) -> list[Requirement]:
    """The requirements that hold on this machine."""
    wanted = [Requirement(line) for line in package.requires or ()]
    return [
        each
        for each in wanted
        if each.marker is None or any(each.marker.evaluate({"extra": extra}) for extra in ("", *extras))
    ]


def runtime(name: str, extras: tuple[str, ...]) -> dict[str, Distribution]:
    """Every package that comes along with `name`, by canonical name."""
    found: dict[str, Distribution] = {}
    todo = [(name, extras)]
    done: set[tuple[str, tuple[str, ...]]] = set()
    while todo:
        current = todo.pop()
        if current in done:
            continue
        done.add(current)
        try:
            package = distribution(current[0])
        except PackageNotFoundError:
            print(f"licences: {current[0]} is required but not installed", file=sys.stderr)
            raise SystemExit(1) from None
        found[canonicalize_name(current[0])] = package
        todo += [(each.name, tuple(sorted(each.extras))) for each in required(package, current[1])]
    return found


def fault(name: str, text: str) -> str | None:
    """Why a licence is refused; None when it is fine."""
    if not text:
        return "states no licence"
    rest, lesser = LESSER.subn("", text)
    if REFUSED.search(rest):
        return "refused licence"
    return (
        "LGPL is allowed only for the optional PostgreSQL driver"
        if lesser and name not in LGPL_ALLOWED
        else None
    )


def main() -> int:
    faults = 0
    for name, package in sorted(runtime("metricdsl", EXTRAS).items()):
        text = licence(package)
        why = fault(name, text)
        faults += why is not None
        print(
            f"{'FAIL' if why else 'ok':4}  {name} {package.version}: {text or 'none stated'}{f' ({why})' if why else ''}"
        )
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
