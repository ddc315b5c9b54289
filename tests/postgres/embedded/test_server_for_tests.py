"""The server for a project's tests: kept from run to run, stopped by whoever leaves last."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

import psycopg
import pytest

from seedkit.postgres.embedded.liveness import is_alive, read_pid_file
from seedkit.postgres.embedded.places import data_of
from seedkit.postgres.embedded.server_for_tests import server_for_tests

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the embedded server needs Linux or macOS")


def is_kept(conninfo: str) -> bool:
    with psycopg.connect(conninfo) as connection:
        return connection.execute("select from pg_database where datname = 'kept'").fetchone() is not None


def make_kept(conninfo: str) -> None:
    with psycopg.connect(conninfo, autocommit=True) as connection:
        connection.execute("create database kept")


def test_it_runs_as_long_as_anybody_uses_it_and_keeps_its_data(tmp_path: Path) -> None:
    with server_for_tests(tmp_path) as first:
        with server_for_tests(tmp_path) as second:
            make_kept(second.conninfo("postgres"))
        data = data_of(tmp_path / ".seedkit" / "tests")
        assert data is not None
        alive_for_the_first = is_alive(data)
        conninfo = first.conninfo("postgres")
    alive_afterwards = is_alive(data)
    with server_for_tests(tmp_path):
        pid_file = read_pid_file(data)
        assert is_kept(conninfo)
        assert pid_file is not None
        os.kill(pid_file.pid, signal.SIGKILL)
    with server_for_tests(tmp_path):
        kept_after_a_crash = is_kept(conninfo)

    assert alive_for_the_first
    assert not alive_afterwards
    assert kept_after_a_crash


@pytest.mark.parametrize("harm", ["the machine was started since", "the data are broken"])
def test_it_is_made_anew_where_its_data_can_not_be_trusted(tmp_path: Path, harm: str) -> None:
    with server_for_tests(tmp_path) as server:
        make_kept(server.conninfo("postgres"))
    folder = tmp_path / ".seedkit" / "tests"
    data = data_of(folder)
    assert data is not None
    if harm == "the data are broken":
        (data / "global" / "pg_control").write_bytes(b"")
    else:
        (folder / ".seedkit" / "made_with").write_text("another start of the machine")

    with server_for_tests(tmp_path) as again:
        kept = is_kept(again.conninfo("postgres"))

    assert not kept
