"""A pytest that has collected its tests and then waits: each change is tried in a fork of it, where nothing is imported or read again."""

import gc
import json
import os
import resource
import select
import signal
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from importlib import import_module
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from importlib.util import spec_from_file_location
from types import CodeType
from typing import Any, NoReturn

import pytest
from attrs import define, evolve, field, frozen

from tools import ROOT, SOURCE
from tools.reaching import Reaching
from tools.swapping import Functions, functions_below

ARGUMENTS = ("-q", "-s", "-n", "0", "--tb=line", "-p", "no:cacheprovider", "-o", "timeout=0")
OURS = str(ROOT / "tests")
MEMORY = 8 << 30
SLOWEST = 20.0
"""A test that a change makes take this many times what it took, and ten seconds more, is red."""


@frozen(kw_only=True)
class Traced:
    """What a run of all tests said of each: the places it reached, its seconds, and whether it failed."""

    trials: Sequence[str] = ()  # their names, whose numbers the places have
    reached: Mapping[str, Sequence[int]] = field(factory=dict)
    seconds: Mapping[str, float] = field(factory=dict)
    failed: Sequence[str] = ()

    def numbered(self, trials: Sequence[str]) -> "Traced":
        """The same for other trials, as far as these are among them."""
        now = {name: number for number, name in enumerate(trials)}
        places = {number: now[name] for number, name in enumerate(self.trials) if name in now}
        return evolve(
            self,
            trials=[name for name in trials if name in set(self.trials)] if self.trials else (),
            reached={t: sorted(places[n] for n in found if n in places) for t, found in self.reached.items()},
        )

    def and_(self, later: "Traced") -> "Traced":
        """With what a later run said."""
        failed = [test for test in self.failed if test not in later.reached]
        return evolve(
            self,
            reached={**self.reached, **later.reached},
            seconds={**self.seconds, **later.seconds},
            failed=[*failed, *later.failed],
        )


@frozen(kw_only=True)
class Verdict:
    """How a run in a fork ended: the test that failed (`why` says how), or none."""

    test: str = ""
    why: str = ""

    @property
    def red(self) -> bool:
        """Whether it was not all green."""
        return bool(self.why)


@define
class WarmTests:
    """A plugin of pytest whose loop is `work`, called when all tests are collected."""

    work: Callable[["WarmTests"], None]
    early: Reaching
    """Traces what runs before the first test."""
    modules: Sequence[str]
    at_import: set[int] = field(factory=set, init=False)
    items: dict[str, pytest.Item] = field(factory=dict, init=False)
    functions: Functions = field(factory=dict, init=False)

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """All is collected. What is to be changed is imported here, since a fork that imported it later would do so from its file."""
        for module in self.modules:
            import_module(module)
        self.at_import = self.early.end()
        self.items = {item.nodeid: item for item in session.items}
        gc.collect()
        self.functions = functions_below(str(SOURCE))
        gc.freeze()  # a fork that collects garbage would copy every page
        self.work(self)
        return True

    # ------------------------------------------------------------ in forks

    def trace(self, tests: Sequence[str], places: Reaching) -> Traced:
        """One run of tests, which says which of them reaches which place."""
        chosen = [self.items[name] for name in tests]
        return Traced(**json.loads(self._forked(lambda write: self._trace(chosen, places, write), None)))

    def run(self, tests: Iterable[str], seconds: Mapping[str, float], change: Callable[[], bool]) -> Verdict:
        """Run tests, in this order, after a change, until one fails."""
        chosen = [self.items[name] for name in tests]
        allowed = sum(seconds.get(item.nodeid, 1.0) for item in chosen)

        def work(write: Callable[[str], None]) -> None:
            if not change():
                write("cannot\n")
                return
            self._until_red(chosen, seconds, write)
            write("green\n")

        return _verdict(self._forked(work, 120 + 40 * allowed))

    def run_anew(self, module: str, text: str, arguments: Sequence[str]) -> Verdict:
        """Run a pytest for which everything of ours is imported again, one module with another text."""

        def work(write: Callable[[str], None]) -> None:
            for name, there in list(sys.modules.items()):
                file = getattr(there, "__file__", None) or ""
                if name.partition(".")[0] == "metricdsl" or file.startswith(OURS):
                    del sys.modules[name]
            sys.meta_path.insert(0, _Changed(module, text))
            signal.setitimer(signal.ITIMER_PROF, 600)
            listener = _Listener(lambda item: _red(item, write))
            ended = pytest.main([*ARGUMENTS, *arguments], plugins=[listener])
            write("green\n" if ended == pytest.ExitCode.OK else "red at import\n")

        return _verdict(self._forked(work, 3600))

    def _until_red(
        self, chosen: Sequence[pytest.Item], seconds: Mapping[str, float], write: Callable[[str], None]
    ) -> None:
        self._listen(lambda item: _red(item, write))
        for item, following in zip(chosen, [*chosen[1:], None], strict=True):
            write(item.nodeid + "\n")
            signal.setitimer(signal.ITIMER_PROF, 10 + SLOWEST * seconds.get(item.nodeid, 1.0))
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
        signal.setitimer(signal.ITIMER_PROF, 0)

    def _trace(self, chosen: Sequence[pytest.Item], places: Reaching, write: Callable[[str], None]) -> None:
        reached: dict[str, list[int]] = {}
        seconds: dict[str, float] = {}
        failed: list[str] = []
        self._listen(lambda item: failed.append(item.nodeid))
        for item, following in zip(chosen, [*chosen[1:], None], strict=True):
            began = time.process_time()
            places.begin()
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
            reached[item.nodeid] = sorted(places.end())
            seconds[item.nodeid] = time.process_time() - began
        write(json.dumps({"reached": reached, "seconds": seconds, "failed": failed}))

    def _listen(self, failed: Callable[[pytest.Item], None]) -> None:
        manager = next(iter(self.items.values())).config.pluginmanager
        with suppress(ValueError):
            manager.unregister(name="terminalreporter")
        manager.register(_Listener(failed))

    def _forked(self, work: Callable[[Callable[[str], None]], None], seconds: float | None) -> str:
        """What a fork writes. It has a folder of its own for what it leaves behind, and is ended after so many seconds."""
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
            there, here = os.pipe()
            child = os.fork()
            if child == 0:
                os.close(there)
                _work(work, here, folder)
            os.close(here)
            until = None if seconds is None else time.monotonic() + seconds
            written = []
            with os.fdopen(there, "rb") as pipe:
                while select.select([pipe], [], [], until and max(0.0, until - time.monotonic()))[0]:
                    if not (read := os.read(pipe.fileno(), 1 << 16)):
                        break
                    written.append(read)
            with suppress(ProcessLookupError):
                os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
            return b"".join(written).decode()


