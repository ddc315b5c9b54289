"""What each spelling of the same rows costs: seeds side by side, by the processor's time, against a plain list.

python -m benchmarks.spellings                  all, the least of some rounds
python -m benchmarks.spellings CRLF 'labels'    those whose names hold one of these
python -m benchmarks.spellings --write          also the section of docs/performance.md
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import psycopg

from benchmarks.page import this_machine
from benchmarks.spellings_section import write_section
from benchmarks.workloads import COLUMN_RULES
from seedkit import seed
from tests.servers import fresh_database, throwaway_server

ROWS, ROUNDS = 30_000, 3
MOST = 3.0
"""How many times the plain list's time a spelling may take."""

PLAIN = "a plain list"
DOCS = Path(__file__).parent.parent / "docs"
_NAMES = ("email", "name", "active", "score", "created_at")
_TABLES = 10
_TABLE = (
    "(id bigserial primary key, email text, name text, active boolean, score integer, created_at timestamptz,"
    " data jsonb, tags text[])"
)

_NAMED = (".json", ".jsonl", ".csv")
"""How names of spellings end that are names of files."""

Pairs = Mapping[str, str]


def pairs(n: int, **others: str) -> dict[str, str]:
    """Give the nth row as texts of YAML."""
    return {"id": str(n), **{name: COLUMN_RULES[name].text(n) for name in _NAMES}, **others}


def flow(row: Pairs, *, after: str = "") -> str:
    """Write a row in braces."""
    return f"- {{{_between(row)}}}{after}\n"


def block(row: Pairs, *, after: str = "", first: str = "- ") -> str:
    """Write a row in lines."""
    return first + f"{after}\n  ".join(f"{name}: {value}" for name, value in row.items()) + f"{after}\n"


def compact(n: int) -> str:
    """Write a row as a program writes JSON in the least space."""
    return f"- {json.dumps(_values(n), separators=(',', ':'))}\n"


def _between(row: Pairs) -> str:
    return ", ".join(f"{name}: {value}" for name, value in row.items())


def _values(n: int) -> dict[str, object]:
    row = pairs(n)
    return {**row, "id": n, "active": row["active"] == "true", "score": int(row["score"])}


def _without(row: dict[str, str], name: str) -> Pairs:
    return {key: value for key, value in row.items() if key != name}


def _moved(rows: str, margin: str = "  ") -> str:
    return "".join(margin + line for line in rows.splitlines(keepends=True))


def _alternating(write: Callable[[Pairs], str]) -> Callable[[int], str]:
    return lambda n: write(pairs(n) if n % 2 else _without(pairs(n), "score"))


