"""Theorem 2: adversarial training with the surrogate attack finds the robust optimum."""

from __future__ import annotations

import sympy as sp

from bounds import (
    BigO,
    Construction,
    Erratum,
    Inequality,
    Limit,
    Mutant,
    Theorem,
    Theta,
    Threshold,
    regime,
    required,
)
from bounds.xing2021 import linear_figures, schedule
from bounds.xing2021.notation import MODEL_QUANTITIES, L, d, epsilon, n, paper, q, sigma, v, xi
from bounds.xing2021.smoothing import GAUSSIAN

_smoothing = v**2 * d * sp.log(n) / sp.sqrt(n)
SCHEDULE = {
    "xi": _smoothing,
    "eta": xi / (v**2 * L),
    "T": v**2 * sp.log(sp.log(n)) / xi,
    "v": MODEL_QUANTITIES["v"],
}
"""Smoothing, step size and number of steps that Theorem 2 prescribes."""

_gap = (sp.Symbol("surrogate_risk") - sp.Symbol("optimal_risk")) / v**2
_distance = sp.Symbol("distance") / v
_twentieth = sp.Rational(1, 20)
_rate = 0.4  # of the proof's terms xi / v^2 and delta / v, log n / sqrt(n) over the sizes tried
_fast = (L < 5) | (epsilon > 1)
_one_step = sp.Symbol("additive_bound")
_additive = epsilon**2 * sp.sqrt(sp.pi / 2) * xi / q

