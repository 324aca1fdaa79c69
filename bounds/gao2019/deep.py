"""Deep networks at their start, and moves of the input: Section A up to Lemma A.4."""

from bounds.authoring import *
from bounds.gao2019.notation import *

H = parameter("H", "number of hidden layers", integer=True, positive=True)
h = parameter("h", "hidden layer", integer=True, positive=True)
v = parameter("v", r"variance of the entries of $\sqrt mA$", positive=True)
s = parameter("s", "deviation of a norm", positive=True)
t = parameter("t", "deviation of a spectral norm", nonnegative=True)
rows = parameter("rows", "number of rows", "a", integer=True, positive=True)
columns = parameter("columns", "number of columns", "b", integer=True, positive=True)

value = observable("value", "network at x", "f(W,x)")
product_value = observable(
    "product_value", "the product of matrices", r"a^\top D^{(H)}W^{(H)}\cdots D^{(1)}W^{(1)}x^{(0)}"
)
quotient = observable(
    "quotient",
    "symmetric difference quotient of f along a move E of one layer",
    r"\frac{f(W+sE)-f(W-sE)}{2s}",
)
stay = observable("stay", "whether all signs are the same at both ends of the quotient")
along = observable("along", "product of the formula with E", r"\langle f'^{(h)},E\rangle")
along_next = observable("along_next", r"the same with $x^{(h)}$ for $x^{(h-1)}$")
along_longer = observable(
    "along_longer", r"the same with a product that ends with $D^{(h)}W^{(h)}$"
)
move_size = observable("move_size", "size of the product", r"\|f'^{(h)}\|_F\|E\|_F", positive=True)
gradient_norm = observable(
    "gradient_norm", "norm of the formula", r"\|f'^{(h)}\|_F", nonnegative=True
)
quotients_norm = observable(
    "quotients_norm",
    "norm of the difference quotients along all entries of one layer",
    r"\|f'^{(h)}\|_F",
    nonnegative=True,
)
stay_all = observable("stay_all", "whether all signs are the same at both ends of all quotients")
input_norm = observable("input_norm", "norm", r"\|x^{(h-1)}\|_2", nonnegative=True)
row_norm = observable(
    "row_norm", "norm", r"\|a^\top D^{(H)}W^{(H)}\cdots D^{(h)}\|_2", nonnegative=True
)
with_itself = observable(
    "with_itself", "product with the layer itself", r"\langle f'^{(h)},W^{(h)}\rangle"
)

NETWORK = (
    required(
        None,
        r"$x^{(0)}=Ax$, $\bar x^{(h)}=W^{(h)}x^{(h-1)}$, $x^{(h)}=\mathrm{ReLU}(\bar x^{(h)})$, "
        r"$f=a^\top x^{(H)}$",
    ),
)
START = (
    required(
        None,
        r"$A_{ij}\sim N(0,v/m)$, $W^{(h)}_{ij}\sim N(0,2/m)$, $a_i\sim N(0,1)$ (reconstructed: the "
        "variances are not in the text at hand)",
    ),
)

equation_1 = paper.theorem(
    "equation-1",
    "gradient of the deep network",
    "Appendix A, equation (1)",
    r"$f(W,x)=a^\top D^{(H)}W^{(H)}\cdots D^{(1)}W^{(1)}x^{(0)}$ with $D^{(h)}=\mathrm{diag}("
    r"1[\bar x^{(h)}\geq0])$, and $f'^{(h)}(W,x)=(x^{(h-1)}a^\top D^{(H)}W^{(H)}\cdots W^{(h+1)}"
    r"D^{(h)})^\top$ (1).",
    hypotheses=NETWORK,
    claims=(
        Identity("network", value, product_value, exact=True, scale=1 + Abs(value)),
        Identity(
            "gradient",
            quotient,
            along,
            exact=True,
            scale=move_size,
            tolerance=1e-6,
            given=stay,
            statement=r"$\frac{f(W+sE)-f(W-sE)}{2s}=\langle f'^{(h)}(W,x),E\rangle$ for moves of "
            "one layer on which no neuron changes its sign: there f is linear",
            mutants=(
                Mutant(r"$x^{(h)}$ in the place of $x^{(h-1)}$", equals=along_next),
                Mutant(r"a product that ends with $W^{(h)}$", equals=along_longer),
            ),
        ),
        Identity(
            "norm",
            quotients_norm,
            input_norm * row_norm,
            exact=True,
            scale=1 + quotients_norm,
            tolerance=1e-6,
            given=stay_all,
            statement=r"$\|f'^{(h)}\|_F=\|x^{(h-1)}\|_2\|a^\top D^{(H)}W^{(H)}\cdots D^{(h)}\|_2$",
            note="the norm of the difference quotients along every entry of the layer",
        ),
        Identity(
            "euler",
            with_itself,
            value,
            exact=True,
            scale=1 + gradient_norm,
            note="ours, for every layer: f is homogeneous of degree 1 in each",
        ),
    ),
)

