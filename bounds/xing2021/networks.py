"""Lazily trained two-layer networks in low dimension: Theorems 3 and 4, Remark 2."""

from __future__ import annotations

import sympy as sp

from bounds import (
    BigO,
    Derivation,
    Erratum,
    Identity,
    Inequality,
    Limit,
    Mutant,
    Theorem,
    Theta,
    Unchecked,
    regime,
    required,
)
from bounds.xing2021 import dense_networks, network_figures
from bounds.xing2021.notation import L, T, d, eta, h, n, paper, v, xi

slope, a_squared, a_largest = sp.symbols("slope a_squared a_largest", positive=True)
"""phi'(0), |a|^2 and max |a_j|, of the output weights before the factor 1/sqrt(h)."""

delta = sp.Symbol("delta", positive=True)
_coefficients = sp.Symbol("coefficient_norm", positive=True)
_log = sp.log(n)
_slack = sp.Max(sp.sqrt(d**2 * _log / n), d * _log * a_largest / sp.sqrt(h))
_smoothing = -sp.log(_log) / sp.log(sp.Symbol("slack", positive=True))
_wide_limit = -sp.log(_log) / sp.log(d * sp.sqrt(_log / n))
"""The prescribed xi / v^2 of infinitely wide networks, and of ReLU networks."""

_neuron_norm = sp.sqrt(h) * a_largest * _coefficients / (slope * a_squared)
_few_neurons = d * _log * a_largest * v * sp.sqrt(h) / a_squared
_effective_step = eta * slope**2 * a_squared / h


def _prescribed(dimension: int, points: float) -> sp.Expr:
    """Return xi / v^2 of a network of infinite width, at numbers."""
    return _wide_limit.subs({d: dimension, n: sp.Integer(int(points))})


NETWORK_SYMBOLS = {
    "slope": r"slope of the activation at zero, $\phi'(0)$",
    "a_squared": r"squared norm of the output weights, $\|a\|^2$",
    "a_largest": r"largest output weight, $\|a\|_\infty$",
    "delta": "exponent of the vanishing initialisation",
    "slack": r"$\sqrt{d^2\log n/n}\vee(d\log n)\|a\|_\infty/\sqrt{h}$",
}

output_weights = required(
    None, "the output weights are bounded, and of one order: max|a_j| / min|a_j| = Theta(1)"
)

