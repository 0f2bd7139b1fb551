"""Files of labels that are damaged or odd: every row is counted, and none is guessed or dropped."""

import json

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from contrast_engine.errors import CollectionError
from contrast_engine.steps.labels.import_labels import planned_import, take_labels


def choice(*labels, control="contrast"):
    return {"from_name": control, "type": "choices", "value": {"choices": list(labels)}}


def studio(*tasks, **more):
    return json.dumps(
        [
            {
                "id": 1,
                "data": {"image": "photos/four.jpg"},
                "annotations": [{"completed_by": 1, "result": list(parts)} for parts in task],
                **more,
            }
            for task in tasks
        ]
    )


def coco(images, annotations, categories=({"id": 1, "name": "low"}, {"id": 2, "name": "high"})):
    return json.dumps(
        {"images": images, "annotations": annotations, "categories": list(categories)}
    )


FOUR, ONE = {"id": 1, "file_name": "four.jpg"}, {"id": 1, "file_name": "one.jpg"}
SAYS = {"image_id": 1, "category_id": 1}
TWO_IN_ONE = "it has 2 choices, of regions or of several images; an image has one label"
RATING = {"from_name": "stars", "type": "rating", "value": {"rating": 3}}

COUNTED = {
    "two choices of one control": (studio([[choice("low"), choice("high")]]), 0, TWO_IN_ONE),
    "an id of two images": (coco([FOUR, ONE], [SAYS]), 0, "its image_id 1 is the id of several"),
    "an image that stands twice": (coco([FOUR, FOUR], [SAYS]), 1, ""),
    "an id of two categories": (
        coco([FOUR], [SAYS], [{"id": 1, "name": "low"}, {"id": 1, "name": "high"}]), 0,
        "no category of the file, or of several",
    ),
    "no ids at all": (
        coco([{"file_name": "four.jpg"}], [{"category_id": 1}]), 0, "its image_id is no image"
    ),
    "an annotation that is none": (coco([FOUR], [SAYS, 5]), 1, "its image_id is no image"),
    "a confidence of 400 digits": (
        json.dumps({"labels": {"four": {"label": "low", "confidence": 10**400}}}), 1, "",
    ),
    "a label that is no number": ('[{"path": "photos/four.jpg", "label": NaN}]', 0, ""),
}  # fmt: skip


@pytest.mark.parametrize("kind", COUNTED)
def test_every_row_is_counted_and_none_is_guessed(fresh, tmp_path, kind):
    text, labels, problem = COUNTED[kind]
    (tmp_path / "l.json").write_text(text)
    plan = planned_import(fresh(), tmp_path / "l.json")
    rows = plan.rows
    assert rows.labels == labels
    assert rows.rows == rows.labels + rows.blank + rows.problems
    assert [problem in one.reason for one in plan.problems] == [True] * bool(problem)


def test_what_label_studio_holds_beside_the_labels_is_said(fresh, tmp_path):
    file = tmp_path / "l.json"
    file.write_text(studio([[choice("low"), RATING]], [[RATING]], predictions=[{}]))
    plan = planned_import(fresh(), file)
    assert plan.rows.labels == plan.rows.problems == 1
    assert "not used: rating (2)" in plan.notes[0]
    assert "2 tasks have predictions" in plan.notes[1]
    file.write_text(studio([[choice("low"), choice("good", control="focus")]]))
    plan = planned_import(fresh(), file, label_column="contrast")
    assert "not used: choices of focus (1)" in plan.notes[0]


@pytest.mark.parametrize("more", ["[{}]", "{}", "and so on"])
def test_an_array_that_goes_on_after_its_end_is_no_half_of_the_labels(fresh, tmp_path, more):
    (tmp_path / "l.json").write_text(f'[{{"path": "photos/four.jpg", "label": "low"}}]\n{more}')
    with pytest.raises(CollectionError, match="goes on after its array of 1"):
        planned_import(fresh(), tmp_path / "l.json")
    (tmp_path / "l.json").write_text('[{"path": "photos/four.jpg", "label": "low"}]\n\n ')
    assert planned_import(fresh(), tmp_path / "l.json").rows.rows == 1


@pytest.mark.parametrize(
    ("label", "reason"),
    [(["low", "high"], "it holds 2 choices"), ({"name": "low"}, "its label is an object"),
     ([1.5], "its label is a list"), (["low"], "")],
)  # fmt: skip
@pytest.mark.parametrize("ending", ["jsonl", "parquet"])
def test_a_label_is_text_in_every_table(fresh, tmp_path, label, reason, ending):
    row, file = {"path": "photos/four.jpg", "label": label}, tmp_path / f"l.{ending}"
    if ending == "parquet":
        pq.write_table(pa.Table.from_pylist([row]), file)
    else:
        file.write_text(json.dumps(row))
    plan = planned_import(fresh(), file)
    assert plan.labels == ({} if reason else {"low": 1})
    assert [reason in one.reason for one in plan.problems] == [True] * bool(reason)


def test_a_row_of_a_plain_table_can_say_that_its_annotator_is_unsure(fresh, tmp_path):
    """Of a table that is no log of ours `kind` says that and no more: it may mean anything."""
    file = tmp_path / "l.csv"
    file.write_text(
        "path,label,who,kind\nphotos/four.jpg,,bob,Unsure\nphotos/a/one.jpg,low,bob,unsure\n"
        "photos/four.jpg,high,ann,portrait\nphotos/a/one.jpg,,ann,taken away\n"
    )
    workspace = fresh()
    plan = take_labels(workspace, planned_import(workspace, file))
    assert (plan.rows.labels, plan.rows.unsure, plan.rows.blank, plan.problems) == (2, 1, 1, ())
    by_person = workspace.labels.by_person()
    said = {person: sorted(map(str, labels.values())) for person, labels in by_person.items()}
    assert said == {"bob": ["None", "low"], "ann": ["high"]}


@pytest.mark.parametrize("is_ours", [True, False])
@pytest.mark.parametrize("kind", ["fiftyone", "coco"])
def test_what_a_model_predicted_does_not_come_back_as_the_label_of_a_person(
    fresh, tmp_path, kind, is_ours
):
    file = tmp_path / "labels.json"
    if kind == "fiftyone":
        labels = {"four": {"label": "low", "confidence": 0.9}, "one": {"label": "high"}}
        file.write_text(json.dumps({"classes": ["low", "high"], "labels": labels}))
        if is_ours:
            (tmp_path / "contrast.json").write_text("{}")
    else:
        ours = {"contrast_id": "0" * 16} if is_ours else {}
        images = [{"id": 1, "file_name": "four.jpg", **ours}, {"id": 2, "file_name": "one.jpg"}]
        said = [{**SAYS, "score": 0.9}, {"image_id": 2, "category_id": 2}]
        file.write_text(coco(images, said))
    plan = planned_import(fresh(), file)
    assert plan.labels == ({"high": 1} if is_ours else {"low": 1, "high": 1})
    assert (plan.rows.blank, plan.rows.rows, plan.problems) == (int(is_ours), 2, ())
    said_of_it = (
        "1 label is predicted by a model, so nobody's, and not used"
        if is_ours
        else "1 label comes with a confidence: look whether a model gave it and not a person"
    )
    assert said_of_it in plan.notes
