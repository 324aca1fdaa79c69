"""Where the attacks of training point: Lemmas B.10 and B.11, and the claims of Section 4.1."""

from bounds.authoring import *
from bounds.wang2024.good_run import good_run, has_flipped
from bounds.wang2024.gradients import leaky
from bounds.wang2024.notation import *

unperturbed_start = required(None, "the first step is not perturbed, as in Algorithm 1")
setting = (*ASSUMPTION_1, *SMOOTH, leaky, unperturbed_start)
EDGE = (
    "how large C has to be depends on gamma and H: here Assumption 1, (A1) and (A2) hold with "
    "C = 1, but gamma = 0.05, the network has two neurons and the kink is sharp (H = 8e7)"
)
"""Why two lemmas fail at the edge of the assumptions."""

distance = observable(
    "distance",
    "largest distance of an attacked input from the span of the inputs",
    r"\mathrm{dist}(\tilde x_i^t,\mathrm{span}_kx_k)",
    error="distance_error",
)
distance_from_mean = observable(
    "distance_from_mean", "largest distance of an attacked input from the line of the mean"
)
distance_perturbed_start = observable(
    "distance_perturbed_start", "distance, if the first step is attacked along a neuron"
)
edge_distance = observable("edge_distance", "distance, with C = 1")
first_distance = observable(
    "first_distance", "distance from the span after one step, on average", r"\mathrm{dist}_1"
)
share = omega * sqrt(m * d) / eta
radius = Min(share, alpha)

lemma_b10 = paper.theorem(
    "lemma-B.10",
    "attacked inputs stay close to the span of the inputs",
    "Section 4.1, Lemma 4.1; Appendix B.1, Lemma B.10",
    r"On a good run, for $C$ large: the distance of every attacked input "
    r"$\tilde x_i^t$ from the span of $x_1,\ldots,x_n$ is at most "
    r"$\min\{\omega\sqrt{md}/\eta,\,\alpha\}$.",
    aliases=("lemma-4.1",),
    hypotheses=setting,
    uses=("lemma-B.9", "lemma-B.4", "lemma-B.3"),
    claims=(
        Inequality(
            "distance",
            distance,
            at_most=radius,
            given=good_run,
            routes="attacks are stationary points of the margin on the ball, which is all that "
            "the proof uses; twice their distance from the next iterate is counted as numerical "
            "error, which covers it if the iteration contracts by a half or better (not checked)",
            mutants=(
                Mutant("the line of the mean for the span", left=distance_from_mean),
                Mutant("the first step may be perturbed", left=distance_perturbed_start),
                factor(Q(1, 10)),
            ),
        ),
        Inequality(
            "distance-at-the-edge",
            edge_distance,
            at_most=radius,
            given=good_run,
            where=gamma < Q(1, 5),
            expected="broken",
            because=EDGE,
            statement=r"the same with $C=1$, a small $\gamma$ and a large $H$: the lemma needs a "
            r"$C$ that depends on $\gamma$ and $H$",
        ),
        BigO(
            "order",
            first_distance,
            share,
            corrections="power",
            note=r"after one step, as long as $d$ grows with $n\alpha^2$",
            mutants=(share**2, factor(n * alpha**2 / d)),
        ),
        Theta(
            "true-size",
            first_distance,
            alpha * omega * sqrt(n) / eta,
            corrections="power",
            note=r"for a sharp kink: the lemma is loose by $\sqrt{md/(n\alpha^2)}$",
            mutants=(share,),
        ),
        *derivations(
            dimension=equal(
                at(
                    gamma * d / (32 * C_1 * C_r * sqrt(alpha**2 * C_1 * d * n)),
                    {d: n * (160 * alpha * C_1 ** Q(3, 2) * C_r / gamma) ** 2},
                ),
                5,
                statement=r"the last step of the proof needs $\sqrt{\frac d{\alpha^2n}}\geq"
                r"\frac{160C_1^{3/2}C_r}\gamma$, where its two terms balance",
            )
        ),
    ),
)

