"""What people typed is shown as it is written: one function per place where it is shown.

That Streamlit and plotly draw it so is seen in a browser: `tests/browser/test_names_are_text.py`.
"""

import os
import re
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contrast_engine import as_written
from tests.hostile import OF_CONTROL, OF_MARKDOWN


def read_as_html(text: str) -> tuple[str, list[str]]:
    """What a browser would show of some HTML, and the elements in it."""
    shown: list[str] = []
    elements: list[str] = []

    class Reader(HTMLParser):
        def handle_data(self, data: str) -> None:
            shown.append(data)

        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            elements.append(tag)

    reader = Reader(convert_charrefs=True)
    reader.feed(text)
    reader.close()
    return "".join(shown), elements


@pytest.mark.parametrize(("text", "shown"), OF_CONTROL.items(), ids=OF_CONTROL.values())
def test_what_cannot_be_seen_is_shown_as_its_escape(text, shown) -> None:
    assert as_written.plain(text) == shown
    assert as_written.html(text) == shown
    assert as_written.plotly(text) == shown
    assert as_written.markdown(text) == as_written.markdown(shown)


@pytest.mark.parametrize("text", OF_MARKDOWN)
def test_what_can_be_seen_stays_as_it_is(text) -> None:
    assert as_written.plain(text) == text


@pytest.mark.parametrize("text", [*OF_MARKDOWN, *OF_CONTROL])
def test_html_and_plotly_show_text_without_an_element(text) -> None:
    for write in (as_written.html, as_written.plotly):
        assert read_as_html(write(text)) == (as_written.plain(text), [])
    inside = read_as_html(f"<p title=\"{as_written.html(text)}\" class='{as_written.html(text)}'>")
    assert inside == ("", ["p"])


@pytest.mark.parametrize(
    "text",
    [
        "photo 00.png", "95% interval 0.12 to 0.34 (n = 1,200 images); better. So!", "low", "été 2",
        "RMS contrast (c_rms): spread of luminance over its mean", "Cluster 2, 12 - 5 + 3 = 10",
        "\u05d0\u05d1", "\N{FAMILY}", "\N{RIGHTWARDS ARROW} more",
    ],
)  # fmt: skip
def test_ordinary_words_and_numbers_need_no_escape(text) -> None:
    assert as_written.markdown(text) == text


def undone(markdown: str) -> str:
    """What a reader of Markdown who knows escapes, numbered characters and the cut would see."""
    cut = markdown.replace(":gray[]", "").replace("&nbsp;", " ")
    named = re.sub(r"(?<!\\)&#(\d+);", lambda found: chr(int(found[1])), cut)
    return re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", named)


@pytest.mark.slow
@settings(max_examples=60, deadline=None)
@given(st.text(st.sampled_from("ab1 _*`~$[]()<>|&#;:/\\.-+=!@\n\u202e"), max_size=24))
def test_markdown_loses_nothing_and_leaves_no_markup_in_it(text) -> None:
    written = as_written.markdown(text)
    assert undone(written) == as_written.plain(text)
    assert "\n" not in written
    bare = re.sub(r"\\[!-/:-@\[-`{-~]", "0", written.replace(":gray[]", ""))
    assert not re.search(r"[`*~$\[\]<|\\]|&[#a-mo-z]", bare)


def test_a_name_of_bytes_that_are_no_text_can_be_sent_to_a_browser() -> None:
    name = os.fsdecode(b"\xff\xfe photo")
    for write in (as_written.plain, as_written.markdown, as_written.html, as_written.plotly):
        assert write(name).encode() == write("\\xff\\xfe photo").encode()
