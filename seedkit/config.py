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

from seedkit.core.fixtures import FROM_DATABASE, FROM_LABELS, RANGE_ROWS, FixtureLimits
from seedkit.core.planning.protection import ENVIRONMENT_VARIABLES, NamedEnvironment
from seedkit.core.reports.gate_rules import IgnoreRule
from seedkit.errors import ConfigurationError, Origin, UsageError
from seedkit.files.folder_trust import Trust, refuse_strangers
from seedkit.files.project_folder import find_dotenv, find_project, read_dotenv, read_toml
from seedkit.files.tool_settings import ToolSettings, is_file
from seedkit.files.trusted_project import TrustedProject
from seedkit.runner.database import ConfiguredDatabase, Database, EmbeddedDatabase

URL_VARIABLES = ("SEEDKIT_DATABASE_URL", "DATABASE_URL")
TEST_URL_VARIABLE = "SEEDKIT_TEST_URL"
"""Names a server for tests, which make databases of their own there; no command looks at it."""
LIBPQ_VARIABLES = ("PGHOST", "PGHOSTADDR", "PGSERVICE", "PGDATABASE")
TRUST_VARIABLE = "SEEDKIT_TRUST_FOLDER"
"""Counts in the environment alone: a .env lies in the folder that is to be trusted."""

_log = logging.getLogger("seedkit")


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """All that is configured for a project; `database` is None where none is.

    `variables` are those of the environment, completed by the .env file. `named_environments` are all that is said of
    the environment: what counts for a choice is `environment`, but none of them may say production unheard.
    `refinements` say what is generated, by the version `generator` where the project names one.
    """

    project: Path
    trusted: TrustedProject
    fixtures: Path
    seeders: Path
    environment: str | None
    named_environments: tuple[NamedEnvironment, ...]
    protected_hosts: tuple[str, ...]
    embedded: EmbeddedDatabase | None
    database: Database | None
    variables: Mapping[str, str] = field(repr=False)  # secrets among them
    limits: FixtureLimits
    refinements: Path
    generator: int | None
    ignored_sequences: tuple[IgnoreRule, ...]
    require_migrated: bool

    @property
    def alembic_file(self) -> str | None:
        """The file that Alembic is told to read, as by itself; None for the usual one."""
        return self.variables.get("ALEMBIC_CONFIG") or None


def load_settings(
    *,
    url: str | None = None,
    named: str = "--url",
    environment: str | None = None,
    directory: str | Path | None = None,
    is_project: bool = False,
    require_migrated: bool = False,
) -> Settings:
    """Read the settings that hold in a directory (default: the current one).

    The project is the nearest folder upward whose pyproject.toml has [tool.seedkit], else the nearest one with a
    pyproject.toml, a .git or a .env, else the directory itself; a .git or the user's home ends the search.
    With `is_project` it is the directory, unless a [tool.seedkit] names another. `named` is what the url is told by.
    Raises ConfigurationError for a setting that isn't one, a folder that is named but missing, or one of a stranger's;
    UsageError for an empty url, and where the directory is none.
    """
    url = filled(named, url)
    project, table, dotenv_file, dotenv = _read_files(_folder(directory), is_project=is_project)
    tool = ToolSettings(project, table)
    variables = {**dotenv, **os.environ}
    fixtures, seeders, limits, embedded = (
        tool.folder("fixtures"),
        tool.folder("seeders"),
        _limits(tool),
        _embedded(tool),
    )
    trusted = TrustedProject(folder=project, fixtures=fixtures, seeders=seeders, trust=_trust())
    refinements, generator = tool.refinements()
    trusted.refuse(fixtures, seeders, refinements, *limits.folders, *(embedded.schema if embedded else ()))
    return Settings(
        project=project,
        trusted=trusted,
        fixtures=fixtures,
        seeders=seeders,
        environment=environment or variables.get("SEEDKIT_ENV") or tool.text("env"),
        named_environments=tuple(_named_environments(dotenv_file, dotenv, tool)),
        protected_hosts=tuple(tool.texts("protected-hosts")),
        embedded=embedded,
        database=next(_databases(url, named, dotenv_file, dotenv, tool), embedded),
        variables=variables,
        limits=limits,
        refinements=refinements,
        generator=generator,
        ignored_sequences=tool.ignored_sequences(),
        require_migrated=tool.flag("require-migrated", default=False) or require_migrated,
    )


