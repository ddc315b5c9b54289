"""The pytest plugin: a database for each worker, made once and kept, in which each test leaves nothing behind.

It is loaded in every pytest run where seedkit is installed, so it imports nothing before a test asks for a database.
What its fixtures do is written in `testing/`; docs/in-pytest.md tells how they are used.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import pytest

if TYPE_CHECKING:
    from seedkit.config import Settings
    from seedkit.integrations.testing.database_url import DatabaseUrl
    from seedkit.integrations.testing.rows import GeneratedRows
    from seedkit.integrations.testing.run import WorkerRun
    from seedkit.postgres.clones.rolled_back import RolledBackConnection

pytest_plugins = ["seedkit.integrations.testing.django_order"]
_Opened = TypeVar("_Opened")
_SEEDED = pytest.StashKey[bool]()
_HOOK_SOURCE = pytest.StashKey[bytes]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options, and what stands in the configuration file."""
    group = parser.getgroup("seedkit")
    group.addoption(
        "--seedkit-url",
        metavar="URL",
        help="the server to make the tests' databases on, by a database there, in which nothing is changed",
    )
    group.addoption("--seedkit-recreate", action="store_true", help="make the template of the tests' databases anew")
    parser.addini("seedkit_url", "as --seedkit-url")
    parser.addini("seedkit_environment", "the environment whose fixtures and seeders are loaded", default="test")
    parser.addini("seedkit_project", "the folder of the project, from the root directory", default=".")


def pytest_configure(config: pytest.Config) -> None:
    """Name the marker."""
    config.addinivalue_line(
        "markers",
        'seedkit(*names, environment="test"): load these seeders or tables for the test; they go with it',
    )


def pytest_fixture_setup(fixturedef: pytest.FixtureDef[object], request: pytest.FixtureRequest) -> None:
    """Note the source of the hook that makes the schema, which a template goes with; it names files from the root."""
    if fixturedef.argname == "seedkit_schema":
        from seedkit.integrations.testing.schema import look_from
        from seedkit.integrations.testing.template import source_of

        look_from(request.config.rootpath)
        fixturedef.addfinalizer(lambda: look_from(None))
        request.config.stash[_HOOK_SOURCE] = source_of(fixturedef.func)


