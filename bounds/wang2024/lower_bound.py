"""What no classifier can beat: Theorem 3.2, the exact robust error of linear rules, Section 3.4."""

from bounds.authoring import *
from bounds.wang2024.notation import *

sigma = parameter("sigma", "standard deviation of a coordinate of the noise", positive=True)
overlap = observable(
    "overlap",
    "integral of min{p(z), p(z + v)}, by quadrature",
    r"\left[\int\min\{p(\xi),p(\xi+v)\}d\xi\right]",
    nonnegative=True,
)
tail = normal_cdf(-(mu - alpha) / sigma)


def bound(share: Expr) -> Expr:
    """Return the lower bound for a lower bound ``share`` of the error without flips."""
    return beta + (1 - 2 * beta) * share


normal_printed, normal_improved = bound(tail / 2), bound(tail)
best_linear = (1 - beta) * normal_cdf((alpha - mu) / sigma) + beta * normal_cdf(
    (mu + alpha) / sigma
)
normal = Eq(parameter("is_normal", "whether the noise is normal"), 1)
few_flips = required(beta <= Q(1, 2), "at most half of the labels are flipped (not stated)")

least = r"\min_hL^{0/1}_{rob}(h)"
smallest_error = observable(
    "smallest_error",
    "smallest robust error of any classifier on the line, certified",
    least,
    error="smallest_error_error",
)
smallest_clean = observable(
    "smallest_error_clean", "the same without flips", least, error="smallest_error_clean_error"
)
smallest_crushed = observable(
    "smallest_error_crushed",
    "the same for alpha >= mu",
    least,
    error="smallest_error_crushed_error",
)
overlap_unattacked = observable("overlap_unattacked", "the overlap for v = 2 mu")
overlap_estimate = observable(
    "overlap_estimate", "estimate of the overlap from one draw of the noise, any direction"
)
linear_error = observable("linear_error", "robust error of a random linear rule with a threshold")
network_error = observable(
    "network_error", "an attack on a trained network succeeds at a fresh point"
)
beta_mirrored = observable(
    "beta_mirrored", "1 - beta: the same data, seen from the mirrored clusters", nonnegative=True
)
h = parameter("h", "half of the length of the shift", positive=True)
P = parameter("P", "probability that a clean label can be attacked", real=True)
z = sp.Symbol("z", real=True)
density = exp(-(z**2) / 2) / sqrt(2 * pi)
shift = 2 * (1 - alpha / mu) * mu
other_overlaps = (
    Mutant("v = 2 mu", equals=2 * normal_cdf(-mu / sigma)),
    Mutant("Phi(-2 (mu - alpha))", equals=2 * normal_cdf(-2 * (mu - alpha) / sigma)),
)
other_bounds = (bound(2 * tail), Mutant("without 1 - 2 beta", at_least=beta + tail / 2))