EACH: Mapping[str, Callable[[int], str]] = {
    PLAIN: lambda n: flow(pairs(n)),
    "rows in lines": lambda n: block(pairs(n)),
    "CRLF": lambda n: flow(pairs(n)).replace("\n", "\r\n"),
    "CRLF, rows in lines": lambda n: block(pairs(n)).replace("\n", "\r\n"),
    "a comment on each row": lambda n: flow(pairs(n), after=f" # the {n}th"),
    "a comment on each line": lambda n: block(pairs(n), after=" # it's so"),
    "a comment above each row": lambda n: f"# the {n}th\n{flow(pairs(n))}",
    "an empty line between rows in lines": lambda n: block(pairs(n)) + "\n",
    "quoted values": lambda n: flow(pairs(n, name=f"'{pairs(n)['name']}'", email=f'"person{n}@example.com"')),
    "an apostrophe in quotes": lambda n: flow(pairs(n, name="'Grace O''Brien'")),
    "escapes in quotes": lambda n: flow(pairs(n, name='"one \\"two\\"\\nthree"')),
    "quoted keys": lambda n: f"- {json.dumps(_values(n))}\n",
    "quoted keys, no spaces": compact,
    "quoted keys, rows in lines": lambda n: block({f'"{name}"': value for name, value in pairs(n).items()}),
    "two shapes alternating": _alternating(flow),
    "two shapes alternating, rows in lines": _alternating(block),
    "jsonb": lambda n: flow({**_without(pairs(n), "name"), "data": f"{{a: {n}, b: [x, 'y'], c: {{d: true}}}}"}),
    "jsonb, quoted": lambda n: flow({**_without(pairs(n), "name"), "data": f'\'{{"a": {n}, "b": ["x"]}}\''}),
    "text[]": lambda n: flow({**_without(pairs(n), "name"), "tags": f"[red, 'dark blue', n{n}]"}),
    "text[], rows in lines": lambda n: block({**_without(pairs(n), "name"), "tags": f"[red, 'dark blue', n{n}]"}),
    "text[], in lines below": lambda n: block({**_without(pairs(n), "name"), "tags": f"\n    - red\n    - n{n}"}),
    "!ago": lambda n: flow(pairs(n, created_at="!ago 3d")),
    "!ago, rows in lines": lambda n: block(pairs(n, created_at="!ago 3d")),
    "!ago of several spans": lambda n: flow(pairs(n, created_at=f"!ago {n % 90}d")),
    "!sql": lambda n: flow(pairs(n, created_at="!sql now()")),
    "!format": lambda n: flow(pairs(n, email='!format "p{id}@example.com"')),
    "!choice [..]": lambda n: flow(pairs(n, name="!choice [Ada, Ben]")),
    "a tag of YAML (!!str)": lambda n: flow(pairs(n, name="!!str 12")),
    "texts in lines below (|)": lambda n: block(pairs(n, name="|\n    one\n    two")),
    "a merge key in each row": lambda n: ("- &base\n  " if n == 1 else "- <<: *base\n  ") + block(pairs(n), first=""),
}
"""How the nth row is written."""


def _rows(each: Callable[[int], str] = EACH[PLAIN], first: int = 1, last: int = ROWS) -> str:
    return "".join(map(each, range(first, last + 1)))


def _labels(write: Callable[[int, Pairs], str], *, ids: bool = True) -> Callable[[], str]:
    return lambda: _rows(lambda n: write(n, pairs(n) if ids else _without(pairs(n), "id")))


def _labelled_block(n: int, row: Pairs) -> str:
    return f"person_{n}:\n" + "".join(f"  {name}: {value}\n" for name, value in row.items())


def _labelled_flow(n: int, row: Pairs) -> str:
    return f"person_{n}: {{{_between(row)}}}\n"


def _several_tables() -> str:
    size = ROWS // _TABLES
    parts = (f"people_{n}:\n{_moved(_rows(last=size))}\n" for n in range(_TABLES))
    return "".join(parts)


def _template(name: str) -> str:
    made = {"email": '!format "person{id:05}@example.com"', "score": "!between [0, 99]", "created_at": "!ago 3d"}
    return flow({**pairs(1), "id": f"!range 1..{ROWS}", **made, "name": name})


def _all_values() -> list[dict[str, object]]:
    return [_values(n) for n in range(1, ROWS + 1)]


def _csv(rows: Sequence[dict[str, object]]) -> str:
    return "".join(f"{','.join(map(str, line))}\n" for line in (rows[0], *(row.values() for row in rows)))


FILES: Mapping[str, Callable[[], str]] = {
    "JSON in a file of YAML": lambda: json.dumps(_all_values(), indent=1),
    "people.json, a list": lambda: json.dumps(_all_values()),
    "people.json, a list in lines": lambda: json.dumps(_all_values(), indent=1),
    "people.json, labels": lambda: json.dumps({f"person_{row['id']}": row for row in _all_values()}),
    "all.json, the table named": lambda: json.dumps({"people": _all_values()}),
    "people.jsonl": lambda: "".join(f"{json.dumps(row)}\n" for row in _all_values()),
    "people.csv": lambda: _csv(_all_values()),
    "options above `---`": lambda: f"_fixture:\n  on_conflict: update\n---\n{_rows()}",
    "options above the list": lambda: f"_fixture: {{on_conflict: update}}\n{_rows()}",
    "on_conflict: skip": lambda: f"_fixture: {{on_conflict: skip}}\n{_rows()}",
    "defaults": lambda: f"_fixture: {{defaults: {{name: Ada}}}}\n{_rows(lambda n: flow(_without(pairs(n), 'name')))}",
    "the table named in the file": lambda: f"people:\n{_moved(_rows())}",
    "the table named, rows in lines": lambda: f"people:\n{_moved(_rows(EACH['rows in lines']))}",
    "the table named, CRLF": lambda: f"people:\n{_moved(_rows())}".replace("\n", "\r\n"),
    "ten tables in a file": _several_tables,
    "a template (!range, !format, !choice)": lambda: _template("!choice [Ada, Ben]"),
    "a template with !faker": lambda: _template("!faker name"),
    "labels": _labels(_labelled_block),
    "labels, rows in braces": _labels(_labelled_flow),
    "labels, the table named": lambda: f"people:\n{_moved(_labels(_labelled_block)())}",
    "labels, ids from them": lambda: f"_fixture: {{ids: from-labels}}\n{_labels(_labelled_block, ids=False)()}",
}
"""How a whole file is written, where that is no list of rows alone; its name comes first where it is no people.yml."""


