"""The remarks of Section 3: sizes of the step, the linear model, the cone, the largest radius."""

from bounds.authoring import *
from bounds.claims import Law
from bounds.wang2022.notation import *

x = parameter("x", "argument of a distribution function", real=True)

start_slope = observable(
    "start_slope", "length of the gradient at W_0", r"\|\nabla f(x;W_0)\|", positive=True
)
worst_slope = observable(
    "worst_slope", "length of the gradient at W_max", r"\|\nabla f(x;W_{max})\|", positive=True
)
worst_size = observable(
    "worst_size", "largest |f| over the ball", r"\sup_W|f(x;W)|", nonnegative=True
)
start_step = observable(
    "start_step", "smallest flipping step at W_0 over |f|", r"\eta^*/|f|\ (W_0)", positive=True
)
worst_step = observable(
    "worst_step",
    "smallest flipping step at W_max over |f|",
    r"\eta^*/|f|\ (W_{max})",
    positive=True,
)
start_length = observable(
    "start_length",
    "length of the smallest flipping perturbation at W_0 over |f|",
    r"\|\delta^*\|/|f|\ (W_0)",
    positive=True,
)
worst_length = observable(
    "worst_length",
    "the same at W_max",
    r"\|\delta^*\|/|f|\ (W_{max})",
    positive=True,
)
start_aim = observable(
    "start_aim", "eta* |g|^2 over |f| at W_0", r"\eta^*\|g\|^2/|f|\ (W_0)", positive=True
)
worst_aim = observable(
    "worst_aim", "eta* |g|^2 over |f| at W_max", r"\eta^*\|g\|^2/|f|\ (W_{max})", positive=True
)

SCALING = shared(corrections="power", rate=0.5)

remark_scalings = paper.theorem(
    "remark-3-scalings",
    "sizes of value, gradient, step and perturbation",
    "Section 3, remarks to Theorem 3.1; end of its proof",
    r"$|f|=O(1)$ and $\|\nabla f\|=\Theta(\sqrt d)$, so a step of size $O(\frac1d)$ suffices, and "
    r"a "
    r"perturbation of length $O(\frac1{\sqrt d})$; at $W_0$ and at the network of the ball with "
    r"the "
    r"greatest value, over $d$, $m$ and $C_0$.",
    hypotheses=SETTING,
    uses=("theorem-3.1",),
    claims=(
        Theta("gradient", start_slope, of=sqrt(d), **SCALING),
        Theta("gradient-worst", worst_slope, of=sqrt(d), **SCALING),
        Theta(
            "value-worst",
            worst_size,
            of=1 / sqrt(pi) + C_0 / 2,
            functional="mean",
            note="whatever the width and the dimension",
            **SCALING,
        ),
        Theta("step", start_step, of=1 / d, **SCALING),
        Theta("step-worst", worst_step, of=1 / d, **SCALING),
        Theta("perturbation", start_length, of=1 / sqrt(d), **SCALING),
        Theta("perturbation-worst", worst_length, of=1 / sqrt(d), **SCALING),
        Limit(
            "step-constant",
            start_aim,
            to=1,
            rate=0.25,
            tolerance=0.02,
            note=r"to first order $\eta^*=|f|/\|\nabla f\|^2$ at $W_0$",
            mutants=(Q(21, 20), Q(19, 20), 2),
        ),
        Limit(
            "step-constant-worst",
            worst_aim,
            to=1,
            rate=0.25,
            tolerance=0.02,
            note=r"and at $W_{max}$",
            mutants=(Q(21, 20), Q(19, 20), 2),
        ),
        *derivations(
            length_of_the_step=equal(
                sp.Limit(sqrt(d) * C_2 / sqrt(d / 2 + C_2**2), d, oo),
                sqrt(2) * C_2,
                r"$\|\delta\|=C_2/\|g\|$ with $\|g\|^2=\frac d2+O(1)$: $\sqrt "
                r"d\,\|\delta\|\to\sqrt2\,C_2$",
                mutants=(C_2,),
            ),
        ),
    ),
)

linear_value = observable("linear_value", "d^(-1/2) <w, x>", "f(w;x)")
linear_slope = observable("linear_slope", "length of its gradient", r"\|\nabla_xf\|", positive=True)
weight_norm = observable("weight_norm", "length of w", r"\|w\|", positive=True)
linear_ratio = observable(
    "linear_ratio", "|f| over the length of the gradient", r"|f|/\|\nabla f\|", nonnegative=True
)
lowest_slope = observable(
    "lowest_slope",
    "least length of the gradient for weights each within 1/2 of w_i",
    r"\inf_{\|w'-w\|_\infty\leq\frac12}\|\nabla f(w';x)\|",
    nonnegative=True,
)
largest_slope = observable(
    "largest_slope",
    "greatest length of the gradient for weights each within 1/2 of w_i",
    r"\sup_{\|w'-w\|_\infty\leq\frac12}\|\nabla f(w';x)\|",
    nonnegative=True,
)
largest_size = observable(
    "largest_size",
    "largest |f| for weights each within 1/2 of w_i, at an input of equal entries",
    r"\sup_{\|w'-w\|_\infty\leq\frac12}|f(w';x)|",
    nonnegative=True,
)

