"""A session through another driver; it speaks as much of psycopg as it takes to look at sequences and move them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cached_property
from tempfile import SpooledTemporaryFile
from typing import Any, BinaryIO, TypeVar, cast

import psycopg
from psycopg import sql
from psycopg.pq import TransactionStatus
from psycopg.rows import RowFactory, dict_row, tuple_row

from seedkit.core.names import TableName
from seedkit.core.values.copy_text import field_value
from seedkit.postgres.drivers.driver import Driver, ends_the_session, translated
from seedkit.postgres.drivers.rendering import rendered
from seedkit.postgres.drivers.rows import as_json, gives_rows, row_in
from seedkit.postgres.session import Statement

_Given = TypeVar("_Given")
_IN_MEMORY = 2**24


class DriverSession:
    """Sends psycopg's statements through another driver; rows come as JSON, which all drivers give as text.

    What a driver makes of a name, an array or an OID is its own affair, and that of whoever has set up its connection.
    """

    isolation_level: psycopg.IsolationLevel | None = None
    read_only: bool | None = None

    def __init__(self, driver: Driver) -> None:
        self._driver = driver
        self._lost = False
        self._savepoints = 0

    @property
    def closed(self) -> bool:
        """Whether it is lost or was closed."""
        return self._lost or self._driver.closed

    @property
    def autocommit(self) -> bool:
        """Whether a statement begins no transaction."""
        return not self._driver.begins_itself

    @cached_property
    def info(self) -> DriverFacts:
        """What is known of the session and the server."""
        return DriverFacts(self)

    @property
    def driver(self) -> Driver:
        """The driver."""
        return self._driver

    def cursor(self, *, row_factory: RowFactory[Any] = tuple_row) -> DriverAnswer:
        """Make a cursor whose rows are tuples or dicts, by psycopg's factories."""
        return DriverAnswer(self, as_dicts=row_factory is dict_row)

    def execute(self, query: Statement, params: Sequence[Any] | Mapping[str, Any] | None = None) -> DriverAnswer:
        """Send a statement."""
        return self.cursor().execute(query, params)

    def pairs(self, text: str) -> list[list[tuple[str, Any]]] | None:
        """Send a statement, and give its rows as pairs of column and value; None where it gives none by its kind."""
        if not gives_rows(text):
            self.sent(lambda: self._driver.run(text))
            return None
        query = as_json(text)
        return [row_in(document) for document in self.sent(lambda: self._driver.texts(query))]

    def sent(self, send: Callable[[], _Given]) -> _Given:
        """Do something on the connection; the driver's errors become psycopg's."""
        try:
            return send()
        except self._driver.errors as error:
            said = self._driver.said(error)
            self._lost |= ends_the_session(said) or isinstance(error, OSError)
            raise translated(said, error, closed=self.closed) from error

    def copied_column(self, table: TableName, column: str) -> Iterator[str]:
        """Give what stands in a column of a table, without NULL; larger ones pass through a file."""
        statement = sql.SQL("copy {} ({}) to stdout with (encoding 'UTF8')").format(
            sql.Identifier(table.schema, table.name), sql.Identifier(column)
        )
        with SpooledTemporaryFile(_IN_MEMORY) as file:
            out = cast(BinaryIO, file)
            self.sent(lambda: self._driver.copy_out(rendered(statement), table, column, out))
            file.seek(0)
            for line in file:
                value = field_value(line.removesuffix(b"\n").decode("utf-8", "surrogateescape"))
                if value is not None:
                    yield value

    @contextmanager
    def transaction(self, savepoint_name: str | None = None, force_rollback: bool = False) -> Iterator[None]:  # noqa: FBT001, FBT002 - as psycopg has it
        """Begin a transaction, or a savepoint in the one that is open."""
        begins = self.info.transaction_status == TransactionStatus.IDLE
        self._savepoints += 1
        savepoint = sql.Identifier(savepoint_name or f"seedkit_{self._savepoints}")
        self._begin(None if begins else savepoint)
        try:
            yield
        except BaseException:
            if not self.closed:
                self._take_back(None if begins else savepoint)
            raise
        finally:
            self._savepoints -= 1
        if force_rollback:
            self._take_back(None if begins else savepoint)
        elif begins:
            self.commit()
        else:
            self.execute(sql.SQL("release {}").format(savepoint))

    def _begin(self, savepoint: sql.Identifier | None) -> None:
        if savepoint is not None:
            self.execute(sql.SQL("savepoint {}").format(savepoint))
        elif self.autocommit:
            self.execute("begin")

    def _take_back(self, savepoint: sql.Identifier | None) -> None:
        if savepoint is None:
            self.rollback()
        else:
            self.execute(sql.SQL("rollback to {}").format(savepoint))
            self.execute(sql.SQL("release {}").format(savepoint))

    def commit(self) -> None:
        """Commit the transaction that is open."""
        self.sent(self._driver.commit)

    def rollback(self) -> None:
        """Roll the transaction back that is open."""
        self.sent(self._driver.rollback)


