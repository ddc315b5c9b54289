"""How far a run is, as it is seen at a terminal and in a log, and what of it the rooms count."""

from __future__ import annotations

import logging
import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from threading import Event, Thread
from typing import Any

import psycopg
import pytest

import seedkit
from seedkit.cli import display
from seedkit.cli.colours import When, is_coloured
from seedkit.cli.terminal import Terminal
from seedkit.errors import SeedkitError
from seedkit.postgres.busy import ServerWatch, _Busy
from seedkit.postgres.opening import connect
from seedkit.progress import Progress, watched
from tests.acceptance.screens import Screen, on_a_screen
from tests.conftest import Write

Connection = psycopg.Connection[Any]
Show = Callable[..., Screen]


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> Show:
    """Work with a terminal at which what is shown after seconds is shown at once; give what was written to it."""
    monkeypatch.setattr(display, "PATIENCE", 0.0)
    monkeypatch.setattr(display, "_BETWEEN", 0.02)
    monkeypatch.setattr(display, "_STILL", 0.0)

    def show(work: Callable[[Terminal], object], **options: Any) -> Screen:
        with on_a_screen(monkeypatch) as screen, Terminal(**options) as terminal:
            work(terminal)
        return screen

    return show


def a_run(terminal: Terminal) -> None:
    progress = terminal.progress
    progress.begin("users", 1, 2, of=5_000)
    progress.rows = 1_250
    progress.asks = lambda: "waiting for a lock on orders"
    with progress.at("copying rows"):
        time.sleep(0.3)


# At a terminal


def test_a_terminal_shows_the_step_its_rows_their_share_and_what_the_server_does(shown: Show) -> None:
    screen = shown(a_run)

    for part in (
        "[1/2] users: copying rows",
        " 25 %  1,250 rows ",
        " rows/s  0:00",
        "the server is waiting for a lock on",
    ):
        assert part in screen.plain


def test_nothing_of_it_is_left_when_the_run_ends(shown: Show) -> None:
    def work(terminal: Terminal) -> None:
        a_run(terminal)
        terminal.show("users  41")

    screen = shown(work)

    assert screen.shown == "users  41"


