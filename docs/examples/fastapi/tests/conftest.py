from collections.abc import AsyncIterator

import pytest
from app.database import session
from app.main import app
from httpx import ASGITransport, AsyncClient
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine
from sqlalchemy.pool import NullPool

from seedkit.integrations.schemas import alembic_migrations


@pytest.fixture(scope="session")
def seedkit_schema():
    return alembic_migrations("alembic.ini")


@pytest.fixture
def anyio_backend():
    return "asyncio"


@pytest.fixture
async def client(seedkit_fresh_database) -> AsyncIterator[AsyncClient]:
    """The application on a database of this test's own, with the seeds in it: what it commits is gone afterwards."""
    engine = create_async_engine(seedkit_fresh_database.for_sqlalchemy("asyncpg"), poolclass=NullPool)

    async def of_this_test() -> AsyncIterator[AsyncSession]:
        async with AsyncSession(engine, expire_on_commit=False) as session:
            yield session

    app.dependency_overrides[session] = of_this_test
    async with AsyncClient(transport=ASGITransport(app), base_url="http://blog") as client:
        yield client
    app.dependency_overrides.clear()
    await engine.dispose()
