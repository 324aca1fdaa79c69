"""What the paper reads off its figures 2 to 7.

The paper's data are zeros and ones of MNIST. What is seen here on scikit-learn's 8 x 8 digits
(resampled to the paper's sizes) and on two caps of the sphere are observations of ours.
"""

from bounds.authoring import *
from bounds.wang2022.notation import *

side = parameter("side", "pixels along a side: d = side^2", integer=True, positive=True)
c = parameter("c", "factor of an input", positive=True)
T_1 = parameter("T_1", "epochs", integer=True, positive=True)

value = observable("median_value", "median over test images", r"|f|", positive=True)
slope = observable("median_slope", "median over test images", r"\|\nabla f\|", positive=True)
step = observable("median_step", "median over test images that flip", r"\eta^*", positive=True)
length = observable(
    "median_length", "median over test images that flip", r"\|\delta^*\|", positive=True
)
image_norm = observable("image_norm", "mean norm of the images as they are", positive=True)
clean_error = observable("clean_error", "error on test images", nonnegative=True)


def on_mnist(number: int, statement: str) -> Unchecked:
    """Return the printed claim itself, which needs the files."""
    return Unchecked(
        "on-mnist",
        of_kind="theta",
        because="the MNIST files are not part of the package: draw it with `verify figure "
        f"wang2022/figure-{number} --mnist PATH --budget full`; what digits of 8 x 8 pixels and "
        "caps of the sphere show is claimed beside it",
        statement=statement,
    )


variation = shared(corrections="power", rate=1)
"""Corrections of the order d^(-1/2), that is 1/side, as in Lemma B.7, and as of f to the flip."""

digits = (
    *SETTING,
    required(None, "ours: scikit-learn's 8 x 8 digits, 0 against 1, resampled, of norm 1"),
    required(None, "ours: SGD on the mean loss of batches of 32, narrower than the paper's"),
)

figure_2 = paper.theorem(
    "claim-figure-2",
    "the smallest flipping step over the dimension",
    "Section 5.1, Figure 2; Appendix A, Figure 5",
    r"Networks trained with $C_0=10$ until they leave the lazy ball: over the test images "
    r"$\|\nabla f\|$ behaves as $\sqrt d$, the smallest flipping step as $1/d$ and the "
    r"perturbation as $1/\sqrt d$, for $m$ from $10^3$ to $10^5$; the test error is below 1 %. "
    r"Beside it, on our digits at $m=100$ and 400 (`verify figure wang2022/figure-2`): as in the "
    r"paper the widths lie on one another, the gradient rises as $d^{0.43}$ and $\|\delta\|/\|x\|$ "
    r"falls as $d^{-0.56}$; but the step falls as $d^{-0.5}$ and not as $1/d$, since the norm of "
    r"images as they are grows like $\sqrt d$. On images of norm 1 (Figure 5, $m=100$ to 900) it "
    r"falls as $d^{-0.75}$ to $d^{-0.84}$, on caps as $d^{-1.1}$. Curves of the digits are flatter "
    r"than the theory's at small $d$, where $C_0=10$ is not small against $\sqrt d$: at $d=25$ the "
    r"gradient is 5.1 to 5.7 after the training, and $\sqrt{d/2}=3.5$.",
    hypotheses=digits,
    uses=("theorem-3.1", "claim-section-5.1"),
    errata=(
        Erratum(
            printed=r"the perturbation $\delta=\eta\nabla_wf(x)$",
            correct=r"$\delta=\eta\nabla_xf(x)$",
            why="a perturbation of the input has the shape of the input",
            harmless=True,
            unjudged=MISPRINT,
        ),
    ),
    claims=(
        on_mnist(
            2, r"on MNIST $\|\nabla f\|\sim\sqrt d$, $\eta\sim1/d$, $\|\delta\|\sim1/\sqrt d$"
        ),
        Theta(
            "gradient",
            slope,
            of=side,
            corrections="power",
            note=r"that is $\sqrt d$",
        ),
        Theta("step", step, of=value / side**2, **variation, note="that is $|f|/d$"),
        Theta("length", length, of=value / side, **variation, note=r"that is $|f|/\sqrt d$"),
        Theta(
            "images-as-they-are",
            image_norm,
            of=side,
            exact=True,
            note=r"for our digits $\|x\|\sim\sqrt d$, so that (claim-figure-7, step-scales) steps "
            r"from images that are not of norm 1 fall like $1/\sqrt d$, not like $1/d$",
        ),
        Probability(
            "learns",
            clean_error <= Q(5, 100),
            at_least=Q(3, 4),
            where=C_0 >= 10,
            statement="at $C_0=10$ three networks of four err on at most 5 % of the test images",
        ),
    ),
)

