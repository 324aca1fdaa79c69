"""Networks that are trained in the lazy ball: Section 5.1's SGD and Algorithm 1."""

from bounds.authoring import *
from bounds.claims import Always
from bounds.wang2022.notation import *

T_1 = parameter("T_1", "epochs", integer=True, positive=True)
T_2 = parameter("T_2", "passes of the inner loop", integer=True, positive=True)
beta = parameter("beta", "learning rate of the weights, of a mini-batch's sum", positive=True)
b = parameter("b", "inputs of a mini-batch", integer=True, positive=True)
rounds = parameter("rounds", "mini-batches of an epoch", integer=True, positive=True)
alpha = quantity("alpha", "learning rate of the inner loop", 5 * R / (2 * T_2), positive=True)

farthest = observable(
    "farthest",
    "how far a neuron is from its start after every epoch",
    r"\max_s\|w_{s,t}-w_{s,0}\|",
    nonnegative=True,
)
farthest_ever = observable(
    "farthest_ever", "the same at any time, also between two projections", nonnegative=True
)
projected_distance = observable(
    "projected_distance", "how far a projected neuron is from its start", nonnegative=True
)
second_move = observable(
    "second_move", "how far a second projection moves a neuron", nonnegative=True
)
obtuse = observable(
    "obtuse",
    "largest product of what the projection takes away with a way into the ball",
    r"\langle w-Pw,q-Pw\rangle",
    real=True,
)
perturbation = observable(
    "perturbation", "length of the longest perturbation", r"\|\tilde x-x\|", nonnegative=True
)
arrives = observable("arrives", "whether an input is moved to the edge of its ball")
arrives_printed = observable("arrives_printed", "the same with line 4 as printed")
one_perturbation = observable(
    "one_perturbation", "length of one input's perturbation, line 4 as printed", nonnegative=True
)
loss_slope = observable(
    "loss_slope", "length of the gradient of its loss", r"\|\nabla_x\ell\|", nonnegative=True
)
epoch_share = observable(
    "epoch_share",
    "an epoch's move over beta times the gradient of the loss on all inputs",
    r"\|W_t-W_{t-1}\|/\beta\|\nabla\sum_{i\leq n}\ell_i\|",
    nonnegative=True,
)
epoch_share_printed = observable(
    "epoch_share_printed", "the same with line 9 as printed", nonnegative=True
)
epoch_move_printed = observable(
    "epoch_move_printed", "longest move of a neuron in an epoch, as printed", nonnegative=True
)

algorithm_1 = paper.theorem(
    "claim-algorithm-1",
    "projected adversarial training",
    "Appendix A, Algorithm 1; Section 5.2",
    r"In each of $T_1$ epochs $T_2$ steps by $\alpha=2.5R/T_2$ times the gradient of the loss, "
    r"each projected to $\mathcal B(x_i,R)$, perturb every input; then SGD passes once over the "
    r"mini-batches; then the weights are projected to $\mathcal B_{2,\infty}(W_0,C_0/\sqrt m)$. "
    r"Printed: $\alpha=2.5R/100$ with $T_2=100$, every step of the inner loop and of an epoch from "
    r"where that began (lines 4 and 9), mini-batches that are sampled each round, and in Section "
    r"5.2 a projection after each gradient step; meant: as above.",
    hypotheses=(
        *SETTING,
        required(None, "ours: the inputs are drawn from the sphere, their signs at random"),
    ),
    claims=(
        Inequality("projection-reaches", projected_distance, at_most=V),
        Identity("projection-idempotent", second_move, 0, exact=True, scale=V),
        Inequality(
            "projection-nearest",
            obtuse,
            at_most=0,
            scale=V**2,
            note="for random points $q$ of the ball: no other point of it is nearer",
        ),
        Always(
            "weights-in-ball",
            farthest,
            at_most=V,
            until=T_1,
            mutants=(Mutant("between two projections too", left=farthest_ever),),
        ),
        Inequality(
            "between-projections",
            farthest_ever,
            at_most=V + rounds * beta * b * (1 + R) / sqrt(m),
            note="a mini-batch moves a neuron by no more than $\\beta b(1+R)/\\sqrt m$",
            mutants=(V,),
        ),
        Inequality("perturbation-in-ball", perturbation, at_most=R),
        Probability(
            "inner-loop-arrives",
            Eq(arrives, 1),
            at_least=Q(9, 10),
            where=d >= 196,
            statement="at the start of the training the inner loop moves nine inputs of ten to the "
            "edge of their balls (ours)",
            printed=Printed(
                event=Eq(arrives_printed, 1),
                words=r"line 4: $\tilde X=X+\alpha\sum_i\nabla_{x_i}\ell(y_if(x_i))$",
                why="every pass takes the same step from the clean input, so that the loop moves "
                r"it by $\alpha\|\nabla\ell\|=\frac R{40}\|\nabla\ell\|$ once; line 4 must read "
                r"$\tilde X=\tilde X+\alpha\nabla\ell(\tilde X)$",
                counterexample=r"$d=784$: about a quarter of $R$ on average (ours)",
                harmless=True,
            ),
        ),
        Identity(
            "inner-loop-as-printed-moves",
            one_perturbation,
            Min(R, alpha * loss_slope),
            exact=True,
            note="what the printed loop does, however often it is passed",
            mutants=(
                Mutant("one step per pass", equals=Min(R, T_2 * alpha * loss_slope)),
                Mutant("a normalised gradient", equals=Min(R, alpha)),
            ),
        ),
        Identity(
            "epoch-counts-all",
            epoch_share,
            1,
            exact=True,
            tolerance=1e-3,
            where=beta <= Q(1, 10**8),
            statement=r"to first order in $\beta$ an epoch goes down the gradient of the loss on "
            "all inputs",
            printed=Printed(
                observable=epoch_share_printed,
                words=r"line 9: $W_t=W_{t-1}-\beta\nabla_{W_{t-1}}\sum_j\ell(\ldots)$ in each of "
                r"the $\lfloor n/bs\rfloor$ rounds",
                why="every round starts from $W_{t-1}$ again and overwrites the one before: only "
                "the last mini-batch counts",
                counterexample="four mini-batches of 4 inputs: less than half of the move",
                harmless=True,
            ),
        ),
        Inequality(
            "epoch-as-printed-moves",
            epoch_move_printed,
            at_most=beta * b * (1 + R) / sqrt(m),
            where=beta >= Q(1, 100),
            note="one mini-batch, at a slope of the loss of at most 1: it takes at least "
            r"$C_0/(\beta b(1+R))$ epochs to reach the edge of the ball",
            mutants=(beta * b / (5 * sqrt(m)),),
        ),
    ),
)

