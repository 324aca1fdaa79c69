"""Quadratic ReLU: approximation by random features, parity of the kernel, Section C.2."""

from bounds.authoring import *
from bounds.gao2019.notation import *

t = parameter("t", "inner product of two inputs on the sphere", real=True)
theta = parameter("theta", "angle of two inputs", nonnegative=True)
z = parameter("z", "pre-activation", real=True)
k = parameter("k", "degree of the harmonics", integer=True, nonnegative=True)
c_L = parameter("c_L", r"Lipschitz constant of $h-\hat h$", positive=True)
h_norm = parameter("h_norm", "norm of h in the RKHS", r"\|h\|_{\mathcal H}", positive=True)
C_D = parameter("C_D", "constant of the data", r"C_{D,\mathcal B}", positive=True)
square_error = parameter("square_error", "error in the square mean", r"\epsilon'", positive=True)
parity = parameter("parity", "the p of labels y(-x) = p y(x)", "p", real=True)
form_a, form_b, form_c = (
    parameter(f"q_{place}", "entry of a quadratic form", real=True) for place in (11, 12, 22)
)

feature_change = observable(
    "feature_change",
    "change of the sum of features between two inputs",
    r"|\hat h(x)-\hat h(x')|",
    nonnegative=True,
)
distance = observable("distance", "distance of the inputs", r"\|x-x'\|_2", positive=True)
norms = observable(
    "norms", "sum of the products of norms", r"\sum_r\|c_r\|_2\|w_r\|_2", positive=True
)
squares = observable("squares", "sum of squared coefficients", r"\sum_r\|c_r\|_2^2", positive=True)
M = parameter("M", "number of random features", integer=True, positive=True)
least_square = observable(
    "least_square",
    r"least mean square of a function with this Lipschitz constant that exceeds epsilon somewhere",
    r"\min\int_{\mathbb S}(h-\hat h)^2d\rho",
    positive=True,
)
kernel_value = observable("kernel_value", "kernel from its definition", "K", real=True)
eigenvalue = observable(
    "eigenvalue",
    "eigenvalue of the kernel at harmonics of degree k, by quadrature",
    r"\lambda_k",
    real=True,
)
exact_eigenvalue = observable(
    "exact_eigenvalue",
    "the same for even k, in ratios of integers",
    r"\lambda_k",
    real=True,
)
contained = observable(
    "contained", "whether the RKHS has the harmonics of degree k, decided in ratios of integers"
)
least_loss = observable(
    "least_loss",
    "least mean loss under the attack in a run",
    r"\min_tL_{\mathcal A}(W_t)",
    nonnegative=True,
)
mean_loss = observable(
    "mean_loss", "mean loss of a network", r"\frac18\sum_i|f(W,x_i)-y_i|", nonnegative=True
)
start_loss = observable(
    "start_loss", "mean loss of the symmetric start", r"\frac18\sum_i|f(W_0,x_i)-y_i|"
)
even_part = observable("even_part", "even part of the network", r"\frac{f(x)+f(-x)}2", real=True)
form = observable(
    "form",
    "value of the quadratic form",
    r"\frac1{2\sqrt m}\sum_ra_r(w_r^\top x)^2",
    real=True,
)

ball_volume = pi ** (d / 2) / gamma_function(d / 2 + 1)
stirling = (2 * pi * sp.E) ** (d / 2) / d ** ((d + 1) / 2)

UNNAMED = "the constants are not named, so no finite size contradicts the statement"

