from hypothesis import given, settings
from hypothesis import strategies as st

from seedkit.core.planning.dependency_order import load_order, with_dependencies

Graph = dict[int, list[int]]

fifty = settings(max_examples=50)


@st.composite
def graphs(draw: st.DrawFn) -> Graph:
    nodes = draw(st.permutations(range(draw(st.integers(0, 12)))))
    known = st.sampled_from([*nodes, 99])  # 99: something that is needed but not to be ordered
    return {node: draw(st.lists(known, max_size=4)) for node in nodes}


def reachable(graph: Graph, start: int) -> set[int]:
    found: set[int] = set()
    waiting = [start]
    while waiting:
        for needed in graph.get(waiting.pop(), []):
            if needed in graph and needed not in found:
                found.add(needed)
                waiting.append(needed)
    return found


@fifty
@given(graphs())
def test_every_node_is_in_just_one_group(graph: Graph) -> None:
    groups = load_order(list(graph), graph.__getitem__)

    assert sorted(node for group in groups for node in group) == sorted(graph)


@fifty
@given(graphs())
def test_each_group_comes_after_all_that_it_depends_on(graph: Graph) -> None:
    groups = load_order(list(graph), graph.__getitem__)

    done: set[int] = set()
    for group in groups:
        done.update(group)
        assert {needed for node in group for needed in graph[node] if needed in graph} <= done


@fifty
@given(graphs())
def test_nodes_are_together_if_and_only_if_they_depend_on_each_other(graph: Graph) -> None:
    groups = load_order(list(graph), graph.__getitem__)

    reach = {node: reachable(graph, node) for node in graph}
    circles = {frozenset({node} | {other for other in reach[node] if node in reach[other]}) for node in graph}
    assert {frozenset(group) for group in groups} == circles


@fifty
@given(st.permutations(range(8)))
def test_nodes_without_dependencies_keep_the_given_order(nodes: list[int]) -> None:
    groups = load_order(nodes, lambda _: [])

    assert groups == [[node] for node in nodes]


def test_nodes_of_a_circle_keep_the_given_order() -> None:
    needs = {"employees": ["departments"], "users": [], "departments": ["employees", "users"]}

    assert load_order(list(needs), needs.__getitem__) == [["users"], ["employees", "departments"]]


def test_a_chain_may_be_longer_than_pythons_stack() -> None:
    chain = range(5_000)

    groups = load_order(chain, lambda node: [node + 1])

    assert groups == [[node] for node in reversed(chain)]


@fifty
@given(graphs(), st.sets(st.integers(0, 11), max_size=3))
def test_what_is_chosen_brings_all_that_it_depends_on_and_nothing_else(graph: Graph, chosen: set[int]) -> None:
    known = {node: [needed for needed in graph[node] if needed in graph] for node in graph}
    chosen &= set(graph)

    found = with_dependencies(chosen, known.__getitem__)

    assert found == chosen.union(*(reachable(graph, node) for node in chosen))
