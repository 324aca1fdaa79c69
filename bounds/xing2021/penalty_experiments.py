"""Experiments on images: the L1 penalty on handwritten digits, and what needs CIFAR-10."""

from __future__ import annotations

import sympy as sp

from bounds import (
    Derivation,
    Erratum,
    Mutant,
    Probability,
    Theorem,
    Unchecked,
    required,
)
from bounds.xing2021.notation import n, paper

_linf = sp.Symbol("linf", nonnegative=True)
_euclidean, _coordinatewise = sp.Eq(_linf, 0), sp.Eq(_linf, 1)


def _of(accuracy: str, penalty: str) -> sp.Symbol:
    """Return the observable for an accuracy at a penalty."""
    return sp.Symbol(f"{accuracy}_{penalty}", nonnegative=True)


_small = required(None, "stand-in: scikit-learn's 8 x 8 digits, 0 against 1, for MNIST")
_SYMBOLS = {
    "n": "number of training images",
    "linf": "1 for the L-infinity attack, 0 for the L2 attack",
    "adversarial_none": "adversarial test accuracy without penalty",
    "adversarial_quarter": "adversarial test accuracy at a quarter of the paper's penalty",
    "adversarial_full": "adversarial test accuracy at the paper's penalty",
    "standard_none": "standard test accuracy without penalty",
    "standard_quarter": "standard test accuracy at a quarter of the paper's penalty",
    "standard_full": "standard test accuracy at the paper's penalty",
    "training_none": "adversarial training accuracy without penalty",
    "training_quarter": "adversarial training accuracy at a quarter of the paper's penalty",
}
_NEEDS_MNIST = (
    "the MNIST files are not part of the package and the paper's settings take hours: draw it with "
    "`verify figure {} --mnist PATH --budget full`; what the 8 x 8 digits show is claimed beside it"
)

figure_4 = Theorem(
    id="xing2021/claim-figure-4",
    title="the L1 penalty on handwritten digits under the L2 attack",
    source="Section 3.2, Figure 4; Figure 14 in the appendix",
    statement=r"Two-layer networks with 1024 ReLU neurons told 0 from 1 on a few MNIST images "
    r"($n=10$ to $1000$) under $L_2$ attacks of radius 3, $\lambda=0$ and $0.001$: training "
    r"accuracies reach 100 %, standard test accuracies approach 99 % quickly, and the penalty "
    r"raises the adversarial test accuracy.",
    paper=paper,
    hypotheses=(_small,),
    symbols=_SYMBOLS,
    uses=("xing2021/theorem-9",),
    errata=(
        Erratum(
            printed=r"Figure 4 has $\xi=10^{-4}$ by its caption, and $\xi=0$ by Appendix A.5",
            correct=r"Figure 4 has $\xi=10^{-4}$ and Figure 14 has $\xi=0$",
            why="the captions, and Section 3.2, which postpones xi = 0 to the appendix",
            harmless=True,
        ),
    ),
    claims=(
        Unchecked(
            "lasso-helps-on-mnist",
            of_kind="monotone",
            because=_NEEDS_MNIST.format("xing2021/figure-4"),
            statement=r"$\lambda=0.001$ raises the adversarial test accuracy on MNIST",
        ),
        Probability(
            "training-accuracy",
            event=sp.And(_of("training", "none") >= 1, _of("training", "quarter") >= 1),
            at_least=sp.Rational(9, 10),
            where=sp.And(_euclidean, n <= 10),
            statement=r"on 8 x 8 digits: ten training images under attack are all classified "
            r"correctly (in 90 % of the runs), without penalty and with a quarter of it",
            mutants=(Mutant("at most nine of ten are",
                            event=_of("training", "none") < sp.Rational(95, 100)),),
        ),
        Probability(
            "standard-accuracy",
            event=sp.Min(*(_of("standard", which) for which in ("none", "quarter", "full")))
            >= sp.Rational(96, 100),
            at_least=sp.Rational(9, 10),
            where=sp.And(_euclidean, n >= 50),
            statement=r"on 8 x 8 digits: from 50 images on the standard test accuracy is at least "
            r"96 % (in 90 % of the runs), with and without penalty",
            mutants=(Mutant("so is the adversarial one",
                            event=_of("adversarial", "none") >= sp.Rational(96, 100)),),
        ),
        Probability(
            "lasso-helps",
            event=_of("adversarial", "full") > _of("adversarial", "none"),
            at_least=sp.Rational(1, 2),
            where=_euclidean,
            expected="broken",
            because="64 pixels of blurred digits leave little to overfit: plain training is at "
            "91 % with 50 images already, and the penalty only weakens the network. The paper's "
            "claim is about MNIST",
            statement=r"on 8 x 8 digits, direction only: in half of the runs at least the penalty "
            r"raises the adversarial test accuracy under the $L_2$ attack",
        ),
        Probability(
            "lasso-costs",
            event=_of("adversarial", "full") < _of("adversarial", "none"),
            at_least=sp.Rational(3, 4),
            where=sp.And(_euclidean, n >= 50),
            statement=r"what the 8 x 8 digits show: with 50 images the penalty lowers the "
            r"adversarial test accuracy under the $L_2$ attack (in three runs of four)",
            mutants=(Mutant("it raises it",
                            event=_of("adversarial", "full") > _of("adversarial", "none")),),
        ),
    ),
)

