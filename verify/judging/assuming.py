"""What a verdict assumes that its claim does not state, in words that stand in one place."""

from __future__ import annotations

from verify.words import counted

UNSEEN, FADING = "no event that was not seen", "corrections"
"""How the assumptions begin."""

ASSUMPTIONS = {
    UNSEEN: "that no event which was not seen carries a mean",
    FADING: "that what is of lower order fades like a power of the size",
}
"""The assumptions in general, by how they begin."""


def kinds_of(assuming: str) -> list[str]:
    """Return which assumptions a verdict names."""
    return [kind for kind in ASSUMPTIONS if kind in assuming]


def unseen(n: int, words: str = "carries a mean") -> str:
    """Say what a verdict on means of n replicates assumes, if the claim states nothing of them.

    Parameters
    ----------
    words : what such an event does not do
    """
    return f"{UNSEEN} in {counted(n, 'replicate')} {words}"


def together(*assumptions: str) -> str:
    """Join assumptions, of which some may be none."""
    return ", and ".join(filter(None, assumptions))
