"""Normalised margin, convergence of the robust training loss, growth of the weights."""

from bounds.authoring import *
from bounds.wang2024.attacked_inputs import setting
from bounds.wang2024.good_run import (
    good_run,
    little_noise,
    little_noise_flipped,
    very_little_noise,
    very_little_noise_flipped,
)
from bounds.wang2024.notation import *
from bounds.wang2024.training import final_norm, gradient_ratio, initial_norm, mean_weight

margin = observable(
    "normalised_margin",
    "E[y f(x) | y] / |W|_2, smallest over both labels and the iterations",
    r"\min_{\bar y,t}\frac{E[yf(x;W^t)|y=\bar y]}{\|W^t\|_2}",
)
first_margin = observable(
    "first_margin",
    "E[y f(x) | y] / |W|_2 after one step, smaller of the two labels",
    r"\min_{\bar y}\frac{E[yf(x;W^1)|y=\bar y]}{\|W^1\|_2}",
)
first_margin_share = observable(
    "first_margin_share", "first_margin over the normalised margin of sum_i y_i x_i"
)
c_4 = parameter("c_4", "absolute constant: E|<v, xi>| <= c_4 |v|", positive=True)
s = parameter(
    "s",
    "slack: |mu|^2 = 12 c_4 sqrt(C_1 d) (1 + s) / gamma^2, or d = 16 n (1 + s)",
    nonnegative=True,
)
q = parameter("q", "slack of alpha <= sqrt(C_1 d)", nonnegative=True)
v = parameter("v", "1/gamma^2 - 1", nonnegative=True)
S = parameter("S", "sum of the mean logistic weights over the steps", positive=True)
"""Sum of the mean logistic weights."""
z = sp.Symbol("z", real=True)
few_flips = beta <= Q(1, 50)
order = sqrt(n / d) * mu**2
margin_below = gamma**2 * order / (32 * C_2)
own_margin = order * sqrt(d / n) / gradient_ratio
signal = 12 * c_4 * sqrt(C_1 * d) * (1 + s)
noise = (1 - gamma**2) / 2 * c_4 * (sqrt(C_1 * d) + alpha)
slacks = {gamma: 1 / sqrt(1 + v), alpha: sqrt(C_1 * d) / (1 + q)}

x, y = sp.symbols("x y", positive=True)

