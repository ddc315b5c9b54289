"""A person at a terminal, as far as a command can tell."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from pathlib import Path


def typed(answer: str, *arguments: str, cwd: Path, **variables: str) -> tuple[int, str]:
    """Run seedkit on a terminal on which one line is typed; gives its exit code and what the terminal showed."""
    ours, theirs = pty.openpty()
    command = [str(Path(sys.executable).with_name("seedkit")), *arguments]
    with subprocess.Popen(
        command, cwd=cwd, env={**os.environ, **variables}, stdin=theirs, stdout=theirs, stderr=theirs
    ) as run:
        os.close(theirs)
        os.write(ours, f"{answer}\n".encode())
        shown = b"".join(iter(lambda: _read(ours), b""))
        code = run.wait(timeout=30)
    os.close(ours)
    return code, shown.decode().replace("\r\n", "\n")


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 4096)
    except OSError:  # on Linux the end of a terminal is an error
        return b""
