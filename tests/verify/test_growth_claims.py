"""Growth claims: the rays of a check tell the claimed powers apart from all others."""

import numpy as np
import pytest
import sympy as sp

from bounds import ClaimOf, Theta
from bounds.theorem import Theorem
from verify.catalogue.grid import Path
from verify.catalogue.registry import load_registry
from verify.evidence.sample import applies

REGISTRY = load_registry()
GROWTH = [
    item
    for item in REGISTRY.claims()
    if item.claim.kind in ("theta", "O", "omega") and REGISTRY.check_of(item.id)
]

LAW = "a constant of the law that does not grow"
SCALE = "both deviations scale the data, and only their root mean square enters"
ONE_LAYER = ({"H"}, "the worst case over the ball is exact with one hidden layer alone")
THROUGH_OMEGA = (
    {"H", "delta"},
    "one hidden layer; R and delta enter through omega = R / sqrt(m) + delta alone",
)
FIXED_DEPTH = ({"H"}, "certified at each of a few depths; its power is not checked, as it says")
DEPTH_AND_OMEGA = (
    {"H", "delta"},
    "certified at each of a few depths; R and delta enter through omega alone",
)
HELD: dict[str, tuple[set[str], str]] = {
    "gao2019/lemma-A.5#eq-2": THROUGH_OMEGA,
    "gao2019/lemma-A.5#eq-3": THROUGH_OMEGA,
    "gao2019/lemma-A.5#eq-3-start": THROUGH_OMEGA,
    "gao2019/lemma-A.5#eq-4": THROUGH_OMEGA,
    "gao2019/lemma-A.5#eq-4-short": THROUGH_OMEGA,
    "gao2019/lemma-A.5#stability": THROUGH_OMEGA,
    "gao2019/lemma-A.5#size": ONE_LAYER,
    "gao2019/lemma-A.5#eq-2-certified": DEPTH_AND_OMEGA,
    "gao2019/lemma-A.5#eq-3-certified": DEPTH_AND_OMEGA,
    "gao2019/lemma-A.5#eq-4-certified": DEPTH_AND_OMEGA,
    "gao2019/lemma-A.5#stability-certified": DEPTH_AND_OMEGA,
    "gao2019/lemma-A.5#size-certified": FIXED_DEPTH,
    "gao2019/lemma-A.6#near-convexity": ONE_LAYER,
    "gao2019/lemma-A.6#near-convexity-sphere": (
        {"H", "R"},
        "one hidden layer, at fixed R, as it says",
    ),
    "gao2019/lemma-A.6#near-convexity-certified": FIXED_DEPTH,
    "gao2019/proof-theorem-4.1#gradients": FIXED_DEPTH,
    "gao2019/proposition-C.1#dimension": ({"B", "C", "M"}, "one field, along M = d^2"),
    "gao2019/proof-theorem-C.1#extremal": ({"d"}, "it is in the exponents"),
    "gao2019/proof-theorem-C.1#eq-17": ({"d"}, "it is in the exponents"),
    "gao2019/lemma-C.3#odd-eigenvalues": ({"d"}, "it is in the exponent"),
    "wang2022/remark-largest-radius#rise": ({"beta"}, "it is in the exponent of m"),
    "wang2022/remark-largest-radius#unbounded": ({"beta"}, "it is in the exponent of m"),
    "wang2024/theorem-B.1#robust-exponent": ({"C_e"}, LAW),
    "wang2024/theorem-B.1#fixed-ratio": ({"C_e"}, LAW),
    "xing2021/theorem-3#vanishing-start": ({"delta"}, "it is in the exponent of h"),
    "xing2021/lemma-1#norm-any-covariance": ({"n"}, "the sample is fixed, the dimension grows"),
    "xing2021/claim-Linf-interpolation#training-loss-order": (
        {"n"},
        "the power of n/d is seen along d",
    ),
    "xing2021/equation-13#ratio": ({"sigma", "signal"}, SCALE),
    "xing2021/equation-13#sign-part": ({"sigma", "signal"}, SCALE),
    "xing2021/equation-13#square-part": ({"sigma", "signal"}, SCALE),
    "xing2021/equation-13#residual-power": ({"n"}, "sample and dimension are fixed, as it says"),
    "xing2021/theorem-9#l1-error-bounded-support": (
        {"c", "s", "sigma", "signal"},
        "only lambda is claimed, which n and d drive",
    ),
    "xing2021/theorem-9#risk-bias": ({"sigma"}, SCALE),
    "xing2021/proof-theorem-9#gradient-noise": ({"sigma"}, SCALE),
    "xing2021/proof-theorem-9#gradient-noise-without-s": ({"sigma"}, SCALE),
    "xing2021/lemma-4#sign-average": ({"s"}, "a bounded support, in the setting of Theorem 9"),
}
"""Symbols of a claimed order that its rays hold fixed (or move together), and why."""


def unidentified(item: ClaimOf, paths: list[Path], held: set[str]) -> list[str]:
    """Return the cell parameters of a claimed order whose powers the rays do not determine."""
    parameters = frozenset().union(*(path.base for path in paths))
    of = item.theorem.written_out(item.claim.of, parameters)
    names = sorted({s.name for s in of.free_symbols} & parameters - held)
    directions = np.array([[path.ray.get(name, 0) for name in names] for path in paths])
    return names if names and np.linalg.matrix_rank(directions) < len(names) else []


def inside(item: ClaimOf) -> list[Path]:
    """Return the paths that the claim is judged on."""
    grid = REGISTRY.check_of(item.id)
    return [
        placed.path
        for placed in grid.paths
        if all(applies(item.theorem, item.claim, grid.cells[k]) for k in placed.positions)
    ]


@pytest.mark.parametrize("item", GROWTH, ids=[item.id for item in GROWTH])
def test_the_rays_identify_every_power_in_a_claimed_order(item):
    held = HELD.get(item.id, (set(), ""))[0]
    assert unidentified(item, inside(item), held) == []


def test_an_exemption_names_a_claim_that_needs_it():
    claims = {item.id: item for item in GROWTH}
    assert set(HELD) <= set(claims)
    assert [
        name for name in HELD if not unidentified(claims[name], inside(claims[name]), set())
    ] == []
    assert all(reason for _, reason in HELD.values())


def test_one_ray_in_two_sizes_does_not_tell_their_powers_apart():
    n, m = sp.symbols("n m", positive=True)
    theorem = Theorem(id="own/lemma-1", statement="", claims=[Theta("a", observable="y", of=n)])
    both = [Path({"n": 1, "m": 1}, {"n": 8, "m": 8})]
    joint = ClaimOf(theorem, Theta("b", observable="y", of=n * m))
    assert unidentified(joint, both, set()) == ["m", "n"]
    assert unidentified(joint, [*both, Path({"n": 1}, {"n": 8, "m": 8})], set()) == []
    still = ClaimOf(theorem, Theta("c", observable="y", of=m))
    assert unidentified(still, [Path({"n": 1}, {"n": 8, "m": 8})], set()) == ["m"]
