"""Gathering: scanned and measured from one decode, with the very results of the two steps."""

import shutil

import numpy as np
import pytest

from contrast_engine.errors import CollectionError
from contrast_engine.images import decoding, file_facts, reading
from contrast_engine.progress import Cancelled
from contrast_engine.steps import gather, measure, scan
from contrast_engine.steps.attributes import attribute_tables
from contrast_engine.steps.collection.training_copies import USUAL_SIZE, copies
from contrast_engine.store import Workspace


@pytest.fixture
def folder(tmp_path, photographs):
    photographs(tmp_path / "photos", 7)
    (tmp_path / "photos" / "broken.jpg").write_bytes(b"not a picture")
    return tmp_path / "photos"


class Stopper:
    def __init__(self, at):
        self.at = at

    def tick(self, done, total, note="", **metrics):
        if done >= self.at:
            raise Cancelled


def test_gathering_gives_what_scanning_and_then_measuring_give(tmp_path, folder):
    one, two = Workspace(tmp_path / "one.contrast"), Workspace(tmp_path / "two.contrast")
    report = gather(one, [folder])
    assert scan(two, [folder]) == report.scanned
    assert measure(two) == report.measured
    assert one.load(report.measured.key).row(one.images.ids[0]) == two.load(
        two.current("features")
    ).row(one.images.ids[0])
    ids = tuple(sorted(one.images.ids))
    assert np.array_equal(*(copies(each, ids, USUAL_SIZE)[1] for each in (one, two)))
    assert all(one.thumbs.get(image) == two.thumbs.get(image) for image in ids)


def test_a_new_file_is_decoded_once(tmp_path, folder, monkeypatch):
    decoded = []

    def counting(data, name, covering, options):
        decoded.append(name)
        return decoding.decode(data, name, covering, options)

    monkeypatch.setattr(file_facts, "decode", counting)
    monkeypatch.setattr(reading, "decode", counting)
    workspace = Workspace(tmp_path / "w.contrast")
    report = gather(workspace, [folder])
    assert (report.scanned.added, report.measured.computed) == (7, 7)
    assert len(decoded) == 8  # the broken one was tried too
    report = gather(workspace)
    assert (report.scanned.added, report.measured.computed) == (0, 0)
    assert len(decoded) <= 9  # a file that could not be read may be tried again


def test_a_gathering_that_was_stopped_keeps_what_it_measured(tmp_path, folder):
    workspace = Workspace(tmp_path / "w.contrast")
    with pytest.raises(Cancelled):
        gather(workspace, [folder], progress=Stopper(4))
    report = gather(workspace, [folder])
    assert report.measured.images == 7
    assert 0 < report.measured.computed < 7


def test_haze_is_looked_for_in_all_images_after_a_kill_took_the_copies(
    tmp_path, folder, photographs
):
    workspace = Workspace(tmp_path / "w.contrast")
    gather(workspace, [folder])
    shutil.rmtree(workspace.root / "cache")  # rows are kept as it goes, copies only at the end
    photographs(folder / "more", 3, seed=20)
    assert gather(workspace).measured.computed == 3
    table = workspace.load(attribute_tables(workspace)["veil"])
    assert table.ids == tuple(sorted(workspace.images.ids))
    assert len(table) == 10


def test_a_collection_without_one_readable_image_says_so(tmp_path, folder):
    for path in folder.glob("*"):
        path.write_bytes(b"no picture")
    workspace = Workspace(tmp_path / "w.contrast")
    with pytest.raises(CollectionError, match=r"no image was found in .*it holds text"):
        gather(workspace, [folder])
    assert (workspace.roots, workspace.every_file()) == ((), ())


def test_gathering_says_which_part_it_is_in_and_stops_when_asked(tmp_path, folder):
    workspace = Workspace(tmp_path / "some.contrast")
    notes = []

    class StopsWhileMeasuring:
        def tick(self, done, total, note="", **metrics):
            notes.append(note)
            if note.startswith("2 of 2") and done:
                raise Cancelled

    with pytest.raises(Cancelled):
        gather(workspace, [folder], progress=StopsWhileMeasuring())
    assert notes[0].startswith("1 of 2")
    assert len(workspace.images) == 7
    assert workspace.current("features") is None
