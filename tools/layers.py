"""Runs the import contract of `pyproject.toml`, without the packages that do not exist yet.

The contract names the whole house. While it is being built, a rule about a package that is not there would be an error
rather than a rule; this leaves such names out and says so. When all packages exist it adds nothing.
"""

import json
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = "metricdsl"
LISTS = ("source_modules", "forbidden_modules", "protected_modules", "allowed_importers")


def exists(module: str) -> bool:
    """Whether a module of ours is there; modules of others always count as there."""
    first, *rest = module.split(".")
    if first != PACKAGE:
        return True
    place = ROOT.joinpath("src", first, *rest)
    return place.with_suffix(".py").is_file() or (place / "__init__.py").is_file()


def present(contract: dict[str, object]) -> dict[str, object] | None:
    """The contract about what exists; None when nothing of it does."""
    kept = dict(contract)
    for key in LISTS:
        modules = kept.get(key)
        if isinstance(modules, list):
            kept[key] = [module for module in modules if exists(module)]
            if not kept[key]:
                return None
    layers = kept.get("layers")
    if isinstance(layers, list):
        kept["layers"] = [optional(line) for line in layers]
    return kept


def optional(line: str) -> str:
    """A layer's line with the siblings that are missing in parentheses."""
    return " ".join(
        word if word in "|:" or exists(f"{PACKAGE}.{word}") else f"({word})" for word in line.split()
    )


def table(values: dict[str, object]) -> str:
    return "".join(f"{key} = {json.dumps(value)}\n" for key, value in values.items())


def main() -> int:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    settings = project["tool"]["importlinter"]
    contracts = settings.pop("contracts")
    text = "[tool.importlinter]\n" + table(settings)
    for contract in contracts:
        kept = present(contract)
        if kept is None:
            print(f"layers: nothing to check yet for “{contract['name']}”")
        else:
            text += "\n[[tool.importlinter.contracts]]\n" + table(kept)
    with tempfile.TemporaryDirectory() as folder:
        config = Path(folder, "contract.toml")
        config.write_text(text, encoding="utf-8")
        command = [str(Path(sys.executable).with_name("lint-imports")), "--config", str(config), "--no-cache"]
        return subprocess.run(command, cwd=ROOT, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
