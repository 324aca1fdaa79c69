"""Gradients in the weights and the increment of a margin: Lemmas B.6 to B.8, and lambda."""

from bounds.authoring import *
from bounds.wang2024.notation import *

leaky = required((gamma > 0) & (gamma <= 1), "the slope is between 0 (excluded) and 1")

norm_x = observable("norm_x", "|x|", r"\|x\|", nonnegative=True)
change = observable("spectral_change", "spectral norm of W - V", r"\|W-V\|_2", nonnegative=True)
remainder = observable(
    "remainder",
    "remainder of f(x;W) behind its tangent at V",
    r"|f(x;W)-f(x;V)-\langle\nabla f(x;V),W-V\rangle|",
)
remainder_relu = observable("remainder_relu", "the remainder for ReLU, which is not smooth")
bound = H * norm_x**2 / (2 * sqrt(m)) * change**2
rounded = shared(scale=bound, tolerance=1e-6)

lemma_b6 = paper.theorem(
    "lemma-B.6",
    "second-order remainder of the network in its weights",
    "Appendix B.1, Lemma B.6",
    r"For $H$-smooth $\phi$: $|f(x;W)-f(x;V)-\langle\nabla f(x;V),W-V\rangle|\leq"
    r"\frac{H\|x\|^2}{2\sqrt m}\|W-V\|_2^2$.",
    hypotheses=(leaky,),
    uses=("definition-smooth",),
    claims=(
        Inequality(
            "remainder",
            remainder,
            at_most=bound,
            **rounded,
            mutants=(
                power(m, -Q(1, 2)),
                factor(1 / norm_x),
                factor(1 / change),
                Mutant("ReLU instead of a smooth activation", left=remainder_relu),
            ),
        ),
        Inequality(
            "remainder-smoothed",
            remainder,
            at_most=bound * (1 - gamma) / 2,
            **rounded,
            note="for the smoothed leaky ReLU, where it is attained",
            mutants=(factor(Q(9, 10)),),
        ),
    ),
)

own_C_1 = parameter("C_1", "smallest constant with which the bounds hold here", positive=True)
reach = sqrt(own_C_1 * d)
gradient_norm = observable(
    "gradient_norm", "Frobenius norm of the loss's gradient", r"\|\nabla\hat L_{rob}(W)\|_F"
)
robust_weight = observable(
    "robust_weight", "mean of g at the attacked margins", r"\hat G_{rob}(W)", positive=True
)
robust_loss = observable("robust_loss", "robust training loss", r"\hat L_{rob}(W)", positive=True)
z = sp.Symbol("z", real=True)

lemma_b7 = paper.theorem(
    "lemma-B.7",
    "the gradient is at most the mean logistic weight, that at most the loss",
    "Appendix B.1, Lemma B.7",
    r"If $\|x_i\|^2\leq C_1d$: $\frac1{\sqrt{C_1d}+\alpha}\|\nabla\hat L_{rob}(W)\|_F\leq"
    r"\hat G_{rob}(W)\leq\min\{\hat L_{rob}(W),1\}$.",
    hypotheses=(leaky, required(None, "|x_i|^2 <= C_1 d for every i")),
    uses=("lemma-B.4",),
    claims=(
        Inequality(
            "gradient",
            gradient_norm,
            at_most=(reach + alpha) * robust_weight,
            mutants=(replaced(alpha, 0), factor(Q(1, 2)), factor(robust_weight)),
        ),
        Inequality(
            "weight",
            robust_weight,
            at_most=Min(robust_loss, 1),
            mutants=(
                robust_loss / 2,
                Mutant("the loss is at most the weight", at_most=None, at_least=robust_loss),
            ),
        ),
        *derivations(
            weight_below_loss=equal(
                sp.Limit(log(1 + exp(-z)) * (1 + exp(z)), z, oo), 1, "no constant below 1 would do"
            )
        ),
    ),
)

product = observable(
    "gradient_product",
    "<grad f(x), grad f(x')> by differencing in every weight",
    r"\langle\nabla f(x),\nabla f(x')\rangle",
    real=True,
)
inputs = observable("input_product", "<x, x'>", r"\langle x,x'\rangle", real=True)
slopes = observable(
    "slope_product",
    "mean over neurons of the product of the slopes at x and x'",
    r"\frac1m\sum_s\phi'(\langle w_s,x\rangle)\phi'(\langle w_s,x'\rangle)",
    real=True,
)
mixed_product = observable(
    "mixed_product",
    "largest |<grad f(x_i), grad f(x_j')>| that an attack on x_j found",
    r"|\langle\nabla f(x_i),\nabla f(\tilde x_j)\rangle|",
)
attacked_product = observable(
    "attacked_product",
    "largest |<grad f(x_i'), grad f(x_j')>| that an attack found",
    r"|\langle\nabla f(\tilde x_i),\nabla f(\tilde x_j)\rangle|",
)
square = r"\|\nabla f(\tilde x_i)\|_F^2"
smallest_square = observable("smallest_square", "smallest |grad f(x_i')|^2 of an attack", square)
largest_square = observable("largest_square", "largest |grad f(x_i')|^2 of an attack", square)
pair = r"\langle\nabla f(\tilde x_i),\nabla f(\tilde x_i')\rangle"
smallest_pair = observable(
    "smallest_pair", "smallest <grad f(x_i'), grad f(x_i'')> of two attacks", pair
)
largest_pair = observable(
    "largest_pair", "largest |<grad f(x_i'), grad f(x_i'')>| of two attacks", f"|{pair}|"
)
level = sqrt(d * log(n / delta))
clean = own_C_1 * (mu**2 + level)
floor = (sqrt(d / own_C_1) - alpha) ** 2
differenced = shared(
    scale=observable("gradient_scale", "|x| |x'|, by which differencing is judged"), tolerance=1e-5
)

