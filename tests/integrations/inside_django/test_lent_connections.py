"""`seedkit.seed(connection=connections["default"])`: models in seeders are part of the run, whatever Django is in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.contrib.auth.models import AbstractUser, User
from django.db import connection as proxy
from django.db import connections, transaction
from django.test import TestCase
from psycopg.conninfo import conninfo_to_dict

from seedkit import fix_sequence, fix_sequences, seed
from seedkit.config import load_settings
from seedkit.errors import LoadError, SeederError, SeedkitError, UsageError
from seedkit.integrations.schemas import django_migrations
from seedkit.integrations.testing.template import fill
from seedkit.postgres.transactions import self_waits
from tests.integrations.inside_django.shop.models import (
    Category,
    Customer,
    Featured,
    Legacy,
    Place,
    Product,
    Restaurant,
    Tag,
    Voucher,
)

Write = Callable[[dict[str, str]], Path]
MODELS = (
    "from tests.integrations.inside_django.shop.models import *\nfrom django.db import IntegrityError, transaction\n"
)
BOOKS = {"fixtures/shop_category.yml": "- {id: 7, name: Books}"}


def with_seeder(body: str) -> dict[str, str]:
    lines = "\n".join(f"    {line}" for line in body.splitlines())
    return BOOKS | {"seeders/work.py": f"{MODELS}\ndef seed(db):\n{lines}\n"}


@pytest.fixture(params=["autocommit", "atomic", "without autocommit"])
def state(django: Any, request: pytest.FixtureRequest) -> Any:
    """Django's connection in each state that it may be lent in."""
    if request.param == "atomic":
        with transaction.atomic():
            yield django
    elif request.param == "without autocommit":
        django.set_autocommit(False)
        yield django
        django.rollback()
        django.set_autocommit(True)
    else:
        yield django


def test_a_model_sees_the_runs_rows_and_writes_into_the_run(state: Any, project: Write) -> None:
    project(
        with_seeder(
            """\
books = Category.objects.get(name="Books")
Product.objects.create(name="Dune", category=books).tags.add(Tag.objects.create(name="new"))
Tag.objects.create(id=40, name="old")
"""
        )
    )

    report = seed(connection=state)

    assert Category.objects.create(name="Games").id == 8
    assert Product.objects.get().tags.get().name == "new"
    assert Tag.objects.create(name="next").id == 41
    fixed = {str(each.table): each.next_value for each in report.sequences}
    assert fixed == {"shop_category": 8, "shop_product": 2, "shop_product_tags": 2, "shop_tag": 41}


def test_what_models_write_is_counted_but_for_what_a_savepoint_takes_back(django: Any, project: Write) -> None:
    project(
        with_seeder(
            """\
Tag.objects.bulk_create([Tag(name="a"), Tag(name="b")])
tags = [Tag(name="b"), Tag(name="c")]
Tag.objects.bulk_create(tags, update_conflicts=True, update_fields=["name"], unique_fields=["name"])
with transaction.atomic():
    Product.objects.create(name="Dune", category_id=7).tags.set(Tag.objects.all())
try:
    with transaction.atomic():
        Tag.objects.create(name="d")
        Tag.objects.create(name="d")
except IntegrityError:
    Category.objects.update(name="Livres")
with db.connection.transaction(force_rollback=True):
    Tag.objects.create(name="f")
with db.connection.transaction():
    Tag.objects.create(name="g")
db.insert("shop_voucher", [{"code": "x"}])
db.call("z")
"""
        )
        | {"seeders/z.py": f"{MODELS}\ndef seed(db):\n    Tag.objects.create(name='e')\n"}
    )

    report = seed(connection=django)

    assert {(str(each.table), each.source): (each.inserted, each.updated) for each in report.tables} == {
        ("shop_category", "fixtures/shop_category.yml"): (1, 0),
        ("shop_voucher", "work"): (1, 0),
        ("shop_tag", "z"): (1, 0),
        ("shop_tag", "work"): (4, 1),
        ("shop_product", "work"): (1, 0),
        ("shop_product_tags", "work"): (3, 0),
        ("shop_category", "work"): (0, 1),
    }


def test_in_autocommit_mode_the_run_is_committed_and_otherwise_left_to_its_owner(
    state: Any, project: Write, database: str
) -> None:
    project(with_seeder('Tag.objects.create(name="new")'))
    begun = state.in_atomic_block or not state.get_autocommit()

    seed(connection=state)

    with psycopg.connect(database) as other:
        assert other.execute("select count(*) from shop_tag").fetchone() == (0 if begun else 1,)
    assert state.in_atomic_block == (begun and state.get_autocommit() is False and bool(state.atomic_blocks))


def test_after_an_error_nothing_is_kept_and_the_connection_goes_on(state: Any, project: Write) -> None:
    project(with_seeder('Tag.objects.create(name="a")\nTag.objects.create(name="a")'))

    with pytest.raises(SeederError, match='seeder "work" failed with IntegrityError: duplicate key value') as caught:
        seed(connection=state)

    assert str(caught.value.origin).endswith("seeders/work.py:6")
    assert not state.needs_rollback
    assert not Tag.objects.exists()
    assert not Category.objects.exists()


