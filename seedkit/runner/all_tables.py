"""All tables of a database that hold a project's own rows."""

from __future__ import annotations

import logging

from seedkit.core.relations import Catalog, Relation
from seedkit.postgres.connection import Connection

_log = logging.getLogger("seedkit")


def all_tables(connection: Connection, catalog: Catalog) -> list[Relation]:
    """List them: without partitions, whose rows come with the whole, and what extensions and other tools keep."""
    from msgspec.structs import replace

    from seedkit.core.generation.requests.choice import Choice
    from seedkit.postgres.generation.tables import apart_of, ask_apart

    apart = {oid: replace(each, forbidden=False) for oid, each in apart_of(ask_apart(connection)).items()}
    choice = Choice(catalog=catalog, apart=apart)
    for relation, reason in choice.left_alone().items():
        _log.info("%s: left out, as it %s", relation.typed, reason)
    return choice.everything()
