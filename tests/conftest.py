"""What all tests share: how hard Hypothesis tries, the database servers, the real data."""

import json
import os
import secrets
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, settings

if TYPE_CHECKING:
    from metricdsl.testing.engines import Bench

ROOT = Path(__file__).resolve().parent.parent
IN_CI = os.environ.get("CI") == "true"

# `dev` is quick and finds new examples each time; `ci` tries the same examples on every run, so that a failure is the
# change's; `nightly` has the whole night. METRICDSL_EXAMPLES chooses one by name.
SLOW = (HealthCheck.too_slow, HealthCheck.data_too_large)
settings.register_profile("dev", max_examples=50, deadline=None, suppress_health_check=SLOW)
settings.register_profile("ci", max_examples=30, deadline=None, derandomize=True, suppress_health_check=SLOW)
settings.register_profile("nightly", max_examples=20_000, deadline=None, suppress_health_check=SLOW)
settings.load_profile(os.environ.get("METRICDSL_EXAMPLES") or ("ci" if IN_CI else "dev"))


APART = ("laws", "test_docs.py")
"""Here each test takes long and shares nothing with the next."""


@pytest.hookimpl(tryfirst=True)  # before pytest-xdist looks at the groups
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Spark is asked where it is named, `-m spark`. The laws begin first: each takes long, and at the end one worker would wait for the other's.

    With `--dist loadgroup` one worker runs all tests that share what is slow to set up: those of a module, and in
    test_cases.py those of a page of cases.
    """
    if "spark" not in config.option.markexpr:
        for item in items:
            if item.get_closest_marker("spark"):
                item.add_marker(pytest.mark.skip(reason="Spark takes long to start: say `-m spark`"))
    items.sort(key=lambda item: "tests/laws/" not in item.path.as_posix())
    for item in items:
        path = item.path.relative_to(ROOT / "tests")
        case = getattr(item, "callspec", None) and item.callspec.params.get("case")
        if path.parts[0] not in APART:
            shared = getattr(case, "path", item.path)
            item.add_marker(pytest.mark.xdist_group(shared.relative_to(ROOT).as_posix()))


@pytest.fixture(scope="session")
def root() -> Path:
    """The top of the repository."""
    return ROOT


@pytest.fixture(scope="session")
def postgres_server() -> str:
    """The URL of the server that `make engines` started, or of METRICDSL_POSTGRES_URL; skips where there is none."""
    return _url_of("PostgreSQL", "postgres")


@pytest.fixture(scope="session")
def mariadb_url() -> str:
    """The same of MariaDB, or of METRICDSL_MARIADB_URL; its user may make databases whose names begin with metricdsl_."""
    if find_spec("metricdsl_mariadb") is None:
        _lacking("no driver of mariadb: say `make engines`")
    return _url_of("MariaDB", "mariadb")


def _url_of(server: str, name: str) -> str:
    variable = f"METRICDSL_{name.upper()}_URL"
    url = os.environ.get(variable)
    state = ROOT / "build" / "engines" / f"{name}.json"
    if not url and state.is_file():
        url = str(json.loads(state.read_text(encoding="utf-8"))["url"])
    if not url:
        _lacking(f"no {server}: say `make engines`, or set {variable}")
    return url


def _lacking(message: str) -> NoReturn:
    """Skips the test; where everything is required, fails it."""
    if IN_CI:
        pytest.fail(message)
    pytest.skip(message)


@pytest.fixture(scope="session")
def postgres_url(postgres_server: str) -> Iterator[str]:
    """A PostgreSQL URL whose tables land in a schema of this session's own, so that parallel workers never meet."""
    with _schema_of_its_own(postgres_server) as url:
        yield url


@pytest.fixture(scope="module")
def bench() -> "Iterator[Bench]":
    """What asks the queries of cases and of generated examples, on the engines inside this process."""
    from metricdsl.testing.engines import Bench

    with Bench() as made:
        yield made


@pytest.fixture(scope="module")
def postgres_bench(postgres_url: str) -> "Iterator[Bench]":
    """The same with PostgreSQL."""
    from metricdsl.testing.engines import Bench

    with Bench(postgres_url) as made:
        yield made


@pytest.fixture(scope="module")
def mariadb_bench(mariadb_url: str) -> "Iterator[Bench]":
    """The same with MariaDB."""
    from metricdsl.testing.engines import Bench

    with Bench(mariadb_url=mariadb_url) as made:
        yield made


@pytest.fixture(scope="session")
def new_postgres_url(postgres_server: str) -> Callable[[], AbstractContextManager[str]]:
    """Gives such a URL each time: for a fixture that is set up more than once in a session."""
    return lambda: _schema_of_its_own(postgres_server)


@contextmanager
def _schema_of_its_own(server: str) -> Iterator[str]:
    """The URL of a server with a new schema that all tables land in; the schema is dropped in the end."""
    psycopg = pytest.importorskip("psycopg")
    schema = f"t_{secrets.token_hex(6)}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"create schema {schema}")
        joint = "&" if "?" in server else "?"
        try:
            yield f"{server}{joint}options={quote(f'-c search_path={schema} -c jit=off')}"
        finally:
            connection.execute(f"drop schema {schema} cascade")


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder of real data sets, named by METRICDSL_REAL_DATA; skips where it is not set."""
    folder = os.environ.get("METRICDSL_REAL_DATA")
    if not folder:
        pytest.skip("no real data: set METRICDSL_REAL_DATA to its folder")
    path = Path(folder)
    if not path.is_dir():
        pytest.fail(f"METRICDSL_REAL_DATA names no folder: {folder}")
    return path
