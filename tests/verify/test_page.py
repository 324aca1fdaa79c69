"""`verify report`: everything is there under its address, nothing is drawn, nobody is trusted."""

import base64
import hashlib
import json
import random
import re
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner
from test_damage import mutated

import files
from reading import Page
from verify import load, run
from verify.catalogue.registry import load_registry
from verify.command_line import main
from verify.errors import UserError
from verify.evidence.settings import Settings
from verify.evidence.store import Store
from verify.runner import Silent, recall_claims
from verify.showing.page.content import address, label, sections

PRINTED = files.theorem_file(
    'Inequality("size", "y", at_most=2, printed=Printed(at_most=1, why="one is $<2$", '
    'counterexample="y = 1.5"))',
    'return {"y": 1 + rng.random(n)}',
    binding="cells=[dict(x=1.0)], block=4096, first=32768, quick=2",
    head="from bounds.claim import Printed",
)


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("THEORYCHECK_CACHE", str(tmp_path / "cache"))  # other tests attack it, too
    Path("several.py").write_text(files.SEVERAL)
    return tmp_path


def verify(*arguments) -> str:
    """Call the command line; return what it printed."""
    result = CliRunner().invoke(main, list(arguments), catch_exceptions=False)
    assert result.exit_code in (0, 1, 3), result.output
    return result.output


def written(*arguments) -> Page:
    verify("report", *arguments, "-o", "out.html")
    return Page(Path("out.html").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def usual(tmp_path_factory) -> str:
    """The page of a run of every claim, as it is written."""
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(tmp_path_factory.mktemp("usual"))
        patch.setenv("THEORYCHECK_CACHE", "cache")
        Path("several.py").write_text(files.SEVERAL)
        run("several.py", jobs=1)
        verify("report", "several.py", "-o", "out.html")
        return Path("out.html").read_text(encoding="utf-8")


CLAIMS = ("mean", "wrong", "rare", "positive")
ALGEBRA = ("square", "false", "far")


def test_every_claim_stands_under_its_permanent_address(usual):
    page = Page(usual)
    expected = [f"several/theorem-1/{name}" for name in CLAIMS]
    expected += [f"several/lemma-2/{name}" for name in ALGEBRA]
    assert [name for name in page.ids if name.count("/") == 2] == expected
    assert {"several/theorem-1", "several/lemma-2"} <= set(page.ids)
    assert len(set(page.ids)) == len(page.ids)


def test_every_link_leads_somewhere_in_the_page(usual):
    page = Page(usual)
    links = page.values("href")
    assert len(links) > 10 and all(link.startswith("#") for link in links)
    assert {link[1:] for link in links} <= set(page.ids)


@pytest.mark.parametrize(
    ("name", "where"),
    [
        ("wang2022/lemma-B.5#rate", "wang2022/lemma-B.5/rate"),
        ("a b#<c>", "a%20b/%3Cc%3E"),
        ('x"y', "x%22y"),
    ],
)
def test_an_address_is_the_id_itself_as_far_as_that_can_be(name, where):
    assert address(name) == where


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("wang2022/lemma-B.5#rate", "Lemma B.5"),
        ("wang2022/lemma-B.8-moments", "Lemma B.8-moments"),
        ("wang2022/proof-theorem-3.1", "Proof of Theorem 3.1"),
        ("xing2021/proof-2-descent", "Proof 2-descent"),
        ("odd", "Odd"),
        (f"odd/{'proof-' * 9}", f"Proof of Proof {'proof-' * 7}"),
    ],
)
def test_a_statement_is_called_as_one_says_it(name, words):
    assert label(name) == words


def test_verdicts_from_the_store_are_those_of_the_run_and_nothing_is_drawn(here):
    report = run("several.py", jobs=1)
    before = Path(".verify/replicates.sqlite").read_bytes()
    context = report.context
    items = [item for theorem in context.registry.theorems.values() for item in theorem]
    own = [item for item in items if item.id.startswith("several/")]
    again = recall_claims(context.registry, own, Settings(), Silent())
    one, other = (report.to_dict()["claims"] for report in (report, again))
    assert [c | {"seconds": 0} for c in one] == [c | {"seconds": 0} for c in other]
    assert Path(".verify/replicates.sqlite").read_bytes() == before


def test_what_is_not_in_the_store_is_said_with_the_command_that_computes_it(here):
    page = written("several.py")
    command = "verify run several.py 'several/theorem-1#mean' --budget quick"
    assert f"Not in the store. {command} computes it." in page.text
    with Store(".verify") as store:
        assert not store.costs("several/moments", "", 0)
    assert "plot" not in page.values("class")
    verify("run", "several.py", "--jobs", "1")
    page = written("several.py")
    assert "Not in the store" not in page.text and page.values("class").count("plot") == 4


