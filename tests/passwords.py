"""A role that has to give its password: to the server, or to a PgBouncer in front of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from psycopg.conninfo import make_conninfo


@contextmanager
def asked_by_the_server(role: str, connection: psycopg.Connection[Any]) -> Iterator[None]:
    """Have the server of a superuser's connection ask the role for its password."""
    [[hba_file]] = connection.execute("show hba_file").fetchall()
    with _first_rule(role, Path(hba_file), lambda: connection.execute("select pg_reload_conf()")):
        yield


@contextmanager
def asked_by_the_pool(role: str, pooled: str) -> Iterator[None]:
    """Have PgBouncer ask the role for its password, at the conninfo of any database behind it."""
    with psycopg.connect(make_conninfo(pooled, dbname="pgbouncer", user="postgres"), autocommit=True) as console:
        settings = {name: value for name, value, *_ in console.execute("show config")}
        with _first_rule(role, Path(settings["auth_hba_file"]), lambda: console.execute("reload")):
            yield


@contextmanager
def _first_rule(role: str, hba_file: Path, reload: Callable[[], object]) -> Iterator[None]:
    rules = hba_file.read_text(encoding="utf-8")
    hba_file.write_text(f"local all {role} scram-sha-256\n{rules}", encoding="utf-8")
    reload()
    try:
        yield
    finally:
        hba_file.write_text(rules, encoding="utf-8")
        reload()