def filled(option: str, text: str | None) -> str | None:
    """Give the text of an option; raises UsageError for an empty one, which must not pass for one left out."""
    if text is None or text.strip():
        return text
    hint = f"Give it a value, or leave {option} out; a variable that stands for it may not be set."
    raise UsageError(f"{option} is empty", hint=hint)


def _folder(directory: str | Path | None) -> Path:
    folder = Path(directory or "").resolve()
    if directory and not folder.is_dir():
        raise UsageError(f"directory is no folder: {folder}", hint="Name the project's, where its pyproject.toml is.")
    return folder


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


def _read_files(directory: Path, *, is_project: bool) -> tuple[Path, dict[str, Any], str, dict[str, str]]:
    """Find the project and its .env, neither a stranger's; say which folder it is where that is not the current one."""
    project, table, signs = find_project(directory, home=_home(), is_project=is_project)
    trust = _trust()
    folders = (name for name in ("fixtures", "seeders") if name not in table)
    refuse_strangers(project, (*signs, ".env", "generate.yml", *folders), current=directory, trust=trust)
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
    if not is_file(path) or path.stat().st_uid != os.geteuid():
        return []
    table = read_toml(path)
    folders = table.get("trust-folders", [])
    if set(table) <= {"trust-folders"} and isinstance(folders, list) and all(isinstance(each, str) for each in folders):
        return [str(Path(folder).expanduser()) for folder in folders]
    raise ConfigurationError(
        "the user's configuration takes trust-folders, a list of folders, and nothing else", origin=Origin(path=path)
    )


def _databases(
    url: str | None, named: str, dotenv_file: str, dotenv: Mapping[str, str], tool: ToolSettings
) -> Iterator[Database]:
    """Give the databases that are named, the one that counts first."""
    if url:
        yield ConfiguredDatabase(conninfo=url, source=named)
    for source, conninfo in _set_variables(URL_VARIABLES, dotenv_file, dotenv):
        yield ConfiguredDatabase(conninfo=conninfo, source=source)
    if configured := tool.text("url"):
        yield ConfiguredDatabase(conninfo=configured, source="[tool.seedkit] url in pyproject.toml")
    for name in LIBPQ_VARIABLES:
        if os.environ.get(name):
            yield ConfiguredDatabase(conninfo="", source=name)


def _named_environments(dotenv_file: str, dotenv: Mapping[str, str], tool: ToolSettings) -> Iterator[NamedEnvironment]:
    for source, name in _set_variables(ENVIRONMENT_VARIABLES, dotenv_file, dotenv):
        yield NamedEnvironment(name=name, source=source)
    if configured := tool.text("env"):
        yield NamedEnvironment(name=configured, source="[tool.seedkit] env in pyproject.toml")


def _set_variables(names: Sequence[str], dotenv_file: str, dotenv: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Give what is set of some variables, with its source: those of the environment, then those of the .env."""
    for variables, source in ((os.environ, "{}"), (dotenv, f"{{}} in {dotenv_file}")):
        for name in names:
            if variables.get(name):
                yield source.format(name), variables[name]


def _limits(tool: ToolSettings) -> FixtureLimits:
    return FixtureLimits(
        sql=tool.flag("sql", default=True),
        environment=tuple(tool.texts("env-allowed")) if tool.has("env-allowed") else None,
        folders=tool.folders("file-folders"),
        range_rows=tool.count("range-rows", default=RANGE_ROWS),
        ids_from_labels=tool.one_of("ids", (FROM_LABELS, FROM_DATABASE)) == FROM_LABELS,
    )


def _embedded(tool: ToolSettings) -> EmbeddedDatabase | None:
    schema = tool.embedded_schema()
    return None if schema is None else EmbeddedDatabase(project=tool.project, schema=schema)
