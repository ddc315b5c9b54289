"""The tables that other tools' fixtures mean, as the connected database has them."""

from __future__ import annotations

from seedkit.core.catalog import Table
from seedkit.core.fixture_language.file_names import typed_name
from seedkit.postgres.catalog.tables import read_catalog, read_tables
from seedkit.postgres.connection import Connection


class CatalogTables:
    """The tables of the connected database, each read when it is asked for."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._catalog = read_catalog(connection)
        self._tables: dict[int, Table] = {}
        self._names: dict[int, str] = {}

    def find(self, text: str) -> Table | None:
        """Find a table by its typed name."""
        relation = self._catalog.find(text, kinds="rp")
        return None if relation is None else self.table(relation.oid)

    def table(self, oid: int) -> Table:
        """Return a table by its OID."""
        if oid not in self._tables:
            self._tables |= read_tables(self._connection, [oid])
        return self._tables[oid]

    def typed(self, table: Table) -> str:
        """Give the name by which a fixture finds a table."""
        if table.oid not in self._names:
            relation = next(each for each in self._catalog.relations if each.oid == table.oid)
            self._names[table.oid] = typed_name(self._catalog, relation)
        return self._names[table.oid]
