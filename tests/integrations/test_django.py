"""Django: `manage.py seed`, `manage.py fix_sequences`, models in seeders and in place of tables' names.

A process can set Django up only once, so these tests are run in one of their own: see `inside_django`.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("django")

from seedkit import SeedkitError, seed
from tests.conftest import Write

INSIDE = Path(__file__).parent / "inside_django"


@pytest.mark.timeout(400)
@pytest.mark.parametrize("tests", sorted(path.name for path in INSIDE.glob("test_*.py")))
def test_in_a_process_where_django_is_set_up(tests: str, postgres_version: int) -> None:
    command = [sys.executable, "-m", "pytest", "-q", f"--postgres={postgres_version}", str(INSIDE / tests)]
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    environment = {**inherited, "SEEDKIT_INSIDE_DJANGO": "1", "PYTEST_ADDOPTS": "-p no:cacheprovider -p no:xdist"}

    ran = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=390, check=False)

    assert ran.returncode == 0, ran.stdout + ran.stderr


@pytest.mark.parametrize("error", ["AppRegistryNotReady", "ImproperlyConfigured"])
def test_models_in_a_seeder_where_django_is_not_set_up_are_led_to_manage_py(
    project: Write, database: str, error: str
) -> None:
    project({"seeders/users.py": f"from django.core.exceptions import {error}\n\nraise {error}\n"})

    with pytest.raises(SeedkitError, match="cannot import the seeder module") as caught:
        seed(url=database)

    assert "Run it as `manage.py seed`" in (caught.value.hint or "")
