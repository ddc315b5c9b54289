"""What there is of a project's embedded server."""

from __future__ import annotations

from pathlib import Path

from msgspec import Struct


class ServerStatus(Struct, frozen=True, kw_only=True):
    """A project's server: its data directory, None before the first start; the rest where it runs.

    `tables` and `size` (bytes) are those of the database, None where there is none yet; `changed` says what has become
    of the schema files since its tables were made.
    """

    data_directory: Path | None
    version: str | None = None
    conninfo: str | None = None
    tables: int | None = None
    size: int | None = None
    changed: tuple[str, ...] = ()

    @property
    def is_running(self) -> bool:
        """Whether it accepts connections."""
        return self.version is not None