normal_norm = observable("normal_norm", "norm of a normal matrix", r"\|M\|_2", positive=True)
excess_of_norms = observable(
    "excess_of_norms",
    r"largest of $\|A\|_2/\sqrt v-1-\sqrt{d/m}$, $\|W^{(h)}\|_2/\sqrt2-2$ and "
    r"$(\|a\|_2-1)/\sqrt m-1$",
)
first_norm = observable("first_norm", "spectral norm", r"\|A\|_2", positive=True)
layers_norm = observable("layers_norm", "largest", r"\max_h\|W^{(h)}\|_2", positive=True)
output_norm = observable("output_norm", "norm", r"\|a\|_2", positive=True)
rarity = observable("rarity", "exactly", r"-\log P(\|a\|_2\geq2\sqrt m)", positive=True)

lemma_a_1 = paper.theorem(
    "lemma-A.1",
    "norms at the start",
    "Appendix A, Lemma A.1",
    r"If $m\geq d$, with probability $1-O(H)e^{-\Omega(m)}$ at initialization: $\|A\|_2=O(1)$, "
    r"$\|W^{(h)}\|_2=O(1)$ for all $h\in[H]$, and $\|a\|_2=O(\sqrt m)$; from $P(\|M\|_2\leq\sqrt a"
    r"+\sqrt b+t)\geq1-2e^{-t^2/2}$ for normal $M\in\mathbb R^{a\times b}$.",
    hypotheses=(*START, required(m >= d, "the network is wider than its input")),
    claims=(
        Probability(
            "normal-matrix",
            normal_norm > sqrt(rows) + sqrt(columns) + t,
            at_most=2 * exp(-(t**2) / 2),
            mutants=(
                Mutant(
                    r"$\sqrt{a+b}+t$",
                    event=normal_norm > sqrt(rows + columns) + t,
                ),
            ),
        ),
        Inequality(
            "one-entry",
            erfc((2 + t) / sqrt(2)),
            at_most=2 * exp(-(t**2) / 2),
            box={t: (0, 30)},
            note=r"exactly for $a=b=1$",
        ),
        Inequality(
            "one-entry-below",
            erfc((2 + t) / sqrt(2)),
            at_least=exp(-((t + 3) ** 2) / 2),
            box={t: (0, 30)},
            note=r"ours: the $\frac12$ in the exponent is the largest possible",
            mutants=(exp(-((t + 2) ** 2) / 2),),
        ),
        Limit(
            "edge",
            normal_norm / (sqrt(rows) + sqrt(columns)),
            to=1,
            rate=2 / 3,
            tolerance=0.01,
            note=r"ours: the typical norm is $\sqrt a+\sqrt b$, for $b=a$ and $b=a/4$",
            mutants=(Mutant(r"$\sqrt{a+b}$", observable=normal_norm / sqrt(rows + columns)),),
        ),
        Probability(
            "norms",
            excess_of_norms > s,
            at_most=2 * (H + 2) * exp(-(s**2) * m / 2),
            statement=r"with probability $1-2(H+2)e^{-s^2m/2}$: $\|A\|_2\leq\sqrt v(1+\sqrt{d/m}+s)"
            r"$, $\|W^{(h)}\|_2\leq\sqrt2(2+s)$ for all h, $\|a\|_2\leq(1+s)\sqrt m+1$",
            note="constants ours, by the union bound; such norms are far rarer, and where they "
            "are, edge, first, layers and output say",
            blunt="no network with such norms was drawn, so that no smaller probability than this "
            "is refuted; how rare they are, rarity says, exactly for the output weights",
        ),
        Limit(
            "first",
            first_norm,
            to=sqrt(v) * (1 + sqrt(d / m)),
            rate=2 / 3,
            tolerance=sqrt(v) / 50,
            note="as d and m grow together",
        ),
        Limit("layers", layers_norm, to=2 * sqrt(2), rate=2 / 3, tolerance=0.04, mutants=(2,)),
        Limit("output", output_norm / sqrt(m), to=1, rate=1.0, tolerance=0.01),
        Theta(
            "rarity",
            rarity,
            of=m,
            exact=True,
            corrections="power",
            note=r"ours: $e^{-\Omega(m)}$ is the order, exactly for the output weights",
        ),
        Limit(
            "rarity-constant",
            rarity / m,
            to=Q(3, 2) - log(2),
            rate=0.75,
            tolerance=0.005,
            exact=True,
            note="ours, by Cramér's theorem",
        ),
    ),
)