theorem_3 = Theorem(
    id="xing2021/theorem-3",
    title="two-layer networks reach the optimal robust risk",
    source="Section 2.2, Theorem 3; proof in Appendix C",
    statement=r"Let $\phi$ be twice continuously differentiable with $\phi(0)=0\neq\phi'(0)$, "
    r"$\|a\|_\infty=O(1)$, $\max|a_j|/\min|a_j|=\Theta(1)$, $(d\log n)\|a\|_\infty v/\sqrt{h}\to0$ "
    r"and $(d\log n)\|a\|_\infty v\sqrt{h}/\|a\|^2\to0$. With "
    r"$\xi/v^2=-\log\log n/\log(\sqrt{d^2\log n/n}\vee(d\log n)\|a\|_\infty/\sqrt{h})\to0$, "
    r"$\eta=\xi h/(v^2L\|a\|^2)$, $T=v^2\log\log n/\xi$ and a vanishing initialisation, "
    r"$(R_{N,\xi}(\theta^{(T)},\epsilon)-R^*)/v^2\to0$ in probability.",
    paper=paper,
    hypotheses=(
        required(None, "phi is smooth, zero at zero with a slope"),
        output_weights,
        regime(d * _log * a_largest * v / sp.sqrt(h), "the network is wide", tends_to=0),
        regime(_few_neurons, "no few neurons carry the network", tends_to=0),
        regime(sp.sqrt(d * _log) * (1 + sp.sqrt(a_squared / h) / L + L * eta * v) ** T
               / h ** (delta / 2), "the initialisation vanishes fast enough", tends_to=0),
    ),
    symbols=NETWORK_SYMBOLS | {
        "effective_step": "step size of the linear model that the network follows",
        "trajectory_gap": "distance of the network's coefficients from the linear model's, "
        "relative",
        "misalignment": "part of the hidden weights that is not proportional to a, relative",
        "largest_neuron": "largest norm of a neuron's weights",
        "coefficient_norm": "norm of the linear network's coefficients",
        "lazy_gap": "RMS distance of the network from the linear network on fresh inputs",
        "lazy_gap_odd": "RMS distance of the sigmoid network from the linear network",
        "weight_gap": "distance of the weights from those of training from zero",
        "longest_input": "largest norm of an input",
    },
    quantities={
        "smoothing_ratio": _smoothing,
        "slack": _slack,
        "eta_prescribed": xi * h / (v**2 * L * a_squared),
    },
    uses=("xing2021/theorem-2",),
    errata=(
        Erratum(
            printed="the proof is said to be in Appendix D",
            correct="Appendix C",
            why="the appendices were reordered",
            harmless=True,
        ),
    ),
    claims=(
        Unchecked(
            "risk",
            of_kind="limit",
            because="the prescribed smoothing tends to 0 too slowly for any data set: xi/v^2 < 0.1 "
            "needs n > 10^42 at d = 3 and infinite width, and at the settings of Figure 6 the "
            "prescription is negative. The proof's steps are checked instead.",
            statement=r"$(R_{N,\xi}(\theta^{(T)},\epsilon)-R^*)/v^2\to0$ in probability",
        ),
        Identity(
            "effective-step",
            observable="effective_step",
            equals=_effective_step,
            exact=True,
            statement=r"a linear network with step $\eta$ follows the linear model with step "
            r"$\eta\,\phi'(0)^2\|a\|^2/h$",
            routes="ratio of the first move of the network's coefficients to the linear model's "
            "gradient",
            mutants=(
                Mutant("phi'(0) to the first power",
                       equals=eta * slope * a_squared / h),
                Mutant("without |a|^2 / h", equals=eta * slope**2),
                Mutant("without 1/h", equals=eta * slope**2 * a_squared),
            ),
        ),
        Inequality(
            "same-trajectory",
            left="trajectory_gap",
            at_most=0,
            scale=1,
            statement=r"with that step the linear network from zero and the linear model stay "
            r"together under the surrogate attack",
        ),
        Inequality(
            "neurons-align",
            left="misalignment",
            at_most=0,
            scale=1,
            statement=r"in a linear network trained from zero $\theta_j\propto a_j$ always",
        ),
        Identity(
            "neuron-norm",
            observable="largest_neuron",
            equals=_neuron_norm,
            exact=True,
            statement=r"$\max_j\|\theta_j\|=\sqrt{h}\,\|a\|_\infty\|w\|/(\phi'(0)\|a\|^2)$ for a "
            r"linear network with coefficients $w$",
            mutants=(
                Mutant("without phi'(0)", equals=_neuron_norm * slope),
                Mutant("without the root of h", equals=_neuron_norm / sp.sqrt(h)),
                Mutant("|a| for |a|^2", equals=_neuron_norm * sp.sqrt(a_squared)),
            ),
        ),
        BigO(
            "longest-input",
            observable="longest_input",
            of=sp.sqrt(d * _log),
            statement=r"$\max_i\|x_i\|=O(\sqrt{d\log n})$",
            mutants=(Mutant("the root of log n alone", of=sp.sqrt(_log)),),
        ),
        Theta(
            "lazy-gap",
            observable="lazy_gap",
            of=1 / sp.sqrt(h),
            statement=r"from zero, a network with $\phi''(0)\neq0$ is at a distance of the order "
            r"$h^{-1/2}$ from the linear network (softplus, positive $a$)",
            mutants=(Mutant("1/h", of=1 / h), Mutant("h^(-1/4)", of=h ** sp.Rational(-1, 4))),
        ),
        BigO(
            "lazy-gap-odd",
            observable="lazy_gap_odd",
            of=1 / h,
            statement=r"an odd activation does better: distance $O(1/h)$ (sigmoid, positive $a$)",
            mutants=(
                Mutant("h^(-3/2)", of=h ** sp.Rational(-3, 2)),
                Mutant("h^(-1/2), the bound of the proof", "weaker", "it is a larger bound",
                       of=1 / sp.sqrt(h)),
            ),
        ),
        Theta(
            "vanishing-start",
            observable="weight_gap",
            of=h ** (-delta / 2),
            statement=r"weights trained from the vanishing initialisation stay at a distance of "
            r"the order $h^{-\delta/2}$ from those trained from zero",
            mutants=(
                Mutant("h^(-delta)", of=h ** (-delta)),
                Mutant("constant", of=sp.Integer(1)),
            ),
        ),
        Derivation(
            "steps-derived",
            left=sp.log(_log) / sp.Symbol("smoothing_ratio"),
            equals=-sp.log(_slack),
            statement=r"the prescribed number of steps is only $T=-\log(\sqrt{d^2\log n/n}\vee"
            r"(d\log n)\|a\|_\infty/\sqrt{h})$",
        ),
        Derivation(
            "linear-step",
            left=sp.Symbol("eta_prescribed") * slope**2 * a_squared / h,
            equals=slope**2 * xi / (v**2 * L),
            statement=r"the prescribed $\eta$ is the linear model's $\xi/(v^2L)$, times "
            r"$\phi'(0)^2$",
            mutants=(Mutant("without phi'(0)^2", equals=xi / (v**2 * L)),),
        ),
        Derivation(
            "small-inputs-to-neurons",
            left=sp.Subs(sp.sqrt(d * _log) * _neuron_norm, _coefficients, v),
            equals=_few_neurons / (slope * sp.sqrt(d * _log)),
            statement=r"$\max_i\|x_i\|\,\max_j\|\theta_j\|$ at $\|w\|=v$ is the hypothesis "
            r"$(d\log n)\|a\|_\infty v\sqrt{h}/\|a\|^2$ over $\phi'(0)\sqrt{d\log n}$, so that "
            r"every $x_i^\top\theta_j\to0$, where $\phi$ is linear",
            mutants=(
                Mutant("the root of h below the fraction line",
                       equals=_few_neurons / (h * slope * sp.sqrt(d * _log))),
            ),
        ),
        Derivation(
            "growth-factor",
            left=v**2 * sp.Symbol("eta_prescribed") * a_squared ** sp.Rational(3, 2)
            / (h ** sp.Rational(3, 2) * xi),
            equals=sp.sqrt(a_squared / h) / L,
            statement=r"the growth factor $v^2\eta\|a\|^3/(h^{3/2}\xi)$ of the initialisation is "
            r"$\|a\|/(L\sqrt{h})$",
        ),
        Derivation(
            "vacuous-one",
            left=_prescribed(3, 5.8e3),
            at_least=1,
            statement=r"at $d=3$ and infinite width $\xi<v^2$ needs $n>5800$",
        ),
        Derivation(
            "vacuous-half",
            left=_prescribed(3, 9.6e6),
            at_least=sp.Rational(1, 2),
            statement=r"... $\xi<v^2/2$ needs $n>9.6\cdot10^6$",
        ),
        Derivation(
            "vacuous-tenth",
            left=_prescribed(3, 10**42),
            at_least=sp.Rational(1, 10),
            statement=r"... $\xi<v^2/10$ needs $n>10^{42}$",
        ),
        Derivation(
            "vacuous-figure-6",
            left=_smoothing.subs(
                sp.Symbol("slack", positive=True),
                _slack.subs({d: 3, n: 100, h: 50, a_largest: 1}),
            ).subs(n, 100),
            at_most=0,
            statement=r"at the settings of Figure 6 ($n=100$, $h=50$, $d=3$) the prescribed "
            r"$\xi$ is negative",
        ),
    ),
)

