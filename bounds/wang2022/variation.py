"""The change of the gradient along one direction: the moments of Lemma B.8, (8) and (9), B.8."""

from bounds.authoring import *
from bounds.wang2022.gradient import flip_term
from bounds.wang2022.notation import *

q = parameter("q", "order of a moment", positive=True)
in_plane = parameter("in_plane", "length of r within the plane of x and delta", nonnegative=True)
phi = parameter("phi", "angle of that part of r to x", real=True)
t = parameter("t", "log(1/gamma)", positive=True)
moment = observable("moment", "E |X_s0|^q, by quadrature", r"E|X_{s,0}|^q", nonnegative=True)
sum_quantile = observable(
    "sum_quantile",
    "what m^(-1/2) sum X_s0 exceeds with probability gamma, exactly, for r orthogonal to x, delta",
)

angle = sp.asin(R)
"""The largest angle between x and x + delta."""
largest_log_moment = log(angle / pi) + q / 2 * log(2) + sp.loggamma(q / 2 + 1)
"""Logarithm of (theta/pi) E|N_2|^q, N_2 normal in the plane: an upper bound for every r."""
signs_differ = R * sqrt(2 * log(d)) + 1 / d
"""The bound (3) of Lemma B.6 on the probability that the sign changes."""
log_moment_bound = sp.loggamma(q + 1) + (q - 1) * log(2) + log(2 * R * sqrt(2 * log(d))) / 2
root_of_R = sqrt(R * sqrt(log(d)))
first_term = 2 * sqrt(t) * ((4 * R * sqrt(log(d))) ** Q(1, 4) + sqrt(t / m))

DIRECTIONS = {R: (1e-30, 0.5), d: (2, 1e30), q: (1, 1e4)}
SMALL_1_OVER_d = R * sqrt(2 * log(d)) >= 1 / d
no_lower_bound = shared(
    where=None,
    why=r"(3) has the summand $\frac1d$; it is dropped, which needs $R\sqrt{2\log "
    r"d}\geq\frac1d$, a lower bound on $R$ that nobody asks for",
    harmless=True,
)

