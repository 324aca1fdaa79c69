"""How far the loss of a deep network is from convex in a ball, for all inputs: Lemma A.6."""

from bounds.authoring import *
from bounds.gao2019.deep import NETWORK, START, H
from bounds.gao2019.notation import *
from bounds.gao2019.stability import (
    DEPTH,
    LOW,
    NOT_SMALL,
    ONE,
    SMALL_BALL,
    change_constant,
    deep,
    ell,
    located,
    omega,
    slope_first,
)

CIRCLE = ONE & Eq(d, 2)
loss_bound = observable(
    "loss_bound",
    r"upper bound over all inputs and all pairs of the ball, for $|\ell'|\leq1$",
    r"\sup\frac{\ell(f(W_1))+\langle\nabla\ell(f(W_1)),W_2-W_1\rangle-\ell(f(W_2))}{\|W_2-W_1\|_F}",
    positive=True,
)
deep_loss_bound = observable(
    "deep_loss_bound",
    "certified upper bound of the same over the inputs near one, in depth",
    positive=True,
)
pair_attained = observable(
    "pair_attained",
    "the same quotient at one input, for two points of the ball and neurons at their kinks",
    positive=True,
)
shortfall = observable(
    "shortfall",
    "largest, as attained",
    r"\max f(W_0)+\langle\nabla f(W_0),W-W_0\rangle-f(W)",
    positive=True,
)
shortfall_bound = observable(
    "shortfall_bound", "upper bound of the same, by duality", positive=True
)
shortfall_share = observable(
    "shortfall_share", "shortfall over the sum of the largest by each layer alone", real=True
)

shortfall_constant = Q(3, 32) * (256 * sqrt(2) / pi) ** Q(1, 3)
pair_constant = (6 / pi**2) ** Q(1, 6)
per_distance = (m * R) ** Q(1, 3)
shortfall_unit = m ** -Q(1, 6) * R ** Q(4, 3)

