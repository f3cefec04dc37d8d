"""Files that are not what they seem: each is told with code, place and status, and what is right can still be asked."""

import os
import re
from pathlib import Path

import pytest

from tests.cli.running import metric, write
from tests.running import in_process

GOOD = "entity customer from customers { key customer_id  dimension region : text }\nmetric customers = count(customer)\n"
CRLF = '\ufeffmetric europeans = count(customer where region = "EU")\r\n# 注释\r\nmetric share_of_all = europeans / customers\r\n'


@pytest.fixture
def bad(project: Path) -> Path:
    """Twelve files, of which two are right."""
    folder = project / "definitions"
    (folder / "a_good.metric").write_text(GOOD, encoding="utf-8")
    (folder / "b_crlf.metric").write_bytes(CRLF.encode("utf-8"))
    (folder / "c_large.metric").write_text("# data\n" * 150_000, encoding="utf-8")
    (folder / "d_binary.metric").write_bytes(os.urandom(16) + b"\xff\xfe\x00\x9f" + bytes(range(256)))
    (folder / "e_zero.metric").write_bytes(b"metric zero = 1\nmetric one\0 = 1\n")
    (folder / "f_utf16.metric").write_bytes("metric wide = 1\n".encode("utf-16"))
    (folder / "g_deep.metric").write_text(
        f"metric deep = {'(' * 10_000}customers{')' * 10_000}\nmetric flat = customers\n", encoding="utf-8"
    )
    (folder / "h_half.metric").write_text(
        "metric twice = customers * 2\nmetric thrice = (custo", encoding="utf-8"
    )
    (folder / "i_script.metric").write_text("metric odd = сustomers * 2\n", encoding="utf-8")
    (folder / "j_latin.metric").write_bytes("metric größe = 1\n".encode("latin-1"))
    (folder / "k_empty.metric").write_bytes(b"")
    (folder / "l_notes.txt").write_text("no definitions", encoding="utf-8")
    return project


EXPECTED = [
    ("S106", "definitions/c_large.metric"),
    ("S105", "definitions/d_binary.metric"),
    ("S105", "definitions/e_zero.metric"),
    ("S105", "definitions/f_utf16.metric"),
    ("S107", "definitions/g_deep.metric"),
    ("S103", "definitions/h_half.metric"),
    ("N201", "definitions/i_script.metric"),
    ("S105", "definitions/j_latin.metric"),
]


def test_every_file_is_told_and_the_right_ones_answer(bad):
    said = metric("check", "--format", "json", cwd=bad, check=1)
    told = [(p["code"], p["file"]) for p in said.data if p["severity"] == "error"]
    assert told == EXPECTED
    assert said.err == ""
    full = metric("check", cwd=bad, check=1)
    assert full.out == ""
    assert max(map(len, full.err.splitlines())) < 300, "ten thousand brackets are not printed"
    assert "\x00" not in full.err
    answer = metric("query", "customers, europeans, share_of_all, flat, twice", "--format", "csv", cwd=bad)
    assert answer.out.splitlines()[1] == "2,1,0.5,2,4"


def test_lines_and_columns_are_those_of_the_editor(project):
    text = "\ufeffmetric a = 1\r\nmetric 数量 = count(客户) + nothing\r\n"
    (project / "definitions" / "a.metric").write_bytes(text.encode("utf-8"))
    found = metric("check", "--format", "json", cwd=project, check=1).data
    assert [(p["code"], p["line"], p["column"]) for p in found] == [("N201", 2, 19), ("N201", 2, 25)]


def test_a_raised_limit_reads_the_large_file(project):
    (project / "definitions" / "a.metric").write_text(GOOD + "# data\n" * 150_000, encoding="utf-8")
    toml = project / "metricdsl.toml"
    refused = metric("check", "--format", "json", cwd=project, check=1)
    assert refused.codes == ["S106"]
    toml.write_text(
        toml.read_text(encoding="utf-8").replace(
            "\n[connections", '\n[project.limits]\nfile_size = "2MB"\n\n[connections', 1
        ),
        encoding="utf-8",
    )
    assert metric("query", "customers", "--format", "csv", cwd=project).out == "customers\n2\n"


@pytest.mark.parametrize(
    ("old", "new", "code", "words"),
    [
        ("language = 1", "languge = 1", "X712", ("languge", "language", "metricdsl.toml:4")),
        ("language = 1", "language = 7", "X712", ("7", "metricdsl.toml:4")),
        ('currency = "EUR"', 'currency = "Euro"', "X712", ("Euro", "metricdsl.toml:7")),
        (
            'definitions = ["definitions"]',
            'definitions = ["../elsewhere"]',
            "X711",
            ("../elsewhere", "metricdsl.toml:5"),
        ),
        ("[project]", "[project", "X712", ("TOML",)),
    ],
)
def test_a_project_file_that_cannot_be_meant(project, old, new, code, words):
    toml = project / "metricdsl.toml"
    toml.write_text(toml.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")
    said = metric("check", cwd=project, check=2)
    assert re.findall(r"error\[(\w+)\]", said.err) == [code]
    assert said.out == ""
    for word in words:
        assert word in said.err


def test_a_link_out_of_the_project_is_not_followed(project, tmp_path_factory):
    outside = tmp_path_factory.mktemp("outside")
    write(outside, secret_metric="metric secret = 42\n")
    (project / "definitions" / "a.metric").write_text(GOOD, encoding="utf-8")
    (project / "definitions" / "b.metric").symlink_to(outside / "secret.metric")
    (project / "definitions" / "c").symlink_to(outside)
    said = metric("check", "--format", "json", cwd=project, check=1)
    assert said.codes == ["X711", "X711"]
    assert "42" not in said.out
    assert metric("query", "customers", "--format", "csv", cwd=project).out == "customers\n2\n"
    assert metric("query", "secret", cwd=project, check=1).out == ""


def test_a_locked_file_and_one_that_is_none(project):
    import duckdb

    toml = project / "metricdsl.toml"
    text = toml.read_text(encoding="utf-8")
    (project / "definitions" / "a.metric").write_text(GOOD, encoding="utf-8")
    toml.write_text(text.replace("files:data", "duckdb:///crm.duckdb"), encoding="utf-8")
    assert "X703" in metric("query", "customers", cwd=project, check=2).err
    with duckdb.connect(str(project / "crm.duckdb")) as connection:
        connection.execute("create table customers as select 1 as customer_id, 'EU' as region")
        locked = metric("query", "customers", cwd=project, check=2, run=in_process)
        assert "X705" in locked.err
    (project / "crm.duckdb").write_bytes(b"no database at all" * 1000)
    broken = metric("query", "customers", cwd=project, check=2)
    assert re.findall(r"error\[(X7\d\d)\]", broken.err) != []
    assert metric("check", cwd=project).status == 0
