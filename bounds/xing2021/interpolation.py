"""The minimum-norm interpolator when d/n diverges: Lemma 1, Lemma 3 and the L-infinity version."""

from bounds.authoring import *
from bounds.xing2021.notation import *
from bounds.xing2021.notation_dense import *

any_covariance = ", eigenvalues of Sigma from 1/4 to 4"
norm_ratio = observable(
    "norm_ratio", "squared norm of the interpolator over v^2", r"\|\theta(y)\|^2/v^2"
)
norm_ratio_any = observable(
    "norm_ratio_any", norm_ratio.meaning + any_covariance, norm_ratio.letter
)
squared_norm = observable(
    "squared_norm", "squared norm of the interpolator", r"\|\theta(y)\|^2", positive=True
)
controlled_norm = observable(
    "controlled_norm",
    "squared norm of the interpolator, less (|y|^2 - n v^2) / d, whose mean is zero",
    r"(\|\theta(y)\|^2-\frac{\|y\|^2-nv^2}{d})",
    real=True,
)
squared_deviation = observable(
    "squared_deviation", "mean squared residual of the interpolator on fresh points", "q^2"
)
risk_ratio = observable(
    "risk_ratio",
    "risk of the interpolator under (smoothed) attack, over v^2",
    r"R_{L,\xi}(\theta(y),\epsilon)/v^2",
)
risk_ratio_any = observable(
    "risk_ratio_any", risk_ratio.meaning + any_covariance, risk_ratio.letter
)
risk_excess = observable(
    "risk_excess", "risk of the interpolator over v^2, minus 1", r"(R_L(\theta(y),\epsilon)/v^2-1)"
)
training_ratio = observable(
    "training_ratio",
    "attacked training loss of the interpolator, over v^2",
    r"\hat R_{L,0}(\theta(y),\epsilon)/v^2",
)
attacked_training_loss = observable(
    "attacked_training_loss",
    "training loss of the interpolator under attack",
    r"\hat R_{L,0}(\theta(y),\epsilon)",
)
surrogate_training_loss = observable(
    "surrogate_training_loss",
    "training loss of the interpolator, smoothed attack",
    r"\hat R_{L,\xi}(\theta(y),\epsilon)",
)
signal_part = observable(
    "signal_part",
    "squared projection of theta_0 on the span of the inputs",
    r"\theta_0^\top X^\top(XX^\top)^{-1}X\theta_0",
)
whitened_part = observable(
    "whitened_part", "squared projection of theta_0 on the span of the whitened inputs"
)
smallest_variance = observable(
    "smallest_variance", "smallest eigenvalue of Sigma", r"\lambda_{\min}"
)
largest_variance = observable("largest_variance", "largest eigenvalue of Sigma", r"\lambda_{\max}")
signal_share = observable(
    "signal_share",
    "squared projection of theta_0 on the span of the inputs, over (n/d) |theta_0|_Sigma^2",
    r"\theta_0^\top X^\top(XX^\top)^{-1}X\theta_0\,\frac{d}{n}/\|\Sigma^{1/2}\theta_0\|^2",
)
mean_variance = observable("mean_variance", "mean eigenvalue of Sigma", r"(\mathrm{tr}\,\Sigma/d)")
noise_share = n / (d - n - 1)

