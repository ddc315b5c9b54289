"""Rows as COPY writes them → JSON, an object a line, which reads back as just those rows.

Numbers, booleans, documents and lists of these are JSON's own; of all other types a value is PostgreSQL's text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from json.encoder import encode_basestring

from seedkit.core.catalog import Column
from seedkit.core.values.copy_text import NULL, field_value
from seedkit.core.values.json_documents import JSON_TAG, json_text
from seedkit.core.values.json_reading import DEEPEST, decoded_strictly, fixture_value, refuse_halves
from seedkit.core.writing.column_spellings import one_by_one
from seedkit.core.writing.dump_plan import TableDump
from seedkit.core.writing.dump_rows import CopiedRows
from seedkit.core.writing.dump_spellings import BOOLEANS, LISTED_TYPES, NUMBER_TYPES, Spelling, list_spelling
from seedkit.core.writing.rows_by_column import AsItStands, ColumnSpelling, RowsByColumn, all_but
from seedkit.core.writing.wide_rows import WideField, WideRow
from seedkit.errors import FixtureError
from seedkit.printable import ACTING

_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:e[+-]?[0-9]+)?\Z")
_WHOLE_NUMBERS = frozenset({"smallint", "integer", "bigint", "oid"})
_PLAIN = bytes({*range(ord(" "), ord("~") + 1)} - {*b'"\\'})
_AS_IT_STANDS = AsItStands("null")
_ACTING = re.compile(f"[{ACTING}]")


def json_lines(dump: TableDump, chunks: Iterable[CopiedRows]) -> Iterator[str]:
    """Write a table's rows in pieces."""
    keys = [f"{json_string(column.name)}: " for column in dump.columns]
    labels = [f"{', ' if number else '{'}{key}" for number, key in enumerate(keys)]
    spellings = [_spelling(column) for column in dump.columns]
    by_column = RowsByColumn(labels, [_column_spelling(column) for column in dump.columns], end="}\n")
    for chunk in chunks:
        if isinstance(chunk, str):
            yield by_column.text_of(chunk)
        else:
            yield from _pieces(chunk, dump, labels, spellings)


def json_string(text: str) -> str:
    """Write a text, with escapes for what a terminal would obey, and for what can't be seen."""
    written = encode_basestring(text)
    return written if written.isprintable() else _ACTING.sub(_escaped, written)


def _escaped(found: re.Match[str]) -> str:
    units = found[0].encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[place : place + 2].hex()}" for place in range(0, len(units), 2))


def _pieces(row: WideRow, dump: TableDump, labels: Sequence[str], spellings: Sequence[Spelling]) -> Iterator[str]:
    """Write one row, its wide fields in pieces."""
    for column, label, spell, field in zip(dump.columns, labels, spellings, row.fields(), strict=True):
        yield label
        if isinstance(field, WideField):
            yield from _wide(column, field)
        else:
            yield "null" if field == NULL else spell(field_value(field) or "")
    yield "}\n"


def _wide(column: Column, field: WideField) -> Iterator[str]:
    """Write a text of megabytes; a document as well, which stands in a text then."""
    is_value = column.base_type in ("json", "jsonb") and bytes(field.bytes_[:1]) not in (b"{", b"[")
    yield f'{{"{JSON_TAG}": "' if is_value else '"'
    yield from (json_string(piece)[1:-1] for piece in field.pieces())
    yield '"}' if is_value else '"'


def _column_spelling(column: Column) -> ColumnSpelling:
    """Choose how the fields of a column are spelt."""
    spell = _spelling(column)
    if column.base_type in _WHOLE_NUMBERS:
        return _AS_IT_STANDS
    if spell is json_string:
        return _strings
    return lambda fields: one_by_one(fields, spell)


def _strings(fields: Sequence[str]) -> Sequence[str]:
    """Write texts; what holds a backslash in COPY's text still does when the NULLs are gone."""
    others = all_but(_PLAIN, "".join(fields).replace(NULL, ""))
    if others and (not others.isprintable() or '"' in others or "\\" in others):
        return one_by_one(fields, json_string)
    return ["null" if field == NULL else f'"{field}"' for field in fields]


def _spelling(column: Column) -> Spelling:
    """Choose how the values of a column are spelt that are not NULL."""
    if column.base_type in ("json", "jsonb"):
        return _canonical_document if column.base_type == "jsonb" else _document
    if column.category == "A" and column.base_type.endswith("[]"):
        return _array_spelling(column.base_type.removesuffix("[]"))
    return _scalar_spelling(column.base_type)


def _scalar_spelling(type_name: str) -> Spelling:
    if type_name in NUMBER_TYPES:
        return _number
    return BOOLEANS.__getitem__ if type_name == "boolean" else json_string


def _number(text: str) -> str:
    return text if _NUMBER.match(text) else json_string(text)


def _array_spelling(element_type: str) -> Spelling:
    """Write an array of simple elements as a list, any other as PostgreSQL's text.

    >>> spell = _array_spelling("text")
    >>> spell("{admin,no,NULL}"), spell("{{a,b},{c,d}}")
    ('["admin", "no", null]', '"{{a,b},{c,d}}"')
    """
    if element_type not in LISTED_TYPES:
        return json_string
    return list_spelling(_scalar_spelling(element_type), otherwise=json_string)


def _canonical_document(text: str) -> str:
    """Write a document of jsonb, which has no key twice, and whose spelling says nothing."""
    if text[:1] in ("{", "[") and text.count("{") + text.count("[") < DEEPEST and text.isprintable():
        return text if not text.startswith(f'{{"{JSON_TAG}"') else json_string(text)
    return _document(text)


def _document(text: str) -> str:
    r"""Write a document so that its very text comes back: as it is, in a text, or behind the tag.

    >>> print(_document('{"a": 1}'), _document('{"a":1}'), _document("null"), _document('"[1]"'))
    {"a": 1} "{\"a\":1}" {"!json": "null"} {"!json": "\"[1]\""}
    """
    if _comes_back(text):
        return text
    return json_string(text) if text[:1] in ("{", "[") else f'{{"{JSON_TAG}": {json_string(text)}}}'


def _comes_back(text: str) -> bool:
    """Whether a document that stands in a row as it is would be read as the same text."""
    if "\n" in text or not text.isprintable():
        return False
    try:
        value, end = decoded_strictly(text, 0)
        refuse_halves(value)
        read = fixture_value(value)
        return end == len(text) and isinstance(read, (str, dict, list)) and json_text(read) == text
    except (ValueError, FixtureError):
        return False
