"""Networks of one's own as a page and a command show them: verdict first, then the score."""

from dataclasses import dataclass
from statistics import median

from contrast_engine.arrays import Floats, Json
from contrast_engine.steps.encoders.own_network import embeddings_of_own_networks
from contrast_engine.steps.encoders.train import trainable
from contrast_engine.store.artifacts import Manifest
from contrast_engine.store.workspace import Workspace
from contrast_engine.vectors import ImageId, Vectors
from contrast_engine.views.encoders.encoder_card import sensitivity_of
from contrast_engine.zero_shot.own_network import SCORE
from contrast_engine.zero_shot.verdict import AT_THE_LIMIT, PASSES, verdict

WHAT = (
    "A network that learnt pictures together with texts can say which of two texts a picture is "
    "nearer to, though nobody labelled any. Its score is shown only if it follows contrast."
)
CROPPED = (
    "The network sees the middle {side} pixels square of each picture, {share:.0%} of the median "
    "one: the crop itself shifts contrast, so expect it to differ from features of the whole."
)
SQUEEZED = (
    "The network sees each picture squeezed to {side} pixels square: detail finer than that does "
    "not count."
)
_EDGE = 1e-9


@dataclass(frozen=True)
class ZeroShotCard:
    """What is known of one network that was brought along.

    Args:
        key: Key of its embedding.
        model: Key of the network.
        name: What the embedding is called.
        images: Images in it; `left_out` have no vector, the first of them with `problems`.
        pairs: {name, high, low} of the texts; empty without a score.
        logit_scale: What cosines are multiplied with; None without a score.
        verdict: "passes", "at the limit", "refused" or "not tested".
        why: The verdict's reason, in one sentence.
        sensitivity, shortcuts: Details of the audits; None where they were not run.
        beside: The score against our own: {what, rho, low, high, images} each.
        seen: What of a picture the network sees, in one sentence.
        saturated: Scores that are 0 or 1 to within rounding.
        is_behind: There are images that the embedding does not have.
    """

    key: str
    model: str
    name: str
    images: int
    left_out: int
    problems: tuple[Json, ...]
    pairs: tuple[Json, ...]
    logit_scale: float | None
    verdict: str
    why: str
    sensitivity: Json | None
    shortcuts: Json | None
    beside: tuple[Json, ...]
    seen: str
    saturated: int
    is_behind: bool

    @property
    def is_shown(self) -> bool:
        """Whether its score may stand beside our own."""
        return bool(self.pairs) and self.verdict in (PASSES, AT_THE_LIMIT)


def names(workspace: Workspace) -> dict[str, str]:
    """The networks that were brought along: the newest embedding of each with its name."""
    newest: dict[str, Manifest] = {}
    for made in embeddings_of_own_networks(workspace):
        newest.setdefault(made.recipe["model"], made)
    return {made.key: f"{made.details['name']} ({made.key[:6]})" for made in newest.values()}


def card(workspace: Workspace, key: str) -> ZeroShotCard:
    """What is known of the network that made an embedding.

    Raises:
        UnknownName: There is no such embedding.
    """
    made = workspace.manifest(key)
    details, vectors = made.details, workspace.load(key)
    tested, audited = sensitivity_of(workspace, key), shortcuts_of(workspace, key)
    judged, why = verdict(tested, audited)
    texts = details["texts"] or {"pairs": [], "logit_scale": None}
    return ZeroShotCard(
        key=key,
        model=made.recipe["model"],
        name=details["name"],
        images=len(vectors),
        left_out=details["left_out"],
        problems=tuple(details["problems"]),
        pairs=tuple(texts["pairs"]),
        logit_scale=texts["logit_scale"],
        verdict=judged,
        why=why,
        sensitivity=tested,
        shortcuts=audited,
        beside=_beside(workspace, key, vectors),
        seen=_seen(workspace, vectors, details["network"]),
        saturated=_saturated(vectors),
        is_behind=bool(set(trainable(workspace)) - set(made.inputs)),
    )


def scores(
    workspace: Workspace, shown: ZeroShotCard, *, anyway: bool = False
) -> dict[ImageId, float]:
    """The score of every image, highest first; none where the verdict does not allow it.

    Args:
        workspace: Where the embedding is.
        shown: Its card.
        anyway: Also where it is refused or was not tested.
    """
    if not shown.pairs or not (shown.is_shown or anyway):
        return {}
    vectors: Vectors = workspace.load(shown.key)
    found = zip(vectors.column(SCORE), vectors.ids, strict=True)
    falling = sorted(found, key=lambda one: (-one[0], one[1]))
    return {image: float(value) for value, image in falling}


def shortcuts_of(workspace: Workspace, on: str) -> Json | None:
    """The details of the shortcut audit of an embedding, None where there is none."""
    now = str(workspace.current("features"))
    for manifest in workspace.artifacts("reports"):
        is_it = manifest.step.startswith("shortcuts@") and manifest.recipe.get("on") == on
        if is_it and manifest.inputs == (now,):
            return manifest.details
    return None