figure_3 = paper.theorem(
    "claim-figure-3",
    "the smallest flipping step over the radius of the ball",
    "Section 5.1, Figure 3; Appendix A, Figure 6",
    r"As $C_0$ grows from 10 to 40 ($m=10^5$), the gradient, the smallest flipping step and the "
    r"perturbation grow. Beside it, on our digits at $m=200$ with $C_0$ from 2.5 to 10 (`verify "
    r"figure wang2022/figure-3`): as in the paper the step and the perturbation grow, at $d=25$ to "
    r"two and three times; the gradient grows in low dimensions alone, from 3.6 to 5.4 at $d=25$, "
    r"and is 20 for every $C_0$ at $d=784$, where $\sqrt{d/2}=19.8$. On images of norm 1 (Figure "
    r"6, $C_0=5$, 10, 15) the same, and at $d=784$ the perturbation is nearly proportional to "
    r"$C_0$: 0.028, 0.058, 0.095.",
    hypotheses=digits,
    uses=("claim-figure-2",),
    claims=(
        on_mnist(3, r"on MNIST $\|\nabla f\|$, $\eta$ and $\|\delta\|$ grow with $C_0$"),
        *(
            Monotone(name, log(mean), along=C_0, note="from the same starts, at 100 pixels")
            for name, mean in (
                ("gradient-grows", slope),
                ("step-grows", step),
                ("length-grows", length),
            )
        ),
    ),
)

excess = observable(
    "excess",
    "largest radius at which a test input resists our attacks, over the limit for all networks",
    nonnegative=True,
)
share = observable(
    "share", "mean radius of a trained network over the mean limit", nonnegative=True
)
critical = observable(
    "critical",
    "smallest radius V of the ball in which a network could be right within R of x",
    r"V^*",
    nonnegative=True,
)
half_distance = observable(
    "half_distance", "half the smallest distance of a zero and a one", nonnegative=True
)
cosine = parameter("cosine", "product of two unit images", nonnegative=True)
leading_limit = C_0 / sqrt(2 * d - C_0**2)
critical_order = R * sqrt(2 * d / (m * (1 + R**2)))

caps = (
    *SETTING,
    required(None, "ours: two caps of the sphere, the classes 1.8 apart, by Algorithm 1"),
)

