"""Gradients in the weights and the increment of a margin: Lemmas B.6 to B.8, and lambda."""

from __future__ import annotations

import sympy as sp

from bounds import Derivation, Identity, Inequality, Mutant, Theorem, required
from bounds.wang2024.notation import C_1, H, alpha, d, delta, eta, gamma, m, mu, n, paper

_z = sp.Symbol("z", real=True)
leaky = required((gamma > 0) & (gamma <= 1), "the slope is between 0 (excluded) and 1")

_length, _change = sp.symbols("norm_x spectral_change", nonnegative=True)
_remainder = H * _length**2 / (2 * sp.sqrt(m)) * _change**2

lemma_b6 = Theorem(
    id="wang2024/lemma-B.6",
    title="second-order remainder of the network in its weights",
    source="Appendix B.1, Lemma B.6",
    statement=r"For $H$-smooth $\phi$: $|f(x;W)-f(x;V)-\langle\nabla f(x;V),W-V\rangle|\leq"
    r"\frac{H\|x\|^2}{2\sqrt m}\|W-V\|_2^2$.",
    paper=paper,
    hypotheses=(leaky,),
    symbols={
        "remainder": "|f(x;W) - f(x;V) - <grad f(x;V), W-V>|",
        "remainder_relu": "|f(x;W) - f(x;V) - <grad f(x;V), W-V>| for ReLU, which is not smooth",
        "norm_x": "|x|",
        "spectral_change": "spectral norm of W - V",
    },
    uses=("wang2024/definition-smooth",),
    claims=(
        Inequality(
            "remainder",
            left="remainder",
            at_most=_remainder,
            scale=_remainder,
            tolerance=1e-6,
            statement=r"$|f(x;W)-f(x;V)-\langle\nabla f(x;V),W-V\rangle|\leq"
            r"\frac{H\|x\|^2}{2\sqrt m}\|W-V\|_2^2$ (rounding: $10^{-6}$ of the bound)",
            mutants=(
                Mutant("1/(2m) for 1/(2 sqrt m)", at_most=_remainder / sp.sqrt(m)),
                Mutant("|x| for |x|^2", at_most=_remainder / _length),
                Mutant("|W - V| for its square", at_most=_remainder / _change),
                Mutant("ReLU instead of a smooth activation", left="remainder_relu"),
            ),
        ),
        Inequality(
            "remainder-smoothed",
            left="remainder",
            at_most=_remainder * (1 - gamma) / 2,
            scale=_remainder,
            tolerance=1e-6,
            statement=r"for the smoothed leaky ReLU a factor $\frac{1-\gamma}2$ is gained, and "
            r"that is attained",
            mutants=(
                Mutant("a tenth less", at_most=sp.Rational(9, 20) * _remainder * (1 - gamma)),
            ),
        ),
    ),
)

_input_bound = sp.sqrt(C_1 * d) + alpha
_weight = sp.Symbol("robust_weight", positive=True)

lemma_b7 = Theorem(
    id="wang2024/lemma-B.7",
    title="the gradient is at most the mean logistic weight, that at most the loss",
    source="Appendix B.1, Lemma B.7",
    statement=r"If $\|x_i\|^2\leq C_1d$: $\frac1{\sqrt{C_1d}+\alpha}\|\nabla\hat L_{rob}(W)\|_F\leq"
    r"\hat G_{rob}(W)\leq\min\{\hat L_{rob}(W),1\}$.",
    paper=paper,
    hypotheses=(leaky, required(None, "|x_i|^2 <= C_1 d for every i")),
    symbols={
        "C_1": "smallest constant with |x_i|^2 <= C_1 d on the sample",
        "gradient_norm": "Frobenius norm of the gradient of the robust training loss",
        "robust_weight": "mean of g at the attacked margins",
        "robust_loss": "robust training loss",
    },
    uses=("wang2024/lemma-B.4",),
    claims=(
        Inequality(
            "gradient",
            left="gradient_norm",
            at_most=_input_bound * _weight,
            statement=r"$\|\nabla\hat L_{rob}\|_F\leq(\sqrt{C_1d}+\alpha)\hat G_{rob}$",
            mutants=(
                Mutant("without the attack radius", at_most=sp.sqrt(C_1 * d) * _weight),
                Mutant("half of it", at_most=_input_bound * _weight / 2),
                Mutant("the square of the weight", at_most=_input_bound * _weight**2),
            ),
        ),
        Inequality(
            "weight",
            left="robust_weight",
            at_most=sp.Min(sp.Symbol("robust_loss", positive=True), 1),
            statement=r"$\hat G_{rob}\leq\min\{\hat L_{rob},1\}$",
            mutants=(
                Mutant("the loss is at most the weight", at_most=None, at_least="robust_loss"),
                Mutant("half of the loss", at_most=sp.Symbol("robust_loss", positive=True) / 2),
            ),
        ),
        Derivation(
            "weight-below-loss",
            left=sp.Limit(sp.log(1 + sp.exp(-_z)) * (1 + sp.exp(_z)), _z, sp.oo),
            equals=1,
            statement=r"$\ell(z)/g(z)\to1$ as $z\to\infty$: no constant below 1 would do",
            mutants=(Mutant("it tends to 2", equals=2),),
        ),
    ),
)

