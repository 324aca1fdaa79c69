"""ReLU and leaky ReLU: Theorem B.17, activity, loss ratio, convergence (B.24 to B.29)."""

from __future__ import annotations

import sympy as sp

from bounds import (
    BigO,
    Derivation,
    Erratum,
    Inequality,
    Mutant,
    Probability,
    Theorem,
    Theta,
    regime,
)
from bounds.wang2024 import figures_claims, nonsmooth_margin
from bounds.wang2024.nonsmooth_notation import RUN, SYMBOLS, active, c_0, good, observed
from bounds.wang2024.notation import (
    ASSUMPTION_1,
    C_1,
    C_2,
    NONSMOOTH,
    C,
    C_r,
    T,
    alpha,
    beta,
    d,
    delta,
    eta,
    gamma,
    lambda_,
    m,
    mu,
    n,
    omega,
    paper,
)

_half, _third = sp.Rational(1, 2), sp.Rational(1, 3)
_epsilon, _u, _radius = sp.symbols("epsilon u alpha_0", positive=True)
_r = sp.Symbol("u", nonnegative=True)
_delta = 1 / (2 * (1 + _r))

loss_bound = 30 / (mu * gamma * c_0 * sp.sqrt(eta * T))
_strength = mu**2 / C * sp.sqrt(n / d)


def clean_bound(strength: sp.Expr = _strength) -> sp.Expr:
    """Return the bound of the clean test error with c = 1/2."""
    return beta + 2 * sp.exp(-lambda_ / 2 * strength**2)


def robust_bound(strength: sp.Expr = _strength) -> sp.Expr:
    """Return the bound of the robust test error with c = 1/2."""
    return beta + 2 * sp.exp(-lambda_ / 2 * (strength - alpha) ** 2)


_weak_attack = alpha <= _strength

