import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from seedkit.core.writing.yaml_text import block_scalar, quoted_scalar, text_scalar, word_scalar

TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))
LINES = st.lists(st.sampled_from(["", " ", "a", " a", "a ", "- a", "# a", "a: b", "\t", "ü"]), min_size=2, max_size=5)
NASTY = st.text(st.sampled_from(" \t\n:#-'\"\\ab0.,[]{}&*!|>%@`~=<?_\x85\u2028\ufeff\r"))


def read(document: str) -> object:
    """Read a document as other tools do: with types by the look of a scalar, which text must not have."""
    return yaml.safe_load(document)


@given(TEXTS | NASTY)
def test_text_reads_back_as_itself_in_any_tool(text: str) -> None:
    assert read(f"- id: 1\n  body: {text_scalar(text)}\n") == [{"id": 1, "body": text}]


@given(TEXTS | NASTY)
def test_a_word_may_be_a_key_and_stand_in_a_flow_list(text: str) -> None:
    assert read(f"{word_scalar(text)}: [{word_scalar(text)}, 1]\n") == {text: [text, 1]}


@given(LINES.map("\n".join))
@example(" a\nb").via("a blank in front")
@example("\na\nb").via("an empty line in front")
@example("a\nb\n\n").via("an empty line behind")
@example("a \nb").via("a blank behind")
def test_a_block_keeps_every_sign_or_is_not_written(text: str) -> None:
    block = block_scalar(text, "    ")

    if block is not None:
        assert read(f"- body: {block}\n  id: 1\n") == [{"body": text, "id": 1}]


def test_what_nobody_would_see_in_a_block_is_quoted() -> None:
    assert [block_scalar(text, "  ") for text in ("\na\nb", "a \nb", "a\nb ")] == [None] * 3


@given(TEXTS | NASTY)
def test_quoted_text_stays_on_one_line(text: str) -> None:
    assert len(quoted_scalar(text).splitlines()) == 1


def test_simple_text_is_plain() -> None:
    plain = [
        "Ada",
        "Ada Lovelace",
        "12 Main Street",
        "ada@example.com",
        "it's",
        "a, b; c",
        "http://example.com/a?b=c",
        "é",
    ]

    assert [text_scalar(text) for text in plain] == plain


def test_text_of_several_lines_is_a_block() -> None:
    assert block_scalar("Dear Ada,\n\nyours\n", "  ") == "|\n  Dear Ada,\n\n  yours\n".removesuffix("\n")
