"""The header of a CSV file: each name means a column of the table, and no two the same."""

from __future__ import annotations

from collections.abc import Collection

from seedkit.core.catalog import Table
from seedkit.core.fixture_language.row_defaults import meant_column
from seedkit.core.fixtures import FixtureTable
from seedkit.core.names import did_you_mean, in_quotes, listed
from seedkit.errors import CatalogError, FixtureError, Origin

HEADER_LINE = 1


def refuse_unmeant_header(fixture: FixtureTable, table: Table, joins: Collection[str]) -> None:
    """Raise CatalogError for a name that the table has no column for, FixtureError for a column that is named twice."""
    origin, seen = Origin(path=fixture.origin.path, line=HEADER_LINE), dict[str, str]()
    for name in fixture.header:
        meant = meant_column(name, table, joins)
        if meant is None:
            raise _unknown(name, fixture, table, origin)
        column = table.find_column(meant)
        if column is not None and column.generated:
            message = f'column "{column.name}" of table {in_quotes(table.name)} is generated and can not be written'
            raise CatalogError(message, origin=origin, hint="Take its cells out of the file.")
        if meant in seen:
            message = f'"{seen[meant]}" and "{name}" both mean the column "{meant}"'
            raise FixtureError(message, origin=origin, hint="Keep one of them.")
        seen[meant] = name


def _unknown(name: str, fixture: FixtureTable, table: Table, origin: Origin) -> CatalogError:
    names = [column.name for column in table.columns if not column.generated]
    message = f'table {in_quotes(table.name)} has no column "{name}"'
    known = f"Its columns: {listed(names)}."
    if not any(meant_column(each, table, ()) for each in fixture.header):
        return CatalogError(message, origin=origin, hint=f"The first line of a CSV file names the columns. {known}")
    near = did_you_mean(name.strip(), names)
    return CatalogError(message, origin=origin, hint=f"{near} {known}" if near else known)