lemma_c_2 = paper.theorem(
    "lemma-C.2",
    "random features approximate the RKHS in the square mean",
    "Lemma C.2, from Proposition 1 of its reference [3]",
    r"For $h\in\mathcal H(K_\sigma)$ and $M=e^{\Omega(d)}\frac{\|h\|^2}\varepsilon\log"
    r"\frac{\|h\|^2}{\varepsilon\delta}$ weights on the sphere of radius $\sqrt d$, with "
    r"probability $1-\delta$ some $\hat h=\sum_rc_r^\top x\,\mathrm{ReLU}(w_r^\top x)$ has "
    r"$\sum_r\|c_r\|^2=\|h\|^2e^{O(d)}/M$ and $\|h-\hat h\|^2_{L^2}\leq\varepsilon$.",
    claims=(
        Unchecked(
            "approximation",
            statement=r"with probability $1-\delta$ some $\hat h$ has $\|h-\hat h\|^2_{L^2}\leq"
            r"\varepsilon$, for $M=e^{\Omega(d)}\frac{\|h\|^2}\varepsilon\log"
            r"\frac{\|h\|^2}{\varepsilon\delta}$",
            of_kind="probability",
            because=UNNAMED,
        ),
        Unchecked(
            "coefficients",
            statement=r"its coefficients have $\sum_r\|c_r\|^2=\|h\|^2e^{O(d)}/M$",
            of_kind="O",
            because=UNNAMED,
        ),
    ),
)

theorem_c_1 = paper.theorem(
    "theorem-C.1",
    "random features approximate the RKHS uniformly",
    "Theorem C.1",
    r"For Lipschitz $h\in\mathcal H(K_\sigma)$ and $M=\Omega(C_{D,\mathcal B}\epsilon^{-(d+1)}\log"
    r"\frac1{\epsilon^{d+1}\delta})$, with probability $1-\delta$ some $\hat h$ as in Lemma C.2 "
    r"has $\sum_r\|c_r\|^2=O(C'_{D,\mathcal B}/M)$ and $\|h-\hat h\|_{\infty,\mathbb S}\leq"
    r"\epsilon$.",
    uses=("lemma-C.2", "proof-theorem-C.1"),
    claims=(
        Unchecked(
            "uniform",
            statement=r"with probability $1-\delta$ some $\hat h$ has $\|h-\hat h\|_{\infty,"
            r"\mathbb S}\leq\epsilon$ and $\sum_r\|c_r\|^2=O(C'_{D,\mathcal B}/M)$, for "
            r"$M=\Omega(C_{D,\mathcal B}\epsilon^{-(d+1)}\log\frac1{\epsilon^{d+1}\delta})$",
            of_kind="probability",
            because=UNNAMED,
        ),
        *derivations(
            eq_12=equal(
                at(
                    h_norm**2 / square_error * log(h_norm**2 / (square_error * delta)),
                    {square_error: epsilon ** (d + 1) / C_D},
                ),
                C_D
                * h_norm**2
                / epsilon ** (d + 1)
                * (log(C_D * h_norm**2) + (d + 1) * log(1 / epsilon) + log(1 / delta)),
                r"(12): Lemma C.2 with the error at which (17) fails, $\epsilon^{d+1}$ over a "
                "constant",
                mutants=(
                    C_D
                    * h_norm**2
                    / epsilon**d
                    * (log(C_D * h_norm**2) + d * log(1 / epsilon) + log(1 / delta)),
                ),
            ),
        ),
    ),
    vacuity=tuple(
        Asks(
            "the number of features of Theorem C.1, all constants 1",
            epsilon ** (-(d + 1)) * log(1 / (epsilon ** (d + 1) * delta)),
            {d: dimension, epsilon: Q(1, 10), delta: Q(1, 100)},
        )
        for dimension in (2, 5, 10, 784)
    ),
)

