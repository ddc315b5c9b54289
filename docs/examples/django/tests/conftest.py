import pytest
from django.db import connection

from seedkit import seed


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """Once for each worker, in the database that pytest-django has made for it."""
    with django_db_blocker.unblock():
        seed(connection=connection, environment="test")
