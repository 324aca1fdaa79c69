"""Normalised margin, convergence of the robust training loss, growth of the weights."""

from __future__ import annotations

import sympy as sp

from bounds import (
    BigO,
    Derivation,
    Erratum,
    Identity,
    Inequality,
    Limit,
    Mutant,
    Theorem,
    Theta,
)
from bounds.wang2024.good_run import QUANTITIES, WORDS
from bounds.wang2024.notation import (
    C_1,
    C_2,
    C,
    H,
    T,
    alpha,
    beta,
    d,
    eta,
    gamma,
    m,
    mu,
    n,
    paper,
    zeta,
)
from bounds.wang2024.training import setting

_normalised = sp.sqrt(n / d) * mu**2
c_4 = sp.Symbol("c_4", positive=True)
_run_gradient = sp.sqrt(d / n) / sp.Symbol("gradient_ratio", positive=True)
"""One over ``C_2`` of the run."""
_s, _q, _v = sp.symbols("s q v", nonnegative=True)
_weights = sp.Symbol("S", positive=True)
_z = sp.Symbol("z", real=True)

_slacks = {gamma: 1 / sp.sqrt(1 + _v), alpha: sp.sqrt(C_1 * d) / (1 + _q)}


def _signal(factor: int) -> sp.Expr:
    """Return |mu| with ``|mu|^2 = factor c_4 sqrt(C_1 d) (1 + s) / gamma^2``."""
    return sp.sqrt(factor * c_4 * sp.sqrt(C_1 * d) * (1 + _s)) / gamma


def _main_term(factor: int) -> sp.Expr:
    """Return the proof's ``A`` in terms of the slacks."""
    noise = (1 - gamma**2) / 2 * c_4 * (sp.sqrt(C_1 * d) + alpha)
    return (gamma**2 * _signal(factor) ** 2 / 3 - noise).subs(_slacks)


def _quarter(factor: int) -> sp.Expr:
    return (gamma**2 * _signal(factor) ** 2 / 4).subs(_slacks)