_u = sp.Symbol("u_x", real=True)
_half_linear = a_squared / (2 * sp.sqrt(h)) * _u
_x = sp.Symbol("x", real=True)
_square = _x**2 * sp.exp(-(_x**2) / 2) / sp.sqrt(2 * sp.pi)

theorem_4 = Theorem(
    id="xing2021/theorem-4",
    title="two-layer ReLU networks reach the optimal robust risk",
    source="Section 2.2, Theorem 4; proof in Appendix C",
    statement=r"The conclusion of Theorem 3 holds for ReLU networks without bias from zero "
    r"initialisation, if $\|a^+\|=\|a^-\|$, $\|a\|_\infty=O(1)$ and "
    r"$\xi/v^2=-\log\log n/\log\sqrt{d^2\log n/n}$.",
    paper=paper,
    hypotheses=(
        required(None, "the output weights of both signs have the same norm"),
        required(None, "training starts at zero, with a slope of ReLU at zero that is not zero"),
    ),
    symbols=NETWORK_SYMBOLS | {
        "relu_value": r"ReLU network with $\theta_j=a_ju$ at a random input",
        "relu_value_unbalanced": "ReLU network with output weights drawn freely at a random "
        "input",
        "u_x": r"$u^\top x$",
        "misalignment": "part of the hidden weights that is not proportional to a, relative",
        "rate_ratio": "step of the linear network's function over the ReLU network's",
        "first_ratio_half": "step of the linear network's function over the ReLU network's, "
        "first step from zero with slope 1/2 at zero",
        "first_ratio_one": "step of the linear network's function over the ReLU network's, "
        "first step from zero with slope 1 at zero",
        "moved": "norm of the weights after training from zero, slope 0 at zero",
    },
    uses=("xing2021/theorem-3",),
    errata=(
        Erratum(
            printed="ReLU networks perform as linear ones when their learning rate is twice as "
            "large",
            correct="four times as large",
            why="output and gradient are both halved; the paper's experiments use 0.8 against 0.2 "
            "and 0.64 against 0.16",
            counterexample=r"theta_j = a_j u on data with (x, y) and (-x, -y): one step moves the "
            "ReLU network's function by a quarter of the linear network's",
            harmless=True,
        ),
        Erratum(
            printed=r"zero initialisation and no bias; the statement has no convention on "
            r"$\phi'(0)$",
            correct=r"... with a slope of ReLU at zero that is not zero (the proof takes "
            r"$\phi'(0)=1$)",
            why="with slope 0 at 0 (the usual convention) every gradient is zero at the start",
            counterexample="slope 0 at zero: the weights are zero after every number of steps",
        ),
        Erratum(
            printed=r"$\frac{1}{\sqrt{h}}\sum_{j\in S_+(\theta)}a_jg_j+\frac{1}{\sqrt{h}}"
            r"\sum_{j\in S_-(\theta)}a_jg_j=0$ in the proof",
            correct=r"the two sums are equal: their difference vanishes",
            why="each sum is how one half of the network moves; were they opposite, the network's "
            "function would never move",
            counterexample="a = (1, -1), one input, data (1, 1) and (-1, -1), slope 1/2 at zero: "
            "the first step adds 1/2 eta to either sum",
            harmless=True,
        ),
        Erratum(
            printed=r"$S_+(\theta)=\{j\,|\,f(x+A_{\epsilon,\xi}(f,x_i,y_i))>0\}$ in the proof",
            correct=r"$S_+(\theta)=\{j\,|\,\theta_j^\top(x+A_{\epsilon,\xi}(f,x_i,y_i))>0\}$",
            why="it is a set of neurons, and the printed condition does not depend on j",
            harmless=True,
        ),
        Erratum(
            printed="data from the model (4)",
            correct="the proof treats data of the form (x, y), (-x, -y) only",
            why="the law of (x, y) is symmetric but a sample is not; no counter-example is known",
            harmless=True,
        ),
    ),
    claims=(
        Unchecked(
            "risk",
            of_kind="limit",
            because="as for Theorem 3, xi/v^2 < 0.1 needs n > 10^42 at d = 3; the proof's steps "
            "are checked instead.",
            statement=r"$(R_{N,\xi}(\theta^{(T)},\epsilon)-R^*)/v^2\to0$ in probability",
        ),
        Identity(
            "half-linear",
            observable="relu_value",
            equals=_half_linear,
            scale=sp.Abs(_half_linear) + sp.Abs(a_squared / sp.sqrt(h)),
            exact=True,
            statement=r"if $\theta_j=a_ju$ and $\|a^+\|=\|a^-\|$, the network is the linear "
            r"function $\frac{\|a\|^2}{2\sqrt{h}}u^\top x$",
            mutants=(
                Mutant("without the half", equals=2 * _half_linear),
                Mutant("without balanced output weights", observable="relu_value_unbalanced"),
            ),
        ),
        Inequality(
            "shape-preserved",
            left="misalignment",
            at_most=0,
            scale=1,
            statement=r"adversarial training on symmetric data keeps $\theta_j\propto a_j$",
        ),
        Identity(
            "rate-as-printed",
            observable="rate_ratio",
            equals=2,
            exact=True,
            expected="broken",
            because="the output and the gradient are both halved",
            statement=r"as printed: with twice the learning rate the ReLU network moves as the "
            r"linear one",
        ),
        Identity(
            "rate",
            observable="rate_ratio",
            equals=4,
            exact=True,
            statement=r"corrected: with four times the learning rate the ReLU network moves as the "
            r"linear one (symmetric data)",
            mutants=(Mutant("the same learning rate", equals=1),
                     Mutant("twice the learning rate", equals=2)),
        ),
        Identity(
            "first-step-half",
            observable="first_ratio_half",
            equals=4,
            exact=True,
            statement=r"from zero, too, the factor is 4 with the convention $\phi'(0)=\frac{1}{2}$",
            mutants=(Mutant("with the convention that the slope at zero is 1",
                            observable="first_ratio_one"),),
        ),
        Identity(
            "first-step-one",
            observable="first_ratio_one",
            equals=2,
            exact=True,
            statement=r"with the proof's convention $\phi'(0)=1$ the factor of the first step, and "
            r"of that alone, is 2",
            mutants=(Mutant("with the convention that the slope at zero is 1/2",
                            observable="first_ratio_half"),),
        ),
        Inequality(
            "moves-as-printed",
            left="moved",
            at_least=sp.Rational(1, 10**6),
            scale=1,
            expected="broken",
            because="with the usual slope 0 of ReLU at 0 the gradient is zero at the start",
            statement=r"as the theorem is stated, without the proof's $\phi'(0)=1$: training moves "
            r"the weights from zero",
        ),
        Derivation(
            "half-the-gradient",
            left=sp.Integral(_square, (_x, 0, sp.oo)),
            equals=sp.Integral(_square, (_x, -sp.oo, sp.oo)) / 2,
            statement=r"on symmetric inputs half of $E\,xx^\top$ comes from the half-space on "
            r"which a neuron is active",
            mutants=(Mutant("all of it", equals=sp.Integral(_square, (_x, -sp.oo, sp.oo))),),
        ),
    ),
)

