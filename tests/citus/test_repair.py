"""Sequences on a Citus cluster: each node draws from its own, in its own range, and none gets another's ids."""

from __future__ import annotations

import time

import psycopg
import pytest
from psycopg.conninfo import make_conninfo
from typer.testing import CliRunner, Result

from benchmarks.stress_citus import stress
from seedkit import check_sequences, fix_sequence, fix_sequences
from seedkit.cli.app import app
from seedkit.core.reports.runs import RepairReport
from seedkit.errors import ConfigurationError, SequenceError
from seedkit.runner.offline_repair import offline_repair
from seedkit.runner.repair import RepairRequest, Target
from tests.citus.clusters import Cluster

NODE = 1 << 48
KINDS = ["accounts", "events", "countries", "settings", "single.orders"]
TENANT = {"accounts": "tenant_id", "events": "tenant_id"}


def insert(table: str, value: int | None = None) -> str:
    """An insert by the default, or with an id."""
    columns = [*([TENANT[table]] if table in TENANT else ()), *(["id"] if value is not None else ())]
    values = [*(["1"] if table in TENANT else ()), *([str(value)] if value is not None else ())]
    return (
        f"insert into {table} ({', '.join(columns)}) values ({', '.join(values)}) returning id"
        if columns
        else (f"insert into {table} default values returning id")
    )


def repaired(url: str, *tables: str) -> RepairReport:
    with psycopg.connect(url, autocommit=True) as connection:
        return fix_sequences(tables or None, connection=connection)


def checked(url: str) -> RepairReport:
    with psycopg.connect(url, autocommit=True) as connection:
        return check_sequences(connection=connection)


def drifted(cluster: Cluster, table: str) -> None:
    """Rows of every node, and then the repair that everybody knows: setval(max(id)) on the coordinator."""
    cluster.on(0, insert(table, 41), *(insert(table, node * NODE + 7) for node in cluster.nodes if node))
    highest = cluster.value(0, f"select max(id) from {table}")
    cluster.on(0, f"select setval(pg_get_serial_sequence('{table}', 'id'), {highest})")


@pytest.mark.parametrize("table", KINDS)
def test_each_node_goes_on_with_its_own_ids_after_a_repair(cluster: Cluster, table: str) -> None:
    drifted(cluster, table)

    report = repaired(cluster.url, table).sequences[0]

    assert (report.status, report.next_value, report.highest_id) == ("fixed", 42, 41)
    assert cluster.value(0, insert(table)) == 42
    for node in cluster.nodes:
        if node and table != "settings":  # whose rows are on the coordinator alone
            assert cluster.value(node, insert(table)) == node * NODE + 8


def test_a_second_repair_changes_nothing(cluster: Cluster) -> None:
    for table in KINDS:
        drifted(cluster, table)
    first = repaired(cluster.url)

    second = repaired(cluster.url)

    assert first.right
    assert {each.status for each in second.sequences} == {"in step"}
    assert {each.node for each in second.sequences} == {0, None}


def test_a_healthy_cluster_is_green(cluster: Cluster) -> None:
    for node in cluster.nodes:
        cluster.on(node, insert("accounts"), insert("accounts"), insert("countries"))

    report = checked(cluster.url)

    assert report.right
    assert len(report.sequences) == 7
    assert not report.unlinked


def test_a_check_shows_a_line_for_each_node_that_is_behind(cluster: Cluster) -> None:
    cluster.on(0, insert("accounts", 2 * NODE + 7))

    told = CliRunner().invoke(app, ["check", "accounts", "--url", cluster.url])

    assert told.exit_code == 1
    assert [line.split()[1:4] for line in told.stdout.splitlines() if line.startswith("accounts.id")] == [
        ["accounts_id_seq", "(node", "2)"],
        ["accounts_id_seq", "1", "-"],
    ]
    assert "alter sequence" not in told.stdout


def test_without_rows_in_its_range_the_coordinator_goes_back_to_its_start(cluster: Cluster) -> None:
    cluster.on(0, "create table late (id bigint primary key)", "create sequence late_ids start 1000")
    cluster.on(0, "alter table late alter id set default nextval('late_ids')", "select create_reference_table('late')")
    cluster.on(0, f"insert into late values ({NODE + 5})", f"select setval('late_ids', {NODE + 5})")

    repaired(cluster.url, "late")

    assert cluster.value(0, "insert into late default values returning id") == 1000
    cluster.on(0, "drop table late", "drop sequence late_ids")


def test_the_worker_names_the_coordinator_and_judges_itself(cluster: Cluster) -> None:
    worker = cluster.nodes[1]
    cluster.on(1, insert("accounts"))

    with pytest.raises(ConfigurationError, match="a worker of a Citus cluster") as refused:
        repaired(worker)

    assert "Connect to " in str(refused.value.hint)
    assert checked(worker).right
    assert {each.node for each in checked(worker).sequences} == {1}


def test_a_callers_transaction_keeps_no_lock_and_stays_open(cluster: Cluster) -> None:
    drifted(cluster, "accounts")

    with psycopg.connect(cluster.url) as caller:
        caller.execute("insert into accounts (tenant_id, id) values (3, 60)")
        report = fix_sequence("accounts", connection=caller)
        drawn = caller.execute("insert into accounts (tenant_id) values (3) returning id").fetchone()
        cluster.on(2, insert("accounts"))

    assert (report.status, drawn) == ("fixed", (61,))


