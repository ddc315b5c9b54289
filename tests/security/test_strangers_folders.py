"""Settings and code that a stranger has put where we may come along (git's CVE-2022-24765)."""

from __future__ import annotations

import logging
import os
import shutil
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from seedkit.config import load_settings
from seedkit.errors import ConfigurationError
from tests.conftest import ROOT, Run, Write

ADA, MALLORY = 4711, 4712
SETTINGS = "[tool.seedkit]\nurl = 'postgresql://mallory@127.0.0.1:1/trap'\n"
SEEDER = "import pathlib\n\npathlib.Path('sprung').touch()\n\n\ndef seed(db):\n    pass\n"

needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="needs root: only root can make folders of others")


@pytest.fixture
def place(clean_environment: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder that everybody may enter, as /srv is; tmp_path is closed to all but its owner."""
    for name in ("SEEDKIT_TRUST_FOLDER", "SUDO_UID", "XDG_CONFIG_HOME"):
        monkeypatch.delenv(name, raising=False)
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        (Path(folder) / "home").mkdir()
        monkeypatch.setenv("HOME", f"{folder}/home")
        yield Path(folder)


def made(folder: Path, files: dict[str, str], *, owner: int, mode: int = 0o755) -> Path:
    """A folder with files in it, all of one owner."""
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    folder.mkdir(exist_ok=True)
    for path in (folder, *folder.rglob("*")):
        os.chown(path, owner, owner)
    folder.chmod(mode)
    return folder


def refusal(folder: Path) -> ConfigurationError:
    with pytest.raises(ConfigurationError) as caught:
        load_settings(directory=folder)
    return caught.value


def as_user(uid: int, folder: Path, script: str) -> subprocess.CompletedProcess[str]:
    """Run Python as somebody else, without what they could not read: our own modules are loaded beforehand."""
    return subprocess.run(
        [sys.executable, "-c", f"import os\n{PRELOADED}\nos.setgid({uid})\nos.setuid({uid})\n{script}"],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )


PRELOADED = "import pwd, shlex\nimport dotenv\nimport seedkit.files.mounts\nfrom seedkit.config import load_settings"
LOAD = "print(load_settings().project)"


# A parent folder


@needs_root
@pytest.mark.parametrize(
    "trap",
    [
        {"pyproject.toml": SETTINGS},
        {"pyproject.toml": "", "seeders/a.py": SEEDER},
        {".git/HEAD": "", "seeders/a.py": SEEDER},
        {".env": "DATABASE_URL=postgresql://mallory@127.0.0.1:1/trap\n"},
    ],
    ids=["settings", "a pyproject.toml", "a .git", "a .env"],
)
def test_a_parent_folder_of_another_owner_is_refused(place: Path, trap: dict[str, str]) -> None:
    stranger = made(place / "scratch", trap, owner=MALLORY, mode=0o777)
    ours = made(stranger / "ours", {}, owner=ADA)

    ran = as_user(ADA, ours, LOAD)

    assert ran.returncode != 0
    assert f"{stranger} belongs to uid {MALLORY}: nothing of it is run as uid {ADA}" in ran.stderr
    assert f"SEEDKIT_TRUST_FOLDER={stranger}" in ran.stderr


@needs_root
def test_root_is_refused_a_parent_folder_of_another_owner_as_well(place: Path) -> None:
    stranger = made(place / "scratch", {"pyproject.toml": SETTINGS}, owner=MALLORY)
    ours = made(stranger / "ours", {}, owner=0)

    error = refusal(ours)

    assert error.message == f"{stranger} belongs to uid {MALLORY}: nothing of it is run as root (uid 0)"


@needs_root
def test_a_strangers_file_in_our_own_parent_folder_where_all_may_write_is_refused(place: Path) -> None:
    scratch = made(place / "scratch", {}, owner=0, mode=0o1777)
    trap = scratch / "pyproject.toml"
    trap.write_text(SETTINGS, encoding="utf-8")
    os.chown(trap, MALLORY, MALLORY)

    error = refusal(made(scratch / "ours", {}, owner=0))

    assert error.message.startswith(f"{trap} belongs to uid {MALLORY}: ")


@needs_root
@pytest.mark.parametrize("name", ["seeders", "fixtures", ".env"])
def test_what_a_stranger_adds_to_our_own_project_where_all_may_write_is_refused(place: Path, name: str) -> None:
    scratch = made(place / "scratch", {"pyproject.toml": "[tool.seedkit]\n"}, owner=0, mode=0o1777)
    trap = scratch / name
    trap.mkdir()
    os.chown(trap, MALLORY, MALLORY)

    error = refusal(scratch)

    assert error.message.startswith(f"{trap} belongs to uid {MALLORY}: ")


@needs_root
def test_a_strangers_link_to_a_file_of_ours_is_refused(place: Path) -> None:
    ours = made(place / "ours", {"pyproject.toml": SETTINGS}, owner=0)
    scratch = made(place / "scratch", {}, owner=0, mode=0o1777)
    (scratch / "pyproject.toml").symlink_to(ours / "pyproject.toml")
    os.chown(scratch / "pyproject.toml", MALLORY, MALLORY, follow_symlinks=False)

    error = refusal(scratch)

    assert error.message.startswith(f"{scratch / 'pyproject.toml'} belongs to ")


@needs_root
def test_a_dotenv_of_a_stranger_between_us_and_the_project_is_refused(place: Path) -> None:
    project = made(place / "shop", {"pyproject.toml": "[tool.seedkit]\n"}, owner=0)
    uploads = made(project / "uploads", {".env": "DATABASE_URL=trap\n"}, owner=MALLORY)

    error = refusal(uploads)

    assert error.message.startswith(f"{uploads} belongs to uid {MALLORY}: ")


@needs_root
@pytest.mark.parametrize("owner", [ADA, 0], ids=["our own", "of the owner of the current folder"])
def test_a_parent_folder_of_the_same_owner_is_used(place: Path, owner: int) -> None:
    project = made(place / "shop", {"pyproject.toml": "[tool.seedkit]\n"}, owner=owner)
    below = made(project / "below", {}, owner=owner)

    ran = as_user(ADA, below, LOAD)

    assert ran.stdout.strip() == str(project), ran.stderr


@needs_root
def test_our_own_parent_folder_is_used_from_a_strangers_folder_that_says_nothing(place: Path) -> None:
    project = made(place / "shop", {"pyproject.toml": "[tool.seedkit]\n"}, owner=0)

    settings = load_settings(directory=made(project / "uploads", {}, owner=MALLORY))

    assert settings.project == project


def test_nothing_above_a_git_folder_is_looked_for(project: Write) -> None:
    files = {"pyproject.toml": SETTINGS, "clone/.git/HEAD": "", "clone/app/x.py": ""}
    folder = project(files)

    settings = load_settings(directory=folder / "clone" / "app")

    assert (settings.project, settings.database) == (folder / "clone", None)


def test_nothing_above_the_home_of_the_user_is_looked_for(project: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = project({"pyproject.toml": SETTINGS, "home/app/x.py": ""})
    monkeypatch.setenv("HOME", str(folder / "home"))

    settings = load_settings(directory=folder / "home" / "app")

    assert (settings.project, settings.database) == (folder / "home" / "app", None)


@pytest.mark.parametrize("sign", ["pyproject.toml", ".git"])
def test_the_file_that_was_found_further_up_is_told(
    project: Write, seedkit: Run, caplog: pytest.LogCaptureFixture, sign: str
) -> None:
    caplog.set_level(logging.INFO, "seedkit")
    files = {"pyproject.toml": "[tool.seedkit]\n"} if sign == "pyproject.toml" else {".git": ""}
    folder = project({**files, "app/x.py": ""})

    ran = seedkit("new", "seeder", "people", cwd=folder / "app")
    load_settings(directory=folder)

    assert f"the project is {folder}, found by its {sign}" in ran.stderr
    assert caplog.text == ""


# The current folder


@needs_root
def test_root_runs_no_seeder_in_the_current_folder_of_another_owner(place: Path, seedkit: Run, database: str) -> None:
    trap = made(place / "shop", {"pyproject.toml": "[tool.seedkit]\n", "seeders/a.py": SEEDER}, owner=MALLORY)

    ran = seedkit("seed", cwd=trap, DATABASE_URL=database)

    assert ran.returncode == 2
    assert ran.stderr == (
        f"error: {trap} belongs to uid {MALLORY}: nothing of it is run as root (uid 0)\n"
        f"  at {trap}\n"
        "  It is the current folder; its settings name servers, its seeders are programs.\n"
        "\n"
        f"hint: If you trust {trap} with all below it, set SEEDKIT_TRUST_FOLDER={trap}; in a Dockerfile: "
        f'ENV SEEDKIT_TRUST_FOLDER={trap}; for good: trust-folders = ["{trap}"] in '
        f"{place / 'home/.config/seedkit/config.toml'}.\n"
    )
    assert not (trap / "sprung").exists()


@needs_root
@pytest.mark.parametrize("command", ["check", "fix-sequence --all", "dump users", "db url", "db reset", "new seeder a"])
def test_no_command_of_root_works_in_the_current_folder_of_another_owner(
    place: Path, seedkit: Run, database: str, command: str
) -> None:
    trap = made(place / "shop", {"pyproject.toml": "[tool.seedkit.embedded]\n"}, owner=MALLORY)

    ran = seedkit(*command.split(), cwd=trap, DATABASE_URL=database)

    assert (ran.returncode, ran.stdout) == (2, "")
    assert "SEEDKIT_TRUST_FOLDER" in ran.stderr


@needs_root
@pytest.mark.parametrize(
    "listed",
    ["{shop}", "/nowhere:{shop}/", "*", "{shop}/..", "/nowhere:*"],
    ids=["it", "among others", "all", "above", "*"],
)
def test_root_goes_on_in_a_folder_that_the_environment_trusts(
    place: Path, monkeypatch: pytest.MonkeyPatch, listed: str
) -> None:
    shop = made(place / "shop", {"pyproject.toml": "[tool.seedkit]\n"}, owner=ADA, mode=0o777)
    monkeypatch.setenv("SEEDKIT_TRUST_FOLDER", listed.format(shop=shop))

    assert load_settings(directory=shop).project == shop


@needs_root
@pytest.mark.parametrize("listed", ["", ".", "shop", "{shop}x", "{shop}/below", "/nowhere"])
def test_no_other_folder_is_trusted_with_it(place: Path, monkeypatch: pytest.MonkeyPatch, listed: str) -> None:
    shop = made(place / "shop", {"pyproject.toml": "[tool.seedkit]\n"}, owner=ADA)
    monkeypatch.chdir(place)
    monkeypatch.setenv("SEEDKIT_TRUST_FOLDER", listed.format(shop=shop))

    refusal(shop)


@needs_root
def test_a_folder_cannot_say_itself_that_it_is_trusted(place: Path) -> None:
    refusal(made(place / "shop", {".env": "SEEDKIT_TRUST_FOLDER=*\nSUDO_UID=4711\n"}, owner=ADA))


def written_configuration(place: Path, text: str) -> Path:
    path = place / "home" / ".config" / "seedkit" / "config.toml"
    path.parent.mkdir(parents=True)
    path.write_text(text, encoding="utf-8")
    return path


@needs_root
def test_root_goes_on_in_a_folder_that_the_users_configuration_trusts(place: Path) -> None:
    shop = made(place / "shop", {"pyproject.toml": "[tool.seedkit]\n"}, owner=ADA)
    written_configuration(place, f"trust-folders = ['{shop}']\n")

    assert load_settings(directory=shop).project == shop


@needs_root
def test_a_configuration_that_is_not_ours_is_none(place: Path) -> None:
    shop = made(place / "shop", {"pyproject.toml": "[tool.seedkit]\n"}, owner=ADA)
    os.chown(written_configuration(place, "trust-folders = ['*']\n"), ADA, ADA)

    refusal(shop)


@needs_root
@pytest.mark.parametrize("text", ["trust-folders = 'all'\n", "trust-folders = [1]\n", "trust = []\n", "[\n"])
def test_a_configuration_that_is_wrong_is_an_error_with_its_place(place: Path, text: str) -> None:
    path = written_configuration(place, text)

    error = refusal(made(place / "shop", {}, owner=ADA))

    assert error.origin is not None
    assert error.origin.path == path


@needs_root
@pytest.mark.parametrize(("mode", "accepted"), [(0o755, True), (0o700, True), (0o775, False), (0o757, False)])
def test_root_goes_on_in_the_folder_of_who_called_sudo_where_nobody_else_may_write(
    place: Path, monkeypatch: pytest.MonkeyPatch, mode: int, accepted: bool
) -> None:
    shop = made(place / "shop", {"pyproject.toml": "[tool.seedkit]\n"}, owner=ADA, mode=mode)
    monkeypatch.setenv("SUDO_UID", str(ADA))

    if accepted:
        assert load_settings(directory=shop).project == shop
    else:
        refusal(shop)


@needs_root
def test_root_is_refused_the_folder_of_another_than_who_called_sudo(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop = made(place / "shop", {}, owner=MALLORY)
    monkeypatch.setenv("SUDO_UID", str(ADA))

    refusal(shop)


# A mount, as in containers


@pytest.fixture
def mounted(place: Path) -> Iterator[Path]:
    """Ada's folder, mounted elsewhere as `docker run -v` does it."""
    source, target = made(place / "source", {"pyproject.toml": "[tool.seedkit]\n"}, owner=ADA), place / "app"
    target.mkdir()
    ran = subprocess.run(["mount", "--bind", source, target], capture_output=True, text=True, check=False)
    if ran.returncode:
        pytest.skip(f"nothing can be mounted here: {ran.stderr.strip()}")
    try:
        yield target
    finally:
        subprocess.run(["umount", target], check=True)


@needs_root
def test_root_goes_on_in_a_folder_that_was_mounted_with_its_owner(mounted: Path) -> None:
    below = made(mounted / "below", {}, owner=ADA)

    found = [load_settings(directory=folder).project for folder in (mounted, below)]

    assert found == [mounted, mounted]


@needs_root
@pytest.mark.parametrize("mode", [0o775, 0o757])
def test_a_mount_that_others_may_write_is_refused_to_root(mounted: Path, mode: int) -> None:
    mounted.chmod(mode)

    refusal(mounted)


@needs_root
def test_a_folder_on_a_mount_of_somebody_else_is_refused_to_root(mounted: Path) -> None:
    refusal(made(mounted / "trap", {"pyproject.toml": SETTINGS}, owner=MALLORY))


@needs_root
def test_a_home_that_is_a_mount_makes_nothing_in_it_acceptable_to_root(
    mounted: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import pwd

    entry = pwd.struct_passwd(("ada", "x", ADA, ADA, "", str(mounted), "/bin/sh"))
    monkeypatch.setattr("pwd.getpwuid", {ADA: entry}.__getitem__)

    refusal(mounted)


# This repository


@needs_root
def test_the_two_commands_of_the_readme_work_as_root_in_a_clone_of_somebody_else(place: Path) -> None:
    clone, venv = cloned(place / "clone"), installed(place / "venv")
    for path in (clone, *clone.rglob("*")):
        os.chown(path, 1000, 1000, follow_symlinks=False)

    def make(target: str, **arguments: str) -> subprocess.CompletedProcess[str]:
        given = [f"{name}={value}" for name, value in {"VENV": str(venv), **arguments}.items()]
        command = ["make", "--no-print-directory", target, *given]
        return subprocess.run(command, cwd=clone, capture_output=True, text=True, check=False, env=environment)

    environment = {name: text for name, text in os.environ.items() if not name.startswith(("MAKE", "PYTEST"))}
    try:
        seeded = make("seed")
        tested = make(
            "test",
            ARGS="-q -p no:cacheprovider tests/test_config.py tests/acceptance/test_protection.py -k 'config or mark'",
        )
    finally:
        make("db-reset")

    assert seeded.returncode == 0, seeded.stderr
    assert "seeded 13 tables: 732 inserted" in seeded.stdout
    assert tested.returncode == 0, tested.stdout


def cloned(folder: Path) -> Path:
    """The files of this repository as they are now, without what tools have left between them."""
    left = shutil.ignore_patterns(".git", ".venv*", ".seedkit", "__pycache__", ".*_cache", ".hypothesis", "benchmarks")
    return Path(shutil.copytree(ROOT, folder, ignore=left, symlinks=True))


def installed(folder: Path) -> Path:
    """What make takes for its virtual environment: our own commands, on the code of the current folder."""
    starts = {
        "seedkit": "from seedkit.cli import main; main()",
        "pytest": "import pytest; raise SystemExit(pytest.main())",
    }
    (folder / "bin").mkdir(parents=True)
    for name, start in starts.items():
        script = folder / "bin" / name
        script.write_text(f'#!/bin/sh\nPYTHONPATH=. exec "{sys.executable}" -c "{start}" "$@"\n', encoding="utf-8")
        script.chmod(script.stat().st_mode | stat.S_IXUSR)
    for stamp in (".created", ".installed", ".installed-dev"):
        (folder / stamp).touch()
    return folder
