"""Files that seedkit writes lead nowhere else, and a dump is for its owner alone, in a folder that others share too."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from seedkit.errors import ReportLostError, UsageError
from seedkit.files import new_files
from seedkit.files.dump_targets import FolderTarget
from tests.conftest import Run, Write

Connection = psycopg.Connection[Any]


@pytest.fixture
def users(connection: Connection) -> None:
    connection.execute("create table users (id integer primary key); insert into users values (1)")


@pytest.fixture
def victim(tmp_path: Path) -> Path:
    path = tmp_path / "victim"
    path.write_text("mine")
    return path


def test_a_dump_is_for_its_owner_alone(users: None, database: str, seedkit: Run, tmp_path: Path) -> None:
    seedkit("dump", "users", "--output", "out", DATABASE_URL=database)

    assert stat.S_IMODE((tmp_path / "out" / "users.yml").stat().st_mode) == 0o600


def test_so_are_generated_rows(users: None, database: str, seedkit: Run, tmp_path: Path) -> None:
    seedkit("generate", "users=1", "--out", "out", DATABASE_URL=database)

    assert stat.S_IMODE((tmp_path / "out" / "users.yml").stat().st_mode) == 0o600


def test_a_dump_over_a_file_that_all_may_read_is_for_its_owner_alone(
    users: None, database: str, seedkit: Run, tmp_path: Path
) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "users.yml").touch(0o666)

    seedkit("dump", "users", "--output", "out", "--force", DATABASE_URL=database)

    assert stat.S_IMODE((tmp_path / "out" / "users.yml").stat().st_mode) == 0o600


def test_a_dump_over_a_link_leaves_alone_what_it_leads_to(
    users: None, database: str, seedkit: Run, tmp_path: Path, victim: Path
) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "users.yml").symlink_to(victim)

    refused = seedkit("dump", "users", "--output", "out", DATABASE_URL=database)
    forced = seedkit("dump", "users", "--output", "out", "--force", DATABASE_URL=database)

    assert (refused.returncode, forced.returncode) == (2, 0)
    assert victim.read_text() == "mine"
    assert not (tmp_path / "out" / "users.yml").is_symlink()


def test_a_partial_file_has_a_name_that_nobody_can_prepare(tmp_path: Path, victim: Path) -> None:
    """Whoever knows the process could plant a link where its partial file will be."""
    (tmp_path / f".users.yml.{os.getpid()}").symlink_to(victim)
    names: list[Path] = []

    def pieces() -> Iterator[str]:
        names.extend(path for path in tmp_path.glob(".users.yml.*") if not path.is_symlink())
        yield "- id: 1\n"
        raise InterruptedError

    for _ in range(2):
        target = FolderTarget(tmp_path, force=False)
        target.expect(["users"], [])
        with pytest.raises(UsageError), target:
            target.write("users", pieces())

    assert victim.read_text() == "mine"
    assert not any(path.exists() for path in names)
    assert len(set(names)) == 2


def test_a_partial_file_is_for_its_owner_alone_from_its_first_byte(tmp_path: Path) -> None:
    modes: list[int] = []

    def pieces() -> Iterator[str]:
        modes.extend(stat.S_IMODE(path.lstat().st_mode) for path in tmp_path.glob(".users.yml.*"))
        yield "- id: 1\n"

    with FolderTarget(tmp_path, force=False) as target:
        target.expect(["users"], [])
        target.write("users", pieces())

    assert modes == [0o600]


def test_a_page_is_written_through_no_link(
    users: None, database: str, seedkit: Run, tmp_path: Path, victim: Path
) -> None:
    (tmp_path / "page.html").symlink_to(victim)
    (tmp_path / "new.html").symlink_to(tmp_path / "not there")

    runs = [seedkit("check", "--html", name, DATABASE_URL=database) for name in ("page.html", "new.html")]

    assert [ran.returncode for ran in runs] == [2, 2]
    assert "error: can not write page.html: it is a link" in runs[0].stderr
    assert victim.read_text() == "mine"
    assert not (tmp_path / "not there").exists()


def test_a_link_that_appears_while_the_check_runs_is_not_followed(tmp_path: Path, victim: Path) -> None:
    from seedkit.cli.pages import ensure_writable, write_page

    path = tmp_path / "page.html"
    ensure_writable(path)
    path.symlink_to(victim)

    with pytest.raises(ReportLostError, match="it is a link"):
        write_page(path, "<html>")

    assert victim.read_text() == "mine"


@pytest.mark.parametrize("target", ["/dev/stdout", "/dev/null", ">(cat >&2)"])
def test_a_page_still_goes_to_a_stream_of_the_shell(users: None, database: str, tmp_path: Path, target: str) -> None:
    command = f"{Path(sys.executable).with_name('seedkit')} check --json --html {target}; sleep 0.2"

    ran = subprocess.run(
        ["bash", "-c", command],
        cwd=tmp_path,
        env={**os.environ, "DATABASE_URL": database},
        capture_output=True,
        text=True,
        check=False,
    )

    assert f"wrote {target}" in ran.stderr or "wrote /dev/fd/" in ran.stderr
    assert ("<!doctype html>" in ran.stdout + ran.stderr) == (target != "/dev/null")


def test_a_new_file_is_written_through_no_link(tmp_path: Path, victim: Path) -> None:
    link = tmp_path / "users.yml"
    link.symlink_to(tmp_path / "not there")

    for write in (new_files.write_new, lambda path, _: new_files.refuse_existing(path, "")):
        with pytest.raises(UsageError, match="is there already"):
            write(link, "text")

    assert not (tmp_path / "not there").exists()


STRANGER = 1234
NOBODY = 65534


def planted(tmp_path: Path, owner: int, mode: int = 0o1777) -> tuple[Path, Path]:
    """A folder where all may write, with a link of somebody's in it, and the folder of ours that the link leads to."""
    shared, ours = tmp_path / "shared", tmp_path / "ours"
    shared.mkdir()
    shared.chmod(mode)
    ours.mkdir()
    (shared / "out").symlink_to(ours)
    os.chown(shared / "out", owner, owner, follow_symlinks=False)
    return shared / "out", ours


