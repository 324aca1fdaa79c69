"""Wang, Ullah, Mianjy and Arora (2022), Adversarial Robustness is at Odds with Lazy Training.

The statements are read when ``theorems`` is asked for; one of them alone is read from its own file.
"""

from typing import Any

from bounds.wang2022.notation import paper

__all__ = ["paper", "theorems"]


def __getattr__(name: str) -> Any:
    if name != "theorems":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from bounds.wang2022.contents import theorems

    return theorems
