"""The URL of a test's database, as text that psycopg takes, and in the words of SQLAlchemy and Django."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit


class DatabaseUrl(str):
    """A URL of PostgreSQL's: `psycopg.connect(url)` takes it as it is.

    >>> url = DatabaseUrl("postgresql://ada:p%40ss@db:5433/shop?sslmode=require")
    >>> url.name
    'shop'
    >>> url.for_sqlalchemy("asyncpg")
    'postgresql+asyncpg://ada:p%40ss@db:5433/shop?sslmode=require'
    """

    __slots__ = ()

    @property
    def name(self) -> str:
        """The name of the database."""
        return unquote(urlsplit(self).path.removeprefix("/"))

    def for_sqlalchemy(self, driver: str = "psycopg") -> str:
        """Give the URL with the name of a driver in it."""
        return f"postgresql+{driver}://{self.partition('://')[2]}"

    def for_django(self) -> dict[str, Any]:
        """Give what an entry of Django's DATABASES says of the place, but for its ENGINE.

        >>> DatabaseUrl("postgresql://postgres@/shop?host=/run/pg&port=5433").for_django()
        {'NAME': 'shop', 'USER': 'postgres', 'PASSWORD': '', 'HOST': '/run/pg', 'PORT': '5433', 'OPTIONS': {}}
        """
        parts, options = urlsplit(self), dict(parse_qsl(urlsplit(self).query))
        host, port = options.pop("host", parts.hostname or ""), options.pop("port", str(parts.port or ""))
        return {
            "NAME": self.name,
            "USER": unquote(parts.username or ""),
            "PASSWORD": unquote(parts.password or ""),
            "HOST": host,
            "PORT": port,
            "OPTIONS": options,
        }
