"""What if an image had been taken otherwise: changed, measured again, judged again."""

from contrast_engine.counterfactual.changing import (
    KNOBS,
    Flip,
    Knob,
    Placing,
    Reading,
    Strengths,
    Subject,
    WhatIf,
    WhatIfReport,
    changed,
    neutral,
    what_if,
)
from contrast_engine.counterfactual.turning import Stop, Turned, turn

__all__ = [
    "KNOBS",
    "Flip",
    "Knob",
    "Placing",
    "Reading",
    "Stop",
    "Strengths",
    "Subject",
    "Turned",
    "WhatIf",
    "WhatIfReport",
    "changed",
    "neutral",
    "turn",
    "what_if",
]
