"""One widget per declared option of a method, and the menus that list methods."""

from collections.abc import Callable, Container, Mapping, Sequence
from typing import Any, TypeVar

import streamlit as st

from contrast_engine.arrays import Json
from contrast_engine.clusterings import Clusterer
from contrast_engine.colouring import Colouring
from contrast_engine.map_file import colour_choices
from contrast_engine.options import Option, Recipe, as_texts, of_texts, options_of
from contrast_engine.projections import Projection, projections
from contrast_engine.server import Urls
from contrast_engine.store.workspace import Workspace
from contrast_engine.vectors import present_name
from contrast_engine.views.artifact_lookup import last_method, last_options
from contrast_engine.views.collection.feature_overview import feature_title
from contrast_engine.views.encoders.encoder_card import spaces
from pages.common import loaders
from pages.components.map import MapUrls

Method = type[Clusterer] | type[Projection]
"""What a menu of methods lists."""

Name = TypeVar("Name", bound=str)

DEPTH = "n_components"
COLOUR = "colour"


def in_address(
    widget: Callable[..., Any],
    label: str,
    options: Sequence[Name],
    key: str,
    default: Name,
    **rest: object,
) -> Name:
    """Draw a menu whose choice stands in the address, so that it can be shared and reloaded.

    Streamlit's own binding would write the words of a choice into the address, not its name.

    Args:
        widget: `st.selectbox` or `st.segmented_control`.
        label: Its label.
        options: Names to choose from.
        key: Name of the widget and of the parameter.
        default: The choice where the address names none of the options.
        rest: What else the widget takes.
    """
    if st.session_state.get(key) not in options:
        wanted = _renamed(st.query_params.get(key, ""), options)
        st.session_state[key] = wanted if wanted in options else default
    chosen: Name = widget(label, options, key=key, **rest)
    if st.query_params.get(key) != chosen:
        st.query_params[key] = chosen
    return chosen


def method(
    label: str, methods: Mapping[str, Method], workspace: Workspace, kind: str, key: str
) -> str:
    """Draw a menu of methods by their titles; the choice stands in the address under `key`.

    It starts at the method used last in this workspace, else at the first.
    """
    names = list(methods)
    default = last_method(workspace, kind) or names[0]
    return in_address(
        st.selectbox, label, names, key, default, format_func=lambda name: methods[name].title
    )


def short_title(method: Method) -> str:
    """The name of a method without what its menu entry adds."""
    return method.title.partition(":")[0]


def options_form(recipe: type[Recipe], key: str, values: Json, submit: str) -> Json | None:
    """Draw the options of a method as one form; gives the values once they are sent, else None.

    Args:
        recipe: The method whose options are drawn.
        key: Name of the form on its page.
        values: Where the widgets start; options that are not named start at their default.
        submit: The words on the button.
    """
    with st.form(key, border=False):
        st.caption((recipe.__doc__ or "").partition("\n")[0])
        chosen = {o.name: _widget(o, f"{key}.{o.name}", values) for o in _in_form(recipe)}
        is_sent = st.form_submit_button(submit, type="primary")
    return chosen if is_sent else None


def colour(workspace: Workspace, map_key: str, redraw: Callable[[], None]) -> None:
    """Draw the menu of what to colour a map by; the choice stands in the address.

    Args:
        workspace: The open workspace.
        map_key: The map.
        redraw: Called when something else was chosen.
    """
    sources = _colours(workspace, map_key)

    def act() -> None:
        st.query_params[COLOUR] = st.session_state[COLOUR]
        redraw()

    in_address(
        st.selectbox, "Colour by", list(sources), COLOUR, _preferred(sources),
        format_func=lambda name: sources[name][0], on_change=act,
    )  # fmt: skip


def coloured_by(workspace: Workspace, map_key: str) -> str:
    """What a map is coloured by at the moment, as `colouring` names it."""
    sources = _colours(workspace, map_key)
    chosen = st.session_state.get(COLOUR) or _renamed(st.query_params.get(COLOUR, ""), sources)
    name = chosen if chosen in sources else _preferred(sources)
    return f"{name}@{sources[name][1]}"


def _renamed(name: str, options: Container[str]) -> str:
    """What an address names, by its name of today where it was shared before a renaming."""
    return name if name in options else projections.present_name(present_name(name))


def _preferred(sources: Mapping[str, object]) -> str:
    """Without clusters a feature says more than labels that nobody gave."""
    return next(name for name in sources if name == "cluster" or name.startswith("feature."))


def _colours(workspace: Workspace, map_key: str) -> dict[str, tuple[str, str]]:
    loaders.measured(workspace)  # stays in memory then
    return colour_choices(workspace, map_key)


