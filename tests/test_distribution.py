"""What a release stands on: one version, workflows of targets that there are, and the Pythons that are promised."""

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests import distribution

ROOT = distribution.ROOT
WORKFLOWS = sorted((ROOT / ".github/workflows").glob("*.yml"))
FORMS = sorted(path for path in (ROOT / ".github/ISSUE_TEMPLATE").glob("*.yml") if path.name != "config.yml")


def by_name(paths: list[Path]) -> Any:
    return pytest.mark.parametrize("path", paths, ids=lambda path: path.name)


def test_the_changelog_begins_with_the_version_of_the_package() -> None:
    newest, _ = distribution.newest_change()

    assert newest == distribution.version()


def test_a_tag_that_names_another_version_is_refused() -> None:
    with pytest.raises(SystemExit, match=r"the tag is v99\.0\.0, pyproject\.toml says"):
        distribution.check_tag("v99.0.0")


def test_a_tag_is_refused_until_the_changelog_has_the_day(monkeypatch: pytest.MonkeyPatch) -> None:
    version = distribution.version()
    monkeypatch.setattr(distribution, "newest_change", lambda: (version, "unreleased"))

    with pytest.raises(SystemExit, match="write the day of the release there"):
        distribution.check_tag(f"v{version}")


def test_a_tag_is_taken_where_all_agree(monkeypatch: pytest.MonkeyPatch) -> None:
    version = distribution.version()
    monkeypatch.setattr(distribution, "newest_change", lambda: (version, "2026-11-30"))

    distribution.check_tag(f"v{version}")


@by_name(WORKFLOWS)
def test_workflows_run_targets_and_scripts_that_there_are(path: Path) -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    steps = [step for job in yaml.safe_load(path.read_text("utf-8"))["jobs"].values() for step in job["steps"]]
    runs = [step["run"] for step in steps if "run" in step]

    for command in runs:
        assert set(re.findall(r"^make ([a-z-]+)", command, re.MULTILINE)) <= targets
        assert all((ROOT / script).exists() for script in re.findall(r"^(\.\S+)", command, re.MULTILINE))


@by_name(WORKFLOWS)
def test_workflows_may_only_read_but_for_the_one_that_publishes(path: Path) -> None:
    workflow = yaml.safe_load(path.read_text("utf-8"))

    rights = {name: job["permissions"] for name, job in workflow["jobs"].items() if "permissions" in job}
    assert workflow["permissions"] == {"contents": "read"}
    assert rights in ({}, {"publish": {"id-token": "write"}})


@by_name(WORKFLOWS)
def test_actionlint_finds_nothing(path: Path) -> None:
    if not (actionlint := shutil.which("actionlint")):
        pytest.skip("actionlint is not on this machine")

    ran = subprocess.run([actionlint, str(path)], capture_output=True, text=True, check=False)

    assert not ran.returncode, ran.stdout


def test_the_tests_run_on_every_python_and_server_that_is_promised() -> None:
    matrix = yaml.safe_load((ROOT / ".github/workflows/tests.yml").read_text("utf-8"))["jobs"]["tests"]["strategy"][
        "matrix"
    ]

    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert f'requires-python = ">={matrix["python"][0]}"' in project
    assert f"needs PostgreSQL {matrix['postgres'][0]} or later" in readme
    assert matrix["postgres"] == ["15", "16", "17", "18"]


@by_name(FORMS)
def test_forms_for_issues_ask_for_what_was_typed_and_say_of_each_field_what_it_is(path: Path) -> None:
    fields = [field for field in yaml.safe_load(path.read_text("utf-8"))["body"] if field["type"] != "markdown"]

    assert "typed" in {field["id"] for field in fields}
    assert all(field["attributes"]["label"] for field in fields)