theorem_b17 = Theorem(
    id="wang2024/theorem-B.17",
    aliases=("wang2024/theorem-3.1-nonsmooth",),
    title="benign overfitting of adversarially trained ReLU networks",
    source="Theorem 3.1 (non-smooth activation); Appendix B.2, Theorem B.17",
    statement=r"Under Assumption 1, (B1) and (B2), for $T\geq\bar T=\left(\frac{30}{\|\mu\|\gamma "
    r"c_0\sqrt\eta\,\varepsilon}\right)^2$ and with probability at least $1-2\delta$: the robust "
    r"training loss is at most $\varepsilon$ and the robust training error 0; the clean test "
    r"error is at most $\beta+2\exp(-\frac{c\lambda n\|\mu\|^4}{C^2d})$; and if $\frac\alpha"
    r"{\|\mu\|}\leq\frac1C\sqrt{n\|\mu\|^2/d}$ the robust test error is at most $\beta+2\exp(-c"
    r"\lambda\|\mu\|^2(\frac{\|\mu\|}C\sqrt{n/d}-\frac\alpha{\|\mu\|})^2)$.",
    paper=paper,
    hypotheses=(*ASSUMPTION_1, *NONSMOOTH, RUN),
    symbols=SYMBOLS | {
        "robust_loss_T": "robust training loss after T iterations",
        "clean_mistake": "the trained network errs on a fresh point",
        "robust_mistake": "an attack on a fresh point succeeds",
        "uncertified_share": "share of training points without a certified positive margin after "
        "the first iteration",
        "C": "declared value of the unnamed constant in the test errors",
        "lambda": "strong log-concavity of the clusters",
    },
    uses=(
        "wang2024/definition-B.22", "wang2024/lemma-B.29", "wang2024/lemma-B.33",
        "wang2024/lemma-B.26", "wang2024/lemma-B.2",
    ),
    claims=(
        Inequality(
            "zero-robust-training-error", left="uncertified_share", at_most=0, scale=1, given=good,
            statement=r"on a good run no training point can be attacked, from the first step on "
            r"(certified)",
            mutants=(Mutant("without any active neuron as well", given=None),),
        ),
        Probability(
            "training-loss", event=observed("robust_loss_T") <= loss_bound,
            at_least=1 - 2 * delta, given=active,
            statement=r"$\hat L_{rob}(W^T)\leq\frac{30}{\|\mu\|\gamma c_0\sqrt{\eta T}}$, so "
            r"$\leq\varepsilon$ for $T\geq\bar T$, with $c_0$ of the run (and far below it)",
            mutants=(Mutant("a millionth of the bound",
                            event=observed("robust_loss_T") <= loss_bound / 10**6),),
        ),
        Probability(
            "clean-error", event="clean_mistake", at_most=clean_bound(),
            statement=r"clean test error $\leq\beta+2\exp(-\frac{\lambda n\|\mu\|^4}{2C^2d})$ "
            r"with $C=3$",
            mutants=(
                Mutant("the flips are ignored", at_most=clean_bound() - beta),
                Mutant("n^2 for n", at_most=clean_bound(sp.sqrt(n) * _strength)),
                Mutant("mu^8 for mu^4", at_most=clean_bound(mu**2 * _strength)),
                Mutant("mu^2 for mu^4", truth="weaker", because="a smaller exponent, as mu > 1",
                       at_most=clean_bound(_strength / mu)),
            ),
        ),
        Probability(
            "robust-error", event="robust_mistake", at_most=robust_bound(), where=_weak_attack,
            statement=r"robust test error $\leq\beta+2\exp(-\frac\lambda2(\frac{\|\mu\|^2}C"
            r"\sqrt{n/d}-\alpha)^2)$ with $C=3$",
            mutants=(
                Mutant("the flips are ignored", at_most=robust_bound() - beta),
                Mutant("the attack is ignored, for every radius", at_most=clean_bound(),
                       where=None),
                Mutant("root of n^2/d, for every radius", where=None,
                       at_most=robust_bound(sp.sqrt(n) * _strength)),
            ),
        ),
        Derivation(
            "iterations", left=loss_bound.subs(
                T, (30 / (mu * gamma * c_0 * sp.sqrt(eta) * _epsilon)) ** 2),
            equals=_epsilon,
            statement=r"the bound of the loss equals $\varepsilon$ at $\bar T$",
            mutants=(
                Mutant("without the square (as in the last line of the proof of Lemma B.29)",
                       left=loss_bound.subs(
                           T, 30 / (mu * gamma * c_0 * sp.sqrt(eta) * _epsilon))),
                Mutant("eta^2 for eta", left=loss_bound.subs(
                    T, (30 / (mu * gamma * c_0 * eta * _epsilon)) ** 2)),
                Mutant("without c_0", left=loss_bound.subs(
                    T, (30 / (mu * gamma * sp.sqrt(eta) * _epsilon)) ** 2)),
            ),
        ),
        Derivation(
            "not-vacuous",
            left=loss_bound.subs(T, (30 / (mu * gamma * c_0 * sp.log(2))) ** 2 / eta),
            equals=sp.Integral(1 / _u, (_u, 1, 2)),
            statement=r"the bound says more than $\log2$, the loss at the start, only from $\eta T="
            r"(\frac{30}{\|\mu\|\gamma c_0\log2})^2$ on",
        ),
        Derivation(
            "exponent",
            left=mu**2 * (mu / C * sp.sqrt(n / d) - alpha / mu) ** 2,
            equals=(_strength - alpha) ** 2,
            statement=r"$\|\mu\|^2(\frac{\|\mu\|}C\sqrt{\frac nd}-\frac\alpha{\|\mu\|})^2="
            r"(\frac{\|\mu\|^2}C\sqrt{\frac nd}-\alpha)^2$",
            mutants=(Mutant("mu for mu^2 in front",
                            left=mu * (mu / C * sp.sqrt(n / d) - alpha / mu) ** 2),),
        ),
        Derivation(
            "bookkeeping", left=1 - delta - 3 * delta / 4 - delta / 5, at_least=1 - 2 * delta,
            statement=r"the failures add up to $\delta+\frac34\delta+\frac15\delta\leq2\delta$",
            mutants=(Mutant("1 - 3 delta / 2", at_least=1 - 3 * delta / 2),),
        ),
        Derivation(
            "failure-in-c7", left=_delta**4, at_most=_delta / 8,
            nonnegative=_r * (3 + 3 * _r + _r**2) / (16 * (1 + _r) ** 4),
            statement=r"(C7) fails with $(\frac\delta m)^4\leq\delta^4\leq\frac\delta8$, as "
            r"$\delta=\frac1{2(1+u)}\leq\frac12$",
            mutants=(Mutant("at most delta / 64", at_most=_delta / 64),),
        ),
        Derivation(
            "dimension-range",
            left=(n * mu**4 / (C**2 * _u) - C * n * mu**2).subs(mu, sp.sqrt(C**3 * _u)), equals=0,
            statement=r"(1) and (B2) leave $Cn\|\mu\|^2\leq d\leq\frac{n\|\mu\|^4}{C^2\log\frac{md}"
            r"{n\delta}}$, which is empty below $\|\mu\|^2=C^3\log\frac{md}{n\delta}$, where the "
            r"ends meet",
            mutants=(Mutant("C^2 for C^3", left=(n * mu**4 / (C**2 * _u) - C * n * mu**2).subs(
                mu, C * sp.sqrt(_u))),),
        ),
    ),
)

