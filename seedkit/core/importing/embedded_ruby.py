"""Ruby inside a Rails fixture: what a tag of ours can say as well. The rest has to be rendered by Rails."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from seedkit.core.fixture_language.label_keys import id_of_label, uuid_of_label
from seedkit.core.importing.text_edits import Edit

RENDERED = "Render it first, and import that: bin/rails runner 'puts ERB.new(File.read(ARGV[0])).result' FILE."

_SHOWN = 60
_NEAR = 200
_FAR = 10_000
"""How many characters around a place are looked at."""
_VALUE_BEFORE = re.compile(r"[:\-,\[{]\s*\Z")
_VALUE_AFTER = re.compile(r"[^\S\n]*(?:[,}\]\n]|#|\Z)")
_SECONDS = {"second": 1, "minute": 60, "hour": 3600, "day": 86_400, "week": 604_800}
_UNITS = {"second": "s", "minute": "min", "hour": "h", "day": "d", "week": "w", "month": "mo", "year": "y"}
_FORMAT = r"(?:\.(?:utc|to_date|to_time|iso8601|to_s|to_fs|to_formatted_s|in_time_zone)(?:\(:?(?:db|iso8601)?\))?)*"
_NOW = r"(?:(?:Time|DateTime)\.(?:now|current)|Time\.zone\.(?:now|today)|Date\.(?:today|current))(?:\.utc)?"
_SPAN = r"[0-9]{1,6}\.(?:second|minute|hour|day|week|month|year)s?"
_MOMENT = re.compile(rf"\(?(?:{_NOW}|{_SPAN}\.(?:ago|from_now))(?:\s*[-+]\s*{_SPAN})*\)?{_FORMAT}\Z")
_PART = re.compile(r"([-+]?)\s*([0-9]+)\.(second|minute|hour|day|week|month|year)s?(\.ago)?")
_SECONDS_OF = re.compile(r"([0-9]{1,6})\.(second|minute|hour|day|week)s?\.(?:to_i|in_seconds)\Z")
_IDENTIFY = re.compile(r"""ActiveRecord::Fixture(?:Set|s)\.identify\(:?(['"]?)([\w-]+)\1(?:,\s*:(\w+))?\)\Z""")


def ruby_in(text: str) -> Iterator[tuple[Edit, str | None]]:
    """Give what may stand in place of the Ruby in a file, and for what only Ruby can say the words of that.

    Ruby in a comment is passed over, as a comment of ours may say anything.
    """
    for opens, closes in _places(text):
        code = text[opens + 2 : closes - 2].removesuffix("-")
        if _is_comment(text, opens):
            continue
        quotes = int(opens > 0 and text[opens - 1] in "'\"" and text[closes : closes + 1] == text[opens - 1])
        start, end = opens - quotes, closes + quotes
        written = "" if code.startswith("#") else meaning(code[1:]) if code.startswith("=") else None
        if written is None or (written and not _is_whole_value(text, start, end)):
            yield Edit(start, end, "", "Ruby"), f"<%{code.splitlines()[0][:_SHOWN] if code else ''}%>"
        else:
            yield Edit(start, end, written, "Ruby"), None


def _is_comment(text: str, place: int) -> bool:
    start = text.rfind("\n", max(0, place - _FAR), place) + 1
    return text[start : min(start + _NEAR, place)].lstrip().startswith("#")


def _places(text: str) -> Iterator[tuple[int, int]]:
    """Find Ruby and where it ends, in one pass; `<%%` is none."""
    start, end = text.find("<%"), 0
    while start >= 0:
        if text.startswith("<%%", start):
            start = text.find("<%", start + 3)
            continue
        end = text.find("%>", max(start + 2, end)) + 2
        if end < 2:
            return
        yield start, end
        start = text.find("<%", end)


def _is_whole_value(text: str, start: int, end: int) -> bool:
    return bool(
        _VALUE_BEFORE.search(text, max(0, start - _NEAR), start) and _VALUE_AFTER.match(text[end : end + _NEAR])
    )


def meaning(code: str) -> str | None:
    """Say in YAML what an expression gives, or None where only Ruby can.

    >>> meaning("3.days.ago.to_fs(:db)"), meaning("Time.now + 1.hour"), meaning("Date.today")
    ('!ago 3d', '!ahead 1h', '!ago 0s')
    >>> meaning("ActiveRecord::FixtureSet.identify(:ruby)"), meaning("BCrypt::Password.create('x')")
    ('207281424', None)
    >>> meaning("1.week.ago + 1.hour"), meaning("30.days.to_i"), meaning("1.month.ago + 1.day")
    ('!ago 601200s', '2592000', None)
    """
    code = code.strip()
    if len(code) > _NEAR:
        return None
    if _MOMENT.match(code):
        return _relative([(found[1], found[2], found[3], found[4]) for found in _PART.finditer(code)])
    if found := _SECONDS_OF.match(code):
        return str(int(found[1]) * _SECONDS[found[2]])
    if (found := _IDENTIFY.match(code)) and found[3] in (None, "uuid"):
        return (uuid_of_label if found[3] else id_of_label)(found[2])
    return None


def _relative(parts: Sequence[tuple[str, str, str, str | None]]) -> str | None:
    """Add up spans, each with its sign: one as it is, several in seconds, which not all of them have."""
    signed = [(int(number) * (-1 if sign == "-" or ago else 1), unit) for sign, number, unit, ago in parts]
    if len(signed) == 1:
        [(number, unit)] = signed
        return f"{'!ago' if number <= 0 else '!ahead'} {abs(number)}{_UNITS[unit]}"
    if any(unit not in _SECONDS for _, unit in signed):
        return None
    seconds = sum(number * _SECONDS[unit] for number, unit in signed)
    return f"{'!ago' if seconds <= 0 else '!ahead'} {abs(seconds)}s"
