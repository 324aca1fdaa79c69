"""Training of smooth networks: loss ratio, gradients and increments of the margin."""

from bounds.authoring import *
from bounds.wang2024.attacked_inputs import EDGE, certified_increase, certified_margin, setting
from bounds.wang2024.data_events import input_least, input_most
from bounds.wang2024.good_run import good_run, little_noise, loss_ratio
from bounds.wang2024.gradients import norm_x
from bounds.wang2024.notation import *

increase_per_weight = observable(
    "certified_increase_per_weight",
    "certified increase of a margin on the ball, over eta times the mean logistic weight",
    r"\frac{\min_{\tilde x}y_k[f(\tilde x;W^{t+1})-f(\tilde x;W^t)]}{\eta\hat G_{rob}(W^t)}",
)
edge_margin = observable("edge_margin", "smallest attacked margin, over samples and iterations")
x, y = parameter("x", "a margin", real=True), parameter("y", "another margin", real=True)
z = parameter("z", "a margin that is not negative", real=True)
quotient = observable("weight_quotient", "g(x) / g(y)", r"\frac{g(x)}{g(y)}")
weight = observable("weight", "g(z)", "g(z)")
u = parameter("u", "exp(x)", positive=True)
v = parameter("v", "exp(y)", positive=True)
p = parameter("p", "ratio of squared lengths over gamma^2", positive=True)

pull = gamma**2 * (sqrt(d / C_1) / 2) ** 2 / (2 * n * C_r)
bend = H * (2 * sqrt(C_1 * d)) ** 4 * eta / (2 * sqrt(m))
ratio_bound = 16 * (sqrt(C_1 * d) + alpha) ** 2 / (gamma**2 * (sqrt(d / C_1) - alpha) ** 2)
own_ratio = (sqrt(input_most * d) + alpha) ** 2 / (sqrt(input_least * d) - alpha) ** 2

