"""Loads a workload by Django's `loaddata`, with models made from the workload's description.

The file is also the Django application that the models belong to.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import django
from django.conf import settings
from django.core.management import call_command
from django.db import models
from psycopg.conninfo import conninfo_to_dict

_FIELDS = {
    "text": models.TextField,
    "boolean": models.BooleanField,
    "integer": models.IntegerField,
    "bigint": models.BigIntegerField,
    "timestamptz": models.DateTimeField,
}


def main(conninfo: str) -> None:
    """Load the tables of the current folder."""
    parameters = conninfo_to_dict(conninfo)
    names = {"dbname": "NAME", "host": "HOST", "port": "PORT", "user": "USER"}
    database = {"ENGINE": "django.db.backends.postgresql"}
    database |= {setting: str(parameters[name]) for name, setting in names.items() if name in parameters}
    settings.configure(INSTALLED_APPS=["load_by_django"], DATABASES={"default": database}, USE_TZ=True)
    django.setup()
    for described in json.loads(Path("tables.json").read_text()):
        _model(described["name"], described["columns"])
    call_command("loaddata", "django.yaml", verbosity=0)


def _model(name: str, columns: dict[str, str]) -> None:
    meta = type("Meta", (), {"app_label": "load_by_django", "db_table": name, "managed": False})
    fields = {column: _field(type_name) for column, type_name in columns.items() if column != "id"}
    key = models.BigAutoField(primary_key=True)
    type(name, (models.Model,), {"__module__": __name__, "Meta": meta, "id": key, **fields})


def _field(type_name: str) -> Any:  # noqa: ANN401 - Django has no types of its own
    if type_name.startswith("numeric"):
        return models.DecimalField(max_digits=12, decimal_places=2)
    return _FIELDS[type_name]()


if __name__ == "__main__":
    main(sys.argv[1])
