"""`manage.py seed` and `manage.py fix_sequences`, called as Django's `call_command` does."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any, NamedTuple

import psycopg
import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connections

from tests.integrations.inside_django.shop.models import Category, Place, Product, Restaurant, Tag

Write = Callable[[dict[str, str]], Path]
MODELS = "from tests.integrations.inside_django.shop.models import *\n"
BOOKS = {"fixtures/shop_category.yml": "- {id: 7, name: Books}"}
TAGS = {
    "seeders/tags.py": f"{MODELS}\ndef seed(db):\n    print('a print')\n    Tag.objects.create(id=40, name='new')\n"
}


class Said(NamedTuple):
    out: str
    err: str


def said(*arguments: str, **options: Any) -> Said:
    out, err = StringIO(), StringIO()
    call_command(*arguments, stdout=out, stderr=err, no_color=True, **options)
    return Said(out.getvalue(), err.getvalue())


def refused(*arguments: str) -> CommandError:
    with pytest.raises(CommandError) as caught:
        said(*arguments)
    return caught.value


def test_seed_loads_fixtures_and_runs_seeders_with_models(django: Any, base: Write) -> None:
    base(BOOKS | TAGS)

    told = said("seed")

    assert "fixtures/shop_category.yml" in told.out
    assert "seeded 2 tables: 2 inserted" in told.out
    assert told.err == "[1/2] shop_category\n[2/2] tags\n"
    assert (Category.objects.create(name="Games").id, Tag.objects.create(name="next").id) == (8, 41)


def test_the_database_is_djangos_whatever_the_environment_says(
    django: Any, base: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    base(BOOKS | {".env": "DATABASE_URL=postgresql://nowhere.example/x"})
    monkeypatch.setenv("DATABASE_URL", "postgresql://nowhere.example/y")

    assert "1 inserted" in said("seed").out
    assert "in step" in said("fix_sequences").out


def test_a_database_is_chosen_by_its_alias(django: Any, base: Write) -> None:
    base(BOOKS)

    said("seed", "--database", "spatial")

    assert Category.objects.using("spatial").count() == 1
    assert connections["default"].connection is None


@pytest.mark.parametrize("verbosity", ["0", "1", "2"])
def test_verbosity_says_how_much_is_told(django: Any, base: Write, verbosity: str) -> None:
    base(BOOKS)
    level = logging.getLogger("seedkit").level

    told = said("seed", "-v", verbosity)

    assert bool(told.out) == bool(told.err) == (verbosity != "0")
    assert logging.getLogger("seedkit").level == level
    assert logging.getLogger("seedkit").propagate


def test_what_the_project_logs_is_not_told_twice(django: Any, base: Write, caplog: pytest.LogCaptureFixture) -> None:
    base(BOOKS)

    said("seed")

    assert not caplog.records


def test_a_report_as_json_is_all_that_is_written_to_standard_output(django: Any, base: Write) -> None:
    base(BOOKS | TAGS)

    seeded = json.loads(said("seed", "--json", "-v", "0").out)
    checked = json.loads(said("fix_sequences", "shop", "--json").out)

    assert seeded["tables"][0]["inserted"] == 1
    assert {each["table"] for each in checked["sequences"]} > {"shop_category", "shop_product_tags", "shop_customer"}


def test_an_error_as_json_is_told_as_well(django: Any, base: Write) -> None:
    base(BOOKS)
    out = StringIO()

    with pytest.raises(CommandError):
        call_command("seed", "nothing", "--json", stdout=out, stderr=StringIO())

    assert json.loads(out.getvalue())["error"]["message"] == '"nothing" is neither a seeder nor a table with fixtures'


def test_names_exceptions_and_environments_choose_what_is_done(django: Any, base: Write) -> None:
    base(BOOKS | TAGS | {"fixtures/shop_tag.yml": "_fixture: {environments: [test]}\n---\n- {id: 1, name: test}\n"})

    chosen: list[list[str]] = [[], ["tags"], ["--except", "tags"], ["--env", "test"]]
    plans = [said("seed", "--list", *each).out.partition("not run:")[0] for each in chosen]

    assert [("tags" in each, "shop_category" in each, "shop_tag" in each) for each in plans] == [
        (True, True, False),
        (True, False, False),
        (False, True, False),
        (True, True, True),
    ]
    assert not Category.objects.exists()


def test_an_empty_environment_is_not_taken_for_none(django: Any, base: Write) -> None:
    base(TAGS)

    with pytest.raises(CommandError, match="--env is empty"):
        call_command("seed", "--env", "", stdout=StringIO(), stderr=StringIO())

    assert not Tag.objects.exists()


def test_a_dry_run_keeps_nothing(django: Any, base: Write) -> None:
    base(BOOKS | TAGS)

    assert "dry run, nothing was kept: 2 rows would be inserted" in said("seed", "--dry-run").out
    assert not Tag.objects.exists()


def test_tables_are_emptied_where_the_databases_name_confirms_it(django: Any, base: Write) -> None:
    base({"fixtures/shop_voucher.yml": "- {code: a}"})
    name = django.settings_dict["NAME"]
    said("seed")
    base({"fixtures/shop_voucher.yml": "- {code: b}"})

    error = refused("seed", "--fresh")
    said("seed", "--fresh", "--confirm", name)

    assert "its name was not given" in str(error)
    with django.cursor() as cursor:
        cursor.execute("select code from shop_voucher")
        assert cursor.fetchall() == [("b",)]


def test_a_seeders_error_is_told_with_its_line_and_nothing_is_kept(django: Any, base: Write) -> None:
    base(BOOKS | {"seeders/tags.py": f"{MODELS}\ndef seed(db):\n    Tag.objects.create()\n    Tag.objects.create()\n"})

    error = refused("seed")

    assert error.returncode == 1
    assert str(error).startswith('seeder "tags" failed with IntegrityError: duplicate key value violates')
    assert "  at seeders/tags.py:5\n" in str(error)
    assert str(error).endswith("hint: Nothing of the run was kept. `--traceback` shows the traceback.")
    assert not Category.objects.exists()


def test_asynchronous_methods_of_models_are_told_to_work_outside_of_the_run(django: Any, base: Write) -> None:
    base(
        {
            "seeders/tags.py": f"import asyncio\n{MODELS}\n"
            "async def add():\n    await Tag.objects.aexists()\n\ndef seed(db):\n    asyncio.run(add())\n"
        }
    )

    error = refused("seed")

    assert error.returncode == 1
    assert "Django's asynchronous methods (acreate, …) work in such a thread, outside of the run" in str(error)


def test_hints_name_the_commands_that_there_are(django: Any, base: Write) -> None:
    base(BOOKS)

    error = refused("seed", "nothing")

    assert error.returncode == 2
    assert str(error).endswith("hint: `manage.py seed --list` shows all of them.")


def test_a_production_database_is_left_alone(django: Any, base: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    base(BOOKS)
    monkeypatch.setenv("DJANGO_SETTINGS_MODULE", "shop.settings.production")

    error = refused("seed")
    forced = said("seed", "--force")

    assert error.returncode == 2
    assert 'DJANGO_SETTINGS_MODULE is "shop.settings.production"' in str(error)
    assert "1 inserted" in forced.out


@pytest.mark.parametrize("command", ["seed", "fix_sequences"])
@pytest.mark.parametrize(
    ("alias", "told"),
    [
        (
            "lite",
            'database "lite" is SQLite (django.db.backends.sqlite3), not PostgreSQL\n\n'
            'hint: Have DATABASES["lite"] use "django.db.backends.postgresql", or name another by --database: '
            '"default" or "spatial" or "gone".',
        ),
        (
            "gone",
            'could not connect to database "gone": connection failed: connection to server at "127.0.0.1", port 1 '
            'failed: Connection refused\n\nhint: Start the server, or correct DATABASES["gone"] in the settings.',
        ),
    ],
)
def test_a_database_that_is_none_of_postgresqls_or_not_there_is_told(
    django: Any, base: Write, command: str, alias: str, told: str
) -> None:
    base(BOOKS)

    error = refused(command, "--database", alias)

    assert (str(error), error.returncode) == (told, 2)


@pytest.mark.parametrize(
    ("where", "hint"),
    [
        ({"NAME": "absent"}, 'Check the name in DATABASES["default"], or create it (createdb).'),
        ({"USER": "absent"}, 'Check the user in DATABASES["default"], or create the role (createuser).'),
    ],
)
def test_what_is_wrong_in_the_settings_is_told_from_a_server_that_does_not_run(
    django: Any, base: Write, where: dict[str, str], hint: str
) -> None:
    base(BOOKS)
    django.settings_dict |= where

    error = refused("seed")

    assert str(error).startswith('could not connect to database "default": ')
    assert str(error).endswith(f"hint: {hint}")


def test_a_database_without_tables_is_told_what_makes_them_here(django: Any, base: Write, database: str) -> None:
    base(BOOKS)
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute("drop schema public, other cascade; create schema public")

    error = refused("fix_sequences", "shop")

    assert str(error).endswith("hint: The database has no tables yet: run `manage.py migrate`.")


def test_a_migration_that_is_not_applied_is_told(django: Any, base: Write, database: str) -> None:
    base({"fixtures/parcels_parcel.yml": "- {id: 1, name: a}"})
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute("delete from django_migrations where app = 'parcels'; drop table parcels_parcel")

    told = [str(refused("seed", *options)) for options in ([], ["--require-migrated"])]
    base({"pyproject.toml": "[tool.seedkit]\nrequire-migrated = true\n"})
    told.append(str(refused("seed")))

    assert [each.splitlines()[0] for each in told] == [
        'table "parcels_parcel" does not exist',
        "1 migration not applied: parcels.0001_initial",
        "1 migration not applied: parcels.0001_initial",
    ]
    assert all("1 migration not applied: parcels.0001_initial" in each for each in told)
    assert all(each.endswith("Run `manage.py migrate`.") for each in told)


def test_base_dir_is_the_project_whatever_lies_above_it(
    django: Any, base: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    from django.conf import settings

    root = base({".git/HEAD": "", "backend/fixtures/shop_category.yml": "- {id: 7, name: Books}"})
    monkeypatch.setattr(settings, "BASE_DIR", str(root / "backend"))

    assert "1 inserted" in said("seed").out


def behind(database: str, table: str) -> None:
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute(f"insert into {table} (id, name) values (41, 'a')")


def test_sequences_are_fixed_after_loaddata(django: Any, base: Write, database: str) -> None:
    """Django's own loaddata does so by itself for what it loads; what was written with keys in SQL stays behind."""
    rows = [{"model": "shop.tag", "pk": 5, "fields": {"name": "a"}}]
    folder = base({"tags.json": json.dumps(rows)})
    call_command("loaddata", str(folder / "tags.json"), verbosity=0)
    behind(database, "shop_category")

    told = said("fix_sequences").out

    assert Tag.objects.create(name="b").id == 6
    assert "shop_category_id_seq" in told
    assert "1 fixed" in told
    assert Category.objects.create(name="b").id == 42


