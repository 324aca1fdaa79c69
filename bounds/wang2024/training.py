"""Training of smooth networks: loss ratio, gradients and increments of the margin."""

from __future__ import annotations

import sympy as sp

from bounds import (
    Derivation,
    Erratum,
    Inequality,
    Mutant,
    Theorem,
    Theta,
)
from bounds.wang2024 import attacked_inputs
from bounds.wang2024.attacked_inputs import leaky, unperturbed_start
from bounds.wang2024.good_run import QUANTITIES, WORDS
from bounds.wang2024.notation import (
    ASSUMPTION_1,
    C_1,
    C_2,
    CONSTANTS,
    SMOOTH,
    C,
    C_r,
    H,
    alpha,
    d,
    eta,
    gamma,
    m,
    mu,
    n,
    omega,
    paper,
)

setting = (*ASSUMPTION_1, *SMOOTH, leaky, unperturbed_start)
_p = sp.Symbol("p", positive=True)
_x, _y = sp.symbols("x y", real=True)
_u, _v = sp.symbols("u v", positive=True)
_mean_weight = sp.Symbol("picked_weight", positive=True)
_increase = sp.Symbol("certified_increase", real=True)


def ratio_bound(factor: int = 16, power: int = 2, c_1: sp.Expr = C_1) -> sp.Expr:
    """Return the bound of the loss ratio, with a changed factor or power of gamma."""
    long, short = sp.sqrt(c_1 * d) + alpha, sp.sqrt(d / c_1) - alpha
    return factor * long**2 / (gamma**power * short**2)


def _at_half(expression: sp.Expr) -> sp.Expr:
    return expression.subs(alpha, sp.sqrt(d / C_1) / 2)


increase_below = gamma**2 * (sp.sqrt(d / C_1) / 2) ** 2 / (2 * n * C_r) - H * (
    2 * sp.sqrt(C_1 * d)
) ** 4 * eta / (2 * sp.sqrt(m))

_most, _least = sp.symbols("input_most input_least", positive=True)
_attained = sp.Symbol("attained_ratio", positive=True)
_long, _short = sp.sqrt(_most * d) + alpha, sp.sqrt(_least * d) - alpha

