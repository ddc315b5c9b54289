"""A column's fields as COPY writes them → how a fixture says them, many rows at a time.

What a value by itself would be looked at for is looked for in the text of all of them, where most columns have nothing
of it; only then `seedkit.core.writing.dump_spellings` spells one after the other.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import product

from seedkit.core.catalog import Column
from seedkit.core.values.copy_text import NULL, field_value
from seedkit.core.writing.dump_spellings import BOOLEANS, Spelling, is_spelt_as_text, spelling_for
from seedkit.core.writing.rows_by_column import AsItStands, ColumnSpelling, all_but
from seedkit.core.writing.yaml_text import OTHER_TYPE_WORDS, PUNCTUATION, SQL_OF_ANOTHER_TOOL

PLAIN_TYPES = frozenset(
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
_PLAIN = f"{_LETTERS}{PUNCTUATION}\n".replace("=", "").encode()
"""What is plain wherever it stands among others; `:` and `=` are looked at."""

_NOT_PLAIN = re.compile(rf"[^\w{re.escape(PUNCTUATION)}:]")
_ODD_START = re.compile(r"\n[\W\d_]")
_OTHER_TYPE_WORDS = frozenset(
    "".join(letters) for word in OTHER_TYPE_WORDS for letters in product(*zip(word, word.upper(), strict=True))
)


def column_spelling(column: Column, *, indent: str, refers: bool) -> ColumnSpelling:
    """Choose how the fields of a column are spelt; see `spelling_for`."""
    spell = spelling_for(column, indent=indent, refers=refers)
    if column.base_type in PLAIN_TYPES:
        return _AS_IT_STANDS
    if column.base_type == "boolean":
        return lambda fields: [*map(_BOOLEANS.__getitem__, fields)]
    if is_spelt_as_text(column, refers=refers):
        return _texts(spell)
    return lambda fields: one_by_one(fields, spell)


_AS_IT_STANDS = AsItStands("null")
_BOOLEANS = {**BOOLEANS, NULL: "null"}


def _texts(spell: Spelling) -> ColumnSpelling:
    def spelt(fields: Sequence[str]) -> Sequence[str]:
        if NULL not in fields:
            return fields if are_plain(fields) else one_by_one(fields, spell)
        present = [field for field in fields if field != NULL]
        return _AS_IT_STANDS(fields) if not present or are_plain(present) else one_by_one(fields, spell)

    return spelt


def are_plain(texts: Sequence[str]) -> bool:
    r"""Whether all of some texts begin with a letter, and are certain to stand for themselves in a fixture.

    >>> are_plain(["Ada", "Grace Hopper"]), are_plain(["Ada", "NO"]), are_plain(["12"]), are_plain(["a\\b"])
    (True, False, False, False)
    """
    text = "\n".join(["", *texts, ""])
    others = all_but(_PLAIN, text)
    if others and (_NOT_PLAIN.search(others) or ": " in text or ":\n" in text or SQL_OF_ANOTHER_TOOL in text):
        return False
    return " \n" not in text and not _ODD_START.search(text) and _OTHER_TYPE_WORDS.isdisjoint(texts)


def one_by_one(fields: Sequence[str], spell: Spelling, null: str = "null") -> Sequence[str]:
    """Spell the fields of a column, NULLs among them, each that there are several of once."""
    spelt = {field: null if field == NULL else spell(field_value(field) or "") for field in frozenset(fields)}
    return [*map(spelt.__getitem__, fields)]
