"""What a run is asked for."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from msgspec import Struct, field

from seedkit.core.generation.requests.asked import AskedRows
from seedkit.runner.generation.refinements import NOTHING_IS_SAID, WhatIsSaid
from seedkit.runner.guards import Guard

if TYPE_CHECKING:
    from seedkit.runner.generation.out.places import Out


class GenerationRequest(Struct, frozen=True, kw_only=True):
    """What to generate, and how.

    `asked` are tables, or patterns of them, with their numbers of rows; where it is empty, every empty table is meant.
    `total` has the numbers count the rows that are there. `now` is the day that values of times lie before, today where
    it is None. `locale` is the language of people, places and firms, or several with weights. A dry run does
    everything, then rolls it back; its sequences are only judged, and no sequence moves in what is to stay `still`, as
    in a seeder's dry run. `commit_every` commits whenever so many rows are there. So many `workers` make rows, None for
    as many as pay. `most_rows` is how many may be added unasked, unless the database's comment says that it is for
    this. `begun` says that the transaction that is open was begun for this run. `lock_timeout` bounds each wait for a
    lock where the transaction is ours. `guard` is None where the database was looked at already. `said` is what
    generate.yml says. Rows are `like_existing` ones in their shares, as the server's statistics tell of these. With
    `out` the rows go there: they are made and judged as in a dry run.
    """

    asked: tuple[AskedRows, ...] = ()
    excluded: tuple[str, ...] = ()
    total: bool = False
    random_seed: int = 0
    now: date | None = None
    locale: str = "en"
    dry_run: bool = False
    commit_every: int | None = None
    workers: int | None = None
    most_rows: int | None = None
    still: bool = False
    begun: bool = False
    lock_timeout: str | None = "5s"
    guard: Guard | None = field(default_factory=Guard)
    said: WhatIsSaid = NOTHING_IS_SAID
    like_existing: bool = False
    out: Out | None = None

    @property
    def takes_back(self) -> bool:
        """Whether nothing is to stay in the database."""
        return self.dry_run or self.out is not None

    @property
    def today(self) -> date:
        """The day that values of times lie before."""
        return self.now or datetime.now(UTC).date()

    @property
    def names_tables(self) -> bool:
        """Whether a table is asked for by its name, so that an error with one ends the run."""
        return not all(asked.is_pattern for asked in self.asked)
