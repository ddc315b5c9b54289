"""Files of rows that are written almost plainly, as the second recogniser reads them, with what must mislead it not."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from random import Random

from tests.chunked_files import ODD_PIECES, ODD_VALUES, changed, composed_value

VALUES = {
    "id": ("1", "-7", "'5'", '"12"', "null", "+3"),
    "score": ("1.50", "'1.5'", "1e5", "~", "007", '"1_0"'),
    "email": (
        *("ada", "Ada Lovelace", "O'Brien", "'O''Brien'", '"a \\"b\\" c"', '"a\\nb\\t\\\\"', "'a # b'", "'a\\nb'"),
        *(
            '"\\u00e9\\u20ac"',
            '"\\u0000"',
            '"\\ud83d"',
            '"\\r"',
            "a\\b",
            "c:\\x",
            "''",
            '""',
            "null",
            "''''",
            "'a'' # b'",
        ),
        *('"a, b: {c}"', "'- a'", "'[a]'", "a'b", 'a"b', "-", "10:30", "a b", '"\\/"', '"\\x41"', "'!ago 3d'"),
    ),
    "active": ("true", "no", "'yes'", "null"),
    "token": ("c0ffee00-0000-4000-8000-000000000001", '"c0ffee00-0000-4000-8000-000000000001"'),
    "seen_at": ("2026-01-02", "'2026-01-02 03:04:05'", "2026-01-02T03:04:05+02:00", "!ago 3d", "!ahead 1 week 2h"),
    "made_at": ("2026-01-02T03:04:05Z", "!ago 3d", "!ago 4d", "!ago x", "!ago", "!ahead 2h", "'!ago 3d'", "!ago 3d 2h"),
    "day": ("2026-01-02", "!ago 3d", "ada"),
    "born": ("2026-01-02", "'2026-01-02'", "!ago 3d", "!ahead 5mo", "2026-01-02 10:00"),
    "starts": ("12:30", "!ago 3h", "'12:30'"),
    "kind": ("a", "'a'", "!ref a"),
    "code": ("a", "'a'", "ada"),
    "data": (
        *("{a: 1, b: [x, 'y'], c: {d: true}}", "{a: 1, a: 2}", "{a: {a: 1}}", "[{a: 1}, {a: 2}]", "[{a: 1, a: 2}]"),
        *("{}", "[]", "[1, 2.50, -3]", "[007]", "[1e5]", "[0x1F]", "[1_0]", "[a b, 'c d', \"e f\"]", "[null, ~, Null]"),
        *("{a: null, b: True, c: yes}", "{'a b': 1, \"c\": x y}", "{<<: 1}", "{a: b: c}", "{a: 2026-01-02}", "{a: .5}"),
        *(
            "'{\"a\": 1}'",
            "'[1, \"x\"]'",
            "'{\"a\": \"it''s\"}'",
            "'text'",
            "5",
            "true",
            "text",
            "[[1, [2, [3, [4]]]]]",
        ),
        *("{a: 'x # y'}", "{a: x # y}", "{a: x#y}", "{a: 'null'}", "[null a]", "[nulls]", "{a: true b}", "{true: 1}"),
        *("{a: é, ü: 'ö'}", "{a: , b: 1}", "{a, b: 1}", "[a, ]", "[a,b]", "{a:1}", "[a , b]", "{ a: 1 }", "{a: &x 1}"),
        *("{a: !ago 3d}", "{a: -}", "[-]", "[- a]", "[1 2]", '{a: "b\\nc"}', "{a: 'it''s'}", "{a: O'Brien}", "[0.]"),
        *(
            "[2026-01-02T03:04:05Z]",
            "[2026-01-02 a]",
            "{1: a}",
            "{a b: 1}",
            "[-0, 0, 00, -1.0]",
            "[\"a\" , 'b']",
            "[a: 1]",
        ),
        "{a: null}",
    ),
    "tags": (
        *("[]", "[a]", "[a, b c, 'd, e', \"f\"]", "[null, a]", "[nulls, ~]", "['null']", "[1, 2.5]", "[true, False]"),
        *(
            "[a, [b]]",
            "[[a], [b]]",
            "[a,b]",
            "[a, ]",
            "'{a,b}'",
            "{a: b}",
            "[a b , c]",
            "['a\"b']",
            "['a\\b']",
            "[a'b]",
        ),
        *(
            "[-]",
            "[- a]",
            "[a-b, -c]",
            "[a:b]",
            "[a: b]",
            '["a\'b"]',
            "['']",
            "[a, 'b'c]",
            "[*a]",
            "[&a b]",
            "[!ago 3d]",
        ),
        *("[null]", "[ a ]", "[a #b]"),
    ),
}
"""Values that a column's rows have, read at once or not."""

