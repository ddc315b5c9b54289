"""The recogniser makes of every file what the event stream makes of it; `make fuzz` looks for longer."""

from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from seedkit.core.rows.column_recogniser import ColumnRecogniser
from seedkit.core.rows.fixture_source import fixture_blocks
from seedkit.core.values.encoder_choice import encoder_for
from seedkit.errors import FixtureError
from seedkit.files import fixture_chunks
from seedkit.files.fixture_chunks import list_chunks
from seedkit.files.fixture_files import read_fixture
from tests.chunked_files import HEADS, ODD_VALUES, TABLE, TAILS, a_file, both_outcomes, outcome
from tests.core.builders import plain_rows
from tests.fuzz_recogniser import differing_file
from tests.spelled_files import spelled_file

QUICK = settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
SIZES = st.sampled_from((16, 60, 200, 100_000))


@pytest.fixture
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fixture_chunks, "CHUNK_BYTES", 40)
    monkeypatch.setattr(fixture_chunks, "LONGEST_IN_CHUNKS_BYTES", 320)


@QUICK
@given(random=st.randoms(use_true_random=False), size=SIZES)
def test_a_file_reads_as_its_events_do(tmp_path: Path, random: Random, size: int) -> None:
    data = a_file(random)

    by_chunks, by_events = both_outcomes(tmp_path / "users.yml", data, chunk_bytes=size)

    assert by_chunks == by_events, data


@QUICK
@given(random=st.randoms(use_true_random=False), size=SIZES)
def test_a_file_of_rows_that_are_almost_plain_reads_as_its_events_do(tmp_path: Path, random: Random, size: int) -> None:
    data = spelled_file(random)

    by_chunks, by_events = both_outcomes(tmp_path / "users.yml", data, chunk_bytes=size)

    assert by_chunks == by_events, data


@pytest.mark.parametrize("seed", range(10))
def test_many_files_read_as_their_events_do(tmp_path: Path, seed: int) -> None:
    assert differing_file(tmp_path / "users.yml", seed, files=100) is None


@pytest.mark.parametrize("row", ["- id: 1\n  email: {}\n  active: true\n", "- {{id: 1, email: {}, active: true}}\n"])
def test_an_odd_value_reads_as_its_events_do_wherever_it_stands(tmp_path: Path, row: str) -> None:
    for value in ODD_VALUES:
        for rows in ([value, "a"], ["a", value]):
            data = "".join(map(row.format, rows)).encode()
            by_chunks, by_events = both_outcomes(tmp_path / "users.yml", data, chunk_bytes=20)

            assert by_chunks == by_events, data


def test_what_stands_above_and_below_the_rows_reads_as_its_events_do(tmp_path: Path) -> None:
    for head in HEADS:
        for tail in TAILS:
            data = f"{head}- id: 1\n- id: 2\n{tail}".encode()
            by_chunks, by_events = both_outcomes(tmp_path / "users.yml", data, chunk_bytes=40)

            assert by_chunks == by_events, data


def test_an_alias_means_the_same_in_a_chunk_or_is_left_to_the_events(tmp_path: Path) -> None:
    data = b"- {email: &x a}\n- {email: *x}\n- {email: &x b}\n- {email: &y c}\n- {email: *x}\n- {email: *y}\n"
    for size in range(10, 120, 5):
        by_chunks, by_events = both_outcomes(tmp_path / "users.yml", data, chunk_bytes=size)

        assert by_chunks == by_events == {("email",): "a\na\nb\nc\nb\nc\n"}


@pytest.mark.parametrize("value", ["a", "'a'", "|\n    a", ">\n    a", "|+\n    a"])
def test_a_file_without_a_last_line_feed_reads_as_its_events_do(tmp_path: Path, value: str) -> None:
    data = f"- id: 1\n  email: b\n- id: 2\n  email: {value}".encode()

    by_chunks, by_events = both_outcomes(tmp_path / "users.yml", data, chunk_bytes=20)

    assert by_chunks == by_events == {("id", "email"): "1\tb\n2\ta\n"}


