"""Good runs: Definitions B.5 and B.22, with the events that they consist of."""

from bounds.authoring import *
from bounds.wang2024.active_neurons import ENOUGH, c_0
from bounds.wang2024.data_events import ALL, deviation, smooth
from bounds.wang2024.good_run import good_run
from bounds.wang2024.initialisation import (
    START,
    smallest_ratio,
    spectral_bound,
    spectral_norm,
)
from bounds.wang2024.notation import *

definition_b5 = paper.theorem(
    "definition-B.5",
    "good run, smooth activations",
    "Appendix B.1, Definition B.5",
    r"A run is good if the events of Lemmas B.3 and B.4 occur; that has probability at "
    r"least $1-2\delta$ (and $1-\frac32\delta$, by their sum).",
    hypotheses=(*ASSUMPTION_1, *SMOOTH),
    uses=("lemma-B.3", "lemma-B.4"),
    claims=(
        Probability(
            "good-run",
            good_run,
            at_least=1 - 2 * delta,
            where=Eq(smooth, 1),
            statement=r"all events of Lemmas B.3 and B.4: probability at least $1-2\delta$",
            mutants=lambda: (
                Mutant("(C5) with |mu| for |mu|^2", event=START & (deviation <= 1 / (2 * mu))),
                Mutant(
                    "C_0 = 1/2", event=ALL & (spectral_norm <= spectral_bound.subs(C_0, Q(1, 2)))
                ),
            ),
        ),
    ),
)

definition_b22 = paper.theorem(
    "definition-B.22",
    "good run, non-smooth activations",
    "Appendix B.2, Definition B.22",
    r"A run is good if the events of Lemmas B.4, B.19 and B.21 occur; that has "
    r"probability at least $1-2\delta$.",
    hypotheses=(*ASSUMPTION_1, *NONSMOOTH),
    uses=("lemma-B.4", "lemma-B.19", "lemma-B.21"),
    claims=(
        Probability(
            "good-run",
            ALL & START & (smallest_ratio >= Q(1, 4)) & ENOUGH,
            at_least=1 - 2 * delta,
            where=Eq(smooth, 0),
            statement=r"all events of Lemmas B.4, B.19 and B.21 ($c_0=\frac1{15}$): probability "
            r"at least $1-2\delta$",
            mutants=(Mutant("c_0 = 1/4", event=ALL & ENOUGH.subs(c_0, Q(1, 4))),),
        ),
    ),
)
