"""Reads the name of a type behind `::`, and takes such names apart."""

from __future__ import annotations

import re
from collections.abc import Sequence, Set

from seedkit.core.generation.expressions.token_stream import TokenStream

_TWO_WORDS = (("character", "varying"), ("bit", "varying"), ("double", "precision"))
_ZONES = (("without", "time", "zone"), ("with", "time", "zone"))
_UNITS = frozenset(("year", "month", "day", "hour", "minute", "second", "to"))
_MODIFIER = re.compile(r"(\"(?:[^\"]|\"\")*\")|\(([^)]*)\)")
"""Lengths and precisions, and beside them what stands in quotes: parentheses in there belong to a name."""
_LAST = re.compile(r"(?:\"(?:[^\"]|\"\")*\"|[^.\"])*$")
_NUMBER = re.compile(r"(?<![\w-])-?\d+\b")


def type_name(tokens: TokenStream) -> str:
    """Take a type's name as `format_type` writes it: in its quotes, with its schema unless that is `pg_catalog`.

    >>> type_name(TokenStream("character varying(255)[]")), type_name(TokenStream('shop."Status"'))
    ('character varying(255)[]', 'shop."Status"')
    """
    parts = [_words(tokens)]
    while tokens.took("."):
        parts.append(_words(tokens))
    name = qualified(parts) + _modifier(tokens)
    for zone in _ZONES:
        if tokens.took(*zone):
            name += " " + " ".join(zone)
    while name.startswith("interval") and tokens.next.text in _UNITS:
        name += " " + tokens.take().text
    while tokens.took("[", "]"):
        name += "[]"
    return name


def qualified(parts: Sequence[str]) -> str:
    """Join a name and its schema; PostgreSQL's own are known without.

    >>> qualified(["pg_catalog", "lower"]), qualified(["shop", "lower"])
    ('lower', 'shop.lower')
    """
    return ".".join(parts[1:] if parts[0] == "pg_catalog" else parts)


def _words(tokens: TokenStream) -> str:
    for words in _TWO_WORDS:
        if tokens.took(*words):
            return " ".join(words)
    is_quoted = tokens.next.kind == "name"
    name = tokens.name()
    return '"' + name.replace('"', '""') + '"' if is_quoted else name


def _modifier(tokens: TokenStream) -> str:
    if not tokens.took("("):
        return ""
    parts = []
    while not tokens.took(")"):
        parts.append(tokens.take().text)
    return "(" + "".join(parts) + ")"


def element_type(name: str) -> str | None:
    """Name the type of an array's elements, None for what is no array.

    >>> element_type("text[]")
    'text'
    """
    return name.removesuffix("[]") if name.endswith("[]") else None


def without_modifier(name: str) -> str:
    """Leave out lengths and precisions.

    >>> without_modifier("timestamp(3) with time zone")
    'timestamp with time zone'
    """
    return _MODIFIER.sub(lambda found: found.group(1) or "", name)


def unqualified(name: str) -> str:
    """Leave out the schema.

    >>> unqualified('shop."order.status"'), unqualified("gis.geometry"), unqualified("text")
    ('"order.status"', 'geometry', 'text')
    """
    found = _LAST.search(name)
    return found.group() if found else name


def enums_as_texts(name: str, enums: Set[str]) -> str:
    """Take an enum's type for text, an array of such for one of texts.

    >>> enums_as_texts('shop."Mood"[]', {'"Mood"'}), enums_as_texts("uuid", set())
    ('text[]', 'uuid')
    """
    is_enum = unqualified(name).removesuffix("[]") in enums
    return name if not is_enum else "text[]" if name.endswith("[]") else "text"


def modifiers(name: str) -> tuple[int, ...]:
    """Give the numbers in parentheses; what else stands there is left out.

    >>> modifiers("numeric(10,-2)"), modifiers("gis.geometry(Point,4326)")
    ((10, -2), (4326,))
    """
    found = next((found.group(2) for found in _MODIFIER.finditer(name) if found.group(2)), "")
    return tuple(map(int, _NUMBER.findall(found)))
