"""Whether a database has all migrations of its project: rows for tables of tomorrow, or of yesterday, help nobody."""

from __future__ import annotations

from seedkit.core.names import listed
from seedkit.errors import UnmigratedDatabaseError
from seedkit.files.trusted_project import TrustedProject
from seedkit.orm.migrations import read_migrations
from seedkit.postgres.catalog.applied_revisions import applied_revisions
from seedkit.postgres.catalog.database_comment import database_name
from seedkit.postgres.catalog.tables import read_catalog
from seedkit.postgres.connection import Connection
from seedkit.postgres.driver_errors import explained
from seedkit.postgres.time_outs import work_without_time_outs


def refuse_unmigrated(connection: Connection, project: TrustedProject, named: str | None = None) -> None:
    """Raise UnmigratedDatabaseError where Alembic's heads are not what the database has; `named` is its alembic.ini.

    Raises ConfigurationError where the migrations can't be read, or don't know what the database has.
    """
    migrations = read_migrations(project, named)
    with explained("reading the database's revision"), work_without_time_outs(connection, roll_back=True):
        catalog = read_catalog(connection)
        applied = applied_revisions(connection, catalog, migrations.table, migrations.schema)
        database = database_name(connection)
    if missing := migrations.missing(applied):
        at = f"at revision {listed(sorted(applied))}" if applied else "at no revision"
        raise UnmigratedDatabaseError(
            f'database "{database}" is {at}, and the migrations lead to {listed(sorted(migrations.heads))}',
            origin=migrations.origin,
            detail=f"Not run yet: {listed(missing)}.",
            hint=f"Nothing was changed. Run: alembic upgrade {'head' if len(migrations.heads) == 1 else 'heads'}",
        )