def options(recipe: type[Recipe], workspace: Workspace, kind: str, name: str) -> Json:
    """Draw the options of a method behind a button and give the values in use.

    They stand in the address as `method.option`; without it they start as they were used last in
    this workspace.

    Args:
        recipe: The method.
        workspace: The open workspace.
        kind: The kind of result it makes.
        name: Its registered name.
    """
    key = f"{kind}.{name}"
    used = (
        st.session_state.get(key) or _addressed(recipe, name) or last_options(workspace, kind, name)
    )
    with st.popover("Options", disabled=not _in_form(recipe)):
        sent = options_form(recipe, f"{key}.form", used, "Use these")
    if sent is not None:
        st.session_state[key] = sent
    _address(recipe, name, sent or used)
    return sent or used


def map_options(method: str, workspace: Workspace) -> Json:
    """Draw the options of a projection: menus for its axes where they are features, else a form.

    They start as they were used last in this workspace and stand in the address.
    """
    recipe = projections[method]
    used = recipe().as_json() | last_options(workspace, "maps", method)
    if recipe.reads_features:
        return _axes(workspace, used)
    chosen = options(recipe, workspace, "maps", method)
    return chosen | {DEPTH: _directions(used[DEPTH])} if DEPTH in used else chosen


def _axes(workspace: Workspace, used: Json) -> Json:
    names = loaders.features(workspace).columns
    return {
        axis: in_address(
            st.selectbox, label, names, axis, present_name(used[axis]), format_func=feature_title
        )
        for axis, label in (("across", "To the right"), ("up", "Upwards"))
    }


def _directions(used: int) -> int:
    shapes = {"2": "Flat", "3": "3-D"}
    return int(
        in_address(
            st.segmented_control, "Directions", list(shapes), "directions", str(used),
            format_func=shapes.get, required=True, label_visibility="collapsed",
        )
    )  # fmt: skip


def space(workspace: Workspace, key: str = "on", default: str = "") -> str:
    """Draw the menu of spaces once there is an embedding, and give the choice as steps take it.

    Args:
        workspace: The open workspace.
        key: Name of the menu and of its parameter in the address.
        default: Where the menu starts; the features where it is no space.
    """
    known = spaces(workspace)
    if len(known) == 1:
        return next(iter(known))
    start = default if default in known else next(iter(known))
    return in_address(
        st.selectbox, "In the space of", list(known), key, start, format_func=known.get
    )


def map_urls(workspace: Workspace, key: str, what: str, colours: Colouring) -> MapUrls:
    """The addresses of a map's coordinates, ids, colours, pictures and names."""
    urls, clustering = Urls(workspace.id), workspace.current("clusterings")
    return MapUrls(
        xy=urls.xy(key),
        ids=urls.ids(key),
        colour=urls.colour(key, what, str(workspace.labels.version())),
        thumb=urls.thumb,
        values="" if colours.values is None else urls.values(key, what),
        image=urls.image,
        about=urls.about,
        typical=urls.typical(clustering) if clustering else "",
    )


def _addressed(recipe: type[Recipe], name: str) -> Json:
    """The options that the address has for a method."""
    parts = {key.partition(".")[2]: text for key, text in st.query_params.items()
             if key.partition(".")[0] == name}  # fmt: skip
    return of_texts(recipe, parts)


def _address(recipe: type[Recipe], name: str, values: Json) -> None:
    """Write the options in use into the address, and take those of other methods out."""
    texts = as_texts(recipe, values)
    wanted = {f"{name}.{option.name}": texts[option.name] for option in _in_form(recipe)}
    for key in [key for key in st.query_params if "." in key and key not in wanted]:
        del st.query_params[key]
    for key, text in wanted.items():
        if st.query_params.get(key) != text:
            st.query_params[key] = text


def _in_form(recipe: type[Recipe]) -> list[Option]:
    """The options that belong into a form; how deep a map is has a menu of its own."""
    return [declared for declared in options_of(recipe) if declared.name != DEPTH]


def _widget(declared: Option, key: str, values: Json) -> object:
    label = declared.name.replace("_", " ").replace("n ", "number of ").capitalize()
    start = values.get(declared.name, declared.default)
    if isinstance(declared.default, bool):
        return st.toggle(label, start, key=key, help=declared.help)
    if declared.choices:
        at = declared.choices.index(start)
        return st.selectbox(label, declared.choices, at, key=key, help=declared.help)
    if isinstance(declared.default, str):
        return st.text_input(label, start, key=key, help=declared.help)
    kind = type(declared.default)
    low, high = (None if v is None else kind(v) for v in (declared.low, declared.high))
    return st.number_input(label, low, high, kind(start), key=key, help=declared.help)