theorem_3_2 = paper.theorem(
    "theorem-3.2",
    "lower bound of the robust error of every classifier",
    "Section 3.4, Theorem 3.2; proof in Appendix B.3",
    r"With independent flips of probability $\beta$ and $p$ the density of the noise, "
    r"every classifier has $L^{0/1}_{rob}\geq\beta+\frac{1-2\beta}4\int\min\{p(\xi),p(\xi+v)\}"
    r"d\xi$ with $v=2(1-\alpha/\|\mu\|)\mu$ if $\alpha<\|\mu\|$, and $L^{0/1}_{rob}\geq\frac12$ if "
    r"$\alpha\geq\|\mu\|$. For $N(0,I)$ the bound is $\beta+\frac{1-2\beta}2"
    r"\Phi(-(\|\mu\|-\alpha))$.",
    hypotheses=(
        few_flips,
        required(None, "labels are flipped independently; the noise has a density"),
    ),
    uses=("definition-2.1",),
    claims=(
        Inequality(
            "every-classifier",
            smallest_error,
            at_least=bound(overlap / 4),
            scale=1,
            note=r"on the line, for normal and other log-concave noise and for $\beta\leq\frac12$ "
            "(an unstated hypothesis)",
            routes="smallest error over all classifiers by dynamic programming, bracketed. The "
            "line suffices: a ball contains the segment of its radius along the mean, the "
            "coordinates across are independent of the label and of the noise along the mean, so "
            "that on every line along the mean a classifier does no better than the best one on "
            "the line; a classifier of the coordinate along the mean attains it. This does not "
            "apply to noise whose coordinates depend on each other or to another attack norm",
            mutants=(
                bound(overlap),
                Mutant("without 1 - 2 beta", at_least=beta + overlap / 4),
                Mutant("1 - beta for beta", at_least=1 - beta + (1 - 2 * beta) * overlap / 4),
            ),
            printed=Printed(
                name="any-flips",
                at_least=bound(overlap / 4).subs(beta, beta_mirrored),
                statement=r"without an unstated hypothesis, $\beta\leq\frac12$ (here "
                r"$\beta>\frac12$)",
                words=r"the flip probability $\beta$ without a bound",
                why="the last step of the proof multiplies a lower bound by 1 - 2 beta, which is "
                "negative for beta > 1/2: the printed bound is above what the negated classifier "
                "attains",
                counterexample="beta = 1, alpha = 0, large mu: the bound is 1, and the negated "
                "optimal classifier never errs",
                harmless=True,
            ),
        ),
        Inequality(
            "twice",
            smallest_error,
            at_least=bound(overlap / 2),
            scale=1,
            note=r"sharper (the proof pairs $h(\xi)$ with $h(\xi+v)$ and drops half of each)",
            mutants=(
                bound(3 * overlap / 5),
                Mutant("without 1 - 2 beta", at_least=beta + overlap / 2),
            ),
        ),
        Inequality(
            "normal",
            smallest_error,
            at_least=normal_printed,
            scale=1,
            where=normal,
            statement=r"normal noise: $\beta+\frac{1-2\beta}2\Phi(-(\|\mu\|-\alpha)/\sigma)$",
            mutants=other_bounds,
        ),
        Identity(
            "tight",
            smallest_clean,
            overlap / 2,
            scale=1,
            exact=True,
            note="without flips, exactly: the printed bound is true and loose by a factor 2, the "
            "scaling factor to the optimal risk that the paper mentions",
            mutants=(overlap_unattacked / 2,),
        ),
        Identity(
            "overlap",
            overlap,
            2 * tail,
            scale=1,
            exact=True,
            where=normal,
            statement=r"normal noise: $\int\min\{p(\xi),p(\xi+v)\}d\xi=2\Phi(-(\|\mu\|-\alpha)"
            r"/\sigma)$",
            mutants=(
                *other_overlaps,
                Mutant("Phi(-(mu + alpha))", equals=2 * normal_cdf(-(mu + alpha) / sigma)),
            ),
        ),
        Identity(
            "overlap-any-direction",
            overlap_estimate,
            2 * tail,
            statement=r"the overlap of $N(0,\sigma^2I_d)$ with its shift by $v$ depends on "
            r"$\|v\|$ alone: $2\Phi(-(\|\mu\|-\alpha)/\sigma)$",
            mutants=other_overlaps,
        ),
        Inequality(
            "strong-attack",
            smallest_crushed,
            at_least=Q(1, 2),
            scale=1,
            note=r"for $\alpha\geq\|\mu\|$",
            mutants=(Q(51, 100),),
        ),
        Identity(
            "strong-attack-attained",
            smallest_crushed,
            Q(1, 2),
            scale=1,
            exact=True,
            note=r"for $\alpha\geq\|\mu\|$: a constant classifier attains it",
            mutants=(Q(51, 100),),
        ),
        Inequality(
            "linear-rules",
            linear_error,
            at_least=normal_printed,
            statement=r"random linear rules, in any direction and with any threshold, have at "
            r"least $\beta+\frac{1-2\beta}2\Phi(-(\|\mu\|-\alpha)/\sigma)$",
            mutants=other_bounds,
        ),
        Probability(
            "networks",
            network_error,
            at_least=normal_printed,
            statement=r"trained two-layer networks, attacked at fresh points, err with at least "
            "that probability",
            mutants=(bound(2 * tail),),
            blunt=(
                "trained networks err far more often than the best rule, of which the "
                "bound is; how much more is not what it says"
            ),
        ),
        *derivations(
            bisecting=equal(
                Integral(density, (z, -oo, -h)) + Integral(density.subs(z, z + 2 * h), (z, -h, oo)),
                2 * normal_cdf(-h),
                statement=r"with $h=\frac12\|v\|$ the smaller density changes at $-h$, so the "
                r"overlap of $N(0,1)$ is $2\Phi(-h)$",
                mutants=(2 * normal_cdf(-2 * h),),
            ),
            closed_form=equal(
                bound(2 * normal_cdf(-shift / (2 * sigma)) / 4),
                normal_printed,
                statement=r"$\frac12\|v\|=\|\mu\|-\alpha$ turns the bound into its closed form",
                mutants=(Mutant("v = 2 mu", left=bound(2 * normal_cdf(-mu / sigma) / 4)),),
            ),
            meeting_point=equal(
                sqrt((shift / 2 - mu) ** 2),
                alpha,
                statement=r"$\xi+\frac v2$ is at distance $\alpha$ from $\xi+\mu$: both clusters "
                "can be attacked to it",
                mutants=(Mutant("v = mu - alpha, half as long", left=sqrt((shift / 4 - mu) ** 2)),),
            ),
            flips=equal(
                (1 - beta) * P + beta * (1 - P),
                bound(P),
                statement=r"a flipped label is safe only where the clean one is not: "
                r"$L\geq(1-\beta)P+\beta(1-P)$",
                mutants=(beta + (1 - beta) * P,),
            ),
        ),
    ),
)