lemma_b9 = Theorem(
    id="wang2024/lemma-B.9",
    aliases=("wang2024/lemma-4.4",),
    title="margins increase on the whole ball, and all losses are of one size",
    source="Section 4.2, Lemma 4.4; Appendix B.1, Lemma B.9",
    statement=r"On a good run, for $C$ large and all $t\geq0$: $y_kf(\tilde x;W^{t+1})\geq "
    r"y_kf(\tilde x;W^t)\geq0$ for all $\tilde x$ in the ball of radius $\alpha$ around $x_k$, and "
    r"$\max_{i,j}\frac{g(y_if(\tilde x_i^t;W^t))}{g(y_jf(\tilde x_j^t;W^t))}\leq\frac{16"
    r"(\sqrt{C_1d}+\alpha)^2}{\gamma^2(\sqrt{d/C_1}-\alpha)^2}\leq C_r=\frac{64C_1(\sqrt{C_1}+"
    r"\frac12C_1^{-1/2})^2}{\gamma^2}$.",
    paper=paper,
    hypotheses=setting,
    quantities=QUANTITIES,
    symbols=WORDS
    | {
        "certified_increase": "certified increase of a margin on the ball, smallest over samples "
        "and steps",
        "certified_increase_per_weight": "certified increase of a margin on the ball, over eta "
        "times the mean logistic weight",
        "certified_margin": "certified margin on the ball, smallest over samples and iterations",
        "edge_margin": "smallest attacked margin, over samples and iterations",
        "weight_quotient": "g(x) / g(y)",
        "x": "a margin",
        "y": "another margin",
        "weight": "g(z)",
        "z": "a margin that is not negative",
        "u": "exp(x)",
        "v": "exp(y)",
        "p": "ratio of squared lengths over gamma^2",
    },
    uses=("wang2024/lemma-B.4", "wang2024/lemma-B.6", "wang2024/lemma-B.7", "wang2024/lemma-B.8"),
    errata=(
        Erratum(
            printed=r"Section 4.2, the displays around Lemma 4.4: $\tilde g_i/\tilde g_i$, and "
            r"$W^{t+1}$ in the first denominator of the induction",
            correct=r"$\tilde g_i/\tilde g_j$, and $W^t$, as in the proof in the appendix",
            why="indices: a ratio of two samples at one time is followed from step to step",
            harmless=True,
        ),
        Erratum(
            printed=r"the third line of inequality (4): $\frac{H(\sqrt{C_1d}+\alpha)}{2\sqrt m}"
            r"\hat G_{rob}(W^t)$",
            correct=r"$\frac{H(\sqrt{C_1d}+\alpha)^4\eta^2}{2\sqrt m}\hat G_{rob}(W^t)$, as in the "
            r"next line",
            why="|x|^2 and the squared gradient give the fourth power, the squared step eta^2",
            harmless=True,
        ),
        Erratum(
            printed=r"Lemma 4.4: an absolute constant $C_r$",
            correct=r"a constant that depends on $\gamma$ and $\kappa$",
            why="Lemma B.9 has C_r = 64 C_1 (sqrt(C_1) + C_1^(-1/2) / 2)^2 / gamma^2 with "
            "C_1 = 10 / kappa",
            harmless=True,
        ),
    ),
    claims=(
        Inequality(
            "increasing",
            left=_increase,
            at_least=0,
            given="good_run",
            statement=r"$y_kf(\tilde x;W^{t+1})\geq y_kf(\tilde x;W^t)$ on the whole ball, for "
            r"every sample and step",
            routes="certified: every neuron's change is bounded from below on the ball",
            mutants=(Mutant("decreasing", at_least=None, at_most=0),),
        ),
        Inequality(
            "nonnegative",
            left="certified_margin",
            at_least=0,
            given="good_run",
            statement=r"$y_kf(\tilde x;W^t)\geq0$ on the whole ball, for every sample and $t\geq1$ "
            r"(at $t=0$ the network is zero)",
            routes="certified by tangents and chords",
            mutants=(Mutant("at most 0", at_least=None, at_most=0),),
        ),
        Inequality(
            "increase",
            left="certified_increase_per_weight",
            at_least=increase_below,
            given="good_run",
            where=increase_below > 0,
            statement=r"inequality (4): the increase is at least $\eta\hat G_{rob}(W^t)"
            r"(\frac{\gamma^2(\frac12\sqrt{d/C_1})^2}{2nC_r}-\frac{H(2\sqrt{C_1d})^4\eta}"
            r"{2\sqrt m})$, where that is positive",
            mutants=(
                Mutant(
                    "d^2 for d", at_least=d * gamma**2 * (sp.sqrt(d / C_1) / 2) ** 2 / (2 * n * C_r)
                ),
            ),
        ),
        Inequality(
            "loss-ratio",
            left="loss_ratio",
            at_most=ratio_bound(),
            given="good_run",
            statement=r"the logistic weights differ by a factor of at most $\frac{16"
            r"(\sqrt{C_1d}+\alpha)^2}{\gamma^2(\sqrt{d/C_1}-\alpha)^2}$",
            routes="attacked margins, with certified margins for the numerical error",
            mutants=(
                Mutant("C_1 = 1 and without the 16", at_most=ratio_bound(1, 2, sp.Integer(1))),
            ),
        ),
        Inequality(
            "loss-ratio-measured",
            left="loss_ratio",
            at_most=16 * _long**2 / (gamma**2 * _short**2),
            given="good_run",
            statement=r"the same with the norms of the run's inputs for $\sqrt{C_1d}$ and "
            r"$\sqrt{d/C_1}$",
            mutants=(Mutant("1/16 for 16, without gamma", at_most=_long**2 / _short**2 / 16),),
        ),
        Inequality(
            "loss-ratio-constant",
            left="loss_ratio",
            at_most=C_r,
            given="good_run",
            statement=r"the logistic weights differ by a factor of at most $C_r$",
            mutants=(Mutant("1/C_r", at_most=1 / C_r),),
        ),
        Inequality(
            "increasing-at-the-edge",
            left="edge_margin",
            at_least=0,
            given="good_run",
            expected="broken",
            where=gamma < sp.Rational(1, 5),
            because="how large C has to be depends on gamma and H: here Assumption 1, (A1) and "
            "(A2) hold with C = 1, but gamma = 0.05, the network has two neurons and the kink is "
            "sharp (H = 8e7)",
            statement=r"attacked training margins are not negative with $C=1$, a small $\gamma$ "
            r"and a large $H$: the lemma needs a $C$ that depends on $\gamma$ and $H$",
        ),
        Inequality(
            "increasing-large-slope",
            left="edge_margin",
            at_least=0,
            given="good_run",
            where=gamma >= sp.Rational(1, 5),
            statement=r"at the same sizes, $C=1$ and $H$, no attacked margin is negative for "
            r"$\gamma\geq\frac15$",
            mutants=(Mutant("whatever gamma", where=None),),
        ),
        Inequality(
            "increasing-smooth-kink",
            left="edge_margin",
            at_least=0,
            given="good_run",
            where=H < 10**6,
            statement=r"nor is any with $\gamma=0.05$ and a smooth kink ($H=1000$)",
            mutants=(Mutant("whatever H", where=None),),
        ),
        Inequality(
            "quotient",
            left="weight_quotient",
            at_most=sp.Max(2, 2 * sp.exp(_y - _x)),
            statement=r"$g(x)/g(y)\leq\max\{2,2e^{y-x}\}$",
            mutants=(
                Mutant("1/2 for 2", at_most=sp.Max(sp.Rational(1, 2), sp.exp(_y - _x) / 2)),
                Mutant("exp(x - y)", at_most=sp.Max(2, 2 * sp.exp(_x - _y))),
            ),
        ),
        Inequality(
            "quotient-improved",
            left="weight_quotient",
            at_most=sp.Max(1, sp.exp(_y - _x)),
            statement=r"the 2 is not needed: $g(x)/g(y)\leq\max\{1,e^{y-x}\}$, which would halve "
            r"$C_r$",
            mutants=(Mutant("0.9 for 1", at_most=sp.Rational(9, 10) * sp.Max(1, sp.exp(_y - _x))),),
        ),
        Inequality(
            "weight-below",
            left="weight",
            at_least=sp.exp(-sp.Symbol("z", real=True)) / 2,
            statement=r"$g(z)\geq\frac12e^{-z}$ for $z\geq0$",
            mutants=(
                Mutant(
                    "0.6 for 1/2", at_least=sp.Rational(3, 5) * sp.exp(-sp.Symbol("z", real=True))
                ),
            ),
        ),
        Inequality(
            "weight-above",
            left="weight",
            at_most=sp.exp(-sp.Symbol("z", real=True)),
            statement=r"$g(z)\leq e^{-z}$",
            mutants=(
                Mutant("0.9 e^-z", at_most=sp.Rational(9, 10) * sp.exp(-sp.Symbol("z", real=True))),
            ),
        ),
        Derivation(
            "constant",
            left=_at_half(ratio_bound()),
            equals=CONSTANTS["C_r"],
            statement=r"at the largest $\alpha=\frac12\sqrt{d/C_1}$ the bound is $C_r$",
            mutants=(
                Mutant("8 for 16", left=_at_half(ratio_bound(8))),
                Mutant("gamma for gamma^2", left=_at_half(ratio_bound(16, 1))),
                Mutant(
                    "minus in C_r",
                    equals=64 * C_1 * (sp.sqrt(C_1) - 1 / (2 * sp.sqrt(C_1))) ** 2 / gamma**2,
                ),
            ),
        ),
        Derivation(
            "quotient-step",
            left=(1 + _v) / (1 + _u),
            at_most=1 + _v / _u,
            nonnegative=(_u + _v / _u) / (1 + _u),
            statement=r"$\frac{g(x)}{g(y)}\leq1+e^{y-x}$, so at most twice the larger term",
            mutants=(Mutant("v / u alone", at_most=_v / _u),),
        ),
        Derivation(
            "first-case",
            left=2 * (2 * _p) * sp.exp(sp.Rational(1, 8)),
            at_most=8 * _p,
            nonnegative=(8 - 4 * sp.exp(sp.Rational(1, 8))) * _p,
            statement=r"first case of the proof: $2\cdot2\,e^{1/8}\leq8$ keeps the invariant "
            r"$A_t\leq8p$ with $p=\frac{(\sqrt{C_1d}+\alpha)^2}{\gamma^2(\sqrt{d/C_1}-\alpha)^2}$"
            r", half of the claimed ratio",
            mutants=(Mutant("exp(1) for exp(1/8)", left=2 * (2 * _p) * sp.E),),
        ),
        Derivation(
            "smoothness-term",
            left=(H * (2 * sp.sqrt(C_1 * d)) ** 4 * eta / (2 * sp.sqrt(m))).subs(
                eta, 1 / (C * d**2)
            ),
            equals=8 * H * C_1**2 / (C * sp.sqrt(m)),
            statement=r"with $\eta=1/(Cd^2)$ the smoothness term of (4) is "
            r"$8HC_1^2/(C\sqrt m)$, without $d$",
            mutants=(
                Mutant(
                    "eta = 1 / (C d)",
                    left=(H * (2 * sp.sqrt(C_1 * d)) ** 4 / (2 * sp.sqrt(m)) / (C * d)),
                ),
            ),
        ),
    ),
)

