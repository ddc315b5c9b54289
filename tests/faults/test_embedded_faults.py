"""The embedded server on a bad day: no room, a client that is killed, data thrown away."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import Run, Write

PROJECT = {
    "pyproject.toml": '[tool.seedkit.embedded]\nschema = ["schema.sql"]\n',
    "schema.sql": "create table users (id serial primary key);\n",
    "fixtures/users.yml": "- {id: 1}\n",
}


@pytest.fixture
def embedded(project: Write, seedkit: Run) -> Iterator[Path]:
    """A project with an embedded server, which is stopped at the end."""
    yield project(PROJECT)
    seedkit("db", "reset")


@pytest.fixture
def small(seedkit: Run, clean_environment: None) -> Iterator[Path]:
    """A project that everybody may enter, whose server's data are to lie on a disk of 8 MB."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        for name, text in PROJECT.items():
            (Path(folder) / name).parent.mkdir(exist_ok=True)
            (Path(folder) / name).write_text(text, encoding="utf-8")
        state = Path(folder) / ".seedkit"
        state.mkdir()
        mount = ["mount", "-t", "tmpfs", "-o", "size=8m,mode=755", "none", str(state)]
        mounted = subprocess.run(mount, capture_output=True, text=True, check=False)
        if mounted.returncode:
            pytest.skip(f"no disk can be mounted here: {mounted.stderr.strip()}")
        try:
            yield Path(folder)
        finally:
            subprocess.run(["umount", str(state)], check=False)
            seedkit("db", "reset", cwd=Path(folder))


def test_a_full_disk_is_named_and_does_not_hinder_the_next_start(small: Path, seedkit: Run) -> None:
    full = seedkit("seed", cwd=small)
    subprocess.run(["umount", str(small / ".seedkit")], check=True)
    again = seedkit("seed", cwd=small)

    assert full.returncode == 2
    assert "No space left on device" in full.stderr
    assert "Traceback" not in full.stderr
    assert again.returncode == 0, again.stderr


def test_a_client_that_is_killed_leaves_a_server_that_the_next_run_uses(embedded: Path, seedkit: Run) -> None:
    (embedded / "seeders").mkdir()
    seeder = embedded / "seeders" / "slow.py"
    seeder.write_text(
        "import pathlib, time\n\ndef seed(db):\n    pathlib.Path('begun').touch()\n    time.sleep(60)\n",
        encoding="utf-8",
    )
    command = [str(Path(sys.executable).with_name("seedkit")), "seed"]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as run:
        deadline = time.monotonic() + 60
        while not (embedded / "begun").exists():
            assert time.monotonic() < deadline
            time.sleep(0.05)
        os.kill(run.pid, signal.SIGKILL)
    seeder.unlink()

    ran = seedkit("seed")

    assert ran.returncode == 0, ran.stderr
    assert "1 inserted" in ran.stdout


def test_a_reset_starts_over_from_an_empty_database(embedded: Path, seedkit: Run) -> None:
    first = seedkit("seed")
    reset = seedkit("db", "reset")
    second = seedkit("seed")

    assert (first.returncode, reset.returncode, second.returncode) == (0, 0, 0), second.stderr
    assert "1 inserted" in first.stdout
    assert "1 inserted" in second.stdout


def test_fresh_asks_for_no_name_on_the_embedded_server_however_it_was_found(embedded: Path, seedkit: Run) -> None:
    url = seedkit("db", "url").stdout.strip()

    by_itself, by_url = seedkit("seed", "--fresh"), seedkit("seed", "--fresh", "--url", url)

    assert (by_itself.returncode, by_url.returncode) == (0, 0), by_itself.stderr + by_url.stderr
