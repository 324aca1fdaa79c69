"""The graph of what rests on what, with a place for everything."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import scipy

from verify.showing.page.layers import Layered, Node, Waypoint, layered

HEIGHT, ABOVE, BESIDE = 30.0, 62.0, 14.0
"""Of a node; from layer to layer; between neighbours."""

WIDEST, APART, BELOW = 1000.0, 34.0, 40.0
"""Up to which width parts that are not joined stand side by side; between these, and below them."""

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
class Edge:
    """A path of SVG, and how far it is moved."""

    path: str
    x: float = 0.0
    y: float = 0.0


@dataclass(frozen=True)
class Drawn:
    """The graph in a plane: boxes, and edges."""

    nodes: tuple[Placed, ...]
    edges: tuple[Edge, ...]
    width: float
    height: float


def drawn(vertices: Sequence[Vertex], edges: Iterable[tuple[str, str]]) -> Drawn:
    """Draw a graph from the foundations down, part by part; what stands alone comes below.

    Parameters
    ----------
    vertices : sequence of Vertex
    edges : pairs of ids
        From what is used to what uses it.
    """
    edges = list(edges)
    parts = [_drawn(part, edges) for part in _parts(vertices, edges)]
    alone = [part for part in parts if not part.edges]
    joined = [part for part in parts if part.edges]
    nodes, paths, bottom, right = [], [], 0.0, 0.0
    for shelf in (*_shelves(joined), *_shelves(alone)):
        x = 0.0
        for part in shelf:
            nodes += [Placed(one.vertex, one.x + x, one.y + bottom) for one in part.nodes]
            paths += [Edge(one.path, x, bottom) for one in part.edges]
            right = max(right, x + part.width)
            x += part.width + (APART if part.edges else BESIDE)
        bottom += max(part.height for part in shelf) + (BELOW if shelf[0].edges else BESIDE)
    gap = BESIDE if alone else BELOW
    return Drawn(tuple(nodes), tuple(paths), round(right, 1), round(max(bottom - gap, 0.0), 1))


def _parts(vertices: Sequence[Vertex], edges: Sequence[tuple[str, str]]) -> list[list[Vertex]]:
    """Split a graph into what is joined, each part in the order of its vertices."""
    known = [one.id for one in vertices]
    place = {name: k for k, name in enumerate(known)}
    ends = [(place[a], place[b]) for a, b in edges if a in place and b in place]
    rows, columns = ([pair[side] for pair in ends] for side in (0, 1))
    size = len(known)
    matrix = scipy.sparse.coo_array((np.ones(len(ends)), (rows, columns)), shape=(size, size))
    count, number = scipy.sparse.csgraph.connected_components(matrix, directed=False)
    found: list[list[Vertex]] = [[] for _ in range(count)]
    for vertex, part in zip(vertices, number, strict=True):
        found[part].append(vertex)
    return found


def _shelves(parts: Sequence[Drawn]) -> Iterator[list[Drawn]]:
    """Put parts beside one another as long as they fit, in their order."""
    shelf: list[Drawn] = []
    for part in parts:
        if shelf and sum(one.width + APART for one in shelf) + part.width > WIDEST:
            yield shelf
            shelf = []
        shelf.append(part)
    if shelf:
        yield shelf


def _drawn(vertices: Sequence[Vertex], edges: Sequence[tuple[str, str]]) -> Drawn:
    """Draw a graph whose vertices are joined, or a single vertex."""
    by_id = {one.id: one for one in vertices}
    graph = layered(list(by_id), [edge for edge in edges if by_id.keys() >= set(edge)])
    widths = {
        node: by_id[node].width if isinstance(node, str) else PASSAGE
        for layer in graph.layers
        for node in layer
    }
    middle = _middles(graph, widths)
    depth = {node: ABOVE * k for k, layer in enumerate(graph.layers) for node in layer}
    nodes = tuple(
        Placed(by_id[node], middle[node] - widths[node] / 2, depth[node])
        for node in middle
        if isinstance(node, str)
    )
    paths = tuple(Edge(_path(way, middle, depth)) for way in graph.ways.values())
    right = max(middle[node] + widths[node] / 2 for node in middle)
    return Drawn(nodes, paths, float(right), ABOVE * (len(graph.layers) - 1) + HEIGHT)


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
            free = scipy.optimize.isotonic_regression(np.array(wanted) - apart[number]).x
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