lemma_1 = paper.theorem(
    "lemma-1",
    "the interpolator in high dimension",
    "Section 3.1, Lemma 1; proof in Appendix D",
    r"Let $\theta(y)=X^\top(XX^\top)^{-1}y\neq0$ and $d/n\to\infty$. Then "
    r"$\|\theta(y)\|^2/v^2=O_p(n/d)$, and with probability tending to 1, for any $\xi\geq0$, "
    r"$\hat R_{L,\xi}(\theta(y),\epsilon)/v^2\to0$ and $R_{L,\xi}(\theta(y),\epsilon)/v^2\to1$. "
    r"For $\Sigma=I$ the means are exact: $E\|\theta(y)\|^2=\frac{n}{d}\|\theta_0\|^2+"
    r"\sigma^2\frac{n}{d-n-1}$.",
    hypotheses=(
        more_inputs,
        dimension_dominates,
        required(None, "the eigenvalues of Sigma lie in a fixed interval of positive numbers"),
        required(None, "inputs and noise are Gaussian"),
    ),
    claims=(
        Theta(
            "norm",
            norm_ratio,
            of=n / d,
            functional="mean",
            corrections="power",
            note=r"for $\Sigma=I$; corrections are powers of $n/d$, by #norm-mean",
            mutants=(d / n, (n / d) ** 2, sqrt(n / d)),
        ),
        BigO(
            "norm-any-covariance",
            norm_ratio_any,
            of=n / d,
            functional="mean",
            corrections="power",
            rate=1,
            note="also for a covariance far from the identity (at fixed n; corrections are powers "
            "of 1/d, as those of the inverse of a Wishart matrix)",
            mutants=((n / d) ** 2,),
        ),
        Identity(
            "norm-mean",
            controlled_norm,
            n / d * signal**2 + sigma**2 * noise_share,
            statement=r"$E\|\theta(y)\|^2=\frac nd\|\theta_0\|^2+\sigma^2\frac n{d-n-1}$ for "
            r"$\Sigma=I$ (with the control variate $\|y\|^2$, of mean $nv^2$)",
            mutants=(n / d * V**2, noise_share * V**2),
        ),
        Identity(
            "deviation-mean",
            squared_deviation,
            sigma**2 + signal**2 * (1 - n / d) + sigma**2 * noise_share,
            note=r"for $\Sigma=I$",
            mutants=(replaced(1 - n / d, 1, "the whole signal is missed"),),
        ),
        Identity(
            "training-loss",
            attacked_training_loss,
            epsilon**2 * squared_norm,
            exact=True,
            mutants=(Mutant("zero, as for the smoothed attack", equals=0, scale=v**2),),
        ),
        Inequality(
            "surrogate-training-loss",
            surrogate_training_loss / v**2,
            at_most=0,
            scale=1,
            note=r"for every $\xi>0$",
            mutants=(
                Mutant(
                    "epsilon^2 |theta(y)|^2, as without smoothing",
                    at_most=None,
                    at_least=epsilon**2 * squared_norm / v**2,
                ),
            ),
        ),
        Limit("training-loss-vanishes", training_ratio, to=0, rate=1.0, mutants=(1,)),
        Limit(
            "risk",
            risk_ratio,
            to=1,
            rate=0.5,
            tolerance=0.02,
            note=r"for $\xi=0$ and $\xi>0$ (zone: 0.02)",
            mutants=(optimal_risk / v**2,),
        ),
        Limit(
            "risk-any-covariance",
            risk_ratio_any,
            to=1,
            rate=0.5,
            tolerance=0.02,
            note="also for a covariance far from the identity (zone: 0.02)",
            mutants=(0, Q(21, 20)),
        ),
        Theta(
            "risk-rate",
            risk_excess,
            of=sqrt(n / d),
            functional="mean",
            corrections="power",
            where=Eq(xi, 0),
            note=r"at fixed $\epsilon$; corrections are powers of $\sqrt{n/d}$, by equation 5",
            mutants=(n / d, (n / d) ** Q(1, 4)),
        ),
        Inequality(
            "signal-part",
            signal_part,
            at_most=whitened_part / smallest_variance,
            note="the same for whitened inputs on the right, on every data set",
            mutants=(
                replaced(smallest_variance, largest_variance),
                factor(2, "2/lambda_min, as in the paper").weaker("twice the bound"),
            ),
        ),
        Limit(
            "signal-limit",
            signal_share,
            to=1 / mean_variance,
            rate=1.0,
            tolerance=1 / (50 * mean_variance),
            note=r"for a diagonal $\Sigma$; at most $1/\lambda_{\min}$ for any, by #signal-part, "
            r"where the whitened part tends to $\frac{n}{d}\|\Sigma^{1/2}\theta_0\|^2$ "
            "(zone: 2 %)",
            printed=Printed(
                to=1,
                why=r"the last display of the proof drops the factor $2/\lambda_{\min}$ of the "
                r"line before; with most eigenvalues at $\frac14$ the ratio tends to "
                r"$d/\mathrm{tr}(\Sigma)$, here $\frac{16}7$",
                counterexample=r"eigenvalues $\frac14$ (three quarters of them) and $1$, "
                r"$\theta_0$ along an eigenvector of $\frac14$: the quantity is "
                "about twice what is printed",
                harmless=True,
            ),
        ),
    ),
)

smallest_eigenvalue = observable(
    "smallest_eigenvalue", "smallest eigenvalue of XX'", r"\lambda_{\min}(XX^\top)"
)
largest_eigenvalue = observable(
    "largest_eigenvalue", "largest eigenvalue of XX'", r"\lambda_{\max}(XX^\top)"
)
smallest_relative = observable(
    "smallest_relative", "smallest eigenvalue of XX', over d", r"\lambda_{\min}(XX^\top)/d"
)
largest_relative = observable(
    "largest_relative", "largest eigenvalue of XX', over d", r"\lambda_{\max}(XX^\top)/d"
)
smallest_extended = observable(
    "smallest_extended", "smallest eigenvalue of ZZ', with more points", r"\lambda_{\min}(ZZ^\top)"
)
largest_extended = observable(
    "largest_extended", "largest eigenvalue of ZZ', with more points", r"\lambda_{\max}(ZZ^\top)"
)
proportional_smallest = observable(
    "proportional_smallest", "smallest eigenvalue of ZZ', over d", r"\lambda_{\min}(ZZ^\top)/d"
)
aspect = sqrt(n / d)

