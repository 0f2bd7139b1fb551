"""What a person does on the pages, step by step, and what is on disk afterwards."""

import csv
import json
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from contrast_engine import steps
from contrast_engine.jobs import JobRunner
from contrast_engine.predict import Predictor
from contrast_engine.store import Workspace
from contrast_engine.validation.questions import questions
from contrast_engine.views.evidence.answers import answer
from contrast_engine.views.models.new_images import file_predictions

N_IMAGES = 30


def written(app: AppTest) -> str:
    parts = (*app.markdown, *app.caption, *app.info, *app.error, *app.success)
    return "\n".join(str(part.value) for part in parts)


def press(app: AppTest, label: str) -> AppTest:
    return next(b for b in app.button if b.label == label).click().run()


def field(app: AppTest, label: str):
    return next(box for box in app.text_input if box.label.startswith(label))


def component(app: AppTest, key: str) -> dict:
    """What the server sends to one of our components."""
    found = next(c for c in app.get("bidi_component") if c.key == key)
    return json.loads(found.proto.json)


@pytest.mark.slow
def test_a_folder_that_does_not_exist_is_refused_in_plain_words(at_stage, visit) -> None:
    workspace = at_stage("empty")
    app = visit("collection/collection.py")
    field(app, "Add photographs").input("/no/such/folder")
    app = press(app, "Scan and measure")
    assert "/no/such/folder" in app.error[0].value
    assert JobRunner(workspace).jobs() == []


@pytest.mark.slow
def test_adding_a_folder_scans_and_measures_it_and_lists_what_could_not_be_used(
    at_stage, visit, finish, photographs
) -> None:
    workspace = at_stage("empty")
    app = visit("collection/collection.py")
    field(app, "Add photographs").input(f' "{photographs}" ')
    app = press(app, "Scan and measure")
    assert "Scanning, then measuring" in written(app)
    finish(workspace)
    app = visit("collection/collection.py")
    assert {m.label: m.value for m in app.metric} == {
        "Images": "30", "Files": "31", "Problems": "1", "Missing": "0",
        "Measured": "30 of 30",
    }  # fmt: skip
    problems, measures = (table.value for table in app.dataframe)
    assert problems["File"][0].endswith("broken.jpg")
    assert len(problems["Why it could not be used"][0]) > 5
    assert len(measures) >= 20
    assert set(measures["Unit"]) - {""}


@pytest.mark.slow
def test_a_slow_projection_starts_one_job_that_another_tab_finds_and_can_stop(
    at_stage, visit
) -> None:
    workspace = at_stage("measured")
    app = visit("structure/map.py", method="umap")
    assert "Drawing the map" in written(app)
    assert [button.label for button in app.button if button.key.startswith("cancel.")]
    (job,) = JobRunner(workspace).jobs()
    again = visit("structure/map.py", method="umap")
    assert f"cancel.{job.id}" in [button.key for button in again.button]
    assert len(JobRunner(workspace).jobs()) == 1


@pytest.mark.slow
def test_a_failed_job_says_why_and_is_only_tried_again_on_request(at_stage, visit, finish) -> None:
    workspace = at_stage("measured")
    runner = JobRunner(workspace)
    runner.submit("gather", paths=["/no/such/folder"])
    finish(workspace)
    app = visit("collection/collection.py")
    assert "/no/such/folder" in app.error[0].value
    assert len(runner.jobs()) == 1


@pytest.mark.slow
def test_a_cluster_is_called_by_its_name_everywhere(at_stage, visit) -> None:
    workspace = at_stage("clustered")
    app = visit("structure/clusters.py")
    first = next(box for box in app.text_input if box.label == "Name")
    first.input("hazy ones").run()
    key = workspace.current("clusterings")
    assert workspace.labels.cluster_names(key) == {0: "hazy ones"}
    legend = component(visit("structure/map.py", colour="cluster"), f"map.{workspace.id}")["legend"]
    assert legend["entries"][0][0] == "hazy ones"


@pytest.mark.slow
def test_clusters_always_stand_beside_their_null(at_stage, visit) -> None:
    at_stage("clustered")
    text = written(visit("structure/clusters.py"))
    assert "Silhouette" in text
    assert "null reference" in text
    assert "n = 30" in text


@pytest.mark.slow
def test_labels_are_made_by_the_person(at_stage, visit) -> None:
    workspace = at_stage("clustered")
    app = visit("labels/label.py")
    field(app, "Labels").input("flat, flat")
    app = press(app, "Use these labels")
    assert "twice" in app.error[0].value
    field(app, "Labels").input("flat, punchy")
    press(app, "Use these labels")
    assert workspace.labels.label_set().labels == ("flat", "punchy")
    assert workspace.labels.label_set().is_ordered