lemma_b8_moments = paper.theorem(
    "lemma-B.8-moments",
    "moments of one neuron's part in the change of the gradient",
    "Appendix B, proof of Lemma B.8",
    r"$X_{s,0}=a_s(w_{s,0}^\top r)(\sigma'(w_{s,0}^\top x)-\sigma'(w_{s,0}^\top(x+\delta)))$ has "
    r"mean 0 and $E|X_{s,0}|^q\leq\sqrt{\frac{(2q)!}2}\sqrt{R\sqrt{2\log d}+\frac1d}\leq"
    r"\frac{q!}22^q\sqrt{2R\sqrt{2\log d}}$, $E X_{s,0}^2\leq4\sqrt{R\sqrt{\log d}}$. Bernstein's "
    r"inequality with $v=4m\sqrt{R\sqrt{\log d}}$ and $c=2$: $\frac1{\sqrt m}\sum_sX_{s,0}\leq2"
    r"\sqrt{\log(1/\gamma)}((4R\sqrt{\log d})^{1/4}+\sqrt{\log(1/\gamma)/m})$ with probability "
    r"$1-\gamma$.",
    hypotheses=SETTING,
    uses=("theorem-B.1", "equation-1", "lemma-B.6"),
    claims=(
        Identity(
            "across",
            moment,
            theta / pi * 2 ** (q / 2) * gamma_function((q + 1) / 2) / sqrt(pi),
            exact=True,
            where=Eq(in_plane, 0),
            note=r"$r$ orthogonal to $x$ and $\delta$: $\frac\theta\pi E|N|^q$",
            mutants=(Mutant("the angle over 2 pi", equals=theta / (2 * pi)),),
        ),
        Identity(
            "second-moment",
            moment,
            (theta - in_plane**2 * sin(theta) * cos(theta - 2 * phi)) / pi,
            exact=True,
            where=Eq(q, 2) & (in_plane > 0),
            note=r"every $r$: at most $(\theta+\sin\theta)/\pi$",
            mutants=(theta / pi,),
        ),
        Inequality(
            "every-direction",
            moment,
            at_most=theta / pi * 2 ** (q / 2) * gamma_function(q / 2 + 1),
            note=r"$\frac\theta\pi$ times the moment of a normal vector of the plane; sharp for "
            r"small $\theta$ and $r$ within the plane, across $x$",
        ),
        Inequality(
            "cauchy-schwarz",
            largest_log_moment,
            at_most=(sp.loggamma(2 * q + 1) - log(2) + log(signs_differ)) / 2,
            box=DIRECTIONS,
            note="logarithms of both sides",
            statement=r"$E|X_{s,0}|^q\leq\frac\theta\pi "
            r"E|N_2|^q\leq\sqrt{\frac{(2q)!}2}\sqrt{R\sqrt{2\log d}+\frac1d}$, "
            r"$N_2$ normal in the plane and $\theta=\arcsin R$ (logarithms of both "
            r"sides)",
        ),
        Inequality(
            "moments-step",
            (sp.loggamma(2 * q + 1) - log(2) + log(signs_differ)) / 2,
            at_most=log_moment_bound,
            box={**DIRECTIONS, q: (2, 1e4)},
            where=SMALL_1_OVER_d,
            statement=r"$\sqrt{\frac{(2q)!}2}\sqrt{R\sqrt{2\log "
            r"d}+\frac1d}\leq\frac{q!}22^q\sqrt{2R\sqrt{2\log d}}$ for "
            r"$R\sqrt{2\log d}\geq\frac1d$ (logarithms of both sides)",
            printed=Printed(
                statement=r"$\sqrt{\frac{(2q)!}2}\sqrt{R\sqrt{2\log "
                r"d}+\frac1d}\leq\frac{q!}22^q\sqrt{2R\sqrt{2\log d}}$ whatever "
                r"$R$ is",
                **no_lower_bound,
                counterexample="q = 2, d = 2, R = 0.01: 2.48 against 0.61",
            ),
            mutants=(
                Mutant("2^(q/2) for 2^q", at_most=log_moment_bound - q / 2 * log(2)),
                Mutant("the root of q! for q!", at_most=log_moment_bound - sp.loggamma(q + 1) / 2),
            ),
        ),
        Inequality(
            "moments",
            largest_log_moment,
            at_most=log_moment_bound,
            box=DIRECTIONS,
            note=r"without any condition, since the sign changes with probability $\theta/\pi$; "
            "logarithms of both sides",
            statement=r"$E|X_{s,0}|^q\leq\frac\theta\pi "
            r"E|N_2|^q\leq\frac{q!}22^q\sqrt{2R\sqrt{2\log d}}$ without any "
            r"condition, $\theta=\arcsin R$ (logarithms of both sides)",
        ),
        Inequality(
            "square-step",
            2 * sqrt(signs_differ),
            at_most=4 * root_of_R,
            box={R: DIRECTIONS[R], d: DIRECTIONS[d]},
            where=SMALL_1_OVER_d,
            note=r"for $R\sqrt{2\log d}\geq\frac1d$",
            printed=Printed(**no_lower_bound, counterexample="d = 2, R = 0.01: 1.43 against 0.36"),
            mutants=(Mutant("3 for 4", at_most=3 * root_of_R),),
        ),
        Inequality(
            "square",
            (angle + R) / pi,
            at_most=4 * root_of_R,
            box={R: DIRECTIONS[R], d: DIRECTIONS[d]},
            note=r"the largest second moment of any $r$, without any condition",
        ),
        Inequality(
            "bernstein-condition",
            largest_log_moment,
            at_most=sp.loggamma(q + 1) + (q - 1) * log(2) + log(root_of_R),
            box={**DIRECTIONS, q: (2, 1e4)},
            statement=r"$E|X_{s,0}|^q\leq\frac\theta\pi E|N_2|^q\leq\frac{q!}2\frac "
            r"vm2^{q-2}$ with the printed $v=4m\sqrt{R\sqrt{\log d}}$ (logarithms "
            r"of both sides): so Bernstein's inequality does apply",
            mutants=(
                Mutant(
                    "the power 2 for the power 1/2",
                    at_most=sp.loggamma(q + 1) + (q - 1) * log(2) + 4 * log(root_of_R),
                ),
            ),
        ),
        Inequality(
            "sum",
            sum_quantile,
            at_most=first_term.subs(t, log(1 / gamma)),
            note=r"exact quantiles, for $r$ orthogonal to $x$ and $\delta$, $\|\delta\|=R$",
        ),
        *derivations(
            variance=equal(
                exp(log_moment_bound - sp.loggamma(q + 1) - (q - 3) * log(2)) * m,
                4 * 2 ** Q(3, 4) * m * root_of_R,
                statement=r"the printed moments have the form $\frac{q!}2\frac vm2^{q-2}$ with "
                r"$v=4\cdot2^{3/4}m\sqrt{R\sqrt{\log d}}$",
                where=d > 1,
                printed=Printed(
                    equals=4 * m * root_of_R,
                    why=r"$\sqrt{2\sqrt2}$ is lost",
                    counterexample="the first term of the sum is too small by the factor "
                    "$2^{3/8}=1.297$ for these moments",
                    harmless=True,
                    words=r"$v=4m\sqrt{R\sqrt{\log d}}$",
                ),
            ),
            sum_bound=equal(
                sqrt(2 * (4 * m * root_of_R) * t / m) + 2 * t / sqrt(m),
                first_term,
                statement=r"$\sqrt{2vt/m}+ct/\sqrt m=2\sqrt t((4R\sqrt{\log d})^{1/4}+\sqrt{t/m})$",
                where=d > 1,
                mutants=(
                    Mutant("c = 1", left=sqrt(8 * root_of_R * t) + t / sqrt(m)),
                    2 * sqrt(t) * ((4 * R * sqrt(log(d))) ** Q(1, 2) + sqrt(t / m)),
                ),
            ),
        ),
    ),
)

