"""Kinds of values that a column's name promises, each with what such a value has to be like."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

Holds = Callable[[str], bool]

TEXT = frozenset(("text", "character varying", "character", "citext"))
NUMBER = frozenset(("smallint", "integer", "bigint", "numeric", "real", "double precision", "money"))
MOMENT = frozenset(("date", "timestamp without time zone", "timestamp with time zone"))
ADDRESS = frozenset(("inet",))


@dataclass(frozen=True, slots=True)
class Kind:
    """What the values of columns of some types and names have to be."""

    name: str
    types: frozenset[str]
    columns: re.Pattern[str]
    holds: Holds


_COUNTRIES = frozenset(
    re.findall(
        "..",
        "ADAEAFAGAIALAMAOAQARASATAUAWAXAZBABBBDBEBFBGBHBIBJBLBMBNBOBQBRBSBTBVBWBY"
        "BZCACCCDCFCGCHCICKCLCMCNCOCRCUCVCWCXCYCZDEDJDKDMDODZECEEEGEHERESETFIFJFK"
        "FMFOFRGAGBGDGEGFGGGHGIGLGMGNGPGQGRGSGTGUGWGYHKHMHNHRHTHUIDIEILIMINIOIQIR"
        "ISITJEJMJOJPKEKGKHKIKMKNKPKRKWKYKZLALBLCLILKLRLSLTLULVLYMAMCMDMEMFMGMHMK"
        "MLMMMNMOMPMQMRMSMTMUMVMWMXMYMZNANCNENFNGNINLNONPNRNUNZOMPAPEPFPGPHPKPLPM"
        "PNPRPSPTPWPYQARERORSRURWSASBSCSDSESGSHSISJSKSLSMSNSOSRSSSTSVSXSYSZTCTDTF"
        "TGTHTJTKTLTMTNTOTRTTTVTWTZUAUGUMUSUYUZVAVCVEVGVIVNVUWFWSYEYTZAZMZW",
    )
)
_RESERVED = re.compile(r"(^|\.)example(\.(com|org|net|edu))?$|\.(test|invalid|localhost)$", re.IGNORECASE)
_NETWORKS = [
    ipaddress.ip_network(text)
    for text in (
        *("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "127.0.0.0/8"),
        *("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32", "fc00::/7"),
    )
]
_WORDS = re.compile(r"[^\W\d_]+(?:[ .,'\u2019-]+[^\W\d_]+)*\.?")
_NUMBERED = re.compile(r"[^\W_]+(?:[ .,'\u2019-]+[^\W_]+)*\.?")
_LOREM = re.compile(r"lorem|ipsum|dolor sit|\b(?:foo|bar|asdf|qwerty)\b", re.IGNORECASE)


def _email(value: str) -> bool:
    name, at, host = value.rpartition("@")
    return bool(at and re.fullmatch(r"[A-Za-z0-9._+-]+", name) and _RESERVED.search(host))


def _url(value: str) -> bool:
    host = re.match(r"(?:[a-z]+://|)(?:www\.)?([A-Za-z0-9.-]+)", value)
    return not re.search(r"\s", value) and (value.startswith("/") or bool(host and _RESERVED.search(host[1])))


def _host(value: str) -> bool:
    return bool(re.fullmatch(r"[a-z0-9.-]+", value)) and bool(_RESERVED.search(value))


def _phone(value: str) -> bool:
    digits = re.sub(r"\D", "", value)
    return "55501" in digits and not re.search(r"[^\d\s()+./x-]", value)


def _address(value: str) -> bool:
    try:
        network = ipaddress.ip_interface(value)
    except ValueError:
        return False
    return any(network.version == known.version and network.ip in known for known in _NETWORKS)


def _words(value: str) -> bool:
    return bool(_WORDS.fullmatch(value))


def _named(value: str) -> bool:
    """Whether it is words that may have a number, as names that are unique do, and begins as a name does."""
    return bool(_NUMBERED.fullmatch(value)) and value[0].isupper()


def _full_name(value: str) -> bool:
    return _named(value) and " " in value


def _country(value: str) -> bool:
    return _country_code(value) or (len(value) > 3 and _words(value))


def _country_code(value: str) -> bool:
    return value in _COUNTRIES or bool(re.fullmatch(r"[A-Z]{3}", value))


def _between(low: float, high: float) -> Holds:
    return lambda value: low <= _number(value) <= high


def _number(value: str) -> Decimal:
    return Decimal(re.sub(r"[$,]", "", value))


def _day(value: str) -> date:
    return datetime.fromisoformat(value[:10]).date()


def _in_reach(value: str) -> bool:
    return abs((_day(value) - date.today()).days) <= 366 * 12


def _age(value: str) -> bool:
    return 10 <= (date.today() - _day(value)).days / 365.25 <= 110


def _written(value: str) -> bool:
    return _in_reach(value) and (_day(value) - date.today()).days <= 1


def _matching(pattern: str) -> Holds:
    compiled = re.compile(pattern)
    return lambda value: bool(compiled.fullmatch(value))


def _sentence(value: str) -> bool:
    """Whether a text is made of words, and not of letters at random."""
    words = re.findall(r"[A-Za-z]{4,}", value)
    return bool(value.strip()) and not _LOREM.search(value) and all(re.search(r"[aeiouy]", w, re.I) for w in words)


def _called(words: str) -> re.Pattern[str]:
    """Match names that end in one of some words."""
    return re.compile(rf"^(?!hashed_|encrypted_)(?:.*_)?(?:{words})$")


KINDS = (
    Kind("e-mail", TEXT, _called("email|e_mail|email_address|mail"), _email),
    Kind("phone", TEXT, _called("phone|phone_number|telephone|mobile|fax|cell_phone"), _phone),
    Kind("URL", TEXT, _called("url|website|homepage|web_site|home_page"), _url),
    Kind("host", TEXT, _called("hostname|host_name|domain|domain_name"), _host),
    Kind("address of a computer", ADDRESS | TEXT, _called("ip|ip_address|ip_addr|remote_addr"), _address),
    Kind("first name", TEXT, _called("first_name|given_name|firstname"), _named),
    Kind("last name", TEXT, _called("last_name|surname|family_name|lastname"), _named),
    Kind("full name", TEXT, _called("full_name|fullname"), _full_name),
    Kind("city", TEXT, _called("city|town"), _named),
    Kind("country", TEXT, _called("country|country_name"), _country),
    Kind("country code", TEXT, _called("country_code|country_iso2?"), _country_code),
    Kind(
        "postal code", TEXT, _called("postal_code|postcode|zip|zip_code|zipcode"), _matching(r"[A-Z0-9][A-Z0-9 -]{2,9}")
    ),
    Kind(
        "street",
        TEXT,
        _called("street|street_address|address_line_?1|address1"),
        _matching(r"(?=.*\d)(?=.*[A-Za-z]{3}).{5,}"),
    ),
    Kind("latitude", NUMBER, _called("lat|latitude"), _between(-90, 90)),
    Kind("longitude", NUMBER, _called("lon|lng|longitude"), _between(-180, 180)),
    Kind("time zone", TEXT, _called("time_zone|timezone"), _matching(r"UTC|GMT|[A-Z][A-Za-z_]+/[A-Z][A-Za-z_/+-]+")),
    Kind("language", TEXT, _called("locale|language_code|lang"), _matching(r"[a-z]{2,3}(?:[-_][A-Za-z]{2,4})?")),
    Kind(
        "currency",
        TEXT,
        _called("currency|currency_code|currency_iso"),
        _matching(r"[A-Z]{3} *|[A-Z][a-z]+(?: [A-Za-z]+)*"),
    ),
    Kind("price", NUMBER, _called("price|amount|cost|total|subtotal|fee|salary|unit_price"), _between(0.000001, 10**9)),
    Kind("quantity", NUMBER, _called("quantity|qty|stock|units_in_stock"), _between(0, 10**6)),
    Kind("percentage", NUMBER, _called("percent|percentage|discount_percent"), _between(0, 100)),
    Kind("age", NUMBER, _called("age"), _between(0, 120)),
    Kind("year", NUMBER, _called("year|release_year"), _between(1850, 2100)),
    Kind("birth", MOMENT, _called("birth_?date|date_of_birth|dob|born_on|birthday"), _age),
    Kind("written at", MOMENT, _called("created_at|updated_at|inserted_at|created_on|updated_on"), _written),
    Kind("moment of these years", MOMENT, _called("at|on|date"), _in_reach),
    Kind("slug", TEXT, _called("slug"), _matching(r"[a-z0-9]+(?:[-_][a-z0-9]+)*")),
    Kind("user name", TEXT, _called("user_name|username|login|nickname"), _matching(r"\S{2,}")),
    Kind("colour", TEXT, _called("colou?r"), _matching(r"#[0-9a-fA-F]{3,8}|[0-9a-fA-F]{6}|[A-Za-z]+(?: [A-Za-z]+)*")),
    Kind(
        "sentence",
        TEXT,
        _called("description|title|summary|body|comment|bio|notes?|message|subject|label|text"),
        _sentence,
    ),
)
