"""A paper's figure on a page: ours, and beside it the paper's own where a reader has given it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Plate:
    """A figure of a paper in a report.

    Attributes
    ----------
    id, title : str
        ``PAPER/figure-N``, and what it shows.
    command : str
        What draws it.
    ours : str
        The picture as a data address; empty where the store does not have it.
    paper : str
        The paper's own picture likewise; empty where none is given.
    """

    id: str
    title: str
    command: str
    ours: str = ""
    paper: str = ""

    @property
    def paper_key(self) -> str:
        """The paper's key."""
        return self.id.partition("/")[0]

    @property
    def label(self) -> str:
        """Its name without the paper: "Figure 4"."""
        return self.id.partition("/")[2].replace("-", " ", 1).capitalize()

    def is_of(self, statement: str) -> bool:
        """Whether a statement is on what the figure shows: ``PAPER/claim-figure-N``, or a part."""
        name = self.id.replace("/", "/claim-")
        return statement == name or statement.startswith(f"{name}-")
