"""The account that a server runs as: whose it is, what it may enter, and programs run as it.

PostgreSQL refuses to run as root, so for root a server gets a system account of its own. No mode and no owner of
anything that seedkit did not make is ever changed: where this account may not go, something else must be done.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from msgspec import Struct

from seedkit.errors import EmbeddedServerError, Origin
from seedkit.postgres.embedded.error_texts import OTHER_DATABASE_HINT
from seedkit.postgres.embedded.machine_state import machine_lock

if sys.platform != "win32":
    import pwd

ACCOUNT_NAME = "seedkit"

_PASSED_ON = ("TZ", "LD_LIBRARY_PATH")


class Account(Struct, frozen=True, kw_only=True):
    """The system user that a server runs as when root starts it; never root."""

    uid: int
    gid: int


def account_for(data_directory: Path | None) -> Account | None:
    """Choose the account that serves a data directory, None: our own; the data's owner, once there are data."""
    we_are_root = os.geteuid() == 0
    if data_directory is None or not data_directory.exists():
        return service_account() if we_are_root else None
    owner = data_directory.stat()
    if we_are_root:
        return Account(uid=owner.st_uid, gid=owner.st_gid) if owner.st_uid else service_account()
    if owner.st_uid != os.geteuid():
        message, hint = "the data directory belongs to another user", f"Run seedkit as its owner. {OTHER_DATABASE_HINT}"
        raise EmbeddedServerError(message, origin=Origin(path=data_directory), hint=hint)
    return None


def service_account() -> Account:
    """Find the system user `seedkit`, or create it."""
    with machine_lock():
        return _known_account() or _created_account()


def can_enter(directory: Path, account: Account) -> bool:
    """Whether the mode bits of a directory and of all its parents let the account through."""
    real = directory.resolve()
    return all(_allows(parent, account, 0o1) for parent in (real, *real.parents))


def can_read(path: Path, account: Account) -> bool:
    """Whether the account reaches a program or a folder that is there, and may read and run or enter it."""
    real = path.resolve()
    return real.exists() and can_enter(real.parent, account) and _allows(real, account, 0o5)


def give_to(account: Account | None, directory: Path) -> None:
    """Make the account the owner of a directory that seedkit has just made."""
    if account is not None:
        os.chown(directory, account.uid, account.gid, follow_symlinks=False)


def run(
    argv: Sequence[str], account: Account | None = None, *, log: int | None = None, keep_open: Sequence[int] = ()
) -> subprocess.CompletedProcess[str]:
    """Run a program as the account, in a session of its own; its output is kept, or goes to the log.

    It sees next to nothing of our environment: a setting of libpq would change what it does, and a secret
    would live on in the server, where `copy … from program` can read it.
    """
    passed_on = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    return subprocess.run(  # noqa: S603 - the program is one of PostgreSQL's or useradd, there is no shell
        argv,
        user=account.uid if account else None,
        group=account.gid if account else None,
        extra_groups=[] if account else None,
        cwd="/",
        env={"PATH": os.defpath, "LC_ALL": "C"} | passed_on,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE if log is None else log,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
        start_new_session=True,
        pass_fds=keep_open,
        check=False,
    )


def _allows(path: Path, account: Account, wanted: int) -> bool:
    status = path.stat()
    shift = 6 if status.st_uid == account.uid else 3 if status.st_gid == account.gid else 0
    return (status.st_mode >> shift) & wanted == wanted


def _known_account() -> Account | None:
    try:
        entry = pwd.getpwnam(ACCOUNT_NAME)
    except KeyError:
        return None
    return Account(uid=entry.pw_uid, gid=entry.pw_gid)


def _created_account() -> Account:
    useradd = shutil.which("useradd", path="/usr/sbin:/sbin:/usr/bin:/bin") or "useradd"
    options = ("--system", "--user-group", "--no-create-home", "--home-dir", "/nonexistent")
    try:
        answer = run([useradd, *options, "--shell", "/usr/sbin/nologin", ACCOUNT_NAME]).stdout
    except OSError as error:
        answer = str(error)
    account = _known_account()
    if account is None:
        raise EmbeddedServerError(
            "PostgreSQL refuses to run as root, and a system user for it cannot be created",
            detail=answer.strip(),
            hint=f"Create a system user {ACCOUNT_NAME}, or be an ordinary user. {OTHER_DATABASE_HINT}",
        )
    return account
