"""The tiers of the current model, and its file, in the words a page shows."""

from collections.abc import Mapping
from dataclasses import dataclass
from shlex import quote
from typing import Any

from contrast_engine.arrays import Json
from contrast_engine.errors import ModelError
from contrast_engine.predict.card import cascade_words, tier_cells
from contrast_engine.predict.tiers.kept import kept_card
from contrast_engine.store.collection import shown
from contrast_engine.store.workspace import Workspace

WHAT = {
    "fast": "smaller pictures, features alone",
    "hybrid": "larger pictures, at most one network",
    "full": "all that the model uses",
    "cascade": "fast first; what that is not sure of goes on to full",
}
"""What each tier does, in a few words."""

COLUMNS = (
    "Tier", "What it does", "Pixels", "Images a second and core", "Accuracy on labels held back",
    "Same as full", "Cost",
)  # fmt: skip


@dataclass(frozen=True)
class TiersCard:
    """What is known of the tiers of a model.

    Args:
        rows: One for each tier, by the names of `COLUMNS`; none before they were made.
        words: What is to be said of them, sentence by sentence.
    """

    rows: tuple[dict[str, str], ...]
    words: tuple[str, ...]


def tiers_card(workspace: Workspace, key: str) -> TiersCard:
    """The tiers of a model as a table.

    Args:
        workspace: The workspace.
        key: The predictions.

    Raises:
        ModelError: What is kept of them is no table of ours.
    """
    card = kept_card(workspace, key)
    if card is None:
        return TiersCard((), ())
    rows = card["tiers"]
    try:
        cascades = [cascade_words(row) for row in rows if row["tier"] == "cascade"]
        cells = tuple(_row(row) for row in rows)
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
        raise ModelError(
            f"what is kept of the tiers of model {key} cannot be shown ({error}); make them again"
        ) from None
    return TiersCard(cells, (*cascades, *card["tier_notes"]))


def _row(row: Json) -> dict[str, str]:
    name, *cells = tier_cells(row)
    return dict(zip(COLUMNS, (name, WHAT.get(name, ""), *cells), strict=True))


def suggested_file(workspace: Workspace) -> str:
    """Where the model file may go: beside the workspace."""
    return shown(workspace.root.parent / f"{workspace.root.name.removesuffix('.contrast')}.model")


def written_words(result: Mapping[str, Any] | None) -> str:
    """What was written where, in a sentence; "" for nothing.

    Args:
        result: What the step gave.
    """
    if not result:
        return ""
    return f"Written: {result['file']} ({result['bytes'] / 1e6:,.1f} MB)."


def commands(result: Mapping[str, Any] | None) -> str:
    """What the model file that was written is used by, a command a line; "" for nothing.

    Args:
        result: What the step gave.
    """
    if not result:
        return ""
    file = quote(str(result["file"]))
    return f"contrast predict --model {file} FOLDER --out scores.csv\ncontrast serve {file}"
