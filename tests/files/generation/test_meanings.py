"""Columns mean what people would say that they mean, by name, in seven languages."""

from __future__ import annotations

import re

import pytest

from seedkit.files.generation.meanings import read_meanings, read_words

TEXTS = {
    "email": [
        "email",
        "e_mail",
        "E-Mail",
        "user_email",
        "emailAddress",
        "emailaddress",
        "customeremail",
        "correo",
        "email2",
    ],
    "first_name": ["first_name", "firstName", "FirstName", "strFirstName", "vorname", "prénom", "given_name"],
    "last_name": ["last_name", "Nachname", "apellidos", "surname", "cognome", "billing_last_name"],
    "phone": ["phone", "phone2", "mobile_number", "Telefon", "home_phone", "teléfono"],
    "city": ["city", "billing_city", "Ort", "ville", "ciudad", "città"],
    "postcode": ["zip", "zip_code", "PLZ", "shippingPostalCode", "code_postal", "cep"],
    "country": ["country", "Land", "pays", "billing_country"],
    "country_code": ["country_code", "countryregioncode", "iso2"],
    "url": ["url", "token_revocation_url", "homepage", "web_site"],
    "image_url": ["avatar_url", "photo", "logo"],
    "digest": ["sha256", "checksum", "file_hash"],
    "password_hash": ["password", "encrypted_password", "mot_de_passe"],
    "title": ["title", "Titel", "subject"],
    "paragraph": ["description", "body", "beschreibung"],
    "street": ["street", "address", "address1", "address_line_1", "Straße", "calle"],
    "address_line_2": ["address2", "address_line_2"],
}
TIMES = {
    "birth": ["date_of_birth", "geburtsdatum", "birthday", "fecha_nacimiento"],
    "created": ["created_at", "createdAt", "inserted_at", "created_ts", "creationDateTime"],
    "happened": ["hire_date", "happened_at", "invited_at", "event_ts", "hired_on", "rechnungsdatum"],
    "event": ["datum", "bumped_at", "sold_at", "zapped_on", "opened_at", "processed_at", "received_at"],
    "lapsed": [
        "bounced_at",
        "flagged_at",
        "churned_at",
        "fired_on",
        "quit_at",
        "deceased_at",
        "died_on",
        "termination_date",
        "terminated_on",
        "divorced_on",
        "austrittsdatum",
        "cancelled_at",
    ],
    "updated": ["updated_at", "last_update", "write_date", "updated_dt"],
    "seen": ["last_login_at", "last_seen_at"],
    "latest": ["current_sign_in_at"],
    "read": ["read_at", "seen_at"],
    "deleted": ["deleted_at", "archived_at"],
    "shipped": ["shipped_at", "sent_at"],
    "ended": ["delivered_at", "closed_at"],
    "start": [
        "seit",
        "von",
        "married_on",
        "starts_at",
        "start_date",
        "trial_start",
        "start_ts",
        "visit_start_datetime",
    ],
    "end": ["ends_at", "end_date", "ended_at", "until"],
    "valid_from": ["valid_from", "gultig_ab"],
    "valid_to": ["valid_to", "valid_until"],
    "check_in": ["check_in", "checkin_date"],
    "check_out": ["check_out", "return_date"],
    "due": ["due_date", "fallig_am", "faelligkeitsdatum", "expected_on"],
    "expires": ["expires_at", "expiry_date"],
    "future": ["next_run_at"],
    "scheduled": ["scheduled_for", "scheduled_at"],
}
NUMBERS = {
    "price": ["price", "unit_price", "Betrag", "amount"],
    "part_of_price": ["tax", "discount_amount", "shipping_cost"],
    "total_price": ["total", "order_total", "gross"],
    "quantity": ["quantity", "qty", "Anzahl", "units_in_stock"],
    "latitude": ["lat", "latitude", "home_lat"],
    "year": ["year", "release_year", "Jahr"],
    "position": ["position", "sort_order"],
}


@pytest.mark.parametrize(
    ("family", "meaning", "column"),
    [
        (family, meaning, column)
        for family, found in (("text", TEXTS), ("time", TIMES), ("number", NUMBERS))
        for meaning, columns in found.items()
        for column in columns
    ],
)
def test_a_column_means_what_its_name_says(family: str, meaning: str, column: str) -> None:
    found = read_meanings().of(column, "things", family)

    assert found is not None
    assert found.name == meaning


@pytest.mark.parametrize(
    ("table", "column", "meaning"),
    [
        ("users", "name", "full_name"),
        ("people", "name", "full_name"),
        ("Kunden", "name", None),
        ("countries", "name", "country"),
        ("companies", "name", "company"),
        ("order_items", "name", "product"),
        ("employees", "title", "job"),
        ("books", "title", "title"),
        ("things", "name", None),
    ],
)
def test_a_name_asks_its_table(table: str, column: str, meaning: str | None) -> None:
    found = read_meanings().of(column, table, "text")

    assert (found.name if found else None) == meaning


def test_what_has_no_room_for_a_meaning_has_another() -> None:
    assert read_meanings().of("country", "addresses", "text", room=1) is None
    assert read_meanings().of("email", "users", "text", room=10) is None


@pytest.mark.parametrize(("room", "meaning"), [(None, "country"), (3, "country_code_3"), (2, "country_code")])
def test_the_length_tells_a_code_from_a_name(room: int | None, meaning: str) -> None:
    found = read_meanings().of("country", "addresses", "text", room)

    assert found is not None
    assert found.name == meaning


def test_no_two_meanings_claim_the_same_name() -> None:
    claims = [
        (meaning.family, phrase, sorted(meaning.of), meaning.shortest)
        for meaning in read_meanings().meanings
        for phrase in meaning.phrases
    ]

    assert [claim for claim in claims if claims.count(claim) > 1] == []


def test_the_words_are_such_that_copy_and_mail_addresses_can_hold() -> None:
    words = read_words()

    assert all(len(set(found)) > 4 for found in words.lists.values())
    assert [name for name in words.lists["given_names"] if not re.fullmatch(r"[A-Z][a-z]+", name)] == []
    assert [name for name in words.lists["surnames"] if not re.fullmatch(r"[A-Z][a-z]+", name)] == []
    assert {city.country for city in words.cities} <= {country.code for country in words.countries}
    assert all(-90 <= float(city.latitude) <= 90 and -180 <= float(city.longitude) <= 180 for city in words.cities)
