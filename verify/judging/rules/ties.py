"""Events that rounding decides: their two sides differ by less than the rounding error of either.

A mean of twenty coins, less a half, is never 0.2 in doubles, and should be with 14 heads. Where
outcomes lie on a lattice such ties have a probability, and a verdict must not hang on them.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import sympy as sp
from sympy.core.relational import Relational
from sympy.logic.boolalg import BooleanFunction

from verify.evidence.sample import Sample, expand
from verify.judging.rounding import Rounding


def turned(sample: Sample[Any]) -> tuple[Sample[Any], str] | None:
    """Return the sample with every such tie decided the other way, and what it is about.

    ``None`` where rounding decides nothing.
    """
    claim = sample.claim
    events = {
        name: event
        for name in claim._expressions
        if isinstance(event := getattr(claim, name), Relational | BooleanFunction)
    }
    replicates = [dict(observed) for observed in sample.replicates]
    names: dict[sp.Basic, sp.Symbol] = {}
    ties, words = 0, ""
    for relation in sorted({one for e in events.values() for one in e.atoms(Relational)}, key=str):
        names[relation] = sp.Symbol(f"turned {len(names)}")
        for cell, observed in enumerate(replicates):
            met = sample.values(cell, relation).astype(bool)
            unclear = _unclear(sample, cell, relation)
            observed[names[relation].name] = np.where(unclear, ~met, met)
            if (count := int(np.count_nonzero(unclear))) > ties:
                ties, words = (
                    count,
                    f"in {count} of {sample.n} replicates rounding decides {relation}",
                )
    if not ties:
        return None
    others = {name: event.xreplace(names) for name, event in events.items()}
    return replace(sample, claim=replace(claim, **others), replicates=replicates), words


def _unclear(sample: Sample[Any], cell: int, relation: Relational) -> np.ndarray:
    """Whether the sides differ, but by less than the error of their difference: (n,)."""
    known = sample.known(cell)
    numbers = {name: value for name, value in known.items() if not isinstance(value, str)}
    difference = expand(relation.lhs - relation.rhs, sample.theorem, frozenset(known))
    value, error = Rounding(numbers).of(difference)
    return np.broadcast_to((value != 0) & (np.abs(value) <= error), (sample.n,))