@pytest.mark.parametrize("column", TABLE.columns, ids=lambda column: column.name)
def test_what_is_accepted_passes_through_the_columns_encoder_as_it_is(column) -> None:
    recogniser = ColumnRecogniser(TABLE)
    for value in (value for value in ODD_VALUES if value[:1] not in ("'", '"')):
        recognised = recogniser.recognise(f"- {column.name}: {value}\n")
        if recognised is not None and recognised.text != b"\\N\n":
            assert encoder_for(column)(value) == recognised.text.decode()[:-1] == value


@pytest.mark.parametrize(
    ("chunk", "text"),
    [
        ("- id: 1\n  email: a@example.com\n- id: 2\n  email: O'Brien\n", "1\ta@example.com\n2\tO'Brien\n"),
        ("- {id: 1, email: ada}\n- {id: 2, email: 'a, b: c'}\n", "1\tada\n2\ta, b: c\n"),
        ("- { id: 1, email: ada }\n", "1\tada\n"),
        ("- email: ada\n  id: 1\n", "1\tada\n"),
        ("- id: 1\n  email:\n- id: 2\n  email: ~\n- id: 3\n  email: 'null'\n", "1\t\\N\n2\t\\N\n3\tnull\n"),
        ('- id: 1\n  email: ""\n', "1\t\n"),
        ("- id: 1\n- id: 22\n", "1\n22\n"),
        ("- user_id: 1\n  seen_at: 2026-01-02T03:04:05\n", "2026-01-02T03:04:05\t1\n"),
        ("- id: 1\n  data: null\n", "1\t\\N\n"),
    ],
)
def test_plain_rows_are_accepted(chunk: str, text: str) -> None:
    recognised = ColumnRecogniser(TABLE).recognise(chunk)

    assert recognised is not None
    assert recognised.text.decode() == text
    assert recognised.rows == text.count("\n")


@pytest.mark.parametrize(
    "chunk",
    [
        "- id: 1\n  email: a\n- id: 2\n",
        "- id: 1\n  email: a\n- email: b\n  id: 2\n",
        "- id: 1\n  id: 2\n",
        "- id: 1\n  unknown: 2\n",
        "- id: 1\n  made: a generated column\n",
        "- id: 0x1F\n",
        "- id: 1_000\n",
        "- user_id: ada\n",
        "- day: ada\n",
        "- seen_at: 2026-01-02T03:04:05Z\n",
        "- seen_at: 2026-01-02T03:04:05+02:00\n",
        "- data: 1\n",
        "- tags: '{a}'\n",
        "- email: a \n",
        "- email: a\\b\n",
        "- email: a # b\n",
        "- email: a\n    b\n",
        "- email: a\n# b\n",
        "- email: a\u0085- email: b\n",
        "- id: 1\r\n- id: 2\r\n",
        "- id: 1\n\n- id: 2\n",
        "- {id: 1}\n- id: 2\n",
        "-  id: 1\n",
        "- {}\n",
    ],
)
def test_what_has_more_than_one_meaning_is_left_to_the_events(chunk: str) -> None:
    assert ColumnRecogniser(TABLE).recognise(chunk) is None


def test_a_chunk_that_is_not_accepted_is_read_alone_and_the_next_is_recognised_again(
    tmp_path: Path, small_chunks: None
) -> None:
    lines = [f"- {{id: {number}, email: person{number}}}\n" for number in range(10)]
    lines[4] = "- {id: 4, email: !!str 4} # odd\n"
    path = tmp_path / "users.yml"
    path.write_text("".join(lines))

    chunks = [chunk for chunk in list_chunks(path).chunks(None) if chunk is not None]

    accepted = [ColumnRecogniser(TABLE).recognise(chunk.text) is not None for chunk in chunks]
    assert accepted.count(False) == 1
    assert all(list_chunks(path).rows(chunk) is not None for chunk in chunks)


