"""The tools themselves read what is exported for them; each is skipped where it is not installed.

`pip install -e ".[interop]"` brings most of them; tests/steps/test_formats.py holds what they
accepted, where they are not there.
"""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from contrast_engine import steps
from contrast_engine.results import Predictions
from contrast_engine.store import Artifact, Workspace

PHOTOS = ("a/day.jpg", "b/day.jpg", "b/day.png", "b/test_1.jpg", "b/train.jpg", "c/.x.jpg", "c/d")
LABELS = ("low & 'dim'", 'high "key"')

Export = Callable[..., Path]

pytestmark = pytest.mark.filterwarnings("ignore")  # what the tools warn of is theirs


def tool(name: str, brought_by: str = "contrast-engine[interop]") -> Any:
    """The tool, or why the test is skipped."""
    return pytest.importorskip(name, reason=f"{name} is not installed; pip install {brought_by}")


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    home = tmp_path_factory.mktemp("interop")
    noise = np.random.default_rng(0)
    for number, name in enumerate(PHOTOS):
        file = home / "photos" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        pixels = noise.integers(0, 40 * (number + 1) % 255 + 1, (40, 56, 3), dtype=np.uint8)
        Image.fromarray(pixels).save(file, "PNG" if name.endswith("png") else "JPEG")
    workspace = Workspace(home / "w.contrast")
    steps.gather(workspace, [home / "photos"])
    steps.project(workspace, "pca")
    ids = workspace.images.ids[:-1]
    sure = np.linspace(0.1, 0.9, len(ids))
    found = Predictions(ids, LABELS, np.stack([sure, 1 - sure], axis=1), sure > 2)
    key = workspace.save(Artifact("predictions", "test@1"), found)
    workspace.make_current("predictions", key)
    workspace.labels.define(list(LABELS))
    workspace.labels.add(ids[:1], LABELS[0])
    return workspace


@pytest.fixture
def exported(workspace: Workspace, tmp_path: Path) -> Export:
    def write(name: str, path: str = "out", **options: Any) -> Path:
        report = steps.export(workspace, tmp_path / path, format=name, **options)
        assert report.rows == len(PHOTOS)
        return tmp_path / path

    return write


def test_hugging_face_loads_every_row_with_its_picture(
    exported: Export, workspace: Workspace, tmp_path: Path
) -> None:
    datasets = tool("datasets")
    found = datasets.load_dataset(
        "imagefolder", data_dir=str(exported("hf")), cache_dir=str(tmp_path / "cache")
    )
    assert list(found) == ["train"]
    rows = list(found["train"])
    assert {row["id"] for row in rows} == set(workspace.images.ids)
    assert {row["image"].size for row in rows} == {(56, 40)}


def test_fiftyone_imports_every_sample_with_its_label(exported: Export) -> None:
    importers = tool("fiftyone.utils.data.importers", "fiftyone")
    from fiftyone.utils.csv import CSVDatasetImporter

    folder = exported("fiftyone")
    with importers.FiftyOneImageClassificationDatasetImporter(dataset_dir=str(folder)) as samples:
        found = [(Path(path).name, label) for path, _, label in samples]
    assert len({name for name, _ in found}) == len(PHOTOS)
    labels = [label for _, label in found if label is not None]
    assert len(labels) == len(PHOTOS) - 1
    assert {label.label for label in labels} <= set(LABELS)
    assert sum(label.confidence is None for label in labels) == 1
    with CSVDatasetImporter(
        dataset_dir=str(folder), labels_path=str(folder / "samples.csv")
    ) as table:
        assert len(list(table)) == len(PHOTOS)


def test_label_studio_accepts_the_configuration_and_every_prediction(exported: Export) -> None:
    interface = tool("label_studio_sdk.label_interface")
    folder = exported("label-studio")
    config = interface.LabelInterface((folder / "labeling-config.xml").read_text("utf-8"))
    config.validate()
    tasks = json.loads((folder / "tasks.json").read_text("utf-8"))
    predictions = [one for task in tasks for one in task["predictions"]]
    assert len(predictions) == len(PHOTOS) - 1
    for one in predictions:
        assert config.validate_prediction(one, return_errors=True) == []
    wrong = json.loads(json.dumps(predictions[0]).replace("choices", "labels"))
    assert config.validate_prediction(wrong, return_errors=True)


def test_coco_indexes_every_image_and_annotation(exported: Export) -> None:
    coco = tool("pycocotools.coco").COCO(str(exported("coco", "out.json")))
    assert len(coco.getImgIds()) == len(PHOTOS)
    assert len(coco.getAnnIds()) == len(PHOTOS) - 1
    assert [one["name"] for one in coco.loadCats(coco.getCatIds())] == list(LABELS)


def test_embedding_atlas_ranks_images_by_the_neighbours_it_was_given(exported: Export) -> None:
    metrics = tool("embedding_atlas.graph_metrics", "embedding-atlas")
    pandas = tool("pandas")
    rows = pandas.read_parquet(exported("atlas", "out.parquet"))
    scores = metrics.compute_pagerank_column(rows, neighbors="neighbors")
    assert scores.shape == (len(PHOTOS),)
    assert (scores > 0).all()
    assert rows["image"].map(lambda one: one["bytes"][8:12]).eq(b"WEBP").all()


def test_cleanvision_has_the_same_columns_and_summary(
    exported: Export, workspace: Workspace
) -> None:
    cleanvision, pandas = tool("cleanvision"), tool("pandas")
    folder = exported("cleanvision")
    theirs = cleanvision.Imagelab(data_path=str(Path(workspace.roots[0])))
    theirs.find_issues({"dark": {}}, n_jobs=1)
    issues = pandas.read_csv(folder / "issues.csv", index_col=0)
    summary = pandas.read_csv(folder / "issue_summary.csv")
    assert list(theirs.issue_summary.columns) == list(summary.columns)[:2]
    assert theirs.issue_summary.dtypes["num_images"] == summary.dtypes["num_images"]
    assert set(theirs.issues.index) <= set(issues.index)
    dark = [name.replace("dark", "flat") for name in theirs.issues.columns]
    assert set(dark) == {"is_flat_issue", "flat_score"}
    assert {theirs.issues[n.replace("flat", "dark")].dtype == issues[n].dtype for n in dark} == {
        True
    }
    for one in summary.itertuples():
        assert issues[f"is_{one.issue_type}_issue"].sum() == one.num_images


@pytest.mark.parametrize("name", ["pandas", "polars", "duckdb"])
def test_tables_are_read_by(name: str, exported: Export, tmp_path: Path) -> None:
    reader, atlas = tool(name), exported("atlas", "out.parquet")
    lines = exported("jsonl", "out.jsonl")
    if name == "pandas":
        sizes = len(reader.read_parquet(atlas)), len(reader.read_json(lines, lines=True))
    elif name == "polars":
        sizes = reader.read_parquet(atlas).height, reader.read_ndjson(lines).height
    else:
        rows = [reader.sql(f"select * from '{file}'").fetchall() for file in (atlas, lines)]
        sizes = len(rows[0]), len(rows[1])
    assert sizes == (len(PHOTOS), len(PHOTOS))
