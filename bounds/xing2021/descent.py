"""Theorem 2: adversarial training with the surrogate attack finds the robust optimum."""

from bounds.authoring import *
from bounds.xing2021.notation import *
from bounds.xing2021.notation_dense import optimal_risk
from bounds.xing2021.smoothing import GAUSSIAN

v = quantity("v", "root of E[y^2], by the model", MODEL_QUANTITIES["v"], positive=True)
xi = quantity(
    "xi",
    "smoothing of the attack; by the prescription",
    v**2 * d * log(n) / sqrt(n),
    nonnegative=True,
)
eta = quantity("eta", "step size; by the prescription", xi / (v**2 * L), positive=True)
T = quantity("T", "number of steps; by the prescription", v**2 * log(log(n)) / xi, positive=True)

surrogate_risk = observable(
    "surrogate_risk", "surrogate risk after training", r"R_{L,\xi}(\theta^{(T)})"
)
training_loss = observable(
    "training_loss", "surrogate loss on the training data", r"\hat R_{L,\xi}(\theta^{(T)})"
)
risk_of_truth = observable("risk_of_truth", "robust risk of theta_0")
distance = observable(
    "distance",
    "distance of the trained coefficients from the optimum",
    r"\|\theta^{(T)}-\theta^*\|",
)
distance_to_truth = observable(
    "distance_to_truth", "distance of the trained coefficients from theta_0"
)
distance_with_constant_step = observable(
    "distance_with_constant_step", "distance from the optimum if eta is independent of xi"
)
always_decreases = observable("always_decreases", "whether the surrogate risk falls in each step")
companion_change = observable(
    "companion_change",
    "change of the companion risk in a step",
    r"\tilde R_{L,\xi}(\theta^{(t+1)})-\tilde R_{L,\xi}(\theta^{(t)})",
)
surrogate_change = observable("surrogate_change", "change of the surrogate risk in a step")
companion_gradient = observable(
    "companion_gradient", "norm of the companion's gradient before the step"
)
surrogate_rise = observable(
    "surrogate_rise",
    "rise of the surrogate risk from its lowest value to the end",
    r"R_{L,\xi}(\theta^{(T)})-\min_tR_{L,\xi}(\theta^{(t)})",
)
fixed_point_distance = observable(
    "fixed_point_distance", "distance of the resting point of training from the optimum"
)
fixed_point_distance_to_truth = observable(
    "fixed_point_distance_to_truth", "distance of the resting point of training from theta_0"
)
fixed_point_excess = observable(
    "fixed_point_excess", "surrogate risk at the resting point against the optimal risk"
)
relative_radius = parameter("relative_radius", "attack radius in units of |Sigma theta_0| / v")
settles = observable("settles", "whether the iteration comes to rest")
attraction = observable("attraction", "final over initial distance from theta_0, without noise")
attraction_with_noise = observable("attraction_with_noise", "attraction, with noise")

CONTRACTION = 1.75
line = 1 + epsilon**2 - 2 * epsilon * c_0  # half of the least curvature of R_L, d = 1, Sigma = 1
in_general = epsilon**2 * (1 - 2 / pi)  # the same for every covariance
fast = (L >= 2 * epsilon) & (
    (Eq(d, 1) & (2 * line >= CONTRACTION * L)) | (2 * in_general >= CONTRACTION * L)
)
RATE = 0.4  # of what does not depend on L: xi / v^2 and delta / v over the sizes tried
WITHIN = dict(rate=CONTRACTION, logarithmic=True, tolerance=Q(1, 50))
SETTINGS = (
    r"for $L=3\epsilon$ at $d=1$, $\epsilon=\frac14$ and $L=12$ at $\epsilon=\frac{11}2$, from "
    r"$\theta^{(0)}=\theta_0$. By Lemma 4 $R_L$ has curvature $2\mu$ at least, $\mu=1+\epsilon^2-"
    r"2\epsilon c_0$ if $\Sigma=I$ and $\epsilon^2(1-\frac2\pi)$ for every $\Sigma$, so that over "
    r"$\frac1L\log\log n$ units of time the distance shrinks like $(\log n)^{-2\mu/L}$, a power "
    r"of 1.75 here; $\xi$ and $\delta$ fade faster"
)
NOISELESS = WITHIN | dict(
    exact=True,
    expected="broken",
    because="without noise training never leaves theta_0, which minimises no robust risk under a "
    "strong attack",
    note=r"as printed, with $\sigma=0$ and $\theta^{(0)}=\theta_0$, which it allows",
)

