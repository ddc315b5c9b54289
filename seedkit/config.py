"""Where settings come from, and nothing else reads them.

A database: option > SEEDKIT_DATABASE_URL > DATABASE_URL > .env > [tool.seedkit] > libpq's own variables > the embedded
server, where the project has [tool.seedkit.embedded].
"""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from seedkit.core.fixtures import RANGE_ROWS, FixtureLimits
from seedkit.core.names import did_you_mean, listed
from seedkit.core.planning.protection import ENVIRONMENT_VARIABLES, NamedEnvironment
from seedkit.errors import ConfigurationError, Origin
from seedkit.files.folder_trust import Trust, refuse_strangers
from seedkit.files.project_folder import find_dotenv, find_project, read_dotenv, read_toml
from seedkit.runner.database import ConfiguredDatabase, Database, EmbeddedDatabase

URL_VARIABLES = ("SEEDKIT_DATABASE_URL", "DATABASE_URL")
LIBPQ_VARIABLES = ("PGHOST", "PGHOSTADDR", "PGSERVICE", "PGDATABASE")
TRUST_VARIABLE = "SEEDKIT_TRUST_FOLDER"
"""Counts in the environment alone: a .env lies in the folder that is to be trusted."""

_log = logging.getLogger("seedkit")
_SETTINGS = (
    "url",
    "fixtures",
    "seeders",
    "env",
    "protected-hosts",
    "embedded",
    "sql",
    "env-allowed",
    "file-folders",
    "range-rows",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """All that is configured for a project; `database` is None where none is.

    `variables` are those of the environment, completed by the .env file. `named_environments` are all that is said of
    the environment: what counts for a choice is `environment`, but none of them may say production unheard.
    """

    project: Path
    fixtures: Path
    seeders: Path
    environment: str | None
    named_environments: tuple[NamedEnvironment, ...]
    protected_hosts: tuple[str, ...]
    embedded: EmbeddedDatabase | None
    database: Database | None
    variables: Mapping[str, str] = field(repr=False)  # secrets among them
    limits: FixtureLimits


def load_settings(*, url: str | None = None, environment: str | None = None, directory: Path | None = None) -> Settings:
    """Read the settings that hold in a directory (default: the current one).

    The project is the nearest folder upward whose pyproject.toml has [tool.seedkit], else the nearest one with a
    pyproject.toml, a .git or a .env, else the directory itself; a .git or the user's home ends the search.
    Raises ConfigurationError for a setting that isn't one, a folder that is named but missing, or one of a stranger's.
    """
    directory = (directory or Path.cwd()).resolve()
    project, table, dotenv_file, dotenv = _read_files(directory)
    _refuse_unknown(table, project)
    variables = {**dotenv, **os.environ}
    embedded = _embedded(table, project)
    return Settings(
        project=project,
        fixtures=_folder(table, project, "fixtures"),
        seeders=_folder(table, project, "seeders"),
        environment=environment or variables.get("SEEDKIT_ENV") or _text(table, project, "env"),
        named_environments=tuple(_named_environments(dotenv_file, dotenv, table, project)),
        protected_hosts=tuple(_texts(table, project, "protected-hosts")),
        embedded=embedded,
        database=next(_databases(url, dotenv_file, dotenv, table, project), embedded),
        variables=variables,
        limits=_limits(table, project),
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


def _read_files(directory: Path) -> tuple[Path, dict[str, Any], str, dict[str, str]]:
    """Find the project and its .env, neither a stranger's; say which folder it is where that is not the current one."""
    project, table, signs = find_project(directory, home=_home())
    trust = _trust()
    folders = (name for name in ("fixtures", "seeders") if name not in table)
    refuse_strangers(project, (*signs, ".env", *folders), current=directory, trust=trust)
    if project != directory:
        _log.info("the project is %s, found by its %s", project, signs[0])
    path = find_dotenv(directory, project)
    if path is None:
        return project, table, "", {}
    refuse_strangers(path.parent, (path.name,), current=directory, trust=trust)
    return project, table, str(path), read_dotenv(path)


def _trust() -> Trust:
    sudo_user = os.environ.get("SUDO_UID", "")
    return Trust(
        user=os.geteuid() if sys.platform != "win32" else -1,
        sudo_user=int(sudo_user) if sudo_user.isdecimal() else None,
        folders=lambda: (*os.environ.get(TRUST_VARIABLE, "").split(os.pathsep), *_trusted_by_the_user()),
        variable=TRUST_VARIABLE,
        configuration=str(_user_configuration()),
    )


def _home() -> Path | None:
    with suppress(RuntimeError):  # a user without a home
        return Path.home().resolve()
    return None


def _user_configuration() -> Path:
    configured = os.environ.get("XDG_CONFIG_HOME", "")
    folder = Path(configured) if configured.startswith("/") else (_home() or Path("/")) / ".config"
    return folder / "seedkit" / "config.toml"


def _trusted_by_the_user() -> list[str]:
    """Read the user's own configuration, unless it is somebody else's: after `su` HOME may be."""
    path = _user_configuration()
    if not _is_file(path) or path.stat().st_uid != os.geteuid():
        return []
    table = read_toml(path)
    folders = table.get("trust-folders", [])
    if set(table) <= {"trust-folders"} and isinstance(folders, list) and all(isinstance(each, str) for each in folders):
        return [str(Path(folder).expanduser()) for folder in folders]
    raise ConfigurationError(
        "the user's configuration takes trust-folders, a list of folders, and nothing else", origin=Origin(path=path)
    )


def _databases(
    url: str | None, dotenv_file: str, dotenv: Mapping[str, str], table: Mapping[str, Any], project: Path
) -> Iterator[Database]:
    """Give the databases that are named, the one that counts first."""
    if url:
        yield ConfiguredDatabase(conninfo=url, source="--url")
    for source, named in _set_variables(URL_VARIABLES, dotenv_file, dotenv):
        yield ConfiguredDatabase(conninfo=named, source=source)
    if configured := _text(table, project, "url"):
        yield ConfiguredDatabase(conninfo=configured, source="[tool.seedkit] url in pyproject.toml")
    for name in LIBPQ_VARIABLES:
        if os.environ.get(name):
            yield ConfiguredDatabase(conninfo="", source=name)


def _named_environments(
    dotenv_file: str, dotenv: Mapping[str, str], table: Mapping[str, Any], project: Path
) -> Iterator[NamedEnvironment]:
    for source, name in _set_variables(ENVIRONMENT_VARIABLES, dotenv_file, dotenv):
        yield NamedEnvironment(name=name, source=source)
    if configured := _text(table, project, "env"):
        yield NamedEnvironment(name=configured, source="[tool.seedkit] env in pyproject.toml")


def _set_variables(names: Sequence[str], dotenv_file: str, dotenv: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Give what is set of some variables, with its source: those of the environment, then those of the .env."""
    for variables, source in ((os.environ, "{}"), (dotenv, f"{{}} in {dotenv_file}")):
        for name in names:
            if variables.get(name):
                yield source.format(name), variables[name]


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


def _limits(table: Mapping[str, Any], project: Path) -> FixtureLimits:
    sql, rows = table.get("sql", True), table.get("range-rows", RANGE_ROWS)
    if not isinstance(sql, bool):
        raise _wrong(project, "[tool.seedkit] sql must be true or false")
    if not isinstance(rows, int) or isinstance(rows, bool) or rows < 1:
        raise _wrong(project, "[tool.seedkit] range-rows must be a whole number from 1 up")
    folders = tuple(project / name for name in _texts(table, project, "file-folders"))
    if missing := [folder for folder in folders if not _is_folder(folder)]:
        raise _wrong(project, f"[tool.seedkit] file-folders names a folder that does not exist: {missing[0]}")
    return FixtureLimits(
        sql=sql,
        environment=tuple(_texts(table, project, "env-allowed")) if "env-allowed" in table else None,
        folders=folders,
        range_rows=rows,
    )


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