_level = sp.sqrt(d * sp.log(n / delta))
_off = C_1 * (mu**2 + _level)
_reach = sp.sqrt(C_1 * d)
_product, _slopes = sp.symbols("input_product slope_product", real=True)
_floor = (sp.sqrt(d / C_1) - alpha) ** 2

lemma_b8 = Theorem(
    id="wang2024/lemma-B.8",
    title="inner products of the gradients of two inputs",
    source="Appendix B.1, Lemma B.8",
    statement=r"$\langle\nabla f(x),\nabla f(x')\rangle=\frac{\langle x,x'\rangle}m\sum_s"
    r"\phi'(\langle w_s,x\rangle)\phi'(\langle w_s,x'\rangle)$. So under (C1), (C2) of Lemma B.4 "
    r"and $\alpha\leq\frac12\sqrt{d/C_1}$, for $i\neq j$ and all points of the balls: "
    r"$|\langle\nabla f(x_i),\nabla f(\tilde x_j)\rangle|\leq C_1(\|\mu\|^2+\sqrt{d\log(n/\delta)})"
    r"+\alpha\sqrt{C_1d}$, with $2\alpha\sqrt{C_1d}+\alpha^2$ if both are attacked; and "
    r"$\gamma^2(\sqrt{d/C_1}-\alpha)^2\leq\|\nabla f(\tilde x_i)\|_F^2,\,\langle\nabla "
    r"f(\tilde x_i),\nabla f(\tilde x_i')\rangle\leq(\sqrt{C_1d}+\alpha)^2$.",
    paper=paper,
    hypotheses=(leaky, required(None, "C_1 is large enough for (C1) and (C2) on the sample")),
    symbols={
        "C_1": "smallest constant for which (C1) and (C2) are true of the two inputs",
        "gradient_product": "inner product of two gradients, by differencing in every weight",
        "input_product": "inner product of the two inputs",
        "slope_product": "mean over neurons of the product of the two slopes",
        "mixed_product": "largest |<grad f(x_i), grad f(x_j')>| that an attack on x_j found",
        "attacked_product": "largest |<grad f(x_i'), grad f(x_j')>| that an attack found",
        "smallest_square": "smallest |grad f(x_i')|^2 that an attack found",
        "largest_square": "largest |grad f(x_i')|^2 that an attack found",
        "largest_pair": "largest |<grad f(x_i'), grad f(x_i'')>| that an attack found",
        "smallest_pair": "smallest <grad f(x_i'), grad f(x_i'')> that an attack found",
    },
    uses=("wang2024/lemma-B.4",),
    claims=(
        Identity(
            "kernel",
            observable="gradient_product",
            equals=_product * _slopes,
            scale="gradient_scale",
            exact=True,
            tolerance=1e-5,
            statement=r"$\langle\nabla f(x),\nabla f(x')\rangle$ is $\langle x,x'\rangle$ times "
            r"the mean product of the slopes (differencing: exact to $10^{-5}$)",
            mutants=(
                Mutant("without the slopes", equals=_product),
                Mutant("the absolute inner product", equals=sp.Abs(_product) * _slopes),
            ),
        ),
        Inequality(
            "kernel-below",
            left=sp.Abs(sp.Symbol("gradient_product", real=True)),
            at_least=gamma**2 * sp.Abs(_product),
            scale="gradient_scale",
            tolerance=1e-5,
            statement=r"$|\langle\nabla f(x),\nabla f(x')\rangle|\geq"
            r"\gamma^2|\langle x,x'\rangle|$",
            mutants=(Mutant("gamma for its square", at_least=gamma * sp.Abs(_product)),),
        ),
        Inequality(
            "kernel-above",
            left=sp.Abs(sp.Symbol("gradient_product", real=True)),
            at_most=sp.Abs(_product),
            scale="gradient_scale",
            tolerance=1e-5,
            statement=r"$|\langle\nabla f(x),\nabla f(x')\rangle|\leq|\langle x,x'\rangle|$",
            mutants=(Mutant("half of it", at_most=sp.Abs(_product) / 2),),
        ),
        Inequality(
            "mixed",
            left="mixed_product",
            at_most=_off + alpha * _reach,
            statement=r"one attacked: $|\langle\nabla f(x_i),\nabla f(\tilde x_j)\rangle|\leq "
            r"C_1(\|\mu\|^2+\sqrt{d\log(n/\delta)})+\alpha\sqrt{C_1d}$",
            mutants=(
                Mutant("half of the attack's term", at_most=_off + alpha * _reach / 2),
                Mutant("without C_1 in the first term", at_most=mu**2 + _level + alpha * _reach),
            ),
        ),
        Inequality(
            "both-attacked",
            left="attacked_product",
            at_most=_off + 2 * alpha * _reach + alpha**2,
            statement=r"both attacked: $+2\alpha\sqrt{C_1d}+\alpha^2$",
            mutants=(
                Mutant("without alpha^2", at_most=_off + 2 * alpha * _reach),
                Mutant("the 2 is dropped", at_most=_off + alpha * _reach + alpha**2),
                Mutant("the attack is ignored", at_most=_off),
            ),
        ),
        Inequality(
            "square-below",
            left="smallest_square",
            at_least=gamma**2 * _floor,
            statement=r"$\|\nabla f(\tilde x_i)\|_F^2\geq\gamma^2(\sqrt{d/C_1}-\alpha)^2$",
            mutants=(
                Mutant("gamma for its square", at_least=gamma * _floor),
                Mutant("the attack is ignored", at_least=gamma**2 * d / C_1),
            ),
        ),
        Inequality(
            "square-above",
            left="largest_square",
            at_most=_input_bound**2,
            statement=r"$\|\nabla f(\tilde x_i)\|_F^2\leq(\sqrt{C_1d}+\alpha)^2$",
            mutants=(Mutant("the attack is ignored", at_most=C_1 * d),),
        ),
        Inequality(
            "pair-below",
            left="smallest_pair",
            at_least=gamma**2 * _floor,
            statement=r"$\langle\nabla f(\tilde x_i),\nabla f(\tilde x_i')\rangle\geq\gamma^2"
            r"(\sqrt{d/C_1}-\alpha)^2$",
            mutants=(Mutant("gamma for its square", at_least=gamma * _floor),),
        ),
        Inequality(
            "pair-above",
            left="largest_pair",
            at_most=_input_bound**2,
            statement=r"$|\langle\nabla f(\tilde x_i),\nabla f(\tilde x_i')\rangle|\leq("
            r"\sqrt{C_1d}+\alpha)^2$",
            mutants=(
                Mutant("the attack is ignored", at_most=C_1 * d),
                Mutant("one attack is ignored", at_most=_input_bound * sp.sqrt(C_1 * d)),
            ),
        ),
    ),
)

