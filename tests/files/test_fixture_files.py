import tracemalloc
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from seedkit.core.fixtures import FixtureTable, Row
from seedkit.errors import FixtureError
from seedkit.files import several_tables
from seedkit.files.fixture_files import find_fixture_files, read_fixture
from seedkit.files.packed_files import WINDOW_BYTES
from seedkit.files.yaml import events as yaml_events

TABLES = {"users", "orders", "shop.users"}
LIST_AFTER_MAPPINGS = "this document is a list of rows, the ones above it are mappings"
NOT_FIRST = '"_fixture" stands in the first document of a file'
THE_LINE_ABOVE = "the line does not continue what stands above it"
NEITHER = "holds neither a list of rows nor labels with rows"
Write = Callable[..., Path]
Read = Callable[..., list[FixtureTable]]


@pytest.fixture
def read(write: Write) -> Read:
    def tables(text: str, name: str = "users.yml") -> list[FixtureTable]:
        return read_fixture(write(name, text), TABLES.__contains__)

    return tables


def contents(tables: list[FixtureTable]) -> dict[str, list[str | None]]:
    """The labels or ids of each table's rows."""
    return {table.table: [row.label or str(row.values["id"]) for row in table.rows()] for table in tables}


def test_fixture_files_are_found_in_any_nesting(write: Write):
    for name in (
        "fixtures/users.yml",
        "fixtures/shop/orders.yaml",
        "fixtures/README.md",
        "fixtures/.old/users.yml",
    ):
        write(name, "")

    assert find_fixture_files(Path("fixtures")) == [
        Path("fixtures/shop/orders.yaml"),
        Path("fixtures/users.yml"),
    ]


def test_a_missing_folder_has_no_fixture_files():
    assert find_fixture_files(Path("fixtures")) == []


def test_a_file_in_the_place_of_the_folder_is_an_error(write: Write):
    with pytest.raises(FixtureError) as caught:
        find_fixture_files(write("fixtures", ""))

    assert str(caught.value) == "cannot read the folder of fixtures: not a directory\n  at fixtures"


@pytest.mark.parametrize(
    ("name", "text", "rows"),
    [
        ("users.yml", "- {id: 1}\n- {id: 2}\n", {"users": ["1", "2"]}),
        ("shop.users.yaml", "- {id: 1}\n", {"shop.users": ["1"]}),
        ("unknown.yml", "- {id: 1}\n", {"unknown": ["1"]}),
        ("users.yml", "ada: {id: 1}\nbob: {}\n", {"users": ["ada", "bob"]}),
        ("users.yml", "ada: {settings: {theme: dark}}\n", {"users": ["ada"]}),
        ("users.yml", "ada: &a {id: 1}\nbob: *a\n", {"users": ["ada", "bob"]}),
        ("users.yml", "orders: {id: 1}\n", {"users": ["orders"]}),
        ("usres.yml", "ada: {id: 1}\n", {"usres": ["ada"]}),
        ("x.yml", "users: [{id: 1}]\norders:\n  first: {id: 7}\n", {"users": ["1"], "orders": ["first"]}),
        ("x.yml", "users: []\norders:\n", {"users": [], "orders": []}),
        ("x.yml", "usres: [{id: 1}]\n", {"usres": ["1"]}),
        ("x.yml", "usres: {ada: {id: 1}}\n", {"usres": ["ada"]}),
        ("users.yml", "users: {ada: {id: 1}}\norders: [{id: 1}]\n", {"users": ["ada"], "orders": ["1"]}),
        ("users.yml", "users: {ada: {id: 1}}\n", {"users": ["ada"]}),
        ("users.yml", "shop.users: [{id: 1}]\n", {"shop.users": ["1"]}),
        ("users.yml", "", {}),
        ("users.yml", "# nobody yet\n---\n", {}),
        ("users.yml", "{}", {}),
        ("users.yml", "[]", {"users": []}),
    ],
)  # fmt: skip
def test_the_shape_of_a_file_says_which_tables_it_fills(read: Read, name: str, text: str, rows: dict[str, list[str]]):
    assert contents(read(text, name)) == rows


