r"""Deep networks, with projection: Section A of the appendix, and the algebra of Theorem 4.1.

Of Lemmas A.1 to A.3, A.5 and A.6 and of Theorem 4.1 nothing but algebra is encoded.
"""

from bounds.authoring import *
from bounds.gao2019.notation import *

H = parameter("H", "number of hidden layers", integer=True, positive=True)
h = parameter("h", "hidden layer", integer=True, positive=True)
omega = parameter("omega", r"$R/\sqrt m+\delta$", positive=True)
k = parameter("k", "constant of the width", positive=True)
ell = parameter("ell", r"a logarithm, of $m$ or of $\sqrt m/R$", r"\ell", positive=True)
steps = parameter("steps", "number of steps", "T", positive=True)
apart = parameter("apart", "distance of two points of the ball", r"\|W_1-W_2\|_F", positive=True)

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
NOT_YET = "not encoded yet"

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
        Identity("norm", gradient_norm, input_norm * row_norm, exact=True, scale=1 + gradient_norm),
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

lemma_a_1 = paper.theorem(
    "lemma-A.1",
    "norms at the start",
    "Appendix A, Lemma A.1",
    r"If $m\geq d$, with probability $1-O(H)e^{-\Omega(m)}$ at initialization: $\|A\|_2=O(1)$, "
    r"$\|W^{(h)}\|_2=O(1)$ for all $h\in[H]$, and $\|a\|_2=O(\sqrt m)$; from $P(\|M\|_2\leq\sqrt a"
    r"+\sqrt b+t)\geq1-2e^{-t^2/2}$ for normal $M\in\mathbb R^{a\times b}$.",
    claims=(
        Unchecked("norms", of_kind="probability", because=NOT_YET),
        Unchecked("normal-matrix", of_kind="probability", because=NOT_YET),
    ),
)

lemma_a_2 = paper.theorem(
    "lemma-A.2",
    "layers keep their size",
    "Appendix A, Lemma A.2",
    r"For any fixed $x\in\mathbb S$, with probability $1-O(H)e^{-\Omega(m/H)}$, for every "
    r"$h\in\{0,\dots,H\}$: $\|x^{(h)}\|_2\in[2/3,4/3]$ and $\|\bar x^{(h)}\|_2\in[2/3,4/3]$ at "
    "initialization (which of the two has the bar is lost in the text at hand).",
    claims=(
        Unchecked(
            "layers",
            of_kind="probability",
            because=r"not encoded yet; the variances of the start are not in the text at hand, and "
            r"with $2/m$ for the layers and $\|x^{(h)}\|_2$ near 1 the pre-activations have norms "
            r"near $\sqrt2>4/3$",
        ),
    ),
)

