"""`check` as a gate: what it leaves alone, what ends it with 1, and what it looks at."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import psycopg
import pytest

from seedkit import check_sequences, fix_sequences
from seedkit.errors import CatalogError, UsageError
from tests.conftest import Run, Write

Connection = psycopg.Connection[Any]
Gate = Callable[..., CompletedProcess[str]]

TIMESTAMP_IDS = """
    create function timestamp_id(table_name text) returns bigint language plpgsql as $$
    begin
      return (extract(epoch from clock_timestamp()) * 1000)::bigint << 16 | nextval(table_name || '_id_seq') % 65536;
    end $$;
    create sequence statuses_id_seq;
    create table statuses (id bigint primary key default timestamp_id('statuses'));
"""
IN_STEP = "create table users (id serial primary key);"
BEHIND = "create table orders (id serial primary key); insert into orders values (41);"
NEARLY_FULL = "create table events (id serial primary key); select setval('events_id_seq', 1999999999);"
STATUSES_IGNORED = """
    [[tool.seedkit.check.ignore]]
    table = "statuses"
    reason = "ids hold a timestamp"
"""


@pytest.fixture
def gate(seedkit: Run, project: Write, database: str) -> Gate:
    """Run `check` in a project with these settings."""

    def run(*arguments: str, settings: str = "") -> CompletedProcess[str]:
        project({"pyproject.toml": settings})
        return seedkit("check", *arguments, DATABASE_URL=database)

    return run


def test_a_default_that_computes_is_ignored_with_its_reason_and_the_gate_is_green(
    connection: Connection, gate: Gate
) -> None:
    """§7 What `check` is told to ignore, by patterns of tables, columns and sequences, is shown with its status and the
    reason, counted apart, and doesn't fail it.
    """
    connection.execute(TIMESTAMP_IDS + IN_STEP)
    assert gate().returncode == 1

    ran = gate(settings=STATUSES_IGNORED)

    assert (ran.returncode, ran.stderr) == (0, "")
    _, judged, ignored, closing = ran.stdout.split("\n\n")
    assert "statuses" not in judged
    assert re.sub(" +", " ", ignored).splitlines()[0] == "ignored sequence status reason"
    assert re.fullmatch(r"statuses\.id +\S+ +skipped  ids hold a timestamp", ignored.splitlines()[1])
    assert closing == "1 sequence in step; 1 ignored\n"


def test_what_is_ignored_is_told_in_json_and_on_the_page_too(
    connection: Connection, gate: Gate, tmp_path: Path
) -> None:
    connection.execute(TIMESTAMP_IDS + IN_STEP)

    ran = gate("--json", "--html", "report.html", settings=STATUSES_IGNORED)

    report, page = json.loads(ran.stdout), (tmp_path / "report.html").read_text()
    assert (ran.returncode, report["ok"], report["fail_on"], report["failed_by"]) == (0, True, ["behind"], [])
    assert [sequence["table"] for sequence in report["sequences"]] == ["users"]
    ((ignored),) = report["ignored"]
    assert (ignored["table"], ignored["column"], ignored["status"], ignored["ignored_because"]) == (
        "statuses",
        "id",
        "skipped",
        "ids hold a timestamp",
    )
    assert "1 sequence in step; 1 ignored" in page
    assert "ids hold a timestamp" in page


def test_a_schema_of_which_all_is_ignored_is_not_said_to_have_no_sequence(
    connection: Connection, gate: Gate, tmp_path: Path
) -> None:
    connection.execute(TIMESTAMP_IDS)

    ran = gate("--html", "report.html", settings=STATUSES_IGNORED)

    assert (ran.returncode, ran.stdout.splitlines()[-1]) == (0, "1 sequence ignored")
    assert "No column of a table draws from a sequence" not in (tmp_path / "report.html").read_text()


@pytest.mark.parametrize(
    "entry",
    [
        'table = "orders"',
        'table = "ord*"',
        'table = "public.orders"',
        'sequence = "orders_id_seq"',
        'sequence = "public.*"',
        'table = "orders"\ncolumn = "id"',
        'table = "*"\nsequence = "orders_*"',
    ],
)
def test_an_entry_names_tables_columns_and_sequences_by_pattern(connection: Connection, gate: Gate, entry: str) -> None:
    connection.execute(BEHIND)

    ran = gate(settings=f'[[tool.seedkit.check.ignore]]\n{entry}\nreason = "moves next week"\n')

    assert ran.returncode == 0
    assert "orders.id  orders_id_seq  behind  moves next week" in ran.stdout
    assert "fix-sequence" not in ran.stdout


@pytest.mark.parametrize(
    ("entry", "shown"),
    [
        ('table = "Orders"', 'table "Orders"'),
        ('table = "order"', 'table "order"'),
        ('table = "orders"\ncolumn = "number"', 'table "orders", column "number"'),
        ('sequence = "orders"', 'sequence "orders"'),
    ],
)
def test_an_entry_that_matches_nothing_ignores_nothing_and_is_told(
    connection: Connection, gate: Gate, tmp_path: Path, entry: str, shown: str
) -> None:
    """§7 An entry of the ignore list that matches nothing is told where the whole database is judged."""
    connection.execute(BEHIND)
    settings = f'[[tool.seedkit.check.ignore]]\n{entry}\nreason = "moves next week"\n'

    ran, report = gate("--html", "report.html", settings=settings), gate("--json", settings=settings)

    told = f"nothing matches entry 1 of [tool.seedkit.check] ignore, {shown}: it can be taken out"
    assert ran.returncode == 1
    assert f"note: {told}" in ran.stdout.splitlines()
    assert json.loads(report.stdout)["ignored_nothing"] == [told]
    assert "Nothing matches entry 1" in (tmp_path / "report.html").read_text().replace("<wbr>", "")


def test_an_entry_is_not_called_idle_by_a_check_of_some_tables(connection: Connection, gate: Gate) -> None:
    connection.execute(TIMESTAMP_IDS + IN_STEP)

    ran = gate("users", settings=STATUSES_IGNORED)

    assert (ran.returncode, "note:" in ran.stdout) == (0, False)


def test_a_shared_sequence_is_ignored_only_where_all_its_tables_are(connection: Connection, gate: Gate) -> None:
    """§7 A sequence that several tables share is ignored by table only where the pattern matches all of them."""
    connection.execute(BEHIND + "create table archive (id integer primary key default nextval('orders_id_seq'));")
    ignored = '[[tool.seedkit.check.ignore]]\ntable = "{}"\nreason = "moves next week"\n'

    one, both = gate(settings=ignored.format("orders")), gate(settings=ignored.format("*"))

    assert (one.returncode, both.returncode) == (1, 0)


def test_only_the_command_ignores_what_the_settings_say(
    connection: Connection, project: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    connection.execute(TIMESTAMP_IDS)
    project({"pyproject.toml": STATUSES_IGNORED})

    report = check_sequences(connection=connection)

    assert (report.right, len(report.sequences), report.ignored) == (False, 1, ())


def test_fail_on_near_limit_fails_where_a_sequence_has_used_so_much(connection: Connection, gate: Gate) -> None:
    """§7 `--fail-on near-limit=90` fails the check where 90 % of a sequence's nearest limit is used, and says which."""
    connection.execute(NEARLY_FULL + IN_STEP)

    below, above = gate("--fail-on", "near-limit=94"), gate("--fail-on", "near-limit=93")

    assert (gate().returncode, below.returncode, above.returncode) == (0, 0, 1)
    assert "fails by near-limit=93: events.id has used 93.1 % of integer, 147,483,648 values are left" in above.stdout
    assert "fails by" not in below.stdout