_pull, _tangent = sp.symbols("weighted_products tangent_products", real=True)

equation_lambda = Theorem(
    id="wang2024/equation-lambda",
    title="the exact increment of a margin in one step",
    source="Appendix B.2, before Proposition B.24",
    statement=r"$yf(x;W^{t+1})-yf(x;W^t)=\frac\eta n\sum_i\tilde g_i(W^t)\lambda_i(x;W^t)"
    r"\langle y_i\tilde x_i^t,yx\rangle$, where $\lambda_i$ is the mean over the neurons of the "
    r"secant slope of $\phi$ between $\langle w_s^t,x\rangle$ and $\langle w_s^{t+1},x\rangle$ "
    r"times $\phi'(\langle w_s^t,\tilde x_i^t\rangle)$, so $\lambda_i\in[0,1]$.",
    paper=paper,
    hypotheses=(required(None, "training follows Algorithm 1; no preactivation stands still"),),
    symbols={
        "margin_change": "y f(x; W^(t+1)) - y f(x; W^t)",
        "weighted_products": "sum over i of g_i lambda_i <y_i x_i', y x>",
        "tangent_products": "sum over i of g_i <y_i x_i', y x> times slopes at W^t, not secants",
        "lambda_smallest": "smallest lambda_i",
        "lambda_largest": "largest lambda_i",
        "lower_slope": "smallest slope of the activation",
    },
    claims=(
        Identity(
            "increment",
            observable="margin_change",
            equals=eta / n * _pull,
            scale="change_scale",
            exact=True,
            tolerance=1e-8,
            statement=r"the margin of any point grows by $\frac\eta n\sum_i\tilde g_i\lambda_i"
            r"\langle y_i\tilde x_i^t,yx\rangle$ (rounding: $10^{-8}$ of the sum of magnitudes)",
            mutants=(
                Mutant(
                    "the slope at the old weights instead of the secant", equals=eta / n * _tangent
                ),
                Mutant("a mean over neurons with 1/sqrt(m)", equals=eta / n * sp.sqrt(m) * _pull),
                Mutant("eta / n^2", equals=eta / n**2 * _pull),
                Mutant("the opposite sign", equals=-eta / n * _pull),
            ),
        ),
        Inequality(
            "lambda-below",
            left="lambda_smallest",
            at_least=sp.Symbol("lower_slope") ** 2,
            scale=1,
            tolerance=1e-7,
            statement=r"$\lambda_i\geq(\min\phi')^2\geq0$ (the secant slope is rounded: $10^{-7}$)",
            mutants=(
                Mutant(
                    "the slope instead of its square",
                    at_least="lower_slope",
                    where=sp.Symbol("lower_slope") > 0,
                ),
            ),
        ),
        Inequality(
            "lambda-above",
            left="lambda_largest",
            at_most=1,
            scale=1,
            tolerance=1e-7,
            statement=r"$\lambda_i\leq1$",
            mutants=(Mutant("at most 1/2", at_most=sp.Rational(1, 2)),),
        ),
    ),
)

theorems = (lemma_b6, lemma_b7, lemma_b8, equation_lambda)
