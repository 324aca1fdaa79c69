"""Training in the few dimensions that it can see: exact path by path, and in law."""

from bounds.authoring import *
from bounds.wang2024.notation import *


def twice(name: str, meaning: str) -> tuple[sp.Symbol, sp.Symbol]:
    """Declare an observable of a run in R^d, and the same of a run in coordinates."""
    return (
        observable(f"{name}_full", f"{meaning}, in R^d", real=True),
        observable(f"{name}_reduced", f"{meaning}, in coordinates", real=True),
    )


def instead(name: str, words: str, field: str = "observable") -> Mutant:
    """Return the mutant that observes something else."""
    return Mutant(words, **{field: observable(name, words, real=True)})


norms = twice("norm", "Frobenius norm of the trained weights")
margins = twice("margin", "attacked margin of a fresh point")
losses = twice("loss", "robust training loss")
errors = twice("error", "robust test error, with a small number that breaks ties")
norm_spreads = twice("norm_spread", "difference of the norms of two runs")
loss_spreads = twice("loss_spread", "difference of the robust training losses of two runs")
margin_scale = observable("margin_scale", "spectral norm of the trained weights times |x|")
out_of_span = observable(
    "out_of_span", "part of the trained weights outside the span, over their norm"
)
initial_value = observable("initial_value", "value of the network before training", "f(x;W^0)")
initial_scale = observable("initial_scale", "spectral norm of the trained weights times |x|")
q = parameter("q", "number of Gaussian vectors", integer=True, positive=True)
height, height_reduced, height_rigid = (
    observable(
        name, f"squared distance of a Gaussian vector from q - 1 others, {how}", "h", real=True
    )
    for name, how in (
        ("height", "in R^d"),
        ("height_reduced", "in drawn coordinates"),
        ("height_rigid", "without randomness on the diagonal"),
    )
)
x = parameter("x", "a squared distance", nonnegative=True)


def chi_squared(degrees: Expr) -> Expr:
    """Return the distribution function of chi^2, in x."""
    return sp.lowergamma(degrees / 2, x / 2) / gamma_function(degrees / 2)


along = observable(
    "along", "<mu, sum of y_i x_i> / |mu|", r"\langle\mu,\sum y_ix_i\rangle/\|\mu\|", real=True
)
across = observable(
    "across_squared",
    "squared length of the rest of sum of y_i x_i",
    r"\|\sum y_i(x_i)_{\perp\mu}\|^2",
    real=True,
)
one_step_margin = observable(
    "one_step_margin", "<mu, w> / |w| after one step of a linear network", "M_1", real=True
)
trained_margin = observable(
    "trained_margin", "<mu, w> / |w| by training a linear network for one step"
)
drawn_margin = observable("drawn_margin", "<mu, w> / |w|, drawn from the law claimed", real=True)

kept = 1 - 2 * beta
proxy = kept * sqrt(n) * mu**2 / sqrt(d + n * kept**2 * mu**2)
rigid = "every diagonal entry is its root mean square"
same_degrees = "the same degrees of freedom for every vector"
shifted = (d - q + 2, d)


def same_law(
    name: str,
    pair: tuple[sp.Symbol, sp.Symbol],
    statement: str,
    *wrong_ones: tuple[str, str | Expr],
) -> Identity:
    """Return the claim that the first exceeds the second half of the time, with wrong seconds.

    A wrong one is the name of another observable, or a formula.
    """
    first, second = pair
    return Identity(
        name,
        indicator(first < second),
        Q(1, 2),
        functional="proportion",
        statement=statement,
        mutants=tuple(
            Mutant(
                words,
                observable=indicator(
                    first < (observable(to, words, real=True) if isinstance(to, str) else to)
                ),
            )
            for words, to in wrong_ones
        ),
    )


