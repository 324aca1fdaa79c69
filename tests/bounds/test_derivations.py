"""Chains of derivations and how they are written."""

import pytest
import sympy as sp

from bounds.derivations import at

x, y = sp.symbols("x y", positive=True)


def test_values_are_put_in_only_when_asked_for():
    halved = at(x**2 / y, {y: x / 2})
    assert halved != 2 * x
    assert halved.doit() == 2 * x


def test_a_name_may_stand_in_the_value_that_is_put_in_for_it_but_in_no_other():
    assert at(x**2, {x: 2 * x}).doit() == 4 * x**2
    with pytest.raises(ValueError, match="mentions"):
        at(x / y, {x: y, y: x})
