import json
from pathlib import Path
from typing import Any

from inline_snapshot import snapshot

from seedkit.core.names import SequenceName, TableName
from seedkit.core.planning.load_plan import LoadPlan, TableStep
from seedkit.core.reports.runs import (
    RepairReport,
    SeederReport,
    SeedReport,
    SequenceReport,
    SequenceStatus,
    ServerIdentity,
    SkippedStep,
    TableReport,
)
from seedkit.errors import LoadError, Origin
from seedkit.reports.json import error_json, plan_json, repair_json, seed_json
from seedkit.reports.text import plan_text, repair_text, seed_text
from tests.core.builders import a_fixture, a_seeder, a_table

SERVER = ServerIdentity(version="18.6", database="shop", host="db.example.com", port=5432, user="ada")
USERS, ITEMS = TableName("public", "users"), TableName("sales", "Order Items")


def a_sequence(table: TableName, status: SequenceStatus, **facts: Any) -> SequenceReport:
    name = SequenceName(table.schema, f"{table.name}_id_seq")
    return SequenceReport(table=table, column="id", sequence=name, status=status, **facts)


FIXED = a_sequence(USERS, SequenceStatus.FIXED, next_value_before=1, next_value=43, highest_id=42)
IN_STEP = a_sequence(ITEMS, SequenceStatus.IN_STEP, next_value_before=8, next_value=8, highest_id=7)
BEHIND = a_sequence(USERS, SequenceStatus.BEHIND, next_value_before=1, next_value=1, highest_id=42)
SKIPPED = a_sequence(
    USERS,
    SequenceStatus.SKIPPED,
    reason="this role may not read the sequence",
    hint="grant select on sequence users_id_seq to ada;",
)


def a_seed(
    *tables: TableReport, sequences: tuple[SequenceReport, ...] = (FIXED, IN_STEP), dry_run: bool = False
) -> SeedReport:
    return SeedReport(
        server=SERVER,
        tables=tables,
        seeders=(SeederReport(name="items", seconds=0.1234),),
        sequences=sequences,
        skipped=(SkippedStep(name="party", reason="only with --env dev"),),
        seconds=1.234,
        dry_run=dry_run,
    )


SEEDED = (
    TableReport(table=USERS, source="fixtures/users.yml", inserted=1200, updated=3),
    TableReport(table=ITEMS, source="items", inserted=40, unchanged=2),
)


def test_a_seed_is_told_by_table_by_sequence_and_in_one_sentence() -> None:
    assert seed_text(a_seed(*SEEDED)) == snapshot("""\
PostgreSQL 18.6, database "shop" on db.example.com:5432 as ada

table                inserted  updated  unchanged  from
users                   1,200        3          0  fixtures/users.yml
sales."Order Items"        40        0          2  items

column                  sequence                    next value  highest id
users.id                users_id_seq                1 → 43      42          fixed
sales."Order Items".id  sales."Order Items_id_seq"  8           7           in step

not run: party (only with --env dev)

seeded 2 tables: 1,240 inserted, 3 updated, 2 unchanged; 2 sequences: 1 fixed, 1 in step (in 1.23 s)\
""")


def test_a_run_that_changed_nothing_says_so() -> None:
    unchanged = TableReport(table=USERS, source="fixtures/users.yml", unchanged=12)

    assert seed_text(a_seed(unchanged, sequences=(IN_STEP,))).splitlines()[-1] == snapshot(
        "nothing changed: 12 rows in 1 table, 1 sequence in step (in 1.23 s)"
    )


def test_a_run_whose_rows_were_swallowed_says_so() -> None:
    swallowed = TableReport(table=USERS, source="fixtures/users.yml", unchanged=10, swallowed=2)

    assert seed_text(a_seed(swallowed, sequences=(IN_STEP,))).splitlines()[-1] == snapshot(
        "nothing changed: 10 rows in 1 table, 2 not written, 1 sequence in step (in 1.23 s)"
    )


def test_a_run_that_only_fixed_a_sequence_does_not_say_that_nothing_changed() -> None:
    unchanged = TableReport(table=USERS, source="fixtures/users.yml", unchanged=12)

    assert seed_text(a_seed(unchanged, sequences=(FIXED,))).splitlines()[-1] == snapshot(
        "no row changed: 12 rows in 1 table, 1 sequence fixed (in 1.23 s)"
    )


def test_a_dry_run_says_what_would_be_done_and_what_stays() -> None:
    closing = seed_text(a_seed(*SEEDED, dry_run=True)).rpartition("\n\n")[2]

    assert closing == snapshot("""\
dry run, nothing was kept: 1,240 rows would be inserted, 3 updated, 2 left as they are in 2 tables (in 1.23 s)
not undone by PostgreSQL: ids that defaults and seeders drew from sequences; nor what seeders did outside\
""")


