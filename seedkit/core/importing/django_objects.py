"""An object of a Django fixture, taken apart: its model and key, the fields of columns, and lists for other tables."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

from seedkit.core.fixture_language.join_rows import Join
from seedkit.core.importing.django_models import FieldColumn, Model, Models
from seedkit.core.names import listed
from seedkit.core.values.json_reading import Foreign
from seedkit.errors import FixtureError

SHAPE = "an object of a Django fixture has model, pk and fields"


class DjangoObject(NamedTuple):
    """An object of a fixture; `fields` are those of columns, `lists` those that fill other tables."""

    model: Model
    key: Mapping[str, Foreign]
    fields: list[tuple[FieldColumn, Foreign]]
    lists: list[tuple[Join, list[Foreign]]]

    @property
    def by_column(self) -> Mapping[str, Foreign]:
        """All values of the row itself."""
        return {**self.key, **{field.name: value for field, value in self.fields}}


def taken_apart(models: Models, values: Mapping[str, Foreign], note: Callable[[str], None]) -> DjangoObject:
    """Take an object apart; `note` is told what is left out. Raises FixtureError and CatalogError."""
    name, given = values.get("model"), values.get("fields")
    if not isinstance(name, str) or not isinstance(given, dict):
        raise FixtureError(SHAPE)
    model = models.model(name)
    taken = DjangoObject(model, _key(model, values.get("pk")), [], [])
    for field, value in {**models.given.defaults.get(model.name, {}), **given}.items():
        meant = models.field(model, field)
        if isinstance(meant, Join):
            taken.lists.extend((meant, items) for items in _items(model, field, value))
        elif meant.column is None and isinstance(value, list):
            _refuse_list(model, field, value)
            note(f"{model.name}: the empty lists of {field} are left out")
        else:
            taken.fields.append((meant, value))
    return taken


def _key(model: Model, key: Foreign) -> Mapping[str, Foreign]:
    if key is None:
        return {}
    columns = model.primary_key
    values: list[Foreign] = key if isinstance(key, list) else [key]
    if len(values) != len(columns):
        raise FixtureError(
            f'the primary key of "{model.name}" is {listed(columns)}'
            if columns
            else f'the table of "{model.name}" has no primary key for its pk'
        )
    return dict(zip(columns, values, strict=True))


def _items(model: Model, field: str, value: Foreign) -> Iterator[list[Foreign]]:
    if isinstance(value, list):
        yield value
    elif value is not None:
        raise FixtureError(f'the field "{field}" of "{model.name}" takes a list')


def _refuse_list(model: Model, field: str, value: list[Foreign]) -> None:
    if value:
        raise FixtureError(
            f'the field "{field}" of "{model.name}" is a list, and what it means only the database tells',
            hint="Name the database that Django's migrations made: --url, or DATABASE_URL.",
        )
