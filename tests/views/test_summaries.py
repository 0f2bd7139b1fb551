"""What the pages say: numbers, reasons, queues and states, counted and worded."""

from pathlib import Path

import numpy as np
import pytest

from contrast_engine import steps
from contrast_engine.errors import OptionError
from contrast_engine.progress import Cancelled
from contrast_engine.randomness import generator
from contrast_engine.results import Clustering, Predictions
from contrast_engine.store import Workspace
from contrast_engine.vectors import ImageId, Vectors
from contrast_engine.views.artifact_lookup import is_answered, last_method, last_options
from contrast_engine.views.collection.feature_overview import (
    feature_title,
    number,
    overview,
    profile,
)
from contrast_engine.views.collection.progress import workflow_state
from contrast_engine.views.input_checks import (
    label_set_problem,
    source_problem,
    split_labels,
    workspace_problem,
)
from contrast_engine.views.labels.queue import EXPLORED, label_queue, least_certain
from contrast_engine.views.models.model_card import carried
from contrast_engine.views.models.new_images import files_to_predict
from contrast_engine.views.output.table_preview import write_table
from contrast_engine.views.structure.cluster_card import cluster_cards
from contrast_engine.views.words import axis_words, axis_words_in_depth, separation_words

SAMPLES = sorted((Path(__file__).parents[2] / "sample_data").glob("*.jpg"))[::16]


def image_ids(n: int) -> tuple[ImageId, ...]:
    return tuple(ImageId(f"{row:016x}") for row in range(n))


@pytest.fixture
def measured(tmp_path: Path) -> Workspace:
    """Fifteen sample photographs, scanned and measured."""
    workspace = Workspace(tmp_path / "some.contrast")
    steps.gather(workspace, SAMPLES)
    return workspace


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (0.0, "0"), (None, "not measured"), (0.02124, "0.0212"), (1.2345, "1.23"),
        (99.96, "100.0"), (12345.6, "12,346"), (-0.5, "-0.500"), (3e-7, "3.00e-07"),
    ],
)  # fmt: skip
def test_a_number_is_written_with_three_digits(value: float | None, written: str) -> None:
    assert number(value) == written


def test_a_number_carries_its_unit() -> None:
    assert number(2.5, "stops") == "2.50 stops"


def test_a_feature_is_called_by_its_own_words_and_short_name() -> None:
    assert feature_title("c_rms") == "Root-mean-square contrast (c_rms)"
    assert feature_title("from_elsewhere") == "from elsewhere"


def test_the_bars_of_an_overview_count_every_image_once() -> None:
    values = np.column_stack([generator(0, "t").normal(size=200), np.full(200, 3.0)])
    spread, flat = overview(Vectors(image_ids(200), values, ("c_rms", "gcf")))
    assert sum(spread.counts) == sum(flat.counts) == spread.n == 200
    assert spread.low < spread.median < spread.high
    assert flat.low == flat.median == flat.high == 3.0
    assert max(flat.counts) == 200


def test_a_profile_says_where_an_image_stands_among_all() -> None:
    vectors = Vectors(image_ids(5), np.arange(5.0)[:, None], ("gcf",))
    (lowest,), (highest,) = (profile(vectors, vectors.ids[row]) for row in (0, 4))
    assert (lowest.percentile, highest.percentile) == (10.0, 90.0)
    assert lowest.value == 0.0


def two_clusters() -> tuple[Vectors, Clustering]:
    values = generator(1, "t").normal(size=(60, 2)) + np.repeat([[0, 0], [9, 9]], 30, axis=0)
    ids = image_ids(60)
    cluster = np.repeat([0, 1], 30)
    centres = np.array([values[cluster == c].mean(axis=0) for c in (0, 1)])
    distance = np.linalg.norm(values - centres[cluster], axis=1)
    return Vectors(ids, values, ("x", "y")), Clustering(ids, cluster, distance)


