"""What there is of the embedded server, as text and as JSON."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from seedkit.core.reports.columns import aligned
from seedkit.core.reports.members import as_json
from seedkit.core.reports.server_status import ServerStatus

_RESET = "`seedkit db reset` drops the tables with their rows, and the next command makes them anew"


def status_text(status: ServerStatus, schema_files: Sequence[str]) -> str:
    """Show a server's status, a line for each thing that is known."""
    lines = aligned(list(_facts(status, schema_files)))
    return f"{lines}\n\n{_RESET}" if status.changed else lines


def _facts(status: ServerStatus, schema_files: Sequence[str]) -> Iterator[tuple[str, str]]:
    if status.data_directory is None:
        yield "server", "never started here: `seedkit db start`"
        return
    yield "server", f"running, PostgreSQL {status.version}" if status.is_running else "stopped: `seedkit db start`"
    yield "data", str(status.data_directory)
    if not status.is_running:
        return
    if status.tables is None or status.size is None:
        yield "database", "none yet: `seedkit db migrate`"
        return
    tables = "1 table" if status.tables == 1 else f"{status.tables:,} tables"
    yield "database", f"{tables}, {status.size / 1e6:,.1f} MB"
    yield "schema", _schema(status, schema_files)
    yield "url", str(status.conninfo)


def _schema(status: ServerStatus, schema_files: Sequence[str]) -> str:
    if status.changed:
        return f"{', '.join(status.changed)} since these tables were made"
    return f"{', '.join(schema_files)}, as these tables were made" if schema_files else "your own migrations"


def status_json(status: ServerStatus) -> str:
    """Write a server's status as JSON."""
    return as_json(
        running=status.is_running,
        data_directory=None if status.data_directory is None else str(status.data_directory),
        server_version=status.version,
        url=status.conninfo,
        tables=status.tables,
        bytes=status.size,
        schema_changes=list(status.changed),
    )
