"""The gallery's files run, and say what their table says they do."""

import re
from pathlib import Path

import pytest

from verify import run
from verify.testing import read

GALLERY = Path(__file__).parents[2] / "notebooks" / "gallery"
FILES = sorted(GALLERY.glob("*.py"))


@pytest.mark.parametrize("file", FILES, ids=[file.stem for file in FILES])
def test_nothing_is_unexpected_at_the_first_look(file, tmp_path):
    report = run(file, jobs=1, store=tmp_path, replicates=1)
    assert report.summary["unexpected"] == 0, str(report)


@pytest.mark.parametrize("file", FILES, ids=[file.stem for file in FILES])
def test_a_theorem_has_a_source_and_both_true_and_false_claims(file):
    theorem = read(file).theorem
    assert theorem.source and theorem.title
    assert {claim.expected for claim in theorem.claims} == {"holds", "broken"}
    assert any(claim.mutants for claim in theorem.claims)


def test_the_table_lists_every_file_once():
    listed = re.findall(r"^\| \[\w+\]\(\./(\w+\.py)\)", (GALLERY / "README.md").read_text(), re.M)
    assert listed == [file.name for file in FILES]
