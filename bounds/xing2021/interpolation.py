"""The minimum-norm interpolator when d/n diverges: Lemma 1, Lemma 3 and the L-infinity version."""

from __future__ import annotations

import sympy as sp

from bounds import (
    BigO,
    Erratum,
    Identity,
    Inequality,
    Limit,
    Mutant,
    Theorem,
    Theta,
    regime,
    required,
)
from bounds.xing2021 import dense_figures, stopping
from bounds.xing2021.dense_notation import (
    C_R,
    SYMBOLS,
    V,
    dimension_dominates,
    isotropic,
    optimal_risk,
    signal,
)
from bounds.xing2021.notation import d, epsilon, n, paper, sigma, v, xi

_noise_share = n / (d - n - 1)
_norm = sp.Symbol("squared_norm", positive=True)

lemma_1 = Theorem(
    id="xing2021/lemma-1",
    title="the interpolator in high dimension",
    source="Section 3.1, Lemma 1; proof in Appendix D",
    statement=r"Let $\theta(y)=X^\top(XX^\top)^{-1}y\neq0$ and $d/n\to\infty$. Then "
    r"$\|\theta(y)\|^2/v^2=O_p(n/d)$, and with probability tending to 1, for any $\xi\geq0$, "
    r"$\hat R_{L,\xi}(\theta(y),\epsilon)/v^2\to0$ and $R_{L,\xi}(\theta(y),\epsilon)/v^2\to1$. "
    r"For $\Sigma=I$ the means are exact: $E\|\theta(y)\|^2=\frac{n}{d}\|\theta_0\|^2+"
    r"\sigma^2\frac{n}{d-n-1}$.",
    paper=paper,
    hypotheses=(
        required(d > n, "there are more inputs than points, so that an interpolator exists"),
        dimension_dominates,
        required(None, "the eigenvalues of Sigma lie in a fixed interval of positive numbers"),
        required(None, "inputs and noise are Gaussian"),
    ),
    symbols=SYMBOLS | {
        "norm_ratio": "squared norm of the interpolator over $v^2$",
        "norm_ratio_any": "squared norm of the interpolator over $v^2$, "
        r"eigenvalues of $\Sigma$ from 1/4 to 4",
        "squared_norm": "squared norm of the interpolator",
        "squared_deviation": "mean squared residual of the interpolator on fresh points",
        "risk_ratio": "risk of the interpolator under (smoothed) attack, over $v^2$",
        "risk_ratio_any": "risk of the interpolator over $v^2$, eigenvalues of "
        r"$\Sigma$ from 1/4 to 4",
        "risk_excess": "risk of the interpolator over $v^2$, minus 1",
        "training_ratio": "attacked training loss of the interpolator, over $v^2$",
        "attacked_training_loss": "training loss of the interpolator under attack",
        "surrogate_training_loss": "training loss of the interpolator, smoothed attack",
        "signal_part": r"squared projection of $\theta_0$ on the span of the inputs",
        "whitened_part": r"squared projection of $\theta_0$ on the span of the whitened inputs",
        "signal_share": r"squared projection of $\theta_0$ on the span of the inputs, over "
        r"$\frac{n}{d}\|\theta_0\|_\Sigma^2$",
        "mean_variance": r"mean eigenvalue of $\Sigma$",
    },
    quantities={"v": V},
    errata=(
        Erratum(
            printed=r"the proof ends with $\theta_0^\top X^\top(XX^\top)^{-1}X\theta_0\to"
            r"\frac{n}{d}\|\theta_0\Sigma^{1/2}\|^2$",
            correct=r"$\theta_0^\top X^\top(XX^\top)^{-1}X\theta_0\leq\frac{1}{\lambda_{\min}}"
            r"(\Sigma^{1/2}\theta_0)^\top\Sigma^{-1/2}X^\top(X\Sigma^{-1}X^\top)^{-1}"
            r"X\Sigma^{-1/2}(\Sigma^{1/2}\theta_0)$, whose last factor tends to $\frac{n}{d}"
            r"\|\Sigma^{1/2}\theta_0\|^2$",
            why="the factor 2/lambda_min of the line before is dropped in the limit",
            counterexample="eigenvalues 1/4 (three quarters of them) and 1, theta_0 along an "
            "eigenvector of 1/4: the quantity is about twice what is printed",
            harmless=True,
        ),
    ),
    claims=(
        Theta(
            "norm",
            observable="norm_ratio",
            of=n / d,
            functional="mean",
            statement=r"$\|\theta(y)\|^2/v^2$ is of the order $n/d$, and no smaller ($\Sigma=I$)",
            mutants=(
                Mutant("n/d becomes d/n", of=d / n),
                Mutant("n/d becomes (n/d)^2", of=(n / d) ** 2),
                Mutant("n/d becomes its root", of=sp.sqrt(n / d)),
            ),
        ),
        BigO(
            "norm-any-covariance",
            observable="norm_ratio_any",
            of=n / d,
            functional="mean",
            statement=r"$\|\theta(y)\|^2/v^2=O(n/d)$ also for a covariance far from the identity",
            mutants=(
                Mutant("n/d becomes (n/d)^2", of=(n / d) ** 2),
                Mutant("n/d becomes its root", "weaker", "it is a larger bound",
                       of=sp.sqrt(n / d)),
            ),
        ),
        Identity(
            "norm-mean",
            observable="squared_norm",
            equals=n / d * signal**2 + sigma**2 * _noise_share,
            statement=r"$E\|\theta(y)\|^2=\frac{n}{d}\|\theta_0\|^2+\sigma^2\frac{n}{d-n-1}$ for "
            r"$\Sigma=I$",
            mutants=(
                Mutant("n/d for the noise as well",
                       equals=n / d * (signal**2 + sigma**2)),
                Mutant("n/(d - n - 1) for the signal as well",
                       equals=_noise_share * (signal**2 + sigma**2)),
                Mutant("without the noise's part", equals=n / d * signal**2),
            ),
        ),
        Identity(
            "deviation-mean",
            observable="squared_deviation",
            equals=sigma**2 + signal**2 * (1 - n / d) + sigma**2 * _noise_share,
            statement=r"$Eq^2=\sigma^2+\|\theta_0\|^2(1-\frac{n}{d})+\sigma^2\frac{n}{d-n-1}$ for "
            r"$\Sigma=I$",
            mutants=(
                Mutant("without the noise that is fitted",
                       equals=sigma**2 + signal**2 * (1 - n / d)),
                Mutant("the whole signal is missed",
                       equals=sigma**2 + signal**2 + sigma**2 * _noise_share),
            ),
        ),
        Identity(
            "training-loss",
            observable="attacked_training_loss",
            equals=epsilon**2 * _norm,
            exact=True,
            statement=r"$\hat R_{L,0}(\theta(y),\epsilon)=\epsilon^2\|\theta(y)\|^2$",
            mutants=(
                Mutant("zero, as for the smoothed attack", equals=0, scale=v**2),
                Mutant("epsilon is not squared", equals=epsilon * _norm),
            ),
        ),
        Inequality(
            "surrogate-training-loss",
            left=sp.Symbol("surrogate_training_loss") / v**2,
            at_most=0,
            scale=1,
            statement=r"$\hat R_{L,\xi}(\theta(y),\epsilon)=0$ for every $\xi>0$",
            mutants=(
                Mutant("epsilon^2 |theta(y)|^2, as without smoothing",
                       at_most=None, at_least=epsilon**2 * _norm / v**2),
            ),
        ),
        Limit(
            "training-loss-vanishes",
            observable="training_ratio",
            to=0,
            rate=1.0,
            statement=r"$\hat R_{L,0}(\theta(y),\epsilon)/v^2\to0$",
            mutants=(Mutant("it tends to 1", to=1),),
        ),
        Limit(
            "risk",
            observable="risk_ratio",
            to=1,
            rate=0.5,
            tolerance=0.1,
            statement=r"$R_{L,\xi}(\theta(y),\epsilon)/v^2\to1$, for $\xi=0$ and $\xi>0$ "
            r"(zone: 10 % of $v^2$)",
            mutants=(Mutant("it tends to the optimal risk over v^2", to=optimal_risk / v**2),),
        ),
        Limit(
            "risk-any-covariance",
            observable="risk_ratio_any",
            to=1,
            rate=0.5,
            tolerance=0.05,
            statement=r"$R_{L,\xi}(\theta(y),\epsilon)/v^2\to1$ also for a covariance far from the "
            r"identity (zone: 5 % of $v^2$)",
            mutants=(Mutant("it tends to 0", to=0),),
        ),
        Theta(
            "risk-rate",
            observable="risk_excess",
            of=sp.sqrt(n / d),
            functional="mean",
            where=sp.Eq(xi, 0),
            statement=r"$R_L(\theta(y),\epsilon)/v^2-1$ is of the order $\sqrt{n/d}$ at fixed "
            r"$\epsilon$",
            mutants=(
                Mutant("n/d", of=n / d),
                Mutant("(n/d)^(1/4)", of=(n / d) ** sp.Rational(1, 4)),
            ),
        ),
        Inequality(
            "signal-part",
            left="signal_part",
            at_most=sp.Symbol("whitened_part") / sp.Symbol("smallest_variance"),
            statement=r"$\theta_0^\top X^\top(XX^\top)^{-1}X\theta_0$ is at most "
            r"$1/\lambda_{\min}$ times the same for whitened inputs, on every data set",
            mutants=(
                Mutant("1/lambda_max",
                       at_most=sp.Symbol("whitened_part") / sp.Symbol("largest_variance")),
                Mutant("2/lambda_min, as in the paper", "weaker", "twice the bound",
                       at_most=2 * sp.Symbol("whitened_part") / sp.Symbol("smallest_variance")),
            ),
        ),
        Limit(
            "signal-limit-as-printed",
            observable="signal_share",
            to=1,
            rate=1.0,
            tolerance=0.1,
            expected="broken",
            because="the last display of the proof drops 2/lambda_min; with most eigenvalues "
            "at 1/4 the ratio tends to d/tr(Sigma), here 16/7",
            statement=r"as printed: $\theta_0^\top X^\top(XX^\top)^{-1}X\theta_0\,\frac{d}{n}/"
            r"\|\theta_0\Sigma^{1/2}\|^2\to1$ (zone: 10 %)",
        ),
        Limit(
            "signal-limit",
            observable="signal_share",
            to=1 / sp.Symbol("mean_variance"),
            rate=1.0,
            tolerance=0.1,
            statement=r"corrected for a diagonal $\Sigma$: it tends to $d/\mathrm{tr}\,\Sigma"
            r"\leq1/\lambda_{\min}$ (zone: 0.1)",
        ),
    ),
)

