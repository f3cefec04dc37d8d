import os
import pickle
import subprocess
import sys
import zlib
from pathlib import Path

import pytest

import metricdsl
from metricdsl.engine.cache import Cache, cache_key
from tests.engine.conftest import DEFINITIONS, ORDERS

HEAVY = ("lark", "sqlglot", "duckdb", "pluggy", "psycopg")


def loaded_by(script: str, *arguments: str) -> set[str]:
    code = f"{script}\nimport sys\nprint(*[m for m in {HEAVY!r} if m in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments], capture_output=True, text=True, check=True, timeout=110
    )
    return set(done.stdout.split())


def test_importing_the_library_loads_nothing_heavy():
    assert loaded_by("import metricdsl") == set()


def test_checking_loads_no_driver_and_no_sql_builder(shop, tmp_path):
    shop().close()
    assert loaded_by(
        "import sys, metricdsl; assert not metricdsl.open(sys.argv[1]).problems", str(tmp_path)
    ) <= {"lark", "pluggy"}


def test_compiling_loads_no_driver():
    assert "duckdb" not in loaded_by(
        f"import metricdsl; assert metricdsl.compile({DEFINITIONS!r}, 'revenue').sql"
    )


def test_a_second_query_starts_without_parser_and_sql_builder(shop, tmp_path):
    shop().close()
    script = (
        "import sys, pathlib, metricdsl\n"
        "project = metricdsl.open(sys.argv[1], cache=pathlib.Path(sys.argv[2]))\n"
        "query = project.query('revenue by customer.region')\n"
        "assert not query.problems and len(query.sources) == 3\n"
        "assert len(query.run().rows) == 2\n"
    )
    arguments = (str(tmp_path), str(tmp_path / "cache"))
    assert loaded_by(script, *arguments) >= {"lark", "sqlglot", "duckdb"}
    assert loaded_by(script, *arguments) == {"duckdb"}


def test_a_kept_answer_follows_the_files(shop, tmp_path):
    cache = tmp_path / "cache"

    def ask(query="revenue by month", **texts):
        return shop(cache=cache, **texts).query(query).run().rows

    first = ask()
    assert ask() == first
    assert len(ask(data={"orders.csv": ORDERS + "5,1,2026-03-01,1.00\n"})) == 3
    assert (
        ask(definitions=DEFINITIONS.replace("sum(order.amount)", "2 * sum(order.amount)"))[0][1]
        == 2 * first[0][1]
    )
    # Another format of the same column, found anew because the file has changed:
    plain = DEFINITIONS.replace(' "YYYY-MM-DD"', "")
    assert ask(definitions=plain) == first
    other = (
        ORDERS.replace("2026-01-10", "31.01.2026")
        .replace("2026-01-11", "31.01.2026")
        .replace("2026-02-12", "28.02.2026")
    )
    assert ask(definitions=plain, data={"orders.csv": other}) == first
    # A column less:
    renamed = ORDERS.replace("amount", "amuont")
    assert [
        p.code for p in shop(cache=cache, data={"orders.csv": renamed}).query("revenue by month").problems
    ] == ["X702"]


def test_what_is_damaged_is_as_if_it_were_not_there(shop, tmp_path):
    cache = tmp_path / "cache"
    rows = shop(cache=cache).query("revenue").run().rows
    for entry in cache.iterdir():
        entry.write_bytes(b"\x80\x05garbage")
    assert shop(cache=cache).query("revenue").run().rows == rows


def test_one_other_bit_is_enough(shop, tmp_path):
    cache = tmp_path / "cache"
    shop(cache=cache).close()
    project = metricdsl.open(tmp_path, cache=cache)
    assert not project.problems
    for entry in cache.iterdir():
        data = bytearray(entry.read_bytes())
        assert Cache(cache).load(entry.name) is not None
        data[len(data) // 2] ^= 1
        entry.write_bytes(data)
        assert Cache(cache).load(entry.name) is None


def test_what_lies_on_sheets_is_what_was_read(shop, tmp_path):
    many = "\n".join(f"metric paid_{i} = {i + 1} * revenue" for i in range(300))
    shop(cache=tmp_path / "cache", definitions=f"{DEFINITIONS}\n{many}\n").close()
    fresh, kept, again = (
        metricdsl.open(tmp_path, cache=c) for c in (None, tmp_path / "cache", tmp_path / "cache")
    )
    for project in (fresh, kept, again):
        assert not project.problems
    assert kept.model == fresh.model
    assert kept.model is not again.model
    documents = again._opened.definitions.documents
    assert "Unread" not in repr(documents)
    assert documents == fresh._opened.definitions.documents


def test_a_cache_that_cannot_be_written_is_left_out(shop, tmp_path):
    (tmp_path / "file").write_text("")
    assert shop(cache=tmp_path / "file" / "cache").query("orders").run().rows == [(4,)]


class _Harm:
    def __reduce__(self):
        return (os.system, ("touch harmed",))


@pytest.mark.skipif(os.name == "nt", reason="owners and modes are those of Unix")
def test_only_our_own_values_and_only_from_a_folder_of_our_own(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    cache = Cache(tmp_path / "cache")
    cache.store("a", ("x", 1))
    assert cache.load("a") == ("x", 1)
    assert (tmp_path / "cache").stat().st_mode & 0o777 == 0o700
    for harmful in (_Harm(), (pickle.dumps(_Harm()), [])):
        data = pickle.dumps(harmful)
        (tmp_path / "cache" / "b").write_bytes(zlib.crc32(data).to_bytes(4, "little") + data)
        assert cache.load("b") is None
        assert not Path("harmed").exists()
    (tmp_path / "cache").chmod(0o777)
    assert cache.load("a") is None


def test_keys_differ_by_every_part():
    assert cache_key("a", "bc") != cache_key("ab", "c")
    assert cache_key("a", b"b") == cache_key("a", b"b")