figure_4_left = paper.theorem(
    "claim-figure-4-left",
    "robust accuracy over radius and dimension",
    "Section 5.2, Figure 4 (left)",
    r"Adversarially trained in the ball of $C_0=10$, $m=1000$, on images of norm 1 with $d$ from "
    r"25 to 784, networks are robust against perturbations shorter than about $5/\sqrt d$, and the "
    "robust accuracy drops sharply to 0 there. Beside it the exact limit for all networks of "
    r"the ball, which is data-free, and half the distance of the classes, which is network-free. "
    r"So drawn at $m=100$ (`verify figure wang2022/figure-4`, one repetition) the drop is as sharp "
    r"as the paper's and lies elsewhere: of the digits half resist up to 0.3 at $d=25$, near half "
    r"the distance of the classes (0.15 to 0.18), and up to about $2.6/\sqrt d$ from $d=100$ on, "
    r"half of the paper's $5/\sqrt d$; on caps, which are far apart, the drop is at the exact "
    r"limit, above $5/\sqrt d$: at $d=784$ all inputs resist at 0.18, 65 % at 0.28, none at 0.43.",
    hypotheses=caps,
    uses=("corollary-3.2", "claim-algorithm-1"),
    claims=(
        on_mnist(4, r"on MNIST the robust accuracy drops to 0 at about $5/\sqrt d$"),
        Inequality(
            "no-network-beats-the-limit",
            excess,
            at_most=1,
            note="of each trained network, at each test input",
        ),
        Probability(
            "training-comes-close",
            share >= Q(1, 2),
            at_least=Q(9, 10),
            note="for all $d$, $m$ and $C_0$ tried: adversarial training reaches half of the limit",
            mutants=(Mutant("all of it", event=share >= Q(99, 100)),),
        ),
        Inequality(
            "threshold-within-geometry",
            5 / sqrt(d),
            at_most=sqrt(2) / 2,
            box={d: (50, 784)},
            statement=r"where $d\geq50$, the threshold $5/\sqrt d$ is at most $\sqrt{1/2}$, half "
            "the largest distance of unit vectors with entries $\\geq0$",
            printed=Printed(
                box={d: (25, 784)},
                words=r"the threshold $5/\sqrt d$ for all $d\in\{5^2,6^2,\ldots,28^2\}$",
                why="at a radius of half their distance two images of different classes share a "
                r"point; at $\sqrt{1/2}$ all pairs do, so that no classifier whatever is right "
                "about images of both classes",
                counterexample=r"$d=25,36,49$: $5/\sqrt d=1,\,0.83,\,0.714>0.707$; a robust "
                "accuracy above the share of the larger class (53.7 % of the test images) is "
                "impossible just below it",
            ),
        ),
        *derivations(
            distance_of_images=equal(
                (1 - cosine) ** 2 + sqrt(1 - cosine**2) ** 2,
                2 - 2 * cosine,
                statement=r"$\|x-x'\|^2=2-2\langle x,x'\rangle\leq2$ for unit images: without "
                "negative pixels the product is $\\geq0$",
                mutants=(2 - cosine,),
            ),
        ),
        Inequality(
            "images-are-close",
            half_distance,
            at_most=sqrt(2) / 2,
            note="for our digits, at every size of the paper",
            cannot_fail="no unit vectors without negative entries are farther apart than sqrt(2)",
        ),
        Inequality(
            "confounder",
            half_distance * side,
            at_most=5,
            note=r"for our digits $5/\sqrt d$ lies beyond the radius at which the classes touch, "
            "at every size of the paper: what drops there says nothing about networks",
            mutants=(Q(49, 10),),
        ),
    ),
)

robust_accuracy = observable(
    "robust_accuracy", "share of test inputs that resist our attacks at R", nonnegative=True
)