def test_fail_on_stands_for_itself_and_what_it_passes_over_is_told(connection: Connection, gate: Gate) -> None:
    """§7 `--fail-on` names all that fails the check; what is wrong and not among it is told beside the result."""
    connection.execute(BEHIND)

    ran = gate("--fail-on", "near-limit=90")

    assert ran.returncode == 0
    assert "passed over by --fail-on near-limit=90: 1 sequence behind" in ran.stdout


@pytest.mark.parametrize(
    "options", [["--fail-on", "behind,near-limit=90"], ["--fail-on=near-limit=90", "--fail-on=behind"]]
)
@pytest.mark.parametrize("tables", [BEHIND, NEARLY_FULL, TIMESTAMP_IDS])
def test_several_conditions_fail_by_any_of_them(
    connection: Connection, gate: Gate, tables: str, options: list[str]
) -> None:
    connection.execute(tables)

    assert gate(*options).returncode == 1


def test_the_conditions_and_which_of_them_failed_are_told_in_json_and_on_the_page(
    connection: Connection, gate: Gate, tmp_path: Path
) -> None:
    connection.execute(NEARLY_FULL)

    report = json.loads(gate("--json", "--html", "report.html", "--fail-on", "behind,near-limit=90").stdout)

    assert (report["ok"], report["fail_on"], report["failed_by"]) == (
        False,
        ["behind", "near-limit=90"],
        ["near-limit=90"],
    )
    page = (tmp_path / "report.html").read_text()
    assert "Fails by near-limit=90: events.id has used 93.1 % of integer" in page
    assert 'class="summary wrong"' in page


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ("behnd", '"behnd" is nothing that a check can fail on'),
        ("near-limit", "near-limit takes a percentage from 1 to 100"),
        ("near-limit=0", "near-limit takes a percentage from 1 to 100"),
        ("near-limit=101", "near-limit takes a percentage from 1 to 100"),
        ("near-limit=ninety", "near-limit takes a percentage from 1 to 100"),
        ("behind=3", "behind takes no number"),
        ("", '"" is nothing that a check can fail on'),
    ],
)
def test_what_is_no_condition_is_a_usage_error(gate: Gate, typed: str, message: str) -> None:
    ran = gate(f"--fail-on={typed}")

    assert (ran.returncode, ran.stderr.splitlines()[0]) == (2, f"error: {message}")


