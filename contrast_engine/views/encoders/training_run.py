"""A training run while it lasts: its key, its cost, its curves, its alarm and its map."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from contrast_engine import figures
from contrast_engine.arrays import Floats, Json
from contrast_engine.errors import ContrastError
from contrast_engine.steps.encoders.train import training_key
from contrast_engine.store.training_runs import TrainingRun
from contrast_engine.store.workspace import Workspace
from contrast_engine.vectors import ImageId, Vectors
from contrast_engine.views.encoders.encoder_card import SORTED_BY, time_words
from contrast_engine.views.input_checks import sentence

if TYPE_CHECKING:
    from plotly.graph_objects import Figure


class Curve(NamedTuple):
    """One metric of a run: its name, the words in the legend, its unit, whether it is a share."""

    name: str
    title: str
    unit: str
    is_share: bool = False


def _part(name: str, title: str) -> Curve:
    return Curve(name, title, "part of the loss")


LOSSES = (
    Curve("loss", "Loss", "loss"),
    Curve("val_loss", "Loss on held-out images", "loss"),
)
HEALTH = (
    Curve("spread", "Spread (1 is even, 0 is collapsed)", "no unit"),
    Curve("alignment", "Distance of two views of an image", "no unit"),
    Curve("uniformity", "Uniformity (lower fills the space better)", "log"),
    Curve("effective_rank", "Effective rank", "dimensions"),
    Curve("images_per_second", "Images a second", "images/s"),
)
"""How an encoder fills its space, and its speed; all encoders have these."""

_RIGHT = Curve("pairs_right", "Pairs put in the right order", "share", is_share=True)

OWN: dict[str, tuple[Curve, ...]] = {
    "rank": (
        _RIGHT,
        Curve("by_brightness", "Score moved by brightness, over what contrast moves it", "share"),
    ),
    "hybrid": (
        _RIGHT,
        _part("nt_xent", "NT-Xent term: telling images apart"),
        _part("hinge", "Hinge term: order on ladders"),
    ),
    "pretext": (Curve("accuracy", "Bins named correctly", "share", is_share=True),),
    "contrastive": (
        Curve("negatives_used", "Altered copies that differ enough", "share", is_share=True),
    ),
    "vae": (
        Curve("contrast_slope", "Contrast kept in the reconstruction (1 is all)", "slope"),
        _part("error", "Reconstruction error"),
        _part("divergence", "KL term"),
    ),
    "complexity": (
        Curve("masked_r2", "R² of masked patch entropy", "R²"),
        Curve("neighbours_r2", "R² of the mean of visible neighbours", "R²"),
        Curve("patch_alignment", "Distance of a patch and its shifted partner", "no unit"),
        Curve("patch_uniformity", "Uniformity of patches (lower fills the space better)", "log"),
        _part("patch_contrast", "Contrastive term: telling patches apart"),
        _part("masked_entropy", "Masked-entropy term"),
    ),
    "illuminant": (
        Curve("angle", "Angle from the light put on a picture", "degrees"),
        Curve(
            "told_apart",
            "Lights told apart from another at least 5 degrees away",
            "share",
            is_share=True,
        ),
    ),
    "vicreg": (_part("variance", "Variance term"), _part("covariance", "Covariance term")),
}
"""What only one kind of encoder reports; one that is not named here has the common curves."""

MOST_TICKS = 12
"""Up to so many epochs each has its own tick; plotly would write halves between them."""


def curves_of(encoder: str) -> tuple[Curve, ...]:
    """The curves of what an encoder learns."""
    return (*LOSSES, *OWN.get(encoder, ()))


def cost_words(cost: Json) -> str:
    """What training would cost, as it was estimated."""
    return (
        f"About {time_words(cost['seconds'])} on this machine while it does nothing else: "
        f"{cost['steps']:,.0f} steps at {cost['images_per_second']:,.0f} images a second, "
        f"{cost['images']:,.0f} images to learn from."
    )


def key_or_reason(workspace: Workspace, asked: Json) -> tuple[str, str]:
    """The key of what would be trained, or nothing and why it cannot be.

    Args:
        workspace: Where the images are.
        asked: `encoder`, `preset` and `options`.
    """
    try:
        return training_key(workspace, **asked), ""
    except ContrastError as error:
        return "", sentence(str(error))


def situation(history: Sequence[Json], wish: str) -> str:
    """Where a run is, in one sentence."""
    if wish == "pause":
        return "Paused; it waits without using the processor."
    if wish == "stop":
        return "Stopping after this epoch; what it has learnt so far is kept."
    if not history:
        return "Getting ready. The map appears after the first epoch."
    last = history[-1]
    return (
        f"After epoch {last['epoch']:,}: loss {last['loss']:.3f}, on held-out images "
        f"{last['val_loss']:.3f}."
    )


def alarm(history: Sequence[Json]) -> str:
    """A warning that a run has collapsed, and what to do; empty while it has not."""
    if not history or not history[-1].get("collapsed"):
        return ""
    last = history[-1]
    return (
        "Collapse alarm: to this encoder nearly all images look alike "
        f"(spread {last['spread']:.2f}, effective rank {last['effective_rank']:.1f}). "
        "If the next epochs do not undo it, stop and train again with a lower learning rate or "
        "another encoder; do not use this one."
    )


def learning_map(
    workspace: Workspace, key: str, epoch: int | None = None, *, onto: str | None = None
) -> "Figure | None":
    """Map of a run at an epoch, the newest by default, coloured by RMS contrast.

    None before the first epoch. Each point is one of at most 500 images of the collection.

    Args:
        workspace: Where the run is.
        key: Of the run.
        epoch: Which epoch.
        onto: Another run; the map is turned, mirrored and moved so that the images of both lie
            as near as possible to where they lie on that one's newest map.
    """
    images, points = _map_of(workspace, key, epoch)
    if points is None:
        return None
    if onto is not None:
        points = onto_map(images, points, *_map_of(workspace, onto, None))
    measured = workspace.current("features")
    contrast = None
    if measured:
        table = workspace.load(measured)
        share = np.argsort(np.argsort(table.column(SORTED_BY), kind="stable"))
        values = dict(zip(table.ids, 100 * share / max(len(table) - 1, 1), strict=True))
        contrast = np.array([values.get(image, np.nan) for image in images])
    drawn = figures.scatter(
        Vectors(images, points, ("map_x", "map_y")), contrast,
        title="RMS contrast", unit="percentile",
        axes=("learnt x (no unit)", "learnt y (no unit)"), look=figures.SEEN_THROUGH,
    )  # fmt: skip
    drawn.update_traces(hoverinfo="skip", hovertemplate=None)
    drawn.update_layout(margin={"t": 12, "r": 8})
    return drawn


def _map_of(
    workspace: Workspace, key: str, epoch: int | None
) -> tuple[tuple[ImageId, ...], Floats | None]:
    run = TrainingRun(workspace.root, key)
    maps, images = run.maps(), tuple(ImageId(image) for image in run.map_ids())
    points = maps.get(max(maps) if epoch is None else epoch) if maps else None
    return images, points if points is not None and len(points) == len(images) else None


def onto_map(
    images: tuple[ImageId, ...], points: Floats, others: tuple[ImageId, ...], there: Floats | None
) -> Floats:
    """A map turned, mirrored and moved so that its images lie near those of another.

    Args:
        images: The images of the map.
        points: (n, 2) where they are.
        others: The images of the other map.
        there: (m, 2) where those are, or None.

    Source: orthogonal Procrustes over the images they share, Schoenemann 1966.
    """
    rows = {image: row for row, image in enumerate(others)}
    shared = [(row, rows[image]) for row, image in enumerate(images) if image in rows]
    if there is None or len(shared) < 3:
        return points
    mine, its = points[[one for one, _ in shared]], there[[two for _, two in shared]]
    u, _, vt = np.linalg.svd((mine - mine.mean(axis=0)).T @ (its - its.mean(axis=0)))
    turned: Floats = (points - mine.mean(axis=0)) @ (u @ vt) + its.mean(axis=0)
    return turned


def epochs_of(workspace: Workspace, key: str) -> list[int]:
    """The epochs of which a run has a map."""
    return sorted(TrainingRun(workspace.root, key).maps())


def learning_curve(workspace: Workspace, key: str) -> "Figure | None":
    """Figure of the loss of a finished run over its epochs; None where its curve was not kept."""
    history = TrainingRun(workspace.root, key).history()
    if not history:
        return None
    epochs = [line["epoch"] for line in history]
    series = {
        title: (epochs, [line[name] for line in history])
        for name, title, *_ in LOSSES
        if name in history[0]
    }
    drawn = figures.curve(series, x_title="Epoch", y_title="Loss")
    drawn.update_layout(legend={"orientation": "h", "y": 1.02, "yanchor": "bottom"})
    if len(epochs) <= MOST_TICKS:
        drawn.update_xaxes(dtick=1)
    return drawn
