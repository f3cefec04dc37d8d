"""Pages made from the code are up to date."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_the_page_of_problems():
    done = subprocess.run([sys.executable, ROOT / "tools" / "problem_pages.py", "--check"], check=False)
    assert done.returncode == 0, "run `python tools/problem_pages.py`"


def test_the_page_of_rules():
    done = subprocess.run([sys.executable, "-m", "tools.rule_table", "--check"], cwd=ROOT, check=False)
    assert done.returncode == 0, "run `python -m tools.rule_table`"


def test_the_public_interface_is_what_was_written_down():
    done = subprocess.run(
        [sys.executable, "-m", "tools.public_api", "--check"],
        cwd=ROOT,
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, f"run `python -m tools.public_api`\n{done.stderr}"
