"""URLs as people have them, for SQLAlchemy, Django, Rails, Prisma and others, lead to the same database here."""

from __future__ import annotations

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict

from seedkit.core.database_urls import libpq_url
from seedkit.errors import ConfigurationError

KNOWN = {default.keyword.decode() for default in psycopg.pq.Conninfo.get_defaults()}
PLACE = {"user": "ada", "password": "pw", "host": "db", "port": "5433", "dbname": "app"}


def parameters(url: str) -> dict[str, str | None]:
    return {name: str(value) for name, value in conninfo_to_dict(libpq_url(url, "DATABASE_URL", KNOWN)).items()}


@pytest.mark.parametrize(
    "scheme",
    [
        "postgresql",
        "postgres",
        "postgresql+psycopg",
        "postgresql+psycopg_async",
        "postgresql+asyncpg",
        "postgres+pg8000",
        "postgis",
        "pgsql",
        "psql",
        "PostgreSQL",
    ],
)
def test_each_tools_scheme_is_understood(scheme: str) -> None:
    assert parameters(f"{scheme}://ada:pw@db:5433/app") == PLACE


@pytest.mark.parametrize(
    ("written", "meant"),
    {
        "ssl=require": {"sslmode": "require"},
        "ssl=true": {"sslmode": "require"},
        "ssl=verify-full": {"sslmode": "verify-full"},
        "ssl=0": {"sslmode": "disable"},
        "sslmode=no-verify": {"sslmode": "require"},
        "sslmode=verify-ca": {"sslmode": "verify-ca"},
        "prepared_statement_cache_size=0&application_name=web": {"application_name": "web"},
        "schema=shop": {"options": "-csearch_path=shop"},
        "schema=My%20Shop&connection_limit=1&pgbouncer=true": {"options": '-csearch_path="My\\ Shop"'},
        "options=-cwork_mem%3D1MB&schema=shop": {"options": "-cwork_mem=1MB -csearch_path=shop"},
        "search_path=shop,public": {"options": "-csearch_path=shop,public"},
        "pool=5&encoding=unicode&prepared_statements=false": {},
        "conn_max_age=600&connect_timeout=3": {"connect_timeout": "3"},
        "application_name=a+b": {"application_name": "a+b"},
    }.items(),
)
def test_each_tools_parameters_are_translated(written: str, meant: dict[str, str]) -> None:
    assert parameters(f"postgresql://ada:pw@db:5433/app?{written}") == PLACE | meant


@pytest.mark.parametrize(
    "written",
    [
        "host=db password=a://b?c=d",
        "postgresql://db/app",
        "postgresql://ada:a%3Fb=c@db/app?sslmode=require",
        "postgresql:///app?host=/tmp&port=5433",
        "postgresql://a,b:5433/app?target_session_attrs=primary",
        "",
    ],
)
def test_what_libpq_reads_means_what_it_did(written: str) -> None:
    assert parameters(written) == conninfo_to_dict(written)


@pytest.mark.parametrize("written", ["p?w=x", "p@s?w=x", "p?secret&w=x"])
def test_a_password_with_signs_in_it_is_not_taken_for_parameters(written: str) -> None:
    url = f"postgresql://ada:{written}@db/app"

    assert libpq_url(url, "DATABASE_URL", KNOWN) == url


def test_the_rest_of_a_password_with_an_ampersand_in_it_is_not_quoted() -> None:
    url = "postgresql://ada@db/app?password=hun&ter2=x"

    assert libpq_url(url, "DATABASE_URL", KNOWN) == url


@pytest.mark.parametrize(
    ("scheme", "named"),
    [("mysql", "of MySQL"), ("sqlite", "of SQLite"), ("mysql+pymysql", "of MySQL"), ("gopher", 'with "gopher://"')],
)
def test_another_database_is_named(scheme: str, named: str) -> None:
    with pytest.raises(ConfigurationError, match=rf"DATABASE_URL is a URL {named}, and seedkit works on PostgreSQL"):
        libpq_url(f"{scheme}://ada:pw@db/app", "DATABASE_URL", KNOWN)


def test_a_parameter_without_an_equal_is_named() -> None:
    with pytest.raises(ConfigurationError, match=r'DATABASE_URL has a parameter .* does not know: "sslaccept"'):
        libpq_url("postgresql://db/app?sslmode=require&sslaccept=strict", "DATABASE_URL", KNOWN)
