"""Runs one command to its end and says what it took: wall clock, processor time and peak memory of the whole process.

A program of its own, started without site-packages: Linux counts the memory of the process that starts a command as
the command's own, so the one that starts it must be small.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple


class Usage(NamedTuple):
    """What one run took."""

    seconds: float
    cpu_seconds: float
    peak_bytes: int


class CommandFailedError(Exception):
    """A measured command failed, so nothing can be said of it."""


def measured(command: Sequence[str], folder: Path, variables: Mapping[str, str] | None = None) -> Usage:
    """Run a command in a folder; raises CommandFailedError with what it said."""
    done = subprocess.run(
        [sys.executable, "-I", "-S", __file__, *command],
        cwd=folder,
        env={**os.environ, **(variables or {})},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise CommandFailedError(f"{' '.join(command)[:200]}: {done.stderr.strip()[-2000:]}")
    seconds, cpu_seconds, peak = done.stdout.split()
    return Usage(float(seconds), float(cpu_seconds), int(peak))


def _main() -> int:
    started = time.perf_counter()
    process = subprocess.Popen(sys.argv[1:], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    peak = usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024)
    print(seconds, usage.ru_utime + usage.ru_stime, peak)
    return process.returncode


if __name__ == "__main__":
    sys.exit(_main())
