"""Whose folders we take settings and code from: a stranger's programs must not run with our rights unasked.

git has met the same and asks for the same owner (CVE-2022-24765). Here as there the user alone can say otherwise, by
the environment or the configuration in their home, never by a file of the folder itself. Windows has no such owners.
"""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from msgspec import Struct

from seedkit.errors import ConfigurationError, Origin

_MAY_BE_WRITTEN_BY_OTHERS = stat.S_IWGRP | stat.S_IWOTH
ROOT = 0


class Trust(Struct, frozen=True, kw_only=True):
    """Who we are, who called sudo, and which folders the user trusts (`*`: all), asked for only where it matters."""

    user: int
    sudo_user: int | None
    folders: Callable[[], Iterable[str]]
    variable: str
    configuration: str


def refuse_strangers(folder: Path, used: Sequence[str], *, current: Path, trust: Trust) -> None:
    """Raise ConfigurationError where settings or code of a folder belong to somebody whose they should not be.

    `used` are the names in it that count, be they there or not; `current` is the folder that we were started in. Root
    is asked for reasons there as well, others went there knowingly. A folder further up has to have an owner in common
    with it.
    """
    is_current = folder == current
    if sys.platform == "win32" or (is_current and trust.user != ROOT):
        return
    stranger = _stranger(folder, used, is_current=is_current, current=current, trust=trust)
    if stranger is not None and not is_listed(folder, trust.folders()):
        raise _refusal(folder, stranger, is_current=is_current, trust=trust)


def _stranger(folder: Path, used: Sequence[str], *, is_current: bool, current: Path, trust: Trust) -> Path | None:
    """Give what belongs to somebody whose it should not be: the folder, or, where all may write, a file in it."""
    status = folder.stat()
    if not _is_accepted(folder, status, is_current=is_current, current=current, trust=trust):
        return folder
    if not status.st_mode & stat.S_IWOTH:
        return None
    known = {trust.user, status.st_uid}
    return next((path for path in map(folder.joinpath, used) if not owners(path) <= known), None)


def _is_accepted(folder: Path, status: os.stat_result, *, is_current: bool, current: Path, trust: Trust) -> bool:
    if status.st_uid == trust.user:
        return True
    if not is_current and status.st_uid != current.stat().st_uid:
        return False
    return trust.user != ROOT or _is_acceptable_to_root(folder, status, trust)


def _is_acceptable_to_root(folder: Path, status: os.stat_result, trust: Trust) -> bool:
    """Whether root was brought to a stranger's folder on purpose: by sudo, or by a mount, as containers have them."""
    from seedkit.files.mounts import is_mounted_for

    if status.st_mode & _MAY_BE_WRITTEN_BY_OTHERS:
        return False
    return status.st_uid == trust.sudo_user or is_mounted_for(status.st_uid, folder)


def is_brought_on_purpose(uid: int, path: Path, trust: Trust) -> bool:
    """Whether a stranger's file or folder inside a project of root's came there by sudo, or by a mount of its own."""
    from seedkit.files.mounts import is_mounted_for

    status = path.stat() if path.exists() else path.lstat()
    if status.st_mode & stat.S_IWOTH:
        return False
    return uid == trust.sudo_user or is_mounted_for(uid, Path(os.path.realpath(path)))


def owners(path: Path) -> set[int]:
    """Give the owner of a file and of the link that leads to it; none where there is no such file."""
    found = set()
    for status in (path.lstat, path.stat):
        try:
            found.add(status().st_uid)
        except OSError:
            return found
    return found


def is_listed(folder: Path, listed: Iterable[str]) -> bool:
    """Whether a folder, or one that it lies in, is among those that are trusted; a relative one trusts nothing."""
    trusted = {"*" if name == "*" else os.path.realpath(name) for name in listed if name == "*" or name.startswith("/")}
    return bool(trusted & {"*", *map(str, (folder, *folder.parents))})


def strangers_file(path: Path, project: Path, trust: Trust) -> ConfigurationError:
    """Say that a project uses a file or folder of a stranger's."""
    detail = "The project uses it: seeders are programs, fixtures and schema files hold SQL."
    return _refused(path, project, detail, trust)


def _refusal(folder: Path, stranger: Path, *, is_current: bool, trust: Trust) -> ConfigurationError:
    kept = "the current folder" if is_current else "a folder above the current one"
    place = kept if stranger == folder else f"in {kept}"
    detail = f"It is {place}; its settings name servers, its seeders are programs."
    return _refused(stranger, folder, detail, trust)


def _refused(stranger: Path, folder: Path, detail: str, trust: Trust) -> ConfigurationError:
    owner = stranger.stat().st_uid if stranger.exists() else stranger.lstat().st_uid
    if owner in {trust.user, ROOT}:  # a stranger's link to a file of ours
        owner = stranger.lstat().st_uid
    return ConfigurationError(
        f"{stranger} belongs to {_named(owner)}: nothing of it is run as {_named(trust.user)}",
        origin=Origin(path=folder),
        detail=detail,
        hint=_way_on(folder, trust),
    )


def _way_on(folder: Path, trust: Trust) -> str:
    import shlex

    line = f"{trust.variable}={shlex.quote(str(folder))}"
    return (
        f"If you trust {folder} with all below it, set {line}; in a Dockerfile: ENV {line}; for good: "
        f"trust-folders = [{_quoted(folder)}] in {trust.configuration}."
    )


def _quoted(folder: Path) -> str:
    return '"' + str(folder).replace("\\", "\\\\").replace('"', '\\"') + '"'


def _named(uid: int) -> str:
    import pwd

    try:
        return f"{pwd.getpwuid(uid).pw_name} (uid {uid})"
    except KeyError:
        return f"uid {uid}"