lemma_b14 = paper.theorem(
    "lemma-B.14",
    "normalised expected conditional margin",
    "Appendix B.1, Lemma B.14",
    r"On a good run, for $C$ large, $t\geq1$ and $\bar y=\pm1$: "
    r"$\frac{E[yf(x;W^t)|y=\bar y]}{\|W^t\|_2}\geq\frac{\gamma^2\sqrt n}{32C_2\sqrt d}\|\mu\|^2$.",
    hypotheses=setting,
    uses=("lemma-B.11", "lemma-B.12", "lemma-B.13"),
    claims=(
        Inequality(
            "margin",
            margin,
            at_least=margin_below,
            given=very_little_noise,
            where=few_flips,
            mutants=(
                Mutant("whatever the share of flipped labels", given=good_run, where=None),
                Mutant(
                    "C_2 / 32 for 32 C_2",
                    at_least=32 * gamma**2 * order / C_2,
                    where=None,
                    given=good_run,
                ),
                2 * order,
            ),
        ),
        Inequality(
            "margin-with-flips",
            margin,
            at_least=margin_below,
            given=very_little_noise_flipped,
            note="on runs with a flipped label among $n=50$",
            mutants=(2 * order,),
        ),
        Inequality(
            "margin-measured",
            margin,
            at_least=gamma**2 * own_margin / 32,
            given=very_little_noise,
            where=few_flips,
            note=r"the same with $C_2$ of the run",
            mutants=(2 * own_margin, power(mu, 2)),
        ),
        Theta("order", first_margin, order, corrections="power", mutants=(factor(sqrt(n / d)),)),
        Limit(
            "first-step",
            first_margin_share,
            (1 + gamma) / 2,
            rate=0.5,
            tolerance=Q(1, 50),
            statement=r"after one step it tends to $\frac{1+\gamma}2$ times that of the linear "
            r"classifier $\sum_iy_ix_i$: the spectral norm counts neurons of both signs",
            mutants=(gamma**2, 1, sqrt((1 + gamma**2) / 2)),
        ),
        *derivations(
            main_term=at_least(
                (signal / 3 - noise).subs(slacks),
                signal / 4,
                nonnegative=c_4 * sqrt(C_1 * d) * (s + 1 / (1 + v) + v / (1 + v) * q / (1 + q) / 2),
                statement=r"with $d\leq\frac{\gamma^4\|\mu\|^4}{144c_4^2C_1}$ and $\alpha\leq"
                r"\sqrt{C_1d}$: $A=-\frac{1-\gamma^2}2c_4(\sqrt{C_1d}+\alpha)+\frac13\gamma^2"
                r"\|\mu\|^2\geq\frac14\gamma^2\|\mu\|^2$",
                mutants=(
                    Mutant(
                        "3 for 12: d up to sixteen times larger",
                        left=(signal / 12 - noise).subs(slacks),
                        at_least=signal / 16,
                    ),
                ),
            ),
            smoothness_share=equal(
                (gamma**4 / 3) / (-Q(2, 3) * gamma**2 * (1 - gamma**2) + Q(2, 3) * gamma**2),
                Q(1, 2),
                "what the smoothness term takes of the main term",
            ),
            noise_share=equal(
                1
                + (Q(2, 3) * gamma**2 * (1 - gamma**2) + 6)
                / (Q(2, 3) * gamma**2 - Q(2, 3) * gamma**2 * (1 - gamma**2)),
                1 + (9 + gamma**2 * (1 - gamma**2)) / gamma**4,
                statement=r"flipped labels take $C_r\frac{|\mathcal{N}|}n$ times $1+\frac BA\leq1+"
                r"\frac{9+\gamma^2(1-\gamma^2)}{\gamma^4}$ of the main term",
                mutants=(1 + (9 + gamma**2 * (1 - gamma**2)) / gamma**2,),
            ),
            absolute_moment=equal(
                Integral(2 * z * exp(-(z**2) / 2) / sqrt(2 * pi), (z, 0, oo)),
                sqrt(2 / pi),
                statement=r"$E|\langle v,\xi\rangle|=c_4\|v\|$ with $c_4=\sqrt{2/\pi}$ for "
                r"$\xi\sim N(0,I)$; half of it comes from $\langle v,\xi\rangle\geq0$",
            ),
            left_over=equal(
                at(gamma**2 / 4 * (1 - x - y), {x: Q(1, 4), y: Q(1, 2)}),
                gamma**2 / 16,
                statement=r"of the main term flipped labels take at most $\frac14$, the smoothness "
                r"term $\frac12$: $\frac14\gamma^2(1-\frac14-\frac12)=\frac1{16}\gamma^2$",
                mutants=(
                    Mutant("a quarter each", left=at(gamma**2 / 4 * (1 - 2 * x), {x: Q(1, 4)})),
                ),
            ),
            quotient=equal(
                at(eta * gamma**2 * mu**2 * S / 16 / x, {x: 2 * C_2 * eta * sqrt(d / n) * S}),
                gamma**2 * sqrt(n) * mu**2 / (32 * C_2 * sqrt(d)),
                statement=r"sum of the increments over $2C_2\eta\sqrt{d/n}\sum\hat G$ is the "
                r"printed bound",
            ),
            start_is_small=at_least(
                (eta * sqrt(d / n) / 2).subs(d, 16 * n * (1 + s)),
                2 * eta,
                nonnegative=2 * eta * s / (sqrt(1 + s) + 1),
                statement=r"inequality (10): $2\eta\leq\eta\sqrt{d/n}\,\hat G_{rob}(W^0)$ as soon "
                r"as $d\geq16n$",
                mutants=(Mutant("d >= n", left=(eta * sqrt(d / n) / 2).subs(d, n * (1 + s))),),
            ),
        ),
    ),
)