remark_linear = paper.theorem(
    "remark-3-linear-model",
    "the intuition: a linear model",
    "Section 3, the intuition after Theorem 3.1",
    r"For $f(w;x)=\frac1{\sqrt d}\sum_{i\leq d}w_ix_i$ with $w\sim N(0,I_d)$ and $\|x\|=1$: "
    r"$|f|=O(1)$, "
    r"$\nabla_xf=w/\sqrt d$, $\|\nabla_xf\|=\Theta(1)$ and $|f|/\|\nabla f\|=\Theta(1/\sqrt d)$; "
    r"$|f|=O(1)$ and $\|\nabla_xf\|=\Theta(1)$ for all weights $w'_i$ within $O(1)$ of $w_i$. "
    r"Printed: $\nabla_xf=w$ and $\|\nabla_xf\|=\Theta(\sqrt d)$; meant: as above.",
    hypotheses=(required(None, "w ~ N(0, I_d)"), UNIT_INPUT),
    claims=(
        Law(
            "value",
            linear_value,
            normal_cdf(sqrt(d) * x),
            tolerance=0.005,
            statement=r"$f\sim N(0,\frac1d)$, hence $|f|\leq O(1)$",
            mutants=lambda: (
                Mutant("N(0, 1), without the prefactor", cdf=normal_cdf(x)),
                Mutant("variance 1.05/d", cdf=normal_cdf(sqrt(Q(20, 21) * d) * x)),
            ),
        ),
        Identity(
            "gradient",
            linear_slope,
            weight_norm / sqrt(d),
            exact=True,
            printed=Printed(
                equals=weight_norm,
                why=r"$\nabla_xf=w$ is printed; the prefactor $\frac1{\sqrt d}$ is missing (or it "
                r"should "
                "not stand in f)",
                counterexample="d = 4, w = (1, 1, 1, 1): f has the gradient (1/2, 1/2, 1/2, 1/2)",
                harmless=True,
            ),
        ),
        Theta(
            "gradient-size",
            linear_slope,
            of=1,
            **SCALING,
            mutants=(d ** Q(1, 4),),
            printed=Printed(
                of=sqrt(d),
                why=r"$\|\nabla_xf\|=\|w\|/\sqrt d\to1$ for the model as it is printed",
                counterexample="at $d=10^4$ the length is 1.00, not 100",
                harmless=True,
            ),
        ),
        Theta(
            "ratio",
            linear_ratio,
            of=1 / sqrt(d),
            functional="mean",
            note="whatever the prefactor",
            **SCALING,
        ),
        Theta(
            "gradient-nearby",
            lowest_slope,
            of=1,
            note=r"every weight moves by up to $\frac12$, as each neuron does by $O(1)$; the least",
            **SCALING,
        ),
        Theta(
            "gradient-nearby-greatest",
            largest_slope,
            of=1,
            note=r"every weight moves by up to $\frac12$; the greatest",
            **SCALING,
        ),
        BigO(
            "value-nearby",
            largest_size,
            of=1,
            functional="mean",
            note=r"every weight moves by up to $\frac12$; at $x=(1,\dots,1)/\sqrt d$, where "
            r"$\frac12\|x\|_1/\sqrt d$ is greatest: not $O(1/\sqrt d)$ as for $w$ itself",
            cannot_fail="no factor and no exchange takes what is bounded from its order; its size "
            "is value-nearby-constant",
            mutants=(1 / sqrt(d),),
            **SCALING,
        ),
        Limit(
            "value-nearby-constant",
            largest_size,
            to=Q(1, 2),
            rate=0.5,
            tolerance=Q(1, 100),
            note=r"ours: so the $O(1)$ cannot be sharpened",
            mutants=(0, 1),
        ),
    ),
)

r = parameter("r", "factor that brings a network of the cone into the ball", positive=True)
cone_value = observable("cone_value", "value at W = W'/r", "f(x;W)")
inside_value = observable("inside_value", "value at W' in the ball", "f(x;W')")
cone_after = observable("cone_after", "value at W after the rescaled step", r"f(x+\delta_W;W)")
inside_after = observable("inside_after", "value at W' after its own step", r"f(x+\delta_{W'};W')")
printed_length = observable(
    "printed_length", "length of the step at W with |eta| = C_2 / |g|^2", r"\|\delta_W\|"
)
inside_length = observable("inside_length", "length of the step at W'", r"\|\delta_{W'}\|")
cone_flips = observable(
    "cone_flips", "the step with |eta| = C_2 / (r |g|^2) flips the network of the cone"
)
cone_flips_printed = observable(
    "cone_flips_printed", "the step with |eta| = C_2 / |g|^2 flips the network of the cone"
)

