"""Lemma 2: the empirical gradient is near the population's, uniformly over a ball."""

from __future__ import annotations

import sympy as sp

from bounds import BigO, Derivation, Erratum, Inequality, Mutant, Theorem, regime
from bounds.xing2021.notation import d, n, paper
from bounds.xing2021.smoothing import ATTACKED, GAUSSIAN, SMOOTHED

_N, _D, _delta = sp.symbols("N D delta", positive=True)
_rate = d * sp.sqrt(sp.log(n) / n)
_step = sp.Symbol("step_length", positive=True)
_error, _size = sp.symbols("covariance_error covariance_norm", positive=True)

lemma_2 = Theorem(
    id="xing2021/lemma-2",
    title="uniform concentration of the gradient that training follows",
    source="Appendix B, Lemma 2",
    statement=r"If $\|\theta_0\|\leq B_0$ then $P(\sup_{\|\theta\|\leq B_0}\|\nabla\hat R_{L,\xi}-"
    r"\nabla R_{L,\xi}\|>\delta)\leq e^{-g_1(\delta,\xi,d,n)}$; a Bernstein inequality "
    r"$e^{-c_1n\delta^2/d}$ and a covering by $c_dB_0^dM^d$ balls lead to "
    r"$\delta=v\sqrt{d^2\log n/n}$.",
    paper=paper,
    hypotheses=(
        ATTACKED,
        SMOOTHED,
        GAUSSIAN,
        regime(d / n, "the sample is larger than the dimension", tends_to=0),
    ),
    symbols={
        "largest_deviation": "largest difference of the gradients found in the ball",
        "deviation": "difference of the gradients at one point",
        "covering_term": "|2/n sum x x'(theta_k - theta)|",
        "covariance_error": "operator norm of the error of the empirical covariance",
        "covariance_norm": "operator norm of the empirical covariance",
        "step_length": "distance of theta from the centre of its ball",
    },
    uses=("xing2021/proof-2-gradients",),
    errata=(
        Erratum(
            printed=r"$A_1\leq2\|\hat\Sigma-\Sigma\|\,\|\theta_k-\theta\|$",
            correct=r"$A_1\leq2\|\hat\Sigma\|\,\|\theta_k-\theta\|$",
            why=r"the term is $\frac2n\sum x_ix_i^\top(\theta_k-\theta)$, and nothing of the "
            "population is subtracted",
            counterexample=r"whenever $\hat\Sigma=\Sigma$ the printed bound is $0$",
            harmless=True,
        ),
    ),
    claims=(
        BigO(
            "supremum",
            observable="largest_deviation",
            of=_rate,
            statement=r"the largest deviation that is found over the ball is "
            r"$O(d\sqrt{\log n/n})$, with $n$ alone and with $d\propto\sqrt n$",
            routes="a search over the ball, which gives a lower bound of the supremum: it can "
            "break the claim, and does not",
            mutants=(
                Mutant("1/n", of=1 / n),
                Mutant("without d", of=sp.sqrt(sp.log(n) / n)),
            ),
        ),
        BigO(
            "pointwise",
            observable="deviation",
            of=sp.sqrt(d / n),
            statement=r"at one point of the ball the deviation is $O(\sqrt{d/n})$, as the "
            r"Bernstein bound $e^{-c_1n\delta^2/d}$ says",
            mutants=(
                Mutant("1/n", of=1 / n),
                Mutant("without d", of=1 / sp.sqrt(n)),
            ),
        ),
        Inequality(
            "covering-term-printed",
            left="covering_term",
            at_most=2 * _error * _step,
            expected="broken",
            because="the population covariance is not subtracted in the term",
            statement=r"as printed: $\|\frac2n\sum x_ix_i^\top(\theta_k-\theta)\|\leq"
            r"2\|\hat\Sigma-\Sigma\|\,\|\theta_k-\theta\|$",
        ),
        Inequality(
            "covering-term",
            left="covering_term",
            at_most=2 * _size * _step,
            statement=r"corrected: it is at most $2\|\hat\Sigma\|\,\|\theta_k-\theta\|$",
            mutants=(Mutant("without the 2", at_most=_size * _step),),
        ),
        Derivation(
            "rate",
            left=sp.Subs(_N * _delta**2 / _D, _delta, _D * sp.sqrt(sp.log(_N) / _N)),
            equals=_D * sp.log(_N),
            statement=r"with $\delta=\sqrt{d^2\log n/n}$ the exponent $n\delta^2/d$ is "
            r"$d\log n$, the order of the logarithm of the number of balls",
            mutants=(
                Mutant("delta without d", left=sp.Subs(
                    _N * _delta**2 / _D, _delta, sp.sqrt(_D * sp.log(_N) / _N))),
            ),
        ),
    ),
)

theorems = (lemma_2,)
