"""Checks of the two classes of activations and of equation (1)."""

import numpy as np
import scipy

from bounds.wang2024.activation import definition_nonsmooth, definition_smooth, equation_1
from sim.networks.activation import Activation, leaky_relu, smoothed_leaky_relu
from verify.catalogue import Cell, Observables, check, product

NODES, WEIGHTS = np.polynomial.legendre.leggauss(4)


def leaky_softplus(slope: float) -> Activation:
    """Return ``slope z + (1 - slope) log((1 + e^z) / 2)``, another smooth leaky activation."""

    def value(z: np.ndarray) -> np.ndarray:
        return slope * z + (1 - slope) * (np.logaddexp(0, z) - np.log(2))

    def derivative(z: np.ndarray) -> np.ndarray:
        return slope + (1 - slope) * scipy.special.expit(z)

    return Activation(
        f"leaky softplus ({slope:g})", value, derivative, slope, 1.0, homogeneous=False, convex=True
    )


def leaky_root(slope: float) -> Activation:
    """Return a smooth leaky activation that is homogeneous up to a root of its argument."""

    def value(z: np.ndarray) -> np.ndarray:
        size = np.abs(z)
        # 2 - 2 sqrt(1 + |z|) without cancellation at small arguments.
        bend = size - 2 * size / (1 + np.sqrt(1 + size))
        return (1 + slope) / 2 * z + (1 - slope) / 2 * bend

    def derivative(z: np.ndarray) -> np.ndarray:
        bend = np.sign(z) * (1 - 1 / np.sqrt(1 + np.abs(z)))
        return (1 + slope) / 2 + (1 - slope) / 2 * bend

    return Activation(
        f"leaky root ({slope:g})", value, derivative, slope, 1.0, homogeneous=False, convex=True
    )


def arguments(rng: np.random.Generator, n: int, width: float) -> np.ndarray:
    """Draw arguments near the kinks, inside and far outside of ``[-width, width]``: (n,)."""
    near = width * rng.choice([-1.0, 1.0], n) * (1 + 1e-3 * rng.standard_normal(n))
    far = width * rng.choice([-1.0, 1.0], n) * 10 ** rng.uniform(0, 2, n)
    inside = width * rng.uniform(-1, 1, n)
    return np.choose(rng.integers(0, 3, n), [near, far, inside])


@check(
    definition_smooth,
    id=definition_smooth.id,
    cells=[
        {"activation": name, "gamma": gamma, "H": H, "zeta": 0.5 if name == "leaky root" else 0.0}
        for name, gamma, H in [
            ("smoothed leaky ReLU", 0.1, 1.0),
            ("smoothed leaky ReLU", 0.5, 20.0),
            ("leaky softplus", 0.05, 0.2375),
            ("leaky softplus", 0.4, 0.15),
            ("leaky root", 0.05, 0.2375),
            ("leaky root", 0.4, 0.15),
        ]
    ],
    version=2,
    seconds_per_replicate=2.5e-7,
    first=16384,
)
def smooth_activations(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one pair of arguments, at every scale of the activation."""
    gamma, H, growth = cell["gamma"], cell["H"], 0.0
    if cell["activation"] == "leaky softplus":
        phi, width, defect = leaky_softplus(gamma), 8.0, (1 - gamma) * np.log(2)
    elif cell["activation"] == "leaky root":
        phi, width, defect, growth = leaky_root(gamma), 30.0, 0.0, (1 - gamma) / 2
    else:
        phi, width, defect = smoothed_leaky_relu(gamma, H), 1 / H, (1 - gamma) / (4 * H)
    z, other = arguments(rng, n, width), arguments(rng, n, width)
    return {
        "value_at_zero": phi.value(np.zeros(n)),
        "secant_slope": (phi.value(z) - phi.value(other)) / (z - other),
        "slope_change": np.abs(phi.slope(z) - phi.slope(other)),
        "distance": np.abs(z - other),
        "defect": phi.slope(z) * z - phi.value(z),
        "z": z,
        "c_1": np.full(n, defect),
        "c_2": np.full(n, growth),
    }


@check(
    definition_nonsmooth,
    id=definition_nonsmooth.id,
    cells=[*product(negative_slope=[0.0, 0.2], gamma=1.0), {"negative_slope": 0.1, "gamma": 0.25}],
    seconds_per_replicate=6e-8,
    first=16384,
)
def nonsmooth_activations(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one argument and one scale factor, over six orders of magnitude."""
    phi = leaky_relu(cell["negative_slope"], scale=cell["gamma"])
    z = rng.choice([-1.0, 1.0], n) * 10 ** rng.uniform(-3, 3, n)
    factor = 10 ** rng.uniform(-3, 3, n)
    step = 1e-6 * np.abs(z)
    slope = (phi.value(z + step) - phi.value(z - step)) / (2 * step)
    return {
        "value": phi.value(z),
        "slope": slope,
        "slope_times_z": slope * z,
        "size": np.abs(z),
        "scale_factor": factor,
        "scaled_value": phi.value(factor * z),
        "scaled_size": factor * np.abs(z),
        "positive": z > 0,
    }


@check(
    equation_1,
    id=equation_1.id,
    cells=product(gamma=[0.1, 0.6], H=[0.5, 10.0]),
    seconds_per_replicate=4e-7,
    first=16384,
)
def equation(rng: np.random.Generator, cell: Cell, n: int) -> Observables:
    """One replicate is one pair of arguments; the value comes from its slope by quadrature."""
    gamma, H = cell["gamma"], cell["H"]
    phi, width = smoothed_leaky_relu(gamma, H), 1 / H
    z, other = arguments(rng, n, width), arguments(rng, n, width)
    # The slope has kinks at +-1/H, so the integral from 0 is split there.
    ends = np.stack([np.zeros(n), np.clip(z, -width, width), z])
    half = np.diff(ends, axis=0) / 2
    nodes = (ends[:-1] + half)[..., None] + half[..., None] * NODES
    inner = width * rng.uniform(-0.99, 0.99, n)
    h = 1e-3 * width
    return {
        "z": z,
        "integrated_slope": (half * (phi.slope(nodes) @ WEIGHTS)).sum(axis=0),
        "curvature": (phi.value(inner + h) - 2 * phi.value(inner) + phi.value(inner - h)) / h**2,
        "slope_change": np.abs(phi.slope(z) - phi.slope(other)),
        "distance": np.abs(z - other),
        "defect": phi.slope(z) * z - phi.value(z),
        "outside": np.abs(z) >= width * (1 + 1e-12),
    }
