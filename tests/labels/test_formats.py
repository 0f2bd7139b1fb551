"""Files of labels as other tools write them, each in every way in which it names images."""

import csv
import io
import json

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from contrast_engine.errors import CollectionError
from contrast_engine.steps.labels.import_labels import planned_import, take_labels

ONE, TWO, OTHER_TWO, SIZE, FOUR = "a/one.jpg", "a/two.jpg", "b/two.jpg", "b/größe 3.jpg", "four.jpg"

GIVEN = (
    (ONE, "low", "ann@x.org", "2024-05-01T10:00:00.000+00:00"),
    (SIZE, "high", "7", "2024-05-01T10:01:00.000+00:00"),
    (FOUR, '=1, "x"', "simulated A", "2024-05-01T10:02:00.000+00:00"),
)


def table_csv(folder, named, codec="utf-8"):
    """A table of text."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerows([("note", "path", "label", "who", "at"), *(("n", *row) for row in named)])
    (folder / "l.csv").write_bytes(text.getvalue().encode(codec))
    return folder / "l.csv"


def rows_of(named):
    return [dict(zip(("file_name", "label", "who", "at"), row, strict=True)) for row in named]


def table_jsonl(folder, named, codec="utf-8"):
    lines = [json.dumps(row, ensure_ascii=False) for row in rows_of(named)]
    (folder / "l.jsonl").write_bytes("\n".join(lines).encode(codec))
    return folder / "l.jsonl"


def table_json(folder, named, codec="utf-8"):
    (folder / "l.json").write_bytes(json.dumps(rows_of(named), indent=1).encode(codec))
    return folder / "l.json"


def table_parquet(folder, named, codec="utf-8"):
    pq.write_table(pa.Table.from_pylist(rows_of(named)), folder / "l.parquet")
    return folder / "l.parquet"


def annotation(who, at, label):
    return {
        "completed_by": int(who) if who.isdecimal() else {"id": 4, "email": who},
        "created_at": at, "was_cancelled": False,
        "result": [{"from_name": "contrast", "type": "choices", "value": {"choices": [label]}}],
    }  # fmt: skip


def studio_json(folder, named, codec="utf-8"):
    tasks = [
        {"id": k, "data": {"image": path}, "annotations": [annotation(who, at, label)],
         "predictions": [{"result": []}]}
        for k, (path, label, who, at) in enumerate(named)
    ]  # fmt: skip
    (folder / "l.json").write_bytes(json.dumps(tasks).encode(codec))
    return folder / "l.json"


def flat(named):
    return [
        {"id": k, "image": path, "annotation_id": 10 + k, "annotator": who, "choice": label,
         "created_at": at, "updated_at": at, "lead_time": 1.5}
        for k, (path, label, who, at) in enumerate(named)
    ]  # fmt: skip


def studio_min(folder, named, codec="utf-8"):
    (folder / "l.json").write_bytes(json.dumps(flat(named)).encode(codec))
    return folder / "l.json"


def studio_csv(folder, named, codec="utf-8"):
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, list(flat(named)[0]))
    writer.writeheader()
    writer.writerows(flat(named))
    (folder / "l.csv").write_bytes(text.getvalue().encode(codec))
    return folder / "l.csv"


TABLES = {"CSV": table_csv, "JSONL": table_jsonl, "JSON records": table_json,
          "Parquet": table_parquet}  # fmt: skip
STUDIO = {"Label Studio JSON": studio_json, "Label Studio JSON_MIN": studio_min,
          "Label Studio CSV": studio_csv}  # fmt: skip

PATHS = {
    "absolute": lambda photos, name: str(photos / name),
    "relative": lambda photos, name: f"photos/{name}",
    "backslashes": lambda photos, name: f"photos/{name}".replace("/", "\\"),
    "address": lambda photos, name: (photos / name).as_uri(),
}
ADDRESSES = {
    "local files": lambda photos, name: f"/data/local-files/?d=photos/{name}".replace(" ", "%20"),
    "upload": lambda photos, name: f"/data/upload/3/1a2b3c4d-{name.split('/')[-1]}",
    "server": lambda photos, name: f"https://x.org/data/upload/3/{name.split('/')[-1]}",
    "bucket": lambda photos, name: f"s3://bucket/photos/{name}",
    "absolute": lambda photos, name: str(photos / name),
}

MAKERS = TABLES | STUDIO
WAYS = [(kind, way) for kind in TABLES for way in PATHS]
WAYS += [(kind, way) for kind in STUDIO for way in ADDRESSES]


def heard(workspace, photos):
    """Label, annotator and time by the name of the file."""
    return {
        (workspace.images.path(one.image).removeprefix(f"{photos}/"), one.label, one.who, one.at)
        for one in workspace.labels.annotations()
    }


@pytest.mark.parametrize(("kind", "way"), WAYS)
def test_every_format_and_way_of_naming_gives_the_same_labels(fresh, photos, tmp_path, kind, way):
    spelt = (ADDRESSES if kind in STUDIO else PATHS)[way]
    if not (tmp_path / "photos").exists():
        (tmp_path / "photos").symlink_to(photos)
    file = MAKERS[kind](tmp_path, [(spelt(photos, name), *rest) for name, *rest in GIVEN])
    workspace = fresh()
    plan = take_labels(workspace, planned_import(workspace, file))
    assert (plan.format, plan.problems, plan.rows.labels) == (kind, (), 3)
    number = "Label Studio user 7" if kind in STUDIO else "7"
    who = {"7": number}
    assert heard(workspace, photos) == {
        (name, label, who.get(one, one), at) for name, label, one, at in GIVEN
    }
    again = planned_import(workspace, file)
    assert (again.new, again.rows.already_there) == ((), 3)


@pytest.mark.parametrize("codec", ["utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("make", [table_csv, studio_csv, table_jsonl, studio_json])
def test_text_of_other_encodings_is_read(fresh, photos, tmp_path, make, codec):
    if codec == "cp1252" and make in {table_jsonl, studio_json}:
        pytest.skip("JSON is Unicode")
    file = make(tmp_path, [(str(photos / name), *rest) for name, *rest in GIVEN], codec)
    plan = planned_import(fresh(), file)
    assert (plan.problems, plan.rows.labels) == ((), 3)


def test_several_people_skipped_and_empty_tasks_of_label_studio(fresh, photos, tmp_path):
    ann = annotation("ann@x.org", "2024-05-01T10:00:00Z", "low")
    ids = {fresh().images.path(i).removeprefix(f"{photos}/"): i for i in fresh().images.ids}
    tasks = [
        {"id": 1, "data": {"contrast_id": ids[TWO], "image": "x"}, "annotations": [
            ann, annotation("2", "2024-05-01T11:00:00Z", "high"),
            {**ann, "was_cancelled": True, "result": []},
            {**ann, "result": []},
            {**ann, "result": [{"type": "rectanglelabels", "from_name": "b", "value": {}}]},
            {**ann, "result": [{**ann["result"][0], "value": {"choices": ["low", "high"]}}]},
        ]},
        {"id": 2, "data": {"image": str(photos / ONE)}, "annotations": []},
        {"id": 3, "data": {"image": "/data/upload/1/aaaaaaaa-two.jpg"}, "annotations": [ann]},
    ]  # fmt: skip
    (tmp_path / "l.json").write_text(json.dumps(tasks))
    plan = planned_import(fresh(), tmp_path / "l.json")
    rows = plan.rows
    assert (rows.rows, rows.labels, rows.skipped, rows.blank, rows.problems) == (8, 2, 1, 2, 3)
    assert plan.people == {"ann@x.org": 1, "Label Studio user 2": 1}
    why = {one.row: one.reason for one in plan.problems}
    assert "rectanglelabels and no choice" in why["task 1, annotation 5"]
    assert "2 labels ('low' and 'high')" in why["task 1, annotation 6"]
    both = why["task 3, annotation 1"]
    assert TWO in both
    assert OTHER_TWO in both


def test_a_column_of_labels_that_is_open_is_asked_for(fresh, photos, tmp_path):
    named = flat([(str(photos / ONE), "low", "ann", "")])
    (tmp_path / "l.json").write_text(json.dumps([{**row, "haze": "much"} for row in named]))
    assert planned_import(fresh(), tmp_path / "l.json").labels == {"low": 1}
    del named[0]["choice"]
    (tmp_path / "l.json").write_text(
        json.dumps([{**row, "haze": "much", "depth": "far"} for row in named])
    )
    with pytest.raises(CollectionError, match="haze, depth; name it: --label-column haze"):
        planned_import(fresh(), tmp_path / "l.json")
    plan = planned_import(fresh(), tmp_path / "l.json", label_column="depth")
    assert plan.labels == {"far": 1}


LABELS_JSON = {
    "indices": {"classes": ["low", "high"], "labels": {"one": 0, "a/two": 1, "größe 3": None}},
    "names": {"classes": ["low", "high"], "labels": {"one": "low", "a/two": "high", "four": []}},
    "documents": {
        "labels": {
            "one": {"label": "low", "confidence": 0.9}, "a/two": [{"label": "high"}], "b/two": None
        }
    },
}  # fmt: skip


@pytest.mark.parametrize("layout", LABELS_JSON)
@pytest.mark.parametrize("indent", [None, 1])
def test_fiftyone_names_files_without_their_ending(fresh, photos, tmp_path, layout, indent):
    (tmp_path / "labels.json").write_text(json.dumps(LABELS_JSON[layout], indent=indent))
    workspace = fresh()
    plan = take_labels(workspace, planned_import(workspace, tmp_path / "labels.json", who="me"))
    assert (plan.format, plan.rows.labels, plan.rows.blank) == ("FiftyOne labels.json", 2, 1)
    assert {(n, label) for n, label, *_ in heard(workspace, photos)} == {
        (ONE, "low"),
        (TWO, "high"),
    }


def test_a_stem_that_two_files_share_names_both_and_the_folder_beside_settles_it(
    fresh, photos, tmp_path
):
    file = tmp_path / "labels.json"
    file.write_text(
        json.dumps({"classes": None, "labels": {"two": "low", "two-2": "high", "x": 1}})
    )
    plan = planned_import(fresh(), file)
    assert [one.row for one in plan.problems] == ["two", "two-2", "x"]
    assert TWO in plan.problems[0].reason
    assert OTHER_TWO in plan.problems[0].reason
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "two.jpg").write_bytes((photos / TWO).read_bytes())
    (tmp_path / "data" / "two-2.jpg").write_bytes((photos / OTHER_TWO).read_bytes())
    assert planned_import(fresh(), file).labels == {"low": 1, "high": 1}


def test_coco_categories_are_labels_where_an_image_has_one(fresh, photos, tmp_path):
    coco = {
        "categories": [{"id": 1, "name": "low"}, {"id": 5, "name": "high"}],
        "images": [{"id": k, "file_name": name} for k, name in enumerate((ONE, TWO, SIZE, FOUR))],
        "annotations": [
            {"id": 1, "image_id": 0, "category_id": 1}, {"id": 2, "image_id": 0, "category_id": 1},
            {"id": 3, "image_id": 1, "category_id": 1}, {"id": 4, "image_id": 1, "category_id": 5},
            {"id": 5, "image_id": 2, "category_id": 5}, {"id": 6, "image_id": 99, "category_id": 5},
            {"id": 7, "image_id": 2.5, "category_id": [5]},
        ],
    }  # fmt: skip
    (tmp_path / "c.json").write_text(json.dumps(coco))
    workspace = fresh()
    plan = take_labels(workspace, planned_import(workspace, tmp_path / "c.json"))
    rows = plan.rows
    assert (rows.rows, rows.labels, rows.blank, rows.problems) == (8, 3, 1, 4)
    assert "2 categories (high, low)" in plan.problems[0].reason
    assert {(n, label) for n, label, *_ in heard(workspace, photos)} == {
        (ONE, "low"),
        (SIZE, "high"),
    }
    assert planned_import(workspace, tmp_path / "c.json").new == ()


HOSTILE = {
    "nested": "[" * 100_000,
    "nested object": '{"labels": ' * 100_000,
    "cut short": '[{"path": "a", "label": "b"}',
    "no object": "[1, 2]",
    "unknown": '{"a": 1,\n"b": 2}',
    "a number without end": '[{"path": ' + "9" * 9_000 + "}]",
    "no categories": '{"images": [],\n "annotations": []}',
    "not text": "[\x00\x01",
    "empty": "",
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_file_that_is_no_labels_is_refused_in_words(fresh, tmp_path, kind):
    (tmp_path / "l.json").write_text(HOSTILE[kind])
    with pytest.raises(CollectionError, match=r"l\.json"):
        planned_import(fresh(), tmp_path / "l.json")


def test_what_came_through_the_browser_asks_for_no_file_of_this_computer(fresh, photos, tmp_path):
    (tmp_path / "copy.jpg").write_bytes((photos / ONE).read_bytes())
    (tmp_path / "l.csv").write_text(
        f"path,label\ncopy.jpg,a\n{tmp_path}/copy.jpg,b\n{photos / TWO},c\n../b/two.jpg,d\n"
    )
    plan = planned_import(fresh(), tmp_path / "l.csv", on_disk=False)
    assert plan.labels == {"c": 1, "d": 1}
    assert [one.row for one in plan.problems] == ["2", "3"]


def test_a_label_that_comes_again_after_another_is_new(fresh, photos, tmp_path):
    workspace = fresh()
    for label, added in (("low", 1), ("high", 1), ("low", 1), ("low", 0)):
        (tmp_path / "l.csv").write_text(f"path,label\n{photos / ONE},{label}\n")
        plan = take_labels(workspace, planned_import(workspace, tmp_path / "l.csv", who="me"))
        assert len(plan.new) == added
        (now,) = workspace.labels.current().values()
        assert now.label == label


def test_times_that_cannot_be_read_and_labels_that_are_newer_are_said(fresh, photos, tmp_path):
    workspace = fresh()
    workspace.labels.define(["low", "high"], is_ordered=True)
    workspace.labels.add([workspace.images.find(photos / ONE)], "high", "ann")
    (tmp_path / "l.csv").write_text(
        f"path,label,who,at\n{photos / ONE},low,ann,2020-01-01\n{photos / TWO},x,ann,yesterday\n"
    )
    notes = " ".join(planned_import(workspace, tmp_path / "l.csv").notes)
    for words in ("1 time cannot be read ('yesterday')", "1 image has a label given later",
                  "x would stand at its end"):  # fmt: skip
        assert words in notes
