"""The options that a fixture file holds under `_fixture`. Knows no other part of the file."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from yaml import Event, MappingStartEvent

from seedkit.core.fixtures import FROM_DATABASE, FROM_LABELS, OPTIONS_KEY, FixtureOptions, RowDefault
from seedkit.core.names import did_you_mean, listed
from seedkit.errors import FixtureError
from seedkit.files.yaml.events import error_at, line_of
from seedkit.files.yaml.nodes import Nodes, placed_values
from seedkit.files.yaml.scalars import kind


def read_options(nodes: Nodes, event: Event) -> FixtureOptions:
    """Read the value of `_fixture`."""
    if not isinstance(event, MappingStartEvent) or event.tag is not None:
        raise error_at(nodes.path, event, f'"{OPTIONS_KEY}" is a mapping of options', hint=_OPTIONS_HINT)
    options: dict[str, Any] = {}
    for name, key, value in nodes.entries():
        if name is None or name not in _READERS:
            raise _unknown_option(nodes, key, name or "<<")
        options[name] = _READERS[name](nodes, value, name)
    options.pop("model_class", None)
    return FixtureOptions(**options)


def _unknown_option(nodes: Nodes, event: Event, name: str) -> FixtureError:
    hint = did_you_mean(name, _READERS) or _OPTIONS_HINT
    return error_at(nodes.path, event, f'"{OPTIONS_KEY}" has no option "{name}"', hint=hint)


def _name(nodes: Nodes, event: Event, option: str) -> str:
    value = nodes.value(event)
    if not isinstance(value, str):
        raise error_at(nodes.path, event, f'"{option}" takes a name, not {kind(value)}')
    return str(value)


def _names(nodes: Nodes, event: Event, option: str) -> tuple[str, ...]:
    value = nodes.value(event)
    names = value if isinstance(value, list) else [value]
    if not all(isinstance(name, str) for name in names):
        raise error_at(nodes.path, event, f'"{option}" takes a list of names, such as [a, b]')
    return tuple(str(name) for name in names)


def _one_of(names: Sequence[str], nodes: Nodes, event: Event, option: str) -> str:
    name = _name(nodes, event, option)
    if name not in names:
        hint = did_you_mean(name, names)
        raise error_at(nodes.path, event, f'"{option}" is one of {listed(names)}, not "{name}"', hint=hint)
    return name


def _defaults(nodes: Nodes, event: Event, option: str) -> dict[str, RowDefault]:
    if isinstance(event, MappingStartEvent) and event.anchor is None and event.tag is None:
        return placed_values(nodes, RowDefault)
    value = nodes.value(event)
    if not isinstance(value, dict):
        raise _no_defaults(nodes, event, f'"{option}" is a mapping of columns, not {kind(value)}')
    return {name: RowDefault(default, line_of(event)) for name, default in value.items()}


def _no_defaults(nodes: Nodes, event: Event, message: str) -> FixtureError:
    return error_at(nodes.path, event, message, hint="Write defaults: {plan: free}.")


def _rest(nodes: Nodes, event: Event, option: str) -> int:
    """Give the line of `rest: generate`."""
    _one_of(("generate",), nodes, event, option)
    return line_of(event)


def _passed_over(nodes: Nodes, event: Event, option: str) -> None:  # noqa: ARG001 - as the other readers
    nodes.keep_anchors(event)


_READERS: dict[str, Callable[[Nodes, Event, str], object]] = {
    "table": _name,
    "on_conflict": partial(_one_of, ("update", "skip", "error")),
    "key": _names,
    "environments": _names,
    "ignore": _names,
    "ids": partial(_one_of, (FROM_LABELS, FROM_DATABASE)),
    "defaults": _defaults,
    "rest": _rest,
    "model_class": _passed_over,
}
_OPTIONS_HINT = "The options are table, on_conflict, key, environments, ignore, ids, defaults and rest."
