"""Adversarial training from zero when d/n diverges: Theorem 5 and equation (13)."""

from __future__ import annotations

import sympy as sp

from bounds import (
    Derivation,
    Erratum,
    Identity,
    Limit,
    Mutant,
    Theorem,
    Theta,
    required,
)
from bounds.xing2021.dense_notation import (
    SYMBOLS,
    V,
    dimension_dominates_logarithm,
    isotropic,
    optimal_risk,
)
from bounds.xing2021.notation import B, d, epsilon, eta, n, paper, v, xi

_log = sp.log(n)
_eigenvalue, _t = sp.Symbol("eigenvalue", positive=True), sp.Symbol("t", integer=True)
_residual = sp.Symbol("residual_norm", positive=True)
_after_t = (1 - 2 * eta * _eigenvalue / n) ** _t
_aligned, _image = sp.symbols("aligned_gradients squared_image", real=True)
_change = -2 * eta / n * _aligned + eta**2 / n * _image
_duration = n / (4 * d) * sp.log(_log)


def _growth_margin(points: int, dimension: int) -> sp.Expr:
    """(log n) sqrt(n / d) at numbers."""
    return (_log * sp.sqrt(n / d)).subs({n: points, d: dimension})


theorem_5 = Theorem(
    id="xing2021/theorem-5",
    title="interpolation along adversarial training, linear model",
    source="Section 3.1, Theorem 5; proof in Appendix D",
    statement=r"If $(\log n)\sqrt{n/d}\to0$, $\lambda_{\max}(\eta X^\top X)<1$ and "
    r"$\theta^{(0)}=0$, let $T=\min\{t:\|X\theta^{(t)}-y\|/(v\sqrt{n})<1/\sqrt{\log n}\}$. With "
    r"probability tending to 1, for any $\xi>0$: $T<\infty$, "
    r"$\hat R_{L,\xi}(\theta^{(T)},\epsilon)/v^2\to0$ and "
    r"$R_{L,\xi}(\theta^{(T)},\epsilon)/v^2\to1$.",
    paper=paper,
    hypotheses=(
        required(d > n, "there are more inputs than points"),
        required(n > 2, "log log n is positive"),
        required(xi > 0, "the attack is smoothed"),
        dimension_dominates_logarithm,
        isotropic,
        required(None, "the largest eigenvalue of eta X'X is below 1; training starts at zero"),
    ),
    symbols=SYMBOLS | {
        "stopped": "training met the stopping rule",
        "training_ratio": "surrogate training loss at $T$, over $v^2$",
        "training_times_log": r"surrogate training loss at $T$, over $v^2/\log n$",
        "risk_ratio": "surrogate risk at $T$, over $v^2$",
        "duration_ratio": r"$4\eta Td/(n\log\log n)$",
        "decreasing": "the residual norm fell in every step before T",
        "residual_share": r"share of the residual left along an eigenvector of $XX^\top$",
        "eigenvalue": "its eigenvalue",
        "t": "steps",
        "loss_change": "change of the clean training loss in one step of adversarial training",
        "aligned_gradients": r"$\nabla\hat R(\theta,\epsilon)^\top X^\top(X\theta-y)$",
        "squared_image": r"$\|X\nabla\hat R(\theta,\epsilon)\|^2$",
    },
    quantities={"v": V, "growth": _log * sp.sqrt(n / d)},
    uses=("xing2021/lemma-1", "xing2021/lemma-3", "xing2021/equation-13"),
    errata=(
        Erratum(
            printed=r"$X\theta^{OP1}(t)=y-(I-\eta XX^\top/n)^ty$",
            correct=r"$X\theta^{OP1}(t)=y-(I-2\eta XX^\top/n)^ty$",
            why="the loss is (f - y)^2 without 1/2, so its gradient carries a 2",
            counterexample="one point, x = 1, y = 1, eta = 1/4, t = 1: the residual is 1/2, "
            "printed 3/4",
            harmless=True,
        ),
        Erratum(
            printed=r"the change of the clean loss in a step ends with "
            r"$+\eta^2\|X\nabla\hat R\|^2$",
            correct=r"$+\frac{\eta^2}{n}\|X\nabla\hat R\|^2$",
            why="the loss is a mean over n points",
            counterexample="two points at x = 1 with y = 1, theta = 0, eta = 1/4: the loss falls "
            "from 1 to 1/4; the printed formula gives a fall of 1/2 instead of 3/4",
            harmless=True,
        ),
        Erratum(
            printed=r"$\lambda_{\max}(\eta X^\top X)<1$",
            correct=r"$\lambda_{\max}(\eta X^\top X)<n$ is enough for stability",
            why="with the mean loss, gradient descent contracts for 2 eta lambda_max / n < 2; the "
            "stated condition is n times stricter, and Figure 3 does not keep it",
            counterexample="Figure 3: n = 20, d = 1000, eta = 0.001: 1.27 in the mean over data "
            "sets",
            harmless=True,
        ),
        Erratum(
            printed="the proof, and equation (13), are in Appendix E",
            correct="they are in Appendix D",
            why="Appendix E is about sparse coefficients",
            harmless=True,
        ),
    ),
    claims=(
        Limit(
            "stops",
            observable="stopped",
            to=1,
            functional="proportion",
            rate=0.5,
            tolerance=0.1,
            statement=r"$P(T<\infty)\to1$ (zone: 0.1)",
            mutants=(Mutant("it tends to 1/2", to=sp.Rational(1, 2)),),
        ),
        Limit(
            "training-loss",
            observable="training_ratio",
            to=0,
            where=sp.Ne(n, 20),
            expected="undecided",
            because="by the definition of T the loss is about v^2 / log n: the convergence is "
            "logarithmic, and log n < 5 here. The rate is claimed and checked instead.",
            statement=r"$\hat R_{L,\xi}(\theta^{(T)},\epsilon)/v^2\to0$",
        ),
        Limit(
            "training-loss-rate",
            observable="training_times_log",
            to=1,
            where=sp.Ne(n, 20),
            rate=0.5,
            tolerance=0.1,
            statement=r"more precisely $\hat R_{L,\xi}(\theta^{(T)},\epsilon)\log n/v^2\to1$ "
            r"(zone: 0.1)",
            mutants=(
                Mutant("stopping at 1/log n instead of its root", to=1 / sp.log(n)),
                Mutant("it tends to 2", to=2),
            ),
        ),
        Limit(
            "risk",
            observable="risk_ratio",
            to=1,
            rate=0.5,
            tolerance=0.05,
            statement=r"$R_{L,\xi}(\theta^{(T)},\epsilon)/v^2\to1$ (zone: 5 % of $v^2$)",
            mutants=(
                Mutant("it tends to the optimal risk over v^2", to=optimal_risk / v**2),
                Mutant("two zones higher", to=sp.Rational(11, 10)),
            ),
        ),
        Limit(
            "duration",
            observable="duration_ratio",
            to=1,
            where=sp.Ne(n, 20),
            rate=0.5,
            tolerance=0.1,
            statement=r"$\eta T\approx\frac{n}{4d}\log\log n$: the ratio of the two tends to 1 "
            r"(zone: 0.1)",
            mutants=(
                Mutant("without the 2 of the gradient: n/(2d) log log n", to=2),
                Mutant("stopping at 1/log n instead of its root", to=sp.Rational(1, 2)),
            ),
        ),
        Limit(
            "residual-decreases",
            observable="decreasing",
            to=1,
            functional="proportion",
            rate=0.5,
            tolerance=0.1,
            statement=r"with probability tending to 1, $\|X\theta^{(t)}-y\|$ decreases up to $T$ "
            r"(a step of the proof; zone: 0.1)",
            mutants=(Mutant("it tends to 1/2", to=sp.Rational(1, 2)),),
        ),
        Identity(
            "closed-form-as-printed",
            observable="residual_share",
            equals=(1 - eta * _eigenvalue / n) ** _t,
            scale=1,
            exact=True,
            expected="broken",
            because="the factor 2 of the gradient of the squared loss is missing",
            statement=r"as printed: clean training leaves $(1-\eta\lambda/n)^t$ of the residual "
            r"along an eigenvector of $XX^\top$",
        ),
        Identity(
            "closed-form",
            observable="residual_share",
            equals=_after_t,
            scale=1,
            exact=True,
            statement=r"corrected: clean training leaves $(1-2\eta\lambda/n)^t$ of the residual "
            r"along an eigenvector of $XX^\top$",
            mutants=(
                Mutant("a factor 4", equals=(1 - 4 * eta * _eigenvalue / n) ** _t),
                Mutant("one step more", equals=_after_t * (1 - 2 * eta * _eigenvalue / n)),
            ),
        ),
        Identity(
            "step-as-printed",
            observable="loss_change",
            equals=-2 * eta / n * _aligned + eta**2 * _image,
            exact=True,
            expected="broken",
            because="the last term lacks 1/n",
            statement=r"as printed: a step changes $\hat R(\theta,0)$ by $-\frac{2\eta}{n}"
            r"\nabla\hat R^\top X^\top(X\theta-y)+\eta^2\|X\nabla\hat R\|^2$",
        ),
        Identity(
            "step",
            observable="loss_change",
            equals=_change,
            scale=sp.Abs(eta / n * _aligned) + eta**2 / n * _image,
            exact=True,
            statement=r"corrected: a step changes $\hat R(\theta,0)$ by $-\frac{2\eta}{n}"
            r"\nabla\hat R^\top X^\top(X\theta-y)+\frac{\eta^2}{n}\|X\nabla\hat R\|^2$",
            mutants=(
                Mutant("the first term loses its 2", equals=_change + eta / n * _aligned),
                Mutant("the second term is subtracted",
                       equals=_change - 2 * eta**2 / n * _image),
            ),
        ),
        Derivation(
            "duration-derived",
            left=sp.Limit(
                eta * sp.log(1 / sp.sqrt(_log)) / sp.log(1 - 2 * eta * d / n), eta, 0
            ),
            equals=_duration,
            statement=r"with all eigenvalues equal to $d$, $(1-2\eta d/n)^T=1/\sqrt{\log n}$ gives "
            r"$\eta T\to\frac{n}{4d}\log\log n$ for small steps",
            mutants=(Mutant("n/(2d) log log n", equals=2 * _duration),),
        ),
        Derivation(
            "growth-suffices",
            left=sp.sqrt(n * _log / d),
            equals=sp.Symbol("growth") / sp.sqrt(_log),
            statement=r"$\sqrt{n\log n/d}$, the size of the attack's gradient at $T$ by (13), "
            r"vanishes faster than $(\log n)\sqrt{n/d}$",
        ),
        Derivation(
            "vacuous-20",
            left=_growth_margin(20, 17_900),
            at_least=sp.Rational(1, 10),
            statement=r"$(\log n)\sqrt{n/d}<0.1$ needs $d>17\,900$ at $n=20$",
        ),
        Derivation(
            "vacuous-100",
            left=_growth_margin(100, 212_000),
            at_least=sp.Rational(1, 10),
            statement=r"$(\log n)\sqrt{n/d}<0.1$ needs $d>212\,000$ at $n=100$",
        ),
        Derivation(
            "vacuous-loss",
            left=1 / sp.log(22_026),
            at_least=sp.Rational(1, 10),
            statement=r"the stop level $1/\log n$ is below $0.1$ only from $n=22\,027$ on",
        ),
    ),
)

