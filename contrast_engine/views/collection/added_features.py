"""Features of other packages in a collection: their cards, and what can be said without them."""

from dataclasses import dataclass

from contrast_engine.features import features
from contrast_engine.steps.attributes import attribute_tables
from contrast_engine.store.workspace import Workspace
from contrast_engine.views.collection.feature_cards import FeatureCard, feature_cards
from contrast_engine.views.collection.feature_overview import feature_title


@dataclass(frozen=True)
class AddedTable:
    """A feature of another package as it stands in a workspace.

    Args:
        name: Its column.
        package: The package that it was measured by, with its version.
        images: How many images have a value.
        of: How many are measured.
        is_installed: The package is there, so that new images get a value too.
        summary: What it says it measures.
    """

    name: str
    package: str
    images: int
    of: int
    is_installed: bool
    summary: str

    @property
    def words(self) -> str:
        """Whose it is and for how many images, and what is missing where the package is gone."""
        whose = f"{feature_title(self.name)} is measured by {self.package}"
        many = f"{self.images:,} of {self.of:,} images have a value"
        gone = (
            ""
            if self.is_installed
            else (" The package is not installed: the values stay, new images get none.")
        )
        return f"{whose}; {many}.{gone}"


def added_tables(workspace: Workspace) -> tuple[AddedTable, ...]:
    """The features of other packages that were measured here, installed or not."""
    key = workspace.current("features")
    of = workspace.manifest(key).rows if key else 0
    found = []
    for name, table in attribute_tables(workspace).items():
        made = workspace.manifest(table)
        said = made.details.get("added")
        if said:
            found.append(AddedTable(
                name, str(said["package"]), made.rows, of, name in features, str(said["summary"]),
            ))  # fmt: skip
    return tuple(found)


def added_cards(workspace: Workspace) -> tuple[FeatureCard, ...]:
    """The card of every feature of another package that is installed and measured."""
    tables = attribute_tables(workspace)
    return tuple(
        card
        for one in added_tables(workspace)
        for card in feature_cards(workspace.load(tables[one.name]))
    )
