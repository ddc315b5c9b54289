"""CSV and JSON by the chunk give the rows that they give one by one, wherever they are cut; or both refuse them."""

from __future__ import annotations

import gzip
import json
from collections import deque
from pathlib import Path
from typing import NoReturn

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from seedkit.core.fixtures import Spelling
from seedkit.errors import FixtureError
from seedkit.files import csv_files, fixture_shapes, json_chunks
from seedkit.files.fixture_files import read_fixture
from seedkit.files.packed_files import unpacked_size
from tests.chunked_files import outcome

TEXTS = [
    "",
    "a",
    "null",
    "1",
    "1.50",
    "1_000",
    "NO",
    "2026-03-04",
    "2026-03-04 10:00+02",
    "10:30",
    "{a}",
    "[1]",
    "\\N",
    "\t",
]
ODD = st.sampled_from([*TEXTS, '"', "a,b", "a\nb", "\x01", "é\u2028", "12:00:00", "2026-03-04 12:00"])
NAMES = ["id", "email", "score", "active", "seen_at", "data", "tags", "day", "starts", "code"]


@pytest.fixture
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csv_files, "CHUNK_BYTES", 16)
    monkeypatch.setattr(json_chunks, "CHUNK_BYTES", 16)


def both(path: Path, data: bytes) -> tuple[object, object]:
    path.write_bytes(data)
    [fixture] = read_fixture(path, lambda name: name == "users")
    return outcome(fixture), outcome(replace(fixture, chunks=None))


@settings(max_examples=80, suppress_health_check=[*HealthCheck])
@given(
    names=st.lists(st.sampled_from(NAMES), min_size=1, max_size=4, unique=True),
    rows=st.lists(st.lists(ODD, min_size=4, max_size=4), max_size=5),
    quoted=st.booleans(),
    damage=st.none() | st.tuples(st.integers(0, 60), st.sampled_from(['"', ",", "\n", "\r", "\xe9"])),
)
@pytest.mark.usefixtures("small_chunks")
def test_csv(
    names: list[str], rows: list[list[str]], quoted: bool, damage: tuple[int, str] | None, tmp_path: Path
) -> None:
    text = ",".join(names) + "\n" + "".join(f"{','.join(map(cell(quoted), row[: len(names)]))}\n" for row in rows)
    if damage:
        place = len(text.partition("\n")[0]) + 1 + damage[0]
        text = text[:place] + damage[1] + text[place:]

    fast, slow = both(tmp_path / "users.csv", text.encode())

    assert fast == slow


class cell:  # noqa: N801 - reads as the function that it is
    def __init__(self, quoted: bool) -> None:
        self.quoted = quoted

    def __call__(self, text: str) -> str:
        return '"' + text.replace('"', '""') + '"' if self.quoted or set(text) & set('",\n') else text


VALUES = ODD | st.sampled_from(
    [None, True, float("nan"), float("-inf"), 1, 1.5, [], ["a", None], [["1"]], {"a": 1}, {"!json": "null"}]
)


@settings(max_examples=80, suppress_health_check=[*HealthCheck])
@given(
    rows=st.lists(st.dictionaries(st.sampled_from(NAMES), VALUES, min_size=1, max_size=4), min_size=1, max_size=5),
    name=st.sampled_from(["users.json", "users.jsonl", "users.json.gz"]),
    indent=st.sampled_from([None, 1]),
    damage=st.none() | st.tuples(st.integers(1, 60), st.sampled_from(['"', ",", "\n", "}", "\\ud83d", "7", "NaN"])),
    end=st.sampled_from(["", "", ",", ",\n ", "7"]),
)
@pytest.mark.usefixtures("small_chunks")
def test_json(
    rows: list[dict[str, object]],
    name: str,
    indent: int | None,
    damage: tuple[int, str] | None,
    end: str,
    tmp_path: Path,
) -> None:
    text = (
        "\n".join(map(json.dumps, rows)) + end if "jsonl" in name else json.dumps(rows, indent=indent)[:-1] + end + "]"
    )
    text = text[: damage[0]] + damage[1] + text[damage[0] :] if damage else text
    data = text.encode()

    fast, slow = both(tmp_path / name, gzip.compress(data) if name.endswith("gz") else data)

    assert fast == slow


