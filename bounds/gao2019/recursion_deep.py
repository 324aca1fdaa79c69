"""Training of deep networks with projection: the proof of Theorem 4.1, and Theorem 4.1."""

from bounds.authoring import *
from bounds.gao2019.deep import NETWORK, START, H, h
from bounds.gao2019.notation import *
from bounds.gao2019.stability import NOT_SMALL, SMALL_BALL, UNLOCATED

steps = parameter("steps", "number of steps", "T", positive=True)
apart = parameter("apart", "distance of two points of the ball", r"\|W_1-W_2\|_F", positive=True)
t = parameter("t", "step", integer=True, nonnegative=True)

squared = observable("squared", "squared distance from the comparator", "d_t^2", nonnegative=True)
squared_next = observable("squared_next", "the same a step later", "d_{t+1}^2", nonnegative=True)
unprojected = observable(
    "unprojected", "before the projection", r"\|V_{t+1}-W_*\|_F^2", nonnegative=True
)
along = observable("along", "product", r"\langle\nabla L_{\mathcal A}(W_t),W_*-W_t\rangle")
gradient_squared = observable(
    "gradient_squared", "squared norm", r"\|\nabla L_{\mathcal A}(W_t)\|_F^2", nonnegative=True
)
gradient_most = observable(
    "gradient_most",
    "largest so far",
    r"\max_{s\leq t}\|\nabla L_{\mathcal A}(W_s)\|_F^2",
    nonnegative=True,
)
gradient_first = observable(
    "gradient_first", "squared norm", r"\|\nabla L_{\mathcal A}(W_0)\|_F^2", nonnegative=True
)
gradient_last = observable(
    "gradient_last",
    "largest in the run",
    r"\max_t\|\nabla L_{\mathcal A}(W_t)\|_F^2",
    positive=True,
)
departure = observable("departure", "largest", r"\max_h\|W_t^{(h)}-W_0^{(h)}\|_F", nonnegative=True)
attacked_loss = observable(
    "attacked_loss", "mean loss under attack", r"L_{\mathcal A}(W_t)", nonnegative=True
)
least_so_far = observable(
    "least_so_far", "least so far", r"\min_{s\leq t}L_{\mathcal A}(W_s)", nonnegative=True
)
comparator_loss = observable(
    "comparator_loss",
    r"mean loss of W* at the points chosen for W_t",
    r"\frac1n\sum_i\ell(W_*,\mathcal A(W_t,x_i))",
    nonnegative=True,
)
robust_loss = observable(
    "robust_loss", "worst-case loss of the comparator", "L_*(W_*)", nonnegative=True
)
squared_start = observable(
    "squared_start", "squared distance from the start", "d_0^2", nonnegative=True
)
slack = observable(
    "slack",
    r"certified upper bound of Lemma A.6's slack over the distance, at all points of the sets",
    r"\kappa",
    positive=True,
)
excess_certified = observable(
    "excess_certified",
    r"excess of the run over a certified lower bound of the least L_* in the ball",
    r"\min_tL_{\mathcal A}(W_t)-L_*(W_*)",
)
gradient_bound = observable(
    "gradient_bound", "upper bound", r"\sum_h\max\|f'^{(h)}(W,x')\|_F^2", positive=True
)
start_excess = observable(
    "start_excess", "the same of the start alone", r"L_{\mathcal A}(W_0)-L_*(W_*)"
)
excess_early = observable(
    "excess_early",
    r"the same of the first $R^2/\epsilon^2$ steps",
    r"\min_{t\leq T/H^3}L_{\mathcal A}(W_t)-L_*(W_*)",
)

without_projection = squared + 2 * alpha * along + alpha**2 * gradient_squared
slack_of_losses = 2 * alpha * sqrt(squared) * slack
by_losses = (
    squared
    + 2 * alpha * (robust_loss - attacked_loss)
    + slack_of_losses
    + alpha**2 * gradient_squared
)
BALL = required(None, r"$B(R)=\{\|W^{(h)}-W^{(h)}_0\|_F\leq R/\sqrt m,\forall h\}$")
LOSS = required(None, r"Assumption 3.1: the loss is convex and Lipschitz in f (here $L|f-y|$)")
SETS = required(None, "perturbation sets of finitely many points (so that worst cases are exact)")


mean_decrease = (squared_start - squared_next) / (2 * alpha * (t + 1))
slack_of_sum = 2 * sqrt(H) * R / sqrt(m) * slack
further = slack_of_sum + alpha * gradient_most / 2


ball_condition = R * H**6 * log(m) ** 3 / sqrt(m)
printed_width = H**16 * R**9 / epsilon**7
width = H**19 * R**9 / epsilon**7


