"""What is registered: every claim is checked or says why not, and the whole fits its budgets."""

import inspect
import json
import re

import numpy as np
import pytest
import sympy as sp

import bounds
import digests
from bounds import ClaimOf, Derivation, Identity, Theorem, Unchecked
from bounds.claims import KINDS
from verify import check
from verify.catalogue.budgets import OVERHEAD, SECONDS, SHARE
from verify.catalogue.kinds import is_exact
from verify.catalogue.registry import Registry, load_registry
from verify.errors import UnknownName, UserError
from verify.evidence.sample import applies
from verify.judging.intervals import fewest_replicates
from verify.judging.ledger import Ledger
from verify.judging.rules.derivation import Problem

REGISTRY = load_registry()
PINS = digests.load()
ITEMS = list(REGISTRY.claims())
OBSERVED = [item for item in ITEMS if REGISTRY.check_of(item.id)]
FIXED_ID = re.compile(
    r"[a-z][a-z0-9_-]*/(equation|theorem|lemma|proposition|corollary|definition|example|remark|claim"
    r"|proof)-[A-Za-z0-9.-]+#[a-z0-9][A-Za-z0-9.-]*"
)


def named(items: list[ClaimOf]):
    return pytest.mark.parametrize("item", items, ids=[item.id for item in items])


def test_every_claim_is_observed_derived_or_says_why_it_is_not_checked():
    assert REGISTRY.unobserved() == []
    silent = [i.id for i in ITEMS if isinstance(i.claim, Unchecked) and len(i.claim.because) < 15]
    assert not silent


def test_every_id_has_the_fixed_form_and_every_kind_is_known():
    assert [i.id for i in ITEMS if not FIXED_ID.fullmatch(i.id)] == []
    assert [i.id for i in ITEMS if i.claim.kind not in KINDS] == []
    assert len({i.id for i in ITEMS}) == len(ITEMS)


def test_every_claim_has_a_line_for_lists_and_every_theorem_a_source():
    assert [i.id for i in ITEMS if not (i.claim.statement or i.theorem.title)] == []
    assert [t.id for t in REGISTRY.theorems.values() if not t.source or not t.paper] == []


def test_no_derivation_is_trivial_as_soon_as_it_is_written_down():
    derived = [item for item in ITEMS if isinstance(item.claim, Derivation)]
    problems = {item.id: Problem.of(item.theorem, item.claim) for item in derived}
    assert len(problems) > 200
    assert [name for name, one in problems.items() if one.left - one.right == 0] == []


def test_what_a_theorem_rests_on_is_registered():
    known = set(REGISTRY.theorems) | set(REGISTRY.aliases)
    assert {
        t.id: set(t.uses) - known for t in REGISTRY.theorems.values() if set(t.uses) - known
    } == {}


def test_a_claim_that_is_expected_to_be_broken_says_why_beside_an_erratum_or_what_holds():
    broken = [i for i in ITEMS if i.claim.expected == "broken"]
    assert broken and [i.id for i in broken if len(i.claim.because) < 15] == []
    assert [
        i.id
        for i in broken
        if not i.theorem.errata and all(c.expected != "holds" for c in i.theorem.claims)
    ] == []


def test_every_erratum_is_refuted_by_a_claim_or_says_why_nothing_is_judged():
    broken = {i.id for i in ITEMS if i.claim.expected == "broken"}
    every = [(theorem, one) for theorem in REGISTRY.theorems.values() for one in theorem.errata]
    assert len(every) > 140
    assert [one.printed for _, one in every if bool(one.refuted) == bool(one.unjudged)] == []
    for theorem, one in every:
        for name in filter(None, (one.refuted, one.mended)):
            beside = theorem.claim_id(name)
            assert (beside in broken) == (name == one.refuted), beside


def test_every_instance_that_breaks_a_claim_is_recomputed_by_independent_code():
    """So are growths and limits that are exact; boxes are judged again in 50 digits, without it.

    What is judged statistically is judged again by textbook tests.
    """
    broken = [i for i in OBSERVED if i.claim.expected == "broken" and i.claim.box is None]
    exact = [i for i in broken if is_exact(i.claim)]
    assert len(exact) > 40
    assert [i.id for i in exact if REGISTRY.check_of(i.id).replay is None] == []


