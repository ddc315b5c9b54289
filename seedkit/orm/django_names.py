"""What a Django project's models say of tables, columns, natural keys and defaults, for who imports their fixtures."""

from __future__ import annotations

import datetime as dt
import importlib
import inspect
import os
import sys
from collections.abc import Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

from seedkit.core.importing.given_names import GivenNames
from seedkit.core.names import quote_identifier
from seedkit.core.values.json_reading import Foreign, Number
from seedkit.errors import ConfigurationError, UsageError
from seedkit.orm.table_names import quoted_by_django


def django_names(settings: str, folder: Path) -> GivenNames:
    """Have Django read a project's settings and models, which runs their code, and give what these say.

    Modules are found in `folder` first. Raises UsageError without Django, ConfigurationError where they can't be read.
    """
    models = _models(settings, folder)
    return GivenNames(
        tables=dict(pair for model in models for pair in _tables(model)),
        columns=dict(pair for model in models for pair in _columns(model)),
        keys=dict(pair for model in models for pair in _natural_key(model)),
        defaults={model._meta.label_lower: dict(_defaults(model)) for model in models},
    )


def _models(settings: str, folder: Path) -> list[Any]:
    sys.path.insert(0, str(folder))
    os.environ["DJANGO_SETTINGS_MODULE"] = settings  # as Django is told, by whoever starts it
    try:
        django = importlib.import_module("django")
        django.setup()
        return list(importlib.import_module("django.apps").apps.get_models())
    except ModuleNotFoundError as error:
        if error.name == "django":
            raise UsageError("Django is not installed beside seedkit", hint="pip install django") from error
        raise _unreadable(settings, error) from error
    except (Exception, SystemExit) as error:  # whatever the project's code raises
        raise _unreadable(settings, error) from error
    finally:
        sys.path.remove(str(folder))


def _unreadable(settings: str, error: BaseException) -> ConfigurationError:
    return ConfigurationError(
        f"cannot read the models of {settings}: {type(error).__name__}: {error}",
        hint="Start seedkit in the folder that has manage.py, or go without --settings.",
    )


def _tables(model: Any) -> Iterator[tuple[str, str]]:  # noqa: ANN401 - Django is untyped, here and below
    yield model._meta.label_lower, _typed(model._meta.db_table)
    for field in model._meta.local_many_to_many:
        yield f"{model._meta.label_lower}.{field.name}".lower(), _typed(field.remote_field.through._meta.db_table)


def _typed(table: str) -> str:
    """Give a table's name as it is typed; as for Django it may hold quotes, also around a `.` behind a schema."""
    return quoted_by_django(table) if '"' in table else quote_identifier(table)


def _columns(model: Any) -> Iterator[tuple[str, str]]:  # noqa: ANN401
    for field in model._meta.local_concrete_fields:
        yield f"{model._meta.label_lower}.{field.name}".lower(), field.column


def _natural_key(model: Any) -> Iterator[tuple[str, tuple[str, ...]]]:  # noqa: ANN401
    """Give the columns of what the manager finds a row by, where its parameters are called as fields are."""
    find = getattr(model._default_manager, "get_by_natural_key", None)
    if find is None:
        return
    columns = {field.name: field.column for field in model._meta.local_concrete_fields}
    columns |= {"username": columns.get(getattr(model, "USERNAME_FIELD", ""), "")} if "username" not in columns else {}
    names = [parameter.name for parameter in inspect.signature(find).parameters.values()]
    if names and all(columns.get(name) for name in names):
        yield model._meta.label_lower, tuple(columns[name] for name in names)


def _defaults(model: Any) -> Iterator[tuple[str, Foreign]]:  # noqa: ANN401
    """Give what a row has that leaves a field out, as a model does: constants, and empty text where null is refused."""
    for field in model._meta.local_concrete_fields:
        if field.primary_key or getattr(field, "generated", False) or _is_the_databases(field):
            continue
        if field.has_default():
            default = field.default
            if not callable(default) or default in (dict, list):
                yield field.name, _plain(default() if callable(default) else field.get_prep_value(default))
        elif field.empty_strings_allowed and not field.null:
            yield field.name, ""


def _is_the_databases(field: Any) -> bool:  # noqa: ANN401
    default = getattr(field, "db_default", None)
    return default is not None and getattr(default, "__name__", "") != "NOT_PROVIDED"


def _plain(value: object) -> Foreign:
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, (int, float, Decimal)):
        return Number(value)
    if isinstance(value, Mapping):
        return {str(key): _plain(part) for key, part in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(part) for part in value]
    return str(value.isoformat() if isinstance(value, (dt.date, dt.time)) else value)
