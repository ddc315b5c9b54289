"""`seedkit generate`: rows from the schema alone."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Annotated, TypeAlias

import typer

from seedkit.cli import completion
from seedkit.cli.colours import When
from seedkit.cli.confirmation import refuse_unless_meant, unasked_rows
from seedkit.cli.opening import opened
from seedkit.cli.options import (
    TIME_FORMATS,
    Color,
    Debug,
    DryRun,
    Html,
    Json,
    LockTimeout,
    Quiet,
    StatementTimeout,
    Url,
    Verbose,
)
from seedkit.cli.rows_out import quiet_on_a_closed_pipe, rows_out
from seedkit.cli.terminal import Terminal
from seedkit.errors import ManyRowsError, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from seedkit.cli.run_page import RunPage
    from seedkit.config import Settings
    from seedkit.core.reports.generation import GenerationReport
    from seedkit.core.reports.times import StepTime
    from seedkit.runner.generation.request import GenerationRequest

_Tables = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="TABLE=ROWS",
        help="Rows to add: users=1000, 'app.*=20k'; default: 100 for each empty table.",
        autocompletion=completion.tables,
    ),
]
_Excluded = Annotated[
    list[str] | None, typer.Option("--except", metavar="TABLE", help="Leave out a table, or what a pattern means.")
]
_TopUp = Annotated[
    bool, typer.Option("--top-up", help="Count the rows that are there in, and add those that are missing.")
]
_CommitEvery = Annotated[
    str | None, typer.Option(metavar="ROWS", help="Commit whenever so many rows are there: 1M. Default: at the end.")
]
_Workers = Annotated[
    int | None,
    typer.Option(
        metavar="N",
        min=0,
        help="Make rows in so many further processes. [default: 0, or 2 for 500,000 rows of a table and more where "
        "more than two processors are idle]",
    ),
]
_Explain = Annotated[
    bool, typer.Option("--explain", help="Say what makes each column, and why, of all tables or some; write nothing.")
]
_Write = Annotated[
    bool,
    typer.Option("--write", help="With --explain: write it as generate.yml, to be changed where it is wrong."),
]
_Environment = Annotated[str | None, typer.Option("--env", metavar="NAME", help="What this environment is called.")]
_RandomSeed = Annotated[int, typer.Option(help="Values depend on this number.")]
_Now = Annotated[
    datetime | None,
    typer.Option(metavar="DAY", formats=TIME_FORMATS, help="The day that times lie before; default: today, in UTC."),
]
_Locale = Annotated[
    str, typer.Option(metavar="LOCALE", help="The language of people, places and firms: de, pt_BR, or de:3,fr:1.")
]
_LikeExisting = Annotated[
    bool,
    typer.Option("--like-existing", help="Take after the rows that are there, by the statistics that ANALYZE left."),
]
_Out = Annotated[
    str | None,
    typer.Option(
        "--out",
        metavar="FOLDER",
        help="Write fixtures of the rows, and leave the database as it is; - is a script for psql.",
    ),
]
_Force = Annotated[bool, typer.Option("--force", help="Write to a production database all the same.")]


def generate(
    tables: _Tables = None,
    excluded: _Excluded = None,
    top_up: _TopUp = False,
    commit_every: _CommitEvery = None,
    workers: _Workers = None,
    explain: _Explain = False,
    write: _Write = False,
    environment: _Environment = None,
    random_seed: _RandomSeed = 0,
    now: _Now = None,
    locale: _Locale = "en",
    like_existing: _LikeExisting = False,
    out: _Out = None,
    force: _Force = False,
    lock_timeout: LockTimeout = "5s",
    statement_timeout: StatementTimeout = None,
    dry_run: DryRun = False,
    url: Url = None,
    json: Json = False,
    html: Html = None,
    quiet: Quiet = False,
    verbose: Verbose = False,
    color: Color = When.AUTO,
    debug: Debug = False,
) -> None:
    """Fill tables from the schema alone, by rows that it accepts."""
    terminal = Terminal(json=json, quiet=quiet, verbose=verbose, color=color, debug=debug)
    with terminal, quiet_on_a_closed_pipe():
        from seedkit.config import filled, load_settings
        from seedkit.core.generation.requests.asked import asked_rows, number_of_rows

        settings = load_settings(url=url, environment=filled("--env", environment))
        run = _task(terminal, settings, html, explain=explain, write=write)
        request = _request(settings, force=force)(
            asked=tuple(map(asked_rows, tables or ())),
            excluded=tuple(excluded or ()),
            total=top_up,
            commit_every=None if commit_every is None else number_of_rows(commit_every, "--commit-every"),
            random_seed=random_seed,
            now=now.date() if now else None,
            locale=locale,
            dry_run=dry_run,
            workers=workers,
            lock_timeout=lock_timeout,
            like_existing=like_existing,
            out=rows_out(out, explain=explain, json=json),
        )
        run(terminal, settings, request, statement_timeout)


def _request(settings: Settings, *, force: bool) -> Callable[..., GenerationRequest]:
    """Begin a request with what the project says."""
    from seedkit.api.generation_settings import guard_of, said_by
    from seedkit.runner.generation.request import GenerationRequest

    return partial(GenerationRequest, said=said_by(settings), guard=guard_of(settings, force=force))


_Task: TypeAlias = "Callable[[Terminal, Settings, GenerationRequest, str | None], None]"


def _task(terminal: Terminal, settings: Settings, html: Path | None, *, explain: bool, write: bool) -> _Task:
    if html is not None and explain:
        raise UsageError("--explain does nothing that a page could show", hint="Leave --html out.")
    if write:
        refuse_to_write(settings.refinements, explained=explain)
        return _write_down
    if explain:
        return _explain
    from seedkit.cli.run_page import RunPage

    return partial(_generate, RunPage(html, "seedkit generate", terminal))


def _generate(
    page: RunPage, terminal: Terminal, settings: Settings, request: GenerationRequest, statement_timeout: str | None
) -> None:
    from msgspec.structs import replace

    from seedkit.core.reports.generation import STANDARD_OUTPUT

    if request.out is not None and request.out.place == STANDARD_OUTPUT:
        terminal.give_way()
    with page.of_errors(), opened(settings, statement_timeout=statement_timeout) as connection:
        from seedkit.runner.generation.run import generate as generated

        request = unasked_rows(terminal, connection, settings, request)
        try:
            report = generated(connection, request)
        except ManyRowsError as error:  # nothing was changed
            refuse_unless_meant(terminal, connection, error)
            report = generated(connection, replace(request, most_rows=None))
    terminal.has_written = not request.dry_run and request.out is None
    from seedkit.reports.generation import generation_json, generation_text

    if report.out == STANDARD_OUTPUT:
        tell = terminal.note if report.right else terminal.verdict
        tell(*generation_text(report).splitlines())
    else:
        terminal.show(generation_json(report) if terminal.json else generation_text(report))
    page.write(partial(_page, report))
    terminal.exit_unless(report.right)


def _page(report: GenerationReport, times: Sequence[StepTime], now: datetime) -> str:
    from seedkit.reports.pages.run import generation_html

    return generation_html(report, times, now)


def refuse_to_write(path: Path, *, explained: bool) -> None:
    """Raise UsageError where there is nothing to write, or something that would be lost."""
    from seedkit.files.new_files import refuse_existing

    if not explained:
        raise UsageError("--write writes what --explain says", hint="Write seedkit generate --explain --write.")
    refuse_existing(path, "Change what is there, or move it away; --explain alone shows what is inferred.")


def _write_down(
    terminal: Terminal, settings: Settings, request: GenerationRequest, statement_timeout: str | None
) -> None:
    from seedkit.files.new_files import write_new
    from seedkit.files.paths import shown_path
    from seedkit.runner.generation.scaffolding import scaffolded

    with opened(settings, read_only=True, statement_timeout=statement_timeout) as connection:
        text = scaffolded(connection, request)
    write_new(settings.refinements, text)
    terminal.show(f"wrote {shown_path(settings.refinements)}")


def _explain(terminal: Terminal, settings: Settings, request: GenerationRequest, statement_timeout: str | None) -> None:
    from seedkit.reports.explanation import explanation_json, explanation_text
    from seedkit.runner.generation.explaining import explain

    with opened(settings, read_only=True, statement_timeout=statement_timeout) as connection:
        explanation = explain(connection, request)
    terminal.show(explanation_json(explanation) if terminal.json else explanation_text(explanation))
