"""An engine in a child process: a statement is stopped by ending the process, however deep in its work the engine is.

Messages are JSON with bytes behind them (rows as Arrow writes them), each with its length in front.
"""

import json
import os
import queue
import struct
import subprocess
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from threading import Lock, Thread
from typing import Any, BinaryIO, NoReturn, TypeAlias
from weakref import finalize

Answer: TypeAlias = tuple[dict[str, Any], bytes]
Handler: TypeAlias = Callable[[Mapping[str, Any]], Answer]
_LENGTHS = struct.Struct(">QQ")
_START = "import json, sys; sys.path[:] = json.loads(sys.argv[1]); from {module} import main; main()"
_KEPT = 2  # waiting for the next statement: starting one takes as long as a small query


class ChildEnded(Exception):  # noqa: N818 - it may have been ended on purpose
    """The child is no more."""


class ChildError(Exception):
    """What the engine in the child said; `kind` is the name of its exception."""

    def __init__(self, said: str, kind: str) -> None:
        super().__init__(said)
        self.kind = kind


class Child:
    """A process that does what it is asked, one thing at a time. `end` may be called from any thread, and more than once."""

    def __init__(self, module: str) -> None:
        code = _START.format(module=module)
        environment = {key: value for key, value in os.environ.items() if not key.startswith("METRICDSL_")}
        self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
            [sys.executable, "-c", code, json.dumps(sys.path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment,
            start_new_session=True,  # Ctrl-C is the parent's to hear
        )
        # It ends with whoever has it, at the latest with this process; not with one that was forked off.
        self._ended = finalize(self, _end, self._process, os.getpid())

    @property
    def pid(self) -> int:
        """The number of its process."""
        return self._process.pid

    def ask(self, message: Mapping[str, Any]) -> Answer:
        """What it answers. Raises ChildError with what the engine says, ChildEnded when it is no more."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        try:
            _write(self._process.stdin, message, b"")
            answer, payload = _read(self._process.stdout)
        except (OSError, EOFError, ValueError) as error:
            self.end()
            raise ChildEnded(str(error)) from error
        if "error" in answer:
            raise ChildError(str(answer["error"]), str(answer["kind"]))
        return answer, payload

    def end(self) -> None:
        """End it, whatever it is doing."""
        self._ended()


def _end(process: "subprocess.Popen[bytes]", parent: int) -> None:
    if os.getpid() != parent:
        return
    process.kill()
    process.wait()
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            with suppress(OSError):
                pipe.close()


class Children:
    """The children of one engine in this process: those that wait for the next statement are shared by its connections."""

    def __init__(self, module: str) -> None:
        self._module = module
        self._lock = Lock()
        self._idle: list[Child] = []
        self._parent = os.getpid()

    def take(self) -> Child:
        """One that waits, or a new one. What it was asked before is to be forgotten first."""
        with self._lock:
            if self._parent != os.getpid():  # forked: the waiting ones are the parent's
                self._idle, self._parent = [], os.getpid()
            if self._idle:
                return self._idle.pop()
        return Child(self._module)

    def give_back(self, child: Child) -> None:
        """It waits for the next statement, unless enough do."""
        with self._lock:
            if len(self._idle) < _KEPT and self._parent == os.getpid():
                self._idle.append(child)
                return
        child.end()


def serve(handlers: Mapping[str, Handler]) -> NoReturn:
    """The child's part: answer messages, each by the handler that its `do` names, until the parent is no more."""
    asked: queue.SimpleQueue[Mapping[str, Any]] = queue.SimpleQueue()
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what an engine prints is no answer

    def listen() -> None:
        with suppress(OSError, EOFError):
            while True:
                message, _ = _read(sys.stdin.buffer)
                asked.put(message)
        os._exit(0)  # whatever is being calculated, nobody waits for it

    Thread(target=listen, daemon=True).start()
    while True:
        message = asked.get()
        try:
            answer, payload = handlers[str(message["do"])](message)
        except Exception as error:  # noqa: BLE001 - whatever the engine raises is told to the parent
            answer, payload = {"error": str(error), "kind": type(error).__name__}, b""
        _write(answers, answer, payload)


def _write(pipe: Any, message: Mapping[str, Any], payload: bytes) -> None:
    told = json.dumps(message).encode()
    pipe.write(_LENGTHS.pack(len(told), len(payload)) + told)
    pipe.write(payload)
    pipe.flush()


def _read(pipe: BinaryIO | Any) -> Answer:
    told, payload = _LENGTHS.unpack(_exactly(pipe, _LENGTHS.size))
    return json.loads(_exactly(pipe, told)), _exactly(pipe, payload)


def _exactly(pipe: Any, length: int) -> bytes:
    found: bytes = pipe.read(length)
    if len(found) < length:
        raise EOFError("the pipe has ended")
    return found
