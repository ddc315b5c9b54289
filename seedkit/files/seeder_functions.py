"""Which functions of a module are seeders: those that are marked, and one that is called `seed`."""

from __future__ import annotations

import inspect
import linecache
from pathlib import Path
from types import CodeType, FunctionType, ModuleType
from typing import cast

from seedkit.core.planning.seeders import ALL_MARKED, MARK, Seeder, SeederFunction, SeederOptions
from seedkit.errors import Origin, SeederError
from seedkit.files.paths import shown_path

_EXAMPLE = "A seeder looks like this: @seeder above def users(db: SeedContext) -> None."


def seeders_of(module: ModuleType, path: Path) -> list[Seeder]:
    """List the seeders that a module defines, as they stand there; raises SeederError where it has none."""
    found = [value for value in vars(module).values() if _is_seeder(value, module)]
    functions = {id(function): function for function in [*_overwritten(module), *found]}
    if not functions:
        raise SeederError(
            "the module defines no seeder",
            origin=Origin(path=shown_path(path), line=1),
            hint=f"{_EXAMPLE} Begin the name of a module without seeders with _.",
        )
    in_order = sorted(functions.values(), key=lambda function: own_code(function).co_firstlineno)
    return [_seeder(function, path) for function in in_order]


def _overwritten(module: ModuleType) -> list[SeederFunction]:
    """Give the marked functions whose name a later one has taken, as one in a loop does."""
    names = vars(module)
    marked = names.get(ALL_MARKED, [])
    return [each for each in marked if names.get(each.__name__) is not each and names.get(each.__name__) in marked]


def _is_seeder(value: object, module: ModuleType) -> bool:
    # Lazy proxies (of Flask, of Django) run code when they are looked at; the static look runs none.
    marked = inspect.getattr_static(value, MARK, None) is not None
    plain = type(value) is FunctionType and value.__name__ == "seed"
    return (marked or plain) and getattr(value, "__module__", None) == module.__name__


def _seeder(function: SeederFunction, path: Path) -> Seeder:
    options: SeederOptions = getattr(function, MARK, SeederOptions())
    own_name = _composed(path.stem) if function.__name__ == "seed" else function.__name__
    name = options.name or own_name
    origin = Origin(path=shown_path(path), line=_definition_line(function))
    _require_callable(name, function, origin)
    return Seeder(
        name=name,
        function=function,
        origin=origin,
        description=(inspect.getdoc(function) or "").partition("\n")[0],
        depends_on=options.depends_on,
        tables=options.tables,
        environments=options.environments,
    )


def _composed(name: str) -> str:
    """Spell a file's name as it is typed: macOS keeps its letters decomposed."""
    from unicodedata import normalize

    return normalize("NFC", name)


def _require_callable(name: str, function: SeederFunction, origin: Origin) -> None:
    if inspect.iscoroutinefunction(function) or inspect.isasyncgenfunction(function):
        raise SeederError(f'seeder "{name}" is async', origin=origin, hint=_EXAMPLE)
    if inspect.isgeneratorfunction(function):
        hint = "Give the rows to db.insert: it takes any iterable, a generator too."
        raise SeederError(f'seeder "{name}" is a generator: nothing in it would run', origin=origin, hint=hint)
    signature = inspect.signature(function)
    try:
        signature.bind(None)
    except TypeError:
        message = f'seeder "{name}" must take one argument, the SeedContext, not {signature}'
        raise SeederError(message, origin=origin, hint=_EXAMPLE) from None


def _definition_line(function: SeederFunction) -> int:
    """Give the line of `def`; a code's first line is that of the first decorator."""
    code = own_code(function)
    for number in range(code.co_firstlineno, len(linecache.getlines(code.co_filename)) + 1):
        if linecache.getline(code.co_filename, number).lstrip().startswith(("def ", "async def ")):
            return number
    return code.co_firstlineno


def own_code(function: SeederFunction) -> CodeType:
    """Give the code of a function below what it was wrapped in."""
    return cast("FunctionType", inspect.unwrap(function)).__code__
