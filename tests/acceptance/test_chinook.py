"""A real data set, not ours: 15,607 rows in 11 tables, with sequences of every common kind."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import psycopg
import pytest

from seedkit import seed
from tests.conftest import ROOT, Run, Write

CHINOOK = ROOT.parent / "shared" / "data" / "chinook"

pytestmark = pytest.mark.skipif(not CHINOOK.is_dir(), reason="the Chinook data do not lie beside this clone")

PLAIN_INSERTS = {
    "artist": "insert into artist (name) values ('New')",
    "album": "insert into album (title, artist_id) values ('New', 1)",
    "genre": "insert into genre (name) values ('New')",
    "media_type": "insert into media_type (name) values ('New')",
    "track": "insert into track (name, media_type_id, milliseconds, unit_price) values ('New', 1, 1, 1)",
    "playlist": "insert into playlist (name) values ('New')",
    "playlist_track": "insert into playlist_track values (2, 1)",
    "employee": "insert into employee (last_name, first_name) values ('New', 'New')",
    "customer": "insert into customer (first_name, last_name, email) values ('New', 'New', 'new@example.com')",
    "invoice": "insert into invoice (customer_id, invoice_date, total) values (1, now(), 1)",
    "invoice_line": "insert into invoice_line (invoice_id, track_id, unit_price, quantity) values (1, 1, 1, 1)",
}


@pytest.fixture
def chinook(project: Write, connection: psycopg.Connection[Any]) -> Path:
    folder = project({})
    shutil.copytree(CHINOOK / "fixtures", folder / "fixtures")
    connection.execute((CHINOOK / "schema.sql").read_bytes())
    return folder


def test_chinook_loads_from_the_command_line(chinook: Path, database: str, seedkit: Run) -> None:
    ran = seedkit("seed", DATABASE_URL=database)

    assert ran.returncode == 0, ran.stderr
    assert "seeded 11 tables: 15,607 inserted, 0 updated, 0 unchanged; 10 sequences fixed" in ran.stdout


def test_a_second_run_of_chinook_changes_nothing_and_every_table_takes_a_plain_insert(
    chinook: Path, connection: psycopg.Connection[Any]
) -> None:
    first = seed(connection=connection)
    second = seed(connection=connection)

    assert sum(table.inserted for table in first.tables) == 15_607
    assert sum(table.unchanged for table in second.tables) == 15_607
    assert set(PLAIN_INSERTS) == {table.table.name for table in first.tables}
    for statement in PLAIN_INSERTS.values():
        connection.execute(statement.encode())
