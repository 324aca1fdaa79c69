"""Theorems 5.3 and 4.1: a robust network near the start, and that training finds one."""

from bounds.authoring import *
from bounds.zhang2020.notation import *

C = parameter("C", "constant of Theorem 5.1", positive=True)
C_of_q = parameter(
    "C_of_q", "complexity C(q, epsilon_2) of the polynomial", r"C(q,\epsilon_2)", positive=True
)
D = parameter("D", "degree of the polynomial", positive=True)
R_n = parameter("R_n", "R of the reconstruction", positive=True)

robust_loss = observable(
    "robust_loss", "worst-case robust training loss of W*", r"L_{A^*}(f_{W^*})", nonnegative=True
)
zero_loss = observable("zero_loss", "mean |y|, the loss of the function zero", r"L(0)")
pseudo_loss = observable(
    "pseudo_loss", "worst-case robust training loss of the pseudo-network", r"L_{A^*}(g_{W^*})"
)
gap = observable("gap_of_the_ball", "sup |f - g| over the ball and all inputs", r"\sup|f_W-g_W|")
radius = observable(
    "fitting_radius", "R of the fit along the last axis", r"R_{\mathrm{fit}}", positive=True
)
least_radius = observable(
    "least_radius", "R that every fit needs, by duality", r"R_{\mathrm{min}}", positive=True
)
limit_radius = observable(
    "limit_radius",
    "the same of infinitely many neurons",
    r"R_\infty",
    positive=True,
)
trained_radius = observable(
    "trained_radius", "R of the weights that training finds", r"R_{\mathrm{train}}", positive=True
)
best_loss = observable(
    "best_loss", "least attacked training loss over t = 1, ..., T", r"\min_tL_A(f_{W^{(t)}})"
)
early_loss = observable(
    "early_loss", "the same over t = 1, ..., R/epsilon", r"\min_{t\leq R/\epsilon}L_A(f_{W^{(t)}})"
)
attacked_loss = observable("attacked_loss", "attacked training loss at random weights", r"L_A(f_W)")
searched_loss = observable(
    "searched_loss",
    "greatest loss among 33 inputs of every arc, at the same weights",
    r"\hat L(f_W)",
)
steps = observable(
    "steps", "steps until the attacked loss is epsilon", r"t_\epsilon", positive=True
)
label_gap = observable("label_gap", "|y_1 - y_2|, of two inputs whose arcs meet", r"|y_1-y_2|")

printed_degree = 24 / gamma * log(48 * n / epsilon)
printed_radius = 2 * n * 2 ** (6 * printed_degree) / gamma
"""R = 2 n C(q, epsilon_2) with the coefficients' bound in the place of the complexity."""

separated = (
    required(None, "|y| <= 1, |x| = 1, x_d = 1/2"),
    required(delta > 2 * rho, "the balls of two inputs are apart"),
    required(gamma <= delta * (delta - 2 * rho), "the data are gamma-separable"),
)


def unnamed_constants(probability: str) -> tuple[Unchecked, Unchecked]:
    """Return what nobody can check of a theorem: its probability, and the least width."""
    return (
        Unchecked(
            probability,
            statement=r"the probability is at least $1-\exp(-\Omega(m^{1/3}))$",
            because="the constant is not named, and no sample shows so small a probability of "
            "failure",
            of_kind="probability",
        ),
        Unchecked(
            "dimension",
            statement=r"$m\geq M_0$ with $M_0=\mathrm{poly}(d,(n/\epsilon)^{1/\gamma})$ is "
            "wide enough",
            because="the powers are not named; worst cases over arcs are exact in three dimensions "
            "alone, and with $n=3$",
            of_kind="O",
        ),
    )


