"""For which sizes the theorem is said, and from which on its explicit constants say anything."""

from collections.abc import Mapping
from typing import Any

from bounds.authoring import *
from bounds.wang2022.gradient import gradient_bound
from bounds.wang2022.notation import *
from bounds.wang2022.variation import variation_bound

C_4 = parameter("C_4", "constant of the upper end of the window", positive=True)
log_d = parameter("log_d", "log(d)", r"\log d", positive=True)
log_m = parameter("log_m", "log(m)", r"\log m", positive=True)

LOWER, UPPER = Q(12, 5), Q(6, 25)
"""The exponents 2.4 and 0.24."""
upper_end = exp(UPPER * log_d)
"""log(m) / log(e) at m = exp(d^0.24)."""

empty_from = observable(
    "empty_from", "d from which on d^2.4 > C_4 exp(d^0.24)", r"d_-", positive=True
)
empty_until = observable("empty_until", "d up to which it stays so", r"d_+", positive=True)
widest_gap = observable(
    "widest_gap", "largest value of 2.4 log d - d^0.24 over all d", positive=True
)
largest_dimension = observable(
    "largest_dimension", "largest d with d^2.4 <= m, in whole numbers", positive=True
)


def end(branch: int) -> Expr:
    """Return where d^2.4 = C_4 exp(d^0.24); w = d^0.24 solves w^10 e^-w = C_4."""
    return (-10 * sp.LambertW(-(C_4 ** Q(1, 10)) / 10, branch)) ** Q(25, 6)


claim_window = paper.theorem(
    "claim-window",
    "the window of widths",
    "Theorem 3.1, d^2.4 <= m <= C_4 exp(d^0.24); derived here",
    r"The window $d^{2.4}\leq m\leq C_4e^{d^{0.24}}$ is empty for $d$ between the two roots of "
    r"$d^{2.4}=C_4e^{d^{0.24}}$: for $C_4=1$ from 1.59 to $2.97\cdot10^6$, where $m\geq3.4\cdot"
    r"10^{15}$. Only $C_4\geq(10/e)^{10}=4.54\cdot10^5$ leaves none of it empty.",
    claims=(
        Inequality(
            "empty",
            upper_end + log(C_4),
            at_most=LOWER * log_d,
            box={log_d: (log(Q(16, 10)), log(2.97e6)), C_4: (1e-6, 1)},
            note=r"no width from $d=1.6$ to $2.97\cdot10^6$",
            mutants=(Mutant("exp(d^(1/4))", left=exp(log_d / 4) + log(C_4)),),
        ),
        Inequality(
            "empty-at-10",
            upper_end + log(C_4),
            at_most=LOWER * log_d,
            box={log_d: (log(Q(48, 10)), log(1.99e6)), C_4: (1e-6, 10)},
        ),
        Inequality(
            "empty-at-1000",
            upper_end + log(C_4),
            at_most=LOWER * log_d,
            box={log_d: (log(53), log(7.2e5)), C_4: (1e-6, 1000)},
        ),
        Inequality(
            "beyond",
            LOWER * log_d,
            at_most=upper_end + log(C_4),
            box={log_d: (log(2.98e6), 1000), C_4: (1, 1e6)},
            note=r"widths exist beyond",
        ),
        Inequality(
            "always",
            LOWER * log_d,
            at_most=upper_end + log(C_4),
            box={log_d: (1e-3, 1000), C_4: (4.55e5, 1e8)},
            note="and everywhere for these constants",
            mutants=(Mutant("4.5e5", left=LOWER * log_d + log(Q(455, 450))),),
        ),
        Identity("empty-from", empty_from, end(0), exact=True),
        Identity("empty-until", empty_until, end(-1), exact=True),
        Identity(
            "widest-gap",
            widest_gap,
            10 * log(10) - 10,
            exact=True,
            note=r"13.026 $=\log C_4$ of the smallest $C_4$ that leaves no gap",
        ),
        Inequality(
            "published-above",
            m,
            at_least=exp(d**UPPER),
            box={d: (1, 784), m: (1000, 1e5)},
            note="every published experiment is wider than the window with $C_4=1$ allows",
        ),
        Identity(
            "published-below",
            largest_dimension,
            sp.floor(m ** (1 / LOWER)),
            exact=True,
            note="and narrower than $d^{2.4}$ beyond $d=121$ ($m=10^5$), 46 ($10^4$), 17 ($10^3$)",
            mutants=(Mutant("the exponent 2", equals=sp.floor(sqrt(m))),),
        ),
    ),
)

