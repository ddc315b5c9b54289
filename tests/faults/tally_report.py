"""The closing table of the faults, whichever worker of pytest-xdist has injected them: hooks for tests/conftest.py."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import pytest

from tests.faults.tally import Line, Tally

TALLY = pytest.StashKey[Tally]()


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Give what a worker has counted to the session that has started it."""
    output: dict[str, Any] | None = getattr(session.config, "workeroutput", None)
    tally = session.config.stash.get(TALLY, None)
    if output is not None and tally is not None:
        output["faults"] = {kind: asdict(line) for kind, line in tally.lines.items()}


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Add what a worker has counted."""
    output: dict[str, Any] = getattr(node, "workeroutput", {})
    tally = node.config.stash.setdefault(TALLY, Tally())
    for kind, counts in output.get("faults", {}).items():
        tally.line(kind).add(Line(**counts))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Write the table below the tests' results."""
    tally = config.stash.get(TALLY, None)
    if tally is None or not tally.lines:
        return
    terminalreporter.section("faults")
    for line in tally.table():
        terminalreporter.write_line(line)
    terminalreporter.write_line("")
    terminalreporter.write_line(tally.closing())