mean_square = observable("mean_square", "squared norm", r"\|x^{(H)}\|_2^2", nonnegative=True)
pre_square = observable("pre_square", "squared norm", r"\|\bar x^{(H)}\|_2^2", nonnegative=True)
post_norm = observable("post_norm", "norm", r"\|x^{(H)}\|_2", nonnegative=True)
pre_norm = observable("pre_norm", "norm", r"\|\bar x^{(H)}\|_2", nonnegative=True)
outside = observable("outside", r"whether some $\|x^{(h)}\|_2$ is not in $[2/3,4/3]$")
chance = observable("chance", "its probability, by integration", "p", nonnegative=True)
failure = observable("failure", "its logarithm", r"-\log p", positive=True)

lemma_a_2 = paper.theorem(
    "lemma-A.2",
    "layers keep their size",
    "Appendix A, Lemma A.2",
    r"For any fixed $x\in\mathbb S$, with probability $1-O(H)e^{-\Omega(m/H)}$, for every "
    r"$h\in\{0,\dots,H\}$: $\|x^{(h)}\|_2\in[2/3,4/3]$ and $\|\bar x^{(h)}\|_2\in[2/3,4/3]$ at "
    "initialization (which of the two has the bar is lost in the text at hand).",
    hypotheses=START,
    claims=(
        Identity("square", mean_square, v, note="the mean of each layer after the ReLU"),
        Identity("pre-square", pre_square, 2 * v, note="before the ReLU", mutants=(v,)),
        Identity(
            "fourth-moment",
            mean_square**2,
            v**2 * (1 + 2 / m) * (1 + 5 / m) ** H,
            note="ours: each layer multiplies by a variable of variance 5/m",
            mutants=(v**2 * (1 + 2 / m) * (1 + 4 / m) ** H, v**2),
        ),
        Identity(
            "outside",
            outside,
            chance,
            functional="proportion",
            where=Eq(v, 1),
            note=r"ours, for $v=1$: the logarithms are a random walk",
        ),
        Theta(
            "layers",
            failure - log(m / H) / 2,
            of=m / H,
            exact=True,
            corrections="power",
            where=Eq(v, 1),
            statement=r"$-\log P(\|x^{(h)}\|_2\notin[2/3,4/3]\text{ for some }h)=\frac12\log"
            r"\frac mH+\Theta(\frac mH)$, for $v=1$",
            note="the probability is exact; the logarithm is of the usual factor of a large "
            "deviation, and the $m/H$ of the lemma is the order",
            mutants=(m, m / sqrt(H)),
        ),
        Limit(
            "post-limit",
            post_norm,
            to=sqrt(v),
            rate=1.0,
            tolerance=sqrt(v) / 100,
            note=r"$\|x^{(H)}\|_2$ as m grows",
        ),
        Limit(
            "pre-limit",
            pre_norm,
            to=sqrt(2 * v),
            rate=1.0,
            tolerance=sqrt(v) / 100,
            note=r"$\|\bar x^{(H)}\|_2$ as m grows: in $[2/3,4/3]$ with $\|x^{(h)}\|_2$ only for "
            r"$\frac49\leq v\leq\frac89$",
            mutants=(sqrt(v),),
        ),
        Unchecked(
            "both-norms",
            of_kind="probability",
            statement=r"$\|\bar x^{(h)}\|_2\in[2/3,4/3]$ as well",
            because="neither the variances of the start nor the place of the bar are in the text "
            r"at hand, and for $v=1$ the norms of the pre-activations are near $\sqrt2>4/3$",
        ),
    ),
)

