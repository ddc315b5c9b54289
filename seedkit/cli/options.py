"""The options that several commands share."""

from __future__ import annotations

import re
from typing import Annotated

import typer

Url = Annotated[
    str | None,
    typer.Option("--url", metavar="CONNINFO", help="The database; beats DATABASE_URL and all other settings."),
]
Json = Annotated[bool, typer.Option("--json", help="Write the report as JSON.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="No progress on standard error.")]
Debug = Annotated[bool, typer.Option("--debug", help="Show tracebacks and what seedkit does.")]
Confirm = Annotated[
    str | None,
    typer.Option("--confirm", metavar="NAME", help="The database's name, instead of typing it when asked."),
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Say what would be done, and keep nothing.")]


_TIME = re.compile(r"(\d+) *(us|ms|s|min|h)?")
_SECONDS = {"us": 1e-6, "ms": 1e-3, None: 1e-3, "s": 1, "min": 60, "h": 3600}


def _valid_timeout(text: str | None) -> str | None:
    if text is None or _TIME.fullmatch(text.strip()):
        return text and text.strip()
    raise typer.BadParameter("write a time as PostgreSQL does: 500ms, 5s, 1min; 0 waits for ever")


def seconds(timeout: str) -> float | None:
    """Give a time-out that was typed in seconds; None where it is 0, for ever.

    >>> seconds("1min"), seconds("250"), seconds("0")
    (60, 0.25, None)
    """
    found = _TIME.fullmatch(timeout)
    return int(found[1]) * _SECONDS[found[2]] or None if found else None


LockTimeout = Annotated[
    str,
    typer.Option(metavar="TIME", callback=_valid_timeout, help="How long to wait for a lock: 500ms, 5s; 0 for ever."),
]
StatementTimeout = Annotated[
    str | None,
    typer.Option(
        metavar="TIME", callback=_valid_timeout, help="How long a statement may take; default: as the server says."
    ),
]
IdRangeOption = Annotated[
    str | None,
    typer.Option("--range", metavar="LOW..HIGH", help="Only these ids are its own, where each machine has a range."),
]
ReaderTimeout = Annotated[
    str,
    typer.Option(
        metavar="TIME", callback=_valid_timeout, help="How long to wait for the reader of a pipe; 0 for ever."
    ),
]
