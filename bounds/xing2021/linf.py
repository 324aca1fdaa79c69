"""Coordinatewise attacks: how strongly the surrogate shrinks them, and their kinship with LASSO."""

from __future__ import annotations

import sympy as sp

from bounds import Construction, Erratum, Identity, Inequality, Limit, Mutant, Theorem, required
from bounds.xing2021.dense_notation import SYMBOLS
from bounds.xing2021.notation import S, c_0, d, epsilon, paper, q, r, xi
from bounds.xing2021.risk import gaussian

_power = sp.Symbol("rho", positive=True)
_shrink = sp.Symbol("attack_length", positive=True)
_length = 1 / (1 + d * xi / (2 * sp.Abs(r)))

overshrink = Theorem(
    id="xing2021/claim-Linf-overshrink",
    title="the smoothed L-infinity attack vanishes unless xi = o(1/d)",
    source="Section 4, 'Harder to train'",
    statement=r"For $\theta=(1/d,\ldots,1/d)$ and $\epsilon=1/\sqrt d$ the $L_\infty$ attack has "
    r"Euclidean norm 1, and the smoothed one $1/(1+d\xi)$: it keeps its strength only if "
    r"$\xi=o(1/d)$.",
    paper=paper,
    hypotheses=(required(None, "theta = (1/d, ..., 1/d), epsilon = 1/sqrt(d)"),),
    symbols=SYMBOLS
    | {
        "attack_length": "Euclidean norm of the smoothed attack (1 without smoothing)",
        "plain_length": "Euclidean norm of the attack without smoothing",
        "attack_length_at_one": "Euclidean norm of the smoothed attack where the residual is 1",
        "rho": "the smoothing is proportional to d^-rho",
    },
    errata=(
        Erratum(
            printed=r"the smoothed attack is $\epsilon/(1+d\xi)$ in every coordinate",
            correct=r"$\epsilon/(1+\frac{d\xi}{2|r|})$",
            why="the derivative of the squared loss in the input is 2 r theta, 2|r|/d in every "
            "coordinate",
            counterexample="d = 1, xi = 1, |r| = 1: 2/3 of the attack is left, printed 1/2",
            harmless=True,
        ),
    ),
    claims=(
        Identity(
            "length",
            observable=_shrink,
            equals=_length,
            exact=True,
            statement=r"$\|A^\infty_{\epsilon,\xi}\|=1/(1+\frac{d\xi}{2|r|})$",
            mutants=(
                Mutant(
                    "xi^2 under a root, as for the L2 attack",
                    equals=1 / sp.sqrt(1 + (d * xi / (2 * r)) ** 2),
                ),
                Mutant("sqrt(d) for d", equals=1 / (1 + sp.sqrt(d) * xi / (2 * sp.Abs(r)))),
            ),
        ),
        Identity(
            "length-as-printed",
            observable=_shrink,
            equals=1 / (1 + d * xi),
            exact=True,
            expected="broken",
            because="it takes 2|r| = 1",
            statement=r"as printed: $\|A^\infty_{\epsilon,\xi}\|=1/(1+d\xi)$ whatever the residual",
        ),
        Identity(
            "plain-length",
            observable="plain_length",
            equals=1,
            exact=True,
            statement=r"without smoothing $\|A^\infty_\epsilon\|=1$",
            mutants=(Mutant("sqrt(d)", equals=sp.sqrt(d)),),
        ),
        Limit(
            "kept",
            observable=_shrink,
            to=1,
            rate=0.5,
            exact=True,
            where=_power > 1,
            statement=r"if $\xi=o(1/d)$ the attack keeps its strength (here $\xi\propto d^{-7/4}$ "
            r"and $d^{-2}$)",
            mutants=(Mutant("o(1/sqrt(d)) is enough", where=_power > sp.Rational(1, 2)),),
        ),
        Limit(
            "lost",
            observable=_shrink,
            to=0,
            rate=0.5,
            exact=True,
            where=_power < 1,
            statement=r"if $\xi d\to\infty$ the attack vanishes (here $\xi\propto d^{-1/2}$ and "
            r"$d^{-1/4}$)",
            mutants=(Mutant("already for xi proportional to 1/d", where=_power <= 1),),
        ),
        Limit(
            "reduced",
            observable="attack_length_at_one",
            to=sp.Rational(5, 13),
            rate=0.5,
            tolerance=sp.Rational(1, 1000),
            exact=True,
            where=sp.Eq(_power, 1),
            statement=r"for $\xi=3.2/d$ and $|r|=1$ the share $5/13=1/(1+\frac{3.2}{2})$ of the "
            r"attack is left whatever $d$, so that the condition is sharp",
            mutants=(
                Mutant("all of it is left", to=1),
                Mutant("1/(1 + 3.2), as printed", to=sp.Rational(5, 21)),
            ),
        ),
    ),
)

_kink = 4 * epsilon * (epsilon * S + c_0 * q)

