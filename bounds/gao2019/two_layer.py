"""Two-layer networks with a smooth activation, trained without projection: Section B."""

from bounds.authoring import *
from bounds.gao2019.notation import *

t = parameter("t", "step", integer=True, nonnegative=True)
k = parameter("k", "radius, in R, of the ball that the iterates leave", positive=True)
S = parameter("S", "growth factor up to the step", positive=True)
d_start = parameter("d_0", "distance of the start from the comparator", nonnegative=True)
d_exit = parameter("d_exit", "distance at the exit", r"d_{T_0+1}", nonnegative=True)
u = parameter("u", "number of steps", "T", positive=True)
comparator_loss = parameter("L_star", "worst-case loss of the comparator", "L_*(W_*)")
loss_now = parameter("L_now", "loss under the attack at step t", r"L_{\mathcal A}(W_t)")
root = parameter("r", "square root of the width", r"\sqrt m", positive=True)

gradient_change = observable(
    "gradient_change",
    "change of the gradient in the weights",
    r"\|\nabla f(W)-\nabla f(W')\|_F",
    nonnegative=True,
)
move = observable("move", "distance of the weights", r"\|W-W'\|_F", nonnegative=True)
loss_change = observable("loss_change", "loss at W' minus loss at W", r"\ell(f(W'))-\ell(f(W))")
first_order = observable(
    "first_order",
    "product of the loss's gradient at W with the step",
    r"\langle\nabla\ell(f(W)),W'-W\rangle",
)
loss_slope = observable(
    "loss_slope", "length of the loss's gradient", r"\|\nabla_W\ell(f(W))\|_F", nonnegative=True
)
slope_at_zero = observable("slope_at_zero", "slope at 0", r"|\sigma'(0)|", nonnegative=True)
preactivation = observable("preactivation", "norm", r"\|Wx\|_2", nonnegative=True)

squared = observable("squared", "squared distance at step t", "d_t^2", nonnegative=True)
squared_next = observable(
    "squared_next", "squared distance after step t", "d_{t+1}^2", nonnegative=True
)
squared_start = observable("squared_start", "squared distance of W_0", "d_0^2", nonnegative=True)
attacked_loss = observable("attacked_loss", "loss under the attack", r"L_{\mathcal A}(W_t)")
least_so_far = observable(
    "least_so_far", "least loss under the attack up to step t", r"\min_{i\leq t}L_{\mathcal A}(W_i)"
)
robust_loss = observable(
    "robust_loss",
    "worst-case loss of the comparator",
    "L_*(W_*)",
    error="robust_loss_error",
)
excess_stayed = observable(
    "excess_stayed",
    "least loss of the run over that of the comparator",
    r"\min_{t<T}L_{\mathcal A}(W_t)-L_*(W_*)",
    error="robust_loss_error",
)
excess_at_exit = observable(
    "excess_at_exit",
    "the same up to the exit from B(3R)",
    r"\min_{t\leq T_0}L_{\mathcal A}(W_t)-L_*(W_*)",
    error="robust_loss_error",
)
stays = observable("stays", "whether the run stays in B(3R)")
leaves = observable("leaves", "whether the run leaves B(3R)")
radius = observable("radius", "distance of the comparator from the start", "R", positive=True)

c = quantity("c", "curvature constant", L * C_1, positive=True)
K = quantity("K", "bound of the squared gradient", L**2 * C_0**2, positive=True)
q = 1 + c * alpha / sqrt(m)
steps = sqrt(m) / (c * alpha)
growth = (1 + 1 / steps) ** steps
"""S_T, the growth factor over a whole run."""

SETTING = (
    required(None, r"Assumption 3.1: the loss is convex and L-Lipschitz in f (here $L|f-y|$)"),
    required(None, r"Assumption 5.1: $|\sigma'|\leq C_0$, and $\sigma'$ is $C_1$-Lipschitz"),
    required(None, r"inputs of length 1; output weights $\pm1$, scaled by $1/\sqrt m$"),
)
SMOOTH = r"(ours: $C_0$ and $C_1$ for the paper's $C$, constants tracked)"


def excess_bound(squares: Expr, factor: Expr) -> Expr:
    """Return the right side of equation 9, for d_0^2 - d_t^2/S_t and S_t."""
    return K * alpha / 2 + c * squares / (2 * sqrt(m) * (1 - 1 / factor))


