"""The algebra of the proof of Theorem 2, and from which sizes on its schedule says anything."""

from bounds.authoring import *
from bounds.xing2021.gradients import semi_gradient
from bounds.xing2021.notation import *
from bounds.xing2021.smoothing import ATTACKED, GAUSSIAN, SMOOTHED

N = parameter("N", "sample size, any positive number", "n", positive=True)
D = parameter("D", "input dimension, any positive number", "d", positive=True)
count = parameter("k", "number of steps", "T", positive=True)
proof_xi = parameter(
    "xi",
    "smoothing of the attack: the proof's, which is half of the definition's",
    nonnegative=True,
)


def prescribed_smoothing(size: object, dimension: object) -> Expr:
    """Return the smoothing of Theorem 2, over v^2."""
    return dimension * log(size) / sqrt(size)


smoothing = v**2 * prescribed_smoothing(N, D)
deviation = v * sqrt(D**2 * log(N) / N)

telescoped = observable(
    "telescoped",
    "gradient times distance from a fixed point, minus xi/(4L) |gradient|^2",
    r"\nabla\hat R^\top(\theta^{(t)}-\theta^*)-\frac{\xi}{4L}\|\nabla\hat R\|^2",
)
telescoped_half = observable("telescoped_half", "telescoped, with xi/(2L)")
square_before, square_after = (
    observable(
        f"square_{when}",
        f"squared distance from the fixed point {when} a step",
        rf"\|\theta^{{({number})}}-\theta^*\|^2",
    )
    for when, number in (("before", "t"), ("after", "t+1"))
)
average_gap = observable("average_gap", "mean over the steps of the companion risk's excess")
first_square = observable("first_square", "squared distance of the start from the minimiser")
largest_error = observable("largest_error", "largest difference of the two gradients on the path")
largest_distance = observable("largest_distance", "largest distance from the minimiser on the path")
largest_gradient = observable("largest_gradient", "largest gradient on the path")
gradient = parameter("g", "a gradient", positive=True)
gap = parameter("delta", "deviation of the gradients on the sample", positive=True)
distance = parameter("D", "distance from the fixed point", positive=True)
slope = parameter("p", "size of the companion's gradient", positive=True)
B_2 = parameter("B_2", "bound of the gradients", positive=True)
B_3 = parameter("B_3", "bound that the smoothing's error is divided by", positive=True)


def at_half(expression: Expr) -> Expr:
    """Return an expression at the step size xi/(2L) of the proof."""
    return at(expression, {eta: proof_xi / (2 * L)})


