"""Files for the recogniser, good and bad, and what both ways of reading make of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from random import Random
from types import ModuleType
from typing import TypeAlias

import pytest
from msgspec.structs import replace

from seedkit.core.catalog import Table
from seedkit.core.fixtures import FixtureTable
from seedkit.core.foreign_keys import ForeignKey
from seedkit.core.rows import recognition
from seedkit.core.rows.fixture_source import fixture_blocks
from seedkit.errors import SeedkitError
from seedkit.files import fixture_chunks, fixture_files, fixture_shapes, several_tables, thinned_files
from seedkit.files.fixture_files import read_fixture
from tests.core.builders import a_column, a_table, plain_rows

Outcome: TypeAlias = "dict[tuple[str, ...], str] | None"
"""The COPY text of each set of columns, with those that are written once; None where the file is refused."""

_COLUMNS = {
    "id": ("bigint", "N"),
    "email": ("text", "S"),
    "score": ("numeric", "N"),
    "active": ("boolean", "B"),
    "seen_at": ("timestamp without time zone", "D"),
    "made_at": ("timestamp with time zone", "D"),
    "token": ("uuid", "U"),
    "kind": ("kind", "E"),
    "data": ("jsonb", "U"),
    "tags": ("text[]", "A"),
    "user_id": ("bigint", "N"),
    "code": ("text", "S"),
    "day": ("date", "D"),
    "born": ("date", "D"),
    "starts": ("time without time zone", "D"),
    "ends": ("time with time zone", "D"),
    "made": ("text", "S"),
}
_COLUMN_LIST = [
    a_column(name, type_name, category=category, generated=name == "made")
    for name, (type_name, category) in _COLUMNS.items()
]
TABLE: Table = replace(
    a_table("users", _COLUMN_LIST, primary_key=["id"]),
    foreign_keys=tuple(
        ForeignKey(name=f"fk_{name}", columns=(name,), references=2, referenced_columns=("id",))
        for name in ("user_id", "code", "day")
    ),
)

_TEXTS = (
    "ada",
    "Ada Lovelace",
    "ada@example.com",
    "O'Brien",
    'the "best"',
    "https://a.b/c?d=e",
    "10:30",
    "Ü",
    "日本",
    "-",
)
_NUMBERS = ("0", "1", "-7", "+3", "1.50", "1e5", "007", "9999999999")
_TIMES = (
    "12:30",
    "2026-01-02",
    "2026-01-02 03:04:05",
    "2026-01-02T03:04:05.6",
    "2026-01-02T03:04:05Z",
    "2026-01-02 03:04+02",
    "2026-01-02T00:00:00Z",
)
_PLAIN: Mapping[str, Sequence[str]] = {
    "N": _NUMBERS,
    "S": _TEXTS,
    "E": _TEXTS,
    "B": ("true", "false", "yes", "n", "0", "1"),
    "D": _TIMES,
    "U": ("c0ffee00-0000-4000-8000-000000000001",),
    "A": ("null",),
}
# fmt: off
ODD_VALUES = (
    "", " ", "null", "~", "NULL", "Null", "nUll", "nullify", "null a", "a:'b'", "a,", "a :",
    "''", '""', "'a'", '"a"', "'null'", '"~"', "'a''b'", '"a\\tb"',
    '"a"b', "'a\n  b'", '"a\n- b"', "'a\n- b: c'", '"a\n\n- id: 1\n  b"', "'\n- id: 2\n'", '"a\n- {id: 9}\n"',
    "a\n  b", "a\n   b", "|\n    a\n    b", ">\n    a", "|+\n    a\n\n", "|\n- b", "&x 1", "*x", "&x", "!!str 1",
    "!ref ada", "!x y", "!!binary aa", "a # b", "a #", "a#b", "#", "# a", "a: b", "a:", ":a", "a :b", "a:b", "a:,b",
    "a: ", "- a", "-a", "--", "---", "...", "-", "[a, b]", "[a,\n- b]", "{a: b}", "{a: 1,\n- b: 2}", "{{ a }}",
    "a, b", "a]", "a}", "a[b", "a{b", "[", "{", "}", ", ",
    "a?b", "? a", "?a", "0x1F", "1_000", "0o17", ".inf", ".5", "5.",
    "1.2.3", "'5'", "1 ", "1e", "+", "12:30:45", "1,5", "a\\b", "\\N", "\\.", "<%= a %>", "a <%= b", "a <% b %> c",
    "a <% b", "'<%'", "@a",
    "`a`", "%a", "=", "<<", "$LABEL", "(a)", "a\tb", "\ta", "a\t", "a\x85b", "a\u2028b", "a\u2028- id: 1",
    "\ufeffa", "a\x07", "\x7f", "a\xa0", "\u3000a", "a  ", "a\r", "a\u200db", "\U0001f600", "2026-01-02T03:04:05+2",
    '"\\ud83d\\udc08"', '"\\ud83d"', "'\\ud83d\\uDC08'", "\\ud83d", '"\\\\ud83d"', '"\\ue83d \\ud83d\\udc08"',
    "#ff0000", "  #ff0000", "!ref #a", "&x #a",
    "12:30:45+02", "'12:30'", '"12:30:45.5"', "'12:30+02'", "RAW=now()", "a RAW=b", "'RAW=1'",
    "2026-01-02 03:04 Europe/Paris", "2026-1-2", "now", "infinity", "C0FFEE00-0000-4000-8000-00000000000G",
)
ODD_PIECES = (
    "\n- ", "\n", "\n\n", "- ", "\n-", "\n-\n", "\n - ", "\n# a\n", " # a", "#", "\n---\n", "\n...\n", "\n--- \n",
    "\n%YAML 1.1\n", "'", '"', "''", '"\n', "'\n- ", "&a ", "*a", "!!map ", "!", "<%", "<<: *a", ": ", ":", "?",
    "? ", "\t", "\r\n", "\r", "\\", "~", "\x85", "\u2028", "\u2029", "\ufeff", "\x00", "\x1b", "|", ">", "|-\n",
    ",", "{", "}", "[", "]", "null", " ", "  ", "id: 3", "\n  id: 3", "\n  ", "- id: 5\n", "- {id: 6}\n", "{}",
    "- {}\n", "- null\n", "- a\n", "<<", "%", "@",
)
HEADS = (
    "", "", "", "", "# rows\n", "---\n", "\n", "--- # a\n", "# Zo\xeb\n\n---\n# b\n", "---\n---\n", "\ufeff",
    "%YAML 1.1\n---\n", "#\ta\n", "# a\u2028- id: 5\n", "# a\x85- id: 5\n", "# a\r- id: 5\n",
    "#", "# a\n---\n#b\n\n", "_fixture: {}\n", "_fixture: {key: id}\n", "_fixture: {key: id}\n---\n",
    "# a\n---\n_fixture:\n  key:\n  - id\n\n# b\n",
    "\ufeff_fixture: {key: [id,\n- email]}\n", "_fixture: {key: id\n", "_fixture:\n", "_fixture: {}\nusers:\n",
    "_fixture: {}\r\n",
)
TAILS = (
    "", "", "", "", "\n", "# end\n", "...\n", "---\n", "---\n- id: 77\n", "...\n---\n- id: 78\n", "a", "\n\n \n",
    "-",
)
_INDENTS = (" ", "  ", "- ", "\t")
# fmt: on
_ATOMS = (*"ab1 :#,[]{}'\"?&*!|>%@`-=.~\\$+/(<_", "  ", ": ", " #", ", ", "''", "null", "é", "\n  ", "\n- ")
_OFTEN = [*_COLUMNS, "email", "email", "email", "code", "kind"]
_CALM = ("id", "email", "score", "active", "code")
"""Columns whose rows are accepted as a whole if nothing odd is put in: so one oddity alone decides."""


def outcome(fixture: FixtureTable) -> Outcome:
    """Read a fixture to its end."""
    texts: dict[tuple[str, ...], list[bytes]] = defaultdict(list)
    rows = 0
    try:
        for block in fixture_blocks(fixture, TABLE, plain_rows):
            texts[*block.shape.columns, *(f"{name}, once" for name in block.shape.once)].append(block.text)
            rows += block.rows
    except SeedkitError:
        return None
    joined = {columns: b"".join(blocks).decode() for columns, blocks in texts.items()}
    assert sum(text.count("\n") for text in joined.values()) == rows
    return joined


def both_outcomes(path: Path, data: bytes, *, chunk_bytes: int) -> tuple[Outcome, Outcome]:
    """Read a file by chunks of a size and without a look at all of it, and by events alone."""
    path.write_bytes(data)
    with _pieces_of(chunk_bytes):
        fast = _outcomes(path)
    with _events_alone():
        return fast, _outcomes(path)


def _outcomes(path: Path) -> Outcome:
    """Read all tables of a file; those that are not users' rows have their name in front of the columns."""
    found: dict[tuple[str, ...], str] = {}
    try:
        fixtures = read_fixture(path, lambda name: name in ("users", "others"))
    except (SeedkitError, ValueError):  # no rows at all
        return None
    for fixture in fixtures:
        read = outcome(fixture)
        if read is None:
            return None
        named = [] if fixture.table == "users" else [f"{fixture.table}:"]
        found |= {(*named, *columns): text for columns, text in read.items()}
    return found


