"""Sparse coefficients: adversarial training with an L1 penalty (Theorem 9, Remark 3)."""

from bounds.authoring import *
from bounds.xing2021.notation import *
from bounds.xing2021.notation_dense import *

c = parameter("c", "the constant of the penalty, large enough", positive=True)
penalty = quantity(
    "lambda",
    "weight of the l1 penalty; in Theorem 9 its lower bound without smoothing, met with equality",
    c * V * sqrt(s * log(d) / n),
    positive=True,
)
beta = parameter("beta", "the penalty falls like s^-beta", positive=True)
relative_radius = parameter("relative_radius", "epsilon v / |theta_0|", positive=True)
null_is_optimal = observable("null_is_optimal", "whether zero is optimal", r"\{\theta^*=0\}")
estimate_is_zero = observable("estimate_is_zero", "whether the penalised estimate is exactly zero")
l1_error = observable(
    "error_l1", "l1 error of the estimate", r"\|\hat\theta-\theta^*\|_1", positive=True
)
l2_error = observable(
    "error_l2", "Euclidean error of the estimate", r"\|\hat\theta-\theta^*\|_2", positive=True
)
excess = observable(
    "risk_excess",
    "robust risk of the estimate minus R*, over v^2",
    r"(R_L(\hat\theta,\epsilon)-R^*)/v^2",
    positive=True,
)
over_truth = observable(
    "risk_over_truth", "robust risk of the estimate minus that of theta_0, over v^2"
)
smoothed_excess = observable(
    "surrogate_excess",
    "surrogate risk of the estimate minus R*, over v^2",
    r"(R_{L,\xi}(\hat\theta_\xi,\epsilon)-R^*)/v^2",
    real=True,
)
smoothed_over_truth = observable(
    "surrogate_over_truth", "its surrogate risk minus the robust one of theta_0, over v^2"
)

sparse = required(None, "the coefficients are sparse: s of the d inputs matter")
unsmoothed = required(None, "the attack is not smoothed (xi = 0, as in the printed proof)")
infinite = "infinite sample: the penalised population risk, minimised by convex optimisation"
smoothed_route = "one input, infinite sample: the penalised surrogate risk is searched globally"

