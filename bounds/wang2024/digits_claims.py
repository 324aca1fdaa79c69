"""What the paper reads off its figures of handwritten digits: 4, 5 and 6.

Everything is tested on scikit-learn's 8 x 8 digits, which stand in for MNIST.
"""

from __future__ import annotations

import sympy as sp

from bounds import (
    BigO,
    Derivation,
    Erratum,
    Inequality,
    Monotone,
    Mutant,
    Probability,
    Theorem,
    Unchecked,
    required,
)
from bounds.wang2024.notation import T, c, d, eta, mu, paper

_ratio = sp.Symbol("ratio", positive=True)
_robust, _clean, _loss = sp.symbols("robust_error clean_error robust_loss", nonnegative=True)
_gain, _gain_rescaled = sp.symbols("gain_fixed gain_rescaled", real=True)
_w, _g, _x = sp.symbols("w g x", real=True)

_small = required(None, "stand-in: scikit-learn's 8 x 8 digits, 0 against 1, for MNIST")
_training = required(
    None,
    "ReLU, fixed output weights, no biases; learning rate 0.1, a tenth of it in the second "
    "half; narrower and shorter than the paper's (`verify figure` has its sizes)",
)
_SYMBOLS = {
    "d": "number of pixels",
    "mu": "norm of every image",
    "ratio": "attack radius over the norm of the images",
    "T": "number of iterations",
    "c": "factor between the two sizes of images",
    "clean_error": "error on test images",
    "robust_error": "error on attacked test images",
    "robust_loss": "robust training loss at the end",
}


def _on_mnist(number: int, statement: str) -> Unchecked:
    """Return the printed claim itself, which needs the files."""
    return Unchecked(
        "on-mnist",
        of_kind="monotone",
        because="the MNIST files are not part of the package and the paper's settings take hours: "
        f"draw it with `verify figure wang2024/figure-{number} --mnist PATH --budget full`; what "
        "the 8 x 8 digits show is claimed beside it",
        statement=statement,
    )


_UP_TO_NATIVE = "from 16 to 64 pixels (the native size)"
_BLURRED = (
    "fewer pixels blur the digits: resampling takes signal away and adds no noise, so the smaller "
    "dimension is the harder one, opposite to Theorem 3.1's Gaussian clusters"
)

