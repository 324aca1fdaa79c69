"""The schedule of Theorem 2, the algebra of its proof, and from which sizes on it says anything."""

from __future__ import annotations

import sympy as sp

from bounds import Derivation, Erratum, Identity, Inequality, Limit, Mutant, Theorem, Unchecked
from bounds.xing2021.gradients import semi_gradient
from bounds.xing2021.notation import B, L, eta, paper, r, xi
from bounds.xing2021.smoothing import ATTACKED, GAUSSIAN, SMOOTHED

_n, _d, _v, _k = sp.symbols("N D v k", positive=True)
_xi = _v**2 * _d * sp.log(_n) / sp.sqrt(_n)
_deviation = _v * sp.sqrt(_d**2 * sp.log(_n) / _n)
_steps = _v**2 * sp.log(sp.log(_n)) / _xi


def _smoothing(sample_size: int, dimension: int) -> sp.Expr:
    """Return the prescribed xi / v^2."""
    return (_xi / _v**2).subs({_n: sample_size, _d: dimension})


_g, _D, _B_2, _B_3, _gap, _slope = sp.symbols("g D B_2 B_3 delta p", positive=True)
_half = {eta: xi / (2 * L)}


def _at_half(expression: sp.Expr) -> sp.Expr:
    return sp.Subs(expression, eta, xi / (2 * L))


_delta_terms = eta * _gap * _B_2 + L * eta**2 / xi * 2 * _gap * _B_2

