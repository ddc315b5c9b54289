"""The benchmark's short form; the long one is `make bench`."""

import xml.etree.ElementTree as ET
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest

from benchmarks.chart import chart
from benchmarks.contestants import (
    CHOICE_OF_KEYS,
    CHOICE_OF_THREE,
    COPY_OF_KEYS,
    COPY_OF_THREE,
    DUMP,
    FAKER,
    FIX_ALL,
    HELP,
    PSQL_COPY,
    PSQL_COPY_OUT,
    PSQL_SETVAL,
    SEED,
    SEED_AGAIN,
    SEED_BULK,
    WRITE_ROW,
    Contestant,
    generate,
)
from benchmarks.contests import Contest, contests
from benchmarks.delay_proxy import delay_proxy
from benchmarks.growth import SUBJECTS, costs_of
from benchmarks.growth_section import Growth, write_section
from benchmarks.measure import CommandFailedError, measured
from benchmarks.page import as_text, table, this_machine, update_page, write_page
from benchmarks.rounds import Result, run_contest
from benchmarks.workloads import (
    Workload,
    generated_users,
    many_tables,
    people,
    people_by_code,
    shop,
    visits,
    write_project,
)

RESULTS = [
    Result(
        contest="W1",
        contestant=name,
        seconds=ratio / 4,
        ratio=ratio,
        cpu_seconds=ratio / 8,
        peak_bytes=48_000_000,
        round_trips=9,
        rounds=7,
        date="2026-11-30",
    )
    for name, ratio in {"psql \\copy": 1.0, "seedkit seed": 1.65, "Django loaddata": 240.0}.items()
]


def test_those_who_dump_write_all_rows(database: str, tmp_path: Path) -> None:
    write_project(people(30), tmp_path)
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute((tmp_path / "schema.sql").read_bytes())
    measured(SEED.command(database), tmp_path)

    for contestant in (PSQL_COPY_OUT, DUMP):
        measured(contestant.command(database), tmp_path)

    assert len((tmp_path / "csv" / "people_dumped.csv").read_text().splitlines()) == 30
    assert (tmp_path / "dumped" / "people.yml").read_text().count("- id:") == 30


@pytest.mark.parametrize(
    ("workload", "contestants"),
    [
        (people(30), (PSQL_COPY, SEED)),
        (shop(200), (PSQL_COPY, SEED, SEED_BULK)),
        (many_tables(3), (PSQL_COPY, SEED)),
        (people_by_code(30), (WRITE_ROW, SEED)),
    ],
    ids=lambda given: getattr(given, "name", ""),
)
def test_all_contestants_load_the_same_rows(
    database: str, tmp_path: Path, workload: Workload, contestants: tuple[Contestant, ...], postgres_version: int
) -> None:
    write_project(workload, tmp_path)
    loaded = []

    for contestant in (each for each in contestants if each != SEED_BULK or postgres_version == 18):
        with psycopg.connect(database, autocommit=True) as connection:
            connection.execute("drop schema public cascade")
            connection.execute("create schema public")
            connection.execute((tmp_path / "schema.sql").read_bytes())
            measured(contestant.command(database), tmp_path)
            rows = [connection.execute(f"select * from {rule.name} order by id").fetchall() for rule in workload.tables]
        loaded.append(rows)

    assert all(rows == loaded[0] for rows in loaded[1:])
    assert sum(map(len, loaded[0])) == workload.rows


def test_the_shop_has_twelve_tables_and_thirteen_foreign_keys() -> None:
    workload = shop(200_000)

    assert len(workload.tables) == 12
    assert sum(len(rule.references) for rule in workload.tables) == 13
    assert workload.rows == 200_000


def test_the_rows_that_templates_stand_for_are_copied_by_psql_as_well(server: str, tmp_path: Path) -> None:
    contest = Contest(
        key="W8", title="chosen", workload=visits(30), contestants=(COPY_OF_THREE, COPY_OF_KEYS), goal=1, rounds=1
    )

    results = run_contest(contest, server, tmp_path, rounds=1, tell=lambda _: None)

    assert [result.contestant for result in results] == [COPY_OF_THREE.name, COPY_OF_KEYS.name]
    assert (tmp_path / "csv" / "visits.csv").read_text().count("\n") == 30


