"""Reads which sequence feeds which column, from the catalog alone: no lock on any user's table."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Any, TypeAlias

import psycopg
from psycopg.rows import class_row, dict_row

from seedkit.core.names import SequenceName, TableName
from seedkit.core.sequences.feeding import (
    FedColumn,
    Feeding,
    FeedingSequence,
    Link,
    UnresolvedDefault,
    without_idle_owner,
)
from seedkit.core.sequences.inheritance import with_own_tables
from seedkit.core.sequences.late_names import LateName, why_unknown
from seedkit.errors import SequenceError
from seedkit.postgres.connection import Connection
from seedkit.postgres.driver_errors import explained
from seedkit.postgres.queries import query
from seedkit.postgres.search_path import asked_safely
from seedkit.postgres.sequences.inheritance import read_inheriting
from seedkit.postgres.sequences.late_names import read_late_names

if TYPE_CHECKING:
    from seedkit.core.sequences.default_expressions import Draw

_LateNames: TypeAlias = "dict[tuple[int | None, int, str], str | None]"
"""The texts that are looked up at every insert, by sequence, table and column."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """What the catalog query is asked for: all sequences of some tables, or one for a column of a table."""

    tables: list[int] | None = None
    sequence: int | None = None
    table: int | None = None
    column: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _UnusualDefault:
    """A row of the query `unusual_defaults`."""

    table_oid: int
    table_schema: str
    table_name: str
    column_number: int
    column_name: str
    tree: str
    function: str | None
    source: str | None
    owned_schema: str | None
    owned_name: str | None
    covered: bool
    kept: bool

    @property
    def draws(self) -> frozenset[Draw]:
        """Its calls of `nextval`; what can't be read counts as one, and a user's function that does anything else."""
        from seedkit.core.sequences.default_expressions import Draw, drawn_by, wrapped_sequence

        try:
            found = drawn_by(self.tree)
        except ValueError as error:
            return frozenset({Draw(None, problem=str(error))})
        if found or self.function is None:
            return found
        return frozenset({Draw(wrapped_sequence(self.source or ""))})


@dataclass(frozen=True, slots=True, kw_only=True)
class _Link:
    """One draw of an unusual default; without a sequence where it can't be known.

    `late_name` is the text that is looked up at every insert, where that decides; `candidates` what it may find.
    """

    default: _UnusualDefault
    draw: Draw
    sequence: int | None
    late_name: str | None = None
    candidates: tuple[SequenceName, ...] = ()

    @property
    def place(self) -> tuple[int | None, int, str]:
        """The sequence and the column that are linked."""
        return self.sequence, self.default.table_oid, self.default.column_name


def read_feeding(connection: Connection, tables: Iterable[int] | None = None, *, here: bool = False) -> Feeding:
    """Read what feeds the columns of the tables (OIDs), or of all; each sequence with all columns that it feeds.

    Names that are looked up at every insert mean sequences of their table's schema; those that this session would find
    where it is the one to insert, `here`.
    """
    asked = None if tables is None else list(tables)
    with explained("reading the catalog"), asked_safely(connection, lambda: _ask_unusual(connection)) as unusual:
        links = _links(connection, unusual.fetchall(), here=here)
        sequences = _apart(connection, _read_sequences(connection, _Asked(tables=asked), links), links)
    return Feeding(
        sequences=tuple(sequence for sequence in sequences if not sequence.kept),
        unresolved=tuple(_unresolved(links, asked)),
        kept=tuple(sequence for sequence in sequences if sequence.kept),
    )


def asked_sequence(connection: Connection, sequence: int, table: int, column: int) -> FeedingSequence:
    """Read one sequence (OID) as feeding a column (attnum) of a table (OID), whether they are linked or not."""
    asked = _Asked(sequence=sequence, table=table, column=column)
    with explained("reading the catalog"), asked_safely(connection, lambda: _ask_unusual(connection)) as unusual:
        links = _links(connection, unusual.fetchall())
        found = _apart(connection, _read_sequences(connection, asked, links), links)
    if not found:
        raise SequenceError("the table or the sequence was dropped meanwhile")
    return found[0]


def _apart(
    connection: Connection, sequences: Sequence[FeedingSequence], links: Sequence[_Link]
) -> tuple[FeedingSequence, ...]:
    """Leave out the rows of tables that inherit from a fed one and draw from a sequence of their own."""
    inheriting = read_inheriting(connection, sequences)
    if not inheriting:
        return tuple(sequences)
    children = [child.oid for child in inheriting]
    return with_own_tables(sequences, inheriting, _read_sequences(connection, _Asked(tables=children), links))


def _ask_unusual(connection: Connection) -> psycopg.Cursor[_UnusualDefault]:
    """Ask for the few defaults that are more than a plain `nextval('s')`."""
    return connection.cursor(row_factory=class_row(_UnusualDefault)).execute(query("unusual_defaults"))


def _links(connection: Connection, defaults: Sequence[_UnusualDefault], *, here: bool = False) -> list[_Link]:
    """Find the sequences that unusual defaults name."""
    names = {draw.sequence for default in defaults for draw in default.draws if isinstance(draw.sequence, str)}
    found = read_late_names(connection, sorted(names))
    return [
        _late_link(default, draw, found.get(draw.sequence, LateName()), here=here)
        if isinstance(draw.sequence, str)
        else _Link(default=default, draw=draw, sequence=draw.sequence)
        for default in defaults
        for draw in default.draws
    ]


def _late_link(default: _UnusualDefault, draw: Draw, found: LateName, *, here: bool) -> _Link:
    meant = found.here if here else found.in_schema(default.table_schema)
    return _Link(
        default=default,
        draw=draw,
        sequence=meant.oid if meant else None,
        late_name=None if meant and meant.qualified else str(draw.sequence),
        candidates=found.sequences,
    )


def _unresolved(links: Iterable[_Link], tables: list[int] | None) -> Iterator[UnresolvedDefault]:
    for link in links:
        default = link.default
        asked = tables is None or default.table_oid in tables
        if link.sequence is None and asked and not default.covered and not default.kept:
            yield UnresolvedDefault(
                table_oid=default.table_oid,
                table=TableName(default.table_schema, default.table_name),
                column=default.column_name,
                reason=_why_unresolved(link),
                owned=_owned_name(default),
                late_name=link.late_name,
                candidates=link.candidates,
            )


def _why_unresolved(link: _Link) -> str:
    if link.late_name is not None:
        return why_unknown(link.late_name, link.candidates)
    if link.draw.problem is not None:
        return f"its default {link.draw.problem}"
    if link.default.function is not None:
        return f"its default calls {link.default.function}, and which sequence that draws from can't be known"
    return "its default makes up the name of its sequence at every insert"


def _owned_name(default: _UnusualDefault) -> SequenceName | None:
    if default.owned_schema is None or default.owned_name is None:
        return None
    return SequenceName(default.owned_schema, default.owned_name)


def _read_sequences(connection: Connection, asked: _Asked, links: Sequence[_Link]) -> list[FeedingSequence]:
    parameters = {
        "tables": asked.tables,
        "sequence": asked.sequence,
        "table": asked.table,
        "column": asked.column,
        "link_sequences": [link.sequence for link in links],
        "link_tables": [link.default.table_oid for link in links],
        "link_columns": [link.default.column_number for link in links],
        "link_computed": [link.draw.computed for link in links],
    }
    with connection.cursor(row_factory=dict_row) as cursor:
        rows = cursor.stream(query("feeding_sequences"), parameters)  # 10,000 rows at once cost 10 MB
        late_names = {link.place: link.late_name for link in links}
        return [_feeding(list(group), late_names) for _, group in groupby(rows, key=lambda row: row["sequence_oid"])]


def _feeding(rows: Sequence[dict[str, Any]], late_names: _LateNames) -> FeedingSequence:
    first = rows[0]
    owner = TableName(first["owner_schema"], first["owner_table"]) if first["owner_table"] else None
    return FeedingSequence(
        oid=first["sequence_oid"],
        name=SequenceName(first["sequence_schema"], first["sequence_name"]),
        columns=without_idle_owner([_fed(row, late_names) for row in rows]),
        increment=first["increment"],
        role=first["role"],
        owner_role=first["owner_role"],
        owner_column=(owner, first["owner_column"]) if owner else None,
        read_as=first["sequence_read_as"],
        keeper=first["sequence_keeper"],
        **{name: first[name] for name in ("identity", "owned", "readable", "usable", "settable")},
    )


def _fed(row: dict[str, Any], late_names: _LateNames) -> FedColumn:
    return FedColumn(
        table_oid=row["table_oid"],
        table=TableName(row["table_schema"], row["table_name"]),
        name=row["column_name"],
        type_name=row["type_name"].removeprefix(row["type_found_in"]),
        covered=row["covered"],
        foreign_leaves=row["foreign_leaves"],
        strange_leaves=row["strange_leaves"],
        read_as=row["read_as"],
        entitled=row["entitled"],
        link=Link(row["link"]),
        computed=row["computed"],
        late_name=late_names.get((row["sequence_oid"], row["table_oid"], row["column_name"])),
        filled=row["filled"],
        not_null=row["not_null"],
        readable=row["column_readable"],
        row_security=row["row_security"],
        indexed=row["indexed"],
        large=row["large"],
        inherited=row["inherited"],
        without_contents=row["without_contents"],
        keeper=row["table_keeper"],
    )