descent_lemma = Theorem(
    id="xing2021/proof-2-descent",
    title="inequality (10) and the sum over the steps",
    source="Appendix B, proof of Theorem 2, inequality (10)",
    statement=r"With $\eta=\xi/(2L)$: $\tilde R(\theta^{(t+1)})\leq\tilde R(\theta^{(t)})-"
    r"\frac{\xi}{4L}\|\partial\tilde R\|^2+\frac{\xi^2B_2^2}{LB_3}+\frac{\xi\delta B_2}{2L}+o$, "
    r"and in the mean over the steps $\tilde R-\tilde R(\theta^*)\leq\frac{L}{\xi T}"
    r"\|\theta^{(0)}-\theta^*\|^2+\xi\frac{B_1B_2}{B_3}+\delta B_2$. (That the last iterate is as "
    r"good as the mean is said in words only; it would need $\tilde R$ to decrease.)",
    paper=paper,
    hypotheses=(ATTACKED, SMOOTHED, GAUSSIAN),
    symbols={
        "telescoped": "gradient times distance from a fixed point, minus xi/(4L) |gradient|^2",
        "square_before": "squared distance from the fixed point before a step",
        "square_after": "squared distance from the fixed point after it",
        "average_gap": "mean over the steps of the companion risk above its minimum",
        "first_square": "squared distance of the start from the minimiser",
        "largest_error": "largest difference of the two gradients along the path",
        "largest_distance": "largest distance from the minimiser along the path",
        "largest_gradient": "largest gradient along the path",
        "T": "number of steps",
        "xi": "smoothing of the attack; the proof's, which is half of the definition's",
    },
    uses=("xing2021/proof-2-auxiliary", "xing2021/proof-2-relative-bound", "xing2021/lemma-2"),
    errata=(
        Erratum(
            printed=r"the $\delta$-terms of (10) are $\frac{\xi\delta B_2}{2L}+o$",
            correct=r"they are $\frac{\xi\delta B_2}{L}$",
            why=r"the quadratic part contributes $\frac{L\eta^2}{\xi}2\delta B_2="
            r"\frac{\xi\delta B_2}{2L}$ as well, which is no smaller than the term that is kept",
            harmless=True,
        ),
    ),
    claims=(
        Identity(
            "telescoping",
            observable="telescoped",
            equals=L / xi * (sp.Symbol("square_before") - sp.Symbol("square_after")),
            scale=L / xi * (sp.Symbol("square_before") + sp.Symbol("square_after")),
            exact=True,
            statement=r"$\nabla\hat R^\top(\theta^{(t)}-\theta^*)-\frac{\xi}{4L}"
            r"\|\nabla\hat R\|^2=\frac{L}{\xi}(\|\theta^{(t)}-\theta^*\|^2-"
            r"\|\theta^{(t+1)}-\theta^*\|^2)$ on training data, with $\eta=\xi/(2L)$",
            mutants=(
                Mutant("L / (2 xi)", equals=L / (2 * xi) * (
                    sp.Symbol("square_before") - sp.Symbol("square_after"))),
                Mutant("xi / (2L) of the squared gradient", observable="telescoped_half"),
            ),
        ),
        Inequality(
            "average-gap",
            left="average_gap",
            at_most=L * sp.Symbol("first_square") / (xi * sp.Symbol("T"))
            + sp.Symbol("largest_error") * (
                sp.Symbol("largest_distance") + xi / (2 * L) * sp.Symbol("largest_gradient")),
            statement=r"corrected (additive error $e$ of the gradient for $\xi B_2/B_3$), without "
            r"sampling error: the mean over the steps of $\tilde R-\min\tilde R$ is at most "
            r"$\frac{L}{\xi T}\|\theta^{(0)}-\theta^*\|^2+e\,(B_1+\frac{\xi}{2L}B_2)$",
            routes="training on the population, whose gradient is computed by quadrature",
            mutants=(
                Mutant("without the error of the gradient",
                       at_most=L * sp.Symbol("first_square") / (xi * sp.Symbol("T"))),
                Mutant("without the first term", at_most=sp.Symbol("largest_error") * (
                    sp.Symbol("largest_distance") + xi / (2 * L) * sp.Symbol("largest_gradient"))),
            ),
        ),
        Derivation(
            "quadratic-coefficient",
            left=_at_half(-eta + L * eta**2 / xi),
            equals=-xi / (4 * L),
            statement=r"$-\eta+\frac{L}{\xi}\eta^2=-\frac{\xi}{4L}$ at $\eta=\xi/(2L)$",
            mutants=(Mutant("xi / (2L)", equals=-xi / (2 * L)),),
        ),
        Derivation(
            "xi-term",
            left=_at_half(eta * _slope * xi / _B_3 + L * eta**2 / xi * 2 * xi / _B_3 * _slope),
            equals=xi**2 * _slope / (L * _B_3),
            statement=r"the terms with $B_3$ add up to $\frac{\xi^2}{LB_3}\|\partial\tilde R\|^2$",
            mutants=(Mutant("half", equals=xi**2 * _slope / (2 * L * _B_3)),),
        ),
        Derivation(
            "delta-term-printed",
            left=_at_half(_delta_terms),
            equals=xi * _gap * _B_2 / (2 * L),
            expected="broken",
            because="the quadratic part contributes as much again",
            statement=r"as printed: the terms with $\delta$ add up to $\frac{\xi\delta B_2}{2L}$",
        ),
        Derivation(
            "delta-term",
            left=_at_half(_delta_terms),
            equals=xi * _gap * _B_2 / L,
            statement=r"corrected: they add up to $\frac{\xi\delta B_2}{L}$",
        ),
        Derivation(
            "one-step",
            left=_at_half(_g * _D - eta / 2 * _g**2),
            equals=_at_half((_D**2 - (_D - eta * _g) ** 2) / (2 * eta)),
            statement=r"$g\,D-\frac{\eta}{2}g^2=\frac{1}{2\eta}(D^2-(D-\eta g)^2)$, the identity "
            "that telescopes",
            mutants=(Mutant("1 / eta", equals=_at_half((_D**2 - (_D - eta * _g) ** 2) / eta)),),
        ),
        Derivation(
            "first-term",
            left=sp.Subs(L * _D**2 / (xi * _k), (xi, _k), (_xi, _steps)),
            equals=L * _D**2 / (_v**2 * sp.log(sp.log(_n))),
            statement=r"with $T=v^2\log\log n/\xi$ the first term of the mean gap is "
            r"$\frac{L}{\log\log n}\|\theta^{(0)}-\theta^*\|^2/v^2$",
            mutants=(Mutant("log n for log log n",
                            equals=L * _D**2 / (_v**2 * sp.log(_n))),),
        ),
    ),
)

