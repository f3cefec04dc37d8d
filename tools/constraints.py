"""Rewrites `constraints.txt` from the environment: its comment lines stay, its versions become the installed ones."""

import sys
from importlib.metadata import distributions
from pathlib import Path

FILE = Path(__file__).resolve().parent.parent / "constraints.txt"
OURS = "metricdsl"  # and the packages under plugins/, which are named after it
KEPT_OUT = {"pip", "setuptools"}
ELSEWHERE = (
    "editables",
    "tzdata",
)  # used while building, or on another system: their lines are kept as they are


def main() -> int:
    lines = FILE.read_text(encoding="utf-8").splitlines()
    comments = [line for line in lines if line.startswith("#")]
    kept = [line for line in lines if line.split("==")[0] in ELSEWHERE]
    found = {package.metadata["Name"]: package.version for package in distributions()}
    versions = [
        f"{name}=={version}"
        for name, version in found.items()
        if name.lower() not in KEPT_OUT and not name.startswith(OURS)
    ]
    wanted = sorted({*versions, *kept}, key=lambda line: line.split("==")[0].lower().replace("_", "-"))
    FILE.write_text("\n".join([*comments, *wanted, ""]), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
