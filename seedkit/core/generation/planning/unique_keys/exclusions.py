"""Exclusion constraints as PostgreSQL writes them: those of equal values are keys."""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec import Struct

from seedkit.core.generation.expressions.parser import parsed
from seedkit.core.generation.expressions.tree import Expression
from seedkit.core.generation.schema import Exclusion, TableRules, UniqueRule

_ELEMENT = re.compile(r"(?P<key>.*?)(?: [\w.\"]+_ops)? WITH (?:OPERATOR\([\w\".]*?)?(?P<operator>[^\s\w\".()]+)\)?")


class Element(Struct, frozen=True):
    """An expression of an exclusion, and the operator that no two rows may satisfy."""

    key: Expression
    operator: str


def elements_of(exclusion: Exclusion) -> list[Element] | None:
    """Read what an exclusion compares; None for what is not understood.

    >>> [found] = elements_of(Exclusion("x", "EXCLUDE USING gist (tsrange(a, b) WITH &&) WHERE (c)"))
    >>> found.operator, found.key
    ('&&', Call(function='tsrange', arguments=(Column(name='a'), Column(name='b'))))
    """
    _, _, rest = exclusion.definition.partition("(")
    found = [_ELEMENT.fullmatch(part.strip()) for part in _parts(rest)]
    return [Element(parsed(part["key"]), part["operator"]) for part in found if part] if all(found) else None


def _parts(text: str) -> Iterator[str]:
    """Give what stands between commas, up to the parenthesis that closes."""
    depth, part = 0, ""
    for letter in text:
        depth += {"(": 1, ")": -1}.get(letter, 0)
        if depth < 0:
            break
        if letter == "," and depth == 0:
            yield part
            part = ""
        else:
            part += letter
    yield part


def excluded_keys(rules: TableRules) -> Iterator[UniqueRule]:
    """Give the exclusions that are keys by another name: no two rows may be equal in all they compare."""
    for exclusion in rules.exclusions:
        elements = elements_of(exclusion)
        if elements and all(element.operator == "=" for element in elements):
            yield UniqueRule(exclusion.name, tuple(element.key for element in elements))
