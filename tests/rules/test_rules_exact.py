"""The rule for claims that are true on every instance."""

import numpy as np
import pytest
import sympy as sp
from hypothesis import given
from hypothesis import strategies as st

from bounds import Construction, Identity, Inequality, Monotone, observable
from building import verdict
from verify.judging.ledger import Ledger

BOUND = Inequality("bound", left="y", at_most="z")
EQUAL = Identity("equal", observable="y", equals="z", exact=True)
N = 30_000


def pairs(n: int = N, seed: int = 0) -> dict[str, np.ndarray]:
    z = np.random.default_rng(seed).standard_normal(n)
    return {"y": z - 0.1, "z": z}


def test_one_violating_instance_breaks_it_and_is_named():
    data = [pairs(), pairs()]
    data[1]["y"][17] = data[1]["z"][17] + 1e-6
    found = verdict(BOUND, data, [dict(g=0), dict(g=1)])
    assert (found.verdict, found.p_value, found.interval) == ("broken", 0.0, None)
    assert (found.cell, found.row) == (1, 17)
    assert found.values["observed"] - found.values["predicted"] == pytest.approx(1e-6, rel=1e-3)


@given(st.floats(-12, 12), st.sampled_from([1e-12, 1e-7]))
def test_the_slack_is_relative_to_the_sides(exponent, relative):
    unit = 10.0**exponent
    data = [{"y": np.full(N, unit * (1 + relative)), "z": np.full(N, unit)}]
    assert verdict(BOUND, data).verdict == ("holds" if relative < 1e-9 else "broken")
    assert verdict(EQUAL, data).verdict == ("holds" if relative < 1e-9 else "broken")


def test_a_declared_scale_replaces_the_sides():
    data = [{"y": np.full(N, 1e-12), "z": np.zeros(N)}]
    assert verdict(BOUND, data).verdict == "broken"
    assert verdict(Inequality("b", left="y", at_most="z", scale=1), data).verdict == "holds"
    equal = Identity("e", observable="y", equals="z", exact=True, scale=1)
    assert verdict(equal, data).verdict == "holds"


def test_at_least_is_at_most_with_the_sides_exchanged():
    data = [pairs()]
    mirrored = [{"y": -data[0]["y"], "z": -data[0]["z"]}]
    least = Inequality("b", left="y", at_least="z")
    assert verdict(BOUND, data).verdict == verdict(least, mirrored).verdict == "holds"
    assert verdict(least, data).verdict == verdict(BOUND, mirrored).verdict == "broken"


def test_a_construction_is_judged_by_its_certificate():
    claim = Construction("exists", certificate="y", at_most="z")
    assert verdict(claim, [pairs()]).verdict == "holds"
    exists = Construction("exists", certificate="z", at_most="y")
    assert verdict(exists, [pairs()]).verdict == "broken"


def test_sampled_instances_hold_only_when_violations_are_rarer_than_stated():
    enough = Ledger().instances(1e-3)
    assert verdict(BOUND, [pairs(enough)]).verdict == "holds"
    few = verdict(BOUND, [pairs(enough - 1)])
    assert (few.verdict, few.reason) == ("undecided", "noise") and few.forecast >= enough
    assert "sampled" in verdict(BOUND, [pairs(enough)]).note
    assert verdict(BOUND, [pairs(300)], violation_measure=0.06).verdict == "holds"


def test_a_complete_enumeration_holds_without_reservation():
    found = verdict(BOUND, [pairs(8)], complete=True)
    assert found.verdict == "holds" and "complete enumeration of 8 instances" in found.note


def test_a_conditional_enumeration_is_not_complete():
    claim = Inequality("bound", left="y", at_most="z", given="good")
    data = pairs(8) | {"good": np.arange(8) < 4}
    assert verdict(claim, [data], complete=True).verdict == "undecided"


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("where", ["y", "z", "s"])
def test_what_is_not_a_number_is_an_error_and_never_holds(bad, where):
    data = pairs() | {"s": np.ones(N)}
    data[where][3] = bad
    claim = Inequality("bound", left="y", at_most="z", scale="s")
    found = verdict(claim, [data])
    assert (found.verdict, found.reason) == ("undecided", "error")


