"""`!file` reads what lies beside the fixture, wherever names and links lead, and no more than a value may be long."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import psycopg
import pytest

from seedkit import SeedkitError, seed
from seedkit.files.attachments import attachment
from tests.conftest import Write

Connection = psycopg.Connection[Any]

SECRET = "hunter2hunter2"
LIMIT = 64 << 20


def notes(name: str) -> dict[str, str]:
    return {"fixtures/notes.yml": f'- {{id: 1, note: !file "{name}"}}\n'}


@pytest.fixture
def folder(project: Write, connection: Connection, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with a table for notes; outside of it lies a file with a secret, also above its fixtures."""
    connection.execute("create table notes (id integer primary key, note text, icon bytea)")
    (tmp_path_factory.getbasetemp() / "secret.txt").write_text(SECRET, encoding="utf-8")
    return project({"secret.txt": SECRET, "fixtures-of-others/secret.txt": SECRET, "fixtures/texts/hello.txt": "hello"})


OUTSIDE = [
    "../secret.txt",
    "texts/../../secret.txt",
    "../fixtures-of-others/secret.txt",
    "{folder}/secret.txt",
    "/etc/passwd",
    "/proc/self/environ",
    "/dev/zero",
    "link.txt",
    "linked/secret.txt",
    "chain.txt",
    "..",
    "/",
]


@pytest.mark.parametrize("name", OUTSIDE)
def test_what_lies_outside_the_folder_of_the_fixture_is_not_read(
    project: Write, connection: Connection, folder: Path, name: str
) -> None:
    (folder / "fixtures/link.txt").symlink_to(folder / "secret.txt")
    (folder / "fixtures/linked").symlink_to(folder)
    (folder / "fixtures/chain.txt").symlink_to("link.txt")
    project(notes(name.replace("{folder}", str(folder))))

    with pytest.raises(SeedkitError, match="leads out of the folder of the fixture") as caught:
        seed(connection=connection)

    assert str(caught.value.origin) == "fixtures/notes.yml:1"
    assert "file-folders" in (caught.value.hint or "")
    assert SECRET not in str(caught.value)


def test_whether_a_file_is_there_outside_is_not_told(project: Write, connection: Connection, folder: Path) -> None:
    told = []
    for name in ("../secret.txt", "../secret.txz"):
        project(notes(name))
        with pytest.raises(SeedkitError) as caught:
            seed(connection=connection)
        told.append(caught.value.message.replace(name, ""))

    assert told[0] == told[1]


def test_a_link_that_stays_inside_is_followed(project: Write, connection: Connection, folder: Path) -> None:
    (folder / "fixtures/link.txt").symlink_to("texts/hello.txt")
    project(notes("texts/../link.txt"))

    seed(connection=connection)

    assert connection.execute("select note from notes").fetchall() == [("hello",)]


def test_a_folder_of_fixtures_may_be_a_link_itself(project: Write, connection: Connection, folder: Path) -> None:
    project({"elsewhere/notes.yml": "- {id: 1, note: !file hello.txt}\n", "elsewhere/hello.txt": "hello"})
    (folder / "fixtures/more").symlink_to(folder / "elsewhere")

    seed(connection=connection)

    assert connection.execute("select note from notes").fetchall() == [("hello",)]


def test_the_settings_may_name_further_folders(project: Write, connection: Connection, folder: Path) -> None:
    project({"assets/hello.txt": "hello", "pyproject.toml": '[tool.seedkit]\nfile-folders = ["assets"]\n'})
    project(notes("../assets/hello.txt"))

    seed(connection=connection)

    assert connection.execute("select note from notes").fetchall() == [("hello",)]
    project(notes("../secret.txt"))
    with pytest.raises(SeedkitError, match="leads out of the folder"):
        seed(connection=connection)


def test_a_folder_in_the_settings_that_is_not_there_is_named(project: Write, connection: Connection) -> None:
    project({"pyproject.toml": '[tool.seedkit]\nfile-folders = ["asets"]\n'})

    with pytest.raises(SeedkitError, match=r"file-folders names a folder that does not exist: .*/asets"):
        seed(connection=connection)


@pytest.mark.timeout(10)
@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("pipe", "cannot read fixtures/pipe: it is not a regular file"),
        ("texts", "cannot read fixtures/texts: it is a directory"),
        ("", "cannot read fixtures: it is a directory"),
        ("long.bin", "cannot read fixtures/long.bin: it is longer than 64 MB"),
        ("circle", "cannot read fixtures/circle: too many levels of symbolic links"),
        ("hello.txt/x", "cannot read fixtures/hello.txt/x: "),
        ("x" * 300, "file name too long"),
        ("a\\0b", "holds a character of code 0"),
    ],
)
def test_what_is_no_regular_file_of_a_moderate_length_is_refused(
    project: Write, connection: Connection, folder: Path, name: str, message: str
) -> None:
    os.mkfifo(folder / "fixtures/pipe")
    (folder / "fixtures/hello.txt").write_text("hello", encoding="utf-8")
    (folder / "fixtures/circle").symlink_to("circle")
    with (folder / "fixtures/long.bin").open("wb") as file:
        file.truncate(LIMIT + 1)
    project(notes(name))

    with pytest.raises(SeedkitError) as caught:
        seed(connection=connection)

    assert message in caught.value.message
    assert str(caught.value.origin) == "fixtures/notes.yml:1"


def test_a_file_of_just_the_limit_is_read(project: Write, folder: Path) -> None:
    with (folder / "fixtures/long.bin").open("wb") as file:
        file.truncate(LIMIT)

    assert len(attachment(folder / "fixtures", (), "long.bin")) == LIMIT


def test_a_file_that_has_no_size_is_read_to_its_end_and_a_device_not_at_all() -> None:
    """The first as those of /proc, which are regular."""
    assert attachment(Path("/proc/self"), (), "status").startswith(b"Name:")
    with pytest.raises(SeedkitError, match="not a regular file"):
        attachment(Path("/dev"), (), "zero")


def test_a_link_that_takes_the_place_of_a_folder_meanwhile_is_not_followed(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between the look at where a name leads and the opening somebody exchanges the folder."""
    real = os.path.realpath

    def exchanged(path: Path) -> str:
        found = real(path)
        if Path(path).name == "fixtures":
            (folder / "fixtures/texts").rename(folder / "fixtures/gone")
            (folder / "fixtures/texts").symlink_to(folder / "fixtures-of-others")
        return found

    (folder / "fixtures-of-others/hello.txt").write_text(SECRET, encoding="utf-8")
    monkeypatch.setattr("seedkit.files.attachments.os.path.realpath", exchanged)

    with pytest.raises(SeedkitError, match="cannot read"):
        attachment(folder / "fixtures", (), "texts/hello.txt")