def test_rows_of_one_set_of_columns_keep_their_order_around_a_chunk_that_is_not_accepted(
    tmp_path: Path, small_chunks: None
) -> None:
    path = tmp_path / "users.yml"
    path.write_text("".join(f"- {{id: {n}}}{' # odd' if n % 5 == 2 else ''}\n" for n in range(40)))

    (fixture,) = read_fixture(path, lambda _: True)

    assert outcome(fixture) == {("id",): "".join(f"{n}\n" for n in range(40))}


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("- {id: 1}\n" * 20 + "- {id: 1, email: [a]}\n" + "- {id: 1}\n" * 9, 21),
        ("- {id: 1}\n" * 20 + "- {id: 1, id: 2}\n" + "- {id: 1}\n" * 9, 21),
        ("# above\n" + "- {id: 1}\n" * 20 + "- {id: 1, unknown: 2}\n", 22),
        ("- {id: 1}\n" * 20 + "- {id: 1, email: 'a}\n" + "- {id: 1}\n" * 9, 21),
    ],
)
def test_an_error_far_down_stands_at_its_line(tmp_path: Path, small_chunks: None, text: str, line: int) -> None:
    path = tmp_path / "users.yml"
    path.write_text(text)
    (fixture,) = read_fixture(path, lambda _: True)

    with pytest.raises(Exception, match=r"users\.yml") as raised:
        list(fixture_blocks(fixture, TABLE, plain_rows))

    assert raised.value.origin.line == line  # type: ignore[attr-defined]


def test_rows_read_alone_know_their_lines_in_the_file(tmp_path: Path, small_chunks: None) -> None:
    path = tmp_path / "users.yml"
    path.write_text("# above\n" + "- {id: 1, email: !ref a}\n" * 20)

    chunks = list_chunks(path)
    rows = [row for chunk in chunks.chunks(None) if chunk for row in chunks.rows(chunk) or []]

    assert [row.line for row in rows] == list(range(2, 22))
    assert [row.values["email"].line for row in rows] == list(range(2, 22))  # type: ignore[union-attr]


def test_a_row_that_is_too_long_is_left_to_the_events(tmp_path: Path, small_chunks: None) -> None:
    path = tmp_path / "users.yml"
    path.write_text("- {id: 1}\n" * 9 + f"- {{id: 2, email: {'a' * 1_000}}}\n" + "- {id: 3}\n")
    (fixture,) = read_fixture(path, lambda _: True)

    assert list(list_chunks(path).chunks(None))[-1] is None
    assert (outcome(fixture) or {})[("id",)] == "1\n" * 9 + "3\n"


def test_the_memory_does_not_grow_with_the_file(tmp_path: Path) -> None:
    path = tmp_path / "users.yml"
    with path.open("w") as file:
        file.writelines(f"- {{id: {number}, email: person{number}@example.com}}\n" for number in range(100_000))

    sizes = [len(chunk.text) for chunk in list_chunks(path).chunks(None) if chunk]

    assert sum(sizes) == path.stat().st_size
    assert max(sizes) <= 2 * fixture_chunks.CHUNK_BYTES


def test_a_number_that_is_spelt_in_another_way_is_still_an_error_where_it_can_not_be_one(tmp_path: Path) -> None:
    path = tmp_path / "users.yml"
    path.write_text("- {seen_at: 2026-01-02 03:04 Europe/Paris}\n")
    (fixture,) = read_fixture(path, lambda _: True)

    with pytest.raises(FixtureError, match="offset"):
        list(fixture_blocks(fixture, TABLE, plain_rows))


@pytest.mark.parametrize("rows", ["- id: {}\n  email: a:b\n", "- {{id: {}, email: a:b}}\n"])
def test_bare_rows_are_read_by_the_bare_pattern(monkeypatch: pytest.MonkeyPatch, rows: str) -> None:
    monkeypatch.delattr(ColumnRecogniser, "_rows_with_cells")

    found = ColumnRecogniser(TABLE).recognise("".join(map(rows.format, (1, 20))))

    assert found is not None
    assert (found.text, found.rows) == (b"1\ta:b\n20\ta:b\n", 2)


@pytest.mark.parametrize("odd", ["null", "'b'", "b # c"])
def test_rows_are_read_as_bare_again_soon_after_others(monkeypatch: pytest.MonkeyPatch, odd: str) -> None:
    recogniser = ColumnRecogniser(TABLE)
    recogniser.recognise(f"- id: 1\n  email: {odd}\n")
    recogniser.recognise("- id: 2\n  email: b\n")
    monkeypatch.delattr(ColumnRecogniser, "_rows_with_cells")

    assert recogniser.recognise("- id: 3\n  email: b\n") is not None
