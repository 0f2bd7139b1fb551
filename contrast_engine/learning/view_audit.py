"""Are verified views what they claim? Measured again, by the features and not by the panel."""

from dataclasses import dataclass

import numpy as np
import torch

from contrast_engine.arrays import Bytes, Floats, Json
from contrast_engine.images import LinearImage
from contrast_engine.images.colour import decode_srgb
from contrast_engine.learning.luminance import encode_srgb, linear_light
from contrast_engine.learning.panel import PANEL, log_panel
from contrast_engine.learning.views import Views, alters_contrast, keeps_contrast
from contrast_engine.learning.views import negatives as make_negatives
from contrast_engine.learning.views import positives as make_positives
from contrast_engine.randomness import derived_seed

_LEAST_VALUE = 1e-4  # as the panel: ln of nothing
_BATCH = 64


@dataclass(frozen=True, eq=False)
class Viewed:
    """One kind of view of some pictures.

    Args:
        codes: (n, s, s, 3) uint8 sRGB, as it would be shown.
        change: (n, 3) ln of each feature of the panel, less that of the picture, measured by the
            features of those names.
        is_used: (n,) whether training would use it.
        attempt: (n,) which draw it is from, 0 the first.
        keeps_rule: (n,) whether the features agree with the rule.
    """

    codes: Bytes
    change: Floats
    is_used: np.ndarray
    attempt: np.ndarray
    keeps_rule: np.ndarray

    def as_json(self) -> Json:
        """The counts, and the median and largest change by feature of those that are used."""
        used = np.abs(self.change[self.is_used])
        return {
            "images": len(self.change),
            "used": int(self.is_used.sum()),
            "share_used": float(self.is_used.mean()),
            "by_draw": [int((self.is_used & (self.attempt == draw)).sum()) for draw in range(3)],
            "against_rule": int((self.is_used & ~self.keeps_rule).sum()),
            "change": {metric: _spread(used[:, at]) for at, metric in enumerate(PANEL)}
            if len(used)
            else {},
        }


def view_audit(codes: Bytes, seed: int) -> tuple[Viewed, Viewed]:
    """Features of one positive and one negative of each picture, drawn as training does.

    Args:
        codes: (n, s, s, 3) uint8 sRGB.
        seed: Of the draws.
    """
    draw = torch.Generator().manual_seed(derived_seed(seed, "learning", "view audit"))
    own = _measured(codes)
    kept: list[Views] = []
    altered: list[Views] = []
    for start in range(0, len(codes), _BATCH):
        light = linear_light(torch.from_numpy(np.array(codes[start : start + _BATCH])))
        panel = log_panel(light)
        kept.append(make_positives(light, panel, draw))
        altered.append(make_negatives(light, panel, draw))
    return _viewed(kept, own, is_kept=True), _viewed(altered, own, is_kept=False)


def _viewed(parts: list[Views], own: Floats, *, is_kept: bool) -> Viewed:
    light = torch.cat([part.light for part in parts])
    exact = light.permute(0, 2, 3, 1).double().numpy()
    change = _logs(exact) - own
    rule, slack = (keeps_contrast, 0.99) if is_kept else (alters_contrast, 1.01)
    holds = rule(torch.from_numpy(slack * change)).numpy()  # the panel computes in float32
    shown = np.round(255 * encode_srgb(light).permute(0, 2, 3, 1).numpy()).astype(np.uint8)
    used = torch.cat([part.is_accepted for part in parts]).numpy()
    attempt = torch.cat([part.attempt for part in parts]).numpy()
    return Viewed(shown, change, used, attempt, holds)


def _spread(values: Floats) -> Json:
    return {"median": float(np.median(values)), "smallest": float(values.min()),
            "largest": float(values.max())}  # fmt: skip


def _measured(codes: Bytes) -> Floats:
    return _logs(decode_srgb(codes / 255.0))


def _logs(pictures: Floats) -> Floats:
    from contrast_engine.features import features

    images = [LinearImage(rgb) for rgb in pictures]
    values = [[features[name].measure(image) for name in PANEL] for image in images]
    found: Floats = np.log(np.maximum(values, _LEAST_VALUE))
    return found
