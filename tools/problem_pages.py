"""Write docs/reference/problems.md from the classes of the problems; `--check` only tells whether it is up to date."""

import inspect
import sys
from pathlib import Path

from metricdsl.diagnostics import catalogue

PAGE = Path(__file__).parents[1] / "docs" / "reference" / "problems.md"
STAGES = {
    "S": "Reading",
    "N": "Names",
    "T": "Types and units",
    "G": "Grain, joins, aggregation",
    "Q": "Questions",
    "D": "Dialects",
    "X": "Project, connections, data",
    "P": "Plugins",
    "L": "Hints",
}


def page() -> str:
    """The page: an index, then each problem's own text, its headings two levels down."""
    known = catalogue()
    lines = [
        "# Problems",
        "",
        "Made from the classes of the problems by `tools/problem_pages.py`. `metric explain CODE` prints one of them.",
    ]
    for letter, title in STAGES.items():
        own = [cls for code, cls in known.items() if code.startswith(letter)]
        if own:
            lines += ["", f"**{title}**", ""]
            lines += [f"- [{cls.code} {cls.slug}](#{cls.code.lower()}-{cls.slug})" for cls in own]
    for cls in known.values():
        text = inspect.cleandoc(cls.__doc__ or "")
        text = "\n".join("##" + line if line.startswith("## ") else line for line in text.split("\n"))
        lines += ["", f"## {cls.code} {cls.slug}", "", text]
    return "\n".join(lines) + "\n"


def main() -> int:
    """Write the page, or with `--check` compare it."""
    made = page()
    if "--check" in sys.argv[1:]:
        return 0 if PAGE.exists() and PAGE.read_text(encoding="utf-8") == made else 1
    PAGE.write_text(made, encoding="utf-8", newline="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