@pytest.mark.slow
def test_labelling_goes_on_at_the_first_image_without_a_label(at_stage, visit) -> None:
    workspace = at_stage("clustered")
    workspace.labels.define(["low", "high"], is_ordered=True)
    first = component(visit("labels/label.py"), "labeller.cover")
    assert first["position"] == 0
    assert all(card["why"] for card in first["queue"])
    for card in first["queue"][:3]:
        workspace.labels.add([card["id"]], "low")
    later = component(visit("labels/label.py"), "labeller.cover")
    assert [card["id"] for card in later["queue"]] == [card["id"] for card in first["queue"]]
    assert later["position"] == 3
    assert later["queue"][0]["label"] == "low"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("stage", "words", "done"),
    [
        ("empty", "Add photographs", 0),
        ("measured", "Cluster the images", 2),
        ("clustered", "Label 20 images", 3),
        ("validated", "Export the table", 6),
    ],
)
def test_the_frame_says_on_every_page_what_is_next(stage, words, done, at_stage, visit) -> None:
    workspace = at_stage(stage)
    for page in ("collection/collection.py", "labels/label.py", "help/glossary.py"):
        work = component(visit(page), f"frame.{workspace.id}")["work"]
        assert work["next"]["words"] == words
        assert [one["standing"] for one in work["stages"]].count("done") == done


@pytest.mark.slow
def test_a_page_that_was_asked_for_in_the_frame_is_opened(at_stage, visit) -> None:
    at_stage("validated")
    app = visit("collection/gallery.py", selection="", image="")
    app.session_state["frame.go"] = "label"
    app = app.run()
    assert app.title[0].value == "Label"
    assert "image" not in app.query_params


@pytest.mark.slow
def test_after_training_the_images_that_teach_most_can_be_labelled(at_stage, visit) -> None:
    at_stage("trained")
    queue = component(visit("labels/label.py", queue="unsure"), "labeller.unsure")["queue"]
    assert "the model hesitates between" in queue[0]["why"]


@pytest.mark.slow
def test_training_on_a_page_gives_every_image_a_label(at_stage, visit, finish) -> None:
    workspace = at_stage("labelled")
    app = press(visit("models/model.py"), "Train")
    assert "Learning from the labelled images" in written(app)
    finish(workspace)
    app = visit("models/model.py")
    assert [m.label for m in app.metric] == [
        "Accuracy", "Kappa", "Coverage", "Wrong answers", "Abstains",
    ]  # fmt: skip
    assert "95% interval" in written(app)
    assert "n = 24" in written(app)
    assert workspace.manifest(workspace.current("predictions")).rows == N_IMAGES


def test_a_model_of_few_labels_wears_a_badge(at_stage, visit) -> None:
    from contrast_engine import steps

    workspace = at_stage("labelled")
    for image in list(workspace.labels.current())[8:]:
        workspace.labels.add([image], None)
    steps.pseudo_label(workspace)
    text = written(visit("models/model.py"))
    assert "Very rough" in text
    assert "Learnt from 8 labels" in text


@pytest.mark.slow
def test_new_labels_make_the_page_say_that_the_model_is_behind(at_stage, visit) -> None:
    workspace = at_stage("trained")
    unlabelled = next(i for i in workspace.images.ids if i not in workspace.labels.current())
    workspace.labels.add([unlabelled], "low")
    assert "has learnt from 24" in written(visit("models/model.py"))


@pytest.mark.slow
def test_one_kind_of_label_is_not_enough_to_train(at_stage, visit) -> None:
    workspace = at_stage("clustered")
    workspace.labels.add(workspace.images.ids[:3], "low")
    app = visit("models/model.py")
    assert "at least one image of another kind" in written(app)
    assert "Train" not in [button.label for button in app.button]


def test_every_finding_has_a_verdict_in_words_and_missing_evidence_is_named(
    at_stage, visit
) -> None:
    workspace = at_stage("validated")
    app = visit("evidence/evidence.py")
    report = workspace.load(workspace.current("reports"))
    tables = "".join(part.proto.body for part in app.get("html"))
    assert tables.count("<tr class=") == len(report.findings)
    for finding in report.findings:
        assert finding.space.replace("<", "&lt;").replace("'", "&#x27;") in tables
    for question in questions(report.findings):
        assert tables.count(f"<strong>{question.question}</strong>") == 1
        assert answer(question) in tables
    assert "Missing evidence" in tables
    assert not app.warning


def test_evidence_about_results_that_are_gone_is_marked(at_stage, visit) -> None:
    workspace = at_stage("validated")
    workspace.labels.add(workspace.images.ids[:1], "high")
    app = visit("evidence/evidence.py")
    assert "labels were given or changed" in app.warning[0].value


