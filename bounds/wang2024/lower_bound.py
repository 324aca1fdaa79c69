"""What no classifier can beat: Theorem 3.2, the exact robust error of linear rules, Section 3.4."""

from __future__ import annotations

import sympy as sp

from bounds import (
    Derivation,
    Erratum,
    Identity,
    Inequality,
    Monotone,
    Mutant,
    Probability,
    Theorem,
    Theta,
    required,
)
from bounds.wang2024 import margin, reduction
from bounds.wang2024.notation import C, alpha, beta, c, d, lambda_, mu, n, normal_cdf, paper

sigma = sp.Symbol("sigma", positive=True)
_overlap = sp.Symbol("overlap", nonnegative=True)
_half = sp.Rational(1, 2)
_tail = normal_cdf(-(mu - alpha) / sigma)


def bound(share: sp.Expr) -> sp.Expr:
    """Return the lower bound for a lower bound ``share`` of the error without flips."""
    return beta + (1 - 2 * beta) * share


printed, improved = bound(_overlap / 4), bound(_overlap / 2)
normal_printed, normal_improved = bound(_tail / 2), bound(_tail)
best_linear = (1 - beta) * normal_cdf((alpha - mu) / sigma) + beta * normal_cdf(
    (mu + alpha) / sigma
)

normal = sp.Eq(sp.Symbol("is_normal"), 1)
few_flips = required(beta <= _half, "at most half of the labels are flipped (not stated)")
_z, _h, _p = sp.Symbol("z", real=True), sp.Symbol("h", positive=True), sp.Symbol("P", real=True)
_density = sp.exp(-(_z**2) / 2) / sp.sqrt(2 * sp.pi)
_shift = 2 * (1 - alpha / mu) * mu