figure_4 = Theorem(
    id="wang2024/claim-figure-4",
    title="what Figure 4 is said to show",
    source="Appendix A, Figure 4",
    statement=r"Zeros and ones of MNIST, each image scaled to norm $\|\mu\|$, resampled to $d$ "
    r"pixels, attack radius $0.3\|\mu\|$: a phase transition at $d\sim\|\mu\|^4$ in clean and at "
    r"$d\sim\|\mu\|^2$ in robust accuracy, as in Theorem 3.1 where signal competes with noise.",
    paper=paper,
    hypotheses=(_small, _training),
    symbols=_SYMBOLS
    | {
        "gain_fixed": "robust test error at the smaller norm minus that at the larger one, start "
        "and learning rate unchanged",
        "gain_rescaled": "the same with start and learning rate rescaled",
        "difference": "largest relative difference of a margin, ever: start over c, rate over c^2",
        "same_start": "the same with the start not rescaled",
        "same_rate": "the same with the learning rate not rescaled",
        "linear_rate": "the same with the learning rate divided by c only",
        "w": "a hidden weight",
        "x": "an input",
        "g": "a component of the gradient",
    },
    uses=("wang2024/theorem-3.1",),
    errata=(
        Erratum(
            printed=r"the transition at $d\sim\|\mu\|^4$ and $\|\mu\|^2$ on MNIST confirms the "
            r"relationship between $d$, $\|\mu\|$, $\alpha/\|\mu\|$ and $n$ of Theorem 3.1",
            correct=r"along $\|\mu\|$ at a fixed ratio only the length of training changes: images "
            r"$c$ times as large are learned as before from a start $c$ times smaller at a rate "
            r"$c^2$ times smaller",
            why=r"the images are scaled, noise and all; $f(cx;W/c)=f(x;W)$ for a ReLU network "
            r"without biases, and gradient steps follow if the rate is divided by $c^2$",
            counterexample=r"8 x 8 digits, $\|\mu\|=2$ and $0.1$: equal margins, clean and "
            r"attacked, after every iteration",
        ),
    ),
    claims=(
        _on_mnist(
            4,
            r"on MNIST the transition is at $d\sim\|\mu\|^4$ in clean and at "
            r"$d\sim\|\mu\|^2$ in robust accuracy",
        ),
        Monotone(
            "robust-error-falls-with-signal",
            observable=_robust,
            along="mu",
            increasing=False,
            where=sp.Eq(d, 64),
            statement=r"with the same start and learning rate the robust error falls with "
            r"$\|\mu\|$ at a fixed ratio",
            mutants=(Mutant("it grows", increasing=True),),
        ),
        Inequality(
            "rescaling",
            left="difference",
            at_most=0,
            scale=1,
            statement=r"images $c$ times as large, a start $c$ times smaller, a rate $c^2$ times "
            r"smaller: the same margins and decisions, clean and attacked, after every iteration",
            mutants=(
                Mutant("the start as it was", left="same_start"),
                Mutant("the learning rate as it was", left="same_rate"),
                Mutant("a learning rate c times smaller", left="linear_rate"),
            ),
        ),
        Derivation(
            "rescaled-network",
            left=sp.Max(0, (_w / c) * (c * _x)),
            equals=sp.Max(0, _w * _x),
            statement=r"$\phi(\langle w/c,cx\rangle)=\phi(\langle w,x\rangle)$",
            mutants=(Mutant("w unchanged", left=sp.Max(0, _w * (c * _x))),),
        ),
        Derivation(
            "rescaled-step",
            left=_w / c + (eta / c**2) * sp.Derivative(_g * (c * _x) * _w, _w),
            equals=(_w + eta * sp.Derivative(_g * _x * _w, _w)) / c,
            statement=r"a gradient step from $w/c$ on inputs $cx$ at the rate $\eta/c^2$ ends at "
            r"$1/c$ times the step from $w$ on $x$ at the rate $\eta$",
            mutants=(
                Mutant(
                    "at the rate eta/c",
                    left=_w / c + (eta / c) * sp.Derivative(_g * (c * _x) * _w, _w),
                ),
            ),
        ),
        Probability(
            "signal-to-noise",
            event=_gain_rescaled > 0,
            at_least=sp.Rational(1, 2),
            expected="broken",
            because="with start and learning rate rescaled the size of the images changes no "
            "decision: the transition is an effect of optimisation",
            statement=r"as the paper reads it: it is the signal that makes larger $\|\mu\|$ better "
            r"(then also after rescaling start and learning rate, in half of the runs at least)",
        ),
        Probability(
            "fixed-training",
            event=_gain > 0,
            at_least=sp.Rational(3, 4),
            statement=r"corrected: with start and learning rate fixed larger $\|\mu\|$ is better "
            r"(in three runs of four)",
            mutants=(Mutant("worse", event=_gain < 0),),
        ),
        Monotone(
            "clean-error-grows-with-dimension",
            observable=_clean,
            along="d",
            where=sp.Eq(mu, 1),
            expected="broken",
            because=_BLURRED,
            statement=r"as the paper reads it, on 8 x 8 digits: at a fixed $\|\mu\|$ the clean "
            rf"error grows with $d$, {_UP_TO_NATIVE}",
        ),
        Monotone(
            "robust-error-grows-with-dimension",
            observable=_robust,
            along="d",
            where=sp.Eq(mu, 1),
            expected="broken",
            because=_BLURRED,
            statement=r"as the paper reads it, on 8 x 8 digits: at a fixed $\|\mu\|$ the robust "
            rf"error grows with $d$, {_UP_TO_NATIVE}",
        ),
        Monotone(
            "clean-error-falls-with-dimension",
            observable=_clean,
            along="d",
            increasing=False,
            where=sp.Eq(mu, 1),
            statement=rf"what is seen: the clean error falls with $d$, {_UP_TO_NATIVE}",
        ),
        Monotone(
            "robust-error-falls-with-dimension",
            observable=_robust,
            along="d",
            increasing=False,
            where=sp.Eq(mu, 1),
            statement=rf"what is seen: the robust error falls with $d$, {_UP_TO_NATIVE}",
        ),
    ),
)

