"""Reads which sequence feeds which column, from the catalog alone: no lock on any user's table."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Any

import psycopg
from psycopg.rows import class_row, dict_row

from seedkit.core.names import SequenceName, TableName
from seedkit.core.sequences.feeding import Feeding, FeedingSequence, UnresolvedDefault
from seedkit.core.sequences.unlinked import UnlinkedSequence
from seedkit.errors import SequenceError
from seedkit.postgres.connection import Connection
from seedkit.postgres.driver_errors import explained
from seedkit.postgres.queries import query
from seedkit.postgres.search_path import asked_safely
from seedkit.postgres.sequences.feeding_rows import Known, Place, feeding_sequence
from seedkit.postgres.sequences.unlinked import ask_for_unlinked, unlinked_sequences

if TYPE_CHECKING:
    from seedkit.core.sequences.default_expressions import Draw
    from seedkit.core.sequences.function_draws import FoundDraw


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
    owned_schema: str | None
    owned_name: str | None
    covered: bool

    @property
    def draws(self) -> frozenset[Draw]:
        """Its calls of `nextval`; what can't be read counts as one."""
        from seedkit.core.sequences.default_expressions import Draw, drawn_by

        try:
            return drawn_by(self.tree)
        except ValueError as error:
            return frozenset({Draw(None, problem=str(error))})


_LINK = ("sequences", "tables", "columns", "computed", "outranks")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Link:
    """One draw of an unusual default; without a sequence where it can't be known."""

    default: _UnusualDefault
    draw: Draw
    sequence: int | None

    @property
    def row(self) -> tuple[int | None, int, int, bool, bool]:
        """What the catalog query wants to know of it."""
        return self.sequence, self.default.table_oid, self.default.column_number, self.draw.computed, True


@dataclass(frozen=True, slots=True)
class _Answers:
    """What is asked of every database in one round trip; `unlinked` only where all of it is meant."""

    unusual: psycopg.Cursor[_UnusualDefault]
    functions: psycopg.Cursor[dict[str, Any]]
    rules: psycopg.Cursor[dict[str, Any]]
    unlinked: psycopg.Cursor[dict[str, Any]] | None = None


@dataclass(frozen=True, slots=True)
class _Links:
    """The links that no dependency shows: of unusual defaults, and of functions and rules."""

    unusual: Sequence[_Link]
    hidden: Sequence[FoundDraw] = ()


def read_feeding(connection: Connection, tables: Iterable[int] | None = None) -> Feeding:
    """Read what feeds the columns of the tables (OIDs), or of all; each sequence with all columns that it feeds."""
    asked = None if tables is None else list(tables)
    everything = asked is None
    with explained("reading the catalog"), asked_safely(connection, lambda: _ask(connection, everything)) as answers:
        links = _links(connection, answers)
        sequences = tuple(_read_sequences(connection, _Asked(tables=asked), links))
        unlinked = _unlinked(connection, answers, links, sequences)
    return Feeding(sequences=sequences, unresolved=tuple(_unresolved(links, asked)), unlinked=unlinked)


def asked_sequence(connection: Connection, sequence: int, table: int, column: int) -> FeedingSequence:
    """Read one sequence (OID) as feeding a column (attnum) of a table (OID), whether they are linked or not."""
    asked = _Asked(sequence=sequence, table=table, column=column)
    with explained("reading the catalog"), asked_safely(connection, lambda: _ask(connection)) as answers:
        found = _read_sequences(connection, asked, _links(connection, answers))
    if not found:
        raise SequenceError("the table or the sequence was dropped meanwhile")
    return found[0]


def _ask(connection: Connection, everything: bool = False) -> _Answers:  # noqa: FBT001, FBT002
    """Ask for the few defaults that are more than a plain `nextval('s')`, and for what else may draw."""
    return _Answers(
        connection.cursor(row_factory=class_row(_UnusualDefault)).execute(query("unusual_defaults")),
        connection.cursor(row_factory=dict_row).execute(query("drawing_functions")),
        connection.cursor(row_factory=dict_row).execute(query("drawing_rules")),
        ask_for_unlinked(connection) if everything else None,
    )


