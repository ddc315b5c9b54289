"""Labelled rows in JSON, read in chunks: the same rows, or the same refusal, as event by event."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from seedkit.core.fixtures import Chunk, FixtureTable, Spelling
from seedkit.core.rows.json_blocks import elements, labelled_values
from seedkit.errors import SeedkitError
from seedkit.files import json_chunks
from seedkit.files.fixture_files import read_fixture
from seedkit.files.json_chunks import label_chunks
from tests.chunked_files import ODD_VALUES, outcome

LABELS = st.sampled_from(["ada", "eve", "bob", "a b", "Ü", "", "DEFAULTS", "_fixture", "<<", "}, {", "id"])
VALUES = st.recursive(
    st.sampled_from([None, True, 1, 1.5, -7, "1", "true", "2026-01-02 03:04:05", *ODD_VALUES]),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(["a", "!json"]), inner, max_size=2),
    max_leaves=4,
)
ROWS = st.dictionaries(st.sampled_from(["id", "email", "score", "data", "tags", "user_id", "none"]), VALUES, max_size=4)
ENTRIES = st.lists(st.tuples(LABELS, st.one_of(ROWS, ROWS, ROWS, VALUES)), min_size=1, max_size=12)
ODD_TEXTS = st.sampled_from(["", "", "", "{", "}", ",", '"', "]", ":", "\n", " ", '"x": {}', "\\", "\x00", "\ufeff"])


@pytest.fixture(autouse=True, scope="module")
def _small_chunks() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(json_chunks, "CHUNK_BYTES", 24)
        yield


def the_fixture(folder: Path, text: str) -> FixtureTable | None:
    path = folder / "users.json"
    path.write_text(text, encoding="utf-8", newline="")
    try:
        [fixture] = read_fixture(path, lambda name: name == "users")
    except (SeedkitError, ValueError):  # none, or none that can be read
        return None
    return fixture


def labels(chunks: Iterable[Chunk | None]) -> list[str]:
    return [label for chunk in chunks if chunk for label in labelled_values(chunk.text) or ()]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(ENTRIES, st.sampled_from([", ", ",", ",\n  "]), st.sampled_from([None, 1]), ODD_TEXTS, st.integers(0, 400))
@example([("ada", {"id": 1}), ("ada", {"id": 2})], ", ", None, "", 0)
@example([("ada", {"id": 1}), ("_fixture", {"id": 2})], ", ", None, "", 0)
def test_chunks_give_the_rows_of_events(
    tmp_path: Path, entries: list[tuple[str, Any]], between: str, indent: int | None, odd: str, place: int
) -> None:
    written = (f"{json.dumps(label)}: {json.dumps(value, indent=indent)}" for label, value in entries)
    text = "{" + between.join(written) + "}\n"
    place = min(place, len(text))
    fixture = the_fixture(tmp_path, text[:place] + odd + text[place:])

    if fixture is not None and fixture.spelling is Spelling.JSON_LABELS:
        assert fixture.chunks is not None
        assert outcome(fixture) == outcome(replace(fixture, chunks=None))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.dictionaries(LABELS, ROWS, min_size=1, max_size=12),
    st.sampled_from([None, 0, 1, "\t"]),
    st.sampled_from(["", "\ufeff", " \n"]),
)
def test_entries_come_whole_and_say_where_they_stand(
    tmp_path: Path, rows: dict[str, Any], indent: Any, above: str
) -> None:
    text = above + json.dumps(rows, indent=indent) + "\n"
    path = tmp_path / "users.json"
    path.write_text(text, encoding="utf-8", newline="")

    chunks = [chunk for chunk in label_chunks(path, None) if chunk is not None]

    read = [element for chunk in chunks for element in elements(chunk.text, chunk.line, Spelling.JSON_LABELS) or ()]
    assert {element.label: element.value for element in read} == json.loads(
        text.strip("\ufeff"), parse_int=str, parse_float=str
    )
    for chunk in chunks:
        assert text.encode()[chunk.start :].startswith(chunk.text.encode())
        assert chunk.line == 1 + text.encode()[: chunk.start].count(b"\n")
        assert labels(label_chunks(path, chunk)) == labels(chunks[chunks.index(chunk) :])
    if indent is not None:
        assert [element.line for element in read] == sorted({element.line for element in read})


def test_what_is_no_object_is_left_to_who_can_say_why(tmp_path: Path) -> None:
    path = tmp_path / "users.json"
    path.write_text('{"ada": {"id": 1}, "eve" {"id": 2}}')

    *before, last = label_chunks(path, None)

    assert labels(before) == ["ada"]
    assert last is None or labelled_values(last.text) is None


def test_what_was_read_last_is_forgotten_with_the_file(tmp_path: Path) -> None:
    path = tmp_path / "users.json"
    path.write_text(json.dumps({f"label{number}": {"id": number} for number in range(9)}))

    assert len(list(label_chunks(path, None))) > 1
    assert labelled_values.cache_info().currsize == 0
