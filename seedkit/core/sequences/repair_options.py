"""What a caller may ask of a repair."""

from __future__ import annotations

from msgspec import Struct

from seedkit.core.sequences.ids import IdRange
from seedkit.core.time_spans import seconds
from seedkit.errors import UsageError


class RepairOptions(Struct, frozen=True, kw_only=True):
    """How sequences are judged and moved.

    `margin` is the number of values to leave free beyond the highest id, for a cut-over. `lock_timeout` is how long to
    wait for locks in vain, all together, in PostgreSQL's spelling (`5s`), None for ever. `wait` waits for all writers
    of a table to commit, as rows that others have inserted and not committed can't be seen. `by_visible_rows` moves a
    sequence past the ids that row-level security lets us see, as a run that has just written them must; otherwise it is
    not judged at all. Such a run reads others' tables with its own rights, as it has inserted into them so. `id_range`
    are the ids that the sequences are answerable for, as where each machine has a range of its own; None for all that
    they can give.
    """

    margin: int = 0
    lock_timeout: str | None = "5s"
    wait: bool = False
    by_visible_rows: bool = False
    id_range: IdRange | None = None

    def __post_init__(self) -> None:
        if type(self.margin) is not int:
            raise UsageError(f"a margin must be a whole number, not {self.margin!r}")
        if self.margin < 0:
            raise UsageError(f"a margin can not be negative, as {self.margin} is")
        if self.lock_timeout is not None:
            _refuse_no_time(self.lock_timeout)


def _refuse_no_time(given: object) -> None:
    """Raise UsageError for what PostgreSQL would not take as a time, before it is asked: that may be much later."""
    try:
        seconds(given if isinstance(given, str) else "")
    except ValueError as error:
        raise UsageError(f"lock_timeout can not be {given!r}", hint=f"{str(error).capitalize()}.") from None


BY_VISIBLE_ROWS = RepairOptions(by_visible_rows=True)
"""How a run judges: a tenant's seed sees its own rows."""