lemma_b14 = Theorem(
    id="wang2024/lemma-B.14",
    title="normalised expected conditional margin",
    source="Appendix B.1, Lemma B.14",
    statement=r"On a good run, for $C$ large, $t\geq1$ and $\bar y=\pm1$: "
    r"$\frac{E[yf(x;W^t)|y=\bar y]}{\|W^t\|_2}\geq\frac{\gamma^2\sqrt n}{32C_2\sqrt d}\|\mu\|^2$.",
    paper=paper,
    hypotheses=setting,
    quantities=QUANTITIES,
    symbols=WORDS
    | {
        "normalised_margin": "E[y f(x) | y] / |W|_2, smallest over both labels and the iterations",
        "gradient_ratio": "largest gradient norm over mean logistic weight, over the steps",
        "first_margin": "E[y f(x) | y] / |W|_2 after one step, smaller of the two labels",
        "first_margin_share": "normalised margin after one step, over that of sum_i y_i x_i",
        "c_4": "absolute constant: E|<v, xi>| <= c_4 |v|",
        "s": "slack of the hypothesis on d: |mu|^2 = 12 c_4 sqrt(C_1 d) (1 + s) / gamma^2",
        "q": "slack of alpha <= sqrt(C_1 d)",
        "v": "1/gamma^2 - 1",
        "S": "sum of the mean logistic weights",
    },
    uses=("wang2024/lemma-B.11", "wang2024/lemma-B.12", "wang2024/lemma-B.13"),
    claims=(
        Inequality(
            "margin",
            left="normalised_margin",
            at_least=gamma**2 * _normalised / (32 * C_2),
            given="very_little_noise",
            where=beta <= sp.Rational(1, 50),
            statement=r"$\frac{E[yf|y=\bar y]}{\|W^t\|_2}\geq\frac{\gamma^2\sqrt n}{32C_2\sqrt d}"
            r"\|\mu\|^2$ for both labels and all $t\geq1$",
            mutants=(
                Mutant("whatever the share of flipped labels", given="good_run", where=None),
                Mutant(
                    "C_2 / 32 for 32 C_2",
                    at_least=32 * gamma**2 * _normalised / C_2,
                    where=None,
                    given="good_run",
                ),
                Mutant("2 for the constant", at_least=2 * _normalised),
                Mutant("at most", at_least=None, at_most=gamma**2 * _normalised / (32 * C_2)),
            ),
        ),
        Inequality(
            "margin-with-flips",
            left="normalised_margin",
            at_least=gamma**2 * _normalised / (32 * C_2),
            given="very_little_noise_flipped",
            statement=r"the same on runs with a flipped label among $n=50$",
            mutants=(Mutant("2 for the constant", at_least=2 * _normalised),),
        ),
        Inequality(
            "margin-measured",
            left="normalised_margin",
            at_least=gamma**2 * _normalised * _run_gradient / 32,
            given="very_little_noise",
            where=beta <= sp.Rational(1, 50),
            statement=r"the same with $C_2$ of the run, the largest gradient over "
            r"$\sqrt{d/n}\,\hat G_{rob}$",
            mutants=(
                Mutant("2 for 1/32", at_least=2 * _normalised * _run_gradient),
                Mutant(
                    "mu^4 for mu^2", at_least=gamma**2 * mu**2 * _normalised * _run_gradient / 32
                ),
            ),
        ),
        Theta(
            "order",
            observable="first_margin",
            of=_normalised,
            corrections="power",
            statement=r"the normalised margin after one step is of the order "
            r"$\sqrt{n/d}\,\|\mu\|^2$",
            mutants=(
                Mutant("n / d for its root", of=n / d * mu**2),
                Mutant("mu for mu^2", of=sp.sqrt(n / d) * mu),
            ),
        ),
        Limit(
            "first-step",
            observable="first_margin_share",
            to=(1 + gamma) / 2,
            rate=0.5,
            tolerance=sp.Rational(1, 50),
            statement=r"after one step it tends to $\frac{1+\gamma}2$ times that of the linear "
            r"classifier $\sum_iy_ix_i$: the spectral norm counts neurons of both signs",
            mutants=(
                Mutant("gamma^2", to=gamma**2),
                Mutant("1", to=1),
                Mutant("sqrt((1 + gamma^2) / 2)", to=sp.sqrt((1 + gamma**2) / 2)),
            ),
        ),
        Derivation(
            "main-term",
            left=_main_term(12),
            at_least=_quarter(12),
            nonnegative=c_4
            * sp.sqrt(C_1 * d)
            * (_s + 1 / (1 + _v) + _v / (1 + _v) * _q / (1 + _q) / 2),
            statement=r"with $d\leq\frac{\gamma^4\|\mu\|^4}{144c_4^2C_1}$ and $\alpha\leq"
            r"\sqrt{C_1d}$: $A=-\frac{1-\gamma^2}2c_4(\sqrt{C_1d}+\alpha)+\frac13\gamma^2\|\mu\|^2"
            r"\geq\frac14\gamma^2\|\mu\|^2$",
            mutants=(
                Mutant(
                    "3 for 12: d up to sixteen times larger",
                    left=_main_term(3),
                    at_least=_quarter(3),
                ),
            ),
        ),
        Derivation(
            "smoothness-share",
            left=(gamma**4 / 3)
            / (-sp.Rational(2, 3) * gamma**2 * (1 - gamma**2) + sp.Rational(2, 3) * gamma**2),
            equals=sp.Rational(1, 2),
            statement=r"the smoothness term takes $\frac12$ of the main term",
            mutants=(
                Mutant(
                    "2/3 for 1/3",
                    left=(2 * gamma**4 / 3)
                    / (
                        -sp.Rational(2, 3) * gamma**2 * (1 - gamma**2)
                        + sp.Rational(2, 3) * gamma**2
                    ),
                ),
            ),
        ),
        Derivation(
            "noise-share",
            left=1
            + (sp.Rational(2, 3) * gamma**2 * (1 - gamma**2) + 6)
            / (sp.Rational(2, 3) * gamma**2 - sp.Rational(2, 3) * gamma**2 * (1 - gamma**2)),
            equals=1 + (9 + gamma**2 * (1 - gamma**2)) / gamma**4,
            statement=r"flipped labels take $C_r\frac{|\mathcal{N}|}n$ times $1+\frac BA\leq1+"
            r"\frac{9+\gamma^2(1-\gamma^2)}{\gamma^4}$ of the main term",
            mutants=(
                Mutant(
                    "gamma^2 for gamma^4", equals=1 + (9 + gamma**2 * (1 - gamma**2)) / gamma**2
                ),
            ),
        ),
        Derivation(
            "absolute-moment",
            left=sp.Integral(2 * _z * sp.exp(-(_z**2) / 2) / sp.sqrt(2 * sp.pi), (_z, 0, sp.oo)),
            equals=sp.sqrt(2 / sp.pi),
            statement=r"$E|\langle v,\xi\rangle|=c_4\|v\|$ with $c_4=\sqrt{2/\pi}$ for "
            r"$\xi\sim N(0,I)$; half of it comes from $\langle v,\xi\rangle\geq0$",
            mutants=(Mutant("half of it alone", equals=1 / sp.sqrt(2 * sp.pi)),),
        ),
        Derivation(
            "left-over",
            left=gamma**2 / 4 * (1 - sp.Rational(1, 4) - sp.Rational(1, 2)),
            equals=gamma**2 / 16,
            statement=r"$\frac14\gamma^2(1-\frac14-\frac12)=\frac1{16}\gamma^2$",
            mutants=(
                Mutant("without the noise term", left=gamma**2 / 4 * (1 - sp.Rational(1, 2))),
            ),
        ),
        Derivation(
            "quotient",
            left=eta
            * gamma**2
            * mu**2
            * _weights
            / 16
            / (2 * C_2 * eta * sp.sqrt(d / n) * _weights),
            equals=gamma**2 * sp.sqrt(n) * mu**2 / (32 * C_2 * sp.sqrt(d)),
            statement=r"sum of the increments over $2C_2\eta\sqrt{d/n}\sum\hat G$ is the printed "
            r"bound",
            mutants=(
                Mutant(
                    "gamma for gamma^2",
                    left=eta
                    * gamma
                    * mu**2
                    * _weights
                    / 16
                    / (2 * C_2 * eta * sp.sqrt(d / n) * _weights),
                ),
                Mutant(
                    "n/d for its root",
                    left=eta
                    * gamma**2
                    * mu**2
                    * _weights
                    / 16
                    / (2 * C_2 * eta * d / n * _weights),
                ),
            ),
        ),
        Derivation(
            "start-is-small",
            left=(eta * sp.sqrt(d / n) / 2).subs(d, 16 * n * (1 + _s)),
            at_least=2 * eta,
            nonnegative=2 * eta * _s / (sp.sqrt(1 + _s) + 1),
            statement=r"inequality (10): $2\eta\leq\eta\sqrt{d/n}\,\hat G_{rob}(W^0)$ as soon as "
            r"$d\geq16n$",
            mutants=(Mutant("d >= n", left=(eta * sp.sqrt(d / n) / 2).subs(d, n * (1 + _s))),),
        ),
    ),
)

