"""Wang, Zhang and Arora (2024), Benign Overfitting in Adversarial Training of Neural Networks.

The statements are read when ``theorems`` is asked for; one of them alone is read from its own file.
"""

from typing import Any

from bounds.wang2024.notation import paper

__all__ = ["paper", "theorems"]


def __getattr__(name: str) -> Any:
    if name != "theorems":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from bounds.wang2024.contents import theorems

    return theorems
