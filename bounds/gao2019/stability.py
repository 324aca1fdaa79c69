"""How far the gradient of a deep network holds in a ball: Lemma A.5.

With one hidden layer the worst cases are found by sorting, and their constants have closed forms.
At a fixed depth, spectral norms carry certificates from layer to layer with the paper's powers of
the width and of the radius, and moves that are found show that these cannot be better; the powers
of the depth are not checked, as products of norms grow exponentially with it.
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
LOW = Eq(H, 2) | Eq(H, 3)
DEPTH = (
    r"certificates go from layer to layer by spectral norms, of which products grow like "
    r"$(2\sqrt2)^H$; and the regime asks for $m$ above $H^{12}$"
)
AT_FIXED_DEPTH = "at fixed H, certified for $H=2,3$ at one $x$; the power of H is not checked"
UNLOCATED = (
    "what the certificate adds to the size fades like m^(-1/6), a correction that hides what the "
    "power of m is at the widths that are reached"
)
NOT_SMALL = regime(R >= 1, r"the radius is $\Omega(1)$")
SMALL_BALL = regime(R / sqrt(m) * H**6 * log(m) ** 3, "the ball is small", tends_to=0)
# The density of a pre-activation is flat at 0 up to relative squares: what is flipped lies within
# omega^(2/3) of it, so that constants are met up to omega^(4/3) = m^(-2/3) for R fixed, and
# m^(-1/2) for R growing like m^(1/8), the slower of the two rays.
located = shared(rate=0.5, where=ONE)
# Moves of the layers below displace a pre-activation by about omega, of a threshold of omega^(2/3);
# the density at 0 stays flat, so that the mean share is 1 + O(omega), and the m omega neurons that
# cross the threshold make a noise of m^(-1/2) omega^(-1/6), m^(-5/12) for R fixed. Both fall faster
# than m^(-1/3).
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
change = observable(
    "change",
    "attained, by neurons in the order of cost",
    r"\max\|f'^{(1)}(W,x)-f'^{(1)}(W_0,x)\|_F",
    positive=True,
)
change_relaxed = observable(
    "change_relaxed", "upper bound of the largest, by relaxation", positive=True
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

start_moved = observable("start_moved", "upper bound", r"\|x'^{(0)}-x^{(0)}\|_2", positive=True)
layer_sizes = observable(
    "layer_sizes", "upper bound", r"\max_{h\geq0}\|x'^{(h)}(W)\|_2", positive=True
)
short_row_bound = observable(
    "short_row_bound", "upper bound of the change of the row of the gradient", positive=True
)
deep_flips = observable("deep_flips", "certified flips, most of all layers", positive=True)
deep_moved = observable(
    "deep_moved", "certified change of the activations, most of all layers", positive=True
)
deep_sizes = observable(
    "deep_sizes", "certified size of the activations, most of all layers", positive=True
)
deep_rows = observable(
    "deep_rows", "certified change of the rows of (1) and (4), most of all", positive=True
)
deep_change = observable(
    "deep_change", "certified change of the gradient, most of all layers", positive=True
)
deep_gradient = observable(
    "deep_gradient", "certified size of the gradient, most of all layers", positive=True
)
gradient_moved = observable(
    "gradient_moved", "change", r"\|f'^{(h)}(W,x')-f'^{(h)}(W_0,x)\|_F", nonnegative=True
)
short_change = observable(
    "short_change", "change of the row of (1)", r"\|\rho'^{(h)}-\rho^{(h)}\|_2", nonnegative=True
)
short_norm = observable("short_norm", "row of (1)", r"\|\rho^{(h)}\|_2", nonnegative=True)
long_change = observable(
    "long_change",
    "change of the row of (4)",
    r"\|\rho'^{(h)}W^{(h)}-\rho^{(h)}W_0^{(h)}\|_2",
    nonnegative=True,
)
long_norm = observable("long_norm", "row of (4)", r"\|\rho^{(h)}W_0^{(h)}\|_2", nonnegative=True)
near_norm = observable("near_norm", "norm", r"\|x'^{(h-1)}(W)\|_2", nonnegative=True)
input_moved = observable(
    "input_moved", "change", r"\|x'^{(h-1)}(W)-x^{(h-1)}(W_0)\|_2", nonnegative=True
)
short_rule = short_change * near_norm + short_norm * input_moved

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
        regime(m >= H * log(H), r"the width is of the order of $H\log H$"),
        NOT_SMALL,
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
            mutants=(
                m * reach,
                Mutant("the power 4/5 of omega", of=m * reach ** Q(4, 5)),
            ),
        ),
        Limit(
            "eq-2-constant",
            flipped / (m * radius ** Q(2, 3)),
            to=flip_constant,
            tolerance=flip_constant / 50,
            **located,
            note=r"ours: $(3/\pi)^{1/3}m\omega^{2/3}$ neurons at most for $H=1$ and $x'=x$, as "
            r"$\omega\to0$; attained",
            mutants=(
                Mutant("1", to=1, survives="1.5 % more than (3/pi)^(1/3), within the zone of 2 %"),
                (6 / pi) ** Q(1, 3),
            ),
        ),
        Theta(
            "eq-2-spread",
            (flipped - flip_constant * m * radius ** Q(2, 3)) ** 2,
            of=m * radius ** Q(2, 3),
            functional="mean",
            corrections="power",
            # The constant's error is R^2, and its square over the variance is R^(10/3) m^(-2/3).
            rate=1 / 4,
            where=ONE,
            note=r"ours: the variance, of the order of the exponent in the probability of (2)",
        ),
        BigO(
            "eq-2-certified",
            deep_flips,
            of=m * reach ** Q(2, 3) * H,
            corrections="power",
            where=LOW,
            statement=r"$\|D^{(h)}(W,x')-D^{(h)}(W_0,x)\|_0=O(m\omega^{2/3}H)$ (2), all h",
            note=AT_FIXED_DEPTH,
            mutants=(m * reach, sqrt(m) * reach ** Q(2, 3)),
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
        BigO(
            "eq-3-start",
            start_moved,
            of=reach,
            corrections="power",
            where=ONE,
            statement=r"$\|x'^{(0)}-x^{(0)}\|_2=O(\omega)$: (3) at $h=0$",
            note="at most $\\|A\\|_2\\delta$",
            mutants=(reach**2,),
        ),
        BigO(
            "eq-3-certified",
            deep_moved,
            of=reach * H ** Q(5, 2) * sqrt(log(m)),
            corrections="power",
            where=LOW,
            statement=r"$\|x'^{(h)}(W)-x^{(h)}(W_0)\|_2=O(\omega H^{5/2}\sqrt{\log m})$ (3), all "
            "h from 0 on",
            note=AT_FIXED_DEPTH,
            mutants=(reach**2,),
        ),
        BigO(
            "eq-5",
            layer_sizes,
            of=1,
            corrections="power",
            where=ONE,
            statement=r"$\|x'^{(h)}(W)\|_2=O(1)$ (5), for $H=1$ and $h=0,1$",
            mutants=(1 / sqrt(m),),
        ),
        BigO(
            "eq-5-certified",
            deep_sizes,
            of=1,
            corrections="power",
            where=LOW,
            statement=r"$\|x'^{(h)}(W)\|_2=O(1)$ (5), all h from 0 on",
            note=AT_FIXED_DEPTH,
            mutants=(1 / sqrt(m),),
        ),
        Identity(
            "eq-3-at-least",
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
        Theta(
            "eq-3-power-of-depth",
            growth - 1,
            of=H * R / sqrt(m),
            corrections="power",
            note=r"ours: that move is of the order $H\omega$, so that a power of H below 1 in (3) "
            "would be false",
            mutants=(R / sqrt(m), H ** Q(3, 4) * R / sqrt(m), H ** Q(5, 4) * R / sqrt(m)),
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
        BigO(
            "eq-4-short",
            short_row_bound,
            of=reach ** Q(1, 3) * H**2 * sqrt(m * log(m)),
            corrections="power",
            where=ONE,
            statement=r"and so does the row of the gradient, $a^\top D^{(H)}W^{(H)}\cdots D^{(h)}$"
            ", for $H=1$",
            mutants=(reach ** Q(2, 3) * sqrt(m * log(m)),),
        ),
        BigO(
            "eq-4-certified",
            deep_rows,
            of=reach ** Q(1, 3) * H**2 * sqrt(m * log(m)),
            corrections="power",
            where=LOW,
            statement=r"both rows change by $O(\omega^{1/3}H^2\sqrt{m\log m})$ (4), all h",
            note=AT_FIXED_DEPTH,
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
        Inequality(
            "product-rule",
            gradient_moved,
            at_most=short_rule,
            scale=gradient_moved + short_rule,
            statement=r"$\|f'^{(h)}(W,x')-f'^{(h)}(W_0,x)\|_F\leq\|\rho'^{(h)}-\rho^{(h)}\|_2\|"
            r"x'^{(h-1)}\|_2+\|\rho^{(h)}\|_2\|x'^{(h-1)}-x^{(h-1)}\|_2$ with the rows of (1), "
            r"$\rho^{(h)}=a^\top D^{(H)}W^{(H)}\cdots D^{(h)}$",
            mutants=(
                Mutant("without the second term", at_most=short_change * near_norm),
                Mutant("without the first", at_most=short_norm * input_moved),
            ),
            printed=Printed(
                at_most=long_change * near_norm + long_norm * input_moved,
                words=r"$\|f'^{(h)}(W,x')-f'^{(h)}(W_0,x)\|_F\leq\|a^\top D'^{(H)}\cdots D'^{(h)}"
                r"W^{(h)}-a^\top D^{(H)}\cdots D^{(h)}W_0^{(h)}\|_2\|x'^{(h-1)}\|_2+\dots$",
                why=r"the rows of the gradient (1) end in $D^{(h)}$, those of (4) in $D^{(h)}"
                r"W^{(h)}$, and the longer row may stay where the shorter one moves",
                counterexample=r"$H=1$, $x'=x$: one neuron of $W_0$ loses its sign (V), and "
                r"$W=V+u(a^\top D_0W_0-u^\top V)/\|u\|_2^2$ with $u=aD'$: the right side is 0",
                harmless=True,
            ),
        ),
        BigO(
            "stability",
            change_bound,
            of=at(slope_first, {omega: reach}),
            corrections="power",
            where=ONE,
            statement=r"$\|f'^{(h)}(W,x')-f'^{(h)}(W_0,x)\|_F=O(\omega^{1/3}H^2\sqrt{m\log m})$, "
            "for $H=1$",
            mutants=(
                Mutant("the power 2/3 of omega", of=reach ** Q(2, 3) * sqrt(m * log(m))),
                Mutant("the root of omega", of=sqrt(reach) * sqrt(m * log(m))),
            ),
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
        BigO(
            "stability-certified",
            deep_change,
            of=at(slope_first, {omega: reach}),
            corrections="power",
            where=LOW,
            statement=r"$\|f'^{(h)}(W,x')-f'^{(h)}(W_0,x)\|_F=O(\omega^{1/3}H^2\sqrt{m\log m})$, "
            "all h",
            note=AT_FIXED_DEPTH,
            mutants=(reach ** Q(2, 3) * sqrt(m * log(m)), sqrt(reach) * sqrt(m * log(m))),
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
        BigO(
            "size-certified",
            deep_gradient,
            of=sqrt(m * H),
            corrections="power",
            where=LOW,
            statement=r"$\|f'^{(h)}(W,x')\|_F=O(\sqrt{mH})$, all h",
            note=AT_FIXED_DEPTH,
            mutants=(Mutant("the fourth root of m", of=m ** Q(1, 4), survives=UNLOCATED),),
            blunt=UNLOCATED,
        ),
        Unchecked(
            "depth",
            of_kind="O",
            statement="the powers of H in (2), (3), (4), (5) and in the conclusion",
            because=DEPTH,
        ),
        Unchecked(
            "probability",
            of_kind="probability",
            statement=r"this fails with probability $O(H)e^{-\Omega(m\omega^{2/3}H)}$ at most",
            because="no constant is named, neither of the bounds nor of the exponent; checked are "
            r"the orders of the worst cases and, for $H=1$, that the variance of the number of "
            "flips is of the order of the exponent",
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
