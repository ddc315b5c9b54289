"""Files of several tables: a large one is read table by table, and means the same."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import combinations, islice
from pathlib import Path

import pytest

from seedkit.core.fixtures import FixtureTable, Row
from seedkit.errors import FixtureError
from seedkit.files import several_tables
from seedkit.files.fixture_files import read_fixture
from tests.chunked_files import both_outcomes

Write = Callable[..., Path]
SPELLINGS = {
    "indented": "{}:\n  - id: 1\n    name: Ada\n  - id: 2\n    name: Ben\n",
    "at the margin": "{}:\n- id: 1\n  name: Ada\n- {{id: 2}}\n",
    "far to the right": "{}:\n      - id: 1\n",
    "blocks": "{}:\n  - note: |\n      one\n\n        two\n   \n    last: >-\n      a\n      b\n"
    "  - note: |2\n        kept\n",
    "in quotes": "{}:\n  - note: \"one\n  - two\n\n    three\"\n  - {{note: 'four\nfive'}}\n",
    "comments": "# above\n{}: # beside\n  # below\n  - id: 1 # one\n# at the margin\n  - id: 2\n\n# at the end\n",
    "flow": "{}: [{{id: 1}}, {{id: 2,\n  name: b}}]\n",
    "labels": "{}:\n  ada:\n    id: 1\n  ben: {{id: 2}}\n",
    "anchors": "{}:\n  - &first\n    id: 1\n    data: &d {{a: 1}}\n  - {{<<: *first, data: *d}}\n",
    "tags": "{}:\n  - id: !range 1..3\n    at: !ago 3d\n",
    "quoted key": "\"{}\":\n  - id: 1\n",
    "nothing": "{}:\n",
    "anchored": "{}: &rows\n  - id: 1\n",
    "other breaks": "{}:\r\n  - id: 1\r\n  - id: 2\n",
    "a next line": "{}:\n  - name: one\u2028    \n  - id: 2\n",
    "a document": "---\n{}:\n  - id: 1\n...\n---\n",
}  # fmt: skip


def by_chunks(table: FixtureTable) -> list[Row]:
    """A table's rows as they are loaded: chunk by chunk as long as that can be done."""
    rows: list[Row] = []
    for chunk in table.chunks.chunks(None) if table.chunks else [None]:
        read = table.chunks.rows(chunk) if table.chunks and chunk else None
        if read is None:
            return [*rows, *islice(table.rows(), len(rows), None)]
        rows += read
    return rows


def read(path: Path) -> list[FixtureTable]:
    return read_fixture(path, lambda name: name.startswith("t"))


@pytest.mark.parametrize("first", SPELLINGS)
def test_a_large_file_means_what_a_small_one_means(write: Write, monkeypatch: pytest.MonkeyPatch, first: str) -> None:
    for number, (second, third) in enumerate(combinations(SPELLINGS, 2)):
        text = "".join(SPELLINGS[name].format(f"t{place}") for place, name in enumerate((first, second, third)))
        path = write(f"{number}.yml", text)
        expected = [list(table.rows()) for table in read(path)]

        with monkeypatch.context() as patched:
            patched.setattr(several_tables, "KEPT_BYTES", 0)
            tables = read(path)

            assert [list(table.rows()) for table in tables] == expected
            assert [by_chunks(table) for table in tables] == expected


@pytest.mark.parametrize(
    "text",
    [
        "t0:\n  - &a {id: 1}\nt1:\n  - *a\n",
        "base: &a {id: 1}\n_fixture: {ignore: [base]}\nt0:\n  - {id: 2}\n  - {<<: *a, name: b}\n",
        "%TAG !x! tag:yaml.org,2002:\n---\nt0:\n  - {id: !x!str 1}\nt1:\n  - {id: !x!str 2}\n",
        "{\nt0: [{id: 1}],\nt1: [{id: 2}]\n}\n",
        "\ufefft0:\n  - id: 1\nt1:\n  - id: 2\n",
        "? t0\n:\n  - id: 1\nt1:\n  - id: 2\n",
    ],
)
def test_tables_that_need_what_stands_above_them_get_it(
    write: Write, monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    path = write("x.yml", text)
    expected = [list(table.rows()) for table in read(path)]

    monkeypatch.setattr(several_tables, "KEPT_BYTES", 0)

    assert [by_chunks(table) for table in read(path)] == expected
    assert [list(table.rows()) for table in read(path)] == expected


def test_a_mistake_in_a_large_file_has_its_line(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(several_tables, "KEPT_BYTES", 0)
    [_, table] = read(write("x.yml", "t0:\n  - id: 1\nt1:\n  - id: 1\n  - {id: !what 2}\n"))

    with pytest.raises(FixtureError) as caught:
        by_chunks(table)

    assert str(caught.value.origin) == "x.yml:5"


@pytest.mark.parametrize("spelling", ["indented", "labels"])
def test_how_often_a_large_file_is_read_does_not_grow_with_its_tables(write: Write, spelling: str) -> None:
    times = []
    for tables in (10, 40):
        listed = "".join(SPELLINGS[spelling].format(f"t{number}") + "# x\n" * 30_000 for number in range(tables))
        path = write(f"{tables}.yml", listed)
        before = bytes_read()

        found = [by_chunks(table) for table in read(path)]

        assert [len(rows) for rows in found] == [2] * tables
        times.append((bytes_read() - before) / path.stat().st_size)

    assert times[1] < 1.2 * times[0]


def bytes_read() -> int:
    """How much this process has read so far, whether from a disk or not."""
    [read_so_far] = re.findall(r"rchar: (\d+)", Path("/proc/self/io").read_text())
    return int(read_so_far)


@pytest.mark.parametrize(
    "rows",
    ["  - {id: 1}\n n: 2\n  - {id: 3}\n", "  - id: 1\n  n: 2\n  - id: 3\n", "    - id: 1\n   n: 2\n    - id: 3\n"],
    ids=["left of the list", "at its margin", "within the margin"],
)
def test_a_line_that_belongs_to_no_row_is_refused_and_ends_no_list(tmp_path: Path, rows: str) -> None:
    data = f"users:\n{rows}{rows.partition(chr(10))[0]}\n".encode()

    by_chunks, by_events = both_outcomes(tmp_path / "users.yml", data, chunk_bytes=16)

    assert (by_chunks, by_events) == (None, None)
