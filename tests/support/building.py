"""Samples and checks built by hand, for the tests of the rules and of the runner."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from bounds import Theorem
from bounds.claims import Claim
from verify.catalogue.grid import Path, lay_out
from verify.evidence.sample import Sample
from verify.judging.judgement import Judgement
from verify.judging.ledger import Ledger
from verify.judging.rules import judge


def sample(
    claim: Claim,
    replicates: Sequence[Mapping[str, Any]],
    cells: Sequence[Mapping] | None = None,
    *,
    paths: Sequence[Path] = (),
    independent: bool = True,
    complete: bool = False,
    violation_measure: float = 1e-3,
    **theorem: Any,
) -> Sample:
    """A sample with the given replicates per cell; the cells of ``paths`` where there are any."""
    grid, placed = lay_out(cells or ([] if paths else [{} for _ in replicates]), paths)
    if not paths and cells is None:
        grid = tuple({} for _ in replicates)
    arrays = [{name: np.asarray(v) for name, v in one.items()} for one in replicates]
    whole = Sample(
        theorem=Theorem(id="hand/example-1", statement="", claims=[claim], **theorem),
        claim=claim,
        cells=grid,
        positions=range(len(grid)),
        replicates=arrays,
        paths=placed,
        n=len(next(iter(arrays[0].values()))),
        complete=complete,
        independent=independent,
        violation_measure=violation_measure,
    )
    assert len(grid) == len(replicates)
    return whole if claim.given is None else whole._inside_event()


def verdict(claim: Claim, replicates: Any, *args: Any, look: int = 3, **more: Any) -> Judgement:
    """Judge a sample built by hand, at a report's usual error level."""
    return judge(sample(claim, replicates, *args, **more), look, Ledger())


def balanced(rng: np.random.Generator, n: int, mean: float = 1.0, deviation: float = 0.3):
    """Values whose sample mean is exactly ``mean`` and whose sample is symmetric."""
    half = deviation * rng.standard_normal(n // 2)
    return mean + np.concatenate([half, -half])