class DriverAnswer:
    """The rows of an answer."""

    def __init__(self, session: DriverSession, *, as_dicts: bool) -> None:
        self._session = session
        self._as_dicts = as_dicts
        self._rows: list[Any] | None = None
        self._columns: list[tuple[str, Any]] = []
        self._next = 0

    @property
    def description(self) -> Sequence[object] | None:
        """The columns of the first row, as far as there is one: where there is none, nobody needs them."""
        return None if self._rows is None else self._columns

    def execute(self, query: Statement, params: Sequence[Any] | Mapping[str, Any] | None = None) -> DriverAnswer:
        """Send a statement, and keep its rows."""
        pairs = self._session.pairs(rendered(query, params))
        self._next = 0
        self._columns = pairs[0] if pairs else []
        if pairs is None:
            self._rows = None
        elif self._as_dicts:
            self._rows = [dict(row) for row in pairs]
        else:
            self._rows = [tuple(value for _, value in row) for row in pairs]
        return self

    def fetchone(self) -> Any:  # noqa: ANN401 - a tuple or a dict
        """Give the next row, None after the last one."""
        return next(iter(self._left(1)), None)

    def fetchall(self) -> list[Any]:
        """Give the rows that are left."""
        return self._left(None)

    def scroll(self, value: int, mode: str = "absolute") -> None:
        """Go to a row."""
        self._next = value if mode == "absolute" else self._next + value

    def _left(self, number: int | None) -> list[Any]:
        if self._rows is None:
            raise psycopg.ProgrammingError("the last statement gave no rows")
        rows = self._rows[self._next :][:number]
        self._next += len(rows)
        return rows


class DriverFacts:
    """What is known of the session and the server; where it is reached, the server is asked once."""

    hostaddr = ""

    def __init__(self, session: DriverSession) -> None:
        self._session = session

    @property
    def transaction_status(self) -> TransactionStatus:
        """Whether a transaction is open, and whether it has failed."""
        return TransactionStatus.UNKNOWN if self._session.closed else self._session.driver.status

    def parameter_status(self, param_name: str) -> str | None:
        """Give a setting that the server tells of by itself."""
        return self._session.driver.parameter(param_name)

    def get_parameters(self) -> dict[str, str]:
        """Give nothing: how the connection was asked for, its owner knows."""
        return {}

    @property
    def server_version(self) -> int:
        """Such as 180001."""
        return int(self._asked["version"])

    @property
    def dbname(self) -> str:
        """The database."""
        return str(self._asked["database"])

    @property
    def user(self) -> str:
        """The role that has logged in."""
        return str(self._asked["role"])

    @property
    def host(self) -> str:
        """The server's own address, empty for a socket."""
        return str(self._asked["host"] or "")

    @property
    def port(self) -> int:
        """The server's own port."""
        return int(self._asked["port"])

    @cached_property
    def _asked(self) -> dict[str, Any]:
        row: dict[str, Any] = self._session.cursor(row_factory=dict_row).execute(_WHERE).fetchone()
        return row


_WHERE = sql.SQL(
    "select pg_catalog.current_setting('server_version_num') as version, pg_catalog.current_database() as database,"
    " session_user as role, pg_catalog.host(pg_catalog.inet_server_addr()) as host,"
    " pg_catalog.current_setting('port') as port"
)
