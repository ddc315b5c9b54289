"""Columns that triggers overwrite, whatever was sent: nobody can refer to such a key before its row is there."""

from __future__ import annotations

import re

from seedkit.core.generation.schema import TableRules

_ASSIGNED = re.compile(
    r'(?:;|\bbegin\b|\bthen\b|\belse\b|\bloop\b|\binto(?:\s+strict)?)\s*new\s*\.\s*("[^"]+"|\w+)(?=\s*(?::?=|;|\bfrom\b|,))',
    re.IGNORECASE,
)
_COMMENT = re.compile(r"--[^\n]*|/\*.*?\*/", re.DOTALL)


def overwritten(rules: TableRules) -> frozenset[str]:
    """Name the columns that triggers assign, but for those that they only fill."""
    return frozenset(
        name
        for trigger in rules.triggers
        if trigger.before
        for source in [_COMMENT.sub(" ", trigger.source or "")]
        for name in map(_name, _ASSIGNED.findall(source))
        if not _is_filled(name, source)
    )


def _is_filled(name: str, source: str) -> bool:
    """Whether a source asks if a column is NULL before it gives it a value."""
    column = rf'new\s*\.\s*"?{re.escape(name)}"?'
    return re.search(rf"{column}\s+is\s+null|coalesce\s*\(\s*{column}", source, re.IGNORECASE) is not None


def _name(text: str) -> str:
    return text[1:-1] if text.startswith('"') else text.lower()
