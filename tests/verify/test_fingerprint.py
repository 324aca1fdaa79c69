"""What a change of a user's file means for stored replicates."""

import pytest

from verify.catalogue.fingerprint import fingerprint

FILE = '''
"""A theorem."""
import numpy as np
from bounds import Theorem
SCALE = 2.0
UNUSED = 3.0
TABLE = {"a": 1}
def helper(x):
    """Help."""
    return SCALE * np.tanh(x)
theorem = Theorem(1)
@check(theorem, cells=[SCALE], version=1)
def simulate(rng, cell, n):
    """One replicate is one draw."""
    return {"y": helper(rng.standard_normal(n))}
'''
BEFORE = fingerprint(FILE, "simulate")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Theorem(1)", "Theorem(2)"),
        ("A theorem", "Another"),
        ("Help", "Aid"),
        ("UNUSED = 3", "UNUSED = 4"),
        ("cells=[SCALE]", "cells=[1, 2]"),
        ("One replicate", "A replicate"),
        ("\nSCALE", "\n# more\n\nSCALE"),
        ("def helper(x)", "def helper( x )"),
        ("from bounds import Theorem", "from bounds import  Theorem as T"),
    ],
)
def test_what_does_not_reach_the_outcome_keeps_the_replicates(old, new):
    assert old in FILE
    assert fingerprint(FILE.replace(old, new), "simulate") == BEFORE


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("SCALE = 2.0", "SCALE = 2.5"),
        ("np.tanh", "np.sin"),
        ("rng.standard_normal(n)", "rng.random(n)"),
        ('"y"', '"z"'),
        ("import numpy as np", "import other as np"),
        ("def helper(x)", "@cached\ndef helper(x)"),
        ("theorem = ", 'TABLE["a"] = 2\ntheorem = '),
        ("theorem = ", "for k in range(3):\n    SCALE += k\ntheorem = "),
        ("theorem = ", "SCALE += 1\ntheorem = "),
    ],
)
def test_whatever_the_simulation_reaches_makes_them_new(old, new):
    assert old in FILE
    assert fingerprint(FILE.replace(old, new), "simulate") != BEFORE


def test_for_a_function_from_elsewhere_the_whole_file_counts():
    whole = fingerprint(FILE, "imported")
    assert fingerprint(FILE.replace("UNUSED = 3", "UNUSED = 4"), "imported") != whole
    assert fingerprint(FILE + "# comment\n", "imported") == whole


def test_star_imports_always_count():
    starred = "from a import *\n" + FILE
    assert fingerprint(starred, "simulate") != BEFORE
    other = starred.replace("from a", "from b")
    assert fingerprint(other, "simulate") != fingerprint(starred, "simulate")


@pytest.mark.parametrize("change", [("np.tanh", "np.sin"), ("Theorem(1)", "Theorem(2)")])
def test_of_a_whole_module_all_of_its_code_counts_though_it_begins_with_a_docstring(change):
    whole = fingerprint(FILE, "")
    assert fingerprint(FILE.replace(*change), "") != whole
    assert fingerprint(FILE.replace("A theorem", "Another"), "") == whole
