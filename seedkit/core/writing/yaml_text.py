"""Text → a YAML scalar that reads back as just that text, plain where no tool would take it for anything else.

What a terminal would obey, and what turns the order of letters round or can't be seen, is written as its escape.

Knows nothing of columns: `seedkit.core.writing.dump_spellings` decides which values need not look like text.
"""

from __future__ import annotations

import re

from seedkit.core.catalog import Table
from seedkit.core.names import in_quotes
from seedkit.errors import LoadError
from seedkit.printable import ACTING

PUNCTUATION = """ .,;@/()+'&=%!?~"*-"""
"""What may stand in a plain scalar beside letters and digits, wherever it stands but at an end."""

_INNER = rf"[\w{PUNCTUATION}]*"
_PLAIN = re.compile(rf"[^\W_]{_INNER}(?::(?=\S){_INNER})*\Z")
_PLAIN_WORD = re.compile(r"[^\W\d][\w-]*\Z")
OTHER_TYPE_WORDS = frozenset({"null", "true", "false", "yes", "no", "on", "off", "y", "n"})
OTHER_TYPE_DIGITS = re.compile(r"[0-9][0-9a-fA-FxXoOtTzZ_.:+, -]*\Z")
SQL_OF_ANOTHER_TOOL = "RAW="
_SPECIAL = re.compile(f"[{ACTING}\ufffe\uffff]")
_MEANING = re.compile(r'[\\"]')
_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"}


def require_unicode(table: Table) -> None:
    """Refuse a table that YAML can't name: in a database without an encoding a name may be bytes that are no UTF-8."""
    names = [table.name.schema, table.name.name, *(column.name for column in table.columns)]
    if any("\ud800" <= letter <= "\udfff" for name in names for letter in name):
        raise LoadError(
            f"table {in_quotes(table.name)} has a name that is not UTF-8, or a column has",
            hint="YAML is Unicode: say in PGCLIENTENCODING which encoding the names are in, or rename it.",
        )


def text_scalar(text: str) -> str:
    """Spell text as a scalar of one line; in quotes where YAML 1.1 or 1.2 would read a number, a time or a boolean.

    >>> text_scalar("Ada Lovelace"), text_scalar("NO"), text_scalar("00501"), text_scalar(""), text_scalar("RAW=x")
    ('Ada Lovelace', "'NO'", "'00501'", "''", "'RAW=x'")
    """
    if _PLAIN.match(text) and text[-1] != " " and not _has_other_type(text):
        return text
    return quoted_scalar(text)


def word_scalar(text: str) -> str:
    """Spell text as a scalar that may also be a key, or stand in a flow list: plain only where it is one word.

    >>> word_scalar("email"), word_scalar("Order Items"), word_scalar("<<")
    ('email', "'Order Items'", "'<<'")
    """
    return text if _PLAIN_WORD.match(text) and not _has_other_type(text) else quoted_scalar(text)


def quoted_scalar(text: str) -> str:
    r"""Spell text in single quotes, or with escapes in double quotes where single ones can't hold it.

    >>> print(quoted_scalar("it's"), quoted_scalar("a" + chr(10)))
    'it''s' "a\n"
    """
    if not is_printable(text):
        return f'"{escaped(text)}"'
    return "'" + text.replace("'", "''") + "'"


def escaped(text: str) -> str:
    """Write text as it stands between double quotes."""
    return _SPECIAL.sub(_escape, _MEANING.sub(lambda found: _ESCAPES[found[0]], text))


def block_scalar(text: str, indent: str) -> str | None:
    r"""Spell text of several lines as a literal block, or give None where a block would not keep all of it.

    >>> block_scalar("a" + chr(10) + "b", "  ") == "|-" + chr(10) + "  a" + chr(10) + "  b"
    True
    """
    lines = text.removesuffix("\n").split("\n")
    if len(lines) < 2 or not is_printable(text.replace("\n", "")):
        return None
    if not lines[0] or not lines[-1] or lines[0].startswith(" ") or any(line.endswith(" ") for line in lines):
        return None
    content = "\n".join(indent + line if line else "" for line in lines)
    return f"{'|' if text.endswith(chr(10)) else '|-'}\n{content}"


def is_printable(text: str) -> bool:
    """Whether YAML can hold all of the text without escapes, on one line."""
    return (text.isascii() and text.isprintable()) or not _SPECIAL.search(text)


def _has_other_type(text: str) -> bool:
    if text.startswith(SQL_OF_ANOTHER_TOOL):
        return True
    return text.lower() in OTHER_TYPE_WORDS or OTHER_TYPE_DIGITS.match(text) is not None


def _escape(found: re.Match[str]) -> str:
    character = found[0]
    if character in _ESCAPES:
        return _ESCAPES[character]
    code = ord(character)
    if code > 0xFFFF:
        return f"\\U{code:08x}"
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"
