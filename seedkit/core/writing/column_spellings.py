"""A column's fields as COPY writes them → how a fixture says them, many rows at a time.

What a value by itself would be looked at for is looked for in the text of all of them, where most columns have nothing
of it; only then `seedkit.core.writing.dump_spellings` spells one after the other.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from itertools import product
from typing import TypeAlias

from seedkit.core.catalog import Column
from seedkit.core.values.copy_text import NULL, field_value
from seedkit.core.writing.dump_spellings import BOOLEANS, Spelling, is_spelt_as_text, spelling_for
from seedkit.core.writing.yaml_text import OTHER_TYPE_WORDS, PUNCTUATION, SQL_OF_ANOTHER_TOOL

ColumnSpelling: TypeAlias = Callable[[Sequence[str]], Sequence[str]]
"""Spells fields of a column, NULLs among them."""

_PLAIN_TYPES = frozenset(
    {
        "smallint",
        "integer",
        "bigint",
        "numeric",
        "real",
        "double precision",
        "oid",
        "uuid",
        "date",
        "time without time zone",
        "time with time zone",
        "timestamp without time zone",
        "timestamp with time zone",
        "interval",
    }
)
"""Types of which PostgreSQL writes nothing that would need quotes, in the settings of a dump."""

_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_"
_PLAIN_BYTES = f"{_LETTERS}{PUNCTUATION}\n".encode()
_NOT_PLAIN = re.compile(rf"[^\w{re.escape(PUNCTUATION)}:\n]")
_ODD_START = re.compile(r"\n[\W\d_]")
_OTHER_TYPE_WORDS = frozenset(
    "".join(letters) for word in OTHER_TYPE_WORDS for letters in product(*zip(word, word.upper(), strict=True))
)


def column_spelling(column: Column, *, indent: str, refers: bool) -> ColumnSpelling:
    """Choose how the fields of a column are spelt; see `spelling_for`."""
    spell = spelling_for(column, indent=indent, refers=refers)
    if column.base_type in _PLAIN_TYPES:
        return _with_nulls
    if column.base_type == "boolean":
        return lambda fields: [_BOOLEANS[field] for field in fields]
    if is_spelt_as_text(column, refers=refers):
        return _texts(spell)
    return lambda fields: one_by_one(fields, spell)


_BOOLEANS = {**BOOLEANS, NULL: "null"}


def _texts(spell: Spelling) -> ColumnSpelling:
    def spelt(fields: Sequence[str]) -> Sequence[str]:
        present = [field for field in fields if field != NULL]
        return _with_nulls(fields) if are_plain(present) else one_by_one(fields, spell)

    return spelt


def are_plain(texts: Sequence[str]) -> bool:
    r"""Whether all of some texts begin with a letter, and are certain to stand for themselves in a fixture.

    >>> are_plain(["Ada", "Grace Hopper"]), are_plain(["Ada", "NO"]), are_plain(["12"]), are_plain(["a\\b"])
    (True, False, False, False)
    """
    text = "\n".join(["", *texts, ""])
    others = text.encode().translate(None, _PLAIN_BYTES)
    if others.strip(b":") and (text.isascii() or _NOT_PLAIN.search(text)):
        return False
    if others and (": " in text or ":\n" in text):
        return False
    if _ODD_START.search(text) or " \n" in text or (SQL_OF_ANOTHER_TOOL in text):
        return False
    return _OTHER_TYPE_WORDS.isdisjoint(texts)


def _with_nulls(fields: Sequence[str]) -> Sequence[str]:
    return ["null" if field == NULL else field for field in fields]


def one_by_one(fields: Sequence[str], spell: Spelling) -> Sequence[str]:
    """Spell the fields of a column, NULLs among them."""
    return ["null" if field == NULL else spell(field_value(field) or "") for field in fields]
