"""Whether libpq's variables are to be kept from a connection: an embedded server is ours as a whole."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext

from seedkit.errors import ConnectionFailedError
from seedkit.postgres import libpq_variables
from seedkit.postgres.connection_hints import DAMAGED, IS_IT_RUNNING
from seedkit.postgres.opening import host_in


@contextmanager
def alone_with(conninfo: str, source: str) -> Iterator[None]:
    """Keep libpq's variables from a connection that is meant for an embedded server.

    Where it can't be opened, the error says what starts it, or makes it anew.
    """
    with libpq_variables.hidden() if variables_lead_astray(conninfo, source) else nullcontext():
        try:
            yield
        except ConnectionFailedError as error:
            if leads_to_embedded(conninfo, source):
                error.hint = error.hint and _hint_of_embedded(error.hint)
            raise


def _hint_of_embedded(hint: str) -> str:
    """Name the command that there is for the embedded server alone."""
    if hint.startswith(IS_IT_RUNNING):
        return "The embedded server is stopped: `seedkit db start` starts it, in its project."
    if hint == DAMAGED:
        return "The embedded server's data are damaged: `seedkit db reset` throws them away, and new ones are made."
    return hint


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
