"""The smoothed (surrogate) attack: its risk, and what is true of its smoothness and convexity."""

from bounds.authoring import *
from bounds.xing2021.notation import *
from bounds.xing2021.risk import length_0, length_u
from bounds.xing2021.smoothing import *

surrogate_loss = observable(
    "surrogate_loss", "squared loss of a point under the surrogate attack", r"l(x+A_{\epsilon,\xi})"
)
surrogate = observable(
    "surrogate_risk", "population surrogate risk", r"R_{L,\xi}", error="surrogate_risk_error"
)
robust = observable(
    "robust_risk", "population risk without smoothing", "R_L", error="robust_risk_error"
)
companion_value = observable(
    "companion_risk", "companion risk", r"\tilde R_{L,\xi}", error="companion_risk_error"
)
smoothing_gap = observable(
    "smoothing_gap", "robust risk minus surrogate risk", error="smoothing_gap_error"
)
loss_at_truth = observable("loss_at_truth", "surrogate loss of a noiseless point at theta_0")
t = parameter("t", "size of a residual, in places times B", positive=True)

per_sample = r**2 * (1 + epsilon * B**2 / sqrt(r**2 * B**2 + xi**2 / 4)) ** 2
shrink = Abs(r) * B / sqrt(r**2 * B**2 + xi**2 / 4)
cross_shrunk_twice = r**2 + 2 * epsilon * Abs(r) * B * shrink**2 + (epsilon * B * shrink) ** 2
square_not_shrunk = r**2 + 2 * epsilon * Abs(r) * B * shrink + (epsilon * B) ** 2
attacked_residual = t * (1 + epsilon * B**2 / sqrt(t**2 * B**2 + c**2))
misread_risks = (
    Mutant("xi for xi/2", equals=surrogate_risk(2 * at_model)),
    Mutant("the quadratic term is not shrunk", equals=surrogate_risk(square=lambda scale: 1)),
    Mutant("the cross term is not shrunk", equals=surrogate_risk(cross=lambda scale: c_0)),
)