theorem_3_2 = Theorem(
    id="wang2024/theorem-3.2",
    title="lower bound of the robust error of every classifier",
    source="Section 3.4, Theorem 3.2; proof in Appendix B.3",
    statement=r"With independent flips of probability $\beta$ and $p$ the density of the noise, "
    r"every classifier has $L^{0/1}_{rob}\geq\beta+\frac{1-2\beta}4\int\min\{p(\xi),p(\xi+v)\}"
    r"d\xi$ with $v=2(1-\alpha/\|\mu\|)\mu$ if $\alpha<\|\mu\|$, and $L^{0/1}_{rob}\geq\frac12$ if "
    r"$\alpha\geq\|\mu\|$. For $N(0,I)$ the bound is $\beta+\frac{1-2\beta}2"
    r"\Phi(-(\|\mu\|-\alpha))$.",
    paper=paper,
    hypotheses=(
        few_flips,
        required(None, "labels are flipped independently; the noise has a density"),
    ),
    symbols={
        "smallest_error": "smallest robust error of any classifier on the line, certified",
        "overlap": "integral of min{p(z), p(z + v)}, by quadrature",
        "overlap_estimate": "estimate of the overlap from one draw of the noise, any direction",
        "linear_error": "robust error of a random linear rule with a threshold",
        "network_error": "an attack on a trained network succeeds at a fresh point",
        "sigma": "standard deviation of a coordinate of the noise",
        "is_normal": "whether the noise is normal",
        "smallest_error_clean": "smallest robust error of any classifier on the line, no flips",
        "smallest_error_crushed": "smallest robust error of any classifier on the line, "
        "alpha >= mu",
        "beta_mirrored": "1 - beta: the same data, seen from the mirrored clusters",
        "h": "half of the length of the shift",
        "P": "probability that a clean label can be attacked",
    },
    uses=("wang2024/definition-2.1",),
    errata=(
        Erratum(
            printed=r"the flip probability $\beta$ without a bound",
            correct=r"$\beta\leq\frac12$, an unstated hypothesis",
            why="the last step of the proof multiplies a lower bound by 1 - 2 beta",
            counterexample="beta = 1, alpha = 0, large mu: the bound is 1, and the negated optimal "
            "classifier never errs",
            harmless=True,
        ),
    ),
    claims=(
        Inequality(
            "every-classifier",
            left="smallest_error",
            at_least=printed,
            scale=1,
            statement=r"on the line, for normal and other log-concave noise, no classifier has "
            r"less than $\beta+\frac{1-2\beta}4\int\min\{p(\xi),p(\xi+v)\}d\xi$",
            routes="smallest error over all classifiers by dynamic programming, bracketed. The "
            "line suffices: a ball contains the segment of its radius along the mean, the "
            "coordinates across are independent of the label and of the noise along the mean, so "
            "that on every line along the mean a classifier does no better than the best one on "
            "the line; a classifier of the coordinate along the mean attains it. This does not "
            "apply to noise whose coordinates depend on each other or to another attack norm",
            mutants=(
                Mutant("1 for 1/4", at_least=bound(_overlap)),
                Mutant("without 1 - 2 beta", at_least=beta + _overlap / 4),
                Mutant("1 - beta for beta", at_least=1 - beta + (1 - 2 * beta) * _overlap / 4),
                Mutant(
                    "the flips are ignored",
                    truth="weaker",
                    because="the overlap is at most 1",
                    at_least=(1 - 2 * beta) * _overlap / 4,
                ),
                Mutant(
                    "1/2 for 1/4",
                    truth="weaker",
                    at_least=improved,
                    because="true as well, and sharper: claimed on its own",
                ),
            ),
        ),
        Inequality(
            "twice",
            left="smallest_error",
            at_least=improved,
            scale=1,
            statement=r"sharper: $\frac12$ for $\frac14$ holds too (the proof pairs $h(\xi)$ with "
            r"$h(\xi+v)$ and drops half of each)",
            mutants=(
                Mutant("3/5 for 1/2", at_least=bound(3 * _overlap / 5)),
                Mutant("without 1 - 2 beta", at_least=beta + _overlap / 2),
            ),
        ),
        Inequality(
            "normal",
            left="smallest_error",
            at_least=normal_printed,
            scale=1,
            where=normal,
            statement=r"normal noise: $\beta+\frac{1-2\beta}2\Phi(-(\|\mu\|-\alpha)/\sigma)$",
            mutants=(
                Mutant("2 for 1/2", at_least=bound(2 * _tail)),
                Mutant("without 1 - 2 beta", at_least=beta + _tail / 2),
                Mutant(
                    "Phi(-(mu + alpha))",
                    truth="weaker",
                    because="a smaller tail",
                    at_least=bound(normal_cdf(-(mu + alpha) / sigma) / 2),
                ),
                Mutant(
                    "Phi(-2 (mu - alpha))",
                    truth="weaker",
                    because="a smaller tail",
                    at_least=bound(normal_cdf(-2 * (mu - alpha) / sigma) / 2),
                ),
                Mutant(
                    "(1 - beta) Phi without beta",
                    truth="weaker",
                    because="it is below the improved bound by beta (1 - Phi)",
                    at_least=(1 - beta) * _tail,
                ),
            ),
        ),
        Identity(
            "tight",
            observable="smallest_error_clean",
            equals=_overlap / 2,
            scale=1,
            exact=True,
            statement=r"without flips the smallest robust error is exactly "
            r"$\frac12\int\min\{p(\xi),p(\xi+v)\}d\xi$: the printed bound is true and loose by "
            r"a factor 2, the scaling factor to the optimal risk that the paper mentions",
            mutants=(
                Mutant("the printed 1/4", equals=_overlap / 4),
                Mutant(
                    "the attack is ignored: v = 2 mu", equals=sp.Symbol("overlap_unattacked") / 2
                ),
            ),
        ),
        Identity(
            "overlap",
            observable="overlap",
            equals=2 * _tail,
            scale=1,
            exact=True,
            where=normal,
            statement=r"normal noise: $\int\min\{p(\xi),p(\xi+v)\}d\xi=2\Phi(-(\|\mu\|-\alpha)"
            r"/\sigma)$",
            mutants=(
                Mutant("v = 2 mu", equals=2 * normal_cdf(-mu / sigma)),
                Mutant("Phi(-(mu + alpha))", equals=2 * normal_cdf(-(mu + alpha) / sigma)),
                Mutant("Phi(-2 (mu - alpha))", equals=2 * normal_cdf(-2 * (mu - alpha) / sigma)),
                Mutant("without the 2", equals=_tail),
            ),
        ),
        Identity(
            "overlap-any-direction",
            observable="overlap_estimate",
            equals=2 * _tail,
            statement=r"the overlap of $N(0,\sigma^2I_d)$ with its shift by $v$ depends on "
            r"$\|v\|$ alone: $2\Phi(-(\|\mu\|-\alpha)/\sigma)$",
            mutants=(
                Mutant("v = 2 mu", equals=2 * normal_cdf(-mu / sigma)),
                Mutant("without the 2", equals=_tail),
                Mutant("Phi(-2 (mu - alpha))", equals=2 * normal_cdf(-2 * (mu - alpha) / sigma)),
            ),
        ),
        Inequality(
            "strong-attack",
            left="smallest_error_crushed",
            at_least=_half,
            scale=1,
            statement=r"for $\alpha\geq\|\mu\|$ no classifier has less than $\frac12$",
            mutants=(Mutant("0.51", at_least=sp.Rational(51, 100)),),
        ),
        Identity(
            "strong-attack-attained",
            observable="smallest_error_crushed",
            equals=_half,
            scale=1,
            exact=True,
            statement=r"for $\alpha\geq\|\mu\|$ a constant classifier attains $\frac12$",
            mutants=(Mutant("0.51", equals=sp.Rational(51, 100)),),
        ),
        Inequality(
            "any-flips",
            left="smallest_error",
            at_least=printed.subs(beta, sp.Symbol("beta_mirrored", nonnegative=True)),
            scale=1,
            expected="broken",
            because="for beta > 1/2 the factor 1 - 2 beta is negative, and the printed bound is "
            "above what the negated classifier attains",
            statement=r"without an unstated hypothesis, $\beta\leq\frac12$ (here $\beta>\frac12$)",
        ),
        Inequality(
            "linear-rules",
            left="linear_error",
            at_least=normal_printed,
            statement=r"random linear rules, in any direction and with any threshold, have at "
            r"least $\beta+\frac{1-2\beta}2\Phi(-(\|\mu\|-\alpha)/\sigma)$",
            mutants=(
                Mutant("2 for 1/2", at_least=bound(2 * _tail)),
                Mutant("without 1 - 2 beta", at_least=beta + _tail / 2),
            ),
        ),
        Probability(
            "networks",
            event="network_error",
            at_least=normal_printed,
            statement=r"trained two-layer networks, attacked at fresh points, err with at least "
            r"that probability",
            mutants=(Mutant("2 for 1/2", at_least=bound(2 * _tail)),),
        ),
        Derivation(
            "bisecting",
            left=sp.Integral(_density, (_z, -sp.oo, -_h))
            + sp.Integral(_density.subs(_z, _z + 2 * _h), (_z, -_h, sp.oo)),
            equals=2 * normal_cdf(-_h),
            statement=r"with $h=\frac12\|v\|$ the smaller density changes at $-h$, so the "
            r"overlap of $N(0,1)$ is $2\Phi(-h)$",
            mutants=(Mutant("2 Phi(-2h)", equals=2 * normal_cdf(-2 * _h)),),
        ),
        Derivation(
            "closed-form",
            left=beta + (1 - 2 * beta) / 4 * 2 * normal_cdf(-_shift / (2 * sigma)),
            equals=normal_printed,
            statement=r"$\frac12\|v\|=\|\mu\|-\alpha$ turns the bound into its closed form",
            mutants=(
                Mutant("v = 2 mu", left=beta + (1 - 2 * beta) / 4 * 2 * normal_cdf(-mu / sigma)),
            ),
        ),
        Derivation(
            "meeting-point",
            left=sp.sqrt((_shift / 2 - mu) ** 2),
            equals=alpha,
            statement=r"$\xi+\frac v2$ is at distance $\alpha$ from $\xi+\mu$: both clusters can "
            r"be attacked to it",
            mutants=(Mutant("v = mu - alpha, half as long", left=sp.sqrt((_shift / 4 - mu) ** 2)),),
        ),
        Derivation(
            "flips",
            left=(1 - beta) * _p + beta * (1 - _p),
            equals=bound(_p),
            statement=r"a flipped label is safe only where the clean one is not: "
            r"$L\geq(1-\beta)P+\beta(1-P)$",
            mutants=(Mutant("1 - beta for 1 - 2 beta", equals=beta + (1 - beta) * _p),),
        ),
    ),
)