_aspect = sp.sqrt(n / d)

lemma_3 = Theorem(
    id="xing2021/lemma-3",
    title="the smallest eigenvalue of the Gram matrix grows like d",
    source="Appendix D, Lemma 3",
    statement=r"If $(\log n)\sqrt{n/d}\to0$, then with probability tending to 1 the smallest "
    r"eigenvalue of $XX^\top$ is $\Theta(d)$.",
    paper=paper,
    hypotheses=(
        required(d > n, "there are more inputs than points"),
        regime(sp.log(n) * sp.sqrt(n / d), "d grows faster than n (log n)^2", tends_to=0),
        isotropic,
    ),
    symbols={
        "smallest_eigenvalue": r"smallest eigenvalue of $XX^\top$",
        "smallest_relative": r"smallest eigenvalue of $XX^\top$, over $d$",
        "largest_relative": r"largest eigenvalue of $XX^\top$, over $d$",
        "smallest_extended": r"smallest eigenvalue of $ZZ^\top$, with more points",
        "largest_eigenvalue": r"largest eigenvalue of $XX^\top$",
        "largest_extended": r"largest eigenvalue of $ZZ^\top$, with more points",
        "proportional_smallest": r"smallest eigenvalue of $ZZ^\top$, over $d$",
    },
    claims=(
        Theta(
            "smallest-eigenvalue",
            observable="smallest_eigenvalue",
            of=d,
            statement=r"$\lambda_{\min}(XX^\top)$ is of the order $d$",
            mutants=(Mutant("of the order n", of=n), Mutant("of the order d^2", of=d**2)),
        ),
        Limit(
            "smallest-over-d",
            observable="smallest_relative",
            to=1,
            rate=0.5,
            tolerance=0.1,
            statement=r"$\lambda_{\min}(XX^\top)/d\to1$ for $\Sigma=I$ (zone: 10 %)",
            mutants=(Mutant("it tends to 1/2", to=sp.Rational(1, 2)),),
        ),
        Limit(
            "largest-over-d",
            observable="largest_relative",
            to=1,
            rate=0.5,
            tolerance=0.1,
            statement=r"$\lambda_{\max}(XX^\top)/d\to1$ for $\Sigma=I$ (zone: 10 %)",
            mutants=(Mutant("it tends to 2", to=2),),
        ),
        Inequality(
            "interlacing-below",
            left="smallest_eigenvalue",
            at_least="smallest_extended",
            statement=r"more points only lower $\lambda_{\min}(XX^\top)$: the step of the proof "
            r"from $X$ to the longer $Z$",
            mutants=(Mutant("the other way round", at_least=None, at_most="smallest_extended"),),
        ),
        Inequality(
            "interlacing-above",
            left="largest_eigenvalue",
            at_most="largest_extended",
            statement=r"more points only raise $\lambda_{\max}(XX^\top)$",
            mutants=(Mutant("the other way round", at_most=None, at_least="largest_extended"),),
        ),
        Limit(
            "bai-yin",
            observable="proportional_smallest",
            to=(1 - _aspect) ** 2,
            rate=2 / 3,
            tolerance=0.05,
            statement=r"with $bd$ points $\lambda_{\min}(ZZ^\top)/d\to(1-\sqrt{b})^2$ "
            r"(zone: 0.05)",
            mutants=(Mutant("1 - sqrt(b) without the square",
                            to=1 - _aspect),
                     Mutant("(1 - b)^2", to=(1 - _aspect**2) ** 2)),
        ),
    ),
)

