"""The overview of a collection: all that a page, slides, a report and a command say first.

`overview(workspace)` gives every card as plain data: image ids, numbers with what they rest on,
sentences, and the address of the page that a card leads to. A card that is not there yet is None
and its reason stands under `absent`, by the name of its field.
"""

from contrast_engine.views.overview.card import Absent, Card, Number
from contrast_engine.views.overview.clusters import Clusters, OverviewCluster
from contrast_engine.views.overview.contact_sheet import ContactSheet
from contrast_engine.views.overview.issues import Issues, OverviewIssue
from contrast_engine.views.overview.labels import GivenLabel, Labels
from contrast_engine.views.overview.next_step import Next
from contrast_engine.views.overview.profile import Profile, ProfileFeature, Spread
from contrast_engine.views.overview.unknown import NotKnown, Unknown
from contrast_engine.views.overview.verdicts import Answered, Verdicts
from contrast_engine.views.overview.whole import Overview, overview

__all__ = [
    "Absent",
    "Answered",
    "Card",
    "Clusters",
    "ContactSheet",
    "GivenLabel",
    "Issues",
    "Labels",
    "Next",
    "NotKnown",
    "Number",
    "Overview",
    "OverviewCluster",
    "OverviewIssue",
    "Profile",
    "ProfileFeature",
    "Spread",
    "Unknown",
    "Verdicts",
    "overview",
]