lemma_b8 = paper.theorem(
    "lemma-B.8",
    "inner products of the gradients of two inputs",
    "Appendix B.1, Lemma B.8",
    r"$\langle\nabla f(x),\nabla f(x')\rangle=\frac{\langle x,x'\rangle}m\sum_s"
    r"\phi'(\langle w_s,x\rangle)\phi'(\langle w_s,x'\rangle)$. So under (C1), (C2) of Lemma B.4 "
    r"and $\alpha\leq\frac12\sqrt{d/C_1}$, for $i\neq j$ and all points of the balls: "
    r"$|\langle\nabla f(x_i),\nabla f(\tilde x_j)\rangle|\leq C_1(\|\mu\|^2+\sqrt{d\log(n/\delta)})"
    r"+\alpha\sqrt{C_1d}$, with $2\alpha\sqrt{C_1d}+\alpha^2$ if both are attacked; and "
    r"$\gamma^2(\sqrt{d/C_1}-\alpha)^2\leq\|\nabla f(\tilde x_i)\|_F^2,\,\langle\nabla "
    r"f(\tilde x_i),\nabla f(\tilde x_i')\rangle\leq(\sqrt{C_1d}+\alpha)^2$.",
    hypotheses=(leaky, required(None, "C_1 is large enough for (C1) and (C2) on the sample")),
    uses=("lemma-B.4",),
    claims=(
        Identity(
            "kernel",
            product,
            inputs * slopes,
            exact=True,
            **differenced,
            mutants=(inputs, Abs(inputs) * slopes),
        ),
        Inequality(
            "kernel-below",
            Abs(product),
            at_least=gamma**2 * Abs(inputs),
            **differenced,
            mutants=(factor(1 / gamma),),
        ),
        Inequality(
            "kernel-above",
            Abs(product),
            at_most=Abs(inputs),
            **differenced,
            mutants=(factor(Q(1, 2)),),
        ),
        Inequality(
            "mixed",
            mixed_product,
            at_most=clean + alpha * reach,
            note="one of the inputs attacked",
            mutants=(clean + alpha * reach / 2, mu**2 + level + alpha * reach),
        ),
        Inequality(
            "both-attacked",
            attacked_product,
            at_most=clean + 2 * alpha * reach + alpha**2,
            mutants=(without(alpha * reach, "the 2 is dropped"), replaced(alpha, 0)),
        ),
        Inequality(
            "square-below",
            smallest_square,
            at_least=gamma**2 * floor,
            mutants=(factor(1 / gamma), replaced(alpha, 0)),
        ),
        Inequality(
            "square-above",
            largest_square,
            at_most=(reach + alpha) ** 2,
            mutants=(replaced(alpha, 0),),
        ),
        Inequality(
            "pair-below", smallest_pair, at_least=gamma**2 * floor, mutants=(factor(1 / gamma),)
        ),
        Inequality(
            "pair-above",
            largest_pair,
            at_most=(reach + alpha) ** 2,
            mutants=(replaced(alpha, 0), (reach + alpha) * reach),
        ),
    ),
)

margin_change = observable(
    "margin_change", "increment of the margin of a random point", r"yf(x;W^{t+1})-yf(x;W^t)"
)
secants = observable(
    "weighted_products",
    "sum over i of g_i lambda_i <y_i x_i', y x>",
    r"\sum_i\tilde g_i\lambda_i\langle y_i\tilde x_i^t,yx\rangle",
    real=True,
)
tangents = observable(
    "tangent_products", "weighted_products with slopes at W^t for secants", real=True
)
summands = observable("change_scale", "eta / n times the sum of the summands' magnitudes")
lambda_smallest = observable("lambda_smallest", "smallest lambda_i", r"\min_i\lambda_i")
lambda_largest = observable("lambda_largest", "largest lambda_i", r"\max_i\lambda_i")
lower_slope = parameter("lower_slope", "smallest slope of the activation", r"(\min\phi')")

equation_lambda = paper.theorem(
    "equation-lambda",
    "the exact increment of a margin in one step",
    "Appendix B.2, before Proposition B.24",
    r"$yf(x;W^{t+1})-yf(x;W^t)=\frac\eta n\sum_i\tilde g_i(W^t)\lambda_i(x;W^t)"
    r"\langle y_i\tilde x_i^t,yx\rangle$, where $\lambda_i$ is the mean over the neurons of the "
    r"secant slope of $\phi$ between $\langle w_s^t,x\rangle$ and $\langle w_s^{t+1},x\rangle$ "
    r"times $\phi'(\langle w_s^t,\tilde x_i^t\rangle)$, so $\lambda_i\in[0,1]$.",
    hypotheses=(required(None, "training follows Algorithm 1; no preactivation stands still"),),
    claims=(
        Identity(
            "increment",
            margin_change,
            eta / n * secants,
            scale=summands,
            exact=True,
            tolerance=1e-8,
            mutants=(eta / n * tangents, power(m, Q(1, 2), "1/sqrt(m) for the mean's 1/m")),
        ),
        Inequality(
            "lambda-below",
            lambda_smallest,
            at_least=lower_slope**2,
            scale=1,
            tolerance=1e-7,
            note="secants are rounded",
            mutants=(Mutant("without the square", at_least=lower_slope, where=lower_slope > 0),),
        ),
        Inequality(
            "lambda-above", lambda_largest, at_most=1, scale=1, tolerance=1e-7, mutants=(Q(1, 2),)
        ),
    ),
)
