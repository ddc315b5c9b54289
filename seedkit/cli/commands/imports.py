"""`seedkit import django` and `seedkit import rails`: fixtures of other tools as ours."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from seedkit.cli.colours import When
from seedkit.cli.folders import refuse_file_name
from seedkit.cli.opening import opened
from seedkit.cli.options import Color, Debug, DryRun, Json, Overwrite, Quiet, Url
from seedkit.cli.terminal import Terminal

if TYPE_CHECKING:
    from seedkit.config import Settings
    from seedkit.core.importing.given_names import GivenNames
    from seedkit.core.importing.report import ImportReport
    from seedkit.postgres.connection import Connection

imports = typer.Typer(help="Write fixtures of those of other tools.", no_args_is_help=True, rich_markup_mode=None)

_Output = Annotated[
    str | None, typer.Option("--output", "-o", metavar="FOLDER", help="Where to; default: the project's fixtures.")
]
_Tables = Annotated[list[str] | None, typer.Option("--table", metavar="MODEL=TABLE", help="A table of another name.")]
_Columns = Annotated[
    list[str] | None, typer.Option("--column", metavar="MODEL.FIELD=COLUMN", help="A column of another name.")
]
_Keys = Annotated[
    list[str] | None,
    typer.Option("--natural-key", metavar="MODEL=COLUMN,…", help="The columns of a model's natural key."),
]
_Defaults = Annotated[
    list[str] | None,
    typer.Option("--default", metavar="MODEL.FIELD=VALUE", help="What rows have that leave a field out."),
]
_Models = Annotated[
    str | None,
    typer.Option("--settings", metavar="MODULE", help="Let Django read the models, and take all this from them."),
]


@imports.command("django")
def import_django(
    files: Annotated[list[Path], typer.Argument(metavar="FILE", help="Fixtures of Django, or folders of them.")],
    output: _Output = None,
    tables: _Tables = None,
    columns: _Columns = None,
    keys: _Keys = None,
    defaults: _Defaults = None,
    models: _Models = None,
    force: Overwrite = False,
    dry_run: DryRun = False,
    url: Url = None,
    json: Json = False,
    quiet: Quiet = False,
    color: Color = When.AUTO,
    debug: Debug = False,
) -> None:
    """Write fixtures that give the rows of loaddata. The database, where one is configured, says what models are."""
    with Terminal(json=json, quiet=quiet, color=color, debug=debug) as terminal:
        from seedkit.config import load_settings
        from seedkit.core.importing.given_names import typed_names
        from seedkit.runner.import_django import DjangoImport
        from seedkit.runner.import_django import import_django as imported

        given = typed_names(tables or (), columns or (), keys or (), defaults or ())
        settings = load_settings(url=url)
        if models is not None:
            given = given.beside(_said_by_models(models, settings))
        request = DjangoImport(
            paths=tuple(files),
            given=given,
            folder=_folder(output, settings),
            force=force,
            dry_run=dry_run,
        )
        with _perhaps_opened(settings) as connection:
            report = imported(connection, request)
        _show(terminal, report)


@imports.command("rails")
def import_rails(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="The fixtures of Rails: test/fixtures.")],
    output: _Output = None,
    tables: Annotated[
        list[str] | None, typer.Option("--table", metavar="NAME=TABLE", help="A table of another name.")
    ] = None,
    enums: Annotated[
        list[str] | None,
        typer.Option(
            "--enum", metavar="NAME.COLUMN=WORD,WORD", help="The names of an enum, from 0 on; or WORD:NUMBER."
        ),
    ] = None,
    force: Overwrite = False,
    dry_run: DryRun = False,
    url: Url = None,
    json: Json = False,
    quiet: Quiet = False,
    color: Color = When.AUTO,
    debug: Debug = False,
) -> None:
    """Copy fixtures, with what must change so that they give the rows of db:fixtures:load."""
    with Terminal(json=json, quiet=quiet, color=color, debug=debug) as terminal:
        from seedkit.config import load_settings
        from seedkit.core.importing.given_names import typed_enums, typed_pairs
        from seedkit.runner.import_rails import RailsImport
        from seedkit.runner.import_rails import import_rails as imported

        settings = load_settings(url=url)
        request = RailsImport(
            source=folder,
            tables=typed_pairs("--table", tables or (), "admin/users=people"),
            enums=typed_enums(enums or ()),
            folder=_folder(output, settings),
            ids_from_labels=settings.limits.ids_from_labels,
            force=force,
            dry_run=dry_run,
        )
        with _perhaps_opened(settings) as connection:
            report = imported(connection, request)
        _show(terminal, report)


def _folder(output: str | None, settings: Settings) -> Path:
    from seedkit.config import filled

    named = filled("--output", output)
    if named is None:
        return settings.fixtures
    refuse_file_name(named, "Fixtures go into files of their own: name a folder, as -o fixtures")
    return Path(named)


def _said_by_models(module: str, settings: Settings) -> GivenNames:
    from seedkit.orm.django_names import django_names

    settings.trusted.refuse_importable()
    with redirect_stdout(sys.stderr):  # what a project prints is no part of the report
        return django_names(module, Path.cwd())


@contextmanager
def _perhaps_opened(settings: Settings) -> Iterator[Connection | None]:
    if settings.database is None:
        yield None
        return
    with opened(settings, read_only=True) as connection:
        yield connection


def _show(terminal: Terminal, report: ImportReport) -> None:
    from seedkit.reports.json import import_json
    from seedkit.reports.text import import_text

    terminal.show(import_json(report) if terminal.json else import_text(report))
    if not report.dry_run:
        terminal.note("next: seedkit seed --dry-run")
