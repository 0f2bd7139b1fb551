"""Labels from elsewhere on the pages: seen before anything is taken, offered where a table has them."""

import io

import pytest
from streamlit.testing.v1 import AppTest

from contrast_engine.errors import CollectionError
from contrast_engine.steps.labels.import_labels import take_labels
from contrast_engine.steps.labels.uploaded_labels import planned_upload
from contrast_engine.views.labels import import_words

COLLECTION = "collection/collection.py"


def named(workspace):
    """A table of labels of all images, by their ids."""
    rows = [
        f"{image},{'low' if k % 2 else 'high'},Ada" for k, image in enumerate(workspace.images.ids)
    ]
    return "\n".join(
        ["id,label,who", *rows, "nowhere.jpg,low,Ada", f"{workspace.images.ids[0]},,Ada"]
    )


FORM = """
from contrast_engine.store import Workspace
from pages.common import faults
from pages.labels import import_form

with faults.page("label"):
    import_form._form(Workspace.open({root!r}))
"""


def test_a_file_is_looked_at_and_then_taken_and_taken_back(at_stage, tmp_path, monkeypatch) -> None:
    monkeypatch.setattr("pages.common.identity.who", lambda: "Zoë")
    workspace = at_stage("measured")
    (tmp_path / "l.csv").write_text(named(workspace))
    n = len(workspace.images)
    app = AppTest.from_string(FORM.format(root=str(workspace.root))).run(timeout=30)
    app.text_input[0].set_value(str(tmp_path / "l.csv"))
    click(app, "Look at it")
    said = "\n".join(str(one.value) for one in (*app.markdown, *app.caption, *app.error))
    assert f"CSV, {n + 2} rows" in said, said
    assert workspace.labels.current() == {}
    click(app, f"Take {n} annotations")
    assert f"Taken from l.csv. {n} images get a label" in app.success[0].value
    assert set(workspace.labels.by_person()) == {"Ada"}
    click(app, "Take it back")
    assert workspace.labels.current() == {}
    (one,) = workspace.labels.imports()
    assert (one.who, one.is_undone) == ("Zoë", True)


def click(app: AppTest, label: str) -> None:
    """Press a button by its words; nothing may go wrong by it."""
    next(one for one in app.button if one.label == label).click().run(timeout=30)
    assert not app.exception, [e.message for e in app.exception]


def test_the_labels_of_a_scanned_table_are_offered_on_the_collection_page(
    at_stage, visit, tmp_path
) -> None:
    workspace = at_stage("measured")
    paths = workspace.images.paths.values()
    table = tmp_path / "list.csv"
    table.write_text("\n".join(["path,label", *(f"{path},<b>low</b>" for path in paths)]))
    workspace.add_roots([str(table)])
    app = visit(COLLECTION)
    assert not app.exception, [e.message for e in app.exception]
    assert any("column label has 1 label for" in str(one.value) for one in app.markdown)
    next(b for b in app.button if b.label == "Take these labels").click().run()
    assert not app.exception, [e.message for e in app.exception]
    assert len(workspace.labels.current()) == len(workspace.images)
    assert not [b for b in app.button if b.label == "Take these labels"]


def test_an_upload_is_bounded_and_its_rows_are_counted_in_words(at_stage, monkeypatch) -> None:
    workspace = at_stage("measured")
    content = io.BytesIO(named(workspace).encode())
    plan = planned_upload(workspace, "../../l<b>.csv", content, who="Zoë")
    assert import_words.recognised(plan).startswith("l<b>.csv: CSV, ")
    kinds = {row["Rows that"]: row["Rows"] for row in import_words.row_kinds(plan)}
    assert sum(kinds.values()) == plan.rows.rows
    assert (kinds["Without a label"], kinds["Cannot be used"]) == (1, 1)
    assert import_words.problem_rows(plan)[0]["Row"] == str(len(workspace.images) + 2)
    again = planned_upload(workspace, "l.csv", content)
    take_labels(workspace, plan)
    assert len(again.new) == len(plan.new)
    monkeypatch.setattr("contrast_engine.steps.labels.uploaded_labels.LARGEST_MB", 0)
    with pytest.raises(CollectionError, match="more than 0 MiB"):
        planned_upload(workspace, "l.csv", content)
