"""Functions that run on a result, called so that nothing that a plugin does goes further than a problem."""

import ctypes
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from math import isfinite
from queue import SimpleQueue
from threading import Thread
from time import monotonic
from typing import Any, Self

from metricdsl.diagnostics.problems.execution import Interrupted, RanTooLong
from metricdsl.diagnostics.problems.result_functions import ResultFunctionFailed
from metricdsl.model.types import Kind, ValueType
from metricdsl.spi.adapter import AdapterError
from metricdsl.spi.result_functions import Argument, Cell, NoValue, ResultFunctionDef
from metricdsl.spi.values import Limits
from metricdsl.value import frozen

CALL_SECONDS = 10.0
"""How long one call may take, whatever the deadline of the question is."""
LOOK_SECONDS = 0.05

_KINDS: Mapping[Kind, tuple[type, ...]] = {
    Kind.INTEGER: (int,),
    Kind.DECIMAL: (int, Decimal),
    Kind.FLOAT: (int, float, Decimal),
    Kind.TEXT: (str,),
    Kind.BOOLEAN: (bool,),
    Kind.DATE: (date,),
    Kind.TIMESTAMP: (datetime,),
    Kind.DURATION: (timedelta,),
}


@frozen
class ResultFunctions:
    """The functions there are, and whose they are."""

    functions: Mapping[str, ResultFunctionDef]
    provenance: Mapping[str, str]

    def by(self, name: str) -> str:
        """The plugin that a function is of."""
        return self.provenance.get(f"result function {name}", "")


class _Stopped(Exception):  # noqa: N818 - it is raised inside a call that nobody waits for any more
    """Ends a call that has not ended by itself, at its next step in Python."""


class Calls:
    """Calls of the functions of one result, one after the other, in a thread of their own: one that never ends is left there.

    A call is waited for until its time is over or the question is stopped. Then the thread is told to end, which it does at its next
    step in Python; what it does in a library that never comes back goes on, and nobody waits for it.
    """

    def __init__(self, functions: ResultFunctions, limits: Limits) -> None:
        self._functions = functions
        self._limits = limits
        self._asked: SimpleQueue[tuple[ResultFunctionDef, Sequence[Argument]] | None] = SimpleQueue()
        self._told: SimpleQueue[tuple[bool, Any]] = SimpleQueue()
        self._thread: Thread | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._asked.put(None)

    def call(self, name: str, type: ValueType, arguments: Sequence[Argument]) -> Cell:
        """The value of a function. Raises `NoValue`, and AdapterError where it failed or did not end."""
        definition = self._functions.functions[name]
        if self._thread is None:
            self._thread = Thread(target=self._serve, name="functions of a result", daemon=True)
            self._thread.start()
        self._asked.put((definition, arguments))
        came, value = self._wait(name)
        if not came:
            if isinstance(value, NoValue):
                raise value
            raise self._failed(name, f"failed: {_said(value)}")
        return self._checked(name, type, value)

    def _serve(self) -> None:
        try:
            while (asked := self._asked.get()) is not None:
                definition, arguments = asked
                try:
                    self._told.put((True, definition.evaluate(arguments)))
                except _Stopped:
                    return
                except BaseException as error:  # noqa: BLE001 - whatever a plugin raises is the plugin's fault, and said so
                    self._told.put((False, error))
        except _Stopped:
            return

    def _wait(self, name: str) -> tuple[bool, Any]:
        from queue import Empty

        until = monotonic() + CALL_SECONDS
        while True:
            try:
                return self._told.get(timeout=LOOK_SECONDS)
            except Empty:
                reason = self._limits.cancellation.reason
                if reason is None and monotonic() < until:
                    continue
            self._give_up()
            if reason == "deadline":
                raise AdapterError(RanTooLong(seconds=self._limits.deadline or 0))
            if reason is not None:
                raise AdapterError(Interrupted())
            raise self._failed(name, f"did not end within {CALL_SECONDS:g} seconds")

    def _give_up(self) -> None:
        """Leave the thread, and tell it to end."""
        thread, self._thread = self._thread, None
        if thread is not None and thread.ident is not None:
            ctypes.pythonapi.PyThreadState_SetAsyncExc(
                ctypes.c_ulong(thread.ident), ctypes.py_object(_Stopped)
            )

    def _checked(self, name: str, type: ValueType, value: Any) -> Cell:
        """The value, if it is one of the type that the function has said."""
        if value is None:
            return None
        expected = _KINDS.get(type.kind, ())
        wrong = not isinstance(value, expected) or (isinstance(value, bool) and type.kind is not Kind.BOOLEAN)
        if wrong or (type.kind is Kind.DATE and isinstance(value, datetime)):
            raise self._failed(
                name, f"gave a {value.__class__.__name__}, and says that it gives a {type.kind.value}"
            )
        if type.kind is Kind.FLOAT:
            value = float(value)
        if type.kind is Kind.DECIMAL:
            value = Decimal(value)
        if isinstance(value, float | Decimal) and not isfinite(value):
            raise self._failed(name, f"gave {value}, which is no number")
        found: Cell = value
        return found

    def _failed(self, name: str, why: str) -> AdapterError:
        return AdapterError(ResultFunctionFailed(function=name, by=self._functions.by(name), why=why))


def _said(error: BaseException) -> str:
    """An exception in a line: its sort and its text, cut where it is long."""
    text = " ".join(str(error).split())[:300]
    return f"{type(error).__name__}: {text}" if text else type(error).__name__