proof_theorem_c_1 = paper.theorem(
    "proof-theorem-C.1",
    "from the square mean to the supremum",
    "Appendix C.2, proof of Theorem C.1",
    r"$\mathrm{Lip}(\hat h)\leq\sum_r\|c_r\|_2\|w_r\|_2\leq\sqrt{\sum_r\|c_r\|^2\sum_r\|w_r\|^2}$ "
    r"on the sphere; and if $|h-\hat h|>\epsilon$ somewhere, $\int_{\mathbb S}(h-\hat h)^2"
    r"\gtrsim\frac{\pi^{d/2}\epsilon^{d+1}}{\Gamma(d/2+1)c_L^d}\asymp\frac{\epsilon^{d+1}}{c_L^d}"
    r"\frac{(2\pi e)^{d/2}}{d^{(d+1)/2}}$ for small $\epsilon$ (17). Printed: the first by way of "
    r"$\mathrm{Lip}(c^\top x\,\sigma)\leq\|c\|\|x\|\mathrm{Lip}(\sigma)$, $\sigma=\mathrm{ReLU}"
    r"(w^\top x)$, which leaves out a term of the product rule; meant: as above, which is true on "
    r"the sphere.",
    hypotheses=(
        required(d >= 2, "the sphere has a dimension"),
        required(epsilon <= c_L, "epsilon is small"),
    ),
    claims=(
        Inequality(
            "lip-hhat",
            feature_change,
            at_most=norms * distance,
            scale=norms,
            tolerance=1e-14,
            note="for inputs on the sphere; the paper's product rule gives twice this there and "
            "in the ball, where it is attained",
            mutants=(factor(Q(19, 20)),),
        ),
        Inequality(
            "lip-hhat-squares",
            norms,
            at_most=sqrt(squares * M * d),
            note=r"as $\sum_r\|w_r\|_2^2=Md$",
            mutants=(sqrt(squares * M), Q(19, 20) * sqrt(squares * M * d)),
        ),
        Theta(
            "extremal",
            least_square,
            of=epsilon ** (d + 1) / c_L ** (d - 1),
            exact=True,
            corrections="power",
            note="ours, for the exact least value: the sphere has $d-1$ dimensions",
            mutants=(epsilon ** (d - 1) / c_L ** (d - 1), epsilon ** (d + 1) / c_L**d),
        ),
        Omega(
            "eq-17",
            least_square,
            of=ball_volume * epsilon ** (d + 1) / c_L**d,
            exact=True,
            corrections="power",
            statement=r"$\int_{\mathbb{S}}(h-\hat h)^2=\Omega(\frac{\pi^{d/2}\epsilon^{d+1}}"
            r"{\Gamma(d/2+1)c_L^d})$ as $\epsilon$ falls or $c_L$ rises",
            mutants=(
                ball_volume * epsilon**d / c_L**d,
                ball_volume * epsilon ** (d - 1) / c_L ** (d - 1),
            ),
        ),
        Inequality(
            "stirling-above",
            ball_volume / stirling,
            at_most=1 / sqrt(pi),
            box={d: (2, 200)},
            note=r"the $\asymp$ of (17); the ratio tends to $1/\sqrt\pi$",
        ),
        Inequality("stirling-below", ball_volume / stirling, at_least=Q(13, 25), box={d: (2, 200)}),
    ),
    errata=(
        Erratum(
            r"$\int_{\mathbb S}(h-\hat h)^2\gtrsim\frac{\epsilon^{d+1}}{c_L^d}$",
            r"$\frac{\epsilon^{d+1}}{c_L^{d-1}}$",
            r"a cap of radius $\epsilon/c_L$ of the sphere has measure $(\epsilon/c_L)^{d-1}$; the "
            r"printed form is weaker where $c_L\geq1$",
            harmless=True,
            unjudged="true as printed where $c_L\\geq1$, and weaker",
        ),
    ),
)

kernel = 2 / pi * (t * sqrt(1 - t**2) + (pi / 2 + asin(t)) * t**2)
relu_kernel = t * (pi / 2 + asin(t)) / (2 * pi)
ODD = Eq(sp.Mod(k, 2), 1)
EVEN = Eq(sp.Mod(k, 2), 0)