_HEADERS = ("|", "|", "|-", "|+", ">", ">-", ">+", "|2", "|1-", "| ", "| # one", "|--", "|\n", "|\n\n", "|\n ", ">\n")
_LINES_OF_TEXT = (
    *(
        "one",
        "two three",
        "",
        "",
        "  more",
        " ",
        "   ",
        "# no comment",
        "- id: 5",
        "id: 3",
        'a "b" \\n',
        "c:\\users",
        "'",
    ),
    *("email: |", "---", "é", "a ", "- a", "{", "tags:", "one", "two", "one", "null", "\\u00e9", "x\\", '"', "\n"),
)
_LINES_OF_JSON = (
    *(
        '{"a": 1}',
        '["b", "it\'s"]',
        '{"c": "d\\\\n\\\\u00e9"}',
        "",
        "text",
        " [1]",
        "5",
        "null",
        "{e: 1}",
        "{",
        '  "f": 1',
        "}",
    ),
    *("# g", '"h"', "[1, 2", "é", "'i'"),
)
_ITEMS = (
    *(
        "a",
        "b c",
        "'d, e'",
        '"f"',
        "1",
        "2.5",
        "null",
        "true",
        "",
        "g # h",
        "i, j",
        "[k]",
        "- l",
        "m: n",
        "'o''p'",
        "q\n  r",
    ),
    *("&s t", "|\n  u", "# v\n- w", "x:y", "'z' ", "a]", "{b: 1}", "'it''s'", "a'b", "~", "-", "?", "!!str 1", "-5"),
)

_HEADS = ("", "", "", "# one\n", "\n", "---\n", "# a\n\n---\n# b\n")
_ENDS = (
    "",
    "",
    "",
    " # one",
    "  # it's",
    " #",
    " #{",
    "# no",
    "#",
    " ",
    "  ",
    ' # "a: b"',
    " # \\",
    " # <% x %>",
    " # - a",
)
_BETWEEN = ("", "", "", "", "\n", "# above\n", "  # it's\n", "#- id: 5\n", " \n", "\n\n", "   # x: {\n", "\t\n", "#\n")


def spelled_file(random: Random) -> bytes:
    """Make up a file of rows that are spelled in a few ways, each of which most of the rows share."""
    style = _Style(random)
    text = random.choice(_HEADS) if random.random() < 0.1 else ""
    text += style.written(random.choice((_list, _list, _labels, _tables))(style, random))
    return changed(text, random) if random.random() < 0.3 else text.encode()


def _list(style: _Style, random: Random) -> str:
    head = random.choice(_OPTIONS) if random.random() < 0.2 else ""
    return head + "".join(style.item(pairs) for pairs in _rows(random))


def _labels(style: _Style, random: Random) -> str:
    return (random.choice(_OPTIONS_OF_LABELS) if random.random() < 0.6 else "") + _labels_alone(style, random)


def _labels_alone(style: _Style, random: Random) -> str:
    names = random.sample(_NAMES, 5) if random.random() < 0.2 else [f"{random.choice('ab')}{n}" for n in range(10)]
    return "".join(
        style.labelled(name, pairs)
        for name, pairs in zip(names, _rows(random, keys=random.random() < 0.7), strict=False)
    )


def _tables(style: _Style, random: Random) -> str:
    """Write one table, or two; what is between them, and above the first one, is seldom a row."""
    margin = random.choice(("", "  ", "  ", "    "))
    write = random.choice((_list, _labels_alone, _labels_alone, _labels))
    parts = []
    for name in random.choice((["users"], ["others", "users"], ["users", "others"])):
        rows = (write if random.random() < 0.9 else _list)(style, random) if random.random() < 0.9 else ""
        moved = "".join(margin + line if line.strip() else line for line in rows.splitlines(keepends=True))
        parts += [random.choice(_ABOVE_TABLES) if random.random() < 0.1 else "", f"{name}:{style.end()}\n{moved}"]
    return "".join(parts)


def _rows(random: Random, *, keys: bool = False) -> Iterator[list[tuple[str, str]]]:
    names = random.sample(list(VALUES), random.randint(1, 4))
    if keys:
        names = list(dict.fromkeys(["id", *names]))
    if random.random() < 0.2:
        names = list(dict.fromkeys([*names[1:], random.choice(list(_BELOW))]))
    shapes = [_shape(names, random) for _ in range(random.choice((1, 1, 1, 2, 3)))]
    chosen = {name: _chosen(name, random) for name in names}
    for _ in range(random.randint(1, 9)):
        yield [(name, chosen[name]()) for name in random.choice(shapes)]


_OPTIONS = (
    "_fixture: {on_conflict: skip}\n---\n",
    "_fixture: {on_conflict: skip}\n",
    "_fixture:\n  key:\n  - id\n---\n# a\n",
)
_OPTIONS_OF_LABELS = (
    "_fixture: {key: id}\n",
    "_fixture: {ids: from-labels}\n",
    "_fixture: {ids: from-labels, key: email}\n",
    "_fixture:\n  ignore: [a1, base]\n",
    "base: &base {id: 1}\n",
    "_fixture: {}\n---\n",
)
_NAMES = (
    "ada",
    "ben",
    "ada",
    "Ada Lovelace",
    "_x",
    "null",
    "1",
    "a.b",
    "a/b",
    "'q'",
    "a b",
    "é",
    "DEFAULTS",
    "<<",
    "a#b",
    "-",
)
_ABOVE_TABLES = (
    "notes: |\n  users:\n  - id: 1\n",
    'x: "a\nusers:\n- id: 5"\n',
    "_fixture: {key: id}\n",
    "x: {a: 1,\nb: 2}\n",
    "base: &b {id: 1}\n",
    "---\n",
    "...\n",
    "x: a\n  - b\n",
    "users: [{id: 1}]\n",
    "x:\n",
    "x: text\n",
    "? y\n",
)


