"""`seedkit dump`: rows as fixtures."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from seedkit.cli import completion
from seedkit.cli.colours import When
from seedkit.cli.folders import refuse_file_name
from seedkit.cli.opening import opened_at
from seedkit.cli.options import (
    Color,
    Debug,
    LockTimeout,
    Overwrite,
    Quiet,
    ReaderTimeout,
    StatementTimeout,
    Url,
    Verbose,
)
from seedkit.cli.rows_out import StandardOutput, quiet_on_a_closed_pipe
from seedkit.cli.terminal import Terminal
from seedkit.core.time_spans import seconds
from seedkit.core.writing.format_names import DumpFormat, named_format
from seedkit.errors import UsageError

if TYPE_CHECKING:
    from seedkit.files.dump_targets import DumpTarget


_Tables = Annotated[
    list[str] | None, typer.Argument(metavar="TABLE", help="The tables.", autocompletion=completion.tables)
]
_All = Annotated[
    bool, typer.Option("--all", help="All tables but those in which extensions and migrations keep something.")
]
_Excluded = Annotated[
    list[str] | None,
    typer.Option(
        "--exclude", metavar="TABLE", help="Leave out a table; may be repeated.", autocompletion=completion.tables
    ),
]
_Where = Annotated[str | None, typer.Option(metavar="SQL", help="Only rows of the one table for which this is true.")]
_References = Annotated[
    bool, typer.Option("--with-references", help="Also the rows of other tables that these rows refer to.")
]
_RowSecurity = Annotated[
    bool, typer.Option("--with-row-security", help="Under row-level security, dump the rows that this role may see.")
]
_Output = Annotated[
    str,
    typer.Option(
        "--output", "-o", metavar="FOLDER", help="A file for each table, or one, as users.csv; - is standard output."
    ),
]
_Format = Annotated[
    DumpFormat | None,
    typer.Option("--format", help="How rows are written; by default as the file is called, else as YAML."),
]


def dump(
    tables: _Tables = None,
    all_tables: _All = False,
    excluded: _Excluded = None,
    where: _Where = None,
    with_references: _References = False,
    with_row_security: _RowSecurity = False,
    output: _Output = "-",
    format_: _Format = None,
    force: Overwrite = False,
    lock_timeout: LockTimeout = "5s",
    statement_timeout: StatementTimeout = None,
    reader_timeout: ReaderTimeout = "5min",
    url: Url = None,
    quiet: Quiet = False,
    verbose: Verbose = False,
    color: Color = When.AUTO,
    debug: Debug = False,
) -> None:
    """Write rows as fixtures, all of one moment. Seeded into empty tables they are the same rows again."""
    with Terminal(quiet=quiet, verbose=verbose, color=color, debug=debug) as terminal, quiet_on_a_closed_pipe():
        from seedkit.config import filled
        from seedkit.runner.dump import DumpRequest
        from seedkit.runner.dump import dump as dump_rows

        filled("--output", output)
        chosen = _format(output, format_)
        request = DumpRequest(
            tables=tuple(tables or ()),
            all_tables=all_tables,
            excluded=tuple(excluded or ()),
            format=chosen,
            condition=filled("--where", where),
            with_references=with_references,
            with_row_security=with_row_security,
            lock_timeout=lock_timeout,
        )
        if output == "-":
            terminal.give_way()
        target = _target(output, chosen, force=force, reader_timeout=reader_timeout)
        with opened_at(url, read_only=True, statement_timeout=statement_timeout) as connection:
            dumped = dump_rows(connection, request, target)
        for table in dumped:
            terminal.note(f"{table.name}: {table.rows} {'row' if table.rows == 1 else 'rows'} to {table.place}")


def _format(output: str, asked: DumpFormat | None) -> DumpFormat:
    named = named_format(output)
    if named and asked and named is not asked:
        raise UsageError(f"{output} would not be {asked}", hint="Leave out --format, or name another file.")
    return named or asked or DumpFormat.YAML


def _target(output: str, format_: DumpFormat, *, force: bool, reader_timeout: str) -> DumpTarget:
    from seedkit.files.dump_targets import FileTarget, FolderTarget, StreamTarget
    from seedkit.files.read_pipe import bounded_by_reading

    path = Path(output)
    if named_format(output) and not path.is_dir():
        return FileTarget(path, force=force)
    if output != "-":
        refuse_file_name(output, "Name a file that ends in .yml, .csv or .jsonl, or a folder")
        return FolderTarget(path, force=force, suffix=format_.suffix)
    return StreamTarget(StandardOutput(bounded_by_reading(sys.stdout.buffer, seconds(reader_timeout))))
