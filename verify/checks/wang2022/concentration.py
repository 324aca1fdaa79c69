"""Checks of Theorems B.1 to B.3, equations (1) and (2): exact tails, nothing is simulated."""

import mpmath
import numpy as np
import scipy
from numpy.typing import NDArray

from bounds.wang2022.concentration import equation_1, equation_2, theorem_b1, theorem_b2, theorem_b3
from verify.catalogue import Cell, Observables, check

Array = NDArray[np.float64]

DEEPEST = 600.0
"""Largest exponent of a tail: exp(-600) is a double."""


def log_uniform(rng: np.random.Generator, low: float, high: float, n: int) -> Array:
    """Draw numbers whose logarithm is uniform."""
    return np.exp(rng.uniform(np.log(low), np.log(high), n))


def whole(rng: np.random.Generator, largest: float, n: int) -> Array:
    """Draw whole numbers from 1 whose logarithm is about uniform."""
    return np.floor(log_uniform(rng, 1.0, largest + 1, n))


@check(
    theorem_b1["quantile"],
    cells=[{"law": law} for law in ("neurons", "exponential", "normal", "bernoulli")],
    seconds_per_replicate=3e-6,
    first=16384,
    version=2,
)
def bernstein(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one sum of equal laws in some unit and one level; its quantile is exact."""
    unit = log_uniform(rng, 1e-3, 1e3, n)
    sums = sums_of_equal_laws(rng, str(cell["law"]), n)
    powers = {"quantile": 1, "c": 1, "v": 2}
    return {name: unit ** powers.get(name, 0) * values for name, values in sums.items()}


def sums_of_equal_laws(rng: np.random.Generator, law: str, n: int) -> dict[str, Array]:
    """Draw how many are summed and a level exp(-t), with its quantile and the Bernstein constants.

    The summands have the variance proxy v / n and the scale c of `theorem_b1`, in their own unit.
    """
    t = log_uniform(rng, 1e-3, DEEPEST, n)
    if law == "neurons":
        # Given how many of the neurons are on, the sum is normal: the tail is a sum of a few.
        terms = np.floor(64 * rng.random(n)) + 1
        s = log_uniform(rng, 1e-3, 30.0, n) * np.sqrt(terms / 2)
        t = -np.log(sum_of_neurons_tail(terms, s))
        return {"n": terms, "v": terms / 2, "c": np.ones(n), "t": t, "quantile": s}
    terms = whole(rng, 1e6, n)
    if law == "exponential":
        s = scipy.stats.gamma.isf(np.exp(-t), terms) - terms
        return {"n": terms, "v": 2 * terms, "c": np.ones(n), "t": t, "quantile": s}
    if law == "normal":
        s = np.sqrt(terms) * scipy.stats.norm.isf(np.exp(-t))
        constant = np.full(n, np.sqrt(8 / np.pi) / 3)
        return {"n": terms, "v": terms, "c": constant, "t": t, "quantile": s}
    p = log_uniform(rng, 1e-4, 1.0, n)
    count = np.ceil(terms * (p + (1 - p) * log_uniform(rng, 1e-6, 1.0, n)))
    tail = scipy.stats.binom.sf(count - 1, terms, p)
    seen = tail > np.exp(-DEEPEST)
    t = np.where(seen, -np.log(np.where(seen, tail, 1.0)), DEEPEST)
    s = np.where(seen, count - terms * p, 0.0)
    return {"n": terms, "v": terms * p, "c": np.full(n, 1 / 3), "t": np.maximum(t, 1e-12),
            "quantile": s}  # fmt: skip


def sum_of_neurons_tail(terms: Array, s: Array) -> Array:
    """Return P(S >= s) for s > 0 and S the sum of a_i relu(N_i) over so many neurons."""
    on, log_gamma = np.arange(1, int(terms.max()) + 1), scipy.special.gammaln
    chance = log_gamma(terms[:, None] + 1) - log_gamma(on + 1)
    chance -= log_gamma(np.maximum(terms[:, None] - on + 1, 1)) + terms[:, None] * np.log(2)
    beyond = scipy.special.log_ndtr(-s[:, None] / np.sqrt(on))
    return np.asarray(np.sum(np.exp(chance + beyond), axis=1, where=on <= terms[:, None]))


def _moment_in_50_digits(
    rng: np.random.Generator, cell: Cell, n: int, row: int
) -> dict[str, mpmath.mpf]:
    with mpmath.workdps(50):
        q = cell["q"]
        moment = mpmath.mpf(2) ** (mpmath.mpf(q) / 2) * mpmath.gamma(mpmath.mpf(q + 1) / 2)
        return {
            "absolute_moment": moment / mpmath.sqrt(mpmath.pi),
            "double_factorial": mpmath.fac2(q - 1),
        }


@check(
    equation_1,
    cells=[{"q": q} for q in range(1, 61)],
    seconds_per_replicate=1e-4,
    block=1,
    first=1,
    quick=1,
    full=1,
    complete=True,
    replay=_moment_in_50_digits,
)
def absolute_moments(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one order; the moment is integrated over log |z|, by equal steps."""
    q = cell["q"]
    y = np.arange(-40.0, 5.0, 0.005)  # the integrand is analytic there, so this is exact
    density = np.exp((q + 1) * y - np.exp(2 * y) / 2) * np.sqrt(2 / np.pi)
    product = float(np.prod(np.arange(q - 1, 0, -2, dtype=float)))
    return {
        "absolute_moment": np.full(n, density.sum() * 0.005),
        "double_factorial": np.full(n, product),
    }


def _chi_squared(rng: np.random.Generator, cell: Cell, n: int) -> tuple[Array, Array, Array]:
    """Draw degrees of freedom and deviations, with their failure probabilities."""
    degrees = whole(rng, 1e6, n)
    deepest = np.minimum(cell["ratio"] * degrees, DEEPEST)
    t = np.log(2) + (deepest - np.log(2)).clip(0) * rng.random(n) ** 0.3
    w = 1.5 * np.sqrt(degrees * t) + 2.1 * t  # about as rare as exp(-t), or rarer
    failure = np.zeros(n)
    least = 2 * np.exp(-np.maximum(deepest, np.log(2.002)))
    rarer = failure < least
    while rarer.any():
        k = degrees[rarer]
        failure[rarer] = scipy.stats.chi2.sf(k + w[rarer], k) + scipy.stats.chi2.cdf(
            k - w[rarer], k
        )
        rarer = failure < least
        w[rarer] *= 0.97
    return degrees, w, failure


def _failure_in_50_digits(
    rng: np.random.Generator, cell: Cell, n: int, row: int
) -> dict[str, mpmath.mpf]:
    degrees, w, _ = (float(part[row]) for part in _chi_squared(rng, cell, n))
    with mpmath.workdps(50):
        half = mpmath.mpf(degrees) / 2
        above = mpmath.gammainc(half, half + mpmath.mpf(w) / 2, regularized=True)
        below = mpmath.gammainc(half, 0, max(half - mpmath.mpf(w) / 2, 0), regularized=True)
        return {"n": mpmath.mpf(degrees), "gamma": above + below, "chi_deviation": mpmath.mpf(w)}


@check(
    equation_2["deviation", "deviation-as-printed", "wider-range"],
    cells=[{"ratio": ratio} for ratio in (1.0, 1.68, 1.77, 10.0)],
    seconds_per_replicate=8e-6,
    first=16384,
    replay=_failure_in_50_digits,
)
def chi_squared(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one chi^2 and one deviation; how likely more is, is exact."""
    degrees, w, failure = _chi_squared(rng, cell, n)
    return {"n": degrees, "gamma": failure, "chi_deviation": w}


@check(
    theorem_b2,
    cells=[{"summands": "equal"}, {"summands": "unequal"}],
    seconds_per_replicate=3e-6,
    first=16384,
)
def chernoff(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one sum of Bernoulli variables and one t; its tail is exact."""
    if cell["summands"] == "equal":
        terms = whole(rng, 1e5, n)
        t = np.minimum(whole(rng, 300, n), terms)
        p = np.minimum(t * (1 - log_uniform(rng, 1e-6, 1.0, n)) + 1e-300, 0.999999 * terms)
        return {"p": p, "t": t, "tail": np.asarray(scipy.stats.binom.sf(t - 1, terms, p / terms))}
    chance = rng.random((n, 12)) ** (0.2 + 8 * rng.random((n, 1)))
    law = np.zeros((n, 13))
    law[:, 0] = 1.0
    for k in range(12):
        stays = law * (1 - chance[:, k : k + 1])
        stays[:, 1:] += law[:, :-1] * chance[:, k : k + 1]
        law = stays
    p = chance.sum(axis=1)
    t = np.minimum(np.floor(p) + 1 + np.floor(3 * rng.random(n)), 12)
    beyond = np.cumsum(law[:, ::-1], axis=1)[:, ::-1]
    return {"p": p, "t": t, "tail": np.take_along_axis(beyond, t.astype(int)[:, None], 1)[:, 0]}


@check(
    theorem_b3["tail", "norm"],
    cells=[{"function": name} for name in ("norm", "maximum", "linear")],
    seconds_per_replicate=2e-6,
    first=16384,
)
def lipschitz(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one dimension, one constant L and one deviation; the tails are exact."""
    scale, s = log_uniform(rng, 0.01, 100.0, n), log_uniform(rng, 1e-3, 30.0, n)
    terms = whole(rng, 1e6, n)
    if cell["function"] == "norm":
        mean = np.sqrt(2) * scipy.special.poch(terms / 2, 0.5)
        tail = np.asarray(scipy.stats.chi2.sf((mean + s) ** 2, terms))
        tail += scipy.stats.chi2.cdf(np.maximum(mean - s, 0.0) ** 2, terms)
    elif cell["function"] == "maximum":
        terms = np.array([1.0, 2.0, 10.0, 100.0, 1000.0])[rng.integers(0, 5, n)]
        mean = np.array([_mean_of_maximum(k) for k in (1, 2, 10, 100, 1000)])[
            np.searchsorted([1, 2, 10, 100, 1000], terms)
        ]
        tail = -np.expm1(terms * scipy.special.log_ndtr(mean + s))
        tail += np.exp(terms * scipy.special.log_ndtr(mean - s))
    else:
        tail = np.asarray(2 * scipy.special.ndtr(-s))
    above = np.asarray(scipy.stats.chi2.sf((np.sqrt(terms) + s) ** 2, terms))
    return {"L": scale, "t": scale * s, "deviation_tail": tail, "upper_tail": above}


def _mean_of_maximum(terms: int) -> float:
    x = np.arange(-12.0, 12.0, 1e-3)
    return float(
        np.sum(x * terms * scipy.stats.norm.pdf(x) * scipy.special.ndtr(x) ** (terms - 1)) * 1e-3
    )
