"""The good data events (C1) to (C7): Lemma B.4."""

from __future__ import annotations

import sympy as sp

from bounds import (
    Derivation,
    Erratum,
    Identity,
    Inequality,
    Mutant,
    Probability,
    Theorem,
    required,
)
from bounds.wang2024.notation import (
    ASSUMPTION_1,
    C_1,
    C,
    alpha,
    beta,
    d,
    delta,
    kappa,
    m,
    mu,
    n,
    normal_cdf,
    paper,
)

_half = sp.Rational(1, 2)
_noise_least, _noise_most, _input_least, _input_most = sp.symbols(
    "noise_least noise_most input_least input_most", nonnegative=True
)
_noise_product, _product, _mixed, _attacked = sp.symbols(
    "noise_product input_product mixed_product attacked_product", nonnegative=True
)
_top_noise, _top, _bottom = sp.symbols("top_noise top_input bottom_input", nonnegative=True)
_deviation, _share = sp.symbols("deviation noisy_share", nonnegative=True)
_length, _slack = sp.symbols("length s", positive=True)
sigma = sp.Symbol("sigma", positive=True)

_level = sp.sqrt(d * sp.log(n / delta))
_off = C_1 * (mu**2 + _level)
_reach = sp.sqrt(C_1 * d)

C1 = (
    (_noise_least >= kappa / 2) & (_noise_most <= 3 + kappa / 2)
    & (_input_least >= 1 / C_1) & (_input_most <= C_1)
    & (alpha <= sp.sqrt(d / C_1) / 2)
    & ((sp.sqrt(_input_most * d) + alpha) ** 2 <= 4 * C_1 * d)
)
"""The ball's smallest norm and inner product follow: the attack is at most half of any input."""
C2 = (
    (_noise_product <= C_1 * _level) & (_product <= _off) & (_mixed <= _off + alpha * _reach)
    & (_attacked <= _off + 2 * alpha * _reach + alpha**2)
)
C3 = _top_noise <= 4
C4 = (
    (_top + alpha * sp.sqrt(n) <= sp.sqrt(8 * C_1 * d))
    & (_bottom - alpha * sp.sqrt(n) >= sp.sqrt(d / (8 * C_1)))
)
C5 = _deviation <= _half
C7 = _share <= beta + sp.sqrt(2 / C)
ALL = C1 & C2 & C3 & C4 & C5 & C7
"""Every event of Lemma B.4; (C5) stands for (C6) as well."""

in_regime = sp.Eq(sp.Symbol("in_regime"), 1)
_window = 2 * normal_cdf(mu / (2 * sigma)) - 1
_kept = sp.floor(n * (beta + sp.sqrt(2 / C)) + sp.Rational(1, 10**9))
_binomial = sp.betainc_regularized(n - _kept, _kept + 1, 0, 1 - beta)
_inner = sp.Piecewise(
    ((_length - alpha) ** 2, alpha <= _length / 2), (_length**2 / 2 - alpha**2, True)
)


def _indicator(event: sp.Basic) -> sp.Expr:
    return sp.Piecewise((1, event), (0, True))


def _often(name: str, event: sp.Basic, statement: str, *mutants: Mutant) -> Probability:
    """Return the claim that an event has probability at least 1 - delta in the regime."""
    return Probability(
        name, event=event, at_least=1 - delta, where=in_regime, statement=statement,
        mutants=mutants,
    )