rescaling = Theorem(
    id="xing2021/proof-2-rescaling",
    title="nothing depends on the unit of the response",
    source="Appendix B, proof of Theorem 2, last paragraph",
    statement=r"If $y'=ky$, $\theta'^{(0)}=k\theta^{(0)}$ and $\xi'=k^2\xi$ then $\theta'^{(t)}="
    r"k\theta^{(t)}$ for every $t$, with the same $\eta$; the schedule of Theorem 2, stated in "
    r"$v$, is the same in every unit.",
    paper=paper,
    hypotheses=(SMOOTHED, GAUSSIAN),
    symbols={
        "k": "factor by which the response is multiplied",
        "coefficient": "first coefficient at the end of training",
        "scaled_coefficient": "first coefficient at the end of training on the scaled responses",
        "risk": "surrogate risk at the end of training",
        "scaled_risk": "surrogate risk at the end of training on the scaled responses",
        "coefficient_scale": "norm of the coefficients at the end of training",
    },
    uses=("xing2021/definition-surrogate",),
    claims=(
        Identity(
            "trajectory",
            observable="scaled_coefficient",
            equals=_k * sp.Symbol("coefficient"),
            scale=_k * sp.Symbol("coefficient_scale"),
            exact=True,
            statement=r"with $\eta=\xi/(v^2L)$ and $T=v^2\log\log n/\xi$, training on $ky$ leads "
            r"to $k$ times the coefficients",
            mutants=(
                Mutant("T = log log n / xi, without v^2",
                       observable="scaled_coefficient_other_length"),
                Mutant("eta = xi / L, without v^(-2)", observable="scaled_coefficient_other_step"),
                Mutant("xi scales like v", observable="scaled_coefficient_other_smoothing"),
            ),
        ),
        Identity(
            "risk",
            observable="scaled_risk",
            equals=_k**2 * sp.Symbol("risk"),
            exact=True,
            statement=r"$R_{k^2\xi}(k\theta)=k^2R_\xi(\theta)$ for the model with $k\theta_0$, "
            r"$k\sigma$",
            mutants=(Mutant("k for k^2", equals=_k * sp.Symbol("risk")),),
        ),
        Derivation(
            "homogeneous",
            left=sp.Subs(
                semi_gradient(), (r, B, sp.Symbol("theta_u", real=True), xi),
                (_k * r, _k * B, _k * sp.Symbol("theta_u", real=True), _k**2 * xi),
            ),
            equals=_k * semi_gradient(),
            statement=r"the gradient that training follows is homogeneous of degree 1",
            mutants=(
                Mutant("degree 2", equals=_k**2 * semi_gradient()),
            ),
        ),
    ),
)

