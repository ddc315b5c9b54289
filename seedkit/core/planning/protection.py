"""Decides whether a database is a production one, which `seed` leaves alone unless it is forced."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from msgspec import Struct

from seedkit.core.names import words_in
from seedkit.core.planning.protected_hosts import protecting_pattern

MARK = "[seedkit: protected]"
"""A line of the database's comment; it travels with the database, whatever a .env says."""

GENERATE_MARK = "[seedkit: generate]"
"""A line of the comment of a database that is there to be filled: nobody is asked whether many rows are meant."""

ENVIRONMENT_VARIABLES = (
    "SEEDKIT_ENV",
    "APP_ENV",
    "ENVIRONMENT",
    "ENV",
    "DJANGO_ENV",
    "FLASK_ENV",
    "RAILS_ENV",
    "NODE_ENV",
    "DEPLOY_ENV",
    "STAGE",
    "SPRING_PROFILES_ACTIVE",
    "DJANGO_SETTINGS_MODULE",
    "DJANGO_CONFIGURATION",
    "RACK_ENV",
    "HANAMI_ENV",
    "MIX_ENV",
    "GO_ENV",
    "PYTHON_ENV",
    "APPLICATION_ENV",
    "APP_ENVIRONMENT",
    "SYMFONY_ENV",
    "CI_ENVIRONMENT",
    "CI_ENVIRONMENT_NAME",
    "ASPNETCORE_ENVIRONMENT",
    "DOTNET_ENVIRONMENT",
    "QUARKUS_PROFILE",
    "MICRONAUT_ENVIRONMENTS",
    "VERCEL_ENV",
    "RAILWAY_ENVIRONMENT_NAME",
    "DEPLOYMENT_ENVIRONMENT",
    "SENTRY_ENVIRONMENT",
    "DD_ENV",
)
"""Of frameworks, hosts and tools that name the environment itself; not of those that name how something was built."""

_PRODUCTION_WORDS = frozenset({"prod", "prd", "production", "live"})
_BEFORE_PRODUCTION = frozenset({"pre", "non", "not"})


class NamedEnvironment(Struct, frozen=True, kw_only=True):
    """What somebody calls the environment; `source` is the option, variable or setting that does."""

    name: str
    source: str


def production_reason(
    environments: Iterable[NamedEnvironment],
    hosts: Sequence[str],
    protected_hosts: Sequence[str],
    comment: str | None,
    names: Iterable[tuple[str, str]] = (),
) -> str | None:
    """Say why a database counts as a production one, or None; any one sign is enough.

    `hosts` are the name that was asked for and the address that was reached. `names` are what the database is known by,
    each with what it is the name of: its service, its host, itself.

    >>> production_reason([NamedEnvironment(name="eu-prod", source="APP_ENV")], ["localhost"], [], None)
    'APP_ENV is "eu-prod"'
    >>> production_reason([], ["localhost"], [], None, [("database", "shop_production")])
    'its database is called "shop_production"'
    >>> production_reason([], ["localhost"], [], None, [("database", "products")]) is None
    True
    """
    for environment in environments:
        if names_production(environment.name):
            return f'{environment.source} is "{environment.name}"'
    if found := protecting_pattern(hosts, protected_hosts):
        return f'its host {found[0]} is among the protected-hosts ("{found[1]}")'
    if is_marked(comment):
        return f"its comment carries the mark {MARK}"
    called = ((what, name) for what, name in names if _has_production_word(_last_part(name)))
    return next((f'its {what} is called "{name}"' for what, name in called), None)


def names_production(environment: str) -> bool:
    """Whether a word of an environment's name says production, or its beginning does; what comes before it does not.

    >>> [name for name in ("eu-prod", "bankProduction", "live_2", "pre-prod", "livestock") if names_production(name)]
    ['eu-prod', 'bankProduction', 'live_2']
    """
    is_path = "." in environment  # a module's, as Django's settings have it: `products.settings` says nothing
    return (not is_path and environment.strip().lower().startswith("prod")) or _has_production_word(environment)


def _has_production_word(name: str) -> bool:
    words = [word.lower() for word in words_in(name)]
    before = ["", *words]
    return any(
        word in _PRODUCTION_WORDS and last not in _BEFORE_PRODUCTION for last, word in zip(before, words, strict=False)
    )


def _last_part(name: str) -> str:
    """Give what a socket's path ends with, as in /cloudsql/shop-prod:eu:db; where it lies says nothing."""
    return name.rstrip("/").rpartition("/")[2] if name.startswith("/") else name


def is_marked(comment: str | None, mark: str = MARK) -> bool:
    """Whether a line of a database's comment is the mark."""
    return mark in map(str.strip, (comment or "").splitlines())


def marked(comment: str | None) -> str:
    r"""Add the mark to a database's comment, as its last line.

    >>> marked("The shop.")
    'The shop.\n[seedkit: protected]'
    """
    if is_marked(comment):
        return comment or ""
    return f"{comment.rstrip()}\n{MARK}" if comment and comment.strip() else MARK


def unmarked(comment: str | None) -> str | None:
    r"""Take the mark out of a database's comment; None where nothing else was in it.

    >>> unmarked("The shop.\n[seedkit: protected]")
    'The shop.'
    """
    kept = "\n".join(line for line in (comment or "").splitlines() if line.strip() != MARK)
    return kept or None
