"""A claim as a property: a test that fails where somebody's implementation breaks it.

What a test looks at costs no more than its error level, however many points it goes through and
however Hypothesis chooses and shrinks them: the point that is judged as number k spends the share
1/((k+1)(k+2)) of it, on replicates that no other point has seen.
"""

from __future__ import annotations

import inspect
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MethodType
from typing import Any

import numpy as np
from hypothesis.strategies import SearchStrategy
from numpy.typing import NDArray

from bounds import ClaimOf, evaluate
from bounds.claims import Unchecked
from verify.catalogue.check import Check, Simulation
from verify.catalogue.grid import shown
from verify.catalogue.kinds import is_exact, kind_of
from verify.catalogue.registry import Registry, load_registry
from verify.errors import UserError
from verify.evidence.progress import Silent
from verify.evidence.settings import Settings
from verify.judging.ledger import CLAIMS
from verify.probing.failure import ClaimBroken, point_to_replay, replay_here
from verify.probing.falsify import falsify
from verify.probing.falsify.outcome import Finding
from verify.probing.falsify.simulated import MOST_CONFIRMATIONS, by_simulation
from verify.probing.strategies import parameters
from verify.probing.trials import Trials, explore

__all__ = ["ClaimBroken", "claim", "claimed"]

EXAMPLES, INSTANCES, REPLICATES = 25, 16, 4096
"""Points of a test, and replicates at each: of a claim on every instance, and of one on a law."""

Test = Callable[..., None]


def claim(
    item: ClaimOf,
    *,
    error: float = 1e-6,
    examples: int = EXAMPLES,
    replicates: int | None = None,
    exact: bool = False,
    seconds: float = 5.0,
    seed: int = 0,
    at: SearchStrategy[Mapping[str, Any]] | None = None,
    **ranges: Any,
) -> Callable[..., Any]:
    """Return a test for pytest: the claim is not broken by an implementation, wherever it speaks.

    It decorates an implementation, ``implementation(rng, cell, n)``, a function like the simulation
    of a check: ``cell`` has the parameters and the named quantities of the theorem; it returns a
    dictionary from each observable of the claim to n values, and takes randomness from ``rng``
    alone. Claims about one point at a time are tested so. Any claim can be tested by a `Check`
    (grids and paths are its own), or without anything, by the check that comes with the theorem;
    then `verify falsify` searches.

    Parameters
    ----------
    item : claim of a theorem
        ``theorem["risk"]``.
    error : float
        Largest probability that the test fails although the claim holds everywhere.
    examples : int
        At how many points an implementation is tried.
    replicates : int, optional
        How many are drawn at each; 16 if the claim is about every instance, else 4096.
    exact : bool
        Whether the implementation returns the mean (the proportion, the quantile) itself, and not
        draws: then it is compared with the formula.
    seconds : float
        CPU time of the search, where that is by a check.
    seed : int
        Of the points and of the replicates; a test does the same each time.
    at : strategy of dictionaries, optional
        The points, instead of `parameters`.
    **ranges
        As in `parameters`; for a check, values that parameters keep.

    Raises
    ------
    UserError
        If the claim cannot be tested so.

    Examples
    --------
    >>> import numpy as np
    >>> from verify import load
    >>> @claim(load("xing2021/equation-5")["worst-case"], epsilon=(0, 2))
    ... def test_my_attack(rng, cell, n):
    ...     residual = rng.standard_normal(n)
    ...     worst = (abs(residual) + cell["epsilon"] * np.linalg.norm(cell["theta"])) ** 2
    ...     return {"r": residual, "ascended_loss": worst}
    >>> test_my_attack()
    """
    if not 0 < error < 1:
        raise UserError(f"The error of a test is between 0 and 1, not {error}.")
    if examples < 1 or (replicates is not None and replicates < 1):
        raise UserError("A test has at least one example, with at least one replicate.")

    def test(implementation: Simulation | Check | None = None) -> Test | None:
        __tracebackhide__ = True
        if not callable(implementation):  # a test itself: of nothing, or of a class of tests
            registry = _registry_of(item)
            how = _how(error, seed, ranges)
            _refuse_found(next(falsify(registry, [item], how, Silent(), seconds)), None)
            return None
        if isinstance(implementation, Check):
            searched = implementation

            def by_check(*_instance: object) -> None:
                __tracebackhide__ = True
                fixed = point_to_replay() or ranges
                began = time.process_time()
                answer, tried = by_simulation(
                    load_registry(), item, searched, fixed, _how(error, seed, fixed), seconds
                )
                spent = time.process_time() - began
                _refuse_found(
                    Finding(item, answer.outcome, spent, answer.counterexample, tried=tried),
                    searched,
                )

            return _named(by_check, searched.simulate)
        stated = _stated(item, exact)
        points = parameters(item, **ranges) if at is None else at
        bound = Trials(stated, implementation, error, seed, replicates or _usual(stated))

        def by_implementation(*instance: object) -> None:
            __tracebackhide__ = True
            # In a class of tests it is a method, and has the instance before rng.
            mine = MethodType(implementation, *instance) if instance else implementation
            trials = replace(bound, implementation=mine)
            point = point_to_replay()
            if point is not None:
                trials.look(point)
            else:
                explore(trials, points, examples)
            trials.refuse_nothing()

        return _named(by_implementation, implementation)

    return test


