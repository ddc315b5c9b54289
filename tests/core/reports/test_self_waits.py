"""The statement of a session that waits is told without what may be secret in it."""

from __future__ import annotations

import pytest

from seedkit.core.reports.self_waits import SelfWait


@pytest.mark.parametrize(
    ("statement", "shown"),
    [
        ("select 1 -- don't\nwhere x = 'secret'", "select 1 where x = '…'"),
        ("select /* don't */ 'secret'", "select '…'"),
        ("select /* a /* b */ don't */ 'secret'", "select"),
        ("select \"it's\" = 'secret'", "select \"it's\" = '…'"),
        (r"select 'C:\', 'secret'", "select '…'"),
        (r"select 'C:\\', 'secret'", "select '…', '…'"),
        (r"select E'\'', E'secret\\', 7", "select E'…', E'…', 7"),
        ("select date'2026-01-31', 'secret", "select date'…', '…'"),
        ("select 'secret\\", "select '…'"),
        ("select $a$ secret $$ $a$, $1, $$ secret", "select '…', $1, '…'"),
    ],
)
def test_no_value_of_a_statement_is_told_wherever_quotes_stand_besides(statement: str, shown: str) -> None:
    wait = SelfWait(session=1, run_waits=False, statement=statement, tables=())

    assert wait.shown == shown
