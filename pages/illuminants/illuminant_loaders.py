"""What the page about illuminants reads: estimates of the collection, one photograph, reports."""

from contrast_engine.arrays import Json
from contrast_engine.steps.attributes import attribute_tables
from contrast_engine.steps.collection.issues import ATTRIBUTE
from contrast_engine.steps.illuminants import one_photograph
from contrast_engine.steps.illuminants.one_photograph import Photograph
from contrast_engine.store.workspace import Workspace
from contrast_engine.vectors import ImageId
from contrast_engine.views.illuminants import collection, judged, learned, one_image
from contrast_engine.views.illuminants.collection import Casts
from contrast_engine.views.illuminants.learned import Followed
from contrast_engine.views.illuminants.one_image import Relit
from contrast_engine.views.outcomes import result_or_reason
from pages.common.cached import IMAGES, cached

MINUTES = 600
"""Seconds for which pixels are kept: they are large, and an image is looked at for minutes."""


def casts(workspace: Workspace) -> Casts | None:
    """What was estimated last of the collection; None before anything was."""
    key = attribute_tables(workspace).get(ATTRIBUTE)
    return _casts(workspace, key) if key else None


@cached(IMAGES, "features")
def _casts(workspace: Workspace, key: str) -> Casts:
    return collection.casts_of(workspace, key)


def photograph(workspace: Workspace, image: ImageId) -> tuple[Photograph | None, str]:
    """A photograph in linear light, or the reason why it cannot be opened now."""
    return result_or_reason(_photograph, workspace, image)


@cached(IMAGES, entries=12, seconds=MINUTES)
def _photograph(workspace: Workspace, image: ImageId) -> Photograph:
    return one_photograph.photograph(workspace, image)


def relit(photo: Photograph, cct: float, duv: float) -> tuple[Relit | None, str]:
    """A photograph under another light, or the reason why no screen can show that light."""
    return result_or_reason(one_image.relight, photo, cct, duv)


def followed(workspace: Workspace, embedding: str) -> tuple[Followed | None, str]:
    """What an embedding follows, or the reason why that cannot be said."""
    lights = attribute_tables(workspace)["illuminant_u"]
    return result_or_reason(_followed, workspace, embedding, lights)


@cached(IMAGES, entries=8, spinner="Asking what the embedding follows")
def _followed(workspace: Workspace, embedding: str, lights: str) -> Followed:
    return learned.followed(workspace, embedding, lights)


def report(workspace: Workspace, key: str) -> tuple[Json, int | None]:
    """What a judgement of the methods found, and its seed."""
    made = workspace.manifest(key)
    return made.details, made.seed


def newest_report(workspace: Workspace) -> Json | None:
    """What the newest judgement found; None before there is one."""
    keys = judged.reports(workspace)
    return workspace.manifest(next(iter(keys))).details if keys else None