theorem_5_3 = paper.theorem(
    "theorem-5.3",
    "there is a robust network near the start",
    "Section 5, Theorem 5.3; Section 6.3",
    r"For a $\rho$-bounded adversary, $\gamma$-separable data and $\epsilon\in(0,1)$ there are "
    r"$M_0=\mathrm{poly}(d,(n/\epsilon)^{1/\gamma})$ and "
    r"$R=\mathrm{poly}((n/\epsilon)^{1/\gamma})$: for $m\geq M_0$, with "
    r"probability at least $1-\exp(-\Omega(m^{1/3}))$, some $W^*$ with "
    r"$\|W^*-W^{(0)}\|_{2,\infty}\leq Rm^{-2/3}$ has $L_{\mathcal A^*}(f_{W^*})\leq\epsilon$.",
    reconstructed=RECONSTRUCTED,
    hypotheses=(
        *separated,
        required(epsilon < 1, "the accuracy is below one"),
        regime(m, "the width grows, with the data fixed", tends_to=oo),
    ),
    uses=("theorem-5.1",),
    claims=(
        Probability(
            "network",
            robust_loss <= epsilon,
            at_least=Q(9, 10),
            note=r"the real network at the weights of a linear programme that fits the pseudo-"
            r"network to $\frac\epsilon3$, from nine of ten starts at a width far below the proof"
            "'s, as the constant of the probability is not named",
            mutants=(
                Mutant("a half of epsilon", event=robust_loss <= epsilon / 2),
                Mutant("the zero network", event=zero_loss <= epsilon),
            ),
        ),
        Inequality(
            "assembly",
            robust_loss,
            at_most=pseudo_loss + gap,
            note="on every instance, both worst cases and the supremum exact",
            mutants=(Mutant("the pseudo-network alone", at_most=pseudo_loss),),
        ),
        Theta(
            "radius",
            radius,
            of=sp.Integer(1),
            corrections="power",
            rate=1 / 3,
            note=r"the least $R$ along $e_d$, as in Lemma 6.5, does not grow with $m$; it is about "
            "5 for three inputs",
            mutants=(m ** -Q(1, 6), m ** Q(1, 6)),
        ),
        Limit(
            "radius-of-many",
            radius / limit_radius,
            to=sp.Integer(1),
            rate=1 / 2,
            tolerance=Q(1, 100),
            note=r"ours: it tends to the least $R$ of infinitely many neurons, that of the same "
            "programme with chances (areas of spherical polygons) in the place of shares of the "
            r"neurons, which are off by $m^{-1/2}$",
            mutants=(Mutant("a tenth more", to=Q(11, 10)),),
        ),
        Inequality(
            "radius-by-duality",
            radius,
            at_least=least_radius,
            note="ours: no weights within the smaller radius fit, whatever the direction",
            mutants=(Mutant("six times as much", at_least=6 * least_radius),),
        ),
        Theta(
            "least-radius",
            least_radius,
            of=sp.Integer(1),
            corrections="power",
            rate=1 / 3,
            note=r"ours: nor does what every fit needs fall with $m$",
            mutants=(m ** -Q(1, 6),),
        ),
        Inequality(
            "probability",
            sqrt(m / n),
            at_least=m ** Q(1, 3),
            box={m: (1, 10**30), n: (1, 10**8)},
            where=m >= n**3,
            note=r"so that $e^{-\Omega(\sqrt{m/n})}$ of Lemma 6.5 is $e^{-\Omega(m^{1/3})}$",
            mutants=(Mutant("m >= n^2", where=m >= n**2),),
        ),
        Inequality(
            "exponents",
            2 ** (6 * printed_degree),
            at_most=(48 * n / epsilon) ** (Q(998132, 10000) / gamma),
            box={n: (1, 10**5), epsilon: (Q(1, 10**6), 1), gamma: (Q(1, 10), 3)},
            note=r"$144\ln2=99.81$: the coefficients alone are $(48n/\epsilon)^{99.8/\gamma}$",
            mutants=(
                Mutant("99", at_most=(48 * n / epsilon) ** (99 / gamma)),
                Mutant("without 48", at_most=(n / epsilon) ** (Q(998132, 10000) / gamma)),
            ),
        ),
        *unnamed_constants("probability-of-success"),
        *derivations(
            width=equal(
                at(C * R**2 * m ** -Q(1, 6), {m: (3 * C * R**2 / epsilon) ** 6}),
                epsilon / 3,
                r"the width $\Theta(R^{12}/\epsilon^6)$ at which the third term is "
                r"$\frac\epsilon3$",
                mutants=(
                    epsilon / 9,
                    Mutant(
                        "R^6 / epsilon^3",
                        left=at(C * R**2 * m ** -Q(1, 6), {m: (3 * C * R**2 / epsilon) ** 3}),
                    ),
                ),
            ),
            coefficients=equal(
                at(6 * D * log(2), {D: printed_degree}),
                144 * log(2) / gamma * log(48 * n / epsilon),
                r"the logarithm of the bound $2^{6D}$ on the coefficients, so that it is "
                r"$(48n/\epsilon)^{144\ln2/\gamma}$",
                mutants=(144 / gamma * log(48 * n / epsilon),),
            ),
            radius_of_sum=equal(
                at(R / m ** Q(2, 3), {R: 2 * n * C_of_q}),
                2 * (n * C_of_q) / (m * m ** -Q(1, 3)),
                r"the rows $\frac{2e_d\mathcal H}{ma_r}$ of Lemma 6.5 with $|\mathcal H|\leq "
                r"nC(q,\epsilon_2)$ have length at most $Rm^{-2/3}$, $R=2nC(q,\epsilon_2)$",
                mutants=(n * C_of_q / m ** Q(2, 3),),
            ),
        ),
    ),
    vacuity=tuple(
        Asks(what, number, {n: k, epsilon: accuracy, gamma: separation})
        for k, accuracy, separation in (
            (2, Q(1, 2), 1),
            (10, Q(1, 10), 1),
            (10, Q(1, 10), Q(1, 2)),
            (50000, Q(1, 10), 1),
        )
        for what, number in (
            ("the degree D of Lemma 6.2, as printed", printed_degree),
            (
                "the width R^12 / epsilon^6 with the coefficients' bound, R = 2n 2^(6D) / gamma",
                printed_radius**12 / epsilon**6,
            ),
        )
    )
    + tuple(
        Asks(
            "the width (0.423 R^2 / epsilon)^6, with the R of a fit",
            (3 * R**2 / (4 * sqrt(pi) * epsilon)) ** 6,
            {R: 6, epsilon: accuracy},
        )
        for accuracy in (Q(1, 2), Q(1, 10))
    ),
)

