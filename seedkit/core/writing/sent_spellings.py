"""What COPY was sent for a value → how a fixture says it: as dumps do, but for texts that no server has written."""

from __future__ import annotations

import json
import re

from seedkit.core.catalog import Column
from seedkit.core.writing.column_spellings import one_by_one
from seedkit.core.writing.dump_spellings import Spelling, spelling_for
from seedkit.core.writing.rows_by_column import ColumnSpelling
from seedkit.core.writing.yaml_text import quoted_scalar

_UUID = re.compile(r"[0-9a-f]{32}\Z")
_TRUE = ("true", "yes", "on", "1")
_NULL_INSIDE = re.compile(r"[{,]\s*null\s*[,}]", re.IGNORECASE)


def sent_column_spelling(column: Column, *, indent: str, refers: bool) -> ColumnSpelling:
    """Choose how the fields of a column are spelt, whatever the server takes for a value."""
    spell = _spelling_for(column, indent=indent, refers=refers)
    return lambda fields: one_by_one(fields, spell)


def _spelling_for(column: Column, *, indent: str, refers: bool) -> Spelling:
    spell = spelling_for(column, indent=indent, refers=refers)
    if column.base_type == "boolean":
        return lambda text: spell(_truth(text))
    if column.base_type == "uuid":
        return lambda text: spell(_dashed(text))
    if column.base_type in ("json", "jsonb"):
        return _json_spelling(column, spell)
    if column.category == "A":
        return lambda text: spell(text) if _is_plain_array(text) else quoted_scalar(text)
    return spell


def _truth(text: str) -> str:
    """Write a truth as the server shows it.

    >>> _truth("yes"), _truth(" F"), _truth("off"), _truth("tr")
    ('t', 'f', 'f', 't')
    """
    word = text.strip().lower()
    return "t" if any(true.startswith(word) for true in _TRUE) else "f"


def _dashed(text: str) -> str:
    """Write a UUID as the server shows it.

    >>> _dashed("0123456789ABCDEF0123456789abcdef")
    '01234567-89ab-cdef-0123-456789abcdef'
    """
    digits = text.strip("{}").replace("-", "").lower()
    if not _UUID.match(digits):
        return text
    return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))


def _json_spelling(column: Column, spell: Spelling) -> Spelling:
    def spelled(text: str) -> str:
        if text[:1] in ("{", "["):
            return spell(text) if column.base_type == "json" or _is_canonical(text) else quoted_scalar(text)
        return spell(text) if text == text.strip() else f"!json {quoted_scalar(text)}"

    return spelled


def _is_canonical(document: str) -> bool:
    """Whether a document is written as jsonb shows it, which is YAML as well.

    >>> _is_canonical('{"a": [1, 2.5]}'), _is_canonical('{"a":1}'), _is_canonical("[1, 2.50]")
    (True, False, False)
    """
    try:
        return json.dumps(json.loads(document), ensure_ascii=False) == document
    except (ValueError, RecursionError):  # Python reads no number of more than 4,300 digits, nor lists 1,000 deep
        return False


def _is_plain_array(text: str) -> bool:
    """Whether the spelling of a simple array means what the server takes it for.

    >>> _is_plain_array("{1,NULL}"), _is_plain_array("{a,null}")
    (True, False)
    """
    return _NULL_INSIDE.search(text.replace("NULL", "")) is None