lemma_a_3 = paper.theorem(
    "lemma-A.3",
    "size of the way back",
    "Appendix A, Lemma A.3",
    r"If $m=\Omega(H\log H)$, for any fixed $x\in\mathbb S$, with probability $1-e^{-\Omega(m/H)}$ "
    r"at initialization, for every $h\in[H]$: $\|a^\top D^{(H)}W^{(H)}\cdots D^{(h)}W^{(h)}\|_2="
    r"O(\sqrt{mH})$.",
    uses=("lemma-A.1",),
    claims=(Unchecked("row", of_kind="probability", because=NOT_YET),),
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
first_norm = observable("first_norm", "spectral norm", r"\|A\|_2", positive=True)
input_distance = observable("input_distance", "distance", r"\|x-x'\|_2", nonnegative=True)
departure = observable(
    "departure",
    "distance of the new first layer",
    r"\|\tilde W^{(1)}-W^{(1)}_0\|_F",
    nonnegative=True,
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
    hypotheses=(*NETWORK, required(None, r"$x^{(0)}\neq0$")),
    uses=("lemma-A.1", "lemma-A.2"),
    errata=(
        Erratum(
            printed=r"obviously $B_2(R)\subset B(R)$ (footnote 1), $B_2$ in the spectral norm",
            correct=r"$B(R)\subset B_2(R)$",
            why=r"$\|\cdot\|_2\leq\|\cdot\|_F$; it is this inclusion that is needed",
            counterexample=r"$W^{(h)}=W_0^{(h)}+\frac R{\sqrt m}I$: $\|\cdot\|_F=R$",
            harmless=True,
        ),
    ),
    claims=(
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
        Unchecked(
            "order",
            of_kind="probability",
            statement=r"$\|\tilde W^{(1)}-W^{(1)}\|_F=O(\delta)$ with the probability of the lemma",
            because="not encoded yet: it rests on Lemmas A.1 and A.2",
        ),
    ),
)

slope_first = omega ** Q(1, 3) * H**2 * sqrt(m * log(m))
"""Order of the change of the gradient."""
slope_second = sqrt(m * H) * omega * H ** Q(5, 2) * sqrt(log(m))

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
    claims=(
        Unchecked(
            "eq-2",
            of_kind="probability",
            statement=r"$\|D^{(h)}(W,x')-D^{(h)}(W_0,x)\|_0=O(m\omega^{2/3}H)$ (2)",
            because=NOT_YET,
        ),
        Unchecked(
            "eq-3",
            of_kind="probability",
            statement=r"$\|x'^{(h)}(W)-x^{(h)}(W_0)\|_2=O(\omega H^{5/2}\sqrt{\log m})$ (3)",
            because=NOT_YET,
        ),
        Unchecked(
            "eq-4",
            of_kind="probability",
            statement=r"$a^\top D^{(H)}W^{(H)}\cdots D^{(h)}W^{(h)}$ changes by "
            r"$O(\omega^{1/3}H^2\sqrt{m\log m})$ (4)",
            because=NOT_YET,
        ),
        Unchecked("stability", of_kind="probability", because=NOT_YET),
        Unchecked("size", of_kind="probability", because=NOT_YET),
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
                slope_second / slope_first,
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
    claims=(
        Unchecked("near-convexity", of_kind="probability", because=NOT_YET),
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

printed_width = H**16 * R**9 / epsilon**7
width = H**19 * R**9 / epsilon**7


def slack_at(m_used: Expr) -> Expr:
    """Return the slack of the mean excess over epsilon, at a width."""
    return m_used ** Q(-1, 6) * R ** Q(4, 3) * H**3 * sqrt(log(m_used)) / epsilon


FOR_FIXED_DEPTH = "for fixed H nothing changes"

proof_theorem_4_1 = paper.theorem(
    "proof-theorem-4.1",
    "steps with projection, summed",
    "Appendix A, proof of Theorem 4.1",
    r"$d_{t+1}^2\leq d_t^2+2\alpha(L_*(W_*)-L_{\mathcal A}(W_t))+O(\alpha m^{-1/6}R^{4/3}H^3\sqrt{"
    r"\log m}+\alpha^2mH^2)$, so that $\min_t(L_{\mathcal A}(W_t)-L_*(W_*))\leq\frac{HR^2}{m\alpha "
    r"T}+O(m^{-1/6}R^{4/3}H^3\sqrt{\log m}+\alpha mH^2)\leq\epsilon$; printed with $H^{5/2}$ and "
    r"$R^2$, as if $B(R)$ bounded all layers together by $R/\sqrt m$, and not each.",
    hypotheses=(required(None, r"$B(R)=\{\|W^{(h)}-W^{(h)}_0\|_F\leq R/\sqrt m,\forall h\}$"),),
    uses=("lemma-A.5", "lemma-A.6"),
    errata=(
        Erratum(
            printed=r"$\min_t(L_*(W_*)-L_{\mathcal A}(W_t))\leq\frac{d_0^2-d_T^2}{\alpha T}+\dots$",
            correct=r"$\min_t(L_{\mathcal A}(W_t)-L_*(W_*))$",
            why="the sign is reversed",
            harmless=True,
        ),
    ),
    claims=(
        Unchecked(
            "recursion",
            of_kind="deterministic",
            statement=r"$d_{t+1}^2\leq d_t^2+2\alpha\langle\nabla L_{\mathcal A}(W_t),W_*-W_t"
            r"\rangle+\alpha^2\|\nabla L_{\mathcal A}(W_t)\|_F^2$ for steps with projection",
            because=NOT_YET,
        ),
        Inequality(
            "width",
            slack_at(width),
            at_most=sqrt(57 / sp.E),
            box={H: (1, 1e9), R: (1, 1e6), epsilon: (1e-6, 1)},
            statement=r"$m^{-1/6}R^{4/3}H^3\sqrt{\log m}=O(\epsilon)$ at $m=H^{19}R^9/\epsilon^7$: "
            r"at most $\sqrt{57/e}\,\epsilon$",
            mutants=(Mutant("H^18", left=slack_at(H**18 * R**9 / epsilon**7)),),
            printed=Printed(
                left=slack_at(printed_width),
                words=r"satisfied by $m=\Omega(\frac{H^{16}R^9}{\epsilon^7})$",
                why=r"with the slack's $H^3$ it is $H^{1/3}(\epsilon/R)^{1/6}\sqrt{\log m}\,"
                r"\epsilon$, which is not bounded; so this choice is not proved for growing H, "
                + FOR_FIXED_DEPTH,
                counterexample=r"$H=1000$, $R=\epsilon=1$: $10\sqrt{\log10^{48}}=105$",
            ),
        ),
        *derivations(
            distance=equal(
                sqrt(Sum((2 * R / sqrt(m)) ** 2, (h, 1, H))),
                2 * sqrt(H) * R / sqrt(m),
                r"$\|W_*-W_t\|_F$ at most, of two points of $B(R)$: $\frac{2R}{\sqrt m}$ in each "
                "layer",
                mutants=(2 * H * R / sqrt(m),),
                printed=Printed(
                    equals=2 * R / sqrt(m),
                    words=r"$\alpha\|W_*-W_t\|_FO((mR)^{1/3}H^{5/2}\sqrt{\log m})=O(\alpha m^{-1/6}"
                    r"R^{4/3}H^{5/2}\sqrt{\log m})$",
                    why=r"the ball bounds each of the H layers: a factor $\sqrt H$ is lost; "
                    + FOR_FIXED_DEPTH,
                    counterexample=r"$W^{(h)}=W_0^{(h)}\pm\frac R{\sqrt m}E$ in all layers, "
                    r"$\|E\|_F=1$",
                ),
            ),
            start=equal(
                Sum((R / sqrt(m)) ** 2, (h, 1, H)),
                H * R**2 / m,
                r"$d_0^2$ at most",
                printed=Printed(
                    equals=R**2 / m,
                    words=r"$\frac{d_0^2-d_T^2}{\alpha T}\leq\frac{R^2}{m\alpha T}$",
                    why="the ball bounds each of the H layers; " + FOR_FIXED_DEPTH,
                    counterexample=r"$W_*^{(h)}=W_0^{(h)}+\frac R{\sqrt m}E$ in all layers, "
                    r"$\|E\|_F=1$: $d_0^2=\frac{HR^2}m$",
                ),
            ),
            slack=equal(
                at(
                    apart * (m * R) ** Q(1, 3) * H ** Q(5, 2) * sqrt(log(m)),
                    {apart: 2 * sqrt(H) * R / sqrt(m)},
                ),
                2 * m ** Q(-1, 6) * R ** Q(4, 3) * H**3 * sqrt(log(m)),
                "the slack of Lemma A.6 in the ball",
                mutants=(2 * m ** Q(-1, 6) * R ** Q(1, 3) * H**3 * sqrt(log(m)),),
                printed=Printed(
                    equals=2 * m ** Q(-1, 6) * R ** Q(4, 3) * H ** Q(5, 2) * sqrt(log(m)),
                    words=r"$O(m^{-1/6}R^{4/3}H^{5/2}\sqrt{\log m})$",
                    why=r"a factor $\sqrt H$ is lost with the distance; " + FOR_FIXED_DEPTH,
                    counterexample=r"$H=4$: half of it",
                ),
            ),
            steps=equal(
                at(H * R**2 / (m * alpha * steps), {steps: H * R**2 / (m * alpha * epsilon)}),
                epsilon,
                r"$\frac{d_0^2}{\alpha T}=\epsilon$ at $T=\frac{HR^2}{m\alpha\epsilon}$",
                printed=Printed(
                    left=at(H * R**2 / (m * alpha * steps), {steps: R**2 / (m * alpha * epsilon)}),
                    words=r"$T=\Theta(\frac{R^2}{m\alpha\epsilon})$",
                    why=r"then $\frac{d_0^2}{\alpha T}$ may be $H\epsilon$; " + FOR_FIXED_DEPTH,
                    counterexample=r"$d_0^2=\frac{HR^2}m$",
                ),
            ),
            steps_in_all=equal(
                at(H * R**2 / (m * alpha * epsilon), {alpha: epsilon / (m * H**2)}),
                H**3 * R**2 / epsilon**2,
                r"at $\alpha=\frac\epsilon{mH^2}$: $T=\Theta(H^3R^2/\epsilon^2)$",
                mutants=(H**2 * R**2 / epsilon**2,),
            ),
            step_size=equal(
                at(alpha * m * H**2, {alpha: epsilon / (m * H**2)}),
                epsilon,
                r"$\alpha mH^2=\epsilon$",
                mutants=(m * epsilon,),
            ),
            squared_gradient=equal(
                Sum(sqrt(m * H) ** 2, (h, 1, H)),
                m * H**2,
                r"$\|\nabla_Wf\|_F^2$ over H layers of Lemma A.5",
                mutants=(m * H,),
            ),
        ),
    ),
)

theorem_4_1 = paper.theorem(
    "theorem-4.1",
    "adversarial training of deep networks converges in a ball",
    "Section 4, Theorem 4.1; Appendix A",
    r"For $\epsilon\in(0,1]$, $R=\Omega(1)$, $m=\max\{\Omega(\frac{H^{16}R^9}{\epsilon^7}),"
    r"\Omega(d^2)\}$, $\alpha=O(\frac\epsilon{mH^2})$ and $T=\Theta(\frac{R^2}{m\alpha\epsilon})$ "
    r"steps with projection on $B(R)$, with high probability $\min_{t\leq T}L_{\mathcal A}(W_t)-"
    r"L_*(W_*)\leq\epsilon$, $W_*$ the minimiser of $L_*$ in $B(R)$.",
    uses=("proof-theorem-4.1", "lemma-A.5", "lemma-A.6"),
    reconstructed=RECONSTRUCTED,
    vacuity=(
        *(
            Asks(words, asked, {H: depth, R: 1, epsilon: Q(1, 10)})
            for words, asked in (
                ("the width of Theorem 4.1", printed_width),
                ("the width with which its proof closes", width),
            )
            for depth in (1, 2, 3, 5)
        ),
        *(
            SaysFrom(
                "Lemma A.5 speaks of the ball, with c = 1",
                m,
                2 * R / sqrt(m) <= 1 / (H**6 * log(m) ** 3),
                {H: depth, R: 1},
            )
            for depth in (1, 3, 5)
        ),
    ),
    claims=(Unchecked("conclusion", of_kind="probability", because=NOT_YET),),
)