_root = sp.Symbol("s", nonnegative=True)

lemma_b12 = Theorem(
    id="wang2024/lemma-B.12",
    aliases=("wang2024/equation-5",),
    title="gradient and weights are at most of the order sqrt(d/n)",
    source="Appendix B.1, equation (5) and Lemma B.12",
    statement=r"On a good run, for $C$ large: $\|\nabla\hat L_{rob}(W^t)\|_F\leq C_2\sqrt{d/n}\,"
    r"\hat G_{rob}(W^t)$ with $C_2=\sqrt{5C_1C_r}$, so $\|W^t\|_F\leq\|W^0\|_F+C_2\eta\sqrt{d/n}"
    r"\sum_{s<t}\hat G_{rob}(W^s)$.",
    paper=paper,
    hypotheses=setting,
    quantities=QUANTITIES,
    symbols=WORDS
    | {
        "gradient_ratio": "largest gradient norm over mean logistic weight, over the steps",
        "attained_ratio": "largest ratio of two logistic weights at the attacked inputs",
        "first_gradient_ratio": "gradient norm over mean logistic weight at the first step",
        "final_norm": "Frobenius norm of the trained weights",
        "initial_norm": "Frobenius norm of the initial weights",
        "summed_weights": "sum over the steps of the mean logistic weight",
        "s": "sqrt(C_1) - 3",
    },
    uses=("wang2024/lemma-B.8", "wang2024/lemma-B.9"),
    claims=(
        Inequality(
            "gradient",
            left="gradient_ratio",
            at_most=C_2 * sp.sqrt(d / n),
            given="good_run",
            statement=r"$\|\nabla\hat L_{rob}\|_F\leq C_2\sqrt{d/n}\,\hat G_{rob}$ at every step",
            mutants=(
                Mutant("C_2 = sqrt(5 C_1 / C_r)", at_most=sp.sqrt(5 * C_1 / C_r) * sp.sqrt(d / n)),
                Mutant(
                    "d^(1/4) for sqrt(d)",
                    at_most=C_2 * d ** sp.Rational(1, 4) / sp.sqrt(n),
                    where=d > 10**9,
                ),
                Mutant(
                    "C_2 = 5 C_1 C_r",
                    truth="weaker",
                    because="the constant is larger",
                    at_most=5 * C_1 * C_r * sp.sqrt(d / n),
                ),
            ),
        ),
        Inequality(
            "gradient-measured",
            left="gradient_ratio",
            at_most=sp.sqrt(5 * _most * _attained * d / n),
            given="good_run",
            statement=r"the same with the run's own constants: $C_2=\sqrt{5C_1C_r}$ with the "
            r"largest $\|x_i\|^2/d$ for $C_1$ and the largest ratio of losses for $C_r$",
            mutants=(
                Mutant("1/5 for 5", at_most=sp.sqrt(_most * _attained * d / n / 5)),
                Mutant("without sqrt(d)", at_most=sp.sqrt(5 * _most * _attained / n)),
                Mutant("n for its root", at_most=sp.sqrt(5 * _most * _attained * d) / n),
            ),
        ),
        Inequality(
            "weights",
            left="final_norm",
            at_most=sp.Symbol("initial_norm", positive=True)
            + C_2 * eta * sp.sqrt(d / n) * sp.Symbol("summed_weights", positive=True),
            given="good_run",
            statement=r"$\|W^T\|_F\leq\|W^0\|_F+C_2\eta\sqrt{d/n}\sum_{t<T}\hat G_{rob}(W^t)$",
            mutants=(
                Mutant(
                    "C_2 = sqrt(5 C_1 / C_r)",
                    at_most=sp.Symbol("initial_norm", positive=True)
                    + sp.sqrt(5 * C_1 / C_r)
                    * eta
                    * sp.sqrt(d / n)
                    * sp.Symbol("summed_weights", positive=True),
                ),
            ),
        ),
        Theta(
            "gradient-order",
            observable="first_gradient_ratio",
            of=sp.sqrt(d / n),
            corrections="power",
            statement=r"$\|\nabla\hat L_{rob}\|_F/\hat G_{rob}$ is of the order $\sqrt{d/n}$",
            mutants=(
                Mutant("sqrt(d)", of=sp.sqrt(d)),
                Mutant("d / n", of=d / n),
            ),
        ),
        Derivation(
            "five",
            left=(2 * C_1 + 2 + C_1 + C_1 + 2 * sp.sqrt(C_1) + 1).subs(C_1, (3 + _root) ** 2),
            at_most=(5 * C_1).subs(C_1, (3 + _root) ** 2),
            nonnegative=_root * (4 + _root),
            statement=r"with $\alpha^2,\,n\|\mu\|^2,\,n\sqrt{d\log(n/\delta)},\,n\alpha\sqrt d\leq "
            r"d$ the bracket of the proof is at most $5C_1d$ as soon as $C_1\geq9$ (it is "
            r"$10/\kappa$; here $\sqrt{C_1}=3+s$)",
            mutants=(Mutant("4 C_1", at_most=(4 * C_1).subs(C_1, (3 + _root) ** 2)),),
        ),
        Derivation(
            "chain",
            left=sp.sqrt(5 * C_1 * C_r),
            equals=8 * sp.sqrt(5) * C_1 * (sp.sqrt(C_1) + 1 / (2 * sp.sqrt(C_1))) / gamma,
            statement=r"$C_2=8\sqrt5\,C_1(\sqrt{C_1}+\frac12C_1^{-1/2})/\gamma$",
            mutants=(
                Mutant(
                    "5 for its root",
                    equals=40 * C_1 * (sp.sqrt(C_1) + 1 / (2 * sp.sqrt(C_1))) / gamma,
                ),
            ),
        ),
    ),
)

