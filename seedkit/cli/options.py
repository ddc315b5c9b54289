"""The options that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from seedkit.cli.colours import When
from seedkit.core.time_spans import lacks_unit, seconds
from seedkit.errors import UsageError

Url = Annotated[
    str | None,
    typer.Option("--url", metavar="CONNINFO", help="The database; beats DATABASE_URL and all other settings."),
]
Json = Annotated[bool, typer.Option("--json", help="Write the report as JSON.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="No progress on standard error.")]


def _page_name(path: Path | None) -> Path | None:
    """Refuse a file that is called as one of another format."""
    if path is not None and any(map(str.isalpha, path.suffix)) and path.suffix.lower() not in _OF_PAGES:
        hint = "--html writes HTML: name a file .html."
        raise UsageError(f"{path} would not be {path.suffix.lower()}", hint=hint)
    return path


_OF_PAGES = (".html", ".htm", ".xhtml")
Html = Annotated[
    Path | None,
    typer.Option("--html", metavar="FILE", callback=_page_name, help="Also write the report as a page."),
]
Verbose = Annotated[bool, typer.Option("--verbose", "-v", help="Also say what took how long.")]
Color = Annotated[
    When, typer.Option("--color", help="When to use colours; auto: on a terminal, or as NO_COLOR and FORCE_COLOR say.")
]
Debug = Annotated[bool, typer.Option("--debug", help="Show tracebacks and what seedkit does.")]
Confirm = Annotated[
    str | None,
    typer.Option("--confirm", metavar="NAME", help="The database's name, instead of typing it when asked."),
]
TIME_FORMATS = ["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M:%S"]
Overwrite = Annotated[bool, typer.Option("--force", help="Overwrite files that are there.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Say what would be done, and keep nothing.")]


def valid_timeout(text: str | None) -> str | None:
    """Refuse what is no time as PostgreSQL writes it."""
    if text is None:
        return None
    try:
        seconds(text)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from None
    return text.strip()


def time_with_unit(parameter: typer.CallbackParam, text: str | None) -> str | None:
    """Refuse a bare number where no setting of PostgreSQL is meant, and everybody would read it as seconds."""
    if text is not None and lacks_unit(text):
        time = text.strip()
        raise UsageError(f"{parameter.opts[0]} {time} has no unit", hint=f"Write {time}s, or {time}ms.")
    return valid_timeout(text)


LockTimeout = Annotated[
    str,
    typer.Option(
        metavar="TIME",
        callback=valid_timeout,
        help="How long to wait for a lock: 5s, 300ms; a bare number is milliseconds, 0 for ever.",
    ),
]
StatementTimeout = Annotated[
    str | None,
    typer.Option(
        metavar="TIME",
        callback=valid_timeout,
        help="How long a statement may take: 5s, 300ms; a bare number is milliseconds. "
        "Default: no bound, in a seed as the server says.",
    ),
]
IdRangeOption = Annotated[
    str | None,
    typer.Option("--range", metavar="LOW..HIGH", help="Only these ids are its own, where each machine has a range."),
]
Schemas = Annotated[
    list[str] | None,
    typer.Option("--schema", metavar="NAME", help="Only tables of this schema, not of all; may be repeated."),
]
ReaderTimeout = Annotated[
    str,
    typer.Option(
        metavar="TIME", callback=time_with_unit, help="How long to wait for the reader of a pipe: 30s; 0 for ever."
    ),
]