share = parameter("share", "share of sqrt(d) that a bound is to reach", nonnegative=True)
rule = parameter("rule", "log(m)/log(d); 0 for m = exp(d^0.24)", nonnegative=True)
smallest_d = observable(
    "smallest_d", "smallest whole d at which Lemma B.7 gives that share", positive=True
)
digits = observable(
    "digits", "log10 of the smallest d from which on Lemma B.9 gives less than that share"
)
largest_slow = observable("largest_slow", "largest value of d^-0.02 sqrt(log d)", positive=True)
slow_until = observable("slow_until", "log10 of the d from which on it is below 1", positive=True)


narrowest = gradient_bound.subs({m: d**LOWER, gamma: Q(1, 10)})
first = 9 * C_1 ** Q(1, 4) * exp(-log_d / 8) * sqrt(log_m + log_d) * log_d ** Q(1, 8)
second = 15 * exp((log_d - log_m) / 2) * (log_m + log_d)
third = 327 * C_bar * C_0 * exp(-log_d / 4)
change_share = first + second + third
"""The right side of Lemma B.9 over sqrt(d)."""

GRADIENT = {
    (Q(1, 10), 0, Q(1, 10)): 117,
    (1, 0, Q(1, 10)): 133,
    (10, 0, Q(1, 10)): 554,
    (Q(1, 10), Q(1, 4), Q(1, 10)): 184,
    (1, Q(1, 4), Q(1, 10)): 237,
    (10, Q(1, 4), Q(1, 10)): 1238,
    (Q(1, 10), Q(1, 4), Q(1, 100)): 270,
    (1, Q(1, 4), Q(1, 100)): 329,
    (10, Q(1, 4), Q(1, 100)): 1402,
}
"""Smallest d by C_0, share and gamma, at m = d^2.4."""
CHANGE = {
    (1, 1, Q(1, 4), Q(12, 5)): 23.2242,
    (1, 1, Q(1, 4), 3): 23.5342,
    (1, 1, Q(1, 4), 0): 384.951,
    (1, 81, Q(1, 8), Q(12, 5)): 29.9984,
    (1, 81, Q(1, 8), 3): 30.3026,
    (1, 81, Q(1, 8), 0): 544.343,
    (10, 225, Q(1, 8), Q(12, 5)): 30.9713,
    (10, 225, Q(1, 8), 3): 31.2720,
    (10, 225, Q(1, 8), 0): 566.970,
}
"""log10 of the smallest d by C_0, C_1, share and rule."""


def read(table: Mapping[Any, object], *names: sp.Symbol) -> Expr:
    """Return the value of a table at the row that the names have."""
    rows = [
        (value, And(*(Eq(name, entry) for name, entry in zip(names, row, strict=True))))
        for row, value in table.items()
    ]
    return Piecewise(*rows)


def dimension(exponent: object) -> Expr:
    """Return log d at d = 10^exponent."""
    return sp.sympify(exponent) * log(10)


