import os
from collections.abc import Callable
from pathlib import Path

import pytest
from yaml import StreamEndEvent

from seedkit.errors import FixtureError
from seedkit.files.yaml.events import open_events


def failure(path: Path) -> FixtureError:
    with pytest.raises(FixtureError) as caught:
        read_to_the_end(path)
    return caught.value


def read_to_the_end(path: Path) -> None:
    with open_events(path) as next_event:
        while not isinstance(next_event(), StreamEndEvent):
            pass


@pytest.mark.parametrize(
    ("content", "message", "place"),
    [
        ("- a: 1\n\tb: 2\n", "a tab indents the line", "users.yml:2:1"),
        ("-\ta: 1\n", "a tab stands where YAML takes spaces only", "users.yml:1:2"),
        ("- a: 1\n- b: 'x\n- c: 1\n", "the quote that opens here is never closed", "users.yml:2:6"),
        ("- a: b: c\n", 'unexpected ":"', "users.yml:1:7"),
        ("- {a: 1, b: 2\n- c: 1\n", '"," or "}" is missing', "users.yml:2:4"),
        ("- [a, b\n- c: 1\n", '"," or "]" is missing', "users.yml:2:4"),
        ("- a: 1\n b: 2\n", "the line does not continue what stands above it", "users.yml:2:2"),
        ("a:\n  b: 1\n c: 2\n", "the line does not continue what stands above it", "users.yml:3:2"),
        ("- a: 1\n  b\n", 'a key without ":"', "users.yml:2:3"),
        ("- a: @x\n", 'a value cannot start with "@"', "users.yml:1:6"),
        ("- a: 10\n- a: %x\n", 'a value cannot start with "%"', "users.yml:2:6"),
        ('- "\\q"\n', "YAML does not know this escape", "users.yml:1:4"),
        ("- {: b}\n", "a key or a value is missing", "users.yml:1:4"),
        ("- a: *\n", '"*" or "&" without a name', "users.yml:1:7"),
        ("- a: !!\n", "a tag without a name", "users.yml:1:8"),
        ("- a: !x!y 1\n", "the tag's handle is not declared", "users.yml:1:6"),
        ("- {a: !default}\n", "a blank is missing behind the tag", "users.yml:1:15"),
        ("- [!ref]\n", "a blank is missing behind the tag", "users.yml:1:8"),
        ("- a: !default, b\n", "a blank is missing behind the tag", "users.yml:1:14"),
        ('- {a: !sql"now()" }\n', "a blank is missing behind the tag", "users.yml:1:11"),
        ("- {a: 1, b:}\n", 'a blank is missing behind ":"', "users.yml:1:11"),
        ("- {a: 1, b: #ff0000}\n- {a: 2}\n", '"#ff0000}" is a comment, and nothing of it counts', "users.yml:1:13"),
        ("- {a: 1, b: #ff0000}\n\n# more\n", '"#ff0000}" is a comment, and nothing of it counts', "users.yml:1:13"),
        ("- {a: [x, #y], b: 1}\n- c: 1\n", '"#y], b: 1}" is a comment, and nothing of it counts', "users.yml:1:11"),
        ("- {a: #x, b: 1,\n   c: 1}\n", '"#x, b: 1," is a comment, and nothing of it counts', "users.yml:1:7"),
        ("- {a: 1, b: x # why}\n- {a: 2}\n", '"# why}" is a comment, and nothing of it counts', "users.yml:1:15"),
        ("- {a: '[ #x', b: 2\n- c: 1\n", '"," or "}" is missing', "users.yml:2:4"),
        ("- {a: 1, b: 2 # why\n- c: 1\n", '"," or "}" is missing', "users.yml:2:1"),
        ("- a: 1\n\ufeff- b: 1\n", "a byte order mark stands inside the file", "users.yml:2:2"),
        ("{% for x in y %}\n- a: 1\n", "a template of another tool stands in the fixture", "users.yml:1"),
        ("a:\n  b: 1\n<% end %>\n", "a template of another tool stands in the fixture", "users.yml:3"),
        ("- a: {{ x }} y\n", "a template of another tool stands in the fixture", "users.yml:1"),
    ],
)
def test_what_is_no_yaml_is_said_in_words_with_its_line_and_column(
    write: Callable[..., Path], content: str, message: str, place: str
):
    error = failure(write("users.yml", content))

    assert (error.message, str(error.origin)) == (message, place)


