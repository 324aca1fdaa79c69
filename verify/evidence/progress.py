"""What is told while replicates are drawn."""

from __future__ import annotations

from typing import Protocol


class Progress(Protocol):
    """Someone who is told how the drawing goes on."""

    def started(self, seconds: float) -> None:
        """More is to be done, with its forecast of CPU seconds."""

    def advanced(self, seconds: float) -> None:
        """Something is done that was forecast to take so long."""

    def noted(self, words: str) -> None:
        """Something about the store that a reader should know."""


class Silent:
    """Tells nothing."""

    def started(self, seconds: float) -> None:
        """Pass over."""

    def advanced(self, seconds: float) -> None:
        """Pass over."""

    def noted(self, words: str) -> None:
        """Pass over."""
