"""The members of JSON documents that CHECKs, and NOT NULL columns that are computed, ask for."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import TypeAlias

from msgspec import Struct, field
from msgspec.structs import replace

from seedkit.core.generation.columns import blocks
from seedkit.core.generation.columns.json_parts import InJson, ObjectOf
from seedkit.core.generation.constants import constant_of
from seedkit.core.generation.expressions.substitution import replaced
from seedkit.core.generation.expressions.tree import (
    And,
    Call,
    Cast,
    Column,
    Constant,
    Expression,
    Not,
    Operation,
    columns_of,
    nodes_of,
)
from seedkit.core.generation.expressions.values import Json
from seedkit.core.generation.narrowing import narrowed
from seedkit.core.generation.planning.chosen import Facts, Made, Run
from seedkit.core.generation.planning.proving import checks_on
from seedkit.core.generation.planning.types.compounds import Part
from seedkit.core.generation.planning.types.kinds import family_of
from seedkit.core.generation.shapes import Shape
from seedkit.core.generation.spans import Narrowing
from seedkit.core.generation.streams import Stream
from seedkit.core.values.copy_text import field_text

Path: TypeAlias = tuple[str, ...]

_STEPS = frozenset(("->", "->>"))
_PATHS = frozenset(("#>", "#>>"))
_WALKS = frozenset(f"{kind}_extract_path{text}" for kind in ("json", "jsonb") for text in ("", "_text"))
_KEYS = {"?": None, "?&": None, "?|": 1}
"""Operators that ask for keys of a list, and how many of them."""
_PLAIN_PATH = re.compile(r'\$(?:\.(?:\w+|"[^"\\]*"))+')
_PART = re.compile(r'\.(?:"([^"]*)"|(\w+))')
_MATCHES = frozenset(("~", "~*", "~~", "~~*"))
_VALUE = Column("value")
_BARE = frozenset(("smallint", "integer", "bigint", "numeric", "double precision", "real", "boolean", "jsonb"))
"""Types whose values stand in a document as they are."""
_OF_KINDS = {
    "number": "integer",
    "boolean": "boolean",
    "string": "text",
    **dict.fromkeys(("array", "object", "null"), "jsonb"),
}
"""The types that make a value of which `jsonb_typeof` says so."""


class Member(Struct):
    """What is asked of a member: the types that it is cast to, what CHECKs leave of it, a document that it is.

    It is `unique` where a key is computed from it; `patterns` are the CHECKs that compare it with one.
    """

    types: list[str] = field(default_factory=list)
    unique: bool = False
    narrowing: Narrowing = field(default_factory=Narrowing)
    patterns: tuple[Expression, ...] = ()
    constant: Json | None = None


def asked_members(facts: Facts) -> Mapping[Path, Member]:
    """Give the members that have to be there, by their paths, none of which leads through another."""
    name, checks = checks_on(facts)
    column = Column(name)
    computed = _computed(facts)
    found: dict[Path, Member] = {}
    for node in (node for check in (*checks, *computed.values()) for node in _asserted(check)):
        for path, constant in _asked(node, column):
            member = found.setdefault(path, Member())
            member.constant = member.constant or constant
    for path, member in found.items():
        spoken = _as_values(path, column, checks)
        member.narrowing = narrowed(_VALUE.name, spoken)
        member.patterns = tuple(node for check in spoken for node in _parts(check) if _is_pattern(node))
        member.types = sorted(_casts(path, column, [*checks, *_others(facts)]))
        member.unique = any(path_of(computed.get(key, column), column) == path for key in facts.rules.unique_columns)
    wanted = [path for path, member in found.items() if member.narrowing.null is not True]
    return {path: found[path] for path in wanted if not any(_leads(path, other) for other in wanted)}


def _computed(facts: Facts) -> Mapping[str, Expression]:
    """Give what columns are computed from that may not be NULL, or are a key."""
    rules = facts.rules
    asked = {name for name in rules.generated if rules.table.column(name).not_null} | rules.unique_columns
    return {name: node for name, node in rules.generated.items() if name in asked and facts.part is None}


def _leads(path: Path, other: Path) -> bool:
    return len(path) < len(other) and other[: len(path)] == path


def _asserted(node: Expression) -> Iterator[Expression]:
    """Give the nodes of a condition that stand below no NOT."""
    denied = {below for each in nodes_of(node) if isinstance(each, Not) for below in nodes_of(each)}
    return (each for each in nodes_of(node) if each not in denied)


def _asked(node: Expression, column: Column) -> Iterator[tuple[Path, Json | None]]:
    """Give the members that a node asks for, and the documents that they are to be."""
    path = path_of(node, column)
    if path:
        yield path, None
    match node:
        case Operation("?" | "?&" | "?|" as operator, left, right) if left is not None:
            yield from _keys(path_of(left, column), constant_of(right), _KEYS[operator])
        case Call("jsonb_exists", (left, right)):
            yield from _keys(path_of(left, column), constant_of(right), None)
        case Call("jsonb_path_exists", (left, right, *_)) if path_of(left, column) == ():
            yield from _walked(right)
        case Operation("@>", left, right) if left is not None and (base := path_of(left, column)) is not None:
            yield from _contained(base, constant_of(right))
        case _:
            return


def path_of(node: Expression, column: Column) -> Path | None:
    """Give the keys by which a node goes into a column's document; None for what does something else."""
    match node:
        case Column():
            return () if node == column else None
        case Operation(operator, left, right) if operator in _STEPS and left is not None:
            return _longer(path_of(left, column), [constant_of(right)])
        case Operation(operator, left, right) if operator in _PATHS and left is not None:
            return _longer(path_of(left, column), constant_of(right))
        case Call(function, (left, *keys)) if function in _WALKS:
            return _longer(path_of(left, column), list(map(constant_of, keys)))
        case _:
            return None


