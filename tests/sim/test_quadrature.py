import numpy as np
import pytest

from sim.quadrature import legendre


@pytest.mark.parametrize("count", [1, 2, 7, 60])
def test_polynomials_are_integrated_exactly(count):
    nodes, weights = legendre(count)
    for degree in range(0, 2 * count, 2):
        assert weights @ nodes**degree == pytest.approx(2 / (degree + 1), rel=1e-12)
        assert weights @ nodes ** (degree + 1) == pytest.approx(0, abs=1e-14)


def test_what_is_shared_cannot_be_changed():
    nodes, weights = legendre(5)
    for shared in (nodes, weights):
        with pytest.raises(ValueError, match="read-only"):
            shared[0] = 0.0
    np.testing.assert_array_equal(legendre(5)[0], nodes)
