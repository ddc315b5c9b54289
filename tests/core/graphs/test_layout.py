"""Boxes stand apart, and lines pass between them, whatever the graph."""

from itertools import combinations, pairwise

from hypothesis import given
from hypothesis import strategies as st

from seedkit.core.graphs.layout import HEIGHT, Box, Drawing, drawn
from seedkit.core.graphs.tables import GraphKey, GraphTable, TableGraph


def graph(levels: list[int], pairs: set[tuple[int, int]]) -> TableGraph:
    tables = [GraphTable(number=number, name=f"table_{number}", level=level) for number, level in enumerate(levels)]
    keys = [GraphKey(child=child, parent=parent, columns=("id",), optional=False) for child, parent in sorted(pairs)]
    return TableGraph(tuple(tables), tuple(keys), {})


@st.composite
def graphs(draw: st.DrawFn) -> TableGraph:
    levels = draw(st.lists(st.integers(0, 5), max_size=14))
    numbers = st.integers(0, max(len(levels) - 1, 0))
    pairs = draw(st.sets(st.tuples(numbers, numbers), max_size=25)) if levels else set()
    return graph(levels, {(one, other) for one, other in pairs if levels[other] <= levels[one]})


def apart(one: Box, other: Box) -> bool:
    return one.right < other.x or other.right < one.x or abs(one.y - other.y) >= HEIGHT


def crossed(drawing: Drawing) -> list[tuple[object, object]]:
    """Which lanes lead through which boxes."""
    lanes = [(line, *lane) for line in drawing.lines for lane in line.lanes]
    return [
        (line, box)
        for line, left, right, height in lanes
        for box in drawing.boxes
        if left < box.right and box.x < right and abs(height - box.y) <= HEIGHT / 2
    ]


@given(graphs())
def test_boxes_are_apart_within_the_picture_and_no_line_leads_through_one(graph: TableGraph) -> None:
    drawing = drawn(graph)

    assert all(apart(one, other) for one, other in combinations(drawing.boxes, 2))
    assert all(box.x > 0 and box.right < drawing.width and 0 < box.y < drawing.height for box in drawing.boxes)
    assert not crossed(drawing)
    assert sorted(box.table.number for box in drawing.boxes) == [table.number for table in graph.tables]


@given(graphs())
def test_each_pair_of_tables_has_one_line_that_ends_at_both(graph: TableGraph) -> None:
    lines = drawn(graph).lines

    ends = [(line.child.table.number, line.parent.table.number) for line in lines]
    assert sorted(ends) == sorted({(key.child, key.parent) for key in graph.keys})
    assert all(len(line.lanes) == 0 or line.child.x > line.parent.x for line in lines)


def test_what_refers_to_a_table_stands_right_of_it_at_its_height() -> None:
    drawing = drawn(graph([0, 0, 1, 1], {(2, 1), (3, 0)}))

    places = {box.table.number: box for box in drawing.boxes}
    assert places[0].right < places[2].x
    assert places[2].y == places[1].y
    assert places[3].y == places[0].y


def test_a_line_over_a_level_passes_between_its_tables() -> None:
    drawing = drawn(
        graph([0, *[1] * 8, 2], {*((child, 0) for child in range(1, 10)), *((9, one) for one in range(1, 9))})
    )

    (over,) = [line for line in drawing.lines if line.lanes]
    assert (over.child.table.number, over.parent.table.number) == (9, 0)
    assert not crossed(drawing)


def test_parts_that_nothing_joins_leave_no_empty_band_between_them() -> None:
    drawing = drawn(graph([0, 0, 1, *[1] * 30], {(2, 0), *((child, 1) for child in range(3, 33))}))

    heights = sorted({box.y for box in drawing.boxes})
    assert max(below - above for above, below in pairwise(heights)) <= 2 * HEIGHT
