"""ReLU and leaky ReLU: how neurons align on fresh points, and the margin (B.31 to B.33)."""

from bounds.authoring import *
from bounds.wang2024.nonsmooth_changes import (
    TAILS,
    _counterexample,
    _why,
    c_7,
    fourth_power,
    log_failure,
    log_rare,
    signal_dominates,
)
from bounds.wang2024.notation import *
from bounds.wang2024.notation_nonsmooth import *

aligned = observable(
    "alignment_mean",
    "smallest mean of a_s y <w_s, x> over fresh points, over |mu|^2",
    r"\min_sE[a_sy\langle w_s^T,x\rangle]/(\|\mu\|^2U)",
    real=True,
)
alignment_spread = observable(
    "alignment_spread", "its largest standard deviation", r"\max_s\mathrm{sd}", positive=True
)
wrong_share = observable(
    "wrong_share",
    "share of neurons of the wrong sign on fresh points, after one step",
    r"\frac{|\{s:a_sy\langle w_s^1,x\rangle\leq0\}|}m",
)
share = sp.Symbol("share", positive=True)
L = parameter("L", "log(m d / (n delta))", positive=True)
u = parameter("u", "log(1 / delta)", nonnegative=True)
negative_slope = parameter(
    "negative_slope", "slope on the negative side, over gamma", r"\gamma_-", nonnegative=True
)
S, S_2 = (1 + negative_slope) / 2, (1 + negative_slope**2) / 2
pull = (1 - 2 * flipped_share) * S * n * mu

corollary_b31 = paper.theorem(
    "corollary-B.31",
    "every neuron has the right sign on fresh points",
    "Appendix B.2, Corollary B.31",
    r"On a good run, with probability at least $1-4(d/n)^{-11}$ over a clean fresh "
    r"point, $a_sy\langle w_s^t,x\rangle\geq\frac{c_7\eta}{4\sqrt m}\|\mu\|^2\sum_{\tau<t}\hat "
    r"G_{rob}(W^\tau)$ for all $s$.",
    hypotheses=(*ASSUMPTION_1, *NONSMOOTH, RUN),
    uses=("lemma-B.30", "proposition-B.23"),
    claims=(
        Inequality(
            "alignment",
            log_failure(aligned, alignment_spread, c_7 / 4, m),
            at_most=log(4) + log_rare,
            where=signal_dominates,
            given=good_run,
            statement=r"$\min_sa_sy\langle w_s^t,x\rangle/(\|\mu\|^2U)\geq\frac{c_7}4$, "
            r"$U=\frac\eta{\sqrt m}\sum_\tau\hat G_{rob}(W^\tau)$, but for a probability of at "
            r"most $4(d/n)^{-11}$, where (B2) holds with $C=100$ (at $C=2.8$ it is $10^{-2}$ on "
            r"some runs)",
            routes=TAILS,
            mutants=(
                Mutant("1 for c_7 / 4", left=log_failure(aligned, alignment_spread, 1, m)),
                Mutant("1/2 for c_7 / 4", left=log_failure(aligned, alignment_spread, Q(1, 2), m)),
                Mutant("the wrong sign", left=log_failure(-aligned, alignment_spread, c_7 / 4, m)),
            ),
        ),
        Identity(
            "wrong-signs",
            wrong_share,
            normal_cdf(-pull * mu / sqrt(S_2 * n * d + pull**2)),
            tolerance=0.03,
            statement=r"after one step the share of neurons with $a_sy\langle w_s,x\rangle\leq0$ "
            r"is $\Phi(-Z)$, $Z=\frac{(1-2\hat\beta)Sn\|\mu\|^2}{\sqrt{S_2nd+((1-2\hat\beta)Sn"
            r"\|\mu\|)^2}}$, with $\hat\beta$ the share of flips, $S=\frac{1+\gamma_-}2$ and $S_2="
            r"\frac{1+\gamma_-^2}2$ (not in the paper; within 3 %, for large $n$ and $d$)",
            mutants=lambda: (
                replaced(flipped_share, beta, "beta for the run's share of flips"),
                replaced(S, 1),
                Mutant(
                    "without the signal in the root",
                    equals=normal_cdf(-pull * mu / sqrt(S_2 * n * d)),
                ),
                replaced(S_2, S**2, "S^2 for S_2"),
            ),
        ),
        *derivations(
            half_and_half=equal(
                at(c_7 * (1 - share) - c_7 / 4, {share: Q(1, 2)}),
                c_7 / 4,
                statement=r"half of $c_7$ from Lemma B.30, less a quarter for the start, is "
                r"$\frac{c_7}4$",
            ),
            logarithm=at_most(
                L - u,
                n * fourth_power * L / (C**2 * d),
                nonnegative=u,
                statement=r"$\log\frac{dm}n\leq\frac{n\|\mu\|^4}{C^2d}$ by (B2), for "
                r"$\delta=e^{-u}\leq1$",
                mutants=(Mutant("C^3 for C^2", at_most=n * fourth_power * L / (C**3 * d)),),
                printed=Printed(
                    name="logarithm-printed",
                    left=L - log(1 / delta),
                    at_most=n * fourth_power * L / (C**4 * d),
                    nonnegative=None,
                    where=(delta < 1) & (C > 1) & (L > log(1 / delta)),
                    statement=r"as printed: (B2) with equality, $\|\mu\|^4=C^2\frac dnL$, gives "
                    r"$\log\frac{dm}n=L-\log\frac1\delta\leq\frac{n\|\mu\|^4}{C^4d}$",
                    words=r"by (B2) $\log\frac{dm}n\leq\frac{n\|\mu\|^4}{C^4d}$, and with (1) "
                    r"$\frac{\|\mu\|^2}{C^5}$",
                    why=_why + r", and (1) turns that into $C^3$, not $C^5$",
                    counterexample=_counterexample + r"$\log(dm/n)=13.1$ exceeds $0.15$",
                    harmless=True,
                ),
            ),
            after_assumption_1=equal(
                at(n * mu**4 / (C**2 * d), {d: C * n * mu**2}),
                mu**2 / C**3,
                statement=r"(1) turns $\frac{n\|\mu\|^4}{C^2d}$ into at most "
                r"$\frac{\|\mu\|^2}{C^3}$",
            ),
        ),
    ),
)

