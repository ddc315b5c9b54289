"""Keeps out of everything that is told what a run has read from where secrets are: variables and files."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import groupby
from urllib.parse import unquote

_SHORTEST_ANYWHERE = 3
"""A shorter secret is replaced as a whole word only: it is part of too many others."""
_KEPT = 16 * 1024
"""How much of a long secret is kept, and how much of a text is shown that might hold one."""
_RUN = 8
"""PostgreSQL quotes the beginning of a long value, a token of a document, a text with its quotes escaped."""
_WORDS = re.compile(rf"\w{{4,{_RUN}}}")
_USERINFO = re.compile(r"://([^\s/?#@]{1,1024})@")
_WORDY = 1024
_MOST = 1_000
"""Texts made of secrets; a run with more shows nothing of what others say, which would take too long to search."""


class Secrets:
    """What a run took from where secrets are; in what it says of a row, no part of them is shown."""

    def __init__(self) -> None:
        self._texts: set[str] = set()
        self._words: set[str] = set()
        self._cut: set[str] = set()
        self._made = 0

    @property
    def any(self) -> bool:
        """Whether anything was taken."""
        return bool(self._texts)

    def add(self, text: str) -> None:
        """Keep a text from being shown: whole, in parts that can be told from others, or as bytes in hex."""
        kept = text[:_KEPT].strip()
        if not kept or kept in self._texts:
            return
        self._texts |= {kept, kept.encode(errors="replace").hex()} if len(kept) >= _SHORTEST_ANYWHERE else {kept}
        if len(kept) <= _WORDY:
            self._words.update(_WORDS.findall(kept))
        if len(text) > _KEPT:
            self._cut.add(kept[-_RUN:])
        for userinfo in _USERINFO.findall(kept):  # a token as often as a name
            self._add_parts({userinfo, *userinfo.split(":")})

    def _add_parts(self, parts: set[str]) -> None:
        """Keep parts from being shown that may be told alone, as they are written and as they are meant."""
        for part in parts | {unquote(part) for part in parts}:
            if len(part) > _RUN:
                self._texts.add(part)
            elif len(part) >= _SHORTEST_ANYWHERE:
                self._words.add(part)

    def follow(self, text: str, made: str) -> bool:
        """Keep what was made of a text from being shown if the text is a secret, or has one in it.

        True where that is too short to be found in other texts: what it becomes a part of is to be kept as well.

        >>> secrets = Secrets()
        >>> secrets.add("correct horse battery")
        >>> secrets.follow("correct horse battery", "corr")
        False
        >>> secrets.hidden("no corr")
        'no ***'
        """
        if not self._texts or not made.strip():
            return False
        if made not in self._texts:
            if made == text or not self._holds(text):
                return False
            self.keep_made(made)
        return len(made) < _SHORTEST_ANYWHERE

    def keep_made(self, text: str) -> None:
        """Keep a text that was made of secrets from being shown."""
        if self._made <= _MOST and text not in self._texts:
            self._made += 1
            self.add(text)

    def _holds(self, text: str) -> bool:
        return text.strip() in self._texts or any(
            secret in text for secret in self._texts if len(secret) >= _SHORTEST_ANYWHERE
        )

    def hidden(self, text: str) -> str:
        """Replace what is secret in a text by three asterisks.

        >>> secrets = Secrets()
        >>> secrets.add("correct horse battery")
        >>> secrets.hidden('Failing row contains (1, correct horse ba...).')
        'Failing row contains (1, ***...).'
        """
        if not self._texts:
            return text
        if self._made > _MOST:
            return "***"
        shown = text[:_KEPT]
        marks = bytearray(len(shown))
        for start, end in self._places(shown):
            marks[start:end] = b"\1" * (end - start)
        pieces = groupby(range(len(shown)), key=marks.__getitem__)
        kept = "".join("***" if marked else "".join(shown[place] for place in places) for marked, places in pieces)
        return kept if shown == text else f"{kept}…"

    def _places(self, text: str) -> Iterator[tuple[int, int]]:
        for secret in self._texts:
            yield from _runs(text, secret) if len(secret) > _RUN else _occurrences(text, secret)
        for word in self._words:
            yield from (found.span() for found in re.finditer(rf"(?<!\w){re.escape(word)}(?!\w)", text))
        for end in self._cut:
            if end in text:
                yield text.index(end), len(text)


def _occurrences(text: str, secret: str) -> Iterator[tuple[int, int]]:
    bounds = ("", "") if len(secret) >= _SHORTEST_ANYWHERE else (r"(?<!\w)", r"(?!\w)")
    pattern = re.compile(f"{bounds[0]}{re.escape(secret)}{bounds[1]}")
    return (found.span() for found in pattern.finditer(text))


def _runs(text: str, secret: str) -> Iterator[tuple[int, int]]:
    """Find what a text and a secret have in common, in pieces that are long enough to be no coincidence."""
    starts = range(len(text) - _RUN + 1)
    return ((start, start + _RUN) for start in starts if text[start : start + _RUN] in secret)
