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
        perp ⊥ angle ∠ asymp ≍
        """,
    )
)
SPACES = dict.fromkeys(("\\,", r"\;", r"\:", "\\ ", r"\quad", r"\qquad", r"\!", "~"), " ")
DROPPED = {
    rf"\{name}" for name in ("left", "right", "big", "Big", "bigl", "bigr", "substack", "limits")
}
ACCENTS = {r"\hat": "\u0302", r"\tilde": "\u0303", r"\bar": "\u0304", r"\underline": "\u0332"}
ALPHABETS = {
    rf"\{name}" for name in ("mathcal", "mathrm", "mathbb", "mathbf", "text", "operatorname")
}
RAISED = dict(
    zip(
        "0123456789+-=()abcdefghijklmnoprstuvwxyzABDEGHIJKLMNOPRTUWᵀ",
        "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻᴬᴮᴰᴱᴳᴴᴵᴶᴷᴸᴹᴺᴼᴾᴿᵀᵁᵂᵀ",
        strict=True,
    )
)
LOWERED = dict(
    zip("0123456789+-=()aehijklmnoprstuvx", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ", strict=True)
)

_FUNCTIONS = {rf"\{name}" for name in ("log", "ln", "exp", "sin", "cos", "arcsin", "arctan")}


def plain(text: str) -> str:
    r"""Return a statement with its formulas in plain characters.

    >>> print(plain(r"$\frac{H R^{2}}{3m}\leq\sqrt{d_0}$ for $H \to \infty$"))
    (H R²)/(3m)≤√d₀ for H → ∞
    """
    parts = text.split("$")
    parts[1::2] = [_tight(_formula(part)) for part in parts[1::2]]
    return " ".join("".join(parts).split())


def _tight(text: str) -> str:
    """Return a formula without the spaces that LaTeX has inside brackets and before commas."""
    return re.sub(r"(?<=[(\[{⟨⌈⌊])\s+|\s+(?=[)\]}⟩⌉⌋,])", "", text)


def _formula(text: str) -> str:
    written, place, name = "", 0, ""
    while place < len(text):
        of_function = name in _FUNCTIONS
        one, place = token(text, place)
        name = one.strip()
        if name in (r"\frac", r"\tfrac", r"\dfrac"):
            above, place = argument(text, place)
            below, place = argument(text, place)
            ratio = f"{_grouped(above, _PRODUCT)}/{_grouped(below, _SYMBOL)}"
            if of_function:  # log(a/b), which "log a/b" would not say
                written = written.rstrip()
            written += f"({ratio})" if of_function or _is_factor(text, place) else ratio
        elif name == r"\sqrt":
            root, place = _root(text, place)
            inner, place = argument(text, place)
            written += f"{root}√{_grouped(inner, _SYMBOL)}"
            written += " " * _letter(text, place).isalnum()
        elif name == r"\binom":
            above, place = argument(text, place)
            below, place = argument(text, place)
            written += f"({_formula(above)} choose {_formula(below)})"
        elif name == r"\left" and text.startswith(".", place):
            inner, place = _evaluated(text, place + 1)
            below, place = argument(text, place)
            written += f"[{_formula(inner).strip()} at {_formula(below).strip()}]"
        elif name in (r"\begin", r"\end"):  # cases, the only environment
            _, place = argument(text, place)
            written += "{" if name == r"\begin" else "}"
        elif name == "\\\\":
            written += ", "
        elif name in ALPHABETS:
            inner, place = argument(text, place)
            written += _formula(inner)
        elif name in ACCENTS:
            inner, place = argument(text, place)
            written += _accented(_formula(inner), ACCENTS[name])
        elif name in ("^", "_"):
            inner, place = argument(text, place)
            shifted = _shifted(name, _formula(inner))
            # An index of letters would run into the letter that follows.
            apart = shifted.startswith(name) and shifted[-1:].isalnum()
            written += f"{shifted} " if apart and _letter(text, place).isalnum() else shifted
        elif name in DROPPED:
            continue
        elif name in SPACES or one in SPACES or name == "&":
            written += " "
        elif name in SIGNS:
            written += SIGNS[name] + one[len(name) :]
        elif name[1:].isalpha():  # a function: log, max, sup
            before = " " if written[-1:].isalnum() or written[-1:] in (")", "⁾") else ""
            after = " " if text[place : place + 1] not in ("", "(", "_", "^", "{") else ""
            written += before + name.removeprefix("\\").replace("bmod", "mod") + after
        elif name not in ("{", "}"):
            written += one.removeprefix("\\")
    return written


def _evaluated(text: str, place: int) -> tuple[str, int]:
    r"""Return what stands between ``\left.`` and its ``\right|_``, and where that ends."""
    start, depth = place, 1
    while place < len(text):
        one, end = token(text, place)
        depth += {r"\left": 1, r"\right": -1}.get(one.strip(), 0)
        if depth == 0:
            break
        place = end
    return text[start:place], min(place + len(r"\right|_"), len(text))


def _accented(text: str, accent: str) -> str:
    """Return letters with an accent, which stands on the last one; a line is under all."""
    if accent == ACCENTS[r"\underline"]:
        return "".join(letter + accent for letter in text.strip())
    return text + accent


def _is_factor(text: str, place: int) -> bool:
    """Whether what follows would be read as a part of a denominator."""
    return _letter(text, place).isalnum() or _next(text, place) in ("(", r"\|", r"\langle")


def _next(text: str, place: int) -> str:
    return token(text, place)[0].strip() if place < len(text) else ""


def _letter(text: str, place: int) -> str:
    """Return the first character of what follows, or the empty string for what is dropped."""
    name = _next(text, place)
    return "" if name in DROPPED else SIGNS.get(name, name.removeprefix("\\"))[:1]


def _root(text: str, place: int) -> tuple[str, int]:
    """Return which root it is, in small characters, and where that ends."""
    end = text.find("]", place)
    if text[place : place + 1] != "[" or end < 0:
        return "", place
    return "".join(RAISED.get(one, one) for one in text[place + 1 : end]), end + 1


_MARKS = f"[\u0300-\u036f{re.escape(''.join({*RAISED.values(), *LOWERED.values()}))}']*"
_SYMBOL = re.compile(rf"√?([\d.]+|[^\W\d_]{_MARKS}|\([^()]*\)|‖[^‖]*‖)(_\w+)?{_MARKS}")
_PRODUCT = re.compile(r"[^\s+\-±=≤≥<>/]+")


def _grouped(text: str, alone: re.Pattern[str]) -> str:
    """Return an operand, in parentheses where it cannot stand alone."""
    inner = _formula(text).strip()
    return inner if alone.fullmatch(inner) else f"({inner})"


def _shifted(sign: str, inner: str) -> str:
    """Return an exponent or an index in small characters, if there are all of them."""
    small = RAISED if sign == "^" else LOWERED
    letters = inner.replace(" ", "")
    if letters and all(character in small for character in letters):
        return "".join(small[character] for character in letters)
    inner = re.sub(r"(?<!\w) | (?!\w)", "", inner)
    return f"{sign}{inner}" if re.fullmatch(r"[^\W²³¹]+|.", inner) else f"{sign}({inner})"