L = log(4 / gamma)
flips_count = C_0 + sqrt(L)
"""The number of flipped neurons over sqrt(m)."""
longest = sqrt(log(4 * m / gamma))
SIZES = {d: (1, 1e80), m: (1, 1e200), C_0: (0.01, 100), gamma: (1e-100, 1)}

change = observable(
    "change",
    "how much the change of the gradient from x to x + delta differs between W and W_0",
    r"\|D_W-D_{W_0}\|",
    nonnegative=True,
)
change_at_x = observable("change_at_x", "the norm in (8)", nonnegative=True)
change_at_moved = observable("change_at_moved", "the norm in (9)", nonnegative=True)
flipped_length = observable(
    "flipped_length", "m^(-1/2) times the sum over S_v of |x.w_s0|", nonnegative=True
)
some_longer = observable(
    "some_longer", "P(some |x.w_s0| > sqrt(2 log(m/gamma))), exactly", nonnegative=True
)
some_longer_than_printed = observable(
    "some_longer_than_printed", "P(some |x.w_s0| > sqrt(log(m/gamma))), exactly", nonnegative=True
)
longest_moved = observable(
    "longest_moved",
    "quantile 1 - gamma of the largest |(x + delta).w_s0| of all s and delta, exactly",
    r"Q_{1-\gamma}[\max_{s,\|\delta\|\leq C_1/\sqrt d}|(x+\delta)^\top w_{s,0}|]",
    positive=True,
)
moved_part = C_1 * sqrt(1 + 4 * sqrt(log(8 * m / gamma) / d))
"""What a perturbation adds to the longest pre-activation."""

