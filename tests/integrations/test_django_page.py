"""docs/with-django.md, run with the project in docs/examples/django: what the page shows is what happens."""

from __future__ import annotations

import ast
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from psycopg.conninfo import conninfo_to_dict

from tests.conftest import ROOT

pytest.importorskip("django")
pytest.importorskip("pytest_django")

EXAMPLE = ROOT / "docs" / "examples" / "django"
BLOCKS = re.findall(
    r"^```(\w+)\n(.*?)^```$", (ROOT / "docs" / "with-django.md").read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL
)
FILES = [(kind, text) for kind, text in BLOCKS if kind in {"python", "yaml"} and re.match(r"# \S+/\S+\n", text)]
SNIPPETS = [text for kind, text in BLOCKS if kind == "python" and not text.startswith("#")]


@pytest.fixture
def bookshop(tmp_path: Path, database: str, monkeypatch: pytest.MonkeyPatch, clean_environment: None) -> Path:
    """The example in a folder of its own, which is the current one, with libpq's variables for its database."""
    folder = tmp_path / "bookshop"
    shutil.copytree(EXAMPLE, folder, ignore=shutil.ignore_patterns("__pycache__", ".*"))
    found = conninfo_to_dict(database)
    for name, value in {"PGHOST": "host", "PGPORT": "port", "PGUSER": "user", "PGDATABASE": "dbname"}.items():
        monkeypatch.setenv(name, str(found[value]))
    monkeypatch.setenv("PATH", f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
    for name in [name for name in os.environ if name.startswith("PYTEST_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("PYTEST_ADDOPTS", "-p no:inline_snapshot")  # a plugin of ours, not the reader's: it talks in CI
    monkeypatch.chdir(folder)
    return folder


@pytest.mark.parametrize("text", [text for _, text in FILES], ids=[text.split("\n")[0][2:] for _, text in FILES])
def test_a_file_that_is_shown_is_one_of_the_example(text: str) -> None:
    name, _, content = text.partition("\n")

    assert (EXAMPLE / name.removeprefix("# ")).read_text(encoding="utf-8") == content


@pytest.mark.timeout(300)
def test_the_commands_print_what_the_page_shows(bookshop: Path) -> None:
    shown = [block for kind, text in BLOCKS if kind == "console" for block in re.split(r"^\$ ", text, flags=re.M)[1:]]

    for block in shown:
        command, _, output = block.partition("\n")
        assert comparable(run(command)) == comparable(output), command

    (bookshop / "snippets.py").write_text("import django\n\ndjango.setup()\n\n" + "\n".join(SNIPPETS))
    run("DJANGO_SETTINGS_MODULE=bookshop.settings python snippets.py")
    assert "No changes detected" in run("python manage.py makemigrations --check --dry-run")


def run(command: str) -> str:
    ran = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=False, timeout=120)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return ran.stdout


def comparable(output: str) -> str:
    """Leave out what differs from machine to machine: where the server is, and how long it took."""
    output = re.sub(r"^PostgreSQL .+$", "PostgreSQL …", output, flags=re.MULTILINE)
    output = re.sub(r"in \d+\.\d+ ?s", "in … s", output)
    return re.sub(r"^Found \d+ test\(s\)\.$", "", output, flags=re.MULTILINE).strip()


def test_what_is_copied_from_the_page_is_python() -> None:
    assert all(ast.parse(text) for kind, text in BLOCKS if kind == "python")