remark_cone = paper.theorem(
    "remark-3-cone",
    "beyond the lazy regime: the cone",
    "Section 3, Beyond lazy regime",
    r"For $W$ in the cone $\{W:\exists r>0,\ rW\in\mathcal B_{2,\infty}(W_0,C_0/\sqrt m)\}$ "
    r"Theorem 3.1 still holds. Printed: the theorem, with its step size "
    r"$|\eta|=C_2/\|\nabla f(x;W)\|^2$; meant: with $|\eta|=C_2/(r\|\nabla f(x;W)\|^2)$, which is "
    r"that of $rW$.",
    hypotheses=(*SETTING, required(gamma < 1, "the probability says something")),
    uses=("theorem-3.1", "definition-2.1"),
    claims=(
        Identity("value", cone_value, inside_value / r, exact=True, mutants=(inside_value,)),
        Identity(
            "after-the-step",
            cone_after,
            inside_after / r,
            exact=True,
            scale=C_2 / r,
            note=r"with $|\eta|=C_2/(r\|g\|^2)$",
        ),
        Identity(
            "printed-length",
            printed_length,
            r * inside_length,
            exact=True,
            note=r"with $|\eta|=C_2/\|g\|^2$: not $O(1/\sqrt d)$ for large $r$",
            mutants=(inside_length, inside_length / r),
        ),
        Probability(
            "flips",
            cone_flips,
            at_least=1 - gamma,
            statement=r"with probability at least $1-\gamma$, $|\eta|=C_2/(r\|\nabla f\|^2)$ flips "
            r"$W_0/r$ with $r=\frac{|f(x;W_0)|}{4C_2}$",
            cannot_fail="it flips at every cell, and an event stays one; a step of the printed "
            "size, flips-as-printed, is what it is told from",
            printed=Printed(
                event=cone_flips_printed,
                statement=r"the step of the printed size flips $W_0/r$: "
                r"$|\eta|=C_2/\|\nabla f\|^2$",
                words=r"Theorem 3.1 still holds on the cone (with its step size, "
                r"$|\eta|=C_2/\|\nabla f\|^2$)",
                harmless=True,
                why=r"the step size alone is wrong; a perturbation of length $O(1/\sqrt d)$ "
                "exists, that of $W'$. The condition on the step size is not invariant "
                "under scaling: a network $W'/r$ with small $r$ has values of order "
                r"$\frac1r$, and the step changes them by $C_2$",
                counterexample="$W=W_0/r$ with $r=|f(x;W_0)|/(4C_2)$: $f=4C_2$ before and about"
                " $3C_2$ after the step; for large $r$ the step is longer than "
                "$x$",
            ),
        ),
    ),
)

beta = parameter("beta", "exponent of the radius: V = C_0 m^(-beta)", real=True)
wide_rise = observable("wide_rise", "sup f over the ball of radius C_0 m^(-beta), less f at W_0")
wide_size = observable(
    "wide_size", "largest |f| over the ball of radius C_0 m^(-beta)", positive=True
)

remark_radius = paper.theorem(
    "remark-largest-radius",
    "the largest radius that the analysis allows",
    "Sections 3 and 4.1",
    r"$O(1/\sqrt m)$ is the largest deviation $\|w_s-w_{s,0}\|$ for which $|f|=O(1)$ over the "
    r"ball: with "
    r"$V=C_0m^{-\beta}$ that is so for $\beta\geq\frac12$ and for no smaller $\beta$.",
    hypotheses=SETTING,
    uses=("claim-worst-case",),
    claims=(
        Identity(
            "mean-rise",
            wide_rise,
            C_0 * m ** (Q(1, 2) - beta) / 2,
            range=(0, C_0 * m ** (Q(1, 2) - beta)),
            note=r"$\frac12\sqrt m\,V$ exactly, for every $V$",
            mutants=(C_0 * m ** (1 - beta) / 2,),
        ),
        Theta(
            "rise",
            wide_rise,
            of=m ** (Q(1, 2) - beta),
            functional="mean",
            mutants=(m ** (Q(1, 4) - beta), m ** (1 - beta)),
            **SCALING,
        ),
        BigO("bounded", wide_size, of=1, functional="mean", where=beta >= Q(1, 2), **SCALING),
        Theta(
            "unbounded",
            wide_size,
            of=m ** (Q(1, 2) - beta),
            functional="mean",
            where=beta <= Q(1, 4),
            note=r"so $|f|=O(1)$ fails for $\beta<\frac12$",
            mutants=(1,),
            corrections="power",
            rate=0.25,
        ),
        Unchecked(
            "adversarial-training",
            of_kind="probability",
            statement="the results also hold for adversarial training within the ball",
            because="they are claimed for all networks of the ball, however they were found; "
            "trained "
            "networks are observed with the figures",
        ),
    ),
    errata=(
        Erratum(
            r"a phase transition around the perturbation budget of $O(1/\sqrt m)$",
            r"a transition in the radius $V$ of the weights, at $O(1/\sqrt m)$",
            "the radius of the weights is meant",
            harmless=True,
            unjudged=MISPRINT,
        ),
    ),
)
