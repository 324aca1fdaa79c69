"""Figures in a report: ours from the store, beside the paper's own where a reader has it."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from verify.command_line import main
from verify.figures import draw

CLAIM = "xing2021/claim-figure-1"


def report(*arguments) -> tuple[str, str]:
    """Call ``verify report`` on one figure's statement; return what it printed and the page."""
    result = CliRunner().invoke(main, ["report", CLAIM, "--store", "s", *arguments, "-o", "r.html"])
    page = Path("r.html")
    return result.output, page.read_text(encoding="utf-8") if page.exists() else ""


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_figure_that_is_not_in_the_store_names_the_command_that_draws_it(here):
    _, page = report()
    assert "<code>verify figure xing2021/figure-1 --store s</code>" in page
    assert "Figures: 0 of 1 drawn" in page and "from our simulation" not in page


def test_a_figure_of_the_store_stands_beside_the_paper_s_and_leads_to_what_is_said_of_it(here):
    draw("xing2021/figure-1", repetitions=1, store="s", jobs=1)
    Path("own").mkdir()
    Path("own/xing2021-figure-1.PNG").write_bytes(b"the paper's picture")
    _, page = report("--figures", "own")
    assert "Figures: 1 of 1 drawn" in page and "from our simulation" in page
    assert "data:image/png;base64,dGhlIHBhcGVyJ3MgcGljdHVyZQ==" in page
    assert 'What the paper says of it: <a href="#xing2021/claim-figure-1">' in page


@pytest.mark.parametrize(
    ("folder", "words"), [("nowhere", "cannot be read"), (".", "xing2021-figure-1.png")]
)
def test_a_folder_without_any_of_the_figures_is_refused_in_a_line(here, folder, words):
    printed, page = report("--figures", folder)
    assert words in printed and "Traceback" not in printed and not page
