"""Leaves the safe path, as what follows runs code of other roles, and says whose where that is a superuser's right."""

from __future__ import annotations

import logging
from collections.abc import Sequence

from seedkit.core.catalog import Table
from seedkit.postgres.catalog.others_code import leave_to_others
from seedkit.postgres.connection import Connection
from seedkit.postgres.search_path import leave_safe_path

_log = logging.getLogger("seedkit")


def left_to_others(connection: Connection, tables: Sequence[Table]) -> None:
    """Leave the safe path, as what follows runs code of other roles; say once where that is a superuser's right."""
    if connection.info.parameter_status("is_superuser") != "on":
        leave_safe_path(connection)
        return
    code = leave_to_others(connection, tables)
    if code.roles:
        _log.warning(
            "warning: triggers, defaults, types and functions that belong to %s run with this superuser's rights; "
            "docs/security.md names the least rights that a seed needs",
            ", ".join(code.roles),
        )
    if code.path is not None:
        _log.warning(
            "warning: %s owns this database and has set its search path to %s: names in triggers and defaults mean "
            "what stands there, and run with this superuser's rights",
            code.path_role,
            code.path,
        )
