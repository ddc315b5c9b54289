from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path
from textwrap import dedent
from typing import Any

import psycopg
import pytest

from tests.conftest import Write

SLOW = {"python": "time.sleep(60)", "sql": 'db.execute("select pg_sleep(60)")'}


@pytest.mark.parametrize("at_work", SLOW)
@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)])
def test_a_signal_ends_the_run_and_leaves_no_row_and_nothing_at_work(
    project: Write, connection: psycopg.Connection[Any], database: str, at_work: str, number: int, code: int
) -> None:
    connection.execute("create table users (id serial primary key)")
    folder = project(
        {
            "fixtures/users.yml": "- {id: 1}\n",
            "seeders/slow.py": f"""\
                import pathlib, time

                def seed(db):
                    db.insert("users", [{{"id": 2}}])
                    pathlib.Path("begun").touch()
                    {SLOW[at_work]}
                """,
        }
    )

    command = [str(Path(sys.executable).with_name("seedkit")), "seed", "--url", database]
    with subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=listen_to_interrupts,  # noqa: PLW1509 - the test run has no other threads
    ) as run:
        wait_for(folder / "begun")
        time.sleep(0.2)  # into the sleep itself
        run.send_signal(number)
        output, told = run.communicate(timeout=20)

    assert (run.returncode, output) == (code, "")
    assert told.endswith("error: interrupted; what was not committed was rolled back\n")
    assert connection.execute("select count(*) from users").fetchall() == [(0,)]
    others = "select count(*) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()"
    assert connection.execute(others).fetchall() == [(0,)]


def test_ctrl_c_before_the_run_has_begun_ends_it_with_130_and_no_traceback(tmp_path: Path) -> None:
    interrupted_import = """\
        import importlib.abc, os, signal, sys

        class Interrupt(importlib.abc.MetaPathFinder):
            def find_spec(self, name, path, target=None):
                if name == "typer":
                    os.kill(os.getpid(), signal.SIGINT)

        signal.signal(signal.SIGINT, signal.default_int_handler)
        sys.meta_path.insert(0, Interrupt())
        from seedkit.cli import main
        main()
        """

    ran = subprocess.run(
        [sys.executable, "-c", dedent(interrupted_import)], capture_output=True, text=True, check=False, cwd=tmp_path
    )

    assert (ran.returncode, ran.stdout, ran.stderr) == (130, "", "error: interrupted\n")


def listen_to_interrupts() -> None:
    """A shell's background job, as a test run may be one, ignores Ctrl-C and hands that on."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def wait_for(path: Path) -> None:
    for _ in range(200):
        if path.exists():
            return
        time.sleep(0.1)
    pytest.fail(f"{path.name} was not written within 20 seconds")
