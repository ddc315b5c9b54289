"""What a person writes so that a connection like the one in use has a setting."""

from __future__ import annotations

from seedkit.postgres.connection import OwnConnection
from seedkit.postgres.session import Session


def option(connection: Session, name: str, value: str) -> str:
    """Give PGOPTIONS; the URL for an embedded server, which libpq's variables do not reach; SET where it is lent."""
    if not isinstance(connection, OwnConnection):
        return f"set {name} = {value} on the connection"
    if connection.is_alone():
        return f'--url "$(seedkit db url)&options=-c{name}%3D{value}"'
    return f"PGOPTIONS='-c {name}={value}'"
