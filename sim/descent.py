"""First-order iterations, vectorised over replicates, that each stop when they are told to.

The step direction need not be a gradient: adversarial training follows the gradient of the loss
with the attack held fixed, which is the gradient of no function once the attack is smoothed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.floating]


@dataclass(frozen=True)
class Descent:
    """Where an iteration ended and what was seen on the way.

    Attributes
    ----------
    point : ``(..., *shape)`` last iterate of every replicate
    steps : (...) steps that the replicate made before it was finished
    finished : (...) whether it met the stopping rule (False throughout without a rule)
    iterations : (k,) steps after which the observers were called; none after all are finished
    history : mapping from observer to (..., k) values
    """

    point: Array
    steps: NDArray[np.int64]
    finished: NDArray[np.bool_]
    iterations: NDArray[np.int64]
    history: Mapping[str, Array]


def descend(
    direction: Callable[[Array], Array],
    start: Array,
    *,
    step: ArrayLike,
    iterations: int,
    leading: int = 1,
    finished: Callable[[Array], NDArray[np.bool_]] | None = None,
    observers: Mapping[str, Callable[[Array], Array]] | None = None,
    observe_at: Sequence[int] | None = None,
) -> Descent:
    """Repeat ``point -= step * direction(point)``, at most ``iterations`` times.

    Parameters
    ----------
    direction : function from points to points of that shape
    start : ``(..., *shape)``
    step : scalar, or (...) one per replicate
    iterations : int
    leading : int
        Number of replicate axes of ``start``.
    finished : function of the point, optional
        (...,) stopping rule, looked at before every step; a replicate that meets it stays where it
        is, and the iteration ends when all have met it.
    observers : mapping from name to function of the point
        Each returns (...,).
    observe_at : sequence of int, optional
        Steps after which to observe (0 is the start); all of them by default.

    Raises
    ------
    FloatingPointError
        If the iteration diverges.
    """
    point = np.array(start, dtype=np.float64)
    replicates = point.shape[:leading]
    spread = (...,) + (None,) * (point.ndim - leading)
    rate = np.broadcast_to(np.asarray(step, dtype=np.float64), replicates)[spread]
    moments = sorted(set(range(iterations + 1) if observe_at is None else observe_at))
    watched = dict(observers or {})
    history: dict[str, list[Array]] = {name: [] for name in watched}
    done = np.zeros(replicates, dtype=bool)
    steps = np.zeros(replicates, dtype=np.int64)
    for iteration in range(iterations + 1):
        if watched and iteration in moments:
            for name, observer in watched.items():
                history[name].append(observer(point))
        if finished is not None:
            done = done | finished(point)
            if done.all():
                break
        if iteration == iterations:
            break
        moved = point - rate * direction(point)
        point = moved if finished is None else np.where(done[spread], point, moved)
        steps += ~done
    if not np.all(np.isfinite(point)):
        raise FloatingPointError(
            f"the iteration diverged within {iterations} steps; use a smaller step than "
            f"{np.max(step):g}"
        )
    return Descent(
        point,
        steps,
        done,
        np.array([moment for moment in moments if moment <= iteration]),
        {name: np.stack(values, axis=-1) for name, values in history.items()},
    )
