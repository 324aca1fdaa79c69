"""No lazy network is robust: Corollary 3.2 and its proof."""

from bounds.authoring import *
from bounds.wang2022.notation import *
from bounds.wang2022.theorem import WINDOW

share = observable(
    "share",
    "share of the points at which one perturbation of length R fools every network of the ball: "
    "the least robust error, certified from below",
    r"\underline{\inf}_WL_R(W;\mathcal D)",
    nonnegative=True,
)
fooled = observable(
    "fooled", "one perturbation along the gradient at W_0, of length R, fools every network"
)
fooled_sooner = observable("fooled_sooner", "the same with the length 3 C_R / d")
excess = parameter("epsilon", "excess of Z over 1/10", positive=True)
C_R = parameter("C_R", "R sqrt(d)", positive=True)
sufficient_radius = sqrt(2) * (sqrt(log(1 / gamma)) + C_0 / 2)
"""R sqrt(d) from which a point is lost with probability 1 - gamma (ours: erfc(t) <= exp(-t^2))."""

corollary_3_2 = paper.theorem(
    "corollary-3.2",
    "robust error of every lazy network",
    "Section 3, Corollary 3.2",
    r"For any distribution $\mathcal D$ on the sphere and $R=\tilde O(1/\sqrt d)$, with "
    r"probability at "
    r"least $1-10\gamma$ over $(W_0,a)$: $L_R(W;\mathcal D)\geq0.9$ for all "
    r"$W\in\mathcal B_{2,\infty}(W_0,C_0/\sqrt m)$, under the hypotheses of Theorem 3.1.",
    hypotheses=(*SETTING, *WINDOW, required(gamma < 1, "the probability says something")),
    uses=("theorem-3.1", "proof-corollary-3.2"),
    claims=(
        Probability(
            "all-networks",
            share >= Q(9, 10),
            at_least=1 - 10 * gamma,
            where=C_R >= sufficient_radius,
            statement=r"with probability at least $1-10\gamma$, $L_R(W;\mathcal D)\geq0.9$ for "
            r"all lazy "
            r"$W$, by certificate, from $R\sqrt d=\sqrt2(\sqrt{\log\frac1\gamma}+\frac{C_0}2)$ on; "
            r"at $d=400$, $m=200$, far narrower than $d^{2.4}$",
            cannot_fail="1 - 10 gamma is below the probability, which at this radius is near 1; "
            "what it is at one point, probability-of-a-point says",
        ),
        Probability(
            "one-point",
            fooled,
            at_least=1 - gamma,
            where=C_R >= sufficient_radius,
            statement=r"at one point one $\delta$ fools all lazy networks with probability at "
            r"least $1-\gamma$, at the same radius; $d=400$ to $10^6$, $m=200$ to $1600$, far "
            r"narrower than $d^{2.4}$",
        ),
        Identity(
            "probability-of-a-point",
            fooled,
            erf(C_R / sqrt(2) - C_R**2 / (2 * sqrt(2 * pi * m)) - C_0 / 2),
            functional="proportion",
            where=(d >= 10**6) & (m >= 1600),
            statement=r"(ours) in high dimension and for wide networks $R=C_R/\sqrt d$ fools all "
            r"lazy "
            r"networks with probability $\mathrm{erf}(\frac{C_R}{\sqrt2}-\frac{C_0}2)$, for fixed "
            r"$C_R>C_0/\sqrt2$, less $C_R^2/\sqrt{8\pi m}$ for neurons that turn on the way",
            mutants=lambda: (
                Mutant("R need not grow with C_0", equals=erf(C_R / sqrt(2))),
                Mutant("|f| grows by C_0", equals=erf(C_R / sqrt(2) - C_0), where=C_R > 2 * C_0),
                Mutant("the gradient has length sqrt(d)", equals=erf(C_R - C_0 / 2)),
            ),
        ),
        Probability(
            "smaller-radius",
            fooled_sooner,
            at_most=Q(1, 100),
            where=d >= 10**6,
            statement=r"(ours) a radius of order $\frac1d$ is too small for that",
            cannot_fail="at d = 10^6 the radius is a 300th of what is needed, and a 5 % longer one "
            "too; the mutant of order 1 / sqrt(d) is what it tells apart",
            blunt="it never happens at so short a radius, so that no smaller probability than "
            "1/100 is refuted; at which radius it happens, probability-of-a-point says",
            mutants=(Mutant("of order 1 / sqrt(d)", event=fooled),),
        ),
        Unchecked(
            "for-all-distributions",
            of_kind="probability",
            statement=r"for any $\mathcal D$ and some $R=\tilde O(1/\sqrt d)$",
            because="the constant and the logarithms are not named, and no finite number of "
            "distributions is all of them; the proof needs one point at a time",
        ),
    ),
)