def test_keys_are_chosen_from_all_users_or_from_three_with_the_same_rows_else(database: str, tmp_path: Path) -> None:
    write_project(visits(30), tmp_path)

    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute((tmp_path / "schema.sql").read_bytes())
        for contestant in (CHOICE_OF_THREE, CHOICE_OF_KEYS):
            measured(contestant.command(database), tmp_path)
        chosen = [
            connection.execute(f"select count(*), count(distinct user_id) from {table}").fetchone()
            for table in ("visits_of_three", "visits")
        ]

    (three, of_three), (all_rows, of_all) = (row for row in chosen if row)
    assert (three, of_three, all_rows) == (30, 3, 30)
    assert 10 < of_all <= 30


def test_a_contest_gives_seconds_memory_and_round_trips_of_each_contestant(server: str, tmp_path: Path) -> None:
    contest = Contest(
        key="W4", title="again", workload=people(50), contestants=(PSQL_COPY, SEED_AGAIN), goal=1, rounds=1
    )

    psql, seedkit = run_contest(contest, server, tmp_path, rounds=1, tell=print)

    assert (psql.contestant, psql.ratio) == ("psql \\copy", 1)
    assert seedkit.ratio == seedkit.seconds / psql.seconds
    assert seedkit.peak_bytes > 20_000_000
    assert psql.round_trips is not None
    assert 3 < psql.round_trips < 10


def test_psql_and_others_fill_the_tables_that_rows_are_generated_for(server: str, tmp_path: Path) -> None:
    users = generated_users(40)
    contest = Contest(
        key="W9", title="generated", workload=users, contestants=(PSQL_COPY, generate(users), FAKER), goal=2, rounds=1
    )

    results = run_contest(contest, server, tmp_path, rounds=1, tell=print)

    assert [result.contestant for result in results] == ["psql \\copy", "seedkit generate", "Faker, no weights"]
    assert (tmp_path / "csv" / "users.csv").read_text().count("@example.") == 40


def test_a_contest_far_away_takes_its_round_trips_time(server: str, tmp_path: Path) -> None:
    contest = Contest(
        key="W5-far",
        title="sequences",
        workload=many_tables(10, rows=1),
        contestants=(PSQL_SETVAL, FIX_ALL),
        goal=1,
        delay_seconds=0.02,
        drifted=True,
    )

    psql, _ = run_contest(contest, server, tmp_path, rounds=1, tell=print)

    assert psql.round_trips is not None
    assert psql.round_trips >= 10
    assert psql.seconds >= 10 * 0.02


def test_the_proxy_delays_and_counts_what_waits_for_an_answer(database: str) -> None:
    with delay_proxy(database, 0.03) as proxy, psycopg.connect(proxy.conninfo, autocommit=True) as connection:
        before = proxy.round_trips

        for number in range(3):
            assert connection.execute("select %s::int", (number,)).fetchone() == (number,)

        assert proxy.round_trips - before == 3


def test_a_pipeline_is_one_round_trip(database: str) -> None:
    with delay_proxy(database, 0.03) as proxy, psycopg.connect(proxy.conninfo, autocommit=True) as connection:
        before = proxy.round_trips

        with connection.pipeline():
            for _ in range(50):
                connection.execute("select 1")

        assert proxy.round_trips - before <= 2


def test_the_proxy_passes_on_a_large_copy_both_ways(database: str) -> None:
    lines = b"".join(b"%d\n" % number for number in range(200_000))
    with delay_proxy(database, 0.01) as proxy, psycopg.connect(proxy.conninfo) as connection:
        connection.execute("create table numbers (n int)")

        with connection.cursor().copy("copy numbers from stdin") as copy:
            copy.write(lines)
        with connection.cursor().copy("copy numbers to stdout") as copy:
            returned = b"".join(bytes(chunk) for chunk in copy)

        assert returned == lines


def test_the_memory_of_a_small_command_is_not_that_of_the_program_that_starts_it(tmp_path: Path) -> None:
    usage = measured(["/bin/sleep", "0.1"], tmp_path)

    assert usage.seconds >= 0.1
    assert usage.cpu_seconds < 0.1
    assert usage.peak_bytes < 20_000_000  # pytest itself has three times as much


def test_a_command_that_fails_makes_no_figure(tmp_path: Path) -> None:
    with pytest.raises(CommandFailedError, match="no such option"):
        measured([*HELP.command(""), "--no such option"], tmp_path)


