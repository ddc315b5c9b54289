"""PostgreSQL's text of a value → how a fixture says it: what `seedkit.core.values.encoder_choice` reads, written.

A spelling gives back the very text; where a lone JSON value can't be said otherwise, it takes the tag `!json`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import TypeAlias

from seedkit.core.catalog import Column
from seedkit.core.fixtures import Quoted
from seedkit.core.values.encoder_choice import Encoder, encoder_for
from seedkit.core.writing.yaml_text import block_scalar, is_printable, quoted_scalar, text_scalar, word_scalar

Spelling: TypeAlias = Callable[[str], str]
"""Spells a value that isn't NULL."""

_NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]+)?(?:e[+-]?[0-9]+)?\Z|NaN\Z|-?Infinity\Z")
_TIME = re.compile(r"[0-9][0-9:+. -]*(?: BC)?\Z|-?infinity\Z")
_INTERVAL = re.compile(r"-?[0-9][a-z0-9:+. -]*\Z|-?infinity\Z")
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\Z")
_SIMPLE_ARRAY = re.compile(r'\{[^{}"\\\s]*\}\Z')
NUMBER_TYPES = frozenset({"smallint", "integer", "bigint", "numeric", "real", "double precision", "oid"})
LISTED_TYPES = NUMBER_TYPES | {"text", "character varying", "name", "uuid", "boolean", "date", "citext"}
"""Types whose arrays are written as lists."""
BOOLEANS = {"t": "true", "f": "false"}
_FLOW_LIMIT = 900
"""A key of a YAML flow mapping must end within 1,024 characters."""
_DEEPEST_FLOW = 40


def spelling_for(column: Column, *, indent: str, refers: bool = False) -> Spelling:
    """Choose how the values of a column are spelt.

    `indent` stands before the lines of a literal block. `refers` says that a foreign key uses the column: then a plain
    word might be taken for another row's label.
    """
    if column.base_type in ("json", "jsonb"):
        return _json_spelling(column)
    if column.category == "A":
        return _array_spelling(column.base_type.removesuffix("[]"))
    if column.category == "E" and refers:
        return quoted_scalar
    if column.type_name.startswith("character("):
        return lambda text: text_scalar(text.rstrip(" "))  # what pads a char(n) is no part of its value
    if column.category == "S":
        return lambda text: _text_spelling(text, indent)
    return _BY_TYPE.get(column.base_type) or _BY_CATEGORY.get(column.category, text_scalar)


def is_spelt_as_text(column: Column, *, refers: bool) -> bool:
    """Whether what reads well as text stands for itself in a column, whatever its type."""
    if column.base_type in ("json", "jsonb") or column.category == "A" or (column.category == "E" and refers):
        return False
    return column.category == "S" or not (column.base_type in _BY_TYPE or column.category in _BY_CATEGORY)


def _text_spelling(text: str, indent: str) -> str:
    if "\n" in text:
        return block_scalar(text, indent) or quoted_scalar(text)
    return text_scalar(text)


def _plain_if(pattern: re.Pattern[str]) -> Spelling:
    return lambda text: text if pattern.match(text) else quoted_scalar(text)


def _boolean_spelling(text: str) -> str:
    return BOOLEANS[text]


_BY_TYPE: dict[str, Spelling] = {"boolean": _boolean_spelling, "uuid": _plain_if(_UUID)}
_BY_CATEGORY: dict[str, Spelling] = {"N": _plain_if(_NUMBER), "D": _plain_if(_TIME), "T": _plain_if(_INTERVAL)}


def list_spelling(element: Spelling, *, otherwise: Spelling) -> Spelling:
    """Write an array of simple elements as a list, in JSON or in YAML; `otherwise` writes any other."""

    def spell(text: str) -> str:
        if not _SIMPLE_ARRAY.match(text):
            return otherwise(text)
        elements = text[1:-1].split(",") if text != "{}" else []
        return "[" + ", ".join("null" if item == "NULL" else element(item) for item in elements) + "]"

    return spell


def _array_spelling(element_type: str) -> Spelling:
    r"""Write an array of simple elements as a list, any other as PostgreSQL does.

    >>> spell = _array_spelling("text")
    >>> spell("{admin,no,NULL}"), spell('{{a,b},{c,"d e"}}')
    ("[admin, 'no', null]", '\'{{a,b},{c,"d e"}}\'')
    """
    if element_type not in LISTED_TYPES:
        return quoted_scalar
    is_number = element_type in NUMBER_TYPES
    element = _plain_if(_NUMBER) if is_number else _BY_TYPE.get(element_type, word_scalar)
    return list_spelling(element, otherwise=quoted_scalar)


def _json_spelling(column: Column) -> Spelling:
    encode = encoder_for(column)
    is_canonical = column.base_type == "jsonb"

    def spell(text: str) -> str:
        if text[:1] in ("{", "["):
            return text if is_canonical and _is_flow(text) else quoted_scalar(text)
        return _json_scalar(text, encode)

    return spell


def _is_flow(document: str) -> bool:
    """Whether a document, as jsonb shows it, is YAML as it stands, and reads back by YAML's core schema."""
    if len(document) > _FLOW_LIMIT or not is_printable(document):
        return False
    return document.count("{") + document.count("[") <= _DEEPEST_FLOW


def _json_scalar(text: str, encode: Encoder) -> str:
    r"""Spell a document that is no object and no array; NULL is no document, so `null` is told apart by a tag.

    >>> spell = spelling_for(Column(number=1, name="c", type_name="jsonb", base_type="jsonb", category="U",
    ...     not_null=False, has_default=False, identity="", generated=False), indent="")
    >>> spell("1.10"), spell("true"), spell('"true"'), spell("null"), spell('"[x"')
    ('1.10', 'true', "'true'", "!json 'null'", '!json \'"[x"\'')
    """
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):  # Python reads no number of more than 4,300 digits, nor lists 1,000 deep
        value = None
    if isinstance(value, str) and encode(Quoted(value)) == text:
        return quoted_scalar(value)
    if not isinstance(value, str) and value is not None and encode(text) == text:
        return text
    return f"!json {quoted_scalar(text)}"
