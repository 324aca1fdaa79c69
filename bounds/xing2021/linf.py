"""Coordinatewise attacks: how strongly the surrogate shrinks them, and their kinship with LASSO."""

from bounds.authoring import *
from bounds.xing2021.notation import *
from bounds.xing2021.smoothing import *

attack_length = observable(
    "attack_length", "norm of the smoothed attack", r"\|A^\infty_{\epsilon,\xi}\|", positive=True
)
plain_length = observable(
    "plain_length", "norm of the attack without smoothing", r"\|A^\infty_\epsilon\|"
)
attack_length_at_one = observable(
    "attack_length_at_one",
    "norm of the smoothed attack where |r| = 1",
    r"\|A^\infty_{\epsilon,\xi}\|_{|r|=1}",
)
growing = shared(rate=0.5, exact=True)
rho = parameter("rho", "the smoothing is proportional to d^-rho", positive=True)

overshrink = paper.theorem(
    "claim-Linf-overshrink",
    "the smoothed L-infinity attack vanishes unless xi = o(1/d)",
    "Section 4, 'Harder to train'",
    r"For $\theta=(1/d,\ldots,1/d)$ and $\epsilon=1/\sqrt d$ the $L_\infty$ attack has "
    r"Euclidean norm 1, and the smoothed one $1/(1+d\xi)$: it keeps its strength only if "
    r"$\xi=o(1/d)$.",
    hypotheses=(required(None, "theta = (1/d, ..., 1/d), epsilon = 1/sqrt(d)"),),
    claims=(
        Identity(
            "length",
            attack_length,
            1 / (1 + d * xi / (2 * Abs(r))),
            exact=True,
            statement=r"$\|A^\infty_{\epsilon,\xi}\|=1/(1+\frac{d\xi}{2|r|})$",
            mutants=(
                Mutant("as for the L2 attack", equals=1 / sqrt(1 + (d * xi / (2 * r)) ** 2)),
                replaced(d, sqrt(d)),
            ),
            printed=Printed(
                equals=1 / (1 + d * xi),
                statement=r"$\|A^\infty_{\epsilon,\xi}\|=1/(1+d\xi)$ whatever the residual",
                why="it takes 2|r| = 1: the derivative of the squared loss in the input is "
                "2 r theta, 2|r|/d in every coordinate",
                counterexample="d = 1, xi = 1, |r| = 1: 2/3 of the attack is left, printed 1/2",
                harmless=True,
            ),
        ),
        Identity("plain-length", plain_length, 1, exact=True, mutants=(sqrt(d),)),
        Limit(
            "kept",
            attack_length,
            1,
            **growing,
            where=rho > 1,
            note=r"if $\xi=o(1/d)$, here $\xi\propto d^{-7/4}$ and $d^{-2}$",
            mutants=(Mutant("o(1/sqrt(d)) is enough", where=rho > Q(1, 2)),),
        ),
        Limit(
            "lost",
            attack_length,
            0,
            **growing,
            where=rho < 1,
            note=r"if $\xi d\to\infty$, here $\xi\propto d^{-1/2}$ and $d^{-1/4}$",
            mutants=(Mutant("already for xi proportional to 1/d", where=rho <= 1),),
        ),
        Limit(
            "reduced",
            attack_length_at_one,
            Q(5, 13),
            **growing,
            tolerance=Q(1, 1000),
            where=Eq(rho, 1),
            note=r"which is $1/(1+\frac{3.2}{2})$, for $\xi=3.2/d$: the condition is sharp",
            mutants=(Mutant("1/(1 + 3.2), as printed", to=Q(5, 21)),),
        ),
    ),
)

jump = observable("jump", "jump of the directional derivative across a zero of a coefficient")
jump_elsewhere = observable("jump_elsewhere", "jump of the derivative where no coefficient is 0")
kink = 4 * epsilon * (epsilon * S + c_0 * q)
differences = "one-sided differences, extrapolated, of the risk by quadrature"

