"""What may be named: ids, files, checks and theorems, from the command line and from Python."""

import numpy as np
import pytest
import sympy as sp
from click.testing import CliRunner

import files
from bounds import Identity, Mutant, Theorem
from verify import check, load, run
from verify.catalogue.selection import registry_for, select
from verify.command_line import main
from verify.errors import UserError

sigma = sp.Symbol("sigma", positive=True)


def made(shift: float = 0.0, **options):
    """A theorem and its check that exist in this process only."""
    theorem = Theorem(
        id="cell/equation-1",
        statement="",
        claims=[
            Identity(
                "square",
                observable="square",
                equals=sigma**2,
                tolerance=0.1,
                cell_tolerance=0.1,
                mutants=(Mutant("without the square", equals=sigma),),
            )
        ],
    )

    @check(theorem, cells=[dict(sigma=2.0)], seconds_per_replicate=1e-7, **options)
    def draws(rng, cell, n):
        """One replicate is one draw."""
        return {"square": (cell["sigma"] * rng.standard_normal(n)) ** 2 + shift}

    return draws


def test_a_check_from_memory_is_judged_drawn_and_held_against_its_mutants(tmp_path):
    report = run(made(), budget="full", store=tmp_path, jobs=2)
    assert report["square"].verdict == "holds"
    assert report.plot().axes
    assert report.mutants().summary["written"] == {
        "caught": 1,
        "survived": 0,
        "explained": 0,
        "equivalent": 0,
    }


def test_a_changed_check_from_memory_never_meets_the_replicates_of_its_predecessor(tmp_path):
    assert run(made(), store=tmp_path)["square"].verdict == "holds"
    found = run(made(shift=1.0), store=tmp_path)["square"]
    assert found.verdict == "broken" and found.observed == pytest.approx(5 / 4, rel=0.1)
    assert found.counterexample["command"] == "run(draws, budget='quick', seed=0)"


def test_a_check_from_memory_leaves_the_registry_as_it_was(tmp_path):
    run(made(), store=tmp_path)
    assert "cell/equation-1" not in registry_for([]).theorems


def test_a_registered_check_or_theorem_stands_for_its_claims():
    registry = registry_for([])
    theorem = load("xing2021/equation-5")
    assert select(registry, [theorem]) == list(theorem)
    observed = registry.check_of("xing2021/equation-5#risk")
    assert select(registry_for([observed]), [observed]) == list(observed.claims)


def test_an_unregistered_theorem_and_other_things_are_one_sentence():
    with pytest.raises(UserError, match="Give its check"):
        run(made().claims[0].theorem)
    with pytest.raises(UserError, match="expected, not ndarray"):
        run([np.zeros(3)])


def test_claims_that_need_a_package_that_is_not_there_stay_undecided(tmp_path):
    report = run(made(requires=["no_such_module"]), store=tmp_path)
    (verdict,) = report
    assert (verdict.verdict, verdict.reason) == ("undecided", "absent")
    assert "no_such_module" in verdict.note and report.exit_status == 3


def test_list_and_show_read_a_file_of_ones_own(tmp_path):
    own = tmp_path / "own.py"
    own.write_text(files.OWN)
    for command in ("list", "show"):
        done = CliRunner().invoke(main, [command, str(own)])
        assert done.exit_code == 0 and "mine/equation-1" in done.output


def test_showing_a_paper_says_what_is_false_in_it_and_names_its_statements():
    done = CliRunner().invoke(main, ["show", "xing2021"])
    assert done.exit_code == 0
    false, statements = done.output.split("Statements\n")
    assert "xing2021/theorem-9:" in false and "verify list xing2021" in statements
    assert "xing2021/theorem-2 " in statements and " false)" in statements
