"""A run of the tests, of one worker: its template, its clones, the connection that its tests share."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

from seedkit.api.seeding import seed, seed_request
from seedkit.config import Settings, load_settings
from seedkit.core.planning.load_plan import Selection
from seedkit.errors import SeedkitError, UsageError
from seedkit.integrations.testing.content import content_of
from seedkit.integrations.testing.database_url import DatabaseUrl
from seedkit.integrations.testing.template import fill, schema_of, told_content
from seedkit.orm.table_names import names_of
from seedkit.postgres.clones.rolled_back import CloneConnections
from seedkit.postgres.clones.session import CloneSession, clone_session
from seedkit.postgres.clones.templates import template_for
from seedkit.postgres.connection import Connection
from seedkit.runner.database import ConfiguredDatabase, opened
from seedkit.runner.row_lookup import row_lookup

_SOURCE = "the server for tests"
_OPTIONS = frozenset({"environment", "random_seed", "now"})


class WorkerRun:
    """What a worker has for its tests; `folder` is that of all workers."""

    connections: CloneConnections

    def __init__(self, session: CloneSession, settings: Settings, folder: Path) -> None:
        self._session = session
        self._settings = settings
        self._folder = folder
        self._shared: tuple[str, str] = "", ""
        self._lookups: WeakKeyDictionary[Connection, Callable[[str], object]] = WeakKeyDictionary()

    def template(self, given: object, hook: bytes, seeds: Sequence[str] | None, *, recreate: bool) -> str:
        """Give the name of the template; raises SeedkitError once, and for further workers a word of that."""
        schema = schema_of(given)
        seeds = None if seeds is None else names_of("seedkit_seeds", seeds)
        content = content_of(self._settings, (hook, *told_content(schema)), seeds)
        failed = self._folder / f"seedkit-{content}.failed"

        def build(url: str) -> None:
            if failed.exists():
                raise SeedkitError("the template could not be made: another worker tells why")
            try:
                fill(url, self._settings, schema, seeds)
            except SeedkitError:
                failed.touch()
                raise

        return template_for(self._session, content, build, anew_in=self._of_all_workers() if recreate else None)

    def shared_clone(self, template: str) -> DatabaseUrl:
        """Make the clone that all tests of the worker share."""
        self._shared = template, self._session.clone(template)
        url = self._session.url(self._shared[1])
        self.connections = CloneConnections(url)
        return DatabaseUrl(url)

    def renewed(self) -> bool:
        """Make the shared clone anew, under its name, where a test may have left something in it.

        True where it has done so by SQL of its own, which is to be told.
        """
        if not self.connections.soiled:
            return False
        by_sql = self.connections.ended
        template, name = self._shared
        self.connections.close()
        self._session.drop(name)
        self._session.clone(template, name=name)
        self.connections = CloneConnections(self._session.url(name))
        return by_sql

    def clone(self, template: str) -> DatabaseUrl:
        """Make a clone for one test."""
        return DatabaseUrl(self._session.url(self._session.clone(template)))

    def drop(self, url: DatabaseUrl) -> None:
        """Drop a clone."""
        self._session.drop(url.name)

    def load(self, names: Sequence[str], options: Mapping[str, Any], place: Mapping[str, Any]) -> None:
        """Load seeders and tables as a marker names them, on a connection or into the database of a URL."""
        if unknown := set(options) - _OPTIONS:
            raise UsageError(
                f"the marker seedkit has no option {sorted(unknown)[0]}", hint=f"It has {', '.join(sorted(_OPTIONS))}."
            )
        environment = self._settings.environment
        arguments: dict[str, Any] = {
            "environment": environment,
            "directory": self._settings.project,
            **options,
            **place,
        }
        seed(names, **arguments)

    @contextmanager
    def references(
        self, place: Connection | str, *, environment: str | None, lasting: bool
    ) -> Iterator[Callable[[str], object]]:
        """Give what looks labelled rows up, on a connection or in the database of a URL."""
        if isinstance(place, str):
            with opened(ConfiguredDatabase(conninfo=place, source=_SOURCE), read_only=True) as connection:
                yield self._look_up_later(connection, environment, lasting=False)
        else:
            yield self._look_up_later(place, environment, lasting=lasting)

    def _look_up_later(
        self, connection: Connection, environment: str | None, *, lasting: bool
    ) -> Callable[[str], object]:
        """Read the project's files at the first question; what the template holds stays true for all tests."""
        known = self._lookups if lasting else {}

        def look_up(text: str) -> object:
            if connection not in known:
                known[connection] = self._lookup(connection, environment)
            return known[connection](text)

        return look_up

    def _lookup(self, connection: Connection, environment: str | None) -> Callable[[str], object]:
        settings = self._settings
        if environment is not None:
            settings = load_settings(environment=environment, directory=settings.project)
        request = seed_request(settings, Selection(environment=settings.environment))
        return row_lookup(connection, request)

    def _of_all_workers(self) -> str:
        """Give what the workers of one run have in common."""
        note = self._folder / "seedkit-run"
        with suppress(FileExistsError):
            note.open("x").close()
        return f"{note} {note.stat().st_mtime_ns}"


@contextmanager
def worker_run(url: str, settings: Settings, folder: Path) -> Iterator[WorkerRun]:
    """Come to a server for a run of a project's tests; at the end its clones are dropped."""
    with clone_session(url, source=_SOURCE, folder=settings.project) as session:
        run = WorkerRun(session, settings, folder)
        try:
            yield run
        finally:
            if hasattr(run, "connections"):
                run.connections.close()
