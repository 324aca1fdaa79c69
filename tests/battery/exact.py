"""Claims on every instance: against zero, with cancellation, near rounding, and enumerations."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import sympy as sp

from battery.cases import FALSE, TRUE, Case, Simulate, case, cells, unique
from bounds import Construction, Identity, Inequality

x, y, z, p, q = (sp.Symbol(name, positive=True) for name in "xyzpq")


def gram(sign: float, rank: int = 3) -> Simulate:
    """Return the extreme eigenvalues of random Gram matrices (plus a shift of the smallest)."""

    def simulate(rng: np.random.Generator, cell: Any, n: int) -> dict[str, np.ndarray]:
        factors = rng.standard_normal((n, 6, rank))
        values = np.linalg.eigvalsh(factors @ factors.transpose(0, 2, 1))
        return {"smallest": values[:, 0] + sign * values[:, -1], "largest": values[:, -1]}

    return simulate


def residuals(intercept: bool) -> Simulate:
    """Return sums of least-squares residuals, and the sums of their sizes."""

    def simulate(rng: np.random.Generator, cell: Any, n: int) -> dict[str, np.ndarray]:
        inputs, outputs = rng.standard_normal((2, n, 12)) + 1
        if intercept:
            inputs = inputs - inputs.mean(axis=1, keepdims=True)
            outputs = outputs - outputs.mean(axis=1, keepdims=True)
        slope = (inputs * outputs).sum(axis=1) / (inputs**2).sum(axis=1)
        rest = outputs - slope[:, None] * inputs
        return {"total": rest.sum(axis=1), "sizes": np.abs(rest).sum(axis=1)}

    return simulate


def divergences(rng: np.random.Generator, cell: Any, n: int) -> dict[str, np.ndarray]:
    """Return nearly equal pairs of probabilities, and their divergence."""
    first = 0.01 + 0.98 * rng.random(n)
    second = np.clip(first * (1 + 10.0 ** -(4 + 8 * rng.random(n))), 0, 0.995)
    return {
        "p": first,
        "q": second,
        "kl": first * np.log(first / second) + (1 - first) * np.log((1 - first) / (1 - second)),
    }


def uniforms(*names: str, low: float = 0.0, high: float = 1.0, digits: bool = False) -> Simulate:
    """Return uniform observables; logarithmically uniform ones with ``digits``."""

    def simulate(rng: np.random.Generator, cell: Any, n: int) -> dict[str, np.ndarray]:
        drawn = {name: low + (high - low) * rng.random(n) for name in names}
        return {name: 10.0**v if digits else v for name, v in drawn.items()}

    return simulate


KL = p * sp.log(p / q) + (1 - p) * sp.log((1 - p) / (1 - q))


def against_zero() -> Iterator[Case]:
    """Sides that are zero."""
    for name, sign, truth in (("psd", 0.0, TRUE), ("indefinite", -1e-3, FALSE)):
        for scale in (None, "largest"):
            what = "unscaled" if scale is None else "scaled"
            must = "" if scale is None else ("holds" if truth == TRUE else "broken")
            yield case(
                f"{name}-{what}",
                "8",
                truth,
                f"the smallest eigenvalue is {sign} of the largest, up to rounding",
                Inequality("psd", left="smallest", at_least=0, scale=scale),
                gram(sign),
                upto=32_768,
                must=must,
                may_fail=scale is None,
            )
    for intercept, truth in ((True, TRUE), (False, FALSE)):
        for scale in (None, "sizes"):
            what = "unscaled" if scale is None else "scaled"
            must = "" if scale is None else ("holds" if truth == TRUE else "broken")
            yield case(
                f"residuals-{truth}-{what}",
                "8",
                truth,
                "residuals sum to zero with an intercept alone",
                Identity("sum", observable="total", equals=0, exact=True, scale=scale),
                residuals(intercept),
                upto=32_768,
                must=must,
                may_fail=scale is None,
            )
    yield case(
        "kl-written-out",
        "8",
        TRUE,
        "a divergence is not negative",
        Inequality("kl", left=KL, at_least=0),
        divergences,
        upto=32_768,
        must="holds",
    )
    yield case(
        "kl-of-the-simulation",
        "8",
        TRUE,
        "a divergence is not negative",
        Inequality("kl", left="kl", at_least=0),
        divergences,
        upto=32_768,
        may_fail=True,
    )
    yield case(
        "kl-scaled",
        "8",
        TRUE,
        "a divergence is not negative",
        Inequality("kl", left="kl", at_least=0, scale="p"),
        divergences,
        upto=32_768,
        must="holds",
    )
    yield case(
        "kl-at-most-zero",
        "8",
        FALSE,
        "a divergence of different laws is positive",
        Inequality("kl", left=KL, at_most=0),
        uniforms("p", "q", low=0.1, high=0.9),
        upto=32_768,
        must="broken",
    )
    yield case(
        "kl-above-its-square",
        "8",
        FALSE,
        "Pinsker with 3 for 2",
        Inequality("kl", left=KL, at_least=3 * (p - q) ** 2),
        uniforms("p", "q", low=0.1, high=0.9),
        upto=32_768,
        must="broken",
    )
    yield case(
        "pinsker",
        "8",
        TRUE,
        "Pinsker's inequality",
        Inequality("kl", left=KL, at_least=2 * (p - q) ** 2),
        uniforms("p", "q", low=0.1, high=0.9),
        upto=32_768,
    )
    yield case(
        "variance-as-a-difference",
        "8",
        TRUE,
        "E x^2 - (E x)^2 of values near 1e6",
        Inequality("variance", left=sp.Symbol("m2") - sp.Symbol("m1") ** 2, at_least=0),
        lambda rng, cell, n: {
            "m1": (v := 1e6 + rng.random((n, 4))).mean(axis=1),
            "m2": (v**2).mean(axis=1),
        },
        upto=32_768,
    )
    yield case(
        "sum-of-terms-is-zero",
        "8",
        TRUE,
        "a - b - (a - b) in another order",
        Identity("zero", observable=sp.Symbol("s") - x + y, equals=0, exact=True),
        lambda rng, cell, n: {
            "x": (a := 1e3 * rng.random(n)),
            "y": (b := rng.random(n)),
            "s": a - b,
        },
        upto=32_768,
        must="holds",
    )
    yield case(
        "sum-of-terms-is-not-zero",
        "8",
        FALSE,
        "off by a thousandth of the terms",
        Identity("zero", observable=sp.Symbol("s") - x + y, equals=0, exact=True),
        lambda rng, cell, n: {
            "x": (a := 1 + rng.random(n)),
            "y": (b := rng.random(n)),
            "s": 1.001 * a - b,
        },
        upto=32_768,
        must="broken",
    )
    yield case(
        "gradient-at-the-minimum",
        "8",
        TRUE,
        "2 a w - b = 0 at w = b / (2 a)",
        Identity("zero", observable=2 * x * z - y, equals=0, exact=True),
        lambda rng, cell, n: {
            "x": (a := rng.random(n) + 0.1),
            "y": (b := rng.random(n)),
            "z": b / (2 * a),
        },
        upto=32_768,
        must="holds",
    )
    yield case(
        "small-positive-values",
        "8",
        FALSE,
        "1e-20 at most, claimed at most zero",
        Inequality("sign", left="y", at_most=0, scale=sp.Float(1e-20)),
        lambda rng, cell, n: {"y": 1e-20 * rng.random(n)},
        upto=32_768,
        must="broken",
    )


def cancelling() -> Iterator[Case]:
    """Sides whose terms are far larger than their sum."""
    square = (x + y) ** 2 - x**2 - y**2
    wide = {"low": -6.0, "high": 6.0, "digits": True}
    yield case(
        "binomial-huge-and-tiny",
        "8",
        TRUE,
        "x from 1e-6 to 1e6, y too",
        Identity("same", observable=square, equals=2 * x * y, exact=True),
        uniforms("x", "y", **wide),
        upto=32_768,
    )
    yield case(
        "binomial-moderate",
        "8",
        TRUE,
        "(x + y)^2 - x^2 - y^2 = 2 x y",
        Identity("same", observable=square, equals=2 * x * y, exact=True),
        uniforms("x", "y", low=0.5, high=2.0),
        upto=32_768,
        must="holds",
    )
    yield case(
        "binomial-off-by-1",
        "8",
        FALSE,
        "2.02 x y",
        Identity("same", observable=square, equals=sp.Rational(101, 50) * x * y, exact=True),
        uniforms("x", "y", low=0.5, high=2.0),
        upto=32_768,
        must="broken",
    )
    yield case(
        "binomial-off-by-1-somewhere-visible",
        "8",
        FALSE,
        "2.02 x y, mostly rounding",
        Identity("same", observable=square, equals=sp.Rational(101, 50) * x * y, exact=True),
        uniforms("x", "y", **wide),
        upto=32_768,
    )
    hyperbolic = sp.cosh(x) ** 2 - sp.sinh(x) ** 2
    for top in (3.0, 15.0):
        yield case(
            f"hyperbolic-to-{top:g}",
            "8",
            TRUE,
            "cosh^2 - sinh^2 = 1",
            Identity("one", observable=hyperbolic, equals=1, exact=True),
            uniforms("x", low=0.1, high=top),
            upto=32_768,
        )
    yield case(
        "hyperbolic-1.01",
        "8",
        FALSE,
        "one, claimed 1.01",
        Identity("one", observable=hyperbolic, equals=sp.Float(1.01), exact=True),
        uniforms("x", low=0.1, high=3.0),
        upto=32_768,
        must="broken",
    )
    yield case(
        "one-plus-tiny",
        "8",
        TRUE,
        "(1e8 + y) - 1e8 = y",
        Identity("same", observable=sp.Symbol("s") - x, equals=y, exact=True),
        lambda rng, cell, n: {
            "x": (a := 1e8 * (1 + rng.random(n))),
            "y": (b := rng.random(n)),
            "s": a + b,
        },
        upto=32_768,
    )
    yield case(
        "product-of-many",
        "8",
        TRUE,
        "the logarithm of a product is the sum, to rounding",
        Identity("same", observable="a", equals="b", exact=True),
        lambda rng, cell, n: {
            "a": np.log((v := 1 + rng.random((n, 40))).prod(axis=1)),
            "b": np.log(v).sum(axis=1),
        },
        upto=32_768,
        must="holds",
    )
    yield case(
        "rounded-to-3e-12",
        "8",
        TRUE,
        "equal but for 3e-12 of rounding, of terms of 1e4",
        Identity("same", observable=x - y, equals=z, exact=True),
        lambda rng, cell, n: {
            "x": (a := 1e4 * (1 + rng.random(n))),
            "y": (b := a - (c := 1e-3 * rng.random(n))),
            "z": c + 0 * b,
        },
        upto=32_768,
    )
    yield case(
        "off-by-1e-6",
        "8",
        FALSE,
        "a millionth too large",
        Identity("same", observable="x", equals="y", exact=True),
        lambda rng, cell, n: {"x": (a := rng.random(n) + 1), "y": a * (1 + 1e-6)},
        upto=32_768,
        must="broken",
    )


def instances() -> Iterator[Case]:
    """Plain inequalities, certificates and enumerations."""
    below = Inequality("below", left="y", at_most=1)
    for name, truth, rate, must in (
        ("never", TRUE, 0.0, "holds"),
        ("1-in-20", FALSE, 0.05, "broken"),
        ("1-in-300", FALSE, 1 / 300, "broken"),
    ):
        yield case(
            f"violated-{name}",
            "8",
            truth,
            f"violated {name}",
            below,
            lambda rng, cell, n, r=rate: {"y": np.where(rng.random(n) < r, 1.001, rng.random(n))},
            upto=65_536,
            must=must,
        )
    yield case(
        "touching-to-rounding",
        "8",
        TRUE,
        "equal, computed in two ways",
        Inequality("below", left="y", at_most="z"),
        lambda rng, cell, n: {
            "z": (v := rng.random((n, 8))).sum(axis=1),
            "y": v[:, ::-1].sum(axis=1),
        },
        upto=65_536,
        must="holds",
    )
    yield case(
        "certificate-met",
        "8",
        TRUE,
        "every certificate is below",
        Construction("object", certificate="y", at_most=1),
        lambda rng, cell, n: {"y": rng.random(n)},
        upto=65_536,
        must="holds",
    )
    yield case(
        "certificate-missed",
        "8",
        FALSE,
        "1 of 100 is above",
        Construction("object", certificate="y", at_most=1),
        lambda rng, cell, n: {"y": 1.01 * rng.random(n)},
        upto=65_536,
        must="broken",
    )
    yield case(
        "x-error-is-an-observable",
        "11",
        FALSE,
        "x is 0.05 % above the bound, and the "
        "simulation returns something else that is called x_error",
        Inequality("below", left="x", at_most=1),
        lambda rng, cell, n: {
            "x": 1.0005 + 0 * rng.random(n),
            "x_error": 6e-4 + 1e-4 * rng.random(n),
        },
        upto=65_536,
        may_fail=True,
    )
    huge = Inequality("below", left="y", at_most=sp.Float(1e305))
    for factor, truth in ((1.0, TRUE), (1.2, FALSE)):
        yield case(
            f"instances-near-1e305-{truth}",
            "11",
            truth,
            f"up to {factor}e305",
            huge,
            lambda rng, cell, n, f=factor: {"y": f * 1e305 * rng.random(n)},
            upto=65_536,
            must="broken" if truth == FALSE else "holds",
        )
    tiny = Inequality("below", left="y", at_most=sp.Float(1e-305))
    for factor, truth in ((1.0, TRUE), (1.2, FALSE)):
        yield case(
            f"instances-near-1e-305-{truth}",
            "11",
            truth,
            f"up to {factor}e-305",
            tiny,
            lambda rng, cell, n, f=factor: {"y": f * 1e-305 * rng.random(n)},
            upto=65_536,
            must="broken" if truth == FALSE else "holds",
        )
    subsets = Inequality("subsets", left="size", at_most=3)
    for top, truth in ((3, TRUE), (4, FALSE)):
        yield case(
            f"enumeration-{truth}",
            "16",
            truth,
            f"sizes 0 to {top}, all of them",
            subsets,
            lambda rng, cell, n, t=top: {"size": np.arange(n) % (t + 1)},
            upto=64,
            block=64,
            first=64,
            complete=True,
            must="holds" if truth == TRUE else "broken",
        )
    yield case(
        "six-cells-one-violated",
        "8",
        FALSE,
        "1 of 50 at the last cell",
        below,
        lambda rng, cell, n: {"y": rng.random(n) * (1.02 if cell["g"] == 5 else 1.0)},
        cells=cells(6),
        upto=65_536,
        must="broken",
    )


CASES = unique([*against_zero(), *cancelling(), *instances()])