remark_2 = Theorem(
    id="xing2021/remark-2",
    title="linear and nonlinear networks are trained alike",
    source="Section 2.2, Remark 2",
    statement=r"As $h$ grows, the trajectories of a linear network from zero and of a nonlinear "
    r"one from a vanishing initialisation come together.",
    paper=paper,
    hypotheses=theorem_3.hypotheses[:2],
    symbols=NETWORK_SYMBOLS | {
        "largest_gap": "largest RMS distance of the two networks on fresh inputs in training, "
        "over v",
    },
    uses=("xing2021/theorem-3",),
    claims=(
        Limit(
            "trajectories-meet",
            observable="largest_gap",
            to=0,
            rate=0.5,
            tolerance=0.1,
            statement=r"the largest distance of the two networks along training tends to 0 "
            r"(softplus; zone: $0.1v$)",
            mutants=(Mutant("it tends to a third of v", to=sp.Rational(1, 3)),),
        ),
    ),
)

_chain = sp.Symbol("x", real=True), sp.Symbol("y", real=True)
_t1, _t2, _a1, _a2, _w = sp.symbols("theta_1 theta_2 a_1 a_2 w", real=True)
_output = slope / sp.sqrt(2) * (_a1 * _t1 + _a2 * _t2)
_loss = (_output * _chain[0] - _chain[1]) ** 2
_moved = slope / sp.sqrt(2) * sum(
    weight * (-eta * sp.Derivative(_loss, theta))
    for weight, theta in ((_a1, _t1), (_a2, _t2))
)

