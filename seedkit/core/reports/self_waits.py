"""What is said of a seeder that waits for the run which it is a part of, or has the run wait for it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from msgspec import Struct

from seedkit.core.names import TableName
from seedkit.core.reports.columns import few
from seedkit.errors import SeederError

_PARTS = re.compile(
    r"""
    (?P<name> "[^"]*"? )
    | (?P<comment> --[^\n]* | /\*(?:(?!/\*).)*?\*/ | /\*.*\Z )       # one inside another hides all that follows
    | (?P<prefix> \b[eE] )'(?:[^'\\]|''|\\.)*(?:'|\\?\Z)
    | '(?:[^'\\]|''|\\[^'])*(?:'|\\'.*\Z|\\?\Z)                    # where \' may end it or not: a setting says
    | \$(?P<tag>\w*)\$.*?(?:\$(?P=tag)\$|\Z)
    """,
    re.DOTALL | re.VERBOSE,
)
_LONGEST = 200

_RUN_HOLDS = (
    "The run keeps its locks until it commits, which is after the seeder: work on its own connection (db.insert, "
    "db.session, db.execute, db.connection), or have what the seeder waits for seeded, and committed, in a run before."
)
_SEEDER_HOLDS = (
    "Commit on that connection before the run needs what it has written, or work on the run's own (db.insert, "
    "db.session, db.execute, db.connection)."
)
_DJANGO = (
    'Run it as `manage.py seed` (INSTALLED_APPS += ["seedkit.integrations.django"]): there models work on the run\'s '
    "own connection, in its transaction."
)


class SelfWait(Struct, frozen=True, kw_only=True):
    """A session beside the run's that waits for it, or (`run_waits`) that the run waits for.

    With the statement that waits, and the tables that it is about as far as they can be seen. `django` where the other
    is a session of models, and Django knows nothing of the run.
    """

    session: int
    run_waits: bool
    statement: str
    tables: Sequence[TableName]
    django: bool = False

    def error(self, seeder: str) -> SeederError:
        """Say which seeder it is that never comes to its end, and at which statement."""
        told = (
            f"makes the run wait for itself: another connection of it, whose transaction is open, has locked what "
            f"the run wants{self._in_tables}"
            if self.run_waits
            else f"waits for the run itself: another connection of it wants what the run has locked{self._in_tables}"
        )
        detail = f"the statement that waits: {self.shown}"
        return SeederError(f'seeder "{seeder}" {told}', detail=detail, hint=self._way_out)

    def warning(self, seeder: str) -> str:
        """Say of a session that need not be the seeder's what it would mean if it were."""
        does = "holds what the run wants" if self.run_waits else "waits for what the run has locked"
        return (
            f"session {self.session} of this host {does}{self._in_tables} ({self.shown}); "
            f'if it is one of seeder "{seeder}", that waits for ever. {self._way_out}'
        )

    @property
    def _way_out(self) -> str:
        if self.django:
            return _DJANGO
        return _SEEDER_HOLDS if self.run_waits else _RUN_HOLDS

    @property
    def _in_tables(self) -> str:
        return f" in {few([*map(str, self.tables)])}" if self.tables else ""

    @property
    def shown(self) -> str:
        r"""The statement without the values in it, which may be secret.

        >>> text = r"insert into t values ('a''b', E'c\'d', 7)"
        >>> SelfWait(session=1, run_waits=False, statement=text, tables=()).shown
        "insert into t values ('…', E'…', 7)"
        >>> text = r"update t set a = 'C:\', b = 'hunter2' where c = 'd'"
        >>> SelfWait(session=1, run_waits=False, statement=text, tables=()).shown
        "update t set a = '…'"
        """
        text = " ".join(_PARTS.sub(_without_value, self.statement).split())
        return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def _without_value(part: re.Match[str]) -> str:
    if part["name"] is not None:
        return part[0]
    return " " if part["comment"] is not None else f"{part['prefix'] or ''}'…'"