lemma_b9 = paper.theorem(
    "lemma-B.9",
    "margins increase on the whole ball, and all losses are of one size",
    "Section 4.2, Lemma 4.4; Appendix B.1, Lemma B.9",
    r"On a good run, for $C$ large and all $t\geq0$: $y_kf(\tilde x;W^{t+1})\geq "
    r"y_kf(\tilde x;W^t)\geq0$ for all $\tilde x$ in the ball of radius $\alpha$ around $x_k$, and "
    r"$\max_{i,j}\frac{g(y_if(\tilde x_i^t;W^t))}{g(y_jf(\tilde x_j^t;W^t))}\leq\frac{16"
    r"(\sqrt{C_1d}+\alpha)^2}{\gamma^2(\sqrt{d/C_1}-\alpha)^2}\leq C_r=\frac{64C_1(\sqrt{C_1}+"
    r"\frac12C_1^{-1/2})^2}{\gamma^2}$.",
    aliases=("lemma-4.4",),
    hypotheses=setting,
    uses=("lemma-B.4", "lemma-B.6", "lemma-B.7", "lemma-B.8"),
    errata=(
        Erratum(
            printed=r"Section 4.2, the displays around Lemma 4.4: $\tilde g_i/\tilde g_i$, and "
            r"$W^{t+1}$ in the first denominator of the induction",
            correct=r"$\tilde g_i/\tilde g_j$, and $W^t$, as in the proof in the appendix",
            why="indices: a ratio of two samples at one time is followed from step to step",
            harmless=True,
            unjudged=MISPRINT,
        ),
        Erratum(
            printed=r"the third line of inequality (4): $\frac{H(\sqrt{C_1d}+\alpha)}{2\sqrt m}"
            r"\hat G_{rob}(W^t)$",
            correct=r"$\frac{H(\sqrt{C_1d}+\alpha)^4\eta^2}{2\sqrt m}\hat G_{rob}(W^t)$, as in the "
            r"next line",
            why=r"$\|x\|^2$ and the squared gradient give the fourth power, the squared step "
            r"$\eta^2$",
            harmless=True,
            unjudged="a misprint: the next line has it right",
        ),
        Erratum(
            printed=r"Lemma 4.4: an absolute constant $C_r$",
            correct=r"a constant that depends on $\gamma$ and $\kappa$",
            why=r"Lemma B.9 has $C_r=64C_1(\sqrt{C_1}+\frac12C_1^{-1/2})^2/\gamma^2$ with "
            r"$C_1=10/\kappa$",
            harmless=True,
            unjudged="a word: the lemma that is proved has the constant written out",
        ),
    ),
    claims=(
        Inequality(
            "increasing",
            certified_increase,
            at_least=0,
            given=good_run,
            routes="certified: every neuron's change is bounded from below on the ball",
        ),
        Inequality(
            "nonnegative",
            certified_margin,
            at_least=0,
            given=good_run,
            note=r"for $t\geq1$; at $t=0$ the network is zero",
            routes="certified by tangents and chords",
        ),
        Inequality(
            "increase",
            increase_per_weight,
            at_least=pull - bend,
            given=good_run,
            where=pull - bend > 0,
            note="inequality (4), where that is positive",
            mutants=(Mutant("d^2 for d", at_least=d * pull),),
        ),
        Inequality(
            "loss-ratio",
            loss_ratio,
            at_most=ratio_bound,
            given=good_run,
            routes="attacked margins, with certified margins for the numerical error",
            mutants=(Mutant("C_1 = 1, without the 16", at_most=(ratio_bound / 16).subs(C_1, 1)),),
        ),
        Inequality(
            "loss-ratio-measured",
            loss_ratio,
            at_most=16 * own_ratio / gamma**2,
            given=good_run,
            note=r"the norms of the run's inputs for $\sqrt{C_1d}$ and $\sqrt{d/C_1}$",
            mutants=(own_ratio / 16,),
        ),
        Inequality(
            "loss-ratio-constant", loss_ratio, at_most=C_r, given=good_run, mutants=(1 / C_r,)
        ),
        Inequality(
            "increasing-at-the-edge",
            edge_margin,
            at_least=0,
            scale=eta,
            given=good_run,
            where=gamma < Q(1, 5),
            expected="broken",
            because=EDGE,
            statement=r"attacked training margins are not negative with $C=1$, a small $\gamma$ "
            r"and a large $H$: the lemma needs a $C$ that depends on $\gamma$ and $H$",
        ),
        Inequality(
            "increasing-large-slope",
            edge_margin,
            at_least=0,
            given=good_run,
            where=And(gamma >= Q(1, 5), Eq(m, 2)),
            statement=r"for $m=2$, at the same sizes, $C=1$ and $H$, no attacked margin is "
            r"negative for $\gamma\geq\frac15$",
            note=r"ours; with four neurons some were negative at $\gamma=0.3$, even at $C=3$",
        ),
        Inequality(
            "increasing-smooth-kink",
            edge_margin,
            at_least=0,
            given=good_run,
            where=H < 10**6,
            statement=r"nor is any with $\gamma=0.05$ and a kink smooth at every preactivation",
        ),
        Inequality(
            "quotient",
            quotient,
            at_most=Max(2, 2 * exp(y - x)),
            mutants=(factor(Q(1, 4)), Max(2, 2 * exp(x - y))),
        ),
        Inequality(
            "quotient-improved",
            quotient,
            at_most=Max(1, exp(y - x)),
            note="the 2 is not needed, which would halve $C_r$",
            mutants=(factor(Q(9, 10)),),
        ),
        Inequality("weight-below", weight, at_least=exp(-z) / 2, mutants=(factor(Q(6, 5)),)),
        Inequality("weight-above", weight, at_most=exp(-z), mutants=(factor(Q(9, 10)),)),
        *derivations(
            constant=equal(
                ratio_bound.subs(alpha, sqrt(d / C_1) / 2),
                C_r.definition,
                statement=r"at the largest $\alpha=\frac12\sqrt{d/C_1}$ the bound is $C_r$",
                mutants=(64 * C_1 * (sqrt(C_1) - 1 / (2 * sqrt(C_1))) ** 2 / gamma**2,),
            ),
            quotient_step=at_most(
                (1 + v) / (1 + u),
                1 + v / u,
                nonnegative=(u + v / u) / (1 + u),
                statement=r"$\frac{g(x)}{g(y)}\leq1+e^{y-x}$, so at most twice the larger term",
            ),
            first_case=at_most(
                2 * (2 * p) * exp(Q(1, 8)),
                8 * p,
                nonnegative=(8 - 4 * exp(Q(1, 8))) * p,
                statement=r"first case of the proof: $2\cdot2\,e^{1/8}\leq8$ keeps the invariant "
                r"$A_t\leq8p$ with $p=\frac{(\sqrt{C_1d}+\alpha)^2}{\gamma^2(\sqrt{d/C_1}-"
                r"\alpha)^2}$, half of the claimed ratio",
                mutants=(Mutant("exp(1) for exp(1/8)", left=4 * p * exp(1)),),
            ),
            smoothness_term=equal(
                at(bend, {eta: 1 / (C * d**2)}),
                8 * H * C_1**2 / (C * sqrt(m)),
                statement=r"with $\eta=1/(Cd^2)$ the smoothness term of (4) is "
                r"$8HC_1^2/(C\sqrt m)$, without $d$",
            ),
        ),
    ),
)

