"""Functions of a queue: `waiting_probability`, `service_level`, `mean_wait`, `required_agents`."""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from functools import partial

from metricdsl.spi.defs import Example, Mismatch
from metricdsl.spi.hooks import hookimpl
from metricdsl.spi.meaning import DURATION, INTEGER, SHARE, Kind, ValueType
from metricdsl.spi.result_functions import (
    Argument,
    ArgumentType,
    Cell,
    NoValue,
    ResultFunctionDef,
    SeriesType,
)
from metricdsl_workforce.erlang import mean_wait, required_agents, service_level, waiting_probability

LOAD, AGENTS, TIME, TARGET = "load", "agents", "time", "target"
"""What an argument is."""


def _infer(
    name: str, takes: Sequence[str], gives: ValueType, arguments: Sequence[ArgumentType]
) -> ValueType | Mismatch:
    for at, (argument, what) in enumerate(zip(arguments, takes, strict=True)):
        wrong = _wrong(name, argument, what, at)
        if wrong is not None:
            return wrong
    return gives


def _wrong(name: str, argument: ArgumentType, what: str, at: int) -> Mismatch | None:
    if isinstance(argument, SeriesType):
        return Mismatch(
            "arguments", f"{name} takes one value of each group, and this is one for each member", at
        )
    if argument.kind in {Kind.UNKNOWN, Kind.NULL}:
        return None
    if what == TIME:
        fine = argument.kind is Kind.DURATION and argument.grain is None
        return None if fine else Mismatch("kinds", f"{name} takes a time here, as in 20 seconds", at)
    if not argument.kind.numeric:
        return Mismatch("not-a-number", f"{name} takes a number here", at)
    if what == TARGET:
        fine = argument.unit == SHARE or argument.unit.bare
        return None if fine else Mismatch("units", f"{name} takes a share here, as in 80%", at)
    if (
        what == LOAD
        and argument.unit != SHARE
        and any(base.kind == "currency" for base, _ in argument.unit.powers)
    ):
        return Mismatch(
            "units", f"{name} takes the load in erlangs: calls * handling_time / (30 minutes)", at
        )
    return None


def _number(value: Argument) -> float:
    number = float(value)  # type: ignore[arg-type]
    if number < 0:
        raise NoValue("there is less than none of something")
    return number


def _agents(value: Argument) -> int:
    return int(_number(value))


def _seconds(value: Argument) -> float:
    assert isinstance(value, timedelta), "the function has said so"
    return _number(value.total_seconds())


def _handling(value: Argument) -> float:
    seconds = _seconds(value)
    if seconds == 0:
        raise NoValue("a call that takes no time makes no work")
    return seconds


def _waiting(given: Sequence[Argument]) -> Cell:
    return waiting_probability(_number(given[0]), _agents(given[1]))


def _level(given: Sequence[Argument]) -> Cell:
    return service_level(_number(given[0]), _agents(given[1]), _handling(given[2]), _seconds(given[3]))


def _wait(given: Sequence[Argument]) -> Cell:
    return timedelta(seconds=mean_wait(_number(given[0]), _agents(given[1]), _handling(given[2])))


def _required(given: Sequence[Argument]) -> Cell:
    return required_agents(_number(given[0]), _handling(given[1]), _seconds(given[2]), _number(given[3]))


@hookimpl
def metricdsl_result_functions() -> Iterable[ResultFunctionDef]:
    """Erlang C."""
    share = ValueType(Kind.FLOAT, SHARE)
    return [
        ResultFunctionDef(
            name="waiting_probability",
            signature="(load: number, agents: number) -> share",
            infer=partial(_infer, "waiting_probability", (LOAD, AGENTS), share),
            evaluate=_waiting,
            doc="How likely a caller waits (Erlang C), the load in erlangs; 100 % where there is as much work as agents, or more.",
            examples=(Example(formula="workforce.waiting_probability(10, 14)", gives="0.17413193359504983"),),
            least=2,
        ),
        ResultFunctionDef(
            name="service_level",
            signature="(load: number, agents: number, handling: duration, within: duration) -> share",
            infer=partial(_infer, "service_level", (LOAD, AGENTS, TIME, TIME), share),
            evaluate=_level,
            doc="The share of callers who are answered within a time; none where there is as much work as agents, or more.",
            examples=(
                Example(
                    formula="workforce.service_level(10, 14, 180 seconds, 20 seconds)",
                    gives="0.8883500191794669",
                ),
            ),
            least=4,
        ),
        ResultFunctionDef(
            name="mean_wait",
            signature="(load: number, agents: number, handling: duration) -> duration",
            infer=partial(_infer, "mean_wait", (LOAD, AGENTS, TIME), DURATION),
            evaluate=_wait,
            doc="How long callers wait in the mean, those who do not wait among them. Null where there is as much work as agents, or more.",
            examples=(Example(formula="workforce.mean_wait(10, 10, 180 seconds)", gives="null"),),
            least=3,
        ),
        ResultFunctionDef(
            name="required_agents",
            signature="(load: number, handling: duration, within: duration, target: share) -> integer",
            infer=partial(_infer, "required_agents", (LOAD, TIME, TIME, TARGET), INTEGER),
            evaluate=_required,
            doc="The least number of agents with which the target share of callers is answered within a time; 0 where there are no calls.",
            examples=(
                Example(formula="workforce.required_agents(10, 180 seconds, 20 seconds, 80%)", gives="14"),
                Example(formula="workforce.required_agents(10, 180 seconds, 20 seconds, 90%)", gives="15"),
            ),
            least=4,
        ),
    ]