descent_lemma = paper.theorem(
    "proof-2-descent",
    "inequality (10) and the sum over the steps",
    "Appendix B, proof of Theorem 2, inequality (10)",
    r"With $\eta=\xi/(2L)$: $\tilde R(\theta^{(t+1)})\leq\tilde R(\theta^{(t)})-"
    r"\frac{\xi}{4L}\|\partial\tilde R\|^2+\frac{\xi^2B_2^2}{LB_3}+\frac{\xi\delta B_2}{2L}+o$, "
    r"and in the mean over the steps $\tilde R-\tilde R(\theta^*)\leq\frac{L}{\xi T}"
    r"\|\theta^{(0)}-\theta^*\|^2+\xi\frac{B_1B_2}{B_3}+\delta B_2$. (That the last iterate is as "
    r"good as the mean is said in words only; it would need $\tilde R$ to decrease.)",
    hypotheses=(ATTACKED, required(proof_xi > 0, SMOOTHED.words), GAUSSIAN),
    uses=("proof-2-auxiliary", "proof-2-relative-bound", "lemma-2"),
    claims=(
        Identity(
            "telescoping",
            telescoped,
            L / proof_xi * (square_before - square_after),
            scale=L / proof_xi * (square_before + square_after),
            exact=True,
            note=r"on training data, with $\eta=\xi/(2L)$",
            mutants=(Mutant("xi / (2L) of the squared gradient", observable=telescoped_half),),
        ),
        Inequality(
            "average-gap",
            average_gap,
            at_most=L * first_square / (proof_xi * T)
            + largest_error * (largest_distance + proof_xi / (2 * L) * largest_gradient),
            statement=r"corrected (additive error $e$ of the gradient for $\xi B_2/B_3$), without "
            r"sampling error: the mean over the steps of $\tilde R-\min\tilde R$ is at most "
            r"$\frac{L}{\xi T}\|\theta^{(0)}-\theta^*\|^2+e\,(B_1+\frac{\xi}{2L}B_2)$",
            routes="training on the population, whose gradient is computed by quadrature",
        ),
        *derivations(
            quadratic_coefficient=equal(
                at_half(-eta + L * eta**2 / proof_xi),
                -proof_xi / (4 * L),
                statement=r"$-\eta+\frac{L}{\xi}\eta^2=-\frac{\xi}{4L}$ at $\eta=\xi/(2L)$",
            ),
            xi_term=equal(
                at_half(
                    eta * slope * proof_xi / B_3
                    + L * eta**2 / proof_xi * 2 * proof_xi / B_3 * slope
                ),
                proof_xi**2 * slope / (L * B_3),
                statement=r"the $B_3$-terms add up to $\frac{\xi^2}{LB_3}\|\partial\tilde R\|^2$",
            ),
            delta_term=equal(
                at_half(eta * gap * B_2 + L * eta**2 / proof_xi * 2 * gap * B_2),
                proof_xi * gap * B_2 / L,
                statement=r"the $\delta$-terms of (10) are $\frac{\xi\delta B_2}{L}$",
                printed=Printed(
                    name="delta-term-printed",
                    equals=proof_xi * gap * B_2 / (2 * L),
                    statement=r"the $\delta$-terms of (10) are $\frac{\xi\delta B_2}{2L}+o$",
                    why=r"the quadratic part contributes $\frac{L\eta^2}{\xi}2\delta B_2="
                    r"\frac{\xi\delta B_2}{2L}$ as well, which is no smaller than the term that "
                    "is kept",
                    harmless=True,
                ),
            ),
            one_step=equal(
                at_half(gradient * distance - eta / 2 * gradient**2),
                at_half((distance**2 - (distance - eta * gradient) ** 2) / (2 * eta)),
                statement=r"$g\,D-\frac{\eta}{2}g^2=\frac{1}{2\eta}(D^2-(D-\eta g)^2)$, the "
                "identity that telescopes",
            ),
            first_term=equal(
                sp.Subs(L * distance**2 / (proof_xi * count), count, v**2 * log(log(N)) / proof_xi),
                L * distance**2 / (v**2 * log(log(N))),
                statement=r"with $T=v^2\log\log n/\xi$ the first term of the mean gap is "
                r"$\frac{L}{\log\log n}\|\theta^{(0)}-\theta^*\|^2/v^2$",
                mutants=(L * distance**2 / (v**2 * log(N)),),
            ),
        ),
    ),
)

k = parameter("k", "factor by which the response is multiplied", positive=True)
coefficient = observable("coefficient", "first coefficient at the end of training")
coefficient_scale = observable(
    "coefficient_scale", "norm of the coefficients at the end of training"
)
scaled_coefficient = observable(
    "scaled_coefficient", "first coefficient at the end of training on the scaled responses"
)
with_other_length, with_other_step, with_other_smoothing = (
    observable(f"scaled_coefficient_other_{name}", f"scaled coefficient, with another {name}")
    for name in ("length", "step", "smoothing")
)
risk = observable("risk", "surrogate risk at the end of training", r"R_\xi(\theta)")
scaled_risk = observable(
    "scaled_risk", "surrogate risk, for scaled responses", r"R_{k^2\xi}(k\theta)"
)
theta_u = {symbol.name: symbol for symbol in semi_gradient().free_symbols}["theta_u"]

rescaling = paper.theorem(
    "proof-2-rescaling",
    "nothing depends on the unit of the response",
    "Appendix B, proof of Theorem 2, last paragraph",
    r"If $y'=ky$, $\theta'^{(0)}=k\theta^{(0)}$ and $\xi'=k^2\xi$ then $\theta'^{(t)}="
    r"k\theta^{(t)}$ for every $t$, with the same $\eta$; the schedule of Theorem 2, stated in "
    r"$v$, is the same in every unit.",
    hypotheses=(SMOOTHED, GAUSSIAN),
    uses=("definition-surrogate",),
    claims=(
        Identity(
            "trajectory",
            scaled_coefficient,
            k * coefficient,
            scale=k * coefficient_scale,
            exact=True,
            statement=r"with $\eta=\xi/(v^2L)$ and $T=v^2\log\log n/\xi$, training on $ky$ leads "
            r"to $k$ times the coefficients",
            mutants=(
                Mutant("T = log log n / xi, without v^2", observable=with_other_length),
                Mutant("eta = xi / L, without v^(-2)", observable=with_other_step),
                Mutant("xi scales like v", observable=with_other_smoothing),
            ),
        ),
        Identity(
            "risk",
            scaled_risk,
            k**2 * risk,
            exact=True,
            note=r"for the model with $k\theta_0$, $k\sigma$",
        ),
        *derivations(
            homogeneous=equal(
                sp.Subs(
                    semi_gradient(), (r, B, theta_u, xi), (k * r, k * B, k * theta_u, k**2 * xi)
                ),
                k * semi_gradient(),
                statement="the gradient that training follows is homogeneous of degree 1",
            )
        ),
    ),
)

