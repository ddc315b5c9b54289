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

from seedkit.errors import UsageError
from seedkit.files import new_files
from seedkit.files.dump_targets import FolderTarget
from tests.conftest import Run

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
        with pytest.raises(UsageError), FolderTarget(tmp_path, force=False) as target:
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

    with pytest.raises(UsageError, match="it is a link"):
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
