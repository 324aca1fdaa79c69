"""Where the attacks of training point: Lemmas B.10 and B.11, and the claims of Section 4.1."""

from __future__ import annotations

import sympy as sp

from bounds import (
    BigO,
    Derivation,
    Identity,
    Inequality,
    Limit,
    Mutant,
    Theorem,
    Theta,
    required,
)
from bounds.wang2024.good_run import QUANTITIES, WORDS
from bounds.wang2024.notation import (
    ASSUMPTION_1,
    C_1,
    SMOOTH,
    C,
    C_r,
    alpha,
    beta,
    d,
    eta,
    gamma,
    m,
    mu,
    n,
    omega,
    paper,
)

leaky = required((gamma > 0) & (gamma <= 1), "the slope is between 0 (excluded) and 1")
unperturbed_start = required(None, "the first step is not perturbed, as in Algorithm 1")
_share = omega * sp.sqrt(m * d) / eta
_radius = sp.Min(_share, alpha)
_size, _attack = sp.symbols("d alpha", positive=True)

lemma_b10 = Theorem(
    id="wang2024/lemma-B.10",
    aliases=("wang2024/lemma-4.1",),
    title="attacked inputs stay close to the span of the inputs",
    source="Section 4.1, Lemma 4.1; Appendix B.1, Lemma B.10",
    statement=r"On a good run, for $C$ large: the distance of every attacked input "
    r"$\tilde x_i^t$ from the span of $x_1,\ldots,x_n$ is at most "
    r"$\min\{\omega\sqrt{md}/\eta,\,\alpha\}$.",
    paper=paper,
    hypotheses=(*ASSUMPTION_1, *SMOOTH, leaky, unperturbed_start),
    quantities=QUANTITIES,
    symbols=WORDS
    | {
        "distance": "largest distance of an attacked input from the span of the inputs",
        "first_distance": "distance from the span of the inputs after one step, on average",
        "edge_distance": "largest distance of an attacked input from the span of the inputs",
        "distance_from_mean": "largest distance of an attacked input from the line of the mean",
        "distance_perturbed_start": "largest distance of an attacked input from the span of the "
        "inputs, if the first step is attacked along a neuron",
    },
    uses=("wang2024/lemma-B.9", "wang2024/lemma-B.4", "wang2024/lemma-B.3"),
    claims=(
        Inequality(
            "distance",
            left="distance",
            at_most=_radius,
            given="good_run",
            statement=r"every attacked input is within $\min\{\omega\sqrt{md}/\eta,\alpha\}$ of "
            r"the span of the inputs, throughout training",
            routes="attacks are stationary points of the margin on the ball, which is all that "
            "the proof uses; twice their distance from the next iterate is counted as numerical "
            "error, which covers it if the iteration contracts by a half or better (not checked)",
            mutants=(
                Mutant("the line of the mean for the span", left="distance_from_mean"),
                Mutant("the first step may be perturbed", left="distance_perturbed_start"),
                Mutant("a tenth of it", at_most=_radius / 10),
            ),
        ),
        Inequality(
            "distance-at-the-edge",
            left="edge_distance",
            at_most=_radius,
            given="good_run",
            expected="broken",
            where=gamma < sp.Rational(1, 5),
            because="how large C has to be depends on gamma and H: here Assumption 1, (A1) and "
            "(A2) hold with C = 1, but gamma = 0.05, the network has two neurons and the kink is "
            "sharp (H = 8e7)",
            statement=r"the same with $C=1$, a small $\gamma$ and a large $H$: the lemma needs a "
            r"$C$ that depends on $\gamma$ and $H$",
        ),
        BigO(
            "order",
            observable="first_distance",
            of=_share,
            corrections="power",
            statement=r"after one step the distance is at most of the order "
            r"$\omega\sqrt{md}/\eta$, as long as $d$ grows with $n\alpha^2$",
            mutants=(
                Mutant("its square", of=_share**2),
                Mutant("times n alpha^2 / d", of=_share * n * alpha**2 / d),
                Mutant("without sqrt(d)", of=omega * sp.sqrt(m) / eta),
            ),
        ),
        Theta(
            "true-size",
            observable="first_distance",
            of=alpha * omega * sp.sqrt(n) / eta,
            corrections="power",
            statement=r"for a sharp kink it is of the order $\alpha\omega\sqrt n/\eta$ after one "
            r"step: the lemma is loose by $\sqrt{md/(n\alpha^2)}$",
            mutants=(
                Mutant("the lemma's order", of=_share),
                Mutant("n for sqrt(n)", of=alpha * omega * n / eta),
                Mutant("without alpha", of=omega * sp.sqrt(n) / eta),
            ),
        ),
        Derivation(
            "dimension",
            left=(gamma * _size / (32 * C_1 * C_r * sp.sqrt(_attack**2 * C_1 * _size * n))).subs(
                _size, n * (160 * _attack * C_1 ** sp.Rational(3, 2) * C_r / gamma) ** 2
            ),
            equals=5,
            statement=r"the last step of the proof needs $\sqrt{\frac d{\alpha^2n}}\geq\frac{160"
            r"C_1^{3/2}C_r}\gamma$, where its two terms balance",
            mutants=(
                Mutant(
                    "16 for 160",
                    left=(
                        gamma * _size / (32 * C_1 * C_r * sp.sqrt(_attack**2 * C_1 * _size * n))
                    ).subs(_size, n * (16 * _attack * C_1 ** sp.Rational(3, 2) * C_r / gamma) ** 2),
                ),
                Mutant(
                    "C_1 for C_1^(3/2)",
                    left=(
                        gamma * _size / (32 * C_1 * C_r * sp.sqrt(_attack**2 * C_1 * _size * n))
                    ).subs(_size, n * (160 * _attack * C_1 * C_r / gamma) ** 2),
                ),
            ),
        ),
    ),
)