descent = observable(
    "signal_descent", "<-grad, V> at a random step", r"\langle-\nabla\hat L_{rob},V\rangle"
)
noisy_weight = observable(
    "picked_noisy_weight",
    "the part of picked_weight that flipped labels contribute",
    r"\frac1n\sum_{i\in\mathcal N}\tilde g_i",
    nonnegative=True,
)
picked_gradient = observable(
    "picked_gradient",
    "gradient norm at a random step",
    r"\|\nabla\hat L_{rob}\|_F",
    nonnegative=True,
)
signal_ratio_least = observable(
    "signal_ratio_least",
    "smallest <-grad, V> over the mean logistic weight, over the steps",
    r"\min_t\frac{\langle-\nabla\hat L_{rob},V\rangle}{\hat G_{rob}}",
)
gradient_ratio_least = observable(
    "gradient_ratio_least",
    "smallest gradient norm over mean logistic weight, over the steps",
    r"\min_t\frac{\|\nabla\hat L_{rob}\|_F}{\hat G_{rob}}",
)
step_growth = observable(
    "norm_growth", "growth of |W|^2 in a random step", r"\|W^{t+1}\|_F^2-\|W^t\|_F^2"
)
final_loss = observable("robust_loss", "robust training loss after T steps", r"\hat L_{rob}(W^T)")
twice_mean_weight = observable(
    "twice_mean_weight", "2/T times summed_weights", r"\frac2T\sum_{t<T}\hat G_{rob}(W^t)"
)
summed_descent = observable(
    "summed_descent", "sum of <-grad, V>", r"\sum_{t<T}\langle-\nabla\hat L_{rob}(W^t),V\rangle"
)
travelled = observable("travelled", "<W^T - W^0, V>", r"\langle W^T,V\rangle-\langle W^0,V\rangle")
along = observable(
    "along_direction", "<W, V> for V with rows a_s mu / (|mu| sqrt(m))", r"\langle W,V\rangle"
)
along_printed = observable(
    "along_printed_direction", "<W, V> for rows a_s mu / |mu|", r"\langle W,\sqrt m\,V\rangle"
)
trained_norm = observable("trained_norm", "Frobenius norm of the weights", r"\|W\|_F")
loss_at_z = observable("loss_at_z", "logistic loss of a margin z >= 0", r"\ell(z)")
weight_at_z = observable("weight_at_z", "g(z), z >= 0", "g(z)")
loss_anywhere = observable("loss_anywhere", "logistic loss of any margin")
weight_anywhere = observable("weight_anywhere", "g of any margin")
product_anywhere = observable("product_anywhere", "z g(z) of any margin z", r"z\,g(z)")
powered = observable("powered", "(1 + x)^p for x >= 0 and p between 1/2 and 1", "(1+x)^p")
p = parameter("exponent_p", "(2 - zeta) / 2", "p")
x = parameter("argument_x", "a number that is not negative", "x")
power_sum = observable("power_sum", "sum of |w_s|^zeta over m rows", r"\sum_s\|w_s\|^\zeta")
square_sum = observable("square_sum", "sum of |w_s|^2", r"\|W\|_F^2", positive=True)
count = parameter("count", "number of rows", "m")
exponent = parameter("power", "exponent of the rows' norms", r"\zeta")
tau = parameter("tau", "number of iterations (real)", positive=True)
epsilon = parameter("epsilon", "target of the loss", r"\varepsilon", positive=True)
norms = parameter("N", "bound of |W^T| + |W^0|", positive=True)
v = parameter("v", "zeta / (1 - zeta)", nonnegative=True)

