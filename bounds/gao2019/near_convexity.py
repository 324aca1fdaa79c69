"""How far the gradient and convexity of a deep network hold in a ball: Lemmas A.5 and A.6.

With one hidden layer the worst cases are found by sorting, and their constants have closed forms.
In depth they have no certificate with the powers of the paper; moves that are found show that the
powers of the width and of the radius cannot be better.
"""

from bounds.authoring import *
from bounds.gao2019.deep import NETWORK, START, H
from bounds.gao2019.notation import *

omega = parameter("omega", r"$R/\sqrt m+\delta$", positive=True)
k = parameter("k", "number of flipped neurons", positive=True)
moved_order = parameter(
    "moved_order", r"bound of $\|x'^{(h)}(W)-x^{(h)}(W_0)\|_2$", "e_h", positive=True
)
ell = parameter("ell", r"a logarithm, of $m$ or of $\sqrt m/R$", r"\ell", positive=True)

radius = R / sqrt(m)
reach = radius + delta
"""The omega of the cells, without and with a move of the input."""
ONE = Eq(H, 1)
DEPTH = (
    r"in depth the worst case over the ball has no certificate with these powers: products of "
    r"norms grow like $(2\sqrt2)^H$, and moves that are found bound it from below alone"
)
located = shared(rate=0.5, where=ONE)
deep = shared(rate=1 / 3, tolerance=0.05, where=H >= 2)

flipped = observable("flipped", "largest", r"\max\|D^{(1)}(W,x)-D^{(1)}(W_0,x)\|_0", positive=True)
flipped_bound = observable(
    "flipped_bound", "upper bound", r"\max\|D^{(1)}(W,x')-D^{(1)}(W_0,x)\|_0", positive=True
)
flipped_share = observable(
    "flipped_share",
    "flipped neurons over the most by one layer alone, in the layer where it is least",
    positive=True,
)
moved_bound = observable(
    "moved_bound", "upper bound", r"\max\|x'^{(1)}(W)-x^{(1)}(W_0)\|_2", positive=True
)
moved_deep = observable(
    "moved_deep",
    "by a move that is found",
    r"\|x^{(H)}(W)-x^{(H)}(W_0)\|_2/\|x^{(H)}(W_0)\|_2",
    positive=True,
)
growth = observable(
    "growth", "product", r"\prod_h(1+\omega\|x^{(h-1)}\|_2/\|x^{(h)}\|_2)", positive=True
)
row_bound = observable("row_bound", "upper bound of the change of the row in (4)", positive=True)
row_share = observable(
    "row_share",
    "change of the row in (4) for h = 1 over the largest of the gradient by layer 1 alone",
    positive=True,
)
change = observable("change", "largest", r"\max\|f'^{(1)}(W,x)-f'^{(1)}(W_0,x)\|_F", positive=True)
change_relaxed = observable(
    "change_relaxed", "upper bound of the same, by relaxation", positive=True
)
change_bound = observable(
    "change_bound", "upper bound", r"\max\|f'^{(1)}(W,x')-f'^{(1)}(W_0,x)\|_F", positive=True
)
change_share = observable(
    "change_share",
    "change of a layer's gradient over the largest by that layer alone, where it is least",
    positive=True,
)
size_bound = observable("size_bound", "upper bound", r"\max\|f'^{(1)}(W,x')\|_F", positive=True)

change_constant = (24 / pi**2) ** Q(1, 6)
flip_constant = (3 / pi) ** Q(1, 3)

third = omega * H ** Q(5, 2) * sqrt(log(m))
"""Order of the change of the activations, equation (3)."""
slope_first = omega ** Q(1, 3) * H**2 * sqrt(m * log(m))
"""Order of the change of the gradient."""