bracket = (
    r"\max_s\frac{|\langle w_s^T,x\rangle|}{(\|\mu\|^2+(\|\mu\|+\sqrt{d/n}+\alpha)\|\xi\|"
    r"+\|\mu\|\alpha)U}"
)
envelope_ratio = observable(
    "envelope_ratio", "largest |<w_s, x>| on a fresh point, over the bracket of the lemma", bracket
)
worst_ratio = observable("envelope_ratio_worst", "the same for noise along the neuron", bracket)
x = parameter("x", "square of the signal", r"\|\mu\|^2", positive=True)
c_8 = Q(9, 2) * C_r + 4 / mu

lemma_b32 = paper.theorem(
    "lemma-B.32",
    "preactivations of fresh points are bounded",
    "Appendix B.2, Lemma B.32",
    r"On a good run, for every point $x=y\mu+\xi$ and neuron: $|\langle w_s^t,x\rangle|"
    r"\leq\frac{c_8\eta}{\sqrt m}(\|\mu\|^2+\|\mu\|\|\xi\|+\sqrt{\frac dn}\|\xi\|+\|\mu\|\alpha+"
    r"\|\xi\|\alpha)\sum_{\tau<t}\hat G_{rob}(W^\tau)$. (Its constants, put together: $c_8=\frac92"
    r"C_r+\frac4{\|\mu\|}$.)",
    hypotheses=(*ASSUMPTION_1, *NONSMOOTH, RUN),
    uses=("lemma-B.30",),
    claims=(
        Inequality(
            "envelope",
            envelope_ratio,
            at_most=c_8,
            given=signal_is_clean,
            note="that is $c_8$, with $C_r$ of the run",
            mutants=(Q(1, 500),),
        ),
        Inequality(
            "envelope-worst",
            worst_ratio,
            at_most=c_8,
            given=signal_is_clean,
            note="also for noise of the same length along $w_s$, the worst there is",
            mutants=(Q(1, 20),),
        ),
        BigO(
            "constant",
            worst_ratio,
            of=1,
            corrections="power",
            note=r"at a fixed width $c_8$ does not grow with $n$, $\|\mu\|$ or $\frac1d$, even for "
            r"the worst noise. Along $n$ the share of samples that a neuron is on at is off by "
            r"$n^{-1/2}$; along the others the ratio falls like $\frac1{1+\rho}$, $\rho=\|\mu\|"
            r"\sqrt{n/d}\leq C^{-1/2}$ by (1), which hides no growth beyond the tolerance",
            mutants=(1 / sqrt(n),),
        ),
        *derivations(
            c8=equal(
                Derivative(
                    C_r * (Q(3, 2) * x + mu * alpha) + C_r * (3 * x + 2 * mu * alpha) + 4 / mu * x,
                    x,
                ),
                c_8,
                statement=r"the coefficients of $\|\mu\|^2$ in the bounds of $B_1$, $B_2$ and of "
                r"the start add up to $c_8$",
            )
        ),
    ),
)

