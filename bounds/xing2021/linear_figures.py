"""What the paper says of its experiments with the linear model: Figures 1 and 5."""

from __future__ import annotations

import sympy as sp

from bounds import Erratum, Monotone, Mutant, Probability, Theorem, Theta, required
from bounds.xing2021.notation import epsilon, eta, n, paper, v, xi
from bounds.xing2021.smoothing import GAUSSIAN

_edge = xi / (2 * epsilon * v**2)
_REPRODUCED = required(None, "data of Section 2.1: theta_0 = 1, Sigma = I, sigma = 1")

figure_1 = Theorem(
    id="xing2021/claim-figure-1",
    title="smoothing makes training under a strong attack stable",
    source="Section 2.1, Figure 1 and the text before Section 2.2",
    statement=r"For $d=10$, $n=1000$, $\epsilon=3$ the loss with $\xi=0$ always fluctuates, and "
    r"with $\xi=0.05$ the surrogate training loss and the testing loss decrease smoothly in each "
    r"iteration. (So they do for small steps: the edge is proportional to $\xi$, and beyond it "
    r"the smoothed training fluctuates as well.)",
    paper=paper,
    hypotheses=(GAUSSIAN, _REPRODUCED),
    symbols={
        "plain_fluctuates": "whether the testing loss without smoothing rises in 10 of the last 50 "
        "iterations",
        "smoothed_decreases": "whether both losses with smoothing fall in each iteration",
        "smoothed_fluctuates": "whether the testing loss with smoothing rises in 10 of the last 50 "
        "iterations",
        "edge": "largest step size with which smoothed training comes to rest",
        "eta": "step size",
        "xi": "smoothing of the attack",
    },
    uses=("xing2021/theorem-2",),
    claims=(
        Probability(
            "fluctuates",
            event="plain_fluctuates",
            at_least=sp.Rational(95, 100),
            statement=r"with $\xi=0$ the testing loss fluctuates to the end",
            mutants=(
                Mutant("with xi = 0.05 it does as well", event="smoothed_fluctuates",
                       where=eta < _edge),
            ),
        ),
        Probability(
            "surrogate-decreases",
            event="smoothed_decreases",
            at_least=sp.Rational(95, 100),
            where=eta < _edge,
            statement=r"with $\xi=0.05$ and a step below $\xi/(2\epsilon v^2)$ training and "
            "testing loss decrease in each iteration",
            mutants=(
                Mutant("with xi = 0 as well", event="plain_decreases"),
            ),
        ),
        Probability(
            "surrogate-fluctuates-beyond-edge",
            event="smoothed_fluctuates",
            at_least=sp.Rational(95, 100),
            where=eta > 2 * _edge,
            statement=r"with a step beyond twice $\xi/(2\epsilon v^2)$ the smoothed testing loss "
            "fluctuates too (the paper does not say which step it takes)",
            mutants=(
                Mutant("with a step below the edge as well", where=eta < _edge),
            ),
        ),
        Theta(
            "edge",
            observable="edge",
            of=xi,
            statement=r"the largest step with which smoothed training comes to rest is "
            r"proportional to $\xi$",
            routes="bisection of the step size, each training on the same sample",
            mutants=(
                Mutant("independent of xi", of=sp.Integer(1)),
                Mutant("the root of xi", of=sp.sqrt(xi)),
            ),
        ),
    ),
)

figure_5 = Theorem(
    id="xing2021/claim-figure-5",
    title="adversarial training reaches the optimum and hurts the standard loss",
    source="Appendix A.1, Figure 5",
    statement=r"For $d=10$, $\xi=0.1$, $\eta=0.01$ from zero the adversarial testing loss is close "
    r"to $R^*(\epsilon)$, while the standard testing loss is away from $1$ when $\epsilon=0.5$.",
    paper=paper,
    hypotheses=(GAUSSIAN, _REPRODUCED),
    symbols={
        "adversarial_loss": "adversarial testing loss after training",
        "standard_loss": "standard testing loss after training",
        "optimal_risk": "smallest robust risk over all coefficients",
        "excess": "adversarial testing loss above its optimum",
    },
    uses=("xing2021/theorem-2", "xing2021/claim-c-epsilon"),
    errata=(
        Erratum(
            printed="the sample size and the number of iterations of Figure 5 are not stated",
            correct=r"with $n=1000$ and 200 iterations or more the text is reproduced; with "
            r"$n=100$ the adversarial loss is 5 % above $R^*$ at $\epsilon=0.5$ and 11 % at "
            r"$\epsilon=0$",
            why="the excess falls like 1/n",
            harmless=True,
        ),
    ),
    claims=(
        Probability(
            "adversarial-loss-near-optimum",
            event=sp.Le(sp.Symbol("adversarial_loss"),
                        sp.Rational(105, 100) * sp.Symbol("optimal_risk")),
            at_least=sp.Rational(95, 100),
            where=sp.Eq(n, 1000),
            statement=r"the adversarial testing loss is within 5 % of $R^*(\epsilon)$ at $n=1000$",
            routes="training on samples; risks by quadrature",
            mutants=(
                Mutant("within 5 % of the standard loss",
                       event=sp.Le(sp.Symbol("adversarial_loss"),
                                   sp.Rational(105, 100) * sp.Symbol("standard_loss"))),
            ),
        ),
        Probability(
            "standard-loss-away",
            event=sp.Ge(sp.Symbol("standard_loss"), sp.Rational(12, 10)),
            at_least=sp.Rational(95, 100),
            where=sp.Eq(n, 1000) & sp.Eq(epsilon, 0.5),
            statement=r"the standard testing loss is above 1.2 at $\epsilon=0.5$",
            mutants=(
                Mutant("already at epsilon = 0.1",
                       where=sp.Eq(n, 1000) & sp.Eq(epsilon, 0.1)),
            ),
        ),
        Monotone(
            "standard-loss-grows",
            observable="standard_loss",
            along="epsilon",
            where=sp.Eq(n, 1000),
            statement=r"the standard testing loss grows with the attack of the training",
            mutants=(Mutant("it falls", increasing=False),),
        ),
        Theta(
            "excess",
            observable="excess",
            of=1 / n,
            statement=r"the excess of the adversarial testing loss over $R^*$ falls like $1/n$ "
            r"($\epsilon=0.5$)",
            routes="training on samples; risks by quadrature",
            mutants=(
                Mutant("like the root of 1/n", of=1 / sp.sqrt(n)),
                Mutant("like 1/n^2", of=1 / n**2),
            ),
        ),
    ),
)

theorems = (figure_1, figure_5)
