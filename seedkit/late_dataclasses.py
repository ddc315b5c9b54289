"""Dataclasses whose methods are written at the first look at one: of most classes a run never has an instance.

Python's own decorator writes each method as source code that it compiles, half a millisecond a class: of hundreds of
classes that was a quarter of a command's start. What they are it decides still: it makes a twin of the class when that
is first needed, and what it has added there is moved over. What all instances need, to be made and not to be changed,
is written here, with one compilation at most. Fields that are none (ClassVar, InitVar) are not known here.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from inspect import get_annotations
from typing import TYPE_CHECKING, Any, NoReturn

__all__ = ["dataclass"]

_MAKING = frozenset(("__dataclass_fields__", "__delattr__", "__init__", "__match_args__", "__setattr__"))
_FURTHER = frozenset(("__eq__", "__getstate__", "__hash__", "__replace__", "__repr__", "__setstate__"))
_ORDER = frozenset(("__ge__", "__gt__", "__le__", "__lt__"))
_TOLD = "__dataclass_params__"
_NOT_MOVED = ("__dict__", "__weakref__")
_MISSING = dataclasses.MISSING


class _Late:
    """Stands in a class for what is written at the first look at it."""

    __slots__ = ("name", "write")

    def __init__(self, name: str, write: Callable[[], None]) -> None:
        self.name = name
        self.write = write

    def __get__(self, instance: object, kind: type) -> Any:  # noqa: ANN401 - whatever is looked up
        self.write()
        return getattr(kind if instance is None else instance, self.name)


def _dataclass(
    cls: type | None = None,
    /,
    *,
    frozen: bool = False,
    slots: bool = False,
    kw_only: bool = False,
    order: bool = False,
) -> Any:  # noqa: ANN401 - a class, or what is called with one
    options = {"frozen": frozen, "slots": slots, "kw_only": kw_only, "order": order}
    return _late(cls, options) if cls else lambda decorated: _late(decorated, options)


def _late(cls: type, options: Mapping[str, bool]) -> type:
    """Make the class itself, its slots among it, and what stands in it for all else."""
    parts = {name: part for name, part in vars(cls).items() if name not in _NOT_MOVED}
    parts["__qualname__"] = cls.__qualname__
    making, further = _MAKING - parts.keys(), (_FURTHER | _ORDER if options["order"] else _FURTHER) - parts.keys()
    defaults = [name for name, part in parts.items() if isinstance(part, dataclasses.Field)]

    def write_making() -> None:
        inherits = any(dataclasses.is_dataclass(base) for base in cls.__mro__[1:])
        frozen = inherits and options["frozen"]  # to be what they are, else it need not be
        twin = _twin(cls, parts, frozen=frozen, kw_only=options["kw_only"], init=False, repr=False, eq=False)
        written = {**vars(twin), **_instances_of(made, dataclasses.fields(twin), frozen=options["frozen"])}
        _move(written, made, [*making, *([] if options["slots"] else defaults)])

    def write_further() -> None:
        _move(vars(_twin(cls, parts, **options)), made, [*further, _TOLD])

    stand_ins = {name: _Late(name, write_making) for name in making}
    stand_ins |= {name: _Late(name, write_further) for name in (*further, _TOLD)}
    made = _slotted(cls, parts, stand_ins) if options["slots"] else _added(cls, stand_ins)
    return made


def _slotted(cls: type, parts: Mapping[str, Any], stand_ins: Mapping[str, Any]) -> type:
    """Make a class anew with a slot for each field; the fields' defaults would be in the way of these."""
    fields = get_annotations(cls)
    kept = {name: part for name, part in parts.items() if name not in fields}
    return _made(cls, {"__slots__": tuple(fields), **kept, **stand_ins})


def _added(cls: type, stand_ins: Mapping[str, Any]) -> type:
    for name, stand_in in stand_ins.items():
        setattr(cls, name, stand_in)
    return cls


def _made(cls: type, parts: Mapping[str, Any]) -> type:
    return type(cls)(cls.__name__, cls.__bases__, dict(parts))


def _twin(cls: type, parts: Mapping[str, Any], **options: bool) -> Any:  # noqa: ANN401 - a dataclass
    """Make the class that Python's own decorator makes."""
    decorate: Callable[..., Any] = dataclasses.dataclass
    return decorate(**options)(_made(cls, parts))


def _move(written: Mapping[str, Any], made: type, names: Iterable[str]) -> None:
    for name in names:
        if name in written:
            setattr(made, name, written[name])
        elif name in vars(made):
            delattr(made, name)


def _instances_of(made: type, fields: Sequence[dataclasses.Field[Any]], *, frozen: bool) -> dict[str, Any]:
    """Give what makes instances of a class, and where they are frozen what refuses changes."""
    init = _init(made, fields, "_set(self, {name!r}, {value})" if frozen else "self.{name} = {value}")
    if not frozen:
        return {"__init__": init}
    names = {field.name for field in fields}

    def set_it(self: object, name: str, value: object) -> None:
        if type(self) is made or name in names:
            _refuse(f"cannot assign to field {name!r}")
        object.__setattr__(self, name, value)

    def delete_it(self: object, name: str) -> None:
        if type(self) is made or name in names:
            _refuse(f"cannot delete field {name!r}")
        object.__delattr__(self, name)

    return {"__init__": init, "__setattr__": set_it, "__delattr__": delete_it}


def _refuse(message: str) -> NoReturn:
    raise dataclasses.FrozenInstanceError(message)


def _init(made: type, fields: Sequence[dataclasses.Field[Any]], setting: str) -> Callable[..., None]:
    """Write what makes an instance, as Python's own decorator does."""
    known: dict[str, Any] = {"_set": object.__setattr__, "_missing": _MISSING}
    known |= {f"_default_{field.name}": field.default for field in fields}
    known |= {f"_new_{field.name}": field.default_factory for field in fields}
    values = ((field.name, _value(field)) for field in fields)
    lines = [setting.format(name=name, value=value) for name, value in values if value]
    lines += ["self.__post_init__()"] if hasattr(made, "__post_init__") else []
    source = f"def __init__({', '.join(_parameters(fields))}):\n  " + "\n  ".join(lines or ["pass"])
    exec(source, known)  # noqa: S102 - the names of fields are all that is in it
    init: Callable[..., None] = known["__init__"]
    init.__qualname__, init.__module__ = f"{made.__qualname__}.__init__", made.__module__
    init.__annotations__ = {field.name: field.type for field in fields if field.init} | {"return": None}
    return init


def _parameters(fields: Iterable[dataclasses.Field[Any]]) -> Iterator[str]:
    """List an instance's parameters, those by keyword alone behind the others."""
    given = [field for field in fields if field.init]
    yield "self"
    yield from (_parameter(field) for field in given if not field.kw_only)
    if any(field.kw_only for field in given):
        yield "*"
        yield from (_parameter(field) for field in given if field.kw_only)


def _parameter(field: dataclasses.Field[Any]) -> str:
    if field.default is not _MISSING:
        return f"{field.name}=_default_{field.name}"
    return field.name if field.default_factory is _MISSING else f"{field.name}=_missing"


def _value(field: dataclasses.Field[Any]) -> str | None:
    """Write the value that an instance gets for a field; None where it gets none."""
    name, is_made = field.name, field.default_factory is not _MISSING
    if not field.init:
        return f"_new_{name}()" if is_made else None if field.default is _MISSING else f"_default_{name}"
    return f"_new_{name}() if {name} is _missing else {name}" if is_made else name


if TYPE_CHECKING:
    from dataclasses import dataclass
else:
    dataclass = _dataclass
