"""Lemma 2: the empirical gradient is near the population's, uniformly over a ball."""

from bounds.authoring import *
from bounds.xing2021.notation import *
from bounds.xing2021.smoothing import ATTACKED, GAUSSIAN, SMOOTHED

largest_deviation = observable(
    "largest_deviation",
    "largest difference of the gradients found in the ball",
    r"\sup_\theta\|\nabla\hat R_{L,\xi}(\theta)-\nabla R_{L,\xi}(\theta)\|",
)
deviation = observable(
    "deviation",
    "difference of the gradients at one point",
    r"\|\nabla\hat R_{L,\xi}(\theta)-\nabla R_{L,\xi}(\theta)\|",
)
covering_term = observable(
    "covering_term",
    "|2/n sum x x'(theta_k - theta)|",
    r"\|\frac2n\sum x_ix_i^\top(\theta_k-\theta)\|",
)
covariance_norm = observable(
    "covariance_norm", "operator norm of the empirical covariance", r"\|\hat\Sigma\|", positive=True
)
covariance_error = observable(
    "covariance_error", "error of the empirical covariance", r"\|\hat\Sigma-\Sigma\|", positive=True
)
step_length = observable(
    "step_length",
    "distance of theta from the centre of its ball",
    r"\|\theta_k-\theta\|",
    positive=True,
)
delta = parameter("delta", "deviation of the gradients", positive=True)
N = parameter("N", "sample size, any positive number", "n", positive=True)
D = parameter("D", "input dimension, any positive number", "d", positive=True)

square = 1 + delta / 2
exponent = square / 2 - log(2 * sqrt(square) / (sqrt(2 * pi) * (1 + square)))
"""Minus the logarithm of a lower bound of P(x^2 > 1 + delta/2), x standard normal."""

lemma_2 = paper.theorem(
    "lemma-2",
    "uniform concentration of the gradient that training follows",
    "Appendix B, Lemma 2",
    r"If $\|\theta_0\|\leq B_0$ then $P(\sup_{\|\theta\|\leq B_0}\|\nabla\hat R_{L,\xi}-"
    r"\nabla R_{L,\xi}\|>\delta)\leq e^{-g_1(\delta,\xi,d,n)}$ for some $g_1$ (which says nothing "
    r"by itself: every probability has that form); a Bernstein inequality "
    r"$e^{-c_1n\delta^2/d}$ and a covering by $c_dB_0^dM^d$ balls lead to "
    r"$\delta=v\sqrt{d^2\log n/n}$.",
    hypotheses=(
        ATTACKED,
        SMOOTHED,
        GAUSSIAN,
        regime(d / n, "the sample is larger than the dimension", tends_to=0),
    ),
    uses=("proof-2-gradients",),
    claims=(
        BigO(
            "supremum",
            largest_deviation,
            d * sqrt(log(n) / n),
            note=r"with $n$ alone and with $d\propto\sqrt n$",
            routes="a search over the ball, which gives a lower bound of the supremum: it can "
            "break the claim, and does not",
            mutants=(Mutant("1 / n", of=1 / n, survives=NO_CLASS),),
            blunt=(
                "the deviation is far below this bound (of the order of the square root "
                "of d/n), and without a class of corrections noise breaks no stricter "
                "exponent"
            ),
        ),
        BigO(
            "pointwise",
            deviation,
            sqrt(d / n),
            corrections="power",
            note=r"as the Bernstein bound $e^{-c_1n\delta^2/d}$ says; the length of a mean of "
            "independent gradients, whose corrections are powers of 1/n and 1/d",
            mutants=(1 / n,),
        ),
        Inequality(
            "covering-term",
            covering_term,
            at_most=2 * covariance_norm * step_length,
            mutants=(factor(Q(1, 2)),),
            printed=Printed(
                name="covering-term-printed",
                at_most=2 * covariance_error * step_length,
                why=r"the term is $\frac2n\sum x_ix_i^\top(\theta_k-\theta)$, and nothing of the "
                "population is subtracted",
                counterexample=r"$d=n=1$, $x=1$, $\Sigma=1$: the printed bound is $0$, the term "
                r"$2|\theta_k-\theta|$",
                harmless=True,
            ),
        ),
        *derivations(
            tail=equal(
                sp.Limit(exponent / delta, delta, oo),
                Q(1, 4),
                statement=r"$e^{-c_1n\min(\delta^2,\delta)/d}$, and the proof needs small $\delta$ "
                r"only: for large $\delta$ the exponent of the tail of $2|x^2-1|$ grows like "
                r"$\delta/4$",
                printed=Printed(
                    left=sp.Limit(exponent / delta**2, delta, oo),
                    equals=None,
                    at_least=Q(1, 10**6),
                    statement=r"$P(\|\nabla\hat R_{L,\xi}(\theta)-\nabla R_{L,\xi}(\theta)\|>"
                    r"\delta)\leq e^{-c_1n\delta^2/d}$ for every $\delta$; with $c_1=10^{-6}$, "
                    r"$d=n=1$, $\epsilon=\sigma=0$: the exponent of the tail of $2|x^2-1|$ (at "
                    r"most $\frac{1+\delta/2}{2}-\log\frac{2\sqrt{1+\delta/2}}"
                    r"{\sqrt{2\pi}(2+\delta/2)}$) is at least $c_1\delta^2$",
                    why="the deviation is of the size of a squared Gaussian, which is "
                    "sub-exponential, not sub-Gaussian",
                    counterexample=r"$d=n=1$, $\epsilon=\sigma=0$, $|\theta-\theta_0|=1$: the "
                    r"deviation $2|x^2-1|$ exceeds $\delta\geq2$ with probability "
                    r"$P(x^2>1+\delta/2)$, which falls like $e^{-\delta/4}$",
                    harmless=True,
                ),
            ),
            rate=equal(
                sp.Subs(N * delta**2 / D, delta, D * sqrt(log(N) / N)),
                D * log(N),
                "the order of the logarithm of the number of balls",
            ),
        ),
    ),
)