def test_an_error_that_a_seeder_expects_ends_its_own_atomic_block_alone(state: Any, project: Write) -> None:
    project(
        with_seeder(
            """\
Tag.objects.create(name="a")
try:
    with transaction.atomic():
        Tag.objects.create(name="a")
except IntegrityError:
    Tag.objects.create(name="b")
"""
        )
    )

    seed(connection=state)

    assert sorted(tag.name for tag in Tag.objects.all()) == ["a", "b"]


@pytest.mark.parametrize(
    "block",
    ["db.connection.transaction()", "transaction.atomic(savepoint=False)"],
)
def test_one_that_would_have_django_roll_all_back_is_told(state: Any, project: Write, block: str) -> None:
    """Else the report would speak of rows that nobody ever sees."""
    project(
        with_seeder(
            f"""\
Tag.objects.create(name="a")
try:
    with {block}:
        Tag.objects.create(name="a")
except IntegrityError:
    pass
"""
        )
    )

    with pytest.raises(SeederError, match="went on after an error of a model") as caught:
        seed(connection=state)

    assert "transaction.atomic()" in str(caught.value.hint)
    assert not Tag.objects.exists()


def test_a_transaction_that_django_will_roll_back_is_refused(django: Any, project: Write) -> None:
    project(BOOKS)

    with transaction.atomic():
        transaction.set_rollback(True)
        with pytest.raises(UsageError, match='Django rolls the open transaction of database "default" back'):
            seed(connection=django)


def test_what_waits_for_the_commit_is_done_after_it_but_for_a_dry_run(django: Any, project: Write) -> None:
    project(with_seeder('transaction.on_commit(lambda: Tag.objects.create(name="after"))'))

    seed(connection=django, dry_run=True)
    before = Tag.objects.count()
    seed(connection=django)

    assert before == 0
    assert [tag.name for tag in Tag.objects.all()] == ["after"]


def test_an_error_after_the_commit_says_that_the_run_is_kept(django: Any, project: Write) -> None:
    project(with_seeder("transaction.on_commit(lambda: 1 / 0)"))

    with pytest.raises(ZeroDivisionError) as caught:
        seed(connection=django)

    assert "the run is committed" in caught.value.__notes__[0]
    assert Category.objects.count() == 1


@pytest.mark.parametrize(
    ("does", "told"),
    [
        ("connection.close()", 'seeder "work" closed the connection of the run'),
        ("transaction.commit()", 'seeder "work" failed with TransactionManagementError'),
        ("db.execute('select pg_terminate_backend(pg_backend_pid())')", 'seeder "work" failed with AdminShutdown'),
    ],
)
def test_a_seeder_that_ends_the_run_is_told_and_django_can_go_on(
    django: Any, project: Write, does: str, told: str
) -> None:
    project(with_seeder(f"from django.db import connection\n{does}"))

    with pytest.raises(SeederError, match=told):
        seed(connection=django)

    assert not Category.objects.exists()


def test_a_dry_run_in_a_transaction_keeps_nothing_of_a_model(state: Any, project: Write) -> None:
    project(with_seeder('Tag.objects.create(name="new")'))
    with transaction.atomic():
        Tag.objects.create(name="mine")

    report = seed(connection=state, dry_run=True)

    assert report.dry_run
    assert [tag.name for tag in Tag.objects.all()] == ["mine"]
    Tag.objects.all().delete()


def test_a_row_without_its_parent_is_told_with_its_line(django: Any, project: Write) -> None:
    """Django's foreign keys are checked at the commit, where nobody knows a line any more."""
    project({"fixtures/shop_product.yml": "- {id: 1, name: Dune, category_id: 5, details: {}}"})

    with pytest.raises(LoadError) as caught:
        seed(connection=django)

    assert str(caught.value.origin) == "fixtures/shop_product.yml:1"
    assert not Product.objects.exists()


@pytest.mark.parametrize("alias", ["default", "spatial"])
def test_the_proxy_and_a_backend_of_ones_own_do_as_well(django: Any, project: Write, alias: str) -> None:
    project(with_seeder(f'Tag.objects.using("{alias}").create(name="new")'))

    seed(connection=proxy if alias == "default" else connections[alias])

    assert Tag.objects.get().name == "new"


@pytest.mark.parametrize("use_tz", [True, False])
def test_a_moment_of_a_model_is_the_one_that_the_application_means(
    django: Any, project: Write, settings_of_django: Any, use_tz: bool
) -> None:
    """Without USE_TZ a moment has no offset, and is one in TIME_ZONE; fixtures' are in UTC nonetheless."""
    settings_of_django(USE_TZ=use_tz, TIME_ZONE="Europe/Berlin")
    project(
        with_seeder(
            """\
from datetime import datetime, timezone
from django.conf import settings
noon = datetime(2026, 1, 1, 12, tzinfo=timezone.utc if settings.USE_TZ else None)
made = Product.objects.create(name="Dune", category_id=7, made_at=noon)
assert Product.objects.get(pk=made.pk).made_at == noon
"""
        )
    )

    seed(connection=django)

    hour = "extract(hour from made_at at time zone 'UTC')"
    with django.cursor() as cursor:
        cursor.execute(f"select {hour} from shop_product")
        assert cursor.fetchone() == (12 if use_tz else 11,)
        cursor.execute("show timezone")
        assert cursor.fetchone() == ("UTC" if use_tz else "Europe/Berlin",)


