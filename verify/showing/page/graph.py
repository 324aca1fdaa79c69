"""The graph of what rests on what, with a place for everything."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import isotonic_regression

from verify.showing.page.layers import Layered, Node, Waypoint, layered

HEIGHT, ABOVE, BESIDE, ROW = 30.0, 62.0, 14.0, 8
"""Of a node; from layer to layer; between neighbours; how many that stand alone are in a row."""

LETTER, PADDING, PASSAGE = 6.9, 36.0, 8.0
"""Widths: of a letter, of what is around the name of a node, of an edge that passes a layer."""

ROUNDS = 8


@dataclass(frozen=True)
class Vertex:
    """A statement in the graph: its name, how it looks, what its status is, where it stands."""

    id: str
    label: str
    look: str
    status: str
    href: str

    @property
    def width(self) -> float:
        """Of its box."""
        return LETTER * len(self.label) + PADDING


@dataclass(frozen=True)
class Placed:
    """A vertex and the upper left corner of its box."""

    vertex: Vertex
    x: float
    y: float


@dataclass(frozen=True)
class Drawn:
    """The graph in a plane: boxes, and edges as paths of SVG."""

    nodes: tuple[Placed, ...]
    edges: tuple[str, ...]
    width: float
    height: float


def drawn(vertices: Sequence[Vertex], edges: Iterable[tuple[str, str]]) -> Drawn:
    """Draw a graph from the foundations down; what stands alone comes below.

    Parameters
    ----------
    vertices : sequence of Vertex
    edges : pairs of ids
        From what is used to what uses it.
    """
    edges = list(edges)
    by_id = {one.id: one for one in vertices}
    joined = {end for edge in edges for end in edge}
    graph = layered([one.id for one in vertices if one.id in joined], edges)
    widths = {
        node: by_id[node].width if isinstance(node, str) else PASSAGE
        for layer in graph.layers
        for node in layer
    }
    middle = _middles(graph, widths)
    depth = {node: ABOVE * k for k, layer in enumerate(graph.layers) for node in layer}
    nodes = [
        Placed(by_id[node], middle[node] - widths[node] / 2, depth[node])
        for node in middle
        if isinstance(node, str)
    ]
    paths = tuple(_path(way, middle, depth) for way in graph.ways.values())
    bottom = ABOVE * len(graph.layers)
    alone = [one for one in vertices if one.id not in joined]
    for start in range(0, len(alone), ROW):
        x = 0.0
        for one in alone[start : start + ROW]:
            nodes.append(Placed(one, x, bottom))
            x += one.width + BESIDE
        bottom += HEIGHT + BESIDE
    right = max((one.x + one.vertex.width for one in nodes), default=0.0)
    return Drawn(tuple(nodes), paths, round(right, 1), round(max(bottom, 0.0), 1))


def _middles(graph: Layered, widths: dict[Node, float]) -> dict[Node, float]:
    """Put every node near the middle of its neighbours, in its order and apart from the next."""
    middle: dict[Node, float] = {}
    apart = {}
    for number, layer in enumerate(graph.layers):
        sizes = np.array([widths[node] + BESIDE for node in layer])
        apart[number] = np.cumsum(sizes) - sizes / 2
        middle.update(zip(layer, apart[number] - sizes.sum() / 2, strict=True))
    neighbours: dict[Node, list[Node]] = {node: [] for node in middle}
    for way in graph.ways.values():
        for one, other in itertools.pairwise(way):
            neighbours[one].append(other)
            neighbours[other].append(one)
    for _ in range(ROUNDS):
        for number, layer in enumerate(graph.layers):
            wanted = [
                float(np.mean([middle[other] for other in neighbours[node]] or [middle[node]]))
                for node in layer
            ]
            free = isotonic_regression(np.array(wanted) - apart[number]).x
            middle.update(zip(layer, (free + apart[number]).tolist(), strict=True))
    left = min((middle[node] - widths[node] / 2 for node in middle), default=0.0)
    return {node: float(place - left) for node, place in middle.items()}


def _path(way: Sequence[Node], middle: dict[Node, float], depth: dict[Node, float]) -> str:
    """Return an edge as a smooth path, from the lower side of its start to the upper of its end."""
    x, y = middle[way[0]], depth[way[0]] + HEIGHT
    parts = [f"M{x:.0f} {y:.0f}"]
    for node in way[1:]:
        to, top = middle[node], depth[node]
        half = (y + top) / 2
        parts.append(f"C{x:.0f} {half:.0f} {to:.0f} {half:.0f} {to:.0f} {top:.0f}")
        x, y = to, top
        if isinstance(node, Waypoint):
            y = top + HEIGHT
            parts.append(f"V{y:.0f}")
    return "".join(parts)