clean_lowest, clean_highest, flipped_lowest, flipped_highest = (
    observable(
        f"{labels}_{end}est",
        f"{size}est <mu, y_i x_i'> over {labels} labels and iterations",
        rf"\{bound}_{{i\text{{ {labels}}},t}}\langle\mu,y_i\tilde x_i^t\rangle",
    )
    for labels in ("clean", "flipped")
    for end, size, bound in (("low", "small", "min"), ("high", "larg", "max"))
)
signal_lost = observable("signal_lost", "mean |<mu, x_i' - x_i>| after one step")
slack = parameter("t", "slack: d = C n^2 alpha^2 (1 + t)", positive=True)
lost = 8 * C_1 * n * alpha**2 / d
many_flips = beta >= Q(1, 10)

lemma_b11 = paper.theorem(
    "lemma-B.11",
    "attacked inputs keep the signal",
    "Appendix B.1, Lemma B.11",
    r"On a good run, for $C$ large: $\frac13\|\mu\|^2\leq\langle\mu,y_i\tilde x_i^t"
    r"\rangle\leq3\|\mu\|^2$ where the label is clean, and "
    r"$-3\|\mu\|^2\leq\langle\mu,y_i\tilde x_i^t\rangle\leq-\frac13\|\mu\|^2$ where it is flipped.",
    hypotheses=setting,
    uses=("lemma-B.10", "lemma-B.4"),
    claims=(
        Inequality(
            "clean-below",
            clean_lowest,
            at_least=mu**2 / 3,
            given=good_run,
            where=2 * sqrt(lost) + C_d / mu <= Q(1, 6),
            note=r"where $2\sqrt{8C_1n\alpha^2/d}+\frac{C_d}{\|\mu\|}\leq\frac16$, for $C$ large",
            mutants=(factor(Q(3, 2), "1/2 for 1/3, as Lemma B.28 prints"), power(mu, 1)),
        ),
        Inequality(
            "clean-above", clean_highest, at_most=3 * mu**2, given=good_run, mutants=(mu**2, 3 * mu)
        ),
        Inequality(
            "flipped-above",
            flipped_highest,
            at_most=-(mu**2) / 3,
            given=has_flipped,
            where=many_flips,
            mutants=(-(mu**2), Mutant("the other sign", at_most=None, at_least=mu**2 / 3)),
        ),
        Inequality(
            "flipped-below",
            flipped_lowest,
            at_least=-3 * mu**2,
            given=has_flipped,
            where=many_flips,
            mutants=(-(mu**2),),
        ),
        Theta(
            "signal-lost",
            signal_lost,
            alpha * sqrt(n / d) * mu**2,
            corrections="power",
            note="by the attack after one step, as in the proof",
            mutants=(factor(sqrt(n / d)),),
        ),
        *derivations(
            parallel_part=equal(
                at(2 * sqrt(lost) * mu**2, {d: C * n**2 * alpha**2 * (1 + slack)}),
                2 * sqrt(8 * C_1 / (C * n * (1 + slack))) * mu**2,
                statement=r"with $d\geq Cn^2\alpha^2$ the part of the attack in the span takes at "
                r"most $2\sqrt{8C_1/(Cn)}\,\|\mu\|^2$ of the signal",
            ),
            one_sixth=equal(
                Q(1, 2) - at(2 * sqrt(8 * C_1 / (C * n)), {C: 1152 * C_1 / n}),
                Q(1, 3),
                statement=r"$\frac12-\frac16=\frac13$: what (C5) leaves after that loss, which is "
                r"at most $\frac16\|\mu\|^2$ from $Cn=1152C_1$ on",
                mutants=(
                    Mutant(
                        "from half of that on",
                        left=Q(1, 2) - at(2 * sqrt(8 * C_1 / (C * n)), {C: 576 * C_1 / n}),
                    ),
                ),
            ),
        ),
    ),
)