_ratio, _first_ratio = observed("lambda_over_share"), observed("lambda_over_share_first")

proposition_b24 = Theorem(
    id="wang2024/proposition-B.24",
    title="active neurons keep the secant slopes up",
    source="Appendix B.2, Proposition B.24",
    statement=r"Let $\mathcal A(t)$ be the pairs $(i,s)$ with $\langle w_s^t,\tilde x\rangle>0$ on "
    r"the ball around $x_i$, that is $\langle w_s^t,x_i\rangle>\alpha\|w_s^t\|$. For $t\geq1$: "
    r"$\phi'(\langle w_s^t,\tilde x_i\rangle)\geq\gamma$ there, and $\lambda_i(\tilde x_i;W^t)\geq"
    r"\frac{\gamma^2}m|\mathcal A^i(t)\cap\mathcal A^i(t+1)|$.",
    paper=paper,
    hypotheses=(RUN,),
    symbols=SYMBOLS | {
        "lambda_over_share": "smallest lambda_i over the share of neurons active at t and t + 1, "
        "t >= 1",
        "lambda_over_share_first": "the same at t = 0",
        "lambda_smallest": "smallest lambda_i, t >= 1",
        "active_slope": "smallest slope of an active pair",
    },
    uses=("wang2024/equation-lambda",),
    claims=(
        Inequality(
            "active-slope", left="active_slope", at_least=gamma, scale=gamma,
            statement=r"on $\mathcal A(t)$ every slope is at least $\gamma$",
            mutants=(Mutant("at least 2 gamma", at_least=2 * gamma),),
        ),
        Inequality(
            "secant-slopes", left=_ratio, at_least=gamma**2, scale=gamma**2,
            statement=r"$\lambda_i(\tilde x_i;W^t)\geq\gamma^2|\mathcal A^i(t)\cap\mathcal A^i"
            r"(t+1)|/m$ for $t\geq1$, at attacked points",
            mutants=(
                Mutant("gamma for its square", at_least=gamma),
                Mutant("without the share of active neurons", left="lambda_smallest"),
                Mutant("at t = 0 as well, where activity is that of x_i alone",
                       left=_first_ratio),
            ),
        ),
    ),
)

lemma_b25 = Theorem(
    id="wang2024/lemma-B.25",
    title="the first step keeps active what it should",
    source="Appendix B.2, Lemma B.25",
    statement=r"With $\mathcal T=\{(i,s):y_i=a_s\}$, on a good run $|\mathcal A^i(1)\cap\mathcal "
    r"T^i|\geq|\mathcal A^i(0)\cap\mathcal T^i|\geq c_0m$ and $|\mathcal A_s(1)\cap\mathcal T_s|"
    r"\geq|\mathcal A_s(0)\cap\mathcal T_s|\geq c_0n$.",
    paper=paper,
    hypotheses=(*ASSUMPTION_1, *NONSMOOTH, RUN),
    symbols=SYMBOLS,
    uses=("wang2024/lemma-B.21",),
    claims=(
        Inequality(
            "no-pair-is-lost", left="lost_first", at_most=0, scale=1,
            statement=r"$\mathcal A(0)\cap\mathcal T\subseteq\mathcal A(1)\cap\mathcal T$, though "
            r"$\mathcal A(1)$ asks for activity on the whole ball",
            mutants=(Mutant("without T", left="lost_first_any"),),
        ),
        Inequality(
            "active-neurons", left="active_neurons", at_least=c_0, scale=1,
            statement=r"$|\mathcal A^i(1)\cap\mathcal T^i|\geq c_0m$ for every sample",
            mutants=(Mutant("c_0 = 1/2", at_least=_half),),
        ),
        Inequality(
            "active-samples", left="active_samples", at_least=c_0, scale=1,
            statement=r"$|\mathcal A_s(1)\cap\mathcal T_s|\geq c_0n$ for every neuron",
            mutants=(Mutant("c_0 = 1/2", at_least=_half),),
        ),
    ),
)