proof_theorem_5_1 = paper.theorem(
    "proof-theorem-5.1",
    "each step of training without projection",
    "Appendix B, proof of Theorem 5.1",
    r"For a comparator $W_*$ and $d_t=\|W_t-W_*\|_F$: $d_t^2\leq(1+\frac{c\alpha}{\sqrt m})"
    r"d_{t-1}^2+2\alpha(L_*(W_*)-L_{\mathcal A}(W_{t-1}))+O(\alpha^2)$ (8), and $\min_{i<t}"
    r"L_{\mathcal A}(W_i)-L_*(W_*)\leq O(\alpha)+\frac{c(d_0^2-d_t^2/S_t)}{\sqrt m(1-1/S_t)}$ (9), "
    r"$S_t=(1+\frac{c\alpha}{\sqrt m})^t$. With the constants tracked it is deterministic, for "
    r"every attack, every start and every width.",
    hypotheses=(
        *SETTING,
        required(Eq(T, steps), r"training lasts $T=\frac{\sqrt m}{c\alpha}$ steps"),
    ),
    errata=(
        Erratum(
            printed=r"(7) for $R=O(\sqrt M)$",
            correct=r"for $R=O(\sqrt m)$",
            why="the width is m; M counts random features",
            harmless=True,
            unjudged=MISPRINT,
        ),
        Erratum(
            printed=r"we denote $W_t$ as the parameter after $t$ steps of projected gradient "
            "descent",
            correct=r"of gradient descent",
            why="the update that follows, and the theorem, have no projection",
            harmless=True,
            unjudged=MISPRINT,
        ),
    ),
    claims=(
        Inequality(
            "lip-grad",
            gradient_change,
            at_most=C_1 / sqrt(m) * move,
            note=SMOOTH,
            mutants=(C_1 / m * move,),
        ),
        Inequality(
            "eq-6",
            loss_change - first_order,
            at_least=-L * C_1 / (2 * sqrt(m)) * move**2,
            scale=move,
            tolerance=1e-8,
            note=SMOOTH,
            mutants=(-L * C_1 / (2 * m) * move**2, 0),
            printed=Printed(
                left=loss_change + first_order,
                words=r"$\ell(f(W'))-\ell(f(W))\geq\langle\nabla\ell(f(W)),W-W'\rangle-O(\cdot)$",
                why="the inner product is with W' - W",
                counterexample="a network that is linear in W: the loss would have to rise in every"
                " direction",
                harmless=True,
            ),
        ),
        Inequality(
            "eq-7",
            loss_slope,
            at_most=L / sqrt(m) * (sqrt(m) * slope_at_zero + C_1 * preactivation),
            note=SMOOTH,
            mutants=(L / sqrt(m) * (slope_at_zero + C_1 * preactivation),),
        ),
        Inequality(
            "eq-7-bounded", loss_slope, at_most=L * C_0, note="whatever W is, as the slope is"
        ),
        Always(
            "eq-8",
            squared_next,
            at_most=q * squared + 2 * alpha * (robust_loss - attacked_loss) + K * alpha**2,
            until=steps - 1,
            statement=r"$d_{t+1}^2\leq(1+\frac{c\alpha}{\sqrt m})d_t^2+2\alpha(L_*(W_*)-"
            r"L_{\mathcal A}(W_t))+K\alpha^2$ at every step, with $c=LC_1$ and $K=L^2C_0^2$",
            mutants=(
                Mutant(
                    "c alpha / m for c alpha / sqrt(m)",
                    at_most=(1 + c * alpha / m) * squared
                    + 2 * alpha * (robust_loss - attacked_loss)
                    + K * alpha**2,
                ),
                Mutant(
                    "nine tenths of c",
                    at_most=(1 + Q(9, 10) * c * alpha / sqrt(m)) * squared
                    + 2 * alpha * (robust_loss - attacked_loss)
                    + K * alpha**2,
                ),
                Mutant(
                    "nine tenths of K",
                    at_most=q * squared
                    + 2 * alpha * (robust_loss - attacked_loss)
                    + Q(9, 10) * K * alpha**2,
                ),
            ),
        ),
        Always(
            "eq-9",
            least_so_far - robust_loss,
            at_most=excess_bound(squared_start - squared_next / q ** (t + 1), q ** (t + 1)),
            until=steps - 1,
            scale=least_so_far + robust_loss + squared_start / alpha,
            mutants=(
                Mutant(
                    "without K alpha / 2",
                    at_most=excess_bound(squared_start - squared_next / q ** (t + 1), q ** (t + 1))
                    - K * alpha / 2,
                ),
                Mutant(
                    "half of the second term",
                    at_most=(
                        excess_bound(squared_start - squared_next / q ** (t + 1), q ** (t + 1))
                        + K * alpha / 2
                    )
                    / 2,
                ),
            ),
        ),
        Inequality(
            "case-1",
            excess_stayed,
            at_most=excess_bound(radius**2, growth),
            given=stays,
            scale=radius**2 + 1,
            note="for the runs that stay in B(3R)",
        ),
        Inequality(
            "case-2",
            excess_at_exit,
            at_most=excess_bound(-(4 / sp.E - 1) * radius**2, sp.E),
            given=leaves,
            scale=radius**2 + 1,
            note=r"for the runs that leave $B(3R)$: below $K\alpha/2$ already at the exit",
        ),
        Inequality(
            "case-2-distances",
            d_start**2 - d_exit**2 / S,
            at_most=-(4 / sp.E - 1) * R**2,
            box={d_start: (1e-12, 1e12), d_exit: (1e-12, 1e12), S: (1, sp.E), R: (1e-12, 1e12)},
            where=(d_start <= R) & (d_exit >= 2 * R),
            note=r"$W_*\in B(R)$ and $W_{T_0+1}\notin B(3R)$, $S\leq S_T<e$",
        ),
        Inequality(
            "growth-below",
            u * log(1 + 1 / u),
            at_least=log(2),
            box={u: (1, 1e12)},
            note=r"$\log S_T$ with $T=\frac{\sqrt m}{c\alpha}$ steps",
        ),
        Inequality(
            "growth-above",
            u * log(1 + 1 / u),
            at_most=1,
            box={u: (1, 1e12)},
            note=r"$S_T<e$; the paper: $S_T\approx e$",
            mutants=(Q(99, 100),),
        ),
        *derivations(
            geom=equal(
                Sum((1 + c * alpha / root) ** (-t - 1), (t, 0, T - 1)),
                root / (c * alpha) * (1 - (1 + c * alpha / root) ** (-T)),
                r"$\sum_{i<t}\frac1{S_{i+1}}=\frac{\sqrt m}{c\alpha}(1-\frac1{S_t})$",
                mutants=(root / (c * alpha) * (1 - (1 + c * alpha / root) ** (-T - 1)),),
            ),
            eq_8_divided=equal(
                (
                    (1 + c * alpha / root) * d_start**2
                    + 2 * alpha * (comparator_loss - loss_now)
                    + K * alpha**2
                )
                / (1 + c * alpha / root) ** (t + 1),
                d_start**2 / (1 + c * alpha / root) ** t
                - 2 * alpha * (loss_now - comparator_loss) / (1 + c * alpha / root) ** (t + 1)
                + K * alpha**2 / (1 + c * alpha / root) ** (t + 1),
                r"(8) divided by $S_{t+1}$",
            ),
            eq_9_constants=equal(
                (d_start**2 - d_exit**2 / S + K * alpha**2 * (root / (c * alpha)) * (1 - 1 / S))
                / (2 * alpha * (root / (c * alpha)) * (1 - 1 / S)),
                K * alpha / 2 + c * (d_start**2 - d_exit**2 / S) / (2 * root * (1 - 1 / S)),
                r"(9) from the sum of (8); printed without the factors $\frac12$, which is weaker "
                r"where $d_0^2\geq d_t^2/S_t$",
                mutants=(
                    K * alpha + c * (d_start**2 - d_exit**2 / S) / (root * (1 - 1 / S)),
                    K * alpha / 2 + c * (d_start**2 - d_exit**2 / S) / (root * (1 - 1 / S)),
                ),
            ),
            three_is_enough=at_most(
                1 - (3 - 1) ** 2 / sp.E,
                0,
                r"case 2 needs $R^2-(k-1)^2R^2/e\leq0$ for the exit from $B(kR)$; the paper: $k=3$",
            ),
            least_exit=equal(
                at((k - 1) ** 2, {k: 1 + sqrt(sp.E)}),
                sp.E,
                r"the least $k$ is $1+\sqrt e=2.65$: $k=2$ would not do",
                mutants=(2,),
            ),
        ),
    ),
)