exchanged = observable("exchanged", "1 - inf_W of the mean loss", r"1-\inf_WL_R(W)")
mean_exchanged = observable(
    "mean_exchanged", "mean over x of 1 - inf_W of the loss", r"E_x[1-\inf_W\ell_R(W;x)]"
)
exchanged_sup = observable("exchanged_sup", "1 - sup_W of the mean loss", r"1-\sup_WL_R(W)")
mean_exchanged_sup = observable(
    "mean_exchanged_sup", "mean over x of 1 - sup_W of the loss", r"E_x[1-\sup_W\ell_R(W;x)]"
)
worst_mean = observable("worst_mean", "largest over x of the mean of Z(x)", nonnegative=True)
tail = observable("tail", "P(Z > 1/10)", r"P(Z>\frac1{10})", nonnegative=True)
mean_Z = observable("mean_Z", "mean of Z", "E[Z]", nonnegative=True)
ball_rise = observable(
    "ball_rise", "sup f over the ball, less f at W_0", r"\sup_Wf-f_0", positive=True
)
ball_rise_printed = observable(
    "ball_rise_printed", "the same for the ball of radius C_0 / sqrt(d)", positive=True
)

proof_corollary_3_2 = paper.theorem(
    "proof-corollary-3.2",
    "from one point to a distribution",
    "Appendix B, proof of Corollary 3.2",
    r"$P[\inf_WL_R<0.9]=P[1-\inf_WL_R>0.1]\leq10\,E[1-\inf_WL_R]\leq10\,E_xE_{W_0}[1-\inf_W\ell_R]"
    r"\leq10\gamma$, over all $W$ in the ball of radius $C_0/\sqrt m$. Printed: $\sup_WL_R$ for "
    r"$\inf_WL_R$, $E_W$ for the mean over $(W_0,a)$, and $C_0/\sqrt d$; meant: as above.",
    uses=("theorem-3.1",),
    claims=(
        Inequality(
            "exchange",
            exchanged,
            at_most=mean_exchanged,
            statement=r"$1-\inf_WE_x\ell\leq E_x[1-\inf_W\ell]$, for all losses in $\{0,1\}$ of "
            r"up to "
            "three networks at three points",
            mutants=(Mutant("at least", at_most=None, at_least=mean_exchanged),),
            printed=Printed(
                left=exchanged_sup,
                at_most=mean_exchanged_sup,
                statement=r"$1-\sup_WL_R(W)=E_x[1-\sup_W\ell_R(W;x)]$, of which the proof needs "
                r"$\leq$",
                why="inf over W is needed (for all W), and with sup the exchange goes the other "
                "way",
                counterexample="two networks, two points of probability 1/2, each network loses "
                "one "
                "point: 1 - sup L = 1/2, but at each point sup of the loss is 1",
            ),
        ),
        Inequality(
            "supremum-over-points",
            mean_exchanged,
            at_most=worst_mean,
            note=r"the mean over $x$ is at most the largest over $x$",
        ),
        Inequality(
            "markov",
            tail,
            at_most=10 * mean_Z,
            note=r"for $Z\in[0,1]$",
            mutants=(9 * mean_Z,),
        ),
        Identity(
            "markov-sharp",
            tail / mean_Z,
            1 / (Q(1, 10) + excess),
            exact=True,
            cannot_fail="a quotient at one cell, of which both sides are spoiled alike",
            where=excess < Q(1, 10),
            note=r"(ours) at $Z\in\{0,\frac1{10}+\varepsilon\}$: the factor 10 cannot be improved",
        ),
        Theta(
            "radius",
            ball_rise,
            of=C_0,
            functional="mean",
            corrections="power",
            statement=r"over the ball of radius $C_0/\sqrt m$ values move by $\Theta(C_0)$, "
            r"whatever $m$, along $m$ and along $C_0$",
            mutants=(C_0 ** Q(3, 4),),
            printed=Printed(
                observable=ball_rise_printed,
                words=r"$W\in\mathcal B_{2,\infty}(W_0,\frac{C_0}{\sqrt d})$",
                statement=r"the same over the ball of radius $C_0/\sqrt d$ that the proof prints",
                why=r"the radius is $C_0/\sqrt m$; over the printed ball values move by "
                r"$\frac{C_0}2\sqrt{m/d}$, so Theorem 3.1 does not speak about it",
                counterexample=r"$m=10^4$, $d=100$, $C_0=1$: $\sup f$ is greater by 5",
                harmless=True,
            ),
        ),
    ),
)
