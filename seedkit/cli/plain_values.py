"""Spares commands typer's conversion of values that are what they should be already.

From 0.29 on typer converts by pydantic, whose import took 55 to 80 ms of every command (docs/decisions.md); by itself
it only passes over flags. Earlier versions convert without it: they have no `type_descriptor`.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from typer import Context
from typer.core import TyperArgument, TyperOption

_Parameter = TyperArgument | TyperOption
_Process = Callable[[Any, Context, object], object]


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
        return parameter.callback(context, parameter, value) if parameter.callback else value

    return process_value


def _plain(value: object, annotation: object) -> bool:
    if annotation == list[str] and isinstance(value, tuple):
        return all(type(item) is str for item in value)
    return value is None or type(value) is annotation