_products = sp.Symbol("weighted_products", real=True)
_length, _spectral = sp.symbols("norm_x spectral_gradient", positive=True)
_slack = sp.Symbol("s", positive=True)
_main = eta / n * _products
_remainder = H * _length**2 * C_2**2 * d * eta / (2 * sp.sqrt(m) * n)
_measured = H * _length**2 * eta**2 * _spectral**2 / (2 * sp.sqrt(m))

lemma_b13 = Theorem(
    id="wang2024/lemma-B.13",
    aliases=("wang2024/lemma-4.3",),
    title="increment of the margin of any point",
    source="Section 4.2, Lemma 4.3; Appendix B.1, Lemma B.13",
    statement=r"On a good run, for every $(x,y)$ and $t\geq0$ there are $\tilde\rho_i^t\in"
    r"[\gamma^2,1]$ with $y[f(x;W^{t+1})-f(x;W^t)]\geq\frac\eta n\sum_i\tilde g_i(W^t)("
    r"\tilde\rho_i^t\langle y_i\tilde x_i^t,yx\rangle-\frac{H\|x\|^2C_2^2d\eta}{2\sqrt m\,n})$.",
    paper=paper,
    hypotheses=setting,
    quantities=QUANTITIES,
    symbols=WORDS
    | {
        "point_increase": "y f(x; W^(t+1)) - y f(x; W^t) at a random point and step",
        "weighted_products": "sum over i of g_i rho_i <y_i x_i', y x>",
        "norm_x": "|x|",
        "spectral_gradient": "spectral norm of the gradient",
        "picked_weight": "mean logistic weight at that step",
        "rho_smallest": "smallest rho_i",
        "rho_largest": "largest rho_i",
        "s": "1/G - 1 for a mean weight G",
    },
    uses=("wang2024/lemma-B.6", "wang2024/lemma-B.12"),
    errata=(
        Erratum(
            printed=r"Lemma 4.3: $\tilde\xi_i^t\langle y_i\tilde x_i^t,yx\rangle$",
            correct=r"$\tilde\rho_i^t\langle y_i\tilde x_i^t,yx\rangle$, as in Lemma B.13",
            why="the lemma introduces rho; xi is the noise of the clusters",
            harmless=True,
        ),
    ),
    claims=(
        Inequality(
            "increment",
            left="point_increase",
            at_least=_main - eta * _mean_weight * _remainder,
            given="good_run",
            scale="point_scale",
            statement=r"$y[f(x;W^{t+1})-f(x;W^t)]\geq\frac\eta n\sum_i\tilde g_i(\tilde\rho_i"
            r"\langle y_i\tilde x_i,yx\rangle-\frac{H\|x\|^2C_2^2d\eta}{2\sqrt m\,n})$",
            mutants=(
                Mutant("plus the remainder", at_least=_main + eta * _mean_weight * _remainder),
                Mutant("twice the main term", at_least=2 * _main - eta * _mean_weight * _remainder),
                Mutant(
                    "sqrt(m n) for sqrt(m) n",
                    truth="weaker",
                    because="the remainder is larger",
                    at_least=_main - eta * _mean_weight * _remainder * sp.sqrt(n),
                ),
            ),
        ),
        Inequality(
            "increment-measured",
            left="point_increase",
            at_least=_main - _measured,
            scale="point_scale",
            statement=r"the step before: with $\frac{H\|x\|^2}{2\sqrt m}\eta^2\|\nabla\hat L_{rob}"
            r"\|_2^2$ for the remainder",
            mutants=(
                Mutant("without the remainder", at_least=_main),
                Mutant("plus the remainder", at_least=_main + _measured),
                Mutant("an eighth of it", at_least=_main - _measured / 8),
            ),
        ),
        Inequality(
            "rho-below",
            left="rho_smallest",
            at_least=gamma**2,
            scale=1,
            statement=r"$\tilde\rho_i^t\geq\gamma^2$",
            mutants=(Mutant("gamma for its square", at_least=gamma, where=gamma < 1),),
        ),
        Inequality(
            "rho-above",
            left="rho_largest",
            at_most=1,
            scale=1,
            statement=r"$\tilde\rho_i^t\leq1$",
            mutants=(Mutant("(1 + gamma^2) / 2", at_most=(1 + gamma**2) / 2, where=gamma < 1),),
        ),
        Derivation(
            "remainder",
            left=(H * _length**2 / (2 * sp.sqrt(m)) * eta**2 * C_2**2 * d / n) / (1 + _slack) ** 2,
            at_most=eta * _remainder / (1 + _slack),
            nonnegative=H
            * _length**2
            * C_2**2
            * d
            * eta**2
            * _slack
            / (2 * sp.sqrt(m) * n * (1 + _slack) ** 2),
            statement=r"(5) and $\hat G^2\leq\hat G\leq1$ turn the Taylor remainder into the "
            r"printed one (here $\hat G=1/(1+s)$)",
            mutants=(Mutant("1/n^2 for 1/n", at_most=eta * _remainder / (n * (1 + _slack))),),
        ),
    ),
)

