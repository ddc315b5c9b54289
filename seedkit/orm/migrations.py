"""What a project's Alembic migrations say: their heads, where the database keeps its revisions, and what is missing.

Alembic imports the modules of the migrations, as it does for `alembic history`; env.py is looked at and never run.
"""

from __future__ import annotations

import ast
import contextlib
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from msgspec import Struct

from seedkit.core.names import listed
from seedkit.errors import ConfigurationError, Origin
from seedkit.files.paths import shown_path
from seedkit.files.project_folder import read_toml
from seedkit.files.trusted_project import TrustedProject

if TYPE_CHECKING:
    from alembic.config import Config
    from alembic.script import ScriptDirectory

_Result = TypeVar("_Result")

VERSION_TABLE = "alembic_version"


class Migrations(Struct, frozen=True, kw_only=True):
    """A project's migrations; `schema` is None where no file names that of the table of versions."""

    script: ScriptDirectory
    origin: Origin
    heads: tuple[str, ...]
    table: str
    schema: str | None

    def missing(self, applied: Sequence[str]) -> list[str]:
        """List the revisions that `alembic upgrade heads` would run, the first one first.

        Raises ConfigurationError where the database has one that the project doesn't know.
        """
        known = {revision.revision for revision in self.script.walk_revisions()}
        if strange := [revision for revision in applied if revision not in known]:
            raise ConfigurationError(
                f"the database is at revision {listed(strange)}, which no migration of this project has",
                origin=self.origin,
                hint="Its migrations are newer than these files, or another project's: bring the files up to date.",
            )
        steps = self.script.iterate_revisions("heads", tuple(applied) or "base", implicit_base=True)
        return [step.revision for step in steps][::-1]


def read_migrations(project: TrustedProject, named: str | None = None) -> Migrations:
    """Read a project's migrations, by the alembic.ini that is named or stands in its folder, or by its pyproject.toml.

    Raises ConfigurationError where there are none, where Alembic is not installed, or where it can't read them.
    """
    path = _configuration(project, named)
    with _in_folder(project.folder):
        config = _explained(path, lambda: _config(path))
        script = _explained(path, lambda: _scripts(config, project))
        heads = _explained(path, lambda: tuple(script.get_heads()))
        env = Path(script.env_py_location)
        written = _explained(env, lambda: _written_in_env(env))
    return Migrations(
        script=script,
        origin=Origin(path=shown_path(path)),
        heads=heads,
        table=config.get_main_option("version_table") or written.get("version_table", VERSION_TABLE),
        schema=config.get_main_option("version_table_schema") or written.get("version_table_schema"),
    )


def _configuration(project: TrustedProject, named: str | None) -> Path:
    pyproject = project.folder / "pyproject.toml"
    path = project.folder / (named or "alembic.ini")
    if named is None and not path.is_file() and _is_for_alembic(pyproject):
        path = pyproject
    if not path.is_file():
        raise ConfigurationError(
            f"there is no {named or 'alembic.ini'} in {project.folder}, nor [tool.alembic] in its pyproject.toml",
            hint="Alembic's heads are asked for. Name its file in ALEMBIC_CONFIG, or leave out --require-migrated or "
            "its setting, require-migrated in pyproject.toml.",
        )
    project.refuse(path)
    return path


def _is_for_alembic(pyproject: Path) -> bool:
    return pyproject.is_file() and "alembic" in read_toml(pyproject).get("tool", {})


def _config(path: Path) -> Config:
    try:
        from alembic.config import Config
    except ImportError as error:
        raise ConfigurationError(
            "Alembic is not installed beside seedkit, and its heads are asked for",
            hint="pip install alembic, into the environment that seedkit runs in.",
        ) from error
    if path.suffix != ".toml":
        return Config(str(path))
    try:
        return Config(toml_file=str(path))
    except TypeError as error:
        raise ConfigurationError(
            "this Alembic reads no pyproject.toml",
            origin=Origin(path=shown_path(path)),
            hint="Install Alembic 1.16 or later.",
        ) from error


def _scripts(config: Config, project: TrustedProject) -> ScriptDirectory:
    from alembic.script import ScriptDirectory

    script = ScriptDirectory.from_config(config)
    project.refuse_importable()
    project.refuse_below(Path(script.dir).absolute())
    for folder in script._version_locations:
        project.refuse_below(Path(folder).absolute())
    return script


def _explained(path: Path, read: Callable[[], _Result]) -> _Result:
    """Read what runs code of the project, or is written wrongly, and say where that failed."""
    try:
        return read()
    except ConfigurationError:
        raise
    except (Exception, SystemExit) as error:
        raise ConfigurationError(
            f"Alembic can not read the migrations: {type(error).__name__}: {error}",
            origin=Origin(path=shown_path(path)),
        ) from error


@contextlib.contextmanager
def _in_folder(folder: Path) -> Iterator[None]:
    """Be where `alembic` is run, as its paths may start there, and have the import path back as it was."""
    before = sys.path[:]
    try:
        with contextlib.chdir(folder):
            yield
    finally:
        sys.path[:] = before


def _written_in_env(path: Path) -> dict[str, str]:
    """Give the table of versions and its schema, where env.py hands them to `context.configure` as plain texts."""
    if not path.is_file():
        return {}
    calls = (node for node in ast.walk(ast.parse(path.read_bytes(), path.name)) if isinstance(node, ast.Call))
    return {
        keyword.arg: keyword.value.value
        for call in calls
        if isinstance(call.func, ast.Attribute) and call.func.attr == "configure"
        for keyword in call.keywords
        if keyword.arg in ("version_table", "version_table_schema")
        and isinstance(keyword.value, ast.Constant)
        and isinstance(keyword.value.value, str)
    }