def test_a_label_queue_takes_turns_between_clusters_and_draws_every_fourth_at_random() -> None:
    space, clustering = two_clusters()
    queue = label_queue(space, clustering, {1: "hazy"}, typical=4, between=2)
    assert len({queued.image for queued in queue}) == len(queue) == 16
    assert [q.why == EXPLORED for q in queue] == 4 * [False, False, False, True]
    assert [queue[0].why, queue[1].why] == ["typical of cluster 0", "typical of hazy"]
    assert queue[0].image == clustering.members(0)[0]
    assert queue == label_queue(space, clustering, {1: "hazy"}, typical=4, between=2)


def test_a_queue_of_a_tiny_collection_asks_for_each_image_once() -> None:
    ids = image_ids(3)
    space = Vectors(ids, np.arange(6.0).reshape(3, 2), ("x", "y"))
    queue = label_queue(space, Clustering(ids, np.array([0, 0, 1]), np.zeros(3)), {})
    assert sorted(q.image for q in queue) == sorted(ids)


def predictions() -> Predictions:
    probability = np.array([[0.9, 0.1], [0.55, 0.45], [0.2, 0.8], [0.55, 0.45]])
    abstains = np.array([False, True, False, True])
    return Predictions(image_ids(4), ("low", "high"), probability, abstains)


def test_the_least_certain_come_first_and_ties_go_by_id() -> None:
    ids = image_ids(4)
    assert [q.image for q in least_certain(predictions(), 3)] == [ids[1], ids[3], ids[2]]


def test_images_that_carry_a_label_come_surest_first_and_say_when_unsure() -> None:
    ids = image_ids(4)
    found = carried(predictions(), "low")
    assert found == ((ids[0], "90%"), (ids[1], "55%, unsure"), (ids[3], "55%, unsure"))


def test_a_silhouette_is_only_ever_said_beside_its_null() -> None:
    silhouette = {"value": 0.149, "null_mean": 0.145, "null_sd": 0.004, "z": 1.0, "n": 920}
    details = {"silhouette": silhouette, "is_grouped": False, "verdict": "no separate groups",
               "space": "20 contrast features"}  # fmt: skip
    verdict, sentence = separation_words(details)
    assert verdict == "No separate groups."
    assert "0.149" in sentence
    assert "0.145 ± 0.004" in sentence
    assert "n = 920" in sentence


def test_axes_are_named_as_far_as_there_is_room_and_only_if_they_mean_something() -> None:
    assert axis_words({}) == ("", "")
    long = ", ".join(["a long description of one end"] * 3)
    x, y = axis_words({"ends": [["dark, flat", "bright, harsh"], [long, long]]})
    assert x.startswith("dark, flat")
    assert x.endswith("bright, harsh")
    assert len(y) <= 68
    assert axis_words_in_depth({"ends": [["a", "b, c"]] * 2}) == ("", "", "")
    assert axis_words_in_depth({"ends": [["a", "b, c"]] * 3}) == ("→ b",) * 3
    measured = axis_words({"measures": [["dr_stops", "stops"], ["my_own", ""]]})
    assert measured[0].endswith("(dr_stops), stops")
    assert measured[1] == "my own"


@pytest.mark.parametrize("text", ["", "relative/folder", "/no/such/place"])
def test_a_source_that_cannot_work_is_refused_with_a_reason(text: str) -> None:
    assert (source_problem(text) or "").endswith(".")


def test_quotes_and_spaces_around_a_path_do_no_harm(tmp_path: Path) -> None:
    assert source_problem(f'  "{tmp_path}" ') is None


def test_a_folder_with_other_things_is_no_collection(tmp_path: Path) -> None:
    (tmp_path / "holiday.jpg").write_bytes(b"")
    assert "other files" in (workspace_problem(str(tmp_path)) or "")
    assert workspace_problem(str(tmp_path / "new.contrast")) is None


@pytest.mark.parametrize("text", ["low", "", "low, low", f"low, {'x' * 61}"])
def test_a_label_set_needs_two_different_short_names(text: str) -> None:
    assert label_set_problem(split_labels(text))


def test_a_label_set_is_read_from_commas() -> None:
    assert split_labels(" low ,, high,") == ("low", "high")
    assert label_set_problem(("low", "high")) is None