equation_8 = paper.theorem(
    "equation-8",
    "what the weights add to the change of the gradient",
    "Appendix B, proof of Lemma B.8, (8) and (9)",
    r"$|\sup\frac1{\sqrt m}\sum_s(X_s-X_{s,0})|\leq C_0+\|\frac1{\sqrt m}\sum_sa_sw_{s,0}"
    r"(\sigma'(w_s^\top x)-\sigma'(w_{s,0}^\top x))\|+\sup_\delta\|\ldots(x+\delta)\|$; the second "
    r"term is at most $A+(C_0+\sqrt L)y$ and the third at most $\sqrt2A+4(C_0+\sqrt L)(y+3)$, with "
    r"$A=\sqrt{\frac1{\sqrt m}(C_0+\sqrt{L/2})}\sqrt{d+4\sqrt{d\log(8m/\gamma)}}$, "
    r"$y=\sqrt{\log(4m/\gamma)}$ and $L=\log(4/\gamma)$.",
    hypotheses=SETTING,
    uses=("lemma-B.4", "equation-7", "equation-2"),
    errata=(
        Erratum(
            printed=r"the second and the third term by (7) and Lemma B.4, for all $\delta$ at once",
            correct=r"a bound on the sum that is uniform over subsets of $S_v$ and $S'_v$, and "
            r"$\sup_\delta|S'_v(\delta)|$ for $|S'_v|$",
            why="(7) lets the flipped neurons be chosen before the weights, and the bound on S'_v "
            "is true for one delta alone: the printed set is a share of all neurons",
            counterexample="$d=100$, $m=10^4$, $C_0=1$, $R=0.1$: 6821 neurons against 228",
            refuted="lemma-B.4#perturbed-as-printed",
        ),
    ),
    claims=(
        Inequality(
            "triangle",
            change,
            at_most=C_0 + change_at_x + change_at_moved,
            note=r"for every network of the ball and every $\delta$; attained at $\delta=-2x$",
            mutants=(Mutant("half the radius", at_most=C_0 / 2 + change_at_x + change_at_moved),),
        ),
        Inequality(
            "longest",
            some_longer,
            at_most=gamma,
            note=r"with probability $1-\gamma$ all $|x^\top w_{s,0}|\leq\sqrt{2\log(m/\gamma)}$",
            printed=Printed(
                left=some_longer_than_printed,
                why="a factor 2 is missing under the root; only neurons of $S_v$ matter, and "
                r"there $|w_{s,0}^\top x|\leq V$",
                counterexample=r"$m=10^4$, $\gamma=0.1$: all are shorter with probability "
                "0.00099",
                harmless=True,
                words=r"with probability $1-\gamma$, $|x^\top w_{s,0}|\leq\sqrt{\log(m/\gamma)}$",
            ),
        ),
        Inequality(
            "longest-mean",
            erfc(sqrt(log(m / gamma))) * m,
            at_most=gamma,
            box={m: (1, 1e100), gamma: (1e-100, 0.99)},
            note="the mean number of longer ones",
            mutants=lambda: (
                Mutant("without the factor 2", left=erfc(sqrt(log(m / gamma) / 2)) * m),
                Mutant("without the factor m", left=erfc(sqrt(log(1 / gamma))) * m),
            ),
        ),
        Identity(
            "flipped-length",
            flipped_length,
            sqrt(m) * sqrt(2 / pi) * (1 - exp(-(V**2) / 2)),
            note=r"what $\frac1{\sqrt m}|S_v|\max_s|x^\top w_{s,0}|$ should be: it vanishes like "
            r"$m^{-1/2}$",
        ),
        Inequality(
            "length-of-delta",
            2 * (1 + R) * (longest + sqrt(1 + 4 * sqrt(log(8 * m / gamma) / d))),
            at_most=4 * (longest + 3),
            box={**{s: SIZES[s] for s in (d, m, gamma)}, R: (1e-30, 0.5)},
            note=r"the last line of the bound of (9) over $C_0+\sqrt L$, for $R\leq\frac12$ and "
            r"every $d$; of the line before it see the erratum",
            mutants=(
                Mutant("1 for 3", at_most=4 * (longest + 1)),
                Mutant("3 for 4", at_most=3 * (longest + 3)),
            ),
        ),
        Inequality(
            "sum-of-terms",
            (flip_term + flips_count * longest)
            + (sqrt(2) * flip_term + 4 * flips_count * (longest + 3)),
            at_most=3 * flip_term + 5 * flips_count * (longest + 3),
            box=SIZES,
            statement=r"(8) and (9) together: $A+(C_0+\sqrt L)y+\sqrt2A+4(C_0+\sqrt "
            r"L)(y+3)\leq3A+5(C_0+\sqrt L)(y+3)$",
            printed=Printed(
                statement=r"(8) and (9) together, as the lemma has them: "
                r"$\ldots\leq3A+5(C_0+\sqrt L)y$",
                at_most=3 * flip_term + 5 * flips_count * longest,
                why="Lemma B.8 leaves out the + 3 that its proof arrives at",
                counterexample=r"$C_0=1$, $d=100$, $m=10^{12}$, $\gamma=0.1$: 117 against 82",
                harmless=True,
            ),
            mutants=(Mutant("2 for 3", at_most=2 * flip_term + 5 * flips_count * (longest + 3)),),
        ),
        Inequality(
            "moved-neuron",
            C_1,
            at_most=longest + moved_part,
            box={**{s: SIZES[s] for s in (d, m, gamma)}, C_1: (0.01, 1000)},
            statement=r"$\max_s|(x+\delta)^\top w_{s,0}|\leq\sqrt{\log(4m/\gamma)}+C_1\sqrt{d+4"
            r"\sqrt{d\log(8m/\gamma)}}/\sqrt d$ for $\|\delta\|\leq C_1/\sqrt d$, at the neuron "
            r"with $x^\top w_{s,0}=0$, $\|w_{s,0}\|=\sqrt d$ and $\delta=C_1w_{s,0}/d$; of all "
            "neurons see longest-moved",
            mutants=(
                factor(Q(19, 20)),
                Mutant(
                    "without the first term",
                    at_most=moved_part,
                    survives="this neuron is orthogonal to x: it tells the factor C_1 alone",
                ),
            ),
            printed=Printed(
                at_most=longest + moved_part / C_1,
                statement=r"the same as printed, without the factor $C_1$ of the second term",
                words=r"$\max_s|x^\top w_{s,0}+\delta^\top w_{s,0}|\leq\sqrt{\log(4m/\gamma)}+"
                r"\sqrt{d+4\sqrt{d\log(8m/\gamma)}}/\sqrt d$ for $\|\delta\|\leq C_1/\sqrt d$",
                why="a factor $C_1$ is missing; as printed for $C_1\\leq1$",
                counterexample=r"$C_1=10$, $d=m=100$, $\gamma=0.1$: 10 against 4.4",
                harmless=True,
            ),
        ),
        Inequality(
            "longest-moved",
            longest_moved,
            at_most=sqrt(2 * log(4 * m / gamma)) + moved_part,
            statement=r"$\max_s|(x+\delta)^\top w_{s,0}|\leq\sqrt{2\log(4m/\gamma)}+C_1\sqrt{d+4"
            r"\sqrt{d\log(8m/\gamma)}}/\sqrt d$ for all $\|\delta\|\leq C_1/\sqrt d$ at once, with "
            r"probability $1-\gamma$, at every $m\in\{1,58,10^4,10^8\}$, $d\in\{40,784\}$, "
            r"$C_1\in\{0.1,1,10\}$ and $\gamma\in\{0.5,0.1,10^{-6}\}$",
            note="exactly; the 2 under the first root is ours, as in longest",
            mutants=(
                Mutant("the first root as printed", at_most=longest + moved_part),
                Mutant("without the first term", at_most=moved_part),
                Mutant("without the second term", at_most=sqrt(2) * longest),
                Mutant(
                    "C_1^(3/4) for C_1", at_most=sqrt(2) * longest + moved_part / C_1 ** Q(1, 4)
                ),
                Mutant("the second term without C_1", at_most=sqrt(2) * longest + moved_part / C_1),
            ),
        ),
        *derivations(roots=at_most(1 + sqrt(2), 3, mutants=(2,))),
    ),
)