claim_reduction = paper.theorem(
    "claim-reduction",
    "training without the dimension",
    "Section 2 (model and Algorithm 1); derived here",
    r"For Gaussian clusters, the weights and the adversarial examples of Algorithm 1 "
    r"stay in the span of $\mu$, the $n$ inputs and the $m/2$ distinct initial weights. In "
    r"coordinates of that span the whole run, and the clean and robust error of its result, have "
    r"the same law as in $R^d$, where the $q=n+m/2$ Gaussian vectors have an independent normal "
    r"coordinate along $\mu$ and elsewhere the triangular factor of a Gaussian matrix: normal "
    r"entries below a diagonal $\chi_{d-1},\ldots,\chi_{d-q}$.",
    hypotheses=(
        required(None, "the noise and the initial weights are Gaussian"),
        required(None, "the attack starts at zero and follows gradients, or is exact"),
    ),
    claims=(
        Identity(
            "trajectory",
            norms[1],
            norms[0],
            exact=True,
            tolerance=1e-8,
            statement="training in coordinates leads to weights of the same norm as in full "
            "dimension, run by run",
            mutants=(instead("norm_without_weights", "without the initial weights' coordinates"),),
        ),
        Identity(
            "margins",
            margins[1],
            margins[0],
            scale=margin_scale,
            exact=True,
            tolerance=1e-8,
            statement="and every fresh point has the same attacked margin",
            mutants=(
                instead(
                    "margin_without_mean", "the point's coordinate along the mean is forgotten"
                ),
            ),
        ),
        Inequality(
            "span",
            out_of_span,
            at_most=0,
            scale=1,
            tolerance=1e-9,
            statement="the trained weights stay in the span of inputs and initial weights",
            mutants=(
                instead("out_of_inputs", "the span of the inputs alone", "left"),
                instead("out_of_weights", "the span of the initial weights and the mean", "left"),
            ),
        ),
        Identity(
            "starts-at-zero",
            initial_value,
            0,
            scale=initial_scale,
            exact=True,
            note="for all $x$",
            mutants=(
                instead("initial_value_independent", "all m initial weights are independent"),
            ),
        ),
        Identity("height", height, d - q + 1, note="in $R^d$", mutants=shifted),
        Identity(
            "height-reduced",
            height_reduced,
            d - q + 1,
            note="and so it is in the drawn coordinates",
            mutants=(*shifted, d - q),
        ),
        Law(
            "height-law",
            height,
            chi_squared(d - q + 1),
            statement=r"its law is $\chi^2_{d-q+1}$",
            mutants=(chi_squared(d - q), chi_squared(d)),
        ),
        Law(
            "height-law-reduced",
            height_reduced,
            chi_squared(d - q + 1),
            statement=r"its law is $\chi^2_{d-q+1}$ in the drawn coordinates, too",
            mutants=(chi_squared(d - q), Mutant(rigid, observable=height_rigid)),
        ),
        same_law(
            "norm-spread-in-law",
            norm_spreads,
            "two norms from full dimension differ by more than two from drawn coordinates half of "
            "the time: the spreads agree as well as the medians",
            (rigid, "norm_spread_rigid"),
        ),
        same_law(
            "loss-spread-in-law",
            loss_spreads,
            "so do two robust training losses",
            ("differences larger by a fifth", Q(6, 5) * loss_spreads[1]),
        ),
        same_law(
            "norm-in-law",
            norms,
            "the norm of the trained weights in full dimension exceeds that in drawn coordinates "
            "half of the time",
            (same_degrees, "norm_constant"),
        ),
        same_law(
            "loss-in-law",
            losses,
            "so does the robust training loss",
            (same_degrees, "loss_constant"),
        ),
        same_law(
            "error-in-law",
            errors,
            "and the robust test error (ties are broken at random)",
            ("test noise without its coordinate along the mean", "error_quiet"),
        ),
        Identity(
            "one-step-direction",
            trained_margin,
            one_step_margin,
            scale=mu,
            exact=True,
            tolerance=1e-8,
            statement=r"one step of a linear network from zero weights leads along $\sum_iy_ix_i$",
            mutants=(mu,),
        ),
        Identity("along", along, n * kept * mu, mutants=(n * (1 - beta) * mu, n * mu)),
        Identity(
            "along-variance",
            (along - n * kept * mu) ** 2,
            n + 4 * n * beta * (1 - beta) * mu**2,
            statement=r"with variance $n+4n\beta(1-\beta)\|\mu\|^2$ (noise, and the number of "
            r"flips)",
            mutants=(n + n * beta * (1 - beta) * mu**2,),
        ),
        Identity("across", across, n * (d - 1), mutants=(n * (d + 1),)),
        same_law(
            "one-step-law",
            (one_step_margin, drawn_margin),
            r"with $n'=n-2\mathrm{Bin}(n,\beta)$ and $A=n'\|\mu\|+\sqrt nz$ the one-step "
            r"margin has the law of $\|\mu\|A/\sqrt{A^2+n\chi^2_{d-1}}$",
            ("the flips are ignored", "drawn_margin_without_flips"),
            ("chi^2 of twice the degrees", "drawn_margin_in_2d"),
        ),
        Limit(
            "one-step-proxy",
            one_step_margin / proxy,
            to=1,
            rate=0.5,
            tolerance=0.01,
            statement=r"in high dimension it is about $(1-2\beta)\sqrt n\|\mu\|^2/"
            r"\sqrt{d+n(1-2\beta)^2\|\mu\|^2}$ (zone: 0.01)",
            mutants=(Q(20, 19),),
        ),
        *derivations(
            proxy_form=equal(
                sp.Limit(mu * n * kept * mu / sqrt((n * kept * mu) ** 2 + n * d), beta, 0),
                proxy.subs(beta, 0),
                statement=r"$\|\mu\|A/\sqrt{A^2+nd}$ at $A=n\|\mu\|$ is $\sqrt n\|\mu\|^2/"
                r"\sqrt{d+n\|\mu\|^2}$",
            )
        ),
    ),
)