claim_linf = Theorem(
    id="xing2021/claim-Linf-interpolation",
    title="interpolation under the L-infinity attack",
    source="Section 4, high-dimensional dense models",
    statement=r"If $\epsilon=O(1/\sqrt{d})$ and $d/n\to\infty$, the smallest $L_\infty$ "
    r"adversarial training loss tends to 0 while the population risk of the interpolator tends "
    r"to $v^2$.",
    paper=paper,
    hypotheses=(
        required(d > n, "there are more inputs than points"),
        regime(n / d, "the dimension dominates", tends_to=0),
        isotropic,
    ),
    symbols=SYMBOLS | {
        "training_ratio": r"$L_\infty$ attacked training loss of the interpolator, over $v^2$",
        "constant_radius_ratio": r"training loss of the interpolator under an $L_\infty$ attack of "
        r"fixed radius, over $v^2$",
        "scaled_training_loss": r"attacked training loss of the interpolator, over $v^2n/d$",
        "risk_ratio": r"$L_\infty$ risk of the interpolator, over $v^2$",
    },
    quantities={"v": V},
    uses=("xing2021/equation-9", "xing2021/lemma-1"),
    claims=(
        Limit(
            "training-loss-vanishes",
            observable="training_ratio",
            to=0,
            rate=1.0,
            tolerance=0.05,
            statement=r"the training loss under attack of radius $C/\sqrt{d}$ tends to 0 at the "
            r"interpolator, hence so does the smallest one (zone: 5 % of $v^2$)",
            mutants=(Mutant("also under an attack of fixed radius",
                            observable="constant_radius_ratio"),),
        ),
        Theta(
            "training-loss-order",
            observable="training_ratio",
            of=n / d,
            functional="mean",
            where=sp.Eq(n, 6),
            statement=r"$\epsilon^2\|\theta(y)\|_1^2/v^2$ with $\epsilon=C/\sqrt{d}$ is of the "
            r"order $n/d$",
            mutants=(Mutant("constant, as under an attack of fixed radius", of=sp.Integer(1)),
                     Mutant("(n/d)^2", of=(n / d) ** 2)),
        ),
        Limit(
            "training-loss-constant",
            observable="scaled_training_loss",
            to=2 / sp.pi * C_R**2,
            rate=0.5,
            tolerance=C_R**2 / 10,
            statement=r"$\epsilon^2\|\theta(y)\|_1^2/(v^2n/d)\to\frac{2}{\pi} C^2$ "
            r"(zone: $0.1\,C^2$)",
            mutants=(
                Mutant("C^2, by Cauchy-Schwarz", to=C_R**2),
                Mutant("the root of 2/pi", to=sp.sqrt(2 / sp.pi) * C_R**2),
            ),
        ),
        Limit(
            "risk",
            observable="risk_ratio",
            to=1,
            rate=0.5,
            tolerance=0.1,
            statement=r"$R_L^\infty(\theta(y),\epsilon)/v^2\to1$ (zone: 10 % of $v^2$)",
            mutants=(Mutant("it tends to 0", to=0),),
        ),
    ),
)

theorems = (lemma_1, lemma_3, claim_linf, *stopping.theorems, *dense_figures.theorems)
