"""The ways to repair a sequence that the stress program compares: ours, and other projects' SQL.

The others' statements are written from what their documentation and source say that they send, for the table `t`, its
column `id` and the sequence `t_id_seq`. How often and by how many they are run is decided in `stress_repair`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import psycopg

from seedkit import fix_sequence
from seedkit.errors import SeedkitError


class Refused(Exception):  # noqa: N818 - a method that says no has done no harm
    """The method left the sequence as it was and said why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Repairer:
    """One way to call a method.

    `as_application` repairs with the rights USAGE and SELECT alone; `in_transaction` repairs inside an open
    transaction that may have loaded rows itself, and that may be rolled back afterwards.
    """

    repair: Callable[[psycopg.Connection], None]
    as_application: bool = False
    in_transaction: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Method:
    """A line of the table; `repairers` work at the same time, the first one does the last repair."""

    name: str
    repairers: tuple[Repairer, ...]
    ours: bool = False

    @property
    def climbs(self) -> bool:
        """Whether a repair costs a `nextval` for each step, so that a gap of billions is refused."""
        return any(repairer.as_application for repairer in self.repairers)


def seedkit(connection: psycopg.Connection) -> None:
    """Repair by seedkit, which names in its error what it did not do."""
    try:
        fix_sequence("t", connection=connection)
    except SeedkitError as error:
        raise Refused(error.detail or error.message) from error


def rails(connection: psycopg.Connection) -> None:
    """Repair as `reset_pk_sequence!` does since Rails 5.0: the highest id goes to the client and comes back."""
    row = connection.execute("select max(id) from t").fetchone()
    highest = row[0] if row else None
    if highest is None:
        row = connection.execute("select seqmin from pg_sequence where seqrelid = 't_id_seq'::regclass").fetchone()
    value = highest if highest is not None or row is None else row[0]
    connection.execute("select setval('t_id_seq', %s, %s)", (value, highest is not None))


def django(connection: psycopg.Connection) -> None:
    """Repair as `sqlsequencereset` and `loaddata` do."""
    connection.execute(
        "select setval(pg_get_serial_sequence('t', 'id'), coalesce(max(id), 1), max(id) is not null) from t"
    )


def testfixtures(connection: psycopg.Connection) -> None:
    """Repair as go-testfixtures does by default: every sequence to 10,000."""
    connection.execute("select setval('t_id_seq', 10000)")


def wiki(connection: psycopg.Connection) -> None:
    """Repair as the PostgreSQL wiki's page "Fixing Sequences" says."""
    connection.execute("select setval('t_id_seq', coalesce(max(id), 1)) from t")


def greatest(connection: psycopg.Connection) -> None:
    """Repair by the usual improvement: never to less than what the sequence was seen at."""
    connection.execute("select setval('t_id_seq', greatest(max(id), (select last_value from t_id_seq))) from t")


_OWNER = Repairer(repair=seedkit)
_APPLICATION = Repairer(repair=seedkit, as_application=True)
_BORROWED = Repairer(repair=seedkit, in_transaction=True)

METHODS = (
    Method(name="seedkit", repairers=(_OWNER,), ours=True),
    Method(name="seedkit in a transaction", repairers=(_BORROWED,), ours=True),
    Method(name="seedkit with USAGE, SELECT", repairers=(_APPLICATION,), ours=True),
    Method(name="seedkit, all three at once", repairers=(_OWNER, _BORROWED, _APPLICATION), ours=True),
    Method(name="Rails", repairers=(Repairer(repair=rails),)),
    Method(name="Django", repairers=(Repairer(repair=django),)),
    Method(name="go-testfixtures", repairers=(Repairer(repair=testfixtures),)),
    Method(name="PostgreSQL wiki", repairers=(Repairer(repair=wiki),)),
    Method(name="setval(greatest(max, last_value))", repairers=(Repairer(repair=greatest),)),
)
