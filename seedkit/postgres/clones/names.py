"""The names of the databases that tests are given: what each is, whose, and of which run, can be read from the name.

A project is known by its folder and the role that makes its databases, so that two on one server never meet; a run by a
number that it draws, and holds as an advisory lock while it lives.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from pathlib import Path

from msgspec import Struct, field

_RUN = re.compile(r"_(?:clone|draft)_([0-9a-f]{16})_[0-9]+\Z")
_TEMPLATE = re.compile(r"_template_[0-9a-f]{12}_[0-9]+\Z")
_CONTENT_DIGITS = 12


def _number() -> int:
    return secrets.randbits(63)


class RunNames(Struct, frozen=True, kw_only=True):
    """The names that one run of a project's tests gives; all of them fit into PostgreSQL's 63 bytes."""

    project: str
    run: int = field(default_factory=_number)

    def template(self, content: str, generation: int) -> str:
        """Name a template by what it was made from, and how often it was made anew."""
        return f"{self.templates(content)}{generation}"

    def templates(self, content: str = "") -> str:
        """Give what the names of the templates begin with: those of one content, or all of the project's."""
        beginning = f"{self.project}_template_"
        return f"{beginning}{content[:_CONTENT_DIGITS]}_" if content else beginning

    def draft(self, number: int) -> str:
        """Name a template that is being made."""
        return f"{self.project}_draft_{self.run:016x}_{number}"

    def clone(self, number: int) -> str:
        """Name a clone of the run."""
        return f"{self.project}_clone_{self.run:016x}_{number}"

    def is_template(self, name: str) -> bool:
        """Whether a database is a template of the project: one that somebody has named alike is none.

        >>> names = RunNames(project="seedkit_shop_1a2b3c4d")
        >>> names.is_template("seedkit_shop_1a2b3c4d_template_0123456789ab_2")
        True
        >>> names.is_template("seedkit_shop_1a2b3c4d_template_0123456789ab_2_before")
        False
        """
        return name.startswith(self.project) and _TEMPLATE.match(name, len(self.project)) is not None

    def run_of(self, name: str) -> int | None:
        """Tell which run of the project has made a clone or a draft.

        >>> RunNames(project="seedkit_shop_1a2b3c4d").run_of("seedkit_shop_1a2b3c4d_clone_00000000000000ff_1")
        255
        """
        found = _RUN.match(name, len(self.project)) if name.startswith(self.project) else None
        return int(found[1], 16) if found else None


def project_names(folder: Path, role: str) -> RunNames:
    """Give the names for a run of the tests in a folder, as a role.

    >>> names = project_names(Path("/srv/Web Shop"), "ada")
    >>> names.template("0123456789abcdef", 2).partition("_template_")[0::2]
    ('seedkit_web_shop_d69b3a58', '0123456789ab_2')
    """
    known = hashlib.sha256(f"{folder}\0{role}".encode(errors="surrogateescape")).hexdigest()[:8]
    spoken = re.sub(r"[^a-z0-9]+", "_", folder.name.lower())[:15].strip("_") or "tests"
    return RunNames(project=f"seedkit_{spoken}_{known}")