_sign_part, _clean_part = sp.symbols("gram_sign gram_residual", real=True)
_fitted, _length_1 = sp.symbols("fitted residual_l1", real=True)
_slope = (
    2 / n * _clean_part
    + 2 * epsilon / n * B * _sign_part
    + 2 * epsilon / n * _fitted / B * _length_1
    + 2 * epsilon**2 * _fitted
)
_bound = v * n / (sp.sqrt(d) * _residual)
_condition = _residual > v * sp.sqrt(n / _log)
"""What the proof asks of the residual."""

equation_13 = Theorem(
    id="xing2021/equation-13",
    title="the clean gradient dominates the attack's",
    source="Appendix D, proof of Theorem 5, equation (13)",
    statement=r"For $\xi=0$ and $z=X\theta$: $X\nabla\hat R(\theta,\epsilon)="
    r"\frac{2}{n}XX^\top(z-y)+"
    r"\frac{2\epsilon}{n}\|\theta\|XX^\top\mathrm{sgn}(z-y)+\frac{2\epsilon}{n}\frac{z}{\|\theta\|}"
    r"\|z-y\|_1+2\epsilon^2z$. If $\|\theta\|=O(\sqrt{n/d})$, $\|z\|=O(\sqrt{n})$ and "
    r"$\|z-y\|>\sqrt{n/\log n}$ (for $v=1$), then $\|\nabla\hat R(\theta,\epsilon)-\nabla\hat R"
    r"(\theta,0)\|=\|\nabla\hat R(\theta,0)\|\,O\left(\frac{n/\sqrt{d}}{\|z-y\|}\right)$.",
    paper=paper,
    hypotheses=(
        required(d > n, "there are more inputs than points"),
        dimension_dominates_logarithm,
        isotropic,
    ),
    symbols=SYMBOLS | {
        "residual_norm": r"$\|X\theta-y\|$ where the gradients are compared",
        "level": "residual at which training stops, over that at its start",
        "gradient_ratio": "difference of the attacked and the clean gradient, over the "
        "clean one (norms)",
        "sign_ratio": "part of the gradients' difference from moving the residuals, over the "
        "clean gradient",
        "shrink_ratio": "part from moving the coefficients, of first order in epsilon, over the "
        "clean gradient",
        "square_ratio": "part from moving the coefficients, of second order in epsilon, over the "
        "clean gradient",
        "attacked_slope": r"derivative of the attacked loss along $X^\top p$",
        "gram_residual": r"$p^\top XX^\top(z-y)$",
        "gram_sign": r"$p^\top XX^\top\mathrm{sgn}(z-y)$",
        "fitted": r"$p^\top z$", "residual_l1": r"$\|z-y\|_1$",
    },
    quantities={"v": V},
    uses=("xing2021/lemma-3",),
    claims=(
        Identity(
            "gradient",
            observable="attacked_slope",
            equals=_slope,
            scale=sp.Abs(2 / n * _clean_part) + sp.Abs(2 * epsilon / n * B * _sign_part)
            + sp.Abs(2 * epsilon / n * _fitted / B * _length_1)
            + sp.Abs(2 * epsilon**2 * _fitted),
            exact=True,
            statement=r"$X\nabla\hat R(\theta,\epsilon)$ is as stated (along a random $p$)",
            routes="complex-step derivative of the loss with the explicit attack held fixed",
            mutants=(
                Mutant("|theta| is missing in the second term", equals=_slope.subs(
                    2 * epsilon / n * B * _sign_part, 2 * epsilon / n * _sign_part)),
                Mutant("epsilon^2 becomes epsilon",
                       equals=_slope - 2 * epsilon**2 * _fitted + 2 * epsilon * _fitted),
                Mutant("without the third term",
                       equals=_slope - 2 * epsilon / n * _fitted / B * _length_1),
            ),
        ),
        Theta(
            "ratio",
            observable="gradient_ratio",
            of=_bound,
            given=_condition,
            statement=r"$\|\nabla\hat R(\theta,\epsilon)-\nabla\hat R(\theta,0)\|/"
            r"\|\nabla\hat R(\theta,0)\|$ is of the order $v\frac{n/\sqrt{d}}{\|z-y\|}$ where "
            r"$\|z-y\|$ falls to $0.65\,\|y\|$ and exceeds $v\sqrt{n/\log n}$",
            mutants=(
                Mutant("n/d for n/sqrt(d)", of=_bound / sp.sqrt(d)),
                Mutant("the norm of theta is missing", of=_bound * sp.sqrt(d / n)),
            ),
        ),
        Theta(
            "sign-part",
            observable="sign_ratio",
            of=_bound,
            given=_condition,
            statement=r"$\frac{2\epsilon}{n}\|\theta\|\|X^\top\mathrm{sgn}(z-y)\|$ is of the "
            r"relative order $v\frac{n/\sqrt{d}}{\|z-y\|}$",
            mutants=(Mutant("of the order n/d", of=n / d),),
        ),
        Theta(
            "shrink-part",
            observable="shrink_ratio",
            of=sp.sqrt(n / d),
            given=_condition,
            statement=r"$\frac{2\epsilon}{n}\|z-y\|_1$ is of the relative order $\sqrt{n/d}$",
            mutants=(Mutant("of the order n/d", of=n / d),
                     Mutant("of the order n/sqrt(d)", of=n / sp.sqrt(d))),
        ),
        Theta(
            "square-part",
            observable="square_ratio",
            of=v * n ** sp.Rational(3, 2) / (d * _residual),
            given=_condition,
            statement=r"$2\epsilon^2\|\theta\|$ is of the relative order "
            r"$v\frac{n^{3/2}/d}{\|z-y\|}$",
            mutants=(Mutant("of the order sqrt(n/d)", of=sp.sqrt(n / d)),),
        ),
        Theta(
            "residual-power",
            observable="sign_ratio",
            of=B * sp.sqrt(n) / _residual,
            statement=r"as the residual falls, $n$ and $d$ fixed, $\frac{2\epsilon}{n}\|\theta\|"
            r"\|X^\top\mathrm{sgn}(z-y)\|$ grows relative to the clean gradient like "
            r"$\|\theta\|\sqrt{n}/\|z-y\|$ (also below $v\sqrt{n/\log n}$)",
            mutants=(
                Mutant("the root of the residual",
                       of=B * n ** sp.Rational(1, 4) / sp.sqrt(_residual)),
                Mutant("without the residual", of=B),
                Mutant("the square of the residual", of=B * n / _residual**2),
            ),
        ),
    ),
)

theorems = (theorem_5, equation_13)
