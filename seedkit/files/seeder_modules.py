"""Seeder modules: imports the Python files of a folder, which define seeders. Runs none of them.

Modules live in a package of seedkit's own, so that no `users.py` hides the application's. The project's folder
is put first on `sys.path` and the folder last, and both stay there, since a seeder may import while it runs.
So `from app.models import User`, `from seeders._shared import x`, `from ._shared import x` and
`import _shared` all work.
"""

from __future__ import annotations

import importlib
import importlib.util
import stat
import sys
import traceback
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import TypeVar

from seedkit.core.planning.seeders import Seeder
from seedkit.errors import Origin, SeederError
from seedkit.files.paths import files_below, shown_path
from seedkit.files.seeder_functions import own_code, seeders_of
from seedkit.files.trusted_project import TrustedProject

_Result = TypeVar("_Result")

PACKAGE = "seedkit_seeders"
"""The package whose modules the seeder files are; a file's module is named after its place in the folder."""

_DJANGO_IS_NOT_SET_UP = ("AppRegistryNotReady", "ImproperlyConfigured")
_SET_UP_DJANGO = (
    'Run it as `manage.py seed` (INSTALLED_APPS += ["seedkit.integrations.django"]), which sets Django up; '
    "in code of your own call django.setup() first."
)


def find_seeders(folder: Path, project: TrustedProject) -> list[Seeder]:
    """Import the modules below a folder and list their seeders, by file and place in it.

    None where there is no folder. Raises SeederError, and ConfigurationError for a stranger's file among those that may
    be imported.
    """
    folder = folder.absolute()
    if not folder.exists():
        return []
    project.refuse_importable()
    project.refuse_below(folder)
    paths = find_seeder_files(folder)
    _enter_package(folder, project.folder.absolute())
    seeders = [seeder for path in paths for seeder in seeders_of(_import_trusted(folder, path, project), path)]
    _require_unique_names(seeders)
    return seeders


def find_seeder_files(folder: Path) -> list[Path]:
    """List the modules below a folder, sorted; none where there is no folder. Those that begin with `_` are none."""
    if not folder.exists():
        return []
    try:
        return [path for path in files_below(folder, frozenset({".py"})) if not path.name.startswith("_")]
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        origin = Origin(path=shown_path(Path(error.filename or folder)))
        raise SeederError(f"cannot read the folder of seeders: {reason}", origin=origin) from error


def traceback_origin(error: BaseException, seeder: Seeder) -> Origin:
    """Say where an error passed through the seeder's own file, innermost; else where the seeder stands."""
    line = _line_in(own_code(seeder.function).co_filename, error)
    return seeder.origin if line is None else Origin(path=seeder.origin.path, line=line)


_places: list[str] = []
"""What `sys.path` has for the sake of the folder in use."""


def _enter_package(folder: Path, project: Path) -> None:
    package = sys.modules.get(PACKAGE)
    if package is not None:
        if package.__path__[0] == str(folder):
            return
        _leave_package(Path(package.__path__[0]))
    _add_place(str(project), 0)
    _add_place(str(folder), len(sys.path))
    importlib.invalidate_caches()
    try:
        _import_package(folder)
    except SeederError:
        _leave_package(folder)
        raise


def _leave_package(folder: Path) -> None:
    for name, module in list(sys.modules.items()):
        file = getattr(module, "__dict__", {}).get("__file__")
        stands_there = isinstance(file, str) and Path(file).is_relative_to(folder)
        if stands_there or name.partition(".")[0] == PACKAGE:
            del sys.modules[name]
    sys.path[:] = [place for place in sys.path if place not in _places]
    _places.clear()


def _add_place(place: str, index: int) -> None:
    if place not in sys.path:
        sys.path.insert(index, place)
        _places.append(place)


def _import_package(folder: Path) -> None:
    package = ModuleType(PACKAGE)
    package.__path__ = [str(folder)]
    sys.modules[PACKAGE] = package
    first = folder / "__init__.py"
    if first.exists():
        _explained(first, partial(_run_package, package, first))


def _run_package(package: ModuleType, first: Path) -> None:
    spec = importlib.util.spec_from_file_location(PACKAGE, first, submodule_search_locations=[*package.__path__])
    if spec and spec.loader:
        package.__spec__, package.__file__ = spec, str(first)
        spec.loader.exec_module(package)


def _import_trusted(folder: Path, path: Path, project: TrustedProject) -> ModuleType:
    project.refuse(path)  # once more: while others were imported, a stranger may have put another file there
    _refuse_irregular(path)
    name = ".".join([PACKAGE, *path.relative_to(folder).with_suffix("").parts])
    return _explained(path, partial(importlib.import_module, name))


def _refuse_irregular(path: Path) -> None:
    """Raise SeederError for what can't be a module, in the words that fixtures have; Python would say it is missing."""
    try:
        found = path.stat()
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise SeederError(f"cannot read the seeder module: {reason}", origin=Origin(path=shown_path(path))) from error
    if stat.S_ISDIR(found.st_mode):
        raise SeederError(
            "a directory stands where a seeder module should",
            origin=Origin(path=shown_path(path)),
            hint="Docker makes a directory for a file it is told to mount and can't find.",
        )
    if not stat.S_ISREG(found.st_mode):
        raise SeederError("the seeder module is not a regular file", origin=Origin(path=shown_path(path)))


def _explained(path: Path, run: Callable[[], _Result]) -> _Result:
    try:
        return run()
    except (Exception, SystemExit) as error:
        raise _import_failed(path, error) from error


def _import_failed(path: Path, error: BaseException) -> SeederError:
    reason = error.msg if isinstance(error, SyntaxError) and error.filename == str(path) else str(error)
    return SeederError(
        f"cannot import the seeder module: {type(error).__name__}: {reason}",
        origin=Origin(path=shown_path(path), line=_line_in(str(path), error) or 1),
        hint=_remedy(error),
    )


def _remedy(error: BaseException) -> str | None:
    if isinstance(error, ModuleNotFoundError):
        return (
            "Modules are found in the project's folder and among what is installed: install what is missing, your own "
            "project too if its code is in src/ (pip install -e .), or name its folder in PYTHONPATH."
        )
    django = type(error).__module__ == "django.core.exceptions"
    return _SET_UP_DJANGO if django and type(error).__name__ in _DJANGO_IS_NOT_SET_UP else None


def _line_in(file: str, error: BaseException) -> int | None:
    if isinstance(error, SyntaxError) and error.filename == file:
        return error.lineno
    frames = traceback.walk_tb(error.__traceback__)
    lines = [line for frame, line in frames if frame.f_code.co_filename == file]
    return lines[-1] if lines else None


def _require_unique_names(seeders: Iterable[Seeder]) -> None:
    by_name: dict[str, Seeder] = {}
    for seeder in seeders:
        first = by_name.setdefault(seeder.name, seeder)
        if first is not seeder:
            raise SeederError(
                f'two seeders are named "{seeder.name}"',
                origin=seeder.origin,
                detail=f"the first one is at {first.origin}",
                hint='Give one of them another name: @seeder(name="...").',
            )