flips_cost = (1 + 9 / gamma) * noisy_weight
half_defect = eta * (1 - gamma) * sqrt(m) / (4 * H)
step_bound = eta**2 * picked_gradient**2 + 2 * eta / 3 + 2 * half_defect
at_one = (35 + 8 * sqrt(m / d**3)) / (gamma * mu * eta)
loss_bound = at_one / sqrt(T)
after = at_one / tau ** ((1 - zeta) / 2)
T_bar = (at_one / epsilon) ** (2 / (1 - zeta))

lemma_b15 = paper.theorem(
    "lemma-B.15",
    "lower bound of the gradient and convergence of the robust training loss",
    "Section 4.3; Appendix B.1, Lemma B.15 and inequalities (12) to (15)",
    r"On a good run, for $C$ large: $\|\nabla\hat L_{rob}(W^t)\|_F\geq\frac{\gamma\|\mu"
    r"\|}4\hat G_{rob}(W^t)$ and $\hat L_{rob}(W^T)\leq\frac{35+8\sqrt{m/d^3}}{\gamma\|\mu\|\eta "
    r"T^{(1-\zeta)/2}}$.",
    hypotheses=setting,
    uses=("lemma-B.9", "lemma-B.11", "lemma-B.12"),
    claims=(
        Inequality(
            "signal",
            descent,
            at_least=gamma * mu / 3 * (mean_weight - flips_cost),
            given=good_run,
            scale=mu * mean_weight,
            note="for any share of flipped labels",
            mutants=(
                Mutant("without the flipped labels", at_least=gamma * mu / 3 * mean_weight),
                gamma * mu / 3 * (mean_weight - (1 + 1 / gamma) * noisy_weight),
                mu * (mean_weight - flips_cost),
            ),
        ),
        Inequality(
            "signal-below",
            signal_ratio_least,
            at_least=gamma * mu / 4,
            given=little_noise,
            where=few_flips,
            note="(12) where flipped labels weigh little",
            mutants=(
                Mutant("whatever the share of flipped labels", given=good_run, where=None),
                mu,
                power(mu, 1),
            ),
        ),
        Inequality(
            "signal-below-with-flips",
            signal_ratio_least,
            at_least=gamma * mu / 4,
            given=little_noise_flipped,
            note="(12) on runs with a flipped label among $n=50$",
            mutants=(mu, power(mu, 1)),
        ),
        Inequality(
            "gradient",
            gradient_ratio_least,
            at_least=gamma * mu / 4,
            given=little_noise,
            where=few_flips,
            note="(13)",
            mutants=(power(mu, 2),),
        ),
        Inequality(
            "norm-growth",
            step_growth,
            at_most=step_bound,
            scale=step_bound,
            note=r"here $c_1=\frac{1-\gamma}{4H}$ and $\zeta=c_2=0$",
            mutants=(without(half_defect).weaker("sharper, and true: claimed in Corollary B.16"),),
        ),
        Inequality(
            "loss-below-weights",
            final_loss,
            at_most=twice_mean_weight,
            given=good_run,
            mutants=(factor(Q(1, 2)),),
        ),
        Inequality(
            "loss",
            final_loss,
            at_most=loss_bound,
            given=good_run,
            note=r"at one cell the bound is below $\log2$, the loss at the start",
            mutants=(
                power(T, -Q(3, 2)),
                power(T, -Q(1, 2)).weaker("true as well: the loss falls like a smaller const / T"),
                factor(Q(8, 35)).weaker("true as well on runs; the proof's sum needs 34.3"),
                factor(eta).weaker("true as well: Corollary B.16 has the root of eta only"),
            ),
        ),
        BigO("rate", final_loss, 1 / sqrt(T), corrections="power"),
        Theta("true-rate", final_loss, 1 / T, corrections="power"),
        Identity(
            "telescoped",
            travelled,
            eta * summed_descent,
            scale=final_norm + initial_norm,
            exact=True,
            note="(15), gradients by the chain rule",
            printed=Printed(
                equals=summed_descent,
                words=r"Section 4.3: $\sum_t\langle-\nabla\hat L_{rob}(W^t),V\rangle=\langle W^T,"
                r"V\rangle-\langle W^0,V\rangle$",
                why="the step size is missing: a step is eta times the gradient",
                counterexample="every run with eta other than 1",
                harmless=True,
            ),
        ),
        Inequality(
            "direction",
            along,
            at_most=trained_norm,
            note=r"for $v_s=a_s\mu/(\|\mu\|\sqrt m)$, as in the appendix",
            mutants=(factor(Q(1, 5)),),
            printed=Printed(
                left=along_printed,
                name="printed-direction",
                words=r"Section 4.3: $V$ has rows $v_s=a_s\mu/\|\mu\|$",
                why=r"without $\frac1{\sqrt m}$ the matrix has norm $\sqrt m$, and $\langle "
                r"W,V\rangle\leq\|W\|$ is false",
                counterexample=r"$W=V$: $\langle V,V\rangle=m>\sqrt m=\|V\|$ for every $m\geq2$",
                harmless=True,
            ),
        ),
        Inequality(
            "loss-and-weight",
            loss_at_z,
            at_most=2 * weight_at_z,
            note=r"for $z\geq0$",
            mutants=(
                Q(13, 10) * weight_at_z,
                Mutant("for every z", left=loss_anywhere, at_most=2 * weight_anywhere),
            ),
        ),
        Inequality(
            "margin-times-weight",
            product_anywhere,
            at_most=Q(1, 3),
            scale=1,
            note="for every $z$",
            mutants=(Q(1, 4),),
        ),
        Inequality(
            "bernoulli",
            powered,
            at_most=1 + p * x,
            note=r"for $x\geq0$ and $p=\frac{2-\zeta}2$",
            mutants=(1 + p * x / 2,),
        ),
        Inequality(
            "powers",
            power_sum,
            at_most=count ** (1 - exponent / 2) * square_sum ** (exponent / 2),
            mutants=(power(count, -Q(1, 2)),),
        ),
        *derivations(
            telescope=equal(
                at(2 / tau * y, {y: 4 / (gamma * mu) * norms / eta}),
                8 * norms / (gamma * mu * eta * tau),
                statement=r"$\frac2T\sum\hat G\leq\frac2T\frac4{\gamma\|\mu\|}\frac1\eta(\|W^T\|_F+"
                r"\|W^0\|_F)$",
            ),
            constant=at_most(8 * (sqrt(6) + Q(4, 3) + Q(1, 2)), 35, mutants=(34,)),
            norm_power=equal(
                sp.Limit(log(tau ** (1 / (2 - zeta)) / tau) / log(tau), tau, oo),
                -(1 - zeta) / (2 - zeta),
                statement=r"norms of the order $T^{1/(2-\zeta)}$ over $T$ give the rate "
                r"$T^{-(1-\zeta)/(2-\zeta)}$",
                mutants=(-(1 - zeta) / 2,),
            ),
            weaker_exponent=at_least(
                ((1 - zeta) / (2 - zeta)).subs(zeta, v / (1 + v)),
                ((1 - zeta) / 2).subs(zeta, v / (1 + v)),
                nonnegative=v / (2 * (1 + v) * (2 + v)),
                statement=r"$\frac{1-\zeta}{2-\zeta}\geq\frac{1-\zeta}2$ (here $\zeta=\frac v{1+v}"
                r"$): the printed rate is weaker, and equal at $\zeta=0$",
                mutants=(factor(2),),
            ),
            iterations=equal(
                after.subs(tau, T_bar),
                epsilon,
                where=zeta < 1,
                statement=r"at $\bar T=(\frac{35+8\sqrt{m/d^3}}{\gamma\|\mu\|\eta\varepsilon})"
                r"^{2/(1-\zeta)}$ the bound is $\varepsilon$",
                mutants=(Mutant("1/(1 - zeta)", left=after.subs(tau, sqrt(T_bar))),),
            ),
        ),
    ),
)

