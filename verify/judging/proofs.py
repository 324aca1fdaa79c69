"""Proofs and refutations that were found once, kept on this machine for the next time.

They lie in the user's cache, one JSON file each, under a fingerprint of the claim and of the code
that judged it; never in a store that travels, so nobody's word is taken for a proof.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from functools import cache as remembered
from pathlib import Path
from typing import Any, get_args

import flint
import sympy as sp
from sympy.printing.repr import ReprPrinter

from verify.evidence import cache
from verify.judging.judgement import Judgement, Outcome

DERIVATIONS = "derivations"
"""Under which name the user's cache has them."""

_KEPT = ("verdict", "reason", "predicted", "observed", "note", "values", "strength")


def recall(key: str) -> tuple[Judgement, float] | None:
    """Return what was kept under a key, and the CPU seconds that it took to find.

    ``None`` if there is nothing, or nothing sound.
    """
    entry = cache.recall(DERIVATIONS, key)
    if entry is None or entry.get("key") != key or not _is_sound(entry):
        return None
    return Judgement(**{name: entry[name] for name in _KEPT}), entry["seconds"]


def keep(key: str, judgement: Judgement, seconds: float) -> None:
    """Keep a judgement under a key; where the cache cannot be written, do without."""
    entry = {name: getattr(judgement, name) for name in _KEPT}
    cache.keep(DERIVATIONS, key, entry | {"key": key, "seconds": seconds})


def fingerprint(code: Iterable[str | Path], parts: Iterable[Any]) -> str:
    """Return a key for all that an answer depends on.

    Parameters
    ----------
    code : files
        Those by which the answer is found; the versions of sympy and of flint count besides.
    parts : expressions, numbers or None
        What is asked, assumptions on symbols included.
    """
    write = _Writer().doprint
    text = "\n".join((_code(tuple(map(Path, code))), *map(write, parts)))
    return hashlib.sha256(text.encode()).hexdigest()


class _Writer(ReprPrinter):  # type: ignore[misc]
    """Writes expressions the same in every process, with what is assumed of their symbols.

    Symbols that are not equal are written differently, and equal ones alike: however their
    assumptions were given, and without the number by which a process tells its dummies apart.
    """

    def __init__(self) -> None:
        super().__init__()
        self._numbers: dict[sp.Symbol, int] = {}

    def _print_Symbol(self, symbol: sp.Symbol) -> str:
        kind, known = type(symbol).__name__, symbol in self._numbers
        number = self._numbers.setdefault(symbol, len(self._numbers))
        if known:
            return f"{kind}#{number}"
        assumed = "".join(
            f", {name}={value}" for name, value in sorted(symbol.assumptions0.items())
        )
        return f"{kind}#{number}({symbol.name!r}{assumed})"

    _print_Dummy = _print_Symbol


@remembered
def _code(files: tuple[Path, ...]) -> str:
    digest = hashlib.sha256(b"\0".join(file.read_bytes() for file in files)).hexdigest()
    return f"{sp.__version__} {flint.__version__} {digest}"


def _is_sound(entry: Mapping[str, Any]) -> bool:
    """Whether an entry has the fields of a judgement, and a refutation its point."""
    texts, numbers = ("reason", "note", "strength"), ("predicted", "observed", "seconds")
    values = entry.get("values")
    if entry.get("verdict") not in get_args(Outcome) or not isinstance(values, dict):
        return False
    if not all(isinstance(entry.get(name), str) for name in texts):
        return False
    if not all(isinstance(entry.get(name), float) for name in numbers):
        return False
    return entry["verdict"] != "broken" or (
        isinstance(values.get("parameters"), dict)
        and all(isinstance(values.get(name), float) for name in ("predicted", "observed"))
    )
