"""The project that was found, and whether what it names is no stranger's: its fixtures, seeders, schema files.

A stranger's file comes in where all may write, or by a link. What can be imported is looked at as well, also what
nobody names: a stranger's `faker.py` in the project is found before Faker.
"""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from msgspec import Struct

from seedkit.files.folder_trust import ROOT, Trust, is_brought_on_purpose, is_listed, owners, strangers_file

_IMPORTABLE = frozenset({".py", ".pyc", ".so", ".pyd"})


class TrustedProject(Struct, frozen=True, kw_only=True):
    """A project whose own folder has been accepted; all that it uses goes through here before it is used."""

    folder: Path
    fixtures: Path
    seeders: Path
    trust: Trust

    def refuse(self, *paths: Path) -> None:
        """Raise ConfigurationError for a file or folder that is a stranger's, or is reached by way of one's.

        Root asks for the owner in any case, others where all may write: they have been given what they use.
        """
        for path in paths:
            for place in _places(path, self.folder):
                self._refuse_place(place)

    def refuse_below(self, folder: Path) -> None:
        """Raise as `refuse` does, for all that is in a folder, caches of modules too."""
        if sys.platform != "win32":
            self.refuse(folder)
            for place in _all_below(folder, set()):
                self._refuse_place(place)

    def refuse_importable(self) -> None:
        """Raise as `refuse` does, for what an import finds in the project's own folder, if all may write there."""
        if self.folder.stat().st_mode & stat.S_IWOTH:
            self.refuse(*(path for path in self.folder.iterdir() if _is_importable(path)))

    def _refuse_place(self, place: Path) -> None:
        if sys.platform == "win32" or self._is_accepted(place) or is_listed(self.folder, self.trust.folders()):
            return
        raise strangers_file(place, self.folder, self.trust)

    def _is_accepted(self, place: Path) -> bool:
        strangers = owners(place) - {self.trust.user, ROOT, self.folder.stat().st_uid}
        if not strangers:
            return True
        if self.trust.user == ROOT:
            return all(is_brought_on_purpose(uid, place, self.trust) for uid in strangers)
        holder = place.parent.stat()
        return not holder.st_mode & stat.S_IWOTH or strangers <= {holder.st_uid}


def _places(path: Path, project: Path) -> Iterator[Path]:
    """Give a path and the folders on its way from the project; where it leads, and in which folder that is."""
    for place in (path, *path.parents):
        if place == project or not place.is_relative_to(project):
            break
        if place.name != "..":
            yield place
    real = Path(os.path.realpath(path))
    if real != path:
        yield from (real, real.parent)


def _all_below(folder: Path, visited: set[str]) -> Iterator[Path]:
    """Give all that is in a folder; links are followed, each folder once, hidden folders are not entered."""
    real = os.path.realpath(folder)
    if real in visited:
        return
    visited.add(real)
    with suppress(OSError):  # a folder that can't be read; whoever reads it says so
        for path in Path(real).iterdir():
            yield path
            if path.is_symlink():
                yield from _places(path, path)
            if not path.name.startswith(".") and path.is_dir():
                yield from _all_below(path, visited)


def _is_importable(path: Path) -> bool:
    return path.suffix in _IMPORTABLE or (path.name.isidentifier() and path.is_dir())