theorem_2 = Theorem(
    id="xing2021/theorem-2",
    title="training with the surrogate attack is consistent",
    source="Section 2.1, Theorem 2; proof in Appendix B",
    statement=r"Let $\epsilon$ be fixed, $\|\theta^{(0)}\|\leq B_0v$ and $\log n\sqrt{d^2/n}\to0$. "
    r"With $\xi=v^2d\log n/\sqrt n$, $\eta=\xi/(v^2L)$ for a large constant $L$ and "
    r"$T=v^2\log\log n/\xi$ steps, with probability tending to 1 the surrogate loss "
    r"$R_{L,\xi}(\theta^{(t)},\epsilon)$ decreases in each iteration, "
    r"$(R_{L,\xi}(\theta^{(T)},\epsilon)-R^*)/v^2\to0$ and $\|\theta^{(T)}-\theta^*\|/v\to0$.",
    paper=paper,
    hypotheses=(
        required(sigma >= 0, "the noise level is not negative"),
        required(None, "the start has norm at most B_0 v: it is 0 or theta_0"),
        regime(sp.log(n) * sp.sqrt(d**2 / n), "the smoothing vanishes", tends_to=0),
        GAUSSIAN,
    ),
    symbols={
        "surrogate_risk": "surrogate risk after training",
        "optimal_risk": "robust risk of the optimum",
        "distance": "distance of the trained coefficients from the optimum",
        "training_loss": "surrogate loss on the training data",
        "always_decreases": "whether the surrogate risk falls in each step",
        "companion_always_decreases": "whether the companion risk falls in each step",
        "companion_change": "change of the companion risk in a step",
        "surrogate_change": "change of the surrogate risk in a step",
        "companion_gradient": "norm of the companion's gradient before the step",
        "surrogate_rise": "rise of the surrogate risk from its lowest value to the end",
        "fixed_point_distance": "distance of the resting point of training from the optimum",
        "relative_radius": "attack radius in units of |Sigma theta_0| / v",
        "fixed_point_excess": "surrogate risk at the resting point against the optimal risk",
        "settles": "whether the iteration comes to rest",
        "attraction": "final over initial distance from theta_0, without noise",
        "xi": "smoothing of the attack, in units of v^2",
        "L": "the large constant of the step size",
    },
    quantities=SCHEDULE,
    uses=(
        "xing2021/equation-5",
        "xing2021/definition-surrogate",
        "xing2021/lemma-2",
        "xing2021/proof-2-descent",
        "xing2021/proof-2-rescaling",
    ),
    errata=(
        Erratum(
            printed=r"the surrogate loss $R_{L,\xi}(\theta^{(t)},\epsilon)$ decreases in each "
            "iteration",
            correct=r"the companion $\tilde R_{L,\xi}$ decreases in each iteration at which its "
            r"gradient exceeds $2\epsilon^2\sqrt{\pi/2}\,\xi/q$; $R_{L,\xi}$ may rise, by "
            r"$O(\xi)$ in all",
            why=r"the attack is held fixed when the loss is differentiated, so that training "
            r"follows a field that vanishes elsewhere than the gradient of $R_{L,\xi}$. Under a "
            r"crushing attack the minimiser of $R_{L,\xi}$ lies about half way to where training "
            "comes to rest: a path from 0 passes it, and the risk rises from there on",
            counterexample=r"$d=2$, $\theta_0=(1,1)$, $\Sigma=I$, $\sigma=1$, $\epsilon=3$, "
            r"$L=40$, $\theta^{(0)}=0$: three of the five changes of the population risk at "
            r"$n=1000$ are rises, and 32 of the 34 at $n=10^5$ (training on the population, $T$ "
            r"rounded up)",
        ),
        Erratum(
            printed=r"nothing is assumed of the noise (the last lines of the proof say "
            r"$\sigma>\xi/v$)",
            correct=r"$\sigma>0$ is needed, with $\sigma v$ large against $\xi$",
            why=r"without noise the surrogate attack vanishes at $\theta_0$, and with it the "
            "gradient: training never leaves, and is even attracted",
            counterexample=r"$\sigma=0$, $\theta^{(0)}=\theta_0$: $\theta^{(t)}=\theta_0$ for "
            r"every $t$, with $R_{L,\xi}=0$ against $R^*=v^2$ if $\Sigma=I$ and "
            r"$\epsilon\geq c_0^{-1}$",
        ),
        Erratum(
            printed=r"$\xi/\|\theta_0\|\to0$ (Section 2.1) and $\xi/v\to0$ (after Theorem 3)",
            correct=r"$\xi/v^2\to0$",
            why="only this is the same in every unit of the response",
            harmless=True,
        ),
    ),
    claims=(
        Limit(
            "risk",
            observable=_gap,
            to=0,
            rate=_rate,
            tolerance=_twentieth,
            where=_fast,
            statement=r"$(R_{L,\xi}(\theta^{(T)})-R^*)/v^2\to0$ (to within $1/20$ of the variance "
            r"of $y$), for $L=1.5$ at $\epsilon=0.5$ and $L=10$ at $\epsilon=3$, from "
            r"$\theta^{(0)}=\theta_0$",
            routes="training on samples; population risks by quadrature, the optimum by convex "
            "minimisation",
            mutants=(
                Mutant("to the risk of theta_0",
                       to=(sp.Symbol("risk_of_truth") - sp.Symbol("optimal_risk")) / v**2),
                Mutant("to the optimal standard risk",
                       to=(sigma**2 - sp.Symbol("optimal_risk")) / v**2),
            ),
        ),
        Limit(
            "coefficients",
            observable=_distance,
            to=0,
            rate=_rate,
            tolerance=_twentieth,
            where=_fast,
            statement=r"$\|\theta^{(T)}-\theta^*\|/v\to0$ (to within $1/20$), for $L=1.5$ at "
            r"$\epsilon=0.5$ and $L=10$ at $\epsilon=3$, from $\theta^{(0)}=\theta_0$",
            routes="training on samples; the optimum by convex minimisation",
            mutants=(
                Mutant("theta_0 for the optimum", observable=sp.Symbol("distance_to_truth") / v),
                Mutant("eta is independent of xi",
                       observable=sp.Symbol("distance_with_constant_step") / v),
            ),
        ),
        Limit(
            "training-loss",
            observable=(sp.Symbol("training_loss") - sp.Symbol("surrogate_risk")) / v**2,
            to=0,
            rate=_rate,
            tolerance=_twentieth,
            where=_fast,
            statement=r"the training loss $\hat R_{L,\xi}(\theta^{(T)})$ comes to agree with the "
            "population's",
            mutants=(
                Mutant("the training loss vanishes",
                       observable=sp.Symbol("training_loss") / v**2),
            ),
        ),
        Limit(
            "coefficients-slow",
            observable=_distance,
            to=0,
            tolerance=_twentieth,
            rate=0.015,
            where=sp.Not(_fast),
            expected="undecided",
            because="with L = 10 training lasts log log n / 10 units of time, so that the distance "
            "falls like (log n)^(-0.2), which over the sizes tried is a power of about -0.02: "
            "n = exp(100000) would tell",
            statement=r"$\|\theta^{(T)}-\theta^*\|/v\to0$ for the large constant $L=10$ at "
            r"$\epsilon=0.5$",
        ),
        Limit(
            "decreases",
            observable="always_decreases",
            to=1,
            rate=_rate,
            functional="proportion",
            expected="broken",
            because="training follows the gradient with the attack held fixed, not that of "
            "the surrogate risk",
            statement=r"as printed: with probability tending to 1, $R_{L,\xi}(\theta^{(t)})$ "
            r"decreases in each iteration ($\epsilon=3$, $L=40$, $\theta^{(0)}=0$)",
            routes="training on samples; population risk by quadrature after each step",
        ),
        Inequality(
            "companion-decreases",
            left="companion_change",
            at_most=0,
            scale=v**2,
            given=sp.Ge(sp.Symbol("companion_gradient"), 2 * _additive),
            statement=r"corrected: a step on the population with $\eta=\xi/(v^2L)$, $L$ large, "
            r"decreases $\tilde R_{L,\xi}$ where its gradient exceeds "
            r"$2\epsilon^2\sqrt{\pi/2}\,\xi/q$",
            mutants=(
                Mutant("everywhere", given=None),
                Mutant("the surrogate risk instead", left="surrogate_change"),
            ),
        ),
        BigO(
            "rise",
            observable="surrogate_rise",
            of=xi,
            exact=True,
            statement=r"corrected: the rise of $R_{L,\xi}$ along the path from $0$ is $O(\xi)$ "
            r"($\epsilon=3$)",
            routes="training on the population, whose gradient is computed by quadrature",
            mutants=(
                Mutant("O(xi^2)", of=xi**2),
            ),
        ),
        Theta(
            "fixed-point",
            observable="fixed_point_distance",
            of=xi,
            exact=True,
            statement=r"the point where training on the population comes to rest tends to "
            r"$\theta^*$ like $\xi$",
            routes="zero of the field, and minimiser of the risk, by Newton's method on quadrature",
            mutants=(
                Mutant("xi^2", of=xi**2),
                Mutant("the root of xi", of=sp.sqrt(xi)),
                Mutant("to theta_0 instead", observable="fixed_point_distance_to_truth"),
            ),
        ),
        BigO(
            "fixed-point-risk",
            observable="fixed_point_excess",
            of=xi,
            exact=True,
            where=sp.Symbol("relative_radius") < 1,
            statement=r"there the surrogate risk is within $O(\xi)$ of $R^*$ (an attack below the "
            "null radius; beyond it, it is nearer still)",
            routes="zero of the field, and minimiser of the risk, by Newton's method on quadrature",
            mutants=(Mutant("O(xi^2)", of=xi**2),),
        ),
        Threshold(
            "large-constant",
            success="settles",
            along="L",
            at=2 * epsilon,
            statement=r"how large $L$ must be as $\epsilon\to\infty$: training comes to rest from "
            r"$L=2\epsilon$ on, and below it ends in a 2-cycle (here $\epsilon=10$ and $30$; at "
            r"$\epsilon=3$ other models settle on either side)",
            routes="training on the population, whose gradient is computed by quadrature",
            mutants=(
                Mutant("L = epsilon", at=epsilon),
                Mutant("L = 4 epsilon, with xi for xi/2", at=4 * epsilon),
                Mutant("L = 2 epsilon c_0", at=2 * epsilon * sp.sqrt(2 / sp.pi)),
            ),
        ),
        Limit(
            "risk-without-noise",
            observable=_gap,
            to=0,
            rate=_rate,
            tolerance=_twentieth,
            exact=True,
            expected="broken",
            because="without noise training never leaves theta_0, which minimises no robust risk "
            "under a strong attack",
            statement=r"as printed, with $\sigma=0$ and $\theta^{(0)}=\theta_0$, which it allows: "
            r"$(R_{L,\xi}(\theta^{(T)})-R^*)/v^2\to0$",
        ),
        Limit(
            "coefficients-without-noise",
            observable=_distance,
            to=0,
            rate=_rate,
            tolerance=_twentieth,
            exact=True,
            expected="broken",
            because="without noise training never leaves theta_0, which minimises no robust risk "
            "under a strong attack",
            statement=r"as printed, with $\sigma=0$ and $\theta^{(0)}=\theta_0$, which it allows: "
            r"$\|\theta^{(T)}-\theta^*\|/v\to0$",
        ),
        Construction(
            "truth-attracts",
            certificate="attraction",
            at_most=sp.Rational(1, 1000),
            scale=1,
            statement=r"without noise training is even attracted by $\theta_0$: from a start near "
            "it, the distance shrinks a thousandfold",
            routes="training on samples under a strong attack",
            mutants=(Mutant("with noise as well", certificate="attraction_with_noise"),),
        ),
    ),
)

theorems = (theorem_2, *schedule.theorems, *linear_figures.theorems)
