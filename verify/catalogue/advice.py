"""What Python says of a call with wrong arguments, and what such a call looks like."""

from __future__ import annotations

import difflib
import inspect
import re

import bounds
from verify.catalogue import grid
from verify.catalogue.kinds import KINDS

_EXAMPLES = {kind.type: kind.example for kind in KINDS.values()} | {
    "Theorem": 'Theorem(id="mine/theorem-1", statement="...", claims=[...], hypotheses=[...])',
    "Mutant": 'Mutant("the square is lost", equals=d * sigma)',
    "Path": 'Path({"n": 1}, base=dict(n=10, d=3), sizes=6, step=2)',
    "required": 'required(n > d, "more points than parameters")',
    "regime": 'regime(d / n, "d is much smaller than n", tends_to=0)',
    "observable": 'observable("risk", "risk on fresh inputs", positive=True)',
    "parameter": 'parameter("n", "number of points", integer=True, positive=True)',
    "quantity": 'quantity("rate", "the rate that is promised", d / n)',
    "check": "@check(theorem, cells=[dict(n=10, d=3)], seconds_per_replicate=1e-5)",
}
_CALL = re.compile(r"(\w+)(?:\.__init__)?\(\) (?:got|missing|takes)")
_NUMERIC = ("loop of ufunc does not support", "Cannot convert expression to float")
"""What a function of numpy's, and of math's, says of a symbol."""

_CONDITION = "cannot determine truth value of Relational"
"""What sympy says where Python wants to know whether a condition is met."""

_UNEXPECTED = re.compile(r"unexpected keyword argument '(\w+)'")


def advice(failure: BaseException) -> str:
    """Return what to write in place of a wrong call of ours, or in symbols; else nothing."""
    if isinstance(failure, NameError | ImportError) and "Did you mean" not in str(failure):
        return _meant(failure)
    words = str(failure) if isinstance(failure, TypeError) else ""
    if any(part in words for part in _NUMERIC):
        return (
            ". A formula in symbols has sympy's functions, sp.sqrt(n), not those of numpy or math"
        )
    if _CONDITION in words:
        return ". Conditions on symbols are joined by sp.And(a, b), not by `a and b` or `a < b < c`"
    call = _CALL.match(words)
    example = _EXAMPLES.get(call[1]) if call else None
    if call is None or example is None:
        return ""
    unexpected = _UNEXPECTED.search(words)
    if "Did you mean" in words:  # newer Pythons say so themselves
        return f" It is written like {example}"
    near = difflib.get_close_matches(unexpected[1], _parameters(call[1]), n=1) if unexpected else []
    return f". {f'Did you mean {near[0]}? ' if near else ''}It is written like {example}"


def _meant(failure: NameError | ImportError) -> str:
    """Return which name of ours is meant by one that does not exist, also by that of a kind."""
    found = re.search(r"cannot import name '(\w+)' from '(?:bounds|verify)'", str(failure))
    if isinstance(failure, ImportError) and found is None:
        return ""
    wrong = found[1] if found else str(failure.name)
    types = {name.lower(): kind.type for name, kind in KINDS.items()}
    known = {one.lower(): one for one in bounds.__all__} | types
    known |= {one.lower(): one for one in ("check", "Path", "product")}
    near = difflib.get_close_matches(wrong.lower(), known, n=1, cutoff=0.75)
    return f". Did you mean {known[near[0]]}?" if near else ""


def _parameters(name: str) -> list[str]:
    from verify.catalogue.check import check

    found = check if name == "check" else getattr(bounds, name, None) or getattr(grid, name)
    return list(inspect.signature(found).parameters)