theorem_9 = paper.theorem(
    "theorem-9",
    "adversarial training with an L1 penalty is consistent for sparse coefficients",
    "Section 3.2, Theorem 9",
    r"Let $\Sigma=I$, $\theta_0$ sparse, $s=|\mathrm{supp}\,\theta^*|$, "
    r"$\xi/v^2\to0$, $\lambda/v\to0$ and $\lambda/v\geq c\sqrt{s\log d/n}\vee\xi a_n/v^2$ for a "
    r"large constant $c$ and $a_n\to\infty$. If $\epsilon<\sqrt{\pi}\|\theta_0\|/(\sqrt{2}v)$, "
    r"then $\theta^*\neq0$, and with probability tending to 1 the minimiser $\hat\theta_\xi$ of "
    r"the surrogate training loss plus $\lambda\|\theta\|_1$ has "
    r"$(R_{L,\xi}(\hat\theta_\xi,\epsilon)-R^*)/v^2\to0$ and "
    r"$\|\hat\theta_\xi-\theta^*\|_1/\lambda<\infty$. (The proof takes $\xi=0$, where the "
    r"surrogate loss is the adversarial one; so do the claims on $\hat\theta$.)",
    hypotheses=(
        isotropic,
        sparse,
        required(
            None,
            "xi/v^2 tends to 0; but for the claims on the smoothed attack xi = 0, as in the proof",
        ),
        required(epsilon < sqrt(pi / 2) * signal / V, "the attack is below the null radius"),
        regime(s * log(d) / n, "the penalty vanishes relative to v", tends_to=0),
    ),
    uses=("equation-5", "proposition-1", "lemma-4", "lemma-5", "proof-theorem-9"),
    errata=(
        Erratum(
            printed=r"$\|\hat\theta-\theta^*\|_1/\lambda<\infty$, in the proof "
            r"$\|\Delta\|_1=O(\lambda)$ and $\|\Delta\|_2=O(\lambda)$",
            correct=r"$\|\Delta\|_1=O(s\lambda)$ and $\|\Delta\|_2=O(\sqrt{s}\lambda)$",
            why=r"the step before reads $\lambda\|\Delta_S\|_1\geq C\|\Delta_S\|_1^2/s$, so that "
            "the $s$ stays; the printed form needs $s$ bounded",
            counterexample=r"infinite sample, $\|\theta_0\|=\sigma=1$, $\epsilon=0.1$, "
            r"$\lambda=10^{-4}$, $\theta_0$ flat on its support: "
            r"$\|\Delta\|_1/\lambda=0.468$, $1.87$, $7.48$, $29.9$ for $s=1$, "
            "$4$, $16$, $64$",
            refuted="l1-error-as-printed",
            mended="l1-error-corrected",
        ),
    ),
    claims=(
        Threshold(
            "null-threshold",
            null_is_optimal,
            "relative_radius",
            at=sqrt(pi) / sqrt(2),
            statement=r"$\theta^*\neq0$ exactly for $\epsilon<\sqrt{\pi}\|\theta_0\|_2/"
            r"(\sqrt{2}v)$, the 2 being an index",
            routes="whether a short move from zero lowers the risk by quadrature",
            mutants=(factor(signal, "the squared norm"),),
            printed=Printed(
                name="null-threshold-squared",
                at=sqrt(pi) / sqrt(2) * signal,
                statement=r"$\epsilon<\sqrt{\pi}\|\theta_0\|^2/(\sqrt{2}v)$, if the 2 behind the "
                "norm is an exponent",
                why=r"the exact threshold is $\|\theta_0\|/(c_0v)$, which a change of the "
                "response's unit leaves alone; a square would not be",
                counterexample=r"$\theta_0=(1,\ldots,1)$ in $10$ dimensions, $\sigma=1$, "
                r"$\epsilon=2$: the squared form allows $\epsilon<3.78$, but "
                r"$\theta^*=0$ from $\epsilon=1.195$ on",
                harmless=True,
            ),
        ),
        Limit(
            "risk",
            excess,
            to=0,
            rate=0.5,
            tolerance=Q(1, 50),
            note="for a bounded support (zone: 0.02)",
            routes="the estimate is solved to a certified gap; irrelevant inputs are drawn when "
            "they are looked at, which is exact",
            mutants=(
                Mutant("the risk of theta_0 for R*", observable=over_truth),
                Mutant("1/25", to=Q(1, 25), survives=PASSED),
            ),
        ),
        Limit(
            "smoothed-risk",
            smoothed_excess,
            to=0,
            rate=0.5,
            exact=True,
            tolerance=Q(1, 1000),
            where=sigma > 0,
            note=r"for $\xi=0$; or $\xi>0$ with $\sigma>0$, and $c$ large against $v/\sigma$ where "
            r"$d>n$ (here $\xi\propto\lambda^2$; zone: 0.001)",
            routes=smoothed_route,
            mutants=(Mutant("the risk of theta_0 for R*", observable=smoothed_over_truth),),
            printed=Printed(
                where=Eq(sigma, 0),
                tolerance=None,
                statement=r"$\xi>0$ is allowed, whatever the noise (here none; 'for simplicity', "
                r"the proof takes $\xi=0$)",
                why="the smoothed attack vanishes where the residuals do: interpolating "
                r"coefficients have the objective $\lambda\|\theta\|_1$ for every $\xi>0$, however "
                r"small, and $\lambda\to0$; without noise those of $\theta_0$ are the smallest",
                counterexample=r"$d=1$, infinite sample, $\theta_0=1$, $\sigma=0$, $\epsilon=1$, "
                r"$\xi=0.01$, $\lambda=0.1$: $\hat\theta_\xi=1$ with $R_{L,\xi}=0$, but "
                r"$\theta^*=1/2$ and $R^*=0.899$",
            ),
        ),
        BigO(
            "smoothed-error",
            l1_error,
            of=penalty,
            exact=True,
            corrections="power",
            where=sigma > 0,
            note=r"with noise for $\xi>0$ as well (here $\xi\propto\lambda^2$)",
            routes=smoothed_route,
            mutants=(penalty**2,),
            printed=Printed(
                where=Eq(sigma, 0),
                note=r"for $\xi>0$, whatever the noise (here none)",
                why=r"without noise the estimate is $\theta_0$, whatever the penalty",
            ),
        ),
        BigO(
            "l1-error-bounded-support",
            l1_error,
            of=penalty,
            note="for a bounded support",
            mutants=(Mutant("the power 3/2", of=penalty ** Q(3, 2), survives=NO_CLASS),),
            blunt=NO_CLASS,
        ),
        BigO(
            "l1-error-as-printed",
            l1_error,
            of=penalty,
            exact=True,
            expected="broken",
            because="the error grows like s lambda; only for a bounded support is it O(lambda)",
            note="as printed, also as the support grows",
            routes=infinite,
        ),
        Theta(
            "l1-error-corrected",
            l1_error,
            of=s * penalty,
            exact=True,
            note=r"corrected: $O(s\lambda)$, and no less for coefficients of equal size",
            routes=infinite,
            mutants=(power(v, -1, "lambda without v"),),
        ),
        BigO(
            "l2-error-as-printed",
            l2_error,
            of=penalty,
            exact=True,
            expected="broken",
            because=r"the error grows like $\sqrt s\lambda$",
            note="as printed in the proof",
            routes=infinite,
        ),
        Theta(
            "l2-error-corrected",
            l2_error,
            of=sqrt(s) * penalty,
            exact=True,
            note=r"corrected: $O(\sqrt{s}\lambda)$, and no less for coefficients of equal size",
            routes=infinite,
            mutants=(power(v, -1, "lambda without v"),),
        ),
        Theta(
            "risk-bias",
            excess,
            of=s * (penalty / v) ** 2,
            exact=True,
            note=r"the penalty's share (the proof has $O(\sqrt{s}\lambda)$)",
            routes=infinite,
            mutants=(sqrt(s) * penalty / v,),
        ),
        Limit(
            "risk-corrected",
            excess,
            to=0,
            rate=0.5,
            exact=True,
            where=Eq(beta, 1),
            note=r"for which $\sqrt{s}\lambda/v=o(1)$ suffices (here $\lambda\propto1/s$)",
            routes=infinite,
            mutants=(Mutant("the risk of theta_0 for R*", observable=over_truth),),
            printed=Printed(
                where=Eq(beta, Q(1, 4)),
                statement=r"$\lambda/v=o(1)$ suffices for $(R_L(\hat\theta,\epsilon)-R^*)/"
                r"v^2\to0$ (here $\lambda\propto s^{-1/4}$)",
                why=r"the bias is of the order $\sqrt s\lambda$; if that does not vanish, the "
                "penalty shrinks the estimate to zero; with $s$ bounded the two agree",
                counterexample=r"infinite sample, $\|\theta_0\|=\sigma=1$, "
                r"$\lambda=0.5s^{-1/4}$, $\epsilon=0.3$: from $s=64$ on the "
                "estimate is exactly zero",
            ),
        ),
        Threshold(
            "null-penalty",
            estimate_is_zero,
            "relative_penalty",
            at=1 - c_0 * relative_radius,
            statement=r"vacuity: with coefficients of equal size and an infinite sample the "
            r"estimate is zero exactly from $\lambda=2(\|\theta_0\|-\epsilon c_0v)/\sqrt{s}$ on",
            routes="whether a short move from zero lowers the penalised risk by quadrature",
            mutants=(1 - relative_radius,),
        ),
        *derivations(
            vacuous_penalty=at_least(
                sqrt(s * log(d) / n).subs({s: 2, d: 100, n: 921}),
                Q(1, 10),
                statement=r"vacuity: with $c=1$, $s=2$, $d=100$ the penalty is below $v/10$ only "
                r"from $n=922$ on",
            )
        ),
    ),
)