@pytest.mark.parametrize(
    ("name", "text", "message", "line"),
    [
        ("x.yml", "version: 3\n", f'"version" {NEITHER}', 1),
        ("x.yml", "users: [{id: 1}]\norders: {id: 1}\n", f'"orders" {NEITHER}', 2),
        ("users.yml", "id: 1\nname: Ada\n", f'"id" {NEITHER}', 1),
        ("users.yml", "just text\n", "the file holds text, not rows", 1),
        ("users.yml", "<% 3.times do %>\n", "a template of another tool stands in the fixture", 1),
        ("users.yml", "ada: {id: 1}\nada: {id: 2}\n", 'the key "ada" stands twice', 2),
        ("x.yml", "users: []\nusers: []\n", 'the key "users" stands twice', 2),
        ("x.yml", "a: &a {}\n<<: *a\n", '"<<" merges into a row, not at the top of a file', 2),
        ("users.yml", "a: {}\n---\n- id: 2\n", LIST_AFTER_MAPPINGS, 3),
        ("users.yml", "a: {id: 1}\n---\n_fixture: {}\n", NOT_FIRST, 3),
        ("users.yml", "!ref {ada: {}}\n", 'what holds rows takes no tag, such as "!ref"', 1),
    ],
)  # fmt: skip
def test_a_file_of_no_shape_is_an_error_with_its_line(read: Read, name: str, text: str, message: str, line: int):
    with pytest.raises(FixtureError) as caught:
        read(text, name)

    assert (caught.value.message, str(caught.value.origin)) == (message, f"{name}:{line}")


@pytest.mark.parametrize(
    "head",
    [
        "_fixture: {table: orders, key: [id]}\n",
        "_fixture:\n  table: orders\n  key:\n  - id\n",
        "# orders\n---\n_fixture:\n\n  table: orders  # of the shop\n  key: id\n\n# the first ones\n",
        "\ufeff_fixture: {\n  table: orders, key: id\n}\n",
        "_fixture: {table: orders, key: id}\r\n",
        "_fixture: {table: orders, key: id}\n---\n",
    ],
)
@pytest.mark.parametrize(
    ("rows", "lines"),
    [("- {id: 1}\n- {id: 2}\n", [1, 2]), ("- id: 1\n-\n  id: 2\n", [1, 3]), ("-\n  id: 1\n- {id: 2}", [2, 3])],
)
def test_options_may_stand_right_above_a_list(read: Read, head: str, rows: str, lines: list[int]):
    [table] = read(head + rows)

    above = head.count("\n")
    assert (table.table, table.options.key, table.labelled) == ("orders", ("id",), False)
    assert [(row.values["id"], row.line - above) for row in table.rows()] == list(zip("12", lines, strict=True))


def test_a_list_below_options_is_offered_in_chunks_that_know_their_lines(read: Read):
    [table] = read("_fixture:\n  key: id\n- {id: 1}\n- {id: 2}\n")

    assert table.chunks
    assert list(table.chunks.chunks(None)) == [("- {id: 1}\n", 3, 20), ("- {id: 2}\n", 4, 30)]


@pytest.mark.parametrize(
    ("text", "message", "place"),
    [
        ("_fixture: {key: [id}\n- {id: 1}\n", '"," or "]" is missing', "users.yml:1:20"),
        ("_fixture: {tabel: users}\n- {id: 1}\n", '"_fixture" has no option "tabel"', "users.yml:1"),
        ("_fixture:\n- {id: 1}\n", '"_fixture" is a mapping of options', "users.yml:1"),
        ("_fixture: {key: id}\nada: {id: 1}\n- {id: 2}\n", THE_LINE_ABOVE, "users.yml:3:1"),
        ("_fixture: {key: id}\n- {id: 1}\nada: {id: 2}\n", THE_LINE_ABOVE, "users.yml:3:1"),
        ("_fixture: {key: id}\n- {id: 1}\n- {id: @2}\n", 'a value cannot start with "@"', "users.yml:3:8"),
        ("- {id: 1}\n_fixture: {key: id}\n", THE_LINE_ABOVE, "users.yml:2:1"),
    ],
)  # fmt: skip
def test_mistakes_in_options_above_a_list_and_below_them_stand_at_their_place(
    read: Read, text: str, message: str, place: str
):
    with pytest.raises(FixtureError) as caught:
        contents(read(text))

    assert (caught.value.message, str(caught.value.origin)) == (message, place)