def test_the_whole_registry_fits_its_budgets_on_two_cores():
    for budget, limit in (("quick", 5 * 60), ("full", 3 * 3600)):
        costs = {c.id: c.cost(budget) / 2 for c in REGISTRY.checks.values()}
        assert sum(costs.values()) <= limit, sorted(costs.items(), key=lambda c: -c[1])[:8]


def test_no_block_needs_more_than_two_gigabytes():
    large = {
        c.id: max(c.bytes(cell) for cell in c.cells) * c.block for c in REGISTRY.checks.values()
    }
    assert {name: size for name, size in large.items() if size > 2e9} == {}


@named(OBSERVED)
def test_every_observed_claim_speaks_about_some_cell_of_its_grid(item):
    grid = REGISTRY.check_of(item.id)
    cells = [cell for cell in grid.cells if applies(item.theorem, item.claim, cell)]
    assert cells or item.claim.expected == "not applicable"
    if item.claim.kind in ("theta", "O", "omega", "limit"):
        inside = [
            p
            for p in grid.paths
            if all(applies(item.theorem, item.claim, grid.cells[k]) for k in p.positions)
        ]
        assert inside, "no whole path"


@named(
    [
        i
        for i in OBSERVED
        if not getattr(i.claim, "exact", False)
        and i.claim.functional != "proportion"
        and i.claim.kind in ("identity", "monotone", "limit", "theta", "O", "omega")
    ]
)
def test_the_full_budget_of_a_mean_reaches_the_fewest_replicates_that_are_judged(item):
    grid = REGISTRY.check_of(item.id)
    look = grid.looks["full"] - 1
    cells = [cell for cell in grid.cells if applies(item.theorem, item.claim, cell)]
    level = Ledger().level(look)
    if item.claim.kind == "identity":
        needed, share = fewest_replicates(level / (4 * len(cells))), 1
    else:  # a contrast of independent cells has the degrees of freedom of all of them at most
        needed = fewest_replicates(level)
        together = {"monotone": 2, "limit": 4}.get(item.claim.kind, len(cells))
        share = 1 if grid.common_random_numbers else together
    assert share * grid.size(look) >= needed or item.claim.expected == "undecided"


@pytest.mark.parametrize("name", REGISTRY.checks)
def test_every_name_in_a_claim_has_a_value(name):
    """The observables are those of the pins, which are compared with what is simulated."""
    one = REGISTRY.checks[name]
    assert name in PINS, "no pin yet: python -m tests.support.digests"
    observables = set(PINS[name]["observables"])
    for item in one.claims:
        cell = next((c for c in one.cells if applies(item.theorem, item.claim, c)), None)
        if cell is None:
            continue
        known = frozenset(cell) | observables
        known |= {"law": {"x"}, "always": {"t"}}.get(item.claim.kind, set())  # argument, time
        for expression in item.claim.expressions():
            written = item.theorem.written_out(expression, known)
            assert {s.name for s in written.free_symbols} <= known, (item.id, expression)


@pytest.mark.parametrize("one", REGISTRY.checks.values(), ids=list(REGISTRY.checks))
def test_checks_say_what_a_replicate_is_and_their_cells_are_json(one):
    assert inspect.getdoc(one.simulate), "what one replicate is"
    for cell in one.cells:
        json.dumps(cell, allow_nan=False)


def test_ids_resolve_to_claims_theorems_papers_and_aliases():
    everything = {i.id for i in ITEMS}
    for key in bounds.PAPERS:
        assert {i.id for i in REGISTRY.resolve([key])} <= everything
    theorem = next(iter(REGISTRY.theorems.values()))
    assert [i.id for i in REGISTRY.resolve([theorem.id])] == [i.id for i in theorem]
    first = next(iter(theorem))
    assert [i.id for i in REGISTRY.resolve([first.id, theorem.id, first.id])] == [
        i.id for i in theorem
    ]
    for alias, target in REGISTRY.aliases.items():
        assert REGISTRY.theorem(alias).id == target


