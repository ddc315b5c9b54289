"""docs/python-api.md says what the signatures and docstrings say, and leaves out nothing that is public."""

from __future__ import annotations

import inspect

import pytest

import seedkit
from tests.python_api import PAGE, page


def test_the_page_is_what_the_docstrings_say() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run: python -m tests.python_api"


HEADINGS = {"SeedkitError": "## Errors", "aio": "## seedkit.aio"}


@pytest.mark.parametrize("name", sorted(seedkit.__all__))
def test_every_public_name_has_its_words(name: str) -> None:
    _, _, rest = page().partition(f"{HEADINGS.get(name, f'### {name}')}\n")

    assert len(rest.partition("\n### ")[0].split()) > 10


def test_what_a_signature_says_is_all_there() -> None:
    text = page()

    assert "    bulk_foreign_keys: bool = False,\n" in text
    assert "- `next_value_before: int | None`\n" in text
    assert "def ref(text: str) -> object" in text
    assert "now: datetime\n" in text
    assert ">>>" not in text


@pytest.mark.parametrize("name", ["seed", "generate", "fix_sequence", "fix_sequences", "check_sequences"])
def test_what_awaits_takes_all_that_the_others_take(name: str) -> None:
    awaited = dict(inspect.signature(getattr(seedkit.aio, name)).parameters)
    called = dict(inspect.signature(getattr(seedkit, name)).parameters)
    if name in ("seed", "generate"):
        del called["connection"]  # they have one of their own

    assert list(awaited.values()) == list(called.values())
