"""What a template is made from, as one number: a template of the same number holds the same rows."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from seedkit.config import Settings
from seedkit.files.paths import is_packed

_RELATIVE = re.compile(rb"!ago\b|!ahead\b|!like\b|\bdb\.now\b|\.generate\b")  # dates that are generated end today
_VARIABLE = re.compile(rb"!env\s+[\"']?(\w+)")


def content_of(settings: Settings, schema: Iterable[bytes], seeds: Sequence[str] | None) -> str:
    """Tell what a template is made from: its schema, what is seeded, and whatever that reads.

    Where a fixture or seeder speaks of the present, it is another one each day (UTC).
    """
    digest = hashlib.sha256()
    for part in (*_settings(settings, seeds), *schema, *_files(settings)):
        digest.update(len(part).to_bytes(8, "big") + part)
    return digest.hexdigest()


def _settings(settings: Settings, seeds: Sequence[str] | None) -> Iterator[bytes]:
    yield _release().encode()
    chosen = None if seeds is None else list(seeds)
    limits = settings.limits
    allowed = limits.ids_from_labels, limits.sql, limits.environment, limits.range_rows
    yield repr((settings.environment, chosen, settings.generator, allowed)).encode(errors="surrogateescape")


def _release() -> str:
    try:
        return version("pg-seedkit")
    except PackageNotFoundError:
        return ""


def _files(settings: Settings) -> Iterator[bytes]:
    for folder in (settings.fixtures, settings.seeders, *settings.limits.folders):
        for path in sorted(_below(folder)):
            yield os.fsencode(os.path.relpath(path, folder))
            yield from _told_by(path, settings.variables)
    if settings.refinements.is_file():  # named as the settings say, wherever it lies
        yield from _told_by(settings.refinements, settings.variables)


def _told_by(path: Path, variables: Mapping[str, str]) -> Iterator[bytes]:
    """Give what a file says, with the day and the variables that it speaks of."""
    content = path.read_bytes()
    yield content
    if is_packed(path) or _RELATIVE.search(content):
        yield datetime.now(UTC).date().isoformat().encode()
    for name in sorted(set(_VARIABLE.findall(content))):
        yield variables.get(name.decode(), "").encode(errors="surrogateescape")


def _below(folder: Path) -> Iterator[Path]:
    visited: set[str] = set()
    for place, folders, names in os.walk(folder, followlinks=True):
        visited.add(os.path.realpath(place))
        folders[:] = [
            name
            for name in folders
            if not name.startswith(".") and name != "__pycache__" and os.path.realpath(Path(place, name)) not in visited
        ]
        yield from (path for name in names if (path := Path(place, name)).is_file() and not name.startswith("."))
