"""A graph without circles in layers: each node below everything that it rests on.

The method is Sugiyama's in its simplest form: longest ways decide the layers, an edge that jumps
over layers runs through a place in each of them, and a few sweeps put every node near the middle of
its neighbours.
"""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

SWEEPS = 12

Node = Hashable


@dataclass(frozen=True)
class Waypoint:
    """Where an edge passes through a layer."""

    start: Node
    end: Node
    layer: int


@dataclass(frozen=True)
class Layered:
    """Nodes in layers, and the ways of the edges through them.

    Attributes
    ----------
    layers : tuple of tuples of nodes and waypoints
        From the foundations on, each in its order.
    ways : mapping from edge to tuple
        What an edge passes, from its start to its end.
    """

    layers: tuple[tuple[Node, ...], ...]
    ways: Mapping[tuple[Node, Node], tuple[Node, ...]] = field(default_factory=dict)

    @property
    def crossings(self) -> int:
        """How many pairs of edges cross each other between two layers."""
        place = {node: k for layer in self.layers for k, node in enumerate(layer)}
        depth = {node: k for k, layer in enumerate(self.layers) for node in layer}
        between: dict[int, list[tuple[int, int]]] = defaultdict(list)
        for way in self.ways.values():
            for one, other in itertools.pairwise(way):
                between[depth[one]].append((place[one], place[other]))
        return sum(
            (a - c) * (b - d) < 0
            for pairs in between.values()
            for k, (a, b) in enumerate(pairs)
            for c, d in pairs[:k]
        )


def layered(nodes: Sequence[Node], edges: Iterable[tuple[Node, Node]]) -> Layered:
    """Lay out a graph.

    Parameters
    ----------
    nodes : sequence
        Each once; their order decides where nothing else does.
    edges : pairs of nodes
        From what is used to what uses it. An edge that closes a circle is left out.
    """
    kept = _without_circles(nodes, dict.fromkeys(edges))
    depth = _depths(nodes, kept)
    layers: list[list[Node]] = [[] for _ in range(max(depth.values(), default=-1) + 1)]
    for node in nodes:
        layers[depth[node]].append(node)
    ways: dict[tuple[Node, Node], tuple[Node, ...]] = {}
    for start, end in kept:
        between = [Waypoint(start, end, k) for k in range(depth[start] + 1, depth[end])]
        for waypoint in between:
            layers[waypoint.layer].append(waypoint)
        ways[start, end] = (start, *between, end)
    return _untangled(layers, ways)


def _without_circles(
    nodes: Sequence[Node], edges: Iterable[tuple[Node, Node]]
) -> list[tuple[Node, Node]]:
    """Return the edges between the nodes without those that close a circle."""
    known = set(nodes)
    above: dict[Node, set[Node]] = {node: set() for node in nodes}
    kept = []
    for start, end in edges:
        if start not in known or end not in known or start == end:
            continue
        reached, waiting = set(), [start]
        while waiting:
            node = waiting.pop()
            if node not in reached:
                reached.add(node)
                waiting += above[node]
        if end not in reached:
            above[end].add(start)
            kept.append((start, end))
    return kept


def _depths(nodes: Sequence[Node], edges: Sequence[tuple[Node, Node]]) -> dict[Node, int]:
    """Return the layer of each node: above what uses it, and no further up than it has to be."""
    depth = dict.fromkeys(nodes, 0)
    for _ in nodes:
        changed = False
        for start, end in edges:
            if depth[end] <= depth[start]:
                depth[end], changed = depth[start] + 1, True
        if not changed:
            break
    users: dict[Node, list[Node]] = defaultdict(list)
    for start, end in edges:
        users[start].append(end)
    for node in sorted(nodes, key=lambda one: -depth[one]):
        if users[node]:
            depth[node] = min(depth[end] for end in users[node]) - 1
    return depth


def _untangled(
    layers: list[list[Node]], ways: Mapping[tuple[Node, Node], tuple[Node, ...]]
) -> Layered:
    """Order each layer by the middle of the neighbours in the layer before, or behind."""
    before: dict[Node, list[Node]] = defaultdict(list)
    behind: dict[Node, list[Node]] = defaultdict(list)
    for way in ways.values():
        for one, other in itertools.pairwise(way):
            before[other].append(one)
            behind[one].append(other)
    best = Layered(tuple(map(tuple, layers)), ways)
    fewest = best.crossings
    for sweep in range(SWEEPS):
        forward = sweep % 2 == 0
        neighbours = before if forward else behind
        for layer in layers if forward else reversed(layers):
            place = {
                node: (k + 0.5) / len(other) for other in layers for k, node in enumerate(other)
            }
            middle = {node: _mean(neighbours[node], place, place[node]) for node in layer}
            layer.sort(key=lambda node: middle[node])
        found = Layered(tuple(map(tuple, layers)), ways)
        if (count := found.crossings) < fewest:
            best, fewest = found, count
    return best


def _mean(nodes: Sequence[Node], place: Mapping[Node, float], default: float) -> float:
    return sum(place[node] for node in nodes) / len(nodes) if nodes else default
