"""Database URLs as other tools write them, into those that libpq reads: schemes, and parameters of their own."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from urllib.parse import quote, unquote

from seedkit.core.names import quote_identifier
from seedkit.errors import ConfigurationError

_SCHEME = re.compile(r"\A([a-z][a-z0-9]*)(?:\+[a-z0-9_]+)?://", re.IGNORECASE)
_POSTGRESQL = frozenset({"postgresql", "postgres", "postgis", "pgsql", "psql"})
"""PostgreSQL's own two, dj-database-url's, and django-environ's; SQLAlchemy's carry a driver's name besides."""

_OTHERS = {
    "cockroachdb": "CockroachDB",
    "mariadb": "MariaDB",
    "mongodb": "MongoDB",
    "mssql": "SQL Server",
    "mysql": "MySQL",
    "mysql2": "MySQL",
    "oracle": "Oracle",
    "redshift": "Redshift",
    "sqlite": "SQLite",
    "sqlite3": "SQLite",
    "sqlserver": "SQL Server",
}

_OF_THE_CLIENT_ALONE = frozenset(
    {
        *("prepared_statement_cache_size", "prepared_statement_name_func", "async_fallback"),  # SQLAlchemy, asyncpg
        *("statement_cache_size", "max_cached_statement_lifetime", "max_cacheable_statement_size", "command_timeout"),
        *("connection_limit", "pool_timeout", "pgbouncer", "socket_timeout"),  # Prisma
        *("pool", "checkout_timeout", "reaping_frequency", "prepared_statements", "encoding"),  # Rails
        *("conn_max_age", "conn_health_checks"),  # Django
        *("uselibpqcompat", "binary_parameters", "default_query_exec_mode", "pool_max_conns", "pool_min_conns"),
    }
)
"""How another client keeps its pool or its prepared statements: nothing that would change what seedkit does."""

_SEARCH_PATHS = frozenset({"search_path", "schema_search_path", "currentSchema"})
_SSL_MODES = {"true": "require", "1": "require", "on": "require", "false": "disable", "0": "disable", "off": "disable"}
_SSL_MODES_OF_OTHERS = {"no-verify": "require"}


def libpq_url(url: str, source: str, known: Collection[str]) -> str:
    r"""Translate a URL of another tool's; what is no URL, and what libpq reads already, stays as it is.

    `known` are the parameters that libpq takes. Raises ConfigurationError for a database that is no PostgreSQL, and for
    a parameter that has no equal.

    >>> libpq_url("postgresql+asyncpg://ada@db/app?ssl=require", "--url", {"sslmode"})
    'postgresql://ada@db/app?sslmode=require'
    >>> libpq_url("postgis://db/app?schema=shop", "--url", {"options"})
    'postgresql://db/app?options=-csearch_path%3Dshop'
    """
    scheme = _SCHEME.match(url)
    if scheme is None:
        return url
    if scheme[1].lower() not in _POSTGRESQL:
        raise _no_postgresql(scheme[1].lower(), source)
    place, parameters = _divided(url[scheme.end() :])
    if parameters and "@" not in parameters:  # else it is the rest of a password, which libpq refuses
        parameters = _translated(parameters, source, known)
    return f"postgresql://{place}" + (f"?{parameters}" if parameters else "")


def _no_postgresql(scheme: str, source: str) -> ConfigurationError:
    what = f"of {_OTHERS[scheme]}" if scheme in _OTHERS else f'with "{scheme}://"'
    return ConfigurationError(
        f"{source} is a URL {what}, and seedkit works on PostgreSQL alone",
        hint="Name a PostgreSQL database: postgresql://user:password@host:5432/database.",
    )


def _divided(rest: str) -> tuple[str, str]:
    """Divide what follows the scheme where its parameters begin: as libpq, which looks for the `@` first."""
    user_end = re.match(r"[^@/]*@", rest)
    start = user_end.end() if user_end else 0
    place, _, parameters = rest[start:].partition("?")
    return rest[:start] + place, parameters


def _translated(parameters: str, source: str, known: Collection[str]) -> str:
    pairs: dict[str, str] = {}
    for parameter in parameters.split("&"):
        name, _, value = (unquote(part) for part in parameter.partition("="))
        if "password" in pairs and not _is_understood(name, known):
            return parameters  # or the rest of a password with an & in it would be quoted; libpq refuses it
        for own, translated in _parameter(name, value, source, known):
            pairs[own] = f"{pairs[own]} {translated}" if own == "options" and own in pairs else translated
    return "&".join(f"{name}={quote(value, safe='')}" for name, value in pairs.items())


def _is_understood(name: str, known: Collection[str]) -> bool:
    return name in known or name in {"ssl", "schema", *_SEARCH_PATHS, *_OF_THE_CLIENT_ALONE}


def _parameter(name: str, value: str, source: str, known: Collection[str]) -> Iterator[tuple[str, str]]:
    """Give what libpq calls a parameter, with its value; nothing for what is the other client's own business."""
    if name == "sslmode":
        yield name, _SSL_MODES_OF_OTHERS.get(value, value)
    elif name in known:
        yield name, value
    elif name == "ssl":  # asyncpg's, and that of drivers that know on and off
        yield "sslmode", _SSL_MODES.get(value.lower(), value)
    elif name == "schema":  # Prisma's
        yield "options", _setting("search_path", quote_identifier(value))
    elif name in _SEARCH_PATHS:
        yield "options", _setting("search_path", value)
    elif name not in _OF_THE_CLIENT_ALONE:
        raise ConfigurationError(
            f'{source} has a parameter that PostgreSQL\'s client library does not know: "{name}"',
            hint="Leave it out; settings of the server are written as ?options=-cNAME=VALUE.",
        )


def _setting(name: str, value: str) -> str:
    escaped = value.replace("\\", "\\\\").replace(" ", "\\ ")
    return f"-c{name}={escaped}"