definition = paper.theorem(
    "definition-surrogate",
    "closed form of the surrogate risk",
    "Section 2.1, definition of the surrogate attack; the closed forms are derived here",
    r"The surrogate attack multiplies the worst case by "
    r"$\|\partial_xl\|/\sqrt{\|\partial_xl\|^2+\xi^2}$. Then "
    r"$R_{L,\xi}(\theta,\epsilon)=q^2+2\epsilon qB\,H(a)+\epsilon^2B^2E_2(a)$ with "
    r"$a=\xi/(2qB)$, $H(a)=E\frac{Z^2}{\sqrt{Z^2+a^2}}$ and $E_2(a)=E\frac{Z^2}{Z^2+a^2}$, "
    r"and $0\leq R_L-R_{L,\xi}\leq\epsilon\xi+\epsilon^2\sqrt{\pi/8}\,\xi B/q$.",
    hypotheses=(GAUSSIAN, SMOOTHED),
    uses=("equation-5",),
    claims=(
        Identity(
            "per-sample",
            surrogate_loss,
            per_sample,
            exact=True,
            mutants=(
                replaced(xi, 2 * xi, "xi for xi/2"),
                Mutant("the factor is squared in the cross term", equals=cross_shrunk_twice),
                Mutant("the quadratic term is not shrunk", equals=square_not_shrunk),
            ),
        ),
        Identity(
            "risk",
            surrogate_loss,
            surrogate_risk(),
            statement=r"the mean surrogate loss is $q^2+2\epsilon qB\,H(a)+\epsilon^2B^2E_2(a)$",
            mutants=misread_risks,
        ),
        Identity(
            "closed-form",
            surrogate,
            surrogate_risk(),
            exact=True,
            statement=r"$R_{L,\xi}=q^2+2\epsilon qB\,H(a)+\epsilon^2B^2E_2(a)$ for random models",
            routes="quadrature of the attacked loss over the law of the residual",
            mutants=misread_risks,
        ),
        Inequality(
            "below-robust",
            surrogate,
            at_most=robust,
            note="smoothing weakens the attack",
            routes="each risk by a quadrature of its own loss",
            mutants=(Mutant("the companion risk is below it as well", left=companion_value),),
        ),
        Inequality(
            "gap",
            smoothing_gap,
            at_most=largest_gap(),
            statement=r"$R_L-R_{L,\xi}\leq\epsilon\xi+\epsilon^2\sqrt{\pi/8}\,\xi B/q$",
            routes="quadrature of the difference of the losses",
            mutants=(
                without(9 * epsilon * xi / 10, "a tenth of the first term"),
                Mutant("half of the second term", at_most=(largest_gap() + epsilon * xi) / 2),
                factor(Q(19, 20), "5 % less"),
                factor(xi / v**2, "second order in xi"),
            ),
        ),
        Identity(
            "flat-at-truth",
            loss_at_truth,
            0,
            scale=epsilon**2 * length_0**2,
            exact=True,
            statement=r"without noise the surrogate loss vanishes at $\theta_0$, where the robust "
            r"one is $\epsilon^2B^2$",
            mutants=(epsilon**2 * length_0**2,),
        ),
        *derivations(
            shrinking_factor=equal(
                2 * Abs(r) * B / sqrt((2 * Abs(r) * B) ** 2 + xi**2),
                shrink,
                r"as $\|\partial_xl\|=2|r|B$: with the $\xi$ of Section 2.1 every gradient has "
                r"$\xi^2/(4|x^\top\theta-y|^2)$",
                printed=Printed(
                    equals=shrink.subs(xi, 2 * xi),
                    words=r"Appendix B writes $\xi^2/|x^\top\theta-y|^2$ in every gradient: every "
                    r"$\xi$ of Appendices B and C is half of the one that defines the attack",
                    why=r"$\|\partial_xl\|=2|r|\,\|\theta\|$; the paper says once that it ignores "
                    "the constant multiplier",
                    counterexample=r"$r=1$, $B=1$, $\xi=1$: the attack is shrunk to "
                    r"$2/\sqrt5=0.894$, not to $1/\sqrt2=0.707$",
                    harmless=True,
                ),
            ),
            share_integral=equal(
                Integral(density * z**2 / (z**2 + a**2), (z, 0, oo)),
                attack_share(a),
                statement=r"$E\frac{Z^2}{Z^2+a^2}=1-\sqrt{\pi/2}\,a\,e^{a^2/2}\mathrm{erfc}"
                r"(a/\sqrt2)$",
                mutants=(replaced(sp.erfc(a / sqrt(2)), sp.erfc(a)),),
            ),
            root_slope=equal(
                Derivative(root_mean(a), a),
                (root_mean(a) - attack_mean(a)) / a,
                statement=r"$K(a)=E\sqrt{Z^2+a^2}$ has the slope $(K-H)/a$, as "
                r"$\partial_a\sqrt{Z^2+a^2}=(\sqrt{Z^2+a^2}-\frac{Z^2}{\sqrt{Z^2+a^2}})/a$ demands",
                mutants=((root_mean(a) + attack_mean(a)) / a,),
            ),
            attack_slope=equal(
                Derivative((root_mean(a) - attack_mean(a)) / a**2, a),
                -attack_mean(a) / a,
                statement=r"$E(Z^2+a^2)^{-1/2}=(K-H)/a^2$ has the slope $-H/a$, by Stein's "
                r"identity $H=a^2E(Z^2+a^2)^{-3/2}$",
                mutants=(Mutant("K for H", equals=-root_mean(a) / a),),
            ),
            no_smoothing=equal(
                sp.Limit(attack_mean(a), a, 0, "+"),
                c_0,
                statement=r"$H(0)=c_0$: without smoothing the closed form is that of equation (5)",
            ),
            grows_with_residual=equal(
                Derivative(attacked_residual, t),
                1 + epsilon * B**2 * c**2 / (t**2 * B**2 + c**2) ** Q(3, 2),
                r"the attacked residual grows with $t=|r|$, hence $R_{L,\xi}$ with $q$",
            ),
            grows_with_length=equal(
                Derivative(attacked_residual, B),
                epsilon * B * t * (t**2 * B**2 + 2 * c**2) / (t**2 * B**2 + c**2) ** Q(3, 2),
                r"the attacked residual grows with $B$, hence $R_{L,\xi}$ does",
            ),
        ),
    ),
)

