"""Repairing and checking sequences: of one table, one column, a schema, or the whole database."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING

from msgspec import Struct, field
from msgspec.structs import replace

from seedkit.core.catalog import Table
from seedkit.core.engines import refuse_worker
from seedkit.core.names import column_of, did_you_mean
from seedkit.core.relations import Catalog
from seedkit.core.reports.gate import gated
from seedkit.core.reports.gate_rules import Gate
from seedkit.core.reports.limits import by_danger
from seedkit.core.reports.runs import RepairReport, SequenceReport
from seedkit.core.reports.sequences import by_table, report_unresolved
from seedkit.core.sequences.choice import (
    column_for,
    find_column,
    linked_sequences,
    refuse_kept,
    unknown_sequence,
)
from seedkit.core.sequences.feeding import Feeding, FeedingSequence, UnresolvedDefault
from seedkit.core.sequences.repair_options import RepairOptions
from seedkit.errors import CatalogError, UsageError
from seedkit.postgres.catalog.tables import read_catalog, read_tables
from seedkit.postgres.connection import Connection, identify, in_transaction
from seedkit.postgres.driver_errors import explained
from seedkit.postgres.search_path import safe_path
from seedkit.postgres.sequences.feeding import asked_sequence, read_feeding
from seedkit.postgres.sequences.repair import check_sequences, repair_sequences
from seedkit.postgres.session import Session
from seedkit.postgres.time_outs import time_outs_told
from seedkit.progress import current
from seedkit.runner.named_tables import named_table, origin_of_key

if TYPE_CHECKING:
    from seedkit.core.sequences.elsewhere import Elsewhere


class Target(Struct, frozen=True, kw_only=True):
    """What to repair, as typed: a table, one column of it, and the sequence that is to serve it.

    By `force` that one, though the column draws from another, computes with it, or is out of all proportion to it.
    """

    table: str
    column: str | None = None
    sequence: str | None = None
    force: bool = False

    def __post_init__(self) -> None:
        for argument, name in (("id_column", self.column), ("sequence_name", self.sequence)):
            if not isinstance(name, (str, type(None))):
                raise UsageError(f"{argument} must be a name, not {name!r}")
        if self.force and self.sequence is None:
            raise UsageError("--force goes with a SEQUENCE", hint="Name the sequence that is to be moved.")


class RepairRequest(Struct, frozen=True, kw_only=True):
    """Which sequences to repair and how: those of the targets, or all, or all that feed tables of some schemas.

    A dry run only judges them.
    """

    targets: tuple[Target, ...] | None = None
    schemas: tuple[str, ...] | None = None
    dry_run: bool = False
    options: RepairOptions = field(default_factory=RepairOptions)

    def __post_init__(self) -> None:
        if self.targets is not None and self.schemas is not None:
            raise UsageError("a schema goes with all tables", hint="Name a table of a schema as SCHEMA.TABLE.")
        if self.schemas == ():
            raise UsageError("schema must name a schema", hint="Leave it out for all schemas.")

    @property
    def whole(self) -> bool:
        """Whether it is about all of the database."""
        return self.targets is None and self.schemas is None


def repair(connection: Session, request: RepairRequest) -> RepairReport:
    """Repair sequences and report on each.

    Commits each repair on a connection of ours; leaves a borrowed transaction open and as it was. Raises CatalogError
    for a name that isn't there and SequenceError for a column that no sequence feeds.
    """
    with time_outs_told(connection), explained("looking at the sequences"), _kept_path(connection):
        with current().at("finding the sequences"):
            feeding = _chosen(connection, request)
            if not request.dry_run:
                refuse_worker(feeding.engine, "sequences are repaired")
            _refuse_unless_forced(connection, feeding, request)
        reports = _seen_to(connection, feeding, request)
    return RepairReport(
        server=identify(connection),
        sequences=_all_told(reports, feeding.unresolved),
        dry_run=request.dry_run,
        unlinked=feeding.unlinked,
    )


def _seen_to(connection: Session, feeding: Feeding, request: RepairRequest) -> list[SequenceReport]:
    work = check_sequences if request.dry_run else repair_sequences
    progress = current()
    progress.begin("", of=len(feeding.sequences), unit="sequence")
    with progress.at("judging sequences" if request.dry_run else "seeing to sequences"):
        reports = work(connection, feeding.sequences, request.options)
    progress.end()
    return reports


def check(connection: Session, request: RepairRequest, gate: Gate) -> RepairReport:
    """Judge sequences and write nothing; the report begins with what is most dangerous. Raises as `repair` does."""
    report = repair(connection, replace(request, dry_run=True))
    found = replace(report, sequences=by_danger(report.sequences), of_check=True)
    return gated(found, gate, whole=request.whole)


def repair_script(connection: Connection, request: RepairRequest) -> tuple[RepairReport, str]:
    """Write down, as a script for psql, what `repair` would run; executes nothing of it, raises as `repair` does."""
    from seedkit.postgres.sequences.script import repair_statements

    with time_outs_told(connection), explained("looking at the sequences"), _kept_path(connection):
        feeding = _chosen(connection, request)
        refuse_worker(feeding.engine, "sequences are repaired")
        _refuse_unless_forced(connection, feeding, request)
        reports, script = repair_statements(connection, feeding.sequences, request.options)
    sequences = _all_told(reports, feeding.unresolved)
    unlinked = feeding.unlinked
    return RepairReport(server=identify(connection), sequences=sequences, dry_run=True, unlinked=unlinked), script


def _all_told(reports: Sequence[SequenceReport], unresolved: Sequence[UnresolvedDefault]) -> tuple[SequenceReport, ...]:
    return by_table([*reports, *map(report_unresolved, unresolved)])


def _kept_path(connection: Session) -> AbstractContextManager[None]:
    """Find only PostgreSQL's own names in a transaction that is open; short ones of ours see to that themselves."""
    return safe_path(connection) if in_transaction(connection) else nullcontext()


