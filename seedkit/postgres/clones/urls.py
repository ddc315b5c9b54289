"""The URL of a database beside another one: the same server, the same role, another name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote

from seedkit.postgres.opening import parameters_given

_IN_THE_URL = frozenset({"user", "password", "host", "port", "dbname"})


def database_url(conninfo: str, name: str) -> str:
    """Write the URL of a database on the server of a conninfo, as every client reads it.

    >>> database_url("host=db user=ada password='p@ss' sslmode=require", "shop")
    'postgresql://ada:p%40ss@db/shop?sslmode=require'
    >>> database_url("postgresql://postgres@/x?host=/run/pg&port=5433", "shop")
    'postgresql://postgres@/shop?host=/run/pg&port=5433'
    """
    given = parameters_given(conninfo, "the server's URL")
    parameters = "&".join(f"{key}={quote(str(value), safe='/')}" for key, value in _parameters(given))
    return f"postgresql://{_user(given)}{_host(given)}/{quote(name, safe='')}" + (
        f"?{parameters}" if parameters else ""
    )


def _user(given: Mapping[str, Any]) -> str:
    password = f":{quote(str(given['password']), safe='')}" if "password" in given else ""
    user = quote(str(given.get("user", "")), safe="")
    return f"{user}{password}@" if user or password else ""


def _is_plain(given: Mapping[str, Any]) -> bool:
    """Whether host and port go into the URL itself: one host, by its name."""
    host = str(given.get("host", ""))
    return not {"/", ","} & set(host + str(given.get("port", ""))) and bool(host)


def _host(given: Mapping[str, Any]) -> str:
    if not _is_plain(given):
        return ""
    host = str(given["host"])
    return (f"[{host}]" if ":" in host else quote(host)) + (f":{given['port']}" if given.get("port") else "")


def _parameters(given: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    if not _is_plain(given):
        yield from ((key, given[key]) for key in ("host", "port") if given.get(key))
    yield from ((key, value) for key, value in given.items() if key not in _IN_THE_URL)
