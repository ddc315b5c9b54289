"""Words of other languages: from Faker's lists, drawn by our streams, and a row in one language at a time."""

from __future__ import annotations

import subprocess
import sys
from datetime import date

import pytest

from seedkit.core.catalog import Column, Table
from seedkit.core.generation.planning.choosing import chosen_for
from seedkit.core.generation.planning.chosen import Facts, Run
from seedkit.core.generation.schema import TableRules
from seedkit.core.generation.spans import Narrowing
from seedkit.core.names import TableName
from seedkit.errors import UsageError
from seedkit.files.generation.locales import words_of
from seedkit.files.generation.meanings import read_meanings, read_words


def values(column: str, locale: str, type_: str = "text", count: int = 500) -> list[str]:
    found = Column(
        number=1,
        name=column,
        type_name=type_,
        base_type=type_,
        category="S",
        not_null=True,
        has_default=False,
        identity="",
        generated=False,
    )
    name = TableName("public", "users")
    table = Table(oid=1, name=name, kind="r", columns=(found,), keys=(), foreign_keys=(), row_security=False)
    facts = Facts(rules=TableRules(table=table), column=found, narrowing=Narrowing(), unique=False)
    run = Run(random_seed=0, today=date(2026, 11, 30), meanings=read_meanings(), words=words_of(locale))
    return list(chosen_for(facts, run).generator.values(range(count)))


def test_people_and_places_are_those_of_the_locale() -> None:
    from faker.providers.person.de_DE import Provider

    assert set(values("last_name", "de")) <= set(Provider.last_names)
    assert set(values("country", "de")) == {"Deutschland"}
    assert set(values("time_zone", "de")) == {"Europe/Berlin"}
    assert all(street[-1].isdigit() for street in values("street", "de"))
    assert all(street[0].isdigit() for street in values("street", "fr"))


def test_mail_addresses_are_plain_in_every_script() -> None:
    assert all(mail.isascii() and "@example." in mail for mail in values("email", "ja") + values("email", "de"))


@pytest.mark.parametrize(
    "locale", ["de", "de_CH", "fr", "es", "it", "pt", "pt_BR", "nl", "pl", "ja", "uk", "is", "en_GB"]
)
def test_a_locale_has_words_for_all_that_is_asked(locale: str) -> None:
    for column in ("full_name", "gender", "company", "job", "street", "city", "state", "zip", "phone", "slug", "bio"):
        assert all(text.strip() and "{" not in text for text in values(column, locale, count=200)), column


def test_of_several_languages_a_row_speaks_one() -> None:
    german, french = words_of("de"), words_of("fr")

    countries = values("country", "de:3,fr:1")
    surnames = values("last_name", "de:3,fr:1")
    latitudes = values("latitude", "de:3,fr:1", "double precision")

    assert 330 < countries.count("Deutschland") < 420
    for country, surname, latitude in zip(countries, surnames, latitudes, strict=True):
        words = german if country == "Deutschland" else french
        assert surname in words.lists["surnames"]
        assert latitude in {city.latitude for city in words.cities}


def test_english_is_ours_and_asks_nothing_of_faker() -> None:
    program = (
        "import sys; from seedkit.files.generation.locales import words_of; words_of('en');"
        " print('faker' in sys.modules)"
    )

    assert words_of("en") is read_words()
    assert str(words_of("de").source).startswith("Faker ")
    assert (
        subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout == "False\n"
    )


@pytest.mark.parametrize(
    ("locale", "message", "hint"),
    [
        ("dd", 'there is no locale "dd"', "Write a language or a locale"),
        ("de_DEE", 'there is no locale "de_DEE"', 'Did you mean "de_DE"'),
        ("de:0", '"de:0" is no locale', "de:3,fr:1"),
        ("", '"" is no locale', "de:3,fr:1"),
    ],
)
def test_a_locale_that_there_is_not_is_told_with_near_ones(locale: str, message: str, hint: str) -> None:
    with pytest.raises(UsageError) as caught:
        words_of(locale)

    assert caught.value.message == message
    assert hint in str(caught.value.hint)
