"""Writes golden/rows.txt: what the generator makes of ten tables, as digests and the first rows of each.

Run `python -m tests.runner.generation.golden_rows` after a change that is meant to change values. Whoever has pinned
random seeds then gets other rows: after a release such a change is a new version of the generator
(`seedkit.core.generation.streams.VERSION`), and the old one stays beside it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import psycopg

from seedkit.core.generation.requests.asked import AskedRows
from seedkit.core.generation.streams import VERSION
from seedkit.runner.generation.request import GenerationRequest
from seedkit.runner.generation.run import generate
from tests.servers import throwaway_server

HERE = Path(__file__).parent / "golden"
ROWS = HERE / "rows.txt"
KEYS = {
    "categories": "id",
    "departments": "id",
    "employees": "id",
    "memberships": "person_id, place_id",
    "order_items": "id",
    "orders": "id",
    "people": "id",
    "places": "id",
    "products": "product_id",
    "seats": "letter, mood",
}
_COUNTS = (AskedRows("*.*", 300), AskedRows("orders", 9000), AskedRows("seats", 9))
_SHOWN = 3
_SETTINGS = (
    "set time zone 'UTC'",
    "set datestyle = 'ISO, YMD'",
    "set intervalstyle = 'postgres'",
    "set bytea_output = 'hex'",
    "set extra_float_digits = 1",
)


def golden_rows(connection: psycopg.Connection, workers: int | None = None) -> str:
    """Create the ten tables, fill them, and describe their rows as the file does."""
    connection.execute((HERE / "schema.sql").read_bytes())
    generate(connection, GenerationRequest(asked=_COUNTS, now=date(2026, 11, 30), workers=workers))
    for setting in _SETTINGS:
        connection.execute(setting.encode())
    described = (part for table in KEYS for part in _described(connection, table))
    return "\n".join([f"generator {VERSION}, --random-seed 0 --now 2026-11-30", *described, ""])


def _described(connection: psycopg.Connection, table: str) -> Iterator[str]:
    statement = f"copy (select * from {table} order by {KEYS[table]}) to stdout"
    with connection.cursor().copy(statement.encode()) as copy:
        text = b"".join(map(bytes, copy))
    lines = text.decode().splitlines()
    yield f"\n{table}: {len(lines)} rows, sha256 {hashlib.sha256(text).hexdigest()}"
    yield from (f"  {line}" for line in lines[:_SHOWN])


def main() -> None:
    """Write the file anew."""
    with throwaway_server(18) as server, psycopg.connect(server, autocommit=True) as connection:
        ROWS.write_text(golden_rows(connection), encoding="utf-8")


if __name__ == "__main__":
    main()