_mean_weight, _noisy_weight = sp.symbols("picked_weight picked_noisy_weight", nonnegative=True)
_gradient = sp.Symbol("picked_gradient", nonnegative=True)
_kept = _mean_weight - (1 + 9 / gamma) * _noisy_weight
_defect = (1 - gamma) / (4 * H)
loss_bound = (35 + 8 * sp.sqrt(m / d**3)) / (gamma * mu * eta * sp.sqrt(T))
_step_bound = eta**2 * _gradient**2 + 2 * eta / 3 + 2 * eta * _defect * sp.sqrt(m)
_tau, _eps = sp.symbols("tau epsilon", positive=True)
_root_loss = (35 + 8 * sp.sqrt(m / d**3)) / (gamma * mu * eta)
_norms = sp.Symbol("N", positive=True)

lemma_b15 = Theorem(
    id="wang2024/lemma-B.15",
    title="lower bound of the gradient and convergence of the robust training loss",
    source="Section 4.3; Appendix B.1, Lemma B.15 and inequalities (12) to (15)",
    statement=r"On a good run, for $C$ large: $\|\nabla\hat L_{rob}(W^t)\|_F\geq\frac{\gamma\|\mu"
    r"\|}4\hat G_{rob}(W^t)$ and $\hat L_{rob}(W^T)\leq\frac{35+8\sqrt{m/d^3}}{\gamma\|\mu\|\eta "
    r"T^{(1-\zeta)/2}}$.",
    paper=paper,
    hypotheses=setting,
    quantities=QUANTITIES,
    symbols=WORDS
    | {
        "gradient_ratio_least": "smallest gradient norm over mean logistic weight, over the steps",
        "signal_ratio_least": "smallest <-grad, V> over the mean logistic weight, over the steps",
        "signal_descent": "<-grad, V> at a random step",
        "picked_weight": "mean logistic weight at that step",
        "picked_noisy_weight": "its part that flipped labels contribute",
        "picked_gradient": "gradient norm at that step",
        "norm_growth": "|W^(t+1)|^2 - |W^t|^2 at that step",
        "robust_loss": "robust training loss after T steps",
        "twice_mean_weight": "2/T times the sum of the mean logistic weights",
        "summed_descent": "sum over the steps of <-grad, V>",
        "travelled": "<W^T, V> - <W^0, V>",
        "along_direction": "<W, V> for V with rows a_s mu / (|mu| sqrt(m))",
        "along_printed_direction": "<W, V> for V with rows a_s mu / |mu|, as in Section 4.3",
        "trained_norm": "Frobenius norm of the weights",
        "loss_at_z": "logistic loss of a margin z >= 0",
        "weight_at_z": "g(z), z >= 0",
        "loss_anywhere": "logistic loss of any margin",
        "weight_anywhere": "g of any margin",
        "product_anywhere": "z g(z) of any margin z",
        "powered": "(1 + x)^p for x >= 0 and p between 1/2 and 1",
        "exponent_p": "p",
        "argument_x": "x",
        "power_sum": "sum of |w_s|^zeta over m rows",
        "square_sum": "sum of |w_s|^2",
        "count": "m",
        "power": "zeta",
        "v": "zeta / (1 - zeta)",
        "tau": "number of iterations (real)",
        "epsilon": "target of the robust training loss",
        "N": "bound of |W^T| + |W^0|",
        "S": "sum of <-grad, V>",
    },
    uses=("wang2024/lemma-B.9", "wang2024/lemma-B.11", "wang2024/lemma-B.12"),
    errata=(
        Erratum(
            printed=r"Section 4.3: $V$ has rows $v_s=a_s\mu/\|\mu\|$",
            correct=r"$v_s=a_s\mu/(\|\mu\|\sqrt m)$, as in the appendix",
            why="without 1/sqrt(m) the matrix has norm sqrt(m), and <W, V> <= |W| is false",
            counterexample="W = V: <V, V> = m > sqrt(m) = |V| for every m >= 2",
            harmless=True,
        ),
        Erratum(
            printed=r"Section 4.3: $\sum_t\langle-\nabla\hat L_{rob}(W^t),V\rangle=\langle W^T,"
            r"V\rangle-\langle W^0,V\rangle$",
            correct=r"$\frac1\eta(\langle W^T,V\rangle-\langle W^0,V\rangle)$, as (15) says",
            why="a step is eta times the gradient",
            counterexample="every run with eta other than 1",
            harmless=True,
        ),
    ),
    claims=(
        Inequality(
            "signal",
            left="signal_descent",
            at_least=gamma * mu / 3 * _kept,
            given="good_run",
            scale=mu * _mean_weight,
            statement=r"for any share of flipped labels: $\langle-\nabla\hat L_{rob},V\rangle\geq"
            r"\frac{\gamma\|\mu\|}3[\hat G_{rob}-(1+\frac9\gamma)\frac1n\sum_{i\in\mathcal N}"
            r"\tilde g_i]$",
            mutants=(
                Mutant("without the flipped labels' term", at_least=gamma * mu / 3 * _mean_weight),
                Mutant(
                    "1 for 9",
                    at_least=gamma * mu / 3 * (_mean_weight - (1 + 1 / gamma) * _noisy_weight),
                ),
                Mutant("1 for 1/3", at_least=mu * _kept),
            ),
        ),
        Inequality(
            "signal-below",
            left="signal_ratio_least",
            at_least=gamma * mu / 4,
            given="little_noise",
            where=beta <= sp.Rational(1, 50),
            statement=r"(12) where flipped labels weigh little: "
            r"$\langle-\nabla\hat L_{rob},V\rangle\geq\frac{\gamma\|\mu\|}4\hat G_{rob}$",
            mutants=(
                Mutant("whatever the share of flipped labels", given="good_run", where=None),
                Mutant("without the 1/4 and gamma", at_least=mu),
                Mutant("mu^2 for mu", at_least=gamma * mu**2 / 4),
            ),
        ),
        Inequality(
            "signal-below-with-flips",
            left="signal_ratio_least",
            at_least=gamma * mu / 4,
            given="little_noise_flipped",
            statement=r"(12) on runs with a flipped label among $n=50$",
            mutants=(
                Mutant("without the 1/4 and gamma", at_least=mu),
                Mutant("mu^2 for mu", at_least=gamma * mu**2 / 4),
            ),
        ),
        Inequality(
            "gradient",
            left="gradient_ratio_least",
            at_least=gamma * mu / 4,
            given="little_noise",
            where=beta <= sp.Rational(1, 50),
            statement=r"(13): $\|\nabla\hat L_{rob}\|_F\geq\frac{\gamma\|\mu\|}4\hat G_{rob}$",
            mutants=(Mutant("mu^3 for mu", at_least=gamma * mu**3 / 4),),
        ),
        Inequality(
            "norm-growth",
            left="norm_growth",
            at_most=_step_bound,
            scale=_step_bound,
            statement=r"$\|W^{t+1}\|_F^2\leq\|W^t\|_F^2+\eta^2\|\nabla\hat L_{rob}\|_F^2+\frac23"
            r"\eta+2\eta c_1\sqrt m$ ($\zeta=c_2=0$)",
            mutants=(
                Mutant("without the gradient's term", at_most=_step_bound - eta**2 * _gradient**2),
                Mutant(
                    "with half of the defect",
                    truth="weaker",
                    because="sharper, and true as well: claimed in Corollary B.16",
                    at_most=_step_bound - eta * _defect * sp.sqrt(m),
                ),
            ),
        ),
        Inequality(
            "loss-below-weights",
            left="robust_loss",
            at_most="twice_mean_weight",
            given="good_run",
            statement=r"$\hat L_{rob}(W^T)\leq\frac2T\sum_{t<T}\hat G_{rob}(W^t)$",
            mutants=(Mutant("1 for 2", at_most=sp.Symbol("twice_mean_weight") / 2),),
        ),
        Inequality(
            "loss",
            left="robust_loss",
            at_most=loss_bound,
            given="good_run",
            statement=r"$\hat L_{rob}(W^T)\leq\frac{35+8\sqrt{m/d^3}}{\gamma\|\mu\|\eta\sqrt T}$; "
            r"at one cell the bound is below $\log2$, the loss at the start",
            mutants=(
                Mutant("T^2 for sqrt(T)", at_most=loss_bound / T ** sp.Rational(3, 2)),
                Mutant(
                    "T for sqrt(T)",
                    truth="weaker",
                    at_most=loss_bound / sp.sqrt(T),
                    because="true as well: the loss falls like 1/T, with a smaller constant",
                ),
                Mutant(
                    "8 for 35",
                    truth="weaker",
                    at_most=8 * loss_bound / 35,
                    because="true as well on runs; the proof's sum needs 34.3",
                ),
                Mutant(
                    "without eta",
                    truth="weaker",
                    at_most=eta * loss_bound,
                    where=eta < 1,
                    because="true as well: Corollary B.16 has the root of eta only",
                ),
            ),
        ),
        BigO(
            "rate",
            observable="robust_loss",
            of=1 / sp.sqrt(T),
            corrections="power",
            statement=r"the robust training loss falls at least like $T^{-1/2}$",
            mutants=(Mutant("T^-2", of=sp.Integer(1) / T**2),),
        ),
        Theta(
            "true-rate",
            observable="robust_loss",
            of=1 / T,
            corrections="power",
            statement=r"it falls like $1/T$",
            mutants=(Mutant("T^(-1/2), the lemma's rate", of=1 / sp.sqrt(T)),),
        ),
        Identity(
            "telescoped",
            observable="travelled",
            equals=eta * sp.Symbol("summed_descent"),
            scale=sp.Symbol("final_norm") + sp.Symbol("initial_norm"),
            exact=True,
            statement=r"(15): $\langle W^T,V\rangle-\langle W^0,V\rangle=\eta\sum_{t<T}"
            r"\langle-\nabla\hat L_{rob}(W^t),V\rangle$, gradients by the chain rule",
            mutants=(Mutant("half of it", equals=eta * sp.Symbol("summed_descent") / 2),),
        ),
        Identity(
            "telescoped-as-printed",
            observable="travelled",
            equals="summed_descent",
            exact=True,
            scale=sp.Symbol("final_norm") + sp.Symbol("initial_norm"),
            expected="broken",
            because="the step size is missing",
            statement=r"as printed in Section 4.3: the same without $\eta$",
        ),
        Inequality(
            "direction",
            left="along_direction",
            at_most="trained_norm",
            statement=r"$\langle W,V\rangle\leq\|W\|_F$ for $v_s=a_s\mu/(\|\mu\|\sqrt m)$",
            mutants=(Mutant("a fifth of it", at_most=sp.Symbol("trained_norm") / 5),),
        ),
        Inequality(
            "printed-direction",
            left="along_printed_direction",
            at_most="trained_norm",
            expected="broken",
            because="this V has norm sqrt(m)",
            statement=r"as printed in Section 4.3: $\langle W,V\rangle\leq\|W\|_F$ for "
            r"$v_s=a_s\mu/\|\mu\|$",
        ),
        Inequality(
            "loss-and-weight",
            left="loss_at_z",
            at_most=2 * sp.Symbol("weight_at_z"),
            statement=r"$\ell(z)\leq2g(z)$ for $z\geq0$",
            mutants=(
                Mutant("1.3 for 2", at_most=sp.Rational(13, 10) * sp.Symbol("weight_at_z")),
                Mutant(
                    "for every z", left="loss_anywhere", at_most=2 * sp.Symbol("weight_anywhere")
                ),
            ),
        ),
        Inequality(
            "margin-times-weight",
            left="product_anywhere",
            at_most=sp.Rational(1, 3),
            scale=1,
            statement=r"$z\,g(z)\leq\frac13$ for every $z$",
            mutants=(Mutant("1/4", at_most=sp.Rational(1, 4)),),
        ),
        Inequality(
            "bernoulli",
            left="powered",
            at_most=1 + sp.Symbol("exponent_p") * sp.Symbol("argument_x"),
            statement=r"$(1+x)^p\leq1+px$ for $x\geq0$ and $p=\frac{2-\zeta}2$",
            mutants=(
                Mutant("p/2", at_most=1 + sp.Symbol("exponent_p") * sp.Symbol("argument_x") / 2),
            ),
        ),
        Inequality(
            "powers",
            left="power_sum",
            at_most=sp.Symbol("count") ** (1 - sp.Symbol("power") / 2)
            * sp.Symbol("square_sum", positive=True) ** (sp.Symbol("power") / 2),
            statement=r"$\sum_s\|w_s\|^\zeta\leq m^{1-\zeta/2}\|W\|_F^\zeta$",
            mutants=(
                Mutant(
                    "m^(1/2 - zeta/2)",
                    at_most=sp.Symbol("count") ** (sp.Rational(1, 2) - sp.Symbol("power") / 2)
                    * sp.Symbol("square_sum", positive=True) ** (sp.Symbol("power") / 2),
                ),
            ),
        ),
        Derivation(
            "telescope",
            left=2 / _tau * 4 / (gamma * mu) * _norms / eta,
            equals=8 * _norms / (gamma * mu * eta * _tau),
            statement=r"$\frac2T\sum\hat G\leq\frac2T\frac4{\gamma\|\mu\|}\frac1\eta(\|W^T\|_F+"
            r"\|W^0\|_F)$",
            mutants=(Mutant("2 for 4", left=2 / _tau * 2 / (gamma * mu) * _norms / eta),),
        ),
        Derivation(
            "constant",
            left=8 * (sp.sqrt(6) + sp.Rational(4, 3) + sp.Rational(1, 2)),
            at_most=35,
            statement=r"$8(\sqrt6+\frac43+\frac12)\leq35$",
            mutants=(Mutant("34", at_most=34),),
        ),
        Derivation(
            "norm-power",
            left=sp.Limit(sp.log(_tau ** (1 / (2 - zeta)) / _tau) / sp.log(_tau), _tau, sp.oo),
            equals=-(1 - zeta) / (2 - zeta),
            statement=r"norms of the order $T^{1/(2-\zeta)}$ over $T$ give the rate "
            r"$T^{-(1-\zeta)/(2-\zeta)}$",
            mutants=(Mutant("(1 - zeta) / 2", equals=-(1 - zeta) / 2),),
        ),
        Derivation(
            "weaker-exponent",
            left=((1 - zeta) / (2 - zeta)).subs(zeta, _v / (1 + _v)),
            at_least=((1 - zeta) / 2).subs(zeta, _v / (1 + _v)),
            nonnegative=_v / (2 * (1 + _v) * (2 + _v)),
            statement=r"$\frac{1-\zeta}{2-\zeta}\geq\frac{1-\zeta}2$ (here $\zeta=\frac v{1+v}$):"
            r" the printed rate is weaker, and equal at $\zeta=0$",
            mutants=(Mutant("(1 - zeta)", at_least=(1 - zeta).subs(zeta, _v / (1 + _v))),),
        ),
        Derivation(
            "iterations",
            left=(_root_loss / _tau ** ((1 - zeta) / 2)).subs(
                _tau, (_root_loss / _eps) ** (2 / (1 - zeta))
            ),
            equals=_eps,
            where=zeta < 1,
            statement=r"at $\bar T=(\frac{35+8\sqrt{m/d^3}}{\gamma\|\mu\|\eta\varepsilon})"
            r"^{2/(1-\zeta)}$ the bound is $\varepsilon$",
            mutants=(
                Mutant(
                    "1/(1 - zeta) for 2/(1 - zeta)",
                    left=(_root_loss / _tau ** ((1 - zeta) / 2)).subs(
                        _tau, (_root_loss / _eps) ** (1 / (1 - zeta))
                    ),
                ),
                Mutant(
                    "eta^-2 for eta^-1",
                    left=(_root_loss / eta / _tau ** ((1 - zeta) / 2)).subs(
                        _tau, (_root_loss / _eps) ** (2 / (1 - zeta))
                    ),
                ),
            ),
        ),
    ),
)

