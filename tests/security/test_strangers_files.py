"""Strangers' files where we look for fixtures, seeders and modules, in folders of our own or by links of our own."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from seedkit.config import load_settings
from tests.conftest import Run
from tests.security.test_strangers_folders import (
    ADA,
    LOAD,
    MALLORY,
    SEEDER,
    as_user,
    made,
    mounted,
    needs_root,
    place,
    refusal,
)

__all__ = ["mounted", "place"]  # fixtures

OURS = {"pyproject.toml": "[tool.seedkit]\n", "seeders/users.py": "def seed(db):\n    pass\n"}
TRAP = "import pathlib\n\npathlib.Path('sprung').touch()\n"


def put(path: Path, text: str, *, owner: int = MALLORY) -> Path:
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")
    os.chown(path, owner, owner)
    return path


# What seeders import


@needs_root
@pytest.mark.parametrize("sign", [{".git/HEAD": ""}, {}], ids=["a .git", "no sign at all"])
def test_nothing_is_imported_from_a_folder_above_the_project(
    place: Path, seedkit: Run, database: str, sign: dict[str, str]
) -> None:
    shared = made(place / "shared", {}, owner=0, mode=0o1777)
    seeder = "def seed(db):\n    import faker, app\n"
    ours = made(shared / "ours", {**sign, "seeders/a.py": seeder, "app.py": ""}, owner=0)
    for name in ("pyproject.toml", "faker.py"):
        put(shared / name, TRAP if name == "faker.py" else "")

    ran = seedkit("seed", cwd=ours, DATABASE_URL=database, **({"HOME": str(ours)} if not sign else {}))

    assert ran.returncode == 0, ran.stderr
    assert not (ours / "sprung").exists()


@needs_root
@pytest.mark.parametrize("name", ["faker.py", "faker/__init__.py", "faker.abi3.so"])
def test_a_strangers_module_in_a_project_where_all_may_write_is_refused(
    place: Path, seedkit: Run, database: str, name: str
) -> None:
    ours = made(place / "shop", OURS, owner=0, mode=0o1777)
    put(ours / name, TRAP)
    trap = ours / name.partition("/")[0]
    os.chown(trap, MALLORY, MALLORY)

    ran = seedkit("seed", cwd=ours, DATABASE_URL=database)

    assert ran.returncode == 2
    assert ran.stderr.startswith(f"error: {trap} belongs to uid {MALLORY}: nothing of it is run as root (uid 0)\n")
    assert not (ours / "sprung").exists()


# Files in folders where all may write


@needs_root
@pytest.mark.parametrize(
    "name", ["evil.py", "_helper.py", "below/evil.py", "__pycache__/users.cpython-311.pyc", "psycopg.abi3.so"]
)
def test_what_a_stranger_adds_to_a_folder_of_seeders_where_all_may_write_is_not_run(
    place: Path, seedkit: Run, database: str, name: str
) -> None:
    ours = made(place / "shop", OURS, owner=0)
    folder = (ours / "seeders" / name).parent
    folder.mkdir(exist_ok=True)
    folder.chmod(0o1777)
    trap = put(ours / "seeders" / name, SEEDER)

    ran = seedkit("seed", cwd=ours, DATABASE_URL=database)

    assert ran.returncode == 2
    assert ran.stderr.startswith(f"error: {trap} belongs to uid {MALLORY}: ")
    assert f"SEEDKIT_TRUST_FOLDER={ours}" in ran.stderr
    assert not (ours / "sprung").exists()


@needs_root
def test_a_fixture_that_a_stranger_adds_is_not_loaded(place: Path, seedkit: Run, database: str) -> None:
    ours = made(place / "shop", {**OURS, "fixtures/a.yml": "- {}\n"}, owner=0)
    (ours / "fixtures").chmod(0o1777)
    trap = put(ours / "fixtures" / "users.yml", "- {id: !sql 'pg_sleep(9)'}\n")

    ran = seedkit("seed", cwd=ours, DATABASE_URL=database)

    assert ran.returncode == 2
    assert ran.stderr.startswith(f"error: {trap} belongs to uid {MALLORY}: ")


@needs_root
def test_an_ordinary_user_runs_no_strangers_seeder_either(place: Path) -> None:
    ours = made(place / "shop", {"pyproject.toml": "[tool.seedkit]\n"}, owner=ADA, mode=0o777)
    trap = made(ours / "seeders", {"evil.py": SEEDER}, owner=MALLORY)

    ran = as_user(ADA, ours, LOAD)

    assert f"{trap} belongs to uid {MALLORY}: nothing of it is run as uid {ADA}" in ran.stderr


@needs_root
@pytest.mark.parametrize(
    "setting",
    ["seeders = 'code'", "fixtures = 'code'", "file-folders = ['code']", "embedded = {schema = ['code/a.sql']}"],
)
@pytest.mark.parametrize("mode", [0o755, 0o777])
def test_what_the_settings_name_is_looked_at_as_well(place: Path, setting: str, mode: int) -> None:
    ours = made(place / "shop", {"pyproject.toml": f"[tool.seedkit]\n{setting}\n"}, owner=0, mode=mode)
    trap = made(ours / "code", {"a.sql": "", "evil.py": SEEDER}, owner=MALLORY)

    error = refusal(ours)

    assert error.message.startswith(f"{trap}{'/a.sql' if 'schema' in setting else ''} belongs to uid {MALLORY}: ")


@needs_root
def test_a_schema_file_that_a_stranger_wrote_is_refused(place: Path) -> None:
    files = {"pyproject.toml": "[tool.seedkit.embedded]\nschema = ['sql/schema.sql']\n", "sql/a.sql": ""}
    ours = made(place / "shop", files, owner=0)
    (ours / "sql").chmod(0o1777)
    trap = put(ours / "sql" / "schema.sql", "")

    assert refusal(ours).message.startswith(f"{trap} belongs to uid {MALLORY}: ")


@needs_root
@pytest.mark.parametrize("name", ["seeders", "fixtures"])
def test_a_link_of_ours_to_a_strangers_folder_is_refused_to_root(place: Path, name: str) -> None:
    stranger = made(place / "mallory", {"evil.py": SEEDER}, owner=MALLORY)
    ours = made(place / "shop", {"pyproject.toml": "[tool.seedkit]\n"}, owner=0)
    (ours / name).symlink_to(stranger)

    error = refusal(ours)

    assert error.message.startswith(f"{ours / name} belongs to uid {MALLORY}: ")


@needs_root
def test_a_link_to_a_file_of_ours_in_a_strangers_folder_is_refused_to_root(
    place: Path, seedkit: Run, database: str
) -> None:
    stranger = made(place / "mallory", {"a.py": SEEDER}, owner=MALLORY)
    os.chown(stranger / "a.py", 0, 0)
    ours = made(place / "shop", OURS, owner=0)
    (ours / "seeders" / "a.py").symlink_to(stranger / "a.py")

    ran = seedkit("seed", cwd=ours, DATABASE_URL=database)

    assert ran.stderr.startswith(f"error: {stranger} belongs to uid {MALLORY}: ")


# What is no stranger's


@needs_root
def test_files_of_a_colleague_in_folders_of_the_team_are_used(place: Path) -> None:
    files = {"pyproject.toml": "[tool.seedkit]\nseeders = 'code'\n", "fixtures/a.yml": "", "code/a.py": ""}
    ours = made(place / "shop", files, owner=ADA, mode=0o775)
    for name in ("fixtures", "fixtures/a.yml", "code", "code/a.py"):
        os.chown(ours / name, MALLORY, -1)
        (ours / name).chmod(0o775)

    ran = as_user(ADA, ours, CHECK)

    assert ran.stdout.strip() == "all ours", ran.stderr


@needs_root
def test_files_of_root_are_used_by_everybody(place: Path) -> None:
    ours = made(place / "shop", {**OURS, "fixtures/a.yml": ""}, owner=0, mode=0o777)
    (ours / "seeders").chmod(0o777)

    ran = as_user(ADA, ours, CHECK)

    assert ran.stdout.strip() == "all ours", ran.stderr


@needs_root
def test_what_is_mounted_inside_a_project_of_root_is_used(mounted: Path) -> None:
    made(mounted, OURS, owner=ADA)
    project = made(mounted.parent / "shop", {"pyproject.toml": "[tool.seedkit]\nseeders = '../app/seeders'\n"}, owner=0)

    settings = load_settings(directory=project)
    settings.trusted.refuse_below(settings.seeders)

    assert settings.project == project


@needs_root
def test_a_project_that_is_trusted_is_trusted_with_all_that_it_names(
    place: Path, seedkit: Run, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours = made(place / "shop", OURS, owner=0, mode=0o777)
    put(ours / "seeders" / "evil.py", SEEDER)
    monkeypatch.setenv("SEEDKIT_TRUST_FOLDER", str(ours))

    ran = seedkit("seed", cwd=ours, DATABASE_URL=database)

    assert ran.returncode == 0, ran.stderr


CHECK = (
    "settings = load_settings()\n"
    "settings.trusted.refuse_below(settings.seeders)\n"
    "settings.trusted.refuse_below(settings.fixtures)\n"
    "print('all ours')"
)


def test_links_that_lead_in_a_circle_end(project: object, tmp_path: Path) -> None:
    (tmp_path / "seeders").mkdir()
    (tmp_path / "seeders" / "again").symlink_to(tmp_path / "seeders")
    (tmp_path / "seeders" / "itself").symlink_to(tmp_path / "seeders" / "itself")

    settings = load_settings(directory=tmp_path)
    settings.trusted.refuse_below(settings.seeders)

    assert settings.seeders == tmp_path / "seeders"
