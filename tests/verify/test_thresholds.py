"""Where an outcome turns likely: levels that do not bracket the place, and those that refute it."""

from pathlib import Path

import pytest

import files
from verify.catalogue.selection import registry_for, select
from verify.evidence.settings import Settings
from verify.runner import Silent, run_claims

LEVELS = (0.7, 0.975, 1.025, 1.4)


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def verdict(at: float):
    """Judge that success turns likely at a place; it does so at one, where few runs show it."""
    cells = f"cells=[dict(s=s) for s in {LEVELS}]"
    body = 'return {"up": (rng.random(n) < 1 / (1 + cell["s"] ** -8.0)).astype(float)}'
    claim = f'Threshold("place", success="up", along="s", at={at})'
    Path("one.py").write_text(files.theorem_file(claim, body, binding=cells))
    registry = registry_for(["one.py"])
    items = select(registry, ["one.py"])
    (found,) = run_claims(registry, items, Settings(jobs=1), Silent()).verdicts
    return found


def test_a_place_wrong_by_five_per_cent_is_broken_although_no_level_lies_just_beyond_it():
    assert verdict(1.0).verdict == "holds"
    assert verdict(1.05).verdict == "broken"