surrogate_jump = observable("surrogate_jump", "jump of the surrogate risk's derivative across 0")
robust_jump = observable("robust_jump", "jump of the robust risk's derivative across 0")
surrogate_jump_at_truth = observable(
    "surrogate_jump_at_truth",
    "jump of the surrogate risk's derivative across theta_0, without noise",
)
robust_jump_at_truth = observable(
    "robust_jump_at_truth", "jump of the robust risk's derivative across theta_0, without noise"
)
midpoint_excess = observable(
    "midpoint_excess", "surrogate risk at the midpoint minus mean of the ends"
)
risk_scale = observable("risk_scale", "larger surrogate risk of the two ends")
barrier = observable(
    "barrier", "least surrogate risk on a hyperplane minus the larger in two valleys"
)
companion_barrier = observable("companion_barrier", "barrier between valleys of the companion risk")
far_valley = observable("far_valley", "surrogate risk near theta_0")
near_valley = observable("near_valley", "surrogate risk near 0")
robust_far = observable("robust_far", "robust risk near theta_0")
robust_near = observable("robust_near", "robust risk near 0")
wrong = parameter("wrong", "1 where the lowest valley is at theta_0 although 0 is optimal")

RESOLUTION = Q(1, 1000)
"""Share of the unsmoothed kink below which one-sided differences cannot resolve a kink."""

q_1, q_2 = (observable(f"q_{k}", f"q at end {k}", positive=True) for k in (1, 2))
B_1, B_2 = (observable(f"B_{k}", f"B at end {k}", positive=True) for k in (1, 2))
gap_of_ends = (largest_gap(q_1, B_1) + largest_gap(q_2, B_2)) / 2
product = t**2 * B**2
last_term = epsilon**2 * product * B**2 / (product + c**2)
curvature = (2 - (t / c) ** 2) / (c * (1 + (t / c) ** 2) ** Q(5, 2))
differences = "one-sided differences, extrapolated, of the risk by quadrature"