Y = observable("y", "a value by quadrature", error="y_off")


def test_a_violation_inside_the_declared_error_is_none_and_outside_it_is_broken():
    claim = Inequality("bound", left=Y, at_most="z", scale=1)
    data = pairs() | {"y_off": np.full(N, 1e-5)}
    data["y"][5] = data["z"][5] + 5e-6
    inside = verdict(claim, [data])
    assert inside.verdict == "holds" and "numerical error 1e-05" in inside.note
    assert inside.tolerance == pytest.approx(1e-5, rel=1e-3)
    data["y"][5] = data["z"][5] + 2e-5
    assert verdict(claim, [data]).verdict == "broken"


def test_an_error_is_only_read_of_an_observable_that_declares_it():
    claim = Inequality("bound", left="y", at_most="z", scale=1)
    data = pairs() | {"y_error": np.full(N, 1e-5), "y_off": np.full(N, 1e-5)}
    data["y"][5] = data["z"][5] + 5e-6
    assert verdict(claim, [data]).verdict == "broken"


def test_numerical_errors_propagate_through_the_formula():
    claim = Inequality("bound", left=100 * Y**2, at_most=100, scale=1)
    data = {"y": np.full(N, 1 + 1e-6), "y_off": np.full(N, 1.1e-6)}
    assert verdict(claim, [data]).verdict == "holds"
    data["y_off"] = np.full(N, 0.9e-6)
    assert verdict(claim, [data]).verdict == "broken"
    data = {"y": np.full(N, 1 - 1e-6), "y_off": np.full(N, 2e-5)}
    coarse = verdict(claim, [data])
    assert coarse.reason == "rounding" and "numerical error is 4.0e-03" in coarse.note
    assert verdict(claim, [{"y": np.full(N, 0.5), "y_off": np.full(N, 2e-5)}]).verdict == "holds"


p, q = sp.symbols("p q", positive=True)
DIVERGENCE = p * sp.log(p / q) + (1 - p) * sp.log((1 - p) / (1 - q))


@pytest.mark.parametrize("apart", [1e-4, 1e-9, 1e-13])
def test_a_divergence_that_cancels_is_not_negative_and_not_zero(apart):
    z = np.random.default_rng(1).uniform(0.01, 0.9, N)
    data = [{"p": z, "q": z * (1 + apart)}]
    assert verdict(Inequality("kl", left=DIVERGENCE, at_least=0), data).verdict == "holds"
    far = [{"p": z, "q": 0.5 * z}]
    assert verdict(Inequality("kl", left=DIVERGENCE, at_most=0), far).verdict == "broken"


@pytest.mark.parametrize("wrong", [0.0, 1e-3])
def test_against_zero_the_scale_is_that_of_the_terms_that_cancel(wrong):
    a, b, total = sp.symbols("a b total")
    x, y = np.random.default_rng(2).standard_normal((2, N)) * 1e3
    data = [{"a": x, "b": y, "total": (1 + wrong) * (x + y)}]
    sums = Identity("sums", observable=total - a - b, equals=0, exact=True)
    assert verdict(sums, data).verdict == ("broken" if wrong else "holds")


@pytest.mark.parametrize("size", [1e-16, 1.0])
def test_a_single_value_against_zero_asks_for_a_scale(size):
    data = [{"y": size * np.random.default_rng(3).uniform(-1, 1, N), "z": np.ones(N)}]
    found = verdict(Inequality("sign", left="y", at_least=0), data)
    assert found.reason == "error" and "scale=" in found.note
    scaled = Inequality("sign", left="y", at_least=0, scale="z")
    assert verdict(scaled, data).verdict == ("broken" if size == 1.0 else "holds")
    clear = [{"y": 1 + np.abs(data[0]["y"])}]
    assert verdict(Inequality("sign", left="y", at_least=0), clear).verdict == "holds"


