import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from seedkit.core.planning.seeders import Seeder
from seedkit.errors import SeederError
from seedkit.files.folder_trust import Trust
from seedkit.files.seeder_modules import find_seeders, traceback_origin
from seedkit.files.trusted_project import TrustedProject

Write = Callable[..., Path]
SEEDERS = Path("seeders")
IMPORT = "from seedkit.core.planning.seeders import seeder\n"
NULL_BYTES_ERROR = "ValueError" if sys.version_info < (3, 11, 4) else "SyntaxError"


@pytest.fixture(autouse=True)
def imports_as_they_were() -> object:
    places, modules = list(sys.path), set(sys.modules)
    yield None
    sys.path[:] = places
    for name in set(sys.modules) - modules:
        del sys.modules[name]


def seeders_of(folder: Path = SEEDERS, project: Path | None = None) -> list[Seeder]:
    """The seeders of a folder in a project of our own."""
    trust = Trust(user=os.geteuid(), sudo_user=None, folders=list, variable="", configuration="")
    project = (project or folder.parent).resolve()
    return find_seeders(folder, TrustedProject(folder=project, fixtures=project, seeders=folder, trust=trust))


def find_one() -> Seeder:
    [seeder] = seeders_of()
    return seeder


def failure() -> SeederError:
    with pytest.raises(SeederError) as caught:
        seeders_of()
    return caught.value


def test_a_marked_function_is_a_seeder_with_all_that_its_mark_says(write: Write):
    write(
        "seeders/people.py",
        IMPORT
        + "@seeder(\n"
        + "    depends_on=['roles'], tables=['users'], environments=['dev'],\n"
        + ")\n"
        + "def users(db):\n"
        + '    """Twenty people.\n\n    And their pets.\n    """\n'
        + "    return db + 1\n",
    )

    found = find_one()

    assert (found.name, str(found.origin), found.description) == (
        "users",
        "seeders/people.py:5",
        "Twenty people.",
    )
    assert (found.depends_on, found.tables, found.environments) == (("roles",), ("users",), ("dev",))
    assert found.function(41) == 42


def test_seeders_come_by_file_and_then_as_they_are_defined(write: Write):
    write("seeders/b.py", IMPORT + "@seeder\ndef zebras(db): ...\n@seeder(name='apes')\ndef f(db): ...\n")
    write("seeders/a/c.py", IMPORT + "@seeder\ndef bees(db): ...\n")

    assert [found.name for found in seeders_of()] == ["bees", "zebras", "apes"]


@pytest.mark.parametrize("mark", ["", "@seeder\n", "@seeder(tables=['users'])\n"])
def test_a_function_named_seed_is_a_seeder_of_its_modules_name(write: Write, mark: str):
    write("seeders/users.py", f"{IMPORT}{mark}def seed(db): ...\n")

    assert find_one().name == "users"


def test_a_module_may_have_any_file_name(write: Write):
    write("seeders/01-users.py", "def seed(db): ...\n")

    assert find_one().name == "01-users"


def test_helpers_and_hidden_files_are_no_seeder_modules(write: Write):
    for name in ("_shared.py", "__init__.py", ".hidden.py", "__pycache__/x.py", "notes.txt"):
        write(f"seeders/{name}", "")

    assert seeders_of() == []


def test_a_missing_folder_has_no_seeders():
    assert seeders_of() == []


def test_a_file_in_the_place_of_the_folder_is_an_error(write: Write):
    write("seeders", "")

    assert str(failure()) == "cannot read the folder of seeders: not a directory\n  at seeders"


@pytest.mark.parametrize(
    "line",
    [
        "from seeders._shared import NAME",
        "from ._shared import NAME",
        "from _shared import NAME",
        "from app.names import NAME",
    ],
)
@pytest.mark.parametrize("is_package", [True, False])
def test_a_seeder_imports_what_stands_beside_it_and_what_the_project_has(write: Write, line: str, is_package: bool):
    write("seeders/_shared.py", "NAME = 'Ada'\n")
    write("app/names.py", "NAME = 'Ada'\n")
    if is_package:
        write("seeders/__init__.py", "")
    write("seeders/users.py", f"{line}\ndef seed(db): return NAME\n")

    assert find_one().function(None) == "Ada"


def test_a_seeder_may_import_while_it_runs(write: Write):
    write("app/names.py", "NAME = 'Ada'\n")
    write("seeders/users.py", "def seed(db):\n    from app.names import NAME\n    return NAME\n")

    assert find_one().function(None) == "Ada"


def test_a_seeder_further_down_imports_what_the_project_has(write: Write):
    write("app/names.py", "NAME = 'Ada'\n")
    write("database/seeders/users.py", "from app.names import NAME\ndef seed(db): return NAME\n")

    [found] = seeders_of(Path("database/seeders"), Path())

    assert found.function(None) == "Ada"


