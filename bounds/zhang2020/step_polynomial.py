"""Equation (2), Claim 6.3 with its proof, and Lemma 6.2: from the sign to a robust fit."""

from bounds.authoring import *
from bounds.zhang2020.notation import *
from bounds.zhang2020.polynomials import degree_bound

alpha = quantity(
    "alpha", "where the step is", 1 - rho**2 / 2 - delta * (delta - 2 * rho) / 4, r"\alpha"
)
degree = observable("degree", "degree of the polynomial", "k")
coefficient = observable(
    "coefficient", "binary logarithm of the greatest coefficient", r"\log_2\max_j|q_j|"
)
of_sign = observable(
    "of_sign", "binary logarithm of the greatest coefficient of p_1", r"\log_2\max_j|\alpha_j|"
)
error_near = observable(
    "error_near",
    "certified bound of |q - 1| over [1 - rho^2/2, 1]",
    r"\sup_{[1-\rho^2/2,1]}|q_1-1|",
)
error_far = observable(
    "error_far",
    "certified bound of |q| over [-1, 1 - (delta - rho)^2/2]",
    r"\sup_{[-1,1-(\delta-\rho)^2/2]}|q_1|",
)
explosion = observable(
    "explosion", "|q| at a point there, for 2(z - alpha) as the argument", "|q_1(z)|"
)
binomials = observable(
    "binomials",
    "greatest sum of the binomial theorem, over j up to k",
    r"\max_j\sum_{i=j}^k\binom ijb^{i-j}",
)
z = parameter("z", "an inner product", real=True)
base = parameter("base", "a number that is expanded", "b", positive=True)
k = parameter("k", "degree of a polynomial", integer=True, positive=True)

setting = (
    required(2 * rho < delta, "balls of different points do not meet"),
    required(delta <= sqrt(3), "two inputs are at most the root of 3 apart"),
    required(gamma <= delta * (delta - 2 * rho), "the sample is gamma-separable"),
    required(epsilon_1 < 1, "the accuracy is below 1"),
)
settings = (
    r"at $(\delta,\rho)=(1.7,0.1),(1.2,0.05),(1,0.1),(0.6,0.05)$ and "
    r"$\epsilon_1\in\{0.5,0.1,0.01\}$, with $\gamma=\delta(\delta-2\rho)$"
)

loose = r"the bound has 2^(6D), where 2^(D/4) is enough for the polynomials of the checks"

separated = {delta: (Q(1, 1000), sqrt(3)), rho: (0, Q(9, 10))}

equation_2 = paper.theorem(
    "equation-2",
    "the step polynomial from the sign polynomial",
    "Section 6.1, equation (2) as in the text; the epsilon of the accuracy completed",
    r"$q_1(z)=\frac{p_1(2(z-\alpha))+1}2$ has $|q_1-\mathrm{step}_\alpha|\leq\frac{\epsilon_1}2$ "
    r"on $[\alpha-2,\alpha+2]\setminus[\alpha-2\eta,\alpha+2\eta]$. Printed: $p_1(2(z-\alpha))$; "
    r"meant: $p_1((z-\alpha)/2)$.",
    hypotheses=setting,
    uses=("lemma-6.4",),
    claims=(
        Construction(
            "step",
            Max(error_near, error_far),
            at_most=epsilon_1 / 2,
            note=rf"certified {settings}",
            mutants=(Mutant("a quarter", at_most=epsilon_1 / 4),),
            printed=Printed(
                certificate=explosion,
                words=r"$q_1(z)=\frac{p_1(2(z-\alpha))+1}2$",
                statement=r"$|q_1|\leq\frac{\epsilon_1}2$ for $z<\alpha-2\eta$ with "
                r"$q_1(z)=\frac{p_1(2(z-\alpha))+1}2$",
                why=r"$2(z-\alpha)$ leaves $[-1,1]$, where $p_1$ explodes; the next line's "
                r"$[\alpha-2,\alpha+2]$ and $\alpha\pm2\eta$ are those of $p_1((z-\alpha)/2)$",
                counterexample=r"$\delta=1.2$, $\rho=0.05$, $\epsilon_1=0.1$: "
                r"$\sup|q_1|=2.5\cdot10^7$ on $[-1,1-(\delta-\rho)^2/2]$",
            ),
        ),
        Inequality(
            "argument",
            Abs(z - alpha) / 2,
            at_most=1,
            box={z: (-1, 1), **separated},
            note=r"so that $p_1$ is asked for nothing outside $[-1,1]$",
            mutants=(Mutant("2(z - alpha)", left=2 * Abs(z - alpha)),),
        ),
    ),
)

