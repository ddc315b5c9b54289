"""Spellings of YAML that PostgreSQL doesn't know, or not on every server: numbers and bytes."""

from __future__ import annotations

import re
from base64 import b64decode
from binascii import Error as NoBase64
from decimal import Decimal

from seedkit.core.fixtures import Value
from seedkit.errors import FixtureError

_LONGEST_NUMBER = 1_000
"""Longer ones are left to PostgreSQL, as Python may refuse to turn thousands of digits into a number."""

_BASED = re.compile(r"[+-]?0(?:[xX]_?[0-9a-fA-F][0-9a-fA-F_]*|[oO]_?[0-7][0-7_]*|[bB]_?[01][01_]*)\Z")
_SPACED = re.compile(r"[+-]?(?:[0-9][0-9_]*(?:\.[0-9_]*)?|\.[0-9][0-9_]*)(?:[eE][+-]?[0-9][0-9_]*)?\Z")
_HEX_BYTES = re.compile(r"0[xX][0-9a-fA-F]*\Z")
_WORDS = {".inf": "Infinity", "+.inf": "Infinity", "-.inf": "-Infinity", ".nan": "NaN"}


def number_text(text: str) -> str:
    """Spell a number as every server reads it; 0x1F and 1_000 are known to PostgreSQL from 16 on only.

    >>> number_text("1_000"), number_text("0x1F"), number_text(".inf"), number_text("007")
    ('1000', '31', 'Infinity', '007')
    """
    if text.isdigit() or len(text) > _LONGEST_NUMBER:
        return text
    if "_" in text and _SPACED.match(text):
        return text.replace("_", "")
    if _BASED.match(text):
        return str(int(text.replace("_", ""), 0))
    return _WORDS.get(text.lower(), text) if "." in text else text


def pointed(units: int, scale: int) -> str:
    """Write a number of the last digit's units; a scale below 0 has zeros instead.

    >>> pointed(1250, 2), pointed(-5, 2), pointed(7, 0), pointed(12, -2)
    ('12.50', '-0.05', '7', '1200')
    """
    if scale <= 0:
        return _digits_of(units * 10**-scale)
    whole, part = divmod(abs(units), 10**scale)
    return f"{'-' if units < 0 else ''}{_digits_of(whole)}.{part:0{scale}}"


def _digits_of(number: int) -> str:
    """Write a number; `str` refuses more than 4,300 digits, of which a numeric may have 131,072."""
    try:
        return str(number)
    except ValueError:
        return str(Decimal(number))


def hex_bytes_text(text: str) -> str:
    r"""Spell `0xdeadbeef` as bytea, which would take it for ten letters; PostgreSQL is the judge of the digits' number.

    >>> print(hex_bytes_text("0xdeadBEEF"), hex_bytes_text("0xyz"))
    \xdeadBEEF 0xyz
    """
    return f"\\x{text[2:]}" if _HEX_BYTES.match(text) else text


def bytes_text(base64: Value, place: str) -> str:
    r"""Spell the content of a `!!binary` as bytea; white space in it means nothing.

    >>> print(bytes_text("3q2+ 7w==", "a column"))
    \xdeadbeef
    """
    try:
        return "\\x" + b64decode("".join(str(base64 or "").split()), validate=True).hex()
    except (NoBase64, ValueError):
        raise FixtureError(
            f"{place} holds a !!binary that is not base64",
            hint="`base64 FILE` writes it. For a file beside the fixture there is !file.",
        ) from None