margin = observable(
    "margin",
    "smaller conditional mean of y f over the spectral norm of the weights",
    r"\min_{\bar y}\frac{E[yf(x;W^T)|y=\bar y]}{\|W^T\|_2}",
    real=True,
)
strength = sqrt(n / d) * mu**2
c_9 = 3 * gamma * c_7 / 8
least_margin = c_9 * strength / (16 * C_2)

lemma_b33 = paper.theorem(
    "lemma-B.33",
    "normalised margin with non-smooth activations",
    "Appendix B.2, Lemma B.33",
    r"On a good run, for $t\geq1$ and $\bar y=\pm1$: $\frac{E[yf(x;W^t)|y=\bar y]}"
    r"{\|W^t\|_2}\geq\frac{c_9\sqrt n}{16C_2\sqrt d}\|\mu\|^2$. (Its constants, put together: "
    r"$c_9=\frac38\gamma c_7=\frac{c_0\gamma^2}{16C_r}$.)",
    hypotheses=(*ASSUMPTION_1, *NONSMOOTH, RUN),
    uses=("corollary-B.31", "lemma-B.32", "lemma-B.12"),
    claims=(
        Inequality(
            "margin",
            margin,
            at_least=least_margin,
            given=good_run,
            note=r"that is $\frac{c_9\sqrt n}{16C_2\sqrt d}\|\mu\|^2$, constants of the run",
            mutants=(strength / 2,),
        ),
        Omega("grows", margin, of=strength, functional="mean", corrections="power"),
        Theta(
            "size",
            margin,
            of=strength,
            functional="mean",
            corrections="power",
            note="sharp",
            mutants=(n / d * mu**2, sqrt(n)),
        ),
        *derivations(
            c9=equal(
                at(x * gamma * c_7 / 8, {x: Q(3, 4)}),
                c_9 / 4,
                statement=r"$P(\mathcal E)\geq\frac34$ and half of the neurons turn $\frac{c_7}4$ "
                r"into $\frac{c_9}4$, $c_9=\frac38\gamma c_7$",
            ),
            c9_in_one=equal(
                at(3 * gamma * x / 8, {x: c_7}),
                c_0 * gamma**2 / (16 * C_r),
                statement=r"$c_9=\frac{c_0\gamma^2}{16C_r}$",
            ),
            half_the_neurons=equal(
                sp.Sum(gamma * c_7 / (4 * m), (sp.Symbol("s", integer=True), 1, m / 2)),
                gamma * c_7 / 8,
                statement=r"summed over the $\frac m2$ neurons with $a_s=y$: "
                r"$\frac{\gamma c_7}8$",
            ),
            exponent=equal(
                least_margin,
                at(mu**2 / C * sqrt(n / d), {C: 16 * C_2 / c_9}),
                statement=r"with $C=\frac{16C_2}{c_9}$ the margin is "
                r"$\frac{\|\mu\|^2}C\sqrt{n/d}$",
            ),
            vacuity=at_least(
                (16 * sqrt(50 * C_r) / c_9).subs(
                    {c_0: Q(1, 15), gamma: 1, C_r: 1920 * (10 + Q(1, 40)) * 15}
                ),
                4 * 10**12,
                statement=r"at $\kappa=\gamma=1$, $C_1=10$ and $c_0=\frac1{15}$ the proof needs "
                r"$C\geq\frac{16C_2}{c_9}>4\cdot10^{12}$: the constants say nothing on reachable "
                "sizes",
                mutants=(5 * 10**12,),
            ),
        ),
    ),
)
