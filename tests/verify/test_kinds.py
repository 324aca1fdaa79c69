"""What is known of a kind of claim: every part has it under its name."""

import sympy as sp

from bounds import KINDS as NAMES
from bounds import BigO, Identity, Inequality, Limit, Monotone, Probability, Theta, Threshold
from verify.catalogue.kinds import KINDS, kind_of
from verify.judging import replay, textbook
from verify.judging.rules import RULES
from verify.showing.panels import PANELS

n = sp.Symbol("n", positive=True)


def test_every_kind_has_a_rule_a_recheck_and_a_panel():
    judged = set(NAMES) - {"derivation"}
    assert set(KINDS) == set(NAMES)
    assert set(RULES) == set(PANELS) == judged
    assert set(textbook.TESTS) | set(replay.SIDES) == judged
    assert not {name for name, kind in KINDS.items() if kind.needs_path} & set(replay.SIDES)


def test_a_kind_without_at_most_or_at_least_says_which_side_is_violated():
    either = {"identity", "theta", "limit", "threshold"}
    assert {name for name, kind in KINDS.items() if kind.violated == "either"} == either
    assert {name for name, kind in KINDS.items() if kind.violated == "below"} == {"omega"}


def test_the_first_look_suits_the_claim():
    firsts = {
        64: [
            Identity("a", observable="y", equals=n, functional="proportion"),
            Probability("a", event="y", at_most=0),
            Threshold("a", success="y", along="n", at=1),
            Theta("a", observable="y", of=n),
            Limit("a", observable="y", to=0),
        ],
        256: [
            Identity("a", observable="y", equals=n),
            Inequality("a", left="y", at_most=1),
            Identity("a", observable="y", equals=n, exact=True),
        ],
        32: [
            Monotone("a", observable="y", along="n"),
            Monotone("a", observable="y", along="n", exact=True),
        ],
        4: [
            BigO("a", observable="y", of=n, exact=True),
            Limit("a", observable="y", to=0, exact=True),
        ],
    }
    for first, claims in firsts.items():
        assert {kind_of(claim).preferred_first(claim, 3) for claim in claims} == {first}
    assert kind_of(firsts[64][3]).preferred_first(firsts[64][3], 12) == 16
