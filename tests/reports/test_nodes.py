"""Reports on a cluster: the node is named where it is not the one that clients come to."""

from __future__ import annotations

import json
from datetime import UTC, datetime

from msgspec.structs import replace

from seedkit.core.names import SequenceName, TableName
from seedkit.core.reports.runs import RepairReport, SequenceReport, SequenceStatus, ServerIdentity
from seedkit.reports.json import check_json
from seedkit.reports.pages.check import check_html
from seedkit.reports.text import check_text

HERE = SequenceReport(
    table=TableName("public", "users"),
    column="id",
    sequence=SequenceName("public", "users_id_seq"),
    status=SequenceStatus.IN_STEP,
    next_value=42,
    highest_id=41,
    node=0,
)
THERE = replace(HERE, status=SequenceStatus.BEHIND, next_value=281474976710657, highest_id=281474976710664, node=1)
PLAIN = replace(HERE, node=None)
SERVER = ServerIdentity(version="15.20", database="shop", host="localhost", port=5432, user="app")


def test_each_form_names_the_node() -> None:
    found = RepairReport(server=SERVER, sequences=(HERE, THERE, PLAIN), dry_run=True, of_check=True)

    page = check_html(found, datetime(2026, 11, 30, tzinfo=UTC))

    assert page.count("(node ") == page.count("(node 1)") == 1
    assert [line.split()[1:4] for line in check_text(found).splitlines() if line.startswith("users.id")] == [
        ["users_id_seq", "42", "41"],
        ["users_id_seq", "(node", "1)"],
        ["users_id_seq", "42", "41"],
    ]
    assert [each.get("node", "none") for each in json.loads(check_json(found))["sequences"]] == [0, 1, "none"]
