"""What the objects are that zhang2020 and gao2019 say to exist, beside what they promise of them.

Every object is really built: polynomials with degrees, coefficients and errors certified over whole
intervals, networks with their distance from the start and their error over the circle, balls that
are checked for every labeling. A row is one quantity at one cell of its check: of all replicates of
one block the value that comes nearest to the promise (where that is for a given probability, the
value at that quantile), the promise, and their ratio.

    python benchmarks/constructions.py > docs/constructions.md
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from bounds import ClaimOf
from bounds.numeric import evaluate
from verify.catalogue.check import Check, simulate_block
from verify.catalogue.grid import shown
from verify.catalogue.registry import load_registry
from verify.evidence.sample import applies, expand

OBJECTS = {
    "The sign, nearly: Lemma 6.4 of zhang2020, two constructions": (
        "zhang2020/lemma-6.4#degree",
        "zhang2020/lemma-6.4#coefficients",
        "zhang2020/lemma-6.4#error",
    ),
    "A step: Claim 6.3 and Lemma 6.2 of zhang2020": (
        "zhang2020/claim-6.3#degree",
        "zhang2020/claim-6.3#coefficients",
        "zhang2020/claim-6.3#near-one",
        "zhang2020/claim-6.3#near-zero",
        "zhang2020/lemma-6.2#degree",
        "zhang2020/lemma-6.2#coefficients",
        "zhang2020/lemma-6.2#fit",
    ),
    "Infinitely many neurons: Lemma 6.6 of zhang2020": (
        "zhang2020/lemma-6.6#power",
        "zhang2020/lemma-6.6#range-of-a-power",
        "zhang2020/lemma-6.6#step",
        "zhang2020/lemma-6.6#range-of-the-step",
    ),
    "A network: Lemma 6.5 and Theorem 5.3 of zhang2020": (
        "zhang2020/lemma-6.5#radius-at-most",
        "zhang2020/lemma-6.5#near",
        "zhang2020/theorem-5.3#network",
        "zhang2020/theorem-5.3#assembly",
        "zhang2020/theorem-5.3#radius-by-duality",
    ),
    "Random features: Proposition C.1 and Theorem 5.2 of gao2019": (
        "gao2019/proposition-C.1#coefficients",
        "gao2019/proposition-C.1#bound",
        "gao2019/proof-theorem-5.2#coefficients",
        "gao2019/proof-theorem-5.2#rows",
        "gao2019/proof-theorem-5.2#radius",
        "gao2019/proof-theorem-5.2#residual",
        "gao2019/proof-theorem-5.2#eq-11",
        "gao2019/theorem-5.2#inside",
        "gao2019/theorem-5.2#exists",
        "gao2019/corollary-5.1#chain",
    ),
    "Balls for every labeling: Theorem 6.1 of gao2019": (
        "gao2019/theorem-6.1#points-covered",
        "gao2019/theorem-6.1#balls-disjoint",
        "gao2019/proof-theorem-6.1#centres-at-most",
    ),
    "Eight points: Corollary C.1 of gao2019": (
        "gao2019/corollary-C.1#fits",
        "gao2019/corollary-C.1#eight-points",
    ),
}


def rows(item: ClaimOf, check: Check) -> Iterator[str]:
    """Yield a row for every cell that the claim speaks about."""
    claim, theorem = item.claim, item.theorem
    side, level = claim.claimed
    likely = claim.kind == "probability"  # that one side of an event is at most the other
    about, promise = (claim.about.lhs, claim.about.rhs) if likely else (claim.about, level)
    at_most = likely or side == "at_most"
    for cell in check.cells:
        if not applies(theorem, claim, cell):
            continue
        known = {**cell, **simulate_block(check, 0, cell, 0)}
        values, bound, chance = np.broadcast_arrays(
            *(
                evaluate(expand(one, theorem, frozenset(known)), known)
                for one in (about, promise, level)
            )
        )
        room = values - bound if at_most else bound - values
        if likely:
            share = chance[0] if side == "at_least" else 1 - chance[0]
            row = int(np.argsort(room)[int(np.ceil(share * len(room))) - 1])
        else:
            row = int(np.nanargmax(room))
        value, promised = float(values[row]), float(bound[row])
        if abs(value) < np.finfo(float).tiny:  # a certified zero is the number next to it
            value = 0.0
        words = "≤" if at_most else "≥"
        unit = " (log₂)" if "binary logarithm" in getattr(about, "meaning", "") else ""
        yield (
            f"| `{item.id}`{unit} | {shown(cell)} | {value:.4g} | {words} {promised:.4g} | "
            f"{value / promised if promised else float('nan'):.3g} |"
        )


def main() -> None:
    registry = load_registry()
    print("# What is promised to exist, and what was built\n")
    print(__doc__.split("\n\n")[1].replace("\n", " ") + "\n")
    print("`python benchmarks/constructions.py` writes this page (seed 0).")
    for title, ids in OBJECTS.items():
        print(f"\n## {title}\n")
        print("| claim | at | built | promised | ratio |")
        print("| --- | --- | ---: | ---: | ---: |")
        for name in ids:
            (item,) = registry.resolve((name,))
            check = registry.check_of(name)
            assert check is not None
            for line in rows(item, check):
                print(line)


if __name__ == "__main__":
    main()
