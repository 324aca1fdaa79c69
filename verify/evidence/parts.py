"""Parts of a run: which blocks one of several machines draws."""

from __future__ import annotations

import re
from typing import NamedTuple

from verify.errors import UserError


class Part(NamedTuple):
    """Part ``number`` of ``of``: of each cell every so many-th block."""

    number: int
    of: int

    @classmethod
    def parse(cls, text: str) -> Part:
        """Read I/N, from 1/N to N/N.

        Raises
        ------
        UserError
            If it is written otherwise, or there is no such part.
        """
        found = re.fullmatch(r"\s*(\d{1,9})\s*/\s*(\d{1,9})\s*", text)
        if found is None:
            raise UserError(
                f"A part is I/N, for instance 2/4 for the second of four; got {text!r}."
            )
        part = cls(int(found[1]), int(found[2]))
        if not 1 <= part.number <= part.of:
            raise UserError(
                f"The parts of {part.of} are 1/{part.of} to {part.of}/"
                f"{part.of}; there is no {part}."
            )
        return part

    def has(self, block: int) -> bool:
        """Whether a block belongs to it."""
        return block % self.of == self.number - 1

    def __str__(self) -> str:
        return f"{self.number}/{self.of}"