_lower = c_0 * gamma**2 / 2 * (sp.sqrt(d / C_1) - alpha) ** 2
_upper = 3 * (C_1 * d + alpha**2)
_ratio_constant = 192 * C_1 * (C_1 + 1 / (4 * C_1)) / (c_0 * gamma**2)
_ratio_middle = 48 * (C_1 * d + alpha**2) / (c_0 * gamma**2 * (sp.sqrt(d / C_1) - alpha) ** 2)
_large_attack = sp.sqrt(d / C_1) / 2

lemma_b26 = Theorem(
    id="wang2024/lemma-B.26",
    title="activity lasts, margins grow, logistic weights stay comparable",
    source="Appendix B.2, Lemma B.26",
    statement=r"On a good run, for all $t$: (E1) $\mathcal A(t)\cap\mathcal T\subset\mathcal A(t+1)"
    r"\cap\mathcal T$. (E2) On the ball around $x_i$: $\frac{\eta c_0\gamma^2\tilde g_i}{2n}"
    r"(\sqrt{d/C_1}-\alpha)^2\leq y_if(\tilde x_i;W^{t+1})-y_if(\tilde x_i;W^t)\leq\frac{3\eta}n"
    r"(C_1d+\alpha^2)\tilde g_i$. (E3) The logistic weights of the attacked samples have ratios at "
    r"most $C_r=\frac{192C_1(C_1+\frac1{4C_1})}{c_0\gamma^2}$.",
    paper=paper,
    hypotheses=(*ASSUMPTION_1, *NONSMOOTH, RUN),
    symbols=SYMBOLS | {
        "increment_below": "certified lower bound of the margins' increments, over eta g_i / n",
        "increment_above": "certified upper bound of the margins' increments, over eta g_i / n",
        "increment_least": "smallest increment at an attacked point, over eta g_i / n",
        "increment_most": "largest increment at an attacked point, over eta g_i / n",
        "lambda_first_own": "smallest lambda_i at x_i', first step",
        "lambda_first_any": "smallest lambda_k at x_i', first step, any k",
    },
    uses=("wang2024/lemma-B.25", "wang2024/proposition-B.24", "wang2024/lemma-B.4"),
    errata=(
        Erratum(
            printed=r"$\lambda_k(\tilde x_i;W^0)\in[\frac{c_0\gamma^2}{1.1},1]$ without a word on "
            r"$k$ (proof, case $t=0$)",
            correct=r"for $k=i$; for other $k$ only $[0,1]$",
            why="the neurons that are active on x_k need not be those that become active on x_i; "
            "only k = i is used",
            counterexample="ReLU, n = m = 20: lambda_k falls below half of c_0 / 1.1 for some "
            "pairs in some runs",
            harmless=True,
        ),
    ),
    claims=(
        Inequality(
            "activity-lasts", left="lost_later", at_most=0, scale=1,
            statement=r"(E1) no pair of $\mathcal A(t)\cap\mathcal T$ is ever lost, $t\geq1$",
            mutants=(Mutant("without T", left="lost_later_any"),),
        ),
        Inequality(
            "increment-below", left="increment_below", at_least=_lower, given=good,
            statement=r"(E2) $y_if(\tilde x_i;W^{t+1})-y_if(\tilde x_i;W^t)\geq\frac{\eta c_0"
            r"\gamma^2\tilde g_i}{2n}(\sqrt{d/C_1}-\alpha)^2$ on the whole ball, with $c_0$ and "
            r"$C_1$ of the run",
            routes="certified on the ball; no point of it is left out",
            mutants=(
                Mutant("without c_0", left="increment_least", at_least=_lower / c_0),
                Mutant("gamma for its square, without c_0", left="increment_least",
                       at_least=_lower / gamma / c_0),
                Mutant("the increment is negative", left="increment_least", at_least=None,
                       at_most=0),
            ),
        ),
        Inequality(
            "increment-above", left="increment_above", at_most=_upper, given=good,
            statement=r"(E2) $y_if(\tilde x_i;W^{t+1})-y_if(\tilde x_i;W^t)\leq\frac{3\eta}n(C_1d+"
            r"\alpha^2)\tilde g_i$ on the whole ball",
            routes="certified on the ball; no point of it is left out",
            mutants=(Mutant("1/3 for 3", left="increment_most", at_most=_upper / 9),),
        ),
        Inequality(
            "loss-ratio", left=C_r, at_most=_ratio_constant, given=good,
            statement=r"(E3) the logistic weights differ by at most the factor $C_r$, with $c_0$ "
            r"and $C_1$ of the run (measured: 1 to 10)",
            mutants=(
                Mutant("at most 3/2", at_most=sp.Rational(3, 2)),
            ),
        ),
        Inequality(
            "first-slopes", left="lambda_first_own", at_least=c_0 * gamma**2 / sp.Rational(11, 10),
            given=good,
            statement=r"$\lambda_i(\tilde x_i;W^0)\geq\frac{c_0\gamma^2}{1.1}$",
            mutants=(Mutant("without c_0", at_least=gamma**2 / sp.Rational(11, 10)),),
        ),
        Inequality(
            "first-slopes-printed", left="lambda_first_any",
            at_least=c_0 * gamma**2 / sp.Rational(11, 10), given=good, expected="broken",
            because="what is active on x_k need not become active on x_i; only k = i is used",
            statement=r"as printed: $\lambda_k(\tilde x_i;W^0)\geq\frac{c_0\gamma^2}{1.1}$ for "
            r"every $k$",
        ),
        Derivation(
            "ratio-constant", left=sp.Limit(_ratio_middle.subs(d, _u), alpha,
                                            _large_attack.subs(d, _u)),
            equals=_ratio_constant,
            statement=r"$\frac{48(C_1d+\alpha^2)}{c_0\gamma^2(\sqrt{d/C_1}-\alpha)^2}$ is "
            r"$C_r$ at the largest attack $\alpha=\frac12\sqrt{d/C_1}$",
            mutants=(
                Mutant("24 for 48", left=sp.Limit(_ratio_middle.subs(d, _u) / 2, alpha,
                                                  _large_attack.subs(d, _u))),
                Mutant("c_0^2 for c_0", equals=_ratio_constant / c_0),
                Mutant("C_1 + 1/C_1", equals=192 * C_1 * (C_1 + 1 / C_1) / (c_0 * gamma**2)),
            ),
        ),
        Derivation(
            "ratio-chain", left=2 * 2 * 2 * _upper / _lower, equals=_ratio_middle,
            statement=r"the quotient of the bounds in (E2) enters with three factors 2: from "
            r"$e^{-z}\leq2g(z)$, from $e^{\frac{3\eta}n(C_1d+\alpha^2)}\leq2$ and from ratios of "
            r"$g$ against those of $e^{-z}$",
            mutants=(Mutant("two factors 2", left=2 * 2 * _upper / _lower),),
        ),
        Derivation(
            "ratio-largest",
            left=C_1 * (C_1 + 1 / (4 * C_1 * (1 + _r) ** 2)) / (1 - 1 / (2 * (1 + _r))) ** 2,
            at_most=4 * C_1 * (C_1 + 1 / (4 * C_1)),
            nonnegative=(4 * C_1**2 * (2 * _r + 3 * _r**2) + 4 * _r + 4 * _r**2)
            / (1 + 2 * _r) ** 2,
            statement=r"that attack is the worst ($\alpha=\frac1{2(1+u)}\sqrt{d/C_1}$)",
            mutants=(Mutant("2 for 4", at_most=2 * C_1 * (C_1 + 1 / (4 * C_1))),),
        ),
    ),
)

