"""The house is as docs/architecture.md draws it, its modules stay small, and its decisions can be found."""

from __future__ import annotations

import ast
import re
import statistics
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "seedkit"
PAGE = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
DECISIONS = (ROOT / "docs" / "decisions.md").read_text(encoding="utf-8")
NAMED = {
    name.rstrip("/") for name in re.findall(r"`([\w./]+)`", PAGE) if "NAME" not in name and name != "pyproject.toml"
}
TO_COME: set[str] = set()
MODULES = sorted(PACKAGE.rglob("*.py"))
Definition = ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef


def drawn() -> set[str]:
    """The folders, and the modules beside them, in the page's picture."""
    picture = PAGE.split("```")[1].strip().splitlines()[1:]
    found, path = set(), [""]
    for line in picture:
        depth = (len(line) - len(line.lstrip())) // 2
        name = line.split()[0]
        path[depth:] = [name.rstrip("/")]
        found.add("/".join(path[1:]) + ("/" if name.endswith("/") else ""))
    return found


def built() -> set[str]:
    folders = {path.parent for path in PACKAGE.rglob("*") if path.suffix in {".py", ".sql"}} - {PACKAGE}
    modules = {path.name for path in PACKAGE.glob("*.py")} - {"__init__.py"}
    return {f"{folder.relative_to(PACKAGE).as_posix()}/" for folder in folders} | modules


def length(node: Definition) -> int:
    return (node.end_lineno or node.lineno) - node.lineno + 1


def definitions(kind: type[ast.ClassDef] | type[ast.FunctionDef]) -> dict[str, int]:
    return {
        f"{path.relative_to(ROOT)}:{node.lineno}:{node.name}": length(node)
        for path in MODULES
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, kind)
    }


def test_the_picture_shows_every_room_and_no_other() -> None:
    assert drawn() == built()


@pytest.mark.parametrize("name", sorted(NAMED))
def test_the_page_knows_what_is_there_and_what_is_to_come(name: str) -> None:
    places = [PACKAGE / name, PACKAGE / f"{name}.py", ROOT / name]
    if "/" not in name:
        places += [path for path in PACKAGE.rglob("*") if name in (path.name, path.stem)]

    assert any(place.exists() for place in places) == (name not in TO_COME)


def test_tests_mirror_the_rooms() -> None:
    rooms = {path.parent.relative_to(ROOT / "tests").as_posix() for path in (ROOT / "tests").rglob("test_*.py")}
    floors = {room for room in rooms if room.split("/")[0] in {"core", "files", "postgres", "reports", "runner"}}

    assert {room for room in floors if not (PACKAGE / room).is_dir()} == set()


def test_modules_classes_and_functions_stay_small() -> None:
    lines = {str(path.relative_to(ROOT)): path.read_text(encoding="utf-8").count("\n") for path in MODULES}

    assert {name: count for name, count in lines.items() if count > 250} == {}
    assert {name: count for name, count in definitions(ast.ClassDef).items() if count > 120} == {}
    functions = definitions(ast.FunctionDef)
    assert {name: count for name, count in functions.items() if count > 50} == {}
    assert statistics.median(functions.values()) <= 10


def test_every_decision_is_short_and_found_by_its_subject() -> None:
    headings = re.findall(r"^## (.+)$", DECISIONS, re.MULTILINE)
    entries = re.split(r"^## .+$", DECISIONS, flags=re.MULTILINE)[1:]
    listed = re.findall(r"^- \[(.+)\]\(#(.+)\)$", DECISIONS, re.MULTILINE)

    anchors = [re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings]
    titles = [heading.split(" · ", 1)[1] for heading in headings]
    assert all(len(entry.strip().splitlines()) <= 10 for entry in entries)
    assert sorted(listed) == sorted(zip(titles, anchors, strict=True))
