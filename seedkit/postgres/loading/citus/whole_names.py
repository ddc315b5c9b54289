"""Says what a shard has refused as its table would have: errors of Citus name shards, and in a COPY have no class.

What comes of a shard in a COPY is XX000 with the shard's message alone, in which the names stand in quotes. Lines that
a shard has counted are none of ours; those that the coordinator has read come with the table's own name.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, NamedTuple, cast

import psycopg
from psycopg.pq import DiagnosticField

from seedkit.core.catalog import Table

_SUFFIX = re.compile(r"_\d{6,}\Z")
"""The number of a shard; Citus begins to count at 102008."""
_SHORTENED = re.compile(r"_[0-9a-f]{8}\Z")
"""What stands for the end of a name that would have been too long."""
_QUOTED = re.compile(r'"((?:[^"]|"")+_\d{6,})"')
_OF_A_SHARD = re.compile(r"COPY \S+_\d{6,}\"?, line |while executing command on ")


class _Kind(NamedTuple):
    message: re.Pattern[str]
    error: type[psycopg.Error]


_NOWHERE = re.compile(
    "the partition column of table (?P<table>.+) cannot be NULL"
    "|cannot perform an INSERT with NULL in the partition column"
)
"""What Citus says of a row that could be sent to no node."""

_KINDS = (
    _Kind(
        re.compile(r'null value in column "(?P<column>.+)" of relation "(?P<table>.+)" violates not-null constraint'),
        psycopg.errors.NotNullViolation,
    ),
    _Kind(
        re.compile(r'new row for relation "(?P<table>.+)" violates check constraint "(?P<name>.+)"'),
        psycopg.errors.CheckViolation,
    ),
    _Kind(
        re.compile(r'(?:insert or update|update or delete) on table "(?P<table>.+?)" violates .*"(?P<name>[^"]+)".*'),
        psycopg.errors.ForeignKeyViolation,
    ),
    _Kind(re.compile(r'duplicate key value violates unique constraint "(?P<name>.+)"'), psycopg.errors.UniqueViolation),
    _Kind(
        re.compile(r'conflicting key value violates exclusion constraint "(?P<name>.+)"'),
        psycopg.errors.ExclusionViolation,
    ),
)


def without_shards(text: str, known: Collection[str]) -> str:
    """Name in a message the tables and constraints of shards, of which some are known by their whole names.

    >>> without_shards('Key (id)=(7) is not present in table "accounts_102008".', ())
    'Key (id)=(7) is not present in table "accounts".'
    """
    return _QUOTED.sub(lambda found: f'"{whole_name(found[1], known)}"', text)


def whole_name(name: str, known: Collection[str]) -> str:
    """Give the name of a shard's table, or of its constraint; a long one was cut, and is found among those known.

    >>> whole_name("account_pkey_102057", ()), whole_name("orders_2026", ())
    ('account_pkey', 'orders_2026')
    >>> whole_name("a_very_long_one_0a1b2c3d_102057", ["a_very_long_one_that_was_cut"])
    'a_very_long_one_that_was_cut'
    """
    whole = _SUFFIX.sub("", name)
    if whole == name or whole in known or not _SHORTENED.search(whole):
        return whole
    begins = _SHORTENED.sub("", whole)
    found = [each for each in known if each.startswith(begins)]
    return found[0] if len(found) == 1 else whole


def as_of_tables(error: psycopg.Error, tables: Iterable[Table]) -> psycopg.Error:
    """Tell an error as the tables know it, if some shard has said it."""
    spread = [table for table in tables if table.citus is not None]
    if not spread or not error.sqlstate:
        return error
    known = [name for table in spread for name in _names(table)]
    told = {field: without_shards(text, known) for field, text in _fields(error).items()}
    told[DiagnosticField.CONTEXT] = _ours(told.get(DiagnosticField.CONTEXT, ""))
    message = _of_a_column(told.get(DiagnosticField.MESSAGE_PRIMARY, ""), spread)
    told[DiagnosticField.MESSAGE_PRIMARY] = message
    found = next(((kind, match) for kind in _KINDS if (match := kind.message.fullmatch(message))), None)
    if found is None:
        return _made(type(error), told)
    kind, match = found
    told |= _places(match.groupdict(), spread)
    told[DiagnosticField.SQLSTATE] = kind.error.sqlstate or ""
    return _made(kind.error, told)


def _of_a_column(message: str, tables: Sequence[Table]) -> str:
    """Say of NULL in a distribution column what PostgreSQL says of it in others that take none."""
    found = _NOWHERE.fullmatch(message)
    if found is None:
        return message
    placed = [(table.name, table.citus.column) for table in tables if table.citus and table.citus.column]
    named = [each for each in placed if found["table"] in (None, each[0].qualified)] or placed
    if not named:
        return message
    name, column = named[0]
    return f'null value in column "{column}" of relation "{name.name}" violates not-null constraint'


def _ours(context: str) -> str:
    """Leave out where a shard was, line by line: it has counted the rows that it was sent."""
    return "\n".join(line for line in context.split("\n") if not _OF_A_SHARD.match(line))


def _made(kind: type[psycopg.Error], told: Mapping[int, str]) -> psycopg.Error:
    """Make an error of a class, with what the server told as the driver keeps it."""
    message = "\n".join(
        line
        for line in (
            told.get(DiagnosticField.MESSAGE_PRIMARY, ""),
            *(f"DETAIL:  {text}" for text in [told.get(DiagnosticField.MESSAGE_DETAIL)] if text),
        )
    )
    info = {field: text.encode() for field, text in told.items() if text}
    return kind(message, info=cast("Any", info))


def _fields(error: psycopg.Error) -> dict[int, str]:
    diagnostics = error.diag
    found = ((field, getattr(diagnostics, field.name.lower(), None)) for field in DiagnosticField)
    return {field: text for field, text in found if text is not None}


def _places(found: Mapping[str, str], tables: Iterable[Table]) -> dict[int, str]:
    """Tell where a row was refused: the table by its name, or by that of its constraint."""
    name, called = found.get("name", ""), found.get("table")
    table = next(
        (table for table in tables if table.name.name == called or (called is None and name in _names(table))), None
    )
    places = {DiagnosticField.CONSTRAINT_NAME: name} if name else {}
    if table is not None:
        places |= {DiagnosticField.SCHEMA_NAME: table.name.schema, DiagnosticField.TABLE_NAME: table.name.name}
    if "column" in found:
        places[DiagnosticField.COLUMN_NAME] = found["column"]
    return {int(field): text for field, text in places.items()}


def _names(table: Table) -> list[str]:
    return [table.name.name, *(key.name for key in table.keys), *(key.name for key in table.foreign_keys)]
