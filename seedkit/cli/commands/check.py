"""`seedkit check`: every sequence judged, and nothing written."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from seedkit.cli import completion
from seedkit.cli.colours import When
from seedkit.cli.opening import opened
from seedkit.cli.options import (
    Color,
    Debug,
    Html,
    IdRangeOption,
    Json,
    LockTimeout,
    Quiet,
    Schemas,
    StatementTimeout,
    Url,
    Verbose,
)
from seedkit.cli.terminal import Terminal

if TYPE_CHECKING:
    from seedkit.core.reports.runs import RepairReport


_Tables = Annotated[
    list[str] | None,
    typer.Argument(metavar="TABLE", help="The tables; default: all of the database.", autocompletion=completion.tables),
]


def check(
    tables: _Tables = None,
    schemas: Schemas = None,
    fail_on: Annotated[
        list[str] | None,
        typer.Option(
            metavar="CONDITION",
            help="What to exit 1 on, and on nothing else: behind (the default: also exhausted or not judged), "
            "near-limit=90, unlinked; several with commas, or repeated.",
        ),
    ] = None,
    id_range: IdRangeOption = None,
    html: Html = None,
    lock_timeout: LockTimeout = "5s",
    statement_timeout: StatementTimeout = None,
    url: Url = None,
    json: Json = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
    color: Color = When.AUTO,
    debug: Debug = False,
) -> None:
    """Judge every sequence and its headroom; write nothing. Exit 1 if one is behind: a gate for CI and cut-overs.

    What [tool.seedkit.check] ignores is shown with its reason, and fails nothing.
    """
    with Terminal(json=json, quiet=quiet, verbose=verbose, color=color, debug=debug) as terminal:
        from seedkit.cli.pages import ensure_writable
        from seedkit.config import load_settings
        from seedkit.core.reports.gate_rules import Gate, typed_conditions
        from seedkit.core.sequences.ids import typed_range
        from seedkit.core.sequences.repair_options import RepairOptions
        from seedkit.runner.repair import RepairRequest, Target
        from seedkit.runner.repair import check as checked

        request = RepairRequest(
            targets=tuple(Target(table=table) for table in tables) if tables else None,
            schemas=tuple(schemas) if schemas else None,
            dry_run=True,
            options=RepairOptions(lock_timeout=lock_timeout, id_range=typed_range(id_range)),
        )
        conditions = typed_conditions(fail_on)
        if html is not None:
            ensure_writable(html)
        settings = load_settings(url=url)
        with opened(settings, read_only=True, statement_timeout=statement_timeout) as connection:
            report = checked(connection, request, Gate(ignore=settings.ignored_sequences, fail_on=conditions))
        _tell(terminal, report, html)


def _tell(terminal: Terminal, report: RepairReport, html: Path | None) -> None:
    from seedkit.cli.pages import write_page
    from seedkit.core.reports.gate import failed_by
    from seedkit.reports.json import check_json
    from seedkit.reports.pages.check import check_html
    from seedkit.reports.text import check_text

    terminal.show(check_json(report) if terminal.json else check_text(report))
    if html is not None:
        write_page(html, check_html(report, datetime.now(UTC)))
        terminal.note(f"wrote {html}")
    terminal.exit_unless(not failed_by(report))