def test_the_commands_of_a_page_go_on_with_its_run(here):
    claim = "several.py 'several/theorem-1#mean'"
    page = written("several.py", "--seed", "3", "--alpha", "0.02")
    assert f"verify mutants {claim} --budget quick --seed 3 --alpha 0.02" in page.text
    assert "Not available with parameters" not in page.text
    how = Settings(seed=3, alpha=0.02, as_far={"several/theorem-1#mean": 2048}, store="mine")
    registry = load_registry((str(here / "several.py"),))
    (section,) = sections(registry, how, list(registry.theorem("several/theorem-1")), (), {})
    commands = {entry.name: (entry.command, entry.explain) for entry in section.entries}
    run_, explain = commands["mean"]
    assert run_.endswith("#mean' --replicates 2048 --store mine --seed 3 --alpha 0.02")
    assert explain.endswith("#mean' --store mine")
    run_, explain = commands["rare"]
    assert run_.endswith("#rare' --budget quick --store mine --seed 3 --alpha 0.02")
    assert explain.endswith("#rare' --budget quick --store mine")


def test_no_attack_is_offered_that_takes_no_changed_parameters(here):
    page = written("several.py", "--set", "sigma=0.5")
    assert "#wrong' --budget quick --set sigma=0.5" in page.text
    assert "verify mutants" not in page.text and "Not computed: verify" not in page.text
    words = "Not available with parameters that were changed (--set): mutants, sharpness, sabotage"
    assert words in page.text


def test_an_interrupted_run_is_shown_as_far_as_it_came(here):
    """The first look alone is in the store: its verdicts are shown, open or not."""
    registry = run("several.py", jobs=1).context.registry
    shutil.rmtree(".verify")
    check = registry.checks["several/moments"]
    from verify.evidence.gathering import Evidence
    from verify.evidence.workers import Workers

    with Store(".verify") as store, Workers[None]("loky", 1) as workers:
        positions = [k for k, cell in enumerate(check.cells) if cell["d"] < 100]
        Evidence(check, store, 0, positions=positions).draw(check.size(0), workers)
    items = list(registry.theorem("several/theorem-1"))
    report = recall_claims(registry, items, Settings(), Silent())
    assert {verdict.replicates for verdict in report} == {check.size(0)}
    assert "undecided" in {verdict.verdict for verdict in report}


def test_attacks_are_shown_once_they_were_made_and_until_something_changes(here):
    run("several.py", jobs=1)
    page = written("several.py")
    for attack in ("mutants", "sharpness", "sabotage"):
        assert f"verify {attack} several.py 'several/theorem-1#rare'" in page.text
        verify(attack, "several.py", "--budget", "quick", "--jobs", "1")
    page = written("several.py")
    assert "Not computed" not in page.text
    assert "the square is lost: caught" in page.text
    assert "twice the variance: equivalent (the same)" in page.text
    assert "What the evidence pins (sharpness)" in page.text
    assert re.search(r"times 1.05: (noticed|holds|undecided)", page.text)
    Path("several.py").write_text(files.SEVERAL.replace("d * s, expected", "d * s / 2, expected"))
    assert "the square is lost: caught" not in written("several.py").text


def test_an_erratum_is_told_with_its_counter_example_and_its_correction(here):
    Path("printed.py").write_text(PRINTED)
    run("printed.py", jobs=1)
    page = written("printed.py")
    story = page.text[page.text.index("Printed y ≤ 1") :]
    assert re.match(r"Printed y ≤ 1 ✗ false as printed #size-as-printed But one is < 2 ", story)
    assert "Counter-example y = 1.5" in story and "Found here at x = 1" in story
    assert re.search(r"Corrected y ≤ 2 ✓ holds #size", story)
    assert "✎ holds as corrected" in page.text
    assert "verify run" in page.text and "To see it again:" in page.text


def test_a_status_is_passed_on_along_what_rests_on_it(here):
    wrong = 'equals=d * s, expected="broken", because="no square"'
    head = files.SEVERAL.replace(wrong, "equals=d * s")
    head += '\nuser = Theorem(id="several/theorem-3", statement="s", uses=["several/theorem-1"],'
    head += ' claims=[Derivation("own", left=d + d, equals=2 * d)])\n'
    Path("chain.py").write_text(head)
    report = run("chain.py", jobs=1)
    assert report["several/theorem-1#wrong"].is_unexpected
    page = written("chain.py")
    assert "⚠ rests on Theorem 1, which is broken" in page.text
    labels = page.values("aria-label")
    assert "Theorem 1: broken" in labels
    assert "Theorem 3: rests on Theorem 1, which is broken" in labels
    assert page.tags["path"] > 0 and "edge" in page.values("class")