SCHEMAS = """
    create schema sales; create schema stock; create schema other;
    create table sales.orders (id serial primary key);
    create table stock.items (id serial primary key);
    create table other.late (id serial primary key);
    insert into other.late values (41);
"""


def test_several_schemas_are_judged_at_once(connection: Connection, gate: Gate) -> None:
    connection.execute(SCHEMAS)

    ran = gate("--schema", "sales", "--schema", "stock", "--json")

    assert {sequence["table"] for sequence in json.loads(ran.stdout)["sequences"]} == {"orders", "items"}
    assert (ran.returncode, gate("--schema", "sales", "--schema", "other").returncode) == (0, 1)


def test_python_takes_one_schema_or_several(connection: Connection) -> None:
    connection.execute(SCHEMAS)

    one = check_sequences(schema="sales", connection=connection)
    two = check_sequences(schema=["sales", "other"], connection=connection)

    assert [str(sequence.table) for sequence in one.sequences] == ["sales.orders"]
    assert [str(sequence.table) for sequence in two.sequences] == ["other.late", "sales.orders"]


def test_a_repair_takes_several_schemas_as_well(connection: Connection, seedkit: Run, database: str) -> None:
    connection.execute(SCHEMAS)

    ran = seedkit("fix-sequence", "--all", "--schema=other", "--schema=stock", "--json", DATABASE_URL=database)
    report = fix_sequences(schema=("other", "sales"), connection=connection)

    assert {sequence["table"]: sequence["status"] for sequence in json.loads(ran.stdout)["sequences"]} == {
        "late": "fixed",
        "items": "in step",
    }
    assert {str(sequence.table) for sequence in report.sequences} == {"other.late", "sales.orders"}


def test_each_schema_that_is_not_there_is_an_error(connection: Connection) -> None:
    connection.execute(SCHEMAS)

    with pytest.raises(CatalogError, match='no schema "salse" has tables') as refused:
        check_sequences(schema=["stock", "salse"], connection=connection)

    assert refused.value.hint == 'Did you mean "sales"?'


def test_no_schema_at_all_is_not_a_check_that_passes(connection: Connection) -> None:
    with pytest.raises(UsageError, match="schema must name a schema"):
        check_sequences(schema=[], connection=connection)


def test_fail_on_unlinked_fails_where_nothing_links_a_sequence(connection: Connection, gate: Gate) -> None:
    connection.execute(IN_STEP + "create sequence hibernate_sequence;")
    ignored = '[[tool.seedkit.check.ignore]]\nsequence = "hibernate_*"\nreason = "drawn by the application"\n'

    ran, quiet = gate("--fail-on", "behind,unlinked"), gate("--fail-on", "unlinked", settings=ignored)

    assert (gate().returncode, ran.returncode, quiet.returncode) == (0, 1, 0)
    assert "fails by unlinked: nothing links hibernate_sequence to a column" in ran.stdout
    assert "-        hibernate_sequence  unlinked  drawn by the application" in quiet.stdout
    assert "1 sequence in step; 1 ignored" in quiet.stdout
