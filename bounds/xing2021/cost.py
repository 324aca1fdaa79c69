"""What robustness costs: the excess standard risk c(epsilon), and the optimal robust risk."""

from __future__ import annotations

import sympy as sp

from bounds import (
    Derivation,
    Erratum,
    Identity,
    Inequality,
    Monotone,
    Mutant,
    Theorem,
    required,
)
from bounds.xing2021.notation import (
    B,
    c_0,
    epsilon,
    paper,
    q,
    sigma,
    v,
)
from bounds.xing2021.risk import gaussian

_x = sp.Symbol("x", positive=True)

SMALLEST_COST = 1e-9
"""What counts as positive: far below the cost of the weakest attack that is drawn."""

claim_c_epsilon = Theorem(
    id="xing2021/claim-c-epsilon",
    title="adversarial training hurts standard estimation",
    source="Section 2.1, after Theorem 2",
    statement=r"$c(\epsilon)=[R_L(\theta^*,0)-R_L(\theta_0,0)]/v^2$ is positive, increases in "
    r"$\epsilon$ and tends to $\|\theta_0\|^2_\Sigma/v^2$. (It is introduced as the limit of "
    r"$[R_L(\theta^{(T)},0)-R_L(\hat\theta_{OLS},0)]/v^2$, which is Theorem 2; the claims here are "
    r"about $c$ itself.)",
    paper=paper,
    hypotheses=(required(epsilon > 0, "there is an attack"), gaussian),
    symbols={
        "c_epsilon": "excess standard risk of the robust minimiser, over v^2",
        "plateau": "|theta_0|_Sigma^2 / v^2",
        "relative_radius": "attack radius in units of the null radius",
    },
    uses=("xing2021/claim-minimiser-L2",),
    errata=(
        Erratum(
            printed=r"$c(\epsilon)>0$ for every $\epsilon>0$, with $\sigma=0$ allowed",
            correct=r"$c(\epsilon)>0$ for every $\epsilon>0$ if $\sigma>0$",
            why=r"without noise $q$ has a kink at $\theta_0$ that a weak attack does not overcome: "
            r"$\theta^*=\theta_0$",
            counterexample=r"$d=1$, $\Sigma=1$, $\theta_0=1$, $\sigma=0$, $\epsilon=1/2$: the risk "
            r"of $1-t$ grows at $t=0$ with slope $2\epsilon(\sqrt{2/\pi}-\epsilon)>0$, so that "
            r"$c(\epsilon)=0$",
        ),
        Erratum(
            printed=r"$c(\epsilon)$ increases in $\epsilon$ and converges as $\epsilon$ diverges",
            correct=r"it increases up to $\epsilon=\|\Sigma\theta_0\|/(c_0v)$, and is constant "
            r"from there on",
            why=r"beyond the null radius $\theta^*=0$",
            counterexample=r"$d=1$, $\Sigma=1$, $\theta_0=\sigma=1$: $c(\epsilon)=1/2$ for every "
            r"$\epsilon\geq0.887$",
            harmless=True,
        ),
    ),
    claims=(
        Inequality(
            "positive",
            left="c_epsilon_noiseless",
            at_least=SMALLEST_COST,
            scale=1,
            tolerance=SMALLEST_COST / 100,
            expected="broken",
            because="without noise, which the statement allows, a weak attack costs nothing",
            statement=r"$c(\epsilon)>0$ for every $\epsilon>0$ (as printed: $\sigma=0$ is allowed)",
        ),
        Inequality(
            "positive-with-noise",
            left="c_epsilon",
            at_least=SMALLEST_COST,
            scale=1,
            tolerance=SMALLEST_COST / 100,
            statement=r"corrected: $c(\epsilon)>0$ for every $\epsilon>0$ if $\sigma>0$",
        ),
        Monotone(
            "increasing",
            observable="c_epsilon",
            along="relative_radius",
            exact=True,
            statement=r"$c(\epsilon)$ increases in $\epsilon$ (and is constant from the null "
            r"radius on)",
            mutants=(Mutant("decreasing", increasing=False),),
        ),
        Identity(
            "plateau",
            observable="c_epsilon_beyond",
            equals="plateau",
            scale=1,
            exact=True,
            tolerance=1e-6,
            statement=r"$c(\epsilon)=\|\theta_0\|_\Sigma^2/v^2$ beyond the null radius",
            mutants=(
                Mutant("1 instead", equals=1),
                Mutant("sigma^2 / v^2 instead", equals=1 - sp.Symbol("plateau")),
            ),
        ),
        Derivation(
            "slope",
            left=sp.Derivative(_x * (_x * B + c_0 * q) / (q + _x * c_0 * B), _x)
            * (q + _x * c_0 * B) ** 2,
            equals=2 * _x * B * q + _x**2 * c_0 * B**2 + c_0 * q**2,
            statement=r"the exchange rate $\epsilon(\epsilon B+c_0q)/(q+\epsilon c_0B)$ on the "
            r"frontier increases in $\epsilon$, hence so does $c(\epsilon)$",
        ),
    ),
)

optimal_risk = Theorem(
    id="xing2021/definition-optimal-risk",
    title="the optimal robust risk grows with the attack",
    source="Section 2.1, definition of R*",
    statement=r"$R^*(\epsilon)=\min_\theta R_L(\theta,\epsilon)$ increases from $\sigma^2$ at "
    r"$\epsilon=0$ to $v^2$ at the null radius, and stays there.",
    paper=paper,
    hypotheses=(gaussian,),
    symbols={"relative_radius": "attack radius in units of the null radius"},
    uses=("xing2021/equation-5", "xing2021/proposition-1"),
    claims=(
        Monotone(
            "increasing",
            observable="optimal_risk",
            along="relative_radius",
            exact=True,
            statement=r"$R^*(\epsilon)$ increases in $\epsilon$",
            mutants=(Mutant("decreasing", increasing=False),),
        ),
        Identity(
            "at-zero",
            observable="optimal_risk_at_zero",
            equals=sigma**2,
            scale=v**2,
            exact=True,
            tolerance=1e-8,
            statement=r"$R^*(0)=\sigma^2$",
            mutants=(Mutant("v^2 instead", equals=v**2),),
        ),
        Identity(
            "beyond-null",
            observable="optimal_risk_beyond",
            equals=v**2,
            exact=True,
            tolerance=1e-8,
            statement=r"$R^*(\epsilon)=v^2$ from the null radius on",
            mutants=(Mutant("sigma^2 instead", equals=sigma**2, scale=v**2),),
        ),
    ),
)

theorems = (claim_c_epsilon, optimal_risk)
