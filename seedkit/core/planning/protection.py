"""Decides whether a database is a production one, which `seed` leaves alone unless it is forced."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from seedkit.core.planning.protected_hosts import protecting_pattern

MARK = "[seedkit: protected]"
"""A line of the database's comment; it travels with the database, whatever a .env says."""

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
)
_PRODUCTION_WORDS = frozenset({"prod", "prd", "production", "live"})
_BEFORE_PRODUCTION = frozenset({"pre", "non", "not"})
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedEnvironment:
    """What somebody calls the environment; `source` is the option, variable or setting that does."""

    name: str
    source: str


def production_reason(
    environments: Iterable[NamedEnvironment], hosts: Sequence[str], protected_hosts: Sequence[str], comment: str | None
) -> str | None:
    """Say why a database counts as a production one, or None; any one sign is enough.

    `hosts` are the name that was asked for and the address that was reached.

    >>> production_reason([NamedEnvironment(name="eu-prod", source="APP_ENV")], ["localhost"], [], None)
    'APP_ENV is "eu-prod"'
    >>> production_reason([], ["localhost"], [], None) is None
    True
    """
    for environment in environments:
        if names_production(environment.name):
            return f'{environment.source} is "{environment.name}"'
    if found := protecting_pattern(hosts, protected_hosts):
        return f'its host {found[0]} is among the protected-hosts ("{found[1]}")'
    if is_marked(comment):
        return f"its comment carries the mark {MARK}"
    return None


def names_production(environment: str) -> bool:
    """Whether a word of an environment's name says production, or its beginning does; what comes before it does not.

    >>> [name for name in ("eu-prod", "bankProduction", "live_2", "pre-prod", "livestock") if names_production(name)]
    ['eu-prod', 'bankProduction', 'live_2']
    """
    words = [word.lower() for word in _WORD.findall(environment)]
    before = ["", *words]
    return environment.strip().lower().startswith("prod") or any(
        word in _PRODUCTION_WORDS and last not in _BEFORE_PRODUCTION for last, word in zip(before, words, strict=False)
    )


def is_marked(comment: str | None) -> bool:
    """Whether a line of a database's comment is the mark."""
    return MARK in map(str.strip, (comment or "").splitlines())


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
