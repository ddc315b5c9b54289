r"""How values may be spelled in rows that are almost plain, by the type of their column, and what COPY reads for them.

Patterns of texts that have one meaning, as those of `plain_literals`; beside these it knows quotes with escapes, and
lists and mappings in one line (`spelled_documents`). A value that none of them matches is read by YAML's parser.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import TypeAlias

from seedkit.core.catalog import Column
from seedkit.core.column_types import TypeKind
from seedkit.core.fixture_language.tag_names import SAME_IN_EACH_ROW
from seedkit.core.fixtures import NULL_WORDS
from seedkit.core.rows.plain_literals import LITERALS, MAY_BE_LABELS, NULL
from seedkit.core.rows.spelled_documents import (
    DOCUMENT,
    NUMBER_LIST,
    TEXT_LIST,
    array_texts,
    document_texts,
)
from seedkit.core.values.copy_text import ESCAPED

Cells: TypeAlias = Callable[[Sequence[str]], "Sequence[str] | None"]
"""Gives what COPY reads for a column's values; None where one of them is to be read by the parser."""

_SINGLE = r"'[^'\n]*+(?:''[^'\n]*+)*+'"
_ESCAPE = r"""\\(?:["\\nrt]|u(?!0000|[dD][89a-fA-F])[0-9a-fA-F]{4})"""
_IN_DOUBLE = rf'[^"\\\n]*+(?:{_ESCAPE}[^"\\\n]*+)*+'
_DOUBLE = f'"{_IN_DOUBLE}"'
QUOTED = f"{_SINGLE}|{_DOUBLE}"
PLAIN_IN_BLOCK = r"-?[\w./+$(][^\n:#]*(?::[\w./\\-][^\n:#]*)*(?<! )"
PLAIN_IN_FLOW = r"-?[\w./+$(][^\n:#,\[\]{}?]*(?::[\w./\\-][^\n:#,\[\]{}?]*)*(?<! )"
_ANY_TEXT = {True: f"{PLAIN_IN_FLOW}|{QUOTED}", False: f"{PLAIN_IN_BLOCK}|{QUOTED}"}
_JSON_IN_QUOTES = rf"""'[{{\[][^'\n\\]*+(?:''[^'\n\\]*+)*+'|"(?=[{{\[]){_IN_DOUBLE}\""""
_SPAN = r"[0-9][0-9A-Za-z ]*+(?<! )"
_AS_THEY_ARE = "SEBDTI"
"""The categories of types (`pg_type.typcategory`) whose values pass through as they are."""
_MOMENTS = ("timestamp with time zone", "timestamp without time zone", "date")
_LISTS = {
    **dict.fromkeys(("text", "character varying"), TEXT_LIST),
    **dict.fromkeys(("smallint", "integer", "bigint", "numeric", "real", "double precision"), NUMBER_LIST),
}
_SIGNS_OF_MORE = ("'", '"', "\\", "~", "null", "Null", "NULL")
"""Where none of these is in values, each is its own text."""
_ESCAPED_CHARACTER = re.compile(_ESCAPE)
_CHARACTERS = {'\\"': '"', "\\\\": "\\", "\\n": "\n", "\\r": "\r", "\\t": "\t"}


def value_pattern(column: Column, *, foreign: bool, flow: bool) -> str:
    """Give the pattern of a column's values, in braces (`flow`) or in lines; in a foreign key none is a label."""
    if document_column(column):
        return f"{DOCUMENT}|{_JSON_IN_QUOTES}|{NULL}"
    if items := _list_pattern(column):
        return f"{items}|{NULL}"
    as_they_are = column.category in _AS_THEY_ARE
    if as_they_are and foreign and column.base_type in MAY_BE_LABELS:
        return NULL
    literal = LITERALS.get(column.base_type)
    if literal is not None:
        return rf"""(?:{literal}|"(?:{literal})"|'(?:{literal})'|{NULL})"""
    return f"{_ANY_TEXT[flow]}|{NULL}" if column.category == "S" or (as_they_are and not foreign) else NULL


def tagged_pattern(column: Column, tag: str, *, foreign: bool) -> str | None:
    """Give the pattern of a tag that makes the same of a text in each row; None where the parser is to read it."""
    if tag in SAME_IN_EACH_ROW and column.base_type in _MOMENTS and not foreign:
        return f"{tag} ({_SPAN})"
    return None


def document_column(column: Column) -> bool:
    """Whether a column holds JSON."""
    return column.value_type.is_document


def _list_pattern(column: Column) -> str | None:
    """Give the pattern of lists of one dimension, for columns of arrays of texts or of numbers."""
    type_ = column.value_type
    if type_.kind is not TypeKind.ARRAY or type_.part is None or type_.part.kind is not TypeKind.SCALAR:
        return None
    return _LISTS.get(type_.part.base_type)


def cells_of(column: Column) -> Cells:
    """Choose what makes COPY's text of a column's values."""
    if document_column(column):
        return _documents
    return array_texts if _list_pattern(column) else _texts


def _documents(values: Sequence[str]) -> Sequence[str] | None:
    found = document_texts(values)
    if found and any(value[:1] == '"' for value in values):
        return [_text(value) if value[:1] == '"' else text for value, text in zip(values, found, strict=True)]
    return found


def _texts(values: Sequence[str]) -> Sequence[str]:
    joined = "".join(values)
    if "" in values or any(sign in joined for sign in _SIGNS_OF_MORE):
        return [_text(value) for value in values]
    return values


def _text(value: str) -> str:
    if value in NULL_WORDS:
        return "\\N"
    if value[0] == '"':
        value = value[1:-1]
        if "\\u" in value:
            return _ESCAPED_CHARACTER.sub(_character, value).translate(ESCAPED)
        return value.replace('\\"', '"')  # the other escapes are COPY's own
    if value[0] == "'":
        value = value[1:-1].replace("''", "'")
    return value.replace("\\", "\\\\")


def _character(found: re.Match[str]) -> str:
    escape = found[0]
    return _CHARACTERS[escape] if escape in _CHARACTERS else chr(int(escape[2:], 16))
