"""Fingerprints of code: what the outcome of a simulation in a user's file depends on.

The simulations of this package raise a version number when they change, and a test sees to it. In
a file of one's own that is easily forgotten, so there the code itself is part of the key under
which replicates are stored.
"""

from __future__ import annotations

import ast
import hashlib
from collections.abc import Iterable

DOCSTRING = ""
"""What a docstring is said to define: nothing refers to it, so it does not count."""


def fingerprint(source: str, function: str) -> str:
    """Return a fingerprint of the code of a file that one of its functions can reach.

    Comments, layout, docstrings and the function's decorators do not count, nor do definitions that
    the function does not refer to, directly or indirectly. Statements that define nothing always
    count. What the file imports is seen to by `verify.catalogue.imports`.

    Parameters
    ----------
    source : str
        The text of the file.
    function : str
        Name of a function defined at its top level; for any other the whole file counts.
    """
    statements = [_plain(statement, function) for statement in ast.parse(source).body]
    binds = [_bound(statement) for statement in statements]
    known = set().union(*binds) - {DOCSTRING}
    reached = {function} if function in known else known
    while True:
        counted = [
            statement
            for statement, names in zip(statements, binds, strict=True)
            if not names or names & reached
        ]
        further = reached | _mentioned(counted)
        if further == reached:
            break
        reached = further
    text = "\n".join(ast.dump(statement) for statement in counted)
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def _plain(statement: ast.stmt, function: str) -> ast.stmt:
    """Drop docstrings, and the decorators of the function (the binding to claims and a grid)."""
    for node in ast.walk(statement):
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            if ast.get_docstring(node, clean=False) is not None:
                node.body = node.body[1:] or [ast.Pass()]
    if isinstance(statement, ast.FunctionDef) and statement.name == function:
        statement.decorator_list = []
    return statement


def _bound(statement: ast.stmt) -> set[str]:
    """Names that a statement defines; none if it does anything else besides."""
    if isinstance(statement, ast.FunctionDef | ast.ClassDef):
        return {statement.name}
    if isinstance(statement, ast.Import | ast.ImportFrom):
        names = {(a.asname or a.name).partition(".")[0] for a in statement.names}
        return set() if "*" in names else names
    targets = []
    if isinstance(statement, ast.Assign):
        targets = statement.targets
    elif isinstance(statement, ast.AnnAssign):
        targets = [statement.target]
    elif isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant):
        return {DOCSTRING}
    parts = [part for target in targets for part in getattr(target, "elts", [target])]
    return {part.id for part in parts} if all(isinstance(p, ast.Name) for p in parts) else set()


def _mentioned(statements: Iterable[ast.stmt]) -> set[str]:
    """Every name that occurs in some statements."""
    return {
        node.id
        for statement in statements
        for node in ast.walk(statement)
        if isinstance(node, ast.Name)
    }