_cosine = sp.Symbol("cosine", real=True)
_distance = mu * _cosine
linear_error = (1 - beta) * normal_cdf((alpha - _distance) / sigma) + beta * normal_cdf(
    (alpha + _distance) / sigma
)

example_linear = Theorem(
    id="wang2024/example-linear",
    title="exact robust error of linear classifiers under label flips",
    source="Section 3.4 (the optimal risk that Theorem 3.2 is compared with)",
    statement=r"For $N(0,\sigma^2I)$ noise and independent flips, the robust error of "
    r"$\mathrm{sign}\langle\theta,x\rangle$ is $(1-\beta)\Phi(\frac{\alpha-M}\sigma)+\beta"
    r"\Phi(\frac{\alpha+M}\sigma)$ with $M=\langle\mu,\theta\rangle/\|\theta\|$. The best "
    r"classifier is $\mathrm{sign}\langle\mu,x\rangle$ or a constant.",
    paper=paper,
    hypotheses=(few_flips,),
    symbols={
        "attacked_error": "the explicitly attacked point is misclassified",
        "cosine": "cosine between theta and mu",
        "sigma": "standard deviation of a coordinate of the noise",
        "smallest_error_normal": "smallest robust error of any classifier on the line",
        "linear_error_any": "robust error of a random linear rule with a threshold",
        "constant_wins": "whether a constant beats sign<mu, x>",
    },
    uses=("wang2024/theorem-3.2",),
    claims=(
        Identity(
            "robust-error",
            observable="attacked_error",
            equals=linear_error,
            functional="proportion",
            statement=r"the attack succeeds with probability $(1-\beta)\Phi(\frac{\alpha-M}\sigma)"
            r"+\beta\Phi(\frac{\alpha+M}\sigma)$",
            mutants=(
                Mutant(
                    "flipped labels gain from the attack",
                    equals=(1 - beta) * normal_cdf((alpha - _distance) / sigma)
                    + beta * normal_cdf((_distance - alpha) / sigma),
                ),
                Mutant("the flips are ignored", equals=normal_cdf((alpha - _distance) / sigma)),
                Mutant("the angle is ignored", equals=best_linear),
                Mutant("the attack is ignored", equals=linear_error.subs(alpha, 0)),
            ),
        ),
        Identity(
            "optimum",
            observable="smallest_error_normal",
            equals=sp.Min(best_linear, _half),
            scale=1,
            exact=True,
            where=normal,
            statement=r"normal noise: the smallest robust error of all classifiers on the line is "
            r"that of $\mathrm{sign}\langle\mu,x\rangle$, or $\frac12$ if that is smaller",
            routes="smallest error over all classifiers by dynamic programming, bracketed",
            mutants=(
                Mutant("always that of the linear rule", equals=best_linear),
                Mutant("the improved bound of Theorem 3.2", equals=normal_improved),
                Mutant(
                    "flipped labels gain from the attack",
                    equals=sp.Min(
                        (1 - beta) * normal_cdf((alpha - mu) / sigma)
                        + beta * normal_cdf((mu - alpha) / sigma),
                        _half,
                    ),
                ),
            ),
        ),
        Inequality(
            "best-rule",
            left="linear_error_any",
            at_least=sp.Min(best_linear, _half),
            statement=r"no direction and no threshold does better than "
            r"$\mathrm{sign}\langle\mu,x\rangle$ or a constant",
            mutants=(
                Mutant(
                    "a hundredth more", at_least=sp.Rational(101, 100) * sp.Min(best_linear, _half)
                ),
            ),
        ),
        Derivation(
            "above-the-bound",
            left=best_linear - normal_improved,
            equals=beta * (normal_cdf((mu + alpha) / sigma) - normal_cdf((mu - alpha) / sigma)),
            statement=r"it exceeds the improved bound of Theorem 3.2 by $\beta[\Phi(\frac{\|\mu\|"
            r"+\alpha}\sigma)-\Phi(\frac{\|\mu\|-\alpha}\sigma)]$: flipped points that are wrong "
            r"and right within the ball",
            mutants=(Mutant("exactly the bound", equals=0),),
        ),
    ),
)