kinks = paper.theorem(
    "claim-Linf-kinks",
    "the L-infinity robust risk has a kink wherever a coefficient is zero",
    "Section 4, 'Harder to train'; the size of the kink is derived here",
    r"$R_L^\infty$ is not differentiable where some coordinate of $\theta$ is zero: "
    r"along it the directional derivative jumps by $4\epsilon(\epsilon\|\theta\|_1+c_0q)$.",
    hypotheses=(ATTACKED, GAUSSIAN, required(None, "there is noise (else theta_0 is a kink too)")),
    uses=("equation-9",),
    claims=(
        Identity(
            "kink",
            jump,
            kink,
            exact=True,
            tolerance=1e-6,
            statement=r"along a coordinate that is zero the directional derivative jumps by "
            r"$4\epsilon(\epsilon\|\theta\|_1+c_0q)$",
            routes=differences,
            mutants=(
                Mutant("differentiable there", equals=0, scale=q),
                Mutant("as at theta = 0 for the L2 attack", equals=4 * epsilon * c_0 * q),
            ),
        ),
        Inequality(
            "smooth-elsewhere",
            jump_elsewhere,
            at_most=Q(1, 10**6) * kink,
            statement=r"where no coordinate of $\theta$ is zero it does not jump (by a "
            r"millionth of that, which is what differences resolve)",
            routes=differences,
            mutants=(Mutant("nor where one is zero", left=jump),),
            blunt=("the millionth is what differences resolve, and no constant of the paper"),
        ),
    ),
)

lasso_distance = observable("lasso_distance", "|robust - LASSO minimiser| / |theta_0|")
distance_double = observable("distance_double", "|robust - LASSO at twice the penalty| / |theta_0|")
equivalent_penalty = observable(
    "equivalent_penalty", "LASSO penalty whose minimiser is the robust one"
)
lasso_bias = observable("lasso_bias", "|LASSO minimiser - theta_0| / |theta_0|")
robust_bias = observable("robust_bias", "|robust minimiser - theta_0| / |theta_0|")
attacked_ratio = observable(
    "attacked_ratio", "adversarial training loss of an interpolator, over that of the shortest"
)
penalty = 2 * q * epsilon * (epsilon * S + c_0 * q) / (q + epsilon * c_0 * S)

remark_4 = paper.theorem(
    "remark-4",
    "the L-infinity attack acts like a LASSO penalty, but does not fade",
    "Section 4, Remark 4",
    r"The $L_\infty$ adversarial loss and LASSO overlap: both bring in $\|\theta\|_1$, "
    r"see (9). But the penalty vanishes asymptotically and then leaves the minimisers of the "
    r"standard loss alone, whereas the attack selects among them, and not all of them are robust.",
    hypotheses=(GAUSSIAN, required(None, "the attack is below the null radius")),
    uses=("equation-9", "claim-minimiser-Linf"),
    claims=(
        Identity(
            "same-path",
            equivalent_penalty,
            penalty,
            exact=True,
            tolerance=1e-6,
            statement=r"the minimiser of $R_L^\infty$ is that of the standard risk plus "
            r"$\lambda\|\theta\|_1$ with $\lambda=\frac{2q\epsilon(\epsilon\|\theta\|_1+c_0q)}"
            r"{q+\epsilon c_0\|\theta\|_1}$, for any covariance",
            routes="risk by quadrature, minimised by convex optimisation; the penalty is read off "
            "the slope of the standard risk on the support",
            mutants=(replaced(c_0, 1, "without c_0"), 2 * epsilon * c_0 * q),
        ),
        Inequality(
            "same-minimiser",
            lasso_distance,
            at_most=0,
            scale=1,
            tolerance=1e-6,
            statement=r"LASSO with that penalty has the same minimiser, for any covariance",
            routes="two minimisers by different convex optimisation",
            mutants=(Mutant("with twice the penalty", left=distance_double),),
        ),
        Limit(
            "lasso-fades",
            lasso_bias,
            0,
            **growing,
            note=r"$\|\hat\theta_{LASSO}-\theta_0\|/\|\theta_0\|$ for infinite data, $\lambda\to0$",
            mutants=(Mutant("so does the robust minimiser", observable=robust_bias),),
        ),
        Inequality(
            "attack-stays",
            robust_bias,
            at_least=Q(1, 1000),
            scale=1,
            statement=r"the $L_\infty$ robust minimiser stays away from $\theta_0$ (by 0.1 % at "
            r"least, for the attacks drawn)",
            mutants=(Q(1, 2),),
        ),
        Construction(
            "not-all-minimisers-are-robust",
            attacked_ratio,
            at_least=4,
            statement=r"with $d>n$ there are two interpolators, hence minimisers of the standard "
            r"training loss, one with four times the adversarial training loss of the other",
            routes="the interpolator of smallest norm, plus a vector orthogonal to all inputs",
            mutants=(100,),
        ),
    ),
)