def _verdict(written: str) -> Verdict:
    lines = written.splitlines() or [""]
    if lines[-1] == "cannot":
        raise LookupError("the code of a function cannot be exchanged")
    if lines[-1] == "green":
        return Verdict()
    if lines[-1].startswith("red "):
        return Verdict(test=lines[-1].removeprefix("red "), why="failed")
    return Verdict(test=lines[-1], why="ended the process, or took too long")


def _red(item: pytest.Item, write: Callable[[str], None]) -> NoReturn:
    write(f"red {item.nodeid}\n")
    os._exit(0)


@frozen
class _Changed(MetaPathFinder):
    """Finds one module, with a text of its own."""

    module: str
    text: str

    def find_spec(self, name: str, path: object = None, target: object = None) -> ModuleSpec | None:
        if name != self.module:
            return None
        found = PathFinder.find_spec(name, path)  # type: ignore[arg-type]
        assert found is not None
        assert found.origin is not None
        loader = _ChangedLoader(name, found.origin)
        loader.text = self.text
        return spec_from_file_location(name, found.origin, loader=loader)


class _ChangedLoader(SourceFileLoader):
    text = ""

    def get_code(self, fullname: str) -> CodeType:
        code: CodeType = compile(self.text, self.path, "exec", dont_inherit=True)
        return code


@frozen
class _Listener:
    failed: Callable[[pytest.Item], None]

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_makereport(self, item: pytest.Item, call: pytest.CallInfo[Any]) -> None:
        raised = call.excinfo is not None and not call.excinfo.errisinstance(pytest.skip.Exception)
        if raised and item.get_closest_marker("xfail") is None:
            self.failed(item)


def _work(work: Callable[[Callable[[str], None]], None], pipe: int, folder: str) -> NoReturn:
    """The life of a fork."""
    try:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, 1)
        tempfile.tempdir = folder
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        work(lambda text: _write(pipe, text))
    except BaseException:  # noqa: BLE001 - a fork ends here, whatever happens
        traceback.print_exc(file=sys.__stderr__)
        os._exit(1)
    os._exit(0)


def _write(pipe: int, text: str) -> None:
    data = text.encode()
    while data:
        data = data[os.write(pipe, data) :]