weight = parameter("lambda", "weight of the l1 penalty", positive=True)
on_support = observable(
    "on_support", "l1 norm of the error on the support", r"\|\Delta_S\|_1", nonnegative=True
)
off_support = observable(
    "off_support", "l1 norm of the error off the support", r"\|\Delta_{S^c}\|_1", nonnegative=True
)
loss_difference = observable(
    "loss_difference",
    "change of the training loss from theta*",
    r"\hat R(\hat\theta)-\hat R(\theta^*)",
)
along_gradient = observable(
    "along_gradient",
    "error times the gradient of the training loss at theta*",
    r"\Delta^T\nabla\hat R(\theta^*)",
)
steepest = observable(
    "gradient_noise",
    "largest entry of the gradient of the training loss at theta*",
    r"\|\nabla\hat R(\theta^*)\|_\infty",
    positive=True,
)
loss_size = observable("loss_size", "training loss at theta*")
g = parameter("g", "largest entry of the gradient of the training loss at theta*", positive=True)
a = parameter("a", "l1 error on the support", positive=True)
b = parameter("b", "l1 error off the support, over that on it", positive=True)
K = parameter("K", "constant of restricted strong convexity", positive=True)
strong_convexity = K * a**2 / s - weight * a - g * (a + b * a)
conclusion = s / K * (weight + g * (1 + b))

