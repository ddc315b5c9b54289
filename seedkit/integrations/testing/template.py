"""Makes the tests' template: the schema by the project's hook, then the rows; and says what was wrong with either."""

from __future__ import annotations

import inspect
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext, suppress
from pathlib import Path
from typing import cast

from seedkit.api.seeding import seed, seed_request
from seedkit.config import Settings
from seedkit.core.planning.load_plan import Selection
from seedkit.errors import NothingToSeedError, Origin, ProtectedDatabaseError, SeedkitError, UsageError, lines
from seedkit.files.fixture_files import find_fixture_files, is_data_file
from seedkit.files.paths import shown_path
from seedkit.files.seeder_modules import find_seeder_files
from seedkit.integrations.testing.schema import Schema, sql_files
from seedkit.runner.database import ConfiguredDatabase, opened
from seedkit.runner.seed import refuse_production

_HINT = (
    "Write the fixture seedkit_schema into conftest.py, which returns alembic_migrations(), sqlalchemy_metadata(Base), "
    "django_migrations() or sql_files(…) from seedkit.integrations.schemas; or name SQL files in pyproject.toml: "
    'schema = ["schema.sql"] in [tool.seedkit.embedded].'
)


def project_schema(settings: Settings) -> Schema:
    """Make the tables by the files that the project names for its embedded server; raises UsageError without any."""
    if settings.embedded is None or not settings.embedded.schema:
        raise UsageError("it is not known what makes the tables of the tests' template", hint=_HINT)
    return sql_files(*settings.embedded.schema)


def schema_of(given: object) -> Schema:
    """Read what a hook has returned: a Schema, or a function that makes the tables in the database of a URL."""
    if isinstance(given, Schema):
        return given
    if callable(given):
        function = cast("Callable[[str], None]", given)
        return Schema(create=function, content=lambda: iter([source_of(function)]))
    raise UsageError(f"seedkit_schema gives {type(given).__name__}, which makes no tables", hint=_HINT)


def source_of(function: Callable[..., object]) -> bytes:
    """Read the source of a function; of one that has none, its name."""
    try:
        return inspect.getsource(inspect.unwrap(function)).encode(errors="surrogateescape")
    except (OSError, TypeError):
        return repr(getattr(function, "__qualname__", "")).encode()


def fill(url: str, settings: Settings, schema: Schema, seeds: Sequence[str] | None) -> None:
    """Make the tables in an empty database, and seed them: all, or what is named; raises SeedkitError."""
    create(schema, url)
    if seeds is None and not _is_anything_to_seed(settings):
        return
    if seeds is None or seeds:
        nothing = suppress(NothingToSeedError) if seeds is None and not _is_surely_to_seed(settings) else nullcontext()
        with schema.connected(url) as connection, nothing:
            seed(
                tuple(seeds or ()),
                connection=connection,
                url=url if connection is None else None,
                directory=settings.project,
                environment=settings.environment,
            )


def create(schema: Schema, url: str) -> None:
    """Make the tables in an empty database; whatever goes wrong is told with its place in the project."""
    with _told_as_ours():
        schema.create(url)


def told_content(schema: Schema) -> Sequence[bytes]:
    """Read what tells a schema from another; what is wrong with it is told here first, before anything is made."""
    with _told_as_ours():
        return list(schema.content())


@contextmanager
def _told_as_ours() -> Iterator[None]:
    try:
        yield
    except SeedkitError:
        raise
    except Exception as error:
        first, *further = str(error).strip().splitlines() or ["no message"]
        raise SeedkitError(
            f"the tables could not be made: {type(error).__name__}: {first}",
            origin=_place(error),
            detail=lines(further) if further else None,
        ) from error


def refuse_a_production_server(url: str, source: str, settings: Settings) -> None:
    """Raise ProtectedDatabaseError where the database that names a server is a production one."""
    request = seed_request(settings, Selection(environment=settings.environment))
    with opened(ConfiguredDatabase(conninfo=url, source=source), read_only=True) as connection:
        try:
            refuse_production(connection, request)
        except ProtectedDatabaseError as error:
            named = "--seedkit-url, SEEDKIT_TEST_URL, or none of them for the embedded one"
            error.hint = f"Nothing was changed. Name a server for tests: {named}."
            raise


def _place(error: Exception) -> Origin | None:
    """Say where an error passed through a file below the current folder that is no installed library, innermost."""
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if _is_of_the_project(Path(frame.filename))]
    return Origin(path=shown_path(Path(frames[-1].filename)), line=frames[-1].lineno) if frames else None


def _is_of_the_project(path: Path) -> bool:
    ours = Path(__file__).parents[1]
    return path.is_relative_to(Path.cwd()) and "site-packages" not in path.parts and not path.is_relative_to(ours)


def _is_surely_to_seed(settings: Settings) -> bool:
    """Whether there is more than CSV and JSON, which may be there for something else."""
    fixtures = find_fixture_files(settings.fixtures)
    return not all(map(is_data_file, fixtures)) or bool(find_seeder_files(settings.seeders))


def _is_anything_to_seed(settings: Settings) -> bool:
    return bool(find_fixture_files(settings.fixtures) or find_seeder_files(settings.seeders))