_half_root = sp.sqrt(sp.Rational(3, 2))
_move = eta * sp.sqrt(d / n) / (omega * sp.sqrt(m * d))

proposition_b34 = Theorem(
    id="wang2024/proposition-B.34",
    title="the first step leaves the lazy regime",
    source="Appendix B.3, Proposition B.34",
    statement=r"In the setting of Theorem 3.1, with probability at least $1-2\delta$: "
    r"$\|W^1-W^0\|_F\geq\frac{\gamma\|\mu\|}{10}\|W^0\|_F$.",
    paper=paper,
    hypotheses=setting,
    quantities=QUANTITIES,
    symbols=WORDS
    | {
        "relative_move": "|W^1 - W^0| / |W^0|, smoothed leaky ReLU",
        "relative_move_large_start": "|W^1 - W^0| / |W^0| from weights 50 times larger",
        "relative_move_relu": "|W^1 - W^0| / |W^0|, ReLU (gamma = 1)",
    },
    uses=("wang2024/lemma-B.15", "wang2024/lemma-B.3"),
    errata=(
        Erratum(
            printed="the setting of Theorem 3.1, non-smooth activations included",
            correct=r"for non-smooth activations the proof gives $\frac{\gamma c_0\|\mu\|}{10}$",
            why="the proof cites inequality (12), which is for smooth activations; its counterpart "
            "in Lemma B.29 has the factor c_0 of Lemma B.21. Numerically the printed bound holds "
            "for ReLU too",
            harmless=True,
        ),
    ),
    claims=(
        Inequality(
            "leaves",
            left="relative_move",
            at_least=gamma * mu / 10,
            given="little_noise",
            statement=r"$\|W^1-W^0\|_F\geq\frac{\gamma\|\mu\|}{10}\|W^0\|_F$",
            mutants=(
                Mutant(
                    "Assumption 1 (3) is violated: weights 50 times larger",
                    left="relative_move_large_start",
                ),
                Mutant("mu^2 for mu", at_least=gamma * mu**2 / 10),
            ),
        ),
        Inequality(
            "leaves-relu",
            left="relative_move_relu",
            at_least=mu / 10,
            given="good_run",
            statement=r"ReLU, where $\gamma=1$ and the proof has another factor $c_0$: the "
            r"printed bound holds as well",
            mutants=(Mutant("mu^2 for mu", at_least=mu**2 / 10),),
        ),
        Theta(
            "size",
            observable="relative_move",
            of=_move,
            corrections="power",
            statement=r"the move is of the order $\frac{\eta}{\omega\sqrt{md}}\sqrt{d/n}$",
            mutants=(
                Mutant("mu for sqrt(d/n)", of=eta * mu / (omega * sp.sqrt(m * d))),
                Mutant("without sqrt(m)", of=eta / (omega * sp.sqrt(n))),
                Mutant("omega^2", of=_move * eta / (omega * sp.sqrt(m * d))),
            ),
        ),
        Derivation(
            "constant",
            left=1 / (4 * sp.sqrt(sp.Rational(3, 2))),
            at_least=sp.Rational(1, 5),
            statement=r"$\frac1{4\sqrt{3/2}}\geq\frac15$",
            mutants=(Mutant("a quarter", at_least=sp.Rational(1, 4)),),
        ),
        Derivation(
            "chain",
            left=(gamma * mu / 8 * eta / (_half_root * omega * sp.sqrt(m * d))).subs(
                eta, omega * sp.sqrt(m * d) * (1 + _slack)
            ),
            at_least=gamma * mu / 10,
            nonnegative=gamma
            * mu
            * ((1 / (8 * _half_root) - sp.Rational(1, 10)) + _slack / (8 * _half_root)),
            statement=r"(12), $\hat G_{rob}(W^0)=\frac12$, $\|W^0\|_F\leq\sqrt{3/2}\,\omega"
            r"\sqrt{md}$ and Assumption 1 (3), $\eta=\omega\sqrt{md}(1+s)$",
            mutants=(Mutant("5 for 10", at_least=gamma * mu / 5),),
        ),
    ),
)

theorems = (
    *attacked_inputs.theorems,
    lemma_b9,
    lemma_b12,
    lemma_b13,
    proposition_b34,
)