def test_a_seed_in_json_has_the_same_facts() -> None:
    written = json.loads(seed_json(a_seed(*SEEDED)))

    assert {name: written[name] for name in written if name not in {"sequences"}} == snapshot(
        {
            "version": 1,
            "server": {
                "version": "18.6",
                "database": "shop",
                "host": "db.example.com",
                "port": 5432,
                "user": "ada",
            },
            "dry_run": False,
            "seconds": 1.234,
            "tables": [
                {
                    "schema": "public",
                    "table": "users",
                    "from": "fixtures/users.yml",
                    "inserted": 1200,
                    "updated": 3,
                    "unchanged": 0,
                    "swallowed": 0,
                },
                {
                    "schema": "sales",
                    "table": "Order Items",
                    "from": "items",
                    "inserted": 40,
                    "updated": 0,
                    "unchanged": 2,
                    "swallowed": 0,
                },
            ],
            "seeders": [{"name": "items", "seconds": 0.123}],
            "unlinked": [],
            "not_run": [{"name": "party", "reason": "only with --env dev"}],
            "ok": True,
        }
    )


def test_a_repair_is_told_with_the_way_each_sequence_went() -> None:
    """§7 Column, sequence, next value before → after, highest id, and one word: fixed, in step, ahead, exhausted."""
    assert repair_text(RepairReport(server=SERVER, sequences=(FIXED, IN_STEP))) == snapshot("""\
PostgreSQL 18.6, database "shop" on db.example.com:5432 as ada

column                  sequence                    next value  highest id
users.id                users_id_seq                1 → 43      42          fixed
sales."Order Items".id  sales."Order Items_id_seq"  8           7           in step

2 sequences: 1 fixed, 1 in step\
""")


def test_a_dry_run_of_a_repair_ends_with_what_to_type_where_a_sequence_is_behind() -> None:
    text = repair_text(RepairReport(server=SERVER, sequences=(BEHIND,), dry_run=True))

    assert text.splitlines()[-1] == snapshot(
        "hint: Nothing was moved; the same command without --dry-run or --sql does it."
    )


def test_a_sequence_that_could_not_be_judged_comes_with_the_reason_and_what_to_do() -> None:
    """§7 A sequence that is skipped is told with the reason, and with what to do about it."""
    text = repair_text(RepairReport(server=SERVER, sequences=(SKIPPED,)))

    assert "skipped: this role may not read the sequence\n" in text
    assert "  hint: grant select on sequence users_id_seq to ada;\n" in text


def test_a_database_without_sequences_says_so() -> None:
    assert repair_text(RepairReport(server=SERVER, sequences=())).splitlines()[-1] == snapshot(
        "no column of a table draws from a sequence"
    )


def test_a_repair_in_json_has_a_version_and_says_whether_all_is_right() -> None:
    """§7 JSON carries the same as the text, and a version."""
    written = json.loads(repair_json(RepairReport(server=SERVER, sequences=(BEHIND,), dry_run=True)))

    assert (written["version"], written["ok"], written["dry_run"]) == (1, False, True)
    [sequence] = written["sequences"]
    expected = {
        "schema": "public",
        "table": "users",
        "column": "id",
        "sequence": "users_id_seq",
        "status": "behind",
        "next_value": 1,
        "highest_id": 42,
    }
    assert expected.items() <= sequence.items()


PLAN = LoadPlan(
    groups=(
        (TableStep(table=a_table("users"), fixtures=(a_fixture("users"),)),),
        (
            TableStep(table=a_table("departments"), fixtures=(a_fixture("departments", file="fixtures/staff.yml"),)),
            TableStep(table=a_table("employees"), fixtures=(a_fixture("employees", file="fixtures/staff.yml"),)),
        ),
        (a_seeder("orders", line=12),),
    ),
    skipped=(SkippedStep(name="party", reason="only with --env dev"),),
)


def test_a_plan_lists_the_steps_in_their_order_with_their_files() -> None:
    assert plan_text(PLAN) == snapshot("""\
1.  users                    fixtures/users.yml
2.  departments + employees  fixtures/staff.yml
3.  orders                   seeders/orders.py:12

not run: party (only with --env dev)\
""")


def test_a_plan_without_steps_tells_what_is_not_run() -> None:
    assert plan_text(LoadPlan(groups=(), skipped=PLAN.skipped)) == "not run: party (only with --env dev)"


def test_a_plan_in_json_keeps_circles_together() -> None:
    assert json.loads(plan_json(PLAN)) == snapshot(
        {
            "version": 1,
            "ok": True,
            "groups": [["users"], ["departments", "employees"], ["orders"]],
            "not_run": [{"name": "party", "reason": "only with --env dev"}],
        }
    )


def test_an_error_in_json_has_the_parts_of_its_text() -> None:
    origin = Origin(path=Path("fixtures/users.yml"), line=12)

    written = json.loads(error_json(LoadError("no", origin=origin, detail="Key (id)=(1).", hint="Try 2.")))

    assert written == snapshot(
        {
            "version": 1,
            "ok": False,
            "error": {
                "message": "no",
                "at": "fixtures/users.yml:12",
                "detail": "Key (id)=(1).",
                "hint": "Try 2.",
            },
        }
    )


def test_text_outside_ascii_stays_readable_in_json() -> None:
    assert "größe" in error_json(LoadError("größe"))
