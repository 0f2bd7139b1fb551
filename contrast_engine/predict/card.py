"""The card of a model: what it learnt from, who labelled, how right it is, and its limits."""

from importlib.metadata import PackageNotFoundError, version

from contrast_engine.arrays import Json
from contrast_engine.errors import ModelError
from contrast_engine.features import FEATURE_VERSION
from contrast_engine.imageset import ImageSet
from contrast_engine.pseudo_labels.baselines import words as baseline_words
from contrast_engine.pseudo_labels.calibration import direction, optimism_words
from contrast_engine.pseudo_labels.promise import promise_words
from contrast_engine.results import Predictions
from contrast_engine.steps.labels.consensus_labels import consensus_labels
from contrast_engine.steps.models.label_pipeline import pairs_hash
from contrast_engine.store import Workspace
from contrast_engine.store.artifacts import Manifest
from contrast_engine.store.label_types import FROM_CLUSTER_NAMES

FEW = 40
"""Different pictures with a label below which a card says that they are few (own choice)."""

FEW_OF_A_CLASS = 5

LARGEST = 1 << 20
"""Characters of a card at most."""


def card_of(workspace: Workspace, key: str) -> Json:
    """The card of a model of a workspace; it names no file and no image.

    The same workspace gives the same card: its times are those of the labels.

    Args:
        workspace: Where it was trained.
        key: Key of its predictions.
    """
    manifest = workspace.manifest(key)
    details = manifest.details
    card = {
        "product_version": product_version(),
        "feature_version": FEATURE_VERSION,
        "images": manifest.rows,
        "space": str(details.get("space", "")),
        "classifier": str(details.get("method", "")),
        "labels": int(details.get("labels", 0)),
        "counts": dict(details.get("counts", {})),
        "annotators": _annotators(workspace, key),
        "labelled": _when(workspace),
        "rule": str((details.get("settled") or {}).get("words", "")),
        "scores": dict(details.get("cross_validated", {})),
        "baselines": list(details.get("baselines", [])),
        "promise": promise_words(details),
    }
    return {**card, "limits": _limits(workspace, manifest)}


def product_version() -> str:
    """The version of this package; "unknown" where it runs without being installed."""
    try:
        return version("contrast-engine")
    except PackageNotFoundError:
        return "unknown"


def card_lines(card: Json) -> list[str]:
    """The card in Markdown, line by line.

    Raises:
        ModelError: It is no card.
    """
    try:
        if len(str(card)) > LARGEST:
            raise ValueError("it is too long")
        return _lines(card)
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
        raise ModelError(f"has a card that cannot be shown ({error}); bundle it again") from None


def _lines(card: Json) -> list[str]:
    counts = ", ".join(f"{label} {n:,}" for label, n in dict(card.get("counts", {})).items())
    lines = ["# Model card", "", str(card["promise"])]
    if "labels" in card:
        lines += [
            "", "## Trained on", "",
            f"- {card['labels']:,} labels ({counts}) of a collection of {card['images']:,} images",
            f"- space: {card['space']}; classifier: {card['classifier']}",
            *(f"- {line}" for line in _who(card)),
            "", "## Scores on labels held back", "", *_scores(card),
        ]  # fmt: skip
    lines += tier_lines(card)
    lines += ["", "## Limits", "", *(f"- {limit}" for limit in card.get("limits", []))]
    lines += ["", f"Made by contrast-engine {card.get('product_version', 'unknown')}, features of "
              f"version {card.get('feature_version', '?')}."]  # fmt: skip
    return lines


def tier_lines(card: Json) -> list[str]:
    """The tiers as a table, and what is to be said of them."""
    rows = card.get("tiers") or []
    if not rows:
        return []
    lines = ["", "## Tiers", "", "| tier | pixels | images a second and core | accuracy on labels "
             "held back | same label as full | cost |", "|---|---|---|---|---|---|"]  # fmt: skip
    lines += [f"| {' | '.join(tier_cells(row))} |" for row in rows]
    machines = sorted({str(row["machine"]) for row in rows if row.get("speed")})
    if machines:
        lines += ["", f"Speed is of processor time, with the 95 % interval over repeats, on: "
                  f"{'; '.join(machines)}."]  # fmt: skip
    said = [cascade_words(row) for row in rows if row["tier"] == "cascade"]
    return [*lines, "", *said, *card.get("tier_notes", [])]


def tier_cells(row: Json) -> list[str]:
    """One tier as the cells of a table, a dash where nothing is known."""
    speed, agreement, scores = row.get("speed"), row.get("agreement"), row.get("accuracy")
    cells = [str(row["tier"]), str(row["size"])]
    cells.append(
        f"{speed['images_per_second']:.0f} ({speed['low']:.0f} to {speed['high']:.0f})"
        if speed else "–"
    )  # fmt: skip
    if scores is None:
        found = row["cascade"]
        cells.append(f"{found['accuracy']:.2f} (n = {found['n']:,})")
    else:
        cells.append(f"{scores['accuracy']:.2f} ({scores['accuracy_low']:.2f} to "
                     f"{scores['accuracy_high']:.2f}, n = {scores['n']:,})")  # fmt: skip
    cells.append(_agreement(agreement) if agreement else "–")
    cost = f"{row['cost']:.0%} of full" if row.get("cost") is not None else "–"
    return [*cells, cost]


