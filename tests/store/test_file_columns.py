"""The columns of a collection say what a list of its files says, whatever the files are."""

import os

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contrast_engine.errors import UnknownName, WorkspaceError
from contrast_engine.imageset import ImageSet
from contrast_engine.store.collection import Collection, ImageFile, Problem, shown
from contrast_engine.store.file_columns import FileColumns
from contrast_engine.store.file_table import decode_files, encode_files

HOME = "/home/w.contrast"
NAMES = ("a", "b.jpg", "Ä", "A\u0308", "\udcff", "back\\slash", "\\xff", "c d", "é")
IDS = tuple(f"{number:016x}" for number in (0, 1, 2**63, 2**64 - 1, 77))

places = st.builds(
    lambda top, names: "/".join([top, *names]),
    st.sampled_from([HOME + "/imports", HOME, "/photos", "/photos.more", ""]),
    st.lists(st.sampled_from(NAMES), min_size=1, max_size=3),
)
files = st.builds(
    ImageFile,
    location=places,
    root=st.sampled_from([HOME + "/imports", "/photos", "/", "/b\udcff"]),
    id=st.none() | st.sampled_from(IDS),
    bytes=st.integers(0, 2**40),
    mtime_ns=st.integers(0, 2**60),
    width=st.integers(0, 9),
    height=st.integers(0, 9),
    format=st.sampled_from(["JPEG", "", "PNG"]),
    notes=st.sampled_from([(), ("a note",), ("one", "two")]),
    problem=st.sampled_from([None, None, None, "broken"]),
    may_heal=st.booleans(),
    missing=st.booleans(),
    reader=st.sampled_from(["", "1", "2 profile"]),
)
collections = st.lists(files, max_size=14, unique_by=lambda file: file.location)
refusals = st.dictionaries(st.sampled_from(IDS), st.just("flat"), max_size=2)


class Plain:
    """The same as a loop over a list of files."""

    def __init__(self, found, unmeasurable):
        self.files = sorted(found, key=lambda file: os.fsencode(file.location))
        self.of = {}
        for file in self.files:
            if file.id is not None and file.problem is None:
                self.of.setdefault(file.id, []).append(file)
        self.of = {i: sorted(same, key=lambda file: file.missing) for i, same in self.of.items()}
        self.opened = {i: same[0] for i, same in self.of.items() if i not in unmeasurable}
        self.problems = tuple(
            Problem(file.path, file.problem or unmeasurable[file.id])
            for file in self.files
            if file.problem or (file.id and file.id in unmeasurable)
        )
        self.by_place = {}
        for spelt in ("path", "location"):
            for image in self.opened:
                self.by_place |= {getattr(file, spelt): image for file in self.of[image]}


@settings(max_examples=300, deadline=None)
@given(collections, refusals)
def test_a_collection_in_columns_equals_a_loop_over_its_files(found, unmeasurable):
    plain, real = Plain(found, unmeasurable), Collection(found, unmeasurable)
    assert real.files == tuple(plain.files)
    assert list(real.files) == plain.files
    assert real.ids == tuple(plain.opened)
    assert len(real) == len(plain.opened)
    assert real.images == ImageSet.of(plain.opened)
    assert {i: list(same) for i, same in real.of.items()} == plain.of
    assert list(real.of) == list(plain.of)
    assert real.paths == {i: file.path for i, file in plain.opened.items()}
    assert list(real.paths.items()) == [(i, file.path) for i, file in plain.opened.items()]
    assert real.missing == {i for i, file in plain.opened.items() if file.missing}
    assert real.present == tuple(i for i, file in plain.opened.items() if not file.missing)
    assert real.noted == {i: file.notes for i, file in plain.opened.items() if file.notes}
    readers = {i: f.reader for i, f in plain.opened.items() if f.reader not in ("", "1")}
    assert real.read_otherwise == readers
    assert list(real.read_otherwise) == list(readers)
    assert real.problems == plain.problems
    assert [real.ids[p] for p in real.places(real.images)] == list(real.images)
    assert real.bytes_of(real.images) == sum(file.bytes for file in plain.opened.values())
    for image in IDS:
        assert (image in real) == (image in plain.opened)
        if image in plain.opened:
            assert real.path(image) == real.paths[image] == plain.opened[image].path
            assert real.find(image) == image
        if image in plain.of:
            facts = real.facts(image)
            assert facts.paths == tuple(file.path for file in plain.of[image])
            assert (facts.bytes, facts.missing) == (plain.of[image][0].bytes, facts.missing)
        else:
            with pytest.raises(UnknownName):
                real.facts(image)


@settings(max_examples=300, deadline=None)
@given(collections, refusals)
def test_a_file_is_found_by_its_path_as_it_is_written_and_as_it_is_shown(found, unmeasurable):
    plain, real = Plain(found, unmeasurable), Collection(found, unmeasurable)
    for file in found:
        for place in {file.location, shown(file.location)}:
            if place in plain.by_place:
                assert real.find(place) == plain.by_place[place]


@settings(max_examples=300, deadline=None)
@given(collections)
def test_the_table_on_disk_gives_back_the_files(found):
    data = encode_files(found, HOME)
    assert decode_files(data, HOME) == tuple(Plain(found, {}).files)
    moved = {
        file.location.replace("/elsewhere", HOME, 1) for file in decode_files(data, "/elsewhere")
    }
    assert moved == {file.location for file in found}
    assert decode_files(data, "/elsewhere").locations.are_sorted


@settings(max_examples=300, deadline=None)
@given(collections, collections)
def test_later_files_stand_in_the_place_of_those_at_the_same_location(before, later):
    both = {file.location: file for file in before} | {file.location: file for file in later}
    found = FileColumns.of(before).with_later(FileColumns.of(later))
    assert found == FileColumns.of(both.values())


@settings(max_examples=100, deadline=None)
@given(collections, st.sampled_from(["/photos", "/", HOME, "/photos/a"]))
def test_what_lies_in_a_folder_is_found_by_its_place_in_the_order(found, folder):
    columns = FileColumns.of(found)
    inside = folder.rstrip("/") + "/"
    wanted = [file.location == folder or file.location.startswith(inside) for file in columns]
    assert columns.within([folder]).tolist() == wanted


@pytest.mark.parametrize("id", ["0", "x" * 16, " " * 16, "A" * 15 + " ", "0 " * 8])
def test_a_table_with_something_else_for_an_id_is_damaged(id):
    import pyarrow as pa
    import pyarrow.parquet as pq

    data = encode_files([ImageFile("/a", "/", IDS[1])], HOME)
    table = pq.read_table(pa.BufferReader(data))
    table = table.set_column(2, "id", pa.array([id], pa.string()))
    sink = pa.BufferOutputStream()
    pq.write_table(table, sink)
    with pytest.raises(WorkspaceError, match="damaged"):
        decode_files(sink.getvalue().to_pybytes(), HOME)
