"""ReLU and leaky ReLU: how neurons align on fresh points, and the margin (Lemmas B.30 to B.33)."""

from __future__ import annotations

import sympy as sp

from bounds import (
    BigO,
    Derivation,
    Erratum,
    Identity,
    Inequality,
    Mutant,
    Omega,
    Probability,
    Theorem,
    Theta,
    regime,
)
from bounds.wang2024.nonsmooth_notation import (
    RUN,
    SYMBOLS,
    c_0,
    flipped_share,
    good,
    observed,
)
from bounds.wang2024.notation import (
    ASSUMPTION_1,
    C_2,
    NONSMOOTH,
    C,
    C_r,
    alpha,
    beta,
    d,
    delta,
    gamma,
    m,
    mu,
    n,
    normal_cdf,
    paper,
)

_L, _p, _q, _x = sp.symbols("L p q x", positive=True)
_excess = sp.Symbol("u", nonnegative=True)

c_7 = c_0 * gamma / (6 * C_r)
c_8 = sp.Rational(9, 2) * C_r + 4 / mu
c_9 = 3 * gamma * c_7 / 8
_rare = (d / n) ** (-11)
_first_term = c_0 * gamma / (3 * C_r)
_second = 3 * mu**2 + 2 * mu * alpha

_TERMS = {
    "decomposition_gap": "largest difference of the change and the sum of the four terms",
    "decomposition_gap_halved": "largest difference of the change and the sum of the four terms, "
    "with half of the second",
    "change_largest": "largest change of a preactivation on the fresh point",
    "change_smallest": "smallest a_s y <change of w_s, x> of a step on the fresh point",
    "moved_smallest": "smallest a_s y <w_s^T - w_s^0, x> on the fresh point",
    "moved_largest": "largest a_s y <w_s^T - w_s^0, x> on the fresh point",
    "noise_products": "largest |<xi_i, xi>|",
    "B1_smallest": "smallest first term, over |mu|^2",
    "B2_largest": "largest second term",
    "B3_ratio": "largest third term, over |<mu, xi>|",
    "B4_ratio": "largest fourth term, over max |<xi_i, xi>| + alpha |xi|",
    "wrong_share": "share of neurons of the wrong sign on fresh points, after one step",
    "noise_ratio": "largest norm of the accumulated noise, over sqrt(d n)",
    "noise_size": "standard deviation of the accumulated fourth term on a fresh point",
    "alignment_smallest": "smallest a_s y <w_s, x> on a fresh point, over |mu|^2",
    "alignment_largest": "largest a_s y <w_s, x> on a fresh point, over |mu|^2",
    "envelope_ratio": "largest |<w_s, x>| on a fresh point, over the bracket of Lemma B.32",
    "envelope_ratio_worst": "largest |<w_s, x>| over the bracket of Lemma B.32, for noise along "
    "the neuron",
    "margin": "smaller conditional mean of y f over the spectral norm of the weights",
}
"""Terms are in units of eta / sqrt(m) times the (accumulated) mean logistic weight."""

_squares = Erratum(
    printed=r"by (B2) $\log\frac dn\leq\log\frac{\|\mu\|^4}{C^4}$ and $\log\frac{dm}n\leq\frac{n"
    r"\|\mu\|^4}{C^4d}$",
    correct=r"$C^2$ for $C^4$ (and $C^3$ for $C^5$ after (1))",
    why="(B2) bounds |mu|^2 by C times a root, so |mu|^4 by C^2. The conclusions stay: |mu| still "
    "exceeds any multiple of the logarithm's root for large C",
    counterexample="(B2) with equality, C = 10, d = 10^6, n = 100, m = 50, delta = 0.1: d/n = 10^4 "
    "exceeds |mu|^4/C^4 = 1542, and log(dm/n) = 13.1 exceeds 0.15",
    harmless=True,
)

_change, _moved = observed("change_smallest"), observed("moved_smallest")
_products = sp.Symbol("noise_products", nonnegative=True)
_one_step = c_7 * mu**2 - C_r * (_products + alpha * sp.sqrt(d * sp.log(d / n)))
_all_steps = c_7 * (mu**2 - 2 * sp.sqrt(d * sp.log(d * m / n) / n))