proof_3 = Theorem(
    id="xing2021/proof-3-linear-step",
    title="the linear network's step size, by the chain rule",
    source="Appendix C, 'Deciding proper choice of xi'",
    statement=r"For $w=\phi'(0)h^{-1/2}\sum_ja_j\theta_j$ a gradient step in all $\theta_j$ is a "
    r"gradient step in $w$ with $\eta\phi'(0)^2\|a\|^2/h$ in place of $\eta$.",
    paper=paper,
    symbols={"w": "coefficient of the linear network with one input and two neurons"},
    claims=(
        Derivation(
            "chain-rule",
            left=_moved,
            equals=-eta * slope**2 * (_a1**2 + _a2**2) / 2
            * 2 * (_output * _chain[0] - _chain[1]) * _chain[0],
            statement=r"with two neurons and one input: the coefficient moves by "
            r"$-\eta\phi'(0)^2\frac{\|a\|^2}{2}\,\frac{d\ell}{dw}$",
            mutants=(
                Mutant("phi'(0) to the first power",
                       equals=-eta * slope * (_a1**2 + _a2**2) / 2
                       * 2 * (_output * _chain[0] - _chain[1]) * _chain[0]),
            ),
        ),
    ),
)

theorems = (
    theorem_3, proof_3, theorem_4, remark_2, *network_figures.theorems, *dense_networks.theorems,
)
