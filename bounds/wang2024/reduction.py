"""Training in the few dimensions that it can see: exact path by path, and in law."""

from __future__ import annotations

import sympy as sp

from bounds import Derivation, Identity, Inequality, Limit, Mutant, Theorem, required
from bounds.wang2024.notation import beta, d, mu, n, paper

q = sp.Symbol("q", integer=True, positive=True)
_along, _across, _margin = sp.symbols("along across_squared one_step_margin", real=True)
_kept = 1 - 2 * beta
_proxy = _kept * sp.sqrt(n) * mu**2 / sp.sqrt(d + n * _kept**2 * mu**2)


def precedes(one: str, other: str) -> sp.Expr:
    """Return 1 where the first observable is the smaller one, and 0 elsewhere."""
    return sp.Piecewise((1, sp.Symbol(one) < sp.Symbol(other)), (0, True))


def _same_law(name: str, statement: str, wrong: str, words: str) -> Identity:
    """Return the claim that the full and the reduced simulation of ``name`` are alike."""
    return Identity(
        f"{name.replace('_', '-')}-in-law",
        observable=precedes(f"{name}_full", f"{name}_reduced"),
        equals=sp.Rational(1, 2), functional="proportion",
        statement=statement,
        mutants=(Mutant(words, observable=precedes(f"{name}_full", wrong)),),
    )


def _deviation(name: str) -> sp.Expr:
    """Return the squared difference of a height from its mean."""
    return (sp.Symbol(name, real=True) - (d - q + 1)) ** 2


