import pytest

from metricdsl.engine.config import read_config
from metricdsl.engine.connection_settings import resolved, with_scheme
from metricdsl.engine.errors import ProjectError
from metricdsl.engine.project import open_project

HEAD = '[project]\nname = "p"\nlanguage = 1\n'


@pytest.fixture
def read(tmp_path):
    def reading(text: str):
        (tmp_path / "definitions").mkdir(exist_ok=True)
        (tmp_path / "metricdsl.toml").write_text(text, encoding="utf-8")
        return read_config(tmp_path)

    return reading


def test_everything_it_can_say(read):
    outcome = read(
        HEAD
        + 'timezone = "Europe/Berlin"\nweek_start = "sunday"\ntoday = 2026-04-15\ncurrency = "EUR"\n'
        + 'limits = { file_size = "2MB", deadline = 30 }\n[plugins]\nretail = ">=2"\n[connections.default]\nurl = "crm.duckdb"\n'
    )
    assert outcome.problems == ()
    config = outcome.value
    assert (config.settings.timezone, config.settings.week_start, config.settings.currency) == (
        "Europe/Berlin",
        7,
        "EUR",
    )
    assert (config.limits.file_size, config.limits.deadline) == (2_000_000, 30.0)
    assert config.connections["default"].url == "duckdb:///crm.duckdb"
    assert dict(config.plugins) == {"retail": ">=2"}


@pytest.mark.parametrize(
    ("text", "said", "near"),
    [
        (HEAD + 'timezon = "UTC"\n', "`timezon`", "timezone"),
        (HEAD + "[connection.default]\n", "`connection`", "connections"),
        (
            HEAD + '[connections.default]\nurl = "a.duckdb"\nmemory_limitt = "1GB"\n',
            "`memory_limitt`",
            "memory_limit",
        ),
        (HEAD + "[parameter]\nlarge = 5\n", "`parameter`", "parameters"),
        (HEAD + "limits = { dedline = 3 }\n", "`dedline`", "deadline"),
        (HEAD + 'week_start = "munday"\n', "`munday`", "monday"),
    ],
)
def test_unknown_words_with_near_ones(read, text, said, near):
    [problem] = read(text).problems
    assert problem.code == "X712"
    assert said in problem.message()
    assert near in problem.fixes()[0].title
    assert problem.span is not None


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (HEAD + "[parameters]\nshop.large = [5]\n", "`shop.large` must be given"),
        (HEAD + 'timezone = "Mars/Base"\n', "time zone"),
        (HEAD + 'currency = "euro"\n', "currency"),
        (HEAD + 'today = "soon"\n', "today"),
        (HEAD + "limits = { deadline = -1 }\n", "deadline"),
        (HEAD + 'limits = { file_size = "big" }\n', "file_size"),
        (HEAD + "definitions = 3\n", "list of folders"),
        (HEAD + 'definitions = ["nowhere"]\n', "no folder"),
        (HEAD + "[connections.default]\nuser = 'a'\n", "url"),
        (HEAD + 'name = "twice"\n', "not TOML"),
        ("", "[project]"),
        ("[project", "not TOML"),
    ],
)
def test_wrong_values(read, text, said):
    problems = read(text).problems
    assert {p.code for p in problems} == {"X712"}
    assert any(said in p.message() for p in problems)


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("0", "there is no language 0: the first is 1, write `language = 1`"),
        ("-1", "there is no language -1"),
        ("2", "reads language 1, and the project is written in 2: a newer metricdsl reads it"),
        ('"1"', "is the number of a version, such as 1, and not '1'"),
        ("true", "is the number of a version, such as 1, and not true"),
        ("1.0", "is the number of a version, such as 1, and not 1.0"),
    ],
)
def test_an_unknown_language_is_refused(read, tmp_path, language, said):
    assert read(f'[project]\nname = "p"\nlanguage = {language}\n').value is None
    with pytest.raises(ProjectError) as raised:
        open_project(tmp_path)
    [problem] = raised.value.problems
    assert problem.code == "X712"
    assert said in problem.message()
    assert problem.span is not None


def test_no_project_file(tmp_path):
    with pytest.raises(ProjectError) as raised:
        open_project(tmp_path)
    assert [p.code for p in raised.value.problems] == ["X712"]


@pytest.mark.parametrize("path", ["../outside", "definitions/../../outside", "/etc"])
def test_definitions_outside_the_project(read, tmp_path, path):
    (tmp_path.parent / "outside").mkdir(exist_ok=True)
    [problem] = read(HEAD + f'definitions = ["{path}"]\n').problems
    assert problem.code == "X711"


def test_links_out_of_the_project(tmp_path, shop):
    shop().close()
    outside = tmp_path.parent / f"{tmp_path.name}-outside"
    outside.mkdir()
    (outside / "secret.metric").write_text("metric secret = 1\n")
    (tmp_path / "definitions" / "link.metric").symlink_to(outside / "secret.metric")
    (tmp_path / "definitions" / "folder").symlink_to(outside)
    project = open_project(tmp_path)
    assert sorted((p.code, p.path) for p in project.problems) == [
        ("X711", "definitions/folder"),
        ("X711", "definitions/link.metric"),
    ]
    assert "revenue" in project.model.metrics  # nothing already checked is lost


def test_a_misspelt_url_is_told_beside_the_missing_one(read):
    missing, misspelt = read(HEAD + '[connections.default]\nulr = "crm.duckdb"\n').problems
    assert "does not say its `url`" in missing.message()
    assert "`ulr`" in misspelt.message()
    assert [fix.title for fix in misspelt.fixes()] == ["did you mean `url`?"]


@pytest.mark.parametrize(
    "url", ["files://data", "duckdb://crm.duckdb", "sqlite://a/crm.db", "duckdb://:memory:"]
)
def test_a_path_is_not_a_server(read, url):
    [problem] = read(HEAD + f'[connections.default]\nurl = "{url}"\n').problems
    assert f"write {url.replace('://', ':///')}" in problem.message()


def test_secrets_are_references(read, tmp_path):
    for line in ('password = "hunter2"', "password = 12345"):
        [problem] = read(HEAD + f'[connections.default]\nurl = "postgresql://h/d"\n{line}\n').problems
        assert "env:NAME" in problem.message()
        assert "hunter2" not in problem.message()
    [problem] = read(HEAD + '[connections.default]\nurl = "postgresql://me:hunter2@h/d"\n').problems
    assert "hunter2" not in problem.message()
    config = read(
        HEAD + '[connections.default]\nurl = "postgresql://h/d"\npassword = "env:PW"\n'
    ).value.connections["default"]
    values = resolved(config, tmp_path, "UTC", {"PW": "hunter2"}).value
    assert values.settings["password"] == "hunter2"
    assert "hunter2" not in repr(values)
    missing = resolved(config, tmp_path, "UTC", {})
    assert missing.value is None
    assert "`PW` is not set" in missing.problems[0].message()


@pytest.mark.parametrize(
    ("written", "url"),
    [
        ("data", "files:data"),
        ("a.duckdb", "duckdb:///a.duckdb"),
        ("a.db", "sqlite:///a.db"),
        ("files:.", "files:."),
    ],
)
def test_bare_paths(written, url):
    assert with_scheme(written) == url


def test_a_file_over_the_limit(shop):
    project = shop(
        "metric a = 1  # " + "x" * 3000 + "\n", project=(HEAD + 'limits = { file_size = "1kB" }\n')
    )
    assert [p.code for p in project.problems] == ["S106"]