def test_what_django_leaves_or_moves_back_is_left_right(django: Any, database: str) -> None:
    """The page compares the two: `sqlsequencereset` goes by the highest id alone, and by who owns the sequence."""
    behind(database, "shop_category")
    behind(database, "shop_place")
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute("select setval('shop_category_id_seq', 100)")
        connection.execute("alter table shop_place alter column id drop identity")
        connection.execute("create sequence by_hand")
        connection.execute("alter table shop_place alter column id set default nextval('by_hand')")
    django.close()

    said("fix_sequences", "shop")
    ours = Category.objects.create(name="b").id, Place.objects.create(name="b").id
    with django.cursor() as cursor:
        cursor.execute("select setval('shop_category_id_seq', 500), setval('by_hand', 1, false)")
        cursor.execute(said("sqlsequencereset", "shop").out)
        cursor.execute("select nextval('shop_category_id_seq'), nextval('by_hand')")
        djangos = cursor.fetchone()

    assert (ours, djangos) == ((101, 42), (102, 1))


def test_a_table_a_model_or_an_app_can_be_named(django: Any, database: str) -> None:
    behind(database, "shop_category")
    names = ("shop_category", "shop.Category", "shop.category", "shop", '"shop_category"', "SHOP_CATEGORY")

    told = [said("fix_sequences", "--dry-run", name).out for name in names]

    assert all("behind" in each for each in told)
    assert ["shop_place" in each for each in told] == [False, False, False, True, False, False]


