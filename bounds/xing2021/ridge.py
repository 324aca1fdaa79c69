"""Proposition 8 and Example 1: optima lie on the ridge path, and when they are sparse."""

from bounds.authoring import *
from bounds.xing2021.notation import *
from bounds.xing2021.smoothing import *


def training_level(scale: Expr = at_model, share: OfScale = attack_share) -> Expr:
    """Return the level of the ridge path at which the training field vanishes."""
    top = epsilon * q * attack_mean(scale) / B + epsilon**2 * share(scale)
    return top / (1 + epsilon * B * attack_mean(scale) / q)


surrogate_residual = observable(
    "surrogate_residual", "surrogate minimiser's distance from the path"
)
companion_residual = observable(
    "companion_residual", "companion minimiser's distance from the path"
)
training_residual = observable("training_residual", "resting point's distance from the ridge path")
inverse_residual = observable("inverse_residual", "distance from (Sigma + kappa I)^(-1) theta_0")
shrinking_residual = observable("shrinking_residual", "distance from the multiples of theta_0")
leak = observable("leak", "largest coordinate of the optimum outside the support of theta_0")
uncorrelated_leak = observable("leak_without_correlation", "leak for uncorrelated inputs")
on_path = shared(scale=1, at_most=1e-6)
by_newton = "risk by quadrature, minimised by Newton's method in all coordinates"
at_rest = "field by quadrature, zero by Newton's method in all coordinates"

eigenvalue = parameter("lambda", "eigenvalue of the covariance", positive=True)
coordinate = parameter("t_0", "coordinate of theta_0 along its eigenvector", real=True)
correlation = parameter("rho", "correlation of two inputs", positive=True)
t = sp.Symbol("t")
second_coordinate = sp.Determinant(
    sp.Matrix([[1 + kappa, 1], [correlation, correlation]])
) / sp.Determinant(sp.Matrix([[1 + kappa, correlation], [correlation, 1 + kappa]]))

proposition_8 = paper.theorem(
    "proposition-8",
    "the surrogate optimum lies on the ridge path",
    "Section 3.2, Proposition 8",
    r"The minimiser of $R_{L,\xi}(\cdot,\epsilon)$ is $(\Sigma+\kappa I)^{-1}\Sigma"
    r"\theta_0$ for some $\kappa$; whether it is sparse when $\theta_0$ is depends on $\Sigma$. "
    r"(The same holds for the companion risk, and for the point where training comes to rest, "
    r"with other $\kappa$.)",
    hypotheses=(ATTACKED, SMOOTHED, GAUSSIAN),
    uses=("definition-surrogate", "proof-2-gradients"),
    errata=(
        Erratum(
            r"$\kappa$ is a function of $(\theta_0,\Sigma,\sigma^2,\xi)$",
            r"it is a function of $(\theta_0,\Sigma,\sigma^2,\xi,\epsilon)$",
            r"without attack $\kappa=0$, under a crushing one $\kappa\to\infty$",
            harmless=True,
            unjudged="a misprint: an argument is missing",
        ),
    ),
    claims=(
        Inequality(
            "ridge-path",
            surrogate_residual,
            **on_path,
            statement=r"the minimiser of $R_{L,\xi}$ is $(\Sigma+\kappa I)^{-1}\Sigma\theta_0$ for "
            r"some $\kappa$",
            routes=by_newton,
            mutants=(
                Mutant("(Sigma + kappa I)^(-1) theta_0", left=inverse_residual),
                Mutant("Sigma (Sigma + kappa Sigma)^(-1) theta_0", left=shrinking_residual),
            ),
            blunt=("the millionth is the numerical zero, and no constant of the paper"),
        ),
        Inequality(
            "ridge-path-of-companion",
            companion_residual,
            **on_path,
            statement=r"so is the minimiser of $\tilde R_{L,\xi}$",
            routes=by_newton,
            blunt=("the millionth is the numerical zero, and no constant of the paper"),
        ),
        Inequality(
            "ridge-path-of-training",
            training_residual,
            **on_path,
            statement=r"so is the zero of $\nabla R_{L,\xi}$, at which training comes to rest",
            routes=at_rest,
            blunt=("the millionth is the numerical zero, and no constant of the paper"),
        ),
        Identity(
            "level-of-training",
            kappa,
            training_level(),
            exact=True,
            tolerance=1e-6,
            statement=r"there $\kappa=(\epsilon qH/B+\epsilon^2E_2)/(1+\epsilon BH/q)$",
            routes=at_rest,
            mutants=lambda: (
                Mutant("E_2 becomes 1", equals=training_level(share=lambda scale: 1)),
                Mutant("xi for xi/2", equals=training_level(2 * at_model)),
                Mutant(
                    "q/B becomes B/q", equals=training_level().subs({q: B, B: q}, simultaneous=True)
                ),
            ),
        ),
        Construction(
            "not-sparse",
            leak,
            at_least=Q(1, 20),
            scale=1,
            statement=r"with correlation $1/2$ between the active and an inactive input the "
            r"optimum is not sparse: its inactive coordinate exceeds $1/20$",
            routes=by_newton,
            mutants=(Mutant("without correlation as well", certificate=uncorrelated_leak),),
        ),
        *derivations(
            stationary=equal(
                Subs(
                    eigenvalue * (t - coordinate) + kappa * t,
                    t,
                    eigenvalue * coordinate / (eigenvalue + kappa),
                ),
                0,
                statement=r"in an eigenvector of $\Sigma$ with eigenvalue $\lambda$, "
                r"$\lambda(t-t_0)+\kappa t=0$ at $t=\frac{\lambda}{\lambda+\kappa}t_0$",
            ),
            leak=equal(
                second_coordinate,
                kappa * correlation / ((1 + kappa) ** 2 - correlation**2),
                statement=r"for $\Sigma$ with ones and $\rho$, $\theta_0=(1,0)$, the second "
                r"coordinate is $\frac{\kappa\rho}{(1+\kappa)^2-\rho^2}$",
                mutants=(Mutant("sparse", equals=0),),
            ),
            leak_in_numbers=equal(
                second_coordinate.subs({correlation: Q(1, 2), kappa: Q(3, 10)}),
                Q(5, 48),
                statement=r"$\rho=0.5$, $\kappa=0.3$: it is $5/48=0.104$",
            ),
        ),
    ),
)

relative_leak = observable("leak", "largest inactive coordinate of the optimum, over its norm")
correlated_leak = observable("leak_with_correlation", "leak if all inputs are correlated")

example_1 = paper.theorem(
    "example-1",
    "uncorrelated inactive inputs keep the optimum sparse",
    "Section 3.2, Example 1",
    r"If $\theta_0$ is sparse and $\Sigma$ is block diagonal, with one block for the "
    r"active inputs and one for the others, then $\theta^*$ is sparse as well.",
    hypotheses=(ATTACKED, GAUSSIAN, required(None, "active and inactive inputs are uncorrelated")),
    uses=("proposition-8",),
    claims=(
        Inequality(
            "support",
            relative_leak,
            at_most=1e-9,
            scale=1,
            statement=r"the inactive coordinates of the optimum vanish",
            routes="risk by quadrature, minimised by Newton's method from a start without zeros",
            mutants=(Mutant("without the block structure", left=correlated_leak),),
            blunt=("the billionth is the numerical zero, and no constant of the paper"),
        ),
    ),
)
