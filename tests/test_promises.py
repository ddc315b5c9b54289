"""docs/reliability.md and docs/security.md name tests that are there, and leave out none of their folders."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PAGES = {"reliability": "faults", "security": "security"}
TEXTS = {name: (ROOT / "docs" / f"{name}.md").read_text(encoding="utf-8") for name in PAGES}
NAMED = {name: re.findall(r"`(tests/\S+?\.py)::(\w+)`", text) for name, text in TEXTS.items()}
ROWS = [
    line
    for text in TEXTS.values()
    for part in text.split("would be caught by |")[1:]
    for line in part.splitlines()[2:]
    if line.startswith("| ") and not line.startswith("| promise")
]


@pytest.mark.parametrize("promise", sorted(set(ROWS)))
def test_a_promise_has_a_test(promise: str) -> None:
    assert re.search(r"`tests/\S+::test_\w+`", promise)


@pytest.mark.parametrize(("path", "name"), sorted({pair for named in NAMED.values() for pair in named}))
def test_a_test_that_is_named_is_there(path: str, name: str) -> None:
    assert f"def {name}(" in (ROOT / path).read_text(encoding="utf-8")


@pytest.mark.parametrize(("page", "folder"), PAGES.items())
def test_no_test_of_the_folder_is_left_out(page: str, folder: str) -> None:
    written = {
        (str(path.relative_to(ROOT)), name)
        for path in (ROOT / "tests" / folder).glob("test_*.py")
        for name in re.findall(r"^def (test_\w+)\(", path.read_text(encoding="utf-8"), re.MULTILINE)
    }
    assert written - set(NAMED[page]) == set()