_r, _q, _x, _k = sp.symbols("r q x k", positive=True)
_size = sp.Symbol("mu", positive=True)

claim_3_4 = Theorem(
    id="wang2024/claim-3.4",
    title="upper against lower bound: the exponent n mu^2 / d",
    source="Section 3.4, after Theorem 3.2",
    statement=r"With $U$ the upper bound of Theorem 3.1 and $B$ the lower bound of Theorem 3.2, "
    r"$U-\beta=(B-\beta)^{O(n\|\mu\|^2/d)}$. With $q=n\|\mu\|^2/d$ and $r=\alpha/\|\mu\|$ fixed, "
    r"the exponent tends to $2c\lambda(\frac{\sqrt q}C-r)^2/(1-r)^2$.",
    paper=paper,
    symbols={
        "one_step_error": "robust error after one step of a linear network",
        "exponent": "log(error - beta) / log(lower bound - beta) of one linear training step",
        "q": "n mu^2 / d",
        "r": "alpha / mu",
        "x": "the margin that is left after the attack",
        "k": "(1 - r), the share of the signal that the attack leaves",
    },
    uses=("wang2024/theorem-3.2", "wang2024/lemma-B.2", "wang2024/claim-reduction"),
    claims=(
        Derivation(
            "upper-exponent",
            left=sp.Limit(
                (sp.log(2) - c * lambda_ * (_x**2 / C * sp.sqrt(_q * d / _x**2 / d) - _r * _x) ** 2)
                / _x**2,
                _x,
                sp.oo,
            ),
            equals=-c * lambda_ * (sp.sqrt(_q) / C - _r) ** 2,
            statement=r"$\log(U-\beta)/\|\mu\|^2\to-c\lambda(\frac{\sqrt q}C-r)^2$",
            mutants=(
                Mutant(
                    "n^2 for n",
                    left=sp.Limit(
                        (
                            sp.log(2)
                            - c * lambda_ * (_x**2 / C * _q * d / _x**2 / sp.sqrt(d) - _r * _x) ** 2
                        )
                        / _x**2,
                        _x,
                        sp.oo,
                    ),
                ),
            ),
        ),
        Derivation(
            "lower-exponent",
            left=sp.Limit(
                sp.exp(-((_k * _x) ** 2) / 2)
                / (sp.sqrt(2 * sp.pi) * _k * _x * normal_cdf(-_k * _x)),
                _x,
                sp.oo,
            ),
            equals=1,
            statement=r"$\Phi(-(1-r)\|\mu\|)$ is asymptotic to its density over "
            r"$(1-r)\|\mu\|$, so $\log(B-\beta)/\|\mu\|^2\to-\frac12(1-r)^2$",
            mutants=(
                Mutant(
                    "without the 1/2",
                    left=sp.Limit(
                        sp.exp(-((_k * _x) ** 2))
                        / (sp.sqrt(2 * sp.pi) * _k * _x * normal_cdf(-_k * _x)),
                        _x,
                        sp.oo,
                    ),
                ),
            ),
        ),
        Theta(
            "trained-exponent",
            observable="exponent",
            of=n * mu**2 / d,
            corrections="power",
            statement=r"one training step of a linear network: $\log(L-\beta)/\log(B-\beta)$ grows "
            r"like $\frac{n\|\mu\|^2}d$, where that is small",
            mutants=(
                Mutant("n^2 for n", of=n**2 * mu**2 / d),
                Mutant("mu^4 for mu^2", of=n * mu**4 / d),
                Mutant("d^2 for d", of=n * mu**2 / d**2),
                Mutant("1 / mu", of=1 / mu),
                Mutant("sqrt(n mu / d)", of=sp.sqrt(n * mu / d)),
            ),
        ),
        Monotone(
            "falls-with-samples",
            observable="one_step_error",
            along="n",
            increasing=False,
            statement=r"the robust error falls in $\frac nd$: here as $n$ grows (exact law of one "
            r"step of a linear network)",
            mutants=(Mutant("it rises", increasing=True),),
        ),
        Monotone(
            "rises-with-dimension",
            observable="one_step_error",
            along="d",
            statement=r"and it rises as $d$ grows",
            mutants=(Mutant("it falls", increasing=False),),
        ),
        Monotone(
            "rises-with-ratio",
            observable="one_step_error",
            along="r",
            statement=r"it falls as $\frac\alpha{\|\mu\|}$ does",
            mutants=(Mutant("it rises as the ratio falls", increasing=False),),
        ),
        Derivation(
            "edge-of-the-regime",
            left=(n * mu**2 / d).subs(d, C * n * mu**2 * (1 + _x)),
            at_most=1 / C,
            nonnegative=_x / (C * (1 + _x)),
            statement=r"the bounds match for $\frac{n\|\mu\|^2}d=\Omega(1)$, but (1), "
            r"$d=Cn\|\mu\|^2(1+x)$, keeps it below $\frac1C$",
            mutants=(Mutant("1 / C^2", at_most=1 / C**2),),
        ),
        Derivation(
            "sample-size",
            left=(mu**2 / C * sp.sqrt(n / d) - alpha).subs(n, C**2 * d * (alpha + _x) ** 2 / mu**4),
            equals=_x,
            statement=r"a margin $x$ beyond the attack needs $n=C^2d(\alpha+x)^2/\|\mu\|^4$",
            mutants=(
                Mutant(
                    "mu^2 for mu^4",
                    left=(mu**2 / C * sp.sqrt(n / d) - alpha).subs(
                        n, C**2 * d * (alpha + _x) ** 2 / mu**2
                    ),
                ),
            ),
        ),
        Derivation(
            "sample-size-at-fixed-ratio",
            left=sp.Limit(C**2 * d * (_r * _q + _x) ** 2 / _q**4 * _q**2 / d, _q, sp.oo),
            equals=C**2 * _r**2,
            statement=r"at fixed $r=\alpha/\|\mu\|$ that is $n\sim C^2r^2d/\|\mu\|^2$",
            mutants=(
                Mutant(
                    "mu^4 for mu^2",
                    left=sp.Limit(C**2 * d * (_r * _q + _x) ** 2 / _q**4 * _q**4 / d, _q, sp.oo),
                ),
            ),
        ),
    ),
)

theorems = (theorem_3_2, example_linear, claim_3_4, *margin.theorems, *reduction.theorems)
