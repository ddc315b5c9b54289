import pytest


@pytest.mark.anyio
async def test_the_seeded_articles_are_listed(client):
    titles = [article["title"] for article in (await client.get("/articles")).json()]

    assert sorted(titles) == ["Notes on the Analytical Engine", "The Education of a Computer"]


@pytest.mark.anyio
@pytest.mark.parametrize("turn", range(4))  # what one test commits, none of the others sees
async def test_an_article_is_written(client, turn):
    written = await client.post("/articles", json={"author_id": 17, "title": f"Turn {turn}"})

    assert written.status_code == 201
    assert len((await client.get("/articles")).json()) == 3


@pytest.mark.anyio
async def test_after_an_import_the_next_article_has_a_free_id(client):
    imported = await client.post("/import", json=[{"id": 5000, "author_id": 18, "title": "From elsewhere"}])
    written = await client.post("/articles", json={"author_id": 17, "title": "Next"})

    assert imported.status_code == 204
    assert written.json()["id"] == 5001


def test_the_author_of_the_migration_and_of_the_fixture_are_one(seedkit_connection, seedkit_ref):
    assert seedkit_ref("authors.ada") == 17
    assert seedkit_connection.execute("select count(*) from authors").fetchone() == (2,)
