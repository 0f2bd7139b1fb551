"""Many texts in one block say of their letters what each of them says by itself."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contrast_engine.store import texts
from contrast_engine.store.path_texts import file_names, folders
from contrast_engine.store.texts import Texts
from contrast_engine.views.collection.name_search import NameSearch

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


@given(st.lists(st.lists(st.sampled_from((*PIECES, b"//")), max_size=6).map(b"".join), max_size=6))
def test_paths_are_parted_as_each_of_them_is(found):
    for paths, wanted in ((Texts.of(found), found), (Texts.of(found)[1:4], found[1:4])):
        parted = [one.rpartition(b"/") for one in wanted]
        assert list(folders(paths)) == [folder for folder, _, _ in parted]
        assert list(file_names(paths)) == [name for _, _, name in parted]
        once, codes = paths.different
        assert list(once) == list(dict.fromkeys(wanted))
        assert [once[code] for code in codes] == wanted


@given(st.lists(st.lists(st.sampled_from((*PIECES, b"\n", b" ", b"A")), max_size=5), max_size=5))
def test_a_word_is_found_in_the_names_that_hold_it(found):
    names = [b"".join(one) for one in found]
    shown = [one.decode("utf-8", "backslashreplace").replace("\n", " ") for one in names]
    for word in ("a", "ä", "\\xc3", "€"):
        wanted = [word in name.casefold() for name in shown]
        assert NameSearch(Texts.of(names)).holding(word).tolist() == wanted
