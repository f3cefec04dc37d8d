"""Chains of a thousand operands on every engine and in the reference: they are long, and not deep."""

from datetime import date

import pytest

from metricdsl.source import SourceFile
from metricdsl.syntax import read, read_query
from metricdsl.testing.engines import Bench
from metricdsl.testing.reference import Settings, Table, evaluate

MANY = 1_000
SETTINGS = Settings(today=date(2026, 6, 30))
TABLES = {"orders": Table((("id", "integer"), ("a", "integer")), tuple((n, n % 7) for n in range(1, 51)))}
KINDS = "\n".join(f"metric m{n} = count(order where a = {n})" for n in range(7))
CHAINS = {
    "metrics": (" + ".join(f"m{n % 7}" for n in range(MANY)), sum((n % 7 > 0) * 7 + (n % 7 == 1) + (n % 7 == 0) * 7 for n in range(MANY))),
    "rows": (f"sum({' + '.join(['order.a'] * MANY)})", MANY * sum(n % 7 for n in range(1, 51))),
    "taken away": ("m1" + " - m2" * MANY, 8 - 7 * MANY),
    "of both signs": ("m1" + " - m1 + m2 + m1 - 2 * m2" * (MANY // 4), 8 - 7 * (MANY // 4)),
    "rows of both signs": (f"sum(order.a{' - 2 * order.a + order.a' * (MANY // 2)})", (1 - MANY // 2) * sum(n % 7 for n in range(1, 51))),
    "products": (f"sum({' * '.join(['order.a'] * 3 + ['1'] * MANY)})", sum((n % 7) ** 3 for n in range(1, 51))),
    "or": (f"count(order where {' or '.join(f'a = {n}' for n in range(1, MANY))})", sum(n % 7 > 0 for n in range(1, 51))),
    "and": (f"count(order where {' and '.join(f'a != {n}' for n in range(1, MANY))})", sum(n % 7 == 0 for n in range(1, 51))),
    "or of and": (f"count(order where {' or '.join(f'a = {n} and id > 7' for n in range(1, MANY // 2))})", sum(n % 7 > 0 and n > 7 for n in range(1, 51))),
}  # fmt: skip


def definitions(formula):
    return SourceFile.of(
        "case.metric",
        f"entity order from orders {{ key id  fact a : integer }}\n{KINDS}\nmetric whole = {formula}\n",
    )


SERVERS = [pytest.param(name, marks=getattr(pytest.mark, name)) for name in ("postgres", "mariadb")]


@pytest.fixture(params=["duckdb", "sqlite", *SERVERS])
def asked(request):
    server = f"{request.param}_url"
    urls = {server: request.getfixturevalue(server)} if request.param in {"postgres", "mariadb"} else {}
    with Bench(**urls) as bench:
        yield lambda file: bench.ask(request.param, [file], TABLES, "whole", SETTINGS)


@pytest.mark.parametrize("name", CHAINS)
def test_an_engine_answers(asked, name):
    formula, value = CHAINS[name]
    answer = asked(definitions(formula))
    assert [p.code for p in answer.problems if p.severity.value == "error"] == []
    assert [tuple(map(int, row)) for row in answer.rows] == [(value,)]


@pytest.mark.parametrize("name", CHAINS)
def test_the_reference_answers(name):
    formula, value = CHAINS[name]
    document, query = read(definitions(formula)), read_query(SourceFile.of("query", "whole"))
    assert not document.problems
    result = evaluate([document.value], query.value, TABLES, SETTINGS)
    assert [tuple(map(int, row)) for row in result.rows] == [(value,)]
