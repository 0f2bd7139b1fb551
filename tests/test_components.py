"""The Python faces of the components: what a browser says is acted upon exactly once."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from contrast_engine import server
from pages.components import figure
from pages.components import map as points


def gallery_page() -> None:
    import streamlit as st

    from pages.components import gallery

    st.session_state.setdefault("heard", [])
    st.session_state.given = gallery.show(
        key="g",
        ids=["a", "b"],
        thumb="/{id}",
        actions={"locate": "Locate on the map"},
        on_event=st.session_state.heard.append,
    )


def map_page() -> None:
    import streamlit as st

    from contrast_engine.colouring import Classes
    from pages.components import map as points

    urls = points.MapUrls("/xy", "/ids", "/colour", "/thumb/{id}")
    legend = Classes("Cluster", (("one", "#e69f00", 2),))
    st.session_state.setdefault("heard", [])
    st.session_state.given = points.show(key="m", urls=urls, n=2, legend=legend)


def labeller_page() -> None:
    import streamlit as st

    from contrast_engine.errors import WorkspaceError
    from pages.components import labeller

    def keep(keys: list[labeller.Keystroke]) -> None:
        if st.session_state.get("disk is full"):
            raise WorkspaceError("disk is full")
        st.session_state.setdefault("heard", []).extend(keys)

    labeller.show(
        key="l",
        queue=[labeller.Card("a")],
        image="/{id}",
        thumb="/{id}",
        labels=["low"],
        on_keys=keep,
    )


def started(page: Callable[[], None]) -> AppTest:
    """An app of one page; the first takes seconds to import on a busy machine."""
    return AppTest.from_function(page, default_timeout=60)


def say(app: AppTest, key: str, state: dict[str, Any]) -> AppTest:
    """Send what the browser would send when a component changes its state."""
    component = next(e for e in app.get("bidi_component") if e.key == key)
    states = app._tree.get_widget_states()
    changed = states.widgets.add()
    changed.id = component.proto.id
    changed.json_value = json.dumps(state)
    return app._run(states)


def told(app: AppTest, key: str) -> dict[str, Any]:
    component = next(e for e in app.get("bidi_component") if e.key == key)
    return json.loads(component.proto.json or component.proto.mixed.json)


def log(token: str, *entries: dict[str, Any]) -> dict[str, Any]:
    return {"log": {"token": token, "entries": list(entries)}}


@pytest.mark.slow
def test_an_entry_sent_again_with_a_new_one_is_acted_upon_once() -> None:
    app = started(gallery_page).run()
    first = {"seq": 1, "opened": "a", "selected": []}
    second = {"seq": 2, "opened": "b", "selected": ["a"]}
    say(app, "g", log("t", first))
    say(app, "g", log("t", first, second))
    app.run()
    assert [event.opened for event in app.session_state.heard] == ["a", "b"]
    assert told(app, "g")["acknowledged"] == {"t": 2}


def test_a_component_mounted_again_starts_its_numbers_anew() -> None:
    app = started(gallery_page).run()
    say(app, "g", log("first", {"seq": 1, "opened": "a", "selected": []}))
    say(app, "g", log("second", {"seq": 1, "opened": "b", "selected": []}))
    assert [event.opened for event in app.session_state.heard] == ["a", "b"]


@pytest.mark.slow
def test_what_was_opened_is_given_once_and_what_is_selected_stays() -> None:
    app = started(gallery_page).run()
    say(app, "g", log("t", {"seq": 1, "opened": "a", "selected": ["b"]}))
    assert (app.session_state.given.opened, app.session_state.given.selected) == ("a", ("b",))
    app.run()
    assert (app.session_state.given.opened, app.session_state.given.selected) == (None, ("b",))


def test_an_action_on_an_image_is_told_once_and_only_one_that_is_offered() -> None:
    app = started(gallery_page).run()
    say(app, "g", log("t", {"seq": 1, "action": ["locate", "b"], "selected": []}))
    assert app.session_state.given.action == ("locate", "b")
    app.run()
    assert app.session_state.given.action is None
    say(app, "g", log("t", {"seq": 2, "action": ["delete", "b"], "selected": []}))
    assert app.session_state.given.action is None


@pytest.mark.slow
def test_a_lasso_arrives_with_its_mode_and_the_hidden_classes() -> None:
    app = started(map_page).run()
    entry = {"seq": 1, "kind": "lasso", "polygon": [[0, 0], [1, 0], [1, 1.5]], "mode": "add"}
    say(app, "m", log("t", {**entry, "hidden": ["one"]}))
    lasso = app.session_state.given.lasso
    assert lasso.polygon == ((0.0, 0.0), (1.0, 0.0), (1.0, 1.5))
    assert (lasso.mode, lasso.hidden) == ("add", ("one",))
    app.run()
    assert app.session_state.given.lasso is None


@pytest.mark.slow
def test_a_keystroke_that_could_not_be_saved_is_kept_until_it_is() -> None:
    app = started(labeller_page).run()
    stroke = {"seq": 1, "id": "a", "action": "label", "label": "low"}
    app.session_state["disk is full"] = True
    say(app, "l", log("t", stroke))
    assert (told(app, "l")["problem"], told(app, "l")["acknowledged"]) == ("disk is full", {})
    app.session_state["disk is full"] = False
    say(app, "l", log("t", stroke, {**stroke, "seq": 2, "action": "undo", "label": ""}))
    assert [(s.seq, s.action, s.label) for s in app.session_state.heard] == [
        (1, "label", "low"),
        (2, "undo", ""),
    ]
    assert (told(app, "l")["problem"], told(app, "l")["acknowledged"]) == ("", {"t": 2})


@pytest.mark.slow
def test_keystrokes_said_to_a_server_that_was_killed_are_taken_by_the_next() -> None:
    app = started(labeller_page)
    app.session_state["l"] = log("t", {"seq": 1, "id": "a", "action": "label", "label": "low"})
    app.run()
    assert [s.label for s in app.session_state.heard] == ["low"]
    assert told(app, "l")["acknowledged"] == {"t": 1}


def test_a_large_selection_is_fetched_by_address_and_not_sent_again_and_again() -> None:
    few = tuple(f"{i:016x}" for i in range(3))
    assert points._marks(few) == {"marked": list(few), "marked_at": ""}
    sent = points._marks(b"\x80" * 625)
    assert sent["marked"] is None
    assert len(json.dumps(sent)) < 200
    assert server.blobs.get(sent["marked_at"].rpartition("/")[2]).content == b"\x80" * 625
    assert points._marks(None) == {"marked": None, "marked_at": ""}


def test_figures_offer_no_upload_to_a_cloud() -> None:
    assert figure.CONFIG["showSendToCloud"] is False