lemma_b30 = Theorem(
    id="wang2024/lemma-B.30",
    title="neurons move the right way on fresh points",
    source="Appendix B.2, Lemma B.30",
    statement=r"On a good run, with probability at least $1-3(d/n)^{-11}$ over a clean fresh point "
    r"$x=y\mu+\xi$, for all $s$ and $\tau<t$: $a_sy\langle w_s^{\tau+1}-w_s^\tau,x\rangle\geq"
    r"\frac{c_7\eta}{\sqrt m}(\|\mu\|^2-C'\max_i|\langle\xi_i,\xi\rangle|-C'\alpha\sqrt{d\log\frac "
    r"dn})\hat G_{rob}(W^\tau)$ and $a_sy\langle w_s^t-w_s^0,x\rangle\geq\frac{c_7\eta}{\sqrt m}"
    r"(\|\mu\|^2-C''\sqrt{\frac dn\log\frac{dm}n})\sum_{\tau<t}\hat G_{rob}(W^\tau)$. The proof "
    r"splits the change into four terms $B_1+B_2+B_3+B_4$: signal, flipped samples, noise of the "
    r"fresh point along $\mu$, noise against noise. (Its constants, put together: $c_7=\frac{c_0"
    r"\gamma}{6C_r}$.)",
    paper=paper,
    hypotheses=(
        *ASSUMPTION_1,
        *NONSMOOTH,
        RUN,
        regime(
            c_0 * gamma / (12 * C_r**2) >= flipped_share * (3 + 2 * alpha / mu),
            "so few flips that the second term is at most a quarter of the first",
        ),
    ),
    symbols=SYMBOLS | _TERMS,
    uses=(
        "wang2024/lemma-B.25",
        "wang2024/lemma-B.26",
        "wang2024/lemma-B.28",
        "wang2024/proposition-B.23",
    ),
    errata=(_squares,),
    claims=(
        Probability(
            "step",
            event=_change < _one_step,
            at_most=3 * _rare,
            given=good,
            statement=r"every step: $a_sy\langle w_s^{\tau+1}-w_s^\tau,x\rangle\geq\frac{c_7\eta}"
            r"{\sqrt m}(\|\mu\|^2-C'\max_i|\langle\xi_i,\xi\rangle|-C'\alpha\sqrt{d\log\frac dn})"
            r"\hat G_{rob}$ for all neurons, with $C'=\frac{C_r}{c_7}$ of the run. Unless $\|\mu"
            r"\|^2$ exceeds the other terms, as in one cell, it says less than 'positive'",
            mutants=(
                Mutant("100 c_7", event=_change < 100 * _one_step),
                Mutant("1 for c_7 and 0 for C'", event=_change < mu**2),
                Mutant("the wrong sign", event=-observed("change_largest") < c_7 * mu**2),
            ),
        ),
        Probability(
            "accumulated",
            event=_moved < _all_steps,
            at_most=3 * _rare,
            given=good,
            statement=r"all steps: $a_sy\langle w_s^t-w_s^0,x\rangle\geq\frac{c_7\eta}{\sqrt m}"
            r"(\|\mu\|^2-C''\sqrt{\frac dn\log\frac{dm}n})\sum_\tau\hat G_{rob}$, with $C''=2$ and "
            r"$c_7$ of the run (more than 'positive' in one cell)",
            mutants=(
                Mutant("1 for c_7", event=_moved < _all_steps / c_7),
                Mutant("100 c_7", event=_moved < 100 * _all_steps),
                Mutant(
                    "mu^3 for mu^2",
                    event=_moved < c_7 * (mu**3 - 2 * sp.sqrt(d * sp.log(d * m / n) / n)),
                ),
                Mutant("the wrong sign", event=-observed("moved_largest") < _all_steps),
            ),
        ),
        Identity(
            "decomposition",
            observable="decomposition_gap",
            equals=0,
            scale="change_largest",
            exact=True,
            statement=r"$a_sy\langle w_s^{\tau+1}-w_s^\tau,x\rangle=B_1+B_2+B_3+B_4$ for every "
            r"neuron and step",
            mutants=(Mutant("half of the second term", observable="decomposition_gap_halved"),),
        ),
        Inequality(
            "signal",
            left="B1_smallest",
            at_least=_first_term,
            given=good,
            statement=r"$B_1\geq\frac{\eta c_0\gamma}{C_r\sqrt m}\frac{\|\mu\|^2}3\hat G_{rob}$, "
            r"with $c_0$ and $C_r$ of the run",
            mutants=(Mutant("without c_0", at_least=_first_term / c_0),),
        ),
        Inequality(
            "flips",
            left="B2_largest",
            at_most=C_r * flipped_share * _second,
            given="signal_is_clean",
            statement=r"$|B_2|\leq\frac{\eta C_r}{\sqrt m}\frac{|\mathcal N|}n(3\|\mu\|^2+2\|\mu\|"
            r"\alpha)\hat G_{rob}$",
            mutants=(
                Mutant("half of it", at_most=C_r * flipped_share * _second / 2),
                Mutant("without mu^2", at_most=C_r * flipped_share * 2 * mu * alpha),
            ),
        ),
        Inequality(
            "noise-along-mean",
            left="B3_ratio",
            at_most=C_r,
            statement=r"$|B_3|\leq\frac{\eta C_r}{\sqrt m}\hat G_{rob}|\langle\mu,\xi\rangle|$",
            mutants=(Mutant("half of it", at_most=C_r / 2),),
        ),
        Inequality(
            "noise-along-mean-sharp",
            left="B3_ratio",
            at_most=1,
            statement=r"sharper: the factor $C_r$ is not needed in the bound of $B_3$",
            mutants=(Mutant("1/2 for 1", at_most=sp.Rational(1, 2)),),
        ),
        Inequality(
            "noise-against-noise",
            left="B4_ratio",
            at_most=C_r,
            statement=r"$|B_4|\leq\frac{\eta C_r}{\sqrt m}\hat G_{rob}(\max_i|\langle\xi_i,\xi"
            r"\rangle|+\alpha\|\xi\|)$",
            mutants=(Mutant("a twentieth of it", at_most=C_r / 20),),
        ),
        Inequality(
            "accumulated-noise",
            left="noise_ratio",
            at_most=3 * C_r,
            statement=r"$\|\sum_i\sum_\tau y_iy\tilde g_i\phi'(\xi_i+\epsilon_i)\|\leq3C_r\sqrt{dn}"
            r"\sum_\tau\hat G_{rob}(W^\tau)$",
            mutants=(Mutant("1/4 for 3", at_most=C_r / 4),),
        ),
        Theta(
            "noise-size",
            observable="noise_size",
            of=sp.sqrt(d / n),
            statement=r"the accumulated fourth term on a fresh point has the standard deviation "
            r"$\sqrt{d/n}$, up to a constant",
            mutants=(
                Mutant("sqrt d for sqrt(d/n)", of=sp.sqrt(d)),
                Mutant("d/n for its root", of=d / n),
                Mutant("mu for sqrt(d/n)", of=mu),
                Mutant("mu^2 / sqrt(n)", of=mu**2 / sp.sqrt(n)),
            ),
        ),
        Derivation(
            "c7",
            left=_first_term - _first_term / 4 - _first_term / 4,
            equals=c_7,
            statement=r"two quarters less than $\frac{c_0\gamma}{3C_r}$ leave $c_7=\frac{c_0\gamma}"
            r"{6C_r}$",
            mutants=(Mutant("one quarter", left=_first_term - _first_term / 4),),
        ),
        Derivation(
            "noise-norm",
            left=9 * d * sp.log(sp.exp(11 * _L)),
            at_most=(10 * sp.sqrt(d * _L)) ** 2,
            nonnegative=d * _L,
            statement=r"(D2) with $\bar\delta=(d/n)^{-11}$, $L=\log\frac dn$, gives "
            r"$\|\xi\|^2\leq99dL\leq(10\sqrt{dL})^2$",
            mutants=(Mutant("9 for 10", at_most=(9 * sp.sqrt(d * _L)) ** 2),),
        ),
        Derivation(
            "accumulated-noise-constant",
            left=sp.Limit(
                2 * C_r * sp.sqrt(d * n) / _q + alpha * n / _q, alpha, C_r * sp.sqrt(d / n)
            ),
            equals=3 * C_r * sp.sqrt(d * n) / _q,
            statement=r"$2C_r\sqrt{dn}+\alpha n\leq3C_r\sqrt{dn}$ as long as $\alpha\leq C_r"
            r"\sqrt{d/n}$, which (1) and (6) give",
            mutants=(Mutant("2 for 3", equals=2 * C_r * sp.sqrt(d * n) / _q),),
        ),
        Derivation(
            "logarithm-printed",
            left=(d / n),
            at_most=(_q / C**4).subs(_q, C**2 * d / n * _L),
            expected="broken",
            because="(B2) with equality gives |mu|^4 = C^2 (d/n) L only",
            statement=r"as printed: (B2) with equality, $\|\mu\|^4=C^2\frac dnL$ with $L=\log\frac"
            r"{md}{n\delta}$, gives $\frac dn\leq\frac{\|\mu\|^4}{C^4}$",
        ),
        Derivation(
            "logarithm",
            left=(d / n),
            at_most=(_q / C**2).subs(_q, C**2 * d / n * (1 + _excess)),
            nonnegative=d / n * _excess,
            statement=r"corrected: $\frac dn\leq\frac{\|\mu\|^4}{C^2}$, for $L=1+u\geq1$",
            mutants=(
                Mutant("C^3 for C^2", at_most=(_q / C**3).subs(_q, C**2 * d / n * (1 + _excess))),
            ),
        ),
    ),
)

