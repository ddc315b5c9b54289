"""Says what to write where the server refused a value, and its own hint says nothing to somebody who writes rows."""

from __future__ import annotations

import re

import psycopg

CODE_ZERO = "a text holds a character of code 0, which PostgreSQL has in none"

_ZERO_BYTE = re.compile(r"\bNUL \(0x00\)|: 0x00\Z")
_TAKE_IT_OUT = "Take it out. Bytes go into a bytea column, as a bytes object."
_NOT_IN_JSONB = r"jsonb has no character of code 0 (\u0000): take it out, or make the column json."
_ISO_DATE = "Write a date as 2026-01-31: year, month, day."

_NO_PARENT = "Write the row that is missing, in a fixture or a seeder, or name one that is there."


def holds_code_zero(error: psycopg.Error) -> bool:
    """Whether a text with a character of code 0 was refused, by the driver or by the server."""
    return isinstance(error, psycopg.DataError) and bool(_ZERO_BYTE.search(error.diag.message_primary or str(error)))


def value_hint(error: psycopg.Error) -> str | None:
    """Say what to write in place of a value, None where the server's own hint is the best there is."""
    if holds_code_zero(error):
        return _TAKE_IT_OUT
    if isinstance(error, psycopg.errors.UntranslatableCharacter) and r"\u0000" in (error.diag.message_detail or ""):
        return _NOT_IN_JSONB
    if isinstance(error, psycopg.errors.ForeignKeyViolation) and "is not present" in (error.diag.message_detail or ""):
        return _NO_PARENT
    asks_for_a_setting = "datestyle" in (error.diag.message_hint or "").lower()
    return _ISO_DATE if asks_for_a_setting else None  # a run reads ISO dates, whatever the setting is