@contextmanager
def _pieces_of(size: int) -> Iterator[None]:
    pieces = {
        (fixture_chunks, "CHUNK_BYTES"): size,
        (fixture_chunks, "LONGEST_IN_CHUNKS_BYTES"): 8 * size,
        (fixture_shapes, "LARGE_BYTES"): 0,
        (recognition, "WORTH_CHARACTERS"): 0,
        (several_tables, "KEPT_BYTES"): size,
        (thinned_files, "WINDOW_BYTES"): size,
    }
    with _replaced(pieces):
        yield


@contextmanager
def _events_alone() -> Iterator[None]:
    ways = {
        (fixture_shapes, "LARGE_BYTES"): 1 << 30,
        (fixture_files, "list_chunks"): lambda *_: None,
        (fixture_files, "labels_chunks"): lambda *_: None,
        (several_tables, "table_parts"): lambda *_: {},
    }
    with _replaced(ways):
        yield


@contextmanager
def _replaced(values: Mapping[tuple[ModuleType, str], object]) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patched:
        for (module, name), value in values.items():
            patched.setattr(module, name, value)
        yield


def a_file(random: Random) -> bytes:
    """Make up a file of plain rows with a few oddities: one alone is the most likely to be taken for plain."""
    flow, calm = random.random() < 0.5, random.random() < 0.5
    names = list(dict.fromkeys(random.sample(_CALM if calm else _OFTEN, random.randint(1, 4))))
    rows = [[[name, _plain_value(name, random, calm=calm)] for name in names] for _ in range(random.randint(1, 8))]
    texts = [_row(row, flow=flow) for row in rows]
    for _ in range(random.choice((0, 1, 1, 1, 1, 2, 2, 4))):
        place = random.randrange(len(rows))
        texts[place] = random.choice(_ODDITIES)(rows[place], random, flow=flow)
    return changed("".join(texts), random)


