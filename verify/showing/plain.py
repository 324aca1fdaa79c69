r"""Statements in the LaTeX of papers, for a terminal: letters and signs in place of commands.

What has no character of its own stays readable: ``\frac{a}{b}`` is a/b, an index that Unicode
lacks keeps its underscore.
"""

from __future__ import annotations

import re

from verify.showing.latex import argument, token

SIGNS = dict(
    (rf"\{name}", sign)
    for name, sign in re.findall(
        r"(\S+) (\S)",
        """
        alpha α beta β gamma γ delta δ epsilon ε varepsilon ε zeta ζ eta η theta θ kappa κ lambda λ
        mu μ nu ν xi ξ pi π rho ρ sigma σ tau τ phi φ varphi φ chi χ psi ψ omega ω Gamma Γ Delta Δ
        Theta Θ Lambda Λ Sigma Σ Phi Φ Psi Ψ Omega Ω ell ℓ nabla ∇ partial ∂ infty ∞ leq ≤ le ≤
        geq ≥ ge ≥ neq ≠ ne ≠ approx ≈ sim ~ in ∈ notin ∉ subset ⊂ subseteq ⊆ cup ∪ cap ∩ to →
        rightarrow → Longrightarrow ⟹ implies ⟹ Rightarrow ⇒ mapsto ↦ cdot · times × pm ± mp ∓
        sum Σ prod ∏ int ∫ langle ⟨ rangle ⟩ lfloor ⌊ rfloor ⌋ lceil ⌈ rceil ⌉ | ‖ ldots … dots …
        cdots … forall ∀ exists ∃ odot ⊙ gtrsim ≳ lesssim ≲ equiv ≡ propto ∝ setminus ∖ Vert ‖
        lVert ‖ rVert ‖ mid | vert | lvert | rvert | gg ≫ ll ≪ otimes ⊗ wedge ∧ vee ∨ top ᵀ circ ∘
        """,
    )
)
SPACES = dict.fromkeys(("\\,", r"\;", r"\:", "\\ ", r"\quad", r"\qquad", r"\!", "~"), " ")
DROPPED = {
    rf"\{name}" for name in ("left", "right", "big", "Big", "bigl", "bigr", "substack", "limits")
}
ACCENTS = {r"\hat": "\u0302", r"\tilde": "\u0303", r"\bar": "\u0304"}
ALPHABETS = {
    rf"\{name}" for name in ("mathcal", "mathrm", "mathbb", "mathbf", "text", "operatorname")
}
RAISED = dict(zip("0123456789+-=()niT", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿⁱᵀ", strict=True))
LOWERED = dict(
    zip("0123456789+-=()aehijklmnoprstuvx", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ", strict=True)
)


def plain(text: str) -> str:
    r"""Return a statement with its formulas in plain characters.

    >>> print(plain(r"$\frac{H R^{2}}{3m}\leq\sqrt{d_0}$ for $H \to \infty$"))
    (H R²)/(3m)≤√d₀ for H → ∞
    """
    parts = text.split("$")
    parts[1::2] = [_formula(part).replace(" )", ")") for part in parts[1::2]]
    return " ".join("".join(parts).split())


def _formula(text: str) -> str:
    text = text.replace(r"\left.", "").replace(r"\right|_", r"\at")
    written, place = "", 0
    while place < len(text):
        one, place = token(text, place)
        name = one.strip()
        if name in (r"\frac", r"\tfrac", r"\dfrac"):
            above, place = argument(text, place)
            below, place = argument(text, place)
            ratio = f"{_grouped(above, _PRODUCT)}/{_grouped(below, _SYMBOL)}"
            written += f"({ratio})" if _is_factor(text, place) else ratio
        elif name == r"\sqrt":
            root, place = _root(text, place)
            inner, place = argument(text, place)
            written += f"{root}√{_grouped(inner, _SYMBOL)}"
        elif name == r"\at":
            inner, place = argument(text, place)
            written = f"{written.strip()} at {_formula(inner).strip()} "
        elif name in ALPHABETS or name in ACCENTS:
            inner, place = argument(text, place)
            written += _formula(inner) + ACCENTS.get(name, "")
        elif name in ("^", "_"):
            inner, place = argument(text, place)
            written += _shifted(name, _formula(inner).replace(" ", ""))
        elif name in DROPPED:
            continue
        elif name in SPACES or one in SPACES:
            written += " "
        elif name in SIGNS:
            written += SIGNS[name] + one[len(name) :]
        elif name[1:].isalpha():  # a function: log, max, sup
            before = " " if written[-1:].isalnum() or written[-1:] == ")" else ""
            after = " " if text[place : place + 1] not in ("", "(", "_", "^", "{") else ""
            written += before + name[1:] + after
        elif name not in ("{", "}"):
            written += one.removeprefix("\\")
    return written


def _is_factor(text: str, place: int) -> bool:
    """Whether what follows would be read as a part of a denominator."""
    name = token(text, place)[0].strip() if place < len(text) else ""
    letter = SIGNS.get(name, name.removeprefix("\\"))[:1]
    return (letter.isalnum() and name not in DROPPED) or name in ("(", r"\|", r"\langle")


def _root(text: str, place: int) -> tuple[str, int]:
    """Return which root it is, in small characters, and where that ends."""
    end = text.find("]", place)
    if text[place : place + 1] != "[" or end < 0:
        return "", place
    return "".join(RAISED.get(one, one) for one in text[place + 1 : end]), end + 1


_MARKS = "[\u0300-\u036f⁰-₟²³¹']*"
_SYMBOL = re.compile(rf"√?([\d.]+|[^\W\d_]{_MARKS}|\([^()]*\)|‖[^‖]*‖)(_\w+)?{_MARKS}")
_PRODUCT = re.compile(r"[^\s+\-±=≤≥<>/]+")


def _grouped(text: str, alone: re.Pattern[str]) -> str:
    """Return an operand, in parentheses where it cannot stand alone."""
    inner = _formula(text).strip()
    return inner if alone.fullmatch(inner) else f"({inner})"


def _shifted(sign: str, inner: str) -> str:
    """Return an exponent or an index in small characters, if there are all of them."""
    small = RAISED if sign == "^" else LOWERED
    if inner and all(character in small for character in inner):
        return "".join(small[character] for character in inner)
    return f"{sign}{inner}" if re.fullmatch(r"[\w,]+|.", inner) else f"{sign}({inner})"