def test_the_table_shows_our_goal_beside_our_figure() -> None:
    shown = as_text(table(contests(), RESULTS))

    ours = next(line for line in shown.splitlines() if "seedkit seed" in line)
    assert ours.split() == ["seedkit", "seed", "0.412", "1.65", "≤", "2", "0.206", "48", "9", "7", "2026-11-30"]


def test_the_chart_is_xml_with_a_bar_for_each_result() -> None:
    drawn = ET.fromstring(chart(RESULTS, {"W1": "one table & more"}))  # noqa: S314 - our own

    bars = [float(bar.attrib["width"]) for bar in drawn.iter("{http://www.w3.org/2000/svg}rect")]
    assert len(bars) == 3
    assert bars == sorted(bars)


def test_the_page_names_the_machine_and_a_command_for_each_contest(tmp_path: Path) -> None:
    profiles = {"W1": {"YAML parser": 3.0, "imports": 1.0}}

    write_page(tmp_path, this_machine("18.6"), contests(), RESULTS, profiles)

    page = (tmp_path / "performance.md").read_text()
    assert "PostgreSQL 18.6" in page
    assert "| YAML parser | 3.00 | 75% |" in page
    assert "`make bench ARGS='--only W1'`" in page
    assert "--only W2'" not in page
    assert (tmp_path / "performance.svg").exists()


def test_a_contest_that_is_measured_alone_replaces_its_rows_and_the_others_stay_with_their_date(
    tmp_path: Path,
) -> None:
    write_page(tmp_path, this_machine("18.6"), contests(), RESULTS, {"W1": {"YAML parser": 3.0, "imports": 1.0}})
    before = (tmp_path / "performance.md").read_text().splitlines()
    later = [replace(result, contest="W8", contestant=CHOICE_OF_KEYS.name, date="2026-12-24") for result in RESULTS[:1]]
    again = [replace(RESULTS[1], seconds=0.2, date="2026-12-24")]

    update_page(tmp_path, this_machine("18.6"), contests(), [*again, *later], {})

    after = (tmp_path / "performance.md").read_text().splitlines()
    gone, new = ([line for line in some if line not in other] for some, other in ((before, after), (after, before)))
    assert [line.split(" | ")[1] for line in gone] == ["seedkit seed"]
    assert [line.split(" | ")[-1] for line in new] == [
        "2026-12-24 |",
        "2026-12-24 |",
        "`make bench ARGS='--only W8'` |",
    ]
    assert "W8: " in (tmp_path / "performance.svg").read_text()


def test_figures_of_another_machine_than_the_page_say_so_beside_their_date(tmp_path: Path) -> None:
    write_page(tmp_path, this_machine("18.6"), contests(), RESULTS, {})
    other = this_machine("15.1")

    for _ in range(2):
        update_page(tmp_path, other, contests(), RESULTS[1:2], {})

    page = (tmp_path / "performance.md").read_text()
    assert page.count("2026-11-30 |") == 2
    assert page.count(f"| 2026-11-30 ({other}) |") == 1
    assert f"Machine: {this_machine('18.6')}." in page


def test_the_section_on_growth_stays_where_it_is_whoever_else_writes_the_page(tmp_path: Path) -> None:
    page = tmp_path / "performance.md"
    machine = this_machine("18.6")
    write_page(tmp_path, machine, contests(), RESULTS, {})
    page.write_text(page.read_text() + "\n## What is off the fast path\n\nFactors.\n")
    grown = [Growth(title="rows", sizes=(1, 4), rows_read=(10, 40), round_trips=(7, 7), cpu_seconds=(0.5, 1.0))]

    write_section(page, machine, grown, "| rows |")
    write_section(page, machine, grown, "| rows, again |")
    update_page(tmp_path, machine, contests(), RESULTS, {})

    heads = [line for line in page.read_text().splitlines() if line.startswith("## ")]
    assert heads[-2:] == ["## How it grows", "## What is off the fast path"]
    assert page.read_text().count("| rows") == 1
    assert "| rows, again |" in page.read_text()
    assert "Factors." in page.read_text()
    assert len(ET.parse(tmp_path / "growth.svg").findall(".//{*}rect")) == 3  # noqa: S314 - it is our own


def test_what_grows_can_be_prepared_and_met(server: str) -> None:
    for title in ("shapes of rows", "… with a trigger for each statement", "sequences that are behind"):
        [subject] = [each for each in SUBJECTS if each.title == title]

        cost = costs_of(subject, 3, server)

        assert cost.rows_read > 0
        assert cost.round_trips > 0