gradient_ratio = observable(
    "gradient_ratio",
    "largest gradient norm over mean logistic weight, over the steps",
    r"\max_t\frac{\|\nabla\hat L_{rob}(W^t)\|_F}{\hat G_{rob}(W^t)}",
    positive=True,
)
attained_ratio = observable(
    "attained_ratio", "largest ratio of two logistic weights at the attacked inputs", positive=True
)
first_gradient_ratio = observable(
    "first_gradient_ratio",
    "gradient norm over mean logistic weight at the first step",
    r"\frac{\|\nabla\hat L_{rob}\|_F}{\hat G_{rob}}",
)
initial_norm = observable("initial_norm", "Frobenius norm of W^0", r"\|W^0\|_F", positive=True)
final_norm = observable("final_norm", "Frobenius norm of W^T", r"\|W^T\|_F", positive=True)
summed_weights = observable(
    "summed_weights", "sum of mean weights", r"\sum_{t<T}\hat G_{rob}(W^t)", positive=True
)
s = parameter("s", "sqrt(C_1) - 3", nonnegative=True)

lemma_b12 = paper.theorem(
    "lemma-B.12",
    "gradient and weights are at most of the order sqrt(d/n)",
    "Appendix B.1, equation (5) and Lemma B.12",
    r"On a good run, for $C$ large: $\|\nabla\hat L_{rob}(W^t)\|_F\leq C_2\sqrt{d/n}\,"
    r"\hat G_{rob}(W^t)$ with $C_2=\sqrt{5C_1C_r}$, so $\|W^t\|_F\leq\|W^0\|_F+C_2\eta\sqrt{d/n}"
    r"\sum_{s<t}\hat G_{rob}(W^s)$.",
    aliases=("equation-5",),
    hypotheses=setting,
    uses=("lemma-B.8", "lemma-B.9"),
    claims=(
        Inequality(
            "gradient",
            gradient_ratio,
            at_most=C_2 * sqrt(d / n),
            given=good_run,
            mutants=lambda: (
                replaced(C_2, sqrt(5 * C_1 / C_r)),
                Mutant("d^(1/4)", at_most=C_2 * d ** Q(1, 4) / sqrt(n), where=d > 10**9),
            ),
        ),
        Inequality(
            "gradient-measured",
            gradient_ratio,
            at_most=sqrt(5 * input_most * attained_ratio * d / n),
            given=good_run,
            note="the same with the run's own $C_1$ and $C_r$",
            mutants=(factor(Q(1, 5)), power(d, -Q(1, 2)), power(n, -Q(1, 2))),
        ),
        Inequality(
            "weights",
            final_norm,
            at_most=initial_norm + C_2 * eta * sqrt(d / n) * summed_weights,
            given=good_run,
            mutants=(replaced(C_2, sqrt(5 * C_1 / C_r)),),
        ),
        Theta(
            "gradient-order",
            first_gradient_ratio,
            sqrt(d / n),
            corrections="power",
            mutants=(d / n,),
        ),
        *derivations(
            five=at_most(
                (2 * C_1 + 2 + C_1 + C_1 + 2 * sqrt(C_1) + 1).subs(C_1, (3 + s) ** 2),
                (5 * C_1).subs(C_1, (3 + s) ** 2),
                nonnegative=s * (4 + s),
                statement=r"with $\alpha^2,\,n\|\mu\|^2,\,n\sqrt{d\log(n/\delta)},\,n\alpha\sqrt d"
                r"\leq d$ the bracket of the proof is at most $5C_1d$ as soon as $C_1\geq9$ (it is "
                r"$10/\kappa$; here $\sqrt{C_1}=3+s$)",
            ),
            chain=equal(
                at(sqrt(5 * C_1 * x), {x: C_r}),
                8 * sqrt(5) * C_1 * (sqrt(C_1) + 1 / (2 * sqrt(C_1))) / gamma,
                statement=r"$C_2=8\sqrt5\,C_1(\sqrt{C_1}+\frac12C_1^{-1/2})/\gamma$",
            ),
        ),
    ),
)

