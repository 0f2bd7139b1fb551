"""The seven questions with their answers in words."""

from collections.abc import Mapping

from contrast_engine.results import Verdict
from contrast_engine.validation.questions import Question
from contrast_engine.validation.separation import GROUPS

PLAIN: Mapping[Verdict, str] = {
    "pass": "Yes", "warn": "In part", "fail": "No", "unknown": "Not known",
}  # fmt: skip

OF: Mapping[str, Mapping[Verdict, str]] = {
    "groups": {"pass": "Yes, groups", "fail": "No"},
    "labels": {"warn": "With care"},
    "model": {"warn": "With care"},
    "helps": {"warn": "No, not shown"},
}
"""Where a verdict has its own words for a question."""

CHECKS: Mapping[str, tuple[str, str, str]] = {
    "known_answers": (
        "Known answers", "Do drawn pictures measure as calculated by hand?", "feature",
    ),
    "family_agreement": (
        "Agreement of feature families", "Do independent features agree?", "rank-correlation",
    ),
    "known_changes": (
        "Known changes", "Does the space follow changes of contrast, and nothing else?",
        "sensitivity",
    ),
    "separate_groups": ("Separation", "Are the clusters separate groups?", "silhouette"),
    "stability": ("Stability", "Do the same clusters come back on other samples?", "stability"),
    "map_faithfulness": (
        "Faithfulness of the map", "Does it keep neighbours together?", "trustworthiness",
    ),
    "people_agree": (
        "Agreement of annotators", "Do they mean the same by their labels?", "krippendorff-alpha",
    ),
    "label_shortcuts": (
        "Shortcuts in the labels", "Are the labels about contrast, or about something simpler?",
        "shortcut",
    ),
    "learned_order": (
        "Learnt order", "Does it show in features the model never saw?", "rank-correlation",
    ),
    "label_coverage": (
        "Label coverage", "Do the labels reach the whole collection?", "coverage",
    ),
    "promises": ("Promises", "How often are its answers wrong?", "abstain"),
    "held_out_labels": (
        "Held-out labels", "Is the model right about labels it has not seen?", "accuracy",
    ),
    "downstream": ("Later results", "Does it help to predict them?", "downstream-task"),
    "missing_evidence": ("Missing evidence", "What is not known?", "validation"),
}  # fmt: skip
"""What each check is called, the question it answers, and its glossary entry."""


def answer(question: Question) -> str:
    """The verdict of a question in its own words.

    Clusters that cut across groups are warned of, though there are groups: their sentence begins
    with that reading, as every sentence about groups begins with its own.
    """
    if question.name == "groups" and question.verdict == "warn":
        begins = question.because[: len(GROUPS)].lower()
        return "Yes, cut across" if begins == GROUPS else "No, regions"
    return OF.get(question.name, {}).get(question.verdict, PLAIN[question.verdict])
