from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seedkit.core.values import copy_text
from seedkit.core.values.copy_text import fields_of, is_wide, wide_line, written_line

FIELDS = st.lists(st.none() | st.text(alphabet="ab\\\t\n\r\u0085é😀N", max_size=40), min_size=1, max_size=4)


@given(FIELDS)
def test_a_row_written_piece_by_piece_is_the_same(texts: list[str | None]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(copy_text, "_PIECE", 3)

        assert wide_line(texts) == written_line(texts).encode()
    assert list(fields_of(wide_line(texts))) == [texts]


def test_a_row_is_wide_by_all_its_fields() -> None:
    half = "x" * (copy_text.WIDE_CHARACTERS // 2)

    assert not is_wide([half, None, half])
    assert is_wide([half, None, half, "x"])