rate = parameter("p", "rate of contraction", r"\lambda", positive=True)

reach = paper.theorem(
    "claim-theorem-2-reach",
    "from which sizes on Theorem 2 says anything",
    "Theorem 2; the numbers are worked out here",
    r"The prescribed smoothing is $\xi/v^2=d\log n/\sqrt n$, and training lasts "
    r"$T\eta=\log\log n/L$ units of time. For $\xi/v^2<0.1$ one needs $n\geq4.7\cdot10^4$ if "
    r"$d=2$ and $n\geq2.2\cdot10^6$ if $d=10$; where the error contracts like $e^{-2\lambda "
    r"t}$, as it does under a weak attack, it ends at $(\log n)^{-2\lambda/L}$.",
    uses=("theorem-2",),
    claims=derivations(
        growth_hypothesis=equal(
            at(proof_xi / v**2, {proof_xi: smoothing}),
            log(N) * sqrt(D**2 / N),
            statement=r"$\xi/v^2\to0$ is the growth hypothesis $\log n\sqrt{d^2/n}\to0$",
            mutants=(factor(log(N) ** -2, "log n in the denominator, as the line break suggests"),),
        ),
        deviation_over_smoothing=equal(
            at(gap * v / proof_xi, {gap: deviation, proof_xi: smoothing}),
            1 / sqrt(log(N)),
            statement=r"$\delta v/\xi=(\log n)^{-1/2}$ with the $\delta$ of Lemma 2",
            mutants=(
                Mutant(
                    "log n in the denominator of xi",
                    left=at(
                        gap * v / proof_xi, {gap: deviation, proof_xi: smoothing / log(N) ** 2}
                    ),
                ),
            ),
        ),
        deviation_vanishes=equal(
            sp.Limit(deviation * v / smoothing, N, oo),
            0,
            statement=r"$\delta v/\xi\to0$, as the proof demands",
        ),
        time=equal(
            sp.Subs(
                eta * count, (eta, count), (smoothing / (v**2 * L), v**2 * log(log(N)) / smoothing)
            ),
            log(log(N)) / L,
            statement=r"$T\eta=\log\log n/L$",
            mutants=(factor(v**2),),
        ),
        contraction=equal(
            exp(-2 * rate * log(log(N)) / L),
            log(N) ** (-2 * rate / L),
            statement=r"$e^{-2\lambda T\eta}=(\log n)^{-2\lambda/L}$",
        ),
        tenfold=equal(
            sp.Subs(log(N) ** (-2 / L), (N, L), (exp(10**5), 10)),
            Q(1, 10),
            statement=r"a tenfold reduction with $L=10$, $\lambda=1$ takes $n=e^{100000}$",
        ),
        **{
            f"small-smoothing-d{dimension}": at_most(
                prescribed_smoothing(size, dimension),
                Q(1, 10),
                statement=rf"$d={dimension}$: $\xi/v^2\leq0.1$ at $n={size}$",
                mutants=(Mutant(f"at {less}", left=prescribed_smoothing(less, dimension)),),
            )
            for dimension, size, less in (
                (2, 46_500, 40_000),
                (10, 2_150_000, 1_000_000),
                (100, 395_000_000, 100_000_000),
            )
        },
        not_yet_small_d2=at_least(
            prescribed_smoothing(45_000, 2),
            Q(1, 10),
            statement=r"$d=2$: $\xi/v^2\geq0.1$ at $n=45000$",
        ),
        hundredth_d2=at_most(
            prescribed_smoothing(10_500_000, 2),
            Q(1, 100),
            statement=r"$d=2$: $\xi/v^2\leq0.01$ only at $n=1.05\cdot10^7$",
            mutants=(Mutant("at nine million", left=prescribed_smoothing(9_000_000, 2)),),
        ),
        figure_1_size=at_least(
            prescribed_smoothing(1000, 10),
            2,
            statement=r"at the size of Figure 1 ($n=1000$, $d=10$) the prescription is "
            r"$\xi>2v^2=22$; the figure uses $0.05$",
            mutants=(Mutant("1/440 as in the figure", left=Q(1, 440)),),
        ),
    ),
)