def reason(shown: ZeroShotCard) -> str:
    """Why the verdict is what it is, and what it means for the score."""
    if not shown.pairs:
        return f"{shown.why} It has no score, as no text vectors were given."
    if shown.is_shown:
        return shown.why
    return f"{shown.why} Its score is not shown."


def facts(shown: ZeroShotCard) -> list[str]:
    """What is to be known beside a verdict, a sentence each."""
    lines = [f"{shown.images:,} images. {shown.seen}"]
    for pair in shown.pairs:
        texts = f": {pair['high']} / {pair['low']}" if pair["high"] else ""
        lines.append(f"Pair {pair['name']}{texts}, logit scale {shown.logit_scale:g}.")
    if not shown.pairs:
        lines.append("An embedding without a score: no text vectors were given.")
    if shown.left_out:
        why = shown.problems[0]["problem"]
        lines.append(f"Images without a vector: {shown.left_out:,}; of the first: {why}.")
    if shown.saturated:
        lines.append(
            f"{shown.saturated:,} of {shown.images:,} scores are 0 or 1 to within rounding: is the "
            "logit scale right?"
        )
    if shown.shortcuts is not None:
        lines.append(f"Shortcut audit: {shown.shortcuts['note']}")
    return lines + [_said(row) for row in shown.beside if shown.is_shown]


def _said(row: Json) -> str:
    if row["rho"] is None:
        return f"With {row['what']}: one of the two does not vary."
    return (
        f"With {row['what']}: rank correlation {row['rho']:+.2f} ({row['low']:+.2f} to "
        f"{row['high']:+.2f}, {row['images']:,} images)."
    )


def comparison(workspace: Workspace, shown: ZeroShotCard) -> list[Json]:
    """One row for the network and each of ours that took the same test, to compare them."""
    tests = {shown.name: shown.sensitivity, "The features": sensitivity_of(workspace, "features")}
    for made in workspace.artifacts("embeddings"):
        if made.details.get("has_score"):
            name = f"{made.details.get('name', 'encoder')} ({made.key[:6]})"
            tests[name] = sensitivity_of(workspace, made.key)
    return [
        {
            "By": name,
            "Scale": _two_digits(test["ladders"]["scale"]),
            "Haze": _two_digits(test["ladders"]["haze"]),
            "S-curve": _two_digits(test["ladders"]["s_curve"]),
            "Brightness": _two_digits((test.get("by_brightness") or {}).get("value")),
            "Verdict": test["verdict"],
            "Images": test["ladder_images"],
        }
        for name, test in tests.items()
        if test is not None and test["ladders"] is not None
    ]


def _two_digits(value: float | None) -> float | None:
    """A value as it is shown, without a minus before zero."""
    return None if value is None else round(value, 2) + 0.0


def _beside(workspace: Workspace, key: str, vectors: Vectors) -> tuple[Json, ...]:
    """How the score goes with measured contrast and with the scores of our own encoders."""
    from contrast_engine.validation.shortcuts import CONTRAST, amount

    features = workspace.current("features")
    if SCORE not in vectors.columns or features is None:
        return ()
    rows = []
    measured: Vectors = workspace.load(features)
    ids = [image for image in vectors.ids if image in measured.rows]
    if ids:
        contrast = amount(measured.take(ids).select(CONTRAST).values)
        title = f"measured contrast (mean rank of {', '.join(CONTRAST)})"
        rows.append(_row(title, vectors.take(ids).column(SCORE), contrast))
    for made in workspace.artifacts("embeddings"):
        if made.details.get("has_score") and made.key != key:
            other: Vectors = workspace.load(made.key)
            both = [image for image in vectors.ids if image in other.rows]
            if both:
                name = f"score of {made.details.get('name', 'an encoder')} ({made.key[:6]})"
                one, two = (table.take(both).column(SCORE) for table in (vectors, other))
                rows.append(_row(name, one, two))
    return tuple(rows)


def _row(what: str, one: Floats, two: Floats) -> Json:
    from contrast_engine.validation.correlation import fisher_interval, spearman

    rho = spearman(one, two)
    low, high = (None, None) if rho is None else fisher_interval(rho, len(one))
    return {"what": what, "rho": rho, "low": low, "high": high, "images": len(one)}


def _seen(workspace: Workspace, vectors: Vectors, network: Json) -> str:
    """What part of a picture the network sees."""
    side = network["size"]
    if network["crop"] == "squeeze":
        return SQUEEZED.format(side=side)
    shares = []
    for image in vectors.ids:
        facts = workspace.images.facts(image) if image in workspace.images else None
        if facts is not None and facts.width and facts.height:
            long = max(facts.width, facts.height) / min(facts.width, facts.height)
            shares.append((side / network["resize"]) ** 2 / long)
    return CROPPED.format(side=side, share=median(shares) if shares else 1.0)


def _saturated(vectors: Vectors) -> int:
    if SCORE not in vectors.columns:
        return 0
    score = vectors.column(SCORE)
    return int(((score < _EDGE) | (score > 1 - _EDGE)).sum())
