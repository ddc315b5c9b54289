"""Runs the command line, and tells what typer refuses as all errors are told: what is wrong, a hint, as JSON if asked.

A line is refused before its command begins, so whether it asks for `--json` is seen in the line itself.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Any

import typer

from seedkit.cli.colours import When, is_coloured
from seedkit.cli.streams import discard_output
from seedkit.cli.terminal import tell_error
from seedkit.errors import ReportLostError, SeedkitError, UsageError

_Refusal: Any = typer.BadParameter.__base__
"""What typer raises for a line that means nothing; click in its earlier versions."""


def run(app: typer.Typer, arguments: Sequence[str]) -> int:
    """Run what the arguments say, and give the exit code."""
    try:
        return app(args=list(arguments), standalone_mode=False) or 0
    except _Refusal as refusal:
        if type(refusal).__name__ == "NoArgsIsHelpError":  # a group by itself: its help is the answer
            refusal.show()
            return int(refusal.exit_code)
        return _told(_explained(refusal, _command(app, arguments)), arguments)
    except SeedkitError as error:
        return _told(error, arguments)
    except typer.Abort:
        return 1
    except OSError as error:  # of what typer itself writes, a help or a version: a command's own are told by then
        discard_output()
        return _told(ReportLostError(f"standard output could not be written to: {error.strerror}"), arguments)


def _command(app: typer.Typer, arguments: Sequence[str]) -> str:
    """Name the command that a line calls: where an option lacks its value, typer does not say which it was."""
    names = ["seedkit"]
    command: Any = typer.main.get_command(app)
    for word in arguments:
        command = getattr(command, "commands", {}).get(word)
        if command is None:
            break
        names.append(word)
    return " ".join(names)


def _explained(refusal: Any, command: str) -> UsageError:  # noqa: ANN401 - of typer or click
    """Say what is refused in the style of our messages; pydantic, by which typer converts, has a prefix of its own."""
    message = refusal.format_message().replace(": Value error, ", ": ").removesuffix(".")
    return UsageError(message[:1].lower() + message[1:], hint=f"`{command} --help` says how it is called.")


def _told(error: SeedkitError, arguments: Sequence[str]) -> int:
    own = arguments[: arguments.index("--")] if "--" in arguments else arguments
    return tell_error(error, json="--json" in own, colour=is_coloured(When.AUTO, sys.stderr))
