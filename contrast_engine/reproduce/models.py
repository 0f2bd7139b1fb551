"""Predictions and encoders: the commands that train them again."""

from dataclasses import replace

from contrast_engine.arrays import Json
from contrast_engine.errors import ContrastError
from contrast_engine.pseudo_labels import Abstaining, classifiers
from contrast_engine.reproduce.command import WS, CannotRebuild, Option, Place
from contrast_engine.reproduce.planner import Builder, Planner
from contrast_engine.reproduce.structure import method_options, needs_space, on, seed
from contrast_engine.reproduce.vector_files import vector_files
from contrast_engine.steps.encoders.fine_tune import AUTO, DEPTHS, MOST_EPOCHS, question
from contrast_engine.steps.encoders.unseen_spaces import FINE_TUNED
from contrast_engine.steps.models.label_pipeline import prepare
from contrast_engine.steps.structure.spaces import space
from contrast_engine.store import Manifest, Workspace
from contrast_engine.views.outdated import why_outdated

OWN_NETWORK = (
    "its network came from files of one's own whose places are not kept; bring them again by "
    "`contrast zero-shot WS TOWER.onnx --recipe RECIPE.json`"
)


def build_predictions(planner: Planner, made: Manifest) -> None:
    """`contrast pseudo-label`, with the clusters that vote in use."""
    now(planner, made)
    needs_space(planner, made.inputs[0])
    planner.use("clusterings", planner.current("clusterings"))
    recipe = made.recipe
    options: list[Option] = []
    if recipe["is_ordered"]:
        options += [("--order", name) for name in recipe["classes"]]
    elif planner.workspace.labels.label_set().is_ordered:
        raise CannotRebuild("it took the labels as being without an order, which they have now")
    if recipe.get("asked") != "recommended":
        method = str(recipe["method"])
        options += [("--method", method), *method_options(classifiers[method], made)]
    elif recipe["options"] != classifiers[str(recipe["method"])]().as_json():
        raise CannotRebuild("its options were given for a recommended method, which no command can")
    options += _most_wrong(recipe["abstaining"])
    planner.add("pseudo-label", WS, options=[*options, *on(made), *seed(made)], makes=(made.key,))


def _most_wrong(rule: dict[str, object]) -> list[Option]:
    if rule == Abstaining().as_json():
        return []
    share = rule.get("most_wrong")
    if not isinstance(share, float) or rule != Abstaining(most_wrong=share).as_json():
        raise CannotRebuild("it abstains by a rule that no command can say")
    return [("--most-wrong", repr(share))]


def build_embedding(planner: Planner, made: Manifest) -> None:
    """`contrast embed`, after its encoder was trained."""
    now(planner, made)
    key = str(made.recipe["model"])
    planner.encoder(key)
    recipe = planner.workspace.models.recipe(key) or {}
    if FINE_TUNED in recipe:  # which embeds by itself
        last = planner.commands[-1]
        planner.commands[-1] = replace(last, makes=(*last.makes, made.key))
        return
    report = recipe.get("report", {})
    anyway: list[Option] = [("--anyway", None)] if report.get("refused") else []
    planner.add("embed", WS, key, options=anyway, makes=(made.key,))


def build_brought(planner: Planner, made: Manifest) -> None:
    """`contrast embed FILE`, of a file that is written into the record."""
    files = vector_files(made, planner.workspace.load(made.key))
    for name, data in files.items():
        planner.add_file(name, data)
    planner.add("embed", WS, Place(next(iter(files))), options=[("--columns", "*")]
                if not made.recipe["file"].lower().endswith((".npy", ".npz")) else [],
                makes=(made.key,))  # fmt: skip


def build_own_network(planner: Planner, made: Manifest) -> None:
    """Nothing: the files of the network are a person's own."""
    raise CannotRebuild(OWN_NETWORK)


def train(planner: Planner, key: str) -> None:
    """Add the command that trains an encoder.

    Raises:
        CannotRebuild: It is not there, was ended by hand, or is a network of one's own.
    """
    recipe = planner.workspace.models.recipe(key)
    if recipe is None or "encoder" not in recipe:
        raise CannotRebuild(OWN_NETWORK if recipe else "it is not there any more")
    report = recipe.get("report", {})
    if FINE_TUNED in recipe:
        _fine_tune(planner, key, recipe)
        return
    if report.get("ended") == "asked":
        raise CannotRebuild(f"its training was ended by hand after {report.get('epochs')} epochs")
    from contrast_engine.encoders import encoders

    kind = encoders[str(recipe["encoder"])]
    if getattr(kind, "uses_features", False) and (used := planner.current("features")):
        planner.needs(used)
    as_manifest = Manifest(key, "models", recipe["step"], {"method": recipe["encoder"], **recipe},
                           (), recipe["seed"], "", 0, {})  # fmt: skip
    options = method_options(kind, as_manifest)
    if report.get("precision"):
        options.append(("--precision", str(report["precision"])))
    planner.add("train", WS, str(recipe["encoder"]), options=[*options, *seed(as_manifest)],
                makes=(key,), seconds=float(report.get("seconds") or 0))  # fmt: skip


def _fine_tune(planner: Planner, key: str, recipe: Json) -> None:
    """Add the command that fine-tunes an encoder; how it was asked for is told by its key."""
    tuned = recipe[FINE_TUNED]
    parent = str(tuned["parent"])
    planner.encoder(parent)
    asked = _asked(planner.workspace, key, parent, int(recipe["seed"]))
    if asked is None:
        raise CannotRebuild("out of date: it was fine-tuned on other labels or images than now")
    if used := planner.current("features"):
        planner.needs(used)
    depth, epochs = asked
    options: list[Option] = [("--depth", depth), ("--epochs", str(epochs))]
    report = recipe.get("report", {})
    planner.add("fine-tune", WS, parent, options=[*options, ("--seed", str(recipe["seed"]))],
                makes=(key,), seconds=float(report.get("seconds") or 0))  # fmt: skip


def _asked(workspace: Workspace, key: str, parent: str, seed: int) -> tuple[str, int] | None:
    """The depth and the passes that give this key with the labels and images of now."""
    frozen = next((made.key for made in workspace.artifacts("embeddings")
                   if made.recipe.get("model") == parent), None)  # fmt: skip
    if frozen is None:
        return None
    try:
        prepared = prepare(workspace, space(workspace, frozen), seed=seed)
    except ContrastError:
        return None
    for depth in (AUTO, *DEPTHS):
        for epochs in range(1, MOST_EPOCHS + 1):
            if question(workspace, prepared, parent, frozen, depth, epochs, seed).key == key:
                return depth, epochs
    return None


def now(planner: Planner, made: Manifest) -> None:
    """Go on only where what a result was made of is what there is now.

    Raises:
        CannotRebuild: It is out of date, and how.
    """
    why = why_outdated(planner.workspace, made.key)
    if why:
        raise CannotRebuild(f"out of date: {why}; made again it is another one")


BUILDERS: dict[str, Builder] = {
    "pseudo-label": build_predictions,
    "embed": build_embedding,
    "bring-vectors": build_brought,
    "zero-shot": build_own_network,
}