lemma_b4 = Theorem(
    id="wang2024/lemma-B.4",
    title="good data events (C1) to (C7)",
    source="Appendix B.1, Lemma B.4",
    statement=r"With $C_1=\frac{10}\kappa$ and $C$ large, with probability at least $1-\delta$: "
    r"(C1) norms of noise, inputs and attacked inputs are of order $\sqrt d$; (C2) inner products "
    r"of different ones are at most $C_1(\|\mu\|^2+\sqrt{d\log(n/\delta)})$, and "
    r"$+2\alpha\sqrt{C_1d}+\alpha^2$ if attacked; (C3) $\|\sum z_i\xi_i\|^2\leq4d\|z\|^2$; (C4) "
    r"$\frac d{8C_1}\|z\|^2\leq\|\sum z_i\tilde x_i\|^2\leq8C_1d\|z\|^2$; (C5), (C6) "
    r"$|\langle\mu,y_i^cx_i\rangle-\|\mu\|^2|\leq\frac12\|\mu\|^2$; (C7) the share of flipped "
    r"labels is at most $\beta+\sqrt{2/C}$.",
    paper=paper,
    hypotheses=(
        *ASSUMPTION_1,
        required(beta <= _half, "at most half of the labels are flipped"),
        required(None, "the noise is normal with variance kappa; the cells marked in_regime meet "
                       "Assumption 1 and (A1), (A2) or (B1), (B2) with the C that they name"),
    ),
    symbols={
        "C": "the large constant that the cell meets the assumptions with",
        "in_regime": "whether the cell meets the assumptions",
        "smooth": "1: (A1) and (A2) are met; 0: (B1) and (B2)",
        "sigma": "standard deviation of a coordinate of the noise",
        "noise_least": "smallest |xi_i|^2 / d", "noise_most": "largest |xi_i|^2 / d",
        "input_least": "smallest |x_i|^2 / d", "input_most": "largest |x_i|^2 / d",
        "noise_product": "largest |<xi_i, xi_j>|",
        "input_product": "largest |<x_i, x_j>|",
        "mixed_product": "largest |<x_i, x_j>| + alpha |x_i|, a certificate for one attack",
        "attacked_product": "largest |<x_i, x_j>| + alpha (|x_i| + |x_j|) + alpha^2, a certificate",
        "top_noise": "largest eigenvalue of the noise's Gram matrix, over d",
        "top_input": "largest singular value of the inputs",
        "bottom_input": "smallest singular value of the inputs",
        "deviation": "largest |<mu, xi_i>| / |mu|^2",
        "noisy_share": "share of flipped labels",
        "attacked_inner": "smallest <x + u, x + v> over the ball, by alternating minimisation",
        "length": "|x|", "s": "1 - kappa / 2",
    },
    quantities={"C_1": 10 / kappa},
    uses=("wang2024/definition-2.1",),
    errata=(
        Erratum(
            printed="Lemma B.4 lists no assumption on the signal",
            correct=r"(C5) and (C6) need (A2) or (B2), $\|\mu\|^2\geq C\log(n/\delta)$",
            why="they ask every |<mu, xi_i>| to be below |mu|^2 / 2; Assumption 1 alone allows any "
            "signal",
            counterexample="normal noise of variance 3/8, n = 40, mu = 2, delta = 0.1, d = 200000, "
            "alpha = 1, C = 10: Assumption 1 is met, (C5) has probability 0.013",
            harmless=True,
        ),
    ),
    claims=(
        _often("norms", C1, r"(C1) has probability at least $1-\delta$",
               Mutant("10 kappa for 10 / kappa", event=C1.subs(C_1, 10 * kappa)),
               Mutant("kappa for kappa / 2", event=C1.subs(kappa / 2, kappa))),
        _often("products", C2, r"(C2) has probability at least $1-\delta$",
               Mutant("1/10 for C_1 in the noise's products",
                      event=(_noise_product <= _level / 10))),
        _often("noise-frame", C3, r"(C3) has probability at least $1-\delta$",
               Mutant("kappa for 4", event=_top_noise <= kappa)),
        _often("frame", C4, r"(C4) has probability at least $1-\delta$ (by a certificate: "
               r"$\|\sum z_i\tilde x_i\|$ differs from $\|\sum z_ix_i\|$ by at most "
               r"$\alpha\sqrt n\|z\|$)",
               Mutant("kappa^2 for 8 C_1 above",
                      event=_top + alpha * sp.sqrt(n) <= sp.sqrt(kappa**2 * d))),
        _often("signal", C5, r"(C5) and (C6) have probability at least $1-\delta$",
               Mutant("|mu| for |mu|^2", event=_deviation <= 1 / (2 * mu))),
        _often("flips", C7, r"(C7) has probability at least $1-\delta$",
               Mutant("without the square root's term", event=_share <= beta)),
        _often("all", ALL, r"all of (C1) to (C7) together have probability at least $1-\delta$",
               Mutant("10 kappa for 10 / kappa", event=ALL.subs(C_1, 10 * kappa)),
               Mutant("|mu| for |mu|^2 in (C5)", event=C1 & (_deviation <= 1 / (2 * mu)))),
        Probability(
            "noise-frame-limit", event=C3, at_least=1 - delta,
            where=sp.Eq(sp.Symbol("in_regime"), -1),
            statement=r"(C3) far outside the regime: standard normal noise, $n\leq\frac d2$",
            mutants=(Mutant("2 for 4", event=_top_noise <= 2),),
        ),
        Probability(
            "signal-as-printed", event=C5, at_least=1 - delta,
            where=sp.Eq(sp.Symbol("in_regime"), 2), expected="broken",
            because="with a weak signal (C5) is improbable, and Assumption 1 allows one",
            statement=r"as printed: (C5), (C6) under Assumption 1 alone",
        ),
        Identity(
            "signal-exact", observable=_indicator(C5), equals=_window**n,
            functional="proportion", where=sp.Eq(sp.Symbol("in_regime"), 0),
            statement=r"for $N(0,\sigma^2)$ noise (C5) and (C6) have probability "
            r"$(2\Phi(\frac{\|\mu\|}{2\sigma})-1)^n$ (0.29 at the paper's $n=100$, $\|\mu\|=5$)",
            mutants=(
                Mutant("mu / sigma", equals=(2 * normal_cdf(mu / sigma) - 1) ** n),
                Mutant("one-sided", equals=normal_cdf(mu / (2 * sigma)) ** n),
                Mutant("n/2 for n", equals=_window ** (n / 2)),
            ),
        ),
        Identity(
            "flips-exact", observable=_indicator(C7), equals=_binomial,
            functional="proportion", where=sp.Eq(sp.Symbol("in_regime"), 0),
            statement=r"(C7) has the probability that $\mathrm{Bin}(n,\beta)\leq n(\beta+"
            r"\sqrt{2/C})$",
            mutants=(
                Mutant("sqrt(1/(2C))",
                       observable=_indicator(_share <= beta + sp.sqrt(1 / (2 * C)))),
                Mutant("one more flip allowed", equals=sp.betainc_regularized(
                    n - _kept - 1, _kept + 2, 0, 1 - beta)),
            ),
        ),
        Probability(
            "flips-hoeffding", event=sp.Not(C7), at_most=sp.exp(-4 * n / C),
            where=sp.Eq(sp.Symbol("in_regime"), 0),
            statement=r"$P(|\mathcal{N}|/n>\beta+\sqrt{2/C})\leq e^{-4n/C}$",
            mutants=(
                Mutant("exp(-16 n / C)", at_most=sp.exp(-16 * n / C)),
                Mutant("sqrt(1/(2C)) with exp(-4n/C)",
                       event=_share > beta + sp.sqrt(1 / (2 * C))),
            ),
        ),
        Identity(
            "inner-product", observable="attacked_inner", equals=_inner, scale=_length**2,
            exact=True, tolerance=1e-5,
            statement=r"the smallest $\langle x+u,x+v\rangle$ over the ball is $(\|x\|-\alpha)^2$ "
            r"for $\alpha\leq\frac12\|x\|$, and $\frac12\|x\|^2-\alpha^2$ beyond",
            routes="alternating minimisation from random starts, exact to 1e-5 of |x|^2",
            mutants=(
                Mutant("without alpha <= |x|/2", equals=(_length - alpha) ** 2),
                Mutant("|x|^2 - 2 alpha |x|", equals=_length**2 - 2 * alpha * _length),
            ),
        ),
        Inequality(
            "inner-product-bound", left="attacked_inner", at_least=(_length - alpha) ** 2,
            scale=_length**2, tolerance=1e-5, given="weak_attack",
            statement=r"$\langle\tilde x,\tilde x'\rangle\geq(\|x\|-\alpha)^2$ where "
            r"$\alpha\leq\frac12\|x\|$",
            mutants=(Mutant("for every alpha", given=None),),
        ),
        Derivation(
            "quarter", left=(sp.sqrt(d / C_1) - sp.sqrt(d / C_1) / 2) ** 2, equals=d / (4 * C_1),
            statement=r"(C1): at $\alpha=\frac12\sqrt{d/C_1}$ the attacked norm is "
            r"$\frac d{4C_1}$",
            mutants=(Mutant("d / (2 C_1)", equals=d / (2 * C_1)),),
        ),
        Derivation(
            "saddle",
            left=sp.Limit((_length - alpha) ** 2, alpha, _length / 2),
            equals=sp.Limit(_length**2 / 2 - alpha**2, alpha, _length / 2),
            statement=r"the two forms of the smallest inner product meet at "
            r"$\alpha=\frac12\|x\|$",
            mutants=(Mutant("at alpha = |x|", left=sp.Limit((_length - alpha) ** 2, alpha, _length),
                            equals=sp.Limit(_length**2 / 2 - alpha**2, alpha, _length)),),
        ),
        Derivation(
            "noise-frame-constant",
            left=(3 + kappa / 2).subs(kappa, 2 * (1 - _slack)) + C_1 / sp.sqrt(C_1**2 / _slack**2),
            equals=4,
            statement=r"(C3)'s proof needs $3+\frac\kappa2+\frac{C_1}{\sqrt C}\leq4$: "
            r"$C\geq(\frac{C_1}{1-\kappa/2})^2$ (here $1-\frac\kappa2=s$)",
            mutants=(Mutant("kappa for kappa / 2", left=(3 + kappa).subs(
                kappa, 2 * (1 - _slack)) + C_1 / sp.sqrt(C_1**2 / _slack**2)),),
        ),
        Derivation(
            "hoeffding-delta",
            left=sp.exp(-4 * (C * sp.log(m / delta)) / C), equals=(delta / m) ** 4,
            statement=r"$e^{-4n/C}\leq(\delta/m)^4$ by assumption (5)",
            mutants=(Mutant("the square", equals=(delta / m) ** 2),),
        ),
    ),
)

theorems = (lemma_b4,)
