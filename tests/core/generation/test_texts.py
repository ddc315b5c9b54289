"""Generated texts: what belongs together fits together, and reaches nobody."""

from __future__ import annotations

import re

import pytest

from seedkit.core.generation.columns.choices import Choice
from seedkit.core.generation.columns.cuts import Cut, Marked
from seedkit.core.generation.columns.texts.making import TextMaker
from seedkit.core.generation.columns.texts.meanings import MAKERS
from seedkit.core.generation.planning.types import texts
from seedkit.core.generation.streams import BLOCK, Stream, rows_of_block
from seedkit.files.generation.meanings import read_meanings, read_words


def maker(column: str = "c", *, prefix: str = "", seed: int = 0) -> TextMaker:
    table = Stream.named(seed, "public.users")
    return TextMaker(read_words(), Stream.named(seed, "public.users", column), table, prefix)


def values(meaning: str, column: str = "c", count: int = 500, *, prefix: str = "", seed: int = 0) -> list[str]:
    return list(MAKERS[meaning](maker(column, prefix=prefix, seed=seed)).values(range(count)))


def test_a_row_is_about_one_person() -> None:
    names = values("full_name", "name")

    assert [
        f"{given} {surname}" for given, surname in zip(values("first_name"), values("last_name"), strict=True)
    ] == names
    for number, (email, name) in enumerate(zip(values("email", "mail"), names, strict=True), 1):
        given, surname = name.lower().split()
        assert re.fullmatch(rf"{given}\.{surname}{number}@example\.(com|org|net)", email)


def test_a_row_is_in_one_place_and_has_another_for_another_address() -> None:
    by_city = {city.name: city for city in read_words().cities}
    cities = values("city", "city")

    for city, region, postcode, code in zip(
        cities, values("region"), values("postcode", "zip"), values("country_code"), strict=True
    ):
        pattern = by_city[city].postcode.replace("#", "[0-9]").replace("@", "[A-Z]")
        assert (by_city[city].region, by_city[city].country) == (region, code)
        assert re.fullmatch(pattern, postcode)
    assert values("city", prefix="shipping") != cities


@pytest.mark.parametrize("meaning", sorted(MAKERS))
def test_every_meaning_has_many_values_for_whole_blocks_and_none_that_copy_would_misread(meaning: str) -> None:
    generator = MAKERS[meaning](maker())

    first, second = list(generator.values(rows_of_block(0))), list(generator.values(rows_of_block(1)))

    assert (len(first), len(second)) == (BLOCK, BLOCK)
    assert first != second
    assert not any(re.search(r"[\\\t\n\r]", value) or not value for value in first[:200])
    assert len(set(first)) > 1
    assert list(MAKERS[meaning](maker()).values(rows_of_block(1))) == second


def test_every_meaning_of_a_text_can_be_made() -> None:
    needed = {meaning.name for meaning in read_meanings().meanings if meaning.family == "text"}

    assert needed <= texts.MEANINGS


def test_nothing_reaches_anybody() -> None:
    assert all(re.fullmatch(r"\+1 \d{3}-555-01\d\d", phone) for phone in values("phone"))
    assert all(re.fullmatch(r"192\.0\.2\.\d{1,3}", address) for address in values("ip"))
    assert all(
        re.search(r"example\.(com|org|net)", url) for url in values("url") + values("image_url") + values("domain")
    )


def test_texts_are_cut_to_their_length_and_kept_apart_by_their_number() -> None:
    words = MAKERS["title"](maker())

    cut = list(Cut(words, 12).values(rows_of_block(0)))
    marked = list(Marked(words, length=12).values(rows_of_block(0)))

    assert max(map(len, cut)) <= 12
    assert max(map(len, marked)) <= 12
    assert len(set(marked)) == BLOCK


def test_texts_of_different_lengths_with_a_number_behind_are_never_the_same() -> None:
    names = Choice(("harbo", "harbor", "harbors"), Stream.named(0, "t", "c"))

    for length in (5, 8, 12, 30):
        assert len(set(Marked(names, length=length).values(rows_of_block(0)))) == BLOCK