@pytest.mark.parametrize(
    ("content", "message", "place"),
    [
        (
            b"- a: 1\n- b: caf\xe9 x\n",
            "the file is not UTF-8: byte 0xE9 (invalid continuation byte)",
            "users.yml:2:9",
        ),
        (b"- a: caf\xc3", "the file is not UTF-8: byte 0xC3 (unexpected end of data)", "users.yml:1:9"),
        (b"- a: 1\n- b: x\x01y\n", "the control character U+0001 cannot stand in YAML", "users.yml:2:7"),
        (b"- a: x\x00y\n", "the control character U+0000 cannot stand in YAML", "users.yml:1:7"),
        ("- a: é\n".encode("utf-16"), "the file is UTF-16, not UTF-8", "users.yml:1"),
        ("- a: é\n".encode("utf-16-le"), "the file is UTF-16, not UTF-8", "users.yml:1"),
        ("- a: x\n".encode("utf-16-be"), "the file is UTF-16, not UTF-8", "users.yml:1"),
        ("- a: é\n".encode("utf-32"), "the file is UTF-32, not UTF-8", "users.yml:1"),
        ("- a: é\n".encode("utf-32-le"), "the file is UTF-32, not UTF-8", "users.yml:1"),
        ("- a: x\n".encode("utf-32-be"), "the file is UTF-32, not UTF-8", "users.yml:1"),
    ],
)
def test_a_byte_that_cannot_stand_in_a_fixture_is_named_with_its_place(
    write: Callable[..., Path], content: bytes, message: str, place: str
):
    error = failure(write("users.yml", content))

    assert (error.message, str(error.origin)) == (message, place)


@pytest.mark.parametrize(
    ("content", "hint"),
    [
        (
            "- {a: !default}\n",
            'Write "!default }": YAML takes what stands directly behind a tag for a part of its name.',
        ),
        ("- {a: 1, b:}\n", 'Write ": " behind a key; put a value that ends in ":" in quotes.'),
        ("- {a: 1, b: #ff0000}\n- c: 1\n", 'Write "#ff0000" in quotes if it is the value.'),
        ("- {a: [x, #y]}\n", 'Write "#y" in quotes if it is the value.'),
        ("- {a: 1, b: 2 # why}\n- c: 1\n", "Close the row or the list before its comment, or put the value in quotes."),
    ],
)
def test_what_helps_is_said_where_a_sign_swallows_what_follows(write: Callable[..., Path], content: str, hint: str):
    assert failure(write("users.yml", content)).hint == hint


@pytest.mark.parametrize(("sign", "hint"), [(b"\x01", r'"\u0001"'), (b"\x00", "Take it out")])
def test_a_control_character_is_told_with_what_helps(write: Callable[..., Path], sign: bytes, hint: str):
    assert hint in str(failure(write("users.yml", b"- a: x" + sign + b"\n")).hint)


def test_an_error_reads_as_one_text(write: Callable[..., Path]):
    error = failure(write("users.yml", "- {a: 1, b: 2\n- c: 1\n"))

    assert str(error) == (
        '"," or "}" is missing\n'
        "  at users.yml:2:4\n"
        "  in what begins at users.yml:1:3\n"
        "\n"
        "hint: Put a value that starts or ends like YAML's own signs in quotes."
    )


def test_a_bad_byte_far_into_a_large_file_is_found(write: Callable[..., Path]):
    rows = b"- {id: 1, name: Ada}\n" * 10_000

    error = failure(write("users.yml", rows + b"- {name: \xff}\n"))

    assert str(error.origin) == "users.yml:10001:10"


def test_a_missing_file_is_an_error_with_its_path():
    error = failure(Path("users.yml"))

    assert str(error) == "cannot read the fixture: no such file or directory\n  at users.yml"


def test_a_directory_named_like_a_fixture_is_an_error():
    Path("users.yml").mkdir()

    assert failure(Path("users.yml")).message == "a directory stands where a fixture file should"


def test_a_named_pipe_is_an_error_instead_of_a_wait():
    os.mkfifo("users.yml")

    assert failure(Path("users.yml")).message == "the fixture is not a regular file"


def test_a_file_that_may_not_be_read_is_an_error(write: Callable[..., Path]):
    path = write("users.yml", "- a: 1\n")
    path.chmod(0)
    root = os.geteuid() == 0
    if root:
        os.seteuid(65534)

    try:
        error = failure(path)
    finally:
        if root:
            os.seteuid(0)

    assert error.message == "cannot read the fixture: permission denied"
