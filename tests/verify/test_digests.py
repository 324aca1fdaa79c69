"""A simulation whose outcome changes raises its version, so that no stale replicate is reused."""

import dataclasses

import numpy as np
import pytest

import digests
from verify.catalogue.registry import load_registry

SLOW = 0.5
PINS = digests.load()
OTHER_DRAWS = digests.other_draws()
CHECKS = dict(load_registry().checks)
COSTS = {name: digests.cost(check) for name, check in CHECKS.items()}
CHEAP = [check for name, check in CHECKS.items() if COSTS[name] <= 0.05 and check.block >= 64]


def skip_without_pins():
    if not PINS:
        pytest.skip("there are no pins yet: python -m tests.support.digests makes them")
    if OTHER_DRAWS:
        pytest.skip("this NumPy draws other random numbers than the one that made the pins")


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(name, marks=[pytest.mark.slow] if cost > SLOW else [])
        for name, cost in COSTS.items()
    ],
)
def test_the_outcome_of_a_simulation_changes_only_with_its_version(name):
    skip_without_pins()
    check = CHECKS[name]
    if check.absent():
        pytest.skip(f"needs {', '.join(check.absent())}")
    assert name in PINS, "no pin yet: python -m tests.support.digests"
    old = PINS[name]
    assert old["version"] == check.version, "a new version: python -m tests.support.digests"
    changed = digests.differences(old, digests.pin(check, old))
    assert not changed, f"raise the version of {name}; {'; '.join(changed)}"


def test_no_pin_is_left_over():
    assert not set(PINS) - set(CHECKS), "python -m tests.support.digests"


def changed(check, change):
    """The check with another outcome of its first observable that is not small."""

    def simulate(rng, cell, n):
        found = dict(check.simulate(rng, cell, n))
        name = next(
            k
            for k, v in found.items()
            if np.asarray(v).dtype.kind == "f" and np.abs(v).mean() > 0.1 * np.abs(v).max() > 0.01
        )
        found[name] = change(np.array(found[name]))
        return found

    return dataclasses.replace(check, simulate=simulate)


def first_that_can_change():
    for check in CHEAP:
        try:
            digests.pin(changed(check, lambda x: x))
        except StopIteration:
            continue
        return check
    raise AssertionError("no cheap simulation returns a number")


def test_a_changed_outcome_is_noticed_and_rounding_is_not():
    check = first_that_can_change()
    old = digests.pin(check)
    assert digests.differences(old, digests.pin(check)) == []

    def after(change):
        return digests.differences(old, digests.pin(changed(check, change)))

    assert after(lambda x: x * (1 + 1e-9)) == []
    assert after(lambda x: x + 1e-8) == []
    assert after(lambda x: x * (1 + 1e-3))
    assert after(lambda x: -x)
    assert after(lambda x: x[::-1].copy())
    assert after(lambda x: np.full_like(x, np.nan))
    assert digests.differences(old, digests.pin(dataclasses.replace(check, version=99)))


def test_one_replicate_that_rounding_turned_is_no_change_and_many_are():
    check = first_that_can_change()
    old = digests.pin(check)

    def turned(count):
        def change(x):
            x[:count] = -x[:count]
            return x

        return digests.differences(old, digests.pin(changed(check, change)))

    assert turned(1) == []
    assert turned(check.block // 2)


def test_writing_anew_refuses_what_changed_under_the_same_version():
    check = first_that_can_change()
    other = changed(check, lambda x: 2 * x)
    pins, lines = digests.renew({}, {"a": check})
    assert lines == ["a: new"]
    assert digests.renew(pins, {"a": check}) == (pins, [])
    kept, (line,) = digests.renew(pins, {"a": other})
    assert kept == pins and "REFUSED, raise its version first" in line
    raised = dataclasses.replace(other, version=check.version + 1)
    renewed, (line,) = digests.renew(pins, {"a": raised})
    assert renewed["a"]["version"] == raised.version and "REFUSED" not in line
    assert digests.renew(pins, {})[1] == ["a: dropped, there is no such check"]


def test_a_claim_about_a_cheaper_cell_leaves_the_pin_where_it_is():
    check = next(c for c in CHEAP if len(c.cells) > 1)
    dearest = max(check.cells, key=check.seconds)
    alone = dataclasses.replace(check, cells=(dearest,))
    old = digests.pin(alone)
    assert digests.pin(check, old)["cell"] == old["cell"]
