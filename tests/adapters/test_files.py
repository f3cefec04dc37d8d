import pytest

from metricdsl.adapters.files import FilesAdapter
from metricdsl.spi.adapter import AdapterError


@pytest.fixture
def adapter(folder, values):
    return FilesAdapter(values("files:data"))


def problem_of(action):
    with pytest.raises(AdapterError) as raised:
        action()
    return raised.value.problem


def names(info):
    return [column.name for column in info.columns]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found(folder, adapter, rows, delimiter):
    lines = [["id", "note"], ["1", "a b"], ["2", ""]]
    (folder / "t.csv").write_text("\n".join(delimiter.join(line) for line in lines) + "\n")
    info = adapter.introspect(["t"]).tables["t"]
    assert names(info) == ["id", "note"]
    assert all(c.text_file and c.type.kind.value == "text" for c in info.columns)
    assert rows(adapter, 'SELECT * FROM "t"') == [("1", "a b"), ("2", None)]


def test_nothing_is_sniffed(folder, adapter, rows):
    (folder / "t.csv").write_text("code,at\n007,01-02-17\n")
    adapter.introspect(["t"])
    assert rows(adapter, 'SELECT * FROM "t"') == [("007", "01-02-17")]


def test_quotes_line_ends_and_marks(folder, adapter, rows):
    (folder / "t.csv").write_bytes(b'\xef\xbb\xbfid,note\r\n1,"a ""b"",\r\nc"\r\n2,\xc3\xa9\r\n')
    adapter.introspect(["t"])
    assert rows(adapter, 'SELECT * FROM "t"') == [("1", 'a "b",\r\nc'), ("2", "é")]
    assert adapter.line_of(str(folder / "t.csv"), 1) == 2
    assert adapter.line_of(str(folder / "t.csv"), 2) == 4


def test_two_delimiters_that_both_fit_are_refused(folder, adapter):
    (folder / "t.csv").write_text("a,b;c\n1,2;3\n4,5;6\n")
    problem = problem_of(lambda: adapter.introspect(["t"]))
    assert problem.code == "X719"
    assert "comma and by semicolon" in problem.message()


def test_the_whole_file_decides_between_delimiters(folder, adapter, rows):
    (folder / "t.csv").write_text("a,b;c\n" + "1,2;3\n" * 20_000 + "1,2,3;4\n")
    assert names(adapter.introspect(["t"]).tables["t"]) == ["a,b", "c"]


def test_a_stated_layout_holds(folder, values, rows):
    (folder / "t.csv").write_bytes("1;é\n2;ü\n".encode("latin-1"))
    settings = {"files.t.csv.header": "false", "files.encoding": "latin-1", "files.delimiter": ";"}
    adapter = FilesAdapter(values("files:data", **settings))
    assert names(adapter.introspect(["t"]).tables["t"]) == ["column_1", "column_2"]
    assert rows(adapter, 'SELECT * FROM "t"') == [("1", "é"), ("2", "ü")]


def test_fields_between_runs_of_spaces(folder, values, rows):
    (folder / "t.txt").write_text(" id  amount\n 1    2.50\n 22  13.00\n")
    adapter = FilesAdapter(values("files:data", **{"files.t.txt.delimiter": "spaces"}))
    assert names(adapter.introspect(["t"]).tables["t"]) == ["id", "amount"]
    assert rows(adapter, 'SELECT * FROM "t"') == [("1", "2.50"), ("22", "13.00")]


def test_a_first_line_that_may_be_data_is_refused(folder, adapter):
    (folder / "t.csv").write_text("1,a\n2,b\n")
    problem = problem_of(lambda: adapter.introspect(["t"]))
    assert "header" in problem.message()
    assert "header = false" in problem.fixes()[0].title


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "empty"),
        (b"a,b\n1,\xff\n", "UTF-8"),
        (b"a,b\n1\n2,3\n", "same number"),
        (b"a,a\n1,2\n", "more than once"),
        (b"a\0b,c\n", "not text"),
    ],
)
def test_files_that_cannot_be_read(folder, adapter, rows, content, said):
    (folder / "t.csv").write_bytes(content)

    def read():
        adapter.introspect(["t"])
        rows(adapter, 'SELECT * FROM "t"')

    problem = problem_of(read)
    assert problem.code == "X719"
    assert said in problem.message()


def test_a_line_that_is_too_long_is_named(folder, adapter, rows):
    (folder / "t.csv").write_text("a,b\n" + "1,2\n" * 30_000 + "1,2,3\n")
    adapter.introspect(["t"])
    problem = problem_of(lambda: rows(adapter, 'SELECT COUNT(b) FROM "t"'))
    assert problem.code == "X719"
    assert "line 30002" in problem.message()


def test_parquet_keeps_its_types(folder, adapter, rows):
    import duckdb

    duckdb.sql(
        f"COPY (SELECT 1::BIGINT AS id, 1.25::DECIMAL(9, 2) AS amount, DATE '2026-01-31' AS day) TO '{folder / 'p.parquet'}'"
    )
    info = adapter.introspect(["p"]).tables["p"]
    assert [(c.type.kind.value, c.text_file) for c in info.columns] == [
        ("integer", False),
        ("decimal", False),
        ("date", False),
    ]


def test_a_file_that_is_not_parquet(folder, adapter):
    (folder / "p.parquet").write_text("no")
    assert problem_of(lambda: adapter.introspect(["p"])).code == "X719"


def test_tables_go_by_file_name_or_stem(folder, adapter):
    (folder / "a.csv").write_text("x,y\nv,w\n")
    (folder / "b.csv").write_text("x,y\nv,w\n")
    (folder / "b.tsv").write_text("x\ty\nv\tw\n")
    assert set(adapter.introspect(["a", "a.csv", "b.csv", "b.tsv", "none"]).tables) == {
        "a",
        "a.csv",
        "b.csv",
        "b.tsv",
    }
    assert "b.csv` and `b.tsv" in problem_of(lambda: adapter.introspect(["b"])).message()
    assert set(adapter.introspect(None).tables) == {"a", "b.csv", "b.tsv"}


def test_no_file_outside_the_folder(folder, adapter, rows, tmp_path):
    (folder / "a.csv").write_text("x,y\nv,w\n")
    secret = tmp_path / "secret.csv"
    secret.write_text("p\nq\n")
    (folder / "link.csv").symlink_to(secret)
    (folder / ".env").write_text("PASSWORD=1\n")
    assert set(adapter.introspect(None).tables) == {"a"}
    for path in (secret, folder / "link.csv", folder / ".." / "secret.csv", folder / ".env"):
        assert (
            problem_of(lambda path=path: rows(adapter, f"SELECT * FROM read_text('{path}')")).code == "X720"
        )


def test_a_folder_that_is_not_there(values):
    assert problem_of(lambda: FilesAdapter(values("files:nowhere")).introspect(None)).code == "X703"
