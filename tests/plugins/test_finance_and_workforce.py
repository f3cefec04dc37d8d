"""The plugins finance and workforce. Rates of return: one where the signs change once, however long the series is; none where several fit."""

import runpy
from pathlib import Path

import pytest

from metricdsl.spi.result_functions import NoValue
from metricdsl.testing import FunctionSuite

PLUGINS = Path(__file__).resolve().parents[2] / "plugins"
RATES = runpy.run_path(str(PLUGINS / "metricdsl-finance" / "src" / "metricdsl_finance" / "rates.py"))
present_value, rate_of_return = RATES["present_value"], RATES["rate_of_return"]


class TestFinance(FunctionSuite):
    plugin = "finance"
    folder = PLUGINS / "metricdsl-finance"


class TestWorkforce(FunctionSuite):
    plugin = "workforce"
    folder = PLUGINS / "metricdsl-workforce"


@pytest.mark.parametrize(
    ("flows", "rate"),
    [
        ([(0, -100), (1, 60), (2, 60)], 0.1306623862918075),
        ([(0, -1), (1, 1)], 0.0),
        ([(0, -100), (1, 110)], 0.1),
        ([(0, 100), (1, -110)], 0.1),
        ([(0, -100), (1, 0.1)], -0.999),
        ([(0, -1), (1, 1e5)], 99_999.0),
        ([(0, -100), (5000, 1e6)], 1e4 ** (1 / 5000) - 1),
        ([(0, -100), (3650, 50)], 0.5 ** (1 / 3650) - 1),
        ([(2, -100), (0, 0), (3, 110)], 0.1),
    ],
)
def test_the_rate(flows, rate):
    assert rate_of_return(flows) == pytest.approx(rate, rel=1e-9, abs=1e-15)


def test_a_year_of_days_has_one_rate():
    flows = [(day, -1 if day < 50 else 1.2) for day in range(365)]
    rate = rate_of_return(flows)
    assert present_value(flows, rate - 1e-6) > 0 > present_value(flows, rate + 1e-6)


@pytest.mark.parametrize(
    ("flows", "why"),
    [
        ([(0, -100), (1, 230), (2, -132)], "several rates fit: 10.00%, 20.00%"),
        ([(0, 100), (1, 60)], "nothing comes back"),
        ([(0, 0)], "nothing comes back"),
        ([(0, -100), (1, 100), (2, -100)], "no rate"),
    ],
)
def test_none_where_none_or_several_fit(flows, why):
    with pytest.raises(NoValue, match=why):
        rate_of_return(flows)


def test_no_number_is_so_large():
    with pytest.raises(NoValue):
        present_value([(0, 1), (4000, 1)], -0.9)


@pytest.mark.parametrize(
    ("given", "gives"),
    [
        ((10, 14, 180, 20), (0.174132, 0.888350, 7.836)),  # a hundred calls in half an hour, of three minutes
        ((0, 3, 180, 20), (0.0, 1.0, 0.0)),
        ((5000, 5100, 180, 20), (0.102881, 0.999998, 0.185187)),
    ],
)
def test_erlang_c(given, gives):
    erlang = runpy.run_path(
        str(PLUGINS / "metricdsl-workforce" / "src" / "metricdsl_workforce" / "erlang.py")
    )
    load, agents, handling, within = given
    found = (
        erlang["waiting_probability"](load, agents),
        erlang["service_level"](load, agents, handling, within),
        erlang["mean_wait"](load, agents, handling),
    )
    assert found == pytest.approx(gives, abs=6e-4)


@pytest.mark.parametrize("load", [0.5, 3, 9.99, 10, 87, 1234.5])
@pytest.mark.parametrize("target", [0.5, 0.8, 0.999])
def test_the_least_number_of_agents(load, target):
    """So many are enough, and one less is not."""
    erlang = runpy.run_path(
        str(PLUGINS / "metricdsl-workforce" / "src" / "metricdsl_workforce" / "erlang.py")
    )
    level = erlang["service_level"]
    agents = erlang["required_agents"](load, 180, 20, target)
    assert level(load, agents, 180, 20) >= target > level(load, agents - 1, 180, 20)