_distance_bound = sp.Min(omega * sp.sqrt(m * d) / eta, alpha)

lemma_b27 = Theorem(
    id="wang2024/lemma-B.27",
    title="attacked samples stay close to the span of the samples",
    source="Appendix B.2, Lemma B.27",
    statement=r"For all $t$, $i$: the distance of $\tilde x_i^t$ from the span of $x_1,\dots,x_n$ "
    r"is at most $\min\{\frac{\omega_{init}\sqrt{md}}\eta,\alpha\}$.",
    paper=paper,
    hypotheses=(
        *ASSUMPTION_1, *NONSMOOTH, RUN,
        regime(sp.sqrt(d / (alpha**2 * n)) >= 160 * C_1 ** sp.Rational(3, 2) * C_r / (gamma * c_0),
               "the dimension is large against the attack (used at the end of the proof)"),
    ),
    symbols=SYMBOLS | {
        "distance": "largest distance of an attacked sample from the span",
        "distance_from_mean": "largest distance of an attacked sample from the line of the mean",
        "distance_first_perturbed": "largest distance, if the first step perturbs at random",
    },
    uses=("wang2024/lemma-B.26", "wang2024/lemma-B.4"),
    claims=(
        Inequality(
            "distance", left="distance", at_most=_distance_bound, scale=_distance_bound,
            given=active,
            statement=r"the distance is at most $\min\{\omega_{init}\sqrt{md}/\eta,\alpha\}$",
            routes="fixed points of the attack, which are what the proof speaks about",
            mutants=(
                Mutant("without the root of m",
                       at_most=sp.Min(omega * sp.sqrt(d) / eta, alpha)),
                Mutant("from the line of the mean", left="distance_from_mean"),
                Mutant("if the first step perturbs too: any perturbation is a maximiser then",
                       left="distance_first_perturbed"),
            ),
        ),
        Theta(
            "grows-with-the-start", observable="distance", of=omega, corrections="power",
            statement=r"with all else fixed the distance is proportional to $\omega_{init}$",
            mutants=(
                Mutant("the square", of=omega**2),
                Mutant("the root", of=sp.sqrt(omega)),
            ),
        ),
        Derivation(
            "dimension",
            left=(c_0 * gamma * _u / (32 * C_1 * C_r * sp.sqrt(_radius**2 * C_1 * _u * n))).subs(
                _u, n * (160 * _radius * C_1 ** sp.Rational(3, 2) * C_r / (gamma * c_0)) ** 2),
            equals=5,
            statement=r"the last step of the proof needs $\sqrt{\frac d{\alpha^2n}}\geq\frac{160"
            r"C_1^{3/2}C_r}{\gamma c_0}$, where its two terms balance",
            mutants=(Mutant("without c_0", left=(
                c_0 * gamma * _u / (32 * C_1 * C_r * sp.sqrt(_radius**2 * C_1 * _u * n))).subs(
                    _u, n * (160 * _radius * C_1 ** sp.Rational(3, 2) * C_r / gamma) ** 2)),),
        ),
    ),
)