reach = Theorem(
    id="xing2021/claim-theorem-2-reach",
    title="from which sizes on Theorem 2 says anything",
    source="Theorem 2; the numbers are worked out here",
    statement=r"The prescribed smoothing is $\xi/v^2=d\log n/\sqrt n$, and training lasts "
    r"$T\eta=\log\log n/L$ units of time. For $\xi/v^2<0.1$ one needs $n\geq4.7\cdot10^4$ if "
    r"$d=2$ and $n\geq2.2\cdot10^6$ if $d=10$; where the error contracts like $e^{-2\lambda "
    r"t}$, as it does under a weak attack, it ends at $(\log n)^{-2\lambda/L}$.",
    paper=paper,
    uses=("xing2021/theorem-2",),
    claims=(
        Derivation(
            "growth-hypothesis",
            left=_xi / _v**2,
            equals=sp.log(_n) * sp.sqrt(_d**2 / _n),
            statement=r"$\xi/v^2\to0$ is the growth hypothesis $\log n\sqrt{d^2/n}\to0$",
            mutants=(Mutant("log n in the denominator, as the line break of the paper suggests",
                            equals=sp.sqrt(_d**2 / _n) / sp.log(_n)),),
        ),
        Derivation(
            "deviation-over-smoothing",
            left=_deviation * _v / _xi,
            equals=1 / sp.sqrt(sp.log(_n)),
            statement=r"$\delta v/\xi=(\log n)^{-1/2}$ with the $\delta$ of Lemma 2",
            mutants=(Mutant("log n in the denominator of xi",
                            left=_deviation * _v / (_xi / sp.log(_n) ** 2)),),
        ),
        Derivation(
            "deviation-vanishes",
            left=sp.Limit(_deviation * _v / _xi, _n, sp.oo),
            equals=sp.Integer(0),
            statement=r"$\delta v/\xi\to0$, as the proof demands",
        ),
        Derivation(
            "time",
            left=sp.Subs(eta * _k, (eta, _k), (_xi / (_v**2 * L), _steps)),
            equals=sp.log(sp.log(_n)) / L,
            statement=r"$T\eta=\log\log n/L$",
            mutants=(Mutant("with v^2", equals=_v**2 * sp.log(sp.log(_n)) / L),),
        ),
        Derivation(
            "contraction",
            left=sp.exp(-2 * _slope * sp.log(sp.log(_n)) / L),
            equals=sp.log(_n) ** (-2 * _slope / L),
            statement=r"$e^{-2\lambda T\eta}=(\log n)^{-2\lambda/L}$",
        ),
        Derivation(
            "tenfold",
            left=sp.Subs(sp.log(_n) ** (-2 / L), (_n, L), (sp.exp(10**5), 10)),
            equals=sp.Rational(1, 10),
            statement=r"a tenfold reduction with $L=10$, $\lambda=1$ takes $n=e^{100000}$",
        ),
        Derivation(
            "small-smoothing-d2",
            left=_smoothing(46_500, 2),
            at_most=sp.Rational(1, 10),
            statement=r"$d=2$: $\xi/v^2\leq0.1$ at $n=46500$",
            mutants=(Mutant("at 40000", left=_smoothing(40_000, 2)),),
        ),
        Derivation(
            "not-yet-small-d2",
            left=_smoothing(45_000, 2),
            at_least=sp.Rational(1, 10),
            statement=r"$d=2$: $\xi/v^2\geq0.1$ at $n=45000$",
        ),
        Derivation(
            "hundredth-d2",
            left=_smoothing(10_500_000, 2),
            at_most=sp.Rational(1, 100),
            statement=r"$d=2$: $\xi/v^2\leq0.01$ only at $n=1.05\cdot10^7$",
            mutants=(Mutant("at nine million", left=_smoothing(9_000_000, 2)),),
        ),
        Derivation(
            "small-smoothing-d10",
            left=_smoothing(2_150_000, 10),
            at_most=sp.Rational(1, 10),
            statement=r"$d=10$: $\xi/v^2\leq0.1$ at $n=2150000$",
            mutants=(Mutant("at a million", left=_smoothing(1_000_000, 10)),),
        ),
        Derivation(
            "small-smoothing-d100",
            left=_smoothing(395_000_000, 100),
            at_most=sp.Rational(1, 10),
            statement=r"$d=100$: $\xi/v^2\leq0.1$ at $n=3.95\cdot10^8$",
            mutants=(Mutant("at a hundred million", left=_smoothing(100_000_000, 100)),),
        ),
        Derivation(
            "figure-1-size",
            left=_smoothing(1000, 10),
            at_least=sp.Integer(2),
            statement=r"at the size of Figure 1 ($n=1000$, $d=10$) the prescription is "
            r"$\xi>2v^2=22$; the figure uses $0.05$",
            mutants=(Mutant("1/440 as in the figure", left=sp.Rational(1, 440)),),
        ),
    ),
)

_t, _M, _y = sp.symbols("tau M y", positive=True)
_x = sp.Symbol("x", real=True)
_cauchy = 1 / (sp.pi * (1 + _x**2))
_normal = sp.exp(-(_x**2) / 2) / sp.sqrt(2 * sp.pi)