proof_9 = paper.theorem(
    "proof-theorem-9",
    "steps of the proof of Theorem 9",
    "Appendix E, proof of Theorem 9",
    r"With $\Delta=\hat\theta-\theta^*$ and $g=\|\nabla\hat R(\theta^*)\|_\infty$: "
    r"$\hat R(\hat\theta)-\hat R(\theta^*)\leq\lambda(\|\Delta_S\|_1-\|\Delta_{S^c}\|_1)$; "
    r"$g=O(\sqrt{s\log d/n})$; if $g<\lambda$ then "
    r"$\|\Delta_{S^c}\|_1\leq\frac{\lambda+g}{\lambda-g}\|\Delta_S\|_1$; and therefore "
    r"$\|\Delta_S\|_1\leq\frac{s}{K}(\lambda+(c_1+c_2)\sqrt{s\log d/n}\,\|\Delta\|_1/"
    r"\|\Delta_S\|_1)$ with the constant $K=\epsilon^2(1-2/\pi)$ of Lemma 4.",
    hypotheses=(isotropic, sparse, unsmoothed),
    uses=("lemma-4",),
    claims=(
        Inequality(
            "basic-inequality",
            loss_difference,
            at_most=weight * (on_support - off_support),
            scale=loss_size,
            tolerance=1e-8,
            mutants=(factor(Q(1, 2)),),
        ),
        Inequality(
            "convexity", loss_difference, at_least=along_gradient, scale=loss_size, tolerance=1e-8
        ),
        Inequality(
            "cone",
            off_support,
            at_most=(weight + steepest) / (weight - steepest) * on_support,
            scale=1,
            tolerance=1e-8,
            note=r"for $g<\lambda$",
            mutants=(
                (weight - steepest) / (weight + steepest) * on_support,
                Mutant(
                    "1 for the factor",
                    at_most=on_support,
                    survives="the factor is 3 or more, and off the support lies at most 0.4 of the "
                    "error on it (0.65 with 3 or 5 points): how much of the factor is needed "
                    "Gaussian inputs do not tell",
                ),
            ),
        ),
        BigO(
            "gradient-noise",
            steepest,
            of=v * sqrt(s * log(d) / n),
            mutants=(Mutant("without the root", of=v * s * log(d) / n, survives=LARGEST_OF_MANY),),
            blunt=LARGEST_OF_MANY,
        ),
        BigO(
            "gradient-noise-without-s",
            steepest,
            of=v * sqrt(log(d) / n),
            note="more sharply: the support does not enter",
            mutants=(Mutant("v / n", of=v / n, survives=LARGEST_OF_MANY),),
            blunt=LARGEST_OF_MANY,
        ),
        *derivations(
            cone_derived=equal(
                (weight * (a - b) + g * (a + b)).subs(b, (weight + g) / (weight - g) * a),
                0,
                statement=r"$\lambda(a-b)+g(a+b)$ vanishes at $b=\frac{\lambda+g}{\lambda-g}a$, "
                "and must not be negative",
            ),
            factor_s=equal(
                strong_convexity.subs(a, conclusion),
                0,
                statement=r"$\frac{K}{s}a^2\leq\lambda a+g(1+b)a$ is $a\leq\frac{s}{K}(\lambda+"
                r"g(1+b))$: the factor $s$ stays",
                mutants=(
                    Mutant("without the factor s", left=strong_convexity.subs(a, conclusion / s)),
                ),
            ),
        ),
    ),
)

