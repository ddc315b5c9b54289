"""Refuses servers that speak PostgreSQL's protocol and are another engine, before anything is asked of them.

CockroachDB and YugabyteDB tell what they are with their first answer, as settings that libpq keeps: there is no round
trip, and no statement that they might understand otherwise.
"""

from __future__ import annotations

from seedkit.core.engines import unsupported_engine
from seedkit.errors import ConfigurationError
from seedkit.postgres.session import Session


def refuse_other_engines(connection: Session) -> None:
    """Raise ConfigurationError for a server whose sequences and transactions are others than PostgreSQL's."""
    told = connection.info.parameter_status
    engine = unsupported_engine(told("server_version"), told("crdb_version"))
    if engine is not None:
        raise ConfigurationError(
            f"{engine} is not supported yet",
            detail="Nothing was asked of it, and nothing was written.",
            hint="Name a server of PostgreSQL, or the coordinator of a Citus cluster.",
        )
