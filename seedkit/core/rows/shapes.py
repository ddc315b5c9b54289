"""What rows that are loaded together have in common: the columns they bring, and how each is to be written."""

from __future__ import annotations

from msgspec import Struct

from seedkit.core.names import Columns


class RowShape(Struct, frozen=True, kw_only=True):
    """The columns of some rows, in the table's order.

    The rows bring values for `columns`; those of them in `once` are written on insert and left alone afterwards, as
    they differ at every run (`!ago 3d`, the run's `now`). `computed` are further columns, each with the SQL expression
    that the server evaluates when it inserts a row.
    """

    columns: Columns
    once: Columns = ()
    computed: tuple[tuple[str, str], ...] = ()

    @property
    def stable(self) -> Columns:
        """The columns whose values are the same at every run, so that a row can be recognised by them."""
        return tuple(name for name in self.columns if name not in self.once)
