"""zero_shot: an image tower of one's own for every image, tested before its score is shown."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from contrast_engine.arrays import Floats, Json
from contrast_engine.as_written import plain
from contrast_engine.errors import (
    ImageError,
    ModelError,
    NotEnoughData,
    UnknownName,
    WorkspaceError,
)
from contrast_engine.pace import paced
from contrast_engine.progress import SILENT, Progress, in_parts
from contrast_engine.several import several
from contrast_engine.steps.encoders.text_vectors import text_pairs
from contrast_engine.steps.encoders.train import reading_of_images, trainable
from contrast_engine.steps.parallel import side_by_side
from contrast_engine.store import Artifact, Workspace, shown
from contrast_engine.store.atomic_files import reason
from contrast_engine.vectors import ImageId, Vectors
from contrast_engine.zero_shot.onnx_check import MOST_BYTES
from contrast_engine.zero_shot.own_network import OwnNetwork, is_own_network
from contrast_engine.zero_shot.recipe import MOST_BYTES as MOST_RECIPE
from contrast_engine.zero_shot.recipe import NEEDED_WORDS, TowerRecipe
from contrast_engine.zero_shot.score import TextPairs
from contrast_engine.zero_shot.tower import Tower

if TYPE_CHECKING:
    from contrast_engine.store.artifacts import Manifest

ZERO_SHOT = "zero-shot@1"
_MODEL = "own-network@1"
_MOST_PROBLEMS = 1000


@dataclass(frozen=True)
class ZeroShotReport:
    """What became of a network that was brought along.

    Args:
        key: Key of the embedding.
        model: Key of the stored network.
        images: Images in the embedding.
        dimensions: Numbers of the network per image, the score not counted.
        images_per_second: 0 where the embedding was there already.
        not_tested: Why the audits could not be run; "" where they were.
    """

    key: str
    model: str
    images: int
    dimensions: int
    images_per_second: float
    not_tested: str = ""


def zero_shot(
    workspace: Workspace,
    network: str,
    *,
    recipe: str = "",
    text: str = "",
    pairs: Sequence[str] = (),
    seed: int = 0,
    who: str = "",
    progress: Progress = SILENT,
) -> ZeroShotReport:
    """Embed every image by an image tower of one's own, score it by texts, and test both.

    The network is kept in the workspace with its recipe, so that new images can be put through it
    too. Ladders and the shortcut audit run at once: without their verdict no score is shown.

    Args:
        workspace: Where the images are and the embedding goes.
        network: Path of an ONNX file with its weights inside; or the key of a network kept here.
        recipe: Path of the JSON file that says how pictures are prepared.
        text: Path of a file of text vectors; "" for an embedding without a score.
        pairs: Names of the pairs to score by; without them the only one, or "contrast".
        seed: For the audits.
        who: Who asks; without it the name that is logged in.
        progress: Told on the way.

    Raises:
        UnknownName: There is no such file, network or pair.
        ModelError: Network, recipe and text vectors are unsafe or do not fit each other, or
            onnxruntime is not installed.
        OptionError: One name of a pair instead of a list.
        NotEnoughData: There are no images.
    """
    progress = paced(progress, "zero-shot", workspace, "loading the network")
    pairs = several(pairs, "pairs")
    ids = trainable(workspace)
    if not ids:
        raise NotEnoughData("there are no readable images to embed; scan a folder first")
    key, opened = _kept(workspace, network, recipe, text) or _brought(
        workspace, Path(network).expanduser(), recipe, text, pairs
    )
    question = {"model": key, **reading_of_images(workspace, ids)}
    artifact = Artifact("embeddings", ZERO_SHOT, question, ids)
    speed = 0.0
    seeing, auditing = in_parts(progress, 2, 1)
    if not workspace.has(artifact):
        began = time.perf_counter()
        vectors, problems = _embedded(workspace, opened, ids, seeing)
        speed = round(len(ids) / (time.perf_counter() - began), 1)
        workspace.save(artifact, vectors, _details(opened, problems))
    why = _audited(workspace, artifact.key, seed, auditing)
    workspace.use("embeddings", artifact.key, who)
    images = workspace.manifest(artifact.key).rows
    return ZeroShotReport(
        artifact.key, key, images, opened.tower.dimensions, speed, why
    )  # fmt: skip


def embeddings_of_own_networks(workspace: Workspace) -> "list[Manifest]":
    """The embeddings that own networks made, newest first."""
    return [made for made in workspace.artifacts("embeddings") if made.step == ZERO_SHOT]


def _kept(
    workspace: Workspace, key: str, recipe: str, text: str
) -> tuple[str, OwnNetwork] | None:  # fmt: skip
    """A network of this workspace by its key; None where no key was given."""
    if recipe or text or Path(key).expanduser().is_file() or not _is_key(key):
        return None
    if not workspace.models.has(key):
        raise UnknownName(f"there is no network {key!r} in this workspace; bring its ONNX file")
    arrays, stored = workspace.models.load(key)
    if not is_own_network(stored):
        raise UnknownName(f"model {key!r} is no network of one's own; `contrast embed` uses it")
    return key, OwnNetwork.load(arrays, stored)


def _is_key(text: str) -> bool:
    return len(text) == 16 and set(text) <= set("0123456789abcdef")


def _brought(
    workspace: Workspace, path: Path, recipe: str, text: str, pairs: Sequence[str]
) -> tuple[str, OwnNetwork]:
    """A network read from its files, checked, and kept."""
    from contrast_engine.images.decoding import digest

    name = shown(path.name)
    if not recipe:
        raise ModelError(
            f"{name} needs a recipe, since a network without its own preprocessing gives other "
            f"numbers; {NEEDED_WORDS}"
        )
    data = _bytes(path, MOST_BYTES, "a network")
    asked = Path(recipe).expanduser()
    prepared = TowerRecipe.parse(_bytes(asked, MOST_RECIPE, "a recipe"), shown(asked.name))
    texts: TextPairs | None = None
    if text:
        texts = text_pairs(Path(text).expanduser()).chosen(pairs)
    elif pairs:
        raise UnknownName("a pair is named, but no file of text vectors is given")
    network = OwnNetwork(Tower(data, prepared, name), data, texts, name)
    stored = network.recipe()
    arrays = network.arrays()
    content = {part: digest(array.tobytes()) for part, array in arrays.items()}
    asked_for = {"content": content, "network": stored["network"], "texts": stored["texts"]}
    key = Artifact("models", _MODEL, asked_for).key
    if not workspace.models.has(key):
        workspace.models.save(key, arrays, {"step": _MODEL, **stored})
    return key, network


def _bytes(path: Path, most: int, what: str) -> bytes:
    """The content of a file that is there, is a file, and is not too large."""
    if not path.is_file():  # a folder, a pipe or nothing
        raise UnknownName(f"there is no file {shown(path)}; {what} is one file")
    try:
        size = path.stat().st_size
        if size > most:
            raise ModelError(f"{shown(path.name)} has {size:,} bytes; {what} has at most {most:,}")
        return path.read_bytes()
    except OSError as error:
        raise ModelError(f"{shown(path.name)} cannot be read: {reason(error)}") from None


def _embedded(
    workspace: Workspace, network: OwnNetwork, ids: tuple[ImageId, ...], progress: Progress
) -> tuple[Vectors, list[Json]]:
    """The row of every image that the network has one for, and why the others have none."""
    from contrast_engine.images import read_image

    options, images = workspace.reading_options, workspace.images

    def ask(image: ImageId) -> Floats | str:
        try:
            name = Path(images.facts(image).path).name
            data = workspace.original_bytes(image)
            return network.embed(read_image(data, name=name, options=options).rgb)
        except (ImageError, WorkspaceError) as error:
            return str(error)

    rows: dict[ImageId, Floats] = {}
    problems: list[Json] = []
    for done, (image, found) in enumerate(side_by_side(ask, ids)):
        progress.tick(done, len(ids), "embedding")
        if isinstance(found, str):
            problems.append({"id": str(image), "path": images.facts(image).path, "problem": found})
        else:
            rows[image] = found
    progress.tick(len(ids), len(ids), "embedding")
    if not rows:
        raise ModelError(
            f"{network.name} gives a vector for none of {len(ids):,} images; of the first: "
            f"{problems[0]['problem']}"
        )
    return Vectors(tuple(rows), np.array(list(rows.values())), network.columns), problems


def _details(network: OwnNetwork, problems: list[Json]) -> Json:
    """What is said of the embedding; `has_score` stays unsaid, since its score is not shown yet."""
    stored = network.recipe()
    return {
        "name": f"{plain(network.name)} (own network)", "network": stored["network"],
        "texts": stored["texts"], "problems": problems[:_MOST_PROBLEMS],
        "left_out": len(problems),
    }  # fmt: skip


def _audited(workspace: Workspace, key: str, seed: int, progress: Progress) -> str:
    """Run the ladders and the shortcut audit; why they could not be run, or ""."""
    from contrast_engine.steps.encoders.audit_encoder import sensitivity, shortcuts

    try:
        testing, judging = in_parts(progress, 9, 1)
        sensitivity(workspace, key, seed=seed, progress=testing)
        shortcuts(workspace, key, seed=seed, progress=judging)
    except (NotEnoughData, ImageError, ModelError) as error:
        return str(error)
    return ""
