"""A report of a small collection: its sections, words, formats and size."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from contrast_engine import Workspace, steps
from contrast_engine.cli import main
from contrast_engine.errors import NotEnoughData, OptionError, UnknownName, WorkspaceError
from contrast_engine.features import features
from contrast_engine.report import pdf
from contrast_engine.report.captions import captions_from
from contrast_engine.report.document import Link, Table
from contrast_engine.report.rebuild import commands, results_in_use, versions
from contrast_engine.report.sections import MAKE
from contrast_engine.report.sections import map as map_section
from contrast_engine.report.write import document_of
from contrast_engine.store.report_text import ReportText, keep_report_text, report_text

pytestmark = pytest.mark.slow

COUNT = 12


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory, photographs: Callable[..., list[Path]]) -> Path:
    """A collection with a map, clusters, and labels by a person and a program."""
    home = tmp_path_factory.mktemp("report")
    photographs(home / "photos", COUNT)
    workspace = Workspace(home / "some <b>.contrast")
    steps.gather(workspace, [home / "photos"])
    steps.project(workspace, "pca")
    steps.cluster(workspace, "kmeans", options={"n_clusters": 2}, seed=3)
    workspace.labels.define(["low", "high"])
    ids = workspace.images.ids
    workspace.labels.add(ids[:3], "low", who="simulated A")
    workspace.labels.add(ids[3:6], "high", who="Ann <i>")
    workspace.close()
    return workspace.root


@pytest.fixture
def workspace(made: Path, tmp_path: Path) -> Workspace:
    return Workspace(shutil.copytree(made, tmp_path / made.name))


def test_a_report_has_every_section_and_says_what_is_not_there_yet(
    workspace: Workspace, tmp_path: Path
) -> None:
    done = steps.report(workspace, tmp_path / "r.html")
    page = (tmp_path / "r.html").read_text()
    assert done.sections == tuple(MAKE)
    assert (done.format, done.images, done.pictures) == ("html", COUNT, COUNT)
    assert done.bytes == (tmp_path / "r.html").stat().st_size
    assert "some &lt;b&gt;" in page
    assert "<b>." not in page
    assert "Ann &lt;i&gt;" in page
    assert "simulated annotator" in page
    for section in ("model", "evidence"):
        assert f'<section id="{section}"' in page


def test_the_chosen_sections_stand_in_the_chosen_order(
    workspace: Workspace, tmp_path: Path
) -> None:
    done = steps.report(workspace, tmp_path / "r.html", sections=["clusters", "overview"])
    page = (tmp_path / "r.html").read_text()
    assert done.sections == ("clusters", "overview")
    assert page.index('<section id="clusters"') < page.index('<section id="overview"')
    assert 'id="parts"' not in page
    with pytest.raises(UnknownName, match="there are: overview, map"):
        steps.report(workspace, tmp_path / "r.html", sections=["clustres"])


def test_a_second_report_keeps_the_words_and_the_choice_of_the_first(
    workspace: Workspace, tmp_path: Path
) -> None:
    text = ReportText(" My <u>title</u> ", {"clusters": "Mine <u>.", "map": " "}, ("clusters",))
    keep_report_text(workspace.root, text)
    assert report_text(workspace.root).captions == {"clusters": "Mine <u>."}
    first = steps.report(workspace, tmp_path / "r.html")
    page = (tmp_path / "r.html").read_text()
    assert first.sections == ("clusters",)
    assert "<h1>My &lt;u&gt;title&lt;/u&gt;</h1>" in page
    assert '<p class="is-own">Mine &lt;u&gt;.</p>' in page
    other = steps.report(
        workspace, tmp_path / "o.html", title="T", captions={"clusters.sizes": "Sizes."}
    )
    page = (tmp_path / "o.html").read_text()
    assert "<h1>T</h1>" in page
    assert "Mine" in page
    assert "Sizes." in page
    assert "Sizes." not in other.captions["clusters.sizes"]
    with pytest.raises(UnknownName, match="'nothing' to caption"):
        steps.report(workspace, tmp_path / "o.html", captions={"nothing": "x"})
    with pytest.raises(OptionError, match="characters"):
        keep_report_text(workspace.root, ReportText(captions={"map": "x" * 4001}))
    (workspace.root / "report.json").write_text('{"title": 3, "captions": [], "sections": "x"}')
    assert report_text(workspace.root) == ReportText()


def test_markdown_comes_with_a_folder_that_is_not_replaced_unasked(
    workspace: Workspace, tmp_path: Path
) -> None:
    done = steps.report(workspace, tmp_path / "r.md", sections=["clusters"], overwrite=False)
    assert done.folder == str(tmp_path / "r_files")
    names = {file.name for file in (tmp_path / "r_files").iterdir()}
    assert {"clusters-sizes.svg", "clusters-sizes.csv", "clusters-0-01.webp"} <= names
    (tmp_path / "r.md").unlink()
    with pytest.raises(OptionError, match="r_files is there already"):
        steps.report(workspace, tmp_path / "r.md", overwrite=False)


def test_a_second_report_takes_away_the_pictures_of_the_first_and_nothing_else(
    workspace: Workspace, tmp_path: Path
) -> None:
    steps.report(workspace, tmp_path / "r.md", sections=["clusters"])
    folder = tmp_path / "r_files"
    (folder / "clusters-9-01.webp").write_bytes(b"of somebody")
    (folder / "clusters-0-01.webp").write_bytes(b"cropped by hand")
    done = steps.report(workspace, tmp_path / "r.md", sections=["map"])
    held = {file.name: file.stat().st_size for file in folder.iterdir()}
    others = ("clusters-0-01.webp", "clusters-9-01.webp")
    assert set(others) <= held.keys()
    assert not [name for name in held if name.startswith("clusters") and name not in others]
    ours = sum(size for name, size in held.items() if name not in others)
    assert done.bytes == ours + (tmp_path / "r.md").stat().st_size


def test_what_cannot_be_written_is_said_in_one_sentence(
    workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pdf, "chromium", lambda: None)
    with pytest.raises(OptionError, match="printed by Chromium or Chrome"):
        steps.report(workspace, tmp_path / "r.pdf", sections=["reproduce"])
    broken = tmp_path / "broken"
    broken.write_text("#!/bin/sh\nexit 3\n")
    broken.chmod(0o755)
    monkeypatch.setattr(pdf, "chromium", lambda: str(broken))
    with pytest.raises(OptionError, match="ended with code 3; write it"):
        steps.report(workspace, tmp_path / "r.pdf", sections=["reproduce"])
    with pytest.raises(OptionError, match="html, md, pdf"):
        steps.report(workspace, tmp_path / "r.docx")
    with pytest.raises(NotEnoughData, match="contrast gather"):
        steps.report(Workspace(tmp_path / "empty.contrast"), tmp_path / "r.html")
    assert not list(tmp_path.glob("r.*"))
    with pytest.raises(OptionError, match="captions needs text by the names"):
        steps.report(workspace, tmp_path / "r.html", captions="map")  # type: ignore[arg-type]
    (tmp_path / "r_files").write_text("of somebody")
    with pytest.raises(WorkspaceError, match=r"r_files for the pictures .* name another file"):
        steps.report(workspace, tmp_path / "r.md", sections=["clusters"])
    assert not list(tmp_path.glob("r.*"))


def test_images_that_are_disputed_are_counted_once(workspace: Workspace, tmp_path: Path) -> None:
    workspace.labels.add(workspace.images.ids[:2], "high", who="Ann <i>")
    steps.report(workspace, tmp_path / "r.html", sections=["labels"])
    words = "6 images by 1 annotator and 1 simulated annotator; 2 of them are disputed"
    assert words in (tmp_path / "r.html").read_text()


@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_captions_may_come_from_an_editor_that_marks_its_files(tmp_path: Path, mark: str) -> None:
    (tmp_path / "c.json").write_text(f'{mark}{{"map": "Mine"}}', "utf-8")
    assert captions_from(tmp_path / "c.json") == {"map": "Mine"}
    (tmp_path / "c.json").write_text("[" * 100_000)
    with pytest.raises(OptionError, match="holds no JSON"):
        captions_from(tmp_path / "c.json")


def test_the_map_says_how_many_pictures_there_was_room_for(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = document_of(workspace, ReportText(sections=("map",))).captions["map.map"]
    assert whole == f"With pictures of all {COUNT} images."
    monkeypatch.setattr(map_section, "ROOM", 1500)
    part = document_of(workspace, ReportText(sections=("map",)))
    live = part.sections[0].parts[0]
    brought = len(live.parts["urls"]["thumb"])  # type: ignore[union-attr]
    assert 0 < brought < COUNT
    assert (
        part.captions["map.map"] == f"With pictures of {brought} of {COUNT} images, drawn by lot."
    )


def test_the_commands_name_method_options_and_seed_of_what_is_in_use(workspace: Workspace) -> None:
    lines = commands(workspace)
    assert lines[0].startswith("contrast gather 'some <b>.contrast' ")
    assert any("-o n_clusters=2 --seed 3" in line for line in lines)
    kinds = {one.kind: one for one in results_in_use(workspace)}
    assert kinds["clusterings"].key == workspace.current("clusterings")
    assert kinds["clusterings"].seed == "3"
    assert {"Python", "numpy"} <= set(versions())


def test_a_method_is_cited_with_its_doi_and_said_in_plain_words(workspace: Workspace) -> None:
    (section,) = document_of(workspace, ReportText(sections=("methods",))).sections
    rows = {
        row[0]: row[1:] for part in section.parts if isinstance(part, Table) for row in part.rows
    }
    plain, source = rows["RMS contrast"]
    assert plain == features["c_rms"].summary
    assert Link("10.1364/JOSAA.7.002032", "https://doi.org/10.1364/JOSAA.7.002032") in source
    assert {"PCA map", "k-means", "Null reference"} <= set(rows)
    assert "t-SNE map" not in rows
    assert not [row for row in rows.values() if "`" in row[0] or "$" in row[0]]


def test_the_command_writes_what_it_is_asked_for(
    workspace: Workspace, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    captions, file = tmp_path / "captions.json", tmp_path / "r.html"
    captions.write_text(json.dumps({"reproduce": "Again."}))
    asked = ["report", str(workspace.root), str(file), "--captions", str(captions)]
    chosen = ["--sections", "methods,reproduce", "--without", "methods"]
    assert main([*asked, *chosen, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["sections"] == ["reproduce"]
    assert "Again." in file.read_text()
    assert main([*asked, "--without", "mpa"]) == 2
    captions.write_text("[]")
    assert main([*asked, "--overwrite"]) == 2
    assert "must hold an object of text" in capsys.readouterr().err