_aligned = observed("alignment_smallest")
_negative = sp.Symbol("negative_slope", nonnegative=True)


def wrong_share(
    share: sp.Expr = flipped_share,
    mean_slope: sp.Expr = (1 + _negative) / 2,
    square: sp.Expr = (1 + _negative**2) / 2,
    signal: int = 1,
) -> sp.Expr:
    """Return the share of neurons of the wrong sign on a fresh point, after one step."""
    pull = (1 - 2 * share) * mean_slope * n * mu
    return normal_cdf(-pull * mu / sp.sqrt(square * n * d + signal * pull**2))


corollary_b31 = Theorem(
    id="wang2024/corollary-B.31",
    title="every neuron has the right sign on fresh points",
    source="Appendix B.2, Corollary B.31",
    statement=r"On a good run, with probability at least $1-4(d/n)^{-11}$ over a clean fresh "
    r"point, $a_sy\langle w_s^t,x\rangle\geq\frac{c_7\eta}{4\sqrt m}\|\mu\|^2\sum_{\tau<t}\hat "
    r"G_{rob}(W^\tau)$ for all $s$.",
    paper=paper,
    hypotheses=(*ASSUMPTION_1, *NONSMOOTH, RUN),
    symbols=SYMBOLS | _TERMS,
    uses=("wang2024/lemma-B.30", "wang2024/proposition-B.23"),
    errata=(_squares,),
    claims=(
        Probability(
            "alignment",
            event=_aligned < c_7 / 4,
            at_most=4 * _rare,
            given=good,
            statement=r"some neuron has $a_sy\langle w_s^t,x\rangle<\frac{c_7\eta}{4\sqrt m}\|\mu\|"
            r"^2\sum_\tau\hat G_{rob}$ with probability at most $4(d/n)^{-11}$, with $c_7$ of the "
            r"run",
            mutants=(
                Mutant("1 for c_7 / 4", event=_aligned < 1),
                Mutant("1/2 for c_7 / 4", event=_aligned < sp.Rational(1, 2)),
                Mutant("the wrong sign", event=-observed("alignment_largest") < c_7 / 4),
            ),
        ),
        Identity(
            "wrong-signs",
            observable="wrong_share",
            equals=wrong_share(),
            tolerance=0.03,
            statement=r"after one step the share of neurons with $a_sy\langle w_s,x\rangle\leq0$ "
            r"is $\Phi(-Z)$, $Z=\frac{(1-2\hat\beta)Sn\|\mu\|^2}{\sqrt{S_2nd+((1-2\hat\beta)Sn"
            r"\|\mu\|)^2}}$, with $\hat\beta$ the share of flips, $S=\frac{1+\gamma_-}2$ and $S_2="
            r"\frac{1+\gamma_-^2}2$ (not in the paper; within 3 %, for large $n$ and $d$)",
            mutants=(
                Mutant("beta for the run's share of flips", equals=wrong_share(share=beta)),
                Mutant("S = 1", equals=wrong_share(mean_slope=sp.Integer(1))),
                Mutant("without the signal in the root", equals=wrong_share(signal=0)),
                Mutant("S^2 for S_2", equals=wrong_share(square=((1 + _negative) / 2) ** 2)),
            ),
        ),
        Derivation(
            "half-and-half",
            left=c_7 * (1 - sp.Rational(1, 2)) - c_7 / 4,
            equals=c_7 / 4,
            statement=r"half of $c_7$ from Lemma B.30, less a quarter for the start, is "
            r"$\frac{c_7}4$",
            mutants=(Mutant("nothing is lost to the start", left=c_7 / 2),),
        ),
        Derivation(
            "logarithm-printed",
            left=_L - sp.log(1 / delta),
            at_most=(n * _q / (C**4 * d)).subs(_q, C**2 * d / n * _L),
            where=(delta < 1) & (C > 1) & (_L > sp.log(1 / delta)),
            expected="broken",
            because="(B2) with equality gives |mu|^4 = C^2 (d/n) L only",
            statement=r"as printed: (B2) with equality, $\|\mu\|^4=C^2\frac dnL$, gives $\log\frac"
            r"{dm}n=L-\log\frac1\delta\leq\frac{n\|\mu\|^4}{C^4d}$",
        ),
        Derivation(
            "logarithm",
            left=_L - _excess,
            at_most=(n * _q / (C**2 * d)).subs(_q, C**2 * d / n * _L),
            nonnegative=_excess,
            statement=r"corrected: $\log\frac{dm}n\leq\frac{n\|\mu\|^4}{C^2d}$, for $\delta=e^{-u}"
            r"\leq1$",
            mutants=(
                Mutant("C^3 for C^2", at_most=(n * _q / (C**3 * d)).subs(_q, C**2 * d / n * _L)),
            ),
        ),
        Derivation(
            "after-assumption-1",
            left=(_x / (C**2 * d)).subs(d, C * n * mu**2).subs(_x, n * mu**4),
            equals=mu**2 / C**3,
            statement=r"(1) turns $\frac{n\|\mu\|^4}{C^2d}$ into at most $\frac{\|\mu\|^2}{C^3}$",
            mutants=(Mutant("C^5 for C^3", equals=mu**2 / C**5),),
        ),
    ),
)

