"""Reports as JSON, for machines."""

from __future__ import annotations

from collections.abc import Callable

from seedkit.core.graphs.tables import TableGraph
from seedkit.core.importing.report import ImportReport
from seedkit.core.planning.load_plan import LoadPlan
from seedkit.core.reports.gate import failed_by, idle_notes
from seedkit.core.reports.members import as_json, sequence_members, server_members, unlinked_members
from seedkit.core.reports.runs import (
    IgnoredSequence,
    RepairReport,
    SeedReport,
    SequenceReport,
    TableReport,
)
from seedkit.errors import SeedkitError


def seed_json(report: SeedReport) -> str:
    """Write a seed's report as JSON."""
    return as_json(
        server=server_members(report.server),
        dry_run=report.dry_run,
        seconds=round(report.seconds, 3),
        tables=[_table_members(table) for table in report.tables],
        seeders=[{"name": seeder.name, "seconds": round(seeder.seconds, 3)} for seeder in report.seeders],
        sequences=[sequence_members(sequence) for sequence in report.sequences],
        unlinked=[unlinked_members(sequence) for sequence in report.unlinked],
        not_run=[{"name": step.name, "reason": step.reason} for step in report.skipped],
        ok=report.right,
    )


def repair_json(report: RepairReport) -> str:
    """Write the report of `fix-sequence` as JSON."""
    return as_json(**_repair_members(report), ok=report.right)


def check_json(report: RepairReport) -> str:
    """Write the report of `check` as JSON: with what it ignored, and what it fails on."""
    failing = failed_by(report)
    return as_json(
        **_repair_members(report),
        ignored=[_ignored_members(each) for each in report.ignored],
        ignored_nothing=idle_notes(report),
        fail_on=[str(condition) for condition in report.fail_on],
        failed_by=[str(condition) for condition in failing],
        ok=not failing,
    )


def _repair_members(report: RepairReport) -> dict[str, object]:
    return {
        "server": server_members(report.server),
        "dry_run": report.dry_run,
        "sequences": [sequence_members(sequence) for sequence in report.sequences],
        "unlinked": [unlinked_members(sequence) for sequence in report.unlinked],
    }


def _ignored_members(ignored: IgnoredSequence) -> dict[str, object]:
    found = ignored.found
    members = sequence_members(found) if isinstance(found, SequenceReport) else unlinked_members(found)
    return members | {"ignored_because": ignored.reason}


def import_json(report: ImportReport) -> str:
    """Write the report of an import as JSON."""
    return as_json(
        dry_run=report.dry_run,
        files=[
            {
                "table": file.table,
                "rows": file.rows,
                "file": file.path,
                "source": file.source,
                "changes": list(file.changes),
            }
            for file in report.files
        ],
        notes=list(report.notes),
        ok=True,
    )


def plan_json(plan: LoadPlan) -> str:
    """Write the order of a run as JSON."""
    return as_json(
        groups=[[step.name for step in group] for group in plan.groups],
        not_run=[{"name": step.name, "reason": step.reason} for step in plan.skipped],
        ok=True,
    )


def graph_json(graph: TableGraph) -> str:
    """Write tables by level, and their foreign keys by the tables' names, as JSON."""
    names = {table.number: table.name for table in graph.tables}
    return as_json(
        tables=[
            {
                "name": table.name,
                "level": table.level,
                "circle": table.circle or None,
                "fixtures": list(table.fixtures),
                "seeders": list(table.seeders),
            }
            for table in graph.tables
        ],
        foreign_keys=[
            {
                "table": names[key.child],
                "columns": list(key.columns),
                "references": names[key.parent],
                "optional": key.optional,
            }
            for key in graph.keys
        ],
        ok=True,
    )


def error_json(error: SeedkitError, *, shown: Callable[[str], str] = str) -> str:
    """Write an error as JSON, with the same parts as its text, of each what may be shown."""
    parts = {
        "message": error.message,
        "at": str(error.origin) if error.origin else None,
        "detail": error.detail,
        "hint": error.hint,
    }
    return as_json(ok=False, error={name: part and shown(part) for name, part in parts.items()})


def _table_members(table: TableReport) -> dict[str, object]:
    return {
        "schema": table.table.schema,
        "table": table.table.name,
        "from": table.source,
        "inserted": table.inserted,
        "updated": table.updated,
        "unchanged": table.unchanged,
        "swallowed": table.swallowed,
    }
