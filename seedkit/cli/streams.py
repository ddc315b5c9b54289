"""Standard output and error as they may be: closed, full, a pipe that nobody reads, of another encoding than UTF-8."""

from __future__ import annotations

import io
import os
import sys
from contextlib import suppress

import typer

from seedkit.errors import ReportLostError


def settle_streams() -> None:
    """Open what was closed, so that no socket takes its number, and show what an encoding lacks as its escape."""
    for number in (0, 1, 2):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # takes the lowest number that is free
    sys.stdout = sys.stdout or open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115 - open to the end
    sys.stderr = sys.stderr or open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def write_report(text: str) -> None:
    """Write to standard output; raises ReportLostError, or ends with 1 where the reader of a pipe has gone."""
    try:
        typer.echo(text)
    except BrokenPipeError:
        _discard_output()
        raise typer.Exit(1) from None
    except OSError as error:
        _discard_output()
        raise ReportLostError(
            f"the report could not be written: {error.strerror}",
            hint="The work itself is done. `seedkit check` says of every sequence whether it is right.",
        ) from error


def tell(text: str, *, nl: bool = True) -> None:
    """Write to standard error, and go on where that can't be: the work matters more than what is told of it."""
    with suppress(OSError):
        typer.echo(text, err=True, nl=nl)


def _discard_output() -> None:
    """Let what is still buffered go nowhere: Python would try it again at its end."""
    with suppress(OSError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
