"""What a statement rests on: computed along `uses`, as it is corrected where that is enough."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from bounds import Identity, Theorem
from verify.catalogue.registry import Registry
from verify.command_line import main
from verify.judging.status import Support, expected, rests_on

PRINTED = dict(expected="broken", because="it is false as printed")


def theorem(name, *claims, uses=()):
    """A theorem whose claims are ``"a"`` or, expected to be broken, ``"a-as-printed"``."""
    made = [
        Identity(one, observable="y", equals=1, **(PRINTED if one.endswith("printed") else {}))
        for one in claims or ("a",)
    ]
    return Theorem(
        id=f"own/{name}", statement="", claims=made, uses=[f"own/{used}" for used in uses]
    )


def support(*theorems, of=-1, **verdicts):
    """What one of some theorems rests on; claims hold as expected unless a verdict is given."""
    registry = Registry()
    for one in theorems:
        registry.add_theorem(one)

    def verdict_of(item):
        name = item.id.removeprefix("own/").replace("#", "_").replace("-", "_")
        return verdicts.get(name, expected(item))

    return rests_on(registry, theorems[of], verdict_of)


def only(*theorems, **more):
    (one,) = support(*theorems, **more)
    return one


USER = theorem("theorem-9", uses=["lemma-4"])


@pytest.mark.parametrize(
    ("claims", "verdicts", "status"),
    [
        (("a", "b"), {}, "holds"),
        (("a", "b"), {"lemma_4_b": "undecided"}, "undecided"),
        (("a", "b"), {"lemma_4_b": None}, "not run"),
        (("a", "b"), {"lemma_4_b": "broken"}, "broken"),
        (("a", "b"), {"lemma_4_a": None, "lemma_4_b": "broken"}, "broken"),
        (("a", "b"), {"lemma_4_b": "not applicable"}, "holds"),
        (("a",), {"lemma_4_a": "not applicable"}, "not applicable"),
        (("a-as-printed", "a-corrected"), {}, "as corrected"),
        (("a-as-printed", "a-corrected"), {"lemma_4_a_corrected": "undecided"}, "undecided"),
        (("a-as-printed", "a-corrected"), {"lemma_4_a_corrected": "not applicable"}, "broken"),
        (("a-as-printed", "a-corrected"), {"lemma_4_a_corrected": "broken"}, "broken"),
        (("a-as-printed", "a-corrected"), {"lemma_4_a_corrected": None}, "not run"),
        (("a-as-printed", "a-corrected"), {"lemma_4_a_as_printed": None}, "not run"),
        (("a-as-printed", "a-corrected"), {"lemma_4_a_as_printed": "holds"}, "holds"),
        (("a-as-printed", "a-corrected"), {"lemma_4_a_as_printed": "undecided"}, "undecided"),
        (("a-as-printed",), {}, "broken"),
    ],
)
def test_a_used_statement_has_the_status_of_its_claims(claims, verdicts, status):
    found = only(theorem("lemma-4", *claims), USER, **verdicts)
    assert (found.id, found.status, found.path) == ("own/lemma-4", status, ())
    assert found.is_warning == (status == "broken")


def test_the_corrected_form_is_used_without_a_warning_and_says_so():
    found = only(theorem("lemma-4", "a-as-printed", "a-corrected"), USER)
    assert found.words("own") == "uses lemma-4 as corrected" and not found.is_warning


def test_who_names_the_printed_claim_needs_it():
    lemma = theorem("lemma-4", "a-as-printed", "a-corrected")
    found = only(lemma, theorem("theorem-9", uses=["lemma-4#a-as-printed"]))
    assert found.status == "broken" and found.is_warning
    assert found.words("own") == "rests on a broken lemma-4#a-as-printed"
    assert only(lemma, theorem("theorem-9", uses=["lemma-4#a-corrected"])).status == "holds"


def test_a_broken_statement_below_another_is_named_with_the_path():
    chain = [
        theorem("lemma-1", "a-as-printed"),
        theorem("lemma-2", uses=["lemma-1"]),
        theorem("lemma-3", uses=["lemma-2"]),
        theorem("theorem-9", uses=["lemma-3", "lemma-1"]),
    ]
    through, directly = support(*chain)
    assert through == Support(
        "own/lemma-3", "rests on broken", ("own/lemma-3", "own/lemma-2", "own/lemma-1")
    )
    assert through.words("own") == "rests on a broken lemma-1, through lemma-3 and lemma-2"
    assert directly.status == "broken" and through.is_warning


def test_what_is_used_as_corrected_breaks_nothing_further_up():
    chain = [
        theorem("lemma-1", "a-as-printed", "a-corrected"),
        theorem("lemma-2", uses=["lemma-1"]),
        theorem("theorem-9", uses=["lemma-2"]),
    ]
    assert only(*chain).status == "holds"
    needed = [
        chain[0],
        theorem("lemma-2", uses=["lemma-1#a-as-printed"]),
        theorem("theorem-9", uses=["lemma-2"]),
    ]
    assert only(*needed).path == ("own/lemma-2", "own/lemma-1#a-as-printed")


def test_something_broken_below_is_seen_through_what_was_not_run():
    chain = [
        theorem("lemma-1", "a"),
        theorem("lemma-2", uses=["lemma-1"]),
        theorem("theorem-9", uses=["lemma-2"]),
    ]
    found = only(*chain, lemma_1_a="broken", lemma_2_a=None)
    assert found.status == "rests on broken"


def test_circles_end():
    circle = [
        theorem("lemma-1", uses=["lemma-1", "lemma-3"]),
        theorem("lemma-2", uses=["lemma-1"]),
        theorem("lemma-3", uses=["lemma-2"]),
    ]
    assert {one.status for one in support(*circle)} == {"holds"}
    assert {one.status for one in support(*circle, of=0)} == {"holds"}
    found = only(*circle, lemma_1_a="broken")
    assert found.path == ("own/lemma-2", "own/lemma-1")


def test_a_name_that_nothing_has_is_said_to_be_unknown():
    found = only(theorem("theorem-9", uses=["lemma-404"]))
    assert found.status == "unknown" and "nothing is known" in found.words("own")


def test_an_alias_stands_for_its_statement():
    lemma = Theorem(
        id="own/lemma-4",
        statement="",
        aliases=["own/remark-4"],
        claims=[Identity("a", observable="y", equals=1)],
    )
    assert only(lemma, theorem("theorem-9", uses=["remark-4"]), lemma_4_a="broken").is_warning


def test_plain_data_reads_back():
    for one in (
        Support("a/lemma-1", "holds"),
        Support("a/lemma-1", "rests on broken", ("a/lemma-1", "a/lemma-2")),
    ):
        assert Support.from_dict(json.loads(json.dumps(one.to_dict()))) == one


FILE = """\
from bounds import Derivation, Identity, Theorem
import sympy as sp
x = sp.Symbol("x", positive=True)
lemma = Theorem(id="own/lemma-1", statement="A square.", claims=[
    Derivation("square-as-printed", left=(x + 1)**2, equals=x**2 + 1, expected="broken",
               because="the middle term is lost"),
    Derivation("square-corrected", left=(x + 1)**2, equals=x**2 + 2*x + 1)])