reach = observable(
    "reach",
    "how far a neuron of the returned network is from its start, times sqrt(m)",
    r"\sqrt m\max_s\|w_s-w_{s,0}\|",
    nonnegative=True,
)
step_slope = observable(
    "step_slope", "fall of the mini-batch's mean loss per unit of a step, by differences", real=True
)
step_square = observable("step_square", "squared length of that step", nonnegative=True)
value_share = observable(
    "value_share",
    "largest |f| at a test input over the largest that a network of the ball has there",
    r"\max_x|f(x;W)|/\sup_{W'}|f(x;W')|",
    nonnegative=True,
)
universal_share = observable(
    "universal_share",
    "longest step along the initial gradient to the flip, over what suffices for every network",
    nonnegative=True,
)
mean_value = observable("mean_value", "mean over test inputs", r"|f|", positive=True)
mean_slope = observable("mean_slope", "mean over test inputs", r"\|\nabla f\|", positive=True)
mean_step = observable("mean_step", "mean over test inputs that flip", r"\eta^*", positive=True)
mean_length = observable(
    "mean_length", "mean over test inputs that flip", r"\|\delta^*\|", positive=True
)
slope_share = observable(
    "slope_share",
    "squared gradient over that at W_0, mean over test inputs",
    r"\|\nabla f(x;W)\|^2/\|\nabla f(x;W_0)\|^2",
    nonnegative=True,
)
RATE = Q(1, 10)
"""Learning rate of Section 5.1."""

variation = shared(corrections="power", rate=0.5)
"""Until the flip the gradient changes by a share of d^(-1/4) (Lemma B.9), and f by its square."""

trained = (
    *SETTING,
    required(None, "ours: two caps of the sphere with classes 1.8 apart, SGD with batches of 16"),
)

section_5_1 = paper.theorem(
    "claim-section-5.1",
    "networks trained until they leave the lazy ball",
    "Section 5.1; Section 3 (remarks)",
    r"SGD on the logistic loss with rate 0.1 stops when $\sup_s\|w_{s,t}-w_{s,0}\|>C_0/\sqrt m$; "
    r"at the last iterate inside, $|f|=O(1)$, $\|\nabla f\|=\Theta(\sqrt d)$, and the smallest "
    r"flipping step along the gradient is $\eta=O(1/d)$, $\|\delta\|=O(1/\sqrt d)$. Printed: it "
    r"stops once an iterate is outside, and $\delta=\eta\nabla_wf(x)$; meant: the last one inside, "
    r"as what is returned is said to be lazy, and $\nabla_xf$.",
    hypotheses=trained,
    uses=("theorem-3.1", "corollary-3.2"),
    claims=(
        Inequality("inside", reach, at_most=C_0),
        Inequality(
            "at-the-edge",
            reach,
            at_least=C_0 - RATE,
            note=r"one more step leaves it, and moves a neuron by at most $0.1/\sqrt m$",
        ),
        Identity(
            "descends",
            step_slope,
            step_square / RATE,
            exact=True,
            tolerance=1e-4,
            statement="a step is $-0.1$ times the gradient of the mini-batch's mean loss: along it "
            "the loss falls by $\\|\\text{step}\\|^2/0.1$ to first order",
        ),
        Inequality(
            "value-in-ball",
            value_share,
            at_most=1,
            note="of each network, at each test input; the bound is exact",
        ),
        Inequality(
            "flips-with-all",
            universal_share,
            at_most=1,
            note="of each network, at each test input: the radius at which every network of the "
            "ball flips along the gradient at $W_0$ is exact",
        ),
        Theta(
            "value",
            mean_value,
            of=1,
            corrections="power",
            note="in $d$ and in $m$",
            mutants=(sqrt(m), 1 / sqrt(d)),
        ),
        Theta("gradient", mean_slope, of=sqrt(d), corrections="power"),
        Theta(
            "step",
            mean_step,
            of=mean_value / d,
            **variation,
            note="undecided at full: a test input that flips only far away carries much of the "
            "mean, so that thousands of runs do not bound it; the medians of claim-figure-2 are "
            "decided",
            mutants=(power(d, Q(1, 2)), Mutant("1/m", of=mean_value / m)),
        ),
        Theta("length", mean_length, of=mean_value / sqrt(d), **variation),
        Limit(
            "gradient-unchanged",
            slope_share,
            to=1,
            rate=0.5,
            tolerance=Q(2, 100),
            note=r"as $d$ and $m$ grow at a fixed $C_0$: training leaves no trace in the gradient, "
            r"so that $\|\nabla f\|^2\approx d/2$ as at $W_0$",
            mutants=(Q(9, 10), Q(11, 10)),
        ),
    ),
)
