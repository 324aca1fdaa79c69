"""What the paper reads off its figures of two-layer networks: 6, 12 and 13."""

from __future__ import annotations

import sympy as sp

from bounds import Erratum, Identity, Mutant, Probability, Theorem, Theta, required
from bounds.xing2021.dense_notation import SYMBOLS, V, optimal_risk, signal
from bounds.xing2021.notation import n, paper

_network = sp.Symbol("network", integer=True, nonnegative=True)
_mostly = sp.Rational(9, 10)
_usually = sp.Rational(3, 4)
_over_linear = sp.Symbol("over_linear", real=True)
_test_loss = sp.Symbol("test_loss", positive=True)

WORDS = {
    "network": "0 linear, 1 sigmoid, 2 ReLU",
    "test_loss": "test loss under the fast-gradient attack",
}

figure_6 = Theorem(
    id="xing2021/claim-figure-6",
    title="what Figure 6 is said to show",
    source="Appendix A.2, Figure 6",
    statement=r"Linear, sigmoid and ReLU networks with matched slopes ($d=3$, $n=100$, $h=50$, "
    r"$\xi=0.01$): the robust risks decrease at the same speed and all converge to "
    r"$R^*(\epsilon)$; the linear network cannot quite reach it because of $\xi$; sigmoid and "
    r"ReLU networks stay higher than the linear one.",
    paper=paper,
    hypotheses=(required(None, "data, widths and learning rates of Figure 6"),),
    symbols=SYMBOLS | WORDS | {
        "early_difference": "relative difference from the linear network's test loss at step 100",
        "over_linear": "test loss minus the linear network's on the same data",
        "linear_risk": "robust risk of the trained linear model with weak smoothing",
        "linear_excess": "robust risk of the trained linear model minus the optimal one",
    },
    uses=("xing2021/theorem-3", "xing2021/theorem-4"),
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
        ),
    ),
    claims=(
        Probability(
            "same-speed",
            event=sp.Symbol("early_difference") <= sp.Rational(15, 100),
            at_least=_mostly,
            statement=r"at step 100 the test losses differ by less than 15 % from the linear "
            r"network's (nine repetitions of ten)",
            mutants=(Mutant("by less than 0.01 %", where=sp.Ne(_network, 0),
                            event=sp.Symbol("early_difference") <= sp.Rational(1, 10**4)),),
        ),
        Probability(
            "near-optimum",
            event=sp.Abs(_test_loss / optimal_risk - 1) <= sp.Rational(2, 10),
            at_least=_mostly,
            statement=r"all end within 20 % of $R^*(\epsilon)$ (nine repetitions of ten; they "
            r"start 70 % above)",
            mutants=(Mutant("within 20 % of 1.8",
                            event=sp.Abs(_test_loss / sp.Rational(18, 10) - 1)
                            <= sp.Rational(2, 10)),),
        ),
        Probability(
            "sigmoid-higher",
            event=_over_linear > 0,
            at_least=_usually,
            where=sp.Eq(_network, 1),
            statement=r"the sigmoid network ends higher than the linear one on the same data, in "
            r"three repetitions of four ($\epsilon=0.1$)",
            mutants=(Mutant("lower", event=_over_linear < 0),),
        ),
        Probability(
            "relu-higher",
            event=_over_linear > 0,
            at_least=_usually,
            where=sp.Eq(_network, 2),
            statement=r"the ReLU network ends higher than the linear one on the same data, in "
            r"three repetitions of four ($\epsilon=0.1$)",
            mutants=(Mutant("lower", event=_over_linear < 0),),
        ),
        Identity(
            "smoothing-is-to-blame",
            observable="linear_risk",
            equals=optimal_risk,
            where=sp.Eq(n, 50),
            expected="broken",
            because="almost without smoothing the risk is still 5 % above the optimum at n = 50: "
            "it is the sample that is finite",
            statement=r"as explained in the paper: but for $\xi$ the linear network would reach "
            r"$R^*$",
        ),
        Theta(
            "excess-from-sampling",
            observable="linear_excess",
            of=1 / n,
            functional="mean",
            statement=r"corrected: at $\xi=0.01$ the linear network's excess over $R^*$ is of the "
            r"order $1/n$",
            mutants=(Mutant("constant, as if from xi", of=sp.Integer(1)),
                     Mutant("1/sqrt(n)", of=1 / sp.sqrt(n))),
        ),
    ),
)

