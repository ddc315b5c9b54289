"""Where `--out` has rows go, and what does not go with it."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from seedkit.errors import UsageError

if TYPE_CHECKING:
    from seedkit.runner.generation.out.places import Out


def rows_out(out: str | None, *, explain: bool, json: bool) -> Out | None:
    """Give the place for rows that are not to stay in the database; - is standard output."""
    if out is None:
        return None
    if explain:
        raise UsageError("--explain makes no rows, and --out writes them", hint="Leave out one of them.")
    if out != "-":
        from seedkit.runner.generation.out.fixtures import FixtureFolder

        return FixtureFolder(Path(out))
    if json:
        raise UsageError("--json and --out - both write to standard output", hint="Name a folder, or leave --json out.")
    from seedkit.runner.generation.out.script import Script

    return Script(sys.stdout.buffer)


@contextmanager
def quiet_on_a_closed_pipe() -> Iterator[None]:
    """End with exit code 1 and no message where who read our output has read enough, such as `head`."""
    try:
        yield
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # what is left is flushed at the end
        raise typer.Exit(1) from None
