"""A seed may ask that the database has all of Alembic's migrations, and is refused where one is missing."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
import pytest

pytest.importorskip("alembic")

from alembic.config import Config
from typer.testing import CliRunner

from seedkit import seed
from seedkit.cli.app import app
from seedkit.errors import ConfigurationError, UnmigratedDatabaseError
from tests.conftest import Write
from tests.integrations.with_alembic.alembic_projects import add_migration, new_project, upgrade

Connection = psycopg.Connection[Any]
USERS = 'op.create_table("users", sa.Column("id", sa.Integer, primary_key=True), sa.Column("name", sa.Text))'
NAMES = 'op.add_column("users", sa.Column("email", sa.Text))'


@pytest.fixture
def migrated(project: Write, alembic_url: str, monkeypatch: pytest.MonkeyPatch, database: str) -> Config:
    """A project whose first migration has run."""
    folder = project({"fixtures/users.yml": "- {id: 1, name: Ada}\n"})
    config = new_project(folder, alembic_url)
    add_migration(folder, "0001", USERS)
    upgrade(config)
    monkeypatch.setenv("DATABASE_URL", database)
    return config


def seeded(*options: str) -> tuple[int, str]:
    ran = CliRunner().invoke(app, ["seed", "--require-migrated", *options])
    return ran.exit_code, ran.stderr


def names(connection: Connection) -> list[str]:
    return [name for (name,) in connection.execute("select name from users")]


def test_a_database_at_the_head_is_seeded(migrated: Config, connection: Connection) -> None:
    code, _ = seeded()

    assert code == 0
    assert names(connection) == ["Ada"]


def test_one_that_lacks_a_migration_is_refused(migrated: Config, tmp_path: Path, connection: Connection) -> None:
    add_migration(tmp_path, "0002", NAMES, after="0001")
    add_migration(tmp_path, "0003", NAMES, after="0002")

    code, told = seeded()

    assert code == 2
    assert told == (
        f'error: database "{connection.info.dbname}" is at revision "0001", and the migrations lead to "0003"\n'
        "  at alembic.ini\n"
        '  Not run yet: "0002", "0003".\n'
        "\n"
        "hint: Nothing was changed. Run: alembic upgrade head\n"
    )
    assert names(connection) == []


def test_one_without_any_revision_is_refused_before_its_tables_are_missed(
    migrated: Config, connection: Connection
) -> None:
    connection.execute("drop table users, alembic_version")

    code, told = seeded()

    assert code == 2
    assert 'is at no revision, and the migrations lead to "0001"' in told


def test_in_python_it_is_an_option_too(migrated: Config, tmp_path: Path) -> None:
    seed(require_migrated=True)
    add_migration(tmp_path, "0002", NAMES, after="0001")

    with pytest.raises(UnmigratedDatabaseError):
        seed(require_migrated=True)


def test_a_setting_asks_for_it_in_every_run(migrated: Config, tmp_path: Path, project: Write) -> None:
    project({"pyproject.toml": "[tool.seedkit]\nrequire-migrated = true\n"})
    add_migration(tmp_path, "0002", NAMES, after="0001")

    with pytest.raises(UnmigratedDatabaseError):
        seed()


def test_a_database_that_is_newer_than_the_files_is_refused(migrated: Config, connection: Connection) -> None:
    connection.execute("update alembic_version set version_num = 'beef'")

    with pytest.raises(ConfigurationError, match='at revision "beef", which no migration of this project has'):
        seed(require_migrated=True)


@pytest.mark.parametrize("merged", [False, True], ids=["two heads", "merged"])
def test_all_heads_count(migrated: Config, tmp_path: Path, merged: bool) -> None:
    add_migration(tmp_path, "0002a", 'op.execute("create table a ()")', after="0001")
    add_migration(tmp_path, "0002b", 'op.execute("create table b ()")', after="0001")
    if merged:
        add_migration(tmp_path, "0003", "pass", after=("0002a", "0002b"))

    with pytest.raises(UnmigratedDatabaseError, match='"0003"' if merged else '"0002a", "0002b"') as refused:
        seed(require_migrated=True)
    upgrade(migrated)
    seed(require_migrated=True)

    assert str(refused.value).endswith("Run: alembic upgrade head" + ("" if merged else "s"))


def test_a_branch_that_depends_on_another_stands_for_both(
    migrated: Config, tmp_path: Path, connection: Connection
) -> None:
    add_migration(tmp_path, "b1", 'op.execute("create table b ()")', labels=("billing",), depends_on="0001")
    upgrade(migrated)

    seed(require_migrated=True)

    assert names(connection) == ["Ada"]


WRITTEN = {
    "env.py": 'version_table="versions"',
    "a schema in env.py": 'version_table="versions", version_table_schema="meta"',
}


@pytest.mark.parametrize("written", WRITTEN.values(), ids=WRITTEN)
def test_the_table_of_versions_is_the_one_that_env_py_names(
    project: Write, alembic_url: str, database: str, connection: Connection, written: str
) -> None:
    folder = project({"fixtures/users.yml": "- {id: 1, name: Ada}\n"})
    config = new_project(folder, alembic_url)
    env, line = folder / "migrations" / "env.py", "connection=connection,"
    env.write_text(env.read_text(encoding="utf-8").replace(line, f"{line} {written},"), encoding="utf-8")
    add_migration(folder, "0001", USERS)
    connection.execute("create schema meta; create table alembic_version (version_num text)")
    upgrade(config)

    seed(url=database, require_migrated=True)

    assert names(connection) == ["Ada"]


def test_one_in_a_schema_that_is_not_searched_is_found(migrated: Config, connection: Connection) -> None:
    connection.execute("create schema meta; alter table alembic_version set schema meta")

    seed(require_migrated=True)

    assert names(connection) == ["Ada"]


def test_the_files_are_found_from_a_folder_below_and_by_their_name(
    migrated: Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, project: Write
) -> None:
    project({"pyproject.toml": "[tool.seedkit]\n", "deep/down/x": "", "db/x": ""})
    ini = tmp_path / "alembic.ini"
    relative = ini.read_text(encoding="utf-8").replace("%(here)s/migrations", "migrations")
    ini.write_text(relative.replace(str(tmp_path / "migrations"), "migrations"), encoding="utf-8")
    path = sys.path[:]
    monkeypatch.chdir(tmp_path / "deep" / "down")

    seed(require_migrated=True)
    ini.rename(tmp_path / "alembic-of-us.ini")
    monkeypatch.setenv("ALEMBIC_CONFIG", "alembic-of-us.ini")
    seed(require_migrated=True)

    assert sys.path == path


@pytest.mark.skipif(not hasattr(Config, "get_alembic_option"), reason="this Alembic reads no pyproject.toml")
def test_alembic_may_be_configured_in_pyproject_toml(migrated: Config, tmp_path: Path, project: Write) -> None:
    (tmp_path / "alembic.ini").unlink()
    project({"pyproject.toml": '[tool.alembic]\nscript_location = "%(here)s/migrations"\n'})
    seed(require_migrated=True)
    add_migration(tmp_path, "0002", NAMES, after="0001")

    with pytest.raises(UnmigratedDatabaseError):
        seed(require_migrated=True)


def test_without_files_of_alembic_it_is_said_what_was_looked_for(migrated: Config, tmp_path: Path) -> None:
    (tmp_path / "alembic.ini").unlink()

    code, told = seeded()

    assert code == 2
    assert f"there is no alembic.ini in {tmp_path}, nor [tool.alembic] in its pyproject.toml" in told
    assert "leave out --require-migrated or its setting, require-migrated in pyproject.toml." in told


def test_without_alembic_it_is_said_what_is_missing(migrated: Config, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "alembic.config", None)

    code, told = seeded()

    assert code == 2
    assert "error: Alembic is not installed beside seedkit, and its heads are asked for" in told


def broken_module(folder: Path) -> None:
    add_migration(folder, "0002", "pass", after="0001", imports="import no_such_module")


def broken_line(folder: Path) -> None:
    add_migration(folder, "0002", "pass", after="no-such-revision")


def no_folder(folder: Path) -> None:
    (folder / "migrations").rename(folder / "gone")


def broken_env(folder: Path) -> None:
    (folder / "migrations" / "env.py").write_text("from alembic import\n", encoding="utf-8")


@pytest.mark.parametrize("break_it", [broken_module, broken_line, no_folder, broken_env])
@pytest.mark.filterwarnings("ignore:Revision no-such-revision")
def test_migrations_that_can_not_be_read_are_told_as_such(
    migrated: Config, tmp_path: Path, break_it: Callable[[Path], None]
) -> None:
    break_it(tmp_path)

    code, told = seeded()

    assert code == 2
    assert told.startswith("error: Alembic can not read the migrations: ")
    assert "Traceback" not in told


def test_env_py_is_not_run(migrated: Config, tmp_path: Path, connection: Connection) -> None:
    (tmp_path / "migrations" / "env.py").write_text("raise SystemExit('run')", encoding="utf-8")

    seed(require_migrated=True)

    assert names(connection) == ["Ada"]


@pytest.mark.skipif(os.geteuid() != 0, reason="needs root: only root can make files of others")
@pytest.mark.parametrize("strange", ["alembic.ini", "migrations/versions/0001.py", "migrations"])
def test_what_a_stranger_has_put_among_the_migrations_is_not_run(
    migrated: Config, tmp_path: Path, strange: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("SEEDKIT_TRUST_FOLDER", "SUDO_UID"):
        monkeypatch.delenv(name, raising=False)
    script = tmp_path / "migrations" / "versions" / "0001.py"
    script.write_text(script.read_text(encoding="utf-8") + "\nraise SystemExit('run')\n", encoding="utf-8")
    os.chown(tmp_path / strange, 4712, 4712)

    code, told = seeded()

    assert code == 2
    assert "belongs to uid 4712" in told
