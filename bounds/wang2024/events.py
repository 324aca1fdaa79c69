"""Good runs: Definitions B.5 and B.22, with the events that they consist of."""

from __future__ import annotations

import sympy as sp

from bounds import Mutant, Probability, Theorem
from bounds.wang2024 import active_neurons, data_events, initialisation, vacuity
from bounds.wang2024.notation import ASSUMPTION_1, NONSMOOTH, SMOOTH, delta, kappa, mu, paper

_ratio, _spectral = (
    sp.Symbol("smallest_ratio", nonnegative=True), sp.Symbol("spectral_norm", positive=True)
)
_start = initialisation.rows_within(sp.Rational(1, 2)) & (
    _spectral <= initialisation.spectral_bound
)
_symbols = {
    **initialisation.lemma_b3.symbols, **initialisation.lemma_b19.symbols,
    **data_events.lemma_b4.symbols, **active_neurons.lemma_b21.symbols,
}

definition_b5 = Theorem(
    id="wang2024/definition-B.5",
    title="good run, smooth activations",
    source="Appendix B.1, Definition B.5",
    statement=r"A run is good if the events of Lemmas B.3 and B.4 occur; that has probability at "
    r"least $1-2\delta$ (and $1-\frac32\delta$, by their sum).",
    paper=paper,
    hypotheses=(*ASSUMPTION_1, *SMOOTH),
    symbols=_symbols,
    quantities={"C_1": 10 / kappa},
    uses=("wang2024/lemma-B.3", "wang2024/lemma-B.4"),
    claims=(
        Probability(
            "good-run", event=data_events.ALL & _start, at_least=1 - 2 * delta,
            where=sp.Eq(sp.Symbol("smooth"), 1),
            statement=r"all events of Lemmas B.3 and B.4: probability at least $1-2\delta$",
            mutants=(
                Mutant("(C5) with |mu| for |mu|^2", event=_start & (
                    sp.Symbol("deviation", nonnegative=True) <= 1 / (2 * mu))),
                Mutant("C_0 = 1/2", event=data_events.ALL & (
                    _spectral <= initialisation.spectral_bound.subs(
                        sp.Symbol("C_0", positive=True), sp.Rational(1, 2)))),
            ),
        ),
    ),
)

definition_b22 = Theorem(
    id="wang2024/definition-B.22",
    title="good run, non-smooth activations",
    source="Appendix B.2, Definition B.22",
    statement=r"A run is good if the events of Lemmas B.4, B.19 and B.21 occur; that has "
    r"probability at least $1-2\delta$.",
    paper=paper,
    hypotheses=(*ASSUMPTION_1, *NONSMOOTH),
    symbols=_symbols,
    quantities={"C_1": 10 / kappa},
    uses=("wang2024/lemma-B.4", "wang2024/lemma-B.19", "wang2024/lemma-B.21"),
    claims=(
        Probability(
            "good-run",
            event=data_events.ALL & _start & (_ratio >= sp.Rational(1, 4))
            & active_neurons.ENOUGH,
            at_least=1 - 2 * delta, where=sp.Eq(sp.Symbol("smooth"), 0),
            statement=r"all events of Lemmas B.4, B.19 and B.21 ($c_0=\frac1{15}$): probability "
            r"at least $1-2\delta$",
            mutants=(
                Mutant("c_0 = 1/4", event=data_events.ALL & active_neurons.ENOUGH.subs(
                    active_neurons.c_0, sp.Rational(1, 4))),
            ),
        ),
    ),
)

theorems = (
    *initialisation.theorems, *data_events.theorems, definition_b5, definition_b22,
    *active_neurons.theorems, *vacuity.theorems,
)