variation_bound = first_term.subs(t, L) + C_0 + 3 * flip_term + 5 * flips_count * longest
"""The right side of Lemma B.8."""
greatest_variation = observable(
    "greatest_variation",
    "sup over W of the change along r, exactly",
    r"\sup_W\Phi(r,\delta)",
)
gain = observable(
    "gain", "sup over W minus the value at W_0 of the change along r, exactly", nonnegative=True
)
squared_variation = observable(
    "squared_variation",
    "squared norm of the change of the gradient at W_0",
    r"\|\nabla f(x)-\nabla f(x+\delta)\|^2",
    nonnegative=True,
)

lemma_b8 = paper.theorem(
    "lemma-B.8",
    "change of the gradient along one direction, for all networks of the ball",
    "Appendix B, Lemma B.8",
    r"For fixed $r\in\mathbb S^{d-1}$ and $\|\delta\|\leq R\leq C_1/\sqrt d$, with probability at "
    r"least $1-\gamma$, for all $W$ of the ball: $\Phi(r,\delta)\leq2\sqrt L((4R\sqrt{\log d})^"
    r"{1/4}+\sqrt{L/m})+C_0+3\sqrt{\frac1{\sqrt m}(C_0+\sqrt{L/2})}\sqrt{d+4\sqrt{d\log(8m/\gamma)"
    r"}}+5(C_0+\sqrt L)\sqrt{\log(4m/\gamma)}$, $L=\log(4/\gamma)$.",
    hypotheses=(
        *SETTING,
        required(None, "r and delta are fixed before the weights are drawn"),
        required(
            d > log(m / gamma) * log(1 / gamma),
            "the dimension is large enough (used, in the proof alone)",
        ),
        required(R <= 1, "delta is at most as long as x (used)"),
    ),
    uses=("lemma-B.8-moments", "equation-8", "lemma-B.4"),
    vacuity=(
        SaysFrom(
            "the bound is below 2 |grad f|, about sqrt(2d), at R = 1/sqrt(d) and the narrowest "
            "width",
            d,
            variation_bound <= sqrt(2 * d),
            {R: 1 / sqrt(d), m: d ** Q(12, 5), C_0: 1, gamma: Q(1, 10)},
        ),
    ),
    claims=(
        Probability(
            "for-all-networks",
            greatest_variation > variation_bound,
            at_most=gamma,
            cannot_fail="the summand 5 (C_0 + sqrt(L)) sqrt(log(4m/gamma)) alone is many times the "
            "left side, which is (2 + theta) C_0 / pi more than at W_0 (the claims gain and "
            "mean-square)",
            statement=r"$\sup_W\Phi(r,\delta)$, exactly, exceeds the right side with "
            r"probability at most $\gamma$; the right side is far beyond it, and "
            r"beyond $\sqrt{2d}$ for $d<2870$ (claim-vacuity)",
        ),
        Identity(
            "gain",
            gain,
            (2 + theta) / pi * C_0,
            note=r"ours: what the ball adds, for $r$ orthogonal to $x$ and $\delta$ and $V\ll"
            r"\theta$; the lemma has $C_0+5C_0\sqrt{\log(4m/\gamma)}$",
            mutants=(
                Mutant("without the neurons that flip at W_0", equals=2 / pi * C_0),
                Mutant("without the neurons at x + delta", equals=(1 + theta) / pi * C_0),
                Mutant("the square of C_0", equals=(2 + theta) / pi * C_0**2),
            ),
        ),
        Identity(
            "mean-square",
            squared_variation,
            d * theta / pi,
            note=r"all directions together, at $W_0$: for every $m$",
            mutants=(
                Mutant("the angle over 2 pi", equals=d * theta / (2 * pi)),
                Mutant("the sine", equals=d * sin(theta) / pi),
            ),
        ),
    ),
)
