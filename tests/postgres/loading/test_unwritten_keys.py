"""Keys that the file does not write: a row that is there keeps its own, and its label means it."""

from __future__ import annotations

import pytest

from tests.postgres.loads import Connection, Load, rows_of

pytestmark = pytest.mark.usefixtures("way")

TABLES = """
create table courts (id uuid primary key default gen_random_uuid(), slug text not null unique, name text);
create table games (id integer primary key, court_id uuid not null references courts on update cascade);
insert into courts values ('00000000-0000-4000-8000-000000000007', 'court', 'Old')
"""
OLD = "00000000-0000-4000-8000-000000000007"
COURTS = "_fixture: {key: [slug]}\ncourt: {slug: court, name: Court}\nnew: {slug: new, name: New}\n"
GAMES = "- {id: 1, court_id: court}\n- {id: 2, court: new}\n"


@pytest.fixture
def connection(emptied: Connection) -> Connection:
    emptied.execute(TABLES)
    return emptied


def court_of(connection: Connection, game: int) -> tuple[str, ...]:
    query = "select courts.id::text, name from games join courts on courts.id = court_id where games.id = %s"
    [found] = connection.execute(query, [game]).fetchall()
    return tuple(found)


def test_a_labelled_row_keeps_the_uuid_that_it_has(connection: Connection, load: Load) -> None:
    loaded = [load(courts=COURTS), load(courts=COURTS)]

    assert loaded == [{"courts": (1, 1, 0)}, {"courts": (0, 0, 2)}]
    assert rows_of(connection, "select id::text, name from courts where slug = 'court'") == [(OLD, "Court")]


def test_a_label_means_the_row_with_its_own_uuid(connection: Connection, load: Load) -> None:
    loaded = [load(courts=COURTS, games=GAMES), load(courts=COURTS, games=GAMES)]

    assert loaded == [{"courts": (1, 1, 0), "games": (2, 0, 0)}, {"courts": (0, 0, 2), "games": (0, 0, 2)}]
    assert court_of(connection, 1) == (OLD, "Court")
    assert court_of(connection, 2)[1] == "New"


def test_a_label_of_a_row_that_is_left_alone_does_not_dangle(connection: Connection, load: Load) -> None:
    skipping = COURTS.replace("[slug]", "[slug], on_conflict: skip")

    load(courts=skipping, games=GAMES)

    assert court_of(connection, 1) == (OLD, "Old")


def test_a_new_row_has_the_uuid_of_its_label_with_a_key_and_without(connection: Connection, load: Load) -> None:
    load(courts=COURTS)
    recognised_by_slug = rows_of(connection, "select id from courts where slug = 'new'")
    connection.execute("delete from courts")

    load(courts="new: {slug: new, name: New}\n")

    assert rows_of(connection, "select id from courts") == recognised_by_slug


def test_a_row_of_a_tree_keeps_its_uuid_and_is_its_childrens_parent(connection: Connection, load: Load) -> None:
    connection.execute(
        """
        create table parts (id uuid primary key, slug text not null unique, whole_id uuid references parts);
        insert into parts values ('00000000-0000-4000-8000-000000000007', 'car', null)
        """
    )
    fixture = (
        "_fixture: {key: [slug]}\nwheel: {slug: wheel, whole_id: car}\n"
        "car: {slug: car}\nrim: {slug: rim, whole: wheel}\n"
    )

    loaded = [load(parts=fixture), load(parts=fixture)]

    assert loaded == [{"parts": (2, 0, 1)}, {"parts": (0, 0, 3)}]
    assert rows_of(
        connection,
        "select part.slug, whole.slug from parts part left join parts whole on whole.id = part.whole_id order by 1",
    ) == [("car", None), ("rim", "wheel"), ("wheel", "car")]


def test_a_choice_among_labelled_rows_takes_the_uuids_that_they_have(connection: Connection, load: Load) -> None:
    connection.execute("insert into courts values (gen_random_uuid(), 'in no fixture', 'Other')")

    load(courts=COURTS, games="- {id: !range 1..40, court_id: !choice {ref: courts}}\n")

    assert rows_of(connection, "select distinct slug from games join courts on courts.id = court_id order by 1") == [
        ("court",),
        ("new",),
    ]


def test_a_join_row_goes_to_the_row_with_its_own_uuid(connection: Connection, load: Load) -> None:
    connection.execute(
        """
        create table players (id integer primary key, name text);
        create table courts_players (
            court_id uuid references courts, player_id integer references players, primary key (court_id, player_id)
        )
        """
    )

    load(
        courts="_fixture: {key: [slug]}\ncourt: {slug: court, name: Court, players: [ben]}\n",
        players="ben: {id: 1, name: Ben}\n",
    )

    assert rows_of(connection, "select court_id::text, player_id from courts_players") == [(OLD, 1)]


def test_a_row_keeps_the_uuid_that_the_file_gives_when_it_is_recognised_by_it(
    connection: Connection, load: Load
) -> None:
    load(courts="new: {slug: new, name: New}\n")

    assert load(courts="new: {slug: newer, name: New}\n") == {"courts": (0, 1, 0)}
    assert load(courts="_fixture: {key: [id]}\nnew: {slug: newest, name: New}\n") == {"courts": (0, 1, 0)}


def test_what_the_server_gave_a_row_is_found_by_the_uuid_of_its_label(connection: Connection, load: Load) -> None:
    connection.execute(
        "alter table courts add number integer not null default 41; alter table games add number integer"
    )
    courts = "new: {slug: new, name: New}\n"
    load(courts=courts)
    connection.execute("update courts set slug = 'newer' where slug = 'new'")

    load(courts=courts, games="- {id: 1, court_id: new, number: !ref courts.new.number}\n")

    assert rows_of(connection, "select number from games") == [(41,)]


def test_a_key_that_the_file_writes_is_updated(connection: Connection, load: Load) -> None:
    other = "00000000-0000-4000-8000-000000000008"

    loaded = load(courts=f"_fixture: {{key: [slug]}}\ncourt: {{id: {other}, slug: court}}\n")

    assert loaded == {"courts": (0, 1, 0)}
    assert rows_of(connection, "select id::text from courts") == [(other,)]


def test_a_labelled_row_keeps_the_number_that_it_has(connection: Connection, load: Load) -> None:
    connection.execute(
        """
        create table parts (id serial primary key, slug text not null unique, whole_id integer references parts);
        insert into parts values (70, 'car', null)
        """
    )
    fixture = "_fixture: {key: [slug]}\nwheel: {slug: wheel, whole_id: car}\ncar: {slug: car}\n"

    loaded = [load(parts=fixture), load(parts=fixture)]

    assert loaded == [{"parts": (1, 0, 1)}, {"parts": (0, 0, 2)}]
    assert rows_of(connection, "select whole_id from parts where slug = 'wheel'") == [(70,)]
