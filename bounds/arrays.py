"""Vectors and matrices inside sympy expressions, and the few functions that turn them into numbers.

A theorem about ``x ~ N(0, Sigma)`` wants to say ``norm(theta - theta_0, Sigma)`` and not to spell
coordinates out. `vector` and `matrix` make symbols that stand for a whole array; they may be added,
subtracted and scaled, and the functions below map them to scalars (or, `times`, to a vector).
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import sympy as sp

from bounds.symbols import Symbol


class VectorSymbol(Symbol):
    """A symbol for a vector in R^d; its values are arrays ``(..., d)``."""

    __slots__ = ()
    rank = 1


class MatrixSymbol(Symbol):
    """A symbol for a square matrix; its values are arrays ``(..., d, d)``."""

    __slots__ = ()
    rank = 2


def vector(name: str, meaning: str = "") -> VectorSymbol:
    """Return a symbol that stands for a real vector."""
    return VectorSymbol(name, meaning, real=True)


def matrix(name: str, meaning: str = "") -> MatrixSymbol:
    """Return a symbol that stands for a real square matrix."""
    return MatrixSymbol(name, meaning, real=True)


def rank(symbol: sp.Symbol) -> int:
    """Return how many trailing axes the values of ``symbol`` have: 0, 1 or 2."""
    return getattr(symbol, "rank", 0)


class _ArrayFunction(sp.Function):
    """A function of array symbols; stays unevaluated until numbers are put in."""

    is_real = True


class norm(_ArrayFunction):
    """``norm(v)`` is the Euclidean norm, ``norm(v, p)`` the p-norm, ``norm(v, Sigma)`` = ‖v‖_Σ."""

    nargs = (1, 2)
    is_nonnegative = True

    def _latex(self, printer: object, exp: str | None = None) -> str:
        inside = printer._print(self.args[0])  # type: ignore[attr-defined]
        below = "" if len(self.args) == 1 else f"_{{{printer._print(self.args[1])}}}"  # type: ignore[attr-defined]
        return rf"\left\|{inside}\right\|{below}" + (f"^{{{exp}}}" if exp else "")


class inner(_ArrayFunction):
    """``inner(u, v)`` is the Euclidean inner product."""

    nargs = 2

    def _latex(self, printer: object, exp: str | None = None) -> str:
        u, v = (printer._print(argument) for argument in self.args)  # type: ignore[attr-defined]
        return rf"\left\langle {u}, {v}\right\rangle" + (f"^{{{exp}}}" if exp else "")


class times(_ArrayFunction):
    """``times(A, v)`` is the matrix-vector product, a vector."""

    nargs = 2

    def _latex(self, printer: object, exp: str | None = None) -> str:
        return " ".join(printer.parenthesize(a, 50) for a in self.args)  # type: ignore[attr-defined]


def _norm(v: np.ndarray, kind: np.ndarray | float | None = None) -> np.ndarray:
    if kind is None:
        return np.linalg.norm(v, axis=0)
    if np.ndim(kind) == v.ndim + 1:
        return np.sqrt(np.einsum("i...,ij...,j...->...", v, kind, v))
    if np.ndim(kind) == 0:
        return np.linalg.norm(v, ord=float(kind), axis=0)
    return (np.abs(v) ** kind).sum(axis=0) ** (1 / np.asarray(kind))


NUMPY: dict[str, Callable[..., np.ndarray]] = {
    "norm": _norm,
    "inner": lambda u, v: np.einsum("i...,i...->...", u, v),
    "times": lambda a, v: np.einsum("ij...,j...->i...", a, v),
}
"""What the functions do to arrays whose own axes stand first, (d, ...) and (d, d, ...): so scalars
of any shape (...) scale them by plain broadcasting."""
