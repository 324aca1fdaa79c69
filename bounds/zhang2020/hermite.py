"""Lemma 6.6: a polynomial of an inner product as a mean over Gaussian half-spaces."""

from bounds.authoring import *
from bounds.zhang2020.complexity import c
from bounds.zhang2020.notation import *

i = parameter("i", "power of the inner product", integer=True, positive=True)
t = observable("t", "inner product of w* and x", r"\langle w^*,x\rangle")
b = observable("b", "threshold, minus the bias", "b")
half_space = observable(
    "half_space",
    "mean of He_i over a half-space, by quadrature",
    r"E[\mathrm{He}_i(\langle w^*,u\rangle)1\{\langle x,u\rangle\geq b\}]",
)
error = observable(
    "error",
    "greatest error over the inner products that were tried",
    r"\max_{t\text{ tried}}|E[1\{\cdot\}h]-\varphi(t)|",
)
largest = observable("largest", "bound of |h|, exact for a power", r"\sup|h|", positive=True)
complexity = observable(
    "complexity", "C(phi, epsilon_2) of Definition 6.1", r"C(\varphi,\epsilon_2)"
)
plain = observable("plain", "C(phi) of Definition 6.1", r"C(\varphi)")
normaliser = observable("normaliser", "mean of |He_(i-1)| phi over the bias", "p_i", positive=True)
of_window = observable(
    "of_window", "the same over the short window of [2]", r"p_i'", nonnegative=True
)
double_factorial = observable("double_factorial", "(i - 1)!!", "(i-1)!!", positive=True)
of_symmetric = observable(
    "of_symmetric", "the same over a window about zero", r"p_i''", nonnegative=True
)

he = observable("he", "the Hermite polynomial before He_i, at b", r"\mathrm{He}_{i-1}(b)")
he_next = observable("he_next", "He_i at b", r"\mathrm{He}_i(b)")
he_physical = observable("he_physical", "the physicists' polynomial", r"H_{i-1}(b)")
bell = exp(-(b**2) / 2) / sqrt(2 * pi)
z = parameter("z", "a variable of integration", real=True)

lemma_6_6 = paper.theorem(
    "lemma-6.6",
    "polynomials as means over half-spaces",
    "Section 6.2, Lemma 6.6 (Lemma 6.2 of Allen-Zhu, Li and Liang 2019)",
    r"For every polynomial $\varphi$ and $\epsilon_2\in(0,1/C(\varphi))$ there is "
    r"$h:\mathbb R^2\to[-C(\varphi,\epsilon_2),C(\varphi,\epsilon_2)]$ with "
    r"$|E_{u,\beta}[1\{\langle u,x\rangle+\beta\geq0\}h(\langle w^*,u\rangle,\beta)]-"
    r"\varphi(\langle w^*,x\rangle)|\leq\epsilon_2$ for all unit $w^*,x$.",
    reconstructed=RECONSTRUCTED,
    hypotheses=(
        required(None, "u is N(0, I) and beta is N(0, 1), w* and x are unit vectors"),
        required(None, r"epsilon_2 < 1/C(phi)"),
    ),
    uses=("definition-6.1",),
    claims=(
        Identity(
            "half-space",
            half_space,
            t**i * he * bell,
            exact=True,
            scale=sqrt(gamma_function(i)),
            tolerance=1e-12,
            statement=r"$E[\mathrm{He}_i(\langle w^*,u\rangle)1\{\langle x,u\rangle\geq b\}]="
            r"t^i\mathrm{He}_{i-1}(b)\phi(b)$ for $i\leq12$",
            mutants=(
                Mutant(
                    "the physicists' polynomials",
                    equals=t**i * he_physical * bell,
                ),
                Mutant("He_i", equals=t**i * he_next * bell),
            ),
        ),
        Construction(
            "power",
            error,
            at_most=epsilon_2,
            note=r"$h=\mathrm{He}_i(a)\,\mathrm{sign}(\mathrm{He}_{i-1}(b))/p_i$ with $a$ clipped, "
            r"$b=-\beta$, for $t^i$; at 24 inner products other than those at which the clip was "
            "chosen, by quadrature over half-spaces and then over the bias",
            mutants=(Mutant("a half", at_most=epsilon_2 / 2),),
        ),
        Construction(
            "range-of-a-power",
            largest,
            at_most=c**i * (1 + (log(1 / epsilon_2) / i) ** (i / sp.Integer(2))),
            note=r"with $c=2\sqrt{2\pi}=5.01$ (ours), which $i=1$ needs as $\epsilon_2\to0$",
            mutants=(
                Mutant(
                    "c = 4",
                    at_most=sp.Integer(4) ** i
                    * (1 + (log(1 / epsilon_2) / i) ** (i / sp.Integer(2))),
                ),
                Mutant("without the accuracy", at_most=2 * c**i),
            ),
        ),
        Construction(
            "step",
            error,
            at_most=epsilon_2,
            statement=r"the same for a step polynomial of Claim 6.3: error at most $\epsilon_2$ at "
            "12 of these inner products",
            mutants=(Mutant("a tenth", at_most=epsilon_2 / 10),),
        ),
        Construction(
            "range-of-the-step",
            largest,
            at_most=complexity,
            note=r"with the same $c$",
            cannot_fail="the bound adds up powers of c = 5, which no term but the first one needs",
            mutants=(Mutant("C(phi) for C(phi, epsilon_2)", at_most=plain),),
        ),
        Inequality(
            "window",
            of_window,
            at_least=double_factorial / (200 * i**2),
            note=r"for $i\leq20$, with the windows of [2]: $|b|\leq\frac1{2i}$, or its positive "
            r"half for even $i$",
            mutants=(
                Mutant("50 for 200", at_least=double_factorial / (50 * i**2)),
                Mutant("a symmetric window always", left=of_symmetric),
            ),
        ),
        Inequality(
            "wide-window",
            normaliser,
            at_least=of_window,
            note="ours: with the sign as the window it is the greatest",
        ),
        *derivations(
            primitive=equal(
                Derivative(-(z**4 - 6 * z**2 + 3) * exp(-(z**2) / 2), z),
                (z**5 - 10 * z**3 + 15 * z) * exp(-(z**2) / 2),
                statement=r"$-(\mathrm{He}_4\phi)'=\mathrm{He}_5\phi$, the case $t=1$, $i=5$",
                mutants=((z**5 - 10 * z**3 + 12 * z) * exp(-(z**2) / 2),),
            ),
            first_normaliser=equal(
                Integral(exp(-(z**2)) / (2 * pi), (z, -oo, oo)),
                1 / (2 * sqrt(pi)),
                note=r"$p_1$, so that $\sup|h_1|=2\sqrt\pi B_1$",
                mutants=(1 / sqrt(pi),),
            ),
            second_normaliser=equal(
                2 * Integral(z * exp(-(z**2)) / (2 * pi), (z, 0, oo)),
                1 / (2 * pi),
                note="$p_2$",
                mutants=(1 / pi,),
            ),
        ),
    ),
)
