"""How many points a class that interpolates robustly must shatter: Section D."""

from bounds.authoring import *
from bounds.gao2019.notation import *

delta = parameter("delta", "radius of the balls", positive=True)
spread = parameter(
    "spread",
    "distance of the points from the centre of their cluster",
    r"\varepsilon",
    positive=True,
)
k = parameter("k", "positive points of a cluster", integer=True, positive=True)
s = parameter("s", "dimensions beyond three", nonnegative=True)

p = parameter("p", "number of clusters", integer=True, positive=True)

length = parameter("X", "squared length of a ball's centre", nonnegative=True)
along = parameter("A", "sum of its coordinates at the positive points", real=True)

labelings = observable("labelings", "labelings that are realised", positive=True)
farthest = observable(
    "farthest",
    "greatest distance of a point from the centre of the ball of its label",
    r"\max_{i,j}\|x_{i,j}-x'_{i,l}\|_2",
    positive=True,
)
closest = observable(
    "closest",
    "least distance of the centres of two balls",
    r"\min_{(i,l)\neq(i',l')}\|x'_{i,l}-x'_{i',l'}\|_2",
    positive=True,
)
reach = observable(
    "reach",
    "greatest distance of a ball's centre from that of its cluster, both labels occurring",
    r"\max\|x'_{i,l}-c_i\|_2",
    positive=True,
)
least_radius = observable(
    "least_radius",
    "least radius of a tangent ball that covers the positive points",
    "r_k",
    positive=True,
)
centre_distance = observable(
    "centre_distance",
    "distance of the centres of balls that cover the two sides",
    r"\|x'_1-x'_2\|_2",
    nonnegative=True,
)
centre_distance_attained = observable(
    "centre_distance_attained",
    "the same for balls whose centres lie on the line through both means",
    positive=True,
)
overlap = observable("overlap", "by how much a point lies outside of its ball", "e", real=True)

gamma_k = sqrt(d) / 2 * (1 - 1 / k + 1 / d)
"""Least radius of the tangent ball around k points, in spreads."""

widest = (
    spread * sqrt(1 / k + 1 / (d - k))
    + sqrt(delta**2 - spread**2 * (1 - 1 / k))
    + sqrt(delta**2 - spread**2 * (1 - 1 / (d - k)))
)
"""Largest distance of the centres of two balls of radius delta that cover the two sides."""

BOTH = k <= d - 1

theorem_6_1 = paper.theorem(
    "theorem-6.1",
    "robust interpolation of n balls needs a VC dimension of order nd",
    "Theorem 6.1",
    r"Let $\mathcal F$ be an $n$-robust interpolation class: for any at most $n$ disjoint balls of "
    r"radius $\delta$ in $\mathbb R^d$ and any labels $\pm1$ of them, some $f\in\mathcal F$ has "
    r"these labels on the balls. Then its VC dimension is at least $\lfloor n/2\rfloor d$.",
    reconstructed=RECONSTRUCTED,
    hypotheses=(
        required((2 * p <= n) & (n <= 2 * p + 1), r"$p=\lfloor n/2\rfloor$"),
        required(d >= 2, "at least two dimensions: both labels occur in a cluster"),
        required(
            spread <= delta * Min(1, 2 / sqrt(d)), r"$\varepsilon\leq\delta\min(1,2/\sqrt d)$"
        ),
    ),
    uses=("proof-theorem-6.1",),
    claims=(
        Construction(
            "points-covered",
            farthest,
            at_most=delta,
            note=r"over all labelings of the $\lfloor n/2\rfloor d$ points",
        ),
        Construction(
            "balls-disjoint",
            closest,
            at_least=2 * delta,
            note="over all labelings: so every robust interpolation class realises all of them",
        ),
        Identity(
            "shattered",
            labelings,
            2 ** (p * d),
            exact=True,
            statement=r"the class of nearest-centre rules with at most $n$ centres, which "
            r"interpolates $n$ disjoint balls of one radius, realises all $2^{\lfloor n/2\rfloor "
            r"d}$ labelings of the $\lfloor n/2\rfloor d$ points",
            mutants=(
                Mutant("n d points", equals=2 ** (n * d)),
                Mutant("n - 1 clusters", equals=2 ** ((n - 1) * d)),
                Mutant("a point less in every cluster", equals=2 ** (p * (d - 1))),
            ),
        ),
        Inequality(
            "order",
            p * d,
            at_least=n * d / 3,
            box={p: (1, 1e9), n: (2, 1e9), d: (2, 1e9)},
            note=r"that is $\Omega(nd)$",
            mutants=(2 * n * d / 5, n * d / 2),
        ),
    ),
    vacuity=(
        Asks(
            "the VC dimension of Theorem 6.1, 60000 images", sp.floor(n / 2) * d, {n: 60000, d: 784}
        ),
        Asks(
            "the VC dimension of Theorem 6.1, 50000 images",
            sp.floor(n / 2) * d,
            {n: 50000, d: 3072},
        ),
    ),
)