longer_square = observable(
    "longer_square", "squared norm", r"\|a^\top D^{(H)}W^{(H)}\cdots D^{(1)}W^{(1)}\|_2^2"
)
row_square = observable(
    "row_square", "squared norm", r"\|a^\top D^{(H)}W^{(H)}\cdots W^{(2)}D^{(1)}\|_2^2"
)
gradient_square = observable("gradient_square", "squared norm", r"\|f'^{(1)}(W_0,x)\|_F^2")
largest_row = observable(
    "largest_row",
    "largest norm",
    r"\max_h\|a^\top D^{(H)}W^{(H)}\cdots D^{(h)}W^{(h)}\|_2",
    positive=True,
)
fluctuation = observable(
    "fluctuation",
    "squared deviation",
    r"(\frac1m\|a^\top D^{(H)}W^{(H)}\cdots D^{(1)}W^{(1)}\|_2^2-1)^2",
    nonnegative=True,
)

lemma_a_3 = paper.theorem(
    "lemma-A.3",
    "size of the way back",
    "Appendix A, Lemma A.3",
    r"If $m=\Omega(H\log H)$, for any fixed $x\in\mathbb S$, with probability $1-e^{-\Omega(m/H)}$ "
    r"at initialization, for every $h\in[H]$: $\|a^\top D^{(H)}W^{(H)}\cdots D^{(h)}W^{(h)}\|_2="
    r"O(\sqrt{mH})$.",
    hypotheses=(*START, regime(m >= H * log(H), "the width is of the order of $H\\log H$")),
    uses=("lemma-A.1",),
    claims=(
        Identity(
            "mean-square",
            longer_square,
            m,
            note=r"ours, up to $2^{-m}$: for every h, as $w\mapsto-w$ exchanges the active neurons",
            mutants=(m * H, m / 2),
        ),
        Identity(
            "mean-square-short",
            row_square,
            m / 2,
            note=r"ours, of the row in (1), that ends with $D^{(1)}$",
        ),
        Identity("gradient", gradient_square, m * v / 2, note="ours: of every layer"),
        BigO(
            "row",
            largest_row,
            of=sqrt(m * H),
            corrections="power",
            mutants=(sqrt(m / H), Mutant("O(H), without m", of=H)),
        ),
        Theta(
            "row-order",
            largest_row,
            of=sqrt(m),
            corrections="power",
            note=r"ours: $\sqrt H$ is not needed",
            mutants=(sqrt(m * H),),
        ),
        Limit(
            "row-limit",
            largest_row / sqrt(m),
            to=1,
            rate=0.5,
            tolerance=0.01,
            note="ours, for fixed H",
        ),
        Theta(
            "fluctuation",
            fluctuation,
            of=H / m,
            functional="mean",
            corrections="power",
            note="ours: what concentrates, does so at the scale of m/H",
            mutants=(1 / m, H**2 / m),
        ),
        Unchecked(
            "probability",
            of_kind="probability",
            statement=r"the row exceeds $O(\sqrt{mH})$ with probability $e^{-\Omega(m/H)}$ at most",
            because="neither constant is named; checked are the order of the largest row and of its"
            " fluctuation",
        ),
    ),
)

pre_error = observable(
    "pre_error",
    "largest difference of pre-activations",
    r"|\bar x'^{(h)}(W)-\bar x^{(h)}(\tilde W)|",
)
post_error = observable(
    "post_error", "largest difference of activations", r"|x'^{(h)}(W)-x^{(h)}(\tilde W)|"
)
flips = observable("flips", "neurons of different sign", r"\|D^{(h)}(x',W)-D^{(h)}(x,\tilde W)\|_0")
unsquared_error = observable(
    "unsquared_error", r"the same pre-activations, divided by $\|x^{(0)}\|_2$ instead"
)
layer_size = observable("layer_size", "largest pre-activation", positive=True)
first_move = observable("first_move", "move of the first layer", r"\|\tilde W^{(1)}-W^{(1)}\|_F")
carried = observable("carried", "norm", r"\|W^{(1)}(x'^{(0)}-x^{(0)})\|_2", nonnegative=True)
start_norm = observable("start_norm", "norm", r"\|x^{(0)}\|_2", positive=True)
layer_norm = observable("layer_norm", "spectral norm", r"\|W^{(1)}\|_2", positive=True)
input_distance = observable("input_distance", "distance", r"\|x-x'\|_2", nonnegative=True)
departure = observable(
    "departure",
    "distance of the new first layer",
    r"\|\tilde W^{(1)}-W^{(1)}_0\|_F",
    nonnegative=True,
)
carried_most = observable(
    "carried_most", "upper bound", r"\sup\|\tilde W^{(1)}-W^{(1)}\|_F/\delta", positive=True
)

