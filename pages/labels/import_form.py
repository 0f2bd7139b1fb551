"""Labels from elsewhere: what a file is and what it would give, then taken or left."""

import streamlit as st

from contrast_engine.access import Act
from contrast_engine.as_written import markdown
from contrast_engine.steps.labels.folder_labels import planned_folder_labels
from contrast_engine.steps.labels.import_labels import (
    PlannedLabels,
    planned_import,
    take_back_import,
    take_labels,
)
from contrast_engine.steps.labels.uploaded_labels import LARGEST_MB, planned_upload
from contrast_engine.store.workspace import Workspace
from contrast_engine.views.input_checks import table_to_read_problem, typed_path
from contrast_engine.views.labels import import_words
from contrast_engine.views.outcomes import result_or_reason
from pages.common import faults, identity
from pages.frame import access

PLACE = "label import"
SEEN, PLAN, WHY, SAID = "import.seen", "import.plan", "import.why", "import.said"
UNSAVED = "No label was taken."


def button(workspace: Workspace) -> None:
    """Draw the button that opens the form; below it, what was taken last."""
    if access.button(
        Act.ADD,
        "Import labels",
        icon=":material/upload_file:",
        type="tertiary",
        help="From a table, Label Studio, FiftyOne, COCO, or the folders of the images. What would "
        "be taken is shown first.",
    ):
        for key in (SEEN, PLAN, WHY, SAID):
            st.session_state.pop(key, None)
        _form(workspace)


@st.dialog("Import labels", width="large")
@faults.boundary
def _form(workspace: Workspace) -> None:
    if said := st.session_state.get(SAID):
        st.success(markdown(said), icon=":material/check:")
        _taken_back(workspace)
        if st.button("Done", type="primary"):
            st.rerun()
        return
    if not identity.ask("import", Act.ADD):
        return
    by_file, by_path, by_folder = st.tabs(["A file", "A path", "Folders"])
    with by_file:
        upload = st.file_uploader(
            "CSV, Parquet, JSONL, or JSON of Label Studio, FiftyOne or COCO",
            type=["csv", "tsv", "json", "jsonl", "parquet"],
            max_upload_size=LARGEST_MB,
            help="It names images by path, file_name, filepath, image or file, or by our ids. "
            "Paths are compared with those of the collection, and not looked up on the disk.",
        )
        of_upload = _column("import.upload column").strip() if upload else ""
    with by_path, st.form("import.path", border=False):
        path = st.text_input("File on this computer", placeholder="/home/me/labels.csv")
        column = _column("import.path column")
        is_sent = st.form_submit_button("Look at it")
    with by_folder:
        st.caption("The folder that holds an image is its label, as data sets of classes are laid.")
        of_folders = st.button("Look at the folders")
    asked = (upload.file_id, of_upload) if upload else None
    if upload and st.session_state.get(SEEN) != asked:
        st.session_state[SEEN] = asked
        _keep(
            *result_or_reason(
                planned_upload, workspace, upload.name, upload, who=identity.who(),
                label_column=of_upload,
            )
        )  # fmt: skip
    elif is_sent:
        _look(workspace, path, column)
    elif of_folders:
        _keep(*result_or_reason(planned_folder_labels, workspace, who=identity.who()))
    _preview(workspace)
    _taken_back(workspace)


def _column(key: str) -> str:
    """The column of labels that somebody names, "" where the file says it."""
    return st.text_input(
        "Column of the labels",
        placeholder="label",
        key=key,
        help="Needed only where the file has none called label, or several that could be it.",
    )


def _look(workspace: Workspace, path: str, column: str) -> None:
    reason = table_to_read_problem(path, "labels")
    if reason:
        _keep(None, reason)
    else:
        _keep(
            *result_or_reason(
                planned_import, workspace, typed_path(path), who=identity.who(),
                label_column=column.strip(),
            )
        )  # fmt: skip


def _keep(plan: PlannedLabels | None, reason: str) -> None:
    st.session_state[PLAN], st.session_state[WHY] = plan, reason


def _preview(workspace: Workspace) -> None:
    """Draw what would be taken, and the button that takes it."""
    plan: PlannedLabels | None = st.session_state.get(PLAN)
    if reason := st.session_state.get(WHY):
        st.error(markdown(reason))
    if plan is None:
        return
    st.markdown(f"**{markdown(import_words.recognised(plan))}**")
    st.markdown(markdown(import_words.given_words(plan)))
    st.dataframe(import_words.row_kinds(plan), hide_index=True, width="content")
    for note in plan.notes:
        st.caption(markdown(note))
    if plan.problems:
        shown = min(len(plan.problems), import_words.LISTED)
        with st.expander(f"Rows that cannot be used: {shown:,} of {len(plan.problems):,}"):
            st.dataframe(import_words.problem_rows(plan), hide_index=True)
    if plan.new:
        one = len(plan.new) == 1
        st.button(
            "Take 1 annotation" if one else f"Take {len(plan.new):,} annotations",
            type="primary", on_click=take, args=(workspace, plan),
        )  # fmt: skip
    faults.show(PLACE)


def take(workspace: Workspace, plan: PlannedLabels) -> None:
    """Take what was planned, and remember what came of it."""
    done = faults.attempt(PLACE, UNSAVED, take_labels, workspace, plan, who=identity.who())
    if done is not None:
        st.session_state.pop(PLAN, None)
        st.session_state[SAID] = f"Taken from {plan.file}. {import_words.given_words(plan)}"


def _taken_back(workspace: Workspace) -> None:
    """Draw the last import that counts, with a way to take it back as a whole."""
    counting = [one for one in workspace.labels.imports() if not one.is_undone]
    if not counting:
        return
    last = counting[-1]
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(markdown(f"Last import: {import_words.import_words(last)}."), width="stretch")
        st.button(
            "Take it back", type="tertiary", on_click=_take_back, args=(workspace, last.seq),
            help="All of its labels at once; what held before counts again.",
        )  # fmt: skip


def _take_back(workspace: Workspace, seq: int) -> None:
    kept = "The labels stay."
    faults.attempt(PLACE, kept, take_back_import, workspace, seq, who=identity.who())
    st.session_state.pop(SAID, None)
