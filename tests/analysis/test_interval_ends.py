"""The number of standard errors in an interval, beside published quantiles; the error of a page's numbers beside statistics' own."""

from statistics import stdev

import pytest

from metricdsl.engine.project import open_project

# Student's t, two-sided 95 % and 99 %, from tables: degrees of freedom, quantiles.
PUBLISHED = [
    (9, 2.262157, 3.249836),
    (10, 2.228139, 3.169273),
    (19, 2.093024, 2.860935),
    (30, 2.042272, 2.749996),
    (99, 1.984217, 2.626405),
]
PROJECT = (
    '[project]\nname = "p"\nlanguage = 1\ntoday = 2026-01-01\n[connections.default]\nurl = "files:data"\n'
)
MODEL = "entity thing from things { key id  fact x : float }\nmetric mean = avg(thing.x)\n"


@pytest.fixture
def asked(tmp_path):
    """Asks a question of a list of numbers."""
    (tmp_path / "definitions").mkdir()
    (tmp_path / "data").mkdir()
    (tmp_path / "metricdsl.toml").write_text(PROJECT)
    (tmp_path / "definitions" / "a.metric").write_text(MODEL)

    def answer(question, values):
        lines = "".join(f"{index},{value!r}\n" for index, value in enumerate(values))
        (tmp_path / "data" / "things.csv").write_text("id,x\n" + lines)
        with open_project(tmp_path, environment={}) as project, project.query(question).run() as result:
            return next(iter(result.rows))

    return answer


@pytest.mark.parametrize(("free", "at95", "at99"), PUBLISHED)
def test_the_width_is_that_of_the_tables(asked, free, at95, at99):
    values = [((7 * index * index) % 101) / 7 for index in range(free + 1)]
    low, high, wide, mean, error = asked(
        "low: interval_low(mean per thing), high: interval_high(mean per thing), wide: interval_high(mean per thing, level: 99%), mean, e: standard_error(mean per thing)",
        values,
    )
    assert error == pytest.approx(stdev(values) / len(values) ** 0.5, rel=1e-12)
    assert (high - mean) / error == pytest.approx(at95, rel=2e-4)
    assert (mean - low) / error == pytest.approx(at95, rel=2e-4)
    assert (wide - mean) / error == pytest.approx(at99, rel=1e-3)


def test_a_thousand_million_more_changes_no_error(asked):
    values = [((13 * index * index) % 97) / 4 for index in range(50)]
    (plain,) = asked("e: standard_error(mean per thing)", values)
    (moved,) = asked("e: standard_error(mean per thing)", [value + 1e9 for value in values])
    assert moved == pytest.approx(plain, rel=1e-9)
