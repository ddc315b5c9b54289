from __future__ import annotations

from collections.abc import Sequence
from time import process_time

import pytest

from seedkit.core.catalog import Table
from seedkit.core.planning.load_plan import LoadPlan, TableStep
from seedkit.core.planning.seeders import Seeder
from seedkit.core.planning.trigger_draws import TriggerSource, names_drawn_from, with_draws
from tests.core.builders import a_fixture, a_seeder, a_table

LOG, USERS, ORDERS = (a_table(name, oid=oid) for oid, name in enumerate(("audit_log", "users", "orders"), start=1))
INTO_THE_LOG = "insert into audit_log (what) values (new.name)"


def plan(*steps: Table | Seeder) -> LoadPlan:
    return LoadPlan(groups=tuple((loaded(step) if isinstance(step, Table) else step,) for step in steps))


def loaded(table: Table) -> TableStep:
    return TableStep(table=table, fixtures=(a_fixture(table.name.name),))


@pytest.mark.parametrize(
    ("steps", "sources", "places"),
    [
        ([LOG, USERS], [(USERS, INTO_THE_LOG)], {1}),
        ([USERS, LOG], [(USERS, INTO_THE_LOG)], set()),
        ([LOG, USERS, ORDERS], [(USERS, INTO_THE_LOG), (ORDERS, INTO_THE_LOG)], {1, 2}),
        ([LOG, USERS, ORDERS], [(ORDERS, "execute what")], {2}),
        ([LOG, USERS, ORDERS], [(USERS, "execute what"), (ORDERS, "execute what")], {1, 2}),
        ([LOG, USERS], [(LOG, INTO_THE_LOG)], set()),
        ([a_seeder("logs", tables=["public.audit_log"]), USERS], [(USERS, INTO_THE_LOG)], {1}),
        ([a_seeder("logs"), USERS], [(USERS, INTO_THE_LOG)], set()),
    ],
)
def test_groups_draw_from_what_was_filled_before_them(
    steps: Sequence[Table | Seeder], sources: Sequence[tuple[Table, str]], places: set[int]
) -> None:
    found = [TriggerSource(table=table.oid, source=source) for table, source in sources]

    assert with_draws(plan(*steps), found).drawing == places


def test_what_a_deferred_trigger_draws_comes_behind_all_rows() -> None:
    found = [TriggerSource(table=LOG.oid, source="insert into users values (1)", deferred=True)]

    assert with_draws(plan(LOG, USERS), found).drawing == {2}


@pytest.mark.parametrize(
    ("source", "draws"),
    [
        ("INSERT INTO Audit_Log VALUES (1)", True),
        ("merge into audit_log using new_rows", True),
        ("new.id := nextval('audit_log_id_seq')", True),
        ("perform add_to_log(new)", True),
        ("perform pg_notify('audit_log', new.name)", False),
        ("perform set_config('audit_log.on', 'yes', true)", False),
        ("if tg_op = 'INSERT' then select count(*) into n from audit_log", False),
        ("insert into events values (1)", False),
        ("insert into audit_logs values (1)", False),
        ('insert into public."audit_log" values (1)', True),
    ],
)
def test_a_trigger_may_draw_from_what_it_inserts_into_or_calls(source: str, draws: bool) -> None:
    found = [TriggerSource(table=USERS.oid, source=source)]

    assert bool(with_draws(plan(LOG, USERS), found).drawing) is draws


def test_many_tables_and_triggers_take_time_in_proportion() -> None:
    def seconds(number: int) -> float:
        tables = [a_table(f"t_{each}", oid=each) for each in range(number)]
        found = [TriggerSource(table=each.oid, source=f"insert into log_{each.oid} values (1)") for each in tables]
        many = plan(*tables)
        names_drawn_from.cache_clear()
        began = process_time()
        with_draws(many, found)
        return process_time() - began

    seconds(500)

    assert min(seconds(4_000) for _ in range(3)) < 8 * max(min(seconds(1_000) for _ in range(3)), 0.002)
