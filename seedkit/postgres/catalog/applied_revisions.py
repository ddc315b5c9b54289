"""The revisions that a table of versions keeps: what Alembic has done to the database."""

from __future__ import annotations

from psycopg import sql

from seedkit.core.relations import Catalog, Relation
from seedkit.errors import ConfigurationError
from seedkit.postgres.connection import Connection


def applied_revisions(connection: Connection, catalog: Catalog, table: str, schema: str | None) -> tuple[str, ...]:
    """Read the revisions that were applied; none where there is no such table.

    Without a schema it is the table that the search path finds, else the only one of its name.
    """
    found = _version_table(catalog, table, schema)
    if found is None:
        return ()
    name = sql.Identifier(found.name.schema, found.name.name)
    statement = sql.SQL("select version_num::pg_catalog.text from only {}").format(name)
    return tuple(revision for (revision,) in connection.execute(statement))


def _version_table(catalog: Catalog, table: str, schema: str | None) -> Relation | None:
    found = [each for each in catalog.relations if each.name.name == table and each.kind == "r"]
    if schema is not None:
        found = [each for each in found if each.name.schema == schema]
    visible = [each for each in found if each.visible] or found
    if len(visible) > 1:
        names = " and ".join(str(each.name) for each in visible)
        raise ConfigurationError(
            f"{names} may all be Alembic's table of versions",
            hint="Name its schema in alembic.ini: version_table_schema = ….",
        )
    return visible[0] if visible else None
