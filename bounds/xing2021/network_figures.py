"""What the paper reads off its figures of two-layer networks: 6, 12 and 13."""

from bounds.authoring import *
from bounds.xing2021.notation import *
from bounds.xing2021.notation_dense import V, optimal_risk, signal

network = parameter("network", "0 linear, 1 sigmoid, 2 ReLU", integer=True, nonnegative=True)
test_loss = observable("test_loss", "test loss under the fast-gradient attack", positive=True)
early_difference = observable(
    "early_difference", "relative difference from the linear network's test loss at step 100"
)
over_linear = observable(
    "over_linear", "test loss minus the linear network's on the same data", real=True
)
linear_risk = observable(
    "linear_risk", "robust risk of the trained linear model with weak smoothing"
)
linear_excess = observable(
    "linear_excess", "robust risk of the trained linear model minus the optimal one"
)
mostly, usually = Q(9, 10), Q(3, 4)

figure_6 = paper.theorem(
    "claim-figure-6",
    "what Figure 6 is said to show",
    "Appendix A.2, Figure 6",
    r"Linear, sigmoid and ReLU networks with matched slopes ($d=3$, $n=100$, $h=50$, "
    r"$\xi=0.01$): the robust risks decrease at the same speed and all converge to "
    r"$R^*(\epsilon)$; the linear network cannot quite reach it because of $\xi$; sigmoid and "
    r"ReLU networks stay higher than the linear one.",
    hypotheses=(required(None, "data, widths and learning rates of Figure 6"),),
    uses=("theorem-3", "theorem-4"),
    errata=(
        Erratum(
            printed=r"due to the existence of $\xi$, linear network cannot reach an adversarial "
            r"testing loss as $R^*(\epsilon)$",
            correct="because the sample is finite: the excess is of the order 1/n",
            why=r"at $\xi=0.01$ the fixed point of training is off by $O(\xi)$, its risk by "
            r"$O(\xi^2)$, about $10^{-6}$",
            counterexample=r"$n=100$, $\epsilon=0.1$: with $\xi$ ten thousand times smaller the "
            r"excess over $R^*=1.162$ is the same 0.03",
            harmless=True,
            refuted="smoothing-is-to-blame",
        ),
    ),
    claims=(
        Probability(
            "same-speed",
            early_difference <= Q(15, 100),
            at_least=mostly,
            statement=r"at step 100 the test losses differ by less than 15 % from the linear "
            r"network's (nine repetitions of ten)",
            mutants=(
                Mutant(
                    "by less than 0.01 %",
                    where=Ne(network, 0),
                    event=early_difference <= Q(1, 10**4),
                ),
            ),
        ),
        Probability(
            "near-optimum",
            Abs(test_loss / optimal_risk - 1) <= Q(2, 10),
            at_least=mostly,
            statement=r"all end within 20 % of $R^*(\epsilon)$ (nine repetitions of ten; they "
            r"start 70 % above)",
            mutants=lambda: (
                Mutant("within 20 % of 1.8", event=Abs(test_loss / Q(18, 10) - 1) <= Q(2, 10)),
            ),
        ),
        *(
            Probability(
                f"{name.lower()}-higher",
                over_linear > 0,
                at_least=usually,
                where=Eq(network, which),
                statement=f"the {name} network ends higher than the linear one on the same data, "
                r"in three repetitions of four ($\epsilon=0.1$)",
                mutants=(Mutant("lower", event=over_linear < 0),),
            )
            for which, name in ((1, "sigmoid"), (2, "ReLU"))
        ),
        Identity(
            "smoothing-is-to-blame",
            linear_risk,
            optimal_risk,
            where=Eq(n, 50),
            expected="broken",
            because="almost without smoothing the risk is still 5 % above the optimum at n = 50: "
            "it is the sample that is finite",
            statement=r"as explained in the paper: but for $\xi$ the linear network would reach "
            r"$R^*$",
        ),
        Theta(
            "excess-from-sampling",
            linear_excess,
            1 / n,
            functional="mean",
            statement=r"corrected: at $\xi=0.01$ the linear network's excess over $R^*$ is of the "
            r"order $1/n$",
        ),
    ),
)

last_training_ratio = observable(
    "last_training_ratio", "surrogate training loss at step 100, over v^2"
)
curve_gap = observable(
    "curve_gap", "largest distance of the training curves with and without attack, over v^2"
)

figure_12 = paper.theorem(
    "claim-figure-12",
    "what Figures 12 and 13 are said to show",
    "Appendix A.4.2, Figures 12 and 13",
    r"Linear, sigmoid and ReLU networks at $n=20$, $d=1000$, $\sigma^2=0.1$, $h=50$, "
    r"$\xi=0.1$: the adversarial training loss decreases as fast as the standard one, while the "
    r"adversarial testing losses are higher than 1. (The paper does not say whether $\theta_0$, "
    r"ten ones in Figure 3, is normalised: both lengths, $\sqrt{10}$ and 1, are tried.)",
    hypotheses=(required(None, "data, widths and learning rates of Figure 12"),),
    quantities={"v": V},
    uses=("theorem-6", "theorem-7"),
    claims=(
        Probability(
            "as-fast",
            curve_gap <= Q(5, 100),
            at_least=mostly,
            statement=r"the training curves with and without attack differ by less than 5 % of "
            r"$v^2$ (nine repetitions of ten)",
            mutants=(Mutant("by less than 0.001 %", event=curve_gap <= Q(1, 10**5)),),
        ),
        Probability(
            "linear-and-relu-interpolate",
            last_training_ratio <= Q(1, 1000),
            at_least=mostly,
            where=Ne(network, 1),
            statement=r"the linear and the ReLU network end below $0.001v^2$ on the training data "
            r"(nine repetitions of ten)",
        ),
        Probability(
            "sigmoid-interpolates-normalised",
            last_training_ratio <= Q(2, 10),
            at_least=mostly,
            where=And(Eq(network, 1), signal < 2),
            statement=r"$\theta_0$ was probably normalised to length 1: then the sigmoid network "
            r"ends below $0.2v^2$ on the training data (nine repetitions of ten)",
            printed=Printed(
                name="sigmoid-interpolates-ten-ones",
                where=And(Eq(network, 1), signal > 2),
                statement=r"data as for Figure 3, ten ones as $\theta_0$, with $\sigma^2=0.1$: the "
                r"sigmoid network ends below $0.2v^2$ on the training data",
                why=r"with ten ones the sigmoid network cannot interpolate: its output is bounded "
                r"by $\|a\|_1/(2\sqrt{h})\approx1.8$ while $y$ has standard deviation 3.2",
                counterexample=r"ten ones: the sigmoid network's training loss stays above "
                r"$0.2v^2$",
            ),
        ),
        Probability(
            "above-one",
            test_loss > 1,
            at_least=mostly,
            statement=r"the adversarial testing losses are higher than 1 (nine repetitions of ten)",
            mutants=(Mutant("higher than 2", event=test_loss > 2),),
        ),
        Probability(
            "near-v-squared",
            Abs(test_loss / v**2 - 1) <= Q(15, 100),
            at_least=mostly,
            statement=r"they end within 15 % of $v^2$ (nine repetitions of ten)",
            mutants=(
                Mutant(
                    "within 15 % of the optimal risk",
                    event=Abs(test_loss / optimal_risk - 1) <= Q(15, 100),
                ),
            ),
        ),
    ),
)
