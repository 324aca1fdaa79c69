"""Xing, Song and Cheng (2021), On the Generalization Properties of Adversarial Training.

The statements are read when ``theorems`` is asked for; one of them alone is read from its own file.
"""

from typing import Any

from bounds.xing2021.notation import paper

__all__ = ["paper", "theorems"]


def __getattr__(name: str) -> Any:
    if name != "theorems":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from bounds.xing2021.contents import theorems

    return theorems