_margin = sp.Symbol("t", positive=True)
_lost = 2 * sp.sqrt(8 * C_1 * n * alpha**2 / d) + _share / mu
_clean_low, _clean_high = sp.symbols("clean_lowest clean_highest", real=True)

lemma_b11 = Theorem(
    id="wang2024/lemma-B.11",
    title="attacked inputs keep the signal",
    source="Appendix B.1, Lemma B.11",
    statement=r"On a good run, for $C$ large: $\frac13\|\mu\|^2\leq\langle\mu,y_i\tilde x_i^t"
    r"\rangle\leq3\|\mu\|^2$ where the label is clean, and "
    r"$-3\|\mu\|^2\leq\langle\mu,y_i\tilde x_i^t\rangle\leq-\frac13\|\mu\|^2$ where it is flipped.",
    paper=paper,
    hypotheses=(*ASSUMPTION_1, *SMOOTH, leaky, unperturbed_start),
    quantities=QUANTITIES,
    symbols=WORDS
    | {
        "clean_lowest": "smallest <mu, y_i x_i'> over clean labels and iterations",
        "clean_highest": "largest <mu, y_i x_i'> over clean labels and iterations",
        "flipped_lowest": "smallest <mu, y_i x_i'> over flipped labels and iterations",
        "flipped_highest": "largest <mu, y_i x_i'> over flipped labels and iterations",
        "has_flipped": "some label is flipped, in a good run",
        "signal_lost": "mean |<mu, x_i' - x_i>| after one step",
        "t": "slack: d = C n^2 alpha^2 (1 + t)",
    },
    uses=("wang2024/lemma-B.10", "wang2024/lemma-B.4"),
    claims=(
        Inequality(
            "clean-below",
            left="clean_lowest",
            at_least=mu**2 / 3,
            given="good_run",
            where=_lost <= sp.Rational(1, 6),
            statement=r"clean labels: $\langle\mu,y_i\tilde x_i^t\rangle\geq\frac13\|\mu\|^2$ "
            r"where $C$ is so large that $2\sqrt{8C_1n\alpha^2/d}+\frac{C_d}{\|\mu\|}\leq\frac16$",
            mutants=(
                Mutant("for stronger attacks too", where=None),
                Mutant("1/2 for 1/3, as Lemma B.28 prints", at_least=mu**2 / 2),
                Mutant("mu^3 for mu^2", at_least=mu**3 / 3),
            ),
        ),
        Inequality(
            "clean-above",
            left="clean_highest",
            at_most=3 * mu**2,
            given="good_run",
            statement=r"clean labels: $\langle\mu,y_i\tilde x_i^t\rangle\leq3\|\mu\|^2$",
            mutants=(
                Mutant("1 for 3", at_most=mu**2),
                Mutant("mu for mu^2", at_most=3 * mu),
            ),
        ),
        Inequality(
            "flipped-above",
            left="flipped_highest",
            at_most=-(mu**2) / 3,
            given="has_flipped",
            where=beta >= sp.Rational(1, 10),
            statement=r"flipped labels: $\langle\mu,y_i\tilde x_i^t\rangle\leq-\frac13\|\mu\|^2$",
            mutants=(
                Mutant("the other sign", at_most=None, at_least=mu**2 / 3),
                Mutant("1 for 1/3", at_most=-(mu**2)),
            ),
        ),
        Inequality(
            "flipped-below",
            left="flipped_lowest",
            at_least=-3 * mu**2,
            given="has_flipped",
            where=beta >= sp.Rational(1, 10),
            statement=r"flipped labels: $\langle\mu,y_i\tilde x_i^t\rangle\geq-3\|\mu\|^2$",
            mutants=(Mutant("1 for 3", at_least=-(mu**2)),),
        ),
        Theta(
            "signal-lost",
            observable="signal_lost",
            of=alpha * sp.sqrt(n / d) * mu**2,
            corrections="power",
            statement=r"the attack after one step takes a signal of the order "
            r"$\alpha\sqrt{n/d}\,\|\mu\|^2$, as in the proof",
            mutants=(
                Mutant("n / d for its root", of=alpha * n / d * mu**2),
                Mutant("mu for mu^2", of=alpha * sp.sqrt(n / d) * mu),
                Mutant("alpha^2 for alpha", of=alpha**2 * sp.sqrt(n / d) * mu**2),
            ),
        ),
        Derivation(
            "parallel-part",
            left=2
            * sp.sqrt(8 * C_1 * n * alpha**2 / d).subs(d, C * n**2 * alpha**2 * (1 + _margin))
            * mu**2,
            equals=2 * sp.sqrt(8 * C_1 / (C * n * (1 + _margin))) * mu**2,
            statement=r"with $d\geq Cn^2\alpha^2$ the part of the attack in the span takes at most "
            r"$2\sqrt{8C_1/(Cn)}\,\|\mu\|^2$ of the signal",
            mutants=(
                Mutant(
                    "n alpha^2 for n^2 alpha^2",
                    left=2
                    * sp.sqrt(8 * C_1 * n * alpha**2 / (C * n * alpha**2 * (1 + _margin)))
                    * mu**2,
                ),
            ),
        ),
        Derivation(
            "one-sixth",
            left=sp.Rational(1, 2) - sp.Rational(1, 6),
            equals=sp.Rational(1, 3),
            statement=r"$\frac12-\frac16=\frac13$: what (C5) leaves after a loss of at most "
            r"$\frac16\|\mu\|^2$",
            mutants=(Mutant("1/2", equals=sp.Rational(1, 2)),),
        ),
    ),
)

