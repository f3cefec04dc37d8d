"""Erlang C: a queue with so many agents, calls that come at random, and callers who wait for as long as it takes."""

from math import ceil, exp

from metricdsl.spi.result_functions import NoValue

MOST_AGENTS = 100_000


def waiting_probability(load: float, agents: int) -> float:
    """How likely a caller waits. `load` is in erlangs: calls in a time, times what one takes, by that time.

    Of Erlang B, which is made agent by agent without factorials: B(0) = 1, B(n) = load B(n-1) / (n + load B(n-1)).
    """
    if load <= 0:
        return 0.0
    if agents <= load:
        return 1.0
    blocked = 1.0
    for at in range(1, agents + 1):
        blocked = load * blocked / (at + load * blocked)
    return agents * blocked / (agents - load * (1 - blocked))


def service_level(load: float, agents: int, handling: float, within: float) -> float:
    """The share of callers who are answered within a time; both times in the same unit."""
    if load > 0 and agents <= load:
        return 0.0
    return 1 - waiting_probability(load, agents) * exp(-(agents - load) * within / handling)


def mean_wait(load: float, agents: int, handling: float) -> float:
    """How long callers wait in the mean, those who do not wait among them."""
    if load <= 0:
        return 0.0
    if agents <= load:
        raise NoValue("there are no more agents than work, so that the queue grows without end")
    return waiting_probability(load, agents) * handling / (agents - load)


def required_agents(load: float, handling: float, within: float, target: float) -> int:
    """The least number of agents with which so many are answered in time."""
    if load <= 0:
        return 0
    if target >= 1:
        raise NoValue("no number of agents answers every caller in time")
    agents = int(load) + 1
    # The level rises with each agent: twice as many until it is enough, then by halves.
    most = max(agents, ceil(load))
    while service_level(load, most, handling, within) < target:
        most *= 2
        if most > MOST_AGENTS:
            raise NoValue(f"it would take more than {MOST_AGENTS:,} agents")
    while agents < most:
        middle = (agents + most) // 2
        if service_level(load, middle, handling, within) < target:
            agents = middle + 1
        else:
            most = middle
    return most
