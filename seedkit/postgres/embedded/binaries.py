"""PostgreSQL's programs: found in an installed wheel, and copied where the server's account cannot read that.

A wheel is never imported, changed or installed here.
"""

from __future__ import annotations

import importlib.metadata
import importlib.util
import logging
import re
import shutil
import tempfile
from pathlib import Path

from seedkit.errors import EmbeddedServerError, Origin
from seedkit.postgres.embedded import machine_state
from seedkit.postgres.embedded.accounts import Account, can_read, run
from seedkit.postgres.embedded.error_texts import OTHER_DATABASE_HINT

_SAMPLE = ("bin/initdb", "bin/postgres", "lib", "share")

_log = logging.getLogger("seedkit")


def server_binaries(package: str, account: Account | None) -> Path:
    """Find the `bin` directory of a wheel; the account gets a copy where it may not read the wheel itself."""
    installed = wheel_binaries(package)
    if account is None or all(can_read(installed.parent / name, account) for name in _SAMPLE):
        return installed
    with machine_state.machine_lock():
        return _copy_of(package, installed)


def wheel_binaries(package: str) -> Path:
    """Find the `bin` directory of a wheel without importing its Python code."""
    found = importlib.util.find_spec(package)
    if found is None or not found.submodule_search_locations:
        message = f"the wheel {package.replace('_', '-')} is not installed"
        hint = f'Install it: pip install "pg-seedkit[embedded]". {OTHER_DATABASE_HINT}'
        raise EmbeddedServerError(message, hint=hint)
    return Path(found.submodule_search_locations[0]).absolute() / "pginstall" / "bin"


def major_version(binaries: Path) -> int:
    """Ask a server program for its major version."""
    program = binaries / "postgres"
    found = re.search(r"\) (\d+)", run([str(program), "--version"]).stdout)
    if found is None:
        raise EmbeddedServerError("the program postgres cannot be run", origin=Origin(path=program))
    return int(found[1])


def _copy_of(package: str, installed: Path) -> Path:
    """Copy a wheel's server once a version; the libraries keep their relative place, for the RPATH."""
    copy = machine_state.STATE / f"{package}-{importlib.metadata.version(package)}"
    if not copy.exists():
        _log.info("copying PostgreSQL to %s, where the server's account can read it", copy)
        for abandoned in copy.parent.glob("copy-*"):
            shutil.rmtree(abandoned)
        draft = Path(tempfile.mkdtemp(prefix="copy-", dir=copy.parent))
        site_packages = installed.parents[2]
        for part in (f"{package}/pginstall", f"{package}.libs"):
            _copy_tree(site_packages / part, draft / part)
        _open_to_all(draft)
        draft.rename(copy)
    return copy / package / "pginstall" / "bin"


def _copy_tree(source: Path, target: Path) -> None:
    if source.exists():
        shutil.copytree(source, target, ignore=shutil.ignore_patterns("include", "pgxs", "*.a"))


def _open_to_all(folder: Path) -> None:
    for path in (folder, *folder.rglob("*")):
        path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)