norm_constant = sp.Rational(5, 3) + (1 - gamma) / (2 * H) * sp.sqrt(m)
loss_bound_16 = (30 + 6 / sp.sqrt(H) * m ** sp.Rational(1, 4)) / (gamma * mu * sp.sqrt(eta * T))
_top_16 = 30 + 6 / sp.sqrt(H) * m ** sp.Rational(1, 4)
_half_defect = eta**2 * _gradient**2 + 2 * eta / 3 + eta * (1 - gamma) * sp.sqrt(m) / (4 * H)

corollary_b16 = Theorem(
    id="wang2024/corollary-B.16",
    title="convergence for the smoothed leaky ReLU",
    source="Appendix B.1, Corollary B.16",
    statement=r"For the smoothed leaky ReLU, in the setting of Lemma B.15: $\hat L_{rob}(W^T)\leq"
    r"\frac{30+6m^{1/4}/\sqrt H}{\gamma\|\mu\|\sqrt{\eta T}}$, because $\|W^T\|_F^2\leq\|W^0\|_F^2"
    r"+\eta(\frac53+\frac{1-\gamma}{2H}\sqrt m)T$.",
    paper=paper,
    hypotheses=setting,
    quantities=QUANTITIES,
    symbols=WORDS
    | {
        "robust_loss": "robust training loss after T steps",
        "squared_growth": "|W^T|^2 - |W^0|^2",
        "norm_growth": "|W^(t+1)|^2 - |W^t|^2 at a random step",
        "picked_gradient": "gradient norm at that step",
        "tau": "number of iterations (real)",
        "epsilon": "target of the robust training loss",
    },
    uses=("wang2024/lemma-B.15", "wang2024/equation-1"),
    claims=(
        Inequality(
            "loss",
            left="robust_loss",
            at_most=loss_bound_16,
            given="good_run",
            statement=r"$\hat L_{rob}(W^T)\leq\frac{30+6m^{1/4}/\sqrt H}{\gamma\|\mu\|"
            r"\sqrt{\eta T}}$; at one cell the bound is below $\log2$, the loss at the start",
            mutants=(Mutant("T^2 for sqrt(T)", at_most=loss_bound_16 / T ** sp.Rational(3, 2)),),
        ),
        Inequality(
            "norm",
            left="squared_growth",
            at_most=eta * norm_constant * T,
            given="good_run",
            where=sp.Eq(sp.Symbol("moderate_step"), 1),
            statement=r"$\|W^T\|_F^2\leq\|W^0\|_F^2+\eta(\frac53+\frac{1-\gamma}{2H}\sqrt m)T$, "
            r"at a step within (4) and at larger ones, as long as the gradient's term is moderate",
            mutants=(
                Mutant("a large step", where=sp.Eq(sp.Symbol("moderate_step"), 0)),
                Mutant("eta^3 for eta", at_most=eta**3 * norm_constant * T),
            ),
        ),
        Inequality(
            "norm-step-halved",
            left="norm_growth",
            at_most=_half_defect,
            scale=_half_defect,
            statement=r"only neurons that count for the label add to the defect: "
            r"$\|W^{t+1}\|_F^2\leq\|W^t\|_F^2+\eta^2\|\nabla\hat L_{rob}\|_F^2+\frac23\eta+\eta"
            r"\frac{1-\gamma}{4H}\sqrt m$",
            mutants=(
                Mutant("without the gradient's term", at_most=_half_defect - eta**2 * _gradient**2),
                Mutant("1/3 for 2/3", at_most=_half_defect - eta / 3),
            ),
        ),
        Derivation(
            "first-constant",
            left=8 * sp.sqrt(6) + 8 * sp.sqrt(sp.Rational(5, 3)),
            at_most=30,
            statement=r"$8(\sqrt6+\sqrt{5/3})\leq30$",
            mutants=(Mutant("29", at_most=29),),
        ),
        Derivation(
            "second-constant",
            left=8 / sp.sqrt(2),
            at_most=6,
            statement=r"$8/\sqrt2\leq6$",
            mutants=(Mutant("5", at_most=5),),
        ),
        Derivation(
            "width-term",
            left=8 * sp.sqrt(sp.sqrt(m) / (2 * H)),
            equals=8 / sp.sqrt(2) * m ** sp.Rational(1, 4) / sp.sqrt(H),
            statement=r"the term $\frac{1-\gamma}{2H}\sqrt m\,\eta T$ of the norm's bound "
            r"becomes $\frac8{\sqrt2}m^{1/4}H^{-1/2}$",
            mutants=(
                Mutant("m^(1/2) for m^(1/4)", equals=8 / sp.sqrt(2) * sp.sqrt(m) / sp.sqrt(H)),
                Mutant(
                    "H^(1/2) for H^(-1/2)",
                    equals=8 / sp.sqrt(2) * m ** sp.Rational(1, 4) * sp.sqrt(H),
                ),
            ),
        ),
        Derivation(
            "gradient-term",
            left=(eta * C_2**2 * d / n).subs(eta, 1 / (C * d**2)),
            equals=C_2**2 / (C * d * n),
            statement=r"with $\eta=1/(Cd^2)$ the gradient adds $\eta\cdot\frac{C_2^2}{Cnd}$ per "
            r"step, at most $\eta$ for $C\geq C_2^2$: hence $\frac53=\frac23+1$",
            mutants=(
                Mutant("eta = 1 / (C d)", left=(eta * C_2**2 * d / n).subs(eta, 1 / (C * d))),
            ),
        ),
        Derivation(
            "iterations",
            left=(_top_16 / (gamma * mu * sp.sqrt(eta * _tau))).subs(
                _tau, (_top_16 / (gamma * mu * _eps)) ** 2 / eta
            ),
            equals=_eps,
            statement=r"the bound is $\varepsilon$ at $T=\frac1\eta(\frac{30+6m^{1/4}/\sqrt H}"
            r"{\gamma\|\mu\|\varepsilon})^2$: fewer than in Lemma B.15 by a factor of the order "
            r"$\eta$",
            mutants=(
                Mutant(
                    "1/eta^2",
                    left=(_top_16 / (gamma * mu * sp.sqrt(eta * _tau))).subs(
                        _tau, (_top_16 / (gamma * mu * _eps)) ** 2 / eta**2
                    ),
                ),
                Mutant(
                    "m^(1/2) for m^(1/4)",
                    left=(_top_16 / (gamma * mu * sp.sqrt(eta * _tau))).subs(
                        _tau, ((30 + 6 * sp.sqrt(m / H)) / (gamma * mu * _eps)) ** 2 / eta
                    ),
                ),
            ),
        ),
    ),
)

theorems = (lemma_b14, lemma_b15, corollary_b16)