_moved = 2 * sp.sqrt(8 * C_1 * n * alpha**2 / d) + omega * sp.sqrt(m * d) / eta / mu
_small = sp.Lt(mu, 10)

lemma_b28 = Theorem(
    id="wang2024/lemma-B.28",
    title="attacked samples keep their component along the mean",
    source="Appendix B.2, Lemma B.28",
    statement=r"On a good run $\frac12\|\mu\|^2\leq\langle\mu,y_i\tilde x_i^t\rangle\leq3\|\mu"
    r"\|^2$ for clean $i$, and $-3\|\mu\|^2\leq\langle\mu,y_i\tilde x_i^t\rangle\leq-\frac12"
    r"\|\mu\|^2$ for flipped $i$; by its proof with $\frac13$ for $\frac12$.",
    paper=paper,
    hypotheses=(*ASSUMPTION_1, *NONSMOOTH, RUN),
    symbols=SYMBOLS | {
        "clean_lowest": "smallest <mu, y_i x_i'> / |mu|^2 of clean samples, attacked",
        "clean_highest": "largest of them",
        "flipped_lowest": "smallest <mu, y_i x_i'> / |mu|^2 of flipped samples, attacked",
        "flipped_highest": "largest of them",
        "moved_along_mean": "largest change of <mu, x_i> by the attack, over |mu|^2",
        "signal_is_clean": "the events (C5) and (C6) of Lemma B.4",
    },
    uses=("wang2024/lemma-B.27", "wang2024/lemma-B.4"),
    errata=(
        Erratum(
            printed=r"$\frac12\|\mu\|^2\leq\langle\mu,y_i\tilde x_i^t\rangle$ for clean $i$",
            correct=r"$\frac13$, as in Lemma B.11",
            why="(C5) gives 1/2 without an attack, and the attack takes up to 1/6; the proof is "
            "that of Lemma B.11, and Lemma B.29 uses 1/3. Flipped samples are moved the other way, "
            "so that 1/2 is right for them. For large C the printed 1/2 would hold for clean "
            "samples with high probability as well, but not by this proof",
            counterexample="ReLU, d = 40000, n = m = 20, mu = alpha = 5: with (C5) met, the "
            "smallest product after the first step can be 0.41 |mu|^2",
            harmless=True,
        ),
    ),
    claims=(
        Inequality(
            "clean-printed", left="clean_lowest", at_least=_half, scale=1, where=_small,
            given="signal_is_clean", expected="broken",
            because="(C5) gives 1/2 before the attack, which takes up to 1/6 of it",
            statement=r"as printed: $\langle\mu,y_i\tilde x_i^t\rangle\geq\frac12\|\mu\|^2$ for "
            r"clean $i$",
        ),
        Inequality(
            "clean", left="clean_lowest", at_least=_third, scale=1, given="signal_is_clean",
            statement=r"$\langle\mu,y_i\tilde x_i^t\rangle\geq\frac13\|\mu\|^2$ for clean $i$",
            mutants=(
                Mutant("1/2", at_least=_half),
                Mutant("flipped samples as well", left="flipped_lowest"),
            ),
        ),
        Inequality(
            "clean-above", left="clean_highest", at_most=3, scale=1, given="signal_is_clean",
            statement=r"$\langle\mu,y_i\tilde x_i^t\rangle\leq3\|\mu\|^2$ for clean $i$",
            mutants=(Mutant("1", at_most=1),),
        ),
        Inequality(
            "flipped", left="flipped_highest", at_most=-_half, scale=1, given="signal_is_clean",
            statement=r"as printed: $\langle\mu,y_i\tilde x_i^t\rangle\leq-\frac12\|\mu\|^2$ for "
            r"flipped $i$ (the attack moves them away from 0)",
            mutants=(
                Mutant("2/3 for 1/2", at_most=-sp.Rational(2, 3)),
                Mutant("clean samples as well", left="clean_lowest"),
                Mutant("1/3 for 1/2, as in the proof", truth="weaker", because="-1/2 < -1/3",
                       at_most=-_third),
            ),
        ),
        Inequality(
            "flipped-below", left="flipped_lowest", at_least=-3, scale=1, given="signal_is_clean",
            statement=r"$\langle\mu,y_i\tilde x_i^t\rangle\geq-3\|\mu\|^2$ for flipped $i$",
            mutants=(Mutant("-1", at_least=-1),),
        ),
        Inequality(
            "displacement", left="moved_along_mean", at_most=_moved, given="signal_is_clean",
            statement=r"$|\langle\mu,\tilde x_i^t-x_i\rangle|\leq2\sqrt{8C_1n\alpha^2/d}\,\|\mu\|"
            r"^2+C_d\|\mu\|$ with $C_1$ of the run (the proof needs $\frac16\|\mu\|^2$)",
            mutants=(
                Mutant("n^2 for n below the root",
                       at_most=_moved / n),
                Mutant("half of the root, without C_d", at_most=sp.sqrt(8 * n * alpha**2 / d) / 8),
            ),
        ),
    ),
)

