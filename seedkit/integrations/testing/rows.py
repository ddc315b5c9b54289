"""Rows for a test, made from the schema alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from datetime import date
from typing import Any

from msgspec import Struct

from seedkit.api.generation import generate
from seedkit.config import Settings
from seedkit.core.reports.generation import GenerationReport
from seedkit.orm.table_names import TableLike
from seedkit.postgres.connection import Connection

DAY = date(2026, 1, 1)
"""The day that a test's rows take for today: the same in every run."""


class GeneratedRows(Struct, frozen=True):
    """Generates rows on the test's connection; they go with it."""

    connection: Connection
    settings: Settings
    told: Callable[[], AbstractContextManager[None]]

    def generate(
        self,
        tables: TableLike | Mapping[Any, int] | None = None,
        rows: int | None = None,
        **said: Any,  # noqa: ANN401
    ) -> GenerationReport:
        """Fill tables as `seedkit.generate` does, by the project's generate.yml; further keywords as there.

        Rows are the same in each run: today is the first of 2026 unless `now` says otherwise.
        """
        options: dict[str, Any] = {"now": DAY, "environment": self.settings.environment, **said}
        with self.told():
            return generate(tables, rows, connection=self.connection, directory=self.settings.project, **options)
