"""The checkers reject what they are there to reject; a checker that sees nothing would be green as well."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import seedkit

PROJECT = Path(__file__).parent.parent
BIN = Path(sys.executable).parent

QUERY = """\
from typing import LiteralString

from psycopg import Connection, sql


def ids(connection: Connection, table: str) -> None:
    {statement}
"""


def complaints_of_ty(directory: Path, statement: str) -> str:
    module = directory / "query.py"
    module.write_text(QUERY.format(statement=statement), encoding="utf-8")
    options = ["--project", str(PROJECT), "--python", sys.prefix, "--output-format", "concise"]
    ran = subprocess.run([str(BIN / "ty"), "check", *options, str(module)], capture_output=True, text=True, check=False)
    assert ran.returncode in {0, 1}, ran.stderr
    return "" if ran.returncode == 0 else ran.stdout


@pytest.mark.parametrize(
    "statement",
    [
        'connection.execute(f"select id from {table}")',
        'connection.execute("select id from " + table)',
        'connection.execute("select id from {}".format(table))',
        'connection.execute(f"select id from {table}")  # type: ignore',
        'connection.cursor().executemany(f"delete from {table} where id = %s", [(1,)])',
        'connection.cursor().copy(f"copy {table} to stdout")',
        'connection.execute(sql.SQL(f"select id from {table}"))',
        'statement: LiteralString = f"select id from {table}"',
    ],
)
def test_sql_put_together_from_text_is_rejected(tmp_path: Path, statement: str) -> None:
    assert "query.py:7" in complaints_of_ty(tmp_path, statement)


@pytest.mark.parametrize(
    "statement",
    [
        'connection.execute("select id from users where email = %s", (table,))',
        'connection.execute(sql.SQL("select id from {}").format(sql.Identifier(table)))',
    ],
)
def test_sql_with_parameters_and_identifiers_is_accepted(tmp_path: Path, statement: str) -> None:
    assert not complaints_of_ty(tmp_path, statement)


TYPED = """\
from typing import reveal_type

from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

import seedkit
from seedkit import SeedContext, nonsense


class Base(DeclarativeBase): ...


class User(Base):
    __tablename__ = "users"
    id: Mapped[int] = mapped_column(primary_key=True)


def report() -> seedkit.SeedReport:
    return seedkit.seed([User, User.__table__])


def people(db: SeedContext) -> seedkit.TableReport:
    return db.insert(User.__table__, [{"id": 1}])


names = [{names}]
reveal_type(seedkit.fix_sequence(User.__table__).status)
"""


def test_checkers_know_the_public_names_and_no_others(tmp_path: Path) -> None:
    module = tmp_path / "typed.py"
    names = ", ".join(f"seedkit.{name}" for name in seedkit.__all__)
    module.write_text(TYPED.replace("{names}", names), encoding="utf-8")

    command = [sys.executable, "-m", "mypy", "--config-file", str(PROJECT / "pyproject.toml"), "--no-pretty"]
    ran = subprocess.run([*command, str(module)], cwd=PROJECT, capture_output=True, text=True, check=False)

    errors = [line.partition("error: ")[2] for line in ran.stdout.splitlines() if ": error: " in line]
    assert errors == ['Module "seedkit" has no attribute "nonsense"  [attr-defined]'], ran.stdout + ran.stderr
    assert 'Revealed type is "seedkit.core.reports.runs.SequenceStatus"' in ran.stdout


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """The package and its contracts, to be changed."""
    shutil.copytree(PROJECT / "seedkit", tmp_path / "seedkit", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(PROJECT / "pyproject.toml", tmp_path)
    return tmp_path


def complaints_of_contracts(house: Path) -> str:
    command = [str(BIN / "lint-imports"), "--no-cache"]
    ran = subprocess.run(command, cwd=house, capture_output=True, text=True, check=False)
    assert ran.returncode in {0, 1}, ran.stderr
    return "" if ran.returncode == 0 else ran.stdout.replace("\n", " ")


@pytest.mark.parametrize(
    ("module", "against"),
    [
        ("core/values/encoder_choice.py", "seedkit.core.fixture_language.tags"),
        ("core/rows/keys.py", "seedkit.core.planning.dependency_order"),
        ("core/names.py", "seedkit.core.catalog"),
        ("postgres/transactions/seeding.py", "seedkit.postgres.loading.stages"),
        ("postgres/sequences/room.py", "seedkit.postgres.loading.stages"),
        ("postgres/identifiers.py", "seedkit.postgres.connection"),
        ("files/yaml/rows.py", "seedkit.files.fixture_options"),
        ("cli/commands/check.py", "seedkit.cli.commands.seed"),
        ("reports/text.py", "seedkit.reports.json"),
        ("files/paths.py", "seedkit.postgres.identifiers"),
        ("core/names.py", "os"),
        ("cli/streams.py", "seedkit.cli.options"),
        ("runner/seed.py", "psycopg"),
    ],
)
def test_an_import_against_the_order_of_the_house_is_rejected(house: Path, module: str, against: str) -> None:
    wrong = house / "seedkit" / module
    wrong.write_text(f"{wrong.read_text(encoding='utf-8')}\nimport {against}\n", encoding="utf-8")

    importer = f"seedkit.{module.removesuffix('.py').replace('/', '.')}"
    assert f"{importer} -> {against}" in complaints_of_contracts(house)


@pytest.mark.parametrize("floor", ["", "cli", "core", "files", "postgres"])
def test_a_room_without_a_place_in_the_order_is_rejected(house: Path, floor: str) -> None:
    room = house / "seedkit" / floor / "attic"
    room.mkdir()
    (room / "__init__.py").touch()

    assert "attic" in complaints_of_contracts(house)
