"""What may be typed for tables: models and apps as Django names them, and tables as seedkit does."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.apps import apps
from django.db import router
from django.db.models import AutoField, BigAutoField, Model, SmallAutoField

from seedkit.core.names import did_you_mean, listed
from seedkit.errors import UsageError
from seedkit.orm.table_names import topmost

_NUMBERED = (AutoField, BigAutoField, SmallAutoField)


def named(texts: Sequence[str], database: str) -> list[str | type[Model]]:
    """Give the models, and the names of tables, that are meant; of an app what it has in a database for sequences.

    A table's name goes before an app's, an app's before a schema's. Raises UsageError for a model that its app lacks.
    """
    return [found for text in texts for found in _meant(text, database)]


def _meant(text: str, database: str) -> list[str | type[Model]]:
    label, _, name = text.partition(".")
    if name:
        return [_model(label, name) if label in apps.app_configs else text]
    tables = {model._meta.db_table for model in apps.get_models(include_auto_created=True)}
    if text in tables or label not in apps.app_configs:
        return [text]
    return list(_numbered(label, database))


def _model(label: str, name: str) -> Any:  # noqa: ANN401 - Django is untyped
    """Find a model of an app; of one that is swapped, that which takes its place."""
    try:
        model = apps.get_model(label, name)
    except LookupError:
        models = [each.__name__ for each in apps.get_app_config(label).get_models()]
        hint = did_you_mean(name, models) or (f"Its models are {listed(models)}." if models else None)
        raise UsageError(f'app "{label}" has no model "{name}"', hint=hint) from None
    return apps.get_model(model._meta.swapped) if model._meta.swapped else model


def _numbered(label: str, database: str) -> Iterator[type[Model]]:
    """Give the models of an app whose tables Django has made in a database, and numbers."""
    for model in apps.get_app_config(label).get_models(include_auto_created=True):
        made = model._meta.managed and router.allow_migrate_model(database, model)
        if made and isinstance(topmost(model)._meta.pk, _NUMBERED):
            yield model
