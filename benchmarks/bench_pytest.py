"""What does a test cost that needs a database? seedkit's pytest plugin beside pytest-django and pytest-postgresql.

make bench-pytest                  1,000 tests with 40 tables of fixtures, three rounds: some minutes
make bench-pytest ARGS=--quick     100 tests, one round

All work on the same throwaway server. Each test inserts a row and counts; the rounds take turns, and ratios are
those of one round. Where each test is given a database of its own, a tenth of the tests tells as much.
"""

from __future__ import annotations

import argparse
import json
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path

from benchmarks.measure import CommandFailedError, measured
from benchmarks.page import as_markdown, this_machine
from tests.servers import ServerMissing, throwaway_server

TABLES, ROWS = 40, 25
BODY = """
    cursor = {cursor}
    cursor.execute("insert into items_00 (name) values ('new')")
    cursor.execute("select count(*) from items_00")
    assert cursor.fetchone()[0] == {rows}
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Contestant:
    """Who gives the tests a database: the test's arguments, its cursor, and what else stands in the project.

    `needs` is the package without which it is left out; `divisor` makes its tests fewer.
    """

    name: str
    arguments: str
    cursor: str = ""
    needs: str = "seedkit"
    divisor: int = 1
    options: tuple[str, ...] = ()
    files: dict[str, str] = field(default_factory=dict)


DJANGO_SETTINGS = """
DATABASES = {{"default": {{"ENGINE": "django.db.backends.postgresql", "NAME": "bench", "USER": "postgres",
    "HOST": "{host}", "PORT": "{port}"}}}}
INSTALLED_APPS = ["shop"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
"""
DJANGO_MODELS = """
from django.db import models

for number in range({tables}):
    table = f"items_{{number:02}}"
    fields = {{"name": models.TextField(), "__module__": __name__,
        "Meta": type("Meta", (), {{"db_table": table, "app_label": "shop"}})}}
    if number:
        fields["parent"] = models.ForeignKey(f"Items{{number - 1:02}}", models.CASCADE)
    globals()[f"Items{{number:02}}"] = type(f"Items{{number:02}}", (models.Model,), fields)
"""
DJANGO_CONFTEST = """
import pytest

@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    from django.core.management import call_command
    with django_db_blocker.unblock():
        call_command("loaddata", "rows.json", verbosity=0)
"""
POSTGRESQL_CONFTEST = """
from pathlib import Path
from pytest_postgresql import factories

server = factories.postgresql_noproc(host="{host}", port={port}, user="postgres",
    load=[Path("schema.sql").absolute(), Path("rows.sql").absolute()])
postgresql = factories.postgresql("server")
"""
CONTESTANTS = (
    Contestant(name="no database", arguments=""),
    Contestant(name="seedkit_connection", arguments="seedkit_connection", cursor="seedkit_connection.cursor()"),
    Contestant(
        name="pytest-django, db",
        arguments="db",
        cursor='__import__("django.db").db.connection.cursor()',
        needs="pytest_django",
        options=("--ds=bench_settings",),
        files={
            "bench_settings.py": DJANGO_SETTINGS,
            "shop/__init__.py": "",
            "shop/models.py": DJANGO_MODELS,
            "conftest.py": DJANGO_CONFTEST,
            "pytest.ini": "[pytest]\npythonpath = .\n",
        },
    ),
    Contestant(
        name="seedkit_fresh_database",
        arguments="seedkit_fresh_database",
        cursor='__import__("psycopg").connect(seedkit_fresh_database, autocommit=True).cursor()',
        divisor=10,
    ),
    Contestant(
        name="pytest-postgresql, postgresql",
        arguments="postgresql",
        cursor="postgresql.cursor()",
        needs="pytest_postgresql",
        divisor=10,
        files={"conftest.py": POSTGRESQL_CONFTEST},
    ),
)


def main() -> int:
    """Run what the command line asks for; 2 where the server is missing or a suite failed."""
    parser = argparse.ArgumentParser(prog="make bench-pytest", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("--tests", type=int, default=1_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--quick", action="store_true", help="100 tests, one round")
    options = parser.parse_args()
    tests, rounds = (100, 1) if options.quick else (options.tests, options.rounds)
    try:
        with throwaway_server(18) as server, tempfile.TemporaryDirectory(prefix="seedkit-bench-") as folder:
            print(f"{tests:,} tests, {TABLES} tables of {ROWS} rows, {rounds} rounds; {this_machine('18')}\n")
            print(as_markdown(_table(list(_results(server, Path(folder), tests, rounds)), tests)))
    except (ServerMissing, CommandFailedError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    return 0


def _results(server: str, folder: Path, tests: int, rounds: int) -> Iterator[tuple[Contestant, list[float], float]]:
    """Give the seconds of each contestant's runs, and those of its first one, which makes templates."""
    contestants = list(_installed())
    for contestant in contestants:
        _write(contestant, folder / _slug(contestant), server, tests)
    seconds: dict[str, list[float]] = {contestant.name: [] for contestant in contestants}
    for turn in range(rounds + 1):  # the first one warms up: byte code, templates
        for contestant in contestants:
            started = time.perf_counter()
            _run(contestant, folder / _slug(contestant), server)
            seconds[contestant.name].append(time.perf_counter() - started)
            print(f"round {turn}: {contestant.name} {seconds[contestant.name][-1]:.2f} s", file=sys.stderr)
    for contestant in contestants:
        first, *others = seconds[contestant.name]
        yield contestant, others, first


def _installed() -> Iterator[Contestant]:
    for contestant in CONTESTANTS:
        if find_spec(contestant.needs) is None:
            print(f"without {contestant.name}: {contestant.needs} is not installed", file=sys.stderr)
        else:
            yield contestant


def _slug(contestant: Contestant) -> str:
    return "".join(letter if letter.isalnum() else "_" for letter in contestant.name)


def _run(contestant: Contestant, folder: Path, server: str) -> None:
    others = ("django", "randomly", "xdist", "postgresql", "seedkit", "inline_snapshot", "hypothesispytest", "sybil")
    own = {"pytest_django": "django", "pytest_postgresql": "postgresql"}.get(contestant.needs, "seedkit")
    without = [option for name in others if name != own for option in ("-p", f"no:{name}")]
    named = (f"--seedkit-url={server}",) if own == "seedkit" else ()
    measured([sys.executable, "-m", "pytest", "-q", "--tb=short", *without, *named, *contestant.options], folder)


def _write(contestant: Contestant, folder: Path, server: str, tests: int) -> None:
    shutil.copytree(_project(folder.parent), folder)
    host, port = server.partition("host=")[2].split("&port=")
    for name, text in contestant.files.items():
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text.format(host=host, port=port, tables=TABLES) if "{" in text else text)
    body = BODY.format(cursor=contestant.cursor, rows=ROWS + 1) if contestant.cursor else "    pass\n"
    (folder / "test_items.py").write_text(
        f"import pytest\n@pytest.mark.parametrize('turn', range({tests // contestant.divisor}))\n"
        f"def test_item(turn{', ' + contestant.arguments if contestant.arguments else ''}):\n{body}"
    )