def _longer(path: Path | None, keys: object) -> Path | None:
    if path is None or not isinstance(keys, list) or not all(isinstance(key, str) for key in keys):
        return None
    return (*path, *keys)


def _keys(path: Path | None, keys: object, most: int | None) -> Iterator[tuple[Path, None]]:
    listed = keys if isinstance(keys, list) else [keys]
    for key in listed[:most]:
        if path is not None and isinstance(key, str):
            yield (*path, key), None


def _walked(node: Expression) -> Iterator[tuple[Path, None]]:
    """Read a path of SQL/JSON that is keys alone."""
    match node:
        case Cast(Constant(str() as path), _) if _PLAIN_PATH.fullmatch(path):
            yield tuple(quoted or plain for quoted, plain in _PART.findall(path)), None
        case _:
            return


def _contained(path: Path, document: object) -> Iterator[tuple[Path, Json]]:
    if isinstance(document, Json) and isinstance(document.document, dict):
        for key, value in document.document.items():
            yield (*path, key), Json(value)


def _as_values(path: Path, column: Column, checks: Iterable[Expression]) -> list[Expression]:
    """Read what the CHECKs say of a member as if it were a column."""
    nodes = (node for check in checks for node in nodes_of(check) if path_of(node, column) == path)
    values: dict[Expression, Expression] = dict.fromkeys(nodes, _VALUE)
    return [replaced(check, values) for check in checks]


def _parts(check: Expression) -> Iterable[Expression]:
    return check.operands if isinstance(check, And) else (check,)


def _is_pattern(node: Expression) -> bool:
    return isinstance(node, Operation) and node.operator in _MATCHES and columns_of(node) == {_VALUE.name}


def _casts(path: Path, column: Column, spoken: Iterable[Expression]) -> set[str]:
    """Name the types that a member is cast to, wherever it is spoken of."""
    casts = (node for each in spoken for node in nodes_of(each) if isinstance(node, Cast))
    return {cast.type for cast in casts if path_of(cast.operand, column) == path}


def _others(facts: Facts) -> list[Expression]:
    """Give the CHECKs of several columns, and what columns are computed from."""
    rules = facts.rules
    return [*(check.expression for check in rules.checks), *rules.generated.values()] if facts.part is None else []


def document_of_members(facts: Facts, run: Run, stream: Stream, part: Part) -> Made | None:
    """Give the generator of documents that have the members that are asked for; None where none is, or no object."""
    members = asked_members(facts) if facts.narrowing.document in (None, "object") else {}
    made = _Objects(facts, run, stream, part, members).below(()) if members else None
    return None if made is None else (made, "!like json_object")


class _Objects(Struct, frozen=True):
    """Makes the objects that members are in, and the members."""

    facts: Facts
    run: Run
    stream: Stream
    part: Part
    members: Mapping[Path, Member]

    def below(self, path: Path) -> blocks.Generator | None:
        """Give what makes the object of the members below a path, or the member that is there."""
        if path in self.members:
            return self._value(path, self.members[path])
        keys = dict.fromkeys(member[len(path)] for member in self.members if member[: len(path)] == path)
        made = [self.below((*path, key)) for key in keys]
        found = tuple(one for one in made if one is not None)
        return ObjectOf(tuple(keys), found) if len(found) == len(made) else None

    def _value(self, path: Path, member: Member) -> blocks.Generator | None:
        """Give what makes a member: by its type, its name, and what CHECKs leave of it."""
        if member.constant is not None:
            return blocks.Constant(field_text(json.dumps(member.constant.document, ensure_ascii=False, default=str)))
        shape = Shape(type=_type(member), checks=member.patterns)
        kind = member.narrowing.document if shape.type == "jsonb" else None
        narrowing = replace(member.narrowing, document=kind)
        asked = replace(self.facts.of_part(shape, path[-1]), narrowing=narrowing, unique=member.unique)
        made = self.part(asked, self.run, self.stream.apart(*path))
        return None if made is None else InJson(made, bare=shape.name in _BARE)


def _type(member: Member) -> str:
    """Say of which type the values of a member are: as it is cast, or as `jsonb_typeof` is to say, else texts."""
    casts = (name for name in member.types if name in _BARE or family_of(name) == "time")
    return _OF_KINDS.get(member.narrowing.document or "") or next(casts, "text")
