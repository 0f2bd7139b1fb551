"""Many texts in one block say of their letters what each of them says by itself."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contrast_engine.store import texts
from contrast_engine.store.texts import Texts

PIECES = (b"a", b"\xc3", b"\xa4", b"\xc3\xa4", b"\xe2\x82\xac", b"/", b"\xf0\x9f")


def is_text(one: bytes) -> bool:
    try:
        one.decode()
    except UnicodeDecodeError:
        return False
    return True


@given(st.lists(st.lists(st.sampled_from(PIECES), max_size=4).map(b"".join), max_size=5))
def test_they_are_text_where_each_of_them_is(found):
    assert Texts.of(found).are_utf8 == all(map(is_text, found))
    assert Texts.of(found)[1:3].are_utf8 == all(map(is_text, found[1:3]))


@pytest.mark.parametrize("piece", [1, 2, 5])
def test_a_letter_that_lies_in_two_pieces_is_one(piece, monkeypatch):
    monkeypatch.setattr(texts, "_PIECE", piece)
    assert Texts.of([b"/\xe2\x82\xac", b"/b", b"/\xc3\xa4"]).are_utf8
    assert not Texts.of([b"/\xe2\x82", b"/b"]).are_utf8