penalised_risk = observable("penalised_risk", "robust risk of the penalised estimate, over v^2")
plain_risk = observable(
    "plain_risk", "robust risk of adversarial training without penalty, over v^2"
)
excess_small = observable(
    "risk_excess_small",
    "robust risk of the estimate with the penalty cv sqrt(log d / n), minus R*, over v^2",
    excess.letter,
)

remark_3 = paper.theorem(
    "remark-3",
    "the penalty helps if the coefficients are sparse, and needs tuning if they are dense",
    "Section 3.2, Remark 3",
    r"In sparse linear models adversarial training does better with the penalty than "
    r"without. Consistency still holds for dense models of low dimension, $(d\log d)/n\to0$; but "
    r"for the penalty to improve on none there, $\lambda$ must be tuned carefully.",
    hypotheses=(
        isotropic,
        unsmoothed,
        regime(d * log(d) / n, "the inputs are few: (d log d) / n", tends_to=0),
    ),
    uses=("theorem-9",),
    errata=(
        Erratum(
            printed=r"for dense models consistency still holds if $(d\log d)/n\to0$; which "
            r"penalty is meant is not said",
            correct=r"$(d^2\log d)/n\to0$ with the penalty of Theorem 9; $(d\log d)/n\to0$ "
            r"suffices with one of the order $v\sqrt{\log d/n}$",
            why=r"with $s=d$ the penalty of Theorem 9 is $cv\sqrt{d\log d/n}$, and the bias "
            r"$\sqrt s\lambda$ is $cvd\sqrt{\log d/n}$; without the factor $s$ in the "
            r"penalty it is $cv\sqrt{d\log d/n}$",
            counterexample=r"$n=160(d/4)^{7/4}$, $c=1$, $\sigma=\frac12$, $\epsilon=0.3$: the "
            "excess risk grows with $d$",
            refuted="dense-as-printed",
        ),
    ),
    claims=(
        Probability(
            "beats-no-penalty",
            penalised_risk < plain_risk,
            at_least=Q(95, 100),
            where=s < d,
            note="for sparse coefficients",
            mutants=(
                Mutant("it is less than half", event=penalised_risk < plain_risk / 2),
                Mutant("it is above", event=penalised_risk > plain_risk),
            ),
        ),
        Probability(
            "needs-tuning",
            penalised_risk > plain_risk,
            at_least=Q(95, 100),
            where=Eq(s, d),
            note="for dense coefficients with the penalty of Theorem 9 ($c=2$)",
            mutants=(Mutant("it does better", event=penalised_risk < plain_risk),),
        ),
        Limit(
            "dense-as-printed",
            excess,
            to=0,
            rate=0.5,
            expected="broken",
            because=r"the bias of the prescribed penalty is of the order $d\sqrt{\log d/n}$",
            note="read with the penalty of Theorem 9, for dense coefficients if "
            r"$(d\log d)/n\to0$ (here $n\propto d^{7/4}$)",
        ),
        BigO(
            "dense-smaller-penalty",
            excess_small,
            of=d * log(d) / n,
            exact=True,
            note=r"read with a penalty $\lambda=cv\sqrt{\log d/n}$: its share for dense "
            r"coefficients, so that $(d\log d)/n\to0$ suffices",
            routes=infinite,
            mutants=(
                Mutant(
                    "with the penalty of Theorem 9",
                    observable=excess,
                    survives="its order is a power of d more, but the local exponents still move "
                    "with the logarithm in the penalty, and none of them settles on the tested "
                    "range",
                ),
            ),
        ),
        BigO(
            "dense-corrected",
            excess,
            of=d**2 * log(d) / n,
            exact=True,
            note="corrected: the share of Theorem 9's penalty for dense coefficients",
            routes=infinite,
        ),
    ),
)
