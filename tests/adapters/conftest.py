"""Connections made by hand: what an adapter is handed."""

from collections.abc import Callable
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread

import pytest

from metricdsl.engine.connection_settings import ConnectionValues
from metricdsl.spi.values import Limits, Statement


@pytest.fixture
def values(tmp_path: Path) -> Callable[..., ConnectionValues]:
    """The values of a connection whose project lies in the test's folder."""

    def made(url: str, **settings: str) -> ConnectionValues:
        return ConnectionValues(url=url, root=str(tmp_path), timezone="UTC", settings=settings)

    return made


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The folder of a connection's files, empty."""
    made = tmp_path / "data"
    made.mkdir()
    return made


@pytest.fixture
def rows():
    """All rows of a statement."""

    def asked(adapter, sql: str, limits: Limits | None = None):
        return [
            tuple(row) for batch in adapter.execute(Statement(sql=sql), limits or Limits()) for row in batch
        ]

    return asked


@pytest.fixture
def keep_cancelling():
    """While the body runs, cancel again and again: however long it takes until the statement has started."""

    @contextmanager
    def cancelling(adapter):
        done = Event()

        def cancel():
            while not done.wait(0.1):
                adapter.cancel()

        thread = Thread(target=cancel)
        thread.start()
        try:
            yield
        finally:
            done.set()
            thread.join()

    return cancelling
