"""Defines that each use another twice: refused with a problem, also where what they are given is unknown."""

import time

import pytest

import metricdsl


@pytest.mark.parametrize("given", ["order.amount", "a"])
def test_what_is_refused_is_told(given):
    chain = "".join(f"define d{n}(a) = d{n - 1}(a) + d{n - 1}(a)\n" for n in range(1, 18))
    text = f"entity order {{ key id  fact amount : integer }}\ndefine d0(a) = a + a\n{chain}metric often = sum(d16({given}))\n"
    found = metricdsl.compile(text, "often", dialect="duckdb")
    assert "N213" in {problem.code for problem in found.problems}


def doubling(levels: int) -> str:
    chain = "".join(f"define d{n}(a) = d{n - 1}(a) + d{n - 1}(a)\n" for n in range(1, levels + 1))
    return f"entity order {{ key id  fact amount : integer }}\ndefine d0(a) = a + a\n{chain}"


@pytest.mark.parametrize(
    "formula", ["sum(d60(order.amount))", "d60(sum(order.amount))", "d0(d60(count(order)))"]
)
def test_sixty_that_double_are_refused_at_once(formula):
    text = doubling(60) + f"metric often = {formula}\nmetric fine = count(order)\n"
    metricdsl.compile(text, "fine", dialect="duckdb")  # what is imported is imported now
    began = time.process_time()
    found = metricdsl.compile(text, "often", dialect="duckdb")
    assert (
        time.process_time() - began < 1
    )  # it took 20 seconds, of which the machine may be busy ten times as long
    assert "N213" in {problem.code for problem in found.problems}


@pytest.mark.parametrize(
    "formula", ["sum(d9(order.amount))", "d9(sum(order.amount))", "d7(sum(d4(order.amount)))"]
)
def test_a_thousand_are_put_in(formula):
    found = metricdsl.compile(doubling(9) + f"metric often = {formula}\n", "often", dialect="duckdb")
    assert "N213" not in {problem.code for problem in found.problems}


def test_arguments_count_as_often_as_they_are_put_in():
    twice = "".join(f"define t{n}(a) = a + a\n" for n in range(30))
    nested = "order.amount"
    for n in range(30):
        nested = f"t{n}({nested})"
    text = f"entity order {{ key id  fact amount : integer }}\n{twice}metric often = sum({nested})\n"
    began = time.process_time()
    found = metricdsl.compile(text, "often", dialect="duckdb")
    assert time.process_time() - began < 1
    assert "N213" in {problem.code for problem in found.problems}
