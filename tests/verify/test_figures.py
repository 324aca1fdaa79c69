"""The papers' figures: what is drawn, from which repetitions, and what is refused."""

import re

import pytest
from click.testing import CliRunner
from matplotlib.figure import Figure

import verify.figures
from verify.catalogue.budgets import SHARE
from verify.command_line import main
from verify.errors import UserError
from verify.evidence.store import Store
from verify.figures import draw, find, registered
from verify.showing.picture import Picture

SMALL = "xing2021/figure-1"
UNDRAWN = {  # they need CIFAR-10, and are listed as not checked
    "xing2021": {2, 7, 8},
    "wang2024": set(),
}


def texts(picture: Figure) -> str:
    words = [text.get_text() for axes in picture.axes for text in axes.texts]
    words += [axes.get_xlabel() + axes.get_ylabel() for axes in picture.axes]
    return " ".join([*words, picture.get_supxlabel()])


@pytest.mark.parametrize(("paper", "last"), [("xing2021", 16), ("wang2024", 6)])
def test_every_figure_of_a_paper_is_drawn_or_known_not_to_be(paper, last):
    drawn = {int(name.rpartition("-")[2]) for name in registered() if name.startswith(paper)}
    assert drawn | UNDRAWN[paper] == set(range(1, last + 1))
    assert not drawn & UNDRAWN[paper]


def test_a_figure_says_what_it_is_how_often_it_was_repeated_and_what_the_paper_left_open(tmp_path):
    picture = draw(SMALL, repetitions=2, store=tmp_path, jobs=1)
    below = picture.get_supxlabel().replace("\n", " ")
    assert SMALL in below and "2 repetitions" in below and "Not stated in the paper" in below
    for axes in picture.axes:
        assert axes.get_xlabel() or axes.get_ylabel()


def test_a_figure_is_found_without_those_of_other_papers(monkeypatch):
    read, small = [], find(SMALL)
    monkeypatch.setattr(verify.figures, "of_paper", lambda key: read.append(key) or (small,))
    assert find(SMALL) is small and read == ["xing2021"]


def test_a_smaller_budget_takes_the_same_share_of_the_repetitions(tmp_path, monkeypatch):
    monkeypatch.setitem(SHARE, "quick", 0.3)
    picture = draw("xing2021/figure-3", store=tmp_path, jobs=1)  # 6 of 20, in whole blocks of 4
    assert "8 repetitions" in picture.get_supxlabel().replace("\n", " ")


def test_with_less_than_the_usual_budget_a_dear_figure_takes_the_settings_of_a_trial(
    tmp_path, monkeypatch
):
    which = find("wang2024/figure-2")
    usual = which.cells_of("quick", None)
    monkeypatch.setitem(SHARE, "quick", 0.1)
    trial = which.cells_of("quick", None)
    assert which.trial.items() <= trial[0].items() and usual[0] == which.cells["quick"][0]
    picture = draw(which.id, store=tmp_path, jobs=1)
    assert "the settings of a trial" in picture.get_supxlabel().replace("\n", " ")


def test_repetitions_that_are_stored_are_not_drawn_again(tmp_path):
    which = find(SMALL)
    cell = which.cells_of("quick", None)[0]
    counts = []
    for repetitions in (1, 3, 2):
        draw(SMALL, repetitions=repetitions * which.simulation.block, store=tmp_path, jobs=1)
        with Store(tmp_path) as store:
            from verify.catalogue.grid import digest

            counts.append(len(store.numbers(which.simulation.key, digest(cell), 0)))
    assert counts == [1, 3, 3]


def test_a_picture_shows_itself_in_a_notebook():
    picture = Picture(figsize=(1, 1))
    assert picture._repr_png_().startswith(b"\x89PNG")


def test_the_list_of_figures_is_in_the_order_of_the_paper():
    done = CliRunner().invoke(main, ["figure"])
    numbers = [int(n) for n in re.findall(r"xing2021/figure-(\d+)", done.output)]
    assert done.exit_code == 0 and numbers == sorted(numbers) and len(numbers) == 13


@pytest.mark.parametrize(
    ("name", "options", "words"),
    [
        ("xing2021/figure-17", {}, "There is no figure"),
        (SMALL, {"mnist": "here"}, "uses no handwritten digits"),
        (SMALL, {"repetitions": 0}, "at least 1"),
        ("xing2021/figure-4", {"mnist": "/no/such/folder"}, "no/such/folder"),
    ],
)
def test_what_cannot_be_drawn_is_one_sentence(tmp_path, name, options, words):
    with pytest.raises(UserError, match=words):
        draw(name, store=tmp_path, **options)
