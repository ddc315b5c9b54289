"""The schema that editors get finds no fault with what loads, and finds what can be known to be wrong."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any, LiteralString

import jsonschema
import psycopg
import pytest
import yaml

from seedkit.runner.editor_schema import editor_schema
from tests.conftest import ROOT
from tests.generate_page import PAGES
from tests.test_fixtures_page import SECTIONS

Connection = psycopg.Connection


_OPTIONS_ABOVE_A_LIST = re.compile(r"^_fixture:.*\n(?:  .*\n)*- ", re.MULTILINE)
"""What is no YAML, and so nothing for an editor."""


class AsEditorsRead(yaml.SafeLoader):
    """YAML 1.2, where `yes` and a date are texts; of a tag only what it stands at is left."""


AsEditorsRead.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if not tag.endswith((":bool", ":timestamp"))]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
AsEditorsRead.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile("^(?:true|false)$"), list("tf"))


def _untagged(loader: AsEditorsRead, tag: str, node: yaml.Node) -> object:
    del tag
    if isinstance(node, yaml.MappingNode):
        return loader.construct_mapping(node, deep=True)
    if isinstance(node, yaml.SequenceNode):
        return loader.construct_sequence(node, deep=True)
    return node.value


AsEditorsRead.add_multi_constructor("!", _untagged)
AsEditorsRead.add_constructor("tag:yaml.org,2002:binary", lambda _, node: node.value)


def described(connection: Connection) -> dict[str, Any]:
    schema: dict[str, Any] = json.loads(editor_schema(connection))
    jsonschema.Draft7Validator.check_schema(schema)
    return schema


def faults(schema: dict[str, Any], definition: str | None, text: str) -> list[str]:
    """What an editor would mark in a file that follows a definition, or the whole."""
    whole = (
        schema if definition is None else {"$ref": f"#/definitions/{definition}", "definitions": schema["definitions"]}
    )
    validator = jsonschema.Draft7Validator(whole)
    documents = [document for document in yaml.load_all(text, AsEditorsRead) if document is not None]
    return [_said(error) for document in documents for error in validator.iter_errors(document)]


def _said(error: jsonschema.ValidationError) -> str:
    return str(error.schema.get("errorMessage", error.message)) if isinstance(error.schema, dict) else error.message


def followed(path: str, text: str, tables: set[str]) -> str | None:
    """Which definition a file of the page would follow: its table's, or that of several tables."""
    named = re.search(r"^_fixture:[^\n]*\btable: (\w+)|^_fixture:\n(?:  .*\n)*?  table: (\w+)", text, re.MULTILINE)
    stem = (named[1] or named[2]) if named else Path(path).stem
    return stem if stem in tables else None


@pytest.mark.parametrize(
    "title", [title for title, blocks in SECTIONS.items() if any(kind == "yaml" for kind, _ in blocks)]
)
def test_no_fixture_of_the_page_is_found_fault_with(title: str, connection: Connection) -> None:
    connection.execute("".join(text for kind, text in SECTIONS[title] if kind == "sql").encode())
    schema = described(connection)

    found = {}
    for text in (text for kind, text in SECTIONS[title] if kind == "yaml"):
        path = text.partition("\n")[0].removeprefix("# ")
        definition = followed(path, text, set(schema["definitions"]))
        if not _OPTIONS_ABOVE_A_LIST.search(text):
            found[path] = faults(schema, definition, text)

    assert [path for path, said in found.items() if said] == []
    assert found


def test_no_fixture_of_the_example_project_is_found_fault_with(shop: Path, connection: Connection) -> None:
    schema = described(connection)

    for path in sorted((ROOT / "fixtures").glob("*.yml")):
        definition = path.stem if path.stem in schema["definitions"] else None
        assert faults(schema, definition, path.read_text(encoding="utf-8")) == []


REFINEMENTS = [
    (page.name, block)
    for page in PAGES
    for block in re.split(r"(?m)^## ", page.read_text(encoding="utf-8"))
    if "# generate.yml" in block
]


@pytest.mark.parametrize(("page", "section"), REFINEMENTS, ids=lambda text: text.partition("\n")[0])
def test_no_generate_yml_of_the_pages_is_found_fault_with(page: str, section: str, connection: Connection) -> None:
    blocks = re.findall(r"^```(sql|yaml)\n(.*?)^```$", section, re.MULTILINE | re.DOTALL)
    connection.execute("".join(text for kind, text in blocks if kind == "sql").encode())
    schema = described(connection)

    (said,) = [text for kind, text in blocks if kind == "yaml" and text.startswith("# generate.yml")]

    assert faults(schema, "generate.yml", said) == []
    assert faults(schema, "generate.yml", said + "no_such_table: {}\n") == ["there is no such table"]


@pytest.fixture
def orders(connection: Connection) -> dict[str, Any]:
    """A schema with something of everything."""
    connection.execute(
        """
        create type mood as enum ('calm', 'curious');
        create table users (id int primary key, email varchar(20) not null);
        comment on table users is 'Who may log in.';
        comment on column users.email is 'Where mail goes.';
        create table orders (
            id int primary key,
            user_id int not null references users,
            status text not null check (status in ('new', 'paid')),
            size smallint check (size > 0 and size <= 9),
            moods mood[], mood mood, note text default 'none', paid boolean,
            total numeric generated always as (1) stored
        );
        create table filled (id int not null, name text not null);
        create function fill() returns trigger language plpgsql as 'begin new.name := 1; return new; end';
        create trigger fill before insert on filled for each row execute function fill();
        """
    )
    return described(connection)