figure_12 = Theorem(
    id="xing2021/claim-figure-12",
    title="what Figures 12 and 13 are said to show",
    source="Appendix A.4.2, Figures 12 and 13",
    statement=r"Linear, sigmoid and ReLU networks at $n=20$, $d=1000$, $\sigma^2=0.1$, $h=50$, "
    r"$\xi=0.1$: the adversarial training loss decreases as fast as the standard one, while the "
    r"adversarial testing losses are higher than 1. (The paper does not say whether $\theta_0$, "
    r"ten ones in Figure 3, is normalised: both are tried.)",
    paper=paper,
    hypotheses=(required(None, "data, widths and learning rates of Figure 12"),),
    symbols=SYMBOLS | WORDS | {
        "signal": r"norm of the true coefficients: $\sqrt{10}$ as for Figure 3, 1 normalised",
        "last_training_ratio": "surrogate training loss at step 100, over $v^2$",
        "curve_gap": "largest distance of the training curves with and without attack, over $v^2$",
    },
    quantities={"v": V},
    uses=("xing2021/theorem-6", "xing2021/theorem-7"),
    errata=(
        Erratum(
            printed=r"data as for Figure 3 with $\sigma^2=0.1$",
            correct=r"$\theta_0$ was probably normalised to length 1",
            why=r"with ten ones the sigmoid network cannot interpolate: its output is bounded by "
            r"$\|a\|_1/(2\sqrt{h})\approx1.8$ while $y$ has standard deviation 3.2",
            counterexample=r"ten ones: the sigmoid network's training loss stays above $0.2v^2$",
        ),
    ),
    claims=(
        Probability(
            "as-fast",
            event=sp.Symbol("curve_gap") <= sp.Rational(5, 100),
            at_least=_mostly,
            statement=r"the training curves with and without attack differ by less than 5 % of "
            r"$v^2$ (nine repetitions of ten)",
            mutants=(Mutant("by less than 0.001 %",
                            event=sp.Symbol("curve_gap") <= sp.Rational(1, 10**5)),),
        ),
        Probability(
            "linear-and-relu-interpolate",
            event=sp.Symbol("last_training_ratio") <= sp.Rational(1, 1000),
            at_least=_mostly,
            where=sp.Ne(_network, 1),
            statement=r"the linear and the ReLU network end below $0.001v^2$ on the training data "
            r"(nine repetitions of ten)",
        ),
        Probability(
            "sigmoid-interpolates-ten-ones",
            event=sp.Symbol("last_training_ratio") <= sp.Rational(2, 10),
            at_least=_mostly,
            where=sp.And(sp.Eq(_network, 1), signal > 2),
            expected="broken",
            because="the sigmoid network's output is bounded by |a|_1/(2 sqrt(h)), about 1.8",
            statement=r"with ten ones as $\theta_0$ (as printed) the sigmoid network ends below "
            r"$0.2v^2$ on the training data",
        ),
        Probability(
            "sigmoid-interpolates-normalised",
            event=sp.Symbol("last_training_ratio") <= sp.Rational(2, 10),
            at_least=_mostly,
            where=sp.And(sp.Eq(_network, 1), signal < 2),
            statement=r"with $\|\theta_0\|=1$ the sigmoid network ends below $0.2v^2$ on the "
            r"training data (nine repetitions of ten)",
        ),
        Probability(
            "above-one",
            event=_test_loss > 1,
            at_least=_mostly,
            statement=r"the adversarial testing losses are higher than 1 (nine repetitions of ten)",
            mutants=(Mutant("higher than 2", event=_test_loss > 2),),
        ),
        Probability(
            "near-v-squared",
            event=sp.Abs(_test_loss / sp.Symbol("v") ** 2 - 1) <= sp.Rational(15, 100),
            at_least=_mostly,
            statement=r"they end within 15 % of $v^2$ (nine repetitions of ten)",
            mutants=(Mutant("within 15 % of the optimal risk",
                            event=sp.Abs(_test_loss / optimal_risk - 1)
                            <= sp.Rational(15, 100)),),
        ),
    ),
)

theorems = (figure_6, figure_12)
