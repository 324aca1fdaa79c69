"""The statistical tests together raise a false alarm with at most 1e-4."""

import re
from pathlib import Path

from alphas import ALPHAS, LARGEST_SUM


def test_the_levels_of_all_statistical_assertions_add_up_to_at_most_1e_4():
    assert sum(ALPHAS.values()) <= LARGEST_SUM


def test_every_level_in_the_table_is_used_and_every_one_used_is_in_the_table():
    here = Path(__file__).parent
    used = {
        name
        for file in here.glob("test_*.py")
        for name in re.findall(r"alpha\(\s*\"([a-z-]+)\"", file.read_text(encoding="utf-8"))
    }
    assert used == set(ALPHAS)
