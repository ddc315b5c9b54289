"""Where settings come from, and nothing else reads them.

A database: option > SEEDKIT_DATABASE_URL > DATABASE_URL > .env > [tool.seedkit] > libpq's own variables > the embedded
server, where the project has [tool.seedkit.embedded].
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from seedkit.core.names import did_you_mean, listed
from seedkit.errors import ConfigurationError, Origin
from seedkit.runner.database import ConfiguredDatabase, Database, EmbeddedDatabase

URL_VARIABLES = ("SEEDKIT_DATABASE_URL", "DATABASE_URL")
LIBPQ_VARIABLES = ("PGHOST", "PGHOSTADDR", "PGSERVICE", "PGDATABASE")
_PROJECT_SIGNS = ("pyproject.toml", ".git", ".env")
_SETTINGS = ("url", "fixtures", "seeders", "env", "protected-hosts", "embedded")


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """All that is configured for a project; `database` is None where none is.

    `variables` are those of the environment, completed by the .env file.
    """

    project: Path
    fixtures: Path
    seeders: Path
    environment: str | None
    protected_hosts: tuple[str, ...]
    embedded: EmbeddedDatabase | None
    database: Database | None
    variables: Mapping[str, str] = field(repr=False)  # secrets among them


def load_settings(*, url: str | None = None, environment: str | None = None, directory: Path | None = None) -> Settings:
    """Read the settings that hold in a directory (default: the current one).

    The project is the nearest folder upward whose pyproject.toml has [tool.seedkit], else the nearest one with a
    pyproject.toml, a .git or a .env, else the directory itself.
    Raises ConfigurationError for a setting that isn't one or a folder that is named but missing.
    """
    directory = (directory or Path.cwd()).resolve()
    project, table = _project(directory)
    _refuse_unknown(table, project)
    dotenv_file, dotenv = _dotenv(directory, project)
    variables = {**dotenv, **os.environ}
    embedded = _embedded(table, project)
    return Settings(
        project=project,
        fixtures=_folder(table, project, "fixtures"),
        seeders=_folder(table, project, "seeders"),
        environment=environment or variables.get("SEEDKIT_ENV") or _text(table, project, "env"),
        protected_hosts=tuple(_texts(table, project, "protected-hosts")),
        embedded=embedded,
        database=next(_databases(url, dotenv_file, dotenv, table, project), embedded),
        variables=variables,
    )


def required_database(settings: Settings) -> Database:
    """Return the configured database; raise ConfigurationError, naming DATABASE_URL, where there is none."""
    if settings.database is not None:
        return settings.database
    raise ConfigurationError(
        "no database is configured",
        detail=f"Looked at --url, {', '.join(URL_VARIABLES)}, .env, [tool.seedkit] url and PGHOST, "
        f"from {settings.project}.",
        hint="Set DATABASE_URL=postgresql://user:password@localhost:5432/database, or add [tool.seedkit.embedded] to "
        "pyproject.toml to work on an embedded server.",
    )


def required_embedded(settings: Settings) -> EmbeddedDatabase:
    """Return the project's embedded database; raise ConfigurationError where the project has none."""
    if settings.embedded is not None:
        return settings.embedded
    raise ConfigurationError(
        f"the project in {settings.project} has no embedded server",
        hint='Add to pyproject.toml: [tool.seedkit.embedded] with schema = ["schema.sql"].',
    )


def _databases(
    url: str | None, dotenv_file: str, dotenv: Mapping[str, str], table: Mapping[str, Any], project: Path
) -> Iterator[Database]:
    """Give the databases that are named, the one that counts first."""
    if url:
        yield ConfiguredDatabase(conninfo=url, source="--url")
    for variables, source in ((os.environ, "{}"), (dotenv, f"{{}} in {dotenv_file}")):
        for name in URL_VARIABLES:
            if variables.get(name):
                yield ConfiguredDatabase(conninfo=variables[name], source=source.format(name))
    if configured := _text(table, project, "url"):
        yield ConfiguredDatabase(conninfo=configured, source="[tool.seedkit] url in pyproject.toml")
    for name in LIBPQ_VARIABLES:
        if os.environ.get(name):
            yield ConfiguredDatabase(conninfo="", source=name)


def _upward(directory: Path, last: Path | None = None) -> Iterator[Path]:
    for folder in (directory, *directory.parents):
        yield folder
        if folder == last:
            return


def _project(directory: Path) -> tuple[Path, dict[str, Any]]:
    for folder in _upward(directory):
        path = folder / "pyproject.toml"
        if path.is_file():
            tools = _read_toml(path).get("tool")
            table = tools.get("seedkit") if isinstance(tools, dict) else None
            if isinstance(table, dict):
                return folder, table
    signs = (folder for folder in _upward(directory) if any((folder / sign).exists() for sign in _PROJECT_SIGNS))
    return next(signs, directory), {}


def _read_toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError, RecursionError) as error:
        raise ConfigurationError(
            "pyproject.toml can not be read", origin=Origin(path=path), detail=str(error)
        ) from error


def _dotenv(directory: Path, project: Path) -> tuple[str, dict[str, str]]:
    for folder in _upward(directory, last=project):
        path = folder / ".env"
        if path.is_file():
            from dotenv import dotenv_values

            try:
                values = dotenv_values(path, encoding="utf-8-sig")
            except (UnicodeDecodeError, OSError) as error:
                reason = "it is not UTF-8" if isinstance(error, UnicodeDecodeError) else error.strerror
                raise ConfigurationError(".env can not be read", origin=Origin(path=path), detail=reason) from None
            return str(path), {name: value for name, value in values.items() if value is not None}
    return "", {}


def _refuse_unknown(table: Mapping[str, Any], project: Path) -> None:
    for name in table:
        if name not in _SETTINGS:
            raise _wrong(project, f"[tool.seedkit] has no setting {name}", did_you_mean(name, _SETTINGS))


def _wrong(project: Path, message: str, hint: str | None = None) -> ConfigurationError:
    return ConfigurationError(
        message, origin=Origin(path=project / "pyproject.toml"), hint=hint or f"The settings are {listed(_SETTINGS)}."
    )


def _text(table: Mapping[str, Any], project: Path, name: str) -> str | None:
    value = table.get(name)
    if value is None or isinstance(value, str):
        return value
    raise _wrong(project, f"[tool.seedkit] {name} must be a string")


def _texts(table: Mapping[str, Any], project: Path, name: str) -> list[str]:
    value = table.get(name, [])
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return value
    raise _wrong(project, f"[tool.seedkit] {name} must be a list of strings")


def _folder(table: Mapping[str, Any], project: Path, name: str) -> Path:
    """Give the folder of fixtures or seeders; one that is named in pyproject.toml must be there."""
    named = _text(table, project, name)
    folder = project / (named or name)
    if named and not _is_folder(folder):
        raise _wrong(project, f"[tool.seedkit] {name} names a folder that does not exist: {folder}")
    return folder


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except OSError:  # too long a name, say
        return False


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:
        return False


def _embedded(table: Mapping[str, Any], project: Path) -> EmbeddedDatabase | None:
    embedded = table.get("embedded")
    if embedded is None:
        return None
    if not isinstance(embedded, dict) or set(embedded) - {"schema"}:
        raise _wrong(project, "[tool.seedkit.embedded] takes schema, a list of SQL files, and nothing else")
    files = tuple(project / name for name in _texts(embedded, project, "schema"))
    for path in files:
        if not _is_file(path):
            raise _wrong(project, f"[tool.seedkit.embedded] schema names a file that does not exist: {path}")
    return EmbeddedDatabase(project=project, schema=files)
