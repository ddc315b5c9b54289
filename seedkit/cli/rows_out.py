"""Where `--out` has rows go, and what does not go with it."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from seedkit.cli.folders import refuse_file_name
from seedkit.cli.streams import discard_output
from seedkit.errors import UsageError

if TYPE_CHECKING:
    from seedkit.files.read_pipe import Writable
    from seedkit.runner.generation.out.places import Out


def rows_out(out: str | None, *, explain: bool, json: bool) -> Out | None:
    """Give the place for rows that are not to stay in the database; - is standard output."""
    if out is None:
        return None
    if not out:
        raise UsageError("--out names no folder", hint="Write --out fixtures/, or --out - for standard output.")
    if explain:
        raise UsageError("--explain makes no rows, and --out writes them", hint="Leave out one of them.")
    if out != "-":
        refuse_file_name(out, "Rows go into a file for each table: name a folder, as --out fixtures/")
        from seedkit.runner.generation.out.fixtures import FixtureFolder

        return FixtureFolder(Path(out))
    if json:
        raise UsageError("--json and --out - both write to standard output", hint="Name a folder, or leave --json out.")
    from seedkit.runner.generation.out.script import Script

    return Script(StandardOutput(sys.stdout.buffer))


class StandardOutput:
    """Standard output for rows: says why they can not be written there, unless nobody reads on."""

    def __init__(self, stream: Writable) -> None:
        self._stream = stream

    def write(self, data: bytes, /) -> None:
        """Write all of the bytes; raises UsageError, and BrokenPipeError where the reader has gone."""
        with _told():
            self._stream.write(data)

    def flush(self) -> None:
        """Hand on what is held back."""
        with _told():
            self._stream.flush()


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        discard_output()
        raise UsageError(
            f"can not write standard output: {(error.strerror or str(error)).lower()}",
            hint="What was written is not complete. Name a folder, or a place with more room.",
        ) from error


@contextmanager
def quiet_on_a_closed_pipe() -> Iterator[None]:
    """End with exit code 1 and no message where who read our output has read enough, such as `head`."""
    try:
        yield
    except BrokenPipeError:
        discard_output()
        raise typer.Exit(1) from None
