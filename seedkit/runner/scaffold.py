"""First files of a project: a fixture with a table's real columns, a seeder, the folders and settings."""

from __future__ import annotations

import keyword
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from msgspec import Struct

from seedkit.core.catalog import Table
from seedkit.core.fixture_language.file_names import file_stems, spare_stem, typed_name
from seedkit.core.relations import Catalog, Relation
from seedkit.core.writing.templates import (
    EXAMPLE_FIXTURE,
    EXAMPLE_SCHEMA,
    SEEDER_TEMPLATE,
    fixture_template,
    project_settings,
)
from seedkit.core.writing.yaml_text import require_unicode
from seedkit.errors import UsageError
from seedkit.files.fixture_files import find_fixture_files
from seedkit.files.new_files import refuse_existing, write_new
from seedkit.files.paths import unpacked_name
from seedkit.postgres.catalog.column_facts import read_column_facts
from seedkit.postgres.catalog.tables import read_catalog, read_tables
from seedkit.postgres.connection import Connection
from seedkit.postgres.driver_errors import explained
from seedkit.runner.all_tables import all_tables
from seedkit.runner.editor_schema import SCHEMA_FILE, modeline_for

_WRITE_IN_IT = "Write your rows into it, or move it away first."


class NewProject(Struct, frozen=True, kw_only=True):
    """What `init` made; `to_add` is what the pyproject.toml that is there already still lacks."""

    written: tuple[Path, ...]
    to_add: str | None


def new_fixture(connection: Connection, folder: Path, table: str) -> tuple[str, Path]:
    """Write a template for rows of a table, and give the table's name and the file; it follows a schema that is there.

    Raises CatalogError for a name that isn't there, UsageError for a file that is.
    """
    with explained("reading the table's columns"):
        catalog = read_catalog(connection)
        relation = catalog.table(table)
        [(name, path, text)] = _fixtures(connection, folder, catalog, [relation])
    return name, _written(path, text)


def new_fixtures(connection: Connection, folder: Path) -> tuple[list[Path], list[Path]]:
    """Write a template for each table that holds a project's rows and has no fixture that is called after it.

    Gives the files, and those that were there.
    """
    there = {unpacked_name(path).stem.lower(): path for path in find_fixture_files(folder)}
    with explained("reading the tables' columns"):
        catalog = read_catalog(connection)
        relations = all_tables(connection, catalog)
        texts = {path: text for _, path, text in _fixtures(connection, folder, catalog, relations)}
    missing = [path for path in texts if path.stem.lower() not in there]
    kept = [there[path.stem.lower()] for path in texts if path not in missing]
    return [_written(path, texts[path]) for path in missing], kept


def _fixtures(
    connection: Connection, folder: Path, catalog: Catalog, relations: Sequence[Relation]
) -> Iterator[tuple[str, Path, str]]:
    """Make the templates of tables: the name of each, its file, the text."""
    names = {relation.oid: typed_name(catalog, relation) for relation in relations}
    stems = file_stems(names.values())
    tables = read_tables(connection, list(names))
    shown = {other.oid: str(other.name) for other in catalog.relations}
    for oid, name in names.items():
        stem = stems[name]
        under_name = None if stem == name else name
        text = _fixture(connection, tables[oid], shown, under_name)
        followed = None if under_name else modeline_for(folder / f"{stem}.yml", folder / SCHEMA_FILE, name)
        yield name, folder / f"{stem}.yml", f"{followed}\n{text}" if followed else text


def _fixture(connection: Connection, table: Table, shown: Mapping[int, str], under_name: str | None) -> str:
    facts = read_column_facts(connection, table.oid)
    require_unicode(table)
    return fixture_template(table, facts, shown, under_name=under_name)


def new_seeder(folder: Path, name: str) -> Path:
    """Write a seeder that runs and inserts nothing yet; raises UsageError for a name that no function can have."""
    if not name.isidentifier() or keyword.iskeyword(name) or name.startswith("_"):
        wanted = spare_stem(name).replace("-", "_").lower()
        hint = f"Write {wanted}." if wanted.isidentifier() and not keyword.iskeyword(wanted) else None
        raise UsageError(f'a seeder is a function, and none can be called "{name}"', hint=hint)
    return _written(folder / f"{name}.py", SEEDER_TEMPLATE.format(name=name))


def new_project(folder: Path) -> NewProject:
    """Make folders of fixtures and seeders, each with an example, a schema and settings; what is there stays as it is.

    In a project that has a pyproject.toml tables come from elsewhere, unless there is a schema.sql.
    """
    pyproject, schema = folder / "pyproject.toml", folder / "schema.sql"
    is_new = not pyproject.exists()
    settings = project_settings([schema.name] if is_new or schema.is_file() else [])
    files = {
        folder / "fixtures" / "example.yml": EXAMPLE_FIXTURE,
        folder / "seeders" / "example.py": SEEDER_TEMPLATE.format(name="example"),
    }
    wanted = {path: text for path, text in files.items() if not _is_in_use(path.parent)}
    if is_new:
        wanted |= {} if schema.exists() else {schema: EXAMPLE_SCHEMA}
        wanted[pyproject] = settings
    for path, text in wanted.items():
        write_new(path, text)
    has_settings = is_new or "[tool.seedkit" in pyproject.read_text(encoding="utf-8", errors="replace")
    return NewProject(written=tuple(wanted), to_add=None if has_settings else settings)


def _is_in_use(folder: Path) -> bool:
    """Whether a folder has files of somebody's own, who needs no example."""
    return folder.is_dir() and any(folder.iterdir())


def _written(path: Path, text: str) -> Path:
    refuse_existing(path, _WRITE_IN_IT)
    write_new(path, text)
    return path
