"""The newest scores of complexity in a workspace, and what they allow to be said first."""

from contrast_engine.arrays import Json
from contrast_engine.steps.attributes import attribute_tables
from contrast_engine.store.artifacts import Manifest
from contrast_engine.store.workspace import Workspace
from contrast_engine.vectors import Vectors

STEP = "complexity@"
SCORE = "complexity"


def judged(workspace: Workspace) -> Manifest | None:
    """The newest report that rests on human scores, None where there is none."""
    return next(
        (
            made
            for made in workspace.artifacts("reports")
            if made.step.startswith(STEP) and made.recipe.get("scores")
        ),
        None,
    )


def score_table(workspace: Workspace) -> str | None:
    """The key of the table with the score of every image, None before they are measured."""
    return attribute_tables(workspace).get(SCORE)


def unmeasured(workspace: Workspace, table: Vectors) -> int:
    """Count the images of now that a table has no row for."""
    return len(workspace.images.present_images - table.images)


def first_sentence(details: Json | None, n: int) -> str:
    """What the page begins with: whether the scores can be believed, and on what that rests.

    Args:
        details: Of the report that rests on human scores, or None without any.
        n: Images with a score.
    """
    if details:
        return str(details["verdict"])
    if not n:
        return (
            "How complex the images of this collection are is not measured yet; one button below "
            "measures it."
        )
    return (
        f"No person has judged how complex these {n:,} images are, so it is not known how far the "
        "score follows people: it counts the parts of a picture in five ways, from 0 for none to "
        "100 for a thousand."
    )
