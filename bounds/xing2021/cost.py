"""What robustness costs: the excess standard risk c(epsilon), and the optimal robust risk."""

from bounds.authoring import *
from bounds.xing2021.notation import *
from bounds.xing2021.smoothing import *

SMALLEST_COST = 1e-9
"""What counts as positive: far below the cost of the weakest attack that is drawn."""

cost = observable(
    "c_epsilon", "excess standard risk of the robust minimiser, over v^2", r"c(\epsilon)"
)
cost_noiseless = observable(
    "c_epsilon_noiseless", "c(epsilon) of a model without noise", r"c(\epsilon)"
)
cost_beyond = observable("c_epsilon_beyond", "c(epsilon) beyond the null radius", r"c(\epsilon)")
plateau = observable("plateau", "|theta_0|_Sigma^2 / v^2", r"\|\theta_0\|_\Sigma^2/v^2")

claim_c_epsilon = paper.theorem(
    "claim-c-epsilon",
    "adversarial training hurts standard estimation",
    "Section 2.1, after Theorem 2",
    r"$c(\epsilon)=[R_L(\theta^*,0)-R_L(\theta_0,0)]/v^2$ is positive, increases in "
    r"$\epsilon$ and tends to $\|\theta_0\|^2_\Sigma/v^2$. (It is introduced as the limit of "
    r"$[R_L(\theta^{(T)},0)-R_L(\hat\theta_{OLS},0)]/v^2$, which is Theorem 2; the claims here are "
    r"about $c$ itself.)",
    hypotheses=(ATTACKED, GAUSSIAN),
    uses=("claim-minimiser-L2",),
    errata=(
        Erratum(
            r"$c(\epsilon)$ increases in $\epsilon$ and converges as $\epsilon$ diverges",
            r"it increases up to $\epsilon=\|\Sigma\theta_0\|/(c_0v)$, and is constant "
            r"from there on",
            r"beyond the null radius $\theta^*=0$",
            r"$d=1$, $\Sigma=1$, $\theta_0=\sigma=1$: $c(\epsilon)=1/2$ for every "
            r"$\epsilon\geq0.887$",
            harmless=True,
            unjudged="whether what is constant increases is a matter of words",
        ),
    ),
    claims=(
        Inequality(
            "positive-with-noise",
            cost,
            at_least=SMALLEST_COST,
            scale=1,
            tolerance=SMALLEST_COST / 100,
            statement=r"$c(\epsilon)>0$ for every $\epsilon>0$ if $\sigma>0$",
            printed=Printed(
                left=cost_noiseless,
                name="positive",
                statement=r"$c(\epsilon)>0$ for every $\epsilon>0$, with $\sigma=0$ allowed",
                why=r"without noise $q$ has a kink at $\theta_0$ that a weak attack does not "
                r"overcome: $\theta^*=\theta_0$",
                counterexample=r"$d=1$, $\Sigma=1$, $\theta_0=1$, $\sigma=0$, $\epsilon=1/2$: the "
                r"risk of $1-t$ grows at $t=0$ with slope $2\epsilon(\sqrt{2/\pi}-\epsilon)>0$, so "
                r"that $c(\epsilon)=0$",
            ),
            blunt=("it says positive and not how large; the billionth is the numerical zero"),
        ),
        Monotone(
            "increasing",
            cost,
            along="relative_radius",
            exact=True,
            statement=r"$c(\epsilon)$ increases in $\epsilon$ (and is constant from the null "
            r"radius on)",
        ),
        Identity(
            "plateau",
            cost_beyond,
            plateau,
            scale=1,
            exact=True,
            tolerance=1e-6,
            note="beyond the null radius",
            mutants=(1, 1 - plateau),
        ),
        Derivation(
            "slope",
            Derivative(epsilon * (epsilon * B + c_0 * q) / (q + epsilon * c_0 * B), epsilon)
            * (q + epsilon * c_0 * B) ** 2,
            equals=2 * epsilon * B * q + epsilon**2 * c_0 * B**2 + c_0 * q**2,
            statement=r"the exchange rate $\epsilon(\epsilon B+c_0q)/(q+\epsilon c_0B)$ on the "
            r"frontier increases in $\epsilon$, hence so does $c(\epsilon)$",
        ),
    ),
)

smallest_risk = observable("optimal_risk", "smallest robust risk, over v^2", "R^*/v^2")
risk_at_zero = observable("optimal_risk_at_zero", "smallest risk without attack", "R^*(0)")
risk_beyond = observable(
    "optimal_risk_beyond", "smallest robust risk beyond the null radius", "R^*"
)

optimal_risk = paper.theorem(
    "definition-optimal-risk",
    "the optimal robust risk grows with the attack",
    "Section 2.1, definition of R*",
    r"$R^*(\epsilon)=\min_\theta R_L(\theta,\epsilon)$ increases from $\sigma^2$ at "
    r"$\epsilon=0$ to $v^2$ at the null radius, and stays there.",
    hypotheses=(GAUSSIAN,),
    uses=("equation-5", "proposition-1"),
    claims=(
        Monotone(
            "increasing",
            smallest_risk,
            along="relative_radius",
            exact=True,
            statement=r"$R^*(\epsilon)$ increases in $\epsilon$",
        ),
        Identity(
            "at-zero",
            risk_at_zero,
            sigma**2,
            scale=v**2,
            exact=True,
            tolerance=1e-8,
            mutants=(v**2,),
        ),
        Identity(
            "beyond-null",
            risk_beyond,
            v**2,
            exact=True,
            tolerance=1e-8,
            note="from the null radius on",
            mutants=(Mutant("sigma^2 instead", equals=sigma**2, scale=v**2),),
        ),
    ),
)
