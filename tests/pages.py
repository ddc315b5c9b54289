"""The pages of docs/ that show seedkit beside other tools: their blocks are files and commands, played in order.

A block whose first line is a comment with the name of a file is that file. What stands after `$` in a console block is
run, and prints what is shown; of a command that fails, the errors too. Other blocks are for reading.
"""

from __future__ import annotations

import re
import shlex
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

from tests.command_server import CommandServer

ROOT = Path(__file__).parent.parent
_BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_SHELLS_OWN = re.compile(r"[$&;<>]")
_FILE = re.compile(r"\A(?:#|--) ([\w./-]+\.\w+|Dockerfile|\.env)\n")


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A block of a page: its language, its text, and the file that it is, if it is one."""

    language: str
    text: str

    @property
    def file(self) -> str | None:
        """The name of the file."""
        found = _FILE.match(self.text)
        return found[1] if found else None


def blocks(page: str) -> list[Block]:
    """Read the blocks of a page."""
    text = (ROOT / "docs" / page).read_text(encoding="utf-8")
    return [Block(language=language, text=block) for language, block in _BLOCK.findall(text)]


def links(page: str) -> list[str]:
    """Give where a page's links lead, but for those to elsewhere."""
    text = _without_code((ROOT / page).read_text(encoding="utf-8"))
    return [link for link in re.findall(r"\]\(([^)\s]+)\)", text) if not link.startswith("http")]


def sections(page: Path) -> set[str]:
    """Give the names by which a page's headings are linked to, as forges and the site make them."""
    headings = re.findall(r"^#+ (.+)$", _without_code(page.read_text(encoding="utf-8")), re.MULTILINE)
    names = [re.sub(r"[^\w\s-]", "", heading.lower()).strip().replace(" ", "-") for heading in headings]
    return {f"{name}-{count}" if (count := names[:place].count(name)) else name for place, name in enumerate(names)}


def _without_code(text: str) -> str:
    return re.sub(r"^( *)```.*?^\1```$", "", text, flags=re.MULTILINE | re.DOTALL)


Session = list[tuple[str, str]]
"""Commands, each with what it prints."""


def play(
    page: str,
    folder: Path,
    variables: Mapping[str, str],
    *,
    without: tuple[str, ...] = (),
    commands: CommandServer | None = None,
) -> list[Session]:
    """Write a page's files into a folder and run its commands there, as they come; leave out files by their names.

    Gives what happened, and what the page shows.
    """
    happened: Session = []
    shown: Session = []
    for block in blocks(page):
        if block.language == "console":
            for command, text in _commands(block.text):
                happened.append((command, comparable(run(command, folder, variables, commands))))
                shown.append((command, comparable(text)))
        elif block.file is not None and block.file not in without:
            path = folder / block.file
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(block.text, encoding="utf-8")
    return [happened, shown]


def _commands(text: str) -> Iterator[tuple[str, str]]:
    for block in re.split(r"^\$ ", text, flags=re.MULTILINE)[1:]:
        command, _, shown = block.partition("\n")
        yield command, shown


def run(command: str, folder: Path, variables: Mapping[str, str], commands: CommandServer | None = None) -> str:
    """Run a command as a shell does; of one that fails, give the errors too."""
    ran = completed(command, folder, variables, commands)
    return ran.stdout if ran.returncode == 0 else f"{ran.stdout}{ran.stderr}".replace(f"{folder}/", "")


def completed(
    command: str, folder: Path, variables: Mapping[str, str], commands: CommandServer | None = None
) -> subprocess.CompletedProcess[str]:
    """Run a command as a shell does; `seedkit …` by the server, which spares its start, then what it is piped into."""
    ours, _, rest = command.partition(" | ")
    plain = ours.startswith("seedkit ") and not _SHELLS_OWN.search(ours)
    if commands is None or not plain or not commands.serves(variables):
        return _in_bash(command, folder, variables)
    ran = commands.run(tuple(shlex.split(ours, comments=True)[1:]), folder, variables, timeout=60)
    return _in_bash(rest, folder, variables, ran.stdout) if rest else ran


def _in_bash(
    command: str, folder: Path, variables: Mapping[str, str], text: str | None = None
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["bash", "-c", command],
        cwd=folder,
        env=dict(variables),
        input=text,
        capture_output=True,
        text=True,
        check=False,
    )


def answered(connection: psycopg.Connection[Any], block: str) -> str:
    """Ask the questions of a psql block again, and write them down with what they give."""
    lines = []
    for question in re.findall(r"^=> (.*)$", block, re.MULTILINE):
        lines.append(f"=> {question}")
        with connection.cursor() as cursor, cursor.copy(f"copy ({question}) to stdout (null '')".encode()) as copy:
            rows = b"".join(bytes(data) for data in copy).decode().replace("\\\\", "\\").splitlines()
        lines += [row.replace("\t", " | ").rstrip() for row in rows]
    return "".join(f"{line}\n" for line in lines)


def comparable(output: str) -> str:
    """Leave out what differs from machine to machine."""
    output = re.sub(r"^PostgreSQL \d.+$", "PostgreSQL …", output, flags=re.MULTILINE)
    output = re.sub(r'database "\w+"', 'database "…"', output)
    return re.sub(r"in \d+\.\d+( ?)s", r"in …\1s", output).strip()