def test_a_model_with_a_parent_means_the_parents_sequence(django: Any, database: str) -> None:
    behind(database, "shop_place")

    said("fix_sequences", "shop.Restaurant")

    assert Restaurant.objects.create(name="Noma").id == 42
    assert Place.objects.count() == 2


def test_a_swapped_model_means_the_one_in_its_place(django: Any) -> None:
    assert "shop_customer_id_seq" in said("fix_sequences", "auth.User").out


def test_a_model_in_another_schema_is_found(django: Any, database: str) -> None:
    behind(database, "other.legacy")

    assert "1 → 42" in said("fix_sequences", "shop.Legacy").out


def test_a_model_that_is_not_there_is_told_with_near_ones(django: Any) -> None:
    error = refused("fix_sequences", "shop.Produkt")

    assert str(error) == 'app "shop" has no model "Produkt"\n\nhint: Did you mean "Product"?'
    assert error.returncode == 2


def test_a_repair_can_be_tried_first(django: Any, database: str) -> None:
    behind(database, "shop_category")

    told = said("fix_sequences", "--dry-run")
    fixed = said("fix_sequences", "--margin", "100").out

    assert "behind" in told.out
    assert "1 → 142" in fixed


def test_a_sequence_that_can_not_be_moved_is_an_error(django: Any, database: str) -> None:
    behind(database, "shop_category")
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute("alter sequence shop_category_id_seq maxvalue 41")

    out = StringIO()
    with pytest.raises(CommandError, match="the report says which") as caught:
        call_command("fix_sequences", stdout=out)

    assert caught.value.returncode == 1
    assert "exhausted" in out.getvalue()