def test_a_seeder_module_does_not_hide_a_module_of_the_application(write: Write):
    write("users.py", "NAME = 'the application'\n")
    write("seeders/users.py", "import users\ndef seed(db): return users.NAME\n")

    assert find_one().function(None) == "the application"


def test_an_imported_seeder_is_not_counted_twice(write: Write):
    write("seeders/roles.py", IMPORT + "ADMIN = 1\n@seeder\ndef roles(db): ...\nagain = roles\n")
    write("seeders/users.py", IMPORT + "from .roles import ADMIN, roles\n@seeder\ndef users(db): ...\n")
    write("seeders/zoo.py", IMPORT + "from seeders.roles import roles\n@seeder\ndef zoo(db): ...\n")

    assert [found.name for found in seeders_of()] == ["roles", "users", "zoo"]


def test_seeders_of_another_project_are_its_own(write: Write):
    for project in ("one", "two"):
        write(f"{project}/seeders/_shared.py", f"NAME = '{project}'\n")
        write(f"{project}/seeders/users.py", "from seeders._shared import NAME\ndef seed(db): return NAME\n")

    names = [
        found.function(None) for project in ("one", "two", "one") for found in seeders_of(Path(project, "seeders"))
    ]

    assert names == ["one", "two", "one"]


def test_modules_are_imported_once_however_often_they_are_looked_for(write: Write):
    write("seeders/users.py", "def seed(db): ...\n")

    assert find_one().function is find_one().function


def test_an_object_that_minds_being_looked_at_is_left_alone(write: Write):
    write(
        "seeders/users.py",
        "class Proxy:\n    def __getattr__(self, name): raise RuntimeError(name)\n"
        "current = Proxy()\ndef seed(db): ...\n",
    )

    assert find_one().name == "users"


@pytest.mark.parametrize(
    ("text", "message", "line"),
    [
        ("import nothing_like_it\n", "ModuleNotFoundError: No module named 'nothing_like_it'", 1),
        ("\nraise ValueError('no')\n", "ValueError: no", 2),
        ("x = 1\ndef seed(db:\n", "SyntaxError: '(' was never closed", 2),
        ("import sys\nsys.exit(3)\n", "SystemExit: 3", 2),
        ("import _helper\n", "ValueError: in the helper", 1),
        ("x = 1\nimport _broken\n", "SyntaxError: invalid syntax (_broken.py, line 1)", 2),
        (IMPORT + "@seeder\nclass users: ...\n", "TypeError: @seeder marks a function, not <class", 2),
        ("x = '\0'\n", f"{NULL_BYTES_ERROR}: source code string cannot contain null bytes", 1),
        (
            IMPORT + "@seeder('users')\ndef f(db): ...\n",
            "TypeError: @seeder marks a function, not 'users'; options go by name",
            2,
        ),
    ],
)
def test_a_module_that_cannot_be_imported_is_an_error_at_its_own_line(write: Write, text: str, message: str, line: int):
    write("seeders/_helper.py", "\n\nraise ValueError('in the helper')\n")
    write("seeders/_broken.py", "x = = 1\n")
    write("seeders/users.py", text)

    error = failure()

    assert error.message.startswith(f"cannot import the seeder module: {message}")
    assert str(error.origin) == f"seeders/users.py:{line}"
    assert error.__cause__ is not None


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("import nothing_like_it\n", "if its code is in src/ (pip install -e .)"),
        ("raise ImportError('no')\n", None),
        ("raise ValueError('no')\n", None),
    ],
)
def test_a_module_that_is_not_found_comes_with_where_modules_are_looked_for(write: Write, text: str, hint: str | None):
    write("seeders/users.py", text)

    error = failure()

    assert error.hint is None if hint is None else hint in (error.hint or "")


def test_a_broken_package_is_an_error_each_time(write: Write):
    write("seeders/__init__.py", "import nothing_like_it\n")

    assert str(failure().origin) == str(failure().origin) == "seeders/__init__.py:1"


def test_ctrl_c_during_an_import_is_no_seeder_error(write: Write):
    write("seeders/users.py", "raise KeyboardInterrupt\n")

    with pytest.raises(KeyboardInterrupt):
        seeders_of()


def test_two_seeders_of_one_name_are_an_error_that_names_both(write: Write):
    write("seeders/a.py", IMPORT + "@seeder\ndef users(db): ...\n")
    write("seeders/users.py", "\n\ndef seed(db): ...\n")

    assert str(failure()) == (
        'two seeders are named "users"\n'
        "  at seeders/users.py:3\n"
        "  the first one is at seeders/a.py:3\n"
        "\n"
        'hint: Give one of them another name: @seeder(name="...").'
    )