def claimed(item: ClaimOf, values: Mapping[str, Any]) -> NDArray[np.float64]:
    """Return the claimed side of a claim at parameters: a bound, a mean, an order of growth.

    Raises
    ------
    MissingValue
        If it speaks of something that has no value.

    Examples
    --------
    >>> from verify import load
    >>> theorem = load("xing2021/equation-5")
    >>> claimed(theorem["risk"], {"B": 1, "q": 1, "epsilon": 0})
    array(1.)
    """
    _, side = item.claim.claimed
    return evaluate(item.theorem.written_out(side, frozenset(values)), values)


def _usual(item: ClaimOf) -> int:
    return INSTANCES if is_exact(item.claim) else REPLICATES


def _how(error: float, seed: int, fixed: Mapping[str, Any]) -> Settings:
    """Return settings of a search whose confirmations together are wrong with that probability."""
    alpha = min(error * CLAIMS / (MOST_CONFIRMATIONS + 1), 0.5)
    return Settings(alpha=alpha, seed=seed, overrides=dict(fixed))


def _registry_of(item: ClaimOf) -> Registry:
    """Return where the theorem is registered, with its check: the papers, or its own file."""
    theorem, registry = item.theorem, load_registry()
    if theorem.paper_key in registry.paper_keys() and theorem.id in registry.theorems:
        return registry
    file = theorem.place.rpartition(":")[0]
    return load_registry((file,))


def _named(test: Test, implementation: Any) -> Test:
    """Let a test look like the function that it tests: same name and place, no arguments."""
    for name in ("__name__", "__qualname__", "__module__", "__doc__"):
        setattr(test, name, getattr(implementation, name, getattr(test, name)))
    # pytest takes the place from what is wrapped, and arguments from the signature.
    test.__wrapped__ = implementation  # type: ignore[attr-defined]
    test.__signature__ = inspect.Signature()  # type: ignore[attr-defined]
    return test


def _stated(item: ClaimOf, exact: bool) -> ClaimOf:
    """Return the claim that an implementation is held against.

    Raises
    ------
    UserError
        If one point does not say whether it is broken.
    """
    stated = item.claim
    by_check = "test it by a check, claim(...)(check), or without an implementation, claim(...)()"
    if not stated.observed or isinstance(stated, Unchecked) or stated.box is not None:
        raise UserError(f"{item.id} is about no observable: leave out the implementation.")
    if kind_of(stated).needs_path or getattr(stated, "along", None) is not None:
        raise UserError(f"{item.id} compares several points: {by_check}.")
    if any(one.role == "regime" for one in item.theorem.hypotheses):
        raise UserError(
            f"{item.theorem.id} is about a regime, so that no single point breaks {item.id}: "
            f"{by_check}."
        )
    if not exact:
        return item
    if not kind_of(stated).equates:
        raise UserError(f"{item.id} is no identity, so that there is no exact value to compare.")
    changes: dict[str, Any] = dict(
        exact=True, functional="mean", probability=None, range=None, variance=None, law=""
    )
    return replace(item, claim=replace(stated, **changes))


def _refuse_found(finding: Finding, searched: Check | None) -> None:
    """Fail where a search has found a violation.

    Raises
    ------
    ClaimBroken
        With the counter-example, and the command that shows it again.
    """
    __tracebackhide__ = True
    example = finding.counterexample
    if not finding.found or example is None:
        return
    command = example["command"]
    if searched is not None:
        command = replay_here({name: example["cell"][name] for name in example["searched"]})
    raise ClaimBroken(
        f"{finding.item.id} is broken\n  at {shown(example['parameters'])}\n  observed "
        f"{example['observed']:.10g}, predicted {example['predicted']:.10g}",
        command,
    )