step_degree = quantity(
    "step_degree", "what the claim allows as degree", 24 / gamma * log(16 / epsilon_1), "D"
)

claim_6_3 = paper.theorem(
    "claim-6.3",
    "a polynomial near the step",
    "Section 6.1, Claim 6.3",
    r"Let $\epsilon_1\in(0,1)$ and $D=\frac{24}\gamma\ln\frac{16}{\epsilon_1}$. There is $q_1$ of "
    r"degree at most $D$ with coefficients $O(\gamma^{-1}2^{6D})$, $|q_1-1|\leq\epsilon_1$ on "
    r"$[1-\frac{\rho^2}2,1]$ and $|q_1|\leq\epsilon_1$ on $[-1,1-\frac{(\delta-\rho)^2}2)$.",
    reconstructed=RECONSTRUCTED,
    hypotheses=setting,
    uses=("lemma-6.4", "equation-2"),
    claims=(
        Construction(
            "near-one",
            error_near,
            at_most=epsilon_1,
            note=rf"certified {settings}",
            mutants=(Mutant("a quarter", at_most=epsilon_1 / 4),),
        ),
        Construction(
            "near-zero",
            error_far,
            at_most=epsilon_1,
            note=rf"certified {settings}",
            mutants=(Mutant("a quarter", at_most=epsilon_1 / 4),),
        ),
        Construction(
            "degree",
            degree,
            at_most=step_degree,
            note=r"true as printed, by the Chebyshev series: its degree has no $\ln\frac1\gamma$",
            mutants=(Mutant("a twelfth", at_most=step_degree / 12),),
        ),
        Construction(
            "coefficients",
            coefficient,
            at_most=6 * step_degree + 1 - log(gamma, 2),
            statement=r"$\max_j|q_j|\leq\frac2\gamma2^{6D}$",
            cannot_fail=loose,
            mutants=(Mutant("D/50 for 6D", at_most=step_degree / 50 - log(gamma, 2)),),
        ),
        Theta(
            "degree-needed",
            degree,
            of=1 / gamma,
            exact=True,
            corrections="power",
            rate=1,
            note=r"ours: at fixed $\epsilon_1$ and $\rho=0.05\delta$",
            mutants=(
                Mutant("with the logarithm", of=log(16 / gamma) / gamma),
                Mutant("the root", of=gamma ** -Q(1, 2)),
            ),
        ),
    ),
    vacuity=(
        Asks("the degree, at most", sp.floor(step_degree), {gamma: 1, epsilon_1: Q(1, 10)}),
        Asks("the degree, at most", sp.floor(step_degree), {gamma: Q(1, 10), epsilon_1: Q(1, 10)}),
        Asks(
            "the degree that its proof asks for",
            sp.floor(24 / gamma * log(16 / (gamma * epsilon_1))),
            {gamma: Q(1, 10), epsilon_1: Q(1, 10)},
        ),
        Asks(
            "the size of the coefficients, at most",
            2 / gamma * 2 ** (6 * step_degree),
            {gamma: Q(1, 10), epsilon_1: Q(1, 10)},
        ),
    ),
)

proof_degree = 24 / gamma * log(16 / (gamma * epsilon_1))

