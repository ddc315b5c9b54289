"""Databases in other encodings than UTF-8, and such as have none: there a name may be bytes of any kind."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from seedkit import fix_sequences
from seedkit.errors import UsageError
from tests.conftest import Run, Write

Connection = psycopg.Connection[Any]

ODD = "t\udcfcren"
"""The name of a table in Latin-1, as Python reads its bytes."""


@pytest.fixture
def made(server: str, entrance: str, database_names: Iterator[str]) -> Iterator[Callable[[str], str]]:
    """Make a database with an encoding, and give its conninfo."""
    name = sql.Identifier(chosen := next(database_names))
    with psycopg.connect(server, autocommit=True) as maintenance:

        def make(encoding: str) -> str:
            maintenance.execute(
                sql.SQL("create database {} template template0 locale 'C' encoding {}").format(
                    name, sql.Literal(encoding)
                )
            )
            return make_conninfo(entrance, dbname=chosen)

        yield make
        maintenance.execute(sql.SQL("drop database {} with (force)").format(name))


@pytest.fixture
def unencoded(made: Callable[[str], str]) -> str:
    """A database without an encoding: three tables, of which one has a name in Latin-1."""
    conninfo = made("SQL_ASCII")
    with psycopg.connect(conninfo, autocommit=True, client_encoding="utf8") as connection:
        connection.execute(
            "create table users (id serial primary key, name text); insert into users values (41, 'Zoë')"
        )
        connection.execute('create table "größen" (id serial primary key, "maß" text)')
        connection.execute("""insert into "größen" values (41, 'groß')""")
    with psycopg.connect(conninfo, autocommit=True, client_encoding="latin1") as connection:
        connection.execute('create table "türen" (id serial primary key, name text, "höhe" int)')
        connection.execute("""insert into "türen" values (41, 'Tor', 2)""")
    return conninfo


@pytest.fixture
def raw(unencoded: str, server: str) -> Iterator[Connection]:
    """A session that reads the bytes as they are, past the pool."""
    direct = make_conninfo(server, dbname=conninfo_to_dict(unencoded)["dbname"])
    with psycopg.connect(direct, autocommit=True, client_encoding="sql_ascii") as connection:
        yield connection


def test_a_name_in_another_encoding_keeps_no_table_from_being_judged(unencoded: str, seedkit: Run) -> None:
    """§1 In a database without an encoding, a name that is no UTF-8 is shown escaped, and judged like all others."""
    checked = seedkit("check", DATABASE_URL=unencoded)
    as_json = seedkit("check", "--json", DATABASE_URL=unencoded)

    assert checked.returncode == 1, checked.stderr
    assert "behind" in checked.stdout
    assert '"größen".id' in checked.stdout
    assert r'"t\udcfcren".id' in checked.stdout
    assert {row["status"] for row in json.loads(as_json.stdout)["sequences"]} == {"behind"}
    assert {row["table"] for row in json.loads(as_json.stdout)["sequences"]} == {"users", "größen", ODD}


def test_all_sequences_are_fixed_beside_such_a_name(unencoded: str, raw: Connection, seedkit: Run) -> None:
    """§1 In a database without an encoding, sequences are moved whatever bytes their names are."""
    fixed = seedkit("fix-sequence", "--all", DATABASE_URL=unencoded)

    assert fixed.returncode == 0, fixed.stderr
    for name in (b"users", "größen".encode(), "türen".encode("latin1")):
        assert raw.execute(b'insert into "%s" default values returning id' % name).fetchone() == (42,)


@pytest.mark.parametrize("typed", ["users", "größen", ODD])
def test_a_table_is_named_by_its_bytes(unencoded: str, seedkit: Run, typed: str) -> None:
    fixed = seedkit("fix-sequence", typed, "id", DATABASE_URL=unencoded)
    right = seedkit("check", typed, DATABASE_URL=unencoded)

    assert (fixed.returncode, right.returncode) == (0, 0), fixed.stderr


def test_far_sequences_of_such_names_are_set(unencoded: str, raw: Connection, seedkit: Run) -> None:
    raw.execute('insert into "türen" values (9000000)'.encode("latin1"))
    raw.execute('insert into "größen" values (9000000)'.encode())

    fixed = seedkit("fix-sequence", "--all", DATABASE_URL=unencoded)

    assert fixed.returncode == 0, fixed.stderr
    assert seedkit("check", DATABASE_URL=unencoded).returncode == 0


def test_a_script_names_them_byte_by_byte(
    unencoded: str,
    seedkit: Run,
    script_for: Callable[[str], bytes],
    psql: Callable[[str, bytes], str],
) -> None:
    script = script_for(unencoded)
    errors = psql(unencoded, script)

    assert b'public."t\xfcren_id_seq"' in script
    assert errors == ""
    assert seedkit("check", DATABASE_URL=unencoded).returncode == 0


FIXTURE = """
- {id: 50, name: Zoë}
- {id: 51, name: "łódź 用户 '\\\\"}
"""


def test_a_seed_stores_utf_8_beside_such_a_name(unencoded: str, raw: Connection, seedkit: Run, project: Write) -> None:
    """§4 In a database without an encoding, a seed stores the fixtures' UTF-8, whatever else is there."""
    project(
        {
            "fixtures/users.yml": FIXTURE,
            "fixtures/größen.yml": "- {id: 50, maß: groß}\n",
            "seeders/more.py": """
                from seedkit import seeder

                @seeder
                def more(db):
                    db.insert("users", [{"id": 60, "name": "gesät"}])
                    db.execute("update users set name = 'Zoé' where name = 'Zoë' and id = 41")
                    assert db.execute("select name from users where id = %s", [60]).fetchone()[0] == "gesät"
                """,
        }
    )

    runs = [seedkit("seed", DATABASE_URL=unencoded) for _ in range(2)]

    assert [ran.returncode for ran in runs] == [0, 0], runs
    stored = [bytes(name) for (name,) in raw.execute("select name from users where id in (41, 50, 60) order by id")]
    assert stored == ["Zoé".encode(), "Zoë".encode(), "gesät".encode()]
    assert raw.execute("""select count(*) from users where name = 'łódź 用户 ''\\'""".encode()).fetchone() == (1,)
    assert raw.execute("""select "maß" from "größen" where id = 50""".encode()).fetchone() == ("groß".encode(),)