def test_files_of_a_folder_are_judged_by_content_or_ending(tmp_path: Path) -> None:
    (tmp_path / "b.jpg").write_bytes(b"")
    (tmp_path / "a").write_bytes(SAMPLES[0].read_bytes())
    (tmp_path / "notes.txt").write_text("words")
    assert [path.name for path in files_to_predict(str(tmp_path))] == ["a", "b.jpg"]


def test_gathering_scans_then_measures_and_the_second_time_computes_nothing(
    tmp_path: Path,
) -> None:
    workspace = Workspace(tmp_path / "some.contrast")
    first = steps.gather(workspace, SAMPLES)
    assert first.scanned.added == first.measured.computed == len(SAMPLES)
    again = steps.gather(workspace)
    assert (again.scanned.added, again.measured.computed) == (0, 0)


def test_gathering_says_which_part_it_is_in_and_stops_when_asked(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path / "some.contrast")
    notes = []

    class StopsWhileMeasuring:
        def tick(self, done: int, total: int, note: str = "", **metrics: float) -> None:
            notes.append(note)
            if note.startswith("2 of 2") and done:
                raise Cancelled

    with pytest.raises(Cancelled):
        steps.gather(workspace, SAMPLES, progress=StopsWhileMeasuring())
    assert notes[0].startswith("1 of 2")
    assert len(workspace.images) == len(SAMPLES)
    assert workspace.current("features") is None


def test_the_next_step_follows_the_journey(measured: Workspace) -> None:
    assert workflow_state(measured).next_step == "cluster"
    steps.cluster(measured)
    assert workflow_state(measured).next_step == "label"
    ids = measured.images.ids
    measured.labels.say(ids[:5], "low")
    measured.labels.say(ids[5:9], "high")
    steps.pseudo_label(measured)
    state = workflow_state(measured)
    assert state.next_step == "validate"
    assert (state.labelled, state.predicted, state.clusters) == (9, len(SAMPLES), 3)
    assert state.unmeasured == 0


def test_an_empty_workspace_asks_for_photographs(tmp_path: Path) -> None:
    assert workflow_state(Workspace(tmp_path / "some.contrast")).next_step == "add"


def test_an_answer_counts_only_for_its_options_and_the_images_of_now(
    measured: Workspace, tmp_path: Path
) -> None:
    def known(**options: int) -> bool:
        return is_answered(measured, "cluster", method="kmeans", options=options)

    assert not known()
    steps.cluster(measured, options={"n_clusters": 4})
    assert known(n_clusters=4)
    assert not known()
    assert last_method(measured, "clusterings") == "kmeans"
    assert last_options(measured, "clusterings", "kmeans")["n_clusters"] == 4
    assert last_options(measured, "clusterings", "hierarchical") == {}
    (tmp_path / "more.jpg").write_bytes(SAMPLES[0].read_bytes() + b"another")
    steps.gather(measured, [tmp_path / "more.jpg"])
    assert not known(n_clusters=4)
    with pytest.raises(OptionError):
        known(n_clusters=0)


def test_a_card_says_how_a_cluster_differs_in_shares_of_pairs(measured: Workspace) -> None:
    key = steps.cluster(measured)
    measured.labels.name_cluster(key, 1, "hazy")
    found = cluster_cards(measured, key)
    assert sum(card.size for card in found) == len(SAMPLES)
    assert sum(card.share for card in found) == pytest.approx(1)
    assert [card.name for card in found] == ["", "hazy", ""]
    stored = measured.manifest(key).details["differences"]["0"][0]
    said = found[0].differences[0].words
    assert said.startswith("higher" if stored["effect"] > 0 else "lower")
    assert f"{(1 + abs(stored['effect'])) / 2:.0%}" in said
    low, high = (int(end.rstrip("%)")) for end in said.partition("(")[2].split(" to "))
    assert 0 <= low <= high <= 100


def test_the_table_is_not_written_to_a_relative_path(measured: Workspace, tmp_path: Path) -> None:
    report, reason = write_table(measured, "results.csv")
    assert report is None
    assert "full path" in reason
    report, reason = write_table(measured, str(tmp_path / "results.txt"))
    assert report is None
    assert ".csv" in reason