between = "cosine between y_i (x_i' - x_i) and -sum_k y_k x_k"
cosine = observable("cosine", f"{between}, mean over i")
first_cosine = observable("first_cosine", f"{between}, mean over i after one step")
first_mean_cosine = observable("first_mean_cosine", "first_cosine with mu for the sum")
smallest_cosine = observable(
    "smallest_cosine",
    f"{between}, smallest over i and the iterations",
    r"\cos\angle(y_i(\tilde x_i^t-x_i),-\sum_ky_kx_k)",
)
mean_cosine = observable("mean_cosine", "smallest_cosine with mu for the sum")
signal_largest = observable(
    "signal_largest", "largest |<mu, x_i'>|", r"\max_{i,t}|\langle\mu,\tilde x_i^t\rangle|"
)
wrong_after_perturbed_start = observable(
    "wrong_after_perturbed_start",
    "a fresh point is misclassified after one step that was perturbed along the mean",
)
wrong_after_clean_start = observable(
    "wrong_after_clean_start", "a fresh point is misclassified after one unperturbed step"
)
certified_margin = observable(
    "certified_margin",
    "certified margin on the ball, smallest over samples and iterations",
    r"\min_{k,t}\min_{\tilde x}y_kf(\tilde x;W^t)",
)
largest_margin = observable(
    "largest_margin",
    "largest attacked margin, over samples and iterations",
    r"\max_{k,t}y_kf(\tilde x_k^t;W^t)",
    positive=True,
)
certified_increase = observable(
    "certified_increase",
    "certified increase of a margin on the ball, smallest over samples and steps",
    r"\min_{k,t}\min_{\tilde x}y_k[f(\tilde x;W^{t+1})-f(\tilde x;W^t)]",
    real=True,
)
positives = observable("positives", "number of samples with the label +1", nonnegative=True)
n_own = parameter("n_own", "number of samples with the same label", "n_1", positive=True)
n_other = parameter("n_other", "number with the other label", "n_2", positive=True)
limit = ((1 + gamma**2) * n_own + 2 * gamma * n_other) / sqrt(
    (n_own + n_other) * ((1 + gamma**2) ** 2 * n_own + 4 * gamma**2 * n_other)
)
negatives = n - positives
mean_limit = (
    positives * limit.subs({n_own: positives, n_other: negatives}, simultaneous=True)
    + negatives * limit.subs({n_own: negatives, n_other: positives}, simultaneous=True)
) / n
balanced = (1 + gamma) ** 2 / sqrt(2 * ((1 + gamma**2) ** 2 + 4 * gamma**2))
# How large C has to be depends on kappa.
relaxed = dict(given=good_run, where=kappa * d >= 5 * n * mu**2)
twice_is_enough = Mutant("d >= 2 n mu^2 is enough", where=None, given=None)
whatever_kappa_is = Mutant("20 for 5 / kappa", where=d >= 20 * n * mu**2)