GOOD = "id: 1, user: ada, status: new"


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        ("id: 1, user: ada", "'status' is a required property"),
        ("id: 1, status: new", "is not valid under any of the given schemas"),
        ("id: 1, user: ada, status: payed", "is not valid under any of the given schemas"),
        ("id: 1, user: ada, status: ~", "is not valid under any of the given schemas"),
        (f"{GOOD}, size: 10", "10 is greater than the maximum of 9"),
        (f"{GOOD}, size: 0", "0 is less than or equal to the minimum of 0"),
        (f"{GOOD}, size: true", "is not of type"),
        (f"{GOOD}, emial: x", "orders has no such column"),
        (f"{GOOD}, emial: 5", "orders has no such column"),
        (f"{GOOD}, total: 1", "orders has no such column"),
        (f"{GOOD}, moods: [calm, angry]", "is not valid under any of the given schemas"),
        (f"{GOOD}, mood: angry", "is not valid under any of the given schemas"),
    ],
)
def test_what_can_be_known_to_be_wrong_is_marked(orders: dict[str, Any], row: str, fault: str) -> None:
    (found,) = faults(orders, "orders", f"- {{{row}}}")

    assert fault in found


@pytest.mark.parametrize(
    "row",
    [
        "id: 1, user_id: 7, status: new",
        "id: 1, userId: ada, STATUS: new, status: paid",
        f"{GOOD}, size: !faker pyint, mood: !choice [calm, curious], note: ~, moods: [!choice [calm], ~]",
        "id: !range 1..9, user: !choice {ref: users}, status: !choice {new: 9, paid: 1}, paid: yes",
        "n: !count 20, id: !format '{n}', user_id: !ref users.ada, status: !env ORDER_STATUS",
        f"{GOOD}, mood: !maybe [20%, calm], size: !sql 'round(7.5)', note: !ago 3d",
    ],
)
def test_what_may_load_is_not_marked(orders: dict[str, Any], row: str) -> None:
    assert faults(orders, "orders", f"- {{{row}}}") == []


def test_labels_options_and_several_tables_are_known(orders: dict[str, Any]) -> None:
    assert faults(orders, "orders", "_fixture: {on_conflict: skip}\none: {user: ada, status: new, id: 1}") == []
    assert faults(orders, "orders", "_fixture: {defaults: {status: new}}\none: {id: 1}") == []
    assert (
        faults(orders, None, "users:\n  ada: {id: 1, email: a@b.example}\norders: [{id: 1, user: ada, status: new}]")
        == []
    )
    assert faults(orders, None, "user: [{id: 1}]")
    assert faults(orders, "orders", "_fixture: {on_conflict: skipp}\none: {user: ada, status: new, id: 1}")
    assert faults(orders, "orders", "DEFAULTS: &all {status: new}\none: {<<: *all, id: 1, user: ada}") == []


def test_a_column_that_a_trigger_may_fill_need_not_be_given(orders: dict[str, Any]) -> None:
    assert faults(orders, "filled", "- {id: 1}") == []


def test_comments_and_references_are_told_to_who_points_at_them(orders: dict[str, Any]) -> None:
    users, columns = orders["definitions"]["columns of users"], orders["definitions"]["columns of orders"]

    assert users["description"] == "Who may log in."
    assert users["properties"]["email"]["description"] == "character varying(20); not null; Where mail goes."
    assert columns["properties"]["user_id"]["description"] == "integer; not null; refers to users"


def test_what_is_said_of_generated_rows_names_columns_that_there_are(orders: dict[str, Any]) -> None:
    assert faults(orders, "generate.yml", "orders: {_rows: !per {users: 1..3}, status: !choice [new], user: ~}") == []
    assert faults(orders, "generate.yml", "orders: {_row: 5}") == ["orders has no such column"]
    assert faults(orders, "generate.yml", "'*.mood': ~\n'pub*.x': {a: 1}\norders: ~\n_rows: 5") == []


def test_a_text_that_is_too_long_is_marked_unless_it_may_be_a_tags(orders: dict[str, Any]) -> None:
    assert faults(orders, "users", "- {id: 1, email: this is much too long for it}")
    assert faults(orders, "users", "- {id: 1, email: !format 'user{id}@example.com'}") == []


def test_the_same_tables_give_the_same_text(orders: dict[str, Any], connection: Connection) -> None:
    assert editor_schema(connection) == editor_schema(connection)


@pytest.mark.parametrize(
    ("type_", "most", "too_much"),
    [
        ("smallint", 32_767, 32_768),
        ("integer", 2**31 - 1, 2**31),
        ("bigint", 2**63 - 1, 10**19),
        ("numeric(5,2)", 999.994, 1000),
        ("numeric(5)", 99_999, 100_000),
        ("numeric(2,4)", 0.0099, 0.01),
        ("numeric(5,2) check (of < 5000)", 999.99, 1000),
        ("numeric(5,2) check (of < 50)", 49.99, 50),
    ],
)
def test_a_number_that_its_type_or_a_check_does_not_take_is_marked(
    connection: Connection, type_: LiteralString, most: float, too_much: float
) -> None:
    connection.execute("create table amounts (of " + type_ + ")")
    schema = described(connection)

    assert faults(schema, "amounts", f"- {{of: {most}}}\n- {{of: -{most}}}\n") == []
    assert len(faults(schema, "amounts", f"- {{of: {too_much}}}")) >= 1
    connection.execute("insert into amounts values (%s::numeric)", [most])
    with pytest.raises(psycopg.Error):
        connection.execute("insert into amounts values (%s::numeric)", [too_much])


def test_a_number_of_any_size_is_left_alone(connection: Connection) -> None:
    connection.execute("create table amounts (of numeric)")

    assert faults(described(connection), "amounts", f"- {{of: {10**30}}}") == []
