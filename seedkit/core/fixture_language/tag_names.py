"""The tags of the fixture language by their names; what they stand for is said in `tags`."""

from __future__ import annotations

LANGUAGE_TAGS = frozenset(
    {
        *("!ref", "!range", "!count", "!faker", "!choice", "!format", "!ago", "!ahead", "!sql", "!env", "!file"),
        *("!json", "!like", "!between", "!after", "!maybe", "!per", "!default"),
    }
)
"""The tags that stay on a value, with `!!binary`: what they mean is decided with the column in sight."""

SAME_IN_EACH_ROW = frozenset({"!ago", "!ahead"})
"""Those that make the same of the same text in each row of a run."""