def _text(name: str) -> str:
    return FILES[name]() if name in FILES else _rows(EACH[name])


def main() -> int:
    """Measure and print; 1 where one that is asked for by name takes too long."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.spellings", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("names", nargs="*", help="only the spellings whose names hold one of these")
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--write", action="store_true", help="write the section of docs/performance.md")
    options = parser.parse_args()
    names = [name for name in (*EACH, *FILES) if not options.names or any(part in name for part in options.names)]
    with throwaway_server(18) as server, fresh_database(server, "spellings") as url:
        found = {}
        for name, seconds, factor in _measured(url, names, options.rounds):
            found[name] = factor
            mark = "" if factor <= MOST else "  !"
            print(f"{name:40} {seconds * 1e6 / ROWS:7.2f} µs a row {factor:6.2f} ×{mark}", flush=True)
        with psycopg.connect(server) as connection:
            version = connection.info.server_version
    if options.write:
        machine = this_machine(f"{version // 10_000}.{version % 10_000}")
        write_section(DOCS / "performance.md", machine, found, rows=ROWS, most=MOST)
    return 0


def _measured(url: str, names: Sequence[str], rounds: int) -> Iterator[tuple[str, float, float]]:
    """Give the processor's seconds of each spelling, and how many times those of the plain list in the same rounds."""
    with psycopg.connect(url) as connection, tempfile.TemporaryDirectory(prefix="seedkit-spellings-") as folder:
        connection.execute(f"create table people {_TABLE}".encode())
        for number in range(_TABLES):
            connection.execute(f"create table people_{number} {_TABLE}".encode())
        connection.commit()
        plain = _project(Path(folder), PLAIN)
        _seconds(connection, plain)  # the first one also imports
        for name in names:
            spelled = _project(Path(folder), name)
            least, own = _least(connection, plain, spelled, rounds)
            yield name, own, own / least


def _least(connection: psycopg.Connection, plain: Path, spelled: Path, rounds: int) -> tuple[float, float]:
    """Give the least seconds of both; what is far off is measured once."""
    least, own = _seconds(connection, plain), _seconds(connection, spelled)
    for _ in range(rounds - 1):
        if own <= 2 * MOST * least:
            least, own = min(least, _seconds(connection, plain)), min(own, _seconds(connection, spelled))
    return least, own


def _project(parent: Path, name: str) -> Path:
    root = parent / ("plain" if name == PLAIN else "spelled")
    folder = root / "fixtures"
    folder.mkdir(parents=True, exist_ok=True)
    for path in folder.iterdir():
        path.unlink()
    written = name.partition(",")[0]
    (folder / (written if written.endswith(_NAMED) else "people.yml")).write_bytes(_text(name).encode())
    return root


def _seconds(connection: psycopg.Connection, folder: Path) -> float:
    begin = time.process_time()
    report = seed(connection=connection, directory=folder)
    taken = time.process_time() - begin
    rows = sum(table.inserted for table in report.tables)
    assert rows == ROWS, f"{rows} rows"
    connection.rollback()
    return taken


if __name__ == "__main__":
    sys.exit(main())