def slack_at(m_used: Expr, depth: Expr = H**3) -> Expr:
    """Return the slack of the mean excess over epsilon, at a width."""
    return m_used ** Q(-1, 6) * R ** Q(4, 3) * depth * sqrt(log(m_used)) / epsilon


FOR_FIXED_DEPTH = "for fixed H nothing changes"
LOST = r"follows from the lost $\sqrt H$; the paper's form is not proved for growing H"
SIZES = {H: (1, 1e9), R: (1, 1e6), epsilon: (1e-6, 1)}

proof_theorem_4_1 = paper.theorem(
    "proof-theorem-4.1",
    "steps with projection, summed",
    "Appendix A, proof of Theorem 4.1",
    r"$d_{t+1}^2\leq d_t^2+2\alpha(L_*(W_*)-L_{\mathcal A}(W_t))+O(\alpha m^{-1/6}R^{4/3}H^3\sqrt{"
    r"\log m}+\alpha^2mH^2)$, so that $\min_t(L_{\mathcal A}(W_t)-L_*(W_*))\leq\frac{HR^2}{m\alpha "
    r"T}+O(m^{-1/6}R^{4/3}H^3\sqrt{\log m}+\alpha mH^2)\leq\epsilon$; printed with $H^{5/2}$ and "
    r"$R^2$, as if $B(R)$ bounded all layers together by $R/\sqrt m$, and not each.",
    hypotheses=(*NETWORK, *START, BALL, LOSS, SETS, NOT_SMALL, SMALL_BALL),
    uses=("lemma-A.5", "lemma-A.6"),
    errata=(
        Erratum(
            printed=r"$\min_t(L_*(W_*)-L_{\mathcal A}(W_t))\leq\frac{d_0^2-d_T^2}{\alpha T}+\dots$",
            correct=r"$\min_t(L_{\mathcal A}(W_t)-L_*(W_*))$",
            why="the sign is reversed",
            harmless=True,
            unjudged="a misprint of the sign",
        ),
    ),
    claims=(
        Always(
            "recursion",
            squared_next,
            at_most=without_projection,
            until=T - 1,
            scale=squared + R**2 / m,
            statement=r"$d_{t+1}^2\leq d_t^2+2\alpha\langle\nabla L_{\mathcal A}(W_t),W_*-W_t"
            r"\rangle+\alpha^2\|\nabla L_{\mathcal A}(W_t)\|_F^2$ for steps with projection",
            mutants=(
                squared + 2 * alpha * along,
                squared + alpha * along + alpha**2 * gradient_squared,
                squared + 2 * alpha * along + Q(19, 20) * alpha**2 * gradient_squared,
            ),
        ),
        Always(
            "before-projection",
            unprojected,
            at_least=without_projection,
            until=T - 1,
            scale=squared + R**2 / m,
            note="and the projection brings it nearer: it is equal before",
            mutants=(Mutant("after the projection", left=squared_next),),
        ),
        Always(
            "before-projection-at-most",
            unprojected,
            at_most=without_projection,
            until=T - 1,
            scale=squared + R**2 / m,
            note="nor is it farther: both together are the equality of the proof",
            mutants=(
                squared + 2 * alpha * along,
                squared + 2 * alpha * along + Q(19, 20) * alpha**2 * gradient_squared,
            ),
        ),
        Always(
            "inside",
            departure,
            at_most=R / sqrt(m),
            until=T,
            statement=r"$W_t\in B(R)$ for all t",
            mutants=(Q(19, 20) * R / sqrt(m),),
        ),
        Always(
            "worst-case",
            comparator_loss,
            at_most=robust_loss,
            until=T - 1,
            statement=r"$\frac1n\sum_i\ell(W_*,\mathcal A(W_t,x_i))\leq L_*(W_*)$ for every attack",
            note="the third inequality",
            mutants=(Q(19, 20) * robust_loss,),
        ),
        Always(
            "recursion-in-losses",
            squared_next,
            at_most=by_losses,
            until=T - 1,
            scale=squared + R**2 / m,
            statement=r"$d_{t+1}^2\leq d_t^2+2\alpha(L_*(W_*)-L_{\mathcal A}(W_t))+2\alpha d_t"
            r"\kappa+\alpha^2\|\nabla L_{\mathcal A}(W_t)\|_F^2$ with the certified slack of "
            "Lemma A.6",
            mutants=(
                Mutant("without the slack", at_most=by_losses - slack_of_losses),
                Mutant("a tenth of the slack", at_most=by_losses - Q(9, 10) * slack_of_losses),
                Mutant(
                    "the other sign of the losses",
                    at_most=squared
                    - 2 * alpha * (robust_loss - attacked_loss)
                    + 2 * alpha * sqrt(squared) * slack
                    + alpha**2 * gradient_squared,
                ),
                Mutant(
                    "without the squared gradient", at_most=by_losses - alpha**2 * gradient_squared
                ),
            ),
        ),
        Always(
            "sum",
            least_so_far - robust_loss,
            at_most=mean_decrease + further,
            until=T - 1,
            scale=least_so_far + robust_loss,
            statement=r"$\min_{s\leq t}L_{\mathcal A}(W_s)-L_*(W_*)\leq\frac{d_0^2-d_{t+1}^2}"
            r"{2\alpha(t+1)}+2\sqrt H\frac R{\sqrt m}\kappa+\frac\alpha2\max_{s\leq t}\|"
            r"\nabla L_{\mathcal A}(W_s)\|_F^2$",
            mutants=(
                Mutant("without the slack", at_most=mean_decrease + further - slack_of_sum),
                Mutant(
                    "a tenth of the slack",
                    at_most=mean_decrease + further - Q(9, 10) * slack_of_sum,
                ),
                Mutant("half of the first term", at_most=mean_decrease / 2 + further),
                Mutant(
                    "a step more in the denominator",
                    at_most=mean_decrease * (t + 1) / (t + 2) + further,
                ),
            ),
        ),
        Inequality(
            "start-distance",
            squared_start,
            at_most=H * R**2 / m,
            note=r"attained, for every H",
            mutants=(R**2 / m,),
        ),
        Always(
            "distances",
            squared,
            at_most=4 * H * R**2 / m,
            until=T - 1,
            note=r"$\|W_t-W_*\|_F\leq2\sqrt H\frac R{\sqrt m}$",
            mutants=(4 * R**2 / m,),
        ),
        BigO(
            "gradients",
            gradient_bound,
            of=m * H**2,
            corrections="power",
            statement=r"$\|\nabla L_{\mathcal A}(W_t)\|_F^2=O(mH^2)$, for $H=1,2,3$ each",
            note="certified for every network of the ball and all inputs near one",
            mutants=(Mutant("the root of m", of=sqrt(m) * H**2, survives=UNLOCATED),),
            blunt=UNLOCATED,
        ),
        Unchecked(
            "gradients-in-depth",
            of_kind="O",
            statement=r"the power of H in $\|\nabla L_{\mathcal A}(W_t)\|_F^2=O(mH^2)$",
            because=r"the regime $\frac R{\sqrt m}H^6\log^3m\to0$ asks for $m$ above $H^{12}$, and "
            "products of spectral norms grow with the depth",
        ),
        BigO(
            "gradients-observed",
            gradient_last,
            of=m,
            corrections="power",
            statement=r"$\max_t\|\nabla L_{\mathcal A}(W_t)\|_F^2=O(m)$ in runs with $H=2$",
            note="ours",
            mutants=(sqrt(m),),
            blunt="the runs that show the order leave the power of m a range of a quarter, within "
            "which no more are asked for",
        ),
        Identity(
            "gradient-start",
            gradient_first,
            m * H / 2,
            note=r"ours, of the first step for one input and $v=L=1$",
            mutants=(m * H,),
        ),
        Inequality(
            "width-as-the-paper-has-it",
            slack_at(printed_width, H ** Q(5, 2)),
            at_most=sqrt(48 / sp.E),
            box=SIZES,
            statement=r"$m^{-1/6}R^{4/3}H^{5/2}\sqrt{\log m}=O(\epsilon)$ at $m=\frac{H^{16}R^9}"
            r"{\epsilon^7}$: it is $(\frac\epsilon{HR})^{1/6}\sqrt{\log m}\,\epsilon\leq"
            r"\sqrt{48/e}\,\epsilon$",
            note=r"with the paper's own $H^{5/2}$",
            mutants=(
                Mutant("H^15", left=slack_at(H**15 * R**9 / epsilon**7, H ** Q(5, 2))),
                Mutant("with H^3", left=slack_at(printed_width)),
            ),
        ),
        Inequality(
            "width",
            slack_at(width),
            at_most=sqrt(57 / sp.E),
            box=SIZES,
            statement=r"$m^{-1/6}R^{4/3}H^3\sqrt{\log m}=O(\epsilon)$ at $m=H^{19}R^9/\epsilon^7$: "
            r"at most $\sqrt{57/e}\,\epsilon$",
            note="ours: " + LOST,
            mutants=(Mutant("H^18", left=slack_at(H**18 * R**9 / epsilon**7)),),
        ),
        Inequality(
            "small-ball",
            at(ball_condition, {m: printed_width}).doit(),
            at_most=(24 / sp.E) ** 3,
            box=SIZES,
            statement=r"$R=O(\frac{\sqrt m}{H^6\log^3m})$ at $m=\frac{H^{16}R^9}{\epsilon^7}$: "
            r"$\frac{RH^6\log^3m}{\sqrt m}\leq(24/e)^3$",
            note="the choice of m suffices for the ball of Lemmas A.5 and A.6, up to the constant; "
            r"a width c times as large divides it by about $\sqrt c$",
            mutants=(
                Mutant(
                    "H^12",
                    left=at(ball_condition, {m: H**12 * R**9 / epsilon**7}).doit(),
                ),
            ),
        ),
        Inequality(
            "net-fits",
            d ** Q(3, 2) * log(sqrt(m) / R) ** Q(3, 2) / (R * H ** Q(3, 2) * m),
            at_most=(3 / sp.E) ** Q(3, 2),
            box={d: (1, 1e9), H: (1, 1e9), R: (1, 1e6), m: (8, 1e30)},
            where=(m >= d**2) & (m >= R**9),
            statement=r"$\frac{d^{3/2}\log^{3/2}(\sqrt m/R)}{RH^{3/2}}\leq(3/e)^{3/2}m$ from "
            r"$m\geq\max(d^2,R^9)$ on",
            note="the choice of m suffices for the net of Lemma A.6",
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
                r"$d_0^2$ at most, of a point of the ball (nothing shows that $W_*$ is nearer); "
                r"with the paper's $\frac{d_0^2}{\alpha T}$ for $\frac{d_0^2}{2\alpha T}$ the "
                r"printed $\frac{R^2}{m\alpha T}$ is right for $H\leq2$, and not proved from $H=3$ "
                "on",
                mutants=(R**2 / m,),
            ),
            slack=equal(
                at(
                    apart * (m * R) ** Q(1, 3) * H ** Q(5, 2) * sqrt(log(m)),
                    {apart: 2 * sqrt(H) * R / sqrt(m)},
                ),
                2 * m ** Q(-1, 6) * R ** Q(4, 3) * H**3 * sqrt(log(m)),
                "the slack of Lemma A.6 in the ball, with $H^3$ for the printed $H^{5/2}$: " + LOST,
                mutants=(2 * m ** Q(-1, 6) * R ** Q(1, 3) * H**3 * sqrt(log(m)),),
            ),
            steps=equal(
                at(
                    Sum((R / sqrt(m)) ** 2, (h, 1, H)) / (alpha * steps),
                    {steps: H**3 * R**2 / epsilon**2, alpha: epsilon / (m * H**2)},
                ),
                epsilon,
                r"$\frac{d_0^2}{\alpha T}=\epsilon$ with $T=H^3R^2/\epsilon^2$ steps; the printed "
                r"$T=\Theta(\frac{R^2}{m\alpha\epsilon})$, which is $H^2R^2/\epsilon^2$, goes with "
                r"the printed $\frac{R^2}{m\alpha T}$: " + LOST,
                mutants=(epsilon / H,),
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
    hypotheses=(*NETWORK, *START, BALL, LOSS, SETS, NOT_SMALL),
    claims=(
        Probability(
            "conclusion",
            excess_certified <= epsilon,
            at_least=Q(9, 10),
            where=m >= R**9 / epsilon**7,
            statement=r"$P(\min_{t\leq T}L_{\mathcal A}(W_t)-L_*(W_*)\leq\epsilon)\geq\frac9{10}$, "
            r"for $H=1,3$, $m\geq R^9/\epsilon^7$, $\alpha=\epsilon/(mH^2)$, "
            r"$T=\lceil H^3R^2/\epsilon^2\rceil$",
            note="all constants 1, and the factor $H^{16}$ of the width left out, which is more "
            "than the paper says; the one cell with $H=3$ shows that T grows with H, and not how; "
            "against a certified lower bound of $L_*$ over the ball, in depth 0",
            mutants=(
                Mutant("without training", event=start_excess <= epsilon),
                Mutant("after R^2 / epsilon^2 steps, whatever H is", event=excess_early <= epsilon),
                Mutant("a quarter of epsilon", event=excess_certified <= epsilon / 4),
            ),
        ),
        Unchecked(
            "depth",
            of_kind="probability",
            statement=r"the power of H in the width, $H^{16}$",
            because=r"with all constants 1 the width is $2^{16}$ even at $\epsilon=1$, and "
            r"$2^{23}$ at $\epsilon=\frac12$, for $H=2$, with $m^2$ weights a layer; on the sets "
            "that were tried no power of H is needed; what the proof sums is checked at every "
            "step, with a certified slack",
        ),
    ),
)