proof_theorem_6_1 = paper.theorem(
    "proof-theorem-6.1",
    "two balls for each cluster, one for each label",
    "Appendix D, proof of Theorem 6.1",
    r"$x_{i,j}=c_i+\varepsilon e_j$ with $c_i=(6i\delta,0,\dots,0)$, $i\leq\lfloor n/2\rfloor$, "
    r"$j\leq d$. If both labels occur in a cluster, the hyperplane through $c_i$ normal to its "
    r"labels separates them, and from the radius $\gamma_{k_i}\varepsilon$ on so do two balls "
    r"that it separates; for $\varepsilon<\delta\min(1/\gamma_1,\dots,1/\gamma_{d-1},1)$ these may "
    r"have radius $\delta$. They lie within $2\delta$ of $c_i$ and are disjoint. Printed: "
    r"$\max(1/\gamma_1,\dots,1/\gamma_{d-1},1)$; meant: the minimum.",
    hypotheses=(
        required(d >= 2, "at least two dimensions: both labels occur in a cluster"),
        required(spread <= delta, r"$\varepsilon\leq\delta$, which the proof says and uses"),
    ),
    claims=(
        Identity(
            "gamma",
            least_radius,
            gamma_k * spread,
            exact=True,
            statement=r"the ball that touches $M_i$ at the foot of the mean of the $k$ positive "
            r"points covers them from $r=\gamma_k\varepsilon$ on, with "
            r"$\gamma_k=\frac{\sqrt d}2(1-\frac1k+\frac1d)$ (ours: "
            "the paper says that there is some)",
            mutants=(sqrt(d) / 2 * (1 - 1 / k) * spread,),
        ),
        Inequality(
            "gamma-universal",
            gamma_k,
            at_most=sqrt(d) / 2,
            box={d: (2, 1e30), k: (1, 1e30)},
            where=k <= d - 1,
            note=r"so $\varepsilon<\delta\min(1,2/\sqrt d)$ is small enough",
        ),
        Inequality(
            "reach",
            reach,
            at_most=2 * delta,
            note="where both labels occur",
        ),
        Identity(
            "reach-exact",
            reach**2,
            delta**2 + spread**2 * (1 - 1 / d),
            exact=True,
            note="ours: where a label occurs once",
        ),
        Inequality(
            "clusters-apart",
            6 * delta - 2 * sqrt(delta**2 + spread**2 * (1 - 1 / d)),
            at_least=2 * delta,
            box={d: (2, 1e6), delta: (1e-6, 1e6), spread: (1e-12, 1e6)},
            note="balls of different clusters are disjoint",
            mutants=(
                Mutant(
                    r"clusters 4 delta apart",
                    left=4 * delta - 2 * sqrt(delta**2 + spread**2 * (1 - 1 / d)),
                ),
            ),
        ),
        Inequality(
            "centres-at-most",
            centre_distance,
            at_most=widest,
            note=r"for any balls of radius $\delta$ that cover the $k$ positive and the $d-k$ "
            "negative points (ours)",
        ),
        Identity(
            "centres-attained",
            centre_distance_attained,
            widest,
            exact=True,
            note="and there are such balls (ours)",
        ),
        Identity(
            "centres-cover",
            overlap,
            0,
            exact=True,
            scale=delta,
            note="these balls cover the points, and points touch them (ours)",
        ),
        Inequality(
            "separable",
            widest.subs(delta, 1),
            at_least=2,
            box={d: (2, 1e4), k: (1, 1e4), spread: (1e-4, 1)},
            where=BOTH & (spread <= 2 / sqrt(d)),
            statement=r"for $\varepsilon<\delta\min(1/\gamma_1,\dots,1/\gamma_{d-1},1)$ disjoint "
            r"balls of radius $\delta$ cover the two sides: the largest distance of their centres "
            r"is at least $2\delta$ (here $\delta=1$)",
            printed=Printed(
                where=BOTH & (spread <= Q(99, 100)),
                words=r"$\varepsilon<\delta\max(\frac1{\gamma_1},\dots,\frac1{\gamma_{d-1}},1)$",
                statement=r"for $\varepsilon<\delta\max(1/\gamma_1,\dots,1/\gamma_{d-1},1)$, which "
                r"lets in every $\varepsilon<\delta$: the largest distance of the centres is at "
                r"least $2\delta$",
                why=r"the minimum is meant: whatever the $\gamma_k$ are, the maximum lets in every "
                r"$\varepsilon<\delta$, and no disjoint balls exist for some of these",
                counterexample=r"d = 16, k = 8, delta = 1, epsilon = 0.9: the centres of covering "
                "balls are at most 1.5294 < 2 apart; the theorem is not affected",
                harmless=True,
            ),
            mutants=(
                Mutant(
                    "twice the least 1/gamma",
                    where=BOTH & (spread <= 4 / sqrt(d)),
                ),
            ),
        ),
        Inequality(
            "separable-balanced",
            2 * spread / sqrt(d) + 2 * sqrt(1 - spread**2 * (1 - 2 / d)),
            at_least=2,
            box={d: (4, 100), spread: (1e-3, 1)},
            where=spread <= 2 * sqrt(d) / (d - 1),
            note=r"for $k=d/2$ and $\delta=1$: up to $\varepsilon=1/\gamma_{d/2}$, and no farther",
            mutants=(
                Mutant(
                    "a twentieth beyond 1/gamma", where=spread <= Q(21, 20) * 2 * sqrt(d) / (d - 1)
                ),
            ),
        ),
        *derivations(
            gamma_k=equal(
                (spread**2 * (1 - 1 / k) + (spread / sqrt(d)) ** 2) / (2 * spread / sqrt(d)),
                gamma_k * spread,
                r"$r=\frac{\|q-p\|^2}{2h}$ for a point $q$ at height $h=\varepsilon/\sqrt d$ over "
                r"$M_i$, $\|q-p\|^2=\varepsilon^2(1-\frac1k)+h^2$",
                mutants=(
                    sqrt(d) / 2 * (1 - 1 / k) * spread,
                    sqrt(d) * (1 - 1 / k + 1 / d) * spread,
                ),
            ),
            mean_square=equal(
                length - 2 * spread * along / k + spread**2,
                (length - 2 * spread * along / k + k * (spread / k) ** 2) + spread**2 * (1 - 1 / k),
                r"the mean of $\|x'-x_j\|^2$ over the positive points is $\|x'-\bar x\|^2+"
                r"\varepsilon^2(1-\frac1k)$, at most $\delta^2$ where the ball covers them: so the "
                "largest distance of the centres is proved (ours)",
                mutants=(
                    length - 2 * spread * along / k + 2 * spread**2 / k,
                    length - spread * along / k + spread**2,
                ),
            ),
            means_apart=equal(
                k * (1 / k) ** 2 * spread**2 + (d - k) * (1 / (d - k)) ** 2 * spread**2,
                (spread * sqrt(1 / k + 1 / (d - k))) ** 2,
                "squared distance of the means of the two sides",
                mutants=(spread**2 / d,),
            ),
            sharp=equal(
                at(
                    2 * spread / sqrt(s + 3) + 2 * sqrt(delta**2 - spread**2 * (1 - 2 / (s + 3))),
                    {spread: delta / at(gamma_k, {k: (s + 3) / 2, d: s + 3})},
                ),
                2 * delta,
                r"for $k=d/2$ balls of radius $\delta$ exist up to $\varepsilon=\delta/\gamma_k$ "
                r"and not beyond ($d=s+3$)",
                mutants=(Q(21, 10) * delta,),
            ),
        ),
    ),
    errata=(
        Erratum(
            r"$\{x_{i,j}\}_{j=1}^n$",
            r"$\{x_{i,j}\}_{j=1}^d$",
            "a cluster has a point for every axis",
            harmless=True,
            unjudged=MISPRINT,
        ),
        Erratum(
            r"one ball centered at $x_{i,1}=c_i$",
            r"at $x'_{i,1}=c_i$",
            "the ball's centre is meant: x_{i,1} is a point of the cluster",
            harmless=True,
            unjudged=MISPRINT,
        ),
        Erratum(
            r"$B_r(x_{i,l})$ disjoint, $f(x)=1$ for $x\in B_r(x_{i,1})$",
            r"$B_r(x'_{i,l})$",
            "the primes are lost: x' are the balls' centres",
            harmless=True,
            unjudged=MISPRINT,
        ),
    ),
)
