"""Methods judged where the light is known: what to judge on, and what came of it."""

import streamlit as st

from contrast_engine.access import Act
from contrast_engine.arrays import Json
from contrast_engine.as_written import markdown, plain
from contrast_engine.store.workspace import Workspace
from contrast_engine.views.illuminants import judged
from contrast_engine.views.input_checks import typed_path
from pages.common import compute, controls, headings, job_panel, rows, thumbnails
from pages.components import figure
from pages.components.gallery import GalleryEvents
from pages.frame import access
from pages.illuminants import casts, illuminant_loaders
from pages.illuminants.relighting import CCT, TINT

WORST = 24


def show(workspace: Workspace) -> None:
    """Draw what can be judged on, and the report that is looked at."""
    keys = judged.reports(workspace)
    with st.expander("What to judge on", expanded=not keys):
        _form(workspace)
    if not keys:
        return
    key = next(iter(keys))
    if len(keys) > 1:
        key = controls.in_address(
            st.selectbox, "Look at", list(keys), "report", key, format_func=keys.get, width=480
        )
    details, seed = illuminant_loaders.report(workspace, key)
    headings.section(
        "Verdict", "angular-error", "Which method errs least where the light is known."
    )
    (st.warning if details["is_synthetic"] else st.success)(markdown(judged.verdict(details)))
    _table(details)
    st.caption(markdown(judged.basis_words(details, seed)))
    left = judged.left_out_words(details)
    if left:
        st.caption(markdown(left))
    _errors(details, key)
    _worst(workspace, details, key)


def _form(workspace: Workspace) -> None:
    st.caption(headings.with_link(
        "Leave all empty to relight the photographs of this collection by known lights "
        "(synthetic). Or name pictures whose true light was measured: linear PNG or TIFF with a "
        "table of the columns file, r, g, b.",
        "illuminant",
    ))  # fmt: skip
    if access.closed(Act.RUN):
        return
    with st.form("judge", border=False):
        first, second, third, fourth = st.columns([4, 4, 4, 2], vertical_alignment="bottom")
        folder = first.text_input(
            "Folder of pictures of known light", placeholder="this collection's own folder",
        )  # fmt: skip
        truth = second.text_input(
            "Table of true lights", placeholder="gt.csv in that folder",
            help="file, r, g, b; also a mask, black_level, white_level, camera and scene.",
        )  # fmt: skip
        train = third.text_input(
            "Folder to learn from", placeholder="none: three folds",
            help="Other pictures of known light, with a table of their own; options are chosen "
            "and models fitted on them.",
        )  # fmt: skip
        seeds = fourth.number_input(
            "Fits of each", 1, 10, 3, help="How often each learned method is fitted, each time "
            "with another seed.",
        )  # fmt: skip
        is_sent = st.form_submit_button(
            "Judge the methods", type="primary",
            disabled=job_panel.running(workspace, "judge_illuminants") is not None,
        )  # fmt: skip
    if is_sent:
        typed = {"folder": folder, "truth": truth, "train": train}
        paths = {name: str(typed_path(text)) for name, text in typed.items() if text.strip()}
        compute.start(workspace, "judge_illuminants", **paths, seeds=int(seeds))
        st.rerun()


def _table(details: Json) -> None:
    two = st.column_config.NumberColumn(format="%.2f")
    st.dataframe(
        rows.written(judged.rows(details), plain),
        hide_index=True,
        column_config={
            **dict.fromkeys(judged.COLUMNS.values(), two),
            "Method": st.column_config.TextColumn(width=170),
            "95% interval": st.column_config.TextColumn(help="Of the mean."),
            "Against the best": st.column_config.TextColumn(
                help="Mean error of a learned method less that of the best statistical one, with "
                "its paired 95% interval; below 0 it errs less."
            ),
            "Mean": st.column_config.NumberColumn(
                format="%.2f", help=headings.help_text("angular-error")
            ),
            "Reproduction": st.column_config.NumberColumn(
                format="%.2f",
                help=f"Mean of it. {headings.help_text('reproduction-error')}",
            ),
        },
    )


def _errors(details: Json, key: str) -> None:
    names = judged.methods(details)
    headings.section("Errors", "angular-error", "Where the errors are, image by image.")
    method = controls.in_address(
        st.selectbox, "Errors of", list(names), "errors", details["best"],
        format_func=names.get, width=260,
    )  # fmt: skip
    left, right = st.columns(2, gap="medium")
    with left:
        figure.show(
            judged.error_map(details, method), key=f"judged.map.{key}.{method}", height=440,
            label="True lights, coloured by the error",
            on_click=lambda point: casts.open_here(point.get("customdata", "")),
        )  # fmt: skip
        st.caption(
            "One point for each image, where its true light lies, coloured by the error; the "
            "cross is neutral light."
        )
    with right:
        figure.show(judged.sorted_errors(details), key=f"judged.sorted.{key}", height=440,
                    label="Errors of every method from the lowest to the highest")  # fmt: skip
        st.caption("All errors of each method in order: lower is better, the right end is worst.")


def _worst(workspace: Workspace, details: Json, key: str) -> None:
    method = st.session_state["errors"]
    cases = judged.worst(details, method, WORST)
    here = {c.image: c for c in cases if c.image is not None and c.image in workspace.images}
    headings.section(
        "Worst cases",
        "angular-error",
        "The images with the largest errors of this method."
        + (" Shown as they are; a click puts the same light into one (synthetic)."
           if details["is_synthetic"] else ""),
    )  # fmt: skip

    def opened(event: GalleryEvents) -> None:
        if event.opened and event.opened in here:
            if details["is_synthetic"]:
                _put_in(event.opened, judged.put_in(here[event.opened]))
            casts.open_clicked(event)

    if here:
        thumbnails.show(
            workspace, f"judged.worst.{key}", list(here), on_event=opened,
            captions={image: f"{case.error:.1f}°" for image, case in here.items()},
        )  # fmt: skip
    elsewhere = [case for case in cases if case.image not in workspace.images]
    if elsewhere:
        listed = [{"File": case.file, "Error, degrees": case.error} for case in elsewhere]
        st.dataframe(
            rows.written(listed, plain), hide_index=True, width=480,
            column_config={"Error, degrees": st.column_config.NumberColumn(format="%.2f")},
        )  # fmt: skip


def _put_in(image: str, light: dict[str, str]) -> None:
    """Set the sliders of an image to the light that it was judged under."""
    for name in (CCT, TINT):
        st.session_state.pop(f"relight.{image}.{name}", None)
        if name in light:
            st.query_params[name] = light[name]