def _shape(names: Sequence[str], random: Random) -> list[str]:
    return names[:] if random.random() < 0.6 else random.sample(names, random.randint(1, len(names)))  # type: ignore[return-value]


def _chosen(name: str, random: Random) -> Callable[[], str]:
    """Choose from all values of a column or from few, and seldom something odd."""
    calm = random.random() < 0.6
    values = VALUES[name][:3] if calm else random.sample(VALUES[name], 2)
    if random.random() < _BELOW.get(name, 0.02):
        calm = random.random() < 0.7
        values = [random.choice(_KINDS_BELOW.get(name, [_text]))(random, calm=calm) for _ in range(3)]
    odd = 0.02 if random.random() < 0.2 else 0.0

    def value() -> str:
        if random.random() < odd:
            return random.choice((random.choice(ODD_VALUES), composed_value(random)))
        return random.choice(values)

    return value


_BELOW = {"email": 0.4, "tags": 0.4, "data": 0.2}
"""How often the values of a column stand in lines below their keys."""


def _text(random: Random, *, calm: bool) -> str:
    """Make up a text in lines below its key, which will be moved to the right of that."""
    lines = random.choices(_LINES_OF_TEXT[: 4 if calm else None], k=random.randint(1, 4))
    return "\n".join([random.choice(_HEADERS[: 4 if calm else None]), *lines])


def _items(random: Random, *, calm: bool) -> str:
    """Make up a list in lines below its key."""
    items = random.choices(_ITEMS[: 4 if calm else None], k=random.randint(1, 4))
    return "".join(f"\n- {item}" for item in items)


def _json(random: Random, *, calm: bool) -> str:
    """Make up a document in lines below its key."""
    lines = random.choices(_LINES_OF_JSON[: 4 if calm else None], k=random.randint(1, 3))
    return "\n".join([random.choice(_HEADERS[: 4 if calm else None]), *lines])


_KINDS_BELOW = {"tags": [_items], "data": [_items, _json]}


class _Style:
    """How the rows of a file are written, and how often one is not."""

    def __init__(self, random: Random) -> None:
        self._random = random
        self._flow = random.random() < 0.5
        self._quote = random.choice(("", "", '"', "'"))
        self._colon = random.choice((": ", ": ", ": ", ":  ", ":" if self._quote else ": "))
        self._comma = random.choice((", ", ", ", ",", " , "))
        self._comments, self._empty = random.random() < 0.3, random.random() < 0.2
        self._margin = random.choice(("  ", "  ", "    ", " "))
        self._crlf = random.random() < 0.15
        self._below = random.choice(("", " ", "  ", "  ", "    "))

    def written(self, text: str) -> str:
        """Give a text its line breaks."""
        return text.replace("\n", "\r\n") if self._crlf else text

    def item(self, pairs: Sequence[tuple[str, str]]) -> str:
        """Write a row of a list."""
        return self._row(pairs, "- ", "- ")

    def labelled(self, label: str, pairs: Sequence[tuple[str, str]]) -> str:
        """Write a row with its label."""
        return self._row(pairs, f"{label}: ", f"{label}:{self.end()}\n{self._margin}")

    def _row(self, pairs: Sequence[tuple[str, str]], before_flow: str, before_block: str) -> str:
        random = self._random
        odd = random.random() < 0.01
        quote = random.choice(('"', "'", "")) if odd else self._quote
        lines = [f"{quote}{name}{quote}{self._colon}{value}" for name, value in pairs]
        if odd:
            lines.insert(random.randrange(len(lines) + 1), random.choice(ODD_PIECES))
        if self._flow != odd and not any("\n" in line for line in lines):
            return f"{self._before()}{before_flow}{{{self._comma.join(lines)}}}{self.end()}\n"
        margin = "  " if before_block == "- " else self._margin
        return (
            self._before() + before_block + margin.join(f"{self._moved(line, margin)}{self.end()}\n" for line in lines)
        )

    def _moved(self, line: str, margin: str) -> str:
        """Move what stands below a key to the right, but for some empty lines."""
        first, *below = line.split("\n")
        empty = self._random.choice(("", "", "", margin, margin + self._below))
        return "\n".join([first, *(f"{margin}{self._below}{text}" if text.strip() else empty + text for text in below)])

    def _before(self) -> str:
        return self._random.choice(_BETWEEN) if self._empty else ""

    def end(self) -> str:
        """Give what stands behind a value that ends its line."""
        return self._random.choice(_ENDS) if self._comments else ""
