from collections.abc import Callable
from pathlib import Path

from seedkit.files.paths import files_below, shown_path

YAML = frozenset({".yml", ".yaml"})


def test_a_path_below_the_current_directory_is_shown_relative(project: Path):
    assert shown_path(project / "fixtures" / "users.yml") == Path("fixtures/users.yml")


def test_a_path_elsewhere_is_shown_absolute():
    assert shown_path(Path("/etc/hosts")) == Path("/etc/hosts")


def test_files_are_found_in_any_nesting_and_sorted(write: Callable[..., Path]):
    for name in ("f/users.yml", "f/a/roles.yaml", "f/a/b/cities.yml", "f/notes.txt"):
        write(name, "")

    assert files_below(Path("f"), YAML) == [
        Path("f/a/b/cities.yml"),
        Path("f/a/roles.yaml"),
        Path("f/users.yml"),
    ]


def test_hidden_files_and_folders_are_passed_over(write: Callable[..., Path]):
    for name in ("f/.users.yml", "f/.git/users.yml", "f/__pycache__/users.yml"):
        write(name, "")

    assert files_below(Path("f"), YAML) == []


def test_a_link_that_leads_back_up_is_followed_once(write: Callable[..., Path]):
    write("f/a/users.yml", "")
    Path("f/a/up").symlink_to(Path("..").resolve() / Path("f").absolute())

    assert files_below(Path("f"), YAML) == [Path("f/a/users.yml")]


def test_a_linked_folder_is_read_like_any_other(write: Callable[..., Path]):
    write("shared/users.yml", "")
    Path("f").mkdir()
    Path("f/shared").symlink_to(Path("shared").absolute())

    assert files_below(Path("f"), YAML) == [Path("f/shared/users.yml")]


def test_a_directory_named_like_a_file_is_listed_so_that_its_reader_can_complain():
    Path("f/users.yml").mkdir(parents=True)

    assert files_below(Path("f"), YAML) == [Path("f/users.yml")]
