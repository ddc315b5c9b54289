"""The catalog queries, a file each; its first line says which rows come back."""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import LiteralString, cast

from psycopg import sql


@cache
def query(name: str) -> sql.SQL:
    """Return a query of this folder by its file's stem."""
    text = resources.files(__name__).joinpath(f"{name}.sql").read_text(encoding="utf-8")
    return sql.SQL(cast(LiteralString, text))