theorem_2 = paper.theorem(
    "theorem-2",
    "training with the surrogate attack is consistent",
    "Section 2.1, Theorem 2; proof in Appendix B",
    r"Let $\epsilon$ be fixed, $\|\theta^{(0)}\|\leq B_0v$ and $\log n\sqrt{d^2/n}\to0$. "
    r"With $\xi=v^2d\log n/\sqrt n$, $\eta=\xi/(v^2L)$ for a large constant $L$ and "
    r"$T=v^2\log\log n/\xi$ steps, with probability tending to 1 the surrogate loss "
    r"$R_{L,\xi}(\theta^{(t)},\epsilon)$ decreases in each iteration, "
    r"$(R_{L,\xi}(\theta^{(T)},\epsilon)-R^*)/v^2\to0$ and $\|\theta^{(T)}-\theta^*\|/v\to0$.",
    hypotheses=(
        required(sigma >= 0, "the noise level is not negative"),
        required(None, "the start has norm at most B_0 v: it is 0 or theta_0"),
        regime(log(n) * sqrt(d**2 / n), "the smoothing vanishes", tends_to=0),
        GAUSSIAN,
    ),
    uses=("equation-5", "definition-surrogate", "lemma-2", "proof-2-descent", "proof-2-rescaling"),
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
            refuted="decreases",
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
            refuted="risk-without-noise",
        ),
        Erratum(
            printed=r"$\xi/\|\theta_0\|\to0$ (Section 2.1) and $\xi/v\to0$ (after Theorem 3)",
            correct=r"$\xi/v^2\to0$",
            why="only this is the same in every unit of the response",
            harmless=True,
            unjudged="which of its conditions is meant is not said",
        ),
    ),
    claims=(
        Limit(
            "risk",
            (surrogate_risk - optimal_risk) / v**2,
            0,
            **WITHIN,
            where=fast,
            note=rf"to within 2 % of the variance of $y$, {SETTINGS}",
            routes="training on samples; population risks by quadrature, the optimum by convex "
            "minimisation",
            mutants=((risk_of_truth - optimal_risk) / v**2, (sigma**2 - optimal_risk) / v**2),
        ),
        Limit(
            "coefficients",
            distance / v,
            0,
            **WITHIN,
            where=fast,
            note=rf"to within 2 % of $v$, {SETTINGS}",
            routes="training on samples; the optimum by convex minimisation",
            mutants=(
                Mutant("theta_0 for the optimum", observable=distance_to_truth / v),
                Mutant("eta is independent of xi", observable=distance_with_constant_step / v),
                Q(1, 20),
            ),
        ),
        Limit(
            "training-loss",
            (training_loss - surrogate_risk) / v**2,
            0,
            rate=RATE,
            tolerance=Q(1, 50),
            where=fast,
            note="the training loss comes to agree with the population's",
            mutants=(Mutant("the training loss vanishes", observable=training_loss / v**2),),
        ),
        Limit(
            "coefficients-slow",
            distance / v,
            0,
            tolerance=Q(1, 50),
            rate=0.09,
            logarithmic=True,
            where=~fast & (2 * line >= 0.09 * L),
            expected="undecided",
            because=r"with $L=10$ training lasts $\frac1{10}\log\log n$ units of time, so that "
            r"the distance falls like $(\log n)^{-0.2}$: $n=e^{100000}$ would tell",
            note=r"for the large constant $L=10$ at $\epsilon=0.5$",
        ),
        Limit(
            "decreases",
            always_decreases,
            1,
            rate=RATE,
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
            companion_change,
            at_most=0,
            scale=v**2,
            given=companion_gradient >= 2 * epsilon**2 * sqrt(pi / 2) * xi / q,
            note=r"corrected: in a step on the population with $\eta=\xi/(v^2L)$, $L$ large, if "
            r"the companion's gradient exceeds $2\epsilon^2\sqrt{\pi/2}\,\xi/q$",
            mutants=(Mutant("the surrogate risk instead", left=surrogate_change),),
        ),
        BigO(
            "rise",
            surrogate_rise,
            xi,
            exact=True,
            note=r"corrected: along the path from $0$ ($\epsilon=3$)",
            routes="training on the population, whose gradient is computed by quadrature",
            mutants=(xi**2,),
        ),
        Theta(
            "fixed-point",
            fixed_point_distance,
            xi,
            exact=True,
            statement=r"the point where training on the population comes to rest tends to "
            r"$\theta^*$ like $\xi$",
            routes="zero of the field, and minimiser of the risk, by Newton's method on quadrature",
            mutants=(Mutant("to theta_0 instead", observable=fixed_point_distance_to_truth),),
        ),
        BigO(
            "fixed-point-risk",
            fixed_point_excess,
            xi,
            exact=True,
            where=relative_radius < 1,
            statement=r"there the surrogate risk is within $O(\xi)$ of $R^*$ (an attack below the "
            "null radius; beyond it, it is nearer still)",
            routes="zero of the field, and minimiser of the risk, by Newton's method on quadrature",
            mutants=(xi**2,),
        ),
        Threshold(
            "large-constant",
            settles,
            along="L",
            at=2 * epsilon,
            statement=r"how large $L$ must be as $\epsilon\to\infty$: training comes to rest from "
            r"$L=2\epsilon$ on, and below it ends in a 2-cycle (here $\epsilon=10$ and $30$; at "
            r"$\epsilon=3$ other models settle on either side)",
            routes="training on the population, whose gradient is computed by quadrature",
        ),
        Limit("risk-without-noise", (surrogate_risk - optimal_risk) / v**2, 0, **NOISELESS),
        Limit("coefficients-without-noise", distance / v, 0, **NOISELESS),
        Construction(
            "truth-attracts",
            attraction,
            at_most=Q(1, 1000),
            scale=1,
            statement=r"without noise training is even attracted by $\theta_0$: from a start near "
            "it, the distance shrinks a thousandfold",
            routes="training on samples under a strong attack",
            mutants=(Mutant("with noise as well", certificate=attraction_with_noise),),
        ),
    ),
)
