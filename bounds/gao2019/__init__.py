"""Gao, Cai, Li, Hsieh, Wang and Lee (2019), Convergence of Adversarial Training in Overparametrized
Neural Networks.

The statements are read when ``theorems`` is asked for; one of them alone is read from its own file.
"""

from typing import Any

from bounds.gao2019.notation import paper

__all__ = ["paper", "theorems"]


def __getattr__(name: str) -> Any:
    if name != "theorems":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from bounds.gao2019.contents import theorems

    return theorems
