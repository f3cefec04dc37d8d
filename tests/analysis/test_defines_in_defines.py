"""Defines that each use another twice: refused with a problem, also where what they are given is unknown."""

import pytest

import metricdsl


@pytest.mark.parametrize("given", ["order.amount", "a"])
def test_what_is_refused_is_told(given):
    chain = "".join(f"define d{n}(a) = d{n - 1}(a) + d{n - 1}(a)\n" for n in range(1, 18))
    text = f"entity order {{ key id  fact amount : integer }}\ndefine d0(a) = a + a\n{chain}metric often = sum(d16({given}))\n"
    found = metricdsl.compile(text, "often", dialect="duckdb")
    assert "N213" in {problem.code for problem in found.problems}