t = parameter("tau", "factor of the exponent", "t", positive=True)
square = sp.Symbol("y", positive=True)
most = parameter("M", "where the input is truncated", positive=True)
level = parameter("s", "a squared norm", nonnegative=True)
x = sp.Symbol("x", real=True)
truncated_moment = 2 / pi * (most - atan(most))
risk_ratio = observable("risk_ratio", "robust risk of the interpolator on fresh points, over v^2")

remark_1 = paper.theorem(
    "remark-1",
    "relaxing the Gaussian assumption",
    "Section 2.1, Remark 1",
    r"The results (but for Section 3.2) hold if the density of $(x,y)$ is finite and "
    r"$\exp(-t\|x\|^2)<\infty$ for some $t>0$. (That condition is always met; "
    r"$E\exp(t\|x\|^2)<\infty$ must be meant.)",
    uses=("theorem-2", "lemma-1"),
    errata=(
        Erratum(
            printed=r"$\exp(-t\|x\|^2)<\infty$ for some $t>0$",
            correct=r"$E\exp(t\|x\|^2)<\infty$ for some $t>0$ (sub-Gaussian inputs)",
            why=r"$\exp(-t\|x\|^2)\leq1$ for every $x$ and every $t\geq0$",
            counterexample="a Cauchy input meets the printed condition, and its squared loss has "
            "infinite mean",
            unjudged="true of every input, as printed-condition-is-vacuous proves, and no "
            "condition: cauchy-has-no-risk",
        ),
    ),
    claims=(
        *derivations(
            printed_condition_is_vacuous=equal(
                Integral(t * exp(-t * square), (square, 0, level)),
                1 - exp(-t * level),
                r"hence $\exp(-t\|x\|^2)\leq1$ always",
            ),
            cauchy_meets_it=equal(
                2 * Integral(exp(-t * x**2) / (pi * (1 + x**2)), (x, 0, oo)),
                exp(t) * erfc(sqrt(t)),
                statement=r"for a Cauchy input $E\exp(-tx^2)=e^t\mathrm{erfc}(\sqrt t)<\infty$",
                mutants=(erfc(sqrt(t)),),
            ),
            cauchy_has_no_risk=equal(
                sp.Limit(truncated_moment / most, most, oo),
                2 / pi,
                statement=r"and $E[x^2;|x|\leq M]=\frac{2}{\pi}(M-\arctan M)$ grows like "
                r"$\frac{2}{\pi}M$ without end, so that no squared loss has a mean",
                mutants=(0,),
            ),
            cauchy_second_moment=equal(
                Derivative(truncated_moment, most),
                2 * most**2 / (pi * (1 + most**2)),
                statement=r"$\frac{2}{\pi}(M-\arctan M)$ is the truncated second moment: its "
                r"slope is $2M^2$ times the density",
            ),
            gaussian_meets_the_correct_one=equal(
                sp.Subs(
                    2 * Integral(exp(-square * x**2) / sqrt(2 * pi), (x, 0, oo)), square, Q(1, 4)
                ),
                sqrt(2),
                statement=r"a Gaussian input meets the corrected one: $E\exp(x^2/4)=\sqrt2$",
            ),
        ),
        Limit(
            "interpolator-of-other-laws",
            risk_ratio,
            1,
            rate=0.5,
            tolerance=Q(1, 50),
            statement=r"Lemma 1 for Laplace and for uniform inputs: the robust risk of the "
            r"interpolator tends to $v^2$ as $d/n\to\infty$ (zone: 2 % of $v^2$)",
            routes="fresh points, attacked explicitly",
            mutants=(Q(21, 20),),
        ),
        *derivations(
            equation_5_needs_gaussian=equal(
                2 * Integral(t * exp(-sqrt(2) * t) / sqrt(2), (t, 0, oo)),
                1 / sqrt(2),
                statement=r"equation (5) is Gaussian: for a Laplace input of variance 1 the "
                r"constant is $E|x|=1/\sqrt2$, not $c_0=\sqrt{2/\pi}$",
                mutants=(c_0,),
            )
        ),
        Unchecked(
            "other-laws",
            because="no rate and no constant is stated, and R* has no formula for other laws; "
            "Lemma 1 is checked for two of them",
            statement="the other results hold for every sub-Gaussian law with a bounded density",
        ),
    ),
)
