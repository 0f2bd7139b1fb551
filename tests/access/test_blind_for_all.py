"""Where an owner has everybody label blind, nobody else reads what others said, whatever they ask."""

from collections.abc import Callable, Iterator

import httpx
import pytest

from contrast_engine.access import Person, Role, on_behalf_of
from contrast_engine.colouring import map_colouring
from contrast_engine.errors import NotAllowed
from contrast_engine.steps.labels.label_next import label_next
from contrast_engine.store import Workspace
from contrast_engine.views.collection.filter_sources import offered
from contrast_engine.views.labels.queue import QueuedImage
from contrast_engine.views.labels.queue_strategies import BLIND, label_requests
from contrast_engine.views.labels.team import team_now, work_by_person
from tests.access.conftest import Served

ADA = Person("Ada", Role.ANNOTATOR, is_known=True)
VERA = Person("Vera", Role.VIEWER, is_known=True)
OLGA = Person("Olga", Role.OWNER, is_known=True)


@pytest.fixture
def blind(at_stage: Callable[[str], Workspace]) -> Workspace:
    """A collection with a model, in which Ada labelled two images after others."""
    workspace = at_stage("trained")
    names = workspace.labels.label_set()
    ids = list(workspace.images.ids)
    workspace.labels.add(ids[:2], names.labels[0], "Ada")
    workspace.labels.add(ids[1:2], names.labels[1], "Bob")
    workspace.labels.define(names.labels, names.is_ordered, overlap=0.0, is_blind=True)
    return workspace


def test_each_reading_gives_one_their_own_labels_and_an_owner_all(blind: Workspace) -> None:
    labels, ids = blind.labels, list(blind.images.ids)
    others = set(labels.by_person()) - {"Ada"}
    assert others
    with on_behalf_of(OLGA):
        assert set(labels.by_person()) == {"Ada", *others}
    with on_behalf_of(ADA):
        assert dict(labels.by_person()) == {
            "Ada": {i: labels.label_set().labels[0] for i in ids[:2]}
        }
        assert set(labels.current()) == set(ids[:2])
        assert {one.who for one in labels.current().values()} == {"Ada"}
        assert set(labels.current_of(ids)) == set(ids[:2])
        assert labels.current_of(ids)[ids[1]].who == "Ada", "not what Bob said after her"
        assert set(labels.judged(ids)) == {"Ada"}
        assert {one.who for one in labels.history()} == {"Ada"}
        assert {one.who for one in labels.annotations()} == {"Ada"}
        assert set(labels.counted().people) == {"Ada"}
        assert not any(labels.labelled_last(who, 9) for who in others)
        assert labels.label_set().is_blind
    with on_behalf_of(VERA):
        assert not labels.current()
        assert not labels.by_person()
    assert set(labels.by_person()) == {"Ada", *others}, "a command is nobody's"


def test_without_it_everybody_reads_all(blind: Workspace) -> None:
    names = blind.labels.label_set()
    blind.labels.define(names.labels, names.is_ordered)
    with on_behalf_of(VERA):
        assert len(blind.labels.by_person()) > 1
        assert blind.current("predictions")


def test_what_a_model_learnt_from_others_is_not_there(blind: Workspace) -> None:
    key = blind.current("predictions")
    assert key is not None
    for who in (ADA, VERA):
        with on_behalf_of(who):
            assert blind.current("predictions") is None
            assert blind.artifacts("predictions") == []
            with pytest.raises(NotAllowed, match="labels blind"):
                blind.load(key)
            assert not {"predicted", "confidence"} & set(offered(blind))
    with on_behalf_of(OLGA):
        assert blind.current("predictions") == key
        blind.load(key)


def test_a_map_that_an_owner_looked_at_before_is_another_one(blind: Workspace) -> None:
    """What is kept for one person is not given to another."""
    on, made = blind.current("maps") or "", blind.current("predictions")
    coloured = {}
    for who in (OLGA, ADA, VERA, OLGA):
        with on_behalf_of(who):
            found = map_colouring(blind, on, f"label@{blind.labels.version()}")
            coloured.setdefault(who.name, []).append(sum(code != 255 for code in found.codes))
            if who is OLGA:
                map_colouring(blind, on, f"predicted@{made}")
                continue
            with pytest.raises(NotAllowed):
                map_colouring(blind, on, f"predicted@{made}")
    assert coloured["Ada"] == [2]
    assert coloured["Vera"] == [0]
    assert coloured["Olga"][0] == coloured["Olga"][1] > 2


def test_the_queue_says_nothing_and_still_passes_over_what_others_labelled(
    blind: Workspace,
) -> None:
    ids = list(blind.images.ids)
    others = set(blind.labels.current()) - set(ids[:2])
    with on_behalf_of(ADA):
        queue = [QueuedImage(image, "it looks like “high”") for image in ids]
        asked = {one.image: one for one in label_requests(blind, queue, "Ada")}
        assert {one.why for one in asked.values()} == {BLIND}
        assert all(asked[i].is_taken and not asked[i].label for i in others)
        assert asked[ids[0]].label
        doubted = label_next(blind, 5, strategy="doubt")
        assert doubted
        assert not {one.image for one in doubted} & others
        assert len(work_by_person(blind)) > 1
        assert team_now(blind)["labelled"] == len(others) + 2, "how much is no secret"


@pytest.fixture
def held(served: Served, workspace: Workspace) -> Iterator[Workspace]:
    """The collection that is served, in which all label blind meanwhile."""
    names = workspace.labels.label_set()
    workspace.labels.define(names.labels, names.is_ordered, is_blind=True)
    yield workspace
    workspace.labels.define(names.labels, names.is_ordered)


def test_no_address_of_the_server_tells_it(served: Served, held: Workspace) -> None:
    on, made = held.current("maps"), held.current("predictions")
    version = held.labels.version()
    at = f"{served.url}/api/{held.id}"
    asked = (f"colour/label@{version}", f"colour/predicted@{made}", f"values/confidence@{made}")
    said = held.labels.by_person()  # other tests label here, too
    for what in asked:
        for role in ("owner", "viewer", "annotator", "owner"):
            answer = httpx.get(f"{at}/map/{on}/{what}", headers=served.headers(role), timeout=60)
            assert answer.status_code in (200, 403, 410), answer.text
            codes = answer.content if answer.status_code == 200 else b""
            told = sum(code != 255 for code in codes)  # nothing is known of the others
            own = len(said.get(served.names[role], ())) if what.startswith("colour/label") else 0
            is_told = told > own
            assert is_told is (role == "owner"), (what, role, told, own)
