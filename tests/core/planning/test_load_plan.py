from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seedkit.core.catalog import Table
from seedkit.core.engines import CitusTable, Spread
from seedkit.core.fixtures import FixtureTable
from seedkit.core.planning.load_plan import LoadPlan, Project, Selection, plan_load
from seedkit.core.planning.seeders import Seeder
from seedkit.errors import LoadOrderError, SeedkitError, UsageError
from tests.core.builders import a_fixture, a_seeder, a_table

USERS = a_table("users", oid=1)
ORDERS = a_table("orders", oid=2, references=[1])
ITEMS = a_table("items", oid=3, references=[2])
DEPARTMENTS = a_table("departments", oid=4, references=[5])
EMPLOYEES = a_table("employees", oid=5, references=[4, 5])
TABLES = {table.oid: table for table in (USERS, ORDERS, ITEMS, DEPARTMENTS, EMPLOYEES)}


def project(fixtures: Sequence[Table | tuple[Table, FixtureTable]] = (), seeders: Sequence[Seeder] = ()) -> Project:
    oids = {table.name.name: oid for oid, table in TABLES.items()}
    given = [fixture if isinstance(fixture, tuple) else (fixture, a_fixture(fixture.name.name)) for fixture in fixtures]
    return Project(
        tables=TABLES,
        fixtures=[(table.oid, fixture) for table, fixture in given],
        seeders=seeders,
        find_table=lambda name: oids.get(name.lower()),
        table_names=list(oids),
    )


def order(project: Project, selection: Selection | None = None) -> list[str]:
    return names(plan_load(project, selection or Selection()))


def names(plan: LoadPlan) -> list[str]:
    return [" + ".join(step.name for step in group) for group in plan.groups]


def refusal(project: Project, selection: Selection | None = None) -> SeedkitError:
    with pytest.raises(SeedkitError) as caught:
        plan_load(project, selection or Selection())
    return caught.value


def test_tables_load_in_the_order_of_their_foreign_keys() -> None:
    assert order(project([ITEMS, ORDERS, USERS])) == ["users", "orders", "items"]


def test_what_all_nodes_of_a_cluster_have_loads_before_what_one_has() -> None:
    spreads = {
        "items": Spread.HASH,
        "orders": Spread.REFERENCE,
        "users": Spread.LOCAL,
        "employees": Spread.SINGLE_SHARD,
    }
    tables = [
        table.kept_by(CitusTable(spread=spreads[name])) if (name := table.name.name) in spreads else table
        for table in (a_table(name, oid=oid) for oid, name in enumerate(("departments", *spreads), start=1))
    ]

    plan = plan_load(
        Project(
            tables={table.oid: table for table in tables},
            fixtures=[(table.oid, a_fixture(table.name.name)) for table in tables],
            seeders=(),
            find_table=lambda _: None,
        ),
        Selection(),
    )

    assert names(plan) == ["departments", "orders", "users", "employees", "items"]


def test_several_fixtures_of_a_table_are_one_step() -> None:
    again = a_fixture("users", file="fixtures/more/users.yml")

    plan = plan_load(project([USERS, (USERS, again)]), Selection())

    [[step]] = plan.groups
    assert [str(fixture.origin) for fixture in getattr(step, "fixtures", ())] == [
        "fixtures/users.yml",
        "fixtures/more/users.yml",
    ]


def test_tables_that_refer_to_each_other_are_one_group() -> None:
    assert order(project([EMPLOYEES, DEPARTMENTS])) == ["departments + employees"]


def test_a_seeder_without_dependencies_runs_after_all_fixtures_by_name() -> None:
    assert order(project([USERS, ORDERS], [a_seeder("zoe"), a_seeder("ada")])) == [
        "users",
        "orders",
        "ada",
        "zoe",
    ]


def test_a_seeder_runs_after_the_seeders_and_tables_it_depends_on() -> None:
    seeders = [a_seeder("admins", depends_on=["people", "users"]), a_seeder("people")]

    assert order(project([USERS], seeders)) == ["users", "people", "admins"]


def test_a_name_that_is_a_seeder_and_a_table_means_both() -> None:
    seeders = [a_seeder("audit", depends_on=["users"]), a_seeder("users")]

    assert order(project([USERS], seeders)) == ["users", "users", "audit"]


def test_a_seeder_may_depend_on_the_table_of_its_own_name() -> None:
    assert order(project([USERS], [a_seeder("users", depends_on=["users"])])) == ["users", "users"]


def test_a_table_that_nothing_fills_may_be_depended_on() -> None:
    assert order(project([], [a_seeder("admins", depends_on=["users"])])) == ["admins"]


def test_a_seeder_that_declares_its_tables_takes_their_place_among_the_foreign_keys() -> None:
    people = a_seeder("people", tables=["users"])

    assert order(project([ITEMS, ORDERS], [people])) == ["people", "orders", "items"]


def test_a_seeder_that_declares_a_table_runs_after_the_tables_own_fixture_and_what_it_refers_to() -> None:
    rush = a_seeder("rush", tables=["orders"])

    assert order(project([ORDERS, USERS], [rush])) == ["users", "orders", "rush"]


def test_a_circle_in_depends_on_is_shown_with_the_place_of_each_part() -> None:
    seeders = [a_seeder("a", line=3, depends_on=["b"]), a_seeder("b", line=7, depends_on=["a"])]

    error = refusal(project([], seeders))

    assert isinstance(error, LoadOrderError)
    assert str(error) == (
        "depends_on goes in a circle: a → b → a\n"
        "  at seeders/a.py:3\n"
        "  seeders/a.py:3: a depends on b\n"
        "  seeders/b.py:7: b depends on a\n"
        "\n"
        "hint: Take one of these names out of a depends_on."
    )


