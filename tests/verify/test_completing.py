"""What a shell offers where an id may stand."""

import click
import pytest

from verify.command_line import main
from verify.command_line.completing import ids


def offered(typed: str) -> list[str]:
    found = ids(click.Context(main), main.commands["show"].params[0], typed)
    return [one.value for one in found if one.type == "plain"]


def test_papers_statements_and_claims_are_offered_one_after_the_other():
    assert offered("xi") == ["xing2021"] and len(offered("")) == 5
    assert "xing2021/theorem-6" in offered("xing2021/theorem-") != offered("xing2021/")
    assert len(set(offered("xing2021/"))) == len(offered("xing2021/"))
    claims = offered("xing2021/theorem-6#interpolator")
    assert claims == [
        "xing2021/theorem-6#interpolator-norm",
        "xing2021/theorem-6#interpolator-norm-as-printed",
    ]


def test_where_no_id_begins_like_that_files_are_offered():
    (one,) = ids(click.Context(main), main.commands["show"].params[0], "mine/theorem")
    assert (one.value, one.type) == ("mine/theorem", "file")


@pytest.mark.parametrize("name", sorted({*main.commands} - {"merge", "diff", "new", "help"}))
def test_every_command_that_takes_an_id_offers_them(name):
    (argument,) = (one for one in main.commands[name].params if isinstance(one, click.Argument))
    assert argument._custom_shell_complete is not None or name == "figure"
