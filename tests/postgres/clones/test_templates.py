"""Runs that meet on a server: one makes the template, the others wait for it; none takes another's away."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from seedkit.postgres.clones.session import CloneSession, clone_session
from seedkit.postgres.clones.templates import template_for

Open = Callable[[], AbstractContextManager[CloneSession]]


@pytest.fixture
def run(server: str, tmp_path: Path) -> Iterator[Open]:
    """Come to the server as a run of one project."""
    yield partial(clone_session, server, source="the server", folder=tmp_path)
    with clone_session(server, source="the server", folder=tmp_path) as session:
        for name in session.named(session.names.templates()):
            session.drop(name)


def rows(session: CloneSession, name: str) -> int:
    with psycopg.connect(session.url(name)) as connection:
        return connection.execute("select * from made").rowcount


def make(url: str, delay: float = 0) -> None:
    with psycopg.connect(url) as connection:
        connection.execute("create table made (at timestamptz default now()); insert into made default values")
    time.sleep(delay)


def test_of_runs_that_start_together_one_makes_the_template(run: Open) -> None:
    built = []

    def clone_of_it(_turn: int) -> int:
        def build(url: str) -> None:
            built.append(url)
            make(url, delay=0.3)

        with run() as session:
            return rows(session, session.clone(template_for(session, "0123456789ab", build, anew_in=None)))

    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(clone_of_it, range(4)))

    assert found == [1, 1, 1, 1]
    assert len(built) == 1


def test_a_template_that_another_run_uses_stays_when_it_is_made_anew(run: Open) -> None:
    with run() as first, run() as second:
        old = template_for(first, "0123456789ab", make, anew_in=None)
        new = template_for(second, "0123456789ab", make, anew_in="this one")
        again = template_for(second, "0123456789ab", make, anew_in="this one")

        assert rows(first, first.clone(old)) == 1
        assert new == again != old
    with run() as third:
        template_for(third, "0123456789ab", make, anew_in="a later one")
        left = third.named(third.names.templates())

    assert len(left) == 1


def test_a_pool_that_stays_open_in_the_template_does_not_keep_it_from_being_finished(run: Open) -> None:
    pools = []

    def build(url: str) -> None:
        make(url)
        pools.append(psycopg.connect(url))

    with run() as session:
        name = template_for(session, "0123456789ab", build, anew_in=None)
        found = rows(session, session.clone(name))
    pools[0].close()

    assert found == 1


def test_a_build_that_fails_leaves_nothing(run: Open) -> None:
    def fail(url: str) -> None:
        make(url)
        raise ValueError(url)

    with run() as session:
        with pytest.raises(ValueError, match="draft"):
            template_for(session, "0123456789ab", fail, anew_in=None)
        left = session.named(session.names.project)

    assert left == []


def test_projects_do_not_meet(run: Open, server: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    other = clone_session(server, source="the server", folder=tmp_path_factory.mktemp("other"))
    with run() as session, other as beside:
        mine = template_for(session, "0123456789ab", make, anew_in=None)
        others = template_for(beside, "0123456789ab", make, anew_in=None)
        beside.clone(others)
        beside.connection.execute(sql.SQL("drop database {}").format(sql.Identifier(others)))

        assert mine != others
        assert session.named(session.names.project) == [mine]


def test_databases_of_others_whose_names_only_begin_alike_stay(run: Open) -> None:
    with run() as session:
        project = session.names.project
        others = [f"{project}_template_mine", f"{project}_template_a_1", f"{project}_b_clone_00000000000000ff_1"]
        for name in others:
            session.connection.execute(sql.SQL("create database {}").format(sql.Identifier(name)))
        for content in range(5):
            template_for(session, f"{content}123456789abcdef", make, anew_in=None)
    with run() as session:
        assert set(others) <= set(session.named(project))
        for name in others:
            session.drop(name)