def test_a_snapshot_of_a_callers_is_not_believed(cluster: Cluster) -> None:
    drifted(cluster, "accounts")

    with psycopg.connect(cluster.url) as caller:
        caller.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        with pytest.raises(SequenceError, match="snapshot may hide newer ones"):
            fix_sequence("accounts", connection=caller)


def test_an_application_role_can_repair_all_nodes(cluster: Cluster) -> None:
    drifted(cluster, "accounts")
    cluster.on(0, "create role seedkit_app login", "grant select, insert, update on accounts to seedkit_app")
    cluster.on(0, "grant usage, select, update on sequence accounts_id_seq to seedkit_app")

    try:
        report = repaired(make_conninfo(cluster.url, user="seedkit_app"), "accounts")
    finally:
        cluster.on(
            0, "revoke all on accounts from seedkit_app", "revoke all on sequence accounts_id_seq from seedkit_app"
        )
        cluster.on(0, "drop role seedkit_app")

    assert [(each.node, each.status) for each in report.sequences] == [(0, "fixed"), (1, "fixed"), (2, "fixed")]


def test_a_table_of_another_role_is_repaired_by_a_superuser(cluster: Cluster) -> None:
    drifted(cluster, "accounts")
    cluster.on(
        0,
        "create role seedkit_owner login",
        "grant create on schema public to seedkit_owner",
        "alter table accounts owner to seedkit_owner",
    )

    try:
        told = CliRunner().invoke(app, ["fix-sequence", "accounts", "--url", cluster.url])
    finally:
        cluster.on(0, "alter table accounts owner to current_user", "revoke create on schema public from seedkit_owner")
        cluster.on(0, "drop role seedkit_owner")

    assert (told.exit_code, told.stdout.count("fixed")) == (0, 4), told.stdout + told.stderr


def test_a_script_does_what_a_repair_would(cluster: Cluster) -> None:
    for table in KINDS:
        drifted(cluster, table)
    cluster.on(0, insert("countries", 900_000_000))

    script = CliRunner().invoke(app, ["fix-sequence", "--all", "--sql", "--url", cluster.url]).stdout
    with psycopg.connect(cluster.url, autocommit=True) as connection:
        connection.execute(script.encode())

    assert checked(cluster.url).right
    assert cluster.value(0, insert("countries")) == 900_000_001


@pytest.mark.parametrize("seconds", [3])
def test_no_id_comes_twice_while_all_nodes_write(empty_cluster: Cluster, seconds: float) -> None:
    outcome = stress(empty_cluster.url, seconds)

    assert set(outcome.by_node) == set(empty_cluster.nodes)
    assert (outcome.twice, outcome.refused, outcome.right) == (0, 0, True)


def test_a_repair_that_was_written_offline_leaves_such_tables_alone(cluster: Cluster) -> None:
    cluster.on(0, insert("accounts", NODE + 5), insert("notes", 41))
    everything = offline_repair(RepairRequest())
    named = offline_repair(RepairRequest(targets=(Target(table="accounts"),)))
    column = offline_repair(
        RepairRequest(targets=(Target(table="countries", column="id", sequence="countries_id_seq"),))
    )

    cluster.on(0, everything)
    with pytest.raises(psycopg.errors.ObjectNotInPrerequisiteState, match="each node of Citus has one"):
        cluster.on(0, named)
    with pytest.raises(psycopg.errors.InvalidTextRepresentation, match="each node of Citus has its own"):
        cluster.on(0, column)

    assert cluster.value(0, insert("notes")) == 42
    assert cluster.value(0, insert("accounts")) == 1


def seconds_of(*command: str) -> tuple[float, Result]:
    began = time.monotonic()
    result = CliRunner().invoke(app, list(command))
    return time.monotonic() - began, result


@pytest.mark.parametrize("holder", [0, 1, 2])
@pytest.mark.parametrize("options", [[], ["--wait"]], ids=["at once", "--wait"])
def test_a_lock_timeout_holds_whichever_node_somebody_locks_through(
    cluster: Cluster, holder: int, options: list[str]
) -> None:
    usual, _ = seconds_of("check", "accounts", "--url", cluster.url)
    drifted(cluster, "accounts")

    with psycopg.connect(cluster.nodes[holder]) as other:
        other.execute("insert into accounts (tenant_id, id) select tenant, 50 from generate_series(1, 30) as tenant")
        command = ["fix-sequence", "accounts", "--lock-timeout", "2s", *options]
        seconds, told = seconds_of(*command, "--url", cluster.url)

    assert told.exit_code == 1, told.stdout
    assert "lock" in told.stdout
    assert 2 <= seconds < 3 + 2 * usual


@pytest.mark.parametrize("holder", [0, 1])
def test_a_table_that_is_locked_through_a_node_is_not_waited_for_longer(cluster: Cluster, holder: int) -> None:
    usual, _ = seconds_of("check", "--url", cluster.url)

    with psycopg.connect(cluster.nodes[holder]) as other:
        other.execute("lock table accounts in access exclusive mode")
        seconds, told = seconds_of("check", "--lock-timeout", "2s", "--url", cluster.url)

    assert told.exit_code == 1
    assert "canceling statement due to lock timeout" in told.stdout
    assert seconds < 3 + 2 * usual