alone = Theorem(id="own/lemma-2", statement="No square.", claims=[
    Derivation("square-as-printed", left=(x + 1)**2, equals=x**2, expected="broken",
               because="nothing is right")])
theorem = Theorem(id="own/theorem-3", statement="It follows.", uses=["own/lemma-1", "own/lemma-2"],
    claims=[Derivation("follows", left=x + x, equals=2*x)])
last = Theorem(id="own/theorem-4", statement="And so.", uses=["own/theorem-3"],
    claims=[Derivation("follows", left=x + x + x, equals=3*x)])
"""


@pytest.fixture
def own(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("own.py").write_text(FILE)


def call(*arguments):
    result = CliRunner().invoke(main, list(arguments))
    assert result.exception is None or isinstance(result.exception, SystemExit)
    return result


def test_show_speaks_of_the_expected_verdicts(own):
    text = call("show", "own.py").stdout
    assert "uses lemma-1 as corrected" in text and "rests on a broken lemma-2" in text
    assert "rests on a broken lemma-2, through theorem-3" in " ".join(text.split())
    shown = json.loads(call("show", "own.py", "--json").stdout)["theorems"]
    assert [one["status"] for one in shown[2]["rests_on"]] == ["as corrected", "broken"]


def test_a_run_speaks_of_its_own_verdicts(own):
    result = call("run", "own.py", "--json", "report.json")
    claims = {one["id"]: one for one in json.loads(Path("report.json").read_text())["claims"]}
    assert claims["own/theorem-3#follows"]["rests_on"] == [
        {"id": "own/lemma-1", "status": "as corrected"},
        {"id": "own/lemma-2", "status": "broken"},
    ]
    assert claims["own/theorem-4#follows"]["rests_on"] == [
        {
            "id": "own/theorem-3",
            "status": "rests on broken",
            "path": ["own/theorem-3", "own/lemma-2"],
        }
    ]
    assert claims["own/lemma-1#square-corrected"]["rests_on"] == []
    assert "own/theorem-3: uses lemma-1 as corrected; rests on a broken lemma-2" in result.stdout
    assert "rests on a broken lemma-2, through theorem-3" in result.stdout
    assert result.exit_code == 0, "a warning is no verdict"


def test_what_a_run_leaves_out_is_not_run(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("own.py").write_text(FILE)
    Path("two.py").write_text(
        "from bounds import *\nimport sympy as sp\nx = sp.Symbol('x')\n"
        "t = Theorem(id='two/theorem-1', statement='', uses=['own/lemma-1', 'xing2021/lemma-4'],"
        " claims=[Derivation('d', left=x + x, equals=2*x)])\n"
    )
    data = json.loads(call("run", "two.py", "--json", "-").stdout)
    assert data["claims"][0]["rests_on"] == [
        {"id": "own/lemma-1", "status": "unknown"},
        {"id": "xing2021/lemma-4", "status": "not run"},
    ]


def test_no_status_of_the_registry_is_unknown_or_broken():
    from verify.catalogue.registry import load_registry

    registry = load_registry()
    wrong = {
        theorem.id: [
            one.words()
            for one in rests_on(registry, theorem, expected)
            if one.is_warning or one.status == "unknown"
        ]
        for theorem in registry.theorems.values()
    }
    assert {name: words for name, words in wrong.items() if words} == {}
