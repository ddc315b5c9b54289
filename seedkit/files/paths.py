"""The project's files: which of a folder are meant, and how a path is shown. Opens none of them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

GZIPPED = ".gz"
"""How a fixture may be packed."""
YAML_SUFFIXES = frozenset({".yml", ".yaml"})
DATA_SUFFIXES = frozenset({".csv", ".json", ".jsonl"})
"""How files end that hold rows, and may as well be there for something else."""
FIXTURE_SUFFIXES = frozenset(suffix + packed for suffix in YAML_SUFFIXES | DATA_SUFFIXES for packed in ("", GZIPPED))


def unpacked_name(path: Path) -> Path:
    """Give a fixture's name as it would be unpacked.

    >>> str(unpacked_name(Path("fixtures/users.csv.gz")))
    'fixtures/users.csv'
    """
    return path.with_suffix("") if is_packed(path) else path


def is_json(path: Path) -> bool:
    """Whether a fixture is JSON by its name, packed or not."""
    return unpacked_name(path).suffix.lower() == ".json"


def is_packed(path: Path) -> bool:
    """Whether a fixture is packed, as its name says."""
    return path.suffix.lower() == GZIPPED


def shown_path(path: Path) -> Path:
    """Give the path as a person expects it: relative below the current directory, else absolute."""
    absolute = path.absolute()
    current = Path.cwd()
    return absolute.relative_to(current) if absolute.is_relative_to(current) else absolute


def files_below(folder: Path, suffixes: frozenset[str]) -> list[Path]:
    """List what ends in one of the suffixes, sorted; a directory so named is listed, not entered.

    What is hidden is passed over, and so is `__pycache__`. Links to folders are followed, each folder
    once. Raises OSError where a folder can't be read.
    """
    return sorted(_walk(folder, suffixes, {os.path.realpath(folder)}))


def _walk(folder: Path, suffixes: frozenset[str], visited: set[str]) -> Iterator[Path]:
    with os.scandir(folder) as entries:  # which knows what is a folder without a look at each
        found = sorted(entries, key=lambda entry: entry.name)
    for entry in found:
        if entry.name.startswith(".") or entry.name == "__pycache__":
            continue
        if entry.name.lower().endswith(tuple(suffixes)):
            yield folder / entry.name
        elif _is_folder(entry) and os.path.realpath(entry) not in visited:
            visited.add(os.path.realpath(entry))
            yield from _walk(folder / entry.name, suffixes, visited)


def _is_folder(entry: os.DirEntry[str]) -> bool:
    return Path(entry).is_dir() if entry.is_symlink() else entry.is_dir(follow_symlinks=False)