convexity = paper.theorem(
    "claim-surrogate-convex",
    "is the surrogate risk smooth and convex?",
    "Section 2.1, 'One can show, R_{L,xi} is smooth and convex everywhere'",
    r"For $\xi>0$ the surrogate risk $R_{L,\xi}(\cdot,\epsilon)$ is smooth and convex "
    r"everywhere. (Smooth is right; convex is not. It is convex up to $O(\xi)$.)",
    hypotheses=(ATTACKED, SMOOTHED, GAUSSIAN),
    uses=("definition-surrogate", "proposition-1"),
    claims=(
        Inequality(
            "smooth",
            surrogate_jump,
            at_most=RESOLUTION * 4 * epsilon * c_0 * v,
            statement=r"across $0$ the directional derivative of $R_{L,\xi}$ does not jump (by "
            r"a thousandth of the kink of $R_L$, which is what differences resolve)",
            routes=differences,
            mutants=(Mutant("without smoothing", left=robust_jump),),
        ),
        Inequality(
            "smooth-at-truth",
            surrogate_jump_at_truth,
            at_most=RESOLUTION * 4 * epsilon * c_0 * length_0 * length_u,
            statement=r"without noise, neither does it across $\theta_0$",
            routes=differences,
            mutants=(Mutant("without smoothing", left=robust_jump_at_truth),),
        ),
        Inequality(
            "nearly-convex",
            midpoint_excess,
            at_most=gap_of_ends,
            scale=risk_scale,
            statement=r"$R_{L,\xi}$ at a midpoint exceeds the mean of its values at the ends at "
            r"most by the mean of $\epsilon\xi+\epsilon^2\sqrt{\pi/8}\,\xi B/q$ at the ends",
            routes="risk by quadrature; ends near zero, where the attack is switched on, and far",
            mutants=(factor(xi / (8 * v**2), "an excess of second order in xi"),),
            printed=Printed(
                at_most=0,
                name="convex",
                statement=r"$R_{L,\xi}(\theta,\epsilon)$ is smooth and convex everywhere: at a "
                r"midpoint it is at most the mean of its values at the ends",
                why=r"the cross term is $2\epsilon E\,h(|r|B)$ with $h(t)=t^2/\sqrt{t^2+c^2}$, "
                r"$c=\xi/2$, and $h''<0$ beyond $t=\sqrt2c$. It is smooth, and convex up to its "
                r"gap to the convex $R_L$; the companion $\tilde R_{L,\xi}$ of Appendix B is "
                "smooth and convex",
                counterexample=r"the setting of Figure 1 ($d=10$, $\theta_0=1$, $\Sigma=I$, "
                r"$\sigma=1$, $\epsilon=3$, $\xi=0.05$): the second derivative along $\theta_0$ is "
                r"$-26.5$ at $0.0075\,\theta_0$. With $\sigma^2=0.001$, $\epsilon=3$, $\xi=1$ "
                r"there are two strict local minima, and the global one is next to $\theta_0$ "
                r"although $\theta^*=0$",
            ),
        ),
        Construction(
            "two-valleys",
            barrier,
            at_least=Q(1, 100) * v**2,
            statement=r"for weak noise $R_{L,\xi}$ has two valleys, with a barrier of more than "
            r"$v^2/100$ between them",
            routes="for the identity covariance the risk on the hyperplane through $b\\theta_0$ is "
            "least on the ray, so that a barrier on the ray separates two half-spaces",
            mutants=(
                Mutant("the companion risk too has two valleys", certificate=companion_barrier),
            ),
        ),
        Construction(
            "wrong-valley",
            near_valley - far_valley,
            at_least=Q(1, 10) * v**2,
            where=wrong > 0,
            statement=r"the lowest valley can be the one at $\theta_0$ although $\theta^*=0$",
            mutants=(
                Mutant("the robust risk prefers it too", certificate=robust_near - robust_far),
            ),
        ),
        *derivations(
            smooth_derived=equal(
                attacked_residual**2,
                t**2 + 2 * epsilon * product / sqrt(product + c**2) + last_term,
                statement=r"the loss is $g(r^2,\|\theta\|^2)$ with $g(x,y)=x+2\epsilon\,xy"
                r"(xy+\xi^2/4)^{-1/2}+\epsilon^2xy^2(xy+\xi^2/4)^{-1}$, which is analytic where "
                r"$xy>-\xi^2/4$: for $\xi>0$ it is smooth in $\theta$ everywhere",
                mutants=(without(last_term * (1 - 1 / B**2), "y for y^2 in the last term"),),
            ),
            curvature=equal(
                Derivative(t**2 / sqrt(t**2 + c**2), (t, 2)),
                curvature,
                statement=r"$h''(t)=\frac{1}{c}\,\frac{2-(t/c)^2}{(1+(t/c)^2)^{5/2}}$, negative "
                r"beyond $t=\sqrt2c$",
                mutants=(curvature + 1 / (c * (1 + (t / c) ** 2)),),
            ),
            most_negative=equal(
                Derivative(curvature, t),
                3 * (t / c) * ((t / c) ** 2 - 4) / (c**2 * (1 + (t / c) ** 2) ** Q(7, 2)),
                statement=r"$h''$ is smallest at $t=2c$",
            ),
            depth=equal(
                at(c * curvature, {t: 2 * c}),
                -2 / (25 * sqrt(5)),
                statement=r"there it is $-\frac{2}{25\sqrt5}\frac1c=-0.0358/c$: the smaller $\xi$, "
                "the stronger the concavity",
            ),
        ),
    ),
)
