"""The command `seedkit`, imported once and forked for each run: faults hit the work, not Python's start."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from seedkit.config import URL_VARIABLES
from seedkit.core.planning.protection import ENVIRONMENT_VARIABLES

_FORKS = """
import json, os, sys
import psycopg, yaml
import seedkit.api.seeding, seedkit.api.sequences, seedkit.reports.text, seedkit.runner.seed
from seedkit.cli import main

def run(folder, arguments):
    os.chdir(folder)
    for stream in 1, 2:
        os.dup2(os.open(arguments.pop(0), os.O_WRONLY), stream)
    sys.argv[1:] = arguments
    try:
        main()
    except SystemExit as end:
        return end.code
    return 0

for line in sys.stdin:
    what, *rest = json.loads(line)
    if what == "wait":
        print(os.waitstatus_to_exitcode(os.waitpid(rest[0], 0)[1]), flush=True)
        continue
    pid = os.fork()
    if pid:
        print(pid, flush=True)
        continue
    code = run(*rest)
    sys.stdout.flush()
    os._exit(code or 0)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """How a command ended; `code` is negative where it was killed."""

    code: int
    output: str
    told: str


@dataclass(slots=True, kw_only=True)
class Run:
    """A command at work."""

    pid: int
    place: Path
    command: Preloaded
    is_over: bool = False

    def kill(self) -> None:
        """Kill it, as nobody can catch."""
        with suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)

    def end(self) -> Ended:
        """Wait for the end."""
        code = self.command.ask("wait", self.pid)
        self.is_over = True
        output, told = ((self.place / name).read_text(encoding="utf-8") for name in ("output", "told"))
        return Ended(code=code, output=output, told=told)


class Preloaded:
    """The process that forks them."""

    def __init__(self, process: subprocess.Popen[str], places: Path) -> None:
        self._process = process
        self._places = places
        self._count = 0

    def start(self, folder: Path, *arguments: str) -> Run:
        """Run seedkit in a folder."""
        self._count += 1
        place = self._places / str(self._count)
        place.mkdir()
        streams = [str(place / name) for name in ("output", "told")]
        for stream in streams:
            Path(stream).touch()
        return Run(pid=self.ask("start", str(folder), [*streams, *arguments]), place=place, command=self)

    def ask(self, *question: object) -> int:
        """Have it do something, and give its answer."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(question) + "\n")
        self._process.stdin.flush()
        return int(self._process.stdout.readline())


@contextmanager
def preloaded() -> Iterator[Preloaded]:
    """Start it, in an environment that configures no database."""
    ours = (*URL_VARIABLES, *ENVIRONMENT_VARIABLES)
    environment = {name: text for name, text in os.environ.items() if name not in ours and not name.startswith("PG")}
    with (
        tempfile.TemporaryDirectory() as places,
        subprocess.Popen(
            [sys.executable, "-c", _FORKS], env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        ) as process,
    ):
        yield Preloaded(process, Path(places))
        assert process.stdin is not None
        process.stdin.close()
