"""`seedkit schema`: what fixtures may hold, for editors."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from seedkit.cli.colours import When
from seedkit.cli.opening import opened
from seedkit.cli.options import Color, Debug, Quiet, Url
from seedkit.cli.terminal import Terminal


def schema(
    output: Annotated[
        str | None, typer.Option("--output", "-o", metavar="FILE", help="Default: .schema.json beside the fixtures.")
    ] = None,
    check: Annotated[
        bool, typer.Option("--check", help="Write nothing; exit 1 where the file is not what would be written.")
    ] = False,
    url: Url = None,
    quiet: Quiet = False,
    color: Color = When.AUTO,
    debug: Debug = False,
) -> None:
    """Write a JSON Schema of the fixtures, for editors."""
    with Terminal(quiet=quiet, color=color, debug=debug) as terminal:
        from seedkit.cli.pages import ensure_writable, write_file
        from seedkit.config import filled, load_settings
        from seedkit.files.new_files import make_folder
        from seedkit.files.paths import shown_path
        from seedkit.runner.editor_schema import SCHEMA_FILE, editor_schema

        settings = load_settings(url=url)
        path = Path(filled("--output", output) or shown_path(settings.fixtures / SCHEMA_FILE))
        if not check and output != "-" and (output or settings.fixtures.is_dir()):
            ensure_writable(path)
        with opened(settings, read_only=True) as connection:
            text = editor_schema(connection)
        if output == "-":
            terminal.show_as_it_is(text.rstrip("\n"))
        elif check:
            _compare(terminal, path, text)
        else:
            if output is None:
                make_folder(settings.fixtures)
            write_file(path, text)
            terminal.note(
                f"wrote {path}; a fixture follows it by its first line, as `seedkit new fixture TABLE` writes it"
            )


def _compare(terminal: Terminal, path: Path, text: str) -> None:
    up_to_date = path.is_file() and path.read_text(encoding="utf-8") == text
    if up_to_date:
        terminal.note(f"{path} is up to date")
    else:
        terminal.verdict(f"{path} is not what the tables are now: seedkit schema")
    terminal.exit_unless(up_to_date)