lemma_a_4 = paper.theorem(
    "lemma-A.4",
    "a move of the input is a move of the first layer",
    "Appendix A, Lemma A.4",
    r"For $x,x'\in\mathbb S$ with $\|x-x'\|_2\leq\delta$ and $W\in B(R)$, $R=O(\sqrt m)$, with "
    r"probability $1-O(H)e^{-\Omega(m/H)}$ there is $\tilde W\in B(R+O(\sqrt m\delta))$ with "
    r"$\tilde W^{(h)}=W^{(h)}$ for $h\geq2$ and, for all $h\in[H]$, $\bar x'^{(h)}(W)=\bar x^{(h)}"
    r"(\tilde W)$, $x'^{(h)}(W)=x^{(h)}(\tilde W)$, $D^{(h)}(x',W)=D^{(h)}(x,\tilde W)$: "
    r"$\tilde W^{(1)}=W^{(1)}+W^{(1)}(x'^{(0)}-x^{(0)})(x^{(0)})^\top/\|x^{(0)}\|_2^2$.",
    hypotheses=(
        *NETWORK,
        *START,
        required(None, r"$x^{(0)}\neq0$"),
        required(m >= d, "the network is wider than its input"),
        regime(R <= sqrt(m), r"the radius is $O(\sqrt m)$"),
    ),
    uses=("lemma-A.1", "lemma-A.2"),
    claims=(
        Inequality(
            "inclusion",
            R / sqrt(m),
            at_most=R,
            box={R: (1e-30, 1e30), m: (1, 1e30)},
            statement=r"$B(R)\subset B_2(R)$, the ball in the spectral norm: at $W^{(h)}=W_0^{(h)}+"
            r"\frac R{\sqrt m}I$ that norm is $\frac R{\sqrt m}$, and at most $\|\cdot\|_F=R$",
            printed=Printed(
                left=R,
                at_most=R / sqrt(m),
                statement=r"obviously $B_2(R)\subset B(R)$ (footnote 1), $B_2$ spectral: at "
                r"$W^{(h)}=W_0^{(h)}+\frac R{\sqrt m}I$, where $\|\cdot\|_F=R$",
                why=r"$\|\cdot\|_2\leq\|\cdot\|_F$; it is this inclusion that is needed",
                harmless=True,
            ),
        ),
        Identity(
            "pre-activations",
            pre_error,
            0,
            exact=True,
            scale=layer_size,
            statement=r"$\bar x'^{(h)}(W)=\bar x^{(h)}(\tilde W)$ for all $h\geq1$",
            mutants=(
                Mutant(r"divided by $\|x^{(0)}\|_2$, not its square", observable=unsquared_error),
            ),
        ),
        Identity(
            "activations",
            post_error,
            0,
            exact=True,
            scale=layer_size,
            statement=r"$x'^{(h)}(W)=x^{(h)}(\tilde W)$ for all $h\geq1$",
        ),
        Identity(
            "signs",
            flips,
            0,
            exact=True,
            scale=1,
            statement=r"$D^{(h)}(x',W)=D^{(h)}(x,\tilde W)$ for all $h\geq1$",
        ),
        Identity(
            "move-exact",
            first_move,
            carried / start_norm,
            exact=True,
            mutants=(carried / start_norm**2, carried),
        ),
        Inequality(
            "move",
            first_move,
            at_most=layer_norm * first_norm * input_distance / start_norm,
            mutants=(layer_norm * first_norm * input_distance / (start_norm * sqrt(m)),),
        ),
        Inequality(
            "ball",
            departure,
            at_most=R / sqrt(m) + layer_norm * first_norm * input_distance / start_norm,
            note=r"for $W$ on the boundary of $B(R)$",
            mutants=(
                layer_norm * first_norm * input_distance / start_norm,
                R / sqrt(m),
            ),
        ),
        BigO(
            "order",
            carried_most,
            of=1,
            corrections="power",
            statement=r"$\sup\|\tilde W^{(1)}-W^{(1)}\|_F=O(\delta)$ over $W\in B(R)$ and "
            r"$\|x-x'\|_2\leq\delta$, for $R=O(\sqrt m)$, also where d grows like m",
            note=r"an upper bound, $(\|W_0^{(1)}A\|_2+\frac R{\sqrt m}\|A\|_2)/\|x^{(0)}\|_2$",
            mutants=(1 / sqrt(m),),
        ),
        Limit(
            "order-constant",
            carried_most,
            to=sqrt(2) + R / sqrt(m),
            rate=0.5,
            tolerance=0.02,
            where=Eq(d, 2),
            note="ours, for a fixed dimension",
        ),
    ),
)