def _plain_value(name: str, random: Random, *, calm: bool) -> str:
    if calm and _COLUMNS[name][1] == "S":
        return random.choice(("ada", "Ada Lovelace", "10:30"))
    return "null" if random.random() < 0.05 and not calm else random.choice(_PLAIN[_COLUMNS[name][1]])


def _row(pairs: Sequence[Sequence[str]], *, flow: bool, indent: str = "") -> str:
    lines = [f"{key}: {value}" for key, value in pairs]
    if flow:
        return f"- {{{indent}{', '.join(lines)}{indent}}}\n"
    return f"- {indent}" + f"\n  {indent}".join(lines) + "\n"


def _with_odd_value(pairs: list[list[str]], random: Random, *, flow: bool) -> str:
    random.choice(pairs)[1] = random.choice(ODD_VALUES)
    return _row(pairs, flow=flow)


def _with_composed_value(pairs: list[list[str]], random: Random, *, flow: bool) -> str:
    random.choice(pairs)[1] = composed_value(random)
    return _row(pairs, flow=flow)


def composed_value(random: Random) -> str:
    """Make up a value of pieces that mean something to YAML."""
    return "".join(random.choices(_ATOMS, k=random.randint(1, 5)))


def _with_odd_key(pairs: list[list[str]], random: Random, *, flow: bool) -> str:
    random.choice(pairs)[0] = random.choice(
        (*_COLUMNS, "unknown", "'id'", '"id"', "<<", "ID", "null", "id ", "*a", "? id")
    )
    return _row(pairs, flow=flow)


def _in_another_form(pairs: list[list[str]], random: Random, *, flow: bool) -> str:
    random.shuffle(pairs)
    return _row(pairs, flow=random.random() < 0.5, indent=random.choice(_INDENTS))


_ODDITIES = (
    _with_odd_value,
    _with_odd_value,
    _with_composed_value,
    _with_composed_value,
    _with_odd_key,
    _in_another_form,
)


def changed(text: str, random: Random) -> bytes:
    """Put something odd into a text, or take a little out of it, and now and then neither."""
    for _ in range(random.choice((0, 0, 1))):
        place = random.randint(0, len(text))
        text = text[:place] + random.choice(ODD_PIECES) + text[place + random.choice((0, 0, 0, 1, 2, 5)) :]
    if random.random() < 0.1:
        text = random.choice(HEADS) + text + random.choice(TAILS)
    data = bytearray((text.replace("\n", "\r\n") if random.random() < 0.01 else text).encode())
    if data and random.random() < 0.02:
        data[random.randrange(len(data))] = random.randrange(256)
    return bytes(data)


def smallest(data: bytes, fails: Callable[[bytes], bool]) -> bytes:
    """Take out of a file what it does not need to fail, a half, a quarter … a byte at a time."""
    size = len(data) // 2
    while size:
        for start in range(0, len(data), size):
            less = data[:start] + data[start + size :]
            if less and fails(less):
                return smallest(less, fails)
        size //= 2
    return data
