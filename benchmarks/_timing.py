"""What side-by-side benchmarks share: CPU timing, ratios per round, the state of the machine."""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Callable, Sequence

import numpy as np


def cpu_seconds(action: Callable[[], object], at_least: float = 0.02) -> tuple[float, object]:
    """Return CPU seconds per call (repeated until they add up to ``at_least``) and the result."""
    calls, start = 0, time.process_time()
    while True:
        result = action()
        calls += 1
        spent = time.process_time() - start
        if spent >= at_least:
            return spent / calls, result


def gemm_rate() -> float:
    """Return the rate of a 1024^3 matrix product in double precision, in Gflop per CPU second."""
    a = np.ones((1024, 1024))
    seconds, _ = cpu_seconds(lambda: a @ a, at_least=0.2)
    return 2 * 1024**3 / seconds / 1e9


def machine() -> dict[str, float]:
    """Return the load average and the matrix product rate, to be read beside any timing."""
    return {"load": os.getloadavg()[0], "gemm_gflops": gemm_rate()}


def ratios(reference: Sequence[float], product: Sequence[float]) -> tuple[float, float]:
    """Return the median and the minimum over rounds of reference over product."""
    per_round = [a / b for a, b in zip(reference, product, strict=True)]
    return statistics.median(per_round), min(per_round)
