"""`verify show`: the formula beside the words, where both stand, and the same facts as JSON."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from rich.cells import cell_len

import bounds
import files
from verify.catalogue.registry import load_registry
from verify.command_line import main
from verify.showing.facts import facts
from verify.showing.plain import plain

ROOT = Path(bounds.__file__).parents[1]
EXAMPLE = "xing2021/lemma-5"


def call(*arguments):
    result = CliRunner().invoke(main, list(arguments))
    assert result.exit_code == 0, result.output
    return result.stdout


@pytest.fixture(scope="module")
def shown():
    (one,) = json.loads(call("show", EXAMPLE, "--json"))["theorems"]
    return one


def words(text: str) -> str:
    return "".join(text.split())


def test_the_json_has_the_facts_of_the_text(shown):
    text = words(call("show", EXAMPLE))
    said = [shown["title"], shown["source"], shown["statement"]]
    said += [f"{one['name']}" for one in shown["symbols"]]
    said += [one["meaning"] for one in shown["symbols"]]
    said += [one["statement"] for one in shown["hypotheses"]]
    said += [one["words"] for one in shown["rests_on"]]
    for erratum in shown["errata"]:
        said += [erratum[name] for name in ("printed", "correct", "why", "counterexample")]
    for claim in shown["claims"]:
        said += [f"#{claim['name']} ({claim['kind']})", claim["statement"], claim["because"]]
        said += [f"expected: {claim['expected']}", claim["check"]["replicate"]]
        said += [f"{role} = {value}" for role, value in claim["expressions"].items()]
        said += [mutant["mutation"] for mutant in claim["mutants"]] + claim["routes"]
        said += [f"({claim['check']['place']})"]
    assert [one for one in said if words(plain(one)) not in text] == []
    assert shown["paper"]["key"] == "xing2021"


def test_a_claim_has_its_words_and_its_formula(shown):
    (with_sign,) = [one for one in shown["claims"] if one["name"] == "with-sign"]
    assert set(with_sign["expressions"]) == {"left", "at_most", "scale"}
    assert r"\leq" in with_sign["formula"]
    text = call("show", f"{EXAMPLE}#with-sign")
    assert words(plain(f"${with_sign['formula']}$")) in words(text)
    assert not set("\\$") & set(text)
    assert "sign(r)" in with_sign["expressions"]["at_most"]


def test_a_claim_that_no_cell_checks_within_its_regime_says_so(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("own.py").write_text(files.OUTSIDE)
    lines = call("show", "own.py").splitlines()
    assert "#small (deterministic)  checked outside its regime by 10^11" in lines
    assert "  no cell meets: the network is wide" in lines
    assert "#sum (derivation)" in lines
    (shown,) = json.loads(call("show", "own.py", "--json"))["theorems"]
    by_name = {one["name"]: one["outside_regime"] for one in shown["claims"]}
    assert by_name["small"]["margins"] == {"the network is wide": pytest.approx(1e-11)}
    assert by_name["sum"] is None


def test_one_claim_can_be_shown_alone():
    (one,) = json.loads(call("show", f"{EXAMPLE}#with-sign", "--json"))["theorems"]
    assert [claim["name"] for claim in one["claims"]] == ["with-sign"]


def test_places_are_lines_of_files_of_this_package_where_a_check_begins(shown):
    for claim in shown["claims"]:
        file, _, line = claim["check"]["place"].partition(":")
        text = (ROOT / file).read_text().splitlines()[int(line) - 1]
        assert not Path(file).is_absolute() and text.startswith(("@check", "def "))


def test_the_place_of_a_theorem_is_the_line_on_which_it_begins(shown):
    file, _, line = shown["place"].partition(":")
    text = (ROOT / file).read_text().splitlines()
    assert "heorem(" in text[int(line) - 1] and shown["place"] in call("show", EXAMPLE)


def test_every_symbol_says_what_it_means(shown):
    assert [one["name"] for one in shown["symbols"] if not one["meaning"]] == []


def test_generated_mutants_are_counted_and_not_listed(shown):
    assert sum(claim["generated_mutants"] for claim in shown["claims"]) > 0
    assert "that are generated" in call("show", EXAMPLE)


def test_places_of_ones_own_file_are_seen_from_the_working_directory(tmp_path, monkeypatch):
    (tmp_path / "own.py").write_text(files.OWN)
    monkeypatch.chdir(tmp_path)
    for folder, name in (
        (tmp_path, "own.py"),
        (tmp_path.parent, f"{tmp_path.name}/own.py"),
        (ROOT, "own.py"),
    ):
        monkeypatch.chdir(folder)
        (one,) = json.loads(call("show", str(tmp_path / "own.py"), "--json"))["theorems"]
        assert one["claims"][0]["check"]["place"].startswith(f"{name}:")


def test_no_absolute_path_is_shown_of_anything_that_is_built_in():
    registry = load_registry()
    said = json.dumps([facts(registry, one) for one in registry.theorems.values()])
    assert str(ROOT) not in said and "generated_mutants" in said


def test_brackets_of_a_formula_are_no_markup_of_the_terminal(tmp_path, monkeypatch):
    from verify.showing.rows import Rows, as_text

    monkeypatch.chdir(tmp_path)
    formula = r"$E\left[x\right]=[a]$ on [/b]"
    assert formula in as_text(Rows(("claim", "statement"), [("a", formula)]))
    assert "E[l(x+A_ε)]" in call("list", "xing2021/equation-5")
    assert "E[l(x+A_ε)]" in call("show", "xing2021/equation-5")


@pytest.mark.parametrize("columns", [60, 80])
def test_it_is_as_wide_as_columns_says_and_no_line_ends_in_spaces(monkeypatch, columns):
    monkeypatch.setenv("COLUMNS", str(columns))
    lines = call("show", EXAMPLE).splitlines()
    assert columns / 2 < max(map(cell_len, lines)) <= columns
    assert all(line == line.rstrip() for line in lines)


def test_what_is_not_checked_says_why_once():
    shown = " ".join(call("show", "gao2019/lemma-C.2#coefficients").split())
    assert shown.count("the constants are not named") == 1
    assert "not checked" in shown and "checked by" not in shown and "of_kind" not in shown


def test_symbols_for_which_a_derivation_puts_in_values_say_what_they_are():
    assert "D: degree of the polynomial" in call("show", "zhang2020/theorem-5.3#coefficients")


def test_the_cells_of_a_claim_are_shown_or_their_ranges_if_they_are_many():
    few, many = "gao2019/corollary-C.1#fits", "wang2022/lemma-B.7#slope"
    assert "1 cell: m = 64" in call("show", few) and "epsilon = 0.6" in call("show", few)
    text = words(call("show", many))
    assert words("10 cells, at all C_0 = 10: m = 500 to 40500 (10 values); d = 2 to 7") in text


def test_a_tolerance_says_of_what():
    text = words(call("show", "wang2022/theorem-3.1#certified"))
    assert words("tolerance 0.05 of the bound, or of one minus the bound if that is less") in text
