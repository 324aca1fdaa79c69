"""What the paper reads off its figures of two-layer networks: 6, 12 and 13."""

from __future__ import annotations

theorems = ()