def test_what_holds_outside_its_regime_is_not_marked_like_what_holds(here):
    Path("own.py").write_text(files.OUTSIDE)
    run("own.py", jobs=1)
    page = written("own.py")
    assert page.text.count("◐ holds, outside its regime by 10^11") == 2  # the lemma and the claim
    badges = [one for one in page.values("class") if one.startswith("badge")]
    assert badges.count("badge holds") == 1  # what algebra proves
    assert "◐ holds outside its regime" in page.text  # the overview


def test_the_page_needs_nothing_else_and_runs_no_script_but_its_own(usual):
    page = Page(usual)
    assert not re.search(r"(src|href|url)\s*[=(]\s*[\"']?(https?:)?//", usual)
    (script,) = page.scripts
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    (policy,) = [v for t, n, v in page.attributes if t == "meta" and "default-src" in v]
    assert f"script-src 'sha256-{digest}'" in policy and "default-src 'none'" in policy


IMAGE = "<img src=x onerror=alert(1)>"


def hostile(data):
    """A report in which every text that may be anything is an attempt to get a script in."""
    attempts = [
        IMAGE,
        '"><script>alert(1)</script>',
        r"$\text{<script>alert(1)</script>}$ `<b onclick=alert(1)>`",
        r"$\href{javascript:alert(1)}{x}$",
        "javascript:alert(1)",
        "{{ 7 * 7 }}{% raw %}",
        "</style><svg onload=alert(1)>",
    ]
    fixed = {"verdict", "expected", "status", "budget", "kind", "theorem"}

    def replaced(value, key, number):
        if isinstance(value, dict):
            return {k: replaced(v, k, number) for k, v in value.items()}
        if isinstance(value, list):
            return [replaced(one, key, number + k) for k, one in enumerate(value)]
        return (
            attempts[number % len(attempts)]
            if isinstance(value, str) and key not in fixed
            else value
        )

    for number, claim in enumerate(data["claims"]):
        theorem = f"{attempts[number % len(attempts)]}/theorem-{number}"
        claim |= replaced(claim, "", number)
        claim["theorem"], claim["id"] = (
            theorem,
            f"{theorem}#{attempts[(number + 1) % len(attempts)]}",
        )
        claim["kind"] = attempts[number % len(attempts)]
        claim["margins"] = {IMAGE: 0.5}
        claim["counterexample"] = {"parameters": {IMAGE: IMAGE}, "seed": IMAGE, "command": IMAGE}
        claim["rests_on"] = [{"id": IMAGE, "status": "broken", "path": [IMAGE, IMAGE]}]
    return replaced(data, "", 0) | {"claims": data["claims"]}


def test_a_stranger_s_report_is_shown_and_brings_no_markup(here, usual):
    data = json.loads(run("several.py", jobs=1).to_json())
    harmless = Page(usual)
    Path("odd.json").write_text(json.dumps(hostile(data)))
    page = written("--from", "odd.json")
    assert page.tags["script"] == 1 and page.scripts == harmless.scripts
    assert not {"img", "iframe", "object", "link"} & page.tags.keys()
    assert not any(name.startswith("on") for _, name, _ in page.attributes)
    assert all(link.startswith("#") for link in page.values("href"))
    assert len(page.values("data-kind")) == len(data["claims"])
    assert len(set(page.ids)) == len(page.ids)
    assert "{{ 7 * 7 }}" in page.text


def test_mutated_reports_are_refused_in_a_line_or_shown_whole(here):
    data, refused = json.loads(run("several.py", jobs=1).to_json()), 0
    for seed in range(60):
        Path("odd.json").write_text(json.dumps(mutated(data, random.Random(seed))))
        try:
            odd = load("odd.json")
        except UserError:
            refused += 1
            continue
        page = Page(odd.to_html())
        assert len(page.values("data-kind")) == len(odd) and page.tags["script"] == 1
    assert 5 < refused < 60


def test_a_report_without_its_replicates_says_so(here):
    run("several.py", jobs=1).to_json("a.json")
    page = written("--from", "a.json", "--store", "elsewhere")
    assert "The replicates of" in page.text or "plot" not in page.values("class")
    assert len(page.values("data-kind")) == 7


def test_a_table_for_notebooks_says_the_same(here):
    report = run("several.py", jobs=1)
    page = Page(report._repr_html_())
    assert page.tags["tr"] == len(report) + 1
    assert all(verdict.id in page.text for verdict in report)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["gao2019", "--from", "a.json"], "give ids or --from, not both"),
        (["gao2091"], "Did you mean gao2019"),
        (["--from", "none.json"], "cannot be read"),
        (["several.py", "-o", "several.py/x.html"], "cannot be written"),
    ],
)
def test_a_wrong_call_gets_one_line(here, arguments, words):
    result = CliRunner().invoke(main, ["report", *arguments])
    assert result.exit_code == 2
    assert words in result.output and result.output.count("\n") == 1