theorem_4_1 = paper.theorem(
    "theorem-4.1",
    "adversarial training finds a robust network",
    "Section 4, Theorem 4.1",
    r"For $\gamma$-separable data and $\epsilon\in(0,1)$ there are "
    r"$M_0=\mathrm{poly}(d,(n/\epsilon)^{1/\gamma})$ and "
    r"$R=\mathrm{poly}((n/\epsilon)^{1/\gamma})$: for $m\geq M_0$, with "
    r"probability at least $1-\exp(-\Omega(m^{1/3}))$, Algorithm 1 with "
    r"$T=\Theta(\epsilon^{-2}R^2)$ and $\eta=\Theta(\epsilon m^{-1/3})$ has "
    r"$\min_{t\in[T]}L_{\mathcal A}(f_{W^{(t)}})\leq\epsilon$.",
    reconstructed=RECONSTRUCTED + "; the text shows eta = Theta(m^(-1/3))",
    hypotheses=(
        *separated,
        required(epsilon < 1, "the accuracy is below one"),
        regime(m, "the width grows, with the data fixed", tends_to=oo),
    ),
    uses=("theorem-5.2", "theorem-5.3"),
    claims=(
        Probability(
            "loss",
            best_loss <= epsilon,
            at_least=1 - exp(-(m ** Q(1, 3))),
            note=r"from beginning to end against every adversary, at widths that can be run: "
            r"$T=\lceil R^2/\epsilon^2\rceil$, $\eta=\epsilon m^{-1/3}$, one for the constant of "
            r"$\Omega$; at one input down to $\epsilon=2^{-24}$: there the value goes to and "
            r"fro by $\frac\epsilon2$ in the end, so that the least loss is of the order of "
            r"$\epsilon$, no less",
            mutants=(
                Mutant("a tenth of epsilon", event=best_loss <= epsilon / 10),
                Mutant("epsilon^(9/8)", event=best_loss <= epsilon ** Q(9, 8)),
                Mutant("T = R / epsilon", event=early_loss <= epsilon),
            ),
        ),
        Inequality(
            "worst-case",
            attacked_loss,
            at_least=searched_loss,
            note="the worst adversary of the runs is the worst one, here at random weights: no "
            "input of a search does better",
        ),
        BigO(
            "steps",
            steps,
            of=1 / epsilon**2,
            functional="mean",
            corrections="power",
            rate=1 / 2,
            note=r"and $m$ growing as $\epsilon$ falls; against the worst adversary",
            blunt=r"training takes about $\frac3\epsilon$ steps, a whole power fewer, where the "
            "exponents that are tried end",
            mutants=(Mutant("log(1/epsilon)", of=log(2 / epsilon)),),
        ),
        BigO(
            "trained-radius",
            trained_radius,
            of=sp.Integer(1),
            functional="mean",
            corrections="power",
            rate=1 / 6,
            where=epsilon >= Q(1, 10),
            note=r"ours: nor does the $R$ of what training finds grow with $m$ at one $\epsilon$; "
            r"corrections of the order $m^{-1/6}$ of Theorem 5.1 are hard to tell from an exponent "
            "at widths that can be trained",
            mutants=(m ** -Q(1, 6),),
        ),
        *unnamed_constants("probability"),
        *derivations(
            halves=equal(
                at(
                    R_n**2 / (2 * eta * m ** Q(1, 3) * T) + eta * m ** Q(1, 3) / 2,
                    {T: 4 * R_n**2 / epsilon**2, eta: epsilon / 2 * m ** -Q(1, 3)},
                )
                + epsilon / 2,
                epsilon,
                r"Theorems 5.2 and 5.3 with $\frac\epsilon2$ each: the least loss is at most the "
                "mean",
                mutants=(2 * epsilon,),
            ),
        ),
    ),
    vacuity=tuple(
        Asks(
            "the width R^24 / epsilon^18 of Theorem 5.2, with R = 2n 2^(6D) / gamma as printed",
            printed_radius**24 / epsilon**18,
            {n: k, epsilon: accuracy, gamma: 1},
        )
        for k, accuracy in ((2, Q(1, 2)), (10, Q(1, 10)))
    )
    + tuple(
        Asks(
            "the width at which the third term of Theorem 5.2 is half of epsilon, R of a fit",
            ((R**3 / epsilon_2**2 + R**4 / (2 * epsilon_2**3)) / (2 * sqrt(pi))) ** 6,
            {R: 6, epsilon_2: accuracy},
        )
        for accuracy in (Q(1, 4), Q(1, 20))
    )
    + (
        Asks(
            "the number of steps (2R / epsilon)^2, as printed",
            4 * printed_radius**2 / epsilon**2,
            {n: 2, epsilon: Q(1, 2), gamma: 1},
        ),
    ),
)

remark_meeting_balls = paper.theorem(
    "remark-meeting-balls",
    "where the balls of two inputs meet, no network is robust",
    "ours, on Definition 3.4",
    r"Ours: if some input lies in the balls of $x_1$ and $x_2$, every $f$ has "
    r"$L_{\mathcal A^*}(f)\geq\frac{|y_1-y_2|}n$. So something like $\delta>2\rho$ is needed in "
    r"Theorem 5.3; on the sphere, of radius $\frac{\sqrt3}2$, the balls meet from "
    r"$\rho^2=\frac32(1-\sqrt{1-\delta^2/3})$ on, a little later than at $\rho=\frac\delta2$.",
    hypotheses=(
        required(
            rho**2 >= Q(3, 2) * (1 - sqrt(1 - delta**2 / 3)),
            "the middle of the arc between the inputs lies in both balls",
        ),
    ),
    uses=("definition-3.4",),
    claims=(
        Inequality(
            "loss",
            attacked_loss,
            at_least=label_gap / n,
            note="attained in the limit of networks that do not vary on the two balls",
            mutants=(Mutant("a tenth more", at_least=Q(11, 10) * label_gap / n),),
        ),
    ),
)
