"""`fix_sequence`, `fix_sequences` and `check_sequences`."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

import seedkit.reports.text  # noqa: F401 - what str(report) gives
from seedkit.api.connections import usable_connection
from seedkit.context.run import running_seed
from seedkit.core.names import column_of
from seedkit.core.reports.limits import by_danger
from seedkit.core.reports.runs import RepairReport, SequenceReport
from seedkit.core.sequences.ids import given_range
from seedkit.core.sequences.repair_options import RepairOptions
from seedkit.errors import SequenceError
from seedkit.orm.table_names import TableLike, numbered_name, numbered_names, schema_names
from seedkit.postgres.connection import in_transaction
from seedkit.postgres.lending import lent
from seedkit.postgres.session import Session
from seedkit.runner.repair import RepairRequest, Target, repair


def fix_sequence(
    table_name: TableLike,
    id_column: str | None = None,
    sequence_name: str | None = None,
    *,
    id_range: tuple[int, int] | None = None,
    force: bool = False,
    connection: object = None,
) -> SequenceReport:
    """Move the sequence of a table past its highest id, if it is behind, and return what was found and done.

    Without `id_column` every sequence-fed column of the table is repaired, and the first one's report returned.
    `sequence_name` names a sequence that need not be linked to the table. It is refused but by `force` where the column
    draws from another or computes with its values, or where the gap is out of all proportion to the table's rows.
    Names are read as psql reads them, and found in whatever case if that is unambiguous; in place of the table's do a
    class that SQLAlchemy or SQLModel maps, a Table, and a model of Django. `id_range` tells the lowest and the highest
    id that are the sequence's own, where each machine has a range: ids past it are told, not counted.

    `connection` is one of psycopg 3, psycopg2 or pg8000, a SQLAlchemy Session or Connection on any driver, or a Django
    connection; it is used inside its open transaction, never committed, and left as found; a Session is flushed first.
    Without it, a running seeder's connection is used, else one to the configured database is opened, and each repair
    committed; so it is on the connection that a SQLAlchemy Engine gives. What is awaited goes to `seedkit.aio`.
    PostgreSQL does not undo `setval` and `nextval` on ROLLBACK, so a repair stays in any case; in a dry run a seeder's
    call only judges.

    Raises CatalogError if the table, column or sequence does not exist; SequenceError if no sequence feeds the column,
    or if it could not be judged or moved; UsageError for `force` without a sequence; ConfigurationError or
    ConnectionFailedError without a usable database.
    """
    target = Target(table=numbered_name(table_name, connection), column=id_column, sequence=sequence_name, force=force)
    options = RepairOptions(id_range=given_range(id_range))
    report = _repair(RepairRequest(targets=(target,), options=options), connection)
    for sequence in report.sequences:
        if not sequence.right and not report.dry_run:
            named = f"sequence {sequence.shown_sequence} of " if sequence.sequence else ""
            raise SequenceError(
                f"{named}{column_of(sequence.table, sequence.column)}: {sequence.status}",
                detail=sequence.reason,
                hint=sequence.hint,
            )
    return report.sequences[0]


def fix_sequences(
    tables: Sequence[TableLike] | None = None,
    *,
    schema: str | Sequence[str] | None = None,
    margin: int = 0,
    id_range: tuple[int, int] | None = None,
    wait: bool = False,
    lock_timeout: str | None = "5s",
    dry_run: bool = False,
    connection: object = None,
) -> RepairReport:
    """Repair the sequences of some tables, by default of all (of a schema, or several), and report; see `fix_sequence`.

    `margin` values are left free beyond each highest id, for a cut-over. `id_range` is as in `fix_sequence`. With
    `wait` each table is locked until its writers have committed. `lock_timeout`, in PostgreSQL's spelling, bounds its
    waits for locks, those in vain all together, where seedkit opens the transaction. A sequence that can't be judged or
    moved does not stop the others: the report's `right` is then False. A dry run only judges. Raises CatalogError for a
    table that does not exist, SequenceError for one that no sequence feeds.
    """
    options = RepairOptions(margin=margin, lock_timeout=lock_timeout, wait=wait, id_range=given_range(id_range))
    targets, schemas = _targets(tables, connection), schema_names(schema)
    return _repair(RepairRequest(targets=targets, schemas=schemas, options=options, dry_run=dry_run), connection)


def check_sequences(
    tables: Sequence[TableLike] | None = None,
    *,
    schema: str | Sequence[str] | None = None,
    id_range: tuple[int, int] | None = None,
    connection: object = None,
) -> RepairReport:
    """Judge the sequences of some tables, by default of all, and write nothing; raises as `fix_sequences` does.

    But a SQLAlchemy Session that is lent sends what it holds back first: what it is about to insert is judged, too.
    The report begins with what is most dangerous: behind, exhausted or not judged, then nearest to its limit. What
    `[tool.seedkit.check]` ignores is ignored by the command alone.
    """
    options, targets = RepairOptions(id_range=given_range(id_range)), _targets(tables, connection)
    request = RepairRequest(targets=targets, schemas=schema_names(schema), options=options, dry_run=True)
    report = _repair(request, connection)
    return replace(report, sequences=by_danger(report.sequences), of_check=True)


def _targets(tables: Sequence[TableLike] | None, connection: object) -> tuple[Target, ...] | None:
    return None if tables is None else tuple(Target(table=name) for name in numbered_names(tables, connection))


def _repair(request: RepairRequest, connection: object) -> RepairReport:
    if connection is not None:
        return lent(connection, lambda usable: _repaired(request, usable))
    with usable_connection() as usable:
        return _repaired(request, usable)


def _repaired(request: RepairRequest, usable: Session) -> RepairReport:
    run = running if (running := running_seed()) is not None and running.connection is usable else None
    begins = not in_transaction(usable)
    report = repair(usable, replace(request, dry_run=True) if run and run.dry_run else request)
    if begins and in_transaction(usable):
        usable.rollback()  # without autocommit our reading began a transaction; a repair is not undone by this
    if run:
        run.repairs += report.sequences
    return report
