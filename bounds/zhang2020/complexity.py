"""Definition 6.1: two measures of how complex a polynomial is."""

from bounds.authoring import *
from bounds.zhang2020.notation import *

c = parameter("c", "the constant of Definition 6.1", positive=True)
j = parameter("j", "power of a term", integer=True, positive=True)
ratio = parameter("ratio", "the root of ln(1/epsilon)/j", "s", positive=True)
smaller = parameter("smaller", "an accuracy over epsilon", r"\kappa", positive=True)

weight = c**j * (1 + (log(1 / epsilon) / j) ** (j / 2))
"""What one coefficient counts in C(phi, epsilon)."""

of_sum = observable("of_sum", "C of a sum of polynomials", r"C(\varphi+\psi,\epsilon)")
of_first = observable("of_first", "C of one of them", r"C(\varphi,\epsilon)")
of_second = observable("of_second", "C of the other", r"C(\psi,\epsilon)")
of_multiple = observable("of_multiple", "C of three times the first", r"C(3\varphi,\epsilon)")
plain_of_sum = observable("plain_of_sum", "C without accuracy, of the sum", r"C(\varphi+\psi)")
plain_of_first = observable("plain_of_first", "the same of one of them", r"C(\varphi)")
plain_of_second = observable("plain_of_second", "the same of the other", r"C(\psi)")

terms = {c: (1, 100), j: (1, 60), epsilon: (Q(1, 10**30), 1)}

definition_6_1 = paper.theorem(
    "definition-6.1",
    "complexity of a polynomial",
    "Section 6, Definition 6.1",
    r"For $\varphi(z)=\sum_{j\leq k}\alpha_jz^j$, $\epsilon\in(0,1)$ and a constant $c>1$: "
    r"$C(\varphi,\epsilon)=\sum_jc^j(1+(\sqrt{\ln(1/\epsilon)/j})^j)|\alpha_j|$ and "
    r"$C(\varphi)=c\sum_j(j+1)^{1.75}|\alpha_j|$. The term $j=0$ of the first is "
    r"$|\alpha_0|$ here.",
    reconstructed=RECONSTRUCTED,
    hypotheses=(
        required(epsilon < 1, "the accuracy is below 1"),
        required(c > 1, "the constant is above 1"),
    ),
    claims=(
        Inequality(
            "subadditive",
            of_sum,
            at_most=of_first + of_second,
            note="and touched where signs agree",
            mutants=(Mutant("the larger of both", at_most=Max(of_first, of_second)),),
        ),
        Identity(
            "homogeneous",
            of_multiple,
            3 * of_first,
            exact=True,
            mutants=(9 * of_first,),
        ),
        Inequality(
            "plain-subadditive",
            plain_of_sum,
            at_most=plain_of_first + plain_of_second,
            mutants=(Mutant("the larger", at_most=Max(plain_of_first, plain_of_second)),),
        ),
        Inequality(
            "monotone-in-accuracy",
            weight.subs(epsilon, epsilon / smaller),
            at_least=weight,
            box={**terms, smaller: (1, 10**6)},
            note="term by term",
            mutants=(2 * weight,),
        ),
        Inequality(
            "accuracy-counts-little",
            weight,
            at_most=c**j * (1 + epsilon ** (-1 / (2 * sp.E))),
            box=terms,
            note=r"ours: touched at $j=\ln\frac1\epsilon$, so that "
            r"$C(\varphi,\epsilon)\leq(1+\epsilon^{-1/2e})\sum_jc^j|\alpha_j|$",
            mutants=(
                Mutant("1/6 for 1/2e", at_most=c**j * (1 + epsilon ** -Q(1, 6))),
                Mutant("without the accuracy", at_most=2 * c**j),
            ),
        ),
        Inequality(
            "other-form-at-least",
            (1 + ratio) ** j,
            at_least=1 + ratio**j,
            box={ratio: (Q(1, 1000), 1000), j: (1, 60)},
            note=r"ours: $c^j(1+s)^j$, as in another reading, counts more",
            mutants=(2 + ratio**j,),
        ),
        Inequality(
            "other-form-at-most",
            (1 + ratio) ** j,
            at_most=2 ** (j - 1) * (1 + ratio**j),
            box={ratio: (Q(1, 1000), 1000), j: (1, 60)},
            note=r"ours: but no more than $2c$ for $c$ does; touched at $s=1$",
            mutants=(Q(9, 5) ** (j - 1) * (1 + ratio**j),),
        ),
    ),
)
