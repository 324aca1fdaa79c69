"""Laws of a coordinate of the noise that meet Definition 2.1, as cells name them."""

from __future__ import annotations

from sim.clusters.data import Noise, gaussian, laplace_gaussian, truncated_normal

INSIDE_VARIANCE = 3 / 8
"""Largest variance of a normal coordinate with sub-Gaussian norm at most 1."""

LAWS: dict[str, Noise] = {
    "normal": gaussian(0.6),
    "Laplace times normal": laplace_gaussian(2.0, 3.0),
    "truncated normal": truncated_normal(1.1, 2.0),
}
"""Product laws that are strongly log-concave with sub-Gaussian norm at most 1."""

OTHER_LAWS = [name for name in LAWS if name != "normal"]