def test_a_true_identity_of_terms_that_cancel_is_not_broken_by_their_rounding():
    a, b = sp.symbols("a b")
    x = 1e4 * (1 + np.random.default_rng(4).random(N))
    small = np.random.default_rng(5).uniform(1e-4, 1e-3, N)
    data = [{"a": x, "b": x - small, "y": small}]
    same = Identity("same", observable=a - b, equals="y", exact=True)
    assert verdict(same, data).verdict == "holds"
    off = [data[0] | {"y": small * (1 + 1e-3)}]
    assert verdict(same, off).verdict == "broken"


def test_where_rounding_is_as_large_as_a_side_nothing_is_said():
    square = Identity("one", observable=sp.cosh(p) ** 2 - sp.sinh(p) ** 2, equals=1, exact=True)
    assert verdict(square, [{"p": np.linspace(0.1, 3, N)}]).verdict == "holds"
    assert verdict(square, [{"p": np.linspace(0.1, 17, N)}]).reason == "rounding"
    wrong = Identity("w", observable=sp.cosh(p) ** 2 - sp.sinh(p) ** 2, equals=1.01, exact=True)
    assert verdict(wrong, [{"p": np.linspace(0.1, 3, N)}]).verdict == "broken"


def test_an_excess_within_the_tolerance_is_named():
    data = [{"y": np.full(N, 1 + 1e-10), "z": np.ones(N)}]
    found = verdict(BOUND, data)
    assert found.verdict == "holds" and "within the tolerance" in found.note


RISES = Monotone("rises", observable="y", along="l", exact=True)


def levels(values: list[list[float]], **parameters) -> tuple[list[dict], list[dict]]:
    data = [{"y": np.repeat(np.asarray(v, float), N // len(v))} for v in values]
    return data, [dict(l=k, **parameters) for k in range(len(values))]


def test_an_exactly_monotone_claim_compares_neighbouring_levels_instance_by_instance():
    assert verdict(RISES, *levels([[1, 5], [2, 5], [3, 6]])).verdict == "holds"
    found = verdict(RISES, *levels([[1, 5], [2, 4.9], [3, 6]]))
    assert (found.verdict, found.cell) == ("broken", 1) and found.row >= N // 2


def test_levels_are_ordered_by_their_value_and_falling_is_rising_of_the_negative():
    data, cells = levels([[3], [2], [1]])
    assert verdict(RISES, data, cells).verdict == "broken"
    assert verdict(RISES, data[::-1], cells[::-1]).verdict == "broken"
    falls = Monotone("falls", observable="y", along="l", exact=True, increasing=False)
    assert verdict(falls, data, cells).verdict == "holds"


def test_groups_that_differ_in_another_parameter_are_not_compared():
    a, cells_a = levels([[1], [2]], case="a")
    b, cells_b = levels([[-5], [-4]], case="b")
    assert verdict(RISES, a + b, cells_a + cells_b).verdict == "holds"


def test_a_strictly_monotone_claim_needs_its_minimal_rise_on_the_whole_way():
    strict = Monotone("r", observable="y", along="l", exact=True, minimal_rise=sp.Rational(1, 2))
    assert verdict(strict, *levels([[1], [1.6], [2.2]])).verdict == "holds"
    assert verdict(strict, *levels([[1], [1.2], [1.5]])).verdict == "holds", "steps may be small"
    assert verdict(strict, *levels([[1], [1.2], [1.4]])).verdict == "broken"
    assert verdict(strict, *levels([[1], [1.7], [1.6]])).verdict == "broken", "a step back"


def test_instances_inside_an_event_that_differs_between_levels_are_not_compared():
    claim = Monotone("r", observable="y", along="l", exact=True, given="good")
    data, cells = levels([[1, 5], [2, 6]])
    data[0]["good"], data[1]["good"] = np.arange(N) < 9, np.arange(N) > 9
    with pytest.raises(ValueError, match="row by row"):
        verdict(claim, data, cells)
    data[1]["good"] = data[0]["good"]
    assert verdict(claim, data, cells).note.startswith("9 replicates per cell inside good")


def test_every_cell_is_sampled_enough_by_itself():
    """Violations of one cell are not ruled out by instances of the others."""
    rows = [pairs(4000, seed) for seed in range(8)]
    found = verdict(BOUND, rows, [dict(g=g) for g in range(8)])
    assert (found.verdict, found.reason) == ("undecided", "noise")
    assert found.forecast > 4000
