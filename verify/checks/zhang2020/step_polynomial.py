"""Checks of equation (2), Claim 6.3 and Lemma 6.2 on certified polynomials."""

from fractions import Fraction

import flint
import mpmath
import numpy as np
import scipy

from bounds.zhang2020.printed_proofs import proof_lemma_6_2
from bounds.zhang2020.step_polynomial import claim_6_3, equation_2, lemma_6_2, proof_claim_6_3
from sim.polynomials.certified import greatest_distance, values
from sim.polynomials.step import Step
from verify.catalogue import Cell, Observables, Path, check


def separation(delta: float, rho: float) -> float:
    """Return the greatest gamma, rounded down so far that rounding makes it no greater."""
    return float(np.floor(delta * (delta - 2 * rho) * 1e9 - 0.5) / 1e9)


def _at(polynomial: flint.fmpq_poly, point: Fraction) -> mpmath.mpf:
    """Return a value by Horner's rule, with as many digits as cancel and 50 more."""
    with mpmath.workdps(50 + 3 * int(polynomial.degree())):
        value, z = mpmath.mpf(0), mpmath.mpf(point.numerator) / point.denominator
        for one in reversed(polynomial.coeffs()):
            value = value * z + mpmath.mpf(int(one.p)) / int(one.q)
        return value


def _explosion_at_one_point(
    rng: np.random.Generator, cell: Cell, n: int, row: int
) -> dict[str, mpmath.mpf]:
    """The polynomial as printed, where its argument is farthest outside [-1, 1]."""
    q = Step.between(cell["delta"], cell["rho"]).polynomial(cell["epsilon_1"])
    return {"explosion": abs(_at(q.with_argument_times(Fraction(2)), Fraction(-1)))}


@check(
    [
        equation_2["step", "step-as-printed"],
        claim_6_3["near-one", "near-zero", "degree", "coefficients"],
        proof_claim_6_3["coefficient-chain"],
    ],
    version=2,
    cells=[
        {"delta": delta, "rho": rho, "gamma": separation(delta, rho), "epsilon_1": accuracy}
        for delta, rho in [(1.7, 0.1), (1.2, 0.05), (1.0, 0.1), (0.6, 0.05)]
        for accuracy in (0.5, 0.1, 0.01)
    ],
    seconds_per_replicate=lambda cell: 0.03 / cell["gamma"],
    block=1,
    first=1,
    quick=1,
    full=1,
    complete=True,
    replay=_explosion_at_one_point,
)
def step_polynomials(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is the polynomial at one separation, attack and accuracy."""
    step = Step.between(cell["delta"], cell["rho"])
    q = step.polynomial(cell["epsilon_1"])
    printed = q.with_argument_times(Fraction(2))
    return {
        "degree": np.full(n, q.degree),
        "coefficient": np.full(n, q.log2_coefficient),
        "of_sign": np.full(n, q.sign.log2_coefficient),
        "error_near": np.full(n, q.error_near.high),
        "error_far": np.full(n, q.error_far.high),
        "explosion": np.full(n, greatest_distance(printed, 0, -1, step.far).low),
    }


@check(
    claim_6_3["degree-needed"],
    paths=[
        Path(
            {"gamma": -1, "epsilon_1": 0},
            {"gamma": 0.8, "epsilon_1": accuracy},
            sizes=5,
            step=2,
        )
        for accuracy in (0.3, 0.1)
    ],
    seconds_per_replicate=lambda cell: 0.01 / cell["gamma"] + 1e-4 / cell["gamma"] ** 3,
    block=1,
    first=1,
    quick=1,
    full=1,
    complete=True,
)
def step_degrees(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is the polynomial for an attack of a twentieth of the distance."""
    delta = np.sqrt(cell["gamma"] / 0.9)
    q = Step.between(delta, delta / 20).polynomial(cell["epsilon_1"])
    return {
        "degree": np.full(n, q.degree),
        "delta": np.full(n, delta),
        "rho": np.full(n, delta / 20),
    }


@check(
    proof_claim_6_3["binomial-sum"],
    cells=[{"base": base} for base in (0.25, 0.5, 0.9, 0.999)],
    seconds_per_replicate=1e-4,
    block=60,
    first=60,
    quick=1,
    full=1,
    complete=True,
)
def binomial_sums(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one degree k, from 1 to 60."""
    k = np.arange(1, n + 1)
    i = np.arange(n + 1)
    power = np.maximum(i[None] - i[:, None], 0)
    each = scipy.special.binom(i[None], i[:, None]) * cell["base"] ** power  # zero for i < j
    sums = np.cumsum(each, axis=1)
    return {"k": k, "binomials": np.array([sums[: one + 1, one].max() for one in k])}


def _simplex_error(separation: float, attack: float, accuracy: float, n: int) -> float:
    """Return ``|f* - y|`` at a point of a simplex whose labels add up, at the worst distance.

    Distances are those of a separated sample, at which a simplex of any size exists.
    """
    step = Step.between(separation, attack)
    q = step.polynomial(accuracy).polynomial
    t = np.linspace(0.25, 1 - separation**2 / 2, 400)
    others = np.abs(values(q, t)).max()
    own = values(q, np.ones(1))[0] - 1
    return float(abs(own) + (n - 1) * others)


def _label_of_another_point(
    rng: np.random.Generator, cell: Cell, n: int, row: int
) -> dict[str, mpmath.mpf]:
    """Labels 1, -1 and 0 for the others: what the fit at the first point is off the second's."""
    step = Step.between(cell["delta"], cell["rho"])
    q = step.polynomial(cell["epsilon"] / (3 * cell["n"])).polynomial
    return {"other_label": abs(_at(q, Fraction(1)) - _at(q, step.far) + 1)}


@check(
    [
        lemma_6_2["fit", "degree", "coefficients", "accuracy-needed"],
        proof_lemma_6_2["own-label", "own-label-as-printed"],
    ],
    version=5,
    cells=[
        {
            "n": n,
            "epsilon": epsilon,
            "delta": delta,
            "rho": rho,
            "gamma": separation(delta, rho),
        }
        for delta, rho in [(1.2, 0.05), (1.0, 0.1), (0.6, 0.05)]
        for n, epsilon in [(2, 0.5), (10, 0.1), (1000, 0.1)]
    ],
    seconds_per_replicate=lambda cell: 0.06 / cell["gamma"],
    block=1,
    first=1,
    quick=1,
    full=1,
    complete=True,
    replay=_label_of_another_point,
)
def polynomial_fits(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one polynomial, with a bound for all separable samples of that size."""
    count, epsilon = cell["n"], cell["epsilon"]
    q = Step.between(cell["delta"], cell["rho"]).polynomial(epsilon / (3 * count))
    careless = _simplex_error(cell["delta"], cell["rho"], epsilon / 3, count)
    fit = q.error_near.high + (count - 1) * q.error_far.high
    return {
        "degree": np.full(n, q.degree),
        "coefficient": np.full(n, q.log2_coefficient),
        "fit": np.full(n, fit),
        "other_label": np.full(n, 2 - fit),  # of labels 1 and -1
        "careless": np.full(n, careless),
    }
