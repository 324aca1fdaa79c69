"""Zhang, Plevrakis, Du, Li, Song and Arora (2020), Over-parameterized Adversarial Training: An
Analysis Overcoming the Curse of Dimensionality.

The statements are read when ``theorems`` is asked for; one of them alone is read from its own file.
"""

from typing import Any

from bounds.zhang2020.notation import paper

__all__ = ["paper", "theorems"]


def __getattr__(name: str) -> Any:
    if name != "theorems":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from bounds.zhang2020.contents import theorems

    return theorems