def test_many_rows_go_by_copy_in_utf_8(unencoded: str, raw: Connection, seedkit: Run, project: Write) -> None:
    project({"fixtures/users.yml": "".join(f"- {{id: {i}, name: Zoë}}\n" for i in range(100, 8_100))})

    ran = seedkit("seed", DATABASE_URL=unencoded)

    assert ran.returncode == 0, ran.stderr
    assert raw.execute("select count(*) from users where name = 'Zoë'".encode()).fetchone() == (8_001,)


def test_a_dump_of_the_others_is_utf_8(unencoded: str, seedkit: Run) -> None:
    dumped = seedkit("dump", "größen", DATABASE_URL=unencoded)
    odd = seedkit("dump", ODD, DATABASE_URL=unencoded)

    assert dumped.returncode == 0, dumped.stderr
    assert "maß: groß" in dumped.stdout
    assert odd.returncode == 1
    assert "UTF-8" in odd.stderr
    assert "should not have happened" not in odd.stderr


def test_a_value_that_is_no_utf_8_is_not_dumped(unencoded: str, raw: Connection, seedkit: Run) -> None:
    raw.execute(b"insert into users values (7, 'Zo\xeb')")

    dumped = seedkit("dump", "users", DATABASE_URL=unencoded)

    assert dumped.returncode == 1
    assert 'table "users" holds text that is not UTF-8' in dumped.stderr


def test_a_first_fixture_is_written_for_the_others(unencoded: str, seedkit: Run, project: Write) -> None:
    project({})
    written = seedkit("new", "fixture", "größen", DATABASE_URL=unencoded)
    odd = seedkit("new", "fixture", ODD, DATABASE_URL=unencoded)

    assert written.returncode == 0, written.stderr
    assert odd.returncode == 1
    assert "should not have happened" not in odd.stderr


@pytest.mark.parametrize("variable", ["PGCLIENTENCODING", "url"])
def test_an_encoding_that_is_asked_for_reads_the_names(
    unencoded: str, raw: Connection, seedkit: Run, project: Write, variable: str
) -> None:
    """§1 In a database without an encoding, PGCLIENTENCODING says what its names and values are in."""
    project({"fixtures/türen.yml": "- {id: 70, name: Tür, höhe: 3}\n"})
    url = make_conninfo(unencoded, client_encoding="LATIN1") if variable == "url" else unencoded
    variables = {"DATABASE_URL": url} | ({} if variable == "url" else {variable: "LATIN1"})

    checked = seedkit("check", "türen", **variables)
    seeded = seedkit("seed", **variables)
    again = seedkit("seed", **variables)

    assert '"türen".id' in checked.stdout, checked.stderr
    assert (seeded.returncode, again.returncode) == (0, 0), seeded.stderr + again.stderr
    assert raw.execute('select name from "türen" where id = 70'.encode("latin1")).fetchone() == (b"T\xfcr",)


