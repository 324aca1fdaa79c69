"""What imports what: the statements and the simulations know nothing of each other.

Every import counts, also one inside a function and one for type checking only.
"""

import ast
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

import bounds
import sim
import verify
from verify.catalogue.kinds import KINDS
from verify.evidence.cache import VARIABLE

OURS = {"bounds", "sim", "verify"}

LAYERS = (
    "words",
    "errors",
    "plugins",
    "provenance",
    "catalogue",
    "evidence",
    "judging",
    "probing",
    "showing",
    "probe_reports",
    "report",
    "runner",
    "command_line",
)
"""Parts of `verify`; each may import itself and what stands before it."""

BESIDE = {
    "checks": {"checks", "catalogue"},
    "figures": {"figures", "checks", "errors", "catalogue", "evidence", "showing"},
    "loading": {*LAYERS[: LAYERS.index("runner")]},
    "pytest_plugin": set(),
    "strategies": {"probing"},
    "testing": {"catalogue", "probing"},
}
"""Parts beside the order, and what of `verify` they may import."""


def folder(package) -> Path:
    (path,) = package.__path__
    return Path(path)


def files(package) -> list[Path]:
    return sorted(folder(package).rglob("*.py"))


def module(file: Path) -> str:
    """The dotted name of a file of one of our packages."""
    parts = file.relative_to(folder(verify).parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@cache
def imports(file: Path) -> frozenset[str]:
    """Dotted names that a file imports, wherever the import stands."""
    found = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            assert node.level == 0, f"{file}: a relative import"
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return frozenset(found)


def imported(file: Path) -> set[str]:
    """Top-level packages of ours that a file imports."""
    return {name.partition(".")[0] for name in imports(file)} & OURS


def parts(file: Path) -> set[str]:
    """Parts of `verify` that a file imports; what `verify` itself offers is everything."""
    ours = [name.split(".") for name in imports(file) if name.split(".")[0] == "verify"]
    known = {*LAYERS, *BESIDE}
    return {names[1] if len(names) > 1 and names[1] in known else "verify" for names in ours}


@pytest.mark.parametrize(
    ("package", "allowed"), [(bounds, {"bounds"}), (sim, {"sim"}), (verify, OURS)]
)
def test_layers(package, allowed):
    assert files(package)
    wrong = {str(file): extra for file in files(package) if (extra := imported(file) - allowed)}
    assert not wrong


def test_only_checks_and_figures_import_simulations():
    users = {
        file.relative_to(folder(verify)).parts[0]
        for file in files(verify)
        if "sim" in imported(file)
    }
    assert users <= {"checks", "figures"}


def test_the_parts_of_verify_import_only_what_stands_below_them():
    wrong = {}
    for file in files(verify):
        part = Path(file.relative_to(folder(verify)).parts[0]).stem
        if part in LAYERS:
            allowed = {*LAYERS[: LAYERS.index(part) + 1]}
            if part == "command_line":
                allowed |= {"figures", "loading"}
        elif part in BESIDE:
            allowed = BESIDE[part]
        else:
            assert part == "__init__", f"{file} has no place in the order"
            continue
        if extra := parts(file) - allowed:
            wrong[module(file)] = extra
    assert not wrong


def test_no_file_is_longer_than_500_lines():
    lines = {
        module(file): len(file.read_text(encoding="utf-8").splitlines())
        for package in (bounds, sim, verify)
        for file in files(package)
    }
    assert {name: length for name, length in lines.items() if length > 500} == {}


def test_no_file_imports_itself_over_others():
    """The graph of files has no circle; a package that is imported stands for its __init__."""
    names = {module(file): file for package in (bounds, sim, verify) for file in files(package)}
    edges = {}
    for name, file in names.items():
        targets = set()
        for target in imports(file):
            while target and target not in names:
                target = target.rpartition(".")[0]
            if target and target != name:
                targets.add(target)
        edges[name] = targets
    done, way = set(), []

    def visit(name):
        if name in way:
            raise AssertionError(" -> ".join([*way[way.index(name) :], name]))
        if name in done:
            return
        way.append(name)
        for target in sorted(edges[name]):
            visit(target)
        done.add(way.pop())

    for name in sorted(edges):
        visit(name)


OF_A_KIND = ("bounds.claims", "verify.catalogue.kinds", "verify.judging.rules", *(
    f"verify.{name}" for name in ("judging.replay", "judging.textbook", "showing.panels")
))  # fmt: skip
"""Where a kind of claim is known by its name: its class, record, rule, rechecks and picture."""


def switches(file: Path) -> list[str]:
    """Places at which a file asks of which kind a claim is."""
    kinds = {getattr(bounds, kind.type) for kind in KINDS.values()}
    names = {*KINDS, *(one.__name__ for one in kinds)}

    def constants(node: ast.AST) -> set[str]:
        inside = [one for one in ast.walk(node) if isinstance(one, ast.Constant | ast.Name)]
        return {getattr(one, "value", None) or getattr(one, "id", "") for one in inside} & names

    found = []
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Compare):
            sides = [node.left, *node.comparators]
            asks = any(isinstance(one, ast.Attribute) and one.attr == "kind" for one in sides)
            asks = asks and any(map(constants, sides))
        elif isinstance(node, ast.Call):
            name = getattr(node.func, "id", "")
            asks = name == "isinstance" and bool(constants(node.args[1]))
        elif isinstance(node, ast.Dict):
            keys = {one.value for one in node.keys if isinstance(one, ast.Constant)}
            asks = len(keys) > 1 and keys <= {*KINDS}
        else:
            continue
        if asks:
            found.append(f"{module(file)}:{node.lineno}")
    return found


