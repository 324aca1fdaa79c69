"""The statistical tests together raise a false alarm with at most 1e-4."""

import re
from pathlib import Path

from alphas import ALPHAS, LARGEST_SUM, alpha

TESTS = Path(__file__).parents[1]


def test_the_levels_of_all_statistical_assertions_add_up_to_at_most_1e_4():
    assert sum(ALPHAS.values()) <= LARGEST_SUM


def test_every_level_in_the_table_is_used_and_every_one_used_is_in_the_table():
    used = {
        name
        for file in TESTS.rglob("test_*.py")
        for name in re.findall(r"\balpha\(\s*\"([a-z-]+)\"", file.read_text(encoding="utf-8"))
    }
    assert used | {"simulations"} == set(ALPHAS)


def test_the_levels_stated_in_comments_stay_within_their_share():
    stated = [
        float(number)
        for file in TESTS.rglob("test_*.py")
        for line in file.read_text(encoding="utf-8").splitlines()
        if re.search(r"#.*\balpha\b", line)
        for number in re.findall(r"\d(?:\.\d+)?e-\d+", line)[-1:]
    ]
    assert stated and sum(stated) <= alpha("simulations")