lemma_3 = paper.theorem(
    "lemma-3",
    "the smallest eigenvalue of the Gram matrix grows like d",
    "Appendix D, Lemma 3",
    r"If $(\log n)\sqrt{n/d}\to0$, then with probability tending to 1 the smallest "
    r"eigenvalue of $XX^\top$ is $\Theta(d)$.",
    hypotheses=(more_inputs, dimension_dominates_logarithm, isotropic),
    claims=(
        Theta(
            "smallest-eigenvalue",
            smallest_eigenvalue,
            of=d,
            corrections="power",
            note=r"corrections are powers of $\sqrt{n/d}$, by the edges of the spectrum",
            mutants=(n,),
        ),
        Limit(
            "smallest-over-d",
            smallest_relative,
            to=1,
            rate=0.5,
            tolerance=0.02,
            note=r"for $\Sigma=I$ (zone: 0.02)",
        ),
        Limit(
            "largest-over-d",
            largest_relative,
            to=1,
            rate=0.5,
            tolerance=0.02,
            note=r"for $\Sigma=I$ (zone: 0.02)",
        ),
        Inequality(
            "interlacing-below",
            smallest_eigenvalue,
            at_least=smallest_extended,
            note="the step of the proof from $X$ to the $Z$ with more points",
        ),
        Inequality("interlacing-above", largest_eigenvalue, at_most=largest_extended),
        Limit(
            "bai-yin",
            proportional_smallest,
            to=(1 - aspect) ** 2,
            rate=2 / 3,
            tolerance=(1 - aspect) ** 2 / 50,
            note=r"with $n$ points, a fixed share of $d$ (zone: 2 %)",
            mutants=(1 - aspect, (1 - aspect**2) ** 2),
        ),
    ),
)

linf_training_ratio = observable(
    "training_ratio",
    "L-infinity attacked training loss of the interpolator, over v^2",
    r"\epsilon^2\|\theta(y)\|_1^2/v^2",
)
constant_radius_ratio = observable(
    "constant_radius_ratio",
    "training loss of the interpolator under an L-infinity attack of fixed radius, over v^2",
)
scaled_training_loss = observable(
    "scaled_training_loss",
    "attacked training loss of the interpolator, over v^2 n / d",
    r"\epsilon^2\|\theta(y)\|_1^2/(v^2n/d)",
)
linf_risk_ratio = observable(
    "risk_ratio",
    "L-infinity risk of the interpolator, over v^2",
    r"R_L^\infty(\theta(y),\epsilon)/v^2",
)

claim_linf = paper.theorem(
    "claim-Linf-interpolation",
    "interpolation under the L-infinity attack",
    "Section 4, high-dimensional dense models",
    r"If $\epsilon=O(1/\sqrt{d})$ and $d/n\to\infty$, the smallest $L_\infty$ "
    r"adversarial training loss tends to 0 while the population risk of the interpolator tends "
    r"to $v^2$.",
    hypotheses=(more_inputs, dimension_dominates, isotropic),
    uses=("equation-9", "lemma-1"),
    claims=(
        Limit(
            "training-loss-vanishes",
            linf_training_ratio,
            to=0,
            rate=1.0,
            note=r"with $\epsilon=C/\sqrt{d}$: the training loss at the interpolator, hence the "
            "smallest one",
            mutants=(
                Q(1, 20),
                Mutant("also under an attack of fixed radius", observable=constant_radius_ratio),
            ),
        ),
        Theta(
            "training-loss-order",
            linf_training_ratio,
            of=n / d,
            functional="mean",
            where=Eq(n, 6),
            corrections="power",
            note=r"with $\epsilon=C/\sqrt{d}$ and n fixed; corrections are powers of $n/d$",
            mutants=(
                1,
                (n / d) ** 2,
                Mutant(
                    "whatever n is",
                    of=1 / d,
                    survives="n is fixed here, where |y|^2 of six points is noise enough; what "
                    "power of n it is says training-loss-constant, where n grows",
                ),
            ),
        ),
        Limit(
            "training-loss-constant",
            scaled_training_loss,
            to=2 / pi * C_R**2,
            rate=0.5,
            tolerance=C_R**2 / (25 * pi),
            note=r"where $C=\epsilon\sqrt{d}$ is fixed (zone: 2 %)",
        ),
        Limit(
            "risk",
            linf_risk_ratio,
            to=1,
            rate=0.5,
            tolerance=0.02,
            note=r"with $\epsilon=C/\sqrt{d}$ (zone: 0.02)",
            mutants=(0, Q(21, 20)),
        ),
    ),
)
