"""Finds the folder of a project, upward from the current one, and reads the files in which it is configured.

What the settings mean is the business of `config`, whether its owner may be trusted that of `folder_trust`.
"""

from __future__ import annotations

import logging
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from seedkit.errors import ConfigurationError, Origin

_log = logging.getLogger("seedkit")

_SETTINGS_FILE = "pyproject.toml"
_SIGNS = (_SETTINGS_FILE, ".git", ".env")


def find_project(
    directory: Path, *, home: Path | None, is_project: bool = False
) -> tuple[Path, dict[str, Any], tuple[str, ...]]:
    """Give the project of a directory, its [tool.seedkit], and the names of the files that make it the project.

    Looks no further up than the first folder with a .git, nor than the user's home; with `is_project` only for a
    [tool.seedkit].
    """
    folders = list(_upward(directory, home))
    for folder in folders:
        path = folder / _SETTINGS_FILE
        if path.is_file():
            tools = read_toml(path).get("tool")
            table = tools.get("seedkit") if isinstance(tools, dict) else None
            if isinstance(table, dict):
                return folder, table, (_SETTINGS_FILE,)
    for folder in [directory] if is_project else folders:
        if signs := tuple(sign for sign in _SIGNS if (folder / sign).exists()):
            return folder, {}, signs
    return directory, {}, ()


def _upward(directory: Path, home: Path | None) -> Iterator[Path]:
    for folder in (directory, *directory.parents):
        yield folder
        if folder == home or (folder / ".git").exists():
            return


def find_dotenv(directory: Path, project: Path) -> Path | None:
    """Give the nearest .env between a directory and its project."""
    for folder in (directory, *directory.parents):
        if (folder / ".env").is_file():
            return folder / ".env"
        if folder == project:
            break
    return None


def read_toml(path: Path) -> dict[str, Any]:
    """Read a TOML file; raises ConfigurationError."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError, RecursionError) as error:
        raise ConfigurationError(f"{path.name} can not be read", origin=Origin(path=path), detail=str(error)) from error


def read_dotenv(path: Path) -> dict[str, str]:
    """Read a .env, and warn of lines that are none; raises ConfigurationError."""
    from dotenv import dotenv_values

    try:
        with _told_of(path):
            values = dotenv_values(path, encoding="utf-8-sig")
    except (UnicodeDecodeError, OSError) as error:
        reason = "it is not UTF-8" if isinstance(error, UnicodeDecodeError) else error.strerror
        raise ConfigurationError(".env can not be read", origin=Origin(path=path), detail=reason) from None
    return {name: value for name, value in values.items() if value is not None}


@contextmanager
def _told_of(path: Path) -> Iterator[None]:
    """Have python-dotenv's warnings, which name no file, be told by us."""

    def told(record: logging.LogRecord) -> bool:
        _log.warning("%s:%s is left out: it is no NAME=value", path, *(record.args or ("?",)))
        return False

    theirs = logging.getLogger("dotenv.main")
    theirs.addFilter(told)
    try:
        yield
    finally:
        theirs.removeFilter(told)
