"""How each step of the journey stands and what is next, over every state of a collection."""

from dataclasses import replace
from itertools import product

import pytest

from contrast_engine import steps
from contrast_engine.views.collection.journey import JOBS, PAGES, next_step, stages
from contrast_engine.views.collection.progress import WorkflowState
from contrast_engine.views.collection.running import WORDS, Running

ALL = WorkflowState(
    images=81, files=82, problems=0, missing=0, measured=81, clusters=4, labelled=30,
    predicted=81, is_validated=True, kinds=3, learnt=30, is_exported=True,
)  # fmt: skip
"""Everything is done and nothing has changed since."""

NOTHING = WorkflowState(0, 0, 0, 0, 0, 0, 0, 0, is_validated=False)
LABELS = "labels were given or changed"

UNDONE = {
    "collected": {"images": 0, "files": 0, "measured": 0},
    "measured": {"measured": 0},
    "clustered": {"clusters": 0},
    "labelled": {"labelled": 0, "kinds": 0},
    "trained": {"predicted": 0, "learnt": 0},
    "validated": {"is_validated": False},
    "exported": {"is_exported": False},
}
"""What takes each step away, and nothing else."""

OLD = {
    "measured": {"images": 93},
    "clustered": {"changed": {"clusterings": "12 images were added"}},
    "trained": {"changed": {"predictions": LABELS}},
    "validated": {"changed": {"reports": LABELS}},
    "exported": {"changed": {"exported": LABELS}},
}
"""What puts each step out of date, and nothing else."""


def standings(state: WorkflowState, *running: Running) -> dict[str, str]:
    return {one.name: one.standing for one in stages(state, running)}


def test_where_all_is_done_nothing_is_asked_for() -> None:
    assert set(standings(ALL).values()) == {"done"}
    assert next_step(ALL).words == "All steps are done"
    assert next_step(ALL).page == ""


@pytest.mark.parametrize("name", UNDONE)
def test_what_is_not_there_is_to_do_and_next(name: str) -> None:
    state = replace(ALL, **UNDONE[name])
    assert standings(state)[name] == "to do"
    assert next_step(state).page == PAGES[name]


@pytest.mark.parametrize(
    ("images", "page"), [(1, "collection"), (2, "collection"), (3, "clusters")]
)
def test_too_few_images_to_cluster_ask_for_more(images: int, page: str) -> None:
    state = replace(ALL, images=images, files=images, measured=images, clusters=0)
    assert next_step(state).page == page


@pytest.mark.parametrize("name", OLD)
def test_what_is_out_of_date_says_so_and_is_next(name: str) -> None:
    state = replace(ALL, **OLD[name])
    assert [n for n, standing in standings(state).items() if standing != "done"] == [name]
    assert standings(state)[name] == "out of date"
    told = next_step(state)
    assert told.page == PAGES[name]
    assert "again" in told.words or "new" in told.words
    assert next(one.words for one in stages(state) if one.name == name)


@pytest.mark.parametrize("undone", [set(which) for which in (
    (), ("measured",), ("labelled",), ("clustered", "trained"), ("validated", "exported"),
    ("measured", "exported"), ("trained", "validated", "exported"), tuple(UNDONE),
)])  # fmt: skip
@pytest.mark.parametrize("step", [None, *WORDS])
def test_the_first_step_that_is_not_done_is_next_unless_it_is_being_done(
    undone: set[str], step: str | None
) -> None:
    state = ALL
    for name in undone:
        state = replace(state, **UNDONE[name])
    running = (Running(step, 12, 81),) if step else ()
    found = next_step(state, running)
    first = next((name for name in JOBS if name in undone), "")
    is_gathering = step in ("gather", "scan", "measure", "bring")
    is_of_it = bool(first) and step in JOBS[first]
    assert found.is_running == (is_gathering or is_of_it)
    if found.is_running:
        assert "12 of 81" in found.words
        assert found.page == WORDS[str(step)][1]
    else:
        assert found.page == (PAGES[first] if first else "")
        assert found == next_step(state)
    for name, standing in standings(state, *running).items():
        assert (standing == "running") == (step in JOBS[name])


@pytest.mark.parametrize(("step", "images"), [*product(("gather", "scan", "measure"), (0, 40, 81))])
def test_measuring_is_never_asked_for_while_it_goes_on(step: str, images: int) -> None:
    state = replace(NOTHING, images=images, files=images)
    told = next_step(state, (Running(step, 3, 81, "1 of 2: reading"),))
    assert told.words.endswith("3 of 81")
    assert not told.words.startswith("Measure ")


@pytest.mark.parametrize("labelled", [0, 1, 5, 19])
@pytest.mark.parametrize("predicted", [0, 81])
def test_amid_labelling_the_rest_is_asked_for_and_what_it_gives(
    labelled: int, predicted: int
) -> None:
    state = replace(
        ALL, labelled=labelled, kinds=min(labelled, 2), predicted=predicted, learnt=predicted and 5
    )
    told = next_step(state)
    assert told.page == "label"
    assert "label" in (told.words + told.why).lower()
    assert "Export" not in told.words
    if labelled > 1:
        assert told.words == f"Label {20 - labelled} more"
        assert ("rough" in told.why) == bool(predicted)
    if labelled == 1:
        assert told.words == "Give another label"


def test_labels_of_one_kind_are_no_end_however_many() -> None:
    assert next_step(replace(ALL, labelled=50, kinds=1)).words == "Give another label"


def test_labels_given_after_training_lead_to_the_model_and_not_to_the_export() -> None:
    told = next_step(replace(ALL, labelled=36, changed={"predictions": LABELS, "exported": LABELS}))
    assert (told.words, told.page) == ("Train again", "model")
    assert "30 labels; 36" in told.why


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"measured": 0}, "Measure 81 images"),
        ({"images": 93}, "Measure 12 new images"),
        ({"read_again": 5}, "Measure 5 images again"),
        ({"measured": 0, "is_outdated": True}, "Measure again"),
        ({"images": 82}, "Measure 1 new image"),
    ],
)
def test_what_waits_to_be_measured_is_counted(changed: dict[str, int], words: str) -> None:
    assert next_step(replace(ALL, **changed)).words == words


def test_everything_that_can_run_has_words_and_a_page() -> None:
    assert set(steps.STEPS) <= set(WORDS)
    assert all(words and page for words, page in WORDS.values())