def _agreement(found: Json) -> str:
    share = f"{found['share']:.0%} ({found['low']:.0%} to {found['high']:.0%})"
    if found["kappa"] is None:
        return f"{share}, all of one label, n = {found['n']:,}"
    ends = f"({found['kappa_low']:.2f} to {found['kappa_high']:.2f})"
    return f"{share}, kappa {found['kappa']:.2f} {ends}, n = {found['n']:,}"


def cascade_words(row: Json) -> str:
    """What a cascade gives up and saves, in words."""
    found = row["cascade"]
    points = [100 * found[name] for name in ("difference", "difference_low", "difference_high")]
    difference, low, high = (f"{value:+.1f}".replace("-", "\N{MINUS SIGN}") for value in points)
    words = (
        f"Cascade: the fast tier answers where it is sure, and hands on the rest. Accuracy against "
        f"full on labels held back: {difference} points (95 % interval {low} to {high}, paired, "
        f"n = {found['n']:,}), each label judged with a threshold chosen without its fold."
    )
    if row.get("handed_on") is not None:
        words += (
            f" It hands on {row['handed_on']:.0%} of the other images "
            f"({row['handed_on_low']:.0%} to {row['handed_on_high']:.0%}, n = {row['n']:,})."
        )
    if row.get("cost") is not None:
        ends = f"({row['cost_low']:.0%} to {row['cost_high']:.0%})"
        words += f" Its cost is {row['cost']:.0%} {ends} of that of full"
        words += _saving(row)
    return words


def _saving(row: Json) -> str:
    if row["cost"] >= 1:
        return ": it saves nothing here."
    return "." if row["cost_high"] < 1 else ", which may be no saving at all."


def _who(card: Json) -> list[str]:
    people = ", ".join(f"{one['who']} ({one['labels']:,})" for one in card.get("annotators", []))
    when = card.get("labelled") or {}
    lines = [f"labelled by {people}"] if people else []
    if when:
        lines.append(f"labels given from {when['first']} to {when['last']}")
    return [*lines, str(card["rule"])] if card.get("rule") else lines


def _scores(card: Json) -> list[str]:
    found = card.get("scores", {})
    lines = []
    for name in ("accuracy", "kappa"):
        if found.get(name) is not None:
            low, high = found[f"{name}_low"], found[f"{name}_high"]
            known = low is not None and high is not None
            ends = f"95 % interval {low:.2f} to {high:.2f}" if known else "too few for an interval"
            lines.append(f"- {name} {found[name]:.2f} ({ends}, n = {found['n']:,} pictures)")
    simpler = baseline_words(card.get("baselines", []))
    return [*lines, f"- without a model: {simpler}"] if simpler else lines


def _annotators(workspace: Workspace, key: str) -> list[Json]:
    """Who labelled images that it learnt from, and how many; names of clusters are nobody's."""
    images = _predictions(workspace, key).ids.images
    people = workspace.labels.by_person().items()
    counts = {who: len(own.among(own.codes >= 0).images & images) for who, own in people}
    found = [{"who": who, "labels": n} for who, n in sorted(counts.items()) if n]
    given = workspace.labels.current()
    named = len(given.among(~given.is_judged).images & images)
    return [*found, {"who": FROM_CLUSTER_NAMES, "labels": named}] if named else found


def _when(workspace: Workspace) -> Json:
    """The days of the first and the last label that stands."""
    days = sorted(label.at[:10] for label in workspace.labels.current().values())
    return {"first": days[0], "last": days[-1]} if days else {}


def _limits(workspace: Workspace, manifest: Manifest) -> list[str]:
    details = manifest.details
    n = int(details.get("cross_validated", {}).get("n", details.get("labels", 0)))
    limits = []
    if n < FEW:
        limits.append(
            f"It learnt from {n:,} labelled pictures, which are few: the intervals above are wide."
        )
    rare = [c for c, count in details.get("counts", {}).items() if count < FEW_OF_A_CLASS]
    if rare:
        limits.append(f"Fewer than {FEW_OF_A_CLASS} labels of: {', '.join(rare)}.")
    limits += [
        said
        for said in (
            str((details.get("leaks") or {}).get("words", "")),
            optimism_words(details.get("optimism")),
            direction(details.get("calibration", {})),
        )
        if said
    ]
    if _has_changed(workspace, manifest):
        limits.append("Labels were given, changed or taken away since: it has not learnt those.")
    limits.append(
        "All scores are from the collection it was trained on: on photographs that are unlike it "
        "(another camera, another light, other scenes) it may be wrong more often."
    )
    return limits


def _has_changed(workspace: Workspace, manifest: Manifest) -> bool:
    if "labels_hash" not in manifest.details:
        return False
    known = _predictions(workspace, manifest.key).ids.images
    now = consensus_labels(workspace).of
    learnt = {image: now[image] for image in ImageSet.of(now) & known}
    return pairs_hash(learnt) != str(manifest.details["labels_hash"])


def _predictions(workspace: Workspace, key: str) -> Predictions:
    found: Predictions = workspace.load(key)
    return found