lemma_c_3 = paper.theorem(
    "lemma-C.3",
    "the RKHS has smooth odd functions",
    "Lemma C.3, from Proposition 2 of its reference [2] and Corollary 6 of [4]",
    r"Printed: an even $f:\mathbb S\to\mathbb R$ with derivatives up to the order $s\geq(d+3)/2$ "
    r"bounded by $\eta$ is in $\mathcal H(K_\sigma)$, $\sigma=\mathrm{ReLU}^2$, with $\|f\|\leq "
    r"C_d\eta$. Right, as far as decided (odd degrees up to 15): an odd one. For $\sigma'="
    r"2\,\mathrm{ReLU}$ the kernel is $K(t)=\frac2\pi(t"
    r"\sqrt{1-t^2}+(\pi-\arccos t)t^2)$, whose even part is $t^2$: of the even harmonics "
    r"$\mathcal H(K_\sigma)$ has those of degree 0 and 2 alone.",
    hypotheses=(required(d >= 2, "the sphere has a dimension"),),
    claims=(
        Identity(
            "kernel",
            kernel_value,
            2 / pi * cos(theta) * (sin(theta) + (pi - theta) * cos(theta)),
            exact=True,
            scale=1,
            note=r"$\langle x,x'\rangle E[\sigma'(w^\top x)\sigma'(w^\top x')]$ at an angle "
            r"$\theta$, for normal weights as for those on the sphere of radius $\sqrt d$",
        ),
        Identity(
            "contained",
            contained,
            1,
            exact=True,
            where=ODD,
            statement=r"$\mathcal H(K_\sigma)$ has the harmonics of odd degree $k$: "
            r"$\lambda_k>0$, decided for $k\leq15$ and $d\in\{2,3,5,10\}$",
            printed=Printed(
                where=EVEN,
                words=r"an even function whose derivatives up to the order $s\geq(d+3)/2$ are "
                r"bounded is in $\mathcal H(K_\sigma)$",
                statement=r"$\mathcal H(K_\sigma)$ has the harmonics of every even degree $k$",
                why=r"the parity is reversed: $\mathrm{ReLU}(z)\mathrm{ReLU}(z')$ has an even "
                r"kernel (up to a linear term), and it is multiplied by $\langle x,x'\rangle$; "
                "for plain ReLU the printed parity is right",
                counterexample=r"$f=\cos4\varphi$ on the circle is even and analytic, and "
                r"$\lambda_4=0$",
            ),
            mutants=(Mutant("every smooth function", where=None),),
        ),
        Identity(
            "odd-part-as-printed",
            contained,
            0,
            exact=True,
            scale=1,
            where=ODD,
            expected="broken",
            because=r"the odd part of the kernel does not vanish: $\lambda_1,\lambda_3,\dots>0$",
            statement=r"$\mathcal H(K_\sigma)$ has no harmonics of odd degree (footnote 5)",
        ),
        Identity(
            "even-eigenvalues",
            exact_eigenvalue,
            0,
            exact=True,
            scale=1,
            where=EVEN & (k >= 4),
            note="for even $k\\geq4$, in ratios of integers",
            mutants=(Mutant("for even k >= 2", where=EVEN & (k >= 2)),),
        ),
        Identity("degree-0", eigenvalue, 1 / d, exact=True, where=Eq(k, 0)),
        Identity("degree-2", eigenvalue, 2 / (d * (d + 2)), exact=True, where=Eq(k, 2)),
        Identity(
            "circle",
            eigenvalue,
            8 * (k**2 + 4) / (pi**2 * k**2 * (k**2 - 4) ** 2),
            exact=True,
            tolerance=1e-8,
            where=ODD & Eq(d, 2),
            note="on the circle, for odd $k$ (ours)",
        ),
        Theta(
            "odd-eigenvalues",
            eigenvalue,
            of=(k + d / 2 - 1) ** (-d - 2),
            exact=True,
            corrections="power",
            rate=2,
            note=r"along odd $k$ (ours; what is left is even in $k+\frac d2-1$): "
            r"$\|f\|_{\mathcal H}$ asks for $\frac d2+1$ derivatives of "
            r"odd functions, and $\frac{d+3}2$ are enough",
            mutants=(k ** (-d - 1), k ** (-d - 3)),
        ),
        Unchecked(
            "norm",
            of_kind="deterministic",
            statement=r"$\|f\|_{\mathcal H}\leq C_d\eta$, for odd $f$ whose derivatives up to the "
            r"order $s\geq(d+3)/2$ are bounded by $\eta$",
            because="the constant is not named, and the class of functions is of infinite "
            "dimension; the order of the eigenvalues is what was checked",
        ),
        *derivations(
            even_part=equal(
                (kernel + kernel.subs(t, -t)) / 2,
                t**2,
                r"the even part of $K$",
                mutants=(t, 2 * t**2),
            ),
            plain_relu=equal(
                (relu_kernel - relu_kernel.subs(t, -t)) / 2,
                t / 4,
                r"for $\sigma=\mathrm{ReLU}$ it is the odd part that is a polynomial: there "
                "the printed parity is right (ours)",
                mutants=(t / 2,),
            ),
        ),
    ),
    errata=(
        Erratum(
            "the quadratic ReLU NTK kernel only contains even functions (footnote 5)",
            "odd functions, and the even harmonics of degree 0 and 2",
            r"the odd part of the kernel does not vanish: $\lambda_1,\lambda_3,\dots>0$",
            r"$d=3$: $\lambda_1=0.281$, $\lambda_3=0.0208$, and $\lambda_4=\lambda_6=\dots=0$",
            refuted="odd-part-as-printed",
            mended="contained",
        ),
    ),
)


