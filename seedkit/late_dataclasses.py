"""Dataclasses whose methods are written at the first look at one: of most classes a run never has an instance.

Python writes them as source code that it compiles, half a millisecond a class: of hundreds of classes that was a
quarter of a command's start. What they are Python's own decorator decides still: it makes a twin of the class when the
first of them is looked at, and all that it has added there is moved over.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from inspect import get_annotations
from typing import TYPE_CHECKING, Any

__all__ = ["dataclass"]

_ADDED = (
    "__dataclass_fields__",
    "__dataclass_params__",
    "__delattr__",
    "__eq__",
    "__getstate__",
    "__hash__",
    "__init__",
    "__match_args__",
    "__replace__",
    "__repr__",
    "__setattr__",
    "__setstate__",
)
_ORDER = ("__ge__", "__gt__", "__le__", "__lt__")
_NO_PARTS = ("__dict__", "__weakref__")


class _Late:
    """Stands in a class for what is written at the first look at it."""

    __slots__ = ("name", "write")

    def __init__(self, name: str, write: Callable[[], None]) -> None:
        self.name = name
        self.write = write

    def __get__(self, instance: object, kind: type) -> Any:  # noqa: ANN401 - whatever is looked up
        self.write()
        return getattr(kind if instance is None else instance, self.name)


def _dataclass(cls: type | None = None, /, **options: bool) -> Any:  # noqa: ANN401 - a class, or what is called with one
    return _late(cls, options) if cls else lambda decorated: _late(decorated, options)


def _late(cls: type, options: dict[str, bool]) -> type:
    told = {name: part for name, part in vars(cls).items() if name not in _NO_PARTS}
    told["__qualname__"] = cls.__qualname__
    names = [name for name in (*_ADDED, *(_ORDER if options.get("order") else ())) if name not in told]

    def write() -> None:
        twin = vars(dataclasses.dataclass(**options)(_made(cls, dict(told))))
        for name in names:
            _move(name, twin, made)

    stand_ins = {name: _Late(name, write) for name in names}
    if options.get("slots"):
        made = _made(cls, {**_without_defaults(cls, told), **stand_ins})
    else:
        names += [name for name, part in told.items() if isinstance(part, dataclasses.Field)]
        made = cls
        for name, stand_in in stand_ins.items():
            setattr(made, name, stand_in)
    return made


def _made(cls: type, parts: dict[str, Any]) -> type:
    return type(cls)(cls.__name__, cls.__bases__, parts)


def _without_defaults(cls: type, told: dict[str, Any]) -> dict[str, Any]:
    """Give the parts of a class that has a slot for each field of its own."""
    fields = get_annotations(cls)
    return {"__slots__": tuple(fields), **{name: part for name, part in told.items() if name not in fields}}


def _move(name: str, twin: Mapping[str, Any], made: type) -> None:
    if name in twin:
        setattr(made, name, twin[name])
    elif name in vars(made):
        delattr(made, name)


if TYPE_CHECKING:
    from dataclasses import dataclass
else:
    dataclass = _dataclass
