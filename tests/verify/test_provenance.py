"""A report says what reproduces it: what was set, the user's files, the platform, the versions."""

import hashlib
import importlib.metadata
import json
import platform
from pathlib import Path

import pytest
from click.testing import CliRunner

import files
from verify import load, run
from verify.command_line import main
from verify.loading import load_report


@pytest.fixture(autouse=True)
def own(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("own.py").write_text(files.COARSE)


def call(*arguments):
    result = CliRunner().invoke(main, list(arguments))
    assert result.exception is None or isinstance(result.exception, SystemExit)
    return result


def test_the_json_names_what_was_set_the_files_the_platform_and_the_versions():
    data = json.loads(call("run", "own.py", "--set", "sigma=0.25", "--json", "-").stdout)
    assert data["set"] == {"sigma": 0.25}
    assert data["files"] == [
        {"name": "own.py", "hash": hashlib.sha256(Path("own.py").read_bytes()).hexdigest()}
    ]
    assert data["platform"]["system"] == platform.system()
    assert set(data["platform"]) == {"system", "machine", "python"}
    assert set(data["versions"]) == {"python", "numpy", "scipy", "sympy", "python-flint"}
    for name in set(data["versions"]) - {"python"}:
        assert data["versions"][name] == importlib.metadata.version(name)


def test_without_settings_and_files_both_are_empty():
    report = run("xing2021/equation-5#expectation")
    assert report.to_dict()["set"] == {} and report.to_dict()["files"] == []


def test_no_path_of_this_machine_is_in_the_head_of_a_report(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path.parent)
    data = run(tmp_path / "own.py", store=tmp_path / "store").to_dict()
    assert [file["name"] for file in data["files"]] == [f"{tmp_path.name}/own.py"]
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)
    data = run(tmp_path / "own.py", store=tmp_path / "store").to_dict()
    assert [file["name"] for file in data["files"]] == ["own.py"]


def test_a_report_that_is_read_back_still_speaks_of_the_changed_values():
    run("own.py", set={"sigma": 0.25}, jobs=1).to_json("a.json")
    report = load_report("a.json")
    assert dict(report.set) == {"sigma": 0.25} and report.context.settings.overrides == report.set
    assert json.loads(report.to_json()) == json.loads(Path("a.json").read_text())
    assert "sigma = 0.25" in str(report) and "sigma = 0.25" not in str(run("own.py", jobs=1))


def test_a_report_from_before_these_fields_can_be_read_and_compared():
    run("own.py", jobs=1).to_json("new.json")
    data = json.loads(Path("new.json").read_text())
    for name in ("set", "files", "platform"):
        del data[name]
    for claim in data["claims"]:
        del claim["rests_on"]
    Path("old.json").write_text(json.dumps(data))
    assert load("old.json")["norm"].rests_on == ()
    result = call("diff", "old.json", "new.json")
    assert result.exit_code == 0 and "verdict" not in result.stdout.replace("verdicts", "")


def test_a_difference_names_what_was_set_and_which_file_changed():
    call("run", "own.py", "--json", "a.json")
    Path("own.py").write_text(files.COARSE + "\n# a remark\n")
    call("run", "own.py", "--json", "b.json", "--set", "sigma=0.25")
    text = call("diff", "a.json", "b.json").stdout
    assert "(set sigma)" in text and "0.25" in text and "(own.py)" in text


def test_a_dry_run_speaks_of_the_changed_values():
    text = call("run", "own.py", "--dry-run", "--set", "sigma=0.25").stdout
    assert "sigma = 0.25" in text
