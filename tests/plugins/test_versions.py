"""Versions and ranges of them, typed by hand from the rules of Python's packages."""

import pytest

from metricdsl.plugins.versions import fits, is_range, order


@pytest.mark.parametrize(
    ("version", "wanted", "whether"),
    [
        ("1.0", "*", True),
        ("whatever", "*", True),
        ("whatever", ">=0", False),
        ("1.0", ">=1", True),
        ("1.0", "==1.0.0", True),
        ("1.10", ">1.9", True),
        ("0.9", ">=1,<2", False),
        ("1.4", ">=1,<2", True),
        ("2.0", ">=1,<2", False),
        ("2.0rc1", "<2", False),
        ("2.0rc1", ">=2.0b3", True),
        ("2.0.dev3", ">=2.0a1", False),
        ("2.0.post1", ">2.0", True),
        ("2.0", "<=2.0.post1", True),
        ("1.4.7", "==1.4.*", True),
        ("1.40", "==1.4.*", False),
        ("1.4.7", "!=1.4.*", False),
        ("1.5", "!=1.4.*, !=1.6", True),
        ("1.4.7", "~=1.4.2", True),
        ("1.5.0", "~=1.4.2", False),
        ("1.5.0", "~=1.4", True),
        ("1!1.0", ">2", True),
        ("1.0+local.3", "==1.0", True),
    ],
)
def test_a_version_lies_in_a_range_or_not(version, wanted, whether):
    assert is_range(wanted)
    assert fits(version, wanted) is whether


@pytest.mark.parametrize("text", ["1.0", ">=", ">=1,", "=1", "latest", ">=1.*", ">= one", "^1.0", ">=1 <2"])
def test_what_is_no_range(text):
    assert not is_range(text)
    assert not fits("1.0", text)


def test_versions_in_their_order():
    versions = [
        "1.0.dev1",
        "1.0a1",
        "1.0a2",
        "1.0b1",
        "1.0rc1",
        "1.0",
        "1.0.post1",
        "1.1.dev0",
        "1.1",
        "1.10",
    ]
    orders = [order(version) for version in versions]
    assert None not in orders
    assert orders == sorted(orders)
    assert len(set(orders)) == len(versions)


def test_a_long_text_is_no_version_and_takes_no_time():
    assert order("1." * 100_000) is None
    assert not is_range(">=" + "1" * 100_000)
