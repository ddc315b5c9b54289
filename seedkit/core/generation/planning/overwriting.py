"""Columns that triggers give values: those that they overwrite, whatever was sent, and those that they only fill.

Nobody can refer to a key that is overwritten before its row is there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from seedkit.core.generation.schema import TableRules

_ASSIGNED = re.compile(
    r'(?:;|\bbegin\b|\bthen\b|\belse\b|\bloop\b|\binto(?:\s+strict)?)\s*new\s*\.\s*("[^"]+"|\w+)(?=\s*(?::?=|;|\bfrom\b|,))',
    re.IGNORECASE,
)
_READ = re.compile(
    r'\binto(?:\s+strict)?\s+((?:new\s*\.\s*(?:"[^"]+"|\w+)\s*,?\s*)+)\bfrom\b'
    r'|\bnew\s*\.\s*(?:"[^"]+"|\w+)\s*:?=[^;]*?\(\s*select\b',
    re.IGNORECASE,
)
_FIELD = re.compile(r'\bnew\s*\.\s*("[^"]+"|\w+)', re.IGNORECASE)
_COMMENT = re.compile(r"--[^\n]*|/\*.*?\*/", re.DOTALL)


def overwritten(rules: TableRules) -> frozenset[str]:
    """Name the columns that triggers assign, but for those that they only fill."""
    return frozenset(
        name
        for source in _sources(rules)
        for name in map(_name, _ASSIGNED.findall(source))
        if not _is_filled(name, source)
    )


def looked_up(rules: TableRules) -> frozenset[str]:
    """Name the columns that triggers fill with what they read of other rows, where nothing was sent."""
    return frozenset(
        name
        for source in _sources(rules)
        for read in _READ.finditer(source)
        for name in map(_name, _FIELD.findall(read[1] or read[0])[: None if read[1] else 1])
        if _is_filled(name, source)
    )


def _sources(rules: TableRules) -> Iterator[str]:
    """Give what triggers do before a row is there, without comments."""
    for trigger in rules.triggers:
        if trigger.before:
            yield _COMMENT.sub(" ", trigger.source or "")


def _is_filled(name: str, source: str) -> bool:
    """Whether a source asks if a column is NULL before it gives it a value."""
    column = rf'new\s*\.\s*"?{re.escape(name)}"?'
    return re.search(rf"{column}\s+is\s+null|coalesce\s*\(\s*{column}", source, re.IGNORECASE) is not None


def _name(text: str) -> str:
    return text[1:-1] if text.startswith('"') else text.lower()