def test_documents_of_a_file_are_read_one_after_the_other(read: Read):
    assert contents(read("- {id: 1}\n---\n# nothing\n---\n- {id: 2}\n")) == {"users": ["1", "2"]}
    assert contents(read("ada: {}\n---\nbob: {}\n")) == {"users": ["ada", "bob"]}
    assert [table.table for table in read("users: []\n---\nusers: []\n", "x.yml")] == ["users", "users"]


def test_a_mapping_after_a_list_of_rows_is_an_error(read: Read):
    [table] = read("- {id: 1}\n---\nada: {id: 2}\n")

    with pytest.raises(FixtureError, match="this document is no list of rows, the ones above it are") as caught:
        list(table.rows())

    assert str(caught.value.origin) == "users.yml:3"


@pytest.mark.parametrize(
    "text",
    [
        "_fixture: {table: shop.users, environments: dev}\n---\n- {id: 1}\n",
        "_fixture: {table: shop.users, environments: dev}\nada: {id: 1}\n",
        "_fixture: {table: shop.users, environments: dev}\norders: {a: {b: c}, id: 1}\n",
    ],
)
def test_options_name_the_table_of_a_list_or_of_labels(read: Read, text: str):
    [table] = read(text, "people.yml")

    assert (table.table, str(table.origin), table.options.environments) == (
        "shop.users",
        "people.yml:1",
        ("dev",),
    )
    assert len(list(table.rows())) == 1


def test_options_hold_for_every_table_of_a_file(read: Read):
    tables = read("_fixture: {on_conflict: skip}\nusers: [{id: 1}]\norders: [{id: 1}]\n", "x.yml")

    assert [(table.table, table.options.on_conflict) for table in tables] == [
        ("users", "skip"),
        ("orders", "skip"),
    ]


def test_what_is_there_to_be_merged_is_neither_row_nor_table(read: Read):
    labels = read("_fixture: {ignore: base}\nbase: &b text\nDEFAULTS: &D {country: NO}\nada: {<<: *D, id: 1, x: *b}\n")
    tables = read("DEFAULTS: &D {country: NO}\nusers:\n  ada: {<<: *D}\n", "x.yml")

    assert contents(labels) == {"users": ["ada"]}
    assert contents(tables) == {"users": ["ada"]}


def test_an_anchor_of_one_table_can_be_used_in_another(read: Read, monkeypatch: pytest.MonkeyPatch):
    text = "users:\n  ada: {id: 1, address: &home {zip: 00501}}\norders:\n  first: {id: 7, address: *home}\n"
    expected = [Row("first", 4, {"id": "7", "address": {"zip": "00501"}})]

    assert list(read(text, "x.yml")[1].rows()) == expected

    monkeypatch.setattr(several_tables, "KEPT_BYTES", 0)

    assert list(read(text, "x.yml")[1].rows()) == expected


def test_a_table_knows_the_line_of_its_name(read: Read):
    origins = [str(table.origin) for table in read("\nusers:\n- id: 1\norders:\n- id: 1\n", "fixtures/shop.yml")]

    assert origins == ["fixtures/shop.yml:2", "fixtures/shop.yml:4"]
    assert str(read("- id: 1\n")[0].origin) == "users.yml"


@pytest.mark.parametrize("kept_bytes", [0, 1 << 20])
def test_rows_can_be_read_again_and_again(read: Read, monkeypatch: pytest.MonkeyPatch, kept_bytes: int):
    monkeypatch.setattr(several_tables, "KEPT_BYTES", kept_bytes)

    for text, name in [
        ("- {id: 1}\n", "users.yml"),
        ("a: {id: 1}\n", "users.yml"),
        ("users: [{id: 1}]\n", "x.yml"),
    ]:
        [table] = read(text, name)
        assert list(table.rows()) == list(table.rows()) != []


