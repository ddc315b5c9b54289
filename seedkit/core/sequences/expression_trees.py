"""Reads expressions in the form in which PostgreSQL stores them (`pg_node_tree`): `{FUNCEXPR :funcid 1574 ...}`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TypeAlias

from msgspec import Struct

Value: TypeAlias = "Node | list[Value] | str"

LONGEST_TREE = 1_000_000
"""Characters; a tree of more is not read: a text in it may have as many as its author likes."""

_TEXT_TYPES = ("25", "1043", "1042")  # text, varchar, bpchar
_UNKNOWN = "705"  # the type of a literal of which nobody has asked a type; a C string
_OID_BYTES = 4
_VARLENA_HEADER_BYTES = 4
_TOKEN = re.compile(r"[{}()\[\]]|(?:\\.|[^\s{}()\[\]\\])+")


class Node(Struct, frozen=True):
    """A node of an expression tree: `{FUNCEXPR :funcid 1574 ...}`."""

    kind: str
    fields: dict[str, list[Value]]

    def text(self, name: str) -> str:
        """Return a field of one word, or an empty text."""
        values = self.fields.get(name, [])
        return values[0] if values and isinstance(values[0], str) else ""

    def nodes(self, *names: str) -> list[Node]:
        """List the nodes of some fields, by default of all, those in lists as well."""
        return [node for name in names or self.fields for node in nodes_in(self.fields.get(name, []))]


def nodes_in(values: Sequence[Value]) -> Iterator[Node]:
    """Go through nodes, those in lists as well."""
    waiting = list(reversed(values))
    while waiting:
        value = waiting.pop()
        if isinstance(value, Node):
            yield value
        elif isinstance(value, list):
            waiting.extend(reversed(value))


def constant_below(node: Node) -> Node | None:
    """Return the constant under changes of type that keep its bytes."""
    while node.kind == "RELABELTYPE":
        node = node.nodes("arg")[0]
    return node if node.kind == "CONST" else None


def text_of(constant: Node) -> str | None:
    """Read a text, which is in the database's encoding; where that is not UTF-8, most names are ASCII all the same."""
    kind, stored = constant.text("consttype"), bytes_of(constant)
    if kind not in (*_TEXT_TYPES, _UNKNOWN) or not stored:
        return None
    try:
        return stored[:-1].decode() if kind == _UNKNOWN else stored[_VARLENA_HEADER_BYTES:].decode()
    except UnicodeDecodeError:
        return None


def bytes_of(constant: Node) -> bytes:
    """Return a constant's bytes; PostgreSQL prints them as C's char, which is signed on some machines."""
    stored = constant.fields.get("constvalue", [])
    numbers = next((value for value in stored if isinstance(value, list)), [])
    return bytes(int(number) & 255 for number in numbers if isinstance(number, str))


def number_of(data: bytes) -> int:
    """Read an OID in the server's byte order: the other four bytes are zero, or the sign of a negative one."""
    low, high = data[:_OID_BYTES], data[_OID_BYTES:]
    is_little = high in (bytes(_OID_BYTES), b"\xff" * _OID_BYTES)
    return int.from_bytes(low, "little") if is_little else int.from_bytes(high, "big")


def parsed(tree: str) -> list[Node]:
    """Read the nodes of a tree, or of a list of them; raises ValueError for what is none, or too long.

    Without recursion, as trees are deeper than Python's stack: `levels` are the open brackets and what they hold.
    """
    if len(tree) > LONGEST_TREE:
        raise ValueError(f"is longer than {LONGEST_TREE:,} characters as PostgreSQL stores it")
    root: list[Value] = []
    levels: list[tuple[Node | None, list[Value]]] = [(None, root)]
    tokens = iter(_TOKEN.findall(tree))
    for word in tokens:
        node, values = levels[-1]
        if word in "{([":
            levels.append(_opened(word, tokens, values))
        elif word in "})]":
            levels.pop()
            if len(levels) == 1:
                break
        elif node is not None and word.startswith(":"):
            levels[-1] = node, node.fields.setdefault(word[1:], [])
        else:
            values.append(word)
    return _complete(root, levels)


def _opened(bracket: str, tokens: Iterator[str], values: list[Value]) -> tuple[Node | None, list[Value]]:
    node = Node(next(tokens, ""), {}) if bracket == "{" else None
    inside: list[Value] = []
    values.append(inside if node is None else node)
    return node, inside


def _complete(root: Sequence[Value], levels: Sequence[object]) -> list[Node]:
    nodes = list(nodes_in(root))
    if len(levels) == 1 and nodes:
        return nodes
    raise ValueError("is no expression tree, or one that ends in the middle")
