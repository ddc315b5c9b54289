"""Seeders: Python functions that insert rows, and the mark that declares them."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeAlias, TypeVar, overload

from msgspec import Struct

from seedkit.errors import LoadOrderError, Origin, lines

SeederFunction: TypeAlias = "Callable[[Any], object]"
_Function = TypeVar("_Function", bound=SeederFunction)

MARK = "__seedkit_seeder__"
"""The attribute by which a marked function is recognised."""

ALL_MARKED = "__seedkit_seeders__"
"""Where a module keeps all that were marked in it: a later one may have taken an earlier one's name."""


class SeederOptions(Struct, frozen=True, kw_only=True):
    """What `@seeder(...)` says of a function; what it has in place of a table's name is as it was given."""

    name: str | None = None
    depends_on: tuple[Any, ...] = ()
    tables: tuple[Any, ...] = ()
    environments: tuple[str, ...] = ()


class Seeder(Struct, frozen=True, kw_only=True):
    """A function that inserts rows, with its place in the run."""

    name: str
    function: SeederFunction
    origin: Origin
    description: str = ""
    depends_on: tuple[str, ...] = ()
    tables: tuple[str, ...] = ()
    environments: tuple[str, ...] = ()


@overload
def seeder(function: _Function, /) -> _Function: ...
@overload
def seeder(
    *,
    name: str | None = None,
    depends_on: Sequence[Any] = (),
    tables: Sequence[Any] = (),
    environments: Sequence[str] = (),
) -> Callable[[_Function], _Function]: ...


def seeder(
    function: _Function | None = None,
    /,
    *,
    name: str | None = None,
    depends_on: Sequence[Any] = (),
    tables: Sequence[Any] = (),
    environments: Sequence[str] = (),
) -> _Function | Callable[[_Function], _Function]:
    """Declare a function of one argument, the `SeedContext`, as a seeder.

    `name` defaults to the function's own. `depends_on` names seeders or tables that must be done before.
    `tables` names the tables it fills, which places it in the order of the foreign keys. With neither,
    it runs after all fixtures, by name. With `environments` it runs only where `--env` is one of them.
    Classes that SQLAlchemy maps and models of Django do in place of their tables' names.
    """
    options = SeederOptions(
        name=name,
        depends_on=_names("depends_on", depends_on),
        tables=_names("tables", tables),
        environments=_names("environments", environments),
    )

    def mark(marked: _Function) -> _Function:
        innermost = inspect.unwrap(marked)
        if not inspect.isfunction(innermost):
            raise TypeError(f"@seeder marks a function, not {marked!r}; options go by name")
        setattr(marked, MARK, options)
        innermost.__globals__.setdefault(ALL_MARKED, []).append(marked)
        return marked

    return mark if function is None else mark(function)


def _names(option: str, names: Sequence[Any]) -> tuple[Any, ...]:
    if isinstance(names, str):
        raise TypeError(f'{option} takes a list of names: write {option}=["{names}"]')
    if not isinstance(names, Iterable):
        raise TypeError(f"{option} takes a list: write {option}=[{getattr(names, '__name__', names)}]")
    return tuple(names)


def circle_of(names: Sequence[str], seeders: Sequence[Seeder]) -> LoadOrderError:
    """Explain that steps need each other, seeders among them."""
    return LoadOrderError(
        f"depends_on goes in a circle: {' → '.join([*names, names[0]])}",
        origin=seeders[0].origin,
        detail=lines(_declared(seeder) for seeder in seeders),
        hint="Take one of these names out of a depends_on.",
    )


def _declared(seeder: Seeder) -> str:
    return f"{seeder.origin}: {seeder.name} depends on {', '.join([*seeder.depends_on, *seeder.tables])}"
