"""Lemma 2: the empirical gradient is near the population's, uniformly over a ball."""

from __future__ import annotations

import sympy as sp

from bounds import BigO, Derivation, Erratum, Inequality, Mutant, Theorem, regime
from bounds.xing2021.notation import d, n, paper
from bounds.xing2021.smoothing import ATTACKED, GAUSSIAN, SMOOTHED

_N, _D, _delta = sp.symbols("N D delta", positive=True)
_rate = d * sp.sqrt(sp.log(n) / n)
_square = 1 + _delta / 2
_exponent = _square / 2 - sp.log(2 * sp.sqrt(_square) / (sp.sqrt(2 * sp.pi) * (1 + _square)))
"""Minus the logarithm of a lower bound of P(x^2 > 1 + delta/2), x standard normal."""

_step = sp.Symbol("step_length", positive=True)
_error, _size = sp.symbols("covariance_error covariance_norm", positive=True)

lemma_2 = Theorem(
    id="xing2021/lemma-2",
    title="uniform concentration of the gradient that training follows",
    source="Appendix B, Lemma 2",
    statement=r"If $\|\theta_0\|\leq B_0$ then $P(\sup_{\|\theta\|\leq B_0}\|\nabla\hat R_{L,\xi}-"
    r"\nabla R_{L,\xi}\|>\delta)\leq e^{-g_1(\delta,\xi,d,n)}$ for some $g_1$ (which says nothing "
    r"by itself: every probability has that form); a Bernstein inequality "
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
            counterexample=r"$d=n=1$, $x=1$, $\Sigma=1$: the printed bound is $0$, the term "
            r"$2|\theta_k-\theta|$",
            harmless=True,
        ),
        Erratum(
            printed=r"$P(\|\nabla\hat R_{L,\xi}(\theta)-\nabla R_{L,\xi}(\theta)\|>\delta)\leq"
            r"e^{-c_1n\delta^2/d}$ for every $\delta$",
            correct=r"$e^{-c_1n\min(\delta^2,\delta)/d}$; the proof needs it for small $\delta$ "
            "only",
            why="squares of Gaussians are sub-exponential, not sub-Gaussian",
            counterexample=r"$d=n=1$, $\epsilon=\sigma=0$, $|\theta-\theta_0|=1$: the deviation "
            r"$2|x^2-1|$ exceeds $\delta\geq2$ with probability $P(x^2>1+\delta/2)$, which falls "
            r"like $e^{-\delta/4}$",
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
            "tail-as-printed",
            left=sp.Limit(_exponent / _delta**2, _delta, sp.oo),
            at_least=sp.Rational(1, 10**6),
            expected="broken",
            because="the deviation is of the size of a squared Gaussian, which is sub-exponential",
            statement=r"as printed, for every $\delta$ with $c_1=10^{-6}$, $d=n=1$, "
            r"$\epsilon=\sigma=0$: the exponent of the tail of $2|x^2-1|$ is at least "
            r"$c_1\delta^2$ ($\frac{1+\delta/2}{2}-\log\frac{2\sqrt{1+\delta/2}}"
            r"{\sqrt{2\pi}(2+\delta/2)}$ bounds the exponent above)",
        ),
        Derivation(
            "tail",
            left=sp.Limit(_exponent / _delta, _delta, sp.oo),
            equals=sp.Rational(1, 4),
            statement=r"corrected: for large $\delta$ that exponent grows like $\delta/4$",
            mutants=(Mutant("like delta / 2", equals=sp.Rational(1, 2)),),
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