attacked_error = observable("attacked_error", "the explicitly attacked point is misclassified")
smallest_normal = observable(
    "smallest_error_normal",
    "smallest robust error of any classifier on the line",
    error="smallest_error_normal_error",
)
any_linear_error = observable(
    "linear_error_any", "robust error of a random linear rule with a threshold"
)
cosine = parameter("cosine", "cosine between theta and mu", real=True)
distance = mu * cosine


def attacked_flips(size: Expr) -> Expr:
    """Return the error of a linear rule, if flipped labels gained from the attack too."""
    return (1 - beta) * normal_cdf((alpha - size) / sigma) + beta * normal_cdf(
        (size - alpha) / sigma
    )


example_linear = paper.theorem(
    "example-linear",
    "exact robust error of linear classifiers under label flips",
    "Section 3.4 (the optimal risk that Theorem 3.2 is compared with)",
    r"For $N(0,\sigma^2I)$ noise and independent flips, the robust error of "
    r"$\mathrm{sign}\langle\theta,x\rangle$ is $(1-\beta)\Phi(\frac{\alpha-M}\sigma)+\beta"
    r"\Phi(\frac{\alpha+M}\sigma)$ with $M=\langle\mu,\theta\rangle/\|\theta\|$. The best "
    r"classifier is $\mathrm{sign}\langle\mu,x\rangle$ or a constant.",
    hypotheses=(few_flips,),
    uses=("theorem-3.2",),
    claims=(
        Identity(
            "robust-error",
            attacked_error,
            (1 - beta) * normal_cdf((alpha - distance) / sigma)
            + beta * normal_cdf((alpha + distance) / sigma),
            functional="proportion",
            statement=r"the attack succeeds with probability $(1-\beta)\Phi(\frac{\alpha-M}\sigma)"
            r"+\beta\Phi(\frac{\alpha+M}\sigma)$",
            mutants=(
                Mutant("flipped labels gain from the attack", equals=attacked_flips(distance)),
                replaced(beta, 0, "the flips are ignored"),
                replaced(cosine, 1, "the angle is ignored"),
                replaced(alpha, 0, "the attack is ignored"),
            ),
        ),
        Identity(
            "optimum",
            smallest_normal,
            Min(best_linear, Q(1, 2)),
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
                    "flipped labels gain from the attack", equals=Min(attacked_flips(mu), Q(1, 2))
                ),
            ),
        ),
        Inequality(
            "best-rule",
            any_linear_error,
            at_least=Min(best_linear, Q(1, 2)),
            statement=r"no direction and no threshold does better than "
            r"$\mathrm{sign}\langle\mu,x\rangle$ or a constant",
            mutants=(factor(Q(101, 100)),),
        ),
        *derivations(
            above_the_bound=equal(
                best_linear - normal_improved,
                beta * (normal_cdf((mu + alpha) / sigma) - normal_cdf((mu - alpha) / sigma)),
                statement=r"it exceeds the improved bound of Theorem 3.2 by $\beta[\Phi(\frac"
                r"{\|\mu\|+\alpha}\sigma)-\Phi(\frac{\|\mu\|-\alpha}\sigma)]$: flipped points that "
                "are wrong and right within the ball",
            )
        ),
    ),
)

one_step_error = observable(
    "one_step_error", "robust error after one step of a linear network", r"L^{0/1}_{rob}(W^1)"
)
exponent = observable(
    "exponent",
    "log(error - beta) / log(lower bound - beta) of one linear training step",
    r"\frac{\log(L-\beta)}{\log(B-\beta)}",
)
q = parameter("q", "n mu^2 / d", positive=True)
r = parameter("r", "alpha / mu", positive=True)
k = parameter("k", "1 - r, the share of the signal that the attack leaves", positive=True)
x = parameter("x", "the margin left after the attack; the excess of d over C n mu^2", positive=True)