def test_nothing_is_shown_before_a_second_has_passed(shown: Show, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(display, "PATIENCE", 60.0)

    screen = shown(a_run)

    assert screen.written == ""


def test_nothing_is_shown_where_it_is_to_be_quiet(shown: Show) -> None:
    screen = shown(a_run, quiet=True)

    assert screen.written == ""


def test_ctrl_c_leaves_its_message_alone(shown: Show) -> None:
    def work(terminal: Terminal) -> None:
        a_run(terminal)
        sys.stderr.write("^C")  # as the terminal does
        raise KeyboardInterrupt

    with pytest.raises(Exception, match="130"):
        shown(work)


def test_what_a_seeder_prints_stands_above_and_a_line_that_has_not_ended_is_left_alone(shown: Show) -> None:
    def work(terminal: Terminal) -> None:
        a_run(terminal)
        with terminal.aside():
            print("whole")  # noqa: T201
            a_run(terminal)
            print("half", end="")  # noqa: T201
            a_run(terminal)
            print(" and half")  # noqa: T201

    screen = shown(work)

    assert screen.shown == "whole\nhalf and half"
    assert "half and half" in screen.written


def test_nothing_is_shown_among_rows_that_are_written_to_the_terminal(shown: Show) -> None:
    def work(terminal: Terminal) -> None:
        terminal.give_way()
        a_run(terminal)

    screen = shown(work)

    assert screen.shown == ""
    assert "copying" not in screen.written


@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")
def test_a_process_that_a_seeder_forks_waits_for_no_thread_of_ours(shown: Show) -> None:
    def work(terminal: Terminal) -> None:
        drawing, drawn = Event(), Event()

        def draw() -> None:
            with terminal._display.apart():
                drawing.set()
                drawn.wait()

        thread = Thread(target=draw)
        thread.start()
        drawing.wait()
        with terminal.aside():
            child = os.fork()
            if child == 0:
                signal.signal(signal.SIGALRM, signal.SIG_DFL)
                signal.alarm(5)
                print("of a child")  # noqa: T201
                os._exit(0)
            _, status = os.waitpid(child, 0)
        drawn.set()
        thread.join()
        assert status == 0

    screen = shown(work)

    assert screen.shown == "of a child"


def test_a_name_moves_no_cursor(shown: Show) -> None:
    def work(terminal: Terminal) -> None:
        terminal.progress.begin("users\x1b[2J\n[red]", 1, 1)
        time.sleep(0.1)

    screen = shown(work)

    assert r"users\x1b[2J\n[red]" in screen.plain


# Elsewhere


def test_a_log_gets_a_line_a_step_and_what_came_of_long_ones(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(display, "_LONG", 0.1)

    with Terminal(color="always") as terminal:
        a_run(terminal)
        terminal.progress.begin("orders", 2, 2)

    begun, done, other = capsys.readouterr().err.splitlines()
    assert (begun, other) == ("[1/2] users", "[2/2] orders")
    assert done.startswith("[1/2] users: 1,250 of 5,000 rows, ")


def test_a_log_is_told_now_and_then_how_far_a_long_step_is(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(display, "_BETWEEN_LINES", (0.1, 60.0))
    monkeypatch.setattr(display, "_STILL", 0.0)

    with Terminal() as terminal:
        a_run(terminal)

    [line] = [line for line in capsys.readouterr().err.splitlines() if "copying" in line]
    assert line.endswith("rows/s, copying rows, waiting for a lock on orders, 25 % of all, 0 s")


def test_verbose_says_what_took_how_long(capsys: pytest.CaptureFixture[str]) -> None:
    with Terminal(verbose=True) as terminal:
        a_run(terminal)

    assert any(line.split(maxsplit=1)[1] == "s  users: copying rows" for line in capsys.readouterr().err.splitlines())


# Colours


@pytest.mark.parametrize(
    ("when", "environment", "is_terminal", "found"),
    [
        ("auto", {}, True, True),
        ("auto", {}, False, False),
        ("auto", {"TERM": "dumb"}, True, False),
        ("auto", {"NO_COLOR": "1", "FORCE_COLOR": "1"}, True, False),
        ("auto", {"NO_COLOR": "", "FORCE_COLOR": "1"}, False, True),
        ("auto", {"FORCE_COLOR": "0"}, False, False),
        ("always", {"NO_COLOR": "1"}, False, True),
        ("never", {"FORCE_COLOR": "1"}, True, False),
    ],
)
def test_when_there_is_colour(
    when: str, environment: dict[str, str], is_terminal: bool, found: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: is_terminal, raising=False)

    for name in ("NO_COLOR", "FORCE_COLOR", "TERM"):
        monkeypatch.setenv(name, environment.get(name, ""))

    assert is_coloured(When(when), sys.stderr) == found


def test_words_of_a_status_and_what_begins_a_message_are_coloured(capsys: pytest.CaptureFixture[str]) -> None:
    with Terminal(color="always") as terminal:
        terminal.show("t.id  behind  1  behind: because\n  hint: do\nno hint: here")

    assert capsys.readouterr().out == (
        "t.id  behind  1  \x1b[1m\x1b[31mbehind\x1b[0m: because\n  \x1b[36mhint:\x1b[0m do\nno hint: here\n"
    )


def test_json_is_never_coloured(capsys: pytest.CaptureFixture[str]) -> None:
    with Terminal(json=True, color="always") as terminal:
        terminal.show("note: this")

    assert capsys.readouterr().out == "note: this\n"


# What is counted


@pytest.fixture
def told() -> list[tuple[str, int]]:
    return []


@pytest.fixture
def progress(told: list[tuple[str, int]]) -> Progress:
    found = Progress()
    found.heard = lambda _seconds: told.append((found.name, found.rows))
    return found


@pytest.fixture
def two_tables(project: Write, connection: Connection) -> Path:
    connection.execute(
        "create table users (id int primary key);create table orders (id int primary key, user_id int references users)"
    )
    rows = "".join(f"- {{id: {number}}}\n" for number in range(1, 601))
    orders = "".join(f"- {{id: {number}, user_id: {number}}}\n" for number in range(1, 601))
    return project({"fixtures/users.yml": rows, "fixtures/orders.yml": orders})


def test_a_seed_counts_the_rows_of_each_step_and_what_took_how_long(
    two_tables: Path, connection: Connection, progress: Progress, told: list[tuple[str, int]]
) -> None:
    with watched(progress):
        seedkit.seed(connection=connection)

    assert [step for step in told if step[0]] == [("users", 600), ("orders", 600)]
    assert ("orders", "checking foreign keys") in progress.spent
    assert ("users", "checking foreign keys") not in progress.spent


def test_the_share_is_that_of_the_files_bytes(two_tables: Path, connection: Connection, progress: Progress) -> None:
    shares = []
    progress.heard = lambda _seconds: shares.append(progress.share)
    sizes = {path.stem: path.stat().st_size for path in (two_tables / "fixtures").iterdir()}

    with watched(progress):
        seedkit.seed(connection=connection)

    assert [share for share in shares if share is not None] == [
        pytest.approx(1.0, abs=1 - sizes["users"] / sum(sizes.values())),
        pytest.approx(1.0),
    ]


@pytest.mark.parametrize("number", [0, 1, 30, 2_000])
def test_a_seeder_counts_the_rows_that_it_inserts_and_no_sequences(
    project: Write, connection: Connection, progress: Progress, told: list[tuple[str, int]], number: int
) -> None:
    connection.execute("create table users (id serial primary key)")
    project(
        {
            "fixtures/users.yml": "- {id: 1}",
            "seeders/more.py": f"""
            from seedkit import seeder

            @seeder(tables=["users"])
            def more(db):
                for first in (10, 5_000):
                    db.insert("users", [{{"id": first + number}} for number in range({number})])
            """,
        }
    )

    with watched(progress):
        seedkit.seed(connection=connection)

    assert [step for step in told if step[0] == "more"] == [("more", 2 * number)]


def test_how_much_of_all_a_seeder_will_do_is_not_known(
    project: Write, connection: Connection, progress: Progress
) -> None:
    connection.execute("create table users (id serial primary key)")
    project(
        {
            "fixtures/users.yml": "- {id: 1}",
            "seeders/more.py": """
            from seedkit import seeder

            @seeder(tables=["users"])
            def more(db):
                db.insert("users", [{"id": 2}])
            """,
        }
    )
    shares: dict[str, float | None] = {}
    progress.heard = lambda _seconds: shares.setdefault(progress.name, progress.share)

    with watched(progress):
        seedkit.seed(connection=connection)

    assert shares["more"] is None


def test_the_share_is_that_of_the_files_again_after_a_seeder_has_generated(
    project: Write, connection: Connection, progress: Progress
) -> None:
    connection.execute(
        "create table plans (id int primary key); create table users (id int primary key, plan int references plans);"
        "create table posts (id int primary key, author int references users)"
    )
    project(
        {
            "seeders/some.py": """
            from seedkit import seeder

            @seeder(tables=["plans"])
            def some(db):
                db.insert("plans", [{"id": 100}])
                db.generate("plans", 10)
            """,
            "fixtures/users.yml": "- {id: 1}",
            "fixtures/posts.yml": "".join(f"- {{id: {number}, author: 1}}\n" for number in range(50_000)),
        }
    )
    shares: dict[str, float | None] = {}
    rows: dict[str, int] = {}

    def heard(_seconds: float) -> None:
        shares[progress.name], rows[progress.name] = progress.share, progress.rows

    progress.heard = heard

    with watched(progress):
        seedkit.seed(connection=connection)

    assert rows["some"] == 11
    assert 0 < (shares["users"] or 0) < 1


def test_a_mistake_is_looked_for_under_its_own_name(
    two_tables: Path, connection: Connection, progress: Progress
) -> None:
    with (two_tables / "fixtures/orders.yml").open("a") as file:
        file.write("- {id: 601, user_id: 7000}\n")

    with watched(progress), pytest.raises(SeedkitError, match="7000"):
        seedkit.seed(connection=connection)

    assert {("orders", "looking for all rows that are refused"), ("orders", "looking for further mistakes")} <= set(
        progress.spent
    )


def test_generated_rows_and_sequences_are_counted(
    connection: Connection, progress: Progress, told: list[tuple[str, int]]
) -> None:
    connection.execute("create table users (id serial primary key, name text)")

    with watched(progress):
        seedkit.generate({"users": 700}, connection=connection)
        seedkit.fix_sequence("users", connection=connection)

    assert ("users", 700) in told
    assert told[-1] == ("", 1)


# The server


def test_whose_lock_is_waited_for_is_asked_beside_the_run(connection: Connection, direct: str) -> None:
    connection.execute("create table users (id int)")
    with connect(direct, source="the test") as run, connection.transaction():
        connection.execute("lock table users")
        watch = ServerWatch(run)
        waiting = Thread(target=lambda: run.execute("select from users"), daemon=True)
        waiting.start()

        told = next(filter(None, (watch() for _ in iter(lambda: time.sleep(0.02), 0))))

        assert told.startswith(f"waiting for a lock on users that session {connection.info.backend_pid} holds (")
        assert "role postgres, idle in transaction for 0 s)" in told
        watch.close()
        connection.execute("rollback")
        waiting.join(5)


def test_a_prepared_transaction_that_holds_a_lock_is_told_as_one() -> None:
    nobody = dict.fromkeys(("holder", "role", "application", "state", "since"))
    busy = _Busy(kind="Lock", event="relation", relation='["public", "users"]', prepared=True, **nobody)

    assert busy.told == "waiting for a lock on users that a prepared transaction holds (pg_prepared_xacts)"


def test_a_session_that_the_server_does_not_know_is_asked_about_once(direct: str) -> None:
    """As behind a pooler, whose clients have other numbers."""
    with connect(direct, source="the test") as run:
        watch = ServerWatch(run)
    with psycopg.connect(direct) as beside:
        beside.execute("select pg_stat_clear_snapshot()")

    assert watch() is None
    assert watch._beside is None


def test_a_server_that_takes_no_further_session_ends_no_run(direct: str) -> None:
    with connect(direct, source="the test") as run:
        watch = ServerWatch(run)
        watch._conninfo = watch._conninfo.replace(f"dbname={run.info.dbname}", "dbname=nowhere")

        assert watch() is None


def test_a_command_in_a_process_of_others_leaves_the_level_of_their_log_as_it_was() -> None:
    logger = logging.getLogger("seedkit")
    before = logger.level

    with Terminal(quiet=True):
        assert logger.level == logging.WARNING

    assert logger.level == before