figure_4_right = paper.theorem(
    "claim-figure-4-right",
    "robust accuracy over the radius of the ball",
    "Section 5.2, Figure 4 (right); Section 3 (remarks)",
    r"At $d=784$ and $\|\delta\|=0.2$, the robust accuracy changes from 0 to 1 as $V$ passes about "
    r"$25/\sqrt m$, for every width. Beside it the exact ball below which no network is robust. So "
    r"drawn at $d=196$ for $m=50$, 150 and 450 (`verify figure wang2022/figure-4`, one repetition) "
    r"the change is at $V\sqrt m$ of 7 to 13 for each width on digits: the paper's law, with some "
    r"10 for its 25 and an accuracy that rises to 60 to 64 % only, as 0.2 is more than half the "
    r"distance of the closest images; on caps it is at 2.5 to 7.5, from the exact ball on, and "
    r"rises to all inputs.",
    hypotheses=caps,
    uses=("claim-figure-4-left",),
    claims=(
        on_mnist(4, r"on MNIST the transition is at $V\approx25/\sqrt m$"),
        Theta(
            "critical-ball",
            critical,
            of=critical_order,
            functional="mean",
            corrections="power",
            rate=0.25,
            note=r"in $d$ and in $m$: to leading order the ball adds "
            r"$\frac{V\sqrt m}2\sqrt{1+R^2}$ to $f$ and the attack takes $R\sqrt{d/2}$, which are "
            r"equal at $V=R\sqrt{2d/(1+R^2)}/\sqrt m$, at $7.8/\sqrt m$ for $R=0.2$, $d=784$, a "
            "third of the paper's 25",
        ),
        *derivations(
            limit_order=equal(
                C_0**2 / 4 * (1 + leading_limit**2),
                leading_limit**2 * d / 2,
                statement=r"and for given $C_0$ at $R\sqrt d=C_0/\sqrt{2-C_0^2/d}$, at 7.3 for "
                "$C_0=10$, $d=784$: the left panel's 5 is below it",
            ),
        ),
        Probability(
            "twice-suffices",
            robust_accuracy >= Q(9, 10),
            at_least=Q(3, 4),
            statement="in a ball twice as large as the critical one of all test inputs, Algorithm "
            "1 finds networks that resist our attacks at nine test inputs of ten, three times of "
            "four, at every width",
        ),
    ),
)

longest_step = observable(
    "longest_step", "smallest flipping step, largest over test images", positive=True
)
change = observable(
    "change",
    "by how much a step of 0.045 changes f, over the largest |f| of the ball, median over images",
    nonnegative=True,
)
step_at_c = observable("step_at_c", "smallest flipping step at c x", r"\eta^*(cx)", positive=True)
step_at_1 = observable("step_at_1", "smallest flipping step at x", r"\eta^*(x)", positive=True)

figure_7 = paper.theorem(
    "claim-figure-7",
    "histograms over the test images",
    "Appendix A, Figure 7",
    r"At $d=784$, $m=10^5$, $C_0=10$ the perturbation, the gradient and the step look Gaussian; "
    r"the step $\eta$ concentrates around 0.045. The figure follows those of images of norm 1. "
    r"Beside it, on our digits at $m=200$ (`verify figure wang2022/figure-7`): all histograms have "
    r"one mode, and those of the gradient are the same for both normalisations, 18 to 21.5 around "
    r"$\sqrt{d/2}=19.8$; steps are at most 0.006 on images of norm 1, with a mean of 0.0033, and "
    r"at most 0.038 on images as they are, with a mean of 0.021: 0.045 is beyond both, twice the "
    r"typical step of the second.",
    hypotheses=digits,
    uses=("claim-figure-2",),
    claims=(
        Unchecked(
            "gaussian",
            because="the look of a histogram of one data set is no statement that can be judged; "
            "`verify figure wang2022/figure-7` draws it",
            statement="the histograms exhibit a Gaussian distribution",
        ),
        Inequality(
            "steps-are-shorter",
            longest_step,
            at_most=Q(45, 1000),
            where=side >= 28,
            note="on digits of norm 1, at every test image of each trained network (ours): the "
            "histogram cannot be of such images",
            mutants=(Q(2, 1000),),
        ),
        Probability(
            "change-exceeds-all-values",
            change >= 1,
            at_least=Q(3, 4),
            where=side >= 28,
            statement=r"at the median test image a step of $0.045$ changes $f$ by more than the "
            "largest value that any network of the ball has there, in three trained networks of "
            "four (ours, at a width of 96)",
            mutants=(Mutant("five times that", event=change >= 5),),
        ),
        Identity(
            "step-scales",
            step_at_c,
            c * step_at_1,
            exact=True,
            note="the step is proportional to the norm of the input: images as they come, of norm "
            "about 9, take steps nine times as long",
            mutants=(step_at_1, c**2 * step_at_1),
        ),
    ),
)