claim_vacuity = paper.theorem(
    "claim-vacuity",
    "from which sizes on the explicit constants say anything",
    "Lemmas B.7, B.8 and B.9; derived here",
    r"With $\gamma=0.1$ and $m=d^{2.4}$ the right side of Lemma B.7 is positive from $d=133$ on "
    r"($C_0=1$; 554 for $C_0=10$) and at least $\frac14\sqrt d$ from $d=237$ on (1238). That of "
    r"Lemma B.9 is below $\frac14\sqrt d$ only from $d=1.7\cdot10^{23}$ on ($C_0=C_1=1$, "
    r"$m=d^{2.4}$), and from $10^{385}$ on at $m=\exp(d^{0.24})$; with the constants that the "
    r"theorem needs from $10^{30}$ on.",
    uses=("lemma-B.7", "lemma-B.8", "lemma-B.9", "claim-window"),
    claims=(
        Inequality(
            "gradient-positive",
            narrowest,
            at_least=0,
            scale=sqrt(d),
            box={d: (133, 1e30), C_0: (0.01, 1)},
            statement=r"at $\gamma=0.1$, $m=d^{2.4}$ the right side of Lemma B.7 is "
            r"nonnegative from $d=133$ on for $C_0\leq1$",
        ),
        Inequality(
            "gradient-says-nothing",
            narrowest,
            at_most=0,
            scale=sqrt(d),
            box={d: (110, 132), C_0: (1, 100)},
            statement=r"at $\gamma=0.1$, $m=d^{2.4}$ it is negative up to $d=132$ for "
            r"$C_0\geq1$ (and not defined below 110)",
        ),
        Inequality(
            "gradient-quarter",
            narrowest,
            at_least=sqrt(d) / 4,
            box={d: (237, 1e30), C_0: (0.01, 1)},
            statement=r"at $\gamma=0.1$, $m=d^{2.4}$ it is at least $\frac14\sqrt d$ from "
            r"$d=237$ on for $C_0\leq1$",
        ),
        Inequality(
            "gradient-below-quarter",
            narrowest,
            at_most=sqrt(d) / 4,
            box={d: (110, 236), C_0: (1, 100)},
            statement=r"at $\gamma=0.1$, $m=d^{2.4}$ it is less up to $d=236$ for $C_0\geq1$",
        ),
        Inequality(
            "gradient-quarter-at-10",
            narrowest,
            at_least=sqrt(d) / 4,
            box={d: (1238, 1e30), C_0: (0.01, 10)},
            statement=r"at $\gamma=0.1$, $m=d^{2.4}$ it is at least $\frac14\sqrt d$ from "
            r"$d=1238$ on for $C_0\leq10$",
        ),
        Identity(
            "gradient-table",
            smallest_d,
            read(GRADIENT, C_0, share, gamma),
            exact=True,
            statement=r"smallest $d$ at which Lemma B.7 reaches 0 and $\frac14\sqrt d$, at "
            r"$m=d^{2.4}$: 117, 133, 554 and 184, 237, 1238 for $C_0=0.1$, 1, 10 and $\gamma=0.1$; "
            r"270, 329, 1402 for $\gamma=0.01$",
        ),
        Inequality(
            "direction-says-nothing",
            variation_bound.subs(R, 1 / sqrt(d)),
            at_least=sqrt(2 * d),
            box={d: (2, 2869), m: (5, 1e80), gamma: (1e-30, 0.1), C_0: (1, 100)},
            where=m >= d**LOWER,
            note=r"Lemma B.8 at $R=1/\sqrt d$ is beyond $2\|\nabla f\|\approx\sqrt{2d}$",
            statement=r"the right side of Lemma B.8 at $R=1/\sqrt d$, $\gamma\leq0.1$ is "
            r"beyond $2\|\nabla f\|\approx\sqrt{2d}$ up to $d=2869$ for "
            r"$C_0\geq1$, at every $m\geq d^{2.4}$",
        ),
        Inequality(
            "direction-says-something",
            variation_bound.subs(R, 1 / sqrt(d)).subs({m: d**LOWER, gamma: Q(1, 10)}),
            at_most=sqrt(2 * d),
            box={d: (2870, 1e30), C_0: (0.01, 1)},
            statement=r"at $\gamma=0.1$, $m=d^{2.4}$ it is below $\sqrt{2d}$ from $d=2870$ "
            r"on for $C_0\leq1$",
        ),
        Inequality(
            "change-says-nothing",
            change_share,
            at_least=Q(1, 4),
            box={log_d: (1, dimension(23.2)), log_m: (1, 1e6), C_0: (1, 100), C_1: (1, 1e4)},
            where=log_m >= LOWER * log_d,
            statement=r"the right side of Lemma B.9 is at least $\frac14\sqrt d$ up to "
            r"$d=1.5\cdot10^{23}$, at every $m\geq d^{2.4}$ and for all "
            r"$C_0,C_1\geq1$",
            mutants=(Mutant("without the first term", left=change_share - first),),
        ),
        Inequality(
            "change-trivial",
            change_share,
            at_least=sqrt(2),
            box={log_d: (1, dimension(16.5)), log_m: (1, 1e6), C_0: (1, 100), C_1: (1, 1e4)},
            where=log_m >= LOWER * log_d,
            note=r"up to $d=3\cdot10^{16}$ not even less than $2\|\nabla f\|\approx\sqrt{2d}$",
            statement=r"the right side of Lemma B.9 is up to $d=3\cdot10^{16}$ not even less "
            r"than $2\|\nabla f\|\approx\sqrt{2d}$",
        ),
        Inequality(
            "change-says-something",
            change_share.subs(log_m, LOWER * log_d),
            at_most=Q(1, 4),
            box={log_d: (dimension(23.23), 1000), C_0: (0.01, 1), C_1: (0.01, 1)},
            note=r"from $d=1.7\cdot10^{23}$ on, at $m=d^{2.4}$",
            statement=r"it is at most $\frac14\sqrt d$ from $d=1.7\cdot10^{23}$ on at "
            r"$m=d^{2.4}$, for $C_0,C_1\leq1$",
        ),
        Inequality(
            "change-at-the-upper-end",
            change_share.subs(log_m, upper_end),
            at_least=Q(1, 4),
            box={log_d: (1, dimension(384.9)), C_0: (1, 100), C_1: (1, 1e4)},
            note=r"and at $m=\exp(d^{0.24})$ nothing up to $10^{384}$",
            statement=r"at $m=\exp(d^{0.24})$ it is at least $\frac14\sqrt d$ up to "
            r"$d=10^{384.9}$ for $C_0,C_1\geq1$",
        ),
        Inequality(
            "change-beyond",
            change_share.subs(log_m, upper_end),
            at_most=Q(1, 4),
            box={log_d: (dimension(385), 2500), C_0: (0.01, 1), C_1: (0.01, 1)},
            statement=r"at $m=\exp(d^{0.24})$ it is at most $\frac14\sqrt d$ from "
            r"$d=10^{385}$ on for $C_0,C_1\leq1$",
        ),
        Inequality(
            "change-needed",
            change_share,
            at_least=Q(1, 8),
            box={log_d: (1, dimension(29.9)), log_m: (1, 1e6), C_0: (1, 100), C_1: (81, 1e4)},
            where=log_m >= LOWER * log_d,
            note=r"what the proof of the theorem needs with $C_1=16A=81$: nothing up to "
            r"$7\cdot10^{29}$",
            statement=r"with $C_1\geq16A=81$, which the proof of the theorem needs, it is at "
            r"least $\frac18\sqrt d$ up to $d=7\cdot10^{29}$",
        ),
        Identity(
            "change-table",
            digits,
            read(CHANGE, C_0, C_1, share, rule),
            exact=True,
            tolerance=2e-6,
            statement=r"$\log_{10}$ of the smallest $d$ with Lemma B.9 below $\frac14\sqrt d$ for "
            r"$C_0=C_1=1$: 23.224, 23.534, 384.95 at $m=d^{2.4}$, $d^3$, $\exp(d^{0.24})$; below "
            r"$\frac18\sqrt d$ for $C_0=1$, $C_1=81$: 29.998, 30.303, 544.34; for $C_0=10$, "
            r"$C_1=225$: 30.971, 31.272, 566.97",
        ),
        Identity(
            "largest-slow",
            largest_slow,
            5 / sqrt(exp(1)),
            exact=True,
            note=r"3.03: $\log^2(md)\sqrt{\log(d)/d}\approx d^{-0.02}\sqrt{\log d}$ at $m=\exp("
            r"d^{0.24})$ rises until $d=e^{25}$",
        ),
        Identity(
            "slow-until",
            slow_until,
            -25 * sp.LambertW(-Q(1, 25), -1) / log(10),
            exact=True,
            note=r"and is below 1 only for $d>10^{51.9}$",
        ),
    ),
)
