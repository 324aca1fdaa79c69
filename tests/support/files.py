"""Files with theorems of one's own, as a user would write them."""

OWN = '''\
import sympy as sp
from bounds import Theorem, Identity, required
from verify import check

d, s = sp.symbols("d sigma", positive=True)
theorem = Theorem(
    id="mine/equation-1", statement=r"$E\\|x\\|^2 = d\\sigma^2$ for $x \\sim N(0, \\sigma^2 I_d)$",
    hypotheses=[required(s > 0, "the noise level is positive")],
    claims=[Identity("norm", observable="squared_norm", equals=d * s**2)],
)

@check(theorem, cells=[dict(d=3, sigma=1.0), dict(d=30, sigma=0.5)], seconds_per_replicate=1e-6)
def simulate(rng, cell, n):
    """One replicate is one draw of x."""
    return {"squared_norm": ((cell["sigma"] * rng.standard_normal((n, cell["d"]))) ** 2).sum(axis=1)}
'''  # noqa: E501
"""The example of the documentation, as it stands."""

COARSE = OWN.replace("equals=d * s**2", "equals=d * s**2, tolerance=0.1, cell_tolerance=0.1")
"""The same with a zone of 10 %, held on a hundredth of the replicates: where any run will do."""

SEVERAL = '''\
"""Several claims on two simulations; PAUSE seconds of waiting per block."""
import os, time
import sympy as sp
from bounds import (
    Derivation, Identity, Inequality, Mutant, Probability, Theorem, Unchecked, required,
)
from verify import check

PAUSE = float(os.environ.get("PAUSE", "0"))
d = sp.Symbol("d", positive=True, integer=True)
s = sp.Symbol("sigma", positive=True)
k = sp.Symbol("k", positive=True)
theorem = Theorem(
    id="several/theorem-1", title="moments", statement="Moments of a normal vector.",
    hypotheses=[required(d < 100, "the dimension is moderate")],
    claims=[
        Identity("mean", observable="y", equals=d * s**2, mutants=(
            Mutant("the square is lost", equals=d * s),
            Mutant("twice the variance", "equivalent", "the same", equals=2 * d * s**2 / 2))),
        Identity("wrong", observable="y", equals=d * s, expected="broken", because="no square"),
        Probability("rare", event="large", at_most=sp.Rational(1, 20)),
        Inequality("positive", left="y", at_least=0),
    ],
)
algebra = Theorem(
    id="several/lemma-2", statement="Algebra.",
    claims=[
        Derivation("square", left=(d + 1) ** 2, equals=d**2 + 2 * d + 1),
        Derivation("false", left=(d + 1) ** 2, equals=d**2 + 1, expected="broken", because="no"),
        Unchecked("far", because="no machine is that large"),
    ],
)

@check(theorem, id="several/moments", seconds_per_replicate=1e-3,
       cells=[dict(d=2, sigma=0.5), dict(d=5, sigma=2.0), dict(d=500, sigma=1.0)],
       block=256, first=1024, quick=6, full=10)
def simulate(rng, cell, n):
    """One replicate is one draw."""
    assert cell["d"] < 100, "a cell outside the hypotheses was sampled"
    time.sleep(PAUSE)
    y = ((cell["sigma"] * rng.standard_normal((n, cell["d"]))) ** 2).sum(axis=1)
    return {"y": y, "large": y > 4 * cell["d"] * cell["sigma"] ** 2}
'''


OUTSIDE = """\
from bounds import *
from verify import check
m = parameter("m", "the width", positive=True, integer=True)
theorem = Theorem(
    id="own/lemma-1", statement="Wide networks are small.",
    hypotheses=[regime(m >= 10**13, "the network is wide")],
    claims=[Inequality("small", "y", at_most=1), Derivation("sum", left=m + m, equals=2 * m)],
)
@check(theorem, cells=[dict(m=100)], seconds_per_replicate=1e-6)
def simulate(rng, cell, n):
    return {"y": 0.5 * rng.random(n)}
"""
"""A claim that holds where its regime is missed by 10^11, and another that needs no cell."""


def theorem_file(claims: str, body: str, *, binding: str = "", head: str = "") -> str:
    """A file with one theorem, ``own/theorem-1``, and one simulation at one cell with x = 1.0."""
    indented = "\n".join("    " + line for line in body.strip().splitlines())
    return f"""\
import numpy as np
import sympy as sp
from bounds import *
from verify import Path, check, product
x = sp.Symbol("x", positive=True)
{head}
theorem = Theorem(id="own/theorem-1", statement="", claims=[{claims}])
@check(theorem, {binding or "cells=[dict(x=1.0)]"}, seconds_per_replicate=1e-6)
def simulate(rng, cell, n):
{indented}
"""