@pytest.mark.slow
def test_a_later_result_asked_about_since_is_shown_and_leaves_the_evidence_out_of_date(
    at_stage, visit, tmp_path: Path
) -> None:
    workspace = at_stage("validated")
    rows = [f"{image},{k % 7}" for k, image in enumerate(workspace.images.ids)]
    (tmp_path / "r.csv").write_text("\n".join(["id,error", *rows]), encoding="utf-8")
    steps.downstream(workspace, tmp_path / "r.csv")
    app = visit("evidence/evidence.py")
    assert "a later result was asked about" in app.warning[0].value
    assert "**error**" in written(app)


def test_the_table_is_written_where_the_person_says(at_stage, visit, tmp_path: Path) -> None:
    at_stage("trained")
    app = visit("output/export.py")
    field(app, "Path of the table").input("results.csv")
    app = press(app, "Write the file")
    assert "full path" in app.error[0].value
    field(app, "Path of the table").input(str(tmp_path / "results.csv"))
    app = press(app, "Write the file")
    assert "30 rows" in app.success[0].value
    with (tmp_path / "results.csv").open() as file:
        assert len(list(csv.DictReader(file))) == N_IMAGES
    (tmp_path / "results.csv").write_text("mine", encoding="utf-8")
    app = press(app, "Write the file")
    assert "is there already" in app.warning[0].value
    assert (tmp_path / "results.csv").read_text("utf-8") == "mine"
    app = press(app, "Replace that file")
    assert "30 rows" in app.success[0].value


def test_another_tools_folder_is_written_by_a_job_and_replaces_nothing_unasked(
    at_stage, visit, finish, tmp_path: Path
) -> None:
    workspace = at_stage("trained")
    app = visit("output/export.py")
    app.selectbox[0].set_value("coco").run()
    field(app, "Path of the export").input("labels.json")
    assert "full path" in press(app, "Write for this tool").error[0].value
    field(app, "Path of the export").input(str(tmp_path / "labels.csv"))
    assert "must end in .json" in press(app, "Write for this tool").error[0].value
    target = tmp_path / "labels.json"
    target.write_text("mine", encoding="utf-8")
    field(app, "Path of the export").input(str(target))
    app = press(app, "Write for this tool")
    assert "is there already" in app.warning[0].value
    press(app, "Replace it")
    finish(workspace)
    app.run()
    assert "30 of 30 images" in app.success[0].value
    assert len(json.loads(target.read_text("utf-8"))["images"]) == N_IMAGES


def test_new_images_are_judged_and_unreadable_ones_say_why(
    at_stage, visit, photographs: Path
) -> None:
    at_stage("trained")
    app = visit("output/export.py")
    field(app, "Image or folder").input(str(photographs))
    app = press(app, "Predict these images")
    judged = app.dataframe[1].value
    assert len(judged) == 20
    said = dict(zip(judged["File"], judged["How sure"], strict=True))
    assert said["broken.jpg"].startswith("cannot be predicted")
    assert set(judged["Label"]) <= {"", "low", "medium", "high"}


def test_uploads_are_judged_under_their_own_names_even_the_same_one_twice(
    at_stage, photographs: Path
) -> None:
    workspace = at_stage("trained")
    picture = (photographs / "photo 03.png").read_bytes()
    files = [("same.png", picture), ("same.png", picture), ("torn.png", picture[:200])]
    first, second, torn = file_predictions(workspace, Predictor(workspace).predict_bytes(files))
    assert first == second
    assert first.name == "same.png"
    assert torn.name == "torn.png"
    assert torn.words.startswith("cannot be predicted: torn.png")


def test_another_collection_is_opened_by_its_folder_and_made_only_when_asked_to(
    at_stage, visit, tmp_path: Path
) -> None:
    at_stage("empty")
    Workspace(tmp_path / "holiday.contrast")
    app = visit("collection/collection.py")
    field(app, "Folder of photographs").input(str(tmp_path / "hoilday.contrast"))
    app = press(app, "Open")
    assert "Nothing was made" in app.warning[0].value
    assert not (tmp_path / "hoilday.contrast").exists()
    app = app.button(f"open.near.{tmp_path / 'holiday.contrast'}").click().run()
    assert not app.exception
    assert Workspace.open(tmp_path / "holiday.contrast").id == app.query_params["workspace"]
    field(app, "Folder of photographs").input(str(tmp_path / "other.contrast"))
    app = press(press(app, "Open"), "Make a new collection there")
    assert Workspace.open(tmp_path / "other.contrast").id == app.query_params["workspace"]


def test_a_source_is_taken_out_and_put_back_on_the_page(at_stage, visit) -> None:
    workspace = at_stage("labelled")
    app = press(visit("collection/collection.py"), "Remove")
    assert "Take 30 images out" in written(app)
    app = press(app, "Take them out")
    assert (len(workspace.images), len(workspace.labels.current())) == (0, 0)
    assert "Taken out of the collection" in written(app)
    app = press(app, "Put back")
    assert not app.exception
    assert (len(workspace.images), len(workspace.labels.current())) == (30, 24)
