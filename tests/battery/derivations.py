"""Derivations: near misses, huge numbers, rules that need positive arguments, sums and floors."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path as File
from typing import Any

import numpy as np
import sympy as sp

from battery.cases import FALSE, TRUE, Case, unique
from bounds import Derivation, Identity, Theorem, required
from verify import Verdict, check, run
from verify.catalogue.check import Check

a, b, c = sp.symbols("a b c", positive=True)
r, s, t = sp.symbols("r s t", real=True)
k, m = sp.symbols("k m", integer=True, positive=True)
i = sp.Symbol("i", integer=True)
Q = sp.Rational
near_integer = sp.exp(sp.pi * sp.sqrt(163))

EQUAL: Mapping[str, tuple[Any, Any]] = {
    "binomial": ((r + s) ** 3, r**3 + 3 * r**2 * s + 3 * r * s**2 + s**3),
    "log-of-a-product": (sp.log(a * b), sp.log(a) + sp.log(b)),
    "power-of-a-power": ((a**r) ** s, a ** (r * s)),
    "root-of-a-square": (sp.sqrt(r**2), sp.Abs(r)),
    "geometric-sum": (sp.Sum(Q(1, 2) ** i, (i, 0, sp.oo)), 2),
    "sum-of-cubes": (sp.Sum(i**3, (i, 1, m)), (m * (m + 1) / 2) ** 2),
    "gaussian-integral": (sp.Integral(sp.exp(-a * r**2), (r, -sp.oo, sp.oo)), sp.sqrt(sp.pi / a)),
    "pythagoras": (sp.sin(r) ** 2 + sp.cos(r) ** 2, 1),
    "nested-root": (sp.sqrt(3 + 2 * sp.sqrt(2)), 1 + sp.sqrt(2)),
    "tanh": (sp.tanh(r), 1 - 2 / (sp.exp(2 * r) + 1)),
    "telescope": (sp.Sum(1 / (i * (i + 1)), (i, 1, m)), m / (m + 1)),
    "derivative": (sp.Derivative(sp.log(1 + sp.exp(r)), r), 1 / (1 + sp.exp(-r))),
    "limit": (sp.Limit((1 + r / k) ** k, k, sp.oo), sp.exp(r)),
    "gamma": (sp.gamma(a + 1), a * sp.gamma(a)),
    "big-power": (
        sp.Integer(2) ** 200 - 1,
        (sp.Integer(2) ** 100 - 1) * (sp.Integer(2) ** 100 + 1),
    ),
}
DIFFERENT: Mapping[str, tuple[Any, Any]] = {
    "power-of-a-power-real": ((r**a) ** b, r ** (a * b)),
    "power-of-a-power-all-real": ((r**s) ** t, r ** (s * t)),
    "root-of-a-square-real": (sp.sqrt(r**2), r),
    "root-of-a-product-real": (sp.sqrt(r * s), sp.sqrt(r) * sp.sqrt(s)),
    "log-of-a-square-real": (sp.log(r**2), 2 * sp.log(r)),
    "near-integer": (near_integer, 262537412640768744),
    "one-and-a-bit": (1 + Q(1, 10**30), 1),
    "tiny-in-a-parameter": (a, a + Q(1, 10**40)),
    "big-power-off-by-one": (
        sp.Integer(2) ** 200,
        (sp.Integer(2) ** 100 - 1) * (sp.Integer(2) ** 100 + 1),
    ),
    "sum-one-term-short": (sp.Sum(i, (i, 1, m - 1)), m * (m + 1) / 2),
    "lost-square": ((a + b) ** 2, a**2 + a * b + b**2),
    "almost-pi": (sp.pi, Q(314159265358979323846264338327950288, 10**35)),
    "euler-near-miss": (sp.cos(sp.log(sp.pi + 20)), -1),
    "fermat-near-miss": (sp.Integer(3987) ** 12 + sp.Integer(4365) ** 12, sp.Integer(4472) ** 12),
    "floor": (sp.floor(2 * r), 2 * sp.floor(r)),
    "atan-sum": (sp.atan(a) + sp.atan(b), sp.atan((a + b) / (1 - a * b))),
    "exp-of-a-log-of-abs": (sp.exp(sp.log(sp.Abs(r))), r),
    "wrong-large-root": ((a**12 + 1) ** Q(1, 12), a),
}
AT_MOST: Mapping[str, tuple[Any, Any]] = {
    "arithmetic-geometric": (2 * a * b, a**2 + b**2),
    "square-nonnegative": (0, (r - s) ** 2),
    "near-integer-below": (near_integer, 262537412640768744),
    "constants": (8 * sp.sqrt(6) + 8 * sp.sqrt(Q(5, 3)), 30),
    "stirling-ratio": (sp.factorial(50), 50 ** sp.Integer(50)),
    "floor-below": (sp.floor(r), r),
    "one-below-one-and-a-bit": (1, 1 + Q(1, 10**30)),
    "equal-constants": (sp.sqrt(3 + 2 * sp.sqrt(2)), 1 + sp.sqrt(2)),
    "log-below": (sp.log(1 + a), a),
}
NOT_AT_MOST: Mapping[str, tuple[Any, Any]] = {
    "near-integer-above": (262537412640768744, near_integer),
    "one-and-a-bit-below-one": (1 + Q(1, 10**30), 1),
    "one-and-less": (1 + Q(1, 10**70), 1),
    "huge-off-by-one": (sp.Integer(10) ** 60 + 1, sp.Integer(10) ** 60),
    "fermat": (sp.Integer(3987) ** 12 + sp.Integer(4365) ** 12, sp.Integer(4472) ** 12),
    "constants-sharp": (8 * sp.sqrt(6) + 8 * sp.sqrt(Q(5, 3)), 29),
    "arithmetic-geometric-reversed": (a**2 + b**2, 2 * a * b),
    "floor-above": (r, sp.floor(r)),
    "log-above": (a, sp.log(1 + a)),
    "narrow-violation": ((a - 1) ** 2, (a - 1) ** 2 + (a - 2) ** 2 - Q(1, 10**4)),
    "pi-above": (sp.pi, Q(314159265358979323846264338327950288, 10**35)),
}
MUST = {
    "near-integer": "broken",
    "one-and-a-bit": "broken",
    "near-integer-above": "broken",
    "near-integer-below": "holds",
    "one-and-a-bit-below-one": "broken",
    "huge-off-by-one": "broken",
    "fermat": "broken",
    "fermat-near-miss": "broken",
    "big-power-off-by-one": "broken",
    "power-of-a-power": "holds",
    "binomial": "holds",
    "constants": "holds",
    "constants-sharp": "broken",
    "lost-square": "broken",
    "root-of-a-square-real": "broken",
    "one-below-one-and-a-bit": "holds",
}


def carried(name: str, claim: Derivation, hypotheses: tuple[Any, ...] = ()) -> Check:
    """Return a check that carries the theorem of a derivation into a registry."""
    trivial = Identity("carrier", observable="y", equals=1, exact=True)
    theorem = Theorem(
        id=f"battery/claim-{name}", statement=name, claims=[claim, trivial], hypotheses=hypotheses
    )
    bind = check(
        theorem, id=theorem.id, cells=[dict(g=0)], seconds_per_replicate=1e-9, first=4, quick=1
    )
    return bind(lambda rng, cell, n: {"y": np.ones(n)})


def play(name: str, claim: Derivation, hypotheses: tuple[Any, ...] = ()) -> Any:
    """Return a function that judges one derivation through `verify.run`."""

    def judge(folder: File, seed: int, budget: str) -> Verdict:
        bound = carried(name, claim, hypotheses)
        report = run(
            [bound, f"{bound.id}#{claim.name}"],
            budget=budget,
            seed=seed,
            jobs=1,
            store=folder / "store",
        )
        return next(one for one in report.verdicts if one.kind == "derivation")

    return judge


def derivations() -> Iterator[Case]:
    """Equalities and inequalities between closed expressions."""
    for truth, table in ((TRUE, EQUAL), (FALSE, DIFFERENT)):
        for name, (left, right) in table.items():
            claim = Derivation("d", left=left, equals=right)
            yield Case(
                f"derive-{name}",
                "9",
                truth,
                f"{name}: equal is {truth}",
                None,
                MUST.get(name, ""),
                play=play(f"derive-{name}", claim),
            )
    for truth, table in ((TRUE, AT_MOST), (FALSE, NOT_AT_MOST)):
        for name, (left, right) in table.items():
            claim = Derivation("d", left=left, at_most=right)
            yield Case(
                f"derive-{name}",
                "9",
                truth,
                f"{name}: at most is {truth}",
                None,
                MUST.get(name, ""),
                play=play(f"derive-{name}", claim),
            )
            turned = Derivation("d", left=right, at_least=left)
            yield Case(
                f"derive-{name}-turned",
                "9",
                truth,
                f"{name}: at least is {truth}",
                None,
                MUST.get(name, ""),
                play=play(f"derive-{name}-turned", turned),
            )
    inside = required(r > 0, "r is positive")
    for name, claim, truth in (
        ("root-where-positive", Derivation("d", left=sp.sqrt(r**2), equals=r), TRUE),
        ("root-where-positive-negated", Derivation("d", left=sp.sqrt(r**2), equals=-r), FALSE),
    ):
        yield Case(
            f"derive-{name}",
            "9",
            truth,
            "r is positive by hypothesis",
            None,
            play=play(f"derive-{name}", claim, (inside,)),
        )
    visible = Derivation("d", left=2 * r * s, at_most=r**2 + s**2, nonnegative=(r - s) ** 2)
    yield Case(
        "derive-visible-form",
        "9",
        TRUE,
        "a square",
        None,
        "holds",
        play=play("derive-visible-form", visible),
    )
    feigned = Derivation("d", left=3 * r * s, at_most=r**2 + s**2, nonnegative=(r - s) ** 2)
    yield Case(
        "derive-feigned-form",
        "9",
        FALSE,
        "the form is not the difference",
        None,
        "broken",
        play=play("derive-feigned-form", feigned),
    )


SLOW = """
import resource
resource.setrlimit(resource.RLIMIT_CPU, (60, 61))
import sympy as sp
from battery.derivations import play
from bounds import Derivation
from pathlib import Path
x = sp.symbols("x1:9", positive=True)
left = sum(sp.sqrt(a + sp.exp(b) * sp.log(1 + a * b)) for a in x for b in x) ** {power}
claim = Derivation("d", left=left, {side}=sp.expand(left, deep=False) + {more})
print(play("derive-heavy", claim)(Path({folder!r}), 0, "quick").verdict)
"""
"""A derivation on which algebra has much to do; its process has a minute, whatever else runs."""


def heavy(power: int, side: str, more: str) -> Any:
    """Return a function that judges a large derivation, for at most a minute of CPU."""

    def judge(folder: File, seed: int, budget: str) -> Verdict:
        text = SLOW.format(power=power, side=side, more=more, folder=str(folder))
        root = File(__file__).resolve().parents[2]
        paths = os.pathsep.join([str(root), str(root / "tests")])
        done = subprocess.run(
            [sys.executable, "-c", text],
            capture_output=True,
            text=True,
            cwd=folder,
            env={**os.environ, "PYTHONPATH": paths},
        )
        outcome, note = (done.stdout.split() or ["undecided"])[-1], done.stderr[-300:]
        if done.returncode in (-signal.SIGXCPU, -signal.SIGKILL):
            note = "no verdict after a minute"
        reason = "error" if note else "proof"
        return Verdict(
            "battery/claim-derive-heavy",
            "",
            "derivation",
            "",
            outcome,
            "holds",
            None,
            None,
            None,
            None,
            0,
            0.0,
            reason=reason,
            note=note,
        )

    return judge


def heavy_ones() -> Iterator[Case]:
    """Derivations that must come to an end."""
    yield Case(
        "derive-heavy-equal",
        "9",
        TRUE,
        "a large square written out; no verdict in a minute is an error",
        None,
        play=heavy(2, "equals", "0"),
    )
    yield Case(
        "derive-heavy-at-most",
        "9",
        FALSE,
        "a large square above itself less one",
        None,
        play=heavy(2, "at_most", "(-1)"),
    )


CASES = unique([*derivations(), *heavy_ones()])
