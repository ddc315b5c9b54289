"""`make` as a person meets it. Nothing is installed: a stand-in for `seedkit` shows what it was given."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

PROJECT = Path(__file__).parent.parent

pytestmark = pytest.mark.skipif(shutil.which("make") is None, reason="make is not on this machine")


@pytest.fixture
def installed(tmp_path: Path) -> Path:
    """A virtual environment that make takes for installed, with a `seedkit` that prints its arguments."""
    command = tmp_path / "bin" / "seedkit"
    command.parent.mkdir()
    command.write_text('#!/bin/sh\nprintf "%s\\n" "$@"\n', encoding="utf-8")
    command.chmod(0o755)
    for stamp in (".created", ".installed", ".installed-dev", ".installed-integrations"):
        (tmp_path / stamp).touch()
    return tmp_path


def make(*arguments: str) -> subprocess.CompletedProcess[str]:
    outer_make = {"MAKEFLAGS", "MAKELEVEL", "MAKEOVERRIDES", "MFLAGS"}
    ours = {"ALL", "ARGS", "COLUMN", "PYTHON", "SEQUENCE", "TABLE", "VENV"}
    environment = {name: text for name, text in os.environ.items() if name not in outer_make | ours}
    command = ["make", "--no-print-directory", *arguments]
    return subprocess.run(
        command,
        cwd=PROJECT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
    )


def test_make_alone_lists_the_targets() -> None:
    listing = make().stdout

    for target in (
        "seed",
        "shell",
        "test",
        "check",
        "db-generate",
        "db-fix-sequence",
        "db-check",
        "db-psql",
        "test-matrix",
        "test-pgbouncer",
        "clean",
    ):
        assert f"\n  {target} " in listing


def test_fixing_a_sequence_without_a_table_says_what_to_type() -> None:
    ran = make("db-fix-sequence")

    assert ran.returncode == 2
    assert "usage: make db-fix-sequence TABLE=users" in ran.stderr


@pytest.mark.parametrize(
    ("names", "message"),
    [
        (["TABLE=users", "SEQUENCE=users_id_seq"], "SEQUENCE needs COLUMN"),
        (["TABLE=users", "ALL=1"], "leave out TABLE"),
    ],
)
def test_names_that_do_not_fit_together_are_refused(names: list[str], message: str) -> None:
    ran = make("db-fix-sequence", *names)

    assert ran.returncode == 2
    assert message in ran.stderr


@pytest.mark.parametrize("table", ["users", "Order Items", "it's", 'a"b', "$HOME", "$(b", "`id`", "a#b", "--all"])
def test_a_name_arrives_as_it_was_typed(installed: Path, table: str) -> None:
    ran = make(f"VENV={installed}", "db-fix-sequence", f"TABLE={table}", "COLUMN=id", "SEQUENCE=My Seq")

    assert ran.stdout.splitlines() == ["fix-sequence", "--", table, "id", "My Seq"]


def test_further_options_are_passed_through(installed: Path) -> None:
    ran = make(f"VENV={installed}", "db-fix-sequence", "ALL=1", "ARGS=--dry-run --schema 'My Schema'")

    assert ran.stdout.splitlines() == ["fix-sequence", "--all", "--dry-run", "--schema", "My Schema"]


def test_a_python_that_is_too_old_is_named_in_one_sentence(tmp_path: Path) -> None:
    old = tmp_path / "python3"
    old.write_text('#!/bin/sh\ncase "$2" in *version_info*) exit 1;; *) echo 3.9.2;; esac\n', encoding="utf-8")
    old.chmod(0o755)

    ran = make(f"VENV={tmp_path / 'venv'}", f"PYTHON={old}", "seed")

    assert ran.returncode == 2
    assert ran.stderr.splitlines()[0].startswith(f"error: seedkit needs Python 3.11 or later; {old} is 3.9.2.")
    assert not (tmp_path / "venv").exists()


def test_in_the_shell_that_make_opens_seedkit_is_a_command(
    installed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shell = tmp_path / "shell"
    shell.write_text("#!/bin/sh\ncommand -v seedkit\n", encoding="utf-8")
    shell.chmod(0o755)
    monkeypatch.setenv("SHELL", str(shell))

    ran = make(f"VENV={installed}", "shell")

    assert ran.stdout == f"{installed}/bin/seedkit\n"