ROWS_OF_JSON = st.lists(st.dictionaries(st.sampled_from(NAMES), VALUES, min_size=1, max_size=4), max_size=4)


@settings(max_examples=150, suppress_health_check=[*HealthCheck])
@given(
    tables=st.dictionaries(st.sampled_from(["users", "people", "é"]), ROWS_OF_JSON, min_size=1),
    ends=st.sampled_from(["\n", "\r\n", " "]),
    more=st.sampled_from(["", ', "users": []', ', "_fixture": {}', ', "orders": {"ada": {"id": 1}}', ",", "7", "}"]),
    damage=st.none()
    | st.tuples(st.integers(1, 90), st.sampled_from(['"', ",", "\n", "}", "]", "\\ud83d", "7", "\xe9", "NaN"])),
)
@pytest.mark.usefixtures("small_chunks")
def test_json_of_several_tables(
    tables: dict[str, object], ends: str, more: str, damage: tuple[int, str] | None, tmp_path: Path
) -> None:
    text = json.dumps(tables, indent=1, ensure_ascii=False).replace("\n", ends)[:-1] + more + "}"
    text = text[: damage[0]] + damage[1] + text[damage[0] :] if damage else text
    path = tmp_path / "all.json"
    path.write_bytes(text.encode())
    read = []

    for large in (0, 1 << 30):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(fixture_shapes, "LARGE_BYTES", large)
            read.append(told(path))

    assert read[0] == read[1]


def told(path: Path) -> object:
    """Tell what a file holds, or why it can't be read; of a large one this may be found only with its rows."""
    try:
        fixtures = read_fixture(path, lambda name: name in ("users", "people", "orders"))
        for fixture in fixtures:
            deque(fixture.rows(), maxlen=0)
        return [(fixture.table, fixture.origin, fixture.labelled, outcome(fixture)) for fixture in fixtures]
    except FixtureError as error:
        return str(error), error.origin


@pytest.mark.parametrize("text", ['{"users": [{"id": 1}]}', '\n{"é": [],\r\n"users"\n: [ {"id": "é"} ,{"id": 2}]\n}\n'])
def test_large_json_of_tables_is_read_by_the_chunk(text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fixture_shapes, "LARGE_BYTES", 0)
    (tmp_path / "all.json").write_bytes(text.encode())

    *_, fixture = read_fixture(tmp_path / "all.json", lambda name: name == "users")

    assert (fixture.table, fixture.spelling) == ("users", Spelling.JSON)
    assert fixture.chunks is not None
    read = [row for chunk in fixture.chunks.chunks(None) if chunk for row in fixture.chunks.rows(chunk) or ()]
    assert read == list(fixture.rows())


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("users.csv", 'score,id,email\n1,2,"a ""b""\n"\n'),
        ("users.jsonl", '{"score": 1, "id": 2, "email": "a \\"b\\"\\n"}\n'),
        ("users.json", '[\n{"score": 1, "id": 2, "email": "a \\"b\\"\\n"}\n]'),
    ],
)
def test_plain_rows_are_read_by_the_chunk(name: str, text: str, tmp_path: Path) -> None:
    def refused(*_: object) -> NoReturn:
        raise AssertionError

    (tmp_path / name).write_text(text, encoding="utf-8")
    [fixture] = read_fixture(tmp_path / name, lambda name: name == "users")
    assert fixture.chunks is not None
    by_chunk = replace(fixture, rows=refused, chunks=replace(fixture.chunks, rows=refused))

    assert outcome(by_chunk) == {("id", "email", "score"): '2\ta "b"\\n\t1\n'}


def test_a_packed_file_tells_how_much_it_holds(tmp_path: Path) -> None:
    packed, plain = tmp_path / "users.csv.gz", tmp_path / "users.csv"
    packed.write_bytes(gzip.compress(b"id\n" * 1_000))
    plain.write_bytes(b"id\n")

    assert [unpacked_size(packed), unpacked_size(plain)] == [3_000, 3]
