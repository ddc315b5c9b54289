"""Judges `seedkit generate` over the schema files of a folder: `make generate-survey MIRROR=folder`.

A file is a schema as `pg_dump --schema-only` writes it, or any script that PostgreSQL takes in one piece. One that is
not taken, for an extension that is not there, say, is named and left out.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg

from tests.generation_judge.databases import template
from tests.generation_judge.judging import Reasons, judged
from tests.generation_judge.ours import generated
from tests.generation_judge.verdict import Verdict, as_table
from tests.servers import throwaway_server

_LOCKS = "max_locks_per_transaction=4096"
"""A thousand tables in one transaction need so many."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Print what fails, schema by schema, then the table of all of them."""
    options = _options().parse_args(arguments)
    files = sorted(options.mirror.rglob("*.sql"))
    if not files:
        sys.exit(f"error: {options.mirror} holds no .sql file")
    with throwaway_server(options.postgres, _LOCKS) as server:
        verdicts = list(_verdicts(server, files, options.rows))
    print(as_table(verdicts))  # noqa: T201


def _options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description="Judge seedkit generate over the schema files of a folder.")
    parser.add_argument("mirror", type=Path, help="a folder of .sql files")
    parser.add_argument("--rows", type=int, default=20, help="rows a table (20)")
    parser.add_argument("--postgres", type=int, default=18, help="the PostgreSQL version: 18, 16 or 15")
    return parser


def _verdicts(server: str, files: Sequence[Path], rows: int) -> Iterator[Verdict]:
    for file in files:
        _tell(f"{file.stem} …")
        try:
            with template(server, _statements(file)) as fresh:
                verdict = judged(file.stem, fresh, _told_of_crashes, rows)
        except psycopg.Error as error:
            _tell(f"{file.stem}: left out: {str(error).splitlines()[0]}")
            continue
        for finding in verdict.failed:
            print(f"{file.stem} {finding}")  # noqa: T201
        _tell(f"{file.stem}: {verdict.seconds:.0f} s")
        yield verdict


def _statements(file: Path) -> bytes:
    """Read a script without the commands of psql that pg_dump writes around it."""
    return re.sub(rb"^\\.*$", b"", file.read_bytes(), flags=re.MULTILINE)


def _told_of_crashes(database: str, rows: int) -> Reasons:
    """Generate in a thread of its own: whatever stops it there is a reason, and does not stop the survey."""
    with ThreadPoolExecutor(1) as alone:
        future = alone.submit(generated, database, rows)
        error = future.exception()
    return future.result() if error is None else {"*": f"crash: {error!r}"}


def _tell(text: str) -> None:
    print(text, file=sys.stderr, flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
