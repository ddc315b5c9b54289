"""What the pytest plugin promises, by inner runs of pytest on a real server."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from tests.integrations.conftest import SCHEMA, Inner

pytest_plugins = ["pytester"]

COUNT = "seedkit_connection.execute('select count(*) from users').fetchone()[0]"


def test_what_a_test_writes_is_gone_at_the_next_one_and_sequences_are_put_back(inner: Inner) -> None:
    ran = inner(f"""
        @pytest.mark.parametrize("turn", range(3))
        def test_insert(seedkit_connection, turn):
            assert {COUNT} == 2
            row = seedkit_connection.execute("insert into users (email) values ('x') returning id").fetchone()
            assert row == (3,)
            assert seedkit_connection.execute("select nextval('posts_id_seq')").fetchone() == (8,)
        """)

    ran.assert_outcomes(passed=3)


def test_a_test_may_commit_and_roll_back_and_leaves_nothing(inner: Inner) -> None:
    ran = inner(f"""
        @pytest.mark.parametrize("turn", range(2))
        def test_commit(seedkit_connection, turn):
            seedkit_connection.execute("insert into users (email) values ('kept')")
            seedkit_connection.commit()
            seedkit_connection.execute("delete from users where email = 'kept'")
            seedkit_connection.rollback()
            assert {COUNT} == 3
            with pytest.raises(psycopg.errors.UniqueViolation), seedkit_connection.transaction():
                seedkit_connection.execute("insert into users (email) values ('kept')")
            with pytest.raises(psycopg.errors.SyntaxError):
                seedkit_connection.execute("nonsense")
            seedkit_connection.commit()
            assert {COUNT} == 3
            with seedkit_connection.transaction(), pytest.raises(psycopg.ProgrammingError, match="forbidden"):
                seedkit_connection.commit()
        """)

    ran.assert_outcomes(passed=2)


def test_settings_locks_and_adapters_of_a_test_end_with_it(inner: Inner) -> None:
    ran = inner("""
        @pytest.mark.parametrize("turn", range(2))
        def test_session(seedkit_connection, turn):
            from psycopg.rows import dict_row
            from psycopg.types.string import StrDumper
            (path,) = seedkit_connection.execute("show search_path").fetchone()
            assert "elsewhere" not in path
            assert seedkit_connection.execute("select count(*) from pg_locks where locktype = 'advisory'"
                " and pid = pg_backend_pid()").fetchone() == (0,)
            with pytest.raises(psycopg.ProgrammingError):
                seedkit_connection.execute("select %s", [object()])
            seedkit_connection.rollback()
            seedkit_connection.execute("set search_path to elsewhere")
            seedkit_connection.execute("select pg_advisory_lock(1)")
            seedkit_connection.execute("create temporary table of_test (id int)")
            seedkit_connection.adapters.register_dumper(object, StrDumper)
            seedkit_connection.row_factory = dict_row
        """)

    ran.assert_outcomes(passed=2)


def test_what_the_driver_has_prepared_fits_the_tables_after_a_rollback_and_in_the_next_test(inner: Inner) -> None:
    ran = inner("""
        def columns(connection, *, times=1):
            for _ in range(times):  # the sixth is prepared
                cursor = connection.execute("select * from users")
            return len(cursor.description)

        @pytest.mark.parametrize("turn", range(2))
        def test_alter(seedkit_connection, turn):
            assert columns(seedkit_connection) == 3
            seedkit_connection.execute("alter table users add column more int")
            assert columns(seedkit_connection, times=7) == 4
            seedkit_connection.rollback()
            assert columns(seedkit_connection) == 3
            seedkit_connection.execute("alter table users add column another int")
            assert columns(seedkit_connection, times=7) == 4
        """)

    ran.assert_outcomes(passed=2)


def test_statements_and_handlers_of_a_test_end_with_it(inner: Inner) -> None:
    ran = inner("""
        told, blocks = [], []

        @pytest.mark.parametrize("turn", range(2))
        def test_session(seedkit_connection, seedkit_database, turn):
            seedkit_connection.commit()
            seedkit_connection.execute("do $$ begin raise notice 'seen' ; end $$")
            with psycopg.connect(seedkit_database, autocommit=True) as other:
                other.execute("notify of_test")
            seedkit_connection.execute("select 1")
            assert told == []
            assert seedkit_connection.prepared_max == 100
            seedkit_connection.execute("prepare find as select 1")
            seedkit_connection.add_notice_handler(told.append)
            seedkit_connection.add_notify_handler(told.append)
            seedkit_connection.prepared_max = 1
            blocks.append(seedkit_connection.transaction())
            blocks[-1].__enter__()
        """)

    ran.assert_outcomes(passed=2)


def test_a_test_may_commit_and_roll_back_in_a_pipeline(inner: Inner) -> None:
    ran = inner(f"""
        @pytest.mark.parametrize("turn", range(2))
        def test_pipeline(seedkit_connection, turn):
            with seedkit_connection.pipeline():
                seedkit_connection.execute("insert into users (email) values ('kept')")
                seedkit_connection.commit()
                seedkit_connection.execute("delete from users where email = 'kept'")
                seedkit_connection.rollback()
                with pytest.raises(psycopg.errors.UndefinedTable):
                    seedkit_connection.execute("select * from nowhere").fetchall()
                seedkit_connection.rollback()
                assert {COUNT} == 3
            with pytest.raises(psycopg.errors.UndefinedTable):
                seedkit_connection.execute("select * from nowhere")
            seedkit_connection.commit()
            assert {COUNT} == 3
        """)

    ran.assert_outcomes(passed=2)


@pytest.mark.parametrize("attribute", ["autocommit", "read_only", "isolation_level", "deferrable"])
def test_what_only_a_connection_outside_a_transaction_can_be_set_to_is_told_where_it_can(
    inner: Inner, attribute: str
) -> None:
    ran = inner(f"""
        def test_set(seedkit_connection):
            seedkit_connection.{attribute} = True
        """)

    ran.assert_outcomes(failed=1)
    ran.stdout.fnmatch_lines([f"*can't change '{attribute}'*seedkit_fresh_database*"])


@pytest.mark.parametrize(
    "ending",
    ["seedkit_connection.close()", "seedkit_connection.execute('select pg_terminate_backend(pg_backend_pid())')"],
)
def test_a_connection_that_a_test_has_closed_or_lost_is_opened_again(inner: Inner, ending: str) -> None:
    ran = inner(f"""
        import contextlib

        @pytest.mark.parametrize("turn", range(2))
        def test_end(seedkit_connection, turn):
            assert {COUNT} == 2
            assert seedkit_connection.execute("insert into users (email) values ('x') returning id").fetchone() == (3,)
            with contextlib.suppress(psycopg.Error):
                {ending}
        """)

    ran.assert_outcomes(passed=2)


@pytest.mark.parametrize(
    "statement", ["commit", "commit; begin", "commit and chain", "commit'); seedkit_connection.close(); ('"]
)
def test_a_test_that_commits_by_sql_is_told_and_the_next_one_finds_nothing_of_it(inner: Inner, statement: str) -> None:
    ran = inner(f"""
        @pytest.mark.parametrize("turn", range(2))
        def test_commit(seedkit_connection, turn):
            assert {COUNT} == 2
            assert seedkit_connection.execute("insert into users (email) values ('x') returning id").fetchone() == (3,)
            seedkit_connection.execute('{statement}')
        """)

    ran.assert_outcomes(passed=2, errors=2)
    ran.stdout.fnmatch_lines(["*ended its transaction by SQL*takes seedkit_fresh_database"])


def test_a_fresh_database_may_be_committed_to_and_goes_with_its_test(
    inner: Inner, named_databases: Callable[[str], list[str]]
) -> None:
    ran = inner(f"""
        @pytest.mark.parametrize("turn", range(2))
        def test_commit(seedkit_fresh_database, seedkit_connection, turn):
            with psycopg.connect(seedkit_fresh_database) as connection:
                connection.execute("insert into users (email) values ('x')")
            with psycopg.connect(seedkit_fresh_database) as connection:
                assert connection.execute("select count(*) from users").fetchone() == (3,)
            assert {COUNT} == 2
        """)

    ran.assert_outcomes(passed=2)
    assert named_databases("clone") == []
    assert len(named_databases("template")) == 1


def test_a_template_is_made_once_and_anew_when_what_it_is_made_from_changes(
    inner: Inner,
    builds: Callable[[], int],
    shop_files: Callable[[dict[str, str]], None],
    named_databases: Callable[[str], list[str]],
) -> None:
    test, hook = "def test_one(seedkit_connection): pass", "import pytest\nfrom seedkit.integrations.schemas import *\n"
    own = '@pytest.fixture(scope="session")\ndef seedkit_schema():\n    return sql_files("schema.sql"){}\n'
    counts = []
    for files in (
        {},
        {},
        {"fixtures/posts.yml": "first: {id: 8, user: ada, title: First}\n"},
        {"schema.sql": "create table extra (id int);\n" + SCHEMA},
        {"conftest.py": hook + own.format("")},
        {"conftest.py": hook + own.format("  # another")},
        {"seeders/more.py": "from seedkit import seeder\n@seeder\ndef more(db): db.call('marks')\n"},
    ):
        inner(test, files=files).assert_outcomes(passed=1)
        counts.append(builds())
    inner(test, "--seedkit-recreate").assert_outcomes(passed=1)

    assert counts == [1, 1, 2, 3, 4, 5, 6]
    assert builds() == 7
    assert len(named_databases("template")) == 3  # the last few stay, for those who go from branch to branch
    assert named_databases("draft") == []


def test_what_is_said_of_generated_rows_and_what_settings_allow_make_another_template(
    inner: Inner, builds: Callable[[], int]
) -> None:
    test = "def test_one(seedkit_connection): pass"
    project = '[tool.seedkit.embedded]\nschema = ["schema.sql"]\n[tool.seedkit{}\n'
    counts = []
    for files in (
        {},
        {"generate.yml": "users: {email: a@x}\n"},
        {"generate.yml": "users: {email: b@x}\n"},
        {"pyproject.toml": project.format("]")},
        {"pyproject.toml": project.format(".generate]\nversion = 1")},
        {"pyproject.toml": project.format("]\nrange-rows = 100")},
        {},
    ):
        inner(test, files=files).assert_outcomes(passed=1)
        counts.append(builds())

    assert counts == [1, 2, 3, 3, 4, 5, 5]


def test_what_a_killed_run_has_left_goes_at_the_next_start_and_what_a_living_one_has_stays(
    inner: Inner,
    named_databases: Callable[[str], list[str]],
    builds: Callable[[], int],
    server: str,
    pytester: pytest.Pytester,
) -> None:
    waits = "import psycopg, time\ndef test_waits(seedkit_connection): print('here', flush=True); time.sleep(60)\n"
    inner("def test_one(seedkit_connection): pass").assert_outcomes(passed=1)
    (pytester.path / "waits.py").write_text(waits)
    command = [sys.executable, "-m", "pytest", "-qs", "-p", "no:cacheprovider", f"--seedkit-url={server}", "waits.py"]
    with subprocess.Popen(command, cwd=pytester.path, stdout=subprocess.PIPE, text=True) as killed:
        assert killed.stdout
        while "here" not in killed.stdout.readline():
            assert killed.poll() is None
        (left,) = named_databases("clone")

        inner("def test_one(seedkit_connection): pass").assert_outcomes(passed=1)
        while_it_lives = named_databases("clone")
        killed.kill()
        killed.wait()
        for _ in range(100):  # the server may notice a moment later
            inner("def test_one(seedkit_connection): pass").assert_outcomes(passed=1)
            if not named_databases("clone"):
                break

    assert while_it_lives == [left]
    assert named_databases("clone") == []
    assert builds() == 1  # another process finds the template, too


def test_nothing_is_made_in_the_database_that_is_named_and_database_url_does_not_count(
    inner: Inner, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://nobody@nowhere.invalid/production")

    ran = inner(
        "def test_other(seedkit_connection, seedkit_server):\n"
        "    assert seedkit_connection.info.dbname not in seedkit_server\n"
        "    assert seedkit_connection.execute('select count(*) from users').fetchone() == (2,)\n",
        url=database,
    )

    ran.assert_outcomes(passed=1)
    with psycopg.connect(database) as connection:
        assert connection.execute(
            "select count(*) from pg_class where relnamespace = 'public'::regnamespace"
        ).fetchone() == (0,)


def test_the_variable_and_the_setting_name_a_server_too(
    inner: Inner, server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    test = f"def test_server(seedkit_server): assert seedkit_server == {server!r}"
    by_setting = inner(test, url=None, files={"pytest.ini": f"[pytest]\nseedkit_url = {server}\n"})
    monkeypatch.setenv("SEEDKIT_TEST_URL", server)

    by_variable = inner(test, url=None, files={"pytest.ini": "[pytest]\n"})

    by_setting.assert_outcomes(passed=1)
    by_variable.assert_outcomes(passed=1)


def test_an_empty_url_is_not_taken_for_none(inner: Inner) -> None:
    ran = inner("def test_one(seedkit_connection): pass", "--seedkit-url=", url=None)

    ran.assert_outcomes(errors=1)
    ran.stdout.fnmatch_lines(["seedkit: --seedkit-url is empty"])


def test_a_role_without_createdb_is_told_what_it_lacks(inner: Inner, role: Callable[[str], str]) -> None:
    ran = inner("def test_one(seedkit_connection): pass", url=role("nocreatedb"))

    ran.assert_outcomes(errors=1)
    ran.stdout.fnmatch_lines(
        [
            'seedkit: role "role_0" of the server for tests may not create databases, *',
            "hint: As a superuser: alter role role_0 createdb. *",
        ]
    )
    ran.stdout.no_fnmatch_line("*Traceback*")


def test_a_role_with_createdb_and_nothing_else_is_enough(inner: Inner, role: Callable[[str], str]) -> None:
    url = role("createdb")

    ran = inner(
        """
        def test_one(seedkit_connection, seedkit_fresh_database):
            assert seedkit_connection.execute("insert into users (email) values ('x') returning id").fetchone() == (3,)
        def test_two(seedkit_connection):
            assert seedkit_connection.execute("insert into users (email) values ('x') returning id").fetchone() == (3,)
        """,
        url=url,
    )

    ran.assert_outcomes(passed=2)
    with psycopg.connect(make_conninfo(url, dbname="postgres"), autocommit=True) as connection:
        mine = connection.execute(
            "select quote_ident(datname) from pg_database where pg_get_userbyid(datdba) = current_user"
        ).fetchall()
        for (name,) in mine:
            connection.execute(f"drop database {name}".encode())


def test_the_server_of_a_production_database_is_refused(
    inner: Inner, connection: psycopg.Connection, database: str
) -> None:
    from seedkit.runner.guards import protect

    protect(connection)

    ran = inner("def test_one(seedkit_connection): pass", url=database)

    ran.assert_outcomes(errors=1)
    ran.stdout.fnmatch_lines(["seedkit: database * is a production database: *"])
    ran.stdout.fnmatch_lines(["*hint: Nothing was changed. Name a server for tests: --seedkit-url, SEEDKIT_TEST_URL*"])
    assert "--force" not in ran.stdout.str()


@pytest.mark.parametrize(
    ("files", "told"),
    [
        ({"fixtures/posts.yml": "first: {user: adam, title: First}\n"}, ["*adam*", "  at fixtures/posts.yml:1*"]),
        ({"schema.sql": "create table users (id int);\nnonsense;\n"}, ["*syntax error*", "  at *schema.sql:2"]),
        (
            {"conftest.py": "import pytest\n@pytest.fixture(scope='session')\ndef seedkit_schema():\n    return make\n"
             "def make(url):\n    raise ValueError('no tables today')\n"},
            ["seedkit: the tables could not be made: ValueError: no tables today", "  at conftest.py:6"],
        ),
        (
            {"conftest.py": "import pytest\nfrom seedkit.integrations.schemas import Schema\n"
             "@pytest.fixture(scope='session')\ndef seedkit_schema():\n"
             "    return Schema(create=print, content=lambda: 1 / 0)\n"},
            ["seedkit: the tables could not be made: ZeroDivisionError: division by zero", "  at conftest.py:5"],
        ),
        (
            {"conftest.py": "import pytest\nfrom seedkit.integrations.schemas import sql_files\n"
             "@pytest.fixture(scope='session')\ndef seedkit_schema():\n    return sql_files('no.sql')\n"},
            ["seedkit: there is no */no.sql", "hint: Name the files: sql_files(PATH, …);*"],
        ),
        ({"pyproject.toml": "[tool.seedkit]\n"}, ["*not known what makes*", "hint: Write the fixture*"]),
        ({"pyproject.toml": "[tool.seedkit]\nfixture = 1\n"}, ["*has no setting fixture*"]),
    ],
)  # fmt: skip
def test_what_is_wrong_with_the_template_is_told_once_without_a_traceback(
    inner: Inner, files: dict[str, str], told: list[str], named_databases: Callable[[str], list[str]]
) -> None:
    ran = inner(
        """
        def test_one(seedkit_connection): pass
        def test_two(seedkit_connection): pass
        def test_three(seedkit_database): pass
        def test_without(): pass
        """,
        "-rN",
        files=files,
    )

    ran.assert_outcomes(errors=3, passed=1)
    ran.stdout.fnmatch_lines(told)
    hints = [line for line in ran.outlines if "told in full at the first test" in line]
    assert len(hints) == 2
    assert len(ran.outlines) < 30
    assert named_databases("draft") == []


def test_the_traceback_of_a_seeder_is_shown_where_it_is_asked_for(inner: Inner) -> None:
    failing = {"seeders/marks.py": "from seedkit import seeder\n@seeder\ndef marks(db):\n    1 / 0\n"}

    short = inner("def test_one(seedkit_connection): pass", files=failing)
    long = inner("def test_one(seedkit_connection): pass", "-vvv")

    short.assert_outcomes(errors=1)
    long.assert_outcomes(errors=1)
    short.stdout.fnmatch_lines(
        ["*ZeroDivisionError*", "  at seeders/marks.py:4", "hint: *`pytest -vv` shows the traceback*"]
    )
    short.stdout.no_fnmatch_line(">       1 / 0")
    long.stdout.fnmatch_lines([">       1 / 0"])


def test_the_marker_loads_seeders_and_tables_for_one_test(inner: Inner) -> None:
    ran = inner(f"""
        @pytest.mark.seedkit("users", environment="demo")
        def test_marked(seedkit_connection, seedkit_ref):
            assert {COUNT} == 3
            assert seedkit_ref("users.eve.email") == "eve@example.com"

        def test_unmarked(seedkit_connection):
            assert {COUNT} == 2
            assert seedkit_connection.execute("select nextval('users_id_seq')").fetchone() == (3,)

        @pytest.mark.seedkit(environment="demo")
        def test_fresh(seedkit_fresh_database, seedkit_ref):
            with psycopg.connect(seedkit_fresh_database) as connection:
                assert connection.execute("select count(*) from users").fetchone() == (3,)
            assert seedkit_ref("users.eve.email") == "eve@example.com"
        """)

    ran.assert_outcomes(passed=3)


@pytest.mark.parametrize(
    ("marker", "taken", "told"),
    [
        ('"users"', "seedkit_database", "*takes neither"),
        ('"nobody"', "seedkit_connection", '*"nobody" is neither a seeder nor a table with fixtures'),
        ('"users", env="demo"', "seedkit_connection", "*the marker seedkit has no option env*"),
    ],
)
def test_a_marker_that_can_not_mean_what_it_says_is_told(inner: Inner, marker: str, taken: str, told: str) -> None:
    ran = inner(f"""
        @pytest.mark.seedkit({marker})
        def test_marked({taken}): pass
        """)

    ran.assert_outcomes(errors=1)
    ran.stdout.fnmatch_lines([told])


def test_a_labelled_row_is_found_by_its_name(inner: Inner) -> None:
    ran = inner("""
        def test_key(seedkit_ref, seedkit_connection):
            ada = seedkit_connection.execute("select id from users where name = 'Ada'").fetchone()[0]
            assert seedkit_ref("users.ada") == ada
            assert seedkit_ref("posts.first.user_id") == ada
            seedkit_connection.execute("update users set email = 'new' where name = 'Ada'")
            assert seedkit_ref("users.ada.email") == "new"

        def test_the_next_test_finds_what_the_template_has(seedkit_ref):
            assert seedkit_ref("users.ada.email") == "ada@example.com"

        def test_unknown(seedkit_ref):
            seedkit_ref("users.adam")
        """)

    ran.assert_outcomes(passed=2, failed=1)
    ran.stdout.fnmatch_lines(['seedkit: no row of table "users" is labelled "adam"'])


def test_each_worker_of_xdist_has_a_clone_of_one_template(inner: Inner, builds: Callable[[], int]) -> None:
    ran = inner(
        """
        import time

        @pytest.mark.parametrize("turn", range(4))
        def test_worker(seedkit_connection, worker_id, turn):
            with open("names", "a") as names:
                names.write(f"{worker_id} {seedkit_connection.info.dbname}\\n")
            time.sleep(0.5)
        """,
        *("-n", "2", "--seedkit-recreate"),
    )

    ran.assert_outcomes(passed=4)
    pairs = {tuple(line.split()) for line in Path("names").read_text().splitlines()}
    assert len({worker for worker, _ in pairs}) == len({name for _, name in pairs}) == len(pairs) == 2
    assert builds() == 1


def test_sequences_that_others_have_moved_are_put_back_on_request(inner: Inner) -> None:
    ran = inner("""
        @pytest.mark.parametrize("turn", range(2))
        def test_own_connection(seedkit_database, seedkit_sequences, turn):
            with psycopg.connect(seedkit_database) as connection:
                assert connection.execute("select nextval('users_id_seq')").fetchone() == (3,)
        """)

    ran.assert_outcomes(passed=2)


def test_what_is_seeded_can_be_chosen(inner: Inner) -> None:
    conftest = "import pytest\n@pytest.fixture(scope='session')\ndef seedkit_seeds(): return {}\n"

    nothing = inner(
        f"def test_none(seedkit_connection): assert {COUNT} == 0", files={"conftest.py": conftest.format([])}
    )
    users = inner(
        f"def test_users(seedkit_connection):\n"
        f"    assert {COUNT} == 2\n"
        f"    assert seedkit_connection.execute('select count(*) from posts').fetchone() == (0,)",
        files={"conftest.py": conftest.format(["users"])},
    )

    nothing.assert_outcomes(passed=1)
    users.assert_outcomes(passed=1)


def test_a_lone_name_of_what_is_seeded_is_told_how_to_stand_in_a_list(inner: Inner) -> None:
    conftest = "import pytest\n@pytest.fixture(scope='session')\ndef seedkit_seeds(): return 'users'\n"

    ran = inner("def test_users(seedkit_connection): pass", files={"conftest.py": conftest})

    ran.assert_outcomes(errors=1)
    ran.stdout.fnmatch_lines(['*seedkit_seeds must be a list of names: write *"users"*'])


def test_fixtures_that_only_a_linked_folder_has_are_seeded(inner: Inner, pytester: pytest.Pytester) -> None:
    folder = pytester.path / "fixtures"
    folder.rename(pytester.path / "rows")
    folder.mkdir()
    (folder / "linked").symlink_to(pytester.path / "rows", target_is_directory=True)
    (pytester.path / "seeders" / "marks.py").unlink()

    ran = inner(f"def test_linked(seedkit_connection): assert {COUNT} == 2")

    ran.assert_outcomes(passed=1)


def test_a_run_that_does_not_use_the_plugin_imports_nothing_of_it() -> None:
    code = (
        "import sys, pytest; known = set(sys.modules); import seedkit.integrations.pytest_plugin;"
        "print(*sorted(set(sys.modules) - known))"
    )

    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert ran.stdout.split() == ["seedkit", "seedkit.integrations", "seedkit.integrations.pytest_plugin"]


@pytest.mark.parametrize("place", ["the root", "below it", "beside what is named there"])
def test_files_of_the_schema_are_named_from_the_root_directory_wherever_pytest_is_started(
    inner: Inner, pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    name = "only_below.sql" if place == "beside what is named there" else "schema.sql"
    hook = f'@pytest.fixture(scope="session")\ndef seedkit_schema():\n    return sql_files("{name}")\n'
    files = {
        "pytest.ini": "[pytest]\n",
        "conftest.py": f"import pytest\nfrom seedkit.integrations.schemas import sql_files\n{hook}",
        "tests/only_below.sql": SCHEMA,
    }
    pytester.mkdir("tests")
    if place != "the root":
        monkeypatch.chdir(pytester.path / "tests")

    test = "def test_it(seedkit_connection):\n    seedkit_connection.execute('select from posts')\n"
    ran = inner(test, str(pytester.path / "test_inner.py"), files=files)

    ran.assert_outcomes(passed=1)


def test_rows_are_made_for_a_test_and_go_with_it(inner: Inner) -> None:
    ran = inner(f"""
        from seedkit import tags

        @pytest.mark.parametrize("turn", range(2))
        def test_rows(seedkit_connection, seedkit_rows, turn):
            report = seedkit_rows.generate("users", 50, email=tags.format("u{{id}}@example.com"))
            assert report.right
            assert {COUNT} == 52
            last = seedkit_connection.execute("select max(email) from users where id > 2").fetchone()
            assert last == ("u9@example.com",)

        def test_none(seedkit_connection):
            assert {COUNT} == 2

        def test_mistake(seedkit_rows):
            with pytest.raises(pytest.fail.Exception, match='seedkit: table "usres" does not exist'):
                seedkit_rows.generate("usres", 1)
        """)

    ran.assert_outcomes(passed=4)