def _project(parent: Path) -> Path:
    """Write the tables and their rows in each tool's own way, once: YAML, SQL, Django's JSON."""
    folder = parent / "project"
    if folder.exists():
        return folder
    (folder / "fixtures").mkdir(parents=True)
    (folder / "shop" / "fixtures").mkdir(parents=True)
    schema, inserts, objects = [], [], []
    for number in range(TABLES):
        table, parent_column = f"items_{number:02}", ", parent_id bigint not null" if number else ""
        key = f" references items_{number - 1:02}" if number else ""
        schema.append(
            f"create table {table} (id bigint generated by default as identity primary key, name text not null"
            f"{parent_column}{key});"
        )
        lines = []
        for row in range(1, ROWS + 1):
            parents = f", parent_id: {row}" if number else ""
            lines.append(f"- {{id: {row}, name: item {row}{parents}}}")
            columns, values = (
                ("(id, name, parent_id)", f"({row}, 'item {row}', {row})") if number else ("", f"({row}, 'item {row}')")
            )
            inserts.append(f"insert into {table} {columns} values {values};")
            fields = {"name": f"item {row}"} | ({"parent": row} if number else {})
            objects.append({"model": f"shop.items{number:02}", "pk": row, "fields": fields})
        inserts.append(f"select setval(pg_get_serial_sequence('{table}', 'id'), {ROWS});")
        (folder / "fixtures" / f"{table}.yml").write_text("\n".join(lines) + "\n")
    (folder / "schema.sql").write_text("\n".join(schema))
    (folder / "rows.sql").write_text("\n".join(inserts))
    (folder / "shop" / "fixtures" / "rows.json").write_text(json.dumps(objects))
    (folder / "pyproject.toml").write_text('[tool.seedkit.embedded]\nschema = ["schema.sql"]\n')
    return folder


def _table(results: Sequence[tuple[Contestant, list[float], float]], tests: int) -> list[tuple[str, ...]]:
    per_test = {
        contestant.name: [turn / (tests // contestant.divisor) * 1000 for turn in seconds]
        for contestant, seconds, _ in results
    }
    bare, own = per_test["no database"], per_test["seedkit_connection"]
    lines = [("", "ms per test", "of it the database", "beside seedkit_connection", "the first run, s")]
    for contestant, _, first in results:
        mine = per_test[contestant.name]
        ratios = [turn / ours for turn, ours in zip(mine, own, strict=True)]
        costs = [turn - without for turn, without in zip(mine, bare, strict=True)]
        lines.append(
            (
                contestant.name,
                f"{statistics.median(mine):.2f}",
                f"{statistics.median(costs):.2f}" if contestant.cursor else "",
                f"{statistics.median(ratios):.2f}",
                f"{first:.1f}",
            )
        )
    return lines


if __name__ == "__main__":
    sys.exit(main())