claim_4_1 = paper.theorem(
    "claim-4.1",
    "the attack points against the sum of the labelled inputs",
    "Section 4.1, after Lemma 4.1; footnote 1",
    r"The angle between $y_i(\tilde x_i^t-x_i)$ and $-\sum_ky_kx_k$ is small, which "
    r"would allow to drop $\alpha$ from Assumption 1 (1); $|\langle\mu,\tilde x_i^t\rangle|="
    r"O(\|\mu\|^2)$ whatever $\alpha\leq\|\mu\|$. If the first step were perturbed, "
    r"$\alpha\leq c\|\mu\|$ with $c<1$ would be needed.",
    hypotheses=(leaky,),
    uses=("lemma-B.9", "lemma-B.10", "lemma-B.11"),
    claims=(
        Limit(
            "first-step",
            first_cosine,
            1,
            rate=0.5,
            tolerance=Q(1, 50),
            statement=r"after one step the angle vanishes as the network gets wider, even for a "
            r"sharp kink, where neurons start with random slopes",
            mutants=(
                Mutant("the direction is that of the mean", observable=first_mean_cosine),
                Q(19, 20),
            ),
        ),
        Limit(
            "angle",
            cosine,
            mean_limit,
            rate=1.0,
            tolerance=Q(1, 50),
            statement=r"as long as all losses stay equal and $n\|\mu\|^2\ll d$ (very small steps), "
            r"the cosine tends to $\frac{(1+\gamma^2)n_1+2\gamma n_2}"
            r"{\sqrt{n((1+\gamma^2)^2n_1+4\gamma^2n_2)}}$, with $n_1$ samples of the own label "
            r"and $n_2$ of the other (mean over the samples)",
            mutants=(Mutant("that of ReLU", to=1 / sqrt(2)), mean_limit + Q(1, 20)),
        ),
        Limit(
            "angle-vanishes",
            cosine,
            1,
            rate=1.0,
            tolerance=Q(1, 20),
            expected="broken",
            because="neurons that see the other class with slope gamma pull the weights away from "
            "the sum: the cosine tends to a number below 1, between 0.71 and 1 for balanced labels",
            statement=r"'small' read as: the angle vanishes during training (cosine within 0.05 "
            r"of 1)",
        ),
        Inequality(
            "angle-bounded",
            smallest_cosine,
            at_least=Q(1, 2),
            given=good_run,
            where=gamma >= Q(1, 4),
            note=r"for $\gamma\geq\frac14$ (60 degrees: a number that the paper does not give)",
            mutants=(
                Mutant("below 10 degrees", at_least=cos(pi / 18)),
                Mutant("the angle with the mean", left=mean_cosine),
            ),
        ),
        BigO(
            "signal",
            signal_largest,
            mu**2,
            corrections="power",
            note=r"for every $\alpha\leq\|\mu\|$ and $d\geq Cn\|\mu\|^2$",
            mutants=(sqrt(d), alpha**2, alpha * mu),
        ),
        Identity(
            "perturbed-start",
            wrong_after_perturbed_start,
            Q(1, 2),
            functional="proportion",
            statement=r"at $\alpha=\|\mu\|$ the first step may be perturbed so that nothing is "
            r"learnt: half of the fresh points are misclassified",
            mutants=(
                Mutant("the first step is not perturbed", observable=wrong_after_clean_start),
            ),
        ),
        *derivations(
            balanced=equal(
                limit.subs(n_other, n_own),
                balanced,
                statement=r"for balanced labels the limit is $\frac{(1+\gamma)^2}"
                r"{\sqrt{2((1+\gamma^2)^2+4\gamma^2)}}$",
            ),
            forty_five_degrees=at_least(
                2 * balanced**2,
                1,
                nonnegative=4 * gamma * (1 + gamma**2) / ((1 + gamma**2) ** 2 + 4 * gamma**2),
                statement=r"for balanced labels the angle stays below 45 degrees",
                mutants=(Mutant("below 30 degrees", left=Q(4, 3) * balanced**2),),
            ),
            linear=equal(
                sp.Limit(limit, gamma, 1),
                1,
                statement=r"the limit is 1 for linear networks",
                mutants=(Mutant("for ReLU", left=sp.Limit(limit, gamma, 0)),),
            ),
        ),
        Inequality(
            "relaxed-dimension",
            certified_margin,
            at_least=largest_margin / 10**6,
            **relaxed,
            scale=largest_margin,
            statement=r"with (1) relaxed to $d\geq C\max\{\|\mu\|^2n,n^2\log(n/\delta)\}$ (here "
            r"$\alpha=\|\mu\|$, $d<\frac12n^2\alpha^2$ and $C\geq\frac5\kappa$; $C=20$ is enough "
            r"at $\kappa=0.36$ and not at $0.12$): margins are positive on the whole ball "
            "(certified), as in Lemma B.9",
            mutants=(twice_is_enough, whatever_kappa_is, largest_margin / 2),
        ),
        Inequality(
            "relaxed-increase",
            certified_increase,
            at_least=0,
            **relaxed,
            scale=largest_margin,
            note="certified; with (1) relaxed, as in Lemma B.9",
            mutants=(twice_is_enough, whatever_kappa_is, largest_margin / 2),
        ),
        Inequality(
            "relaxed-distance",
            distance,
            at_most=radius,
            **relaxed,
            note="with (1) relaxed, as in Lemma B.10",
            mutants=(factor(Q(1, 10**4)),),
        ),
        Inequality(
            "relaxed-clean",
            clean_lowest,
            at_least=mu**2 / 3,
            **relaxed,
            note="with (1) relaxed, as in Lemma B.11",
            mutants=(twice_is_enough, 4 * mu**2 / 5),
        ),
        Inequality(
            "relaxed-flipped",
            flipped_highest,
            at_most=-(mu**2) / 3,
            **relaxed,
            note="with (1) relaxed, as in Lemma B.11",
            mutants=(Mutant("clean labels as well", left=clean_lowest),),
        ),
    ),
)