def _chosen(connection: Session, request: RepairRequest) -> Feeding:
    if request.targets is None:
        return _in_schemas(read_feeding(connection), connection, request.schemas)
    with safe_path(connection):
        return _of_targets(connection, request.targets)


def _refuse_unless_forced(connection: Session, feeding: Feeding, request: RepairRequest) -> None:
    if any(target.sequence is not None and not target.force for target in request.targets or ()):
        from seedkit.runner.proportion import refuse_out_of_proportion

        refuse_out_of_proportion(connection, feeding.sequences, request.options)


def _of_targets(connection: Session, targets: Sequence[Target]) -> Feeding:
    catalog = read_catalog(connection)
    meant = [_meant(connection, catalog, target) for target in targets]
    sequences = {sequence.oid: sequence for feeding in meant for sequence in feeding.sequences}
    unresolved = dict.fromkeys(default for feeding in meant for default in feeding.unresolved)
    return Feeding(sequences=tuple(sequences.values()), unresolved=tuple(unresolved), engine=catalog.engine)


def _in_schemas(feeding: Feeding, connection: Session, schemas: tuple[str, ...] | None) -> Feeding:
    if schemas is None:
        return feeding
    present = {relation.name.schema for relation in read_catalog(connection).relations}
    for schema in schemas:
        if schema not in present:
            hint = did_you_mean(schema, present) or f"The schemas with tables are {', '.join(sorted(present))}."
            raise CatalogError(f'no schema "{schema}" has tables', hint=hint)
    return replace(
        feeding,
        sequences=tuple(
            sequence
            for sequence in feeding.sequences
            if any(column.table.schema in schemas for column in sequence.columns)
        ),
        unresolved=tuple(default for default in feeding.unresolved if default.table.schema in schemas),
        unlinked=tuple(sequence for sequence in feeding.unlinked if sequence.name.schema in schemas),
    )


def _meant(connection: Session, catalog: Catalog, target: Target) -> Feeding:
    oid = named_table(connection, catalog, target.table).oid
    table = read_tables(connection, [oid])[oid]
    column = find_column(table, target.column) if target.column is not None else None
    feeding = read_feeding(connection, [oid])
    if target.sequence is None:
        return linked_sequences(table, column, feeding, origin_of_key(connection, table, column))
    return _named(connection, catalog, table, target, feeding.sequences)


def _named(
    connection: Session, catalog: Catalog, table: Table, target: Target, linked: Sequence[FeedingSequence]
) -> Feeding:
    """Find a sequence that is named explicitly: it need not be linked to the column, if that draws from no other."""
    text = target.sequence or ""
    found = catalog.sequence(text)
    if found is None:
        raise unknown_sequence(text, table, linked, catalog.near(text, kinds="S"))
    if target.column is not None:
        column = find_column(table, target.column)
    else:
        column = column_for(table, str(found.name), linked)
    asked = asked_sequence(connection, found.oid, table.oid, column.number)
    if asked.kept:
        raise refuse_kept(asked)
    named, feeding = str(found.name), read_feeding(connection)
    from seedkit.core.sequences.consent import refuse_computed
    from seedkit.core.sequences.elsewhere import drawn_elsewhere, refuse

    elsewhere = drawn_elsewhere(table, column, named, feeding, origin_of_key(connection, table, column))
    if elsewhere is not None and not target.force:
        raise refuse(elsewhere, column_of(table.name, column.name), named, feeding)
    if not target.force:
        refuse_computed(table, column, named, feeding)
    (sequence,) = linked_sequences(table, column, Feeding(sequences=(asked,))).sequences
    return Feeding(sequences=(_told(sequence, elsewhere, force=target.force),))


def _told(sequence: FeedingSequence, elsewhere: Elsewhere | None, *, force: bool) -> FeedingSequence:
    """Have the report say what the column draws from, which was asked for and so is the first.

    By `force` its values count though they are computed from the sequence's.
    """
    first, *others = sequence.columns
    why = elsewhere.why if elsewhere else None
    return replace(sequence, columns=(replace(first, elsewhere=why, computed=first.computed and not force), *others))