lemma_b32 = Theorem(
    id="wang2024/lemma-B.32",
    title="preactivations of fresh points are bounded",
    source="Appendix B.2, Lemma B.32",
    statement=r"On a good run, for every point $x=y\mu+\xi$ and neuron: $|\langle w_s^t,x\rangle|"
    r"\leq\frac{c_8\eta}{\sqrt m}(\|\mu\|^2+\|\mu\|\|\xi\|+\sqrt{\frac dn}\|\xi\|+\|\mu\|\alpha+"
    r"\|\xi\|\alpha)\sum_{\tau<t}\hat G_{rob}(W^\tau)$. (Its constants, put together: $c_8=\frac92"
    r"C_r+\frac4{\|\mu\|}$.)",
    paper=paper,
    hypotheses=(*ASSUMPTION_1, *NONSMOOTH, RUN),
    symbols=SYMBOLS | _TERMS,
    uses=("wang2024/lemma-B.30",),
    claims=(
        Inequality(
            "envelope",
            left="envelope_ratio",
            at_most=c_8,
            given="signal_is_clean",
            statement=r"the bound holds with $c_8=\frac92C_r+\frac4{\|\mu\|}$, $C_r$ of the run",
            mutants=(Mutant("1/500 for c_8", at_most=sp.Rational(1, 500)),),
        ),
        Inequality(
            "envelope-worst",
            left="envelope_ratio_worst",
            at_most=c_8,
            given="signal_is_clean",
            statement=r"also for noise of the same length along $w_s$, the worst there is",
            mutants=(Mutant("1/20 for c_8", at_most=sp.Rational(1, 20)),),
        ),
        BigO(
            "constant",
            observable="envelope_ratio_worst",
            of=sp.Integer(1),
            statement=r"$c_8$ does not grow with the sizes, even for the worst noise",
            mutants=(Mutant("it falls like 1/sqrt(n)", of=1 / sp.sqrt(n)),),
        ),
        Derivation(
            "c8",
            left=sp.Derivative(
                C_r * (sp.Rational(3, 2) * _x + mu * alpha)
                + C_r * (3 * _x + 2 * mu * alpha)
                + 4 / mu * _x,
                _x,
            ),
            equals=c_8,
            statement=r"the coefficients of $\|\mu\|^2$ in the bounds of $B_1$, $B_2$ and of the "
            r"start add up to $c_8$",
            mutants=(Mutant("without the start", equals=c_8 - 4 / mu),),
        ),
    ),
)

