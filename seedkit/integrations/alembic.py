"""Sequences repaired in an Alembic migration, on the connection that it runs on, or offline as SQL in its script."""

from __future__ import annotations

import logging
from collections.abc import Sequence

from alembic import op

import seedkit
from seedkit.core.names import column_of
from seedkit.core.reports.runs import RepairReport, SequenceReport
from seedkit.core.sequences.ids import given_range
from seedkit.core.sequences.repair_options import RepairOptions
from seedkit.errors import SequenceError, UsageError
from seedkit.orm.table_names import TableLike, as_name, schema_names
from seedkit.runner.offline_repair import offline_repair
from seedkit.runner.repair import RepairRequest, Target

__all__ = ["fix_sequence", "fix_sequences"]

_log = logging.getLogger("seedkit.alembic")


def fix_sequences(
    *tables: TableLike,
    schema: str | Sequence[str] | None = None,
    margin: int = 0,
    id_range: tuple[int, int] | None = None,
    wait: bool = False,
    lock_timeout: str | None = "5s",
) -> RepairReport | None:
    """Move the sequences of some tables past their highest ids, by default of all (of a schema, or several).

    All options are as in `seedkit.fix_sequences`. Offline (`alembic upgrade --sql`) it prints a block that finds the
    sequences and the ids when it is run, and returns None. Raises SequenceError for a sequence of a named table that
    can't be judged or moved; without names, those are left as they are and logged.
    """
    if any(isinstance(table, (list, tuple)) for table in tables):
        raise UsageError("tables are named one by one, without a list", hint='Write fix_sequences("users", "orders").')
    if _offline():
        options = RepairOptions(margin=margin, id_range=given_range(id_range), wait=wait, lock_timeout=lock_timeout)
        targets = tuple(Target(table=as_name(table)) for table in tables) or None
        _print(RepairRequest(targets=targets, schemas=schema_names(schema), options=options))
        return None
    report = seedkit.fix_sequences(
        tables or None,
        schema=schema,
        margin=margin,
        id_range=id_range,
        wait=wait,
        lock_timeout=lock_timeout,
        connection=op.get_bind(),
    )
    for sequence in report.sequences:
        _tell(sequence, named=bool(tables))
    return report


def fix_sequence(
    table_name: TableLike,
    id_column: str | None = None,
    sequence_name: str | None = None,
    *,
    id_range: tuple[int, int] | None = None,
    force: bool = False,
) -> SequenceReport | None:
    """Move the sequence of a table past its highest id, as `seedkit.fix_sequence` does, and raise as it does.

    Offline it prints what finds column and sequence when it is run, and returns None; where both are named, a plain
    statement that looks at nothing but these.
    """
    if _offline():
        options = RepairOptions(id_range=given_range(id_range))
        target = Target(table=as_name(table_name), column=id_column, sequence=sequence_name, force=force)
        _print(RepairRequest(targets=(target,), options=options))
        return None
    return seedkit.fix_sequence(
        table_name, id_column, sequence_name, id_range=id_range, force=force, connection=op.get_bind()
    )


def _offline() -> bool:
    """Whether the migration is printed; raises UsageError for another database than PostgreSQL."""
    context = op.get_context()
    if context.dialect.name != "postgresql":
        raise UsageError(
            f"the migration is for {context.dialect.name}, and seedkit repairs sequences of PostgreSQL",
            hint='Ask first: if op.get_context().dialect.name == "postgresql".',
        )
    return bool(context.as_sql)


def _print(request: RepairRequest) -> None:
    """Print SQL as it is: `op.execute` would take `:` for parameters, and double `%`."""
    op.get_context().impl.static_output(offline_repair(request))


def _tell(sequence: SequenceReport, *, named: bool) -> None:
    if sequence.right:
        return
    column = column_of(sequence.table, sequence.column)
    if named:
        raise SequenceError(f"{column}: {sequence.status}", detail=sequence.reason, hint=sequence.hint)
    _log.warning("%s: %s (%s)", column, sequence.status, sequence.reason)
