"""Describes a project's fixtures for editors, by the live catalog, and says whether the description is still true."""

from __future__ import annotations

import json
import os
from pathlib import Path

from seedkit.core.fixture_language.file_names import typed_name
from seedkit.core.writing.described_tables import TableToDescribe
from seedkit.core.writing.fixture_schema import fixture_schema, modeline
from seedkit.postgres.catalog.comments import read_table_comments
from seedkit.postgres.catalog.tables import read_catalog, read_tables_and_joins
from seedkit.postgres.connection import Connection
from seedkit.postgres.driver_errors import explained
from seedkit.postgres.generation.rules import read_rules
from seedkit.runner.project import joins_between

SCHEMA_FILE = ".schema.json"
"""Beside the fixtures; what is hidden there is no fixture."""


def editor_schema(connection: Connection) -> str:
    """Give the JSON Schema of the fixtures of all tables, as text; waits for others' locks, and keeps none."""
    with explained("reading the tables"):
        catalog = read_catalog(connection)
        oids = [relation.oid for relation in catalog.relations if relation.kind in "rp"]
        tables, joins = read_tables_and_joins(connection, oids, oids)
        rules, comments = read_rules(connection, tables).tables, read_table_comments(connection, oids)
    relations = {relation.oid: relation for relation in catalog.relations}
    names = {oid: typed_name(catalog, relations[oid]) for oid in tables}
    joining = list(joins.values())
    schema = fixture_schema(
        TableToDescribe(
            name=names[oid],
            rules=rules[oid],
            joins=[relations[join.other_table].name.name for join in joins_between(table, joining, catalog)],
            comment=comments.get(oid),
            references=names,
        )
        for oid, table in tables.items()
    )
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def modeline_for(fixture: Path, schema: Path, name: str) -> str | None:
    """Give the line that ties a fixture to its table's definition, None where there is no schema to tie it to."""
    if not schema.is_file():
        return None
    return modeline(Path(os.path.relpath(schema, fixture.parent)).as_posix(), name)
