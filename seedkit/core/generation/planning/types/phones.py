"""Telephone numbers that a pattern admits and nobody has: those that countries keep free for films and books.

North America's 555-01xx (ATIS), Germany's by the Bundesnetzagentur (notice 148/2021), Britain's by Ofcom, France's by
Arcep, Ireland's by ComReg, Sweden's by PTS, Australia's by ACMA. Other countries have none that could be counted on.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from seedkit.core.generation.columns.patterns.pieces import (
    Either,
    Letters,
    NoTextsError,
    Piece,
    Repeated,
    expression_pieces,
)

_NORTH_AMERICA = (
    r"\+1A55501N",
    r"\+1 A-555-01N",
    r"\+1-A-555-01N",
    r"\+1 \(A\) 555-01N",
    r"\(A\) 555-01N",
    r"\(A\)555-01N",
    r"A-555-01N",
    r"A\.555\.01N",
    r"A 555 01N",
    r"A55501N",
    r"1A55501N",
    r"1-A-555-01N",
    r"001A55501N",
    r"555-01N",
    r"55501N",
)
_AREA, _LAST = r"[2-9][0-8][02-9]", r"[0-9]{2}"
_OTHERS = {
    "49": ("3023125", r"[0-9]{3}", "6990009", r"[0-9]{3}", "4066969", r"[0-9]{3}", "8999998", r"[0-9]{3}"),
    "44": ("2079460", r"[0-9]{3}", "7700900", r"[0-9]{3}"),
    "33": ("19900", r"[0-9]{4}", "63998", r"[0-9]{4}"),
    "353": ("2091", r"[0-9]{5}"),
    "46": ("8465004", r"[0-9]{2}", "7017406", r"[1-9][0-9]"),
    "61": ("25550", r"[0-9]{4}"),
}
"""What numbers begin with behind a country's own, and what follows."""
_FIGURES = frozenset("0123456789")
_BETWEEN = frozenset("+ ()-./")
"""What stands between the figures of a number."""
_FEWEST, _MOST = 7, 40
"""A telephone number has so many figures at least; so far a pattern is looked at."""
_AT_HOME = re.compile("-{0,2}000-{1,2}000-0000")
"""North America's figures, each a 0, and what stands between them, each a hyphen."""


def reserved_patterns() -> Iterator[str]:
    r"""Give regular expressions of such numbers, each in one spelling: as they are dialled from anywhere, then at home.

    >>> [pattern for pattern in reserved_patterns() if "23125" in pattern][0]
    '^\\+493023125[0-9]{3}$'
    """
    for spelling in _NORTH_AMERICA:
        yield f"^{spelling.replace('A', _AREA).replace('N', _LAST)}$"
    for before in (r"\+{}", "00{}", "{}", "0", r"\+{} "):
        for country, numbers in _OTHERS.items():
            for begin, rest in zip(numbers[::2], numbers[1::2], strict=True):
                yield f"^{before.format(country)}{begin}{rest}$"


def nowhere_patterns() -> Iterator[str]:
    """Give regular expressions of numbers of +999, a country that there is not: for keys that ask for more."""
    for before in (r"\+", "00", ""):
        yield from (rf"^{before}999\d{{{digits}}}$" for digits in (9, 8, 7, 6))


def is_dialled(pattern: str) -> bool:
    r"""Whether texts of a pattern are telephone numbers, whatever their column is called.

    That is a + before figures, or figures as North America writes them.

    >>> is_dialled(r"^\+[1-9]\d{1,14}$"), is_dialled(r"^\(\d{3}\) \d{3}-\d{4}$"), is_dialled(r"^\+?\d{1,3}$")
    (True, True, False)
    """
    try:
        pieces = expression_pieces(pattern)
    except NoTextsError:
        return False
    letters = [*_letters(pieces, longest=False)]
    if not frozenset("".join(letters)) <= _FIGURES | _BETWEEN:
        return False
    longest = [*_letters(pieces, longest=True)]
    figures = sum(not _FIGURES.isdisjoint(each) for each in longest)
    return figures >= _FEWEST and ("+" in _firsts(pieces) or _is_at_home(longest))


def _letters(pieces: tuple[Piece, ...], *, longest: bool) -> Iterator[str]:
    """Give the letters that may stand at each place: of the longest texts, or one after the other of all there are."""
    for piece in pieces:
        match piece:
            case Letters(letters):
                yield letters
            case Repeated(inner, _, most):
                yield from [*_letters((inner,), longest=longest)] * (min(most or _MOST, _MOST) if longest else 1)
            case Either(branches):
                every = [[*_letters(branch, longest=longest)] for branch in branches]
                yield from max(every, key=len) if longest else [letters for each in every for letters in each]


def _firsts(pieces: tuple[Piece, ...]) -> str:
    """Give what texts may begin with that stands alone at its place: a sign, and no class of letters."""
    for piece in pieces:
        match piece:
            case Letters(letters):
                return letters if len(letters) == 1 else ""
            case Repeated(inner, least, _):
                return _firsts((inner,)) + (_firsts(pieces[1:]) if least == 0 else "")
            case Either(branches):
                return "".join(map(_firsts, branches))
    return ""


def _is_at_home(letters: list[str]) -> bool:
    shape = "".join("-" if _FIGURES.isdisjoint(each) else "0" for each in letters)
    return _AT_HOME.fullmatch(shape) is not None and any(set(each) & set("()-.") for each in letters)
