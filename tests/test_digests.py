"""A simulation whose outcome changes raises its version, so that no stale replicate is reused."""

import dataclasses

import digests
import numpy as np
import pytest

from verify.registry import load_registry

SLOW = 0.5
PINS = digests.load()
CHECKS = load_registry().checks


@pytest.mark.parametrize("name", [
    pytest.param(name, marks=[pytest.mark.slow] if digests.cost(check) > SLOW else [])
    for name, check in CHECKS.items()
])
def test_the_outcome_of_a_simulation_changes_only_with_its_version(name):
    check = CHECKS[name]
    assert name in PINS, "no pin yet: python -m tests.digests"
    old = PINS[name]
    assert old["version"] == check.version, "a new version: python -m tests.digests"
    changed = digests.differences(old, digests.pin(check))
    assert not changed, f"raise the version of {name}; {'; '.join(changed)}"


def test_no_pin_is_left_over():
    assert not set(PINS) - set(CHECKS), "python -m tests.digests"


def test_a_changed_outcome_is_noticed_and_rounding_is_not():
    check = next(c for c in CHECKS.values() if digests.cost(c) <= SLOW)
    old = digests.pin(check)
    assert digests.differences(old, digests.pin(check)) == []

    def changed(factor):
        def simulate(rng, cell, n):
            found = dict(check.simulate(rng, cell, n))
            name = next(k for k, v in found.items() if np.asarray(v).dtype.kind == "f")
            found[name] = np.asarray(found[name]) * factor
            return found

        return dataclasses.replace(check, simulate=simulate)

    assert digests.differences(old, digests.pin(changed(1 + 1e-12))) == []
    assert digests.differences(old, digests.pin(changed(1 + 1e-4)))
    assert digests.differences(old, digests.pin(dataclasses.replace(check, version=99)))
