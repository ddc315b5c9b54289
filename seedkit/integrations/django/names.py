"""What may be typed for tables: models and apps as Django names them, and tables as seedkit does."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.apps import apps
from django.db.models import AutoField, BigAutoField, Model, SmallAutoField

from seedkit.core.names import did_you_mean, listed
from seedkit.errors import UsageError

_NUMBERED = (AutoField, BigAutoField, SmallAutoField)


def named(texts: Sequence[str]) -> list[str | type[Model]]:
    """Give the models, and the names of tables, that are meant; of an app all models that a sequence numbers.

    A table's name goes before an app's, an app's before a schema's. Raises UsageError for a model that its app lacks.
    """
    return [found for text in texts for found in _meant(text)]


def _meant(text: str) -> list[str | type[Model]]:
    label, _, name = text.partition(".")
    if name:
        return [_with_its_own_key(_model(label, name)) if label in apps.app_configs else text]
    tables = {model._meta.db_table for model in apps.get_models(include_auto_created=True)}
    if text in tables or label not in apps.app_configs:
        return [text]
    return list(dict.fromkeys(_numbered(label)))


def _model(label: str, name: str) -> Any:  # noqa: ANN401 - Django is untyped
    """Find a model of an app; of one that is swapped, that which takes its place."""
    try:
        model = apps.get_model(label, name)
    except LookupError:
        models = [each.__name__ for each in apps.get_app_config(label).get_models()]
        hint = did_you_mean(name, models) or (f"Its models are {listed(models)}." if models else None)
        raise UsageError(f'app "{label}" has no model "{name}"', hint=hint) from None
    return apps.get_model(model._meta.swapped) if model._meta.swapped else model


def _numbered(label: str) -> Iterator[type[Model]]:
    for model in apps.get_app_config(label).get_models(include_auto_created=True):
        found = _with_its_own_key(model)
        if isinstance(found._meta.pk, _NUMBERED):
            yield found


def _with_its_own_key(model: Any) -> Any:  # noqa: ANN401
    """Go up from a model whose key is its parent's, as of multi-table inheritance, to the one that is numbered."""
    key = model._meta.pk
    if key.remote_field is not None and key.remote_field.parent_link:
        return _with_its_own_key(key.remote_field.model)
    return model
