"""The database: its URL, and a session for each request."""

import os
from collections.abc import AsyncIterator
from functools import cache
from typing import Annotated

from fastapi import Depends
from sqlalchemy import URL, make_url
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, create_async_engine


def database_url() -> URL:
    """The URL that seedkit and psql take as it is, in SQLAlchemy's spelling."""
    return make_url(os.environ["DATABASE_URL"]).set(drivername="postgresql+asyncpg")


@cache
def engine() -> AsyncEngine:
    return create_async_engine(database_url())


async def session() -> AsyncIterator[AsyncSession]:
    async with AsyncSession(engine(), expire_on_commit=False) as session:
        yield session


Session = Annotated[AsyncSession, Depends(session)]
