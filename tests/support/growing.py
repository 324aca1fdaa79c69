"""Rays of a regime, claims of growth along them, and replicates that grow as a law says."""

import numpy as np
import sympy as sp

from bounds import BigO, Omega, Theta
from building import balanced
from verify import Path

P, Q = sp.symbols("p q", positive=True)
ONE = [Path({"p": 1}, dict(p=64.0, q=2.0), 6)]
TWO = [Path({"p": 1}, dict(p=64.0, q=2.0), 6), Path({"q": 1}, dict(p=64.0, q=2.0), 6)]
CLAIMS = {
    kind.kind: kind("rate", observable="y", of=P**2, corrections="power")
    for kind in (Theta, BigO, Omega)
}


def data(law, paths=ONE, n=1024, deviation=0.05, seed=0):
    """Replicates whose mean logarithm is exactly that of ``law(cell)``."""
    rng = np.random.default_rng(seed)
    cells = {tuple(c.items()): c for path in paths for c in path.cells()}.values()
    return [{"y": law(cell) * np.exp(balanced(rng, n, 0.0, deviation))} for cell in cells]


def exact(laws) -> list[dict[str, np.ndarray]]:
    return [{"y": np.array([law(c["p"]) for law in laws])} for c in ONE[0].cells()]
