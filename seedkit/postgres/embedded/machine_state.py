"""What root's servers have under `/var/lib/seedkit`, for all projects of the machine: data, copies and a lock.

There are the data of a project that is closed to the servers' account; each note whose they are, so that those
of a deleted project can be found. No server is stopped here, and nothing of a project's own folder is decided.
"""

from __future__ import annotations

import logging
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from seedkit.postgres.embedded.locks import exclusive

STATE = Path("/var/lib/seedkit")

_log = logging.getLogger("seedkit")


@contextmanager
def machine_lock() -> Iterator[None]:
    """Hold the lock of `/var/lib/seedkit`, which all projects of root share."""
    if not STATE.exists():
        make_open_folder(STATE)
    with exclusive(STATE / "lock"):
        yield


def make_open_folder(folder: Path) -> None:
    """Make a folder that the servers' account can enter, whatever our umask."""
    folder.mkdir(exist_ok=True)
    folder.chmod(0o755)


def is_elsewhere(data_directory: Path) -> bool:
    """Whether a data directory is one of `/var/lib/seedkit`, not in its project."""
    return data_directory.parent.parent == STATE


def linked_data_directory(link: Path) -> Path:
    """Give a project a place for its data, and the link that leads there."""
    with machine_lock():
        home = Path(tempfile.mkdtemp(prefix="project-", dir=STATE))
        home.chmod(0o755)
        record(home / "data", link)
        link.symlink_to(home / "data")
    _log.info("%s is closed to the server's account: its data are in %s", link.parent.parent, home)
    return home / "data"


def remove_home(data_directory: Path) -> None:
    """Delete a data directory of `/var/lib/seedkit` with all that lies beside it."""
    shutil.rmtree(data_directory.parent, ignore_errors=True)


def orphaned_data() -> list[Path]:
    """List the data directories whose project is gone; needs the machine's lock."""
    places = [home / "data" for home in STATE.glob("project-*")]
    return [data for data in places if not _leads_to(_recorded_link(data), data)]


def record(data_directory: Path, link: Path) -> None:
    """Note whose data they are: never in place, because without a note they would pass for orphans."""
    if _recorded_link(data_directory) != link:
        draft = data_directory.with_name("project.new")
        draft.write_bytes(os.fsencode(link))
        draft.rename(data_directory.with_name("project"))


def belongs_to(data_directory: Path, link: Path) -> bool:
    """Whether the data are the link's own: recorded so, or the project has moved from where it was."""
    recorded = _recorded_link(data_directory)
    return recorded == link or (recorded is not None and not _leads_to(recorded, data_directory))


def _recorded_link(data_directory: Path) -> Path | None:
    note = data_directory.with_name("project")
    return Path(os.fsdecode(note.read_bytes())) if note.exists() else None


def _leads_to(link: Path | None, data_directory: Path) -> bool:
    return link is not None and link.is_symlink() and link.readlink() == data_directory
