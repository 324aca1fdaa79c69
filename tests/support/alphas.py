"""The error levels of all statistical assertions of the verifier's tests, in one table.

A statistical test fails on correct code with at most its level; seeds are fixed, so that a test
that passes keeps passing, and the sum bounds the probability that some fresh choice of seeds would
have raised a false alarm. A test takes its level from here by name: ``alpha("name")``.
"""

ALPHAS: dict[str, float] = {
    "simulations": 2e-5,  # what the tests of sim/ may add up to; they state theirs in comments
    "interval-calibration": 1e-5,
    "contrast-calibration": 1e-5,
    "rates-true-nominal": 1e-6,
    "rates-true-calibrated": 1e-5,
    "rates-edge-nominal": 1e-6,
    "rates-edge-calibrated": 1e-5,
    "rates-false": 1e-5,
    "rates-power": 1e-6,
    "rates-reports-broken": 1e-6,
    "rates-reports-holds": 1e-6,
    "property-tests": 1e-6,
}

LARGEST_SUM = 1e-4


def alpha(name: str) -> float:
    """Return the level of one statistical assertion."""
    return ALPHAS[name]