_strength = sp.sqrt(n / d) * mu**2
_margin = observed("margin")
_final = c_9 * _strength / (16 * C_2)

lemma_b33 = Theorem(
    id="wang2024/lemma-B.33",
    title="normalised margin with non-smooth activations",
    source="Appendix B.2, Lemma B.33",
    statement=r"On a good run, for $t\geq1$ and $\bar y=\pm1$: $\frac{E[yf(x;W^t)|y=\bar y]}"
    r"{\|W^t\|_2}\geq\frac{c_9\sqrt n}{16C_2\sqrt d}\|\mu\|^2$. (Its constants, put together: "
    r"$c_9=\frac38\gamma c_7=\frac{c_0\gamma^2}{16C_r}$.)",
    paper=paper,
    hypotheses=(*ASSUMPTION_1, *NONSMOOTH, RUN),
    symbols=SYMBOLS | _TERMS,
    uses=("wang2024/corollary-B.31", "wang2024/lemma-B.32", "wang2024/lemma-B.12"),
    claims=(
        Inequality(
            "margin",
            left=_margin,
            at_least=_final,
            given=good,
            statement=r"the margin is at least $\frac{c_9\sqrt n}{16C_2\sqrt d}\|\mu\|^2$, with "
            r"$c_0$, $C_r$, $C_2$ of the run",
            mutants=(
                Mutant("half of sqrt(n/d) mu^2, whatever c_9", at_least=_strength / 2),
                Mutant("an upper bound", at_least=None, at_most=_final),
            ),
        ),
        Omega(
            "grows",
            observable="margin",
            of=_strength,
            functional="mean",
            corrections="power",
            statement=r"the margin grows at least like $\sqrt{\frac nd}\|\mu\|^2$",
            mutants=(
                Mutant("n for sqrt(n)", of=sp.sqrt(n) * _strength),
                Mutant("mu^3 for mu^2", of=_strength * mu),
            ),
        ),
        Theta(
            "size",
            observable="margin",
            of=_strength,
            functional="mean",
            corrections="power",
            statement=r"sharp: the margin is of the size of $\sqrt{\frac nd}\|\mu\|^2$",
            mutants=(
                Mutant("n/d for its root", of=n / d * mu**2),
                Mutant("mu for mu^2", of=sp.sqrt(n / d) * mu),
                Mutant("mu^4 for mu^2", of=_strength * mu**2),
                Mutant("sqrt(n)", of=sp.sqrt(n)),
                Mutant("sqrt(n) mu^2", of=sp.sqrt(n) * mu**2),
            ),
        ),
        Derivation(
            "c9",
            left=sp.Rational(3, 4) * gamma * c_7 / 8,
            equals=c_9 / 4,
            statement=r"$P(\mathcal E)\geq\frac34$ and half of the neurons turn $\frac{c_7}4$ into "
            r"$\frac{c_9}4$, $c_9=\frac38\gamma c_7$",
            mutants=(Mutant("without the 3/4", left=gamma * c_7 / 8),),
        ),
        Derivation(
            "c9-in-one",
            left=c_9,
            equals=c_0 * gamma**2 / (16 * C_r),
            statement=r"$c_9=\frac{c_0\gamma^2}{16C_r}$",
            mutants=(Mutant("gamma for gamma^2", equals=c_0 * gamma / (16 * C_r)),),
        ),
        Derivation(
            "half-the-neurons",
            left=sp.Sum(gamma * c_7 / (4 * m), (sp.Symbol("s", integer=True), 1, m / 2)),
            equals=gamma * c_7 / 8,
            statement=r"summed over the $\frac m2$ neurons with $a_s=y$: $\frac{\gamma c_7}8$",
            mutants=(Mutant("over all m neurons", equals=gamma * c_7 / 4),),
        ),
        Derivation(
            "exponent",
            left=_final.subs(C_2, _p),
            equals=(mu**2 / C * sp.sqrt(n / d)).subs(C, 16 * _p / c_9),
            statement=r"with $C=\frac{16C_2}{c_9}$ the margin is $\frac{\|\mu\|^2}C\sqrt{n/d}$",
            mutants=(
                Mutant(
                    "C = 8 C_2 / c_9", equals=(mu**2 / C * sp.sqrt(n / d)).subs(C, 8 * _p / c_9)
                ),
            ),
        ),
        Derivation(
            "vacuity",
            left=(16 * sp.sqrt(50 * _p) / c_9)
            .subs({c_0: sp.Rational(1, 15), gamma: 1, C_r: _p})
            .subs(_p, sp.Integer(1920) * (10 + sp.Rational(1, 40)) * 15),
            at_least=4 * 10**12,
            statement=r"at $\kappa=\gamma=1$, $C_1=10$ and $c_0=\frac1{15}$ the proof needs "
            r"$C\geq\frac{16C_2}{c_9}>4\cdot10^{12}$: the constants say nothing on reachable sizes",
            mutants=(Mutant("5 10^12", at_least=5 * 10**12),),
        ),
    ),
)

theorems = (lemma_b30, corollary_b31, lemma_b32, lemma_b33)
