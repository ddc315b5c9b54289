import pytest
from msgspec.structs import replace

from seedkit.core.fixture_language.file_names import file_stem, typed_name
from seedkit.core.names import QualifiedName
from seedkit.core.relations import Catalog, Relation
from seedkit.core.writing.dump_plan import DumpPlan, SortColumn, plan_dump, sort_columns
from seedkit.errors import CatalogError
from tests.core.builders import a_catalog, a_column, a_table

ROLES, USERS, ORDERS = 1, 2, 3
TABLES = {
    ROLES: a_table("roles", oid=ROLES),
    USERS: a_table("users", oid=USERS, references=[ROLES, USERS]),
    ORDERS: a_table("orders", oid=ORDERS, references=[USERS]),
}


def plan(*named: int, condition: str | None = None) -> DumpPlan:
    return plan_dump(a_catalog("roles", "users", "orders"), TABLES, named, condition)


def steps(references: object) -> list[tuple[str, str]]:
    return [(step.child.name.name, step.parent.name.name) for step in references]  # type: ignore[attr-defined]


def test_tables_come_before_those_that_refer_to_them() -> None:
    assert [dump.name for dump in plan(ORDERS).tables] == ["roles", "users", "orders"]


def test_references_are_followed_from_the_named_tables_on() -> None:
    planned = plan(ORDERS)

    assert steps(planned.first) == [("orders", "users")]
    assert steps(planned.further) == [("users", "roles"), ("users", "users")]


def test_no_reference_leads_to_a_table_that_is_dumped_whole() -> None:
    planned = plan(ORDERS, USERS)

    assert steps(planned.first) == [("users", "roles")]
    assert steps(planned.further) == []


def test_a_table_with_a_condition_is_searched_for_more_of_its_rows() -> None:
    planned = plan(USERS, condition="id = 1")

    assert ("users", "users") in steps(planned.first)
    assert ("users", "users") in steps(planned.further)


def test_rows_are_sorted_by_the_primary_key_and_text_as_bytes() -> None:
    table = a_table(columns=["code", a_column("id")], primary_key=["id", "code"])
    not_null = replace(table, columns=tuple(replace(column, not_null=True) for column in table.columns))

    assert sort_columns(not_null) == (SortColumn(name="id", as_text=False), SortColumn(name="code", as_text=True))


def test_a_unique_key_sorts_only_where_it_is_not_null() -> None:
    table = a_table(unique=[["email"]])
    not_null = replace(table, columns=tuple(replace(column, not_null=True) for column in table.columns))

    assert sort_columns(table) == ()
    assert sort_columns(not_null) == (SortColumn(name="email", as_text=True),)


def test_a_table_of_generated_columns_only_can_not_be_dumped() -> None:
    table = a_table(columns=[a_column("id", generated=True)])

    with pytest.raises(CatalogError, match="no column that a fixture could name"):
        plan_dump(a_catalog("users"), {1: table}, [1], None)


def name_of(catalog: Catalog, name: QualifiedName) -> str:
    return typed_name(catalog, next(relation for relation in catalog.relations if relation.name == name))


def test_a_table_has_the_shortest_name_that_finds_it() -> None:
    names = [
        QualifiedName("public", "users"),
        QualifiedName("public", "Users"),
        QualifiedName("public", "a.b"),
        QualifiedName("public", "_fixture"),
        QualifiedName("sales", "users"),
        QualifiedName("sales", "Order.Items"),
    ]
    catalog = a_catalog(*names)

    found = [name_of(catalog, name) for name in names]

    assert found == ["users", "Users", "a.b", "public._fixture", "sales.users", 'sales."Order.Items"']


def test_a_bare_name_that_means_another_table_is_not_used() -> None:
    hidden = Relation(oid=1, name=QualifiedName("public", "users"), kind="r", visible=False)
    shown = Relation(oid=2, name=QualifiedName("tenant", "users"), kind="r", visible=True)
    catalog = Catalog((hidden, shown))

    assert typed_name(catalog, hidden) == "public.users"
    assert typed_name(catalog, shown) == "tenant.users"


@pytest.mark.parametrize("name", [".hidden", "a/b", 'sales."Order Items"', "-", "a\nb", "ends ", "x" * 300])
def test_a_name_that_no_file_should_have_gives_no_stem(name: str) -> None:
    assert file_stem(name) is None
