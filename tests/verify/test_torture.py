"""Each fault of `make torture`, some times: nothing but words for people comes of it."""

import random

import pytest

from tests.torture import faults

TRIALS = {faults.call: 20, faults.program: 10, faults.kill: 1}


@pytest.mark.parametrize("trial", TRIALS, ids=lambda trial: trial.__name__)
def test_faults_at_random_come_to_a_verdict_or_to_words(trial, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for number in range(TRIALS[trial]):
        trial(random.Random(f"tests {number}"))
