"""Where the definitions that ship with the product lie."""

from importlib.resources import files
from pathlib import Path


def shipped_definitions() -> Path:
    """The folder of the shipped `.metric` files: inside an installed package, or at the top of the repository.

    A wheel carries `definitions/` as `metricdsl/_definitions`; an editable install has no such copy and takes the
    repository's own folder.
    """
    package = Path(str(files("metricdsl")))
    inside = package / "_definitions"
    return inside if inside.is_dir() else package.parents[1] / "definitions"
