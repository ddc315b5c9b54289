"""What expressions in a function's source are worth: a constant, or what they draw, and how it is spelled."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace

from seedkit.core.sequences.default_expressions import Draw
from seedkit.core.sequences.key_patterns import LONGEST_TEXT, PLAIN, KeyPattern, masked, padding

_MOST = 100


class Worth(Struct, frozen=True, kw_only=True):
    """What an expression gives: a constant, or what it draws. Neither is known of most."""

    draws: frozenset[Draw] = frozenset()
    constant: str | int | None = None

    def computed(self) -> Worth:
        """Compute with it."""
        return Worth(draws=frozenset(Draw(draw.sequence, computed=True) for draw in self.draws))

    def spelled(self, pattern: KeyPattern | None) -> Worth:
        """Spell it as a text."""
        if pattern is None:
            return self.computed()
        return Worth(draws=frozenset(_spelled(draw, pattern) for draw in self.draws))


def constant(value: str | int) -> Worth:
    """Give a constant; one that is longer than a key's texts is not known, as it may double with each statement."""
    return Worth() if isinstance(value, str) and len(value) > LONGEST_TEXT else Worth(constant=value)


def _spelled(draw: Draw, pattern: KeyPattern) -> Draw:
    together = pattern.of(draw.pattern)
    computed = draw.computed or together is None
    return replace(draw, computed=computed, pattern=together or PLAIN)


def drawn_together(worths: Sequence[Worth]) -> Worth:
    """Give one of several, of which nobody knows which."""
    draws = frozenset(draw for worth in worths for draw in worth.draws)
    if len(draws) > _MOST:
        raise ValueError(f"draws from more than {_MOST} sequences")
    return Worth(draws=draws)


def joined(parts: Sequence[Worth]) -> Worth:
    """Join texts: constants with one number between them are a pattern, constants alone a constant."""
    if sum(len(str(part.constant)) for part in parts if part.constant is not None) > LONGEST_TEXT:
        return drawn_together(parts).computed()
    if all(part.constant is not None for part in parts):
        return Worth(constant="".join(str(part.constant) for part in parts))
    places = [place for place, part in enumerate(parts) if part.constant is None]
    before, after = (
        "".join(str(part.constant) for part in some) for some in (parts[: places[0]], parts[places[0] + 1 :])
    )
    if len(places) == 1:
        return parts[places[0]].spelled(KeyPattern(prefix=before, suffix=after))
    return drawn_together(parts).computed()


def _padded(arguments: Sequence[Worth]) -> Worth:
    width = arguments[1].constant if len(arguments) > 1 else None
    fill = arguments[2].constant if len(arguments) > 2 else " "
    return arguments[0].spelled(padding(width, str(fill)) if isinstance(width, int) else None)


def _to_char(arguments: Sequence[Worth]) -> Worth:
    return arguments[0].spelled(masked(str(arguments[1].constant)) if len(arguments) == 2 else None)


def _formatted(arguments: Sequence[Worth]) -> Worth:
    template, values = arguments[0].constant, arguments[1:]
    parts = str(template).replace("%I", "%s").split("%s")
    if template is None or len(parts) != len(values) + 1 or any("%" in part for part in parts):
        return drawn_together(arguments).computed()
    between = [Worth(constant=part) for part in parts]
    return joined([worth for pair in zip(between, (*values, Worth(constant="")), strict=True) for worth in pair])


def _itself(arguments: Sequence[Worth]) -> Worth:
    """Take a constant name as it is."""
    return arguments[0] if arguments[0].constant is not None else arguments[0].computed()


SPELLING_CALLS: Mapping[str, Callable[[Sequence[Worth]], Worth]] = {
    "concat": joined,
    "lpad": _padded,
    "to_char": _to_char,
    "format": _formatted,
    "quote_ident": _itself,
    "to_regclass": _itself,
}
