import numpy as np
import torch

from contrast_engine.learning import view_audit as audited
from contrast_engine.learning.luminance import encode_srgb
from contrast_engine.learning.panel import log_panel
from contrast_engine.learning.view_audit import view_audit
from contrast_engine.learning.views import CHANGED_BY, KEPT_WITHIN, Views, scaled
from tests.learning.test_views import draw, pictures


def codes(n: int = 30) -> np.ndarray:
    """Pictures from soft to harsh, every tenth of them flat."""
    coded = encode_srgb(pictures(n)).permute(0, 2, 3, 1).numpy()
    return np.round(255 * coded).astype(np.uint8)


def test_views_keep_the_rule_when_the_features_measure_them_again() -> None:
    kept, altered = view_audit(codes(), seed=1)
    assert kept.as_json()["used"] == 30
    assert altered.as_json()["used"] == 27, "flat pictures have no contrast to change"
    for viewed in (kept, altered):
        found = viewed.as_json()
        assert found["against_rule"] == 0
        assert sum(found["by_draw"]) == found["used"]
    assert all(of["largest"] <= KEPT_WITHIN * 1.01 for of in kept.as_json()["change"].values())
    assert all(of["smallest"] >= CHANGED_BY * 0.99 for of in altered.as_json()["change"].values())


def test_an_audit_catches_views_that_break_the_rule(monkeypatch) -> None:
    def careless(light: torch.Tensor, own: torch.Tensor, draw: torch.Generator) -> Views:
        view = scaled(light, torch.full((len(light),), 0.6))
        there = torch.ones(len(light), dtype=torch.bool)
        return Views(view, torch.zeros(len(light), 3), there, torch.zeros(len(light)))

    monkeypatch.setattr(audited, "make_positives", careless)
    kept, _ = view_audit(codes(), seed=1)
    assert kept.as_json()["against_rule"] == 27


def test_a_view_says_which_draw_it_is_from() -> None:
    from contrast_engine.learning.views import negatives

    light = pictures(40)
    views = negatives(light, log_panel(light), draw())
    assert set(views.attempt[views.is_accepted].tolist()) <= {0, 1, 2}
    assert views.attempt.sum() > 0, "some pictures need a stronger change"
