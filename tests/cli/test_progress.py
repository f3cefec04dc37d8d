"""What takes long says that it is at work: to a person at a terminal, and to nobody else."""

from pathlib import Path
from time import sleep

import pytest

from metricdsl.cli import checking, progress
from metricdsl.cli.options import Session
from tests.cli.running import metric

AT_WORK = "checking … "


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch):
    """A check that takes as long as nobody wants to wait for without a word."""
    quick = checking.check_project

    def check(*arguments, **options):
        sleep(0.6)
        return quick(*arguments, **options)

    monkeypatch.setattr(checking, "check_project", check)
    monkeypatch.setattr(progress, "PATIENCE", 0.1)


def test_a_long_check_says_so_at_a_terminal(shop: Path, slow, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(Session, "interactive", True)
    said = metric("check", cwd=shop)
    assert AT_WORK in said.err
    assert said.err.index(AT_WORK) < said.err.index("6 metrics")
    assert AT_WORK not in metric("check", "--quiet", cwd=shop).err


def test_a_long_check_says_nothing_elsewhere(shop: Path, slow):
    assert AT_WORK not in metric("check", cwd=shop).err


def test_a_quick_check_says_nothing(shop: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(Session, "interactive", True)
    monkeypatch.setattr(progress, "PATIENCE", 60)
    assert AT_WORK not in metric("check", cwd=shop).err