def test_nothing_switches_on_a_kind_outside_its_own_places():
    everything = [file for package in (bounds, verify) for file in files(package)]
    beside = [one for one in everything if not {"checks", "figures"} & set(one.parts)]
    found = {place for file in beside for place in switches(file)}
    assert {place for place in found if not place.startswith(OF_A_KIND)} == set()
    assert any(place.startswith("verify.judging.rules") for place in found), "it does find them"


def test_a_worker_imports_one_paper_and_not_the_registry():
    code = (
        "import sys\n"
        "from verify.evidence.tasks import Task, perform\n"
        "from verify.catalogue.files import Home\n"
        "check = Home('verify.checks.xing2021.risk', 'attacked_loss').find()\n"
        "assert check.id == 'xing2021/attacked-loss'\n"
        "papers = {name for name in sys.modules if 'wang2024' in name}\n"
        "heavy = {'verify.catalogue.registry', 'matplotlib', 'rich'} & set(sys.modules)\n"
        "assert not papers and not heavy, (papers, heavy)"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=300)


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


@pytest.mark.parametrize(
    ("arguments", "also"),
    [
        (["list", "--json"], ""),
        (["list", "xing2021"], "rich"),
        (["cite", "xing2021/theorem-2"], "rich"),
        (["show", "xing2021/theorem-2"], "scipy.special scipy.linalg numpy.f2py"),
    ],
)
def test_a_small_command_does_not_import_what_draws_or_computes(arguments, also):
    code = (
        "import os, sys\n"
        f"os.environ[{VARIABLE!r}] = '/dev/null/cache'\n"
        "from verify.command_line import main\n"
        f"try: main({arguments!r})\n"
        "except SystemExit as end: assert not end.code\n"
        "heavy = {'matplotlib', 'scipy.stats', 'scipy.optimize'}\n"
        f"heavy = (heavy | {{*{also.split()!r}}}) & set(sys.modules)\n"
        "assert not heavy, heavy"
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


@pytest.mark.parametrize("name", ["strategies", "testing"])
def test_the_strategies_keep_their_names(name):
    from importlib import import_module

    assert import_module(f"verify.{name}").parameters is not None