_growth = eta * C_2**2 * d / n + sp.Rational(2, 3)

lemma_b29 = Theorem(
    id="wang2024/lemma-B.29",
    title="convergence of the robust training loss",
    source="Appendix B.2, Lemma B.29",
    statement=r"On a good run $\hat L_{rob}(W^T)\leq\frac{30}{\|\mu\|\gamma c_0\sqrt{\eta T}}$, by "
    r"way of $\langle-\nabla\hat L_{rob},V\rangle\geq\frac{\gamma\|\mu\|}4c_0\hat G_{rob}$ and "
    r"$\|W^t\|_F^2\leq\|W^0\|_F^2+(\eta^2\frac{C_2^2d}n+\frac23\eta)t$.",
    paper=paper,
    hypotheses=(*ASSUMPTION_1, *NONSMOOTH, RUN),
    symbols=SYMBOLS | {
        "gradient_along_mean": "smallest <-grad L, V> over |mu| and the mean logistic weight",
        "growth_rate": "largest increase of the squared norm since the start, per iteration and "
        "step size",
        "robust_loss_T": "robust training loss after T iterations",
    },
    uses=("wang2024/lemma-B.28", "wang2024/lemma-B.26", "wang2024/lemma-B.12"),
    errata=(
        Erratum(
            printed=r"$c_0>1$ is the constant in Lemma B.21",
            correct=r"$0<c_0\leq\frac12$",
            why="c_0 m counts neurons with a_s = y_i, of which there are m/2",
            counterexample="every run: the share is about 1/4",
            harmless=True,
        ),
    ),
    claims=(
        Inequality(
            "c0-printed", left=c_0, at_least=1, scale=1, expected="broken",
            because="at most half of the neurons have a_s = y_i",
            statement=r"as printed: $c_0>1$",
        ),
        Inequality(
            "c0", left=c_0, at_most=_half, scale=1,
            statement=r"$c_0\leq\frac12$: the share of active neurons of the right sign",
            mutants=(Mutant("at most a twentieth", at_most=sp.Rational(1, 20)),),
        ),
        Inequality(
            "gradient", left="gradient_along_mean", at_least=gamma * c_0 / 4, given=good,
            statement=r"$\langle-\nabla\hat L_{rob}(W^t),V\rangle\geq\frac{\gamma\|\mu\|}4c_0\hat "
            r"G_{rob}(W^t)$, with $c_0$ of the run and at most a tenth of the labels flipped",
            mutants=(
                Mutant("without c_0", at_least=gamma / 2),
                Mutant("the opposite direction", at_least=None, at_most=0),
            ),
        ),
        Inequality(
            "growth", left="growth_rate", at_most=_growth,
            statement=r"$\|W^t\|_F^2\leq\|W^0\|_F^2+(\eta^2\frac{C_2^2d}n+\frac23\eta)t$, with "
            r"$C_2$ of the run",
            mutants=(
                Mutant("without the first term", at_most=sp.Rational(2, 3)),
                Mutant("without the root of d/n in C_2", at_most=eta * C_2**2
                       + sp.Rational(2, 3)),
            ),
        ),
        BigO(
            "rate", observable="robust_loss_T", of=1 / sp.sqrt(eta * T), given=active,
            statement=r"$\hat L_{rob}(W^T)=O((\eta T)^{-1/2})$ along $T$ (it falls faster: see the "
            r"measured exponent)",
            mutants=(
                Mutant("T^(-3/2)", of=(eta * T) ** sp.Rational(-3, 2)),
            ),
        ),
        Theta(
            "measured-rate", observable="robust_loss_T", of=1 / (eta * T), given=active,
            corrections="power",
            statement=r"what is seen: $\hat L_{rob}(W^T)$ falls like $\frac1{\eta T}$",
            mutants=(Mutant("the root of the bound", of=1 / sp.sqrt(eta * T)),),
        ),
        Derivation(
            "constant", left=8 * (sp.sqrt(6) + sp.sqrt(sp.Rational(2, 3) + 1)), at_most=30,
            statement=r"$8(\sqrt6+\sqrt{\frac23+\frac1{nd}})\leq30$ for every $nd\geq1$",
            mutants=(Mutant("29", at_most=29),),
        ),
        Derivation(
            "start", left=2 * sp.sqrt(sp.Rational(3, 2) * m * omega**2 * d).subs(
                omega, eta / sp.sqrt(m * d)),
            equals=sp.sqrt(6) * eta,
            statement=r"(3) makes $2\|W^0\|_F\leq\sqrt6\,\eta$",
            mutants=(Mutant("sqrt 3", equals=sp.sqrt(3) * eta),),
        ),
        Derivation(
            "step", left=(eta**2 * C_2**2 * d / n).subs(C_2, sp.sqrt(C)).subs(
                eta, 1 / (C * d**2)),
            equals=(eta / (n * d)).subs(eta, 1 / (C * d**2)),
            statement=r"(4) with $C\geq C_2^2$ makes the first term $\eta^2\frac{C_2^2d}n$ at most "
            r"$\frac\eta{nd}$",
            mutants=(Mutant("1/d for 1/d^2 in (4)", left=(eta**2 * C_2**2 * d / n).subs(
                C_2, sp.sqrt(C)).subs(eta, 1 / (C * d)), equals=(eta / (n * d)).subs(
                    eta, 1 / (C * d))),),
        ),
    ),
)

theorems = (
    theorem_b17, proposition_b24, lemma_b25, lemma_b26, lemma_b27, lemma_b28,
    lemma_b29, *nonsmooth_margin.theorems, *figures_claims.theorems,
)
