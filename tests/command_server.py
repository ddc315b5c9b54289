"""Runs the command in processes that are forked off one that has imported it: a start costs a hundredth.

Each is a process of its own with its own environment, folder and standard streams, which runs `seedkit.cli.main` and
ends as Python does. What an interpreter decides at its start (its paths, its encodings) is that of the server: where
another one is asked for, `serves` is False, and the installed command itself has to be run.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, NamedTuple

_IMPORTED = (
    "seedkit.cli.app",
    "seedkit.cli.commands.seed",
    "seedkit.cli.quick_start",
    "seedkit.cli.streams",
    "seedkit.config",
    "seedkit.postgres.opening",
    "seedkit.runner.database",
    "seedkit.runner.seed",
    "seedkit.reports.json",
)
_DECIDED_AT_THE_START = ("PYTHON", "LC_", "LANG", "LD_", "COVERAGE")
_STREAMS = 3


class _Request(NamedTuple):
    arguments: list[str]
    cwd: str
    env: dict[str, str]


class CommandServer:
    """Asks the server to run a command; as many at a time as there are callers."""

    def __init__(self, address: str) -> None:
        self._address = address
        self._start = _of_the_start(os.environ)

    def serves(self, env: Mapping[str, str]) -> bool:
        """Whether an interpreter of this environment would be as the server's is."""
        return _of_the_start(env) == self._start

    def run(
        self, arguments: tuple[str, ...], cwd: Path, env: Mapping[str, str], timeout: float
    ) -> subprocess.CompletedProcess[str]:
        """Run a command to its end, as `subprocess.run` does; raises TimeoutExpired, and kills it then."""
        with TemporaryFile() as out, TemporaryFile() as err, Path(os.devnull).open("rb") as nothing:
            code = self._ended(arguments, cwd, env, timeout, [file.fileno() for file in (nothing, out, err)])
            texts = _text(out), _text(err)
        return subprocess.CompletedProcess(["seedkit", *arguments], code, *texts)

    def _ended(
        self, arguments: tuple[str, ...], cwd: Path, env: Mapping[str, str], timeout: float, streams: list[int]
    ) -> int:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as line:
            line.connect(self._address)
            request = json.dumps(_Request(list(arguments), str(cwd), dict(env))._asdict()).encode()
            socket.send_fds(line, [len(request).to_bytes(4, "big")], streams)
            line.sendall(request)
            answers = line.makefile("rb")
            pid = int(answers.readline())
            line.settimeout(timeout)
            try:
                return int(answers.readline())
            except TimeoutError as error:
                os.kill(pid, signal.SIGKILL)
                raise subprocess.TimeoutExpired(["seedkit", *arguments], timeout) from error


def _of_the_start(env: Mapping[str, str]) -> dict[str, str]:
    return {name: text for name, text in env.items() if name.startswith(_DECIDED_AT_THE_START)}


@contextmanager
def command_server(folder: Path) -> Iterator[CommandServer]:
    """Run a server whose socket lies in a folder."""
    address = str(folder / "commands")
    with subprocess.Popen([sys.executable, __file__, address], stdout=subprocess.PIPE) as server:
        assert server.stdout is not None
        assert server.stdout.readline() == b"ready\n"
        yield CommandServer(address)
        server.kill()


def _text(file: IO[bytes]) -> str:
    file.seek(0)
    return file.read().decode().replace("\r\n", "\n")


def _serve(address: str) -> None:
    for module in _IMPORTED:
        import_module(module)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # who looks after a command needs nobody to wait for them
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as entrance:
        entrance.bind(address)
        entrance.listen(64)
        os.write(1, b"ready\n")
        while True:
            line, _ = entrance.accept()
            if os.fork() == 0:
                entrance.close()
                return _look_after(line)
            line.close()


def _look_after(line: socket.socket) -> None:
    """Fork the command, tell its pid and then its exit code; the command returns from here to its own end."""
    head, streams, _, _ = socket.recv_fds(line, 4, _STREAMS)
    request = _received(line, int.from_bytes(head, "big"))
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    pid = os.fork()
    if pid == 0:
        line.close()
        return _become(_Request(**json.loads(request)), streams)
    line.sendall(b"%d\n" % pid)
    _, status = os.waitpid(pid, 0)
    line.sendall(b"%d\n" % os.waitstatus_to_exitcode(status))
    os._exit(0)


def _received(line: socket.socket, size: int) -> bytes:
    parts = b""
    while len(parts) < size:
        parts += line.recv(size - len(parts))
    return parts


def _become(request: _Request, streams: list[int]) -> None:
    """Be the command: its streams, folder, environment and arguments."""
    for number, descriptor in enumerate(streams):
        os.dup2(descriptor, number)
        os.close(descriptor)
    os.chdir(request.cwd)
    os.environ.clear()
    os.environ.update(request.env)
    time.tzset()
    sys.argv = [str(Path(sys.executable).with_name("seedkit")), *request.arguments]
    sys.path[0] = str(Path(sys.executable).parent)


if __name__ == "__main__":
    _serve(sys.argv[1])
    from seedkit.cli import main

    main()
