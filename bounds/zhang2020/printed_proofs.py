"""What is printed of the proofs of Lemma 6.2 and of Theorem 5.3, slips of the pen included.

The statements themselves had to be completed; these lines of their proofs have lost nothing, up to
the letter epsilon, on which none of the slips turns.
"""

from bounds.authoring import *
from bounds.zhang2020.notation import *
from bounds.zhang2020.step_polynomial import fit

exponent = parameter("exponent", "c m^(1/3), c the constant of Omega", "x", positive=True)
C = parameter("C", "constant of Theorem 5.1", positive=True)

other_label = observable(
    "other_label",
    "certified least |f* - y_i| over the ball of an input of label 1, for an i of label -1",
    r"|f^*(\tilde x_j)-y_i|",
)

proof_lemma_6_2 = paper.theorem(
    "proof-lemma-6.2",
    "whose label the polynomial fits",
    "Section 6.1, Lemma 6.2 and the end of its proof",
    r"$|f^*(\tilde x_j)-y_j|\leq|y_j||1-q(\langle x_j,\tilde x_j\rangle)|+\sum_{i\neq j}|y_i|"
    r"|q(\langle x_i,\tilde x_j\rangle)|\leq\frac\epsilon{3n}+(n-1)\frac\epsilon{3n}="
    r"\frac\epsilon3$ with $q$ of Claim 6.3 at $\epsilon_1=\frac\epsilon{3n}$. Printed (in "
    r"Lemma 6.2): $|\sum_iy_iq(\langle x_i,\tilde x_j\rangle)-y_i|$; meant: $-y_j$.",
    hypotheses=(
        required(epsilon < 1, "the accuracy is below 1"),
        required(None, "the sample is gamma-separable, |x_i| = 1 and |y_i| <= 1"),
    ),
    uses=("claim-6.3",),
    claims=(
        Construction(
            "own-label",
            fit,
            at_most=epsilon / 3,
            statement=r"$|\sum_iy_iq(\langle x_i,\tilde x_j\rangle)-y_j|\leq\frac\epsilon3$",
            note="certified, whatever the sample",
            mutants=(Mutant("a fifteenth", at_most=epsilon / 15),),
            printed=Printed(
                certificate=other_label,
                words=r"$|\sum_{i=1}^ny_i\cdot q(\langle x_i,\tilde x_j\rangle)-y_i|\leq"
                r"\frac\epsilon3$ for all $j$",
                statement=r"$|\sum_iy_iq(\langle x_i,\tilde x_j\rangle)-y_i|\leq\frac\epsilon3$",
                why=r"behind the sum $i$ is nobody's index: it is $y_j$, as in the proof; read as "
                "for all $i$ it is false",
                counterexample=r"$n=2$, $y=(1,-1)$: $|f^*(\tilde x_1)-y_2|\geq2-\frac\epsilon3$",
                harmless=True,
            ),
        ),
        *derivations(
            sum_of_errors=equal(
                at(epsilon_1 + (n - 1) * epsilon_1, {epsilon_1: epsilon / (3 * n)}),
                epsilon / 3,
                "the accuracy of the claim, n times",
                mutants=(Mutant("n + 1 times", equals=epsilon / 3 * (n + 1) / n),),
            ),
        ),
    ),
)

proof_theorem_5_3 = paper.theorem(
    "proof-theorem-5.3",
    "a robust network near the start: the parts put together",
    "Section 5, the three steps of the proof; Section 6.3",
    r"For $m\geq n^3$ and $m\geq\mathrm{poly}(d,(n/\epsilon)^{1/\gamma})$, with probability "
    r"$p\geq1-e^{-\Omega(\sqrt{m/n})}-e^{-\Omega(m^{1/3})}=1-e^{-\Omega(m^{1/3})}$: "
    r"$\ell(f_{W^*}(\tilde x_i),y_i)\leq|f^*-y_i|+|g_{W^*}-f^*|+|f_{W^*}-g_{W^*}|\leq"
    r"\frac{2\epsilon}3+O(R^2m^{-1/6})\leq\epsilon$ for $\tilde x_i\in\mathcal B_2(x_i,\rho)$, so "
    r"that $L_{\mathcal A^*}(f_{W^*})\leq\epsilon$. Printed: $p\geq1-\exp(-\Omega(-m^{1/3}))$, "
    r"$\mathcal B_2(x_i,r)$ and $L_{\mathcal A^*}(f^*)$; meant: as above.",
    uses=("lemma-6.2", "lemma-6.5", "theorem-5.1"),
    errata=(
        Erratum(
            r"$L_{\mathcal A^*}(f^*)\leq\epsilon$ (end of Section 6.3)",
            r"$L_{\mathcal A^*}(f_{W^*})\leq\epsilon$",
            r"the chain of inequalities before it, and the theorem, are about the network; $f^*$ "
            r"is the sum of polynomials, whose loss is at most $\frac\epsilon3$ by Lemma 6.2",
            harmless=True,
            unjudged=MISPRINT,
        ),
        Erratum(
            r"$\tilde x_i\in\mathcal B_2(x_i,r)$ (Section 5, first step of the proof)",
            r"$\tilde x_i\in\mathcal B_2(x_i,\rho)$",
            r"the attack has the radius $\rho$; $r$ counts neurons",
            harmless=True,
            unjudged=MISPRINT,
        ),
    ),
    claims=(
        Inequality(
            "probability",
            1 - exp(-exponent),
            at_least=Q(1, 2),
            box={exponent: (1, 10**6)},
            statement=r"$1-e^{-x}\geq\frac12$ for $x=cm^{1/3}\geq1$: what is promised is likely",
            mutants=(Mutant("two thirds", at_least=Q(2, 3)),),
            printed=Printed(
                left=1 - exp(exponent),
                words=r"$p\geq1-\exp(-\Omega(-m^{1/3}))$",
                statement=r"$1-e^{x}\geq\frac12$ for $x=cm^{1/3}\geq1$",
                why="with a sign too many the bound is negative, and says nothing",
                counterexample=r"$cm^{1/3}=1$: $1-e=-1.72$",
                harmless=True,
            ),
        ),
        Inequality(
            "three-parts",
            2 * epsilon / 3 + C * R**2 * m ** -Q(1, 6),
            at_most=epsilon,
            box={
                C: (Q(1, 100), 100),
                R: (1, 10**4),
                m: (1, 10**60),
                epsilon: (Q(1, 10**4), 1),
            },
            where=m >= (3 * C * R**2 / epsilon) ** 6,
            mutants=(Mutant("2 for 3 in the width", where=m >= (2 * C * R**2 / epsilon) ** 6),),
        ),
    ),
)
