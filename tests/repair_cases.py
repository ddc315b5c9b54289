"""Writes docs/repair-cases.md: what the repair core keeps to, each sentence with the test that shows it.

A test's docstring that begins with § and the number of a section is such a sentence. Run `python -m tests.repair_cases`
after a change; tests/test_repair_cases.py fails while the page is out of date.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "repair-cases.md"
SECTIONS = {
    1: "Which sequence feeds which column",
    2: "Behind or not",
    3: "Moving a sequence",
    4: "Inside a seed",
    5: "Many tables",
    6: "Distributed databases",
    7: "Words of the report",
}
_INTRODUCTION = """\
# Repair cases

What a repair of sequences keeps to, sentence by sentence, each with the test that shows it on a real PostgreSQL or, in
`tests/core` and `tests/reports`, on the rule alone.

This page is made from the tests' docstrings by `python -m tests.repair_cases`; change it there.
"""
_ON_RULES = ("core", "reports")
_SENTENCE = re.compile(r"§(\d+)\s+(.+)", re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A sentence, the section it belongs to, and the test that shows it."""

    section: int
    sentence: str
    test: str


def collect(folder: Path = ROOT / "tests") -> list[Case]:
    """Read the sentences of all tests below a folder, those on the rule alone last; nothing is imported."""
    paths = sorted(folder.rglob("test_*.py"), key=lambda path: (path.relative_to(folder).parts[0] in _ON_RULES, path))
    return [case for path in paths for case in _cases_in(path)]


def _cases_in(path: Path) -> Iterator[Case]:
    name = path.relative_to(ROOT).as_posix()
    for function in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(function, ast.FunctionDef) or not function.name.startswith("test_"):
            continue
        if sentence := _SENTENCE.match(ast.get_docstring(function) or ""):
            yield Case(
                section=int(sentence[1]), sentence=" ".join(sentence[2].split()), test=f"{name}::{function.name}"
            )


def page(cases: Iterable[Case]) -> str:
    """Write the page; raises KeyError for a section that there isn't."""
    by_section: dict[int, list[Case]] = {number: [] for number in SECTIONS}
    for case in cases:
        by_section[case.section].append(case)
    parts = [_INTRODUCTION]
    for number, found in by_section.items():
        if found:
            lines = (f"- {case.sentence}<br>`{case.test}`" for case in found)
            parts.append("\n".join([f"## {number}. {SECTIONS[number]}", "", *lines, ""]))
    return "\n".join(parts)


if __name__ == "__main__":
    PAGE.write_text(page(collect()), encoding="utf-8")
