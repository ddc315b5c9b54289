"""Values of many megabytes: written in pieces, and the same again when they are loaded."""

from __future__ import annotations

import tracemalloc
from pathlib import Path
from typing import LiteralString

import psycopg
import pytest

from seedkit import seed
from seedkit.files.dump_targets import FolderTarget
from seedkit.runner.dump import DumpRequest, dump
from tests.postgres.loads import Connection, rows_of

VALUES: dict[str, LiteralString] = {
    "plain text": "repeat('some words ', {})||'x'",
    "text with quotes": "repeat('it''s said: ', {})",
    "text that looks like a number": "repeat('1234 567 89', {})",
    "lines": "repeat(E'a line\\nand  more', {})",
    "lines of another machine": "repeat(E'a line\\r\\nthen', {})",
    "letters of another alphabet": "repeat('слово é 中 😀', {} / 2)",
    "what needs escapes": "repeat(E'a\\\\b\\u0085 \\u202e', {})",
}
DIGEST: LiteralString = "select id, md5(body), md5(bytes), md5(document::text) from wide order by id"


def dump_to(folder: Path, database: str) -> None:
    with psycopg.connect(database, autocommit=True) as connection:
        dump(connection, DumpRequest(tables=("wide",)), FolderTarget(folder, force=True))


def fill(connection: Connection, body: str, times: int) -> None:
    connection.execute("create table wide (id integer primary key, body text, bytes bytea, document json)")
    connection.execute("insert into wide values (1, 'a', 'b', '[]')")
    connection.execute(
        f"insert into wide select id, body, convert_to(body, 'utf8'), json_build_object('a', body)"
        f" from (select 2 as id, {body.format(times)} as body) as made".encode()
    )
    connection.execute("insert into wide (id) values (3)")


@pytest.mark.parametrize("kind", VALUES)
def test_a_wide_value_comes_back(connection: Connection, database: str, tmp_path: Path, kind: str) -> None:
    fill(connection, VALUES[kind], 90_000)
    before = rows_of(connection, DIGEST)

    dump_to(tmp_path / "fixtures", database)
    connection.execute("truncate wide")
    seed(connection=connection, directory=tmp_path)

    assert rows_of(connection, DIGEST) == before


@pytest.mark.growth
@pytest.mark.parametrize("kind", ["text with quotes", "lines", "letters of another alphabet"])
def test_a_wide_value_is_held_by_the_driver_alone(
    connection: Connection, database: str, tmp_path: Path, kind: str
) -> None:
    peaks = []
    for times in (40_000, 160_000):
        connection.execute("drop table if exists wide")
        fill(connection, VALUES[kind], times)
        tracemalloc.start()
        dump_to(tmp_path, database)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()

    assert peaks[1] < peaks[0] + 300_000