proof_claim_6_3 = paper.theorem(
    "proof-claim-6.3",
    "the parameters of the step polynomial",
    "Section 6.1, proof of Claim 6.3; the epsilon in D completed",
    r"With $\eta=\delta(\delta-2\rho)/8$ and $\alpha=1-\frac{\rho^2}2-2\eta$, Lemma 6.4 and "
    r"equation (2) give Claim 6.3.",
    hypotheses=setting,
    uses=("lemma-6.4", "equation-2"),
    claims=(
        Inequality(
            "half-gap",
            delta * (delta - 2 * rho) / 8,
            at_least=gamma / 8,
            box={**separated, gamma: (Q(1, 10**9), 3)},
            note=r"which $\frac3\eta\leq\frac{24}\gamma$ needs",
            mutants=(Mutant("a seventh", at_least=gamma / 7),),
            printed=Printed(
                at_least=None,
                at_most=gamma / 8,
                why=r"Definition 3.4 has $\gamma\leq\delta(\delta-2\rho)$",
                counterexample=r"$\delta=1$, $\rho=0$, $\gamma=\frac12$: "
                r"$\eta=\frac18>\frac1{16}$",
                harmless=True,
            ),
        ),
        Inequality(
            "degree",
            degree_bound,
            at_most=proof_degree,
            box={
                gamma: (Q(1, 10**6), 3),
                eta_p: (Q(1, 10**7), Q(3, 8)),
                epsilon_1: (Q(1, 10**9), 1),
            },
            where=gamma <= 8 * eta_p,
            statement=r"$\frac3\eta\ln\frac2{\eta\epsilon_1}\leq\frac{24}\gamma\ln\frac{16}"
            r"{\gamma\epsilon_1}$ for $\eta\geq\frac\gamma8$: what Lemma 6.4 gives",
            mutants=(Mutant("8 for 16", at_most=24 / gamma * log(8 / (gamma * epsilon_1))),),
            printed=Printed(
                at_most=24 / gamma * log(16 / epsilon_1),
                words=r"$D=\frac{24}\gamma\ln\frac{16}{\epsilon_1}$",
                statement=r"$\frac3\eta\ln\frac2{\eta\epsilon_1}\leq\frac{24}\gamma\ln\frac{16}"
                r"{\epsilon_1}$ for $\eta\geq\frac\gamma8$",
                why=r"$\ln\frac2{\eta\epsilon_1}$ at $\eta=\frac\gamma8$ is "
                r"$\ln\frac{16}{\gamma\epsilon_1}$; the derivation has lost the $\gamma$ in the "
                "logarithm (the claim is true nevertheless, by another polynomial)",
                counterexample=r"$\gamma=\epsilon_1=\frac1{10}$, $\eta=\frac\gamma8$: "
                r"$1771>1218$",
            ),
        ),
        Inequality(
            "step-away-from-zero",
            alpha,
            at_least=Q(1, 4),
            box=separated,
            note=r"touched at $\delta=\sqrt3$, $\rho=0$",
            mutants=(Q(3, 10),),
        ),
        Inequality(
            "step-away-from-one",
            1 - alpha,
            at_least=delta * (delta - 2 * rho) / 4,
            box=separated,
            note=r"so $\frac1{1-\alpha}\leq\frac4\gamma$",
            mutants=(delta * (delta - 2 * rho) / 3,),
        ),
        Inequality(
            "binomial-sum",
            binomials,
            at_most=2**k / (1 - base),
            note=r"for $k\leq60$",
            mutants=(Mutant("a fourth for the half", at_most=2 ** (k / 2) / (1 - base)),),
        ),
        Inequality(
            "coefficient-chain",
            coefficient,
            at_most=log(2 ** (2 * degree - 1 + of_sign) / (1 - alpha) + Q(1, 2), 2),
            statement=r"$\max_j|q_j|\leq\frac{2^{2k-1}A}{1-\alpha}+\frac12$ with $A=\max_j|"
            r"\alpha_j|$: a bound for the printed equation (2), and too large for the right one",
            mutants=(
                Mutant(
                    "without A, the half of the power",
                    at_most=log(2 ** (degree / 8) / (1 - alpha) + Q(1, 2), 2),
                ),
            ),
        ),
        *derivations(
            step_high=equal(
                at(alpha + 2 * eta_p, {eta_p: delta * (delta - 2 * rho) / 8}),
                1 - rho**2 / 2,
                note=r"$\alpha+2\eta$",
                mutants=(Mutant("eta for 2 eta", left=alpha + delta * (delta - 2 * rho) / 8),),
            ),
            step_low=equal(
                at(alpha - 2 * eta_p, {eta_p: delta * (delta - 2 * rho) / 8}),
                1 - (delta - rho) ** 2 / 2,
                note=r"$\alpha-2\eta$",
                mutants=(
                    Mutant("delta - rho in the half-gap", left=alpha - delta * (delta - rho) / 4),
                ),
            ),
        ),
    ),
)

