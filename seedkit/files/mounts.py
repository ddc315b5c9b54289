"""Whom the file system of a folder was mounted for: this is how containers bring folders of their host along."""

from __future__ import annotations

import os
import re
from pathlib import Path

_MOUNTS = Path("/proc/self/mountinfo")
_NOBODY = 65534
"""The owner of all files whose real owner a user namespace does not know."""

_ESCAPE = re.compile(r"\\(\d{3})")
_USER_WHO_MOUNTED = re.compile(r"\buser_id=(\d+)")


def is_mounted_for(uid: int, folder: Path) -> bool:
    """Whether the mount that a folder lies on belongs to a user as a whole, and was made by root.

    A mount at a user's own home does not count: homes may be file systems of their own. Neither does FUSE of a user's.
    """
    mount, options = _mount_of(folder)
    by_user = _USER_WHO_MOUNTED.search(options)
    if uid == _NOBODY or (by_user and by_user[1] != "0"):
        return False
    return mount.stat().st_uid == uid and not mount.is_relative_to(_home_of(uid) or mount / "nowhere")


def _mount_of(folder: Path) -> tuple[Path, str]:
    """Give the place where a folder's file system is mounted, and its options, none where they are not to be had."""
    if not _MOUNTS.exists():
        return next(path for path in (folder, *folder.parents) if os.path.ismount(path)), ""
    lines = (line.split(" ") for line in _MOUNTS.read_text(encoding="utf-8", errors="surrogateescape").splitlines())
    mounts = {_unescaped(fields[4]): fields[-1] for fields in lines}  # a later one at the same place covers the others
    mount = next((path for path in (folder, *folder.parents) if str(path) in mounts), Path("/"))
    return mount, mounts.get(str(mount), "")


def _unescaped(text: str) -> str:
    return _ESCAPE.sub(lambda match: chr(int(match[1], 8)), text)


def _home_of(uid: int) -> Path | None:
    import pwd

    try:
        home = Path(pwd.getpwuid(uid).pw_dir)
    except KeyError:
        return None
    return home if home != Path("/") else None
