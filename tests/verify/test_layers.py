"""A graph in layers: what rests on something stands below it, and no way gets lost."""

import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from verify.showing.page.graph import BESIDE, HEIGHT, WIDEST, Vertex, drawn
from verify.showing.page.layers import Waypoint, layered

numbers = st.integers(0, 11)
edges = st.lists(st.tuples(numbers, numbers), max_size=30)


@given(edges)
def test_every_node_stands_once_and_every_edge_leads_down_layer_by_layer(edges):
    nodes = list(range(12))
    graph = layered(nodes, edges)
    depth = {node: k for k, layer in enumerate(graph.layers) for node in layer}
    placed = [node for layer in graph.layers for node in layer if not isinstance(node, Waypoint)]
    assert sorted(placed) == nodes
    for (start, end), way in graph.ways.items():
        assert (way[0], way[-1]) == (start, end)
        assert [depth[node] for node in way] == list(range(depth[start], depth[end] + 1))
        assert all(isinstance(node, Waypoint) for node in way[1:-1])


@given(edges)
def test_an_edge_is_left_out_only_where_it_would_close_a_circle(edges):
    kept = set(layered(list(range(12)), edges).ways)
    assert kept <= set(edges)
    above = {node: {start for start, end in kept if end == node} for node in range(12)}

    def rests_on(node, other):
        return node == other or any(rests_on(one, other) for one in above[node])

    for start, end in set(edges) - kept:
        assert rests_on(start, end)


def crossings(graph) -> int:
    """Counted pair by pair on the drawing."""
    place = {node: (k, x) for k, layer in enumerate(graph.layers) for x, node in enumerate(layer)}
    pieces = [(place[a], place[b]) for way in graph.ways.values() for a, b in pairwise(way)]
    return sum(
        one[0][0] == other[0][0]
        and (one[0][1] < other[0][1]) != (one[1][1] < other[1][1])
        and one[0][1] != other[0][1]
        and one[1][1] != other[1][1]
        for k, one in enumerate(pieces)
        for other in pieces[:k]
    )


@given(edges)
def test_sweeps_never_add_crossings(edges):
    graph = layered(list(range(12)), edges)
    assert graph.crossings == crossings(graph)
    tangled = layered([0, 1, 2, 3], [(0, 3), (1, 2)])
    assert crossings(tangled) == 0


@given(edges)
def test_boxes_of_a_layer_do_not_overlap_and_lie_in_the_picture(edges):
    vertices = [Vertex(str(k), "x" * k, "holds", "holds", f"#{k}") for k in range(12)]
    graph = drawn(vertices, [(str(a), str(b)) for a, b in edges])
    assert sorted(int(one.vertex.id) for one in graph.nodes) == list(range(12))
    rows = {}
    for one in graph.nodes:
        rows.setdefault(one.y, []).append((one.x, one.x + one.vertex.width))
        assert one.x >= -1e-6 and one.x + one.vertex.width <= graph.width + 0.1
    for row in rows.values():
        for (_, right), (left, _) in pairwise(sorted(row)):
            assert left - right >= BESIDE - 1e-6


def ends(edge) -> tuple[list[float], list[float]]:
    """The coordinates of the points of a drawn edge."""
    points = re.sub(r"V\d+", "", edge.path).replace("M", " ").replace("C", " ").split()
    return (
        [float(x) + edge.x for x in points[::2]],
        [float(y) + edge.y for y in points[1::2]],
    )


@given(edges)
def test_edges_lie_in_the_picture_and_nothing_is_left_empty_below(edges):
    vertices = [Vertex(str(k), "x" * k, "holds", "holds", f"#{k}") for k in range(12)]
    graph = drawn(vertices, [(str(a), str(b)) for a, b in edges])
    for edge in graph.edges:
        across, down = ends(edge)
        assert -1 <= min(across) and max(across) <= graph.width + 1
        assert 0 <= min(down) and max(down) <= graph.height
    assert max(one.y for one in graph.nodes) + HEIGHT == pytest.approx(graph.height)


def test_parts_that_are_not_joined_stand_side_by_side_as_long_as_they_fit():
    vertices = [Vertex(f"{k}{end}", "x" * 36, "holds", "", "") for k in range(6) for end in "ab"]
    graph = drawn(vertices, [(f"{k}a", f"{k}b") for k in range(6)])
    places = [(one.x, one.y) for one in graph.nodes if one.vertex.id.endswith("a")]
    assert len({y for _, y in places}) == 2 and len({x for x, _ in places}) == 3
    assert graph.width <= WIDEST
    alone = drawn(vertices[:3], [])
    assert len({one.y for one in alone.nodes}) == 1 and alone.height == HEIGHT
    assert drawn([], []).height == 0


def test_a_foundation_stands_right_above_the_first_that_uses_it():
    graph = layered("abcd", [("a", "b"), ("b", "c"), ("d", "c")])
    assert [sorted(map(str, layer)) for layer in graph.layers] == [["a"], ["b", "d"], ["c"]]
