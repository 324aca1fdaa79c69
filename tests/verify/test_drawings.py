"""Pictures that stand in a page: nothing of what is seen is lost, and no name is met twice."""

import io
import re
from html.parser import HTMLParser
from xml.etree import ElementTree

import numpy as np
import pytest
from matplotlib.figure import Figure

from bounds import Identity, Inequality
from building import sample
from verify.showing.page.drawings import compact, draw


def picture(name="p1", points=50, words="a picture"):
    rng = np.random.default_rng(0)
    claim = Identity("same", observable="x", equals="y", exact=True)
    x = rng.random(points)
    return str(draw(sample(claim, [{"x": x, "y": x}]), name, words))


def test_every_point_of_a_scatter_is_there_as_a_dot():
    dots = max(re.findall(r' d="([^"]*)"', picture(points=50)), key=lambda d: d.count("h0"))
    assert dots.count("M") == 50


def test_texts_of_a_picture_stay_texts():
    tree = ElementTree.fromstring(picture())
    said = " ".join("".join(one.itertext()) for one in tree.iter("text"))
    assert "right side of the identity" in said and "instances" in said


def test_two_pictures_of_a_page_share_no_name_and_every_reference_is_met():
    one, other = picture("p1"), picture("p2")
    names = [set(re.findall(r' id="([^"]*)"', shown)) for shown in (one, other)]
    assert names[0] and not names[0] & names[1]
    for shown, own in zip((one, other), names, strict=True):
        used = re.findall(r'url\(#([^)]*)\)|href="#([^"]*)"', shown)
        assert {a or b for a, b in used} <= own


def test_a_picture_brings_no_style_sheet_and_says_what_it_shows():
    shown = picture(words='<b> & "quotes"')
    assert "<style" not in shown and "<b>" not in shown and "metadata" not in shown
    assert ElementTree.fromstring(shown).get("aria-label") == '<b> & "quotes"'


def test_black_is_the_colour_of_the_page_so_that_it_can_be_dark():
    shown = picture()
    assert "#000000" not in shown and "currentColor" in shown and "var(--predicted" in shown


def test_markers_that_are_no_dots_stay():
    figure = Figure()
    figure.subplots().plot([0, 1, 2, 3], [0, 1, 0, 1], "x", label="crosses")
    stream = io.StringIO()
    figure.savefig(stream, format="svg")
    shown = str(compact(stream.getvalue(), "p", "crosses"))
    target = max(re.findall(r'href="#([^"]*)"', shown), key=shown.count)
    assert shown.count(f'href="#{target}"') >= 4


@pytest.mark.parametrize("bound", [1.0, 2.0])
def test_a_picture_of_a_bound_is_small(bound):
    claim = Inequality("below", left="x", at_most=bound)
    values = np.random.default_rng(1).random(20_000)
    assert len(draw(sample(claim, [{"x": values}]), "p", "")) < 30_000


class Balanced(HTMLParser):
    def __init__(self):
        super().__init__()
        self.open = []

    def handle_starttag(self, tag, attrs):
        self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def test_a_picture_is_well_formed_html():
    reader = Balanced()
    reader.feed(picture())
    assert not reader.open