def mills_ratio(e: Expr) -> Expr:
    """Return a function of the signal that tends to 1 if the normal tail falls like exp(-e)."""
    return sp.Limit(exp(-e) / (sqrt(2 * pi) * k * mu * normal_cdf(-k * mu)), mu, oo)


claim_3_4 = paper.theorem(
    "claim-3.4",
    "upper against lower bound: the exponent n mu^2 / d",
    "Section 3.4, after Theorem 3.2",
    r"With $U$ the upper bound of Theorem 3.1 and $B$ the lower bound of Theorem 3.2, "
    r"$U-\beta=(B-\beta)^{O(n\|\mu\|^2/d)}$. With $q=n\|\mu\|^2/d$ and $r=\alpha/\|\mu\|$ fixed, "
    r"the exponent tends to $2c\lambda(\frac{\sqrt q}C-r)^2/(1-r)^2$.",
    uses=("theorem-3.2", "lemma-B.2", "claim-reduction"),
    hypotheses=(
        regime(n * mu**2 / d, "n |mu|^2 / d is small", tends_to=0),
        regime(mu * sqrt(n * mu**2 / d), "the margin is large", tends_to=oo),
    ),
    claims=(
        *derivations(
            upper_exponent=equal(
                sp.Limit(
                    (log(2) - c * lambda_ * (mu**2 / C * sqrt(q / mu**2) - r * mu) ** 2) / mu**2,
                    mu,
                    oo,
                ),
                -c * lambda_ * (sqrt(q) / C - r) ** 2,
                statement=r"$\log(U-\beta)/\|\mu\|^2\to-c\lambda(\frac{\sqrt q}C-r)^2$",
                mutants=(
                    Mutant(
                        "n^2 for n",
                        left=sp.Limit(
                            (log(2) - c * lambda_ * (q * sqrt(d) / C - r * mu) ** 2) / mu**2, mu, oo
                        ),
                    ),
                ),
            ),
            lower_exponent=equal(
                mills_ratio((k * mu) ** 2 / 2),
                1,
                statement=r"$\Phi(-(1-r)\|\mu\|)$ is asymptotic to its density over "
                r"$(1-r)\|\mu\|$, so $\log(B-\beta)/\|\mu\|^2\to-\frac12(1-r)^2$",
                mutants=(Mutant("without the 1/2", left=mills_ratio((k * mu) ** 2)),),
            ),
        ),
        Theta(
            "trained-exponent",
            exponent,
            of=n * mu**2 / d,
            corrections="power",
            note=r"for one training step of a linear network, as that vanishes and the margin "
            r"$\|\mu\|\sqrt{n\|\mu\|^2/d}$ grows; three rays, one for each of the exponents",
            mutants=(1 / mu, sqrt(n * mu / d)),
        ),
        Monotone(
            "falls-with-samples",
            one_step_error,
            along="n",
            increasing=False,
            note="by the exact law of one step of a linear network",
        ),
        Monotone("rises-with-dimension", one_step_error, along="d"),
        Monotone("rises-with-ratio", one_step_error, along="r"),
        *derivations(
            edge_of_the_regime=at_most(
                (n * mu**2 / d).subs(d, C * n * mu**2 * (1 + x)),
                1 / C,
                nonnegative=x / (C * (1 + x)),
                statement=r"the bounds match for $\frac{n\|\mu\|^2}d=\Omega(1)$, but (1), "
                r"$d=Cn\|\mu\|^2(1+x)$, keeps it below $\frac1C$",
                mutants=(power(C, -1),),
            ),
            sample_size=equal(
                at(mu**2 / C * sqrt(n / d) - alpha, {n: C**2 * d * (alpha + x) ** 2 / mu**4}),
                x,
                statement=r"a margin $x$ beyond the attack needs "
                r"$n=C^2d(\alpha+x)^2/\|\mu\|^4$",
                mutants=(
                    Mutant(
                        "mu^2 for mu^4",
                        left=at(
                            mu**2 / C * sqrt(n / d) - alpha,
                            {n: C**2 * d * (alpha + x) ** 2 / mu**2},
                        ),
                    ),
                ),
            ),
            sample_size_at_fixed_ratio=equal(
                sp.Limit(C**2 * d * (r * mu + x) ** 2 / mu**4 * mu**2 / d, mu, oo),
                C**2 * r**2,
                statement=r"at fixed $r=\alpha/\|\mu\|$ that is $n\sim C^2r^2d/\|\mu\|^2$",
                mutants=(Mutant("mu^4 for mu^2", left=sp.Limit(C**2 * (r * mu + x) ** 2, mu, oo)),),
            ),
        ),
    ),
)
