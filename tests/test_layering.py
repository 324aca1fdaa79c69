"""What imports what: the statements and the simulations know nothing of each other."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import bounds
import sim
import verify

OURS = {"bounds", "sim", "verify"}


def imported(file: Path) -> set[str]:
    """Top-level packages of ours that a file imports."""
    found = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            found.add(node.module.partition(".")[0])
    return found & OURS


@pytest.mark.parametrize(("package", "allowed"), [
    (bounds, {"bounds"}), (sim, {"sim"}), (verify, OURS)])
def test_layers(package, allowed):
    (folder,) = package.__path__
    files = list(Path(folder).rglob("*.py"))
    assert files
    wrong = {str(file): imported(file) - allowed for file in files if imported(file) - allowed}
    assert not wrong


def test_only_checks_and_figures_import_simulations():
    (folder,) = verify.__path__
    users = {
        file.relative_to(folder).parts[0] for file in Path(folder).rglob("*.py")
        if "sim" in imported(file)}
    assert users <= {"checks", "figures"}


def test_the_simulations_run_without_the_statements():
    code = (
        "import sys, pkgutil, importlib, sim\n"
        "for m in pkgutil.walk_packages(sim.__path__, 'sim.'): importlib.import_module(m.name)\n"
        "assert not {'bounds', 'verify', 'sympy'} & set(sys.modules), 'not on its own'"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=300)


@pytest.mark.parametrize("arguments", [["--help"], ["--version"], ["run", "--help"], ["run"]])
def test_help_does_not_wait_for_heavy_packages(arguments):
    code = (
        "import sys\n"
        "from verify.command_line import main\n"
        f"try: main({arguments!r})\n"
        "except SystemExit: pass\n"
        "heavy = {'sympy', 'scipy', 'matplotlib', 'numpy', 'rich', 'joblib'} & set(sys.modules)\n"
        "assert not heavy, heavy"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=300, capture_output=True)


def test_listing_does_not_import_what_draws_or_computes():
    code = (
        "import sys\n"
        "from verify.command_line import main\n"
        "try: main(['list', '--json'])\n"
        "except SystemExit: pass\n"
        "assert 'matplotlib' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=300, capture_output=True)


def test_the_public_names_are_importable_and_listed():
    for package in (bounds, verify):
        assert sorted(package.__all__, key=str.lower) or package.__all__
        for name in package.__all__:
            assert getattr(package, name) is not None
    assert set(dir(verify)) >= set(verify.__all__)
    with pytest.raises(AttributeError, match="has no attribute 'nothing'"):
        _ = verify.nothing
