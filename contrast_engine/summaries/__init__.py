"""What the pages show about a workspace, counted and worded here so that they only draw it."""

from contrast_engine.summaries.anatomy import Anatomy, alike, anatomy, stands_out
from contrast_engine.summaries.answers import (
    answer,
    is_answered,
    is_of_now,
    last_method,
    last_options,
)
from contrast_engine.summaries.chosen import Chosen, chosen_bytes, chosen_words
from contrast_engine.summaries.clusters import CardDifference, ClusterCard, cluster_cards
from contrast_engine.summaries.entries import (
    label_set_problem,
    sentence,
    source_problem,
    split_labels,
    typed_path,
    workspace_problem,
)
from contrast_engine.summaries.journey import ENOUGH_LABELS, Journey, journey
from contrast_engine.summaries.judging import (
    Judged,
    Judgement,
    files_to_judge,
    judge,
    judge_uploads,
)
from contrast_engine.summaries.model import Figure, ModelCard, carried, model_card
from contrast_engine.summaries.overview import (
    FeatureOverview,
    ProfileRow,
    feature_title,
    number,
    overview,
    profile,
)
from contrast_engine.summaries.queue import Queued, label_queue, least_certain
from contrast_engine.summaries.table import preview, table_bytes, write_table
from contrast_engine.summaries.what_if import (
    change_words,
    flip_words,
    typed_strength,
    way_on_map,
    what_if,
)
from contrast_engine.summaries.words import (
    axis_words,
    axis_words_in_depth,
    map_words,
    separation_words,
)

__all__ = [
    "ENOUGH_LABELS",
    "Anatomy",
    "CardDifference",
    "Chosen",
    "ClusterCard",
    "FeatureOverview",
    "Figure",
    "Journey",
    "Judged",
    "Judgement",
    "ModelCard",
    "ProfileRow",
    "Queued",
    "alike",
    "anatomy",
    "answer",
    "axis_words",
    "axis_words_in_depth",
    "carried",
    "change_words",
    "chosen_bytes",
    "chosen_words",
    "cluster_cards",
    "feature_title",
    "files_to_judge",
    "flip_words",
    "is_answered",
    "is_of_now",
    "journey",
    "judge",
    "judge_uploads",
    "label_queue",
    "label_set_problem",
    "last_method",
    "last_options",
    "least_certain",
    "map_words",
    "model_card",
    "number",
    "overview",
    "preview",
    "profile",
    "sentence",
    "separation_words",
    "source_problem",
    "split_labels",
    "stands_out",
    "table_bytes",
    "typed_path",
    "typed_strength",
    "way_on_map",
    "what_if",
    "workspace_problem",
    "write_table",
]
