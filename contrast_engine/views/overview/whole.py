"""All cards of the overview, read once and kept until anything that they rest on has changed."""

from collections.abc import Mapping
from dataclasses import dataclass
from threading import Lock
from typing import TypeVar
from weakref import WeakKeyDictionary

from contrast_engine.store.workspace import Workspace
from contrast_engine.views.collection.progress import state_version, workflow_state
from contrast_engine.views.overview.card import Absent, Card
from contrast_engine.views.overview.clusters import Clusters, clusters
from contrast_engine.views.overview.contact_sheet import ContactSheet, contact_sheet
from contrast_engine.views.overview.issues import Issues, issues
from contrast_engine.views.overview.labels import Labels, labels
from contrast_engine.views.overview.next_step import Next, next_card
from contrast_engine.views.overview.profile import Profile, profile
from contrast_engine.views.overview.unknown import Unknown, unknown
from contrast_engine.views.overview.verdicts import Verdicts, verdicts

T = TypeVar("T", bound=Card)


@dataclass(frozen=True)
class Overview:
    """A collection at one look.

    Args:
        name: Of the collection.
        images: Different pictures that can be read.
        files: Files they come from.
        measured: How many of them are measured.
        contact_sheet: A few images that stand for all.
        profile: The features beside those of good photographs.
        clusters: The clusters in use.
        issues: The contrast issues.
        labels: Labels, coverage, expected error.
        verdicts: The seven questions of the evidence.
        unknown: What is not known.
        next_step: What to do next.
        absent: Why a card is None, by the name of its field.
    """

    name: str
    images: int
    files: int
    measured: int
    contact_sheet: ContactSheet | None
    profile: Profile | None
    clusters: Clusters | None
    issues: Issues | None
    labels: Labels | None
    verdicts: Verdicts | None
    unknown: Unknown
    next_step: Next
    absent: Mapping[str, Absent]


_known: WeakKeyDictionary[Workspace, tuple[object, Overview]] = WeakKeyDictionary()
_guard = Lock()


def overview(workspace: Workspace) -> Overview:
    """Every card; reads results, changes nothing, and is kept until anything has changed."""
    now = state_version(workspace)
    with _guard:
        before, found = _known.get(workspace, (None, None))
    if found is None or before != now:
        found = _read(workspace)
        with _guard:
            _known[workspace] = (now, found)
    return found


def _read(workspace: Workspace) -> Overview:
    state = workflow_state(workspace)
    absent: dict[str, Absent] = {}

    def there(name: str, card: T | Absent) -> T | None:
        if isinstance(card, Absent):
            absent[name] = card
            return None
        return card

    answers = verdicts(workspace)
    return Overview(
        name=workspace.name,
        images=state.images,
        files=state.files,
        measured=state.measured,
        contact_sheet=there("contact_sheet", contact_sheet(workspace)),
        profile=there("profile", profile(workspace)),
        clusters=there("clusters", clusters(workspace)),
        issues=there("issues", issues(workspace)),
        labels=there("labels", labels(workspace)),
        verdicts=there("verdicts", answers),
        unknown=unknown(workspace, answers),
        next_step=next_card(workspace),
        absent=absent,
    )
