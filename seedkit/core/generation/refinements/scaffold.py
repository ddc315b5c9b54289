"""Writes `generate.yml` from what is inferred, for people to change what they know better."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence

from msgspec import Struct

from seedkit.core.names import TableName

_WORD = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z_][A-Za-z0-9_]*)?\Z")
_OTHER_WORDS = frozenset(("null", "true", "false", "yes", "no", "on", "off", "y", "n", "_rows"))
_ABOVE = """\
# What `seedkit generate` makes of each column, and why. Change what you know better, delete the rest: what is not
# written here is inferred as before. Commented lines are decided by keys, or by the whole table.
# _rows: 100  # for tables that name no number; `users: {_rows: 1000}` is for one table, `users: ~` leaves it alone
"""


class ScaffoldColumn(Struct, frozen=True, kw_only=True):
    """A column: how its generator is spelled, and why; whether that is only told, and not to be read back."""

    name: str
    spelling: str
    why: str
    told: bool = False


class ScaffoldTable(Struct, frozen=True, kw_only=True):
    """A table with its columns, and how many rows it could have `per` row of another."""

    name: TableName
    columns: Sequence[ScaffoldColumn]
    per: str | None = None


def scaffold(tables: Sequence[ScaffoldTable]) -> str:
    """Write the file: a mapping a table, a line a column."""
    return _ABOVE + "".join(f"\n{line}" for table in tables for line in _lines(table)) + "\n"


def _lines(table: ScaffoldTable) -> Iterator[str]:
    written = [column for column in table.columns if not column.told]
    yield f"{_key(str(table.name))}:" + ("" if written else " {}  # without the braces, once a line below is written")
    if table.per is not None:
        yield f"  # _rows: {table.per}  # so many for each, in place of a number"
    for column in table.columns:
        if not column.spelling:
            continue
        line = f"{_key(column.name)}: {column.spelling}"
        yield f"  # {line}  # {column.why}" if column.told else f"  {line}  # {column.why}"
    yield ""


def _key(name: str) -> str:
    """Write a name so that YAML reads it as it is.

    >>> _key("users"), _key("shop.orders"), _key("Order Items"), _key("on")
    ('users', 'shop.orders', '"Order Items"', '"on"')
    """
    return name if _WORD.match(name) and name.lower() not in _OTHER_WORDS else json.dumps(name, ensure_ascii=False)