remark_1 = Theorem(
    id="xing2021/remark-1",
    title="relaxing the Gaussian assumption",
    source="Section 2.1, Remark 1",
    statement=r"The results (but for Section 3.2) hold if the density of $(x,y)$ is finite and "
    r"$\exp(-t\|x\|^2)<\infty$ for some $t>0$. (That condition is always met; "
    r"$E\exp(t\|x\|^2)<\infty$ must be meant.)",
    paper=paper,
    symbols={
        "risk_ratio": "robust risk of the interpolator on fresh points, over v^2",
        "law": "law of the coordinates of the inputs",
    },
    uses=("xing2021/theorem-2", "xing2021/lemma-1"),
    errata=(
        Erratum(
            printed=r"$\exp(-t\|x\|^2)<\infty$ for some $t>0$",
            correct=r"$E\exp(t\|x\|^2)<\infty$ for some $t>0$ (sub-Gaussian inputs)",
            why=r"$\exp(-t\|x\|^2)\leq1$ for every $x$ and every $t\geq0$",
            counterexample="a Cauchy input meets the printed condition, and its squared loss has "
            "infinite mean",
        ),
    ),
    claims=(
        Derivation(
            "printed-condition-is-vacuous",
            left=sp.Integral(_t * sp.exp(-_t * _y), (_y, 0, sp.Symbol("s", nonnegative=True))),
            equals=1 - sp.exp(-_t * sp.Symbol("s", nonnegative=True)),
            statement=r"$1-e^{-ts}=\int_0^s te^{-ty}dy\geq0$: $\exp(-t\|x\|^2)\leq1$ always",
        ),
        Derivation(
            "cauchy-meets-it",
            left=2 * sp.Integral(sp.exp(-_t * _x**2) * _cauchy, (_x, 0, sp.oo)),
            equals=sp.exp(_t) * sp.erfc(sp.sqrt(_t)),
            statement=r"for a Cauchy input $E\exp(-tx^2)=e^t\mathrm{erfc}(\sqrt t)<\infty$",
            mutants=(Mutant("without the exponential", equals=sp.erfc(sp.sqrt(_t))),),
        ),
        Derivation(
            "cauchy-has-no-risk",
            left=sp.Limit(
                2 / sp.pi * (_M - sp.atan(_M)) / _M, _M, sp.oo
            ),
            equals=2 / sp.pi,
            statement=r"and $E[x^2;|x|\leq M]=\frac{2}{\pi}(M-\arctan M)$ grows like "
            r"$\frac{2}{\pi}M$ without end, so that no squared loss has a mean",
            mutants=(Mutant("bounded", equals=sp.Integer(0)),),
        ),
        Derivation(
            "cauchy-second-moment",
            left=sp.Derivative(2 / sp.pi * (_M - sp.atan(_M)), _M),
            equals=2 * _M**2 / (sp.pi * (1 + _M**2)),
            statement=r"$\frac{2}{\pi}(M-\arctan M)$ is the truncated second moment: its slope is "
            r"$2M^2$ times the density",
        ),
        Derivation(
            "gaussian-meets-the-correct-one",
            left=sp.Subs(
                2 * sp.Integral(sp.exp(-_y * _x**2) / sp.sqrt(2 * sp.pi), (_x, 0, sp.oo)),
                _y, sp.Rational(1, 4),
            ),
            equals=sp.sqrt(2),
            statement=r"a Gaussian input meets the corrected one: $E\exp(x^2/4)=\sqrt2$",
        ),
        Limit(
            "interpolator-of-other-laws",
            observable="risk_ratio",
            to=1,
            rate=0.5,
            tolerance=sp.Rational(1, 20),
            statement=r"Lemma 1 for Laplace and for uniform inputs: the robust risk of the "
            r"interpolator tends to $v^2$ as $d/n\to\infty$ (zone: 5 % of $v^2$)",
            routes="fresh points, attacked explicitly",
            mutants=(Mutant("two zones higher", to=sp.Rational(11, 10)),),
        ),
        Derivation(
            "equation-5-needs-gaussian",
            left=2 * sp.Integral(_t * sp.exp(-sp.sqrt(2) * _t) / sp.sqrt(2), (_t, 0, sp.oo)),
            equals=1 / sp.sqrt(2),
            statement=r"equation (5) is Gaussian: for a Laplace input of variance 1 the constant "
            r"is $E|x|=1/\sqrt2$, not $c_0=\sqrt{2/\pi}$",
            mutants=(Mutant("c_0", equals=sp.sqrt(2 / sp.pi)),),
        ),
        Unchecked(
            "other-laws",
            because="no rate and no constant is stated, and R* has no formula for other laws; "
            "Lemma 1 is checked for two of them",
            statement=r"the other results hold for every sub-Gaussian law with a bounded density",
        ),
    ),
)

theorems = (descent_lemma, rescaling, reach, remark_1)
