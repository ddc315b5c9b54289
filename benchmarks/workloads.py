"""What the benchmark loads: tables made up by rule, written as fixtures, as CSV and as scripts for psql.

Nothing is drawn at random: the nth row of a table is the same on every machine and in every run.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

_FIRST_NAMES = ("Ada", "Grace", "Edsger", "Barbara", "Donald", "Frances", "Tony", "Radia", "Niklaus", "Margaret")
_LAST_NAMES = ("Lovelace", "Hopper", "Dijkstra", "Liskov", "Knuth", "Allen", "Hoare", "Perlman", "Wirth")
_FIRST_DAY = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnRule:
    """A column's type, and the text of its nth value, which stands in YAML and CSV alike."""

    type_name: str
    text: Callable[[int], str]


COLUMN_RULES: Mapping[str, ColumnRule] = {
    "email": ColumnRule(type_name="text", text=lambda n: f"person{n}@example.com"),
    "name": ColumnRule(type_name="text", text=lambda n: f"{_FIRST_NAMES[n % 10]} {_LAST_NAMES[n % 9]}"),
    "active": ColumnRule(type_name="boolean", text=lambda n: "false" if n % 7 == 0 else "true"),
    "country": ColumnRule(type_name="char(2)", text=lambda n: ("NO", "DE", "FR")[n % 3]),
    "score": ColumnRule(type_name="integer", text=lambda n: str(n * 7919 % 100_000)),
    "amount": ColumnRule(type_name="numeric(12,2)", text=lambda n: f"{n * 104_729 % 1_000_000 / 100:.2f}"),
    "created_at": ColumnRule(
        type_name="timestamptz", text=lambda n: f"{_FIRST_DAY + timedelta(seconds=n * 61):%Y-%m-%dT%H:%M:%SZ}"
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class TableRule:
    """A table with a serial `id`; each reference is a column with a foreign key to another table.

    `template` is the text of its fixture where that is no list of the rows.
    """

    name: str
    rows: int
    columns: tuple[str, ...] = ("name", "amount", "created_at")
    references: Mapping[str, str]
    template: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        """All columns, in their order."""
        return ("id", *self.columns, *self.references)

    def create(self) -> str:
        """Write the statement that creates the table."""
        columns = ["id bigserial primary key"]
        columns += [f"{name} {COLUMN_RULES[name].type_name} not null" for name in self.columns]
        columns += [f"{name} bigint not null references {table}" for name, table in self.references.items()]
        return f"create table {self.name} ({', '.join(columns)});"


@dataclass(frozen=True, slots=True, kw_only=True)
class Workload:
    """Tables in an order in which they can be loaded.

    `flow` writes their rows as `- {id: 1}`, `spreadsheet` as CSV. `seeder` is the text of a module that makes them, in
    place of files. Where they are `generated`, the rows are those that `seedkit generate` makes. `schema` creates the
    tables, where these are more than their columns.
    """

    name: str
    tables: tuple[TableRule, ...]
    flow: bool = False
    spreadsheet: bool = False
    seeder: str = ""
    generated: bool = False
    schema: str = ""

    @property
    def rows(self) -> int:
        """How many rows all tables have."""
        return sum(table.rows for table in self.tables)

    def values(self, table: TableRule) -> Iterator[list[str]]:
        """Give the rows of a table as texts."""
        sizes = {other.name: other.rows for other in self.tables}
        rules = [COLUMN_RULES[name].text for name in table.columns]
        referenced = [sizes[name] for name in table.references.values()]
        for n in range(1, table.rows + 1):
            references = (str(n * 31 % size + 1) for size in referenced)
            yield [str(n), *(text(n) for text in rules), *references]


def people(rows: int) -> Workload:
    """One table of six columns."""
    columns = ("email", "name", "active", "score", "created_at")
    return Workload(
        name=f"people_{rows}", tables=(TableRule(name="people", rows=rows, columns=columns, references={}),)
    )


def people_as_csv(rows: int) -> Workload:
    """One table of the same six columns, its fixture a CSV file."""
    return replace(people(rows), name=f"csv_{rows}", spreadsheet=True)


def people_by_code(rows: int) -> Workload:
    """One table of the same six columns, its rows made by Python code."""
    return replace(people(rows), name=f"code_{rows}", seeder=_SEEDER.format(rows=rows))


_SEEDER = """
from datetime import UTC, datetime, timedelta

FIRST_DAY = datetime(2026, 1, 1, tzinfo=UTC)


def rows():
    for n in range(1, {rows} + 1):
        yield {{
            "id": n,
            "email": f"person{{n}}@example.com",
            "name": "Ada Lovelace",
            "active": n % 7 != 0,
            "score": n * 7919 % 100_000,
            "created_at": FIRST_DAY + timedelta(seconds=n * 61),
        }}


def seed(db):
    db.insert("people", rows())
"""


def shop(rows: int) -> Workload:
    """Twelve tables with thirteen foreign keys between them; about `rows` rows."""

    def table(name: str, share: float, **references: str) -> TableRule:
        return TableRule(name=name, rows=max(1, round(rows * share)), references=references)

    return Workload(
        name=f"shop_{rows}",
        flow=True,
        tables=(
            table("countries", 0.001),
            table("customers", 0.1, country_id="countries"),
            table("addresses", 0.1, customer_id="customers", country_id="countries"),
            table("suppliers", 0.004, country_id="countries"),
            table("categories", 0.005),
            table("products", 0.05, category_id="categories", supplier_id="suppliers"),
            table("warehouses", 0.005),
            table("stock", 0.1, product_id="products", warehouse_id="warehouses"),
            table("orders", 0.15, customer_id="customers"),
            table("order_items", 0.3, order_id="orders", product_id="products"),
            table("payments", 0.135, order_id="orders"),
            table("reviews", 0.05, product_id="products"),
        ),
    )


def visits(rows: int) -> Workload:
    """Users, and as many visits, twice: each of a user that is chosen from all, and from a list of three."""

    def table(name: str, choice: str) -> TableRule:
        template = f"- {{id: !range 1..{rows}, user_id: !choice {choice}}}\n"
        return TableRule(name=name, rows=rows, columns=(), references={"user_id": "users"}, template=template)

    users = TableRule(name="users", rows=rows, columns=("name",), references={})
    return Workload(
        name=f"visits_{rows}",
        flow=True,
        tables=(users, table("visits", "{ref: users}"), table("visits_of_three", "[1, 2, 3]")),
    )


def many_tables(tables: int, rows: int = 10) -> Workload:
    """Many small tables that know nothing of each other."""
    rules = (TableRule(name=f"t{n:04}", rows=rows, references={}) for n in range(tables))
    return Workload(name=f"tables_{tables}_{rows}", tables=tuple(rules))


def generated_users(rows: int) -> Workload:
    """Give the example project's users: six columns, two indexes, a CHECK; their rows made up from the schema."""
    schema = (Path(__file__).parent.parent / "schema.sql").read_text()
    columns = ("email", "name", "country", "active", "created_at")
    users = TableRule(name="users", rows=rows, columns=columns, references={})
    return Workload(name=f"generated_{rows}", tables=(users,), generated=True, schema=schema)


def generated_tables(tables: int, rows: int) -> Workload:
    """Tables that each refer to the one before; their rows made up from the schema."""
    columns = ("email", "name", "active", "amount", "created_at")
    names = [f"t{n:04}" for n in range(tables)]
    rules = [
        TableRule(name=name, rows=rows, columns=columns, references={"parent_id": parent} if parent else {})
        for parent, name in zip(["", *names], names, strict=False)
    ]
    return Workload(name=f"generated_{tables}_{rows}", tables=tuple(rules), generated=True)


def write_project(workload: Workload, folder: Path) -> None:
    """Write a workload as a project of seedkit's, as CSV files, and as scripts that psql runs in one transaction."""
    for name in ("fixtures", "csv"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    (folder / "pyproject.toml").write_text("[tool.seedkit]\n")
    (folder / "schema.sql").write_text(workload.schema or "\n".join(table.create() for table in workload.tables))
    (folder / "load.sql").write_text(_in_transaction(_copy_command(table) for table in workload.tables))
    (folder / "dump.sql").write_text(_in_transaction(_copy_out_command(table) for table in workload.tables))
    (folder / "repair.sql").write_text("\n".join(_setval_statement(table) for table in workload.tables))
    (folder / "tables.json").write_text(json.dumps([_described(table) for table in workload.tables]))
    if workload.generated:
        return
    if workload.seeder:
        (folder / "seeders").mkdir()
        (folder / "seeders" / "people.py").write_text(workload.seeder)
        return
    for table in workload.tables:
        if table.template:
            (folder / "fixtures" / f"{table.name}.yml").write_text(table.template)
            needed = [other for other in workload.tables if other.name in {*table.references.values(), table.name}]
            (folder / f"load_{table.name}.sql").write_text(_in_transaction(map(_copy_command, needed)))
        else:
            _write_rows(workload, table, folder)


def write_django_fixture(workload: Workload, folder: Path) -> None:
    """Write the same rows in the form that Django's `loaddata` takes, into one file."""
    with (folder / "django.yaml").open("w", encoding="utf-8") as yaml:
        for table in workload.tables:
            fields = ", ".join(f"{name}: {{}}" for name in table.names[1:])
            row = f"- {{{{model: load_by_django.{table.name}, pk: {{}}, fields: {{{{{fields}}}}}}}}}\n"
            yaml.writelines(row.format(*values) for values in workload.values(table))


def _in_transaction(commands: Iterable[str]) -> str:
    return "\n".join(["begin;", *commands, "commit;"])


def _copy_command(table: TableRule) -> str:
    return f"\\copy {table.name} ({', '.join(table.names)}) from 'csv/{table.name}.csv' csv"


def _copy_out_command(table: TableRule) -> str:
    rows = f"select {', '.join(table.names)} from {table.name} order by id"
    return f"\\copy ({rows}) to 'csv/{table.name}_dumped.csv' csv"


def _setval_statement(table: TableRule) -> str:
    sequence = f"pg_get_serial_sequence('{table.name}', 'id')"
    return f"select setval({sequence}, coalesce(max(id), 1), max(id) is not null) from {table.name};"


def _described(table: TableRule) -> dict[str, object]:
    types = {name: COLUMN_RULES[name].type_name for name in table.columns}
    columns = {"id": "bigint", **types, **dict.fromkeys(table.references, "bigint")}
    return {"name": table.name, "rows": table.rows, "columns": columns}


def _write_rows(workload: Workload, table: TableRule, folder: Path) -> None:
    row = _flow_row(table.names) if workload.flow else _block_row(table.names)
    row, ending = (_csv_row(table.names), "csv") if workload.spreadsheet else (row, "yml")
    with (
        (folder / "fixtures" / f"{table.name}.{ending}").open("w", encoding="utf-8") as yaml,
        (folder / "csv" / f"{table.name}.csv").open("w", encoding="utf-8") as csv,
    ):
        if workload.spreadsheet:
            yaml.write(row.format(*table.names))
        for values in workload.values(table):
            yaml.write(row.format(*values))
            csv.write(",".join(values) + "\n")


def _csv_row(names: tuple[str, ...]) -> str:
    return ",".join("{}" for _ in names) + "\n"


def _block_row(names: tuple[str, ...]) -> str:
    return "- " + "\n  ".join(f"{name}: {{}}" for name in names) + "\n"


def _flow_row(names: tuple[str, ...]) -> str:
    return "- {{" + ", ".join(f"{name}: {{}}" for name in names) + "}}\n"
