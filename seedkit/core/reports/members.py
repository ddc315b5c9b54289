"""The members of reports in JSON that several have in common."""

from __future__ import annotations

import json

from seedkit.core.reports.ids import other_columns
from seedkit.core.reports.runs import SequenceReport, ServerIdentity
from seedkit.core.sequences.feeding import FedColumn
from seedkit.core.sequences.unlinked import UnlinkedSequence
from seedkit.printable import in_json

JSON_VERSION = 1
"""Grows when a member is removed or changes its meaning; members may be added."""


def as_json(**members: object) -> str:
    """Write members as a document, with the version of what they mean."""
    return in_json(json.dumps({"version": JSON_VERSION, **members}, ensure_ascii=False, indent=2))


def server_members(server: ServerIdentity) -> dict[str, object]:
    """Say where a run took place."""
    return {
        "version": server.version,
        "database": server.database,
        "host": server.host,
        "port": server.port,
        "user": server.user,
    }


def sequence_members(report: SequenceReport) -> dict[str, object]:
    """Say what was found of a sequence, and done."""
    room = report.headroom
    return {
        "schema": report.table.schema,
        "table": report.table.name,
        "column": report.column,
        "sequence_schema": report.sequence.schema if report.sequence else None,
        "sequence": report.sequence.name if report.sequence else None,
        "status": report.status,
        "next_value_before": report.next_value_before,
        "next_value": report.next_value,
        "highest_id": report.highest_id,
        "highest_id_in": _column_members(report.deciding) if report.deciding else None,
        "also_feeds": [_column_members(column) for column in other_columns(report)],
        "ids_beyond": report.ids_beyond,
        "reason": report.reason,
        "hint": report.hint,
        "warning": report.warning,
        "used_share_of_sequence": room.sequence.fraction if room and room.sequence else None,
        "used_share_of_column": room.column.fraction if room and room.column else None,
        "values_left": room.values_left if room else None,
        "indexed": report.indexed,
        **({} if report.node is None else {"node": report.node}),
    }


def _column_members(column: FedColumn) -> dict[str, str]:
    return {"schema": column.table.schema, "table": column.table.name, "column": column.name}


def unlinked_members(sequence: UnlinkedSequence) -> dict[str, object]:
    """Say what is known of a sequence that nothing links to a column."""
    return {
        "sequence_schema": sequence.name.schema,
        "sequence": sequence.name.name,
        "schema": sequence.table.schema if sequence.table else None,
        "table": sequence.table.name if sequence.table else None,
        "column": sequence.column,
        "command": sequence.command,
    }
