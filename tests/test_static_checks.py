"""The checkers reject what they are there to reject; a checker that sees nothing would be green as well."""

import subprocess
import sys
from pathlib import Path

import pytest

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
