"""Puts things into an order in which each comes after what it depends on; circles stay together."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from typing import Generic, TypeVar

Node = TypeVar("Node", bound=Hashable)


def load_order(nodes: Sequence[Node], dependencies: Callable[[Node], Iterable[Node]]) -> list[list[Node]]:
    """Group nodes into circles (mostly of one) and order the groups, dependencies first.

    Nodes that don't depend on each other keep the order in which they are given. Tarjan's algorithm for strongly
    connected components (1972), which gives the components in just this order; without recursion, as a chain of
    foreign keys may be longer than Python's stack.

    >>> needs = {"orders": ["users"], "users": [], "a": ["b"], "b": ["a"]}
    >>> load_order(["orders", "users", "a", "b"], needs.__getitem__)
    [['users'], ['orders'], ['a', 'b']]
    """
    return _Components(nodes, dependencies).groups()


class _Components(Generic[Node]):
    """Tarjan's algorithm at work: `depth` numbers nodes as they are met, `lowest` is how far back each one reaches."""

    def __init__(self, nodes: Sequence[Node], dependencies: Callable[[Node], Iterable[Node]]) -> None:
        self._place = {node: position for position, node in enumerate(nodes)}
        self._dependencies = dependencies
        self._depth: dict[Node, int] = {}
        self._lowest: dict[Node, int] = {}
        self._open: list[Node] = []
        self._closed: set[Node] = set()
        self._groups: list[list[Node]] = []

    def groups(self) -> list[list[Node]]:
        for node in self._place:
            if node not in self._depth:
                self._walk_from(node)
        return self._groups

    def _walk_from(self, start: Node) -> None:
        path = [(start, self._enter(start))]
        while path:
            node, remaining = path[-1]
            following = next(remaining, None)
            if following is None:
                path.pop()
                self._leave(node, path[-1][0] if path else None)
            elif following not in self._depth:
                path.append((following, self._enter(following)))
            elif following not in self._closed:
                self._lowest[node] = min(self._lowest[node], self._depth[following])

    def _enter(self, node: Node) -> Iterator[Node]:
        self._depth[node] = self._lowest[node] = len(self._depth)
        self._open.append(node)
        return iter(self._in_order(needed for needed in self._dependencies(node) if needed in self._place))

    def _leave(self, node: Node, parent: Node | None) -> None:
        if parent is not None:
            self._lowest[parent] = min(self._lowest[parent], self._lowest[node])
        if self._lowest[node] == self._depth[node]:
            group = [self._open.pop()]
            while group[-1] != node:
                group.append(self._open.pop())
            self._closed.update(group)
            self._groups.append(self._in_order(group))

    def _in_order(self, nodes: Iterable[Node]) -> list[Node]:
        return sorted(nodes, key=self._place.__getitem__)


def with_dependencies(chosen: Iterable[Node], dependencies: Callable[[Node], Iterable[Node]]) -> set[Node]:
    """Collect the chosen nodes and all that they depend on, directly or not.

    >>> sorted(with_dependencies(["c"], {"a": [], "b": ["a"], "c": ["b"], "d": []}.__getitem__))
    ['a', 'b', 'c']
    """
    found: set[Node] = set()
    waiting = list(chosen)
    while waiting:
        node = waiting.pop()
        if node not in found:
            found.add(node)
            waiting.extend(dependencies(node))
    return found
