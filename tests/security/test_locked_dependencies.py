"""requirements-dev.txt names one release of all that the tests run with, by its hashes, and no place to get it.

Of a library whose newest release does not run on our oldest Python, one for each.
"""

from __future__ import annotations

import re
import tomllib
from collections import Counter

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.conftest import ROOT

LOCK = (ROOT / "requirements-dev.txt").read_text(encoding="utf-8")
LOCKED = dict(re.findall(r"^([\w.-]+)==([\w.]+)", LOCK, re.MULTILINE))
SETTINGS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
NAMED = [
    *SETTINGS["project"]["dependencies"],
    *SETTINGS["project"]["optional-dependencies"]["embedded"],
    *SETTINGS["dependency-groups"]["dev"],
    *SETTINGS["dependency-groups"]["integrations"],
    *SETTINGS["dependency-groups"]["build"],
]


@pytest.mark.parametrize("text", NAMED)
def test_what_is_named_is_locked_within_its_bounds(text: str) -> None:
    requirement = Requirement(text)

    assert LOCKED[canonicalize_name(requirement.name)] in requirement.specifier


def test_what_the_package_is_built_with_can_be_had_from_the_lock() -> None:
    assert set(SETTINGS["build-system"]["requires"]) <= set(SETTINGS["dependency-groups"]["build"])


def test_every_release_has_its_hashes() -> None:
    entries = re.split(r"^(?=[\w.-]+==)", LOCK, flags=re.MULTILINE)[1:]

    locked = Counter(entry.partition("==")[0] for entry in entries)
    twice = [entry for entry in entries if locked[entry.partition("==")[0]] > 1]
    assert [entry for entry in twice if "; python_full_version" not in entry.partition("\n")[0]] == []
    assert [entry.split("\n")[0] for entry in entries if "--hash=sha256:" not in entry] == []


def test_no_place_to_get_them_is_written_down() -> None:
    assert re.findall(r"://|--(?:extra-)?index|--find-links|--trusted-host", LOCK) == []
