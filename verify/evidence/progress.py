"""What is told while replicates are drawn."""

from __future__ import annotations

from typing import Protocol


class Progress(Protocol):
    """Someone who is told how the drawing goes on."""

    def started(self, tasks: int, seconds: float) -> None:
        """More tasks are to be done, with their forecast of CPU seconds."""

    def advanced(self, seconds: float) -> None:
        """A task is done that was forecast to take so long."""

    def noted(self, words: str) -> None:
        """Something about the store that a reader should know."""


class Silent:
    """Tells nothing."""

    def started(self, tasks: int, seconds: float) -> None:
        """Pass over."""

    def advanced(self, seconds: float) -> None:
        """Pass over."""

    def noted(self, words: str) -> None:
        """Pass over."""
