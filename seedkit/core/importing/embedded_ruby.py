"""Ruby inside a Rails fixture: what a tag of ours can say as well. The rest has to be rendered by Rails."""

from __future__ import annotations

import re
from collections.abc import Iterator

from seedkit.core.fixture_language.label_keys import id_of_label, uuid_of_label
from seedkit.core.importing.text_edits import Edit

RENDERED = "Render it first, and import that: bin/rails runner 'puts ERB.new(File.read(ARGV[0])).result' FILE."

LONGEST = 2000
"""How many characters of Ruby are looked through for their end; what is longer is refused as YAML that is none."""

_RUBY = re.compile(rf"<%(?!%)(.{{0,{LONGEST}}}?)-?%>", re.DOTALL)
_VALUE_BEFORE = re.compile(r"[:\-,\[{]\s*\Z")
_VALUE_AFTER = re.compile(r"\s*(?:[,}\]]|#|\Z)")
_UNITS = {"second": "s", "minute": "min", "hour": "h", "day": "d", "week": "w", "month": "mo", "year": "y"}
_FORMAT = r"(?:\.(?:utc|to_date|to_time|iso8601|to_s|to_fs|to_formatted_s|in_time_zone)(?:\(:?(?:db|iso8601)?\))?)*"
_NOW = r"(?:(?:Time|DateTime)\.(?:now|current)|Time\.zone\.(?:now|today)|Date\.(?:today|current))"
_SPAN = r"([0-9]+)\.(second|minute|hour|day|week|month|year)s?"
_MOMENT = re.compile(rf"{_NOW}{_FORMAT}\Z")
_BEFORE = re.compile(rf"\(?{_SPAN}\.(ago|from_now){_FORMAT}\)?\Z")
_AROUND = re.compile(rf"\(?{_NOW}(?:\.utc)?\s*([-+])\s*{_SPAN}\)?{_FORMAT}\Z")
_IDENTIFY = re.compile(r"""ActiveRecord::Fixture(?:Set|s)\.identify\(:?(['"]?)([\w-]+)\1(?:,\s*:(\w+))?\)\Z""")


def ruby_in(text: str) -> Iterator[tuple[Edit, str | None]]:
    """Give what may stand in place of the Ruby in a file, and for what only Ruby can say the words of that.

    Ruby in a comment is passed over, as a comment of ours may say anything.
    """
    for found in _RUBY.finditer(text):
        start, end = found.span()
        before = text[text.rfind("\n", 0, start) + 1 : start]
        after = text[end:end_of_line] if (end_of_line := text.find("\n", end)) >= 0 else text[end:]
        if before.lstrip().startswith("#"):
            continue
        if before[-1:] in ("'", '"') and after[:1] == before[-1:]:
            before, after, start, end = before[:-1], after[1:], start - 1, end + 1
        written = "" if found[1].startswith("#") else meaning(found[1][1:]) if found[1].startswith("=") else None
        if written is None or (written and not (_VALUE_BEFORE.search(before) and _VALUE_AFTER.match(after))):
            yield Edit(start, end, "", "Ruby"), found[0].splitlines()[0][:60]
        else:
            yield Edit(start, end, written, "Ruby"), None


def meaning(code: str) -> str | None:
    """Say in YAML what an expression gives, or None where only Ruby can.

    >>> meaning("3.days.ago.to_fs(:db)"), meaning("Time.now + 1.hour"), meaning("Date.today")
    ('!ago 3d', '!ahead 1h', '!ago 0s')
    >>> meaning("ActiveRecord::FixtureSet.identify(:ruby)"), meaning("BCrypt::Password.create('x')")
    ('207281424', None)
    """
    code = code.strip()
    if _MOMENT.match(code):
        return "!ago 0s"
    if found := _BEFORE.match(code):
        return _span("!ago" if found[3] == "ago" else "!ahead", found[1], found[2])
    if found := _AROUND.match(code):
        return _span("!ago" if found[1] == "-" else "!ahead", found[2], found[3])
    if found := _IDENTIFY.match(code):
        return {None: id_of_label, "uuid": uuid_of_label}[found[3]](found[2]) if found[3] in (None, "uuid") else None
    return None


def _span(tag: str, number: str, unit: str) -> str:
    return f"{tag} {number}{_UNITS[unit]}"
