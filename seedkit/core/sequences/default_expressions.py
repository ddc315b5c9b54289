"""Reads which sequences a column's default draws from, in the form in which PostgreSQL stores the expression.

The stored tree (`pg_attrdef.adbin::text`, `pg_node_tree`) tells `nextval` from `currval`, and a value that is kept
from one that is computed with, without `pg_get_expr`, which waits behind any table under ACCESS EXCLUSIVE. Only
defaults other than a plain `nextval('s')` are read here; those are found in the catalog query itself. The bodies of
functions in SQL-standard form are stored in the same way, and so are the actions of rules.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from functools import lru_cache

from msgspec import Struct

from seedkit.core.sequences.expression_trees import Node, bytes_of, constant_below, number_of, parsed, text_of
from seedkit.core.sequences.key_patterns import PLAIN, KeyPattern
from seedkit.core.sequences.tree_spellings import spelled

_NEXTVAL = "1574"
_TEXT_TO_REGCLASS = ("1079", "3495")  # the cast, to_regclass
_AMONG_INTEGERS = ("480", "714", "754", "313", "314", "481")  # bigint, integer, smallint
_WITH_NUMERIC = ("1781", "1740", "1782", "1703", "1744", "1779", "1783")  # to numeric, to numeric(p, s), and back
_TO_LENGTH = ("668", "669")  # of character(n), of character varying(n)
_VALUE_KEEPING_CASTS = frozenset((*_AMONG_INTEGERS, *_WITH_NUMERIC, *_TO_LENGTH))
_LATE_BOUND = ("25", "1043")  # text, varchar
_REGCLASS = "2205"
_TRANSPARENT = {"RELABELTYPE": "arg", "COERCETODOMAIN": "arg", "COERCEVIAIO": "arg", "TARGETENTRY": "expr"}
_SELECT, _INSERT = "1", "3"
_FOR_ITS_VALUE = "4"


class Draw(Struct, frozen=True):
    """One call of `nextval`: on the sequence of an OID, of a name that is looked up at every insert, or unknown.

    `computed` says that the column's value is not the sequence's: `nextval('s') * 10`, `encode(nextval('s'))`.
    `problem` says why a default could not be read. `pattern` is how a text is made of the value.
    """

    sequence: int | str | None
    computed: bool = False
    problem: str | None = None
    pattern: KeyPattern = PLAIN


class FunctionCall(Struct, frozen=True):
    """A call of a function in a default: what becomes of its result, and its arguments as far as they are constant."""

    function: int
    arguments: tuple[str | int | None, ...] = ()
    computed: bool = False
    pattern: KeyPattern = PLAIN


@lru_cache(maxsize=256)
def drawn_by(tree: str) -> frozenset[Draw]:
    """Find the sequences that a stored default draws from; raises ValueError for what is no tree, or too long.

    >>> const = "{CONST :consttype 2205 :constvalue 4 [ 57 48 0 0 0 0 0 0 ]}"
    >>> [draw.sequence for draw in drawn_by("{FUNCEXPR :funcid 1574 :args (" + const + ")}")]
    [12345]
    """
    return frozenset(_draws(parsed(tree)[0]))


@lru_cache(maxsize=256)
def calls_in(tree: str, functions: frozenset[int]) -> frozenset[FunctionCall]:
    """Find the calls of some functions in a stored default; raises ValueError as `drawn_by` does."""
    return frozenset(
        FunctionCall(int(call.text("funcid")), tuple(map(_constant_argument, call.nodes("args"))), computed, pattern)
        for call, computed, pattern in _met(parsed(tree)[0], {str(function) for function in functions})
    )


@lru_cache(maxsize=64)
def drawn_by_body(tree: str) -> frozenset[Draw]:
    """Find what a function with a body in SQL-standard form draws: `computed` where that is not what it returns."""
    statements = parsed(tree)
    returned = frozenset(_draws(statements[-1]))
    return returned or frozenset(Draw(draw.sequence, computed=True) for body in statements for draw in _draws(body))


def drawn_by_rule(tree: str) -> Mapping[tuple[int, int], frozenset[Draw]]:
    """Find what the INSERTs of a rule's action draw for columns: by the table's OID and the column's number."""
    found = {}
    for query in parsed(tree):
        tables = [entry.text("relid") for entry in query.nodes("rtable")]
        place = int(query.text("resultRelation") or 0)
        if query.text("commandType") == _INSERT and 0 < place <= len(tables):
            for entry in query.nodes("targetList"):
                if draws := frozenset(_draws(entry)):
                    found[int(tables[place - 1] or 0), int(entry.text("resno"))] = draws
    return found


def _draws(root: Node) -> Iterator[Draw]:
    for call, computed, pattern in _met(root, {_NEXTVAL}):
        yield Draw(_named_by(call), computed, pattern=pattern)


def _met(root: Node, functions: Collection[str]) -> Iterator[tuple[Node, bool, KeyPattern]]:
    """Walk through a tree without recursion: `nextval('s') + 1 + 1 ...` is nested deeper than Python's stack.

    Gives the calls of some functions, and whether they are computed with, or else how they are spelled.
    """
    waiting = [(root, False, PLAIN)]
    while waiting:
        node, computed, pattern = waiting.pop()
        if node.kind == "FUNCEXPR" and node.text("funcid") in functions:
            yield node, computed, pattern
            if node.text("funcid") == _NEXTVAL:
                continue
        kept = dict.fromkeys(map(id, _value_keeping(node)), pattern) | _spelled(node, pattern)
        waiting += [(part, computed or id(part) not in kept, kept.get(id(part), pattern)) for part in node.nodes()]


def _spelled(node: Node, outer: KeyPattern) -> dict[int, KeyPattern]:
    found = spelled(node)
    pattern = outer.of(found[1]) if found else None
    return {id(found[0]): pattern} if found and pattern else {}


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
    if node.kind in ("QUERY", "SUBLINK"):
        return _selected(node)
    return node.nodes(_TRANSPARENT[node.kind]) if node.kind in _TRANSPARENT else []


def _selected(query: Node) -> list[Node]:
    """Give what a plain SELECT selects, also one in brackets that stands for its value."""
    if query.kind == "SUBLINK":
        return query.nodes("subselect") if query.text("subLinkType") == _FOR_ITS_VALUE else []
    plain = query.text("commandType") == _SELECT and query.text("setOperations") in ("", "<>")
    return query.nodes("targetList")[:1] if plain else []


def _constant_argument(argument: Node) -> str | int | None:
    constant = constant_below(argument)
    if constant is None:
        return None
    return _oid_of(constant) if constant.text("consttype") == _REGCLASS else text_of(constant)


def _named_by(call: Node) -> int | str | None:
    """Read the argument of `nextval`; None where it is computed when a row is inserted."""
    argument = next(iter(call.nodes("args")), call)
    late = argument.kind == "FUNCEXPR" and argument.text("funcid") in _TEXT_TO_REGCLASS
    constant = constant_below(next(iter(argument.nodes("args")), argument) if late else argument)
    if constant is None:
        return None
    return _name_in(constant) if late else _oid_of(constant)


def _name_in(constant: Node) -> str | None:
    return text_of(constant) if constant.text("consttype") in _LATE_BOUND else None


def _oid_of(constant: Node) -> int:
    return number_of(bytes_of(constant))