growth = observable("squared_growth", "growth of the squared norm", r"\|W^T\|_F^2-\|W^0\|_F^2")
moderate_step = parameter("moderate_step", "1: the gradient's term is moderate; 0: it matters")
norm_constant = Q(5, 3) + (1 - gamma) / (2 * H) * sqrt(m)
root_at_one = (30 + 6 / sqrt(H) * m ** Q(1, 4)) / (gamma * mu)
halved_bound = step_bound - half_defect
by_then = root_at_one / sqrt(eta * tau)

corollary_b16 = paper.theorem(
    "corollary-B.16",
    "convergence for the smoothed leaky ReLU",
    "Appendix B.1, Corollary B.16",
    r"For the smoothed leaky ReLU, in the setting of Lemma B.15: $\hat L_{rob}(W^T)\leq"
    r"\frac{30+6m^{1/4}/\sqrt H}{\gamma\|\mu\|\sqrt{\eta T}}$, because $\|W^T\|_F^2\leq\|W^0\|_F^2"
    r"+\eta(\frac53+\frac{1-\gamma}{2H}\sqrt m)T$.",
    hypotheses=setting,
    uses=("lemma-B.15", "equation-1"),
    claims=(
        Inequality(
            "loss",
            final_loss,
            at_most=root_at_one / sqrt(eta * T),
            given=good_run,
            note=r"at one cell the bound is below $\log2$, the loss at the start",
            mutants=(power(T, -Q(3, 2)),),
            blunt=("in every run the loss is below a thousandth of this bound"),
        ),
        Inequality(
            "norm",
            growth,
            at_most=eta * norm_constant * T,
            given=good_run,
            where=Eq(moderate_step, 1),
            note="at a step within (4) and at larger ones, as long as the gradient's term is "
            "moderate",
            mutants=(Mutant("a large step", where=Eq(moderate_step, 0)), power(eta, 2)),
        ),
        Inequality(
            "norm-step-halved",
            step_growth,
            at_most=halved_bound,
            scale=halved_bound,
            note="only neurons that count for the label add to the defect",
            mutants=(without(eta / 3, "1/3 for 2/3"),),
        ),
        *derivations(
            first_constant=at_most(8 * sqrt(6) + 8 * sqrt(Q(5, 3)), 30, mutants=(29,)),
            second_constant=at_most(8 / sqrt(2), 6, mutants=(5,)),
            width_term=equal(
                at(8 * sqrt(y), {y: sqrt(m) / (2 * H)}),
                8 / sqrt(2) * m ** Q(1, 4) / sqrt(H),
                statement=r"the term $\frac{1-\gamma}{2H}\sqrt m\,\eta T$ of the norm's bound "
                r"becomes $\frac8{\sqrt2}m^{1/4}H^{-1/2}$",
            ),
            gradient_term=equal(
                at(eta * C_2**2 * d / n, {eta: 1 / (C * d**2)}),
                C_2**2 / (C * d * n),
                statement=r"with $\eta=1/(Cd^2)$ the gradient adds $\eta\cdot\frac{C_2^2}{Cnd}$ "
                r"per step, at most $\eta$ for $C\geq C_2^2$: hence $\frac53=\frac23+1$",
            ),
            iterations=equal(
                at(by_then, {tau: (root_at_one / epsilon) ** 2 / eta}),
                epsilon,
                statement=r"the bound is $\varepsilon$ at $T=\frac1\eta(\frac{30+6m^{1/4}/\sqrt H}"
                r"{\gamma\|\mu\|\varepsilon})^2$: fewer than in Lemma B.15 by a factor of the "
                r"order $\eta$",
                mutants=(
                    Mutant(
                        "m^(1/2) for m^(1/4)",
                        left=at(
                            by_then,
                            {tau: ((30 + 6 * sqrt(m / H)) / (gamma * mu * epsilon)) ** 2 / eta},
                        ),
                    ),
                ),
            ),
        ),
    ),
)