figure_5 = Theorem(
    id="wang2024/claim-figure-5",
    title="what Figure 5 is said to show",
    source="Appendix A, Figure 5",
    statement=r"As Figure 4 at $\|\mu\|=5$, ratios 0.05 to 0.45: the robust accuracy falls with "
    r"the ratio, and a larger $d$ needs a smaller ratio for the same accuracy, as in Figure 3.",
    paper=paper,
    hypotheses=(_small, _training),
    symbols=_SYMBOLS,
    uses=("wang2024/theorem-3.1",),
    claims=(
        _on_mnist(5, r"on MNIST the robust accuracy falls with the ratio and with $d$"),
        Monotone(
            "grows-with-ratio",
            observable=_robust,
            along="ratio",
            where=sp.Eq(d, 64),
            statement=r"the robust error grows with the ratio (64 pixels, the native size)",
            mutants=(Mutant("it falls", increasing=False),),
        ),
        Monotone(
            "grows-with-dimension",
            observable=_robust,
            along="d",
            expected="broken",
            because=_BLURRED,
            statement=r"as the paper reads it, on 8 x 8 digits: the robust error grows with $d$ at "
            rf"every ratio, {_UP_TO_NATIVE}",
        ),
        Monotone(
            "falls-with-dimension",
            observable=_robust,
            along="d",
            increasing=False,
            statement=r"what is seen: the robust error falls with $d$ at every ratio, "
            rf"{_UP_TO_NATIVE}",
        ),
    ),
)

figure_6 = Theorem(
    id="wang2024/claim-figure-6",
    title="what Figure 6 is said to show",
    source="Appendix A, Figure 6",
    statement=r"As Figure 4 with $\|\mu\|$ from 3 to 10 and ratios from 0.05 to 0.2: robust "
    r"training loss and robust test error go to zero.",
    paper=paper,
    hypotheses=(_small, _training),
    symbols=_SYMBOLS,
    uses=("wang2024/theorem-3.1", "wang2024/lemma-B.29"),
    claims=(
        _on_mnist(6, r"on MNIST robust training loss and robust test error go to zero"),
        BigO(
            "loss-vanishes",
            observable=_loss,
            of=1 / sp.sqrt(T),
            statement=r"the robust training loss vanishes as $T$ grows, at least like $T^{-1/2}$ "
            r"(the rate of Lemma B.29)",
            mutants=(Mutant("like 1/T^2", of=sp.Integer(1) / T**2),),
        ),
        Probability(
            "about-zero",
            event=_robust <= sp.Rational(5, 100),
            at_least=sp.Rational(9, 10),
            where=sp.And(mu >= 10, _ratio <= sp.Rational(11, 100)),
            statement=r"at $\|\mu\|=10$ and ratios up to 0.1 the robust test error ends at about "
            r"zero: at most 5 % (in nine runs of ten)",
            mutants=(Mutant("exactly zero", event=_robust <= 0),),
        ),
        Monotone(
            "loss-falls-with-signal",
            observable=_loss,
            along="mu",
            increasing=False,
            where=sp.And(_ratio > sp.Rational(9, 100), _ratio < sp.Rational(11, 100)),
            statement=r"the robust training loss ends lower for larger $\|\mu\|$",
            mutants=(Mutant("higher", increasing=True),),
        ),
        Monotone(
            "loss-grows-with-ratio",
            observable=_loss,
            along="ratio",
            where=sp.Eq(mu, 10),
            statement=r"the robust training loss ends higher for larger ratios",
            mutants=(Mutant("lower", increasing=False),),
        ),
        Monotone(
            "error-grows-with-ratio",
            observable=_robust,
            along="ratio",
            where=sp.Eq(mu, 10),
            statement=r"the robust test error ends higher for larger ratios",
            mutants=(Mutant("lower", increasing=False),),
        ),
    ),
)

theorems = (figure_4, figure_5, figure_6)