lemma_a_5 = paper.theorem(
    "lemma-A.5",
    "the gradient is stable",
    "Appendix A, Lemma A.5",
    r"Given any fixed $x\in\mathbb S$. If $m\geq\max(d,\Omega(H\log H))$ and $\omega=\frac R"
    r"{\sqrt m}+\delta\leq\frac c{H^6(\log m)^3}$, then with probability at least "
    r"$1-O(H)e^{-\Omega(m\omega^{2/3}H)}$, for any $W\in B(R)$ and $x'\in"
    r"\mathbb S$ with $\|x-x'\|_2\leq\delta$: $\|f'^{(h)}(W,x')-f'^{(h)}(W_0,x)\|_F="
    r"O(\omega^{1/3}H^2\sqrt{m\log m})$ and $\|f'^{(h)}(W,x')\|_F=O(\sqrt{mH})$.",
    uses=("lemma-A.1", "lemma-A.2", "lemma-A.3", "lemma-A.4", "equation-1"),
    hypotheses=(
        *NETWORK,
        *START,
        required(m >= d, "the network is wider than its input"),
        regime(reach * H**6 * log(m) ** 3, "the ball is small", tends_to=0),
    ),
    claims=(
        BigO(
            "eq-2",
            flipped_bound,
            of=m * reach ** Q(2, 3) * H,
            corrections="power",
            where=ONE,
            statement=r"$\|D^{(h)}(W,x')-D^{(h)}(W_0,x)\|_0=O(m\omega^{2/3}H)$ (2), for $H=1$",
            note=r"over all $W$ and $x'$: sorted, with Lemma A.4's move of the weights for $x'$",
            mutants=(m * reach, m * reach ** Q(4, 5)),
        ),
        Limit(
            "eq-2-constant",
            flipped / (m * radius ** Q(2, 3)),
            to=flip_constant,
            tolerance=flip_constant / 50,
            **located,
            note=r"ours: $(3/\pi)^{1/3}m\omega^{2/3}$ neurons at most for $H=1$ and $x'=x$, as "
            r"$\omega\to0$; attained",
            mutants=(1, (6 / pi) ** Q(1, 3)),
        ),
        Theta(
            "eq-2-spread",
            (flipped - flip_constant * m * radius ** Q(2, 3)) ** 2,
            of=m * radius ** Q(2, 3),
            functional="mean",
            corrections="power",
            rate=2 / 3,
            where=ONE,
            note=r"ours: the variance, of the order of the exponent in the probability of (2)",
        ),
        Limit(
            "eq-2-depth",
            flipped_share,
            to=1,
            **deep,
            note="ours: a move of all layers flips in each, for $H=2,3$, as many neurons as that "
            r"layer alone can, which has the law of $H=1$: so $m\omega^{2/3}$ in every layer",
        ),
        BigO(
            "eq-3",
            moved_bound,
            of=reach * H ** Q(5, 2) * sqrt(log(m)),
            corrections="power",
            where=ONE,
            statement=r"$\|x'^{(h)}(W)-x^{(h)}(W_0)\|_2=O(\omega H^{5/2}\sqrt{\log m})$ (3), for "
            "$H=1$",
            mutants=(reach**2,),
        ),
        Identity(
            "eq-3-attained",
            moved_deep,
            growth - 1,
            exact=True,
            scale=growth,
            statement=r"$\|x^{(H)}(W)-x^{(H)}(W_0)\|_2/\|x^{(H)}(W_0)\|_2=\prod_h(1+\omega"
            r"\|x^{(h-1)}\|_2/\|x^{(h)}\|_2)-1$ for some $W$",
            note=r"ours: about $H\omega$, by Lemma A.2; for $H=1$ it is $\omega\|x^{(0)}\|_2/"
            r"\|x^{(1)}\|_2$, the largest possible",
            mutants=(Mutant("one layer alone", equals=(growth - 1) / H),),
        ),
        BigO(
            "eq-4",
            row_bound,
            of=reach ** Q(1, 3) * H**2 * sqrt(m * log(m)),
            corrections="power",
            where=ONE,
            statement=r"$a^\top D^{(H)}W^{(H)}\cdots D^{(h)}W^{(h)}$ changes by "
            r"$O(\omega^{1/3}H^2\sqrt{m\log m})$ (4), for $H=1$",
            mutants=(reach ** Q(2, 3) * sqrt(m * log(m)),),
        ),
        Probability(
            "eq-4-depth",
            row_share >= 1,
            at_least=Q(9, 10),
            where=H >= 2,
            note=r"ours: by a move of all layers the row of (4) for $h=1$ changes, for $H=2,3$, by "
            r"no less than the gradient can by layer 1 alone: so $\sqrt m\omega^{1/3}$",
            mutants=(Mutant("twice as much", event=row_share >= 2),),
        ),
        BigO(
            "stability",
            change_bound,
            of=at(slope_first, {omega: reach}),
            corrections="power",
            where=ONE,
            statement=r"$\|f'^{(h)}(W,x')-f'^{(h)}(W_0,x)\|_F=O(\omega^{1/3}H^2\sqrt{m\log m})$, "
            "for $H=1$",
            mutants=(reach ** Q(2, 3) * sqrt(m * log(m)), sqrt(reach) * sqrt(m * log(m))),
        ),
        Limit(
            "stability-constant",
            change / (sqrt(m) * radius ** Q(1, 3)),
            to=change_constant,
            tolerance=change_constant / 50,
            **located,
            note=r"ours: $(24/\pi^2)^{1/6}\sqrt m\omega^{1/3}$ for $H=1$ and $x'=x$, without a "
            "logarithm; attained",
            mutants=((3 / pi) ** Q(1, 6), (12 / pi**2) ** Q(1, 6)),
        ),
        Limit(
            "stability-bound",
            change_relaxed / (sqrt(m) * radius ** Q(1, 3)),
            to=change_constant,
            tolerance=change_constant / 50,
            **located,
            note="ours: an upper bound of the largest change tends to the same",
        ),
        Limit(
            "stability-depth",
            change_share,
            to=1,
            **deep,
            note="ours: by a move of all layers the gradient changes in each, for $H=2,3$, by what "
            r"one layer alone can; for the last layer that has the law of $H=1$: so $\sqrt m"
            r"\omega^{1/3}$",
        ),
        BigO(
            "size",
            size_bound,
            of=sqrt(m * H),
            corrections="power",
            where=ONE,
            statement=r"$\|f'^{(h)}(W,x')\|_F=O(\sqrt{mH})$, for $H=1$",
            mutants=(m ** Q(1, 4),),
        ),
        Unchecked(
            "depth", of_kind="probability", statement="upper bounds for $H\\geq2$", because=DEPTH
        ),
        Inequality(
            "few-flips",
            (H**6 * ell**3) ** Q(-2, 3) * H,
            at_most=1 / (H**3 * ell),
            box={H: (1, 1e6), ell: (1, 1e6)},
            note=r"$m\omega^{2/3}H\leq\frac m{H^3\log m}$, as (4) asks, at $\omega="
            r"\frac1{H^6\log^3m}$, with $\ell=\log m$",
        ),
        *derivations(
            second_term=equal(
                at(sqrt(m * H) * moved_order / slope_first, {moved_order: third}),
                omega ** Q(2, 3) * H,
                r"$O(\sqrt{mH})$ times (3) over (4): small where $\omega\leq cH^{-6}$",
                mutants=(omega ** Q(1, 3) * H,),
            ),
            eq_4_from_eq_2=equal(
                at(sqrt(H**3 * k * log(m)), {k: m * omega ** Q(2, 3) * H}),
                slope_first,
                r"$\sqrt{H^3s\log m}$ for $s$ flips, $s=m\omega^{2/3}H$ by (2)",
                mutants=(omega ** Q(2, 3) * H**2 * sqrt(m * log(m)),),
            ),
        ),
    ),
)

