"""Takes the source of a function in SQL or PL/pgSQL apart into words; comments are left out."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence

from msgspec import Struct

from seedkit.core.sql_comments import end_of_comment

LONGEST_SOURCE = 100_000
"""Characters; a longer source is not read: it may be as long as its author likes."""

_WORD = re.compile(
    r"(?P<blank>\s++|--[^\n]*+)"
    r"|(?P<escaped>[eE]'(?:[^'\\]|''|\\.)*+')"
    r"|(?P<text>'(?:[^']|'')*+')"
    r'|(?P<quoted>"(?:[^"]|"")*+")'
    r"|(?P<dollar>\$(?:[^\W\d]\w*+)?\$)"
    r"|(?P<word>[^\W\d][\w$]*+|\$\d++)"
    r"|(?P<number>\d++)"
    r"|(?P<comment>/\*)"
    r"|(?P<sign>:=|::|\|\||[^\w\s'\"])",
    re.DOTALL,
)
_MOST_PARTS = 4
"""Of a name: a database, a schema, a table, a column."""
_MORE_OF_A_TYPE = frozenset(("varying", "precision", "with", "without", "time", "zone"))


class Token(Struct, frozen=True):
    """A word of a source. `kind` is word (folded to lower case), quoted, text, number or sign."""

    kind: str
    text: str


def tokens(source: str) -> list[Token]:
    """Read a source; raises ValueError for one that can't be read, such as one with a quote left open.

    >>> [token.text for token in tokens("NEW.id := nextval('ids'); -- drawn")]
    ['new', '.', 'id', ':=', 'nextval', '(', 'ids', ')', ';']
    """
    if len(source) > LONGEST_SOURCE:
        raise ValueError(f"is longer than {LONGEST_SOURCE:,} characters")
    return list(_read(source))


def _read(source: str) -> Iterator[Token]:
    position = 0
    while position < len(source):
        found = _WORD.match(source, position)
        if found is None or found.lastgroup is None:
            raise ValueError("leaves a quote open")
        kind, text, position = found.lastgroup, found[0], found.end()
        if kind == "comment":
            position = _end_of_comment(source, found.start())
        elif kind == "dollar":
            end = source.find(text, position)
            if end < 0:
                raise ValueError("leaves a quote open")
            yield Token("text", source[position:end])
            position = end + len(text)
        elif kind != "blank":
            yield _token(kind, text)


def _token(kind: str, text: str) -> Token:
    if kind == "escaped":
        return Token("text", text[2:-1].replace("''", "'")) if "\\" not in text else Token("sign", text)
    if kind in ("text", "quoted"):
        mark = text[0]
        return Token(kind, text[1:-1].replace(mark * 2, mark))
    return Token(kind, text.lower() if kind == "word" else text)


def _end_of_comment(source: str, start: int) -> int:
    end = end_of_comment(source, start)
    if end is None:
        raise ValueError("leaves a comment open")
    return end


def path_at(words: Sequence[Token], place: int) -> tuple[str, ...]:
    """Read a name with what stands before its dots, of four parts at most; nothing where no name stands.

    >>> path_at(tokens('NEW."Id" := 1'), 0)
    ('new', 'Id')
    """
    parts: list[str] = []
    while len(parts) < _MOST_PARTS and place < len(words) and words[place].kind in ("word", "quoted"):
        parts.append(words[place].text)
        if not is_sign(words, place + 1, "."):
            break
        place += 2
    return tuple(parts)


def type_length(words: Sequence[Token], place: int) -> int:
    """Count the words of a type: `character varying(20)`."""
    end = place + max(1, 2 * len(path_at(words, place)) - 1)
    while end < len(words) and words[end].kind == "word" and words[end].text in _MORE_OF_A_TYPE:
        end += 1
    if is_sign(words, end, "("):
        end = bracketed(words, end)[1]
    while is_sign(words, end, "[") or is_sign(words, end, "]"):
        end += 1
    return end - place


def is_sign(words: Sequence[Token], place: int, text: str) -> bool:
    """Whether a sign stands at a place."""
    return place < len(words) and words[place] == Token("sign", text)


def bracketed(words: Sequence[Token], place: int) -> tuple[Sequence[Token], int]:
    """Give what stands in the brackets that open at a place, and the place behind them."""
    depth = 0
    for end in range(place, len(words)):
        depth += is_sign(words, end, "(") - is_sign(words, end, ")")
        if depth == 0:
            return words[place + 1 : end], end + 1
    raise ValueError("leaves a bracket open")


def case_at(words: Sequence[Token], place: int) -> tuple[Sequence[Token], int]:
    """Give what stands between the CASE at a place and its END, and the place behind it."""
    depth = 0
    for end in range(place, len(words)):
        if words[end].kind == "word":
            depth += (words[end].text == "case") - (words[end].text == "end")
        if depth == 0:
            return words[place + 1 : end], end + 1
    raise ValueError("leaves a CASE open")


def split_at(words: Sequence[Token], marks: Collection[str]) -> tuple[Sequence[Token], Sequence[Token]]:
    """Split before the first of some words that stands in no brackets and no CASE.

    >>> [len(part) for part in split_at(tokens("f(a into b) into c"), ["into"])]
    [6, 2]
    """
    place = next(_outside(words, marks), len(words))
    return words[:place], words[place:]


def divided(words: Sequence[Token], marks: Collection[str], *, statements: bool = False) -> list[Sequence[Token]]:
    """Divide at all words of some kind that stand in no brackets and no CASE; they are left out.

    Among `statements` a CASE may be one of them, which holds others.

    >>> [len(part) for part in divided(tokens("a, f(b, c)"), ",")]
    [1, 6]
    """
    places = list(_outside(words, marks, statements=statements))
    ends = [*places, len(words)]
    return [words[start:end] for start, end in zip([0, *(place + 1 for place in places)], ends, strict=True)]


def _outside(words: Sequence[Token], marks: Collection[str], *, statements: bool = False) -> Iterator[int]:
    depth = 0
    for place, word in enumerate(words):
        if depth == 0 and word.kind in ("word", "sign") and word.text in marks:
            yield place
        if word.kind == "sign":
            depth += (word.text == "(") - (word.text == ")")
        elif word.kind == "word":
            opens = word.text == "case" and not (statements and depth == 0 and _may_be_statement(words, place))
            depth += opens - (word.text == "end")
        depth = max(0, depth)


def _may_be_statement(words: Sequence[Token], place: int) -> bool:
    return (words[place - 1].text if place else ";") in (";", "end", "begin", "then", "else", "loop")
