"""What has kept a table from having all the rows that were asked for, in words."""

from __future__ import annotations

from dataclasses import dataclass

from seedkit.core.names import in_quotes


@dataclass(slots=True)
class Shortfall:
    """How many rows of a table could not be made so that a rule holds."""

    rule: str
    rows: int = 0


def told(shortfall: Shortfall, table: str) -> str:
    """Say what a rule has cost a table."""
    return f"table {in_quotes(table)}: {shortfall.rows:,} rows could not be made so that {shortfall.rule} holds"
