"""What reads the details of results alone: every function of a page or command that is given them."""

from collections.abc import Callable
from typing import Any

from contrast_engine.cli.complexity import complexity
from contrast_engine.cli.illuminants import evaluate, grid
from contrast_engine.complexity import judging  # noqa: F401 - its names stand in details
from contrast_engine.pseudo_labels.promise import promise_words
from contrast_engine.steps.structure.placed import fresh_fit_due
from contrast_engine.views import words
from contrast_engine.views.complexity import agreement, reports
from contrast_engine.views.encoders import encoder_card, previews
from contrast_engine.views.illuminants import judged, learned
from contrast_engine.views.models import model_card
from contrast_engine.zero_shot.verdict import verdict

Reader = Callable[[Any], object]

READERS: dict[str, tuple[Reader, ...]] = {
    "maps": (
        words.map_words, words.axis_words, words.axis_words_in_depth, fresh_fit_due, dict,
        lambda said: {**said},
    ),
    "clusterings": (
        words.separation_words, lambda said: words.fit_words(said, 30), fresh_fit_due,
    ),
    "predictions": (
        promise_words, fresh_fit_due, model_card._metrics, model_card._space,
        model_card._baselines, model_card._badge_words,
    ),
    "choose-k": (),
    "complexity": (
        agreement.groups, agreement.rows, lambda said: agreement.table(agreement.rows(said)),
        lambda said: agreement.rows(said, "a"), agreement.differences, agreement.compared_words,
        agreement.unused_words, lambda said: reports.first_sentence(said, 20), complexity._lines,
    ),
    "sensitivity": (
        encoder_card.sensitivity_rows, encoder_card.sensitivity_words,

        lambda said: verdict(said, None),
    ),
    "shortcuts": (lambda said: verdict(None, said),),
    "views": (previews.view_words, previews.view_table),
    "judge_illuminants": (
        judged.verdict, lambda said: judged.basis_words(said, 0), judged.rows,
        judged.left_out_words, judged.methods, lambda said: judged.worst(said, said["best"], 3),
        lambda said: judged.known_light(said, "0123456789abcdef"), evaluate._lines,
    ),
    "illuminant_grid": (learned.grid_rows, learned.grid_words, grid._lines),
}  # fmt: skip
"""By kind, of reports by the name of their step."""
