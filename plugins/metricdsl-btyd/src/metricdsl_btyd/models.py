"""The models: BG/NBD (Fader, Hardie and Lee 2005), gamma-gamma (Fader and Hardie 2013), sBG (Fader and Hardie 2007)."""

from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise
from math import exp, inf, lgamma, log, log1p

from metricdsl.spi.result_functions import NoValue
from metricdsl_btyd.search import greatest

Customer = tuple[float, float, float]
"""How often a customer bought again, when last (from the first purchase), and how long ago the first was; all in one unit of time."""
Spender = tuple[float, float]
"""How often a customer bought again, and the mean amount of these."""
LEAST_CUSTOMERS = 10


@lru_cache(maxsize=64)
def fitted_bgnbd(customers: tuple[Customer, ...]) -> tuple[float, ...]:
    """r, alpha, a, b, and the logarithm of the likelihood."""
    _enough(customers)
    found = greatest(lambda p: bgnbd_likelihood(customers, *p), (1.0, 1.0, 1.0, 1.0))
    return (*found, bgnbd_likelihood(customers, *found))


def bgnbd_likelihood(customers: Sequence[Customer], r: float, alpha: float, a: float, b: float) -> float:
    """The logarithm of the likelihood of BG/NBD."""
    always = lgamma(a + b) - lgamma(b) - lgamma(r) + r * log(alpha)
    known: dict[float, tuple[float, float]] = {}
    total = 0.0
    for x, last, age in customers:
        parts = known.get(x)
        if parts is None:
            one = always + lgamma(r + x) + lgamma(b + x) - lgamma(a + b + x)
            parts = known[x] = (one, log(a) - log(b + x - 1) if x > 0 else -inf)
        alive = -(r + x) * log(alpha + age)
        if x > 0:  # or stopped with the last purchase
            gone = parts[1] - (r + x) * log(alpha + last)
            high = max(alive, gone)
            alive = high + log1p(exp(min(alive, gone) - high))
        total += parts[0] + alive
    return total


def expected_purchases(
    customer: Customer, horizon: float, r: float, alpha: float, a: float, b: float
) -> float:
    """How many purchases a customer is expected to make within a time from now."""
    x, last, age = customer
    if a == 1:
        a += 1e-9  # the limit is the same from both sides, and the formula divides by a - 1
    z = horizon / (alpha + age + horizon)
    series = _hypergeometric(r + x, b + x, a + b + x - 1, z)
    bought = (a + b + x - 1) / (a - 1) * (1 - ((alpha + age) / (alpha + age + horizon)) ** (r + x) * series)
    gone = a / (b + x - 1) * ((alpha + age) / (alpha + last)) ** (r + x) if x > 0 else 0.0
    return bought / (1 + gone)


def _hypergeometric(a: float, b: float, c: float, z: float) -> float:
    """Gauss's 2F1, for 0 <= z < 1, by its series."""
    term, total = 1.0, 1.0
    for n in range(1_000_000):
        term *= (a + n) * (b + n) / (c + n) / (n + 1) * z
        total += term
        if abs(term) < 1e-15 * abs(total):
            return total
    raise NoValue("the horizon is too long for the series of the model")


@lru_cache(maxsize=64)
def fitted_spend(spenders: tuple[Spender, ...]) -> tuple[float, ...]:
    """p, q, gamma of gamma-gamma, and the logarithm of the likelihood; of those who bought again."""
    known = tuple((x, mean) for x, mean in spenders if x > 0 and mean > 0)
    _enough(known)
    scale = sum(mean for _, mean in known) / len(known)
    found = greatest(lambda p: spend_likelihood(known, *p), (2.0, 2.0, scale))
    return (*found, spend_likelihood(known, *found))


def spend_likelihood(spenders: Sequence[Spender], p: float, q: float, gamma: float) -> float:
    """The logarithm of the likelihood of gamma-gamma."""
    always = q * log(gamma) - lgamma(q)
    return sum(
        lgamma(p * x + q) - lgamma(p * x) + always
        + (p * x - 1) * log(mean) + p * x * log(x) - (p * x + q) * log(gamma + mean * x)
        for x, mean in spenders
    )  # fmt: skip


@lru_cache(maxsize=64)
def fitted_sbg(survivors: tuple[float, ...]) -> tuple[float, ...]:
    """alpha, beta of sBG, and the logarithm of the likelihood. `survivors` are how many are left after 0, 1, 2, … periods."""
    if len(survivors) < 3 or any(later > one for one, later in pairwise(survivors)):
        raise NoValue("it takes three periods or more, in which nobody comes back")
    found = greatest(lambda p: sbg_likelihood(survivors, *p), (1.0, 1.0))
    return (*found, sbg_likelihood(survivors, *found))


def sbg_likelihood(survivors: Sequence[float], alpha: float, beta: float) -> float:
    """The logarithm of the likelihood of sBG."""
    left, total = 0.0, 0.0  # the logarithm of the share that is left
    for at in range(1, len(survivors)):
        lost = left + log(alpha) - log(alpha + beta + at - 1)
        left += log(beta + at - 1) - log(alpha + beta + at - 1)
        total += (survivors[at - 1] - survivors[at]) * lost
    return total + survivors[-1] * left


def sbg_survival(alpha: float, beta: float, periods: float) -> float:
    """The share that is left after so many periods: B(alpha, beta + t) / B(alpha, beta)."""
    return exp(lgamma(beta + periods) + lgamma(alpha + beta) - lgamma(beta) - lgamma(alpha + beta + periods))


def _enough(customers: Sequence[object]) -> None:
    if len(customers) < LEAST_CUSTOMERS:
        raise NoValue(f"a model takes {LEAST_CUSTOMERS} customers or more")