increase = observable(
    "point_increase", "y f(x) after a random step minus before", r"y[f(x;W^{t+1})-f(x;W^t)]"
)
point_scale = observable("point_scale", "size of the terms that make up point_increase")
products = observable(
    "weighted_products",
    "sum over i of g_i rho_i <y_i x_i', y x>",
    r"\sum_i\tilde g_i\tilde\rho_i\langle y_i\tilde x_i,yx\rangle",
    real=True,
)
spectral_gradient = observable(
    "spectral_gradient", "spectral norm of the gradient", r"\|\nabla\hat L_{rob}\|_2", positive=True
)
mean_weight = observable(
    "picked_weight", "mean logistic weight at a random step", r"\hat G_{rob}", nonnegative=True
)
rho_smallest = observable("rho_smallest", "smallest rho_i", r"\min_i\tilde\rho_i^t")
rho_largest = observable("rho_largest", "largest rho_i", r"\max_i\tilde\rho_i^t")
excess = parameter("s", "1/G - 1 for a mean weight G", positive=True)
main = eta / n * products
remainder = H * norm_x**2 * C_2**2 * d * eta / (2 * sqrt(m) * n)
measured = H * norm_x**2 / (2 * sqrt(m)) * eta**2 * spectral_gradient**2

lemma_b13 = paper.theorem(
    "lemma-B.13",
    "increment of the margin of any point",
    "Section 4.2, Lemma 4.3; Appendix B.1, Lemma B.13",
    r"On a good run, for every $(x,y)$ and $t\geq0$ there are $\tilde\rho_i^t\in"
    r"[\gamma^2,1]$ with $y[f(x;W^{t+1})-f(x;W^t)]\geq\frac\eta n\sum_i\tilde g_i(W^t)("
    r"\tilde\rho_i^t\langle y_i\tilde x_i^t,yx\rangle-\frac{H\|x\|^2C_2^2d\eta}{2\sqrt m\,n})$.",
    aliases=("lemma-4.3",),
    hypotheses=setting,
    uses=("lemma-B.6", "lemma-B.12"),
    errata=(
        Erratum(
            printed=r"Lemma 4.3: $\tilde\xi_i^t\langle y_i\tilde x_i^t,yx\rangle$",
            correct=r"$\tilde\rho_i^t\langle y_i\tilde x_i^t,yx\rangle$, as in Lemma B.13",
            why="the lemma introduces rho; xi is the noise of the clusters",
            harmless=True,
            unjudged=MISPRINT,
        ),
    ),
    claims=(
        Inequality(
            "increment",
            increase,
            at_least=main - eta * mean_weight * remainder,
            given=good_run,
            scale=point_scale,
            mutants=(
                main + eta * mean_weight * remainder,
                2 * main - eta * mean_weight * remainder,
            ),
        ),
        Inequality(
            "increment-measured",
            increase,
            at_least=main - measured,
            scale=point_scale,
            note="the step before",
            mutants=(main + measured, main - measured / 8),
        ),
        Inequality(
            "rho-below",
            rho_smallest,
            at_least=gamma**2,
            scale=1,
            mutants=(Mutant("gamma", at_least=gamma, where=gamma < 1),),
        ),
        Inequality(
            "rho-above",
            rho_largest,
            at_most=1,
            scale=1,
            mutants=(Mutant("(1 + gamma^2) / 2", at_most=(1 + gamma**2) / 2, where=gamma < 1),),
        ),
        *derivations(
            remainder=at_most(
                H * norm_x**2 / (2 * sqrt(m)) * eta**2 * C_2**2 * d / n / (1 + excess) ** 2,
                eta * remainder / (1 + excess),
                nonnegative=eta * remainder * excess / (1 + excess) ** 2,
                statement=r"(5) and $\hat G^2\leq\hat G\leq1$ turn the Taylor remainder into the "
                r"printed one (here $\hat G=1/(1+s)$)",
                mutants=(power(n, -1),),
            )
        ),
    ),
)

