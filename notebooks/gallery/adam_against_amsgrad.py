"""Adam's regret on the sequence of Reddi, Kale and Kumar, beside that of AMSGrad.

S. Reddi, S. Kale, S. Kumar, On the Convergence of Adam and Beyond, ICLR 2018: Theorem 1 (its proof)
and Theorem 4. The false claim is Theorem 4.1 of D. Kingma, J. Ba, Adam, ICLR 2015, whose Adam, with
the correction of the bias, is the one that runs here.
"""

import numpy as np
import sympy as sp

from bounds import BigO, Inequality, Mutant, Theorem, observable, parameter, required
from verify import Path, check

T = parameter("T", "number of rounds", integer=True, positive=True)
C = parameter("C", "slope of every third loss", positive=True)
alpha = observable("alpha", "first step size; round t has alpha / sqrt(t)", positive=True)
beta = 1 / (1 + C**2)
adam = observable("adam", "regret of Adam after T rounds", positive=True)
amsgrad = observable("amsgrad", "regret of AMSGrad after T rounds")
size = observable("size", "largest averaged squared gradient", r"\hat v_T", positive=True)
gradients = observable("gradients", "norm of all gradients together", r"\|g_{1:T}\|", positive=True)

theorem = Theorem(
    id="reddi2018/theorem-1",
    title="Adam need not converge",
    source="Reddi, Kale, Kumar, ICLR 2018, Theorems 1 and 4",
    statement=r"""
        On $[-1,1]$ with the losses $Cx$ in every third round and $-x$ in the others, $C>2$,
        Adam with $\beta_1=0$, $\beta_2=1/(1+C^2)$ and steps $\alpha/\sqrt t$ has regret at least
        $(2C-4)T/3$, also where the bias of its averages is corrected; that of AMSGrad is
        $O(\sqrt{T\log T})$.
    """,
    hypotheses=[required(C > 2, "the rare loss outweighs the two others")],
    claims=[
        Inequality(
            "adam-is-linear",
            adam,
            at_least=(2 * C - 4) * T / 3,
            mutants=[Mutant("per round, not per three", at_least=(2 * C - 4) * T)],
        ),
        # Theorem 4 as printed, in one dimension with beta_1 = 0, so that gamma = 0, and D = 2.
        Inequality(
            "amsgrad-bound",
            amsgrad,
            at_most=4 * sp.sqrt(T * size) / alpha
            + alpha * sp.sqrt(1 + sp.log(T)) / sp.sqrt(1 - beta) * gradients,
            mutants=[Mutant("no root of T", at_most=4 * sp.sqrt(size) / alpha)],
        ),
        BigO(
            "adam-rate",
            adam,
            sp.sqrt(T),
            corrections="power",
            exact=True,
            expected="broken",
            because="the rare large gradient is scaled down more than the two small ones",
        ),
    ],
)


@check(
    theorem,
    paths=[Path({"T": 1}, base=dict(T=48, C=C), sizes=5) for C in (3.0, 5.0)],
    seconds_per_replicate=lambda cell: 6e-9 * cell["T"],
    block=4096,
    first=4096,
)
def simulate(rng, cell, replicates):
    """One replicate is one step size; both algorithms begin at 1."""
    C, T = cell["C"], cell["T"]
    beta = 1 / (1 + C**2)
    alpha = rng.uniform(0.2, 1, replicates) * np.sqrt(1 - beta)
    regrets = []
    for remembers in (False, True):
        x, v, largest, loss, squares = np.ones(replicates), 0.0, 0.0, 0.0, 0.0
        for t in range(1, T + 1):
            slope = C if t % 3 == 1 else -1.0
            loss = loss + slope * x
            squares += slope**2
            v = beta * v + (1 - beta) * slope**2
            largest = max(largest, v)
            scale = largest if remembers else v / (1 - beta**t)  # AMSGrad corrects no bias
            x = np.clip(x - alpha / np.sqrt(t * scale) * slope, -1, 1)
        regrets.append(loss + abs(T // 3 * (C - 2)))  # the best fixed point is -1
    adam, amsgrad = regrets
    return {
        "alpha": alpha,
        "adam": adam,
        "amsgrad": amsgrad,
        "size": np.full(replicates, largest),
        "gradients": np.full(replicates, np.sqrt(squares)),
    }