claim_reduction = Theorem(
    id="wang2024/claim-reduction",
    title="training without the dimension",
    source="Section 2 (model and Algorithm 1); derived here",
    statement=r"For Gaussian clusters, the weights and the adversarial examples of Algorithm 1 "
    r"stay in the span of $\mu$, the $n$ inputs and the $m/2$ distinct initial weights. In "
    r"coordinates of that span the whole run, and the clean and robust error of its result, have "
    r"the same law as in $R^d$, where the $q=n+m/2$ Gaussian vectors have an independent normal "
    r"coordinate along $\mu$ and elsewhere the triangular factor of a Gaussian matrix: normal "
    r"entries below a diagonal $\chi_{d-1},\ldots,\chi_{d-q}$.",
    paper=paper,
    hypotheses=(
        required(None, "the noise and the initial weights are Gaussian"),
        required(None, "the attack starts at zero and follows gradients, or is exact"),
    ),
    symbols={
        "norm_full": "Frobenius norm of the trained weights, trained in R^d",
        "norm_reduced": "Frobenius norm of the trained weights, trained in coordinates",
        "margin_full": "attacked margin of a fresh point, in R^d",
        "margin_reduced": "attacked margin of the same point, in coordinates",
        "out_of_span": "part of the trained weights outside the span, over their norm",
        "initial_value": "value of the network before training",
        "height": "squared distance of a Gaussian vector from the span of q - 1 others",
        "height_reduced": "squared distance of a Gaussian vector from the span of q - 1 others, in "
        "drawn coordinates",
        "norm_spread_full": "difference of the norms of two runs in R^d",
        "norm_spread_reduced": "difference of the norms of two runs in coordinates",
        "loss_spread_full": "difference of the robust training losses of two runs in R^d",
        "loss_spread_reduced": "difference of the robust training losses of two runs in "
        "coordinates",
        "q": "number of Gaussian vectors",
        "along": "<mu, sum of y_i x_i> / |mu|",
        "across_squared": "squared length of the rest of sum of y_i x_i",
        "one_step_margin": "<mu, w> / |w| after one step of a linear network",
        "trained_margin": "<mu, w> / |w| by training a linear network for one step",
    },
    claims=(
        Identity(
            "trajectory", observable="norm_reduced", equals="norm_full", exact=True,
            tolerance=1e-8,
            statement="training in coordinates leads to weights of the same norm as in full "
            "dimension, run by run",
            mutants=(Mutant("without the initial weights' coordinates",
                            observable="norm_without_weights"),),
        ),
        Identity(
            "margins", observable="margin_reduced", equals="margin_full", scale="margin_scale",
            exact=True, tolerance=1e-8,
            statement="and every fresh point has the same attacked margin",
            mutants=(Mutant("the point's coordinate along the mean is forgotten",
                            observable="margin_without_mean"),),
        ),
        Inequality(
            "span", left="out_of_span", at_most=0, scale=1, tolerance=1e-9,
            statement="the trained weights stay in the span of inputs and initial weights",
            mutants=(
                Mutant("the span of the inputs alone", left="out_of_inputs"),
                Mutant("the span of the initial weights and the mean", left="out_of_weights"),
            ),
        ),
        Identity(
            "starts-at-zero", observable="initial_value", equals=0, scale="initial_scale",
            exact=True,
            statement=r"$f(x;W^0)=0$ for all $x$",
            mutants=(Mutant("all m initial weights are independent",
                            observable="initial_value_independent"),),
        ),
        Identity(
            "height", observable="height", equals=d - q + 1,
            statement=r"in $R^d$ a Gaussian vector has mean squared distance $d-q+1$ from the span "
            r"of $q-1$ others",
            mutants=(
                Mutant("degrees of freedom shifted by one", equals=d - q + 2),
                Mutant("d degrees of freedom whatever q", equals=d),
            ),
        ),
        Identity(
            "height-reduced", observable="height_reduced", equals=d - q + 1,
            statement=r"and so it has in the drawn coordinates",
            mutants=(
                Mutant("degrees of freedom shifted by one", equals=d - q + 2),
                Mutant("d degrees of freedom whatever q", equals=d),
                Mutant("the coordinate along the mean is forgotten", equals=d - q),
            ),
        ),
        Identity(
            "height-variance", observable=_deviation("height"), equals=2 * (d - q + 1),
            statement=r"that squared distance has the variance $2(d-q+1)$",
            mutants=(Mutant("degrees of freedom less by one", equals=2 * (d - q)),
                     Mutant("no variance of the other diagonal entries", equals=2 * d)),
        ),
        Identity(
            "height-variance-reduced", observable=_deviation("height_reduced"),
            equals=2 * (d - q + 1),
            statement=r"and so it has in the drawn coordinates",
            mutants=(Mutant("degrees of freedom less by one", equals=2 * (d - q)),
                     Mutant("every diagonal entry is its root mean square",
                            observable=_deviation("height_rigid"))),
        ),
        _same_law(
            "norm_spread",
            "two norms from full dimension differ by more than two from drawn coordinates half of "
            "the time: the spreads agree as well as the medians",
            "norm_spread_rigid", "every diagonal entry is its root mean square",
        ),
        _same_law(
            "loss_spread",
            "so do two robust training losses",
            "loss_spread_scaled", "differences larger by a tenth",
        ),
        _same_law(
            "norm",
            "the norm of the trained weights in full dimension exceeds that in drawn coordinates "
            "half of the time",
            "norm_constant", "the same degrees of freedom for every vector",
        ),
        _same_law(
            "loss",
            "so does the robust training loss",
            "loss_constant", "the same degrees of freedom for every vector",
        ),
        _same_law(
            "error",
            "and the robust test error (ties are broken at random)",
            "error_quiet", "test noise without its coordinate along the mean",
        ),
        Identity(
            "one-step-direction", observable="trained_margin", equals=_margin, scale=mu,
            exact=True, tolerance=1e-8,
            statement=r"one step of a linear network from zero weights leads along $\sum_iy_ix_i$",
            mutants=(Mutant("along the mean", equals=mu),),
        ),
        Identity(
            "along", observable=_along, equals=n * _kept * mu,
            statement=r"$\sum_iy_ix_i$ has mean $n(1-2\beta)\|\mu\|$ along the mean",
            mutants=(
                Mutant("1 - beta for 1 - 2 beta", equals=n * (1 - beta) * mu),
                Mutant("the flips are ignored", equals=n * mu),
            ),
        ),
        Identity(
            "along-variance", observable=(_along - n * _kept * mu) ** 2,
            equals=n + 4 * n * beta * (1 - beta) * mu**2,
            statement=r"with variance $n+4n\beta(1-\beta)\|\mu\|^2$ (noise, and the number of "
            r"flips)",
            mutants=(
                Mutant("the noise alone", equals=n),
                Mutant("without the 4", equals=n + n * beta * (1 - beta) * mu**2),
            ),
        ),
        Identity(
            "across", observable=_across, equals=n * (d - 1),
            statement=r"and mean squared length $n(d-1)$ across",
            mutants=(
                Mutant("n^2", equals=n**2 * (d - 1)),
                Mutant("d + 1", equals=n * (d + 1)),
            ),
        ),
        Identity(
            "one-step-law", observable=precedes("one_step_margin", "drawn_margin"),
            equals=sp.Rational(1, 2), functional="proportion",
            statement=r"with $n'=n-2\mathrm{Bin}(n,\beta)$ and $A=n'\|\mu\|+\sqrt nz$ the one-step "
            r"margin has the law of $\|\mu\|A/\sqrt{A^2+n\chi^2_{d-1}}$",
            mutants=(
                Mutant("the flips are ignored",
                       observable=precedes("one_step_margin", "drawn_margin_without_flips")),
                Mutant("chi^2 of twice the degrees",
                       observable=precedes("one_step_margin", "drawn_margin_in_2d")),
            ),
        ),
        Limit(
            "one-step-proxy", observable=_margin / _proxy, to=1, rate=0.5, tolerance=0.01,
            statement=r"in high dimension it is about $(1-2\beta)\sqrt n\|\mu\|^2/"
            r"\sqrt{d+n(1-2\beta)^2\|\mu\|^2}$ (zone: 0.01)",
            mutants=(
                Mutant("half of it", to=2), Mutant("a twentieth less", to=sp.Rational(20, 19)),
            ),
        ),
        Derivation(
            "proxy-form",
            left=sp.Limit((mu * sp.Symbol("A") / sp.sqrt(sp.Symbol("A") ** 2 + n * d)).subs(
                sp.Symbol("A"), n * _kept * mu), beta, 0),
            equals=_proxy.subs(beta, 0),
            statement=r"$\|\mu\|A/\sqrt{A^2+nd}$ at $A=n\|\mu\|$ is $\sqrt n\|\mu\|^2/"
            r"\sqrt{d+n\|\mu\|^2}$",
            mutants=(Mutant("n for its root", equals=_proxy.subs(beta, 0) * sp.sqrt(n)),),
        ),
    ),
)

theorems = (claim_reduction,)