move = observable("relative_move", "|W^1 - W^0| / |W^0|", r"\frac{\|W^1-W^0\|_F}{\|W^0\|_F}")
move_large_start = observable("relative_move_large_start", "relative_move from 50 W^0")
move_relu = observable("relative_move_relu", "relative_move of ReLU (gamma = 1)", move.letter)
room = parameter("s", "slack of Assumption 1 (3): eta = omega sqrt(m d) (1 + s)", positive=True)
start = omega * sqrt(m * d)

proposition_b34 = paper.theorem(
    "proposition-B.34",
    "the first step leaves the lazy regime",
    "Appendix B.3, Proposition B.34",
    r"In the setting of Theorem 3.1, with probability at least $1-2\delta$: "
    r"$\|W^1-W^0\|_F\geq\frac{\gamma\|\mu\|}{10}\|W^0\|_F$.",
    hypotheses=setting,
    uses=("lemma-B.15", "lemma-B.3"),
    errata=(
        Erratum(
            printed="the setting of Theorem 3.1, non-smooth activations included",
            correct=r"for non-smooth activations the proof gives $\frac{\gamma c_0\|\mu\|}{10}$",
            why="the proof cites inequality (12), which is for smooth activations; its "
            "counterpart in Lemma B.29 has the factor $c_0$ of Lemma B.21. Numerically the "
            "printed bound holds for ReLU too",
            harmless=True,
            unjudged="the proof says less than the statement; no violation is known",
        ),
    ),
    claims=(
        Inequality(
            "leaves",
            move,
            at_least=gamma * mu / 10,
            given=little_noise,
            mutants=(Mutant("Assumption 1 (3) is violated", left=move_large_start), power(mu, 1)),
        ),
        Inequality(
            "leaves-relu",
            move_relu,
            at_least=mu / 10,
            given=good_run,
            note=r"for ReLU, where $\gamma=1$ and the proof has another factor $c_0$: the printed "
            r"bound holds as well",
            mutants=(power(mu, 1),),
        ),
        Theta(
            "size",
            move,
            eta * sqrt(d / n) / start,
            corrections="power",
            mutants=(eta * mu / start, factor(eta / start)),
        ),
        *derivations(
            constant=at_least(1 / (4 * sqrt(Q(3, 2))), Q(1, 5)),
            chain=at_least(
                (gamma * mu / 8 * eta / (sqrt(Q(3, 2)) * start)).subs(eta, start * (1 + room)),
                gamma * mu / 10,
                nonnegative=gamma
                * mu
                * ((1 / (8 * sqrt(Q(3, 2))) - Q(1, 10)) + room / (8 * sqrt(Q(3, 2)))),
                statement=r"(12), $\hat G_{rob}(W^0)=\frac12$, $\|W^0\|_F\leq\sqrt{3/2}\,\omega"
                r"\sqrt{md}$ and Assumption 1 (3), $\eta=\omega\sqrt{md}(1+s)$",
                mutants=(factor(2),),
            ),
        ),
    ),
)
