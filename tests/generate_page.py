"""Plays the pages of generated rows: each section's tables are created, its commands run, its questions asked.

Run `python -m tests.generate_page` after a change of what is generated or told: it writes the pages' answers anew.
"""

from __future__ import annotations

import re
import sys
import tempfile
from collections.abc import Callable, Mapping
from os import environ, pathsep
from pathlib import Path
from typing import Any

import psycopg

from tests.pages import ROOT, answered, run
from tests.servers import fresh_database, throwaway_server

PAGES = (ROOT / "docs" / "generate.md", ROOT / "docs" / "generate-values.md")
_BLOCK = re.compile(r"^```(sql|console|psql|python|yaml)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
Connection = psycopg.Connection[Any]


def sections(page: Path) -> dict[str, str]:
    """Give a page's sections by their titles; what stands before the first has none."""
    parts = page.read_text(encoding="utf-8").split("\n## ")
    return {part.partition("\n")[0] if number else "": part for number, part in enumerate(parts)}


def played(section: str, connection: Connection, database: str, folder: Path) -> str:
    """Give a section with the answers that its commands and questions have now."""
    variables = {
        **environ,
        "DATABASE_URL": database,
        "PATH": f"{Path(sys.executable).parent}{pathsep}{environ['PATH']}",
    }

    def answers(found: re.Match[str]) -> str:
        language, text = found.groups()
        return f"```{language}\n{_PLAYERS[language](text, connection, folder, variables)}```"

    return _BLOCK.sub(answers, section)


def _create(text: str, connection: Connection, _folder: Path, _variables: Mapping[str, str]) -> str:
    connection.execute(text.encode())
    return text


def _write(text: str, _connection: Connection, folder: Path, _variables: Mapping[str, str]) -> str:
    (folder / text.partition("\n")[0].removeprefix("# ")).write_text(text, encoding="utf-8")
    return text


def _run(text: str, _connection: Connection, folder: Path, variables: Mapping[str, str]) -> str:
    commands = re.findall(r"^\$ (.*)$", text, re.MULTILINE)
    return "".join(f"$ {command}\n{_alike(run(command, folder, variables))}" for command in commands)


def _ask(text: str, connection: Connection, _folder: Path, _variables: Mapping[str, str]) -> str:
    return answered(connection, text)


def _call(text: str, connection: Connection, _folder: Path, _variables: Mapping[str, str]) -> str:
    connection.execute("create table users (id serial primary key, plan text not null, note text)")
    connection.execute("create table orders (id serial primary key, user_id integer references users)")
    exec(compile(text, "docs/generate.md", "exec"), {"connection": connection})  # noqa: S102 - the page is ours
    return text


_PLAYERS: dict[str, Callable[[str, Connection, Path, Mapping[str, str]], str]] = {
    "sql": _create,
    "console": _run,
    "psql": _ask,
    "python": _call,
    "yaml": _write,
}


def _alike(output: str) -> str:
    """Leave out what differs from machine to machine."""
    output = re.sub(r"^PostgreSQL .+$", 'PostgreSQL 18.6, database "shop" on localhost:5432 as ada', output, flags=re.M)
    return re.sub(r"\((in )?\d+\.\d+ s\)", r"(\g<1>0.21 s)", output)


def written_anew(page: Path) -> str:
    """Play a whole page, each section in a database of its own."""
    parts = []
    with throwaway_server(18) as server:
        for number, section in enumerate(sections(page).values()):
            with (
                fresh_database(server, f"page_{number}") as database,
                psycopg.connect(database, autocommit=True) as connection,
                tempfile.TemporaryDirectory() as folder,
            ):
                connection.execute("set time zone 'UTC'")
                parts.append(played(section, connection, database, Path(folder)))
    return "\n## ".join(parts)


if __name__ == "__main__":
    for each in PAGES:
        each.write_text(written_anew(each), encoding="utf-8")