def value_at(angle: Expr) -> Expr:
    """Return a quadratic form of the plane at an angle."""
    return (
        form_a * cos(angle) ** 2 + 2 * form_b * cos(angle) * sin(angle) + form_c * sin(angle) ** 2
    )


corollary_c_1 = paper.theorem(
    "corollary-C.1",
    "adversarial training of quadratic-ReLU networks",
    "Corollary C.1",
    r"Printed: under Assumptions 3.1 and C.1 (no point of $\mathcal B(x_i)\cup-\mathcal B(x_i)$ is "
    r"one of $\mathcal B(x_j)\cup-\mathcal B(x_j)$ with $y_i\neq y_j$), for $m=\Omega("
    r"C''_{D,\mathcal B}\epsilon^{-(d+1)}\log\frac1\epsilon)$, $\alpha=O(\epsilon)$ and $T=\Omega("
    r"\sqrt m/\alpha)$, with probability 0.99 $\min_{t\leq T}L_{\mathcal A}(W_t)\leq\epsilon$. "
    r"Ours, not proved, and tried on one set of eight points: the same for sets whose labels are "
    r"odd, $x\in\mathcal B(x_i)\cap-\mathcal B(x_j)$ only if $y_i=-y_j$. After the lifting "
    r"$[x,1]$ the labels of every set are, as no point has its opposite among them.",
    hypotheses=(
        required(None, "Assumption 3.1: the loss is convex and Lipschitz in f (here $|f-y|$)"),
        required(None, "symmetric start, weights on the sphere of radius $\\sqrt d$"),
        required(T >= sqrt(m) / alpha, r"$T\geq\sqrt m/\alpha$"),
        regime(m, r"the network is wide: $m=\Omega(\dots)$", tends_to=oo),
        regime(alpha / epsilon, r"the step is small: $\alpha=O(\epsilon)$", tends_to=0),
    ),
    uses=("theorem-C.1", "lemma-C.3"),
    claims=(
        Probability(
            "fits",
            least_loss <= epsilon,
            at_least=Q(99, 100),
            where=Eq(parity, -1),
            statement=r"eight points of the circle, $\pi/4$ apart, with small arcs as "
            r"$\mathcal B(x_i)$ and labels $y(-x)=-y(x)$: $\min_{t\leq T}L_{\mathcal A}(W_t)\leq"
            r"\epsilon$ with probability at least 0.99",
            note="ours, not proved for other sets; on this one set",
            printed=Printed(
                where=Eq(parity, 1),
                statement=r"the same points with the labels $\cos4\varphi$, for which $y(-x)=y(x)$ "
                "as Assumption C.1 wants it",
                words=r"under Assumption C.1, that is where $x_i\neq\pm x_j$ for $y_i\neq y_j$, "
                r"$\min_{t\leq T}L_{\mathcal A}(W_t)\leq\epsilon$",
                why="the even part of a quadratic-ReLU network is a quadratic form, which does "
                "not fit even labels in general",
                counterexample=r"$d=2$, points at $k\pi/4$ with $y=\cos4\varphi=(+,-,\dots,+,-)$: "
                "the mean loss is at least 1 for every W and every width",
            ),
            mutants=(Mutant("labels of either parity", where=None),),
        ),
        Inequality(
            "eight-points",
            mean_loss,
            at_least=1,
            note=r"for the labels $\cos4\varphi$ of the eight points, every $W$ and every width",
        ),
        Identity(
            "eight-points-attained",
            start_loss,
            1,
            exact=True,
            note="so training does not improve on its start",
        ),
        Identity(
            "quadratic-form",
            even_part,
            form,
            exact=True,
            scale=1 + Abs(form),
            note="at every input",
        ),
        Unchecked(
            "width",
            statement=r"with probability 0.99 $\min_{t\leq T}L_{\mathcal A}(W_t)\leq\epsilon$ for "
            r"every $m=\Omega(C''_{D,\mathcal B}\epsilon^{-(d+1)}\log\frac1\epsilon)$",
            of_kind="probability",
            because=UNNAMED,
        ),
        *derivations(
            squares=equal(
                Piecewise((z**2, z >= 0), (0, True)) + Piecewise((z**2, z <= 0), (0, True)),
                z**2,
                r"$\mathrm{ReLU}(z)^2+\mathrm{ReLU}(-z)^2=z^2$",
                mutants=(2 * z**2, Abs(z)),
            ),
            alternating=equal(
                at(value_at(theta), {theta: 0})
                - at(value_at(theta), {theta: pi / 4})
                + at(value_at(theta), {theta: pi / 2})
                - at(value_at(theta), {theta: 3 * pi / 4}),
                0,
                r"$q(x_0)-q(x_1)+q(x_2)-q(x_3)=0$ for every quadratic form, while the labels' "
                r"alternating sum is 4: so $\sum_{k<4}|q(x_k)-y_k|\geq4$",
                mutants=(form_a,),
            ),
            alternating_labels=equal(
                Sum((-1) ** k * cos(4 * k * pi / 4), (k, 0, 3)),
                4,
                r"the labels' alternating sum",
                mutants=(0,),
            ),
        ),
    ),
    errata=(
        Erratum(
            r"Assumption C.1: there are no $x,\bar x$ and $i,j$ with $x\in\mathcal B(x_i)\cup-"
            r"\mathcal B(x_i)$, $\bar x\in\mathcal B(x_j)\cup-\mathcal B(x_j)$ but $y_i\neq y_j$",
            r"there are no such $x=\bar x$",
            r"footnote 5: $x_i\neq\pm x_j$ is meant",
            "as printed any two points with different labels are excluded",
            harmless=True,
            unjudged="a misprint: as printed no data set meets the assumption",
        ),
    ),
    vacuity=tuple(
        Asks(
            "the width of Corollary C.1, C'' = 1",
            epsilon ** (-(d + 1)) * log(1 / epsilon),
            {d: dimension, epsilon: Q(1, 10)},
        )
        for dimension in (2, 5, 10, 784)
    ),
)
