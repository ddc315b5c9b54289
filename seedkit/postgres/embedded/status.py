"""What can be said of a project's server and its database, as they are: nothing is started or made for it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from seedkit.core.reports.server_status import ServerStatus
from seedkit.errors import EmbeddedServerError
from seedkit.postgres.embedded.databases import connected
from seedkit.postgres.embedded.made_from import changes, find_database, fingerprints
from seedkit.postgres.embedded.places import data_of
from seedkit.postgres.embedded.project_server import running
from seedkit.postgres.queries import query


def status(project: Path, name: str, schema_files: Sequence[Path]) -> ServerStatus:
    """Look at a project's server and at the database of a name on it; raises EmbeddedServerError."""
    server = running(project)
    if server is None:
        return ServerStatus(data_directory=data_of(project))
    with connected(server.conninfo("postgres")) as connection:
        found = find_database(connection, name)
        version = str(connection.info.parameter_status("server_version"))
    if found is None:
        return ServerStatus(data_directory=server.data_directory, version=version)
    now = fingerprints(project, schema_files)
    with connected(server.conninfo(name)) as connection:
        row = connection.execute(query("database_size")).fetchone()
    if row is None:
        raise EmbeddedServerError(f'database "{name}" can not be looked at')
    return ServerStatus(
        data_directory=server.data_directory,
        version=version,
        conninfo=server.conninfo(name),
        tables=row[0],
        size=row[1],
        changed=tuple(changes(found.files, now)) if found.files is not None else (),
    )
