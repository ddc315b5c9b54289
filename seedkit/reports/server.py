"""What there is of the embedded server, as text and as JSON."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from seedkit.core.reports.columns import aligned
from seedkit.core.reports.members import as_json
from seedkit.core.reports.schema_changes import SchemaChange
from seedkit.core.reports.server_status import ServerStatus

_MIGRATE = "`seedkit db migrate` shows what differs, and offers to drop the tables with their rows and make them anew"
_LONGEST = 100
"""Characters of a definition that still goes on the line of what it defines."""


def status_text(status: ServerStatus, schema_files: Sequence[str]) -> str:
    """Show a server's status, a line for each thing that is known."""
    lines = aligned(list(_facts(status, schema_files)))
    return f"{lines}\n\n{_MIGRATE}" if status.changed else lines


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
        ok=True,
    )


def changes_text(changes: Iterable[SchemaChange]) -> Iterator[str]:
    """Show what a schema makes otherwise now, a line for each.

    >>> from seedkit.core.reports.schema_changes import Named
    >>> list(changes_text([SchemaChange(Named("column", "public.users.age", "public.users"), "integer", "bigint")]))
    ['  ~ column users.age: integer → bigint']
    """
    for change in changes:
        sign = "+" if change.before is None else "-" if change.now is None else "~"
        shown = [_shown(text) for text in (change.before, change.now) if text] if change.now is not None else []
        named = f"{change.named.kind} {_plain(change.named.name)}"
        yield f"  {sign} {named}: {' → '.join(shown)}" if all(shown) and shown else f"  {sign} {named}"


def _shown(definition: str) -> str:
    """Give a definition that is a short one."""
    shown = _plain(definition)
    return shown if "\n" not in shown and len(shown) <= _LONGEST else ""


def _plain(text: str) -> str:
    """Leave out the schema that everybody means."""
    return re.sub(r"\bpublic\.", "", text)