def test_a_run_that_is_interrupted_is_told_so(django: Any, base: Write) -> None:
    base(BOOKS | {"seeders/tags.py": "def seed(db):\n    raise KeyboardInterrupt\n"})

    error = refused("seed")

    assert (error.returncode, str(error)) == (130, "interrupted; what was not committed was rolled back")
    assert not Product.objects.exists()
    assert not Category.objects.exists()


ELSEWHERE = {
    "seeders/tags.py": f"{MODELS}\ndef seed(db):\n    for name in 'ab':\n        Tag.objects.create(name=name)\n",
    "seeders/more.py": f"{MODELS}\ndef seed(db):\n    Tag.objects.create(name='more')\n",
}
IN_A_THREAD = {
    "seeders/tags.py": f"""{MODELS}
import threading
from django.db import connection

def write():
    try:
        Tag.objects.create(name='from a thread')
    finally:
        connection.close()

def seed(db):
    thread = threading.Thread(target=write)
    thread.start()
    thread.join()
"""
}


@pytest.mark.parametrize("was_open", [True, False])
def test_a_dry_run_refuses_what_a_model_writes_to_another_alias(django: Any, base: Write, was_open: bool) -> None:
    base(ELSEWHERE)
    django.ensure_connection() if was_open else django.close()

    error = refused("seed", "tags", "--database=spatial", "--dry-run")

    assert str(error) == (
        'seeder "tags" writes to database alias "default", outside of the run: '
        "a dry run could not take it back\n  at seeders/tags.py:5\n\n"
        'hint: Write by `.using("spatial")`, or have a router send it there: then it is in the run.'
    )
    assert not Tag.objects.exists()
    assert not django.execute_wrappers


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
@pytest.mark.parametrize("alias", ["default", "spatial"])
def test_a_dry_run_refuses_what_a_seeders_thread_writes(django: Any, base: Write, alias: str) -> None:
    base(IN_A_THREAD)

    error = refused("seed", f"--database={alias}", "--dry-run")

    assert 'seeder "tags" writes to database alias "default"' in str(error)
    assert "at seeders/tags.py:8" in str(error)
    assert not Tag.objects.exists()


def test_a_real_run_tells_once_for_each_seeder_that_a_model_writes_to_another_alias(django: Any, base: Write) -> None:
    base(ELSEWHERE)

    told = said("seed", "--database=spatial")

    assert told.err.count('writes to database alias "default", outside of the run') == 2
    assert told.err.count('seeder "tags" writes') == 1
    assert Tag.objects.count() == 3
    assert not django.execute_wrappers


def test_what_a_seeder_reads_from_another_alias_is_nothing_to_tell(django: Any, base: Write) -> None:
    write = "Tag.objects.using('spatial').create(name=Tag.objects.count())"
    base({"seeders/tags.py": f"{MODELS}\ndef seed(db):\n    {write}\n"})

    told = said("seed", "--database=spatial", "--dry-run")

    assert "writes to" not in told.err
    assert "dry run, nothing was kept" in told.out
    assert not Tag.objects.exists()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no disk that is always full")
@pytest.mark.parametrize(
    ("command", "done"), [(["seed"], True), (["seed", "--list"], False), (["fix_sequences", "--dry-run"], False)]
)
def test_a_report_that_is_lost_is_told_with_words(django: Any, base: Write, command: list[str], done: bool) -> None:
    base(BOOKS)

    with open("/dev/full", "w") as full, pytest.raises(CommandError) as caught:  # noqa: PTH123
        call_command(*command, stdout=full, stderr=StringIO(), no_color=True)

    assert str(caught.value).startswith("the report could not be written: No space left on device")
    assert ("The work itself is done." in str(caught.value)) == done
    assert Category.objects.count() == done
