"""Spares a command what typer does for all: it reads every command's signature, and converts every value.

The signatures took 8 ms of each start. From 0.29 on typer converts by pydantic, whose import took 55 to 80 ms
(docs/decisions.md); by itself it only passes over flags. Earlier versions convert without it: they have no
`type_descriptor`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from copy import copy
from enum import StrEnum
from functools import wraps
from typing import Any

from typer import Context, Typer
from typer.core import TyperArgument, TyperOption
from typer.main import get_command_name
from typer.models import CommandInfo

_Parameter = TyperArgument | TyperOption
_Process = Callable[[Any, Context, object], object]


def without_other_commands(app: Typer, arguments: Sequence[str]) -> Typer:
    """Give an app with the command alone that the first argument names; where it names none, all have to be known."""
    asked = [command for command in app.registered_commands if _name(command) in arguments[:1]]
    if not asked:
        return app
    alone = copy(app)
    alone.registered_commands, alone.registered_groups = asked, []
    return alone


def _name(command: CommandInfo) -> str | None:
    return command.name or (get_command_name(command.callback.__name__) if command.callback else None)


def spare_plain_values() -> None:
    """Let the options and arguments of this process convert only what they must; for the command line alone."""
    for kind in (TyperArgument, TyperOption):
        setattr(kind, "process_value", _sparing(kind.process_value))  # noqa: B010 - typer offers no other way in


def _sparing(process: _Process) -> _Process:
    @wraps(process)
    def process_value(parameter: _Parameter, context: Context, value: object) -> object:
        descriptor = getattr(parameter, "type_descriptor", None)
        if descriptor is None or parameter.required or not _plain(value, descriptor.annotation):
            return process(parameter, context, value)
        converted = descriptor.annotation(value) if _is_word(value, descriptor.annotation) else value
        return parameter.callback(context, parameter, converted) if parameter.callback else converted

    return process_value


def _plain(value: object, annotation: object) -> bool:
    if annotation == list[str] and isinstance(value, tuple):
        return all(type(item) is str for item in value)
    return value is None or type(value) is annotation or _is_word(value, annotation)


def _is_word(value: object, annotation: object) -> bool:
    """Whether a text is one of those that an option chooses from."""
    return isinstance(annotation, type) and issubclass(annotation, StrEnum) and value in list(annotation)
