"""Standard output and error as they may be: closed, full, a pipe that nobody reads, of another encoding than UTF-8."""

from __future__ import annotations

import codecs
import io
import os
import sys
from collections.abc import Collection, Iterable, Iterator
from contextlib import suppress
from typing import TYPE_CHECKING

import typer

from seedkit.cli.colours import coloured
from seedkit.core.secrets import SHORTEST_PASSWORD_ANYWHERE, passwords_in, redact, redact_in_place, secrets_in
from seedkit.errors import ReportLostError
from seedkit.printable import in_lines

if TYPE_CHECKING:
    from seedkit.config import Settings

_hidden: set[str] = set()
_hidden_in_place: set[str] = set()
_BYTES_OR_ESCAPES = "seedkit-bytes-or-escapes"


def hide_configured(settings: Settings) -> None:
    """Keep the configured passwords out of errors and tracebacks from now on: a seeder's may quote the whole URL."""
    for conninfo in _conninfos(settings):
        long_pieces = {secret for secret in secrets_in(conninfo) if len(secret) >= SHORTEST_PASSWORD_ANYWHERE}
        for secret in passwords_in(conninfo) | long_pieces:
            hide([secret], names=[secret] if conninfo.count(secret) > 1 else [])
    variables = settings.variables
    hide([variables.get("PGPASSWORD", "")], names=[variables.get(name, "") for name in ("PGUSER", "PGDATABASE")])


def hide(passwords: Iterable[str], *, names: Collection[str]) -> None:
    """Keep passwords out of what is told from now on.

    One that is among the names, of a user or a database, is no secret by itself, and hidden where a password stands.
    """
    for password in filter(None, passwords):
        (_hidden_in_place if password in names else _hidden).add(password)


def _conninfos(settings: Settings) -> Iterator[str]:
    yield getattr(settings.database, "conninfo", "")
    yield from (text for name, text in settings.variables.items() if name.endswith("DATABASE_URL"))


def without_passwords(text: str) -> str:
    """Give an error's text without the passwords that are to be hidden."""
    return redact_in_place(redact(text, _hidden, shortest_anywhere=SHORTEST_PASSWORD_ANYWHERE), _hidden_in_place)


def settle_streams() -> None:
    """Open what was closed, so that no socket takes its number, and show what an encoding lacks as its escape.

    Standard output gives bytes that were no text on the way in as they were: a script may name what is called so.
    """
    for number in (0, 1, 2):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # takes the lowest number that is free
    sys.stdout = sys.stdout or open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115 - open to the end
    sys.stderr = sys.stderr or open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115
    codecs.register_error(_BYTES_OR_ESCAPES, _bytes_or_escapes)
    for stream, errors in ((sys.stdout, _BYTES_OR_ESCAPES), (sys.stderr, "backslashreplace")):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors=errors)


def _bytes_or_escapes(error: UnicodeError) -> tuple[str | bytes, int]:
    """Handle what an encoding lacks, as Python asks of an error handler."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    try:
        return codecs.lookup_error("surrogateescape")(error)
    except UnicodeError:
        return codecs.lookup_error("backslashreplace")(error)


def write_report(text: str) -> None:
    """Write to standard output; raises ReportLostError, or ends with 1 where the reader of a pipe has gone.

    Text of others has been escaped by then, where it is not code that must stay as it is.
    """
    try:
        sys.stdout.write(f"{text}\n")  # typer's echo would take a terminal's sequences out of names
        sys.stdout.flush()
    except BrokenPipeError:
        discard_output()
        raise typer.Exit(1) from None
    except OSError as error:
        discard_output()
        raise ReportLostError(f"the report could not be written: {error.strerror}") from error


def tell(text: str, *, colour: bool = False, end: str = "\n") -> None:
    """Write to standard error, and go on where that can't be: the work matters more than what is told of it.

    What others wrote is shown, and moves no cursor.
    """
    shown = in_lines(text)
    with suppress(OSError):
        sys.stderr.write(f"{coloured(shown) if colour else shown}{end}")
        sys.stderr.flush()


def discard_output() -> None:
    """Let what is still buffered go nowhere: Python would try it again at its end."""
    with suppress(OSError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
