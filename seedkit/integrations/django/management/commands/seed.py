"""`manage.py seed`: fixtures and seeders into a database of the settings, models at work in the run's transaction."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, ArgumentTypeError
from contextlib import redirect_stdout
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django import conf
from msgspec.structs import replace

from seedkit.api.seeding import plan_on, seed_on, seed_request
from seedkit.config import Settings, filled, load_settings
from seedkit.core.planning.load_plan import Selection
from seedkit.core.reports.columns import few
from seedkit.core.reports.sequences import counted
from seedkit.errors import CatalogError, SeedkitError, UnmigratedDatabaseError
from seedkit.integrations.django.commands import SeedkitCommand
from seedkit.integrations.django.databases import migrations_to_apply, opened
from seedkit.printable import on_one_line
from seedkit.reports.json import plan_json, seed_json
from seedkit.reports.text import plan_text, seed_text
from seedkit.runner.seed import SeedRequest

_MIGRATE = "Run `manage.py migrate`."


class Command(SeedkitCommand):
    """Seeds; the fixtures and seeders are those of settings.BASE_DIR."""

    help = "Load fixtures, run seeders, fix the sequences touched. All or nothing, what models write included."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add the options of `seedkit seed`, but for those that settings.DATABASES answers."""
        super().add_arguments(parser)
        add = parser.add_argument
        add("names", nargs="*", metavar="NAME", help="Seeders or tables; they bring what they depend on.")
        add("--except", dest="excluded", action="append", metavar="NAME", help="Leave out a seeder or table.")
        add("--env", metavar="NAME", help="Also run what is marked for this environment.")
        add("--list", action="store_true", help="Show the order, and run nothing.")
        add("--random-seed", type=int, default=0, metavar="N", help="Fake values depend on this number.")
        add("--now", type=_moment, metavar="TIME", help="The run's moment, in UTC.")
        add("--force", action="store_true", help="Seed a production database all the same.")
        add("--fresh", action="store_true", help="Empty the planned tables first.")
        add("--confirm", metavar="NAME", help="The database's name, which --fresh asks for.")
        add("--bulk-fk", action="store_true", help="Check the foreign keys of empty tables once, at the end.")
        add("--wait", action="store_true", help="First lock the planned tables until their writers have committed.")
        add("--no-sql", action="store_true", help="Refuse fixtures with !sql.")
        add("--require-migrated", action="store_true", help="Refuse while a migration is not applied.")

    def work(self, options: dict[str, Any]) -> None:
        """Seed, or list what would be done."""
        connection = opened(options["database"])
        settings = _settings(filled("--env", options["env"]))
        if (options["require_migrated"] or settings.require_migrated) and (told := _not_migrated(connection)):
            raise UnmigratedDatabaseError(told, hint=f"Nothing was changed. {_MIGRATE}")
        request = _request(settings, options)
        work = self._list if options["list"] else self._seed
        try:
            work(connection, request, options)
        except CatalogError as error:
            raise _with_what_is_missing(error, connection) from error

    def _seed(self, connection: Any, request: SeedRequest, options: dict[str, Any]) -> None:  # noqa: ANN401
        if request.fresh and not request.dry_run and request.confirmation is None:
            request = replace(request, confirmation=_asked(connection))
        with redirect_stdout(sys.stderr):  # a seeder's print is no part of the report
            report = seed_on(connection, request)
        self.show(seed_json(report) if options["json"] else seed_text(report), options)
        self.end_unless(report.right)

    def _list(self, connection: Any, request: SeedRequest, options: dict[str, Any]) -> None:  # noqa: ANN401
        plan = plan_on(connection, request)
        self.show(plan_json(plan) if options["json"] else plan_text(plan), options)


def _asked(connection: Any) -> str | None:  # noqa: ANN401
    """Have the database's name typed; None where nobody is there to answer."""
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        return None
    name, host = connection.settings_dict["NAME"], connection.settings_dict["HOST"] or "this machine"
    told = (
        f'--fresh empties the planned tables of database "{name}" on {host}. Type the name of the database to go on: '
    )
    sys.stderr.write(on_one_line(told))
    sys.stderr.flush()
    return sys.stdin.readline().strip() or None


def _settings(environment: str | None) -> Settings:
    """Read what holds for the project in BASE_DIR; its database is Django's matter."""
    base = getattr(conf.settings, "BASE_DIR", None)
    if base is None:
        return load_settings(environment=environment)
    return load_settings(environment=environment, directory=Path(base), is_project=True)


def _request(settings: Settings, options: dict[str, Any]) -> SeedRequest:
    selection = Selection(
        names=tuple(options["names"]), excluded=tuple(options["excluded"] or ()), environment=settings.environment
    )
    return replace(
        seed_request(settings, selection, sql=not options["no_sql"]),
        random_seed=options["random_seed"],
        now=options["now"],
        dry_run=options["dry_run"],
        force=options["force"],
        fresh=options["fresh"],
        confirmation=options["confirm"],
        bulk_foreign_keys=options["bulk_fk"],
        wait=options["wait"],
        lock_timeout=options["lock_timeout"],
    )


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise ArgumentTypeError("write a time as 2026-01-31 or 2026-01-31T12:00:00") from None
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)


def _not_migrated(connection: Any) -> str | None:  # noqa: ANN401
    missing = migrations_to_apply(connection)
    return f"{counted(len(missing), 'migration')} not applied: {few(missing)}" if missing else None


def _with_what_is_missing(error: SeedkitError, connection: Any) -> SeedkitError:  # noqa: ANN401
    """Say of a table or column that is not there that its migration may be what is missing."""
    if told := _not_migrated(connection):
        error.detail, error.hint = told, _MIGRATE
    return error
