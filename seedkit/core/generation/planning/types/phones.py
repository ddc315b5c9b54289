"""Telephone numbers that a pattern admits and nobody has: those that countries keep free for films and books.

North America's 555-01xx (ATIS), Germany's by the Bundesnetzagentur (notice 148/2021), Britain's by Ofcom, France's by
Arcep, Ireland's by ComReg, Sweden's by PTS, Australia's by ACMA. Other countries have none that could be counted on.
"""

from __future__ import annotations

from collections.abc import Iterator

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
"""What numbers begin with behind a country's own, and what follows: of several the first that a pattern admits."""


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
