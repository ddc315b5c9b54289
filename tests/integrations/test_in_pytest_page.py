"""The examples of docs/in-pytest.md: each section's files are a project, whose tests pass as they stand there."""

from __future__ import annotations

import re
from collections.abc import Callable
from importlib.util import find_spec

import pytest

from tests.conftest import ROOT
from tests.integrations.conftest import SHOP

pytest_plugins = ["pytester"]

_BLOCK = re.compile(r"^```(?:toml|yaml|python|sql)\n(?:#|--) (\S+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
SECTIONS = {
    section.partition("\n")[0]: dict(_BLOCK.findall(section))
    for section in (ROOT / "docs" / "in-pytest.md").read_text(encoding="utf-8").split("\n## ")[1:]
}
AS_SUPPOSED = {
    "With Django and pytest-django": {
        "pytest.ini": "[pytest]\nDJANGO_SETTINGS_MODULE = shop_settings\npythonpath = .\n",
        "shop_settings.py": (
            'DATABASES = {"default": {"ENGINE": "django.db.backends.postgresql", "NAME": "work"}}\n'
            'INSTALLED_APPS = ["django.contrib.contenttypes", "django.contrib.auth"]\n'
        ),
        "fixtures/auth_group.yml": "staff: {name: Staff}\n",
    },
}
NEEDED = {
    "With SQLAlchemy": ["sqlalchemy", "asyncpg"],
    "With Django and pytest-django": ["django", "pytest_django"],
}
TESTS = {title: blocks for title, blocks in SECTIONS.items() if any(name.endswith(".py") for name in blocks)}


@pytest.mark.parametrize("title", sorted(TESTS))
def test_the_examples_of_a_section_pass(
    title: str,
    pytester: pytest.Pytester,
    shop_files: Callable[[dict[str, str]], None],
    server: str,
) -> None:
    missing = [name for name in NEEDED.get(title, []) if find_spec(name) is None]
    if missing:
        pytest.skip(f"{missing[0]} is not installed")
    for name in SHOP:
        (pytester.path / name).unlink()
    shop_files({**AS_SUPPOSED.get(title, SECTIONS["The first test"]), **TESTS[title]})
    (pytester.path / "test_before_all.py").write_text("def test_every(seedkit_connection): pass\n")
    options = ("-q", "-p", "no:randomly", "-p", "no:cacheprovider", "-p", "no:xdist", f"--seedkit-url={server}")

    ran = pytester.runpytest_subprocess(*options) if title in NEEDED else pytester.runpytest(*options)

    assert ran.ret == 0


def test_the_sections_that_are_run_are_those_with_tests() -> None:
    assert {*NEEDED, "The first test", "What there is"} < set(TESTS)