lemma_a_6 = paper.theorem(
    "lemma-A.6",
    "the loss is nearly convex, for all inputs",
    "Appendix A, Lemma A.6",
    r"If $m=\Omega(\frac{d^{3/2}\log^{3/2}(\sqrt m/R)}{RH^{3/2}})$ and $R=O(\frac{\sqrt m}{H^6"
    r"(\log m)^3})$, then with probability at least $1-O(H)e^{-\Omega((mR)^{2/3}H)}$, for any "
    r"$W_1,W_2\in B(R)$, $x\in\mathbb S$ and $y$: $\ell(f(W_2,x),y)\geq\ell(f(W_1,x),y)+"
    r"\langle\nabla_W\ell(f(W_1,x),y),W_2-W_1\rangle-\|W_2-W_1\|_F"
    r"O((mR)^{1/3}H^{5/2}\sqrt{\log m})$.",
    uses=("lemma-A.5",),
    hypotheses=(
        *NETWORK,
        *START,
        regime(
            m >= (d * log(sqrt(m) / R)) ** Q(3, 2) / (R * H ** Q(3, 2)),
            r"the width is of the order of $\frac{d^{3/2}\log^{3/2}(\sqrt m/R)}{RH^{3/2}}$",
        ),
        NOT_SMALL,
        SMALL_BALL,
    ),
    claims=(
        BigO(
            "near-convexity",
            loss_bound,
            of=(m * R) ** Q(1, 3) * H ** Q(5, 2) * sqrt(log(m)),
            corrections="power",
            where=CIRCLE,
            statement=r"the slack over $\|W_2-W_1\|_F$ is $O((mR)^{1/3}H^{5/2}\sqrt{\log m})$, for "
            "$H=1$ and all inputs of the circle, $d=2$",
            note="certified by a net as in the proof",
            mutants=(log(m), (m * R) ** Q(1, 6)),
        ),
        BigO(
            "near-convexity-sphere",
            loss_bound,
            of=(m * R) ** Q(1, 3) * H ** Q(5, 2) * sqrt(log(m)),
            corrections="power",
            where=ONE & Eq(d, 3),
            statement="the same for $H=1$ and all inputs of the sphere, $d=3$",
            note="certified by a net as in the proof",
            mutants=(log(m), (m * R) ** Q(1, 6)),
        ),
        Theta(
            "near-convexity-order",
            loss_bound,
            of=per_distance,
            corrections="power",
            where=CIRCLE,
            note="ours: the certified bound, not the slack itself, over all inputs of the circle: "
            "without the logarithm",
            mutants=(
                (m * R) ** Q(1, 2),
                Mutant("without R", of=m ** Q(1, 3)),
            ),
        ),
        Limit(
            "near-convexity-pair",
            pair_attained / per_distance,
            to=pair_constant,
            tolerance=pair_constant / 50,
            **located,
            note=r"ours: $(6/\pi^2)^{1/6}(mR)^{1/3}$ for $H=1$ is attained at one input, where "
            r"$W_1$ brings neurons to their kinks and $W_2$ moves on; at most $\sqrt2$ times as "
            "much can be",
            mutants=(change_constant,),
        ),
        Limit(
            "centre",
            shortfall / shortfall_unit,
            to=shortfall_constant,
            tolerance=shortfall_constant / 50,
            **located,
            note=r"ours, $W_1=W_0$ and $H=1$: $0.4562\,R^{4/3}m^{-1/6}$ is attained",
        ),
        Limit(
            "centre-bound",
            shortfall_bound / shortfall_unit,
            to=shortfall_constant,
            tolerance=shortfall_constant / 50,
            **located,
            note="ours: an upper bound of the same, with the same limit",
        ),
        Limit(
            "centre-depth",
            shortfall_share,
            to=1,
            **deep,
            note=r"ours, $W_1=W_0$: a move of all layers loses, for $H=2,3$, the sum of what each "
            r"layer alone can; for the last one that has the law of $H=1$: so $HR^{4/3}m^{-1/6}$",
            mutants=(
                Mutant(
                    "1.05",
                    to=Q(21, 20),
                    survives="at the widths within reach, of 384, it is 4 % below its limit, in "
                    "the zone of 5 % around either",
                ),
            ),
        ),
        BigO(
            "near-convexity-certified",
            deep_loss_bound,
            of=(m * R) ** Q(1, 3) * H ** Q(5, 2) * sqrt(log(m)),
            corrections="power",
            where=LOW,
            statement=r"the slack over $\|W_2-W_1\|_F$ is $O((mR)^{1/3}H^{5/2}\sqrt{\log m})$, for "
            r"$H=2,3$ and all inputs within $\delta=\frac R{\sqrt m}$ of one",
            note="certified, as at each point of the proof's net; at fixed H, its power is not "
            "checked",
            mutants=(log(m), (m * R) ** Q(1, 6)),
        ),
        Unchecked(
            "depth",
            of_kind="O",
            statement=r"the power of H in $O((mR)^{1/3}H^{5/2}\sqrt{\log m})$",
            because=DEPTH,
        ),
        Unchecked(
            "probability",
            of_kind="probability",
            statement=r"this fails with probability $O(H)e^{-\Omega((mR)^{2/3}H)}$ at most",
            because="no constant is named, neither of the slack nor of the exponent; checked are "
            "the order of the slack over all inputs, and (net) that the exponent exceeds the "
            "logarithm of the number of points",
        ),
        Unchecked(
            "sphere",
            of_kind="O",
            statement=r"near convexity for all inputs of a sphere with $d\geq4$ for $H=1$, with "
            r"$d\geq2$ in depth",
            because=r"a net of the sphere has $(\sqrt m/R)^{d-1}$ points; with one hidden layer it "
            "was run through for $d=2,3$, in depth one of its points is drawn (of a network with "
            "$m^2$ weights a layer), and its number of points is algebra (net)",
        ),
        *derivations(
            slack=equal(
                at(sqrt(H) * slope_first, {omega: 2 * R / sqrt(m)}),
                2 ** Q(1, 3) * (m * R) ** Q(1, 3) * H ** Q(5, 2) * sqrt(log(m)),
                r"Lemma A.5 over H layers, at $\delta=\frac R{\sqrt m}$",
                mutants=(2 ** Q(1, 3) * (m * R) ** Q(1, 3) * H**2 * sqrt(log(m)),),
            ),
            exponent=equal(
                at(m * omega ** Q(2, 3) * H, {omega: R / sqrt(m)}),
                (m * R) ** Q(2, 3) * H,
                "exponent of the probability",
                mutants=((m * R) ** Q(1, 3) * H,),
            ),
            net=equal(
                at((m * R) ** Q(2, 3) * H, {m: (d * ell) ** Q(3, 2) / (R * H ** Q(3, 2))}),
                d * ell,
                r"from that width on the exponent exceeds the logarithm of the number of points of "
                r"the net, $d\ell$ with $\ell=\log(\sqrt m/R)$",
                mutants=(d * ell * H,),
            ),
        ),
    ),
)