fit = observable(
    "fit",
    "certified bound of |f* - y| over all balls, and all samples",
    r"\max_j\sup_{\tilde x\in B(x_j,\rho)}|f^*(\tilde x)-y_j|",
)
careless = observable(
    "careless",
    "the same at one point of a separated simplex, with epsilon/3 as accuracy",
    r"|f^*(x_j)-y_j|",
)
fit_degree = quantity(
    "fit_degree", "what the lemma allows as degree", 24 / gamma * log(48 * n / epsilon), "D"
)

lemma_6_2 = paper.theorem(
    "lemma-6.2",
    "a robust fit by a polynomial",
    "Section 6.1, Lemma 6.2",
    r"Let $D=\frac{24}\gamma\ln\frac{48n}\epsilon$. There is a polynomial $q$ of degree at most "
    r"$D$, with coefficients $O(\gamma^{-1}2^{6D})$, such that for all $j$ and "
    r"$\tilde x_j\in\mathcal B_2(x_j,\rho)$: $|\sum_iy_iq(\langle x_i,\tilde x_j\rangle)-y_j|\leq"
    r"\frac\epsilon3$.",
    reconstructed=RECONSTRUCTED,
    hypotheses=(
        required(epsilon < 1, "the accuracy is below 1"),
        required(None, "the sample is gamma-separable, |x_i| = 1 and |y_i| <= 1"),
    ),
    uses=("claim-6.3",),
    claims=(
        Construction(
            "fit",
            fit,
            at_most=epsilon / 3,
            note=r"$q$ of Claim 6.3 with $\epsilon_1=\frac\epsilon{3n}$: at most "
            r"$\sup|q-1|+(n-1)\sup|q|$ over the two intervals, whatever the sample, here for "
            r"$n\in\{2,10,1000\}$ at three separations",
            mutants=(
                Mutant("the accuracy epsilon/3", certificate=careless),
                Mutant("a fifteenth", at_most=epsilon / 15),
            ),
        ),
        Construction(
            "degree",
            degree,
            at_most=fit_degree,
            mutants=(Mutant("a twelfth", at_most=fit_degree / 12),),
        ),
        Construction(
            "coefficients",
            coefficient,
            at_most=6 * fit_degree + 1 - log(gamma, 2),
            statement=r"$\max_j|q_j|\leq\frac2\gamma2^{6D}$",
            cannot_fail=loose,
            mutants=(Mutant("D/50 for 6D", at_most=fit_degree / 50 - log(gamma, 2)),),
        ),
        Inequality(
            "accuracy-needed",
            careless,
            at_least=(n - 1) * epsilon / 9,
            note=r"ours: with the accuracy $\frac\epsilon3$ the errors of $n$ equidistant inputs "
            r"can add up, to more than $\frac\epsilon3$ from $n=5$ on",
            mutants=(Mutant("twice as much", at_least=2 * (n - 1) * epsilon / 9),),
        ),
        *derivations(
            degree_of_claim=equal(
                at(step_degree.definition, {epsilon_1: epsilon / (3 * n)}),
                24 / gamma * log(48 * n / epsilon),
                note="Claim 6.3 at that accuracy",
                mutants=(Mutant("at epsilon/3", equals=24 / gamma * log(48 / epsilon)),),
            ),
        ),
    ),
    vacuity=(
        Asks("the degree, at most", sp.floor(fit_degree), {n: 2, epsilon: Q(1, 2), gamma: 1}),
        Asks("the degree, at most", sp.floor(fit_degree), {n: 10, epsilon: Q(1, 10), gamma: 1}),
        Asks(
            "the size of the coefficients, at most",
            2 / gamma * 2 ** (6 * fit_degree),
            {n: 2, epsilon: Q(1, 2), gamma: 1},
        ),
    ),
)
