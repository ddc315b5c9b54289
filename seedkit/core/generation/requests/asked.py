"""Reads what was typed: a table or a pattern, and a number of rows."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from msgspec import Struct

from seedkit.core.names import ExactName
from seedkit.core.relations import Relation
from seedkit.errors import CatalogError, UsageError

ROWS = 100
"""Rows for a table that is asked for without a number, where generate.yml has none either."""

_COUNT = re.compile(r"(\d[\d_,]*)([kM]?)")
_BETWEEN = re.compile(r"[\s:=,;>]")
_PAIR = re.compile(r"([^\s:=,;>]+)(?:[\s:=>]+)(\d[\d_]*[kM]?)(?![\w.])")
_UNITS = {"": 1, "k": 1_000, "M": 1_000_000}
_PATTERN = re.compile(r"[*?]")


class AskedRows(Struct, frozen=True):
    """A table or a pattern, and the number of rows, None for its usual one; as it was typed, for what is told of it."""

    name: str
    rows: int | None = None

    @property
    def is_pattern(self) -> bool:
        """Whether it may mean several tables."""
        return not isinstance(self.name, ExactName) and _PATTERN.search(self.name) is not None


def asked_rows(text: str) -> AskedRows:
    """Read what was typed: a table, and how many rows; raises UsageError.

    >>> asked_rows("users=1000"), asked_rows("app.*=20k").rows, asked_rows("users").rows
    (AskedRows(name='users', rows=1000), 20000, None)
    """
    name, equals, count = text.rpartition("=")
    if not equals or text.endswith('"'):
        return AskedRows(text)
    if not name.strip():
        raise UsageError(f'no table stands before "={count}"', hint="Write users=1000: a table and how many rows.")
    return AskedRows(name.strip(), number_of_rows(count, name.strip()))


def asked_tables(tables: Mapping[str, int | None]) -> tuple[AskedRows, ...]:
    """Take what a program asks for, tables with their numbers of rows, None for the usual one; raises UsageError."""
    for name, rows in tables.items():
        if rows is not None and (isinstance(rows, bool) or not isinstance(rows, int)):
            raise UsageError(f"{rows!r} is no number of rows for {name}", hint="Give a whole number.")
        if rows is not None and rows < 0:
            raise UsageError(f"{name} can not get {rows} rows", hint="Rows are only added here: give 0 or more.")
    return tuple(AskedRows(name, rows) for name, rows in tables.items())


def number_of_rows(text: str, name: str) -> int:
    """Read a number of rows, as 1000, 10_000, 10,000, 20k or 1M; raises UsageError.

    >>> number_of_rows("10k", "users"), number_of_rows("1_000", "users")
    (10000, 1000)
    """
    found = _COUNT.fullmatch(text.strip())
    if found is not None:
        return int(re.sub("[_,]", "", found[1])) * _UNITS[found[2]]
    if text.strip().startswith("-"):
        raise UsageError(
            f"{name} can not get {text.strip()} rows",
            hint="Rows are only added here: write a number from 0 on. `seedkit seed --fresh` empties tables.",
        )
    raise UsageError(f'"{text}" is no number of rows for {name}', hint=f"Write {name}=1000, or 20k, or 1M.")


@contextmanager
def hinting_at_numbers(asked: AskedRows) -> Iterator[None]:
    """Where what was asked for is no table, say how a number that stands in it is written."""
    try:
        yield
    except CatalogError as error:
        error.hint = _as_meant(asked) or error.hint
        raise


def _as_meant(asked: AskedRows) -> str | None:
    """Say how tables and numbers are written that stand together otherwise.

    >>> _as_meant(AskedRows("app.users: 5")), _as_meant(AskedRows("users=5,orders", 3)), _as_meant(AskedRows("users"))
    ('Write app.users=5: a table and how many rows.', 'Write users=5 orders=3: a table and how many rows.', None)
    """
    if _COUNT.fullmatch(asked.name):
        return f"Write it behind the table: users={asked.name}."
    if not _BETWEEN.search(asked.name):
        return None
    text = asked.name if asked.rows is None else f"{asked.name}={asked.rows}"
    pairs = " ".join(f"{name}={count}" for name, count in _PAIR.findall(text))
    return f"Write {pairs}: a table and how many rows." if pairs else None


def fits(pattern: str, relation: Relation) -> bool:
    """Whether a pattern means a table, by its name where that is visible, or with its schema.

    >>> from seedkit.core.names import TableName
    >>> found = Relation(oid=1, name=TableName("app", "orders"), kind="r", visible=False)
    >>> fits("app.*", found), fits("o*", found)
    (True, False)
    """
    name = relation.name
    names = [f"{name.schema}.{name.name}", *([name.name] if relation.visible else [])]
    parts = {"*": ".*", "?": "."}
    expression = re.compile(
        "".join(parts.get(letter, re.escape(letter)) for letter in pattern), re.IGNORECASE | re.DOTALL
    )
    return any(map(expression.fullmatch, names))
