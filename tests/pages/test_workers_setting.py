"""The setting for how many images are worked on at a time."""

import pytest
from streamlit.testing.v1 import AppTest

from pages.collection import workers_setting


def drawn(monkeypatch: pytest.MonkeyPatch, most: int, cores: int) -> AppTest:
    monkeypatch.setattr(workers_setting, "most_workers", lambda: most)
    monkeypatch.setattr(workers_setting, "cores", lambda: cores)

    def page() -> None:
        import streamlit as st

        from pages.collection import workers_setting

        st.json(workers_setting.show())

    return AppTest.from_function(page).run()


@pytest.mark.parametrize(
    ("most", "cores", "named"), [(2, 2, "all 2 cores"), (8, 16, "8"), (3, 4, "3")]
)
def test_every_core_is_used_unless_fewer_are_chosen(
    most: int, cores: int, named: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = drawn(monkeypatch, most, cores)
    (box,) = app.selectbox
    assert box.options == [named, *map(str, range(most - 1, 0, -1))]
    assert app.json[0].value == "{}"
    box.select(1).run()
    assert app.json[0].value == '{"workers": 1}'


def test_one_core_leaves_no_choice(monkeypatch: pytest.MonkeyPatch) -> None:
    assert not drawn(monkeypatch, 1, 1).selectbox
