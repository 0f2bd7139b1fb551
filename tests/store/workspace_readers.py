"""What pages and commands read of the results of a workspace: each part by itself."""

from collections.abc import Callable
from datetime import date

from contrast_engine.predict.card import card_lines, card_of
from contrast_engine.reproduce.plan import plan
from contrast_engine.store import Workspace
from contrast_engine.store.artifacts import KINDS
from contrast_engine.views import in_use, outdated
from contrast_engine.views.models.calibration import calibration_card, choice_card
from contrast_engine.views.models.model_card import model_card
from contrast_engine.views.overview.slides import slides
from contrast_engine.views.overview.whole import overview
from contrast_engine.views.structure.cluster_card import cluster_cards
from contrast_engine.views.structure.clusterings import named_clusterings
from contrast_engine.views.structure.placing import placed_line

Reader = Callable[[Workspace, str], object]

OF_ANY: dict[str, Reader] = {
    "overview": lambda w, _: overview(w),
    "slides": lambda w, _: slides(w, date(2026, 1, 1)),
    "outdated": lambda w, _: outdated.outdated(w),
    "plan": lambda w, _: plan(w),
    "name": lambda w, key: in_use.result_name(w, key),
    "use": lambda w, key: in_use.in_use(w, w.manifest(key).kind, key),
    "renewal": lambda w, key: (in_use.renewal(w, key), in_use.renewal_words(w, key)),
    "made on": lambda w, key: in_use.made_on(w, w.manifest(key).kind),
    "placed": lambda w, key: placed_line(w, key),
    "clusterings": lambda w, _: named_clusterings(w),
    "loaded": lambda w, key: w.load(key),
}
OF_KIND: dict[str, dict[str, Reader]] = {
    "clusterings": {"cards": cluster_cards},
    "predictions": {
        "card": lambda w, key: model_card(w, w.images.images, looked_at=key),
        "card of a file": lambda w, key: card_lines(card_of(w, key)),
        "calibration": calibration_card, "choice": choice_card,
    },
}  # fmt: skip


def readers(kind: str) -> dict[str, Reader]:
    """By name, what reads a result of a kind, and what reads all of them."""
    assert kind in KINDS
    return OF_KIND.get(kind, {}) | OF_ANY
