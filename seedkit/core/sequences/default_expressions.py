"""Reads which sequences a column's default draws from, in the form in which PostgreSQL stores the expression.

The stored tree (`pg_attrdef.adbin::text`, `pg_node_tree`) tells `nextval` from `currval`, and a value that is kept
from one that is computed with, without `pg_get_expr`, which waits behind any table under ACCESS EXCLUSIVE. Only
defaults other than a plain `nextval('s')` are read here; those are found in the catalog query itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

Value: TypeAlias = "Node | list[Value] | str"

_NEXTVAL = "1574"
_TEXT_TO_REGCLASS = ("1079", "3495")  # the cast, to_regclass
_AMONG_INTEGERS = ("480", "714", "754", "313", "314", "481")  # bigint, integer, smallint
_WITH_NUMERIC = ("1781", "1740", "1782", "1703", "1744", "1779", "1783")  # to numeric, to numeric(p, s), and back
_VALUE_KEEPING_CASTS = frozenset((*_AMONG_INTEGERS, *_WITH_NUMERIC))
_TEXT_TYPES = ("25", "1043")  # text, varchar
_OID_BYTES = 4
LONGEST_TREE = 1_000_000
"""Characters; a default of more is not read: a text in it may have as many as its author likes."""
_VARLENA_HEADER_BYTES = 4
_TOKEN = re.compile(r"[{}()\[\]]|(?:\\.|[^\s{}()\[\]\\])+")
_WRAPPER = re.compile(
    r"\s*+(?:begin\s++return|select)\s++(?:pg_catalog\.)?nextval\s*+\(\s*+'((?:[^']|'')+)'\s*+"
    r"(?:::\s*+(?:regclass|text)\s*+)?\)\s*+;?\s*+(?:end\s*+;?)?\s*+",  # possessive: blanks may be many
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Draw:
    """One call of `nextval`: on the sequence of an OID, of a name that is looked up at every insert, or unknown.

    `computed` says that the column's value is not the sequence's: `nextval('s') * 10`, `encode(nextval('s'))`.
    `problem` says why a default could not be read.
    """

    sequence: int | str | None
    computed: bool = False
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class Node:
    """A node of an expression tree: `{FUNCEXPR :funcid 1574 ...}`."""

    kind: str
    fields: dict[str, list[Value]]

    def text(self, name: str) -> str:
        """Return a field of one word, or an empty text."""
        values = self.fields.get(name, [])
        return values[0] if values and isinstance(values[0], str) else ""

    def nodes(self, *names: str) -> list[Node]:
        """List the nodes of some fields, by default of all, those in lists as well."""
        return [node for name in names or self.fields for node in _nodes_in(self.fields.get(name, []))]


def _nodes_in(values: Sequence[Value]) -> Iterator[Node]:
    waiting = list(reversed(values))
    while waiting:
        value = waiting.pop()
        if isinstance(value, Node):
            yield value
        elif isinstance(value, list):
            waiting.extend(reversed(value))


@lru_cache(maxsize=256)
def drawn_by(tree: str) -> frozenset[Draw]:
    """Find the sequences that a stored default draws from; raises ValueError for what is no tree, or too long.

    >>> const = "{CONST :consttype 2205 :constvalue 4 [ 57 48 0 0 0 0 0 0 ]}"
    >>> drawn_by("{FUNCEXPR :funcid 1574 :args (" + const + ")}")
    frozenset({Draw(sequence=12345, computed=False, problem=None)})
    """
    if len(tree) > LONGEST_TREE:
        raise ValueError(f"is longer than {LONGEST_TREE:,} characters as PostgreSQL stores it")
    return frozenset(_draws(_parse(tree)))


def wrapped_sequence(source: str) -> str | None:
    """Name the sequence of a function that does nothing but call `nextval`, or None.

    >>> wrapped_sequence("begin return nextval('order_numbers'); end")
    'order_numbers'
    >>> wrapped_sequence("select nextval('ids') << 10")
    """
    found = _WRAPPER.fullmatch(source)
    return found[1].replace("''", "'") if found else None


def _draws(root: Node) -> Iterator[Draw]:
    """Walk through a tree without recursion: `nextval('s') + 1 + 1 ...` is nested deeper than Python's stack."""
    waiting = [(root, False)]
    while waiting:
        node, computed = waiting.pop()
        if _calls_nextval(node):
            yield Draw(_named_by(node), computed)
            continue
        kept = {id(part) for part in _value_keeping(node)}
        waiting += [(part, computed or id(part) not in kept) for part in node.nodes()]


def _calls_nextval(node: Node) -> bool:
    return node.kind == "FUNCEXPR" and node.text("funcid") == _NEXTVAL


def _value_keeping(node: Node) -> list[Node]:
    """List the parts of an expression whose value becomes the expression's own."""
    if node.kind == "FUNCEXPR":
        return node.nodes("args")[:1] if node.text("funcid") in _VALUE_KEEPING_CASTS else []
    if node.kind in ("COALESCEEXPR", "COALESCE", "MINMAXEXPR", "MINMAX"):
        return node.nodes("args")
    if node.kind in ("CASEEXPR", "CASE"):
        return node.nodes("args", "defresult")
    if node.kind in ("CASEWHEN", "WHEN"):
        return node.nodes("result")
    return node.nodes("arg") if node.kind in ("RELABELTYPE", "COERCETODOMAIN", "COERCEVIAIO") else []


def _named_by(call: Node) -> int | str | None:
    """Read the argument of `nextval`; None where it is computed when a row is inserted."""
    argument = next(iter(call.nodes("args")), call)
    late = argument.kind == "FUNCEXPR" and argument.text("funcid") in _TEXT_TO_REGCLASS
    constant = _constant_below(next(iter(argument.nodes("args")), argument) if late else argument)
    if constant is None:
        return None
    return _name_in(constant) if late else _oid_of(_bytes_of(constant))


def _name_in(constant: Node) -> str | None:
    """Read a text, which is in the database's encoding; where that is not UTF-8, most names are ASCII all the same."""
    if constant.text("consttype") not in _TEXT_TYPES:
        return None
    try:
        return _bytes_of(constant)[_VARLENA_HEADER_BYTES:].decode()
    except UnicodeDecodeError:
        return None


def _constant_below(node: Node) -> Node | None:
    """Return the constant under changes of type that keep its bytes."""
    while node.kind == "RELABELTYPE":
        node = node.nodes("arg")[0]
    return node if node.kind == "CONST" else None


def _bytes_of(constant: Node) -> bytes:
    """Return a constant's bytes; PostgreSQL prints them as C's char, which is signed on some machines."""
    stored = constant.fields.get("constvalue", [])
    numbers = next((value for value in stored if isinstance(value, list)), [])
    return bytes(int(number) & 255 for number in numbers if isinstance(number, str))


def _oid_of(data: bytes) -> int:
    """Read an OID in the server's byte order: the other four bytes are zero, or the sign of a negative one."""
    low, high = data[:_OID_BYTES], data[_OID_BYTES:]
    is_little = high in (bytes(_OID_BYTES), b"\xff" * _OID_BYTES)
    return int.from_bytes(low, "little") if is_little else int.from_bytes(high, "big")


def _parse(tree: str) -> Node:
    """Read a tree, without recursion as well: `levels` are the open brackets and what they hold."""
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


def _complete(root: Sequence[Value], levels: Sequence[object]) -> Node:
    if len(levels) == 1 and root and isinstance(root[0], Node):
        return root[0]
    raise ValueError("is no expression tree, or one that ends in the middle")
