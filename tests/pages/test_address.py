"""What a tab remembers gives way to the address after Back, Forward and a link, and to no late one."""

from types import SimpleNamespace

import pytest
from streamlit.testing.v1 import AppTest

from pages.common import address


def page() -> None:
    import streamlit as st

    from pages.common import address, controls

    with address.Visit():
        controls.in_address(st.selectbox, "Which", ["a", "b", "c"], "which", "a")
        if st.session_state.pop("broken off", False):
            st.rerun()
        controls.in_address(st.selectbox, "Other", ["x", "y"], "other", "x")


def counting() -> None:
    import streamlit as st

    from pages.common import controls

    words = {
        "all": f"All ({st.session_state['n']})",
        "some": f"Some ({st.session_state['n'] - 20})",
    }
    controls.in_address(st.selectbox, "Show", list(words), "show", "all", format_func=words.get)


def chosen(app: AppTest) -> list[str]:
    return [menu.value for menu in app.selectbox]


@pytest.fixture
def app() -> AppTest:
    return AppTest.from_function(page).run()


@pytest.fixture
def back(monkeypatch: pytest.MonkeyPatch):
    """Arrive at an address as Back does, which tells the run so."""

    def go(app: AppTest, **query: str) -> AppTest:
        app.query_params.clear()
        for name, value in query.items():
            app.query_params[name] = value
        runs = iter((True,))  # and none after it
        monkeypatch.setattr(
            address,
            "get_script_run_ctx",
            lambda: SimpleNamespace(is_history_navigation=next(runs, False)),
        )
        return app.run()

    return go


def test_back_brings_the_choice_of_the_address(app, back) -> None:
    app.selectbox[0].set_value("b").run()
    assert chosen(back(app, which="a", other="y")) == ["a", "y"]
    assert chosen(back(app)) == ["a", "x"], "an address without them has the defaults"
    app.selectbox[0].set_value("c").run()
    assert (chosen(app), app.query_params["which"]) == (["c", "x"], "c")


def test_a_run_that_is_broken_off_follows_in_the_next(app, back) -> None:
    app.selectbox[1].set_value("y").run()
    app.session_state["broken off"] = True
    assert chosen(back(app, which="c", other="x")) == ["c", "x"]


def test_a_link_to_the_same_page_is_followed_and_a_late_address_is_not(app) -> None:
    app.query_params["which"] = "c"
    assert chosen(app.run())[0] == "c"
    app.selectbox[0].set_value("b").run()
    app.query_params["which"] = "c"  # sent before it was known what was chosen since
    assert chosen(app.run())[0] == "b"
    app.query_params["which"] = "nothing"
    assert chosen(app.run())[0] == "a"


def test_a_menu_is_sent_by_its_name_alone_when_it_is_drawn_again(app) -> None:
    first = app.selectbox[0].proto.SerializeToString()
    assert app.run().selectbox[0].proto.SerializeToString() == first


@pytest.mark.parametrize(("choice", "words"), [("all", "All (29)"), ("some", "Some (9)")])
def test_a_choice_is_shown_with_the_count_of_now(choice, words) -> None:
    app = AppTest.from_function(counting)
    app.session_state["n"] = 30
    app.run().selectbox[0].set_value(choice).run()
    app.session_state["n"] = 29
    menu = app.run().selectbox[0]
    assert (menu.value, menu.proto.set_value, menu.proto.raw_value) == (choice, True, words)
    assert not app.run().selectbox[0].proto.set_value