@pytest.hookimpl(trylast=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Fail a test whose marker nothing has read: its rows would be missing."""
    if _SEEDED not in item.stash and item.get_closest_marker("seedkit") is not None:
        pytest.fail(
            "a test that is marked seedkit takes seedkit_connection or seedkit_fresh_database, where its rows are; "
            "this one takes neither",
            pytrace=False,
        )


def pytest_exception_interact(call: pytest.CallInfo[object], node: pytest.Item) -> None:
    """Tell once what was wrong; the tests that it keeps from running only name it."""
    error = call.excinfo.value if call.excinfo else None
    if isinstance(error, pytest.fail.Exception):
        from seedkit.integrations.testing.telling import shorten

        shorten(node.config, error)


def _told(config: pytest.Config) -> AbstractContextManager[None]:
    """Fail with seedkit's own words."""
    from seedkit.integrations.testing.telling import told

    return told(config)


def _opened(config: pytest.Config, context: AbstractContextManager[_Opened]) -> AbstractContextManager[_Opened]:
    from seedkit.integrations.testing.telling import opened

    return opened(config, context)


@pytest.fixture(scope="session")
def _seedkit_settings(pytestconfig: pytest.Config) -> Settings:
    with _told(pytestconfig):
        from seedkit.config import load_settings

        directory = pytestconfig.rootpath / pytestconfig.getini("seedkit_project")
        return load_settings(environment=pytestconfig.getini("seedkit_environment"), directory=directory)


@pytest.fixture(scope="session")
def seedkit_server(pytestconfig: pytest.Config, _seedkit_settings: Settings) -> Iterator[str]:
    """Give the URL of the server: that of --seedkit-url, else the embedded one. Override it to bring another."""
    with _told(pytestconfig):
        from seedkit.config import filled
        from seedkit.integrations.testing.server import chosen_server

        named = filled("--seedkit-url", pytestconfig.getoption("--seedkit-url")) or pytestconfig.getini("seedkit_url")
        server = chosen_server(_seedkit_settings, named)
    with _opened(pytestconfig, server) as url:
        yield url


@pytest.fixture(scope="session")
def seedkit_schema(pytestconfig: pytest.Config, _seedkit_settings: Settings) -> object:
    """Tell what makes the tables. Override it, and return what a function of seedkit.integrations.schemas gives."""
    with _told(pytestconfig):
        from seedkit.integrations.testing.template import project_schema

        return project_schema(_seedkit_settings)


@pytest.fixture(scope="session")
def seedkit_seeds() -> Sequence[str] | None:
    """Name the seeders and tables for the template. Override it: None is all of them, [] none."""
    return None


@pytest.fixture(scope="session")
def _seedkit_run(
    pytestconfig: pytest.Config,
    seedkit_server: str,
    _seedkit_settings: Settings,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[WorkerRun]:
    with _told(pytestconfig):
        from seedkit.integrations.testing.run import worker_run

        working = worker_run(seedkit_server, _seedkit_settings, _folder_of_all(pytestconfig, tmp_path_factory))
    with _opened(pytestconfig, working) as run:
        yield run


def _folder_of_all(config: pytest.Config, factory: pytest.TempPathFactory) -> Path:
    """Give the folder that this run has for itself, which is the same for all workers of pytest-xdist."""
    folder = factory.getbasetemp()
    return folder.parent if hasattr(config, "workerinput") else folder


@pytest.fixture(scope="session")
def seedkit_template(
    pytestconfig: pytest.Config, seedkit_schema: object, seedkit_seeds: Sequence[str] | None, _seedkit_run: WorkerRun
) -> str:
    """Name the database that all others are clones of; made once, and kept as long as what it is made from."""
    with _told(pytestconfig):
        return _seedkit_run.template(
            seedkit_schema,
            pytestconfig.stash.get(_HOOK_SOURCE, b""),
            seedkit_seeds,
            recreate=pytestconfig.getoption("--seedkit-recreate"),
        )


@pytest.fixture(scope="session")
def seedkit_database(pytestconfig: pytest.Config, seedkit_template: str, _seedkit_run: WorkerRun) -> DatabaseUrl:
    """Give the URL of this worker's own clone of the template."""
    with _told(pytestconfig):
        return _seedkit_run.shared_clone(seedkit_template)


@pytest.fixture
def seedkit_connection(
    request: pytest.FixtureRequest,
    seedkit_database: DatabaseUrl,  # noqa: ARG001
    _seedkit_run: WorkerRun,
) -> Iterator[RolledBackConnection]:
    """Connect to the worker's clone by psycopg; what the test does is rolled back, and sequences are put back.

    It is not in autocommit mode. The test, and what it calls, may commit and roll back: that ends no more than a
    savepoint.
    """
    with _seedkit_run.connections.for_a_test() as connection:
        with _told(request.config):
            _load_marked(request, _seedkit_run, connection=connection)
        yield connection
    if _seedkit_run.renewed():
        pytest.fail(
            "the test ended its transaction by SQL, so that it could not be rolled back; its database was made anew. "
            "A test that commits by itself takes seedkit_fresh_database",
            pytrace=False,
        )


@pytest.fixture
def seedkit_fresh_database(
    request: pytest.FixtureRequest, seedkit_template: str, _seedkit_run: WorkerRun
) -> Iterator[DatabaseUrl]:
    """Give the URL of a clone for this test alone, in which it may commit; dropped afterwards."""
    with _told(request.config):
        url = _seedkit_run.clone(seedkit_template)
    try:
        with _told(request.config):
            _load_marked(request, _seedkit_run, url=url)
        yield url
    finally:
        _seedkit_run.drop(url)


@pytest.fixture
def seedkit_sequences(_seedkit_run: WorkerRun, seedkit_database: DatabaseUrl) -> Iterator[None]:  # noqa: ARG001
    """Put all sequences of the worker's clone back after the test, for tests on connections of others."""
    yield
    _seedkit_run.connections.put_sequences_back()


@pytest.fixture
def seedkit_ref(request: pytest.FixtureRequest, _seedkit_run: WorkerRun) -> Iterator[Callable[[str], object]]:
    """Look labelled rows up: `seedkit_ref("users.ada")` is the key, `seedkit_ref("users.ada.email")` another column."""
    marker = request.node.get_closest_marker("seedkit")
    environment = marker.kwargs.get("environment") if marker else None
    fresh = "seedkit_fresh_database" in request.fixturenames
    place = request.getfixturevalue("seedkit_fresh_database" if fresh else "seedkit_connection")
    with _seedkit_run.references(place, environment=environment, lasting=not fresh and marker is None) as look_up:

        def looked_up(text: str) -> object:
            with _told(request.config):
                return look_up(text)

        yield looked_up


@pytest.fixture
def seedkit_rows(
    request: pytest.FixtureRequest, seedkit_connection: RolledBackConnection, _seedkit_settings: Settings
) -> GeneratedRows:
    """Generate rows in the test's own transaction: `seedkit_rows.generate("users", 100, plan="pro")`."""
    from seedkit.integrations.testing.rows import GeneratedRows

    return GeneratedRows(seedkit_connection, _seedkit_settings, lambda: _told(request.config))


def _load_marked(request: pytest.FixtureRequest, run: WorkerRun, **place: object) -> None:
    """Load what the test's markers name, the outermost first."""
    for marker in reversed(list(request.node.iter_markers("seedkit"))):
        run.load(marker.args, marker.kwargs, place)
    request.node.stash[_SEEDED] = True
