"""Loads a workload's fixtures the obvious way: PyYAML's C loader, then SQLAlchemy's bulk insert, in one transaction."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import psycopg
import sqlalchemy as sa
import yaml


def main(conninfo: str) -> None:
    """Load the tables of the current folder."""
    engine = sa.create_engine("postgresql+psycopg://", creator=lambda: psycopg.connect(conninfo))
    with engine.begin() as connection:
        for described in json.loads(Path("tables.json").read_text()):
            name = described["name"]
            rows = yaml.load(Path("fixtures", f"{name}.yml").read_text(), yaml.CSafeLoader)
            connection.execute(sa.insert(_table(name, described["columns"])), rows)


def _table(name: str, columns: dict[str, str]) -> Any:  # noqa: ANN401 - optional: its types may not be there
    return sa.table(name, *(sa.column(column) for column in columns))


if __name__ == "__main__":
    main(sys.argv[1])