def test_a_changed_file_of_several_tables_is_read_anew(read: Read):
    assert contents(read("users: [{id: 1}]\n", "x.yml")) == {"users": ["1"]}
    assert contents(read("users: [{id: 22}]\n", "x.yml")) == {"users": ["22"]}


def test_the_error_in_a_row_comes_when_the_row_is_read(read: Read):
    [table] = read("- {id: 1}\n- {id: !what 2}\n")
    rows = table.rows()

    assert next(rows).line == 1
    with pytest.raises(FixtureError, match='seedkit does not know the tag "!what"'):
        next(rows)


def test_a_long_list_of_rows_is_read_in_little_memory(read: Read):
    [table] = read("- {id: 1, name: Ada Lovelace}\n" * 5_000)

    tracemalloc.start()
    count = sum(1 for _ in table.rows())
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert count == 5_000
    assert peak < 500_000


def test_a_list_of_rows_is_not_read_whole_to_see_its_shape(read: Read, monkeypatch: pytest.MonkeyPatch):
    [table] = read("- {id: 1}\n" * 50_000 + "- {id: 'never closed\n")

    rows: Iterator[Row] = table.rows()

    assert len(list(islice(rows, 100))) == 100


# fmt: off
pieces = st.sampled_from([
    "- ", "a", ": ", "\n", "  ", "{", "}", "[", "]", ", ", "&x ", "*x", "<<", "!ref ", "!!str ", "!no ",
    "'", '"', "|", "?", "~", "users", "_fixture", "\t", "#", "---\n", "...\n",
    "<%=", "\r", "%", "\x01", "\ufeff",
])
# fmt: on
files = st.binary(max_size=30) | st.lists(pieces, max_size=25).map(lambda found: "".join(found).encode())
VALID = "- id: 1\n  name: Ada\n- {id: 2, name: [a, b]}\n# a comment\n- id: 3\n  name: |\n    text\n"
edits = st.tuples(st.integers(0, len(VALID)), st.integers(0, 2), pieces)
edited = edits.map(lambda edit: (VALID[: edit[0]] + edit[2] + VALID[edit[0] + edit[1] :]).encode())


@pytest.mark.parametrize("parser", [yaml.CSafeLoader, yaml.SafeLoader])
@given(content=files | edited)
@example(content=VALID.encode())
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_any_file_is_rows_or_an_error_with_its_path(parser: object, tmp_path: Path, content: bytes):
    path = tmp_path / "users.yml"
    path.write_bytes(content)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(yaml_events, "_Parser", parser)
        try:
            rows = [row for table in read_fixture(path, TABLES.__contains__) for row in table.rows()]
        except FixtureError as error:
            assert str(error.origin).startswith("users.yml")  # noqa: PT017
        else:
            assert all(row.line > 0 for row in rows)
            assert rows or content != VALID.encode()


@pytest.mark.parametrize("before", range(8))
def test_a_tag_is_seen_also_where_two_pieces_of_the_file_meet(read: Read, before: int) -> None:
    comment = "# " + "x" * (WINDOW_BYTES - 12 - before)

    [fixture] = read(f"{comment}\n- {{id: !range 1..3, roles: [a]}}\n")

    assert fixture.tags == {"!range"}
    assert fixture.may_name("roles")
    assert not fixture.may_name("rolls")


@pytest.mark.parametrize("encoding", ["UTF-16", "UTF-16LE", "UTF-16BE", "UTF-32", "UTF-32LE", "UTF-32BE"])
@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("users.yml", "- a: é\n"),
        ("users.csv", "id,a\n1,é\n"),
        ("users.json", '[{"a": "é"}]\n'),
        ("users.jsonl", '{"a": "é"}\n{"a": "x"}\n'),
    ],
)
def test_a_file_of_wide_characters_is_told_with_what_makes_it_utf_8(
    write: Write, encoding: str, name: str, content: str
):
    path = write(name, content.encode(encoding))

    with pytest.raises(FixtureError) as caught:
        contents(read_fixture(path, TABLES.__contains__))

    assert caught.value.hint == f"Save it as UTF-8: iconv -f {encoding} -t UTF-8 {name}"
    assert Path(name).read_bytes().decode(encoding).lstrip("\ufeff") == content
