"""The command line in a process of its own: one test for each exit status, and that it is the same as in this process.

130 is told in test_commands.py: Ctrl-C is for a process alone.
"""

import os
import signal
import tomllib
import warnings
from pathlib import Path

import pytest

from tests.cli.running import surroundings
from tests.running import here, in_process

QUESTION = "revenue, orders, wait by customer.`客户`, month"
ENDS = [
    (0, ("query", QUESTION, "--format", "csv")),
    (0, ("query", "orders by month during 1999")),
    (0, ("query", "orders by order.note")),
    (1, ("query", "ordrs by month")),
    (2, ("chek",)),
    (2, ("query", "orders", "--connection", "duk")),
    (2, ("query", "orders", "--format", "csv", "--out", "none/x.csv")),
    (0, ("--version",)),
]


@pytest.mark.parametrize("together", [False, True])
@pytest.mark.parametrize(("status", "arguments"), ENDS)
def test_a_process_says_what_is_said_here(shop, status, arguments, together):
    """The same status, and the same bytes on the same streams in the same order."""
    environment = surroundings(shop / "home", FORCE_COLOR="1")
    process = in_process(arguments, folder=shop, environment=environment, together=together)
    assert process.status == status
    assert here(arguments, folder=shop, environment=environment, together=together) == process


@pytest.mark.parametrize("encoding", ["latin-1", "ascii"])
def test_the_output_is_utf_8_wherever_it_goes(shop, encoding):
    """Whatever the terminal's encoding is said to be: `客户` is in none of these."""
    environment = surroundings(shop / "home", PYTHONIOENCODING=encoding, LC_ALL="C", PYTHONCOERCECLOCALE="0")
    said = in_process(("query", QUESTION, "--format", "csv"), folder=shop, environment=environment)
    assert said.status == 0, said.err
    assert "长城" in said.out.decode("utf-8")


def test_both_names_of_the_command_are_the_command_line(root):
    scripts = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]["scripts"]
    assert scripts == dict.fromkeys(("metric", "metricdsl"), "metricdsl.cli.main:main")


def test_nothing_of_a_command_stays_here(shop):
    """Neither an environment, nor a folder, nor a handler of signals, nor a lock on a database."""
    duckdb = pytest.importorskip("duckdb")
    before = _process()
    for arguments in (
        ("query", "orders", "--connection", "duck"),
        ("query", "ordrs"),
        ("check", "--live"),
        ("frobnicate",),
    ):
        here(arguments, folder=shop, environment=surroundings(shop / "home"))
        assert _process() == before, arguments
    with duckdb.connect(str(shop / "shop.duckdb")) as connection:  # refused while a reader has it open
        assert connection.execute("select count(*) from orders").fetchone() == (4,)


def _process() -> tuple[object, ...]:
    wakeup = signal.set_wakeup_fd(-1)
    signal.set_wakeup_fd(wakeup)
    return (
        dict(os.environ),
        Path.cwd(),
        [signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)],
        wakeup,
        list(warnings.filters),
    )