figure_15 = Theorem(
    id="xing2021/claim-figure-15",
    title="the L1 penalty on handwritten digits under the L-infinity attack",
    source="Section 4 and Appendix A.5, Figures 15 and 16",
    statement=r"As Figure 4 under $L_\infty$ attacks of radius 0.3: the penalty raises the "
    r"standard and the adversarial test accuracy.",
    paper=paper,
    hypotheses=(_small,),
    symbols=_SYMBOLS,
    uses=("xing2021/claim-figure-4",),
    claims=(
        Unchecked(
            "lasso-helps-on-mnist",
            of_kind="monotone",
            because=_NEEDS_MNIST.format("xing2021/figure-15"),
            statement=r"$\lambda=0.001$ raises the adversarial test accuracy on MNIST",
        ),
        Probability(
            "lasso-helps",
            event=_of("adversarial", "quarter") > _of("adversarial", "none"),
            at_least=sp.Rational(3, 4),
            where=_coordinatewise,
            statement=r"on 8 x 8 digits, direction only: a quarter of the paper's penalty raises "
            r"the adversarial test accuracy under the $L_\infty$ attack (in three runs of four)",
            mutants=(Mutant("it lowers it",
                            event=_of("adversarial", "quarter") < _of("adversarial", "none")),),
        ),
        Probability(
            "lasso-helps-standard",
            event=_of("standard", "quarter") >= _of("standard", "none"),
            at_least=sp.Rational(3, 4),
            where=_coordinatewise,
            expected="broken",
            because="it trades standard for adversarial accuracy",
            statement=r"on 8 x 8 digits: it does not lower the standard test accuracy (in three "
            r"runs of four)",
        ),
    ),
)

_CIFAR = (
    "needs CIFAR-10 and {} of adversarial training of a wide residual network for each of several "
    "repetitions: days on a graphics processor, out of reach here"
)


def _unchecked(
    id: str, title: str, source: str, statement: str, epochs: str, *, more: tuple = (),
    errata: tuple = (),
) -> Theorem:
    """A statement about CIFAR-10, which nothing here can check."""
    return Theorem(
        id=f"xing2021/{id}", title=title, source=source, statement=statement, paper=paper,
        errata=errata,
        claims=(
            Unchecked("cifar-10", of_kind="monotone", because=_CIFAR.format(epochs),
                      statement=statement),
            *more,
        ),
    )


figure_2 = _unchecked(
    "claim-figure-2",
    "the surrogate attack on CIFAR-10",
    "Section 2.2, Figure 2",
    r"With $\xi=0.001$ the adversarial test accuracy of WideResNet34-1 on CIFAR-10 ($L_2$, "
    r"$\epsilon=3$, 100 epochs) is slightly higher than with $\xi=0$, and the standard one much "
    r"higher.",
    "100 epochs",
)

figure_7 = _unchecked(
    "claim-figure-7",
    "the surrogate attack on CIFAR-10, trained longer or from a standard start",
    "Appendix A.3, Figure 7 and the text after it",
    r"With 200 epochs $\xi=0.001$ still does better than $\xi=0$; starting from 50 epochs of "
    r"standard training does not help.",
    "200 epochs",
    more=(
        Derivation(
            "pretrained-accuracies-as-printed",
            left=sp.Rational(29762, 1000),
            at_most=sp.Rational(10313, 1000),
            expected="broken",
            because="29.762 is printed as the adversarial accuracy beside a standard one of "
            "10.313: the two seem to be swapped",
            statement=r"as printed for $\xi=0.001$ after standard training: the adversarial "
            r"accuracy is at most the standard one of the same network",
        ),
        Derivation(
            "pretrained-accuracies-swapped",
            left=sp.Rational(10313, 1000),
            at_most=sp.Rational(29762, 1000),
            statement=r"swapped, it is",
        ),
    ),
    errata=(
        Erratum(
            printed=r"standard/adversarial accuracy 10.313/29.762 for $\xi=0.001$ after standard "
            r"training",
            correct=r"probably 29.762/10.313",
            why="an attack that contains doing nothing cannot raise the accuracy, and all other "
            "pairs there have the larger number first",
            harmless=True,
        ),
    ),
)

figure_8 = _unchecked(
    "claim-figure-8",
    "how much two runs of the attack differ on CIFAR-10",
    "Appendix A.3, Figure 8",
    r"The perturbations found by two PGD-5 runs differ by 0.16 to 0.17 at $\epsilon=0.5$ and by up "
    r"to 1.5 at $\epsilon=3$, more also relative to $\epsilon$.",
    "100 epochs",
)

table_1 = _unchecked(
    "claim-table-1",
    "the L1 penalty on CIFAR-10 under the L2 attack",
    "Section 3.2, Table 1",
    r"WideResNet34-10 on CIFAR-10 under $L_2$ attacks of radius 0.5: a penalty of $10^{-5}$ raises "
    r"the standard accuracy from 84.3 to 86.6 % and the adversarial one from 61.8 to 63.1 %.",
    "many epochs",
)

table_2 = _unchecked(
    "claim-table-2",
    "the L1 penalty on CIFAR-10 under the L-infinity attack",
    "Section 4, Table 2",
    r"WideResNet34-10 on CIFAR-10 under $L_\infty$ attacks of radius 8/255: a penalty of $10^{-5}$ "
    r"raises the standard accuracy from 82.9 to 84.8 % and the adversarial one from 50.3 to "
    r"54.3 %.",
    "many epochs",
)

theorems = (figure_4, figure_15, figure_2, figure_7, figure_8, table_1, table_2)
