"""Keys that are made from the labels of rows: uuids always, and numbers where the fixture asks for them.

`ids: from-labels` makes the ids that Rails makes (`ActiveRecord::FixtureSet.identify`): the CRC-32 of the label, or its
uuid of version 5 in the namespace of OIDs. So what a label stands for is known without the database, run after
run.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias
from uuid import NAMESPACE_OID, NAMESPACE_URL, uuid5
from zlib import crc32

from seedkit.core.catalog import Column, Table
from seedkit.core.names import in_quotes
from seedkit.errors import FixtureError

MOST = 2**30 - 1
"""Ids from labels are below this."""

KeyOfLabel: TypeAlias = "Callable[[str], str]"


def id_of_label(label: str) -> str:
    """Make an id as Rails does.

    >>> id_of_label("ruby"), id_of_label("sapphire_2")
    ('207281424', '1066363776')
    """
    return str(crc32(label.encode()) % MOST)


def uuid_of_label(label: str) -> str:
    """Make a uuid as Rails does.

    >>> uuid_of_label("daddy")
    'f92b6bda-0d0d-5fe1-9124-502b18badded'
    """
    return str(uuid5(NAMESPACE_OID, label))


def key_of_label(table: Table, column: Column, *, ids_from_labels: bool) -> KeyOfLabel | None:
    """Give what makes a column's value from a row's label, None where nothing does.

    It raises FixtureError for a column that can't hold one.
    """
    if column.base_type == "uuid":
        return uuid_of_label if ids_from_labels else lambda label: str(uuid5(NAMESPACE_URL, f"{table.name}/{label}"))
    if not ids_from_labels:
        return None
    if column.category == "S" or column.base_type in ("integer", "bigint", "numeric"):
        return id_of_label

    def refuse(_: str) -> str:
        raise FixtureError(
            f'ids from labels go up to {MOST - 1:,}, and "{column.name}" of table {in_quotes(table.name)} is of type '
            f"{column.type_name}",
            hint=f'Write "{column.name}" in every row, or _fixture: {{ids: from-database}} and the option key.',
        )

    return refuse