def test_names_are_taken_once():
    claim = Identity("a", observable="y", equals=1)
    one = Theorem(id="own/lemma-1", statement="", claims=[claim], aliases=["own/lemma-2"])
    bound = check(one, cells=[{}], seconds_per_replicate=1)(lambda rng, cell, n: {})
    registry = Registry()
    registry.add_check(bound)
    assert registry.check_of("own/lemma-1#a") is bound and registry.unobserved() == []
    with pytest.raises(UserError, match="Two checks are named"):
        registry.add_check(bound)
    with pytest.raises(UserError, match="observed by two checks"):
        registry.add_check(
            check(one, id="other", cells=[{}], seconds_per_replicate=1)(lambda rng, cell, n: {})
        )
    with pytest.raises(UserError, match="Two statements are named 'own/lemma-2'"):
        registry.add_theorem(Theorem(id="own/lemma-2", statement="", claims=[claim]))
    with pytest.raises(UnknownName, match="Did you mean own/lemma-1"):
        registry.theorem("own/lema-1")
    with pytest.raises(UnknownName, match="claim"):
        registry.resolve(["own/lemma-1#b"])


def test_a_check_stands_for_all_claims_of_a_theorem_but_its_derivations():
    x = sp.Symbol("x")
    theorem = Theorem(
        id="own/lemma-1",
        statement="",
        claims=[Identity("a", observable="y", equals=1), Derivation("b", left=x, equals=x)],
    )
    bound = check(theorem, cells=[{}], seconds_per_replicate=1)(lambda rng, cell, n: {})
    assert [item.claim.name for item in bound.claims] == ["a"]
    with pytest.raises(ValueError, match="no grid for own/lemma-1#a"):
        check(theorem, seconds_per_replicate=1)
    with pytest.raises(ValueError, match="prefix of full"):
        check(theorem, cells=[{}], seconds_per_replicate=1, quick=5, full=2)


@pytest.mark.parametrize(
    ("seconds", "together", "measure"),
    [
        ((1e-6, 1e-5), False, 1e-3),
        ((1e-5, 0.03), False, 0.008),
        ((0.015, 0.03), True, 0.012),
        ((0.5, 60.0), False, 0.2),
    ],
)
def test_slow_instances_may_overlook_more(seconds, together, measure):
    theorem = Theorem(
        id="own/lemma-1", statement="", claims=[Identity("a", observable="y", equals=1)]
    )
    bound = check(
        theorem,
        cells=[dict(s=s) for s in seconds],
        common_random_numbers=together,
        seconds_per_replicate=lambda cell: cell["s"],
    )(lambda rng, cell, n: {})
    assert bound.violation_measure == pytest.approx(measure)


def test_default_budgets_follow_from_the_cost_and_are_nested():
    theorem = Theorem(
        id="own/lemma-1", statement="", claims=[Identity("a", observable="y", equals=1)]
    )
    for seconds in np.logspace(-9, 2, 12):
        bound = check(theorem, cells=[{}], seconds_per_replicate=seconds)(lambda rng, cell, n: {})
        assert 1 <= bound.looks["quick"] <= bound.looks["full"]
        for budget, most in (("quick", 2.0), ("full", 90.0)):
            assert bound.cost(budget) <= most or bound.looks[budget] == 1
            assert bound.size(bound.looks[budget]) * max(seconds, OVERHEAD) > most


def test_a_budget_below_the_usual_one_is_not_exceeded_whatever_a_check_says(monkeypatch):
    theorem = Theorem(
        id="own/lemma-1", statement="", claims=[Identity("a", observable="y", equals=1)]
    )
    bind = check(theorem, cells=[{}], seconds_per_replicate=1e-4, first=64, quick=12, full=14)
    assert bind(lambda rng, cell, n: {}).looks == {"quick": 12, "full": 14}
    monkeypatch.setitem(SHARE, "quick", 0.1)
    monkeypatch.setitem(SECONDS, "quick", 0.2)
    bound = check(theorem, cells=[{}], seconds_per_replicate=1e-4, first=64, quick=12, full=14)(
        lambda rng, cell, n: {}
    )
    assert bound.cost("quick") <= 0.2 and bound.looks["full"] == 14
    dear = check(theorem, cells=[{}], seconds_per_replicate=0.1, first=64)(lambda *_: {})
    assert (dear.block, dear.size(0), dear.looks["quick"]) == (16, 16, 1)
