"""The errors that seedkit explains, and nothing else: no I/O, no driver, no formatting of reports.

Every message says what is wrong; the origin says where; the hint says what to do next. These parts hold names and words
of others as they are; the text of an error, which ends in terminals and logs, has each of them on one line.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from seedkit.printable import on_one_line


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where something that a person wrote stands; lines and columns count from 1.

    >>> str(Origin(path=Path("fixtures/users.yml"), line=12))
    'fixtures/users.yml:12'
    """

    path: Path
    line: int | None = None
    column: int | None = None

    def __str__(self) -> str:
        return ":".join(str(part) for part in (self.path, self.line, self.column) if part is not None)


class Lines(str):
    """A detail of several lines, whose breaks are our own; those inside a line are escaped."""

    __slots__ = ()


def lines(texts: Iterable[str]) -> Lines:
    r"""Put lines below each other, as they stand under an error's message.

    >>> lines(["also at users.yml:3", "and more"])
    'also at users.yml:3\n  and more'
    """
    return Lines("\n  ".join(map(on_one_line, texts)))


class SeedkitError(Exception):
    """Something that seedkit can explain; the base of all its errors.

    `message` is PostgreSQL's style of primary message: lower case, no full stop. `exit_code` is what
    the command line ends with: 2 when the work could not start, as a command or a setting means nothing, the database
    can't be reached or is not to be written to; 1 when it failed, also for a table that is not there.
    """

    exit_code = 1

    def __init__(
        self,
        message: str,
        *,
        origin: Origin | None = None,
        detail: str | None = None,
        hint: str | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.origin = origin
        self.detail = detail
        self.hint = hint

    def __str__(self) -> str:
        shown = [on_one_line(self.message)]
        if self.origin is not None:
            shown.append(f"  at {on_one_line(str(self.origin))}")
        if self.detail:
            shown.append(f"  {self.detail if isinstance(self.detail, Lines) else on_one_line(self.detail)}")
        if self.hint:
            shown += ["", f"hint: {on_one_line(self.hint)}"]
        return "\n".join(shown)


@contextmanager
def blamed_on(origin: Origin | None) -> Iterator[None]:
    """Give an error that has no place yet the place of what is being read."""
    try:
        yield
    except SeedkitError as error:
        error.origin = error.origin or origin
        raise


class UsageError(SeedkitError):
    """The command or the call cannot mean what it says (exit 2)."""

    exit_code = 2


class NothingToSeedError(UsageError):
    """A project has neither fixtures nor seeders."""


class ConfigurationError(SeedkitError):
    """A setting is missing or wrong, or no database is configured (exit 2)."""

    exit_code = 2


class ConnectionFailedError(SeedkitError):
    """The database could not be reached or refused us; carries no password (exit 2)."""

    exit_code = 2


class ConnectionLostError(ConnectionFailedError):
    """The connection broke while the work was done (exit 1); the message says where it is not known what was kept."""

    exit_code = 1


class EmbeddedServerError(SeedkitError):
    """The embedded server could not be installed, started or stopped (exit 2)."""

    exit_code = 2


class CatalogError(SeedkitError):
    """A table, column or sequence that was named is not there, or the name fits several."""


class FixtureError(SeedkitError):
    """A fixture file cannot be read as rows."""


class TooManyRowsError(FixtureError):
    """A template stands for more rows than the settings allow; it may be a slip, so it is asked whether it is meant."""

    def __init__(self, rows: int, most: int, tag: str = "!range") -> None:
        super().__init__(
            f"{tag} stands for {rows:,} rows, and at most {most:,} are loaded unasked",
            hint=f"If they are meant, write range-rows = {rows} into [tool.seedkit] of pyproject.toml.",
        )
        self.rows = rows


class ManyRowsError(UsageError):
    """More rows are to be generated than anybody gets unasked at a terminal; it may be a slip."""

    def __init__(self, rows: int, most: int) -> None:
        super().__init__(
            f"{rows:,} rows would be added, and more than {most:,} only where somebody says yes",
            hint="Nothing was changed. Away from a terminal, as in a script, nobody is asked.",
        )
        self.rows = rows


class UnknownLabelError(FixtureError):
    """A fixture refers to a label that no row has."""

    def __init__(self, label: str, table: str, hint: str) -> None:
        super().__init__(f'no row of table {table} is labelled "{label}"', hint=hint)
        self.label = label


class SeederError(SeedkitError):
    """A seeder module cannot be loaded, or a seeder failed while it ran."""


class LoadOrderError(SeedkitError):
    """The steps cannot be put in an order: a circle in `depends_on`, or an unknown name."""


class LoadError(SeedkitError):
    """PostgreSQL refused a row or a statement; nothing of the run was kept."""


class SequenceError(SeedkitError):
    """A sequence could not be judged or moved; the message names the missing right or the limit."""


WORK_IS_DONE = "The work itself is done. `seedkit check` says of every sequence whether it is right."
"""The hint where the report of what has written to the database is lost; others have done nothing but report."""


class ReportLostError(SeedkitError):
    """The work is done, but its report could not be written."""


class UnreadOutputError(SeedkitError):
    """Nobody reads what is written, so that it can't be completed."""


class ProtectedDatabaseError(SeedkitError):
    """The database is a production one and `--force` was not given (exit 2)."""

    exit_code = 2


class UnmigratedDatabaseError(SeedkitError):
    """The database lacks migrations of its project, and it was asked that it has them all (exit 2)."""

    exit_code = 2


class InterruptedRunError(SeedkitError):
    """Ctrl-C; the transaction was rolled back (exit 130)."""

    exit_code = 130

    def __init__(self, *, detail: str | None = None, hint: str | None = None) -> None:
        super().__init__("interrupted; what was not committed was rolled back", detail=detail, hint=hint)