@pytest.fixture
def settings_of_django(django: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Change settings as override_settings does, which closes nothing: the connection is opened anew."""
    from django.conf import settings

    def change(**values: object) -> None:
        for name, value in values.items():
            monkeypatch.setattr(settings, name, value)
        for name in ("timezone", "timezone_name"):
            django.__dict__.pop(name, None)
        django.close()

    yield change
    monkeypatch.undo()
    change()


def test_a_model_stands_for_its_table(django: Any) -> None:
    tables = {
        Category: "shop_category",
        Featured: "shop_product",
        Product.tags.through: "shop_product_tags",
        Customer: "shop_customer",
        Customer.groups.through: "shop_customer_groups",
        Place: "shop_place",
        Legacy: "other.legacy",
    }

    found = {model: str(fix_sequence(model, connection=django).table) for model in tables}

    assert found == tables


@pytest.mark.parametrize(
    ("model", "told", "hint"),
    [
        (User, "django.contrib.auth.models.User is swapped for shop.Customer", "Give that model"),
        (AbstractUser, "django.contrib.auth.models.AbstractUser is abstract", "Give a model"),
        (Voucher, 'no sequence feeds table "shop_voucher"', ""),
    ],
)
def test_a_model_without_a_sequence_of_its_own_is_told(django: Any, model: Any, told: str, hint: str) -> None:
    with pytest.raises(SeedkitError, match=told) as caught:
        fix_sequence(model, connection=django)

    assert str(caught.value.hint or "").startswith(hint)


def test_the_key_of_a_model_with_a_parent_is_its_parents(django: Any) -> None:
    with transaction.atomic():
        Restaurant.objects.create(id=41, name="Noma")

        [report] = fix_sequences([Restaurant], connection=django).sequences

        assert str(report.table) == "shop_place"
        assert fix_sequence(Restaurant, connection=django).next_value == 42
        assert Restaurant.objects.create(name="Osteria").id == 42


def test_several_models_are_fixed_inside_the_open_transaction(django: Any) -> None:
    with transaction.atomic():
        Tag.objects.create(id=41, name="a")
        fix_sequences([Tag, "shop_category"], connection=django)

        assert Tag.objects.create(name="b").id == 42
        transaction.set_rollback(True)


def test_a_model_that_waits_beside_the_run_is_told_of_manage_py_seed(
    django: Any, project: Write, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As with `seedkit seed`, whose connection is none of Django's."""
    monkeypatch.setattr(self_waits, "PATIENCE_SECONDS", 0.2)
    monkeypatch.setattr(self_waits, "PAUSE_SECONDS", 0.1)
    project(with_seeder('Category.objects.create(name="Books")'))

    with psycopg.connect(database, autocommit=True) as run, pytest.raises(SeederError) as caught:
        seed(connection=run)

    assert 'seeder "work" waits for the run itself' in caught.value.message
    assert str(caught.value.hint).startswith("Run it as `manage.py seed` (INSTALLED_APPS +=")


def test_models_in_seeders_fill_the_template_of_the_tests_and_not_the_project_s_database(
    django: Any, project: Write, server: str, database_names: Iterator[str]
) -> None:
    folder = project({"seeders/tags.py": f"{MODELS}\ndef seed(db):\n    Tag.objects.create(name='new')\n"})
    name, where = next(database_names), conninfo_to_dict(server)
    url = f"postgresql://{where['user']}@/{name}?host={where['host']}&port={where['port']}"
    with psycopg.connect(server, autocommit=True) as maintenance:
        maintenance.execute(f"create database {name}")

    fill(url, load_settings(directory=folder), django_migrations(), None)

    with psycopg.connect(url) as template:
        assert template.execute("select name from shop_tag").fetchall() == [("new",)]
    assert not Tag.objects.exists()


class RunInATestCase(TestCase):
    """What the page recommends; a test below runs it."""

    __test__ = False

    @classmethod
    def setUpTestData(cls) -> None:
        seed(connection=connections["default"])

    def test_rows_are_there(self) -> None:
        deleted, _ = Tag.objects.filter(name="new").delete()

        assert deleted == 1

    def test_and_there_again(self) -> None:
        assert Tag.objects.count() == 1


def test_a_test_case_can_be_seeded_once_for_all_its_tests(django: Any, project: Write) -> None:
    import unittest

    project(with_seeder('Tag.objects.create(name="new")'))
    result = unittest.TestResult()

    unittest.defaultTestLoader.loadTestsFromTestCase(RunInATestCase).run(result)

    assert (result.testsRun, result.errors, result.failures) == (2, [], [])
    assert not Tag.objects.exists()
