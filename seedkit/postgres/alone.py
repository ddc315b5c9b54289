"""Whether libpq's variables are to be kept from a connection: an embedded server is ours as a whole."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext

from seedkit.postgres import libpq_variables
from seedkit.postgres.opening import host_in


def alone_with(conninfo: str, source: str) -> AbstractContextManager[None]:
    """Keep libpq's variables from a connection that is meant for an embedded server."""
    return libpq_variables.hidden() if variables_lead_astray(conninfo, source) else nullcontext()


def variables_lead_astray(conninfo: str, source: str) -> bool:
    """Whether a conninfo leads to an embedded server and libpq's variables would lead it elsewhere."""
    return libpq_variables.are_set() and leads_to_embedded(conninfo, source)


def leads_to_embedded(conninfo: str, source: str) -> bool:
    """Whether a conninfo leads to an embedded server."""
    host = host_in(conninfo, source)
    if not host.startswith("/"):
        return False
    from seedkit.postgres import embedded  # most runs have to do with none

    return embedded.is_of_embedded(host)
