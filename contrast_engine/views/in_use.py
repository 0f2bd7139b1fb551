"""What is in use in words: which result, by whose decision, and how it would be made anew."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from contrast_engine.arrays import Json
from contrast_engine.clusterings import clusterings
from contrast_engine.options import Recipe
from contrast_engine.projections import projections
from contrast_engine.pseudo_labels import classifiers
from contrast_engine.registry import Registry
from contrast_engine.steps.models.pseudo_label import AUTO
from contrast_engine.steps.structure.edit_clusters import STEP as EDITED
from contrast_engine.steps.structure.spaces import FEATURES
from contrast_engine.store.artifacts import Manifest
from contrast_engine.store.in_use import Decision
from contrast_engine.store.workspace import Workspace
from contrast_engine.views.structure.clusterings import (
    clustering_title,
    named_clusterings,
    placed_words,
)

WORDS = {
    "maps": "map", "clusterings": "clustering", "predictions": "model", "embeddings": "embedding",
    "reports": "evidence",
}  # fmt: skip
"""What a result of each kind is called."""

METHODS: dict[str, Registry[Any]] = {"maps": projections, "clusterings": clusterings}

STEPS = {"maps": "project", "clusterings": "cluster", "predictions": "pseudo_label"}


@dataclass(frozen=True)
class InUse:
    """A result beside the one of its kind that is in use.

    Args:
        kind: The kind of result.
        key: The result that is looked at.
        used: The one in use; None where there is none.
        name: What the one that is looked at is called.
        used_name: What the one in use is called.
        by: By whose decision it is in use, in words; empty where that was not recorded.
        may_undo: Whether that decision can be taken back.
    """

    kind: str
    key: str
    used: str | None
    name: str
    used_name: str
    by: str
    may_undo: bool

    @property
    def is_used(self) -> bool:
        """True if what is looked at is what is in use."""
        return self.key == self.used


def in_use(workspace: Workspace, kind: str, key: str) -> InUse:
    """A result beside the one of its kind that is in use.

    Args:
        workspace: Where both are.
        kind: The kind of result.
        key: What is looked at.
    """
    used, decision = workspace.current(kind), workspace.decision(kind)
    used_name = result_name(workspace, used) if used else ""
    return InUse(
        kind=kind,
        key=key,
        used=used,
        name=result_name(workspace, key),
        used_name=used_name,
        by=decision_words(decision, used_name) if decision else "",
        may_undo=decision is not None and decision.may_be_undone,
    )


def decision_words(decision: Decision, name: str = "") -> str:
    """Who decided and when, as in "chosen by anna, 12:03", and why where its name does not say it.

    Args:
        decision: The decision.
        name: What the result in use is called.
    """
    at = datetime.fromisoformat(decision.at).astimezone()
    is_today = at.date() == datetime.now(at.tzinfo).date()
    when = f"{at:%H:%M}" if is_today else f"{at:%d %b %Y, %H:%M}"
    if not decision.is_choice:
        return f"the first made, {when}"
    why = f" ({decision.why})" if decision.why and decision.why not in name else ""
    return f"chosen by {decision.who}, {when}{why}"


def result_name(workspace: Workspace, key: str) -> str:
    """What a result is called: its method, its size or options, and what it was made on."""
    made = workspace.manifest(key)
    if made.kind == "clusterings":
        names = {one.key: one.name for one in named_clusterings(workspace)}
        return names.get(key) or clustering_title(made)
    if made.kind == "maps":
        projection = projections.of_result(made.recipe)
        where = f"{_on(workspace, made)}{placed_words(made)}"
        return f"{_title(projection)}{_options(projection, made)}{where}"
    if made.kind == "predictions":
        classifier = classifiers.of_result(made.recipe)
        kappa = made.details.get("cross_validated", {}).get("kappa")
        good = "" if kappa is None else f", kappa {kappa:.2f}"
        labels = made.details.get("labels", 0)
        where = f"{_on(workspace, made)}{placed_words(made)}"
        return f"{_title(classifier)}, {labels:,} labels{good}{where}"
    return str(made.details.get("name", made.kind))


def made_on(workspace: Workspace, kind: str) -> str:
    """The space in which the result in use was made, as steps take it; the features before any."""
    key = workspace.current(kind)
    return str(workspace.manifest(key).details.get("on", FEATURES)) if key else FEATURES


def answering(workspace: Workspace, kind: str, method: str, options: Json, on: str) -> str | None:
    """The result in use if it was asked for in this way, of whatever images and by any seed.

    Args:
        workspace: Where it is.
        kind: "maps" or "clusterings".
        method: Registered name of the method.
        options: Its options; those not named are at their default.
        on: The space.
    """
    key = workspace.current(kind)
    if key is None:
        return None
    made, methods = workspace.manifest(key), METHODS[kind]
    asked = {name: value for name, value in made.recipe.items() if name != "edits"}
    recipe = methods[method].of(options)
    wanted = {"method": methods.stored_name(method), "options": recipe.as_json()}
    wanted |= methods.made_by(method)
    is_there = made.details.get("on", FEATURES) == on
    return key if asked == wanted and is_there else None


def renewal(workspace: Workspace, key: str) -> tuple[str, Json] | None:
    """The step that makes a result again as it was made, of what there is now, and its arguments.

    Clusters keep their numbers and names where they share half their images with one of before.
    None where nothing can: what it was made on was brought along, or is no result of a step.
    """
    made = workspace.manifest(key)
    if made.kind == "reports":
        return "validate", {}
    if made.kind not in STEPS:
        return None
    recipe = made.recipe
    params: Json = {"options": recipe["options"], "on": _now(workspace, made)}
    if made.kind == "maps":
        params["method"] = projections.present_name(str(recipe["method"]))
    elif made.kind == "clusterings":
        params |= {"method": clusterings.present_name(str(recipe["method"])), "follows": key}
    elif recipe.get("asked") == "recommended":
        params |= {"method": AUTO, "options": None}
    else:
        params["method"] = classifiers.present_name(str(recipe["method"]))
    if made.kind == "predictions":
        known = workspace.labels.label_set()
        params["order"] = list(known.labels) if known.is_ordered else None
        params["most_wrong"] = recipe.get("abstaining", {}).get("most_wrong")
    return STEPS[made.kind], {**params, "seed": made.seed or 0}


def renewal_words(workspace: Workspace, key: str) -> str:
    """What is not made again with a result, in a sentence; empty for nothing."""
    made = workspace.manifest(key)
    if made.step != EDITED:
        return ""
    n = len(made.recipe["edits"])
    many = f"{n:,} edits by hand are not made again."
    return many if n > 1 else "The edit by hand is not made again."


def _now(workspace: Workspace, made: Manifest) -> str:
    """The space of a result with the newest embedding by the same encoder."""
    known = workspace.artifacts("embeddings")
    encoders = {one.key: one.recipe.get("model") for one in known}
    newest: dict[object, str] = {}
    for one in known:
        newest.setdefault(one.recipe.get("model"), one.key)
    parts = str(made.details.get("on", FEATURES)).split("+")
    return "+".join(newest[encoders[part]] if encoders.get(part) else part for part in parts)


def _title(recipe: type[Recipe]) -> str:
    return str(getattr(recipe, "title", "")).partition(":")[0]


def _options(recipe: type[Recipe], made: Manifest) -> str:
    """The options that are not as usual."""
    usual = recipe().as_json()
    other = {name: value for name, value in made.recipe["options"].items()
             if usual.get(name, value) != value}  # fmt: skip
    return "".join(f", {name.replace('_', ' ')} {value}" for name, value in other.items())


def _on(workspace: Workspace, made: Manifest) -> str:
    on = str(made.details.get("on", FEATURES))
    if on == FEATURES:
        return ""
    names = {
        one.key: str(one.details.get("name", one.key)) for one in workspace.artifacts("embeddings")
    }
    return ", on " + " and ".join(names.get(part, part) for part in on.split("+"))