excess_certified = observable(
    "excess_certified",
    "at least the least loss of the run over the least worst-case loss in the ball",
    r"\min_{t<T}L_{\mathcal A}(W_t)-\min_{B(R)}L_*",
)
excess_early = observable(
    "excess_early",
    "at most that, for the loss of the first sqrt(m) c steps alone",
    r"\min_{t<c\sqrt m}L_{\mathcal A}(W_t)-L_*(W_*)",
)
start_excess = observable(
    "start_excess", "loss at the start over that of a network of the ball", real=True
)

needed_width = 4 * c**2 * R**2 * R**2 / epsilon**2
"""Width from which on the second term of equation 9 is at most epsilon / 2."""

theorem_5_1 = paper.theorem(
    "theorem-5.1",
    "adversarial training of two-layer networks converges without projection",
    "Section 5, Theorem 5.1; Appendix B",
    r"For $m=\Omega(\max(d,R^4/\epsilon^2))$, $\alpha=O(\epsilon)$ and $T=\Theta(\sqrt m/\alpha)$ "
    r"steps: $\min_{t\leq T}L_{\mathcal A}(W_t)-L_*(W_*)\leq\epsilon$, $W_*$ the minimiser of $L_*$"
    r" in $B(R)=\{\|W-W_0\|_F\leq R\}$; here with $\alpha\leq\epsilon/K$, $\sqrt m\geq"
    r"2cR^2/\epsilon$, $T=\frac{\sqrt m}{c\alpha}$.",
    hypotheses=SETTING,
    uses=("proof-theorem-5.1",),
    reconstructed=RECONSTRUCTED,
    vacuity=(
        Asks(
            "the width of Theorem 5.1",
            (L * C_1 * R**2 / (epsilon * (1 - exp(-1)))) ** 2,
            {L: 1, C_1: 1, R: 1, epsilon: Q(1, 10)},
        ),
        Asks(
            "the width of Theorem 5.1",
            (L * C_1 * R**2 / (epsilon * (1 - exp(-1)))) ** 2,
            {L: 1, C_1: 1, R: 10, epsilon: Q(1, 10)},
        ),
        Asks(
            "the width of Theorem 5.1",
            (L * C_1 * R**2 / (epsilon * (1 - exp(-1)))) ** 2,
            {L: 1, C_1: 1, R: 10, epsilon: Q(1, 100)},
        ),
        Asks(
            "its number of steps",
            R**2 / (epsilon * (1 - exp(-1))) * L**2 * C_0**2 / epsilon,
            {L: 1, C_0: 1, R: 10, epsilon: Q(1, 100)},
        ),
        SaysFrom(
            "equation 9 is below epsilon, with alpha = epsilon / K",
            m,
            epsilon / 2 + L * C_1 * R**2 / (2 * sqrt(m) * (1 - exp(-1))) <= epsilon,
            {L: 1, C_1: 1, R: 1, epsilon: Q(1, 10)},
        ),
    ),
    claims=(
        Inequality(
            "conclusion",
            excess_certified,
            at_most=epsilon,
            scale=epsilon,
            where=(alpha <= epsilon / K) & (sqrt(m) >= 2 * c * R**2 / epsilon),
            note="against a certified lower bound of $L_*$ over the ball",
            mutants=(
                Mutant("after c sqrt(m) steps, without 1/alpha", left=excess_early),
                Mutant("without training", left=start_excess),
            ),
        ),
        Inequality(
            "conclusion-explicit",
            excess_certified,
            at_most=K * alpha / 2
            + c * R**2 / (2 * sqrt(m) * (1 - 1 / growth))
            + c * R**2 / (2 * sqrt(m)),
            scale=epsilon,
            note=r"for every width: the bound of case 1, and $\frac{cR^2}{2\sqrt m}$ for the "
            "certificate, which is of the network linear in W",
        ),
        Inequality(
            "choice",
            C_0**2 * alpha / 2 + C_1 * R**2 / (2 * sqrt(m) * (1 - 1 / growth.subs({c: C_1}))),
            at_most=epsilon,
            box={
                C_0: (1e-3, 1e3),
                C_1: (1e-3, 1e3),
                R: (1e-3, 1e6),
                epsilon: (1e-6, 1e3),
                alpha: (1e-12, 1e6),
                m: (1, 1e60),
            },
            where=(alpha <= epsilon / C_0**2)
            & (sqrt(m) >= 2 * C_1 * R**2 / epsilon)
            & (sqrt(m) >= C_1 * alpha),
            note=r"the parameters of the theorem make (9) at most $\epsilon$; in units with $L=1$",
        ),
        *derivations(
            asymptotic_width=equal(
                sp.Limit(1 / (1 - (1 + 1 / T) ** (-T)), T, oo),
                sp.E / (sp.E - 1),
                r"for many steps $\sqrt m\geq1.582\,cR^2/\epsilon$ suffices",
                mutants=(sp.E,),
            ),
            fewer_neurons=equal(
                at(c * R**2 / sqrt(m), {m: R**2 / epsilon**2}),
                c * R * epsilon,
                r"at $m=R^2/\epsilon^2$ the bound would be of the order $R\epsilon$: the power "
                r"$R^4$ is needed for the argument",
                mutants=(c * epsilon,),
            ),
        ),
    ),
)
