"""Run as a program: fills a database by Django's models, dumps it in each way, and has loaddata load each dump.

Arguments: the folder of the dumps, the conninfo of the maintenance database, and the first part of the names of
databases. They are NAME_empty, with the tables alone, and NAME_KIND with what loaddata made of KIND's dump.
"""

from __future__ import annotations

import datetime as dt
import sys
from decimal import Decimal
from importlib import import_module
from pathlib import Path
from typing import Any

import psycopg
from psycopg.conninfo import conninfo_to_dict

KINDS = {
    "plain.json": [],
    "plain.jsonl": [],
    "plain.yaml": [],
    "natural.json": ["--natural-foreign", "--natural-primary"],
    "foreign.yaml": ["--natural-foreign"],
    "natural.json.gz": ["--natural-foreign", "--natural-primary"],
    "by-hand.yaml": None,
}


def database_name(prefix: str, kind: str) -> str:
    return f"{prefix}_{kind.replace('.', '_').replace('-', '_')}"


def main(folder: Path, server: str, prefix: str) -> None:
    names = ["empty", "full", *KINDS]
    configure(server, {name: database_name(prefix, name) for name in names})
    from django.core.management import call_command
    from django.db import connections

    with psycopg.connect(server, autocommit=True) as maintenance:
        maintenance.execute(f"create database {database_name(prefix, 'empty')}")
        call_command("migrate", database="empty", run_syncdb=True, verbosity=0)
        connections["empty"].close()
        for name in names[1:]:
            maintenance.execute(f"create database {database_name(prefix, name)} template {prefix}_empty")
    fill("full")
    for kind, options in KINDS.items():
        path = folder / kind
        if options is not None:
            form = next(form for form in ("jsonl", "json", "yaml") if form in kind)
            unwanted = ["contenttypes", "auth.permission", "sites"]
            call_command(
                "dumpdata",
                *options,
                database="full",
                exclude=unwanted,
                output=str(path),
                format=form,
                indent=2,
                verbosity=0,
            )
        call_command("loaddata", str(path), database=kind, verbosity=0)


def configure(server: str, databases: dict[str, str]) -> None:
    import django
    from django.conf import settings

    parts = conninfo_to_dict(server)
    engine = {
        "ENGINE": "django.db.backends.postgresql",
        "HOST": parts.get("host", ""),
        "PORT": str(parts.get("port", "")),
        "USER": parts.get("user", ""),
        "PASSWORD": parts.get("password", ""),
    }
    told = {name: value for name, value in vars(import_module("django_blog.settings")).items() if name.isupper()}
    named = {alias: {**engine, "NAME": name} for alias, name in databases.items()}
    settings.configure(DATABASES={"default": {}, **named}, **told)
    django.setup()


def fill(alias: str) -> None:
    from django.contrib.auth.models import Group, Permission, User
    from django.contrib.contenttypes.models import ContentType

    models = import_module("django_blog.models")

    def make(model: Any, **values: Any) -> Any:
        return model.objects.using(alias).create(**values)

    moment = dt.datetime(2024, 2, 29, 12, 30, 45, 123456, tzinfo=dt.UTC)
    user = make(User, username="ada", email="ada@example.com", date_joined=moment, password="!")
    group = make(Group, name="editors")
    group.permissions.set(Permission.objects.using(alias).filter(codename__in=["add_post", "change_post"]))
    user.groups.add(group)
    ada = make(models.Author, first_name="Ada", last_name="Lovelace", born=dt.date(1815, 12, 10), account=user)
    bob = make(models.Author, first_name="Bob", last_name="NO")
    ada.friends.add(bob)
    tags = [make(models.Tag, name=name) for name in ("red", "no", "00501")]
    top = make(models.Category, code="1e3", title="yes")
    make(models.Category, code="0x1", title="Below", parent=top, rank=0)
    for number, text in enumerate(["plain", "two\nlines\n", " tab\t and $LABEL <%= erb %>", "é🐈 'quotes' \"", ""]):
        post = make(
            models.Post,
            title=text.replace("\n", " "),
            body=text,
            author=[ada, bob][number % 2],
            category=top if number else None,
            price=Decimal("1234.50") + number,
            rating=[1.5, 1e300, -0.0, 0.1, 3.0][number],
            published=bool(number % 2),
            created=moment + dt.timedelta(days=number),
            opens=dt.time(10, 30, number),
            took=dt.timedelta(days=number - 2, seconds=5, microseconds=7),
            blob=bytes(range(number * 50)),
            settings=[None, {"a": [1, 1.10, None, True, "x"], "é": {}}, [1, "no"], "text", 5][number],
            words=[["a", "no", "null", 'q"', "b c"], [], ["x"], ["{", ","], ["é"]][number],
            grid=[[1, 2], [3, number]],
            shown=(dt.date(2024, 1, 1), dt.date(2024, 2, 1) if number else None),
            address="10.0.0.1" if number else "::1",
        )
        post.tags.set(tags[: number % 3])
    first = models.Post.objects.using(alias).order_by("created")[0]
    post_type = ContentType.objects.using(alias).get(app_label="django_blog", model="post")
    make(models.Comment, content_type=post_type, object_id=str(first.pk), text="- {a: b} # c")
    make(models.Restaurant, name="Chez", serves_pizza=True)
    odd = make(models.Odd, number=2**40, order=3)
    odd.helpers.set([ada, bob])


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parent.parent))
    main(Path(sys.argv[1]), sys.argv[2], sys.argv[3])