kinks = Theorem(
    id="xing2021/claim-Linf-kinks",
    title="the L-infinity robust risk has a kink wherever a coefficient is zero",
    source="Section 4, 'Harder to train'; the size of the kink is derived here",
    statement=r"$R_L^\infty$ is not differentiable where some coordinate of $\theta$ is zero: "
    r"along it the directional derivative jumps by $4\epsilon(\epsilon\|\theta\|_1+c_0q)$.",
    paper=paper,
    hypotheses=(
        required(epsilon > 0, "there is an attack"),
        gaussian,
        required(None, "there is noise (without it there is one more kink, at theta_0)"),
    ),
    symbols={
        "jump": "change of the directional derivative across a zero of a coefficient",
        "jump_elsewhere": "change of the directional derivative where no coefficient is zero",
    },
    uses=("xing2021/equation-9",),
    claims=(
        Identity(
            "kink",
            observable="jump",
            equals=_kink,
            exact=True,
            tolerance=1e-6,
            statement=r"along a coordinate that is zero the directional derivative jumps by "
            r"$4\epsilon(\epsilon\|\theta\|_1+c_0q)$",
            routes="one-sided differences, extrapolated, of the risk by quadrature",
            mutants=(
                Mutant("differentiable there", equals=0, scale=q),
                Mutant("as at theta = 0 for the L2 attack", equals=4 * epsilon * c_0 * q),
                Mutant("half the jump", equals=_kink / 2),
            ),
        ),
        Inequality(
            "smooth-elsewhere",
            left="jump_elsewhere",
            at_most=sp.Rational(1, 10**6) * _kink,
            statement=r"where no coordinate of $\theta$ is zero it does not jump (by a "
            r"millionth of that, which is what differences resolve)",
            routes="one-sided differences, extrapolated, of the risk by quadrature",
            mutants=(Mutant("nor where one is zero", left="jump"),),
        ),
    ),
)

_penalty = 2 * q * epsilon * (epsilon * S + c_0 * q) / (q + epsilon * c_0 * S)

remark_4 = Theorem(
    id="xing2021/remark-4",
    title="the L-infinity attack acts like a LASSO penalty, but does not fade",
    source="Section 4, Remark 4",
    statement=r"The $L_\infty$ adversarial loss and LASSO overlap: both bring in $\|\theta\|_1$, "
    r"see (9). But the penalty vanishes asymptotically and then leaves the minimisers of the "
    r"standard loss alone, whereas the attack selects among them, and not all of them are robust.",
    paper=paper,
    hypotheses=(gaussian, required(None, "the attack is below the null radius")),
    symbols={
        "lasso_distance": "distance of the two minimisers, over |theta_0|",
        "equivalent_penalty": "LASSO penalty whose minimiser is the robust one",
        "lambda": "weight of the l1 penalty",
        "lasso_bias": "distance of the LASSO minimiser from theta_0, over |theta_0|",
        "robust_bias": "distance of the robust minimiser from theta_0, over |theta_0|",
        "attacked_ratio": "adversarial training loss of another interpolator, over that of the "
        "one of smallest norm",
        "distance_double": "distance of the robust minimiser from that of twice the penalty",
    },
    uses=("xing2021/equation-9", "xing2021/claim-minimiser-Linf"),
    claims=(
        Identity(
            "same-path",
            observable="equivalent_penalty",
            equals=_penalty,
            exact=True,
            tolerance=1e-6,
            statement=r"the minimiser of $R_L^\infty$ is that of the standard risk plus "
            r"$\lambda\|\theta\|_1$ with $\lambda=\frac{2q\epsilon(\epsilon\|\theta\|_1+c_0q)}"
            r"{q+\epsilon c_0\|\theta\|_1}$, for any covariance",
            routes="risk by quadrature, minimised by convex optimisation; the penalty is read off "
            "the slope of the standard risk on the support",
            mutants=(
                Mutant("half of it", equals=_penalty / 2),
                Mutant("without c_0", equals=_penalty.subs(c_0, 1)),
                Mutant("2 epsilon c_0 q", equals=2 * epsilon * c_0 * q),
            ),
        ),
        Inequality(
            "same-minimiser",
            left="lasso_distance",
            at_most=0,
            scale=1,
            tolerance=1e-6,
            statement=r"LASSO with that penalty has the same minimiser, for any covariance",
            routes="two minimisers by different convex optimisation",
            mutants=(Mutant("with twice the penalty", left="distance_double"),),
        ),
        Limit(
            "lasso-fades",
            observable="lasso_bias",
            to=0,
            rate=0.5,
            exact=True,
            statement=r"with infinite data and $\lambda\to0$ the LASSO minimiser tends to "
            r"$\theta_0$",
            mutants=(Mutant("so does the robust minimiser", observable="robust_bias"),),
        ),
        Inequality(
            "attack-stays",
            left="robust_bias",
            at_least=sp.Rational(1, 1000),
            scale=1,
            statement=r"the $L_\infty$ robust minimiser stays away from $\theta_0$ (by 0.1 % at "
            r"least, for the attacks drawn)",
            mutants=(Mutant("by half of theta_0 at least", at_least=sp.Rational(1, 2)),),
        ),
        Construction(
            "not-all-minimisers-are-robust",
            certificate="attacked_ratio",
            at_least=4,
            statement=r"with $d>n$ there are two interpolators, hence minimisers of the standard "
            r"training loss, one with four times the adversarial training loss of the other",
            routes="the interpolator of smallest norm, plus a vector orthogonal to all inputs",
            mutants=(Mutant("a hundred times", at_least=100),),
        ),
    ),
)

theorems = (overshrink, kinks, remark_4)
