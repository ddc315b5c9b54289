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
    from seedkit.errors import SeedkitError

__all__ = [
    "SeedContext",
    "SeedkitError",
    "aio",
    "check_sequences",
    "fix_sequence",
    "fix_sequences",
    "generate",
    "seed",
    "seeder",
]

_HOMES = {
    "SeedContext": "seedkit.context.seeder",
    "SeedkitError": "seedkit.errors",
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


def __getattr__(name: str) -> object:
    if name == "aio":
        return import_module("seedkit.aio")
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
