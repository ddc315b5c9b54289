"""Values of many megabytes: in memory is no more than the text of the file, the value, and what is sent of it."""

from __future__ import annotations

import json
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import pytest

from seedkit import SeedkitError, seed
from tests.postgres.loads import Connection, rows_of

FIXTURES: dict[str, tuple[str, Callable[[str], str]]] = {
    "YAML": ("docs.yml", lambda text: f'- id: 1\n  body: "{text}"\n- {{id: 2, body: b}}\n'),
    "YAML, a block": ("docs.yml", lambda text: f"- id: 1\n  body: |-\n    {text}\n- {{id: 2, body: b}}\n"),
    "YAML, labels": ("docs.yml", lambda text: f'a: {{id: 1, body: "{text}"}}\nb: {{id: 2, body: b}}\n'),
    "YAML, the table named": (
        "all.yml",
        lambda text: f"docs:\n  - id: 1\n    body: '{text}'\n  - {{id: 2, body: b}}\n",
    ),
    "CSV": ("docs.csv", lambda text: f'id,body\n1,"{text}"\n2,b\n'),
    "JSON": ("docs.json", lambda text: json.dumps([{"id": 1, "body": text}, {"id": 2, "body": "b"}])),
    "JSON, the table named": (
        "all.json",
        lambda text: json.dumps({"docs": [{"id": 1, "body": text}, {"id": 2, "body": "b"}]}),
    ),
    "JSON Lines": ("docs.jsonl", lambda text: f'{json.dumps({"id": 1, "body": text})}\n{{"id": 2, "body": "b"}}\n'),
    "a file": ("docs.yml", lambda _: "- id: 1\n  body: !file body.txt\n- {id: 2, body: b}\n"),
    "a seeder": (
        "../seeders/docs.py",
        lambda _: (
            "from pathlib import Path\n\nfrom seedkit import seeder\n\n@seeder(tables=['docs'])\ndef docs(db):\n"
            "    body = (Path(__file__).parents[1] / 'fixtures/body.txt').read_text()\n"
            "    db.insert('docs', [{'id': 1, 'body': body}, {'id': 2, 'body': 'b'}], on_conflict='update')\n"
        ),
    ),
}
MOST = {"YAML": 2.3, "a seeder": 2.3}
"""How many times: a value, and what is sent of it. Others have the file's text as well; libyaml's is not counted."""

LINES = {"YAML, the table named": 2, "CSV": 2}


def write(folder: Path, kind: str, text: str) -> None:
    name, written = FIXTURES[kind]
    for place in ("fixtures", "seeders"):
        (folder / place).mkdir(exist_ok=True)
    (folder / "fixtures" / name).write_text(written(text))
    (folder / "fixtures" / "body.txt").write_text(text)


def peak_of_a_seed(connection: Connection, folder: Path) -> int:
    tracemalloc.start()
    try:
        seed(connection=connection, directory=folder)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.growth
@pytest.mark.parametrize("kind", FIXTURES)
def test_a_wide_value_is_in_memory_a_few_times(connection: Connection, tmp_path: Path, kind: str) -> None:
    connection.execute("create table docs (id integer primary key, body text)")
    peaks = []
    for text in ("some words ", "some words " * 1_800_000):
        write(tmp_path, kind, text)
        peaks.append(peak_of_a_seed(connection, tmp_path))
        assert rows_of(connection, "select id, length(body) from docs order by id") == [(1, len(text)), (2, 1)]

    assert (peaks[1] - peaks[0]) / len(text) < MOST.get(kind.partition(",")[0], 3.3)


@pytest.mark.parametrize("kind", [kind for kind in FIXTURES if kind not in ("a file", "a seeder")])
def test_wide_rows_stand_among_others_and_are_told_by_their_line(
    connection: Connection, tmp_path: Path, kind: str
) -> None:
    connection.execute("create table docs (id integer primary key, body varchar(1500000))")
    write(tmp_path, kind, "x" * 1_500_000)

    seed(connection=connection, directory=tmp_path)

    assert rows_of(connection, "select id, length(body) from docs order by id") == [(1, 1_500_000), (2, 1)]
    write(tmp_path, kind, "x" * 1_500_001)
    with pytest.raises(SeedkitError, match="value too long for type character varying") as caught:
        seed(connection=connection, directory=tmp_path)
    assert str(caught.value.origin).endswith(f"/{FIXTURES[kind][0]}:{LINES.get(kind, 1)}")
