from collections.abc import Callable
from pathlib import Path

import pytest

from seedkit.core.fixtures import Quoted, Row, Tagged
from seedkit.errors import FixtureError
from seedkit.files.yaml.nodes import open_documents
from seedkit.files.yaml.rows import rows_of


@pytest.fixture
def read(write: Callable[..., Path]) -> Callable[..., list[Row]]:
    def rows(text: str, ignored: tuple[str, ...] = ()) -> list[Row]:
        with open_documents(write("users.yml", text)) as documents:
            nodes, root = next(documents)
            return list(rows_of(nodes, root, ignored))

    return rows


def test_a_row_of_a_list_knows_its_line(read: Callable[..., list[Row]]):
    rows = read("# people\n- id: 1\n  name: Ada\n\n-\n  id: 2\n- {id: 3}\n")

    assert rows == [
        Row(None, 2, {"id": "1", "name": "Ada"}),
        Row(None, 6, {"id": "2"}),
        Row(None, 7, {"id": "3"}),
    ]


def test_a_labelled_row_stands_on_the_line_of_its_label(read: Callable[..., list[Row]]):
    rows = read("ada:\n  id: 1\n\ngrace: {}\n")

    assert rows == [Row("ada", 1, {"id": "1"}), Row("grace", 4, {})]


def test_a_label_keeps_its_text(read: Callable[..., list[Row]]):
    assert [row.label for row in read("NO: {}\n0123: {}\n~: {}\n'a b': {}\n")] == ["NO", "0123", "~", "a b"]


def test_label_in_a_plain_text_is_the_rows_label(read: Callable[..., list[Row]]):
    [row] = read("ada: {name: $LABEL, mail: $LABEL@$LABEL.org, tags: [$LABEL], boss: !ref $LABEL, raw: '$LABEL'}\n")

    assert row.values == {
        "name": "ada",
        "mail": "ada@ada.org",
        "tags": ["ada"],
        "boss": Tagged(tag="!ref", value="ada", line=1),
        "raw": Quoted("$LABEL"),
    }


def test_label_in_merged_defaults_is_each_rows_own(read: Callable[..., list[Row]]):
    rows = read("DEFAULTS: &d {mail: $LABEL@a.org}\nada: {<<: *d}\nbob: {<<: *d}\n")

    assert [row.values for row in rows] == [{"mail": "ada@a.org"}, {"mail": "bob@a.org"}]


@pytest.mark.parametrize(
    ("text", "labels"),
    [
        ("EUR: &EUR {id: 1}\nUSD: {<<: *EUR, id: 2}\nGBP: &GBP {id: 3}\n", ["USD", "GBP"]),
        ("GBP: &GBP {id: 3}\nDEFAULTS: &D {id: 4}\n", ["GBP"]),
        ("A: &A {id: 1}\nB: &B {id: 2}\nC: &C-1 {id: 3}\nada: {<<: [*A, *B]}\nbob: {x: *C-1}\n", ["ada", "bob"]),
        ("A: &A {id: 1}\nbob: {<<: &AB {id: 2}}\neve: {<<: *AB}\n", ["A", "bob", "eve"]),
    ],
)
def test_a_label_in_capitals_is_a_row_unless_an_alias_names_its_anchor(
    read: Callable[..., list[Row]], text: str, labels: list[str]
):
    assert [row.label for row in read(text)] == labels


def test_label_means_nothing_in_a_row_without_one(read: Callable[..., list[Row]]):
    assert read("- {name: $LABEL}\n") == [Row(None, 1, {"name": "$LABEL"})]


def test_an_upper_case_key_with_an_anchor_is_no_row_and_can_be_merged(read: Callable[..., list[Row]]):
    rows = read("DEFAULTS: &DEFAULTS\n  country: NO\nada:\n  <<: *DEFAULTS\n  id: 1\nEUR: {id: 2}\neur: &e {id: 3}\n")

    assert [row.label for row in rows] == ["ada", "EUR", "eur"]
    assert rows[0].values == {"country": "NO", "id": "1"}


def test_an_ignored_label_is_no_row_but_what_it_names_can_be_used(read: Callable[..., list[Row]]):
    rows = read("base:\n  nested: &n {a: 1}\nada: {<<: *n}\n", ("base",))

    assert rows == [Row("ada", 3, {"a": "1"})]


def test_an_alias_can_be_a_row(read: Callable[..., list[Row]]):
    assert read("- &ada {id: 1}\n- *ada\n") == [Row(None, 1, {"id": "1"}), Row(None, 2, {"id": "1"})]


@pytest.mark.parametrize(
    ("text", "message", "line"),
    [
        ("- id: 1\n- 2\n", "a row is a mapping of columns, not text", 2),
        ("- id: 1\n- [a]\n", "a row is a mapping of columns, not a list", 2),
        ("- id: 1\n-\n", "a row is a mapping of columns, not nothing", 2),
        ("- !choice {a: 1}\n", "a row is a mapping of columns, not !choice", 1),
        ("ada: {}\ngrace:\n", "a row is a mapping of columns, not nothing", 2),
        ("ada: {}\nada: {}\n", 'the key "ada" stands twice', 2),
        ("ada: &a {}\n<<: {b: {}}\n", '"<<" merges into a row, not among labels', 2),
        ("!ref {ada: {}}\n", 'what holds rows takes no tag, such as "!ref"', 1),
        ("text\n", "rows are a list, or labels with rows", 1),
    ],
)
def test_what_is_no_row_is_an_error_with_its_line(read: Callable[..., list[Row]], text: str, message: str, line: int):
    with pytest.raises(FixtureError) as caught:
        read(text)

    assert (caught.value.message, str(caught.value.origin)) == (message, f"users.yml:{line}")


def test_a_row_with_many_aliases_does_not_use_up_the_next_rows_measure(read: Callable[..., list[Row]]):
    long_text = "x" * 600_000
    rows = read(f"- a: &long {long_text}\n" + "- {a: *long, b: *long}\n" * 20)

    assert len(rows) == 21