def test_a_dependency_that_is_nothing_is_an_error_at_its_seeder() -> None:
    error = refusal(project([USERS], [a_seeder("admins", line=5, depends_on=["usres"])]))

    assert isinstance(error, LoadOrderError)
    assert str(error) == (
        'depends_on of seeder "admins" names "usres", which is not a seeder or a table\n'
        "  at seeders/admins.py:5\n"
        "\n"
        'hint: Did you mean "users"?'
    )


def test_a_declared_table_that_does_not_exist_is_an_error_at_its_seeder() -> None:
    error = refusal(project([], [a_seeder("admins", line=5, tables=["usres"])]))

    assert error.message == 'tables of seeder "admins" names "usres", which is not a table'
    assert str(error.origin) == "seeders/admins.py:5"


def test_what_belongs_to_an_environment_does_not_run_without_it() -> None:
    demo = a_fixture("users", file="fixtures/demo/users.yml", environments=("dev", "test"))
    party = a_seeder("party", environments=["dev"])

    plan = plan_load(project([USERS, (USERS, demo)], [party]), Selection())

    assert names(plan) == ["users"]
    assert [(step.name, step.reason) for step in plan.skipped] == [
        ("fixtures/demo/users.yml", "only with --env dev or test"),
        ("party", "only with --env dev"),
    ]


def test_what_belongs_to_an_environment_runs_in_it() -> None:
    assert order(project([], [a_seeder("party", environments=["dev"])]), Selection(environment="dev")) == ["party"]


def test_a_dependency_on_a_seeder_of_another_environment_is_no_error() -> None:
    seeders = [a_seeder("guests", depends_on=["party"]), a_seeder("party", environments=["dev"])]

    assert order(project([], seeders)) == ["guests"]


def test_a_selected_name_brings_what_it_depends_on_and_nothing_else() -> None:
    plan = plan_load(project([USERS, ORDERS, ITEMS], [a_seeder("party")]), Selection(names=("orders",)))

    assert names(plan) == ["users", "orders"]
    assert [(step.name, step.reason) for step in plan.skipped] == [
        ("items", "not selected"),
        ("party", "not selected"),
    ]


def test_a_selected_name_that_is_a_seeder_and_a_table_means_both() -> None:
    assert order(project([USERS, ORDERS], [a_seeder("users")]), Selection(names=("users",))) == [
        "users",
        "users",
    ]


def test_what_is_excepted_does_not_run_but_what_depends_on_it_does() -> None:
    assert order(project([USERS, ORDERS]), Selection(excluded=("users",))) == ["orders"]


@pytest.mark.parametrize("selection", [Selection(names=("usres",)), Selection(excluded=("usres",))])
def test_a_selected_name_that_is_nothing_is_an_error_with_the_nearest(selection: Selection) -> None:
    error = refusal(project([USERS]), selection)

    assert isinstance(error, UsageError)
    assert str(error) == '"usres" is neither a seeder nor a table with fixtures\n\nhint: Did you mean "users"?'


def test_selecting_what_belongs_to_another_environment_names_the_environment() -> None:
    error = refusal(project([USERS], [a_seeder("party", environments=["dev"])]), Selection(names=("party",)))

    assert str(error) == '"party" runs only with --env dev\n\nhint: seedkit seed party --env dev'


def test_excepting_what_would_not_run_anyway_is_no_error() -> None:
    party = a_seeder("party", environments=["dev"])

    assert order(project([USERS], [party]), Selection(excluded=("party",))) == ["users"]


@given(st.lists(st.tuples(st.integers(0, 7), st.integers(0, 7)), max_size=20))
def test_whatever_the_foreign_keys_a_table_comes_with_or_after_those_that_it_refers_to(
    keys: list[tuple[int, int]],
) -> None:
    tables = {
        oid: a_table(f"t{oid}", oid=oid, references=sorted({other for own, other in keys if own == oid}))
        for oid in range(8)
    }
    fixtures = [(oid, a_fixture(f"t{oid}")) for oid in tables]

    plan = plan_load(Project(tables=tables, fixtures=fixtures, seeders=(), find_table=lambda _: None), Selection())

    place = {step.name: number for number, group in enumerate(plan.groups) for step in group}
    assert len(place) == 8
    assert all(place[f"t{other}"] <= place[f"t{own}"] for own, other in keys)
    for number, group in enumerate(plan.groups):  # and only those stand together that need each other
        alone = {step.name for step in group}
        assert len(group) == 1 or all(
            any(f"t{own}" == name and place[f"t{other}"] == number for own, other in keys) for name in alone
        )


def test_a_seeder_does_not_depend_on_itself_but_may_on_the_table_of_its_name() -> None:
    told = refusal(project([USERS], [a_seeder("again", depends_on=("again",))]))

    assert told.message == "depends_on goes in a circle: again → again"
    assert order(project([USERS], [a_seeder("users", depends_on=("users",))])) == ["users", "users"]


@pytest.mark.parametrize("fixtures", [[USERS], []])
def test_a_name_that_a_seeder_depends_on_is_likened_to_tables(fixtures: Sequence[Table]) -> None:
    told = refusal(project(fixtures, [a_seeder("again", depends_on=("userz",))]))

    assert told.hint == 'Did you mean "users"?'
