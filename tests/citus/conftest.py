"""What runs on a Citus cluster, where somebody names one: pytest --citus=URL_OF_COORDINATOR tests/citus."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import pytest

from tests.citus.clusters import KINDS, KNOWN, Cluster, database_on

_NUMBERS = itertools.count()


@pytest.fixture(scope="module")
def empty_cluster(pytestconfig: pytest.Config) -> Iterator[Cluster]:
    """A database without tables on all nodes, for a module's tests."""
    url = pytestconfig.getoption("--citus")
    if url is None:
        pytest.skip("needs a Citus cluster: --citus=URL_OF_COORDINATOR")
    with database_on(url, f"seedkit_test_{next(_NUMBERS)}") as cluster:
        yield cluster


@pytest.fixture
def cluster(empty_cluster: Cluster) -> Iterator[Cluster]:
    """The module's database with a table of each kind, and no row."""
    empty_cluster.on(0, *KINDS.strip().split("\n"), *KNOWN)
    yield empty_cluster
    tables = "accounts, events, marks, countries, settings, notes"
    empty_cluster.on(0, f"drop table {tables}", "drop schema single cascade")
