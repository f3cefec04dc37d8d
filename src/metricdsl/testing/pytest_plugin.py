"""A plugin of pytest for projects of metrics: `pytest_plugins = ["metricdsl.testing.pytest_plugin"]` in a `conftest.py`.

The fixture `metric_project` is the project of the folder that the option `metric_project` of the pytest configuration names, else
of the one that pytest was started in; `verify_invariants` and `check_invariants` are the functions of `metricdsl.testing.invariants`.
"""

from collections.abc import Callable, Iterator

import pytest

from metricdsl.engine.project import Project, open_project
from metricdsl.testing import invariants


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addini(
        "metric_project", "the folder of the project of metrics, from the root of the tests", default="."
    )


@pytest.fixture(scope="session")
def metric_project(pytestconfig: pytest.Config) -> Iterator[Project]:
    """The project, closed at the end."""
    with open_project(
        pytestconfig.rootpath / pytestconfig.getini("metric_project"), installed_plugins=True
    ) as project:
        yield project


@pytest.fixture
def verify_invariants() -> Callable[..., None]:
    """Fails if a made-up database breaks an invariant."""
    return invariants.verify_invariants


@pytest.fixture
def check_invariants() -> Callable[..., None]:
    """Fails if the data break an invariant."""
    return invariants.check_invariants
