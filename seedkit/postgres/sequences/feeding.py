"""Reads which sequence feeds which column, from the catalog alone: no lock on any user's table."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from itertools import groupby
from typing import TYPE_CHECKING, Any

from msgspec import Struct
from psycopg.rows import dict_row

from seedkit.core.engines import PLAIN, Engine
from seedkit.core.sequences.feeding import Feeding, FeedingSequence, UnresolvedDefault
from seedkit.core.sequences.inheritance import with_own_tables
from seedkit.core.sequences.unlinked import UnlinkedSequence
from seedkit.errors import SequenceError
from seedkit.postgres.connection import streamed
from seedkit.postgres.driver_errors import explained
from seedkit.postgres.queries import query
from seedkit.postgres.search_path import asked_safely
from seedkit.postgres.sequences.feeding_rows import Known, Place, feeding_sequence
from seedkit.postgres.sequences.inheritance import read_inheriting
from seedkit.postgres.sequences.unlinked import ask_for_unlinked, unlinked_sequences
from seedkit.postgres.sequences.unusual_links import UnusualDefault, UnusualLink, unresolved_defaults, unusual_links
from seedkit.postgres.session import Answer, Session

if TYPE_CHECKING:
    from seedkit.core.sequences.function_draws import FoundDraw


class _Asked(Struct, frozen=True, kw_only=True):
    """What the catalog query is asked for: all sequences of some tables, or one for a column of a table."""

    tables: list[int] | None = None
    sequence: int | None = None
    table: int | None = None
    column: int | None = None


_LINK = ("sequences", "tables", "columns", "computed", "outranks", "entitled")


class AskedDraws(Struct, frozen=True):
    """What is asked of every database in one round trip; `unlinked` only where all of it is meant."""

    unusual: Answer
    functions: Answer
    rules: Answer
    unlinked: Answer | None = None

    def draws(self) -> _Draws:
        """Take the answers, which can be done once, that tell of draws."""
        defaults = [UnusualDefault(**row) for row in self.unusual.fetchall()]
        return _Draws(defaults, self.functions.fetchall(), self.rules.fetchall())


class _Draws(Struct, frozen=True):
    """What draws, or may draw, otherwise than by a plain `nextval('s')`."""

    defaults: Sequence[UnusualDefault]
    functions: Sequence[dict[str, Any]]
    rules: Sequence[dict[str, Any]]


class _Links(Struct, frozen=True):
    """The links that no dependency shows: of unusual defaults, and of functions and rules."""

    unusual: Sequence[UnusualLink]
    hidden: Sequence[FoundDraw] = ()


def read_feeding(connection: Session, tables: Iterable[int] | None = None, *, here: bool = False) -> Feeding:
    """Read what feeds the columns of the tables (OIDs), or of all; each sequence with all columns that it feeds.

    Names that are looked up at every insert mean sequences of their table's schema; those that this session would find
    where it is the one to insert, `here`.
    """
    asked = None if tables is None else list(tables)
    everything = asked is None
    with (
        explained("reading the catalog"),
        asked_safely(connection, lambda: ask_draws(connection, everything=everything)) as answers,
    ):
        links = _links(connection, answers.draws(), here=here)
        sequences = _sequences(connection, links, asked)
        unlinked = _unlinked(connection, answers, links, sequences)
        return _feeding(connection, sequences, links, asked, unlinked)


def read_feeding_of(connection: Session, tables: Iterable[int], answers: AskedDraws) -> tuple[Feeding, Feeding]:
    """Read what feeds the columns of tables (OIDs) by their schemas, and `here`: mostly that is the same, read once.

    `answers` were asked for on the safe path, which has not been left.
    """
    asked = list(tables)
    with explained("reading the catalog"):
        draws = answers.draws()
        links, links_here = (_links(connection, draws, here=here) for here in (False, True))
        found = _sequences(connection, links, asked)
        found_here = found if links_here == links else _sequences(connection, links_here, asked)
        return _feeding(connection, found, links, asked), _feeding(connection, found_here, links_here, asked)


def _feeding(
    connection: Session,
    sequences: Sequence[FeedingSequence],
    links: _Links,
    asked: list[int] | None,
    unlinked: tuple[UnlinkedSequence, ...] = (),
) -> Feeding:
    sequences, engine = _with_nodes(connection, sequences)
    return Feeding(
        sequences=tuple(sequence for sequence in sequences if not sequence.kept),
        unresolved=tuple(_unresolved(links, asked)),
        kept=tuple(sequence for sequence in sequences if sequence.kept),
        unlinked=unlinked,
        engine=engine,
    )


def _with_nodes(connection: Session, sequences: Sequence[FeedingSequence]) -> tuple[Sequence[FeedingSequence], Engine]:
    """Say which nodes have the sequences too, where the catalog has shown Citus."""
    if not any(sequence.nodes for sequence in sequences):
        return sequences, PLAIN
    from seedkit.core.sequences.nodes import on_nodes
    from seedkit.postgres.catalog.engine import read_citus

    engine = read_citus(connection)
    return list(on_nodes(sequences, engine)), engine


def asked_sequence(connection: Session, sequence: int, table: int, column: int) -> FeedingSequence:
    """Read one sequence (OID) as feeding a column (attnum) of a table (OID), whether they are linked or not."""
    asked = _Asked(sequence=sequence, table=table, column=column)
    with explained("reading the catalog"), asked_safely(connection, lambda: ask_draws(connection)) as answers:
        links = _links(connection, answers.draws())
        found, _ = _with_nodes(connection, _apart(connection, _read_sequences(connection, asked, links), links))
    if not found:
        raise SequenceError("the table or the sequence was dropped meanwhile")
    return found[0]


def _sequences(connection: Session, links: _Links, tables: list[int] | None) -> tuple[FeedingSequence, ...]:
    return _apart(connection, _read_sequences(connection, _Asked(tables=tables), links), links)


def _apart(connection: Session, sequences: Sequence[FeedingSequence], links: _Links) -> tuple[FeedingSequence, ...]:
    """Leave out the rows of tables that inherit from a fed one and draw from a sequence of their own."""
    inheriting = read_inheriting(connection, sequences)
    if not inheriting:
        return tuple(sequences)
    children = [child.oid for child in inheriting]
    return with_own_tables(sequences, inheriting, _read_sequences(connection, _Asked(tables=children), links))


def ask_draws(connection: Session, *, everything: bool = False) -> AskedDraws:
    """Ask for the few defaults that are more than a plain `nextval('s')`, and for what else may draw."""
    return AskedDraws(
        connection.cursor(row_factory=dict_row).execute(query("unusual_defaults")),
        connection.cursor(row_factory=dict_row).execute(query("drawing_functions")),
        connection.cursor(row_factory=dict_row).execute(query("drawing_rules")),
        ask_for_unlinked(connection) if everything else None,
    )


def _links(connection: Session, draws: _Draws, *, here: bool = False) -> _Links:
    """Find the sequences that unusual defaults name, and those that functions and rules draw from."""
    unusual = unusual_links(connection, draws.defaults, here=here)
    if not draws.functions and not draws.rules:
        return _Links(unusual)
    from seedkit.postgres.sequences.hidden_draws import hidden_draws

    return _Links(unusual, hidden_draws(connection, draws.functions, draws.rules, here=here))


def _unlinked(
    connection: Session, answers: AskedDraws, links: _Links, linked: Sequence[FeedingSequence]
) -> tuple[UnlinkedSequence, ...]:
    rows = answers.unlinked.fetchall() if answers.unlinked else []
    drawn = {link.sequence for link in links.unusual} | {found.sequence for found in links.hidden}
    return tuple(unlinked_sequences(connection, rows, drawn, linked)) if rows else ()


def _unresolved(links: _Links, tables: list[int] | None) -> Iterator[UnresolvedDefault]:
    yield from unresolved_defaults(links.unusual, tables)
    for found in links.hidden:
        if found.sequence is None and not found.of.covered and (tables is None or found.of.table_oid in tables):
            yield found.unresolved


def _read_sequences(connection: Session, asked: _Asked, links: _Links) -> list[FeedingSequence]:
    told = [link.row for link in links.unusual] + [found.row for found in links.hidden if found.row]
    parameters = {
        "tables": asked.tables,
        "sequence": asked.sequence,
        "table": asked.table,
        "column": asked.column,
        **{f"link_{name}": [row[place] for row in told] for place, name in enumerate(_LINK)},
    }
    known = _known(links, named=asked.sequence is not None)
    with closing(streamed(connection, query("feeding_sequences"), parameters)) as rows:  # 10,000 at once cost 10 MB
        groups = groupby(rows, key=lambda row: row["sequence_oid"])
        return [feeding_sequence(list(group), known) for _, group in groups]


def _known(links: _Links, *, named: bool) -> dict[Place, list[Known]]:
    known: dict[Place, list[Known]] = {}
    for link in links.unusual:
        known.setdefault(link.row[:3], []).append(Known(draw=link.draw, late_name=link.late_name))
    for found in links.hidden:
        place = found.sequence, found.of.table_oid, found.of.column_number
        known.setdefault(place, []).append(
            Known(
                draw=found.of.draw,
                function=found.of.function,
                entitled=named or found.entitled,
                late_name=found.late_name,
            )
        )
    return known