loss_bound = observable(
    "loss_bound",
    r"upper bound over all inputs and all pairs of the ball, for $|\ell'|\leq1$",
    r"\sup\frac{\ell(f(W_1))+\langle\nabla\ell(f(W_1)),W_2-W_1\rangle-\ell(f(W_2))}{\|W_2-W_1\|_F}",
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
        regime(R / sqrt(m) * H**6 * log(m) ** 3, "the ball is small", tends_to=0),
    ),
    claims=(
        BigO(
            "near-convexity",
            loss_bound,
            of=(m * R) ** Q(1, 3) * H ** Q(5, 2) * sqrt(log(m)),
            corrections="power",
            where=ONE,
            note="for $H=1$, certified over the whole circle ($d=2$) by a net as in the proof",
            mutants=(log(m), (m * R) ** Q(1, 6)),
        ),
        Theta(
            "near-convexity-order",
            loss_bound,
            of=per_distance,
            corrections="power",
            where=ONE,
            note="ours: without the logarithm, over the circle",
            mutants=((m * R) ** Q(1, 2), m ** Q(1, 3)),
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
        ),
        Unchecked(
            "depth", of_kind="probability", statement="near convexity for $H\\geq2$", because=DEPTH
        ),
        Unchecked(
            "sphere",
            of_kind="probability",
            statement="near convexity for all inputs of a sphere with $d\\geq3$, for $H=1$",
            because=r"a net of the sphere has $(\sqrt m/R)^{d-1}$ points; for $d=2$ it was run "
            "through, and its number of points is algebra (net)",
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
