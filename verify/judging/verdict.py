"""The verdict on one claim: what a run returns, prints and writes of it."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from bounds import ClaimOf
from verify.errors import printable
from verify.judging import regimes
from verify.judging.judgement import REASONS, Judgement
from verify.judging.standing import Standing, nothing_violates
from verify.judging.status import Support
from verify.judging.strength import strength


@dataclass(frozen=True)
class Verdict:
    """The judgement on one claim, with everything that reproduces it.

    ``predicted``, ``observed``, ``interval`` and ``tolerance`` are on the scale on which the claim
    is judged: an exponent for a scaling claim, a ratio for an identity. ``strength`` is how it is
    known: proved, certified, enumerated, measured or sampled; ``no_violation_yet`` whether it is
    undecided only because nothing that violates it was seen in too few. ``rests_on`` is what its
    theorem uses, with its status in the same run; ``assuming`` is what the verdict stands on beyond
    what the claim states; ``detail`` holds what else the report shows; ``trace`` is the
    traceback of an error, which is not written into a report.
    """

    id: str
    theorem: str
    kind: str
    statement: str
    verdict: str
    expected: str
    predicted: float | None
    observed: float | None
    interval: tuple[float | None, float | None] | None
    tolerance: float | None
    replicates: int
    error: float
    counterexample: Mapping[str, Any] | None = None
    seconds: float = 0.0
    note: str = ""
    assuming: str = ""
    strength: str = ""
    reason: str = ""
    cell: Mapping[str, Any] | None = None
    no_violation_yet: bool = False
    rests_on: tuple[Support, ...] = ()
    detail: Mapping[str, Any] = field(default_factory=dict)
    trace: str = field(default="", compare=False, repr=False)

    @classmethod
    def on(
        cls,
        item: ClaimOf,
        judgement: Judgement,
        *,
        error: float,
        seconds: float,
        replicates: int = 0,
        complete: bool = False,
        cell: Mapping[str, Any] | None = None,
        counterexample: Mapping[str, Any] | None = None,
        detail: Mapping[str, Any] | None = None,
    ) -> Verdict:
        """Put a verdict together from a claim and the judgement on it."""
        return cls(
            id=item.id,
            theorem=item.theorem.id,
            kind=item.claim.kind,
            statement=item.claim.statement or item.claim.line or item.theorem.statement,
            verdict=judgement.verdict,
            expected=item.claim.expected,
            predicted=judgement.predicted,
            observed=judgement.observed,
            interval=judgement.interval,
            tolerance=judgement.tolerance,
            replicates=replicates,
            error=error,
            counterexample=counterexample,
            seconds=seconds,
            note=printable(judgement.note),
            assuming=judgement.assuming if judgement.verdict in ("holds", "broken") else "",
            strength=strength(item.claim, judgement, complete=complete),
            reason=judgement.reason,
            cell=cell,
            no_violation_yet=nothing_violates(item.claim, judgement),
            detail=detail or {},
            trace=judgement.trace,
        )

    def __repr__(self) -> str:
        parts = ["error" if self.is_error else self.verdict, self.strength]
        for name in ("observed", "interval", "predicted"):
            value = getattr(self, name)
            ends = value if isinstance(value, tuple) else (value,)
            if not any(one is None or math.isnan(one) for one in ends):
                written = ", ".join(f"{one:.6g}" for one in ends)
                parts.append(f"{name} {f'[{written}]' if name == 'interval' else written}")
        parts.append(f"n = {self.replicates}" if self.replicates else "")
        return f"<{self.id}: {', '.join(filter(None, parts))}>"

    @property
    def is_error(self) -> bool:
        """Whether nothing could be judged: the simulation or the claim went wrong, or a replay."""
        return self.verdict == "undecided" and self.reason == "error"

    @property
    def is_expected(self) -> bool:
        """Whether the verdict is the expected one."""
        return self.verdict == self.expected

    @property
    def is_unexpected(self) -> bool:
        """Whether the verdict contradicts the expectation, or something went wrong.

        A claim that is undecided for want of replicates is not unexpected.
        """
        if self.verdict == "undecided":
            return self.reason == "error" and self.expected != "undecided"
        return not self.is_expected

    @property
    def is_open(self) -> bool:
        """Whether the claim is undecided and was not expected to be."""
        return self.verdict == "undecided" and self.expected != "undecided"

    @property
    def is_blunt(self) -> bool:
        """Whether it holds and is known to pin nothing; unknown, and so false, unless asked for."""
        return self.verdict == "holds" and self.detail.get("blunt") is True

    @property
    def why_blunt(self) -> str:
        """Why it pins nothing, if it is blunt and the registry says so."""
        return str(self.detail.get("why_blunt", "")) if self.is_blunt else ""

    @property
    def prints_nothing(self) -> bool:
        """Whether it holds, and is known to have no constant and no exponent to pin."""
        return self.verdict == "holds" and self.detail.get("pins") == []

    @property
    def missed(self) -> Mapping[str, float]:
        """Of a claim that holds: hypotheses of the regime that it was tested outside, with margins.

        So far it is short of each at the cell that meets it best.
        """
        margins = self.detail.get("margins")
        return regimes.missed(margins) if margins and self.verdict == "holds" else {}

    @property
    def word(self) -> str:
        """The verdict as it is printed, with what a reader must not miss; or that it is none."""
        more = ["blunt"] * self.is_blunt + ["outside its regime"] * bool(self.missed)
        if self.is_error:
            return "error"
        return f"{self.verdict} ({', '.join(more)})" if more else self.verdict

    @property
    def pins(self) -> tuple[str, ...]:
        """What the evidence pins, in words, where that was found out."""
        words = (pin.get("words") for pin in self.detail.get("pins", ()))
        return tuple(one for one in words if isinstance(one, str))

    @property
    def standing(self) -> Standing:
        """Under which heading of the first screen the claim is counted."""
        if self.is_unexpected:
            return "unexpected"
        if self.verdict == "broken":
            return "false as printed"
        if self.verdict == "not applicable":
            return "not applicable"
        if self.verdict == "holds":
            if self.is_blunt:
                return "needs more"
            return "holds outside its regime" if self.missed else "holds"
        return "no violation yet" if self.no_violation_yet else "needs more"

    def to_dict(self) -> dict[str, Any]:
        """Return the verdict as plain data for JSON."""
        detail = dict(self.detail)
        data: dict[str, Any] = finite(
            {
                "id": self.id,
                "theorem": self.theorem,
                "kind": self.kind,
                "statement": self.statement,
                "verdict": self.verdict,
                "expected": self.expected,
                "strength": self.strength,
                "predicted": self.predicted,
                "observed": self.observed,
                "interval": self.interval,
                "tolerance": self.tolerance,
                "replicates": self.replicates,
                "error": self.error,
                "counterexample": self.counterexample,
                "seconds": round(self.seconds, 3),
                "note": self.note,
                "assuming": self.assuming,
                "reason": self.reason,
                "cell": self.cell,
                "no_violation_yet": self.no_violation_yet,
                "outside_regime": self.missed,
                "rests_on": [support.to_dict() for support in self.rests_on],
                **detail,
            }
        )
        return data

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Verdict:
        """Read back what `to_dict` wrote."""
        names = {name for name in cls.__dataclass_fields__ if name not in ("detail", "trace")}
        computed = {*names, "outside_regime"}
        known = {name: data[name] for name in names if name in data}
        if known.get("interval") is not None:
            known["interval"] = tuple(known["interval"])
        known["rests_on"] = tuple(map(Support.from_dict, data.get("rests_on", ())))
        rest = {name: value for name, value in data.items() if name not in computed}
        return cls(**known, detail=rest)


def finite(value: Any) -> Any:
    """Replace what JSON cannot say (infinities, NaN, NumPy scalars, tuples) by what it can.

    Of texts, what no terminal prints is written out.
    """
    if isinstance(value, Mapping):
        return {printable(str(key)): finite(item) for key, item in value.items()}
    if isinstance(value, str):
        return printable(value)
    if value is None or isinstance(value, bool):
        return value
    if hasattr(value, "item") and not hasattr(value, "__len__"):
        value = value.item()
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, int):
        return value
    if hasattr(value, "tolist"):
        return finite(value.tolist())
    if isinstance(value, Iterable):
        return [finite(item) for item in value]
    return str(value)


def explain(verdict: Verdict) -> str:
    """Return a line that says why a verdict is what it is."""
    if verdict.no_violation_yet:
        return "no violation so far; more of the same would exclude rarer ones"
    if verdict.verdict == "undecided":
        return f"{verdict.reason}: {REASONS.get(verdict.reason, verdict.reason)}"
    return verdict.reason
