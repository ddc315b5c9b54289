"""seedkit fills a PostgreSQL database from fixtures and seeders, and leaves every sequence right.

The names below are the whole public API. They are loaded when they are first used, as the driver is slow to import.
"""

from __future__ import annotations

import logging
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from seedkit import aio
    from seedkit.api.generation import generate
    from seedkit.api.seeding import seed
    from seedkit.api.sequences import check_sequences, fix_sequence, fix_sequences
    from seedkit.context.seeder import SeedContext
    from seedkit.core.planning.seeders import seeder
    from seedkit.core.reports.generation import GeneratedTable, GenerationReport
    from seedkit.core.reports.runs import (
        RepairReport,
        SeederReport,
        SeedReport,
        SequenceReport,
        SequenceStatus,
        ServerIdentity,
        SkippedStep,
        TableReport,
    )
    from seedkit.errors import SeedkitError

__all__ = [
    "GeneratedTable",
    "GenerationReport",
    "RepairReport",
    "SeedContext",
    "SeedReport",
    "SeederReport",
    "SeedkitError",
    "SequenceReport",
    "SequenceStatus",
    "ServerIdentity",
    "SkippedStep",
    "TableReport",
    "aio",
    "check_sequences",
    "fix_sequence",
    "fix_sequences",
    "generate",
    "seed",
    "seeder",
]

_HOMES = {
    "GeneratedTable": "seedkit.core.reports.generation",
    "GenerationReport": "seedkit.core.reports.generation",
    "RepairReport": "seedkit.core.reports.runs",
    "SeedContext": "seedkit.context.seeder",
    "SeedReport": "seedkit.core.reports.runs",
    "SeederReport": "seedkit.core.reports.runs",
    "SeedkitError": "seedkit.errors",
    "SequenceReport": "seedkit.core.reports.runs",
    "SequenceStatus": "seedkit.core.reports.runs",
    "ServerIdentity": "seedkit.core.reports.runs",
    "SkippedStep": "seedkit.core.reports.runs",
    "TableReport": "seedkit.core.reports.runs",
    "check_sequences": "seedkit.api.sequences",
    "fix_sequence": "seedkit.api.sequences",
    "fix_sequences": "seedkit.api.sequences",
    "generate": "seedkit.api.generation",
    "seed": "seedkit.api.seeding",
    "seeder": "seedkit.core.planning.seeders",
}


def _on_one_line(record: logging.LogRecord) -> bool:
    """Escape what others named in what we log: it ends no line of anybody's log, nor moves a cursor there."""
    from seedkit.printable import on_one_line

    if isinstance(record.args, tuple):
        record.args = tuple(arg if isinstance(arg, (int, float)) else on_one_line(str(arg)) for arg in record.args)
    record.msg = on_one_line(str(record.msg))
    return True


logging.getLogger("seedkit").addFilter(_on_one_line)


if not TYPE_CHECKING:  # to a checker any name would be there then

    def __getattr__(name: str) -> object:
        if name == "aio":
            return import_module("seedkit.aio")
        if name not in _HOMES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        return getattr(import_module(_HOMES[name]), name)