TO_WRITE = {
    "a dump": ["dump", "users", "--output", "{}"],
    "a dump below it": ["dump", "users", "--output", "{}/new"],
    "a dump by way of another folder": ["dump", "users", "--output", "{}/../out"],
    "generated rows": ["generate", "users=3", "--out", "{}"],
    "a page": ["check", "--html", "{}/page.html"],
}


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files to others")
@pytest.mark.parametrize("command", TO_WRITE.values(), ids=TO_WRITE)
def test_no_link_of_a_stranger_is_followed_to_where_something_is_written(
    users: None, database: str, seedkit: Run, tmp_path: Path, command: list[str]
) -> None:
    link, ours = planted(tmp_path, STRANGER)

    ran = seedkit(*(part.format(link) for part in command), DATABASE_URL=database)

    assert ran.returncode == 2
    assert "shared/out is a link of another user's" in ran.stderr
    assert list(ours.iterdir()) == []


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files to others")
@pytest.mark.parametrize("command", [["init"], ["new", "fixture", "users"], ["new", "seeder", "more"]], ids=" ".join)
def test_nor_is_one_that_takes_the_place_of_a_projects_folder(
    users: None, database: str, seedkit: Run, project: Write, tmp_path: Path, command: list[str]
) -> None:
    folder = project({"project/pyproject.toml": "[tool.seedkit]\n"}) / "project"
    folder.chmod(0o1777)
    ours = tmp_path / "ours"
    ours.mkdir()
    for name in ("fixtures", "seeders"):
        (folder / name).symlink_to(ours)
        os.chown(folder / name, STRANGER, STRANGER, follow_symlinks=False)

    ran = seedkit(*command, cwd=folder, DATABASE_URL=database, SEEDKIT_TRUST_FOLDER="*")

    assert ran.returncode == 2
    assert "is a link of another user's" in ran.stderr
    assert list(ours.iterdir()) == []


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files to others")
def test_a_link_behind_a_link_of_ours_is_found_too_and_one_that_comes_meanwhile(tmp_path: Path) -> None:
    link, ours = planted(tmp_path, STRANGER)
    (tmp_path / "mine").symlink_to(link)
    late = tmp_path / "shared" / "late"

    with pytest.raises(UsageError, match="is a link of another user's"):
        FolderTarget(tmp_path / "mine", force=False).expect(["users"], [])
    with FolderTarget(late, force=False) as target:
        target.expect(["users"], [])
        late.rmdir()
        link.rename(late)
        with pytest.raises(UsageError, match="is a link of another user's"):
            target.write("users", ["- id: 1\n"])

    assert list(ours.iterdir()) == []


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files to others")
@pytest.mark.parametrize(("owner", "mode"), [(0, 0o1777), (STRANGER, 0o755), (NOBODY, 0o1777)])
def test_links_of_ours_of_the_folders_owner_and_in_folders_of_few_are_followed(
    users: None, database: str, seedkit: Run, tmp_path: Path, owner: int, mode: int
) -> None:
    link, ours = planted(tmp_path, owner, mode)
    os.chown(link.parent, NOBODY if owner == NOBODY else 0, 0)

    ran = seedkit("dump", "users", "--output", str(link), DATABASE_URL=database)

    assert ran.returncode == 0, ran.stderr
    assert [path.name for path in ours.iterdir()] == ["users.yml"]


def test_links_in_a_circle_end(tmp_path: Path) -> None:
    (tmp_path / "one").symlink_to("two")
    (tmp_path / "two").symlink_to("one")

    with pytest.raises(UsageError, match="is there already"):
        FolderTarget(tmp_path / "one", force=False).expect(["users"], [])
