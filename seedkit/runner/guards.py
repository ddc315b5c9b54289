"""What stands between a run and a database that should not be touched: the production guard and its mark, and names."""

from __future__ import annotations

import os
from collections.abc import Sequence

from msgspec import Struct

from seedkit.core.engines import refuse_worker
from seedkit.core.planning.protection import (
    GENERATE_MARK,
    NamedEnvironment,
    is_marked,
    marked,
    production_reason,
    unmarked,
)
from seedkit.core.relations import Catalog
from seedkit.errors import ProtectedDatabaseError, UsageError
from seedkit.postgres.catalog.database_comment import database_comment, database_name, write_database_comment
from seedkit.postgres.catalog.tables import read_catalog
from seedkit.postgres.connection import Connection, names_of
from seedkit.postgres.driver_errors import explained
from seedkit.postgres.time_outs import work_without_time_outs


class Guard(Struct, frozen=True, kw_only=True):
    """What decides whether a database counts as production, and whether it is written to all the same."""

    environment: str | None = None
    named_environments: tuple[NamedEnvironment, ...] = ()
    protected_hosts: tuple[str, ...] = ()
    force: bool = False


class MarkChange(Struct, frozen=True, kw_only=True):
    """Whether the mark of a database was changed, or was already as asked for."""

    database: str
    changed: bool


def catalog_to_fill(connection: Connection) -> Catalog:
    """Read the catalog of a database that rows go into; raises ConfigurationError on a cluster's worker."""
    catalog = read_catalog(connection)
    refuse_worker(catalog.engine, "a run loads rows")
    return catalog


def refuse_production(connection: Connection, guard: Guard) -> str | None:
    """Raise ProtectedDatabaseError for a production database, unless it is forced; then say why it counts as one."""
    with explained("reading the database's comment"):
        comment = database_comment(connection)
    ours = NamedEnvironment(name=guard.environment or "", source="the environment of this run")
    hosts = with_real_paths((connection.info.host, connection.info.hostaddr))
    protected_hosts, named = with_real_paths(guard.protected_hosts), (*guard.named_environments, ours)
    reason = production_reason(named, hosts, protected_hosts, comment, names_of(connection))
    if reason and not guard.force:
        raise ProtectedDatabaseError(
            f'database "{connection.info.dbname}" is a production database: {reason}',
            hint="Nothing was changed. If it is meant, run it again with --force (force=True in Python).",
        )
    return reason


def protect(connection: Connection) -> MarkChange:
    """Mark the database as a production one by a line of its comment; commits on a connection of ours."""
    with explained("protecting the database"), work_without_time_outs(connection):
        comment = database_comment(connection)
        changed = not is_marked(comment)
        if changed:
            write_database_comment(connection, marked(comment))
        return MarkChange(database=database_name(connection), changed=changed)


def unprotect(connection: Connection, confirmation: str | None) -> MarkChange:
    """Take the mark off again; raises UsageError unless `confirmation` is the database's name."""
    with explained("unprotecting the database"), work_without_time_outs(connection):
        comment, database = database_comment(connection), database_name(connection)
        changed = is_marked(comment)
        if changed:
            refuse_unconfirmed(database, confirmation, "unprotect takes the mark off")
            write_database_comment(connection, unmarked(comment))
        return MarkChange(database=database, changed=changed)


def is_protected(connection: Connection) -> bool:
    """Whether the database carries the mark."""
    with explained("reading the database's comment"), work_without_time_outs(connection):
        return is_marked(database_comment(connection))


def is_meant_for_generation(connection: Connection) -> bool:
    """Whether the database's comment says that it is there to be filled."""
    with explained("reading the database's comment"):
        return is_marked(database_comment(connection), GENERATE_MARK)


def named_database(connection: Connection) -> str:
    """Give the name that the server knows the database by."""
    with explained("reading the database's name"), work_without_time_outs(connection):
        return database_name(connection)


def with_real_paths(hosts: Sequence[str]) -> tuple[str, ...]:
    """Add to hosts where the sockets among them lie, wherever links lead."""
    return (*hosts, *(os.path.realpath(host) for host in hosts if host.startswith("/")))


def refuse_unconfirmed(database: str, confirmation: str | None, doing: str, in_python: str = "") -> None:
    """Raise UsageError unless the database's name was given as confirmation; `doing` says what is asked for.

    `in_python` is how a program would give it.
    """
    if confirmation == database:
        return
    given = "its name was not given" if confirmation is None else f'the name given is "{confirmation}"'
    raise UsageError(
        f'{doing} database "{database}" only where its name confirms it: {given}',
        hint="Nothing was changed. If it is meant, add --confirm with the database's name, or type it when asked"
        f"{in_python}.",
    )