def test_seeders_that_share_a_name_in_python_are_all_found(write: Write):
    write(
        "seeders/people.py",
        IMPORT
        + "@seeder(name='a')\ndef _(db): ...\n@seeder(name='b')\ndef _(db): ...\n"
        + "for letter in 'cd':\n    @seeder(name=letter)\n    def made(db): ...\n",
    )

    assert [seeder.name for seeder in seeders_of()] == ["a", "b", "c", "d"]


def test_two_seeders_of_one_name_in_one_module_are_an_error_too(write: Write):
    write("seeders/people.py", IMPORT + "@seeder\ndef rows(db): ...\n@seeder\ndef rows(db): ...\n")

    error = failure()

    assert error.message == 'two seeders are named "rows"'
    assert (str(error.origin), error.detail) == ("seeders/people.py:5", "the first one is at seeders/people.py:3")


@pytest.mark.parametrize("more", ["del rows\n", "rows = functools.wraps(rows)(lambda db: rows.__wrapped__(db))\n"])
def test_a_seeder_that_is_taken_away_or_wrapped_is_not_found_behind_its_back(write: Write, more: str):
    write(
        "seeders/people.py",
        "import functools\n" + IMPORT + "@seeder\ndef kept(db): ...\n@seeder\ndef rows(db): ...\n" + more,
    )

    assert [seeder.name for seeder in seeders_of()] == (["kept"] if "del" in more else ["kept", "rows"])


def test_a_module_without_a_seeder_is_an_error_that_shows_one(write: Write):
    write("seeders/users.py", "def users(db): ...\n")

    assert str(failure()) == (
        "the module defines no seeder\n"
        "  at seeders/users.py:1\n"
        "\n"
        "hint: A seeder looks like this: @seeder above def users(db: SeedContext) -> None. "
        "Begin the name of a module without seeders with _."
    )


@pytest.mark.parametrize(
    ("definition", "message"),
    [
        ("def users(): ...", 'seeder "users" must take one argument, the SeedContext, not ()'),
        (
            "def users(db, count): ...",
            'seeder "users" must take one argument, the SeedContext, not (db, count)',
        ),
        ("def users(*, db): ...", 'seeder "users" must take one argument, the SeedContext, not (*, db)'),
        ("async def users(db): ...", 'seeder "users" is async'),
        ("async def users(db): yield 1", 'seeder "users" is async'),
        ("def users(db): yield {'id': 1}", 'seeder "users" is a generator: nothing in it would run'),
    ],
)
def test_a_function_that_cannot_be_run_with_the_context_alone_is_an_error(write: Write, definition: str, message: str):
    write("seeders/users.py", f"{IMPORT}@seeder\n{definition}\n")

    error = failure()

    assert (error.message, str(error.origin)) == (message, "seeders/users.py:3")


@pytest.mark.parametrize("parameters", ["db", "db, count=20", "*databases", "db, *, loud=False"])
def test_other_parameters_may_have_defaults(write: Write, parameters: str):
    write("seeders/users.py", f"def seed({parameters}): ...\n")

    assert find_one().name == "users"


def failed(found: Seeder) -> Exception:
    with pytest.raises(Exception, match="no such user") as caught:
        found.function(None)
    return caught.value


def test_an_error_is_placed_at_the_innermost_line_of_the_seeders_own_file(write: Write):
    write("seeders/_shared.py", "def fail():\n\n    raise LookupError('no such user')\n")
    write(
        "seeders/users.py",
        "from _shared import fail\ndef seed(db):\n    helper()\ndef helper():\n    fail()\n",
    )
    found = find_one()

    assert str(traceback_origin(failed(found), found)) == "seeders/users.py:5"


def test_an_error_in_a_row_that_a_seeder_makes_up_lazily_is_placed_there(write: Write):
    write(
        "seeders/users.py",
        "def seed(db):\n    list(row(i) for i in [1])\ndef row(i):\n    raise LookupError('no such user')\n",
    )
    found = find_one()

    assert str(traceback_origin(failed(found), found)) == "seeders/users.py:4"


def test_an_error_that_never_was_in_the_file_is_placed_at_the_seeder(write: Write):
    write("seeders/users.py", "\ndef seed(db): ...\n")

    assert str(traceback_origin(ValueError("elsewhere"), find_one())) == "seeders/users.py:2"


def test_a_wrapped_seeder_keeps_its_own_place(write: Write):
    write(
        "seeders/_timing.py",
        "import functools\n"
        "def timed(function):\n"
        "    @functools.wraps(function)\n"
        "    def wrapper(db):\n"
        "        return function(db)\n"
        "    return wrapper\n",
    )
    write(
        "seeders/users.py",
        IMPORT + "from ._timing import timed\n@timed\n@seeder\ndef users(db):\n raise LookupError('no such user')\n",
    )
    found = find_one()

    assert str(found.origin) == "seeders/users.py:5"
    assert str(traceback_origin(failed(found), found)) == "seeders/users.py:6"