@pytest.mark.parametrize("encoding", ["SQL_ASCII", "auto"])
def test_an_encoding_that_asks_for_nothing_leaves_it_to_us(unencoded: str, seedkit: Run, encoding: str) -> None:
    fixed = seedkit("fix-sequence", "--all", DATABASE_URL=unencoded, PGCLIENTENCODING=encoding)

    assert fixed.returncode == 0, fixed.stderr


@pytest.mark.parametrize("encoding", ["NONSENSE", "MULE_INTERNAL", "EUC_TW"])
def test_an_encoding_that_can_not_be_had_is_named(unencoded: str, seedkit: Run, encoding: str) -> None:
    refused = seedkit("check", DATABASE_URL=unencoded, PGCLIENTENCODING=encoding)

    assert refused.returncode == 2
    assert encoding in refused.stderr
    assert "hint: Check PGCLIENTENCODING" in refused.stderr


def test_a_script_in_an_encoding_that_is_asked_for_holds_the_databases_bytes(
    unencoded: str, seedkit: Run, script_for: Callable[..., bytes], psql: Callable[[str, bytes], str]
) -> None:
    script = script_for(unencoded, PGCLIENTENCODING="LATIN1")
    errors = psql(unencoded, script)

    assert b't\xfcren_id_seq"' in script
    assert errors == ""
    assert seedkit("check", DATABASE_URL=unencoded).returncode == 0


def test_an_encoding_that_lacks_a_letter_is_an_error_that_names_it(
    unencoded: str, seedkit: Run, project: Write
) -> None:
    project({"fixtures/users.yml": "- {id: 70, name: łódź}\n"})

    ran = seedkit("seed", DATABASE_URL=unencoded, PGCLIENTENCODING="LATIN1")

    assert ran.returncode == 1
    assert "should not have happened" not in ran.stderr
    assert '"ł" can not be written in latin-1' in ran.stderr


def test_without_odd_names_such_a_database_is_read_as_ever(
    made: Callable[[str], str], seedkit: Run, project: Write
) -> None:
    conninfo = made("SQL_ASCII")
    project({"fixtures/users.yml": FIXTURE})
    with psycopg.connect(conninfo, autocommit=True, client_encoding="utf8") as connection:
        connection.execute("create table users (id serial primary key, name text)")

        seeded = seedkit("seed", DATABASE_URL=conninfo)

        assert seeded.returncode == 0, seeded.stderr
        assert connection.execute("select name from users where id = 50").fetchone() == ("Zoë",)


@pytest.mark.parametrize(
    ("encoding", "table", "value"),
    [("LATIN1", "größen", "groß"), ("WIN1252", "größen", "10 € “groß”"), ("EUC_JP", "利用者", "利用者")],
)
def test_a_database_in_another_encoding_is_worked_on_in_utf_8(
    made: Callable[[str], str],
    seedkit: Run,
    project: Write,
    script_for: Callable[..., bytes],
    psql: Callable[[str, bytes], str],
    encoding: str,
    table: str,
    value: str,
) -> None:
    """§1 Where the database has an encoding, the server converts: PGCLIENTENCODING changes nothing."""
    conninfo = made(encoding)
    project({f"fixtures/{table}.yml": f"- {{id: 50, name: {value}}}\n"})
    with psycopg.connect(conninfo, autocommit=True, client_encoding="utf8") as connection:
        name = sql.Identifier(table)
        connection.execute(sql.SQL("create table {} (id serial primary key, name text)").format(name))

        seeded = seedkit("seed", DATABASE_URL=conninfo, PGCLIENTENCODING="LATIN1")
        dumped = seedkit("dump", table, DATABASE_URL=conninfo)
        connection.execute(sql.SQL("insert into {} values (9000), (9000000)").format(name))
        script = script_for(conninfo)
        errors = psql(conninfo, script)
        checked = seedkit("check", table, DATABASE_URL=conninfo)

        assert (seeded.returncode, dumped.returncode) == (0, 0), seeded.stderr + dumped.stderr
        assert value in dumped.stdout
        assert errors == ""
        assert checked.returncode == 0


def test_a_lent_connection_that_gives_bytes_for_text_is_refused_with_what_to_do(
    made: Callable[[str], str], clean_environment: None
) -> None:
    with psycopg.connect(made("SQL_ASCII"), autocommit=True) as lent:
        lent.execute("create table users (id serial primary key); insert into users values (41)")

        with pytest.raises(UsageError, match="gives bytes for text"):
            fix_sequences(connection=lent)

        lent.execute("set client_encoding = utf8")
        assert fix_sequences(connection=lent).right
