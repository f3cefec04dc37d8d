"""Shares of text files written with a percent sign: found, stated, refused, proposed."""

from decimal import Decimal

import pytest

import metricdsl
from metricdsl.engine.initialise import initialise
from metricdsl.engine.project import open_project

POLLS = "entity poll from polls {{ key poll_id  fact turnout : {} }}\nmetric highest = max(poll.turnout)\nmetric lowest = min(poll.turnout)\n"


def _asked(shop, declared: str, *texts: str):
    rows = "".join(f"{number},{text}\n" for number, text in enumerate(texts))
    project = shop(POLLS.format(declared), {"polls.csv": "poll_id,turnout\n" + rows})
    try:
        return project.query("highest, lowest").run().rows[0]
    except metricdsl.QueryError as error:
        return [(problem.code, problem.message(), problem.fixes()[0].title) for problem in error.problems]


@pytest.mark.parametrize(
    ("declared", "texts", "values"),
    [
        ("share", ("50%", "12.5%"), ("0.5", "0.125")),
        ("share", ("50 %", '"12,5 %"'), ("0.5", "0.125")),
        ("share", ("0.5", "0.125"), ("0.5", "0.125")),
        ("points", ('"1,012.5%"', "-3%"), ("10.125", "-0.03")),
        ('share "1234.56%"', ("50%", "12.3456%"), ("0.5", "0.123456")),
        ('share "1.234,56 %"', ('"1.012,5 %"', "0 %"), ("10.125", "0")),
        ('share "1234.56‰"', ("5‰", ""), ("0.005", "0.005")),
        ('share "1234.56%" or null', ("50%", "0.5"), ("0.5", "0.5")),
    ],
)
def test_read(shop, declared: str, texts: tuple[str, ...], values: tuple[str, ...]):
    assert _asked(shop, declared, *texts) == tuple(map(Decimal, values))


@pytest.mark.parametrize(
    ("declared", "texts", "said"),
    [
        (
            "share",
            ("50%", "1.234%"),
            (
                "X707",
                'polls.csv: `turnout` can be read in two ways: \'1.234%\' is 12.34 ("1.234,56%") or 0.01234 ("1234.56%")',
                'write "1.234,56%" behind the type, if that is how it is meant',
            ),
        ),
        (
            "decimal(2)",
            ("50%", "12.5%"),
            (
                "X706",
                "polls.csv, line 2: '50%' in `turnout` is not a number with at most 2 decimals, and 1 more",
                'declare the column `: share "1234.56%"`, which reads `50%` as a share',
            ),
        ),
        (
            'share "1234.56%"',
            ("50%", "0.5"),
            (
                "X706",
                "polls.csv, line 3: '0.5' in `turnout` is not a number with at most 4 decimals \"1234.56%\"",
                "put the value right in the file",
            ),
        ),
        (
            'share "1234.56%"',
            ("12.34567%",),
            (
                "X706",
                "polls.csv, line 2: '12.34567%' in `turnout` is not a number with at most 4 decimals \"1234.56%\"",
                "put the value right in the file",
            ),
        ),
    ],
)
def test_refused(shop, declared: str, texts: tuple[str, ...], said: tuple[str, str, str]):
    assert _asked(shop, declared, *texts) == [said]


def test_proposed(tmp_path):
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "polls.csv").write_text(
        'poll_id,turnout,swing,note\n1,50%,"3,25 %",5%\n2,66.6667%,"-1,5 %",none\n', encoding="utf-8"
    )
    made = initialise(tmp_path, str(tmp_path / "data"), environment={})
    said = " ".join(made.files[1].read_text(encoding="utf-8").split())
    assert 'fact turnout : share "1234.56%"' in said
    assert 'fact swing : share "1.234,56 %"' in said
    assert "dimension note : text" in said
    assert "turnout)" not in said, "a share is not summed"
    project = open_project(tmp_path)
    assert project.check(live=True) == ()
    assert project.query("max(poll.turnout)").run().rows == [(Decimal("0.666667"),)]


@pytest.mark.parametrize(
    ("formula", "type_", "texts", "values"),
    [
        ('coalesce(turnout, "0%")', "share", ("50%", ""), ("0.5", "0")),
        ('if(turnout = "n/a", null, turnout)', "share", ("50%", "n/a", "12.5%"), ("0.5", "0.125")),
        ('if(turnout = "none", "0 %", coalesce(turnout, "1 %"))', "share", ("50 %", "none"), ("0.5", "0")),
        ('coalesce(turnout, "0")', "share", ("0.5", ""), ("0.5", "0")),
        ('coalesce(turnout, "0,5")', "decimal(2)", ('"1,25"', ""), ("1.25", "0.5")),
    ],
)
def test_chosen_in_a_source(shop, formula: str, type_: str, texts: tuple[str, ...], values: tuple[str, ...]):
    """What a source makes of texts as they stand is read as they are: it was X706 for `50%`."""
    rows = "".join(f"{number},{text}\n" for number, text in enumerate(texts))
    source = f"source filled from polls {{ part = {formula} }}\n"
    entity = f"entity poll from filled {{ key poll_id  fact part : {type_} }}\n"
    metrics = "metric highest = max(poll.part)\nmetric lowest = min(poll.part)\n"
    project = shop(source + entity + metrics, {"polls.csv": "poll_id,turnout\n" + rows})
    assert project.query("highest, lowest").run().rows[0] == tuple(map(Decimal, values))