_largest, _relaxed = sp.Symbol("largest_margin", positive=True), d >= 10 * n * mu**2
_own, _other = sp.symbols("n_own n_other", positive=True)
_positives = sp.Symbol("positives", nonnegative=True)


def limit_cosine(own: sp.Expr, other: sp.Expr) -> sp.Expr:
    """Return the limit for a sample whose label has ``own`` samples, the other label ``other``."""
    return ((1 + gamma**2) * own + 2 * gamma * other) / sp.sqrt(
        (own + other) * ((1 + gamma**2) ** 2 * own + 4 * gamma**2 * other)
    )


_limit = limit_cosine(_own, _other)
_mean_limit = (
    _positives * limit_cosine(_positives, n - _positives)
    + (n - _positives) * limit_cosine(n - _positives, _positives)
) / n
_balanced = (1 + gamma) ** 2 / sp.sqrt(2 * ((1 + gamma**2) ** 2 + 4 * gamma**2))

claim_4_1 = Theorem(
    id="wang2024/claim-4.1",
    title="the attack points against the sum of the labelled inputs",
    source="Section 4.1, after Lemma 4.1; footnote 1",
    statement=r"The angle between $y_i(\tilde x_i^t-x_i)$ and $-\sum_ky_kx_k$ is small, which "
    r"would allow to drop $\alpha$ from Assumption 1 (1); $|\langle\mu,\tilde x_i^t\rangle|="
    r"O(\|\mu\|^2)$ whatever $\alpha\leq\|\mu\|$. If the first step were perturbed, "
    r"$\alpha\leq c\|\mu\|$ with $c<1$ would be needed.",
    paper=paper,
    hypotheses=(leaky,),
    quantities=QUANTITIES,
    symbols=WORDS
    | {
        "cosine": "cosine between y_i (x_i' - x_i) and -sum_k y_k x_k, mean over i",
        "smallest_cosine": "smallest such cosine over i and the iterations",
        "first_cosine": "mean cosine after one step",
        "first_mean_cosine": "mean cosine between y_i (x_i' - x_i) and -mu after one step",
        "positives": "number of samples with the label +1",
        "certified_margin": "certified margin on the ball, smallest over samples and iterations",
        "largest_margin": "largest attacked margin, over samples and iterations",
        "certified_increase": "certified increase of a margin on the ball, smallest over samples "
        "and steps",
        "distance": "largest distance of an attacked input from the span of the inputs",
        "clean_lowest": "smallest <mu, y_i x_i'> over clean labels and iterations",
        "flipped_highest": "largest <mu, y_i x_i'> over flipped labels and iterations",
        "mean_cosine": "smallest cosine between y_i (x_i' - x_i) and -mu over i and the iterations",
        "signal_largest": "largest |<mu, x_i'>| over i and the iterations",
        "wrong_after_perturbed_start": "a fresh point is misclassified after one step that was "
        "perturbed along the mean",
        "wrong_after_clean_start": "a fresh point is misclassified after one unperturbed step",
        "n_own": "number of samples with the same label",
        "n_other": "with the other label",
    },
    uses=("wang2024/lemma-B.9", "wang2024/lemma-B.10", "wang2024/lemma-B.11"),
    claims=(
        Limit(
            "first-step",
            observable="first_cosine",
            to=1,
            rate=0.5,
            tolerance=sp.Rational(1, 20),
            statement=r"after one step the angle vanishes as the network gets wider, even for a "
            r"sharp kink, where neurons start with random slopes",
            mutants=(
                Mutant("the direction is that of the mean", observable="first_mean_cosine"),
                Mutant("the cosine tends to 0.9", to=sp.Rational(9, 10)),
            ),
        ),
        Limit(
            "angle",
            observable="cosine",
            to=_mean_limit,
            rate=1.0,
            tolerance=sp.Rational(1, 50),
            statement=r"as long as all losses stay equal and $n\|\mu\|^2\ll d$ (very small steps), "
            r"the cosine tends to $\frac{(1+\gamma^2)n_1+2\gamma n_2}"
            r"{\sqrt{n((1+\gamma^2)^2n_1+4\gamma^2n_2)}}$, with $n_1$ samples of the own label "
            r"and $n_2$ of the other (mean over the samples)",
            mutants=(
                Mutant("that of ReLU", to=1 / sp.sqrt(2)),
                Mutant("plus a twentieth", to=_mean_limit + sp.Rational(1, 20)),
            ),
        ),
        Limit(
            "angle-vanishes",
            observable="cosine",
            to=1,
            rate=1.0,
            tolerance=sp.Rational(1, 20),
            expected="broken",
            because="neurons that see the other class with slope gamma pull the weights away from "
            "the sum: the cosine tends to a number below 1, between 0.71 and 1 for balanced labels",
            statement=r"'small' read as: the angle vanishes during training (cosine within 0.05 "
            r"of 1)",
        ),
        Inequality(
            "angle-bounded",
            left="smallest_cosine",
            at_least=sp.Rational(1, 2),
            given="good_run",
            where=gamma >= sp.Rational(1, 4),
            statement=r"on good runs with $\gamma\geq\frac14$ the angle stays below 60 degrees "
            r"(a number that the paper does not give)",
            mutants=(
                Mutant("whatever gamma", where=None),
                Mutant("below 10 degrees", at_least=sp.cos(sp.pi / 18)),
                Mutant("the angle with the mean", left="mean_cosine"),
            ),
        ),
        BigO(
            "signal",
            observable="signal_largest",
            of=mu**2,
            corrections="power",
            statement=r"$|\langle\mu,\tilde x_i^t\rangle|=O(\|\mu\|^2)$ for every $\alpha\leq"
            r"\|\mu\|$ and $d\geq Cn\|\mu\|^2$",
            mutants=(
                Mutant("mu for mu^2", of=mu),
                Mutant("sqrt(d)", of=sp.sqrt(d)),
                Mutant("alpha^2 for mu^2", of=alpha**2),
                Mutant("alpha mu for mu^2", of=alpha * mu),
            ),
        ),
        Identity(
            "perturbed-start",
            observable="wrong_after_perturbed_start",
            equals=sp.Rational(1, 2),
            functional="proportion",
            statement=r"at $\alpha=\|\mu\|$ the first step may be perturbed so that nothing is "
            r"learnt: half of the fresh points are misclassified",
            mutants=(
                Mutant("the first step is not perturbed", observable="wrong_after_clean_start"),
            ),
        ),
        Derivation(
            "balanced",
            left=_limit.subs(_other, _own),
            equals=_balanced,
            statement=r"for balanced labels the limit is $\frac{(1+\gamma)^2}"
            r"{\sqrt{2((1+\gamma^2)^2+4\gamma^2)}}$",
            mutants=(Mutant("without the 2 in the root", equals=_balanced * sp.sqrt(2)),),
        ),
        Derivation(
            "forty-five-degrees",
            left=2 * _balanced**2,
            at_least=1,
            nonnegative=4 * gamma * (1 + gamma**2) / ((1 + gamma**2) ** 2 + 4 * gamma**2),
            statement=r"for balanced labels the angle stays below 45 degrees",
            mutants=(Mutant("below 30 degrees", left=sp.Rational(4, 3) * _balanced**2),),
        ),
        Derivation(
            "linear",
            left=sp.Limit(_limit, gamma, 1),
            equals=1,
            statement=r"the limit is 1 for linear networks",
            mutants=(Mutant("for ReLU", left=sp.Limit(_limit, gamma, 0)),),
        ),
        Inequality(
            "relaxed-dimension",
            left="certified_margin",
            at_least=_largest / 10**6,
            given="good_run",
            where=_relaxed,
            scale=_largest,
            statement=r"with (1) relaxed to $d\geq C\max\{\|\mu\|^2n,n^2\log(n/\delta)\}$ (here "
            r"$\alpha=\|\mu\|$ and $d=\frac15n^2\alpha^2$): margins are positive on the whole ball "
            r"(certified), as in Lemma B.9",
            mutants=(
                Mutant("d >= 2 n mu^2 is enough", where=None, given=None),
                Mutant("half of the largest margin", at_least=_largest / 2),
            ),
        ),
        Inequality(
            "relaxed-increase",
            left="certified_increase",
            at_least=0,
            given="good_run",
            where=_relaxed,
            scale=_largest,
            statement=r"there margins increase on the whole ball (certified), as in Lemma B.9",
            mutants=(
                Mutant("d >= 2 n mu^2 is enough", where=None, given=None),
                Mutant("by a half of the largest margin in every step", at_least=_largest / 2),
            ),
        ),
        Inequality(
            "relaxed-distance",
            left="distance",
            at_most=_radius,
            given="good_run",
            where=_relaxed,
            statement=r"there attacked inputs are within $\min\{\omega\sqrt{md}/\eta,\alpha\}$ of "
            r"the span of the inputs, as in Lemma B.10",
            mutants=(Mutant("a ten-thousandth of it", at_most=_radius / 10**4),),
        ),
        Inequality(
            "relaxed-clean",
            left="clean_lowest",
            at_least=mu**2 / 3,
            given="good_run",
            where=_relaxed,
            statement=r"there $\langle\mu,y_i\tilde x_i^t\rangle\geq\frac13\|\mu\|^2$ for clean "
            r"labels, as in Lemma B.11",
            mutants=(
                Mutant("d >= 2 n mu^2 is enough", where=None, given=None),
                Mutant("4/5 for 1/3", at_least=4 * mu**2 / 5),
            ),
        ),
        Inequality(
            "relaxed-flipped",
            left="flipped_highest",
            at_most=-(mu**2) / 3,
            given="good_run",
            where=_relaxed,
            statement=r"and $\langle\mu,y_i\tilde x_i^t\rangle\leq-\frac13\|\mu\|^2$ for flipped "
            r"labels",
            mutants=(Mutant("clean labels as well", left="clean_lowest"),),
        ),
    ),
)

theorems = (lemma_b10, claim_4_1, lemma_b11)
