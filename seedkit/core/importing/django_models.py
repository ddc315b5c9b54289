"""What a model of Django, and its fields, mean: by the catalog where a database is at hand, else by Django's own names.

`app.Model` is the table `app_model`; a field is the column of its name, or that name with `_id`; a list of a field that
is no column fills the table `app_model_field`.
"""

from __future__ import annotations

from typing import Protocol

from msgspec import Struct

from seedkit.core.catalog import Column, Table
from seedkit.core.fixture_language.join_rows import Join
from seedkit.core.foreign_keys import ForeignKey
from seedkit.core.importing.given_names import GivenNames
from seedkit.core.names import did_you_mean, in_quotes, listed, quote_identifier
from seedkit.errors import CatalogError, FixtureError


class Tables(Protocol):
    """The tables of a database."""

    def find(self, text: str) -> Table | None:
        """Find a table by its typed name."""

    def table(self, oid: int) -> Table:
        """Return a table by its OID."""

    def typed(self, table: Table) -> str:
        """Give the name by which a fixture finds a table."""


class Model(Struct, frozen=True, kw_only=True):
    """A model by its name in lower case, and its table as it is typed; `table` is None where no database is asked."""

    name: str
    typed_table: str
    table: Table | None

    @property
    def primary_key(self) -> tuple[str, ...]:
        """The columns that `pk` gives."""
        if self.table is None:
            return ("id",)
        return self.table.primary_key.columns if self.table.primary_key else ()


class FieldColumn(Struct, frozen=True, kw_only=True):
    """The column that a field is; what is None is not known, as no database is asked."""

    name: str
    column: Column | None
    key: ForeignKey | None = None


class Models:
    """The models of a project; `tables` is None where no database is asked."""

    def __init__(self, given: GivenNames, tables: Tables | None) -> None:
        self.given = given
        self._tables = tables
        self._models: dict[str, Model] = {}
        self._fields: dict[tuple[str, str], FieldColumn | Join] = {}

    def model(self, text: str) -> Model:
        """Give a model by the name that a fixture has; raises CatalogError where its table isn't there."""
        name = text.lower()
        if name not in self._models:
            self._models[name] = self._new_model(name)
        return self._models[name]

    def field(self, model: Model, name: str) -> FieldColumn | Join:
        """Give what a field of a model is; raises CatalogError where the table has nothing for it."""
        if (model.name, name) not in self._fields:
            self._fields[model.name, name] = self._new_field(model, name)
        return self._fields[model.name, name]

    def typed(self, table: Table) -> str:
        """Give the name by which a fixture finds a table."""
        return self._tables.typed(table) if self._tables else str(table.name)

    def _new_model(self, name: str) -> Model:
        if name.count(".") != 1 or not all(name.split(".")):
            raise FixtureError(f'a model is called app.model, not "{name}"')
        typed = self.given.tables.get(name) or name.replace(".", "_")
        if self._tables is None:
            return Model(name=name, typed_table=typed, table=None)
        table = self._tables.find(typed)
        if table is None:
            raise CatalogError(
                f'there is no table {in_quotes(typed)} for the model "{name}"',
                hint=f"Run Django's migrations first; where db_table names another one: --table {name}=NAME.",
            )
        return Model(name=name, typed_table=self._tables.typed(table), table=table)

    def _new_field(self, model: Model, name: str) -> FieldColumn | Join:
        given = self.given.columns.get(f"{model.name}.{name}".lower())
        if model.table is None:
            return FieldColumn(name=given or name, column=None)
        names = [column.name for column in model.table.columns]
        for column in [given] if given else [name, f"{name}_id"]:
            if column in names:
                return field_column(model.table, column)
        if given is None and (join := self._join(model, model.table, name)):
            return join
        near = did_you_mean(given or name, names) or f"The columns are {listed(names)}."
        raise CatalogError(
            f'table {in_quotes(model.table.name)} has nothing for the field "{name}" of "{model.name}"',
            hint=f"{near} Where db_column names another one: --column {model.name}.{name}=NAME; for the table of "
            f"a list: --table {model.name}.{name}=NAME.",
        )

    def _join(self, model: Model, table: Table, field: str) -> Join | None:
        """Find the table that a field's list fills: that of the given name, or `app_model_field`."""
        own = f"{quote_identifier(table.name.schema)}.{quote_identifier(f'{table.name.name}_{field}'.lower())}"
        typed = self.given.tables.get(f"{model.name}.{field}".lower(), own)
        joining = self._tables.find(typed) if self._tables else None
        return None if joining is None else _join_of(joining, model, table)


def field_column(table: Table, name: str) -> FieldColumn:
    """Give a column with the foreign key of it alone."""
    key = next((key for key in table.foreign_keys if key.columns == (name,)), None)
    return FieldColumn(name=name, column=table.column(name), key=key)


def _join_of(joining: Table, model: Model, table: Table) -> Join | None:
    keys = [key for key in joining.foreign_keys if len(key.columns) == 1]
    owning = [key for key in keys if key.leads_to(table.lineage)]
    short = model.name.partition(".")[2]
    named = [key for key in owning if key.columns[0] in (f"from_{short}_id", f"{short}_id")]
    own = next(iter(named or owning), None)
    others = [key for key in keys if own and key.columns != own.columns]
    if own is None or len(others) != 1:
        return None
    return Join(
        table=joining, own_column=own.columns[0], other_column=others[0].columns[0], other_table=others[0].references
    )
