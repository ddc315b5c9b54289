"""What the commands share: their options, and how they tell what they do and what went wrong, the way Django's do."""

from __future__ import annotations

import logging
import os
from abc import ABC, abstractmethod
from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import DEFAULT_DB_ALIAS, connections

from seedkit.core.secrets import SHORTEST_PASSWORD_ANYWHERE, redact
from seedkit.core.time_spans import seconds
from seedkit.errors import WORK_IS_DONE, InterruptedRunError, ReportLostError, SeedkitError
from seedkit.printable import in_lines, on_one_line
from seedkit.reports.json import error_json

_SPELLINGS = {
    "`seedkit seed": "`manage.py seed",
    "`seedkit fix-sequence --all": "`manage.py fix_sequences",
    "`seedkit check`": "`manage.py fix_sequences --dry-run`",
    "`--debug`": "`--traceback`",
    "run your migrations, or `seedkit db migrate` with schema files": "run `manage.py migrate`",
}
"""What hints say for the command line, and what it is here."""


class SeedkitCommand(BaseCommand, ABC):
    """A command whose errors are seedkit's, with their exit code; `work` does what it is for."""

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add the options that both commands have."""
        parser.add_argument(
            "--database",
            default=DEFAULT_DB_ALIAS,
            choices=tuple(connections),
            help='The alias of the database in settings.DATABASES; default: "default".',
        )
        parser.add_argument("--dry-run", action="store_true", help="Say what would be done, and keep nothing.")
        parser.add_argument("--json", action="store_true", help="Write the report as JSON.")
        parser.add_argument(
            "--lock-timeout",
            default="5s",
            type=_valid_time,
            metavar="TIME",
            help="How long to wait for a lock: 5s, 300ms; a bare number is milliseconds, 0 for ever.",
        )

    def handle(self, *_: object, **options: Any) -> None:  # noqa: ANN401 - what Django gives
        """Do the work, and turn what seedkit explains into an error of Django's."""
        try:
            with self._told(options["verbosity"]):
                self.work(options)
        except (SeedkitError, KeyboardInterrupt) as error:
            explained = _for_django(error) if isinstance(error, SeedkitError) else InterruptedRunError()
            if options["json"] and not isinstance(explained, ReportLostError):
                self.stdout.write(error_json(explained, shown=_without_passwords))
            raise CommandError(_without_passwords(str(explained)), returncode=explained.exit_code) from error

    @abstractmethod
    def work(self, options: dict[str, Any]) -> None:
        """Do what the command is for; raises SeedkitError."""

    def end_unless(self, right: bool) -> None:  # noqa: FBT001 - as the terminal's
        """End with exit code 1 where the report found something wrong."""
        if not right:
            raise CommandError("not every sequence could be judged and moved: the report says which, and why")

    def show(self, text: str, options: dict[str, Any]) -> None:
        """Write a report, unless none is wanted (-v 0); JSON is written in any case, as another program reads it."""
        if options["json"] or options["verbosity"] > 0:
            try:
                self.stdout.write(in_lines(text))
                self.stdout.flush()
            except OSError as error:
                with suppress(OSError):  # what is still buffered goes nowhere: Python would try it again at its end
                    os.dup2(os.open(os.devnull, os.O_WRONLY), self.stdout.fileno())
                writes = not (options["dry_run"] or options.get("list"))
                reason = f"the report could not be written: {error.strerror}"
                raise ReportLostError(reason, hint=WORK_IS_DONE if writes else None) from error

    @contextmanager
    def _told(self, verbosity: int) -> Iterator[None]:
        """Show seedkit's own log meanwhile, once: not also by what the project has the root logger do."""
        logger, lines = logging.getLogger("seedkit"), _Lines(self)
        level, propagates = logger.level, logger.propagate
        logging.getLogger("psycopg").addHandler(logging.NullHandler())  # what it tells, our own message tells better
        logger.addHandler(lines)
        logger.setLevel((logging.WARNING, logging.INFO, logging.DEBUG)[min(verbosity, 2)])
        logger.propagate = False
        try:
            yield
        finally:
            logger.removeHandler(lines)
            logger.setLevel(level)
            logger.propagate = propagates


class _Lines(logging.Handler):
    """Writes log records to the command's standard error, the steps of a run with their number."""

    def __init__(self, command: BaseCommand) -> None:
        super().__init__()
        self._command = command

    def emit(self, record: logging.LogRecord) -> None:
        step = getattr(record, "step", None)
        number = "" if step is None else f"[{step}/{getattr(record, 'steps', step)}] "
        self._command.stderr.write(f"{number}{on_one_line(record.getMessage())}", style_func=str)


def _valid_time(text: str) -> str:
    try:
        seconds(text)
    except ValueError as error:
        raise ArgumentTypeError(str(error)) from None
    return text.strip()


def _for_django(error: SeedkitError) -> SeedkitError:
    """Have a hint name what there is in manage.py."""
    for ours, djangos in _SPELLINGS.items():
        error.hint = error.hint and error.hint.replace(ours, djangos)
    return error


def _without_passwords(text: str) -> str:
    passwords = [str(connections[alias].settings_dict.get("PASSWORD") or "") for alias in connections]
    return redact(text, filter(None, passwords), shortest_anywhere=SHORTEST_PASSWORD_ANYWHERE)