def _links(connection: Connection, answers: _Answers) -> _Links:
    """Find the sequences that unusual defaults name, and those that functions and rules draw from."""
    defaults, functions, rules = answers.unusual.fetchall(), answers.functions.fetchall(), answers.rules.fetchall()
    names = {draw.sequence for default in defaults for draw in default.draws if isinstance(draw.sequence, str)}
    found = _find_by_name(connection, sorted(names))
    unusual = [_link(default, draw, found) for default in defaults for draw in default.draws]
    if not functions and not rules:
        return _Links(unusual)
    from seedkit.postgres.sequences.hidden_draws import hidden_draws

    return _Links(unusual, hidden_draws(connection, functions, rules))


def _unlinked(
    connection: Connection, answers: _Answers, links: _Links, linked: Sequence[FeedingSequence]
) -> tuple[UnlinkedSequence, ...]:
    rows = answers.unlinked.fetchall() if answers.unlinked else []
    drawn = {link.sequence for link in links.unusual} | {found.sequence for found in links.hidden}
    return tuple(unlinked_sequences(connection, rows, drawn, linked)) if rows else ()


def _link(default: _UnusualDefault, draw: Draw, found: dict[str, int]) -> _Link:
    sequence = found.get(draw.sequence) if isinstance(draw.sequence, str) else draw.sequence
    return _Link(default=default, draw=draw, sequence=sequence)


def _find_by_name(connection: Connection, names: Sequence[str]) -> dict[str, int]:
    """Look names up in the user's path, as an insert would; one that can't be read is left out, and halved down to."""
    if not names:
        return {}
    try:
        with connection.transaction():
            rows = connection.execute(query("sequences_by_name"), {"names": list(names)}).fetchall()
    except psycopg.Error:
        if connection.closed or len(names) == 1:
            return {}
        middle = len(names) // 2
        return _find_by_name(connection, names[:middle]) | _find_by_name(connection, names[middle:])
    return dict(rows)


def _unresolved(links: _Links, tables: list[int] | None) -> Iterator[UnresolvedDefault]:
    yield from _unresolved_defaults(links.unusual, tables)
    for found in links.hidden:
        if found.sequence is None and not found.of.covered and (tables is None or found.of.table_oid in tables):
            yield found.unresolved


def _unresolved_defaults(links: Iterable[_Link], tables: list[int] | None) -> Iterator[UnresolvedDefault]:
    for link in links:
        default = link.default
        if link.sequence is None and not default.covered and (tables is None or default.table_oid in tables):
            yield UnresolvedDefault(
                table_oid=default.table_oid,
                table=TableName(default.table_schema, default.table_name),
                column=default.column_name,
                reason=_why_unresolved(link),
                owned=_owned_name(default),
            )


def _why_unresolved(link: _Link) -> str:
    if isinstance(link.draw.sequence, str):
        return f'its default looks up "{link.draw.sequence}" at every insert, and this session finds no such sequence'
    if link.draw.problem is not None:
        return f"its default {link.draw.problem}"
    return "its default makes up the name of its sequence at every insert"


def _owned_name(default: _UnusualDefault) -> SequenceName | None:
    if default.owned_schema is None or default.owned_name is None:
        return None
    return SequenceName(default.owned_schema, default.owned_name)


def _read_sequences(connection: Connection, asked: _Asked, links: _Links) -> list[FeedingSequence]:
    rows = [link.row for link in links.unusual] + [found.row for found in links.hidden if found.row]
    parameters = {
        "tables": asked.tables,
        "sequence": asked.sequence,
        "table": asked.table,
        "column": asked.column,
        **{f"link_{name}": [row[place] for row in rows] for place, name in enumerate(_LINK)},
    }
    known = _known(links, named=asked.sequence is not None)
    with connection.cursor(row_factory=dict_row) as cursor:
        found = cursor.stream(query("feeding_sequences"), parameters)  # 10,000 rows at once cost 10 MB
        return [
            feeding_sequence(list(group), known) for _, group in groupby(found, key=lambda row: row["sequence_oid"])
        ]


def _known(links: _Links, *, named: bool) -> dict[Place, list[Known]]:
    known: dict[Place, list[Known]] = {}
    for link in links.unusual:
        known.setdefault(link.row[:3], []).append(Known(draw=link.draw))
    for found in links.hidden:
        place = found.sequence, found.of.table_oid, found.of.column_number
        known.setdefault(place, []).append(
            Known(draw=found.of.draw, function=found.of.function, entitled=named or found.entitled)
        )
    return known
