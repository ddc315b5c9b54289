from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from seedkit.core.fixtures import Chunk, Spelling
from seedkit.core.rows import json_blocks
from seedkit.core.rows.json_blocks import elements, listed_values
from seedkit.core.values.json_reading import decoded_strictly
from seedkit.files import json_chunks
from seedkit.files.json_chunks import line_chunks, list_chunks

ROWS = st.lists(
    st.recursive(
        st.dictionaries(st.text(max_size=3), st.text(alphabet='a},{"[]\\é\n', max_size=9), max_size=2),
        lambda inner: st.dictionaries(st.text(max_size=3), st.lists(inner, max_size=3), max_size=2),
        max_leaves=6,
    ),
    min_size=1,
    max_size=12,
)


@pytest.fixture(autouse=True, scope="module")
def _small_chunks() -> Any:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(json_chunks, "CHUNK_BYTES", 24)
        yield


def written(folder: Path, text: str) -> Path:
    path = folder / "users.json"
    path.write_text(text, encoding="utf-8", newline="")
    return path


def known(chunks: Sequence[Chunk | None]) -> list[Chunk]:
    return [chunk for chunk in chunks if chunk is not None]


def values(chunks: Iterable[Chunk | None]) -> list[Any]:
    return [value for chunk in chunks if chunk for value in listed_values(chunk.text) or ()]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ROWS, st.sampled_from([None, 0, 1, "\t"]), st.booleans(), st.sampled_from(["", "\ufeff", " \n"]))
def test_entries_come_whole_and_say_where_they_stand(
    tmp_path: Path, rows: list[Any], indent: Any, plain: bool, above: str
) -> None:
    text = above + json.dumps(rows, indent=indent, ensure_ascii=plain) + "\n"
    path = written(tmp_path, text)

    chunks = known(list(list_chunks(path, None)))

    assert values(chunks) == rows
    for chunk in chunks:
        assert text.encode()[chunk.start :].startswith(chunk.text.encode())
        assert chunk.line == 1 + text.encode()[: chunk.start].count(b"\n")
        assert values(list_chunks(path, chunk)) == values(chunks[chunks.index(chunk) :])
    lines = [line for chunk in chunks for _, line, _ in elements(chunk.text, chunk.line, Spelling.JSON) or ()]
    if indent is not None:
        assert lines == sorted(set(lines))


@pytest.mark.parametrize(
    "text",
    [
        '[{"id": 1},\n{"id": 2},\n]',
        '[{"id": 1},\n{"id": 2}',
        '[{"id": 1},\n{"id": 2}] 3',
        '[{"id": 1},\n{"id": 2}]\n[{"id": 3}]',
        '[{"id": 1},\n{"id": 2}\n{"id": 3}]',
        '[{"id": 1},\n,{"id": 2}]',
        '[{"id": 1},\n{"id": 2, "name": "a}, {"]',
        '[{"id": 1},\n{"id": 2, "id": 3}]',
        "[\n",
    ],
)
def test_what_is_no_list_is_left_to_who_can_say_why(tmp_path: Path, text: str) -> None:
    chunks = list(list_chunks(written(tmp_path, text), None))

    assert chunks[-1] is None or listed_values(chunks[-1].text) is None


def test_rows_that_hold_objects_as_they_are_themselves_are_cut_between_rows(tmp_path: Path) -> None:
    row = {"id": 1, "lines": [{"id": n} for n in range(20)]}
    path = written(tmp_path, json.dumps([row] * 30))

    chunks = known(list(list_chunks(path, None)))

    assert len(chunks) > 10
    assert values(chunks) == json.loads(json.dumps([row] * 30), parse_int=str)


def test_what_was_read_last_is_forgotten_with_the_file(tmp_path: Path) -> None:
    for chunk in known(list(list_chunks(written(tmp_path, json.dumps([{"id": "x" * 100}] * 9)), None))):
        assert chunk

    assert listed_values.cache_info().currsize == 0


def test_lines_are_cut_where_they_end(tmp_path: Path) -> None:
    path = written(tmp_path, '\ufeff{"id": 1}\n\n{"id": 2, "name": "é"}\r\n{"id": 3}\n{"id": 4}')

    chunks = known(list(line_chunks(path, None)))

    assert len(chunks) > 1
    read = [elements(chunk.text, chunk.line, Spelling.JSON_LINES) or [] for chunk in chunks]
    assert [line for rows in read for _, line, _ in rows] == [1, 3, 4, 5]
    assert known(list(line_chunks(path, chunks[1]))) == chunks[1:]


@pytest.mark.parametrize("text", ['{"a": 1},{"b": [{}\n{}]}\n', '{"id": 1} {"id": 2}\n', '{"id":\n1}\n'])
def test_a_line_is_a_value(text: str) -> None:
    assert elements(text, 1, Spelling.JSON_LINES) is None


def test_a_long_entry_is_looked_through_in_proportion_to_its_length(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked_through: list[int] = []

    def counted(text: str, start: int) -> Any:
        looked_through.append(len(text) - start)
        return decoded_strictly(text, start)

    def tried(length: int) -> int:
        looked_through.clear()
        assert len(known(list(list_chunks(written(tmp_path, json.dumps([{"id": "x" * length}])), None)))) == 1
        return sum(looked_through)

    monkeypatch.setattr(json_blocks, "decoded_strictly", counted)

    assert tried(40_000) < 6 * tried(10_000)


def test_a_list_is_left_to_who_reads_entry_by_entry_from_a_very_long_one_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(json_chunks, "LONGEST_IN_CHUNKS_BYTES", 100)
    rows = [{"id": "a"}, {"id": "x" * 500}, {"id": "b"}]

    *before, last = list_chunks(written(tmp_path, json.dumps(rows)), None)

    assert last is None
    assert values(before) == rows[:1]
